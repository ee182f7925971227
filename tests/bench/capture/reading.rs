//! What we find in a photo, and where the rule of filing would put it. Everybody concerned may upload.

use kakehashi::capture::filing::{self, Code, Genuine, Located, Outcome, Printed, Seen};
use kakehashi::capture::vision::{Advice, Finding, LocatedSheet, Pixel, examine};
use kakehashi::demo::photograph::lattice;
use kakehashi::sheet::code::{Carrier, CarrierKind};
use kakehashi::sheet::design::{Geometry, Millimetres, Place};
use kakehashi::sheet::sql::CarrierState;
use serde::Serialize;

use crate::booklets::Page;
use crate::shots::Truth;

/// What was read. Places are pixels of the upright picture.
#[derive(Serialize, Default)]
pub struct Reading {
    pub codes: Vec<String>,
    pub sheets: Vec<ReadSheet>,
    /// How many parts were filed to their own sheet, to another one, and how many wait for a person.
    pub filed: usize,
    pub misfiled: usize,
    pub waiting: usize,
}

/// A sheet as it was located.
#[derive(Serialize)]
pub struct ReadSheet {
    pub label: u8,
    pub marks: usize,
    pub corners: [[f64; 2]; 4],
    /// Where the flattened picture takes the places of the design's lattice from.
    pub lattice: Vec<[f64; 2]>,
}

/// Reads a photo of some of the pages.
pub fn read(jpeg: &[u8], pages: &[Page], truth: &[Truth]) -> Reading {
    let known: Vec<Geometry> = pages.iter().map(|page| page.geometry.clone()).collect();
    let Ok(finding) = examine(jpeg, &known) else { return Reading::default() };
    let sheet = |sheet: &LocatedSheet| ReadSheet {
        label: sheet.label,
        marks: sheet.marks_seen,
        corners: sheet.page_corners.map(|corner| [corner.x, corner.y]),
        lattice: places(sheet, &known)
            .map(|place| sheet.surface.see(place))
            .map(|seen| [seen.x, seen.y])
            .collect(),
    };
    let mut reading = Reading {
        codes: finding.codes.iter().map(|code| code.text.clone()).collect(),
        sheets: finding.sheets.iter().map(sheet).collect(),
        ..Reading::default()
    };
    for part in filing::file(&seen(&finding, pages, &known)) {
        let Outcome::File(target) = part.outcome else {
            reading.waiting += 1;
            continue;
        };
        let own = part.sheet.and_then(|sheet| nearest(&finding.sheets[sheet].page_corners, truth));
        let meant = own.map(|own| &pages[own.page]);
        let is_right = meant.is_some_and(|page| {
            target.notebook == page.notebook && target.sheet.is_some_and(|sheet| sheet == page.row)
        });
        if is_right { reading.filed += 1 } else { reading.misfiled += 1 }
    }
    reading
}

/// Places all over a sheet; one whose design is not known is taken for A5.
fn places(sheet: &LocatedSheet, known: &[Geometry]) -> impl Iterator<Item = Place> {
    let geometry = sheet.geometry.and_then(|geometry| known.get(geometry));
    let (width, height) =
        geometry.map_or((Millimetres(148.0), Millimetres(210.0)), |one| (one.width, one.height));
    lattice(width, height).into_iter()
}

/// The sheet that really lies about there.
fn nearest<'a>(corners: &[Pixel; 4], truth: &'a [Truth]) -> Option<&'a Truth> {
    let away = |sheet: &Truth| -> f64 {
        let corner = |k: usize| Pixel { x: sheet.corners[k][0], y: sheet.corners[k][1] };
        (0..4).map(|k| corners[k].distance(corner(k))).sum()
    };
    truth.iter().min_by(|a, b| away(a).total_cmp(&away(b)))
}

/// What filing needs to know.
fn seen(finding: &Finding, pages: &[Page], known: &[Geometry]) -> Seen {
    let located = |(index, sheet): (usize, &LocatedSheet)| Located {
        label: sheet.label,
        code: sheet.code.filter(|code| finding.codes[*code].sheet == Some(index)),
        shape: sheet.geometry.and_then(|geometry| known.get(geometry)).cloned(),
    };
    Seen {
        codes: finding.codes.iter().map(|code| meaning(&code.text, pages)).collect(),
        sheets: finding.sheets.iter().enumerate().map(located).collect(),
        is_incomplete: finding.advice.iter().any(|advice| *advice != Advice::NoSheet),
    }
}

fn meaning(text: &str, pages: &[Page]) -> Code {
    let Some(page) = pages.iter().find(|page| page.code == text) else { return Code::Forged };
    let (kind, number) = (CarrierKind::Sheet, page.notebook);
    Code::Genuine(Genuine {
        is_paper_only: false,
        carrier: Carrier { kind, number, generation: 0, sheet: page.row.sheet },
        state: CarrierState::Live,
        granted: true,
        printed: Some(Printed { row: page.row.clone(), geometry: page.geometry.clone() }),
    })
}
