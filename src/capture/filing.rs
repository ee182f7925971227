//! The rule of filing: which notebook each part of a photo goes to without a person's tap (DESIGN 6). It
//! is pure; what codes mean and what the uploader may do are found out before. When in doubt it waits:
//! a photo filed to a wrong notebook is the one mistake that must never happen.

use serde::{Deserialize, Serialize};

use crate::id::NotebookNumber;
use crate::sheet::code::{Carrier, CarrierKind};
use crate::sheet::design::{BOOKMARK_LABEL, Geometry};
use crate::sheet::sql::{CarrierState, PrintedSheet};

/// What one code in view turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Code {
    /// Not of our shape: a label of a product, a pharmacy's slip.
    Foreign,
    /// Of our shape, but no carrier that we printed.
    Forged,
    Genuine(Genuine),
}

/// A code that we printed.
#[derive(Debug, Clone, PartialEq)]
pub struct Genuine {
    pub carrier: Carrier,
    pub state: CarrierState,
    /// The uploader has a live grant with Photograph on its notebook.
    pub granted: bool,
    /// Its person chose to be on paper alone: no photo of theirs is kept.
    pub is_paper_only: bool,
    /// What was printed under it; only for a sheet, or one out of a pad.
    pub printed: Option<Printed>,
}

/// A printed sheet with the geometry of its design's revision.
#[derive(Debug, Clone, PartialEq)]
pub struct Printed {
    pub row: PrintedSheet,
    pub geometry: Geometry,
}

/// A sheet as the camera located it.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    /// Label of its marks.
    pub label: u8,
    /// Index of the code that was read at the place where `shape` has one.
    pub code: Option<usize>,
    /// The geometry by which that place was found.
    pub shape: Option<Geometry>,
}

/// What the camera saw in one photo.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    pub codes: Vec<Code>,
    pub sheets: Vec<Located>,
    /// Marks of a sheet are in view that was not located: something covers or cuts it.
    pub is_incomplete: bool,
}

/// Where a part belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub notebook: NotebookNumber,
    /// The printed sheet; `None` for paper that is not ours, or that nobody named.
    pub sheet: Option<PrintedSheet>,
}

/// Why a person is asked. The word is the tail of a message key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// No code says where it belongs.
    Marks,
    /// A code is in view that need not be of this paper.
    Conflict,
    /// A sheet out of a pad, which is nobody's yet.
    Unbound,
}

impl Why {
    /// The tail of the message key: `capture-confirm-<word>`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Marks => "marks",
            Self::Conflict => "conflict",
            Self::Unbound => "unbound",
        }
    }
}

/// What becomes of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    File(Target),
    /// One tap is asked for.
    Wait(Why),
    /// A sheet out of a pad: one tap says whose it is. The target is the sheet's own number.
    Bind(Target),
    /// Kept for the uploader, and names nothing: where it belongs is for when that notebook is open to them. `None`
    /// where no one notebook's code says it.
    Held(Option<Target>),
    /// Of somebody who is on paper alone: nothing is kept.
    Discard,
}

/// A part of a photo: a located sheet, or all of it where none was located.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Index of the located sheet; `None` for the whole photo.
    pub sheet: Option<usize>,
    pub outcome: Outcome,
}

impl Code {
    fn genuine(&self) -> Option<&Genuine> {
        if let Self::Genuine(genuine) = self { Some(genuine) } else { None }
    }

    fn is_paper_only(&self) -> bool {
        self.genuine().is_some_and(|genuine| genuine.is_paper_only)
    }

    /// Forged and without a grant are one and the same to the uploader.
    fn is_closed(&self) -> bool {
        match self {
            Self::Foreign => false,
            Self::Forged => true,
            Self::Genuine(genuine) => !genuine.granted && genuine.carrier.kind != CarrierKind::Unbound,
        }
    }
}

impl Genuine {
    /// The printed sheet, if all about the located one agrees with it: marks, size and place of the code.
    fn sheet_as_located(&self, located: &Located) -> Option<&PrintedSheet> {
        let (printed, shape) = (self.printed.as_ref()?, located.shape.as_ref()?);
        let declared = &printed.geometry;
        let agrees = self.carrier.kind.is_paper()
            && self.state != CarrierState::Recalled
            && printed.row.label == located.label
            && declared.label == located.label
            && declared.code.is_some()
            && (declared.width, declared.height, declared.code) == (shape.width, shape.height, shape.code);
        agrees.then_some(&printed.row)
    }
}

/// What becomes of every part of a photo. The bookmark itself is no part: it lies beside one.
pub fn file(seen: &Seen) -> Vec<Part> {
    let of_sheet = |(index, located): (usize, &Located)| Part {
        sheet: Some(index),
        outcome: file_sheet(seen, index, located),
    };
    let pages = seen.sheets.iter().enumerate().filter(|(_, located)| located.label != BOOKMARK_LABEL);
    let parts: Vec<Part> = pages.map(of_sheet).collect();
    if parts.is_empty() { vec![Part { sheet: None, outcome: file_whole(seen) }] } else { parts }
}

/// A located sheet is filed by its own code alone.
fn file_sheet(seen: &Seen, index: usize, located: &Located) -> Outcome {
    let is_shared = |code: usize| {
        seen.sheets.iter().enumerate().any(|(other, sheet)| other != index && sheet.code == Some(code))
    };
    let own = located.code.filter(|code| !is_shared(*code)).and_then(|code| seen.codes.get(code));
    match own {
        Some(code) if code.is_paper_only() => Outcome::Discard,
        Some(code) if code.is_closed() => Outcome::Held(code.genuine().map(|genuine| Target {
            notebook: genuine.carrier.number,
            sheet: genuine.sheet_as_located(located).cloned(),
        })),
        Some(Code::Genuine(genuine)) => match genuine.sheet_as_located(located) {
            Some(sheet) => {
                let target = Target { notebook: genuine.carrier.number, sheet: Some(sheet.clone()) };
                let is_unbound = genuine.carrier.kind == CarrierKind::Unbound;
                if is_unbound { Outcome::Bind(target) } else { Outcome::File(target) }
            }
            None => Outcome::Wait(Why::Conflict),
        },
        _ => Outcome::Wait(if has_stray_code(seen) { Why::Conflict } else { Why::Marks }),
    }
}

/// A code of our shape lies in view that belongs to none of the located sheets.
fn has_stray_code(seen: &Seen) -> bool {
    seen.codes.iter().enumerate().any(|(index, code)| {
        *code != Code::Foreign && seen.sheets.iter().all(|sheet| sheet.code != Some(index))
    })
}

/// Paper without our marks is filed by a page sticker or a photo bookmark, when nothing speaks for
/// another notebook.
fn file_whole(seen: &Seen) -> Outcome {
    let genuine: Vec<&Genuine> = seen.codes.iter().filter_map(Code::genuine).collect();
    let is_closed = seen.codes.iter().any(Code::is_closed);
    let Some(first) = genuine.iter().find(|code| code.granted) else {
        let is_unbound = genuine.iter().any(|code| code.carrier.kind == CarrierKind::Unbound);
        return match (is_closed, is_unbound) {
            (true, _) => keep_whole(seen, &genuine),
            (false, true) => Outcome::Wait(Why::Unbound),
            (false, false) => Outcome::Wait(Why::Marks),
        };
    };
    let notebook = first.carrier.number;
    if is_closed || genuine.iter().any(|code| code.carrier.number != notebook) {
        return Outcome::Wait(Why::Conflict);
    }
    let vouches = |code: &&Genuine| {
        matches!(code.carrier.kind, CarrierKind::Sticker | CarrierKind::Bookmark)
            && code.state == CarrierState::Live
    };
    if genuine.iter().any(vouches) && !seen.is_incomplete {
        Outcome::File(Target { notebook, sheet: None })
    } else {
        Outcome::Wait(Why::Marks)
    }
}

/// Paper without our marks beside codes of which none is open to the uploader.
fn keep_whole(seen: &Seen, genuine: &[&Genuine]) -> Outcome {
    let is_ours = |code: &&Code| **code != Code::Foreign;
    if seen.codes.iter().filter(is_ours).all(Code::is_paper_only) {
        return Outcome::Discard;
    }
    let first = genuine.first().map(|code| code.carrier.number);
    let is_of_one = genuine.iter().all(|code| Some(code.carrier.number) == first && !code.is_paper_only)
        && !seen.codes.contains(&Code::Forged);
    Outcome::Held(first.filter(|_| is_of_one).map(|notebook| Target { notebook, sheet: None }))
}

/// The notebooks that codes in view speak for and that are open to the uploader: offered beside the
/// visit's notebook when a part waits.
pub fn hints(codes: &[Code]) -> Vec<NotebookNumber> {
    let open = codes.iter().filter_map(Code::genuine).filter(|code| code.granted);
    let mut numbers: Vec<NotebookNumber> = open.map(|code| code.carrier.number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// True when codes of others are in view and none of ours.
pub fn is_foreign_only(codes: &[Code]) -> bool {
    !codes.is_empty() && codes.iter().all(|code| *code == Code::Foreign)
}

#[cfg(test)]
mod tests;
