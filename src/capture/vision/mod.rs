//! The camera's engine: bytes of one photo in, values and re-encoded pictures out. It is pure — no
//! store, no web, no files, no clock — and runs in a sandboxed process, since the bytes are
//! hostile. It reads codes but cannot know whether they are valid, and files nothing.
//!
//! # Stages, a file each
//!
//! `pages` makes pictures of a PDF's pages ·
//! `header` and `orientation` look at a file's beginning, `decode` unpacks it into a `picture` ·
//! `dark` patches with a square `outline`, refined by `edges`, are `marks` of the `dictionary` ·
//! (`paper` without any is found by its own edges) · four of them make one of the `sheets`, seen through a
//! `homography` · `code` reads QR codes · printed `lines` tell its `curl`, both make its `surface` · `flatten`
//! resamples, `light` evens, `verdict` advises, `encode` packs · `examine` is the order.
//!
//! Two flattened pictures of one sheet: their `strokes`, laid on each other by `align`, show new `ink`. `redact`
//! paints over what is not for every reader.

mod align;
mod code;
mod curl;
mod dark;
mod decode;
mod dictionary;
mod edges;
mod encode;
mod examine;
mod exif;
mod flatten;
mod header;
pub mod homography;
mod ink;
mod jpeg;
mod light;
mod linear;
mod lines;
mod marks;
mod missing;
mod orientation;
mod outline;
mod pages;
mod paper;
mod picture;
mod redact;
mod resize;
mod sheets;
mod sight;
mod strokes;
mod surface;
mod verdict;
mod view;

pub use examine::examine;
pub use header::{FIRST_BYTES, PictureKind, is_picture};
pub use ink::{Compared, NewStrip, strip_corner};
pub use pages::{PAGES_MAX, count_pages, page_picture};
pub use redact::{Rectangle, rectangle_of, redact};
pub use surface::Surface;
pub use verdict::Advice;
pub use view::frame_size;

use std::fmt;

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::sheet::design::{BLANK_DPI, Millimetres};

/// Largest photo that is read, in bytes (DESIGN 6).
pub const BYTES_MAX: usize = 25 << 20;
/// Longest side and most pixels of a photo that is read.
pub const SIDE_MAX: usize = 12_000;
pub const PIXELS_MAX: usize = 50_000_000;
/// Resolution of a flattened sheet, in dots per inch.
pub const FLATTENED_DPI: f64 = 2.0 * BLANK_DPI;
/// Millimetres in an inch.
const INCH: f64 = 25.4;
/// How much around the trimmed sheet its flattened picture shows.
pub const FLATTENED_MARGIN: Millimetres = Millimetres(10.0);

/// A place in a picture, in pixels: (0, 0) is its top left corner, not the middle of its first pixel.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Pixel {
    pub x: f64,
    pub y: f64,
}

impl Pixel {
    /// The same place in a picture `factor` times as large.
    pub fn scaled(self, factor: f64) -> Self {
        Self { x: self.x * factor, y: self.y * factor }
    }

    /// Distance to another place, in pixels.
    pub fn distance(self, other: Self) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }
}

/// What one photo holds. Places are pixels of the photo at full size, turned upright.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Size of the upright photo in pixels.
    pub width: usize,
    pub height: usize,
    /// When it was taken, by the phone's own clock and calendar, if the photo says so.
    pub taken_at: Option<DateTime>,
    pub codes: Vec<FoundCode>,
    pub sheets: Vec<LocatedSheet>,
    /// Where no sheet was located: the paper that stands out, if any does.
    pub paper: Option<FoundPaper>,
    /// The whole photo, upright, of [`frame_size`]: a JPEG without metadata.
    pub frame: Vec<u8>,
    /// The whole photo, small, about 20 kB: a JPEG without metadata.
    pub thumbnail: Vec<u8>,
    /// What could be better about the photo as a whole; each sheet has its own advice besides.
    pub advice: Vec<Advice>,
}

/// A QR code in a photo.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct FoundCode {
    pub text: String,
    /// Corners of its modules: the symbol's own top left, top right, bottom right, bottom left.
    pub corners: [Pixel; 4],
    /// Index of the sheet in which it lies at the place that the sheet's design declares.
    pub sheet: Option<usize>,
}

/// A sheet located by its marks.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct LocatedSheet {
    /// Label of its marks; it tells the design only together with the code.
    pub label: u8,
    /// Index, among the known geometries, of the one that fits: the one whose code was found in its
    /// place, or else the first with this label and size. `None` if no such geometry is known.
    pub geometry: Option<usize>,
    /// How many of the four marks were seen.
    pub marks_seen: usize,
    /// Corners of the trimmed sheet: top left, top right, bottom right, bottom left.
    pub page_corners: [Pixel; 4],
    /// Where all its places are seen.
    pub surface: Surface,
    /// The sheet from straight above at [`FLATTENED_DPI`] with [`FLATTENED_MARGIN`] around it,
    /// evenly lit: a JPEG without metadata.
    pub flattened: Vec<u8>,
    /// The trimmed sheet, small, about 20 kB: a JPEG without metadata.
    pub thumbnail: Vec<u8>,
    /// Index of the code found at its declared place.
    pub code: Option<usize>,
    /// What could be better about this sheet.
    pub advice: Vec<Advice>,
}

/// Paper without marks, found by its edges: a suggestion.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct FoundPaper {
    /// Top left, top right, bottom right, bottom left as the photo shows it.
    pub corners: [Pixel; 4],
    /// It from straight above, evenly lit: a JPEG without metadata, and its size in pixels.
    pub flattened: Vec<u8>,
    pub width: u32,
    pub height: u32,
    /// It, small, about 20 kB: a JPEG without metadata.
    pub thumbnail: Vec<u8>,
}

impl Finding {
    /// All pictures in a fixed order, so that they can be sent beside the values instead of in them.
    pub fn pictures_mut(&mut self) -> Vec<&mut Vec<u8>> {
        let of_sheets = self.sheets.iter_mut().flat_map(|sheet| [&mut sheet.flattened, &mut sheet.thumbnail]);
        let of_paper = self.paper.iter_mut().flat_map(|paper| [&mut paper.flattened, &mut paper.thumbnail]);
        [&mut self.frame, &mut self.thumbnail].into_iter().chain(of_sheets).chain(of_paper).collect()
    }
}

// What a photo shows belongs to a person: it never reaches a log, nor do the codes' texts.
impl fmt::Debug for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Finding");
        shown.field("width", &self.width).field("height", &self.height).field("codes", &self.codes);
        shown.field("sheets", &self.sheets).field("advice", &self.advice).finish_non_exhaustive()
    }
}

impl fmt::Debug for FoundPaper {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("FoundPaper").field("corners", &self.corners).finish_non_exhaustive()
    }
}

impl fmt::Debug for FoundCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("FoundCode").field("sheet", &self.sheet).finish_non_exhaustive()
    }
}

impl fmt::Debug for LocatedSheet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("LocatedSheet");
        shown.field("label", &self.label).field("marks_seen", &self.marks_seen).field("code", &self.code);
        shown.field("advice", &self.advice).finish_non_exhaustive()
    }
}

/// Why a photo could not be read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Unreadable {
    #[error("the file is empty")]
    Empty,
    #[error("the file has more than 25 MiB")]
    TooLarge,
    #[error("the file is not a picture")]
    NotAPicture,
    #[error("the file is a HEIC or AVIF picture")]
    Heic,
    #[error("the picture is of a rare kind")]
    Unsupported,
    #[error("the file is a PDF, which is read page by page")]
    Pdf,
    #[error("the PDF has more than 20 pages")]
    TooManyPages,
    #[error("the PDF is locked")]
    Locked,
    #[error("the picture has too many pixels")]
    TooManyPixels,
    #[error("the picture is broken")]
    Broken,
}
