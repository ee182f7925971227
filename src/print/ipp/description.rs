//! What a printer says of itself, as far as a person at the desk can act on it.

use super::Trouble;
use super::job::Sides;
use super::media::{Media, MediaChoices};
use super::message::Group;
use super::problem::{Problem, problems};
use super::trust::Fingerprint;

/// The format of everything that the press makes.
pub(super) const PDF: &str = "application/pdf";
/// The longest name of a printer that is shown, in characters.
const LONGEST_NAME: usize = 120;

/// What is asked of a printer for its [`Description`].
pub(super) const ATTRIBUTES: [&str; 12] = [
    "printer-name",
    "printer-info",
    "printer-location",
    "printer-make-and-model",
    "printer-state",
    "printer-state-message",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "document-format-supported",
    "media-supported",
    "media-ready",
    "sides-supported",
];

/// What a printer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrinterState {
    Idle,
    Printing,
    /// It needs somebody, or was paused.
    Stopped,
}

/// A printer or a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// What people call it, from the printer: plain text of at most 120 characters, not to be trusted.
    pub name: String,
    /// Maker and model, likewise.
    pub make: String,
    /// Where it stands, likewise.
    pub location: String,
    pub state: PrinterState,
    /// Everything it reports, mere warnings too, each once.
    pub problems: Vec<Problem>,
    pub is_accepting: bool,
    /// The formats of documents that it takes.
    pub formats: Vec<String>,
    /// The papers in its trays; empty when it does not say.
    pub media_ready: Vec<Media>,
    /// The papers that it can take.
    pub media: MediaChoices,
    /// The ways in which it prints on paper's sides; empty when it does not say.
    pub sides: Vec<Sides>,
    /// The certificate that it showed, for [`Printer::trusting`](super::Printer::trusting).
    pub certificate: Option<Fingerprint>,
}

impl Description {
    /// Reads a printer's attributes; `None` for what describes no printer.
    pub(super) fn read(group: &Group, certificate: Option<Fingerprint>) -> Option<Self> {
        let text = |name: &str| plain(group.texts(name).next().unwrap_or_default());
        let [information, name] = ["printer-info", "printer-name"].map(text);
        Some(Self {
            name: if information.is_empty() { name } else { information },
            make: text("printer-make-and-model"),
            location: text("printer-location"),
            state: state(group)?,
            problems: problems(group),
            is_accepting: group.flag("printer-is-accepting-jobs").unwrap_or(true),
            formats: group.texts("document-format-supported").map(plain).collect(),
            media_ready: MediaChoices::read(group.texts("media-ready")).papers(),
            media: MediaChoices::read(group.texts("media-supported")),
            sides: group.texts("sides-supported").filter_map(Sides::from_word).collect(),
            certificate,
        })
    }

    /// Whether it prints on both sides of a sheet.
    pub fn is_two_sided(&self) -> bool {
        self.sides.iter().any(|sides| *sides != Sides::OneSided)
    }

    /// Whether it can print what the press makes.
    pub fn prints_pdf(&self) -> bool {
        self.formats.iter().any(|format| format.eq_ignore_ascii_case(PDF))
    }

    /// The first thing that stands against sending a job with these sides.
    pub(super) fn check(&self, sides: Sides) -> Result<(), Trouble> {
        if !self.prints_pdf() {
            return Err(Trouble::WrongFormat);
        }
        if !self.is_accepting {
            return Err(Trouble::NotAccepting);
        }
        if !self.sides.is_empty() && !self.sides.contains(&sides) {
            return Err(Trouble::OneSidedOnly);
        }
        Ok(())
    }
}

/// The state of a printer; `None` when it says none.
pub(super) fn state(printer: &Group) -> Option<PrinterState> {
    match printer.number("printer-state")? {
        3 => Some(PrinterState::Idle),
        4 => Some(PrinterState::Printing),
        5 => Some(PrinterState::Stopped),
        _ => None,
    }
}

/// Text of a printer as it may be shown: no line breaks or other control characters, and no end of it.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::print::ipp::message::{About, Answer, Operation, Request, Tag};

    fn printer(attributes: &[(&str, &str)]) -> Group {
        let mut request = Request::new(Operation::PrinterAttributes, None, None);
        request.about(About::Printer);
        request.number("printer-state", 3);
        for (name, value) in attributes {
            request.text(Tag::Name, name, value);
        }
        let answer = Answer::read(&request.finish(&[])).unwrap();
        answer.groups(About::Printer).next().cloned().unwrap()
    }

    #[test]
    fn a_printer_that_says_little_is_described_all_the_same() {
        let found = Description::read(&printer(&[("printer-name", "front")]), None).unwrap();
        assert_eq!(
            (found.name.as_str(), found.make.as_str(), found.state),
            ("front", "", PrinterState::Idle)
        );
        assert!(found.is_accepting && !found.prints_pdf() && !found.is_two_sided());
        assert_eq!(Description::read(&Group::default(), None), None, "without a state it is no printer");
    }

    #[test]
    fn names_of_strangers_are_plain_and_short() {
        let named = printer(&[("printer-info", &format!("\u{1b}[31m受\n付{}", "あ".repeat(300)))]);
        let name = Description::read(&named, None).unwrap().name;
        assert!(name.starts_with("[31m受付あ") && name.chars().count() == LONGEST_NAME);
    }
}
