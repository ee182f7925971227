//! Coverage: which printed sheets of a booklet were photographed, when, and how many pages of a section are left to
//! write on.

use super::photo::title;
use super::sheet_view::{CoveragePage, SheetRow, SheetSection};
use super::{PhotoName, sql};
use crate::access::guard::{Access, ReadRecent, Window};
use crate::audit::Act;
use crate::clock::Instant;
use crate::error::Result;
use crate::id::NotebookNumber;
use crate::notebook;
use crate::sheet::sql::{self as sheets, PrintedSheet};
use crate::store::tx::Tx;
use crate::text::{Text, date};
use crate::web::App;
use crate::web::page::Page;
use crate::web::reply::{Reply, show};

/// Sheets of one design in a booklet, in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    pub design: String,
    pub sheets: Vec<Covered>,
}

/// A printed sheet, and its last photo.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Covered {
    pub sheet: u16,
    pub last: Option<LastPhoto>,
}

/// The last photo of a sheet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LastPhoto {
    pub sheet: u16,
    pub name: PhotoName,
    pub photographed_at: Instant,
    /// Somebody had written on it.
    pub is_written: bool,
}

/// A section is nearly full when so few pages are left.
const FEW: usize = 2;
/// A section of fewer pages is no diary: it is written once.
const LONG: usize = 3;

/// The sections of the volume in use, in the order of their first sheets, with the sheets that were printed by
/// themselves. `photos` are the last ones of the sheets.
pub fn sections(printed: &[PrintedSheet], photos: &[LastPhoto]) -> Vec<Section> {
    let volume = printed.iter().map(|row| row.volume).max().unwrap_or_default();
    let in_use = printed.iter().filter(|row| row.volume == volume || row.volume == 0);
    let mut sections: Vec<Section> = Vec::new();
    for row in in_use {
        let last = photos.iter().find(|photo| photo.sheet == row.sheet).copied();
        let covered = Covered { sheet: row.sheet, last };
        match sections.iter_mut().find(|section| section.design == row.design) {
            Some(section) => section.sheets.push(covered),
            None => sections.push(Section { design: row.design.clone(), sheets: vec![covered] }),
        }
    }
    sections
}

impl Section {
    /// How many pages are left behind the last one that was written on, where they are few; `None` where there is
    /// room, or where nobody has begun.
    pub fn few_left(&self) -> Option<usize> {
        let is_written = |covered: &Covered| covered.last.is_some_and(|last| last.is_written);
        let written = self.sheets.iter().rposition(is_written)?;
        let left = self.sheets.len() - 1 - written;
        (self.sheets.len() >= LONG && left <= FEW).then_some(left)
    }
}

/// The sections of a notebook, as far as the reader may see photos of them.
pub fn find(tx: &mut Tx<'_>, notebook: NotebookNumber, window: &Window) -> Result<Vec<Section>> {
    Ok(sections(&sheets::list_sheets(tx, notebook)?, &sql::photo::list_last(tx, notebook, window)?))
}

/// 「みんなのやりとり帳」は、残り2ページです, for each section that is nearly full.
pub fn warnings(text: &Text, sections: &[Section]) -> Vec<String> {
    let warning = |section: &Section| {
        let sheet = title(text, Some(&section.design), None);
        section.few_left().map(|left| text.plain2("capture-coverage-few", "sheet", sheet, "count", left))
    };
    sections.iter().filter_map(warning).collect()
}

/// `GET /n/{notebook}/sheets`: every sheet with its last photo.
pub async fn read(app: App, page: Page, access: Access<ReadRecent>) -> Result<Reply> {
    let (number, window) = (access.notebook(), access.window(app.clock.now()));
    let sections = app.records.read(move |tx| find(tx, number, &window)).await?;
    access.seen(&app, Act::ReadSheets, None).await?;
    let text = &page.text;
    let row = |covered: &Covered| SheetRow {
        number: covered.sheet,
        last: covered.last.map(|last| {
            let day = date::month_day_weekday(text, last.photographed_at.day());
            (day, access.path(&format!("/photos/{}", last.name)))
        }),
    };
    let shown = |section: &Section| SheetSection {
        title: title(text, Some(&section.design), None),
        sheets: section.sheets.iter().map(row).collect(),
        few_left: section.few_left().map(|left| text.plain1("capture-coverage-left", "count", left)),
    };
    show(&CoveragePage {
        notebook: notebook::web::plain_head(&app, &access, text).await?,
        missing: sections.iter().flat_map(|section| &section.sheets).filter(|one| one.last.is_none()).count(),
        sections: sections.iter().map(shown).collect(),
        page: access.signed_in.page(page),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Id;
    use crate::sheet::design::Format;

    fn printed(sheet: u16, design: &str, volume: u16) -> PrintedSheet {
        let (revision, format) = (vec![], Format::A5);
        PrintedSheet { sheet, design: design.into(), revision, label: 1, volume, format, recto: true }
    }

    fn photo(sheet: u16, is_written: bool) -> LastPhoto {
        let name = PhotoName { id: Id(uuid::Uuid::nil()), part: 0 };
        LastPhoto { sheet, name, photographed_at: Instant(i64::from(sheet)), is_written }
    }

    #[test]
    fn the_volume_in_use_counts_with_what_was_printed_by_itself() {
        let rows = [printed(1, "a", 1), printed(2, "a", 2), printed(3, "b", 0), printed(4, "a", 2)];
        let found = sections(&rows, &[photo(1, true), photo(4, true)]);
        let shown: Vec<_> = found
            .iter()
            .map(|section| {
                let sheets = section.sheets.iter().map(|one| (one.sheet, one.last.is_some()));
                (section.design.as_str(), sheets.collect::<Vec<_>>())
            })
            .collect();
        assert_eq!(shown, [("a", vec![(2, false), (4, true)]), ("b", vec![(3, false)])]);
    }

    #[test]
    fn few_pages_are_left_behind_the_last_one_that_was_written_on() {
        let rows: Vec<_> = (1..=6).map(|sheet| printed(sheet, "exchange-log", 1)).collect();
        let left = |photos: &[LastPhoto]| sections(&rows, photos)[0].few_left();
        assert_eq!(left(&[]), None, "nobody has begun");
        assert_eq!(left(&[photo(1, true), photo(3, true)]), None, "three are left");
        assert_eq!(left(&[photo(4, true)]), Some(2));
        assert_eq!(left(&[photo(4, true), photo(6, false)]), Some(2), "an empty page was photographed");
        assert_eq!(left(&[photo(6, true)]), Some(0));
        assert_eq!(sections(&rows[..2], &[photo(2, true)])[0].few_left(), None, "no diary");
    }
}
