//! A design is a sheet's template with its regions. This file holds its geometry: where the four
//! marks, the code and every declared region lie on the trimmed sheet. `print::press` reads it off
//! the laid-out document and `capture::vision` looks there, so that print and reading agree.
//! Coordinates: millimetres from the top left corner of the trimmed sheet, x to the right, y down.

use serde::{Deserialize, Serialize};

/// A length on paper.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millimetres(pub f64);

/// A place on a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Place {
    pub x: Millimetres,
    pub y: Millimetres,
}

/// An upright rectangle on a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Area {
    pub left: Millimetres,
    pub top: Millimetres,
    pub width: Millimetres,
    pub height: Millimetres,
}

impl Area {
    /// The area with so many millimetres more on every side.
    pub fn grown(self, by: f64) -> Self {
        Self {
            left: Millimetres(self.left.0 - by),
            top: Millimetres(self.top.0 - by),
            width: Millimetres(self.width.0 + 2.0 * by),
            height: Millimetres(self.height.0 + 2.0 * by),
        }
    }
}

/// What a region is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegionKind {
    /// One row of free handwriting.
    Row,
    /// A box to tick.
    Tick,
    /// A box for one digit.
    Digit,
    /// The QR code's modules, without the quiet zone.
    Code,
}

/// One declared region of a design. The name is unique within the design, such as `row-3`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Region {
    pub name: String,
    pub kind: RegionKind,
    pub area: Area,
}

/// Side of a corner mark's black square (DESIGN 5).
pub const MARK_SIDE: Millimetres = Millimetres(8.0);
/// Distance of a mark's centre from both edges of the trimmed sheet (DESIGN 5).
pub const MARK_INSET: Millimetres = Millimetres(9.0);
/// Marks of `DICT_4X4_250`: id = 4 × label + corner, so labels run from 0 to this one.
pub const LABEL_MAX: u8 = 61;
/// Resolution of the picture of a blank sheet, in dots per inch: half of a flattened photo's.
pub const BLANK_DPI: f64 = 100.0;
/// The label that every photo bookmark bears.
pub const BOOKMARK_LABEL: u8 = 61;

/// The paper of a sheet or a booklet, as in `print-assets/designs/formats.typ`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// 148 × 210 mm, for a two-hole file.
    #[default]
    A5,
    /// 105 × 148 mm.
    A6,
    /// 105 × 210 mm, as pocket diaries.
    Tall,
    /// 210 × 297 mm, with more rows.
    A4,
    /// A5 enlarged onto A4, for weak eyes.
    Large,
}

impl Format {
    /// Every format, the usual one first.
    pub const ALL: [Self; 5] = [Self::A5, Self::A6, Self::Tall, Self::A4, Self::Large];

    /// The word in designs, forms and rows.
    pub fn word(self) -> &'static str {
        match self {
            Self::A5 => "a5",
            Self::A6 => "a6",
            Self::Tall => "tall",
            Self::A4 => "a4",
            Self::Large => "large",
        }
    }

    /// The format of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }
}

/// Who reads a sheet of a design, unless somebody chooses otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SheetAudience {
    #[default]
    Everyone,
    /// Supporters only.
    Supporters,
    /// The caregiver who writes it, and the care manager.
    Caregiver,
}

/// Where everything lies on a sheet of one design and revision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Geometry {
    /// Short stable name, such as `blood-pressure`.
    pub design: String,
    /// Index of the design within its house style, 0 to [`LABEL_MAX`]; never unique by itself.
    pub label: u8,
    #[serde(default)]
    pub audience: SheetAudience,
    pub width: Millimetres,
    pub height: Millimetres,
    /// The code's modules without quiet zone; `None` on a sheet without a code.
    pub code: Option<Area>,
    pub regions: Vec<Region>,
}

impl Geometry {
    /// Centres of the four corner marks: top left, top right, bottom right, bottom left.
    pub fn mark_centres(&self) -> [Place; 4] {
        mark_centres(self.width, self.height)
    }
}

/// Centres of the corner marks of a sheet of this size: top left, top right, bottom right, bottom left.
pub fn mark_centres(width: Millimetres, height: Millimetres) -> [Place; 4] {
    let (near, right, bottom) =
        (MARK_INSET, Millimetres(width.0 - MARK_INSET.0), Millimetres(height.0 - MARK_INSET.0));
    [
        Place { x: near, y: near },
        Place { x: right, y: near },
        Place { x: right, y: bottom },
        Place { x: near, y: bottom },
    ]
}
