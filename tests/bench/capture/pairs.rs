//! Two photos of one sheet, before and after more rows were written, each taken in its own way, and which rows
//! our eye calls new.

use std::path::Path;

use kakehashi::capture::vision::{Compared, NewStrip, examine};
use kakehashi::demo::dice::Dice;
use kakehashi::demo::photograph::{Conditions, Laid, Print, Severity, photograph};
use serde::Serialize;

use crate::booklets::{self, Page};

/// Share of a sheet's rows that are written before the first photo, and of the others before the second.
const EARLIER: f64 = 0.4;
const LATER: f64 = 0.25;

/// A pair in the report.
#[derive(Serialize)]
pub struct Pair {
    pub before: String,
    pub after: String,
    pub severity: &'static str,
    /// Place of the severity among all, for sorting.
    pub level: usize,
    pub seed: u64,
    /// Design of the sheet, and names of all its rows.
    pub design: String,
    pub rows: Vec<String>,
    /// Rows that were written between the photos; none in some pairs.
    pub new: Vec<String>,
    /// Rows that were called new; none where the photos could not be compared.
    pub strips: Option<Vec<String>>,
}

/// Pairs of photos, kept in the folder; one for each seed.
pub fn pairs<'a>(
    pages: &'a [Page],
    severity: Severity,
    seeds: impl Iterator<Item = u64> + 'a,
    folder: &'a Path,
) -> impl Iterator<Item = Pair> + 'a {
    let with_rows: Vec<&Page> = pages.iter().filter(|page| booklets::rows(page).count() > 1).collect();
    seeds.map(move |seed| pair(&with_rows, severity, seed, folder))
}

fn pair(pages: &[&Page], severity: Severity, seed: u64, folder: &Path) -> Pair {
    let mut dice = Dice::new(seed ^ 0x7061_6972);
    let page = pages[dice.below(pages.len())];
    let mut print = page.print.clone();
    let (mut free, mut new) = (Vec::new(), Vec::new());
    for row in booklets::rows(page) {
        if dice.chance(EARLIER) { booklets::write(&mut print, row, &mut dice) } else { free.push(row) }
    }
    let before = format!("{}-{seed}-before.jpg", severity.word());
    let after = format!("{}-{seed}-after.jpg", severity.word());
    let old = keep(&print, severity, dice.bits(), &folder.join(&before));
    for row in free {
        if dice.chance(LATER) {
            booklets::write(&mut print, row, &mut dice);
            new.push(row.name.clone());
        }
    }
    let seen = keep(&print, severity, dice.bits(), &folder.join(&after));
    Pair {
        before,
        after,
        severity: severity.word(),
        level: Severity::ALL.iter().position(|known| *known == severity).unwrap_or_default(),
        seed,
        design: page.geometry.design.clone(),
        rows: booklets::rows(page).map(|row| row.name.clone()).collect(),
        new,
        strips: called_new(page, &old, &seen),
    }
}

/// Takes a photo of the sheet alone. It is the print itself: whoever copies it has another sheet.
fn keep(print: &Print, severity: Severity, seed: u64, file: &Path) -> Vec<u8> {
    let conditions = Conditions::drawn(seed, severity);
    let photo = photograph(&[Laid::alone(print, &conditions)], &conditions);
    std::fs::write(file, &photo.jpeg).expect("room for the pictures");
    photo.jpeg
}

/// The rows that our eye calls new; what lies outside of all rows is called `elsewhere`.
fn called_new(page: &Page, before: &[u8], after: &[u8]) -> Option<Vec<String>> {
    let flattened = |photo: &[u8]| -> Option<Vec<u8>> {
        let found = examine(photo, std::slice::from_ref(&page.geometry)).ok()?;
        found.sheets.into_iter().next().map(|sheet| sheet.flattened)
    };
    let (before, new) = (flattened(before)?, flattened(after)?);
    let (before, blank) = (Some(before.as_slice()), Some(page.blank.as_slice()));
    let compared = Compared { new: &new, before, blank, geometry: &page.geometry };
    let strips = compared.new_strips().ok()??;
    let names = |strip: NewStrip| {
        if strip.regions.is_empty() { vec!["elsewhere".to_owned()] } else { strip.regions }
    };
    Some(strips.into_iter().flat_map(names).collect())
}
