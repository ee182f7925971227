//! What can be printed, and what each document needs to know. The person's name belongs to the inside of a booklet,
//! and to pages made of what was written (`record`); nothing that is seen from the outside is ever given it.

use crate::print::press::code::Code;
use crate::print::press::record::{Chronicle, Digest, HandOut, VitalsReport};
use crate::print::press::stock::Stock;
use crate::sheet::design::{Format, Region};
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

/// How the pages of booklets are laid onto paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
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

impl Arrangement {
    /// Every arrangement, the usual one first.
    pub const ALL: [Self; 3] = [Self::Pages, Self::SaddleStitch, Self::PrintShop];

    /// The word in designs and forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pages => "pages",
            Self::SaddleStitch => "saddle-stitch",
            Self::PrintShop => "print-shop",
        }
    }

    /// The arrangement of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|arrangement| arrangement.word() == word)
    }
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
    /// 1 for the first; later ones say so on the cover.
    pub volume: u16,
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

/// How much of a booklet is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Extent {
    #[default]
    Whole,
    /// The front and the back cover alone, for sheets that are bound elsewhere.
    Covers,
}

/// A booklet, or several one after the other: a batch for the shelf.
#[derive(Clone, Serialize)]
pub struct Booklets {
    pub booklets: Vec<Booklet>,
    pub arrangement: Arrangement,
    pub extent: Extent,
}

impl Booklets {
    fn page_count(&self) -> usize {
        let pages: usize = match self.extent {
            Extent::Whole => self.booklets.iter().map(Booklet::page_count).sum(),
            Extent::Covers => 2 * self.booklets.len(),
        };
        if self.arrangement == Arrangement::SaddleStitch { pages / 2 } else { pages }
    }
}

/// One sheet by itself at its trimmed size.
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

/// Sheets one after the other, one a page: added sheets, reprints, pads, a photo bookmark, a form.
#[derive(Clone, Serialize)]
pub struct Sheets {
    pub pages: Vec<SingleSheet>,
}

/// The size of the card in the card case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CardSize {
    /// 85.6 × 54 mm, as bank cards (ISO/IEC 7810 ID-1).
    Iso,
    /// 91 × 55 mm, as Japanese business cards.
    Business,
}

/// The card in the card case, at its trimmed size.
#[derive(Clone, Serialize)]
pub struct CardInsert {
    pub notebook: NotebookFace,
    pub code: Code,
    pub size: CardSize,
}

/// What a label says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LabelKind {
    /// For the card case or the cover of a booklet already in use: words for a finder. At least
    /// [`Stock::CASE_MIN`].
    Case,
    /// For one page of a booklet already in use.
    Page,
}

/// One label.
#[derive(Clone, Serialize)]
pub struct Label {
    pub kind: LabelKind,
    pub notebook: NotebookFace,
    /// What a page sticker is for, such as `3ページ`.
    pub title: String,
    pub code: Code,
}

/// By how much a printer shifts and scales, found with the calibration sheet.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Calibration {
    /// Added to the place of everything, in millimetres.
    pub x: f64,
    pub y: f64,
    /// What everything is multiplied by.
    pub scale: f64,
}

impl Default for Calibration {
    fn default() -> Self {
        Self { x: 0.0, y: 0.0, scale: 1.0 }
    }
}

/// Labels on a named stock.
#[derive(Clone, Serialize)]
pub struct Labels {
    pub stock: Stock,
    /// The first place that is used, from 1: those before it were used up.
    pub start: usize,
    pub calibration: Calibration,
    pub labels: Vec<Label>,
}

impl Labels {
    fn page_count(&self) -> usize {
        (self.start.saturating_sub(1) + self.labels.len()).div_ceil(self.stock.places())
    }
}

/// The sheet that a printer is measured with.
#[derive(Clone, Serialize)]
pub struct CalibrationSheet {
    pub city: String,
}

/// An A4 page to cut: case label, card insert and photo bookmark of one notebook.
#[derive(Clone, Serialize)]
pub struct CarriersPage {
    pub notebook: NotebookFace,
    pub case: Code,
    pub bookmark: Code,
}

/// A4 pages to cut, one a notebook.
#[derive(Clone, Serialize)]
pub struct Carriers {
    pub pages: Vec<CarriersPage>,
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
    Sheets(Sheets),
    CardInsert(CardInsert),
    Labels(Labels),
    Carriers(Carriers),
    RegistrationSlip(RegistrationSlip),
    CalibrationSheet(CalibrationSheet),
    Digest(Digest),
    VitalsReport(VitalsReport),
    HandOut(HandOut),
    Chronicle(Chronicle),
}

impl Document {
    /// The Typst file that lays it out.
    pub(super) fn main_file(&self) -> &'static str {
        match self {
            Self::Booklets(_) => "booklet.typ",
            Self::Sheets(_) => "sheet.typ",
            Self::CardInsert(_) => "card-insert.typ",
            Self::Labels(_) => "labels.typ",
            Self::Carriers(_) => "carriers.typ",
            Self::RegistrationSlip(_) => "registration-slip.typ",
            Self::CalibrationSheet(_) => "calibration.typ",
            Self::Digest(_) => "digest.typ",
            Self::VitalsReport(_) => "vitals-report.typ",
            Self::HandOut(_) => "hand-out.typ",
            Self::Chronicle(_) => "chronicle.typ",
        }
    }

    /// How many pages it must have; `None` where text flows on.
    pub(super) fn page_count(&self) -> Option<usize> {
        Some(match self {
            Self::Digest(_) | Self::HandOut(_) | Self::Chronicle(_) => return None,
            Self::Booklets(several) => several.page_count(),
            Self::Sheets(sheets) => sheets.pages.len(),
            Self::Labels(labels) => labels.page_count(),
            Self::Carriers(carriers) => carriers.pages.len(),
            _ => 1,
        })
    }

    /// The text of every code that must stand on its pages, each as often as it must stand there.
    pub(super) fn code_texts(&self) -> Vec<&str> {
        match self {
            Self::Booklets(several) => match several.extent {
                Extent::Whole => several.booklets.iter().flat_map(Booklet::code_texts).collect(),
                Extent::Covers => several.booklets.iter().map(|booklet| booklet.cover.text()).collect(),
            },
            Self::Sheets(sheets) => {
                sheets.pages.iter().filter_map(|page| page.sheet.code.as_ref()).map(Code::text).collect()
            }
            Self::CardInsert(card) => vec![card.code.text()],
            Self::Labels(labels) => labels.labels.iter().map(|label| label.code.text()).collect(),
            // The case label and the card in the case bear the same code.
            Self::Carriers(carriers) => {
                let pages = carriers.pages.iter();
                pages.flat_map(|page| [&page.case, &page.case, &page.bookmark]).map(Code::text).collect()
            }
            Self::RegistrationSlip(slip) => vec![slip.link.text()],
            _ => vec![],
        }
    }

    /// The pictures that it shows as `/pictures/0.jpg` and on.
    pub(super) fn pictures(&self) -> &[Vec<u8>] {
        if let Self::Chronicle(chronicle) = self { &chronicle.pictures } else { &[] }
    }

    /// Its words are what people wrote, not names that must be printed rightly or not at all.
    pub(super) fn is_of_words(&self) -> bool {
        matches!(self, Self::Digest(_) | Self::VitalsReport(_) | Self::HandOut(_) | Self::Chronicle(_))
    }
}
