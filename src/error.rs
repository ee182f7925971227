//! The one error of the house. It says whose fault a failure is and what the reader can do;
//! it knows nothing of HTTP or of any feature. `web` turns it into a page or a JSON answer.

use std::error::Error as StdError;

/// Every fallible function of the house returns this.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The reader's input cannot be used; the advice says what to do instead.
    #[error("input cannot be used: {0:?}")]
    Invalid(Advice),
    /// There is no such thing, or the reader may not know of it.
    #[error("not found")]
    NotFound,
    /// Nobody is signed in, or the sign-in has ended.
    #[error("sign-in needed")]
    SignInNeeded,
    /// The reader is known, but may not do this.
    #[error("not allowed")]
    Forbidden,
    /// Somebody else changed it in the meantime.
    #[error("changed in the meantime")]
    Conflict,
    /// Too many tries; the reader may go on after this many seconds.
    #[error("too many tries, wait {0} s")]
    TooMany(u32),
    /// Our own fault. The cause goes to the log, never to the reader.
    #[error("{0}")]
    Fault(Fault),
}

/// What the reader of a form should do: message keys of `text`, each with the field it belongs to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Advice(pub Vec<FieldAdvice>);

/// One sentence of advice. `field` is the form field's name, or empty for the whole form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldAdvice {
    pub field: &'static str,
    pub message: &'static str,
}

/// A failure of our own: what was being done, and the cause.
#[derive(Debug)]
pub struct Fault {
    pub doing: &'static str,
    pub cause: Option<Box<dyn StdError + Send + Sync>>,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.cause {
            Some(cause) => write!(formatter, "{}: {cause}", self.doing),
            None => formatter.write_str(self.doing),
        }
    }
}

impl Error {
    /// Advice about one form field (`field` is its name; empty for the whole form).
    pub fn advice(field: &'static str, message: &'static str) -> Self {
        Self::Invalid(Advice(vec![FieldAdvice { field, message }]))
    }

    /// A failure of our own with its cause.
    pub fn fault(doing: &'static str, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Fault(Fault { doing, cause: Some(cause.into()) })
    }

    /// A failure of our own that has no further cause: something that must hold does not.
    pub fn broken(doing: &'static str) -> Self {
        Self::Fault(Fault { doing, cause: None })
    }
}

/// Turns a foreign error into a [`Fault`], saying what was being done.
pub trait Doing<T> {
    /// Says what was being done when the foreign error came.
    fn doing(self, what: &'static str) -> Result<T>;
}

impl<T, E: Into<Box<dyn StdError + Send + Sync>>> Doing<T> for std::result::Result<T, E> {
    fn doing(self, what: &'static str) -> Result<T> {
        self.map_err(|cause| Error::fault(what, cause))
    }
}
