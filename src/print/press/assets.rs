//! The files that designs are made of: embedded in the program, and replaced or joined by those of a
//! directory when one is given. Nothing else can be read from a design.

use crate::error::{Doing, Result};
use crate::print::press::outline::outline;
use crate::sheet::marks::{self, DICTIONARY, MARK_CELLS};
use std::collections::BTreeMap;
use std::path::Path;

macro_rules! embedded {
    ($load:ident, $folder:literal, [$($name:literal),* $(,)?]) => {
        [$(($name, $load!(concat!("../../../print-assets/", $folder, $name)))),*]
    };
}

const DESIGNS: [(&str, &str); 42] = embedded!(
    include_str,
    "designs/",
    [
        "booklet-pages.typ",
        "booklet-sheet.typ",
        "booklet.typ",
        "calibration.typ",
        "card-insert.typ",
        "carrier-parts.typ",
        "carriers.typ",
        "chronicle.typ",
        "cover.typ",
        "digest.typ",
        "formats.typ",
        "hand-out.typ",
        "labels.typ",
        "prelude.typ",
        "record-parts.typ",
        "registration-slip.typ",
        "sheet-parts.typ",
        "sheet.typ",
        "sheets/about-me.typ",
        "sheets/blood-glucose.typ",
        "sheets/blood-pressure.typ",
        "sheets/care-planning.typ",
        "sheets/caregiver-check.typ",
        "sheets/carried-over.typ",
        "sheets/certificates.typ",
        "sheets/consent-form.typ",
        "sheets/doctor-questions.typ",
        "sheets/emergency.typ",
        "sheets/exchange-log.typ",
        "sheets/free.typ",
        "sheets/handover.typ",
        "sheets/health-check.typ",
        "sheets/medicine-intake.typ",
        "sheets/medicine.typ",
        "sheets/photo-bookmark.typ",
        "sheets/profile-health.typ",
        "sheets/profile.typ",
        "sheets/supporter-contacts.typ",
        "sheets/visit-record.typ",
        "sheets/weekly-schedule.typ",
        "theme.typ",
        "vitals-report.typ",
    ]
);

const SYMBOLS: [(&str, &[u8]); 10] = embedded!(
    include_bytes,
    "symbols/",
    [
        "fune.svg",
        "kiku.svg",
        "matsu.svg",
        "sakana.svg",
        "symbols.json",
        "take.svg",
        "tori.svg",
        "tsuki.svg",
        "ume.svg",
        "yama.svg",
    ]
);

/// The embedded fonts, in the order in which a missing glyph is looked for.
pub const FONTS: [(&str, &[u8]); 4] = embedded!(
    include_bytes,
    "fonts/",
    [
        "BIZUDPGothic-Regular.ttf",
        "BIZUDPGothic-Bold.ttf",
        "BIZUDPMincho-Regular.ttf",
        "NotoSansCJKjp-Subset.otf",
    ]
);

/// Folder of the sheet designs, below the designs.
pub(super) const SHEETS: &str = "sheets/";
/// The files that every sheet design builds on: a change of one changes every revision.
const SHARED: [&str; 5] = ["booklet-sheet.typ", "formats.typ", "prelude.typ", "sheet-parts.typ", "theme.typ"];

/// Sources of designs, by path below the designs' folder.
pub struct Designs(BTreeMap<String, String>);

impl Designs {
    /// The embedded designs, with the `*.typ` files of `overrides` and of its folder `sheets` over them.
    pub fn new(overrides: Option<&Path>) -> Result<Self> {
        let mut sources: BTreeMap<String, String> =
            DESIGNS.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect();
        if let Some(directory) = overrides {
            add_folder(&mut sources, directory, "")?;
            add_folder(&mut sources, directory, SHEETS)?;
        }
        Ok(Self(sources))
    }

    /// Puts the source of a sheet design in place.
    pub fn set_sheet(&mut self, key: &str, source: String) {
        self.0.insert(format!("{SHEETS}{key}.typ"), source);
    }

    /// Path below the designs' folder, and source, of every file.
    pub fn sources(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// Keys of the sheet designs, sorted.
    pub fn sheet_keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().filter_map(|name| name.strip_prefix(SHEETS)?.strip_suffix(".typ"))
    }

    /// The files that decide how a sheet design looks: its own and the shared ones.
    pub fn making_of(&self, key: &str) -> impl Iterator<Item = &str> {
        let own = format!("{SHEETS}{key}.typ");
        let shared = SHARED.iter().filter_map(|name| self.0.get(*name));
        self.0.get(&own).into_iter().chain(shared).map(String::as_str)
    }
}

fn add_folder(sources: &mut BTreeMap<String, String>, directory: &Path, folder: &str) -> Result<()> {
    let path = directory.join(folder);
    if !path.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(&path).doing("listing overriding designs")? {
        let file = entry.doing("listing overriding designs")?.path();
        let name = file.file_name().and_then(|name| name.to_str());
        if let Some(name) = name.filter(|name| name.ends_with(".typ")) {
            let text = std::fs::read_to_string(&file).doing("reading an overriding design")?;
            sources.insert(format!("{folder}{name}"), text);
        }
    }
    Ok(())
}

/// Every file beside the designs, by absolute path: the symbols, and the marks' outlines.
pub fn other_files() -> Result<Vec<(String, Vec<u8>)>> {
    let mut files: Vec<(String, Vec<u8>)> =
        SYMBOLS.iter().map(|&(name, bytes)| (format!("/symbols/{name}"), bytes.to_vec())).collect();
    let marks = serde_json::to_vec(&mark_outlines()).doing("writing the marks' outlines")?;
    files.push(("/marks.json".to_owned(), marks));
    Ok(files)
}

/// The outline of each mark's black cells, one unit per cell, by identity.
fn mark_outlines() -> Vec<String> {
    (0..DICTIONARY.len() as u8)
        .filter_map(marks::bits)
        .map(|bits| {
            let inside = 1..MARK_CELLS - 1;
            let white = |x: usize, y: usize| inside.contains(&x) && inside.contains(&y) && bits[y - 1][x - 1];
            outline(MARK_CELLS, |x, y| !white(x, y))
        })
        .collect()
}
