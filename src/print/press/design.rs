//! The sheet designs that can be printed: their keys, labels and titles, and for each side of the
//! booklet the revision and the geometry.

use crate::error::{Doing, Error, Result};
use crate::print::press::assets::Designs;
use crate::print::press::code::Code;
use crate::print::press::document::{Document, NotebookFace, Sheet, Sheets, SingleSheet};
use crate::print::press::{DotsPerInch, PlacedSheet, Press, Purpose, render};
use crate::sheet::design::{BLANK_DPI, Format, Geometry, LABEL_MAX};
use image::{DynamicImage, ImageFormat};
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::io::Cursor;

/// A sheet design.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// Short stable name: that of its file.
    pub key: String,
    /// Index by which its marks say which design this is, 0 to [`LABEL_MAX`].
    pub label: u8,
    /// As printed.
    pub title: String,
    /// For every format one for the right-hand page, and one for the left-hand page; a design with a
    /// frame of its own has one.
    pub faces: Vec<Face>,
}

/// A design on one paper and one side of the booklet.
#[derive(Debug, Clone, PartialEq)]
pub struct Face {
    pub format: Format,
    /// The right-hand page, whose outer edge is the right one.
    pub recto: bool,
    /// Which sources it was made of, its paper and which side it is: 64 hexadecimal digits.
    pub revision: String,
    pub geometry: Geometry,
}

/// SHA-256 over a design's sources, its paper and its side.
pub(super) fn revision(designs: &Designs, key: &str, format: Format, recto: bool) -> String {
    let mut hash = Sha256::new();
    hash.update(format.word());
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

    /// Key and label of every sheet design.
    pub fn labels(&self) -> Result<Vec<(String, u8)>> {
        let label = |key: &str| Ok((key.to_owned(), self.sample(key, Format::A5, true)?.geometry.label));
        self.sheet_keys().map(label).collect()
    }

    /// The revision that a sheet of this design has on this paper and this side of the booklet.
    pub fn revision(&self, key: &str, format: Format, recto: bool) -> String {
        revision(&self.designs, key, format, recto)
    }

    /// What a sheet looks like before anybody writes on it: a grey PNG of [`BLANK_DPI`], with a placeholder's
    /// symbol and numbers.
    pub fn blank(&self, key: &str, format: Format, recto: bool) -> Result<Vec<u8>> {
        let typeset = self.typeset(&sample_sheet(key, format, recto)?, Date::ZERO, Purpose::Paper)?;
        let page = DynamicImage::from(render(&typeset.pdf, 0, DotsPerInch(BLANK_DPI))?).into_luma8();
        let mut png = Cursor::new(Vec::new());
        page.write_to(&mut png, ImageFormat::Png).doing("writing the picture of a blank sheet")?;
        Ok(png.into_inner())
    }

    fn design(&self, key: &str) -> Result<Design> {
        let first = self.sample(key, Format::A5, true)?;
        let (label, title) = (first.geometry.label, first.title.clone());
        let mut faces = vec![face(first)];
        let places = Format::ALL.into_iter().flat_map(|format| [(format, true), (format, false)]);
        for (format, recto) in places.skip(1) {
            let sheet = self.sample(key, format, recto)?;
            if (sheet.format, sheet.recto) == (format, recto) {
                faces.push(face(sheet));
            }
        }
        Ok(Design { key: key.to_owned(), label, title, faces })
    }

    /// Lays a design out with a placeholder's data, to see where its parts lie.
    fn sample(&self, key: &str, format: Format, recto: bool) -> Result<PlacedSheet> {
        let document = sample_sheet(key, format, recto)?;
        let pages = self.lay_out(&document)?.1;
        let sheet = pages.into_iter().flat_map(|page| page.sheets).next();
        sheet
            .filter(|sheet| sheet.geometry.design == key)
            .ok_or_else(|| Error::broken("laying out a sheet design by its key"))
    }
}

fn face(sheet: PlacedSheet) -> Face {
    let PlacedSheet { recto, format, revision, geometry, .. } = sheet;
    Face { recto, format, revision, geometry }
}

/// A sheet of a design with a placeholder's data.
pub(super) fn sample_sheet(key: &str, format: Format, recto: bool) -> Result<Document> {
    let code = Some(Code::carrier("KAKEHASHI")?);
    let sheet = Sheet { design: key.to_owned(), number: None, code, filled: None };
    let (notebook, overlay) = (placeholder(), vec![]);
    Ok(Document::Sheets(Sheets { pages: vec![SingleSheet { notebook, sheet, format, recto, overlay }] }))
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
