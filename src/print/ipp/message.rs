//! Requests and answers of the Internet Printing Protocol as bytes (RFC 8010). An answer is read without
//! recursion and without trust in any length it gives; values that nobody here asks for are passed over.

/// The name under which this server prints.
const USER: &str = "kakehashi";
/// The longest text that is written, in bytes (RFC 8011, 5.1).
const LONGEST: usize = 1_023;
const END: u8 = 0x03;
const BEGIN_COLLECTION: u8 = 0x34;
const END_COLLECTION: u8 = 0x37;
const MEMBER: u8 = 0x4a;

/// What is asked for (RFC 8011, 5.4.15; the last one is of CUPS).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub enum Operation {
    PrintJob = 0x0002,
    CancelJob = 0x0008,
    JobAttributes = 0x0009,
    Jobs = 0x000a,
    PrinterAttributes = 0x000b,
    CupsPrinters = 0x4002,
}

/// The kinds of values that requests have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Tag {
    Integer = 0x21,
    Name = 0x42,
    Keyword = 0x44,
    Uri = 0x45,
    Charset = 0x47,
    Language = 0x48,
    MimeType = 0x49,
}

/// What a group of attributes is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum About {
    Operation = 0x01,
    Job = 0x02,
    Printer = 0x04,
}

/// A request being written.
#[derive(Debug, Clone)]
pub struct Request(Vec<u8>);

impl Request {
    /// A request about a printer, about one of its jobs, or, without an address, to a print server.
    /// Version 1.1, which every printer speaks.
    pub fn new(operation: Operation, printer: Option<&str>, job: Option<i32>) -> Self {
        let mut request = Self(vec![1, 1]);
        request.0.extend((operation as u16).to_be_bytes());
        request.0.extend(1_i32.to_be_bytes());
        request.about(About::Operation);
        request.text(Tag::Charset, "attributes-charset", "utf-8");
        request.text(Tag::Language, "attributes-natural-language", "en");
        if let Some(printer) = printer {
            request.text(Tag::Uri, "printer-uri", printer);
        }
        if let Some(job) = job {
            request.number("job-id", job);
        }
        request.text(Tag::Name, "requesting-user-name", USER);
        request
    }

    /// Begins a group of attributes.
    pub fn about(&mut self, about: About) {
        self.0.push(about as u8);
    }

    /// An attribute with one text.
    pub fn text(&mut self, tag: Tag, name: &str, value: &str) {
        self.write(tag as u8, name, value.as_bytes());
    }

    /// An attribute with several texts.
    pub fn texts(&mut self, tag: Tag, name: &str, values: &[&str]) {
        for (place, value) in values.iter().enumerate() {
            self.text(tag, if place == 0 { name } else { "" }, value);
        }
    }

    /// An attribute with one number.
    pub fn number(&mut self, name: &str, value: i32) {
        self.write(Tag::Integer as u8, name, &value.to_be_bytes());
    }

    /// An attribute with a paper's width and height in hundredths of a millimetre.
    pub fn size(&mut self, name: &str, [width, height]: [i32; 2]) {
        self.write(BEGIN_COLLECTION, name, b"");
        self.write(MEMBER, "", b"media-size");
        self.write(BEGIN_COLLECTION, "", b"");
        for (member, edge) in [("x-dimension", width), ("y-dimension", height)] {
            self.write(MEMBER, "", member.as_bytes());
            self.number("", edge);
        }
        self.write(END_COLLECTION, "", b"");
        self.write(END_COLLECTION, "", b"");
    }

    /// The whole request, with a document or with none.
    pub fn finish(mut self, document: &[u8]) -> Vec<u8> {
        self.0.push(END);
        self.0.extend(document);
        self.0
    }

    fn write(&mut self, tag: u8, name: &str, value: &[u8]) {
        self.0.push(tag);
        for part in [name.as_bytes(), value] {
            let part = &part[..part.len().min(LONGEST)];
            self.0.extend(u16::try_from(part.len()).unwrap_or_default().to_be_bytes());
            self.0.extend(part);
        }
    }
}

/// What a printer answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status of RFC 8011, 4.1.6 and appendix B; below 0x0100 it is a success.
    pub status: u16,
    groups: Vec<(u8, Group)>,
}

impl Answer {
    /// Reads an answer; `None` for what is none.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let [1 | 2, _, high, low, _, _, _, _] = *take(&mut rest, 8)? else { return None };
        let mut groups: Vec<(u8, Group)> = Vec::new();
        let mut depth = 0_usize;
        loop {
            let tag = *take(&mut rest, 1)?.first()?;
            if tag == END {
                return (depth == 0).then_some(Self { status: u16::from_be_bytes([high, low]), groups });
            }
            if tag < 0x10 {
                groups.push((tag, Group::default()));
                continue;
            }
            let name = take_counted(&mut rest)?;
            let value = take_counted(&mut rest)?;
            let is_outside = depth == 0;
            match tag {
                BEGIN_COLLECTION => depth += 1,
                END_COLLECTION => depth = depth.checked_sub(1)?,
                _ => {}
            }
            if is_outside {
                groups.last_mut()?.1.add(name, read_value(tag, value));
            }
        }
    }

    /// Every group of this kind.
    pub fn groups(&self, about: About) -> impl Iterator<Item = &Group> {
        self.groups.iter().filter(move |(tag, _)| *tag == about as u8).map(|(_, group)| group)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Number(i32),
    Flag(bool),
    Text(String),
}

/// Attributes of one printer or job.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group(Vec<(String, Vec<Value>)>);

impl Group {
    /// The first number of an attribute.
    pub fn number(&self, name: &str) -> Option<i32> {
        self.values(name)
            .find_map(|value| if let Value::Number(number) = value { Some(*number) } else { None })
    }

    /// Whether an attribute says yes.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.values(name).find_map(|value| if let Value::Flag(flag) = value { Some(*flag) } else { None })
    }

    /// All texts of an attribute, as the printer has sent them.
    pub fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.values(name)
            .filter_map(|value| if let Value::Text(text) = value { Some(text.as_str()) } else { None })
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &Value> {
        self.0.iter().filter(move |(own, _)| own == name).flat_map(|(_, values)| values)
    }

    /// An attribute without a name is one more value of the last.
    fn add(&mut self, name: &[u8], value: Option<Value>) {
        if !name.is_empty() {
            self.0.push((String::from_utf8_lossy(name).into_owned(), Vec::new()));
        }
        if let Some((_, values)) = self.0.last_mut() {
            values.extend(value);
        }
    }
}

fn read_value(tag: u8, value: &[u8]) -> Option<Value> {
    let text = |bytes: &[u8]| Value::Text(String::from_utf8_lossy(bytes).into_owned());
    match tag {
        0x21 | 0x23 => Some(Value::Number(i32::from_be_bytes(value.try_into().ok()?))),
        0x22 => Some(Value::Flag(*value.first()? != 0)),
        // With a language before it.
        0x35 | 0x36 => {
            let mut rest = value;
            take_counted(&mut rest)?;
            take_counted(&mut rest).map(text)
        }
        0x41..=0x49 => Some(text(value)),
        _ => None,
    }
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

/// Takes what stands behind its length in two bytes.
fn take_counted<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = take(rest, 2)?;
    take(rest, usize::from(u16::from_be_bytes(length.try_into().ok()?)))
}

#[cfg(test)]
mod tests;
