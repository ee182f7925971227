//! Capture turns a photograph into what stands on paper: it is kept before it is acknowledged, read in a
//! locked-in process, filed by the codes on it or by a person's tap.
//!
//! # Layout
//! - here: a filed photo; [`upload`]: what was sent, with its parts; [`filing`]: which notebook each goes to (pure)
//! - [`vision`]: the engine, bytes in, values out; [`worker`]: the processes it runs in
//! - [`sql`]: the rows; [`pictures`]: sealed pictures beside them
//! - [`inbox`]: receiving and the job loop; [`reading`]: from bytes to a decision; [`settle`]: its one write;
//!   [`split`]: a PDF becomes a photo for each page; [`tap`]: filing by a person's tap
//! - [`web`], [`pile`], [`confirm`], [`photo`]: the pages; [`api`]: for programs; [`view`]: what they show

use std::cmp::Reverse;
use std::fmt;
use std::str::FromStr;

use crate::access::audience::{Audience, Reader};
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::id::{Actor, Id, Position};

pub mod api;
pub mod confirm;
pub mod filing;
pub mod inbox;
pub mod photo;
pub mod pictures;
pub mod pile;
pub mod reading;
pub mod split;
use sql::settle;
pub mod sql;
pub mod tap;
pub mod upload;
pub mod view;
pub mod vision;
pub mod web;
pub mod worker;

pub use upload::{
    Contents, KEPT_SHORT, KEPT_WAITING, KnownSheet, Pair, Part, PartState, Picture, Sharing, State, Tip,
    Upload, UploadKey,
};

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
    /// Its place in the order of time.
    pub fn position(&self) -> Position {
        Position { at: self.photographed_at, id: self.name.id, part: Reverse(self.name.part) }
    }

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
        for wrong in
            ["", "1", "01890a5d-ac96-774b-bcce-b302099aabcd-x", "01890a5d-ac96-774b-bcce-b302099aabcd1"]
        {
            assert!(wrong.parse::<PhotoName>().is_err(), "{wrong}");
        }
    }
}
