//! What `kakehashi read` prints of one photo: as JSON, whose field names are a promise to programs
//! that read it, or as a sentence. Places are pixels of the photo turned upright.

use std::fmt;

use serde::Serialize;

use crate::capture::vision::{Advice, Finding, FoundCode, LocatedSheet, Pixel};
use crate::error::{Doing, Result};
use crate::sheet::code::{Token, has_our_shape};
use crate::sheet::design::Geometry;

/// A place as [x, y], rounded to a thousandth of a pixel.
type Place = [f64; 2];

/// A photo that was read.
#[derive(Debug, Serialize)]
pub struct Report {
    pub file: String,
    /// Which page of a PDF, from 1.
    pub page: Option<usize>,
    /// Size in pixels, turned upright.
    pub width: usize,
    pub height: usize,
    pub codes: Vec<Code>,
    /// Whether any sheet was located.
    pub located: bool,
    /// Corners of the trimmed sheet: top left, top right, bottom right, bottom left. Of several sheets
    /// the first whose code was read, or else the first.
    pub page_corners_px: Option<[Place; 4]>,
    pub sheets: Vec<Sheet>,
    /// What could be better, about the photo and all its sheets.
    pub advice: Vec<Advice>,
    /// How long reading took, in milliseconds.
    pub ms: f64,
}

/// A code in a photo.
#[derive(Debug, Serialize)]
pub struct Code {
    pub text: String,
    /// Whether it has the shape of one of ours.
    pub ours: bool,
    /// Whether it is genuine; `None` where that cannot be known.
    pub valid: Option<bool>,
    /// What it stands on: `cover`, `case`, `sheet` …
    pub kind: Option<&'static str>,
    /// The notebook, as printed: 1234-5678-9012.
    pub number: Option<String>,
    pub generation: Option<u8>,
    pub sheet: Option<u16>,
    /// Corners of its modules: the symbol's own top left, top right, bottom right, bottom left.
    pub corners_px: [Place; 4],
}

/// A located sheet.
#[derive(Debug, Serialize)]
pub struct Sheet {
    /// Label of its marks.
    pub label: u8,
    pub design: Option<String>,
    /// Index of its own code among `codes`.
    pub code: Option<usize>,
    pub page_corners_px: [Place; 4],
    pub marks_seen: usize,
    pub advice: Vec<Advice>,
    /// The file that shows it from straight above, if one was asked for.
    pub flattened: Option<String>,
}

/// A photo that could not be read.
#[derive(Debug, Serialize)]
pub struct Failure {
    pub file: String,
    pub page: Option<usize>,
    pub error: String,
}

impl Report {
    /// What is told of a finding; `known` are the geometries it was read with.
    pub fn new(file: String, page: Option<usize>, finding: &Finding, known: &[Geometry], ms: f64) -> Self {
        let main = finding.sheets.iter().find(|sheet| sheet.code.is_some()).or(finding.sheets.first());
        let mut advice = finding.advice.clone();
        for one in finding.sheets.iter().flat_map(|sheet| &sheet.advice) {
            if !advice.contains(one) {
                advice.push(*one);
            }
        }
        Self {
            file,
            page,
            width: finding.width,
            height: finding.height,
            codes: finding.codes.iter().map(Code::new).collect(),
            located: main.is_some(),
            page_corners_px: main.map(|sheet| places(sheet.page_corners)),
            sheets: finding.sheets.iter().map(|sheet| Sheet::new(sheet, known)).collect(),
            advice,
            ms: rounded(ms),
        }
    }

    /// On one line.
    pub fn json(&self) -> Result<String> {
        serde_json::to_string(self).doing("writing what was found")
    }
}

impl Code {
    fn new(code: &FoundCode) -> Self {
        let carrier = Token::in_address(&code.text).map(|token| token.carrier);
        Self {
            text: code.text.clone(),
            ours: has_our_shape(&code.text),
            valid: None,
            kind: carrier.map(|carrier| carrier.kind.word()),
            number: carrier.map(|carrier| carrier.number.to_string()),
            generation: carrier.map(|carrier| carrier.generation),
            sheet: carrier.map(|carrier| carrier.sheet),
            corners_px: places(code.corners),
        }
    }
}

impl Sheet {
    fn new(sheet: &LocatedSheet, known: &[Geometry]) -> Self {
        let geometry = sheet.geometry.and_then(|index| known.get(index));
        Self {
            label: sheet.label,
            design: geometry.map(|geometry| geometry.design.clone()),
            code: sheet.code,
            page_corners_px: places(sheet.page_corners),
            marks_seen: sheet.marks_seen,
            advice: sheet.advice.clone(),
            flattened: None,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sheets, codes) = (self.sheets.len(), self.codes.len());
        let file = named(&self.file, self.page);
        write!(formatter, "{file}: {} × {} pixels, ", self.width, self.height)?;
        write!(formatter, "{sheets} located sheets, {codes} codes, {:.0} ms", self.ms)?;
        for code in &self.codes {
            match (&code.number, code.kind, code.sheet) {
                (Some(number), Some(kind), Some(sheet)) => write!(formatter, "; {kind} {sheet} of {number}")?,
                _ => formatter.write_str("; a code of others")?,
            }
        }
        if self.advice.is_empty() { Ok(()) } else { write!(formatter, "; advice: {:?}", self.advice) }
    }
}

impl Failure {
    /// On one line.
    pub fn json(&self) -> Result<String> {
        serde_json::to_string(self).doing("writing what was found")
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", named(&self.file, self.page), self.error)
    }
}

/// `scan.pdf page 2`.
fn named(file: &str, page: Option<usize>) -> String {
    page.map_or(file.to_owned(), |page| format!("{file} page {page}"))
}

fn places(corners: [Pixel; 4]) -> [Place; 4] {
    corners.map(|corner| [rounded(corner.x), rounded(corner.y)])
}

fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
