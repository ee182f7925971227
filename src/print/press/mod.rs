//! The press typesets documents from Typst designs, proves every code on them, and says where
//! everything lies on the page. Pure: values in, bytes and values out; it knows no store, no web and
//! no clock. Designs see only registered files and the embedded fonts.

mod assets;
mod code;
mod design;
mod document;
mod inspect;
mod layout;
mod outline;
mod picture;
mod proof;
mod record;
mod stock;
mod world;

pub use code::Code;
pub use design::{Design, Face};
pub use document::{
    Arrangement, Booklet, Booklets, Calibration, CalibrationSheet, CardInsert, CardSize, Carriers,
    CarriersPage, Document, Extent, Label, LabelKind, Labels, NotebookFace, RegistrationSlip, Sheet, Sheets,
    SingleSheet,
};
pub use inspect::{Finding, Inspected, inspect};
pub use layout::{PageLayout, PlacedSheet, PrintedCode};
pub use picture::{DotsPerInch, paper_of, render};
pub use proof::prove;
pub use record::{
    Chapter, Chart, Chronicle, ChronicleKind, Contact, Digest, HandOut, Item, Mark, Person, PicturedPage,
    Series, Statement, VitalsReport,
};
pub use stock::Stock;

use crate::error::{Doing, Error, Result};
use assets::Designs;
use jiff::civil::Date;
use serde_json::Value;
use std::path::Path;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, Timestamp};
use world::{Job, Shelf};

/// For how many documents more what was worked out for one is kept, because most of it is the same for the next:
/// measured on booklets, with less two cores take it from each other, with more nothing is gained.
const KEPT_FOR: usize = 2;

/// Pages of a document behind which nothing is kept, so that memory stays flat over a large batch.
const LARGE: usize = 100;

/// Why a document cannot be printed as asked.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// These characters are in no embedded font.
    #[error("no font has {}", code_points(.0))]
    MissingGlyphs(Vec<char>),
    /// Text ran over its page, or a page got lost.
    #[error("{found} pages instead of {expected}")]
    PageCount { found: usize, expected: usize },
    /// A code's text has a character or a length that its kind of code cannot hold.
    #[error("a code cannot hold its text")]
    CodeText,
    /// A design left out a code, or drew it twice.
    #[error("the codes on the pages are not those of the document")]
    Codes,
    /// A code does not read as meant; pages count from 1.
    #[error("a code on page {page} does not read as meant")]
    Unreadable { page: usize },
    /// A design cannot be laid out, for instance because a text is too long for its place.
    #[error("design: {0}")]
    Design(String),
}

impl Refusal {
    fn fault(self) -> Error {
        Error::fault("printing", self)
    }
}

fn code_points(characters: &[char]) -> String {
    let names: Vec<String> =
        characters.iter().map(|&character| format!("U+{:04X}", u32::from(character))).collect();
    names.join(", ")
}

/// What a PDF is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Printing: small, without tags.
    Paper,
    /// Reading on a screen, also aloud: tagged.
    Screen,
}

/// A finished document.
#[derive(Debug, Clone)]
pub struct Typeset {
    pub pdf: Vec<u8>,
    pub pages: Vec<PageLayout>,
}

/// Fonts, designs and symbols, ready to print. Made once; jobs may run at the same time.
pub struct Press {
    designs: Designs,
    shelf: Shelf,
}

impl Press {
    /// Reads the embedded assets; `*.typ` files in `overrides` and its folder `sheets` replace or join
    /// the embedded designs.
    pub fn new(overrides: Option<&Path>) -> Result<Self> {
        Self::of(Designs::new(overrides)?)
    }

    /// With one sheet design more, or in the place of one: its key and its source.
    pub fn with_sheet(overrides: Option<&Path>, key: &str, source: String) -> Result<Self> {
        let mut designs = Designs::new(overrides)?;
        designs.set_sheet(key, source);
        Self::of(designs)
    }

    fn of(designs: Designs) -> Result<Self> {
        let shelf = Shelf::new(&designs)?;
        Ok(Self { designs, shelf })
    }

    /// Compiles one document and exports it. `date` becomes the PDF's date. Refuses characters that no
    /// font has, text that runs over, and codes left out; [`prove`] comes after.
    pub fn typeset(&self, document: &Document, date: Date, purpose: Purpose) -> Result<Typeset> {
        let typeset = self.export(document, date, purpose);
        let is_large = typeset.as_ref().is_ok_and(|typeset| typeset.pages.len() > LARGE);
        typst::comemo::evict(if is_large { 0 } else { KEPT_FOR });
        typeset
    }

    /// The characters of a text that no embedded font can print, each once. A variation selector
    /// counts as missing when no font has its sequence: the plain glyph would be printed instead.
    pub fn missing_glyphs(&self, text: &str) -> Vec<char> {
        let mut missing = Vec::new();
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            let selector = characters.next_if(|&next| is_selector(next));
            if !self.shelf.has_glyph(character, None) {
                missing.push(character);
            } else if !self.shelf.has_glyph(character, selector) {
                missing.extend(selector);
            }
        }
        missing.sort_unstable();
        missing.dedup();
        missing
    }

    /// What the record knows, with 〓 in the place of characters that no font has: words are never held back for
    /// an emoji. The person's own name and its reading stay as they are, and are refused if need be.
    pub fn printable(&self, mut known: Value) -> Value {
        let keep = |known: &Value, key: &str| known.get(key).cloned();
        let own = ["name", "kana"].map(|key| (key, keep(&known, key)));
        let mut missing = self.missing_glyphs(&strings(&known));
        missing.retain(|character| *character != '\n');
        replace(&mut known, &missing);
        for (key, value) in own {
            if let (Some(value), Some(place)) = (value, known.get_mut(key)) {
                *place = value;
            }
        }
        known
    }

    /// Keys of the sheet designs, sorted.
    pub fn sheet_keys(&self) -> impl Iterator<Item = &str> {
        self.designs.sheet_keys()
    }

    fn export(&self, document: &Document, date: Date, purpose: Purpose) -> Result<Typeset> {
        let (laid_out, pages) = self.lay_out(document)?;
        let options = PdfOptions {
            creator: Smart::Custom(Some("Kakehashi".to_owned())),
            timestamp: timestamp(date),
            tagged: purpose == Purpose::Screen,
            ..PdfOptions::default()
        };
        let exported = typst_pdf::pdf(&laid_out, &options);
        let pdf = exported.map_err(|errors| Refusal::Design(messages(&errors)).fault())?;
        Ok(Typeset { pdf, pages })
    }

    /// Compiles a document and reads its layout; refuses pages and codes that are not as they must be.
    fn lay_out(&self, document: &Document) -> Result<(PagedDocument, Vec<PageLayout>)> {
        let mut data = serde_json::to_value(document).doing("writing a document's data")?;
        let mut missing = self.missing_glyphs(&strings(&data));
        missing.retain(|character| *character != '\n');
        if document.is_of_words() {
            replace(&mut data, &missing);
        } else if !missing.is_empty() {
            return Err(Refusal::MissingGlyphs(missing).fault());
        }
        let data = serde_json::to_vec(&data).doing("writing a document's data")?;
        let job = self.shelf.job(document.main_file(), data, document.pictures())?;
        let compiled = typst::compile::<PagedDocument>(&job).output;
        let laid_out = compiled.map_err(|errors| refused(&job, &errors))?;
        let pages = layout::read(&laid_out, &self.designs)?;
        let found = pages.len();
        if let Some(expected) = document.page_count().filter(|expected| *expected != found) {
            return Err(Refusal::PageCount { found, expected }.fault());
        }
        if !same_codes(document.code_texts(), &pages) {
            return Err(Refusal::Codes.fault());
        }
        Ok((laid_out, pages))
    }
}

/// Whether a character chooses a variant of the one before it.
fn is_selector(character: char) -> bool {
    matches!(character, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// All strings of a document's data, joined.
fn strings(data: &Value) -> String {
    match data {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(strings).collect(),
        Value::Object(fields) => fields.values().map(strings).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => String::new(),
    }
}

/// Stands in for a character that no font has, where words are what people wrote.
const UNPRINTABLE: char = '〓';

/// Puts [`UNPRINTABLE`] in the place of these characters, in every string of a document's data.
fn replace(data: &mut Value, missing: &[char]) {
    match data {
        Value::String(text) if text.contains(missing) => {
            *text = text.replace(missing, &UNPRINTABLE.to_string())
        }
        Value::Array(values) => values.iter_mut().for_each(|value| replace(value, missing)),
        Value::Object(fields) => fields.values_mut().for_each(|value| replace(value, missing)),
        _ => {}
    }
}

/// Whether the pages bear exactly these codes.
fn same_codes(mut expected: Vec<&str>, pages: &[PageLayout]) -> bool {
    let mut found: Vec<&str> =
        pages.iter().flat_map(|page| &page.codes).map(|code| code.text.as_str()).collect();
    expected.sort_unstable();
    found.sort_unstable();
    expected == found
}

fn refused(job: &Job<'_>, errors: &[SourceDiagnostic]) -> Error {
    let located = |error| match job.line_of(error) {
        Some((file, line)) => format!("{file}:{line}: {}", error.message),
        None => error.message.to_string(),
    };
    let messages: Vec<String> = errors.iter().map(located).collect();
    Refusal::Design(messages.join("; ")).fault()
}

fn messages(errors: &[SourceDiagnostic]) -> String {
    errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("; ")
}

fn timestamp(date: Date) -> Option<Timestamp> {
    let (month, day) = (u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?);
    let midnight = Datetime::from_ymd_hms(date.year().into(), month, day, 0, 0, 0)?;
    Some(Timestamp::new_utc(midnight))
}
