//! The world that a design sees: the embedded fonts, the registered files, one job's data, and
//! nothing else. No network, no disk, no clock.

use crate::error::{Error, Result};
use crate::print::press::assets::{self, Designs, SHEETS};
use std::collections::HashMap;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::layout::Abs;
use typst::syntax::{DiagSpan, FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook, FontVariant, FontVariations};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};

/// What all jobs share.
pub struct Shelf {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    sources: HashMap<FileId, Source>,
    files: HashMap<FileId, Bytes>,
    data: FileId,
}

impl Shelf {
    /// Parses the fonts and the designs.
    pub fn new(designs: &Designs) -> Result<Self> {
        let fonts: Vec<Font> =
            assets::FONTS.iter().filter_map(|&(_, bytes)| Font::new(Bytes::new(bytes), 0)).collect();
        if fonts.len() != assets::FONTS.len() {
            return Err(Error::broken("reading an embedded font"));
        }
        let mut sources = HashMap::new();
        for (name, text) in designs.sources() {
            let id = file_id(&format!("/designs/{name}"))?;
            sources.insert(id, Source::new(id, text.to_owned()));
        }
        let mut files = HashMap::new();
        for (path, bytes) in assets::other_files()? {
            files.insert(file_id(&path)?, Bytes::new(bytes));
        }
        Ok(Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            sources,
            files,
            data: file_id("/data.json")?,
        })
    }

    /// Whether some font has a glyph for a character; with a variation selector, whether the font that
    /// prints the character has that sequence.
    pub fn has_glyph(&self, character: char, selector: Option<char>) -> bool {
        let font = self.fonts.iter().find(|font| font.info().coverage.contains(character.into()));
        match (font, selector) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(font), Some(selector)) => {
                let (variant, size) = (FontVariant::default(), Abs::pt(1.0));
                let instance = font.clone().instantiate(variant, size, &FontVariations::default());
                instance.ttf().glyph_variation_index(character, selector).is_some()
            }
        }
    }

    /// The world of one job: its main file, its data as JSON, and its pictures.
    pub fn job(&self, main_file: &str, data: Vec<u8>, pictures: &[Vec<u8>]) -> Result<Job<'_>> {
        let named = |(index, picture): (usize, &Vec<u8>)| {
            Ok((file_id(&format!("/pictures/{index}.jpg"))?, Bytes::new(picture.clone())))
        };
        Ok(Job {
            shelf: self,
            main: file_id(&format!("/designs/{main_file}"))?,
            data: Bytes::new(data),
            pictures: pictures.iter().enumerate().map(named).collect::<Result<_>>()?,
        })
    }
}

fn file_id(path: &str) -> Result<FileId> {
    let path = VirtualPath::new(path).map_err(|_| Error::broken("naming a design file"))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// One job's view of the shelf.
pub struct Job<'a> {
    shelf: &'a Shelf,
    main: FileId,
    data: Bytes,
    pictures: HashMap<FileId, Bytes>,
}

impl Job<'_> {
    /// File and line that a mistake is about: the nearest one in a sheet's own design, if it leads there.
    pub fn line_of(&self, error: &SourceDiagnostic) -> Option<(String, usize)> {
        let traced = error.trace.iter().map(|point| DiagSpan::from(point.span));
        let spans = std::iter::once(error.span).chain(traced);
        let mut places = spans.filter_map(|span| self.place(span));
        let first = places.next()?;
        let is_sheet = |place: &(String, usize)| place.0.starts_with(SHEETS);
        Some(if is_sheet(&first) { first } else { places.find(is_sheet).unwrap_or(first) })
    }

    fn place(&self, span: DiagSpan) -> Option<(String, usize)> {
        let id = span.id()?;
        let line = self.source(id).ok()?.lines().byte_to_line(self.range(span)?.start)? + 1;
        let path = id.vpath().get_without_slash();
        Some((path.strip_prefix("designs/").unwrap_or(path).to_owned(), line))
    }
}

impl World for Job<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.shelf.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.shelf.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.shelf.sources.get(&id).cloned().ok_or_else(|| not_registered(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.shelf.data {
            return Ok(self.data.clone());
        }
        let found = self.shelf.files.get(&id).or_else(|| self.pictures.get(&id));
        found.cloned().ok_or_else(|| not_registered(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.shelf.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn not_registered(id: FileId) -> FileError {
    FileError::NotFound(id.vpath().get_without_slash().into())
}
