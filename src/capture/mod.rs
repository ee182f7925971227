//! Capture turns a photograph into what stands on paper: it is kept before it is acknowledged, read in a
//! locked-in process, filed by the codes on it or by a person's tap.
//!
//! # Layout
//! - here: an upload with its parts, a filed photo (pure); [`filing`]: which notebook each part goes to
//! - [`vision`]: the engine, bytes in, values out; [`worker`]: the processes it runs in
//! - [`sql`]: the rows; [`pictures`]: sealed pictures beside them
//! - [`inbox`]: receiving and the job loop; [`reading`]: from what the camera found to filed photos;
//!   [`tap`]: filing by a person's tap
//! - [`web`], [`pile`], [`confirm`], [`photo`]: the pages; [`api`]: for programs; [`view`]: what they show

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::access::audience::{Audience, Reader};
use crate::clock::{DAY, Instant};
use crate::error::{Error, Result};
use crate::id::{Actor, ActorKind, Id, NotebookNumber};
use filing::Why;
use vision::Advice;

pub mod api;
pub mod confirm;
pub mod filing;
pub mod inbox;
pub mod photo;
pub mod pictures;
pub mod pile;
pub mod reading;
pub mod sql;
pub mod tap;
pub mod view;
pub mod vision;
pub mod web;
pub mod worker;

/// Waiting and held photos are kept so long, in milliseconds (DESIGN 6).
pub const KEPT_WAITING: i64 = 90 * DAY;
/// Unreadable photos, whole frames and the rows of filed uploads are kept so long, in milliseconds.
pub const KEPT_SHORT: i64 = 30 * DAY;

/// A sealed picture: its blob, the blob's key wrapped by who owns it, its size in pixels.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    pub blob: Id,
    pub key: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

impl fmt::Debug for Picture {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Picture({} × {})", self.width, self.height)
    }
}

/// How it stands with an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Reading,
    /// At least one part waits for a tap.
    Waiting,
    /// Nothing waits, and at least one part is of a notebook that is not open to the uploader.
    Held,
    Unreadable,
    Filed,
}

impl State {
    /// Every state there is.
    pub const ALL: [Self; 5] = [Self::Reading, Self::Waiting, Self::Held, Self::Unreadable, Self::Filed];

    /// The word in the database and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Waiting => "waiting",
            Self::Held => "held",
            Self::Unreadable => "unreadable",
            Self::Filed => "filed",
        }
    }

    /// From the word in the database.
    pub fn from_word(word: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word).ok_or(Error::broken("reading a photo state"))
    }
}

/// Who sent a photo and what they called it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadKey {
    pub kind: ActorKind,
    pub uploader: Id,
    pub id: Id,
}

impl UploadKey {
    /// The key of somebody's photo.
    pub fn new(uploader: Actor, id: Id) -> Self {
        Self { kind: uploader.kind, uploader: uploader.id, id }
    }
}

/// One uploaded photo with all that became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    pub key: UploadKey,
    pub state: State,
    /// SHA-256 of the bytes as sent.
    pub digest: [u8; 32],
    /// The notebook of the visit in which it was taken.
    pub visit: Option<NotebookNumber>,
    pub received_at: Instant,
    pub photographed_at: Instant,
    /// When it goes.
    pub until: Instant,
    /// Raised with every change.
    pub version: u32,
    pub contents: Contents,
}

/// What is sealed of an upload with the house key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// The bytes as sent, until they are read.
    pub raw: Option<Picture>,
    /// The whole photo, for its uploader alone.
    pub frame: Option<Picture>,
    pub thumbnail: Option<Picture>,
    pub parts: Vec<Part>,
    pub tips: Vec<Tip>,
}

/// A part of an upload: a located sheet, or the whole photo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub number: u32,
    pub state: PartState,
    /// What it shows and its thumbnail, wrapped by the house; `None` once it is filed.
    pub pictures: Option<Pair>,
}

/// A picture and its thumbnail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    pub large: Picture,
    pub thumbnail: Picture,
}

/// How it stands with a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum PartState {
    /// In this notebook (its serial), and whether the uploader has sent it to the family.
    Filed { notebook: u64, sheet: Option<u16>, design: Option<String>, shared: bool },
    /// Waits for a tap; `hints` are serials of notebooks that codes in view speak for.
    Waiting { why: Why, hints: Vec<u64> },
    Held,
}

/// What to do better, or what was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tip {
    Blur,
    Dark,
    Glare,
    Cut,
    Far,
    Covered,
    Code,
    Foreign,
    Broken,
}

impl Tip {
    /// The tail of the message key: `capture-advice-<word>`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Blur => "blur",
            Self::Dark => "dark",
            Self::Glare => "glare",
            Self::Cut => "cut",
            Self::Far => "far",
            Self::Covered => "covered",
            Self::Code => "code",
            Self::Foreign => "foreign",
            Self::Broken => "broken",
        }
    }

    /// From the engine's advice; paper without marks needs none.
    pub fn of(advice: Advice) -> Option<Self> {
        match advice {
            Advice::Blurred => Some(Self::Blur),
            Advice::TooDark => Some(Self::Dark),
            Advice::Glare => Some(Self::Glare),
            Advice::CutOff => Some(Self::Cut),
            Advice::TooFar => Some(Self::Far),
            Advice::Covered => Some(Self::Covered),
            Advice::CodeUnread => Some(Self::Code),
            Advice::NoSheet => None,
        }
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

    /// True while a tap is asked for.
    pub fn waits(&self) -> bool {
        matches!(self, Self::Waiting { .. })
    }
}

impl Contents {
    /// How it stands with the whole, from its parts.
    pub fn state(&self) -> State {
        if self.parts.iter().any(|part| part.state.waits()) {
            State::Waiting
        } else if self.parts.iter().any(|part| part.state == PartState::Held) {
            State::Held
        } else {
            State::Filed
        }
    }

    /// The first filed part: its notebook and printed sheet.
    pub fn filed(&self) -> Option<(NotebookNumber, Option<u16>)> {
        self.parts.iter().find_map(|part| match &part.state {
            PartState::Filed { sheet, .. } => Some((part.state.notebook()?, *sheet)),
            _ => None,
        })
    }
}

impl Upload {
    /// Takes what has become of the parts into state and date of going.
    pub fn settle(&mut self, now: Instant) {
        self.state = self.contents.state();
        let kept = if self.state == State::Filed { KEPT_SHORT } else { KEPT_WAITING };
        self.until = now.plus(kept);
    }
}

/// The name of a filed photo in addresses: the upload's id, with the part behind it when it is not the
/// first: `019a…` or `019a…-1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhotoName {
    pub id: Id,
    pub part: u32,
}

/// Characters of an id.
const ID_LENGTH: usize = 36;

impl fmt::Display for PhotoName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            0 => write!(formatter, "{}", self.id),
            part => write!(formatter, "{}-{part}", self.id),
        }
    }
}

impl FromStr for PhotoName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (id, rest) = text.split_at_checked(ID_LENGTH).ok_or(Error::NotFound)?;
        let part = match rest.strip_prefix('-') {
            Some(part) => part.parse().map_err(|_| Error::NotFound)?,
            None if rest.is_empty() => 0,
            None => return Err(Error::NotFound),
        };
        Ok(Self { id: id.parse()?, part })
    }
}

/// A photo in a notebook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    pub name: PhotoName,
    pub uploader: Actor,
    pub photographed_at: Instant,
    /// The day on which it was written (its first moment in Japan); `None` until somebody knows.
    pub written_on: Option<Instant>,
    pub filed_at: Instant,
    pub by_tap: bool,
    pub audience: Audience,
    pub design: Option<String>,
    pub revision: Option<Vec<u8>>,
    /// The printed sheet's number within the notebook.
    pub sheet: Option<u16>,
    pub pictures: Pair,
}

impl Photo {
    /// May this reader see it?
    pub fn is_for(&self, reader: &Reader) -> bool {
        self.audience.admits(reader, self.uploader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photos_name_survives_its_address() {
        let id: Id = "01890a5d-ac96-774b-bcce-b302099aabcd".parse().unwrap();
        for part in [0, 1, 17] {
            let name = PhotoName { id, part };
            assert_eq!(name.to_string().parse::<PhotoName>().unwrap(), name);
        }
        for wrong in ["", "1", "01890a5d-ac96-774b-bcce-b302099aabcd-x", "01890a5d-ac96-774b-bcce-b302099aabcd1"] {
            assert!(wrong.parse::<PhotoName>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_upload_waits_while_any_part_does_and_is_filed_when_all_are() {
        let part = |state| Part { number: 0, state, pictures: None };
        let filed = || part(PartState::Filed { notebook: 7, sheet: Some(3), design: None, shared: false });
        let waiting = || part(PartState::Waiting { why: Why::Marks, hints: vec![] });
        let state = |parts| Contents { parts, ..Contents::default() }.state();
        assert_eq!(state(vec![filed(), waiting(), part(PartState::Held)]), State::Waiting);
        assert_eq!(state(vec![filed(), part(PartState::Held)]), State::Held);
        assert_eq!(state(vec![filed(), filed()]), State::Filed);
    }
}
