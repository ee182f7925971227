//! Photos of one sheet, before anything more was written, once more, and after more rows were, each taken in its
//! own way, and which rows our eye calls new.

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
    /// Rows that were written between the photos: none in one pair of each seed, one or more in the other.
    pub new: Vec<String>,
    /// Rows that were called new; none where the photos could not be compared.
    pub strips: Option<Vec<String>>,
}

/// Photos of one sheet in one severity: what their pairs are told of.
struct Series<'a> {
    page: &'a Page,
    severity: Severity,
    seed: u64,
    folder: &'a Path,
}

/// Pairs of photos, kept in the folder: for each seed one between which nothing was written, and one between
/// which something was (none of it where the sheet was full before). The first photo is the same.
pub fn pairs<'a>(
    pages: &'a [Page],
    severity: Severity,
    seeds: impl Iterator<Item = u64> + 'a,
    folder: &'a Path,
) -> impl Iterator<Item = Pair> + 'a {
    let with_rows: Vec<&Page> = pages.iter().filter(|page| booklets::rows(page).count() > 1).collect();
    seeds.flat_map(move |seed| {
        let mut dice = Dice::new(seed ^ 0x7061_6972);
        let page = with_rows[dice.below(with_rows.len())];
        Series { page, severity, seed, folder }.taken(&mut dice)
    })
}

impl Series<'_> {
    fn taken(&self, dice: &mut Dice) -> Vec<Pair> {
        let mut print = self.page.print.clone();
        let mut free = Vec::new();
        for row in booklets::rows(self.page) {
            if dice.chance(EARLIER) { booklets::write(&mut print, row, dice) } else { free.push(row) }
        }
        let old = self.keep(&print, dice.bits(), "before");
        let same = self.keep(&print, dice.bits(), "again");
        let mut pairs = vec![self.pair(&old, ("again", &same), Vec::new())];
        let certain = dice.below(free.len().max(1));
        let mut new = Vec::new();
        for (place, row) in free.into_iter().enumerate() {
            if dice.chance(LATER) || place == certain {
                booklets::write(&mut print, row, dice);
                new.push(row.name.clone());
            }
        }
        if !new.is_empty() {
            let more = self.keep(&print, dice.bits(), "after");
            pairs.push(self.pair(&old, ("after", &more), new));
        }
        pairs
    }

    fn pair(&self, old: &[u8], (name, seen): (&str, &[u8]), new: Vec<String>) -> Pair {
        Pair {
            before: self.file("before"),
            after: self.file(name),
            severity: self.severity.word(),
            level: Severity::ALL.iter().position(|known| *known == self.severity).unwrap_or_default(),
            seed: self.seed,
            design: self.page.geometry.design.clone(),
            rows: booklets::rows(self.page).map(|row| row.name.clone()).collect(),
            new,
            strips: called_new(self.page, old, seen),
        }
    }

    fn file(&self, name: &str) -> String {
        format!("{}-{}-{name}.jpg", self.severity.word(), self.seed)
    }

    /// Takes a photo of the sheet alone. It is the print itself: whoever copies it has another sheet.
    fn keep(&self, print: &Print, seed: u64, name: &str) -> Vec<u8> {
        let conditions = Conditions::drawn(seed, self.severity);
        let photo = photograph(&[Laid::alone(print, &conditions)], &conditions);
        std::fs::write(self.folder.join(self.file(name)), &photo.jpeg).expect("room for the pictures");
        photo.jpeg
    }
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
