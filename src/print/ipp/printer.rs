//! The operations: what can be asked of a printer, and of a print server about its queues.

use super::connection::{Heard, exchange};
use super::description::{self, Description, PrinterState, plain};
use super::job::{self, Job, JobNumber, JobRequest};
use super::message::{About, Answer, Group, Operation, Request, Tag};
use super::trust::Fingerprint;
use super::{Address, Trouble, media};
use crate::id::Id;

/// Which attributes an answer is to have.
const REQUESTED: &str = "requested-attributes";

/// Statuses of RFC 8011, appendix B.
mod status {
    pub(super) const BAD_REQUEST: u16 = 0x0400;
    pub(super) const FORBIDDEN: u16 = 0x0401;
    pub(super) const NOT_AUTHENTICATED: u16 = 0x0402;
    pub(super) const NOT_AUTHORIZED: u16 = 0x0403;
    pub(super) const NOT_POSSIBLE: u16 = 0x0404;
    pub(super) const NOT_FOUND: u16 = 0x0406;
    pub(super) const GONE: u16 = 0x0407;
    pub(super) const FORMAT_NOT_SUPPORTED: u16 = 0x040a;
    pub(super) const FORMAT_ERROR: u16 = 0x0411;
    pub(super) const OPERATION_NOT_SUPPORTED: u16 = 0x0501;
    pub(super) const SERVICE_UNAVAILABLE: u16 = 0x0502;
    pub(super) const TEMPORARY_ERROR: u16 = 0x0505;
    pub(super) const NOT_ACCEPTING: u16 = 0x0506;
    pub(super) const BUSY: u16 = 0x0507;
}

/// A printer or a queue in the network. Every call is one connection or two; none is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printer {
    pub address: Address,
    /// The certificate that its encrypted connections must show; `None` takes any.
    pub certificate: Option<Fingerprint>,
}

impl Printer {
    /// From what a clerk has typed.
    pub fn at(typed: &str) -> Result<Self, Trouble> {
        Ok(Self { address: Address::parse(typed)?, certificate: None })
    }

    /// The same printer, from here on only with this certificate.
    #[must_use]
    pub fn trusting(self, certificate: Fingerprint) -> Self {
        Self { certificate: Some(certificate), ..self }
    }

    /// Asks what it is, what it can do and how it is.
    pub async fn describe(&self) -> Result<Description, Trouble> {
        let heard = self.ask_printer(&description::ATTRIBUTES).await?;
        let group = heard.answer.groups(About::Printer).next().ok_or(Trouble::NotAPrinter)?;
        Description::read(group, heard.certificate).ok_or(Trouble::NotAPrinter)
    }

    /// Sends a PDF, after the printer has said that it can print it so.
    pub async fn print(&self, pdf: &[u8], request: &JobRequest) -> Result<JobNumber, Trouble> {
        let description = self.describe().await?;
        description.check(request.sides)?;
        let asked = description.media.ask_for(request.media);
        let asked = asked.ok_or_else(|| media::wrong(&description.media_ready, &description.media))?;
        let request = job::write(&self.address.to_string(), request, &asked, pdf);
        let heard = self.succeed(request, Trouble::NoSuchPrinter).await?;
        let number = heard.answer.groups(About::Job).find_map(|group| group.number("job-id"));
        number.map(JobNumber).ok_or(Trouble::Unanswered)
    }

    /// Asks how far a job has come.
    pub async fn job(&self, job: JobNumber) -> Result<Job, Trouble> {
        let mut request = self.about(Operation::JobAttributes, Some(job));
        request.texts(Tag::Keyword, REQUESTED, &job::ATTRIBUTES);
        let heard = self.succeed(request.finish(&[]), Trouble::UnknownJob).await?;
        let found = heard.answer.groups(About::Job).next().ok_or(Trouble::UnknownJob)?;
        let printer = self.ask_printer(&job::PRINTER_ATTRIBUTES).await?;
        let printer = printer.answer.groups(About::Printer).next().cloned().unwrap_or_default();
        Job::read(found, &printer).ok_or(Trouble::NotAPrinter)
    }

    /// Looks for the job of this name, after [`Trouble::Unanswered`]; printers forget jobs after their end,
    /// some at once.
    pub async fn find(&self, name: Id) -> Result<Option<JobNumber>, Trouble> {
        let name = name.to_string();
        for which in ["not-completed", "completed"] {
            let mut request = self.about(Operation::Jobs, None);
            request.text(Tag::Keyword, "which-jobs", which);
            request.texts(Tag::Keyword, REQUESTED, &["job-id", "job-name"]);
            let heard = self.succeed(request.finish(&[]), Trouble::NoSuchPrinter).await?;
            let mut jobs = heard.answer.groups(About::Job);
            let found = jobs.find(|job| job.texts("job-name").any(|own| own == name));
            if let Some(number) = found.and_then(|job| job.number("job-id")) {
                return Ok(Some(JobNumber(number)));
            }
        }
        Ok(None)
    }

    /// Takes a job back; sheets that came out already stay.
    pub async fn cancel(&self, job: JobNumber) -> Result<(), Trouble> {
        let request = self.about(Operation::CancelJob, Some(job)).finish(&[]);
        self.succeed(request, Trouble::UnknownJob).await.map(|_| ())
    }

    async fn ask_printer(&self, attributes: &[&str]) -> Result<Heard, Trouble> {
        let mut request = self.about(Operation::PrinterAttributes, None);
        request.texts(Tag::Keyword, REQUESTED, attributes);
        self.succeed(request.finish(&[]), Trouble::NoSuchPrinter).await
    }

    fn about(&self, operation: Operation, job: Option<JobNumber>) -> Request {
        Request::new(operation, Some(&self.address.to_string()), job.map(|job| job.0))
    }

    /// Sends a request that must succeed; `missing` says what was looked for.
    async fn succeed(&self, request: Vec<u8>, missing: Trouble) -> Result<Heard, Trouble> {
        let heard = exchange(&self.address, self.certificate, request).await?;
        match trouble(&heard.answer, missing) {
            Some(trouble) => Err(trouble),
            None => Ok(heard),
        }
    }
}

/// A queue of a print server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    pub printer: Printer,
    /// What people call it, from the server: plain text of at most 120 characters, not to be trusted.
    pub name: String,
    /// Where its printer stands, likewise.
    pub location: String,
    pub state: PrinterState,
}

/// The queues of the CUPS server on this address's host and port; whatever path it has is passed over.
pub async fn list_queues(server: &Printer) -> Result<Vec<Queue>, Trouble> {
    let asked =
        ["printer-uri-supported", "printer-name", "printer-info", "printer-location", "printer-state"];
    let mut request = Request::new(Operation::CupsPrinters, None, None);
    request.texts(Tag::Keyword, REQUESTED, &asked);
    let heard = exchange(&server.address.root(), server.certificate, request.finish(&[])).await?;
    match heard.answer.status {
        status::NOT_FOUND => return Ok(Vec::new()),
        // A printer misses its own address in the request.
        status::OPERATION_NOT_SUPPORTED | status::BAD_REQUEST => return Err(Trouble::NotAServer),
        _ => {}
    }
    match trouble(&heard.answer, Trouble::NotAServer) {
        Some(trouble) => Err(trouble),
        None => Ok(heard.answer.groups(About::Printer).filter_map(|group| queue(server, group)).collect()),
    }
}

/// The server names its queues by a host that may be known to itself alone: only the path is taken.
fn queue(server: &Printer, group: &Group) -> Option<Queue> {
    let own = group.texts("printer-uri-supported").find_map(|uri| Address::parse(uri).ok())?;
    let text = |name: &str| plain(group.texts(name).next().unwrap_or_default());
    let [information, name] = ["printer-info", "printer-name"].map(text);
    Some(Queue {
        printer: Printer { address: server.address.with_path_of(&own), certificate: server.certificate },
        name: if information.is_empty() { name } else { information },
        location: text("printer-location"),
        state: description::state(group)?,
    })
}

/// What an answer's status means; `None` for success.
fn trouble(answer: &Answer, missing: Trouble) -> Option<Trouble> {
    Some(match answer.status {
        ..0x0100 => return None,
        status::NOT_AUTHENTICATED => Trouble::NeedsPassword,
        status::FORBIDDEN | status::NOT_AUTHORIZED => Trouble::Refused(answer.status),
        status::NOT_POSSIBLE => Trouble::TooLate,
        status::NOT_FOUND | status::GONE => missing,
        status::FORMAT_NOT_SUPPORTED | status::FORMAT_ERROR => Trouble::WrongFormat,
        status::NOT_ACCEPTING => Trouble::NotAccepting,
        status::SERVICE_UNAVAILABLE | status::TEMPORARY_ERROR | status::BUSY => Trouble::Busy,
        _ => Trouble::Refused(answer.status),
    })
}
