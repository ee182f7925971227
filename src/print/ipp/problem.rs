//! What a printer reports of itself: what somebody must do, and whether it goes on meanwhile.

use super::description::{PrinterState, state};
use super::message::Group;

/// What somebody at the printer can do something about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    MediaEmpty,
    MediaLow,
    MediaJam,
    /// Another paper must be put in.
    MediaNeeded,
    /// A tray is not in its place.
    TrayMissing,
    CoverOpen,
    /// Toner or ink.
    TonerLow,
    TonerEmpty,
    /// The place where printed sheets come out is full.
    OutputFull,
    /// A print server cannot reach its printer, or not yet.
    Offline,
    Paused,
    /// The job waits to be let go, at the printer or at the print server.
    Held,
    /// The job is being printed for minutes.
    TakesLong,
    Other,
}

/// The problems by what their names begin with (RFC 8011, 5.4.12, and PWG 5100.9), longer names first.
const PROBLEMS: [(&str, Problem); 22] = [
    ("media-empty", Problem::MediaEmpty),
    ("media-low", Problem::MediaLow),
    ("media-jam", Problem::MediaJam),
    ("media-needed", Problem::MediaNeeded),
    ("input-tray-missing", Problem::TrayMissing),
    ("output-tray-missing", Problem::TrayMissing),
    ("cover-open", Problem::CoverOpen),
    ("door-open", Problem::CoverOpen),
    ("interlock-open", Problem::CoverOpen),
    ("toner-low", Problem::TonerLow),
    ("marker-supply-low", Problem::TonerLow),
    ("marker-ink-almost-empty", Problem::TonerLow),
    ("toner-empty", Problem::TonerEmpty),
    ("marker-supply-empty", Problem::TonerEmpty),
    ("marker-ink-empty", Problem::TonerEmpty),
    ("output-area-full", Problem::OutputFull),
    ("offline", Problem::Offline),
    ("connecting-to-device", Problem::Offline),
    ("timed-out", Problem::Offline),
    ("shutdown", Problem::Offline),
    ("paused", Problem::Paused),
    ("moving-to-paused", Problem::Paused),
];

/// How CUPS says that it does not reach a printer. It gives no reason and goes on trying for days, so these
/// sentences are all there is, in English and in Japanese.
const UNREACHED: [&str; 10] = [
    "The printer may not exist or is unavailable at this time.",
    "The printer is unreachable at this time.",
    "The printer is not responding.",
    "The printer is not connected.",
    "Unable to locate printer",
    "プリンターは現在存在しないか、使用できないようです。",
    "プリンターには現在到達できません。",
    "プリンターが応答していません。",
    "プリンターは接続されていません。",
    "が見つかりません。",
];

/// Everything that a printer reports, each once.
pub(super) fn problems(printer: &Group) -> Vec<Problem> {
    let mut once = Vec::new();
    let unreached = is_unreached(printer).then_some(Problem::Offline);
    for problem in printer.texts("printer-state-reasons").filter_map(problem).chain(unreached) {
        if !once.contains(&problem) {
            once.push(problem);
        }
    }
    once
}

/// Whether a printer does not go on without somebody. Printers warn of an empty tray while they print from
/// another, so what may be elsewhere counts only when it is called an error.
pub(super) fn is_stuck(printer: &Group) -> bool {
    // Without an ending a reason is an error (RFC 8011, 5.4.12).
    let is_mere = |word: &str| word.ends_with("-report") || word.ends_with("-warning");
    let stops = |word: &str| match problem(word) {
        None | Some(Problem::Other | Problem::MediaLow | Problem::TonerLow) => false,
        Some(Problem::MediaEmpty | Problem::TonerEmpty | Problem::TrayMissing | Problem::OutputFull) => {
            !is_mere(word)
        }
        Some(_) => true,
    };
    state(printer) == Some(PrinterState::Stopped)
        || is_unreached(printer)
        || printer.texts("printer-state-reasons").any(stops)
}

fn is_unreached(printer: &Group) -> bool {
    let said = printer.texts("printer-state-message").next().unwrap_or_default();
    UNREACHED.iter().any(|sentence| said.contains(sentence))
}

fn problem(word: &str) -> Option<Problem> {
    let known = PROBLEMS.iter().find(|(beginning, _)| word.starts_with(beginning));
    match known {
        Some((_, problem)) => Some(*problem),
        None if word == "none" || word.ends_with("-report") => None,
        None => Some(Problem::Other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::print::ipp::message::{About, Answer, Operation, Request, Tag};

    fn saying(sentence: &str) -> Group {
        let mut request = Request::new(Operation::PrinterAttributes, None, None);
        request.about(About::Printer);
        request.text(Tag::Name, "printer-state-message", sentence);
        let answer = Answer::read(&request.finish(&[])).unwrap();
        answer.groups(About::Printer).next().cloned().unwrap()
    }

    #[test]
    fn a_print_server_says_in_words_alone_that_it_reaches_no_printer() {
        for said in [
            "The printer is not responding.",
            "Unable to locate printer \"front.local\".",
            "プリンターが応答していません。",
            "プリンター \"front.local\" が見つかりません。",
        ] {
            let told = saying(said);
            assert!(is_stuck(&told) && problems(&told) == [Problem::Offline], "{said}");
        }
        let fine = saying("Waiting for job to complete.");
        assert!(!is_stuck(&fine) && problems(&fine).is_empty());
    }
}
