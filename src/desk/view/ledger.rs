//! Views of batches: the ledger of one, and a run that prints it.

use askama::Template;

use super::ShelfRow;
use super::paper::PaperChoices;
use crate::web::page::Page;
use crate::web::view::{Choice, Fact};

/// A run as it is listed.
pub struct RunRow {
    /// 手帳・A5・1ページずつ.
    pub what: String,
    /// 25 / 300冊.
    pub progress: String,
    pub state: String,
    pub when: String,
    pub path: String,
}

/// The ledger of a batch.
#[derive(Template)]
#[template(path = "desk/ledger.html")]
pub struct LedgerPage {
    pub page: Page,
    pub name: String,
    /// 11月2日(月)・石川.
    pub made: String,
    /// How many numbers are in which state.
    pub counts: Vec<Fact>,
    pub is_recalled: bool,
    /// About the form.
    pub advice: Option<String>,
    pub products: Vec<Choice>,
    pub choices: PaperChoices,
    pub runs: Vec<RunRow>,
    /// Blank booklets, one screen of them.
    pub booklets: Vec<ShelfRow>,
    /// Path of the next screen.
    pub next: Option<String>,
    /// Path of this batch.
    pub path: String,
}

impl LedgerPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        use crate::print::run::Product;
        use crate::web::view::Symbol;
        let row = |symbol, number: &str| ShelfRow {
            symbol,
            number: number.into(),
            register_path: format!("/desk/register/{number}"),
            print_path: format!("/desk/notebooks/{number}/print.pdf?what=booklet"),
        };
        let product = |product: Product| {
            let label = page.text.plain(&format!("desk-product-{}", product.word()));
            Choice::sample(product.word(), &label, "", product == Product::Booklets)
        };
        let counts = [("blank", "280冊"), ("issued", "20冊")]
            .map(|(state, count)| Fact::sample(&page.text.plain(&format!("desk-ledger-{state}")), count));
        let runs = vec![RunRow {
            what: "手帳・A5".into(),
            progress: page.text.plain2("desk-run-progress", "done", 25, "total", 300),
            state: page.text.plain("desk-run-printing"),
            when: "11月22日(日) 午後2時30分".into(),
            path: "/desk/runs/1".into(),
        }];
        Self {
            name: "令和8年11月の棚".into(),
            made: "11月2日(月)・石川".into(),
            counts: counts.into(),
            is_recalled: false,
            advice: Some(page.text.plain("desk-labels-too-small")),
            products: Product::ALL.map(product).into(),
            choices: PaperChoices::sample(&page),
            runs,
            booklets: vec![row(Symbol::ume(), "1234-5678-9012"), row(Symbol::matsu(), "2222-3333-4444")],
            next: Some("/desk/booklets/1?skip=50".into()),
            path: "/desk/booklets/1".into(),
            page,
        }
    }

    /// Recalled, and nothing printed.
    #[cfg(test)]
    pub fn recalled(page: Page) -> Self {
        let (runs, booklets) = (vec![], vec![]);
        Self { is_recalled: true, advice: None, runs, booklets, next: None, ..Self::sample(page) }
    }
}

/// One file of a run.
pub struct RunFile {
    pub name: String,
    /// 6.9 MB.
    pub size: String,
    pub path: String,
}

/// A run: how far it is, and its files.
#[derive(Template)]
#[template(path = "desk/run.html")]
pub struct RunPage {
    pub page: Page,
    /// Name of the batch.
    pub name: String,
    pub what: String,
    pub state: String,
    pub done: u32,
    pub total: u32,
    /// 300冊のうち 25冊.
    pub progress: String,
    /// Something is still to be printed: the page looks again by itself.
    pub is_open: bool,
    pub files: Vec<RunFile>,
    /// Until when the files are kept.
    pub kept_until: String,
    /// Path of the run.
    pub path: String,
    pub back: String,
}

impl RunPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let files = vec![RunFile {
            name: "booklets-00001-00025.pdf".into(),
            size: "6.9 MB".into(),
            path: "/desk/runs/1/files/0".into(),
        }];
        Self {
            name: "令和8年11月の棚".into(),
            what: "手帳・A5".into(),
            state: page.text.plain("desk-run-printing"),
            done: 25,
            total: 300,
            progress: page.text.plain2("desk-run-progress", "done", 25, "total", 300),
            is_open: true,
            files,
            kept_until: "12月6日(日)".into(),
            path: "/desk/runs/1".into(),
            back: "/desk/booklets/1".into(),
            page,
        }
    }

    /// Printed to the end.
    #[cfg(test)]
    pub fn done(page: Page) -> Self {
        let state = page.text.plain("desk-run-done");
        Self { is_open: false, done: 300, state, ..Self::sample(page) }
    }

    /// Nothing is printed yet.
    #[cfg(test)]
    pub fn waiting(page: Page) -> Self {
        let state = page.text.plain("desk-run-waiting");
        Self { done: 0, files: vec![], state, ..Self::sample(page) }
    }
}
