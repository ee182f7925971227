//! A part of an upload: a located sheet, or the whole photo, and how it stands with it.

use serde::{Deserialize, Serialize};

use super::filing::{Target, Why};
use super::{Ink, Pair, Redaction, Strip, Transcript};
use crate::clock::Instant;
use crate::id::NotebookNumber;
use crate::sheet::sql::PrintedSheet;

/// A part of an upload: a located sheet, or the whole photo.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    pub number: u32,
    pub state: PartState,
    /// What it shows and its thumbnail, wrapped by the house; `None` once it is filed.
    pub pictures: Option<Pair>,
    /// What belongs to it, when it was taken out of a notebook.
    #[serde(default)]
    pub brought: Option<Brought>,
}

/// What belonged to a photo in the notebook that it was taken out of, wrapped by the house while it waits to be filed
/// again.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Brought {
    /// What was new on it, and what people read there.
    pub ink: Option<Ink>,
    pub strips: Vec<Strip>,
    pub transcripts: Vec<Transcript>,
    /// What of it is kept to supporters.
    pub redaction: Option<Redaction>,
    pub written_on: Option<Instant>,
}

/// How it stands with a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum PartState {
    /// In this notebook (its serial).
    Filed {
        notebook: u64,
        sheet: Option<u16>,
        design: Option<String>,
        #[serde(default)]
        sharing: Sharing,
        /// The paper was of a former volume, or its code was replaced.
        #[serde(default)]
        is_old: bool,
        /// Another photo of the same sheet stands for it.
        #[serde(default)]
        is_double: bool,
    },
    /// Waits for a tap; `hints` are serials of notebooks that codes in view speak for, `pad` that of the
    /// sheet out of a pad that it shows, `label` that of its marks where no code says more.
    Waiting {
        why: Why,
        hints: Vec<u64>,
        #[serde(default)]
        pad: Option<u64>,
        #[serde(default)]
        known: Option<KnownSheet>,
        #[serde(default)]
        label: Option<u8>,
    },
    /// Waits until `notebook` (its serial) is open to the uploader, if a code says which one.
    Held {
        #[serde(default)]
        notebook: Option<u64>,
        #[serde(default)]
        known: Option<KnownSheet>,
    },
    /// Goes into no notebook: its uploader does not want it there, `was` being how it stood; `None` where its person
    /// is on paper alone, and nothing is left of it.
    Discarded { was: Option<Box<PartState>> },
}

/// The printed sheet on a photo that waits: who may see it goes with it wherever it is filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownSheet {
    pub design: String,
    pub revision: Vec<u8>,
    /// The serial of the notebook that it is of, and its number there.
    pub notebook: u64,
    pub sheet: Option<u16>,
}

impl KnownSheet {
    /// The printed sheet that a code tells.
    pub fn of(target: &Target) -> Option<Self> {
        let PrintedSheet { design, revision, sheet, .. } = target.sheet.clone()?;
        Some(Self { design, revision, notebook: target.notebook.serial(), sheet: Some(sheet) })
    }
}

/// How a filed photo stands with the family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sharing {
    /// Its uploader may send it, and has not said.
    #[default]
    Offered,
    /// Its uploader has said that it stays with the supporters.
    Kept,
    Sent,
    /// Its sheet is not for the family: it can neither be offered nor sent.
    Never,
}

impl Part {
    /// The whole photo may be shown in its place: it is not known to be a sheet of ours, and never was in a notebook.
    pub fn may_be_whole(&self) -> bool {
        let PartState::Waiting { pad: None, known: None, label: None, .. } = self.state.asked() else {
            return false;
        };
        self.brought.is_none()
    }
}

impl PartState {
    /// The notebook in which it was filed.
    pub fn notebook(&self) -> Option<NotebookNumber> {
        match self {
            Self::Filed { notebook, .. } => NotebookNumber::from_serial(*notebook),
            _ => None,
        }
    }

    /// How it stands, or stood before its uploader put it aside.
    pub fn asked(&self) -> &Self {
        match self {
            Self::Discarded { was: Some(was) } => was,
            state => state,
        }
    }

    /// Whether a tap may file it into this notebook, if that is open to the uploader.
    pub fn may_go_to(&self, number: NotebookNumber) -> bool {
        match self.asked() {
            Self::Waiting { .. } => true,
            Self::Held { notebook, .. } => *notebook == Some(number.serial()),
            _ => false,
        }
    }

    /// The notebook that it is held for.
    pub fn held_for(&self) -> Option<NotebookNumber> {
        match self.asked() {
            Self::Held { notebook, .. } => notebook.and_then(NotebookNumber::from_serial),
            _ => None,
        }
    }

    /// The number of the sheet out of a pad that waits for a tap.
    pub fn pad(&self) -> Option<NotebookNumber> {
        match self.asked() {
            Self::Waiting { pad, .. } => pad.and_then(NotebookNumber::from_serial),
            _ => None,
        }
    }

    /// True while a tap is asked for.
    pub fn waits(&self) -> bool {
        matches!(self, Self::Waiting { .. })
    }
}
