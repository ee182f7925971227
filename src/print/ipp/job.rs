//! A job: what is asked of a printer, and what became of it. Only a job that the printer calls completed
//! is printed; everything else is told apart by whether somebody must do something.

use std::num::NonZeroU16;

use super::description::PDF;
use super::media::{Asked, Media};
use super::message::{About, Group, Operation, Request, Tag};
use super::problem::{Problem, is_stuck, problems};
use crate::id::Id;

/// What is asked for beside the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobRequest {
    /// How the job is called on the printer's display and in its lists: by an id, never by a person.
    pub name: Id,
    pub copies: NonZeroU16,
    pub media: Media,
    pub sides: Sides,
}

/// How a sheet's two sides are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sides {
    OneSided,
    /// Turned as a book is.
    TwoSidedLongEdge,
    /// Turned as a wall calendar is.
    TwoSidedShortEdge,
}

impl Sides {
    const WORDS: [(Self, &str); 3] = [
        (Self::OneSided, "one-sided"),
        (Self::TwoSidedLongEdge, "two-sided-long-edge"),
        (Self::TwoSidedShortEdge, "two-sided-short-edge"),
    ];

    /// The word of RFC 8011, 5.2.8.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(sides, _)| *sides == self).map_or("", |(_, word)| *word)
    }

    /// From the word of a printer.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, own)| *own == word).map(|(sides, _)| *sides)
    }
}

/// What a printer calls a job; it may give the same number again after it was switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct JobNumber(pub i32);

/// A job as its printer tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    pub state: JobState,
    /// What its printer reports until the job is at its end, mere warnings too; never empty when it stands
    /// still.
    pub problems: Vec<Problem>,
}

/// How far a job has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// Others are before it.
    Waiting,
    Printing,
    /// It does not go on until somebody has seen to the problems.
    Stopped,
    /// The printer has printed it.
    Done,
    Cancelled,
    /// The printer or the print server gave it up.
    Aborted,
}

/// What is asked about a job.
pub(super) const ATTRIBUTES: [&str; 4] =
    ["job-state", "job-state-reasons", "job-printer-up-time", "time-at-processing"];
/// What is asked about its printer.
pub(super) const PRINTER_ATTRIBUTES: [&str; 3] =
    ["printer-state", "printer-state-message", "printer-state-reasons"];

/// After so many seconds of printing, somebody should look.
const LONG: i32 = 180;

impl Job {
    /// From the attributes of a job and of its printer; `None` when the job has no known state. Print
    /// servers keep jobs of dead printers in the state of printing: the printer tells the truth.
    pub(super) fn read(job: &Group, printer: &Group) -> Option<Self> {
        let mut problems = problems(printer);
        let says_stopped = || job.texts("job-state-reasons").any(|word| word == "printer-stopped");
        let state = match job.number("job-state")? {
            number @ (4 | 6) => {
                problems.extend((number == 4).then_some(Problem::Held));
                JobState::Stopped
            }
            3 | 5 if is_stuck(printer) || says_stopped() => JobState::Stopped,
            3 => JobState::Waiting,
            5 => {
                problems.extend(takes_long(job).then_some(Problem::TakesLong));
                JobState::Printing
            }
            7 => JobState::Cancelled,
            8 => JobState::Aborted,
            9 => JobState::Done,
            _ => return None,
        };
        if state.is_final() {
            problems.clear();
        } else if state == JobState::Stopped && problems.is_empty() {
            problems.push(Problem::Other);
        }
        Some(Self { state, problems })
    }
}

/// A printer counts its seconds from wherever it likes, but both of these from the same.
fn takes_long(job: &Group) -> bool {
    let times = [job.number("job-printer-up-time"), job.number("time-at-processing")];
    matches!(times, [Some(present), Some(begun)] if begun > 0 && present.saturating_sub(begun) >= LONG)
}

impl JobState {
    /// Whether nothing more will become of the job.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled | Self::Aborted)
    }
}

/// The whole request to print a document.
pub(super) fn write(printer: &str, job: &JobRequest, media: &Asked, pdf: &[u8]) -> Vec<u8> {
    let mut request = Request::new(Operation::PrintJob, Some(printer), None);
    request.text(Tag::Name, "job-name", &job.name.to_string());
    request.text(Tag::MimeType, "document-format", PDF);
    request.about(About::Job);
    request.number("copies", job.copies.get().into());
    request.text(Tag::Keyword, "sides", job.sides.word());
    // A sheet that is made to fit is no longer where the camera looks for it.
    request.text(Tag::Keyword, "print-scaling", "none");
    media.write(&mut request);
    request.finish(pdf)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::print::ipp::message::Answer;

    /// The attributes of a job or a printer with a state and with reasons for it.
    fn group(kind: &str, state: i32, reasons: &[&str]) -> Group {
        timed(kind, state, reasons, [0, 0])
    }

    fn timed(kind: &str, state: i32, reasons: &[&str], [present, begun]: [i32; 2]) -> Group {
        let mut request = Request::new(Operation::JobAttributes, None, None);
        request.about(About::Job);
        request.number("job-printer-up-time", present);
        request.number("time-at-processing", begun);
        request.number(&format!("{kind}-state"), state);
        request.texts(Tag::Keyword, &format!("{kind}-state-reasons"), reasons);
        let answer = Answer::read(&request.finish(&[])).unwrap();
        answer.groups(About::Job).next().cloned().unwrap()
    }

    fn job(state: i32, printer: i32, reasons: &[&str]) -> (JobState, Vec<Problem>) {
        let job = Job::read(&group("job", state, &["none"]), &group("printer", printer, reasons)).unwrap();
        (job.state, job.problems)
    }

    #[test]
    fn only_a_completed_job_is_printed() {
        use JobState::{Aborted, Cancelled, Done, Printing, Stopped, Waiting};
        for (number, state) in [(3, Waiting), (5, Printing), (7, Cancelled), (8, Aborted), (9, Done)] {
            assert_eq!(job(number, 4, &["none"]), (state, vec![]));
        }
        assert_eq!(job(4, 3, &["none"]), (Stopped, vec![Problem::Held]));
        assert_eq!(
            job(6, 3, &["none"]),
            (Stopped, vec![Problem::Other]),
            "a filter of a print server failed"
        );
        assert_eq!(job(9, 5, &["media-jam-error"]), (Done, vec![]), "the jam is another job's");
        assert_eq!(Job::read(&group("job", 2, &[]), &Group::default()), None);
    }

    #[test]
    fn a_job_stands_still_with_its_printer() {
        for number in [3, 5, 6] {
            let stopped = (JobState::Stopped, vec![Problem::Offline, Problem::Paused]);
            assert_eq!(job(number, 5, &["offline-report", "paused"]), stopped);
        }
        assert_eq!(job(5, 5, &["none"]), (JobState::Stopped, vec![Problem::Other]));
        for reason in ["media-jam-warning", "media-needed-report", "connecting-to-device", "media-empty"] {
            assert_eq!(job(5, 4, &[reason]).0, JobState::Stopped, "{reason}");
        }
        let own = group("job", 5, &["job-printing", "printer-stopped"]);
        let stopped = Job { state: JobState::Stopped, problems: vec![Problem::Other] };
        assert_eq!(Job::read(&own, &group("printer", 4, &["none"])), Some(stopped));
    }

    #[test]
    fn a_warning_is_told_and_stops_nothing() {
        let warned = [("media-empty-warning", Problem::MediaEmpty), ("toner-low", Problem::TonerLow)];
        for (reason, problem) in warned {
            assert_eq!(job(5, 4, &[reason, reason]), (JobState::Printing, vec![problem]));
        }
        assert_eq!(job(3, 4, &["some-news-report"]), (JobState::Waiting, vec![]));
        assert_eq!(job(3, 4, &["vendor-matter"]), (JobState::Waiting, vec![Problem::Other]));
    }
    #[test]
    fn a_job_that_takes_minutes_is_told() {
        let printing = |times| {
            let job = timed("job", 5, &["job-printing"], times);
            Job::read(&job, &group("printer", 4, &["none"])).unwrap().problems
        };
        assert_eq!(printing([1_279, 1_100]), []);
        assert_eq!(printing([1_280, 1_100]), [Problem::TakesLong]);
        assert_eq!(printing([i32::MIN, i32::MAX]), []);
    }
}
