//! What goes through the pipes between the server and a photo reader: frames, each a length (four
//! bytes, lowest first) and that many bytes. The reader greets; it is sent a task and the file; it
//! answers with values, and then with every picture in a frame of its own. The server takes nothing
//! from a reader on trust: lengths, indexes, counts and pictures are checked.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::sandbox::Confinement;
use crate::capture::vision::{BYTES_MAX, Compared, Finding, NewStrip, PAGES_MAX, Rectangle, Unreadable};
use crate::sheet::design::Geometry;

/// Most bytes of a frame that a reader is sent: a file, or a task with the geometries of every design ever printed.
const SENT_MAX: usize = BYTES_MAX;
/// Most bytes of the values that a reader answers: a few kB are usual.
const VALUES_MAX: usize = 1 << 20;
/// Most bytes of all pictures of one answer together; about 1 MB is usual.
const PICTURES_MAX: usize = 64 << 20;
/// Longest side of a flattened paper, in pixels; 2,000 are usual.
const PAPER_SIDE_MAX: u32 = 8000;
/// How a JPEG file begins (ITU-T T.81, B.1.1.3: start of image, then another marker).
const JPEG_START: [u8; 3] = [0xFF, 0xD8, 0xFF];

/// The first frame of a reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Greeting {
    /// It is confined like this and waits for a photo.
    Ready(Confinement),
    /// It could not confine itself as asked, for this reason, and ends.
    Unable(String),
}

/// What a reader is to do with its file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Task {
    /// Read the photo; these geometries are known.
    Examine(Vec<Geometry>),
    /// Tell how many pages the PDF has.
    CountPages,
    /// Make a picture of this page of the PDF, counted from 0.
    DrawPage(usize),
    /// Find what is new on a flattened sheet. The file is its picture, that of the same sheet before, and that
    /// of the blank sheet, one after the other: so many bytes of the first two, the rest for the last.
    Compare { geometry: Geometry, new: usize, before: Option<usize> },
    /// Paint over these parts of the picture.
    Redact(Vec<Rectangle>),
}

impl Task {
    /// What is compared, out of its file; `None` if the lengths do not fit.
    pub fn compared<'a>(
        geometry: &'a Geometry,
        (new, before): (usize, Option<usize>),
        file: &'a [u8],
    ) -> Option<Compared<'a>> {
        let (new, rest) = file.split_at_checked(new)?;
        let (old, blank) = rest.split_at_checked(before.unwrap_or_default())?;
        let blank = (!blank.is_empty()).then_some(blank);
        Some(Compared { new, before: before.map(|_| old), blank, geometry })
    }
}

/// What a reader made of its file, or why it cannot be read: a [`Finding`], a count of pages or a picture.
pub type Answer<Value> = Result<Value, Unreadable>;

/// Sends one frame.
pub fn send(stream: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(&length_of(bytes)?)?;
    stream.write_all(bytes)
}

/// Sends values as one frame.
pub fn send_values(stream: &mut impl Write, values: &impl Serialize) -> io::Result<()> {
    send(stream, &serde_json::to_vec(values)?)?;
    stream.flush()
}

/// Waits for a task and its file; `None` if none comes any more.
pub fn receive_task(stream: &mut impl Read) -> io::Result<Option<(Task, Vec<u8>)>> {
    let Some(task) = receive(stream)? else { return Ok(None) };
    let file = receive(stream)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    Ok(Some((serde_json::from_slice(&task)?, file)))
}

/// Sends what was found in a photo: its values, then its pictures.
pub fn send_finding(stream: &mut impl Write, mut answer: Answer<Finding>) -> io::Result<()> {
    let pictures: Vec<Vec<u8>> = match &mut answer {
        Ok(finding) => finding.pictures_mut().into_iter().map(std::mem::take).collect(),
        Err(_) => Vec::new(),
    };
    send_values(stream, &answer)?;
    for picture in &pictures {
        send(stream, picture)?;
    }
    stream.flush()
}

/// Sends so many pictures, or why there are none.
pub fn send_pictures<const COUNT: usize>(
    stream: &mut impl Write,
    answer: Answer<[Vec<u8>; COUNT]>,
) -> io::Result<()> {
    send_values(stream, &answer.as_ref().map(|_| ()))?;
    for picture in answer.iter().flatten() {
        send(stream, picture)?;
    }
    stream.flush()
}

/// Sends the strips that were found: their values, then their pictures.
pub fn send_strips(stream: &mut impl Write, mut answer: Answer<Option<Vec<NewStrip>>>) -> io::Result<()> {
    let strips = answer.iter_mut().flatten().flatten();
    let pictures: Vec<Vec<u8>> = strips.map(|strip| std::mem::take(&mut strip.picture)).collect();
    send_values(stream, &answer)?;
    for picture in &pictures {
        send(stream, picture)?;
    }
    stream.flush()
}

/// The next frame; `None` where the stream ends instead.
fn receive(stream: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut prefix = [0; 4];
    match stream.read_exact(&mut prefix) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        outcome => outcome?,
    }
    let mut bytes = vec![0; length_in(prefix, SENT_MAX)?];
    stream.read_exact(&mut bytes)?;
    Ok(Some(bytes))
}

/// The server's side: takes a reader's greeting.
pub async fn hear_greeting(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Greeting> {
    Ok(serde_json::from_slice(&hear(stream, VALUES_MAX).await?)?)
}

/// The server's side: hands over a file with a task, written as JSON.
pub async fn hand_over(
    stream: &mut (impl AsyncWrite + Unpin),
    task_json: &[u8],
    file: &[u8],
) -> io::Result<()> {
    for bytes in [task_json, file] {
        stream.write_all(&length_of(bytes)?).await?;
        stream.write_all(bytes).await?;
    }
    stream.flush().await
}

/// The server's side: takes what was found in a photo and checks that it can be worked with.
/// `known` is how many geometries the reader was told.
pub async fn hear_finding(
    stream: &mut (impl AsyncRead + Unpin),
    known: usize,
) -> io::Result<Answer<Finding>> {
    let mut answer: Answer<Finding> = serde_json::from_slice(&hear(stream, VALUES_MAX).await?)?;
    if let Ok(finding) = &mut answer {
        let mut left = PICTURES_MAX;
        for picture in finding.pictures_mut() {
            *picture = hear(stream, left).await?;
            left -= picture.len();
        }
        if !is_sound(finding, known) {
            return Err(malformed("the values of an answer contradict each other"));
        }
    }
    Ok(answer)
}

/// The server's side: takes a count of pages, at least one and no more than are read.
pub async fn hear_count(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Answer<usize>> {
    let answer: Answer<usize> = serde_json::from_slice(&hear(stream, VALUES_MAX).await?)?;
    match answer {
        Ok(count) if !(1..=PAGES_MAX).contains(&count) => Err(malformed("a count makes no sense")),
        answer => Ok(answer),
    }
}

/// The server's side: takes so many pictures, each small enough to be read as a photo.
pub async fn hear_pictures<const COUNT: usize>(
    stream: &mut (impl AsyncRead + Unpin),
) -> io::Result<Answer<[Vec<u8>; COUNT]>> {
    if let Err(cause) = serde_json::from_slice::<Answer<()>>(&hear(stream, VALUES_MAX).await?)? {
        return Ok(Err(cause));
    }
    let mut pictures = [const { Vec::new() }; COUNT];
    for picture in &mut pictures {
        *picture = hear(stream, BYTES_MAX).await?;
        if !picture.starts_with(&JPEG_START) {
            return Err(malformed("a picture is none"));
        }
    }
    Ok(Ok(pictures))
}

/// The server's side: takes the strips that were found.
pub async fn hear_strips(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Answer<Option<Vec<NewStrip>>>> {
    let mut answer: Answer<Option<Vec<NewStrip>>> = serde_json::from_slice(&hear(stream, VALUES_MAX).await?)?;
    let mut left = PICTURES_MAX;
    for strip in answer.iter_mut().flatten().flatten() {
        strip.picture = hear(stream, left).await?;
        left -= strip.picture.len();
        if !strip.picture.starts_with(&JPEG_START) {
            return Err(malformed("a picture is none"));
        }
    }
    Ok(answer)
}

async fn hear(stream: &mut (impl AsyncRead + Unpin), most: usize) -> io::Result<Vec<u8>> {
    let mut prefix = [0; 4];
    stream.read_exact(&mut prefix).await?;
    let mut bytes = vec![0; length_in(prefix, most)?];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}

fn length_of(bytes: &[u8]) -> io::Result<[u8; 4]> {
    let length = u32::try_from(bytes.len()).map_err(|_| malformed("a frame is too long"))?;
    Ok(length.to_le_bytes())
}

fn length_in(prefix: [u8; 4], most: usize) -> io::Result<usize> {
    let length = usize::try_from(u32::from_le_bytes(prefix)).unwrap_or(usize::MAX);
    if length <= most { Ok(length) } else { Err(malformed("a frame is too long")) }
}

/// Whether every index points at something and every picture begins like a JPEG.
fn is_sound(finding: &mut Finding, known: usize) -> bool {
    let (codes, sheets) = (finding.codes.len(), finding.sheets.len());
    let within = |index: Option<usize>, length: usize| index.is_none_or(|index| index < length);
    let is_picture = |side: u32| (1..=PAPER_SIDE_MAX).contains(&side);
    finding.paper.iter().all(|paper| is_picture(paper.width) && is_picture(paper.height))
        && finding.codes.iter().all(|code| within(code.sheet, sheets))
        && finding.sheets.iter().all(|sheet| within(sheet.code, codes) && within(sheet.geometry, known))
        && finding.pictures_mut().iter().all(|picture| picture.starts_with(&JPEG_START))
}

fn malformed(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::vision::{FoundCode, Pixel};

    fn finding() -> Finding {
        let corners = [Pixel { x: 1.5, y: 2.0 }; 4];
        Finding {
            width: 30,
            height: 40,
            taken_at: None,
            codes: vec![FoundCode { text: "CODE".to_owned(), corners, sheet: None }],
            sheets: Vec::new(),
            paper: None,
            frame: [&JPEG_START, b"frame".as_slice()].concat(),
            thumbnail: [&JPEG_START, b"small".as_slice()].concat(),
            advice: Vec::new(),
        }
    }

    /// What the server makes of what a reader sent.
    fn heard(sent: &[u8]) -> io::Result<Answer<Finding>> {
        run(hear_finding(&mut &sent[..], 1))
    }

    fn run<Value>(work: impl Future<Output = Value>) -> Value {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
    }

    fn sent(answer: Answer<Finding>) -> Vec<u8> {
        let mut bytes = Vec::new();
        send_finding(&mut bytes, answer).unwrap();
        bytes
    }

    #[test]
    fn an_answer_arrives_as_it_was_sent() {
        assert_eq!(heard(&sent(Ok(finding()))).unwrap(), Ok(finding()));
        assert_eq!(heard(&sent(Err(Unreadable::Broken))).unwrap(), Err(Unreadable::Broken));
    }

    #[test]
    fn a_file_arrives_as_it_was_sent_and_none_is_no_fault() {
        for task in [Task::Examine(Vec::new()), Task::CountPages, Task::DrawPage(19)] {
            let mut bytes = Vec::new();
            run(hand_over(&mut bytes, &serde_json::to_vec(&task).unwrap(), b"photo")).unwrap();
            assert_eq!(receive_task(&mut &bytes[..]).unwrap(), Some((task, b"photo".to_vec())));
            assert_eq!(receive_task(&mut &[][..]).unwrap(), None);
            assert!(receive_task(&mut &bytes[..9]).is_err(), "cut in the middle");
        }
    }

    #[test]
    fn a_count_and_a_page_are_taken_as_sent_or_not_at_all() {
        for (count, is_taken) in [(1, true), (PAGES_MAX, true), (0, false), (PAGES_MAX + 1, false)] {
            let answer: Answer<usize> = Ok(count);
            let mut bytes = Vec::new();
            send_values(&mut bytes, &answer).unwrap();
            assert_eq!(run(hear_count(&mut &bytes[..])).is_ok(), is_taken, "{answer:?}");
        }
        let page = [&JPEG_START, b"page".as_slice()].concat();
        for (answer, is_taken) in
            [(Ok([page]), true), (Ok([b"<script>".to_vec()]), false), (Err(Unreadable::Locked), true)]
        {
            let mut bytes = Vec::new();
            send_pictures(&mut bytes, answer.clone()).unwrap();
            assert_eq!(run(hear_pictures(&mut &bytes[..])).ok(), is_taken.then_some(answer));
            assert!(run(hear_pictures::<1>(&mut &bytes[..bytes.len() - 1])).is_err(), "cut");
        }
    }

    #[test]
    fn an_answer_cut_anywhere_is_refused() {
        let whole = sent(Ok(finding()));
        for end in 0..whole.len() {
            assert!(heard(&whole[..end]).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn an_answer_that_would_mislead_the_server_is_refused() {
        let mut beyond = finding();
        beyond.codes[0].sheet = Some(0);
        assert!(heard(&sent(Ok(beyond))).is_err(), "an index that points nowhere");
        let mut script = finding();
        script.thumbnail = b"<script>".to_vec();
        assert!(heard(&sent(Ok(script))).is_err(), "a picture that is none");
        assert!(heard(&u32::MAX.to_le_bytes()).is_err(), "a length without end");
        let mut endless = Vec::new();
        send_values(&mut endless, &Ok::<_, Unreadable>(finding())).unwrap();
        endless.extend((PICTURES_MAX as u32 + 1).to_le_bytes());
        assert!(heard(&endless).is_err(), "a picture without end");
    }
}
