//! The sheet designs that can be printed: their keys, labels and titles, and for each side of the
//! booklet the revision and the geometry.

use crate::error::{Error, Result};
use crate::print::press::assets::Designs;
use crate::print::press::code::Code;
use crate::print::press::document::{Document, NotebookFace, Sheet, SingleSheet};
use crate::print::press::{PlacedSheet, Press};
use crate::sheet::design::{Geometry, LABEL_MAX};
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// A sheet design.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// Short stable name: that of its file.
    pub key: String,
    /// Index by which its marks say which design this is, 0 to [`LABEL_MAX`].
    pub label: u8,
    /// As printed.
    pub title: String,
    /// One for the right-hand page, and one for the left-hand page unless both are alike.
    pub faces: Vec<Face>,
}

/// A design on one side of the booklet.
#[derive(Debug, Clone, PartialEq)]
pub struct Face {
    /// The right-hand page, whose outer edge is the right one.
    pub recto: bool,
    /// Which sources it was made of, and which side it is: 64 hexadecimal digits.
    pub revision: String,
    pub geometry: Geometry,
}

/// SHA-256 over a design's sources and its side.
pub(super) fn revision(designs: &Designs, key: &str, recto: bool) -> String {
    let mut hash = Sha256::new();
    hash.update(if recto { b"recto".as_slice() } else { b"verso".as_slice() });
    for source in designs.making_of(key) {
        hash.update((source.len() as u64).to_be_bytes());
        hash.update(source);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Press {
    /// Every sheet design, by key. Lays each out on both sides; refuses two designs with one label.
    pub fn designs(&self) -> Result<Vec<Design>> {
        let designs: Vec<Design> = self.sheet_keys().map(|key| self.design(key)).collect::<Result<_>>()?;
        let labels: HashSet<u8> = designs.iter().map(|design| design.label).collect();
        let in_range = labels.iter().all(|&label| label <= LABEL_MAX);
        if labels.len() == designs.len() && in_range {
            Ok(designs)
        } else {
            Err(Error::broken("giving every design a label of its own"))
        }
    }

    /// The revision that a sheet of this design has when it is printed on this side of the booklet.
    pub fn revision(&self, key: &str, recto: bool) -> String {
        revision(&self.designs, key, recto)
    }

    fn design(&self, key: &str) -> Result<Design> {
        let (right, left) = (self.sample(key, true)?, self.sample(key, false)?);
        let (label, title) = (right.geometry.label, right.title.clone());
        let mut faces = vec![self.face(right)];
        if !left.recto {
            faces.push(self.face(left));
        }
        Ok(Design { key: key.to_owned(), label, title, faces })
    }

    fn face(&self, sheet: PlacedSheet) -> Face {
        let PlacedSheet { recto, revision, geometry, .. } = sheet;
        Face { recto, revision, geometry }
    }

    /// Lays a design out with a placeholder's data, to see where its parts lie.
    fn sample(&self, key: &str, recto: bool) -> Result<PlacedSheet> {
        let code = Code::carrier("KAKEHASHI")?;
        let sheet = Sheet { design: key.to_owned(), number: None, code: Some(code) };
        let document = Document::SingleSheet(SingleSheet { notebook: placeholder(), sheet, recto });
        let pages = self.lay_out(&document)?.1;
        let sheet = pages.into_iter().flat_map(|page| page.sheets).next();
        sheet
            .filter(|sheet| sheet.geometry.design == key)
            .ok_or_else(|| Error::broken("laying out a sheet design by its key"))
    }
}

fn placeholder() -> NotebookFace {
    NotebookFace {
        city: "市".to_owned(),
        desk_name: "窓口".to_owned(),
        desk_telephone: "000-000-0000".to_owned(),
        number: "0000-0000-0000".to_owned(),
        symbol: "ume".to_owned(),
        colour: "beni".to_owned(),
        sample: false,
    }
}
