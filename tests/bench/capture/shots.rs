//! One photo with all that is true of it: which sheets lie there, where their corners are, and what their
//! codes say. How it was taken is drawn by its seed.

use std::path::Path;

use kakehashi::demo::dice::Dice;
use kakehashi::demo::photograph::{Arrangement, Conditions, Print, Severity, photograph};
use kakehashi::sheet::design::Area;
use serde::Serialize;

use crate::booklets::{self, Page};
use crate::reading::{self, Reading};

/// Share of the photos in which something lies on the first sheet's code.
const COVERED: f64 = 0.1;
/// What it is: a slip of coloured paper.
const SLIP: [u8; 3] = [205, 160, 140];

/// A photo in the report.
#[derive(Serialize)]
pub struct Shot {
    pub file: String,
    pub severity: &'static str,
    /// Place of the severity among all, for sorting.
    pub level: usize,
    pub seed: u64,
    pub arrangement: &'static str,
    /// How it was taken, for whoever looks for reasons.
    pub conditions: String,
    pub sheets: Vec<Truth>,
    /// What we read.
    pub ours: Reading,
}

/// What is true of a sheet in a photo.
#[derive(Serialize)]
pub struct Truth {
    pub label: u8,
    pub width: f64,
    pub height: f64,
    /// The design's corners in pixels of the upright picture, from its own top left clockwise.
    pub corners: [[f64; 2]; 4],
    /// Places all over the design, bent as the sheet is, in the same way.
    pub lattice: Vec<[f64; 2]>,
    /// What its code says, or would say if nothing lay on it.
    pub code: String,
    pub is_code_covered: bool,
    /// It was meant to be in the picture.
    pub is_framed: bool,
    /// Which page it is.
    #[serde(skip)]
    pub page: usize,
}

/// Takes a photo, keeps it in the folder and reads it.
pub fn take(pages: &[Page], severity: Severity, seed: u64, folder: &Path) -> Shot {
    let mut dice = Dice::new(seed ^ 0x7368_6F74);
    let first = dice.below(pages.len());
    let second = (first + 1 + dice.below(pages.len() - 1)) % pages.len();
    let is_code_covered = dice.chance(COVERED);
    let arrangement = Arrangement::drawn(seed);
    let conditions = arrangement.held(Conditions::drawn(seed, severity));
    let chosen = [first, second];
    let written = chosen.map(|page| written(&pages[page], &mut dice));
    let mut prints = written.map(|print| conditions.reproduction.of(&print));
    if is_code_covered && let Some(area) = pages[first].geometry.code {
        cover(&mut prints[0], area);
    }
    let laid = arrangement.lay(&[&prints[0], &prints[1]], &conditions);
    let photo = photograph(&laid, &conditions);
    let truth = |(sheet, corners): (usize, &[kakehashi::capture::vision::Pixel; 4])| {
        // An open booklet may show the first page on either side.
        let page = if std::ptr::eq(laid[sheet].print, &raw const prints[0]) { first } else { second };
        let geometry = &pages[page].geometry;
        Truth {
            label: geometry.label,
            width: geometry.width.0,
            height: geometry.height.0,
            corners: corners.map(|corner| [corner.x, corner.y]),
            lattice: photo.lattices[sheet].iter().map(|place| [place.x, place.y]).collect(),
            code: pages[page].code.clone(),
            is_code_covered: is_code_covered && page == first,
            is_framed: laid[sheet].framed,
            page,
        }
    };
    let sheets: Vec<Truth> = photo.corners.iter().enumerate().map(truth).collect();
    let file = format!("{}-{seed}.jpg", severity.word());
    std::fs::write(folder.join(&file), &photo.jpeg).expect("room for the pictures");
    Shot {
        file,
        severity: severity.word(),
        level: Severity::ALL.iter().position(|known| *known == severity).unwrap_or_default(),
        seed,
        arrangement: arrangement.word(),
        conditions: format!("{conditions:?}"),
        ours: reading::read(&photo.jpeg, pages, &sheets),
        sheets,
    }
}

/// A sheet with a few rows written.
fn written(page: &Page, dice: &mut Dice) -> Print {
    let mut print = page.print.clone();
    for row in booklets::rows(page) {
        if dice.chance(0.4) {
            booklets::write(&mut print, row, dice);
        }
    }
    print
}

/// Lays a slip over an area of a print.
fn cover(print: &mut Print, area: Area) {
    let scale = print.pixels_wide as f64 / print.width.0;
    let span = |from: f64, length: f64, most: usize| {
        ((from - 1.0) * scale) as usize..(((from + length + 1.0) * scale) as usize).min(most)
    };
    for y in span(area.top.0, area.height.0, print.pixels_high) {
        for x in span(area.left.0, area.width.0, print.pixels_wide) {
            print.samples[3 * (y * print.pixels_wide + x)..][..3].copy_from_slice(&SLIP);
        }
    }
}
