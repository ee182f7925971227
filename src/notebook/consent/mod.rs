//! What the person has agreed to, one row for each thing, as it was ticked on the signed form. Each can
//! be given and withdrawn alone. Beside them, the conditions that follow from what was not agreed to.

use serde::{Deserialize, Serialize};

use crate::clock::Instant;
use crate::id::Id;

pub mod sql;

/// What a consent is about; the words stand in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConsentScope {
    /// A copy of what stands on paper is kept. Without it the notebook is for paper only.
    DigitalCopy,
    /// The offices that care for the person may read and write, as a class.
    CareOffices,
    /// One relative may read and write.
    Relative(Id),
    /// In an emergency the crew sees the chosen items.
    Emergency,
    /// The family doctor reads the record of advance care planning.
    CarePlanning,
}

impl ConsentScope {
    /// The words in the database: the scope, and the kind of its subject.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::DigitalCopy => ("digital_copy", "person"),
            Self::CareOffices => ("care_offices", "office"),
            Self::Relative(_) => ("relative", "relative"),
            Self::Emergency => ("emergency", "person"),
            Self::CarePlanning => ("care_planning", "person"),
        }
    }

    /// The one it is given for; `None` for the person, and for offices as a class.
    pub fn subject(self) -> Option<Id> {
        match self {
            Self::Relative(relative) => Some(relative),
            _ => None,
        }
    }
}

/// Who signed the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signer {
    Person,
    /// Somebody who may sign for the person.
    Proxy,
}

/// What is sealed of a consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentDetails {
    pub signer: Signer,
    /// Who explained it, by name.
    pub explained_by: String,
    /// Key of the form's picture, wrapped for this row.
    pub form_key: Option<Vec<u8>>,
}

/// A consent as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    pub id: Id,
    pub scope: ConsentScope,
    pub given_at: Instant,
    /// The blob of the form's picture.
    pub form_photo: Option<Id>,
    pub details: ConsentDetails,
}

/// Something that holds beside the notebook's state (DESIGN 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// The person wants no digital copy.
    PaperOnly,
}

impl Condition {
    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::PaperOnly => "paper_only",
        }
    }
}
