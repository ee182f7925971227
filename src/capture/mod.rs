//! Capture turns a photograph into what stands on paper: it is kept before it is acknowledged, read in a
//! locked-in process, filed by the codes on it or by a person's tap.
//!
//! # Layout
//! - here: a filed photo; [`upload`]: what was sent, [`part`]: what became of each part of it; [`filing`]: which
//!   notebook each goes to (pure)
//! - [`vision`]: the engine, bytes in, values out; [`worker`]: the processes it runs in
//! - [`sql`]: the rows; [`pictures`]: sealed pictures beside them
//! - [`inbox`]: receiving and the job loop; [`reading`]: from bytes to a decision; [`settle`]: its one write;
//!   [`split`]: a PDF becomes a photo for each page; [`tap`]: filing by a person's tap; [`take_out`]: the way back
//! - [`ink`]: what is new on a filed photo, and what somebody read there; [`redaction`]: parts of
//!   a page that supporters alone see; [`coverage`]: which sheets were photographed
//! - [`web`], [`pile`], [`row`], [`confirm`], [`photo`], [`strip`], [`which_page`], [`give_back`]: the pages; [`sent`]: what was sent, for
//!   its uploader; [`api`]: for programs; [`view`], [`photo_view`],
//!   [`sheet_view`]: what they show

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::access::audience::{Audience, Reader};
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::id::{Actor, Id, Position};
use crate::sheet::design::Area;
use vision::Rectangle;

pub mod api;
pub mod confirm;
pub mod coverage;
pub mod filing;
pub mod give_back;
pub mod inbox;
pub mod ink;
pub mod part;
pub mod photo;
pub mod photo_view;
pub mod pictures;
pub mod pile;
pub mod reading;
pub mod redaction;
pub mod row;
pub mod sent;
pub mod sheet_view;
pub mod split;
use sql::settle;
pub mod sql;
pub mod strip;
pub mod take_out;
pub mod tap;
pub mod upload;
pub mod view;
pub mod vision;
pub mod web;
pub mod which_page;
pub mod worker;

pub use part::{Brought, KnownSheet, Part, PartState, Sharing};
pub use upload::{
    Contents, KEPT_SHORT, KEPT_WAITING, Pair, Picture, State, Tip, Upload, UploadKey, last_day,
};

/// The name of a filed photo in addresses: the upload's id, with the part behind it when it is not the
/// first: `019a…` or `019a…-1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
#[derive(Debug, Clone, PartialEq)]
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
    /// What comparing it told; `None` until it was compared.
    pub ink: Option<Ink>,
    /// The rows that are new on it, from top to bottom.
    pub strips: Vec<Strip>,
    /// What of it is kept to supporters; `None` while nobody has said.
    pub redaction: Option<Redaction>,
    /// The photo that is shown in place of this one: the same sheet, taken by the same person within minutes.
    pub double_of: Option<Id>,
    /// The photo of the same sheet that it was compared with; `None` where it was the blank sheet alone.
    pub compared_with: Option<Id>,
}

/// Parts of a photo that supporters alone see.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Redaction {
    /// Where they lie on the large picture, as its uploader said.
    pub areas: Vec<Rectangle>,
    /// What others of the team keep to supporters of other photos of its sheet.
    #[serde(default)]
    pub others: Vec<Rectangle>,
    /// The pictures in which they are painted over; `None` without areas.
    pub pictures: Option<Pair>,
}

impl Redaction {
    /// Every area that is painted over.
    pub fn all(&self) -> Vec<Rectangle> {
        [&self.areas[..], &self.others].concat()
    }
}

/// Neighbours share an edge; so many pixels more (half a millimetre) and one lies in the other.
const EDGE: u32 = 4;

/// Whether this lies, at least in part, in one of these areas.
pub fn is_hidden(areas: &[Rectangle], area: &Rectangle) -> bool {
    areas.iter().any(|hidden| hidden.overlap(area) > EDGE)
}

/// What comparing a photo with the one before it, or with the blank sheet, told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ink {
    /// There are new strips.
    New,
    /// Nothing was written since.
    Same,
    /// The pictures do not lie on each other, or there is nothing to compare with.
    Unclear,
}

impl Ink {
    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Same => "same",
            Self::Unclear => "unclear",
        }
    }

    /// From the word in the database.
    pub fn from_word(word: &str) -> Result<Self> {
        let known = [Self::New, Self::Same, Self::Unclear].into_iter().find(|ink| ink.word() == word);
        known.ok_or(Error::broken("reading what is new on a photo"))
    }
}

/// Rows of a sheet that were written in since it was photographed last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Strip {
    /// What its transcripts call it; no other place of its photo has the same one, whatever becomes of the others.
    pub number: usize,
    /// Names of the regions, from top to bottom; none for what stands outside of all of them.
    pub regions: Vec<String>,
    /// Where they lie on the sheet.
    pub area: Area,
    pub picture: Picture,
}

impl Strip {
    /// Where it lies on the flattened picture.
    pub fn rectangle(&self) -> Rectangle {
        vision::rectangle_of(&self.area)
    }
}

/// What somebody read in a strip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transcript {
    pub id: Id,
    /// Which strip of the photo.
    pub strip: u32,
    pub author: Actor,
    pub recorded_at: Instant,
    pub text: String,
}

/// What people read in the strips of photos, strip by strip, oldest first.
pub type Transcripts = BTreeMap<PhotoName, Vec<Transcript>>;

impl Photo {
    /// Its place in the order of time.
    pub fn position(&self) -> Position {
        Position { at: self.photographed_at, id: self.name.id, part: Reverse(self.name.part) }
    }

    /// The photo as this reader may see it: without what is kept to supporters, if they are none. `None` if they
    /// may not see it at all.
    pub fn seen_by(mut self, reader: &Reader) -> Option<Self> {
        if !self.audience.admits(reader, self.uploader) {
            return None;
        }
        let hidden = self.hidden_from(reader);
        self.strips.retain(|strip| !is_hidden(&hidden, &strip.rectangle()));
        if let Some(Redaction { pictures: Some(pictures), .. }) =
            self.redaction.as_ref().filter(|_| !hidden.is_empty())
        {
            self.pictures = pictures.clone();
        }
        Some(self)
    }

    /// The areas of its large picture that this reader, who may see the photo, does not see.
    pub fn hidden_from(&self, reader: &Reader) -> Vec<Rectangle> {
        let is_whole = Audience::Supporters.admits(reader, self.uploader);
        self.redaction.as_ref().filter(|_| !is_whole).map(Redaction::all).unwrap_or_default()
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
        for wrong in
            ["", "1", "01890a5d-ac96-774b-bcce-b302099aabcd-x", "01890a5d-ac96-774b-bcce-b302099aabcd1"]
        {
            assert!(wrong.parse::<PhotoName>().is_err(), "{wrong}");
        }
    }
}
