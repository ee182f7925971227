//! Views of an office's printers and of what becomes of a job.

use askama::Template;

use crate::print::ipp::JobState;
use crate::web::page::Page;
use crate::web::view::Field;

/// A printer in the list.
pub struct PrinterRow {
    pub name: String,
    pub path: String,
}

/// The printers of an office.
#[derive(Template)]
#[template(path = "desk/printers.html")]
pub struct PrintersPage {
    pub page: Page,
    pub printers: Vec<PrinterRow>,
    pub name: Field,
    pub address: Field,
}

impl PrintersPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let address = Field::advised("192.168.1.20", &page.text.plain("desk-trouble-not-reachable"));
        let printers =
            vec![PrinterRow { name: "窓口のプリンター".into(), path: "/desk/printers/1".into() }];
        Self { page, printers, name: Field::with("2階のプリンター"), address }
    }

    /// There is none.
    #[cfg(test)]
    pub fn empty(page: Page) -> Self {
        Self { printers: vec![], name: Field::default(), address: Field::default(), page }
    }
}

/// One printer: how it is, its test page, what was measured.
#[derive(Template)]
#[template(path = "desk/printer.html")]
pub struct PrinterPage {
    pub page: Page,
    pub name: String,
    /// May be empty.
    pub make: String,
    pub address: String,
    /// How it is, and what is to be done about it.
    pub states: Vec<String>,
    pub is_two_sided: bool,
    /// From the left edge, from the upper edge, and between the two marks; in millimetres.
    pub measured: [Field; 3],
    /// What went wrong just before.
    pub wrong: Option<String>,
    pub path: String,
}

impl PrinterPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        Self {
            name: "窓口のプリンター".into(),
            make: "Example 3000".into(),
            address: "ipp://192.168.1.20:631/ipp/print".into(),
            states: ["desk-printer-stopped", "desk-problem-paper-empty"]
                .map(|key| page.text.plain(key))
                .into(),
            is_two_sided: true,
            measured: [Field::with("20.5"), Field::with("19.8"), Field::with("150.0")],
            wrong: Some(page.text.plain("desk-trouble-wrong-media")),
            path: "/desk/printers/1".into(),
            page,
        }
    }
}

/// What becomes of a job.
#[derive(Template)]
#[template(path = "desk/job.html")]
pub struct JobPage {
    pub page: Page,
    /// Name of the printer.
    pub printer: String,
    pub state: String,
    /// What is to be done.
    pub problems: Vec<String>,
    /// It is not at its end: the page looks again by itself.
    pub is_open: bool,
    pub path: String,
    pub back: String,
}

/// The tail of the message about a job: `desk-job-<word>`.
pub fn job_word(state: JobState) -> &'static str {
    match state {
        JobState::Waiting => "waiting",
        JobState::Printing => "printing",
        JobState::Stopped => "stopped",
        JobState::Done => "done",
        JobState::Cancelled => "cancelled",
        JobState::Aborted => "aborted",
    }
}

impl JobPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        Self {
            printer: "窓口のプリンター".into(),
            state: page.text.plain(&format!("desk-job-{}", job_word(JobState::Stopped))),
            problems: vec![page.text.plain("desk-problem-paper-empty")],
            is_open: true,
            path: "/desk/printers/1/jobs/7".into(),
            back: "/desk/printers/1".into(),
            page,
        }
    }

    /// Printed.
    #[cfg(test)]
    pub fn done(page: Page) -> Self {
        let state = page.text.plain("desk-job-done");
        Self { state, problems: vec![], is_open: false, ..Self::sample(page) }
    }
}
