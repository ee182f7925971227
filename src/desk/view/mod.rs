//! Views of the desk: today's work, blank booklets and the shelf; in `register` a person who is
//! registered and what to hand over; in `paper` what is printed for a notebook; in `ledger` batches; in
//! `pads` loose sheets; in `printers` the printers of the office; in `disclosure` copies that people ask for.

use askama::Template;

use crate::web::page::Page;
use crate::web::view::{Choice, Field, NotebookRow, Symbol};

mod disclosure;
mod ledger;
mod pads;
mod paper;
mod printers;
mod register;

pub use disclosure::{DisclosurePage, DisclosureRow, DisclosuresPage, ReviewRow};
pub use ledger::{LedgerPage, RunFile, RunPage, RunRow};
pub use pads::{LooseSheetPage, PadPage, PadRow, PadsPage};
pub use paper::{PaperChoices, PrintFile, PrintPage, ReplacePage};
pub use printers::{JobPage, PrinterPage, PrinterRow, PrintersPage, job_word};
pub use register::{DonePage, HandOver, RegisterPage};

/// A date of birth as typed, in an era or in western years.
pub struct BirthDate {
    pub eras: Vec<Choice>,
    pub year: String,
    pub month: String,
    pub day: String,
    /// 1938年3月3日　88歳; may be empty.
    pub note: String,
    pub advice: Option<String>,
}

impl BirthDate {
    #[cfg(test)]
    pub fn sample(page: &Page) -> Self {
        let eras = ["showa", "taisho", "heisei", "western"].map(|era| {
            let label = page.text.plain(&format!("desk-register-era-{era}"));
            Choice::sample(era, &label, "", era == "showa")
        });
        let [year, month, day] = ["13", "3", "3"].map(String::from);
        Self { eras: eras.into(), year, month, day, note: "1938年3月3日　88歳".into(), advice: None }
    }
}

/// Something that waits for the desk.
pub struct Task {
    pub kind: String,
    pub when: String,
    pub text: String,
    pub path: String,
}

/// Today's work at the desk.
#[derive(Template)]
#[template(path = "desk/home.html")]
pub struct DeskHomePage {
    pub page: Page,
    /// The typed number of a notebook.
    pub number: Field,
    /// The typed person: reading and birth date.
    pub reading: Field,
    pub birth: BirthDate,
    /// What was found of a person with several notebooks.
    pub found: Vec<NotebookRow>,
    pub tasks: Vec<Task>,
    /// Blank booklets left on the shelf.
    pub shelf: u32,
    pub recent: Vec<NotebookRow>,
}

impl DeskHomePage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let tasks = vec![Task {
            kind: page.text.plain("desk-home-task-slip"),
            when: page.text.plain1("desk-slip-until", "day", "12月9日(水)"),
            text: "山田 春子さん（梅 1234-5678-9012）".into(),
            path: "/desk/notebooks/1234-5678-9012".into(),
        }];
        let row = |symbol, name: &str, detail: &str| NotebookRow::sample(symbol, name, detail, None);
        let tori = || Symbol::sample("tori", "ao", "鳥");
        let recent = vec![
            row(Symbol::ume(), "高橋 梅子さん", "きょう 午前10時12分"),
            row(tori(), "井上 トシさん", "11月24日(火)"),
        ];
        let found = vec![row(tori(), "井上 トシさん", "1928-0000-0097")];
        let number = Field::advised("1234-5678-9013", &page.text.plain("desk-number-wrong"));
        let (reading, birth) = (Field::with("いのうえ とし"), BirthDate::sample(&page));
        Self { page, number, reading, birth, found, tasks, shelf: 18, recent }
    }
}

/// Booklets made together.
pub struct Batch {
    pub name: String,
    pub total: u32,
    /// Still blank.
    pub left: u32,
    pub made: String,
    pub by: String,
    pub is_recalled: bool,
    /// Path of its ledger.
    pub path: String,
}

/// The batches of blank booklets, and the form for another one.
#[derive(Template)]
#[template(path = "desk/booklets.html")]
pub struct BookletsPage {
    pub page: Page,
    /// How many booklets.
    pub count: Field,
    pub name: Field,
    pub batches: Vec<Batch>,
}

impl BookletsPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let batch = |name: &str, left: u32, is_recalled| Batch {
            name: name.into(),
            total: 20,
            left,
            made: "11月2日(月)".into(),
            by: "石川".into(),
            is_recalled,
            path: "/desk/booklets/1".into(),
        };
        let batches = vec![batch("令和8年11月の棚", 20, false), batch("令和8年10月の棚", 0, true)];
        let name = Field::advised("", &page.text.plain("desk-booklets-name-wrong"));
        Self { page, count: Field::with("20"), name, batches }
    }
}

/// A blank booklet on the shelf.
pub struct ShelfRow {
    pub symbol: Symbol,
    /// 1234-5678-9012.
    pub number: String,
    pub register_path: String,
    pub print_path: String,
}

/// The blank booklets on the shelf.
#[derive(Template)]
#[template(path = "desk/shelf.html")]
pub struct ShelfPage {
    pub page: Page,
    pub booklets: Vec<ShelfRow>,
}

impl ShelfPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let row = |symbol, number: &str| ShelfRow {
            symbol,
            number: number.into(),
            register_path: format!("/desk/register/{number}"),
            print_path: format!("/desk/notebooks/{number}/print.pdf?what=booklet"),
        };
        Self {
            page,
            booklets: vec![row(Symbol::ume(), "1234-5678-9012"), row(Symbol::matsu(), "2222-3333-4444")],
        }
    }

    #[cfg(test)]
    pub fn empty(page: Page) -> Self {
        Self { booklets: Vec::new(), ..Self::sample(page) }
    }
}
