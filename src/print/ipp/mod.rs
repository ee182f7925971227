//! Prints on real paper: speaks the Internet Printing Protocol (RFC 8010, 8011) with a network printer or
//! with a queue of a CUPS server. It knows documents as bytes and people not at all: a job is called by an
//! id. What printers answer is taken for hostile: bounded, never trusted to be whole, never shown as it is.
//!
//! # Layout
//! - here: what can go [wrong](Trouble); [`address`]: what a clerk may type; [`media`]: papers
//! - [`message`]: requests and answers as bytes (pure); [`trust`]: certificates; [`connection`]: one exchange
//! - [`description`]: what a printer is; [`problem`]: what it reports; [`job`]: what is asked of it, and what
//!   became of that (all pure)
//! - [`printer`]: the operations themselves

use media::Media;

pub mod address;
pub mod connection;
pub mod description;
pub mod job;
pub mod media;
pub mod message;
pub mod printer;
pub mod problem;
pub mod trust;

pub use address::Address;
pub use description::{Description, PrinterState};
pub use job::{Job, JobNumber, JobRequest, JobState, Sides};
pub use printer::{Printer, Queue, list_queues};
pub use problem::Problem;
pub use trust::Fingerprint;

/// Why a printer did not do what it was asked: each is another thing to do for who reads it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// What was typed is no address of a printer.
    #[error("no address of a printer")]
    Address,
    /// Nobody answers there: switched off, another network, a wrong name or port.
    #[error("nobody answers there")]
    NotReachable,
    /// The connection was made and no whole answer came. A document on its way may be printed or not:
    /// [look for its job](Printer::find) before it is sent again.
    #[error("no whole answer came")]
    Unanswered,
    /// Somebody answers who is no printer.
    #[error("it is no printer")]
    NotAPrinter,
    /// A print server answers that has no printer of this name.
    #[error("the server has no such printer")]
    NoSuchPrinter,
    /// A printer answers that is no print server and has no queues.
    #[error("it is no print server")]
    NotAServer,
    /// It asks for a user and a password.
    #[error("it needs a password")]
    NeedsPassword,
    /// It speaks over encrypted connections alone: `ipps://` instead of `ipp://`.
    #[error("it needs an encrypted connection")]
    NeedsEncryption,
    /// No encrypted connection came about: `ipp://` may do.
    #[error("no encrypted connection")]
    NotEncrypted,
    /// Another certificate than the one that was trusted: a new printer, or somebody in between.
    #[error("another certificate than the trusted one")]
    OtherCertificate,
    /// It does not let this server in, or did not want this request; the status of HTTP or of IPP.
    #[error("refused with status {0:#06x}")]
    Refused(u16),
    /// It takes no jobs at present: somebody has switched that off.
    #[error("it takes no jobs")]
    NotAccepting,
    /// It has too much to do; later it may go.
    #[error("it is busy")]
    Busy,
    /// It cannot print PDF.
    #[error("it cannot print PDF")]
    WrongFormat,
    /// It never prints on this paper; these it has in its trays or, if it does not say, can take.
    #[error("it has no such paper")]
    WrongMedia {
        /// The papers that there are, each once.
        there: Vec<Media>,
    },
    /// It prints on one side alone.
    #[error("it prints on one side alone")]
    OneSidedOnly,
    /// The printer does not know this job, or no longer: many forget a job soon after its end.
    #[error("it does not know the job")]
    UnknownJob,
    /// The job has come to its end already.
    #[error("the job is at its end")]
    TooLate,
}
