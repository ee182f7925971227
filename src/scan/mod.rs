//! Scanning a code: what a token means, and where it leads each reader. A scan changes nothing; it begins
//! a visit, kept in a sealed cookie, and the token leaves the address bar.
//!
//! # Layout
//! - here: what a scanned token means, and how long a visit lasts (pure)
//! - [`sql`]: verifying a token against the ledger; [`web`]: where it leads; [`join`]: joining a care team;
//!   [`notice`]: what finders and helpers say; [`emergency`]: what stands behind the emergency sheet's code
//! - [`view`]: the pages

use serde::{Deserialize, Serialize};

use crate::clock::{Instant, MINUTE};
use crate::id::{Id, NotebookNumber};
use crate::sheet::sql::CarrierState;

pub mod emergency;
pub mod join;
pub mod notice;
pub mod sql;
pub mod view;
pub mod web;

/// A visit ends after so long, in milliseconds (DESIGN 6).
pub const VISIT: i64 = 30 * MINUTE;

/// What a scanned token turned out to be. Unknown and forged are one and the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Meaning {
    /// Never printed by us, or damaged.
    Unknown,
    /// A carrier that was replaced, lost or recalled.
    Replaced,
    /// A live carrier.
    Live,
    /// A live emergency sheet: a live carrier, with one way more.
    Emergency,
    /// A sheet out of a pad that is nobody's yet.
    Unbound,
}

impl Meaning {
    /// From the state of the carrier; one that is not in the ledger was printed before it was noted.
    pub fn of(state: Option<CarrierState>) -> Self {
        match state {
            Some(CarrierState::Live) => Self::Live,
            Some(CarrierState::Replaced | CarrierState::Lost | CarrierState::Recalled) => Self::Replaced,
            None => Self::Unknown,
        }
    }
}

/// One reader's time with one notebook, as it is kept in a sealed cookie. An unknown code leaves a visit
/// of the same size, so that the two answers look alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    pub id: Id,
    pub meaning: Meaning,
    /// The notebook's serial, in ten digits.
    serial: [u8; 10],
    pub begun_at: Instant,
}

impl Visit {
    /// A visit that begins now.
    pub fn begin(id: Id, meaning: Meaning, notebook: NotebookNumber, now: Instant) -> Self {
        let mut serial = [0; 10];
        serial.copy_from_slice(format!("{:010}", notebook.serial()).as_bytes());
        Self { id, meaning, serial, begun_at: now }
    }

    /// The notebook that was scanned; `None` for an unknown code and for a sheet that is nobody's yet.
    pub fn notebook(&self) -> Option<NotebookNumber> {
        let serial = std::str::from_utf8(&self.serial).ok()?.parse().ok()?;
        NotebookNumber::from_serial(serial)
            .filter(|_| !matches!(self.meaning, Meaning::Unknown | Meaning::Unbound))
    }

    /// True for a carrier that is in use.
    pub fn is_of_live_carrier(&self) -> bool {
        matches!(self.meaning, Meaning::Live | Meaning::Emergency)
    }

    /// True until thirty minutes are over.
    pub fn is_live(&self, now: Instant) -> bool {
        now < self.begun_at.plus(VISIT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visit_to_an_unknown_code_names_no_notebook() {
        let number = NotebookNumber::from_serial(42).unwrap();
        let id = Id(uuid::Uuid::nil());
        assert_eq!(Visit::begin(id, Meaning::Live, number, Instant(0)).notebook(), Some(number));
        assert_eq!(Visit::begin(id, Meaning::Unknown, number, Instant(0)).notebook(), None);
    }

    #[test]
    fn a_visit_lasts_thirty_minutes() {
        let number = NotebookNumber::from_serial(42).unwrap();
        let visit = Visit::begin(Id(uuid::Uuid::nil()), Meaning::Live, number, Instant(0));
        assert!(visit.is_live(Instant(VISIT - 1)));
        assert!(!visit.is_live(Instant(VISIT)));
    }
}
