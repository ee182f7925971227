//! Views of a booklet's sheets: which were photographed, and what of one the family does not see.

use askama::Template;

use super::redaction::place_of;
use super::vision::Rectangle;
use crate::web::page::Page;
use crate::web::view::NotebookHead;

/// One printed sheet and its last photo.
pub struct SheetRow {
    /// Its number, as printed.
    pub number: u16,
    /// 11月20日(金), and the address of the photo; `None` if it was never photographed.
    pub last: Option<(String, String)>,
}

/// The sheets of one section.
pub struct SheetSection {
    /// みんなのやりとり帳.
    pub title: String,
    pub sheets: Vec<SheetRow>,
    /// 残り2ページです。
    pub few_left: Option<String>,
}

/// Which sheets of a booklet were photographed, and when.
#[derive(Template)]
#[template(path = "capture/coverage.html")]
pub struct CoveragePage {
    pub page: Page,
    pub notebook: NotebookHead,
    pub sections: Vec<SheetSection>,
    /// How many sheets were never photographed.
    pub missing: usize,
}

impl CoveragePage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let row = |number: u16| SheetRow {
            number,
            last: (number != 14).then(|| ("11月20日(金)".into(), "/n/1234-5678-9012/photos/1".into())),
        };
        let section = |title: &str, numbers: std::ops::Range<u16>, few_left| SheetSection {
            title: title.into(),
            sheets: numbers.map(row).collect(),
            few_left,
        };
        let few_left = Some(page.text.plain1("capture-coverage-left", "count", 1));
        let sections = vec![
            section("わたしのプロフィール", 3..4, None),
            section("みんなのやりとり帳", 12..15, few_left),
        ];
        Self { page, notebook: NotebookHead::sample("梅の手帳"), sections, missing: 1 }
    }

    /// A notebook for which nothing was printed.
    #[cfg(test)]
    pub fn bare(page: Page) -> Self {
        Self { sections: vec![], missing: 0, ..Self::sample(page) }
    }
}

/// A band of a sheet that may be kept to supporters.
pub struct Band {
    /// Where it lies on the flattened picture.
    pub area: Rectangle,
    pub is_chosen: bool,
    /// Somebody else of the team keeps it to supporters: it is not the reader's to show.
    pub is_anothers: bool,
}

impl Band {
    /// What the form says of it.
    fn place(&self) -> String {
        place_of(&self.area)
    }
}

/// What of a photo is kept to supporters.
#[derive(Template)]
#[template(path = "capture/redaction.html")]
pub struct RedactionPage {
    pub page: Page,
    pub notebook: NotebookHead,
    /// `/n/1234-5678-9012/photos/…`.
    pub path: String,
    /// みんなのやりとり帳 3ページ.
    pub sheet: String,
    /// The flattened picture, and its width and height in pixels.
    pub source: String,
    pub size: (u32, u32),
    /// From top to bottom.
    pub bands: Vec<Band>,
    /// There is a picture of what the family sees.
    pub has_redacted: bool,
}

impl RedactionPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let band = |number: u32| Band {
            area: Rectangle { x: 0, y: 120 + 90 * number, width: 600, height: 90 },
            is_chosen: number == 2 || number == 4,
            is_anothers: number == 4,
        };
        Self {
            page,
            notebook: NotebookHead::sample("梅の手帳"),
            path: "/n/1234-5678-9012/photos/1".into(),
            sheet: "みんなのやりとり帳 3ページ".into(),
            source: "/sample/pic-sheet.jpg".into(),
            size: (600, 850),
            bands: (0..6).map(band).collect(),
            has_redacted: true,
        }
    }
}
