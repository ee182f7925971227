//! What can be printed, and what each document needs to know. The person's name belongs to the inside
//! of a booklet alone: no other document is ever given it.

use crate::print::press::code::Code;
use crate::sheet::design::Region;
use serde::{Deserialize, Serialize};

/// What every print of a notebook shows.
#[derive(Clone, Serialize)]
pub struct NotebookFace {
    /// The city's name: it comes first on everything.
    pub city: String,
    /// The city or district desk that a finder calls, never one office. Broken at spaces if need be.
    pub desk_name: String,
    pub desk_telephone: String,
    /// The notebook's number as people read it: `1234-5678-9012`.
    pub number: String,
    /// Key of the symbol, as in `print-assets/symbols/symbols.json`.
    pub symbol: String,
    /// Key of the colour, as in `print-assets/symbols/symbols.json`.
    pub colour: String,
    /// Prints 見本 on every page.
    pub sample: bool,
}

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

/// How the pages of booklets are laid onto paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arrangement {
    /// One page a side, at the trimmed size.
    #[default]
    Pages,
    /// Two pages a side on paper of twice the width, to be printed duplex on the short edge, folded
    /// and stapled.
    SaddleStitch,
    /// One page a side with 3 mm of bleed and crop marks.
    PrintShop,
}

/// One sheet to print.
#[derive(Clone, Serialize)]
pub struct Sheet {
    /// Key of a sheet design, such as `blood-pressure`.
    pub design: String,
    /// The printed sheet's number within its notebook; `None` for a form or a carrier without one.
    pub number: Option<u16>,
    pub code: Option<Code>,
    /// What the record knows, for designs that print it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filled: Option<serde_json::Value>,
}

/// A booklet: cover, guide, the sheets, back cover, bound on the left.
#[derive(Clone, Serialize)]
pub struct Booklet {
    pub notebook: NotebookFace,
    pub format: Format,
    /// The person's name for the page inside the cover; a blank booklet has a line to write it on.
    pub owner: Option<String>,
    pub cover: Code,
    pub sheets: Vec<Sheet>,
}

impl Booklet {
    /// Cover, guide and back cover beside the sheets.
    fn page_count(&self) -> usize {
        self.sheets.len() + 3
    }

    fn code_texts(&self) -> impl Iterator<Item = &str> {
        let sheets = self.sheets.iter().filter_map(|sheet| sheet.code.as_ref());
        std::iter::once(&self.cover).chain(sheets).map(Code::text)
    }
}

/// A booklet, or several one after the other: a batch for the shelf.
#[derive(Clone, Serialize)]
pub struct Booklets {
    pub booklets: Vec<Booklet>,
    pub arrangement: Arrangement,
}

impl Booklets {
    fn page_count(&self) -> usize {
        let pages: usize = self.booklets.iter().map(Booklet::page_count).sum();
        if self.arrangement == Arrangement::SaddleStitch { pages / 2 } else { pages }
    }
}

/// One sheet by itself at its trimmed size: a reprint, a photo bookmark, the consent form.
#[derive(Clone, Serialize)]
pub struct SingleSheet {
    pub notebook: NotebookFace,
    pub sheet: Sheet,
    pub format: Format,
    /// The sheet is a right-hand page: its outer edge is the right one.
    pub recto: bool,
    /// Regions to draw over the sheet, for whoever checks a design.
    pub overlay: Vec<Region>,
}

/// A thing that carries one code at its trimmed size: the case label or the card insert.
#[derive(Clone, Serialize)]
pub struct Coded {
    pub notebook: NotebookFace,
    pub code: Code,
}

/// An A4 page to cut: case label, card insert and photo bookmark.
#[derive(Clone, Serialize)]
pub struct Carriers {
    pub notebook: NotebookFace,
    pub case: Code,
    pub bookmark: Code,
}

/// The slip that invites one relative to register a phone. It asks for the last four digits of the
/// telephone on the application form, and never shows them.
#[derive(Clone, Serialize)]
pub struct RegistrationSlip {
    pub notebook: NotebookFace,
    /// Whom the slip is for.
    pub recipient: String,
    pub link: Code,
    /// Until when it holds, as a phrase: `令和8年12月6日（日）まで`.
    pub valid_until: String,
}

/// One print job.
#[derive(Clone, Serialize)]
#[serde(untagged)]
pub enum Document {
    Booklets(Booklets),
    SingleSheet(SingleSheet),
    CaseLabel(Coded),
    CardInsert(Coded),
    Carriers(Carriers),
    RegistrationSlip(RegistrationSlip),
}

impl Document {
    /// The Typst file that lays it out.
    pub(super) fn main_file(&self) -> &'static str {
        match self {
            Self::Booklets(_) => "booklet.typ",
            Self::SingleSheet(_) => "sheet.typ",
            Self::CaseLabel(_) => "case-label.typ",
            Self::CardInsert(_) => "card-insert.typ",
            Self::Carriers(_) => "carriers.typ",
            Self::RegistrationSlip(_) => "registration-slip.typ",
        }
    }

    /// How many pages it must have.
    pub(super) fn page_count(&self) -> usize {
        match self {
            Self::Booklets(several) => several.page_count(),
            _ => 1,
        }
    }

    /// The text of every code that must stand on its pages, each as often as it must stand there.
    pub(super) fn code_texts(&self) -> Vec<&str> {
        match self {
            Self::Booklets(several) => several.booklets.iter().flat_map(Booklet::code_texts).collect(),
            Self::SingleSheet(single) => single.sheet.code.iter().map(Code::text).collect(),
            Self::CaseLabel(coded) | Self::CardInsert(coded) => vec![coded.code.text()],
            // The case label and the card in the case bear the same code.
            Self::Carriers(carriers) => {
                vec![carriers.case.text(), carriers.case.text(), carriers.bookmark.text()]
            }
            Self::RegistrationSlip(slip) => vec![slip.link.text()],
        }
    }
}
