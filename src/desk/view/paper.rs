//! Views of what is printed for one notebook, and of carriers that are replaced.

use askama::Template;

use crate::web::page::Page;
use crate::web::view::{Choice, Field, Link, Symbol};

/// One thing that can be printed for a notebook, or looked at.
pub struct PrintFile {
    /// Icon.
    pub picture: &'static str,
    pub label: String,
    /// Its size, or whom it is for.
    pub note: String,
    pub path: String,
}

/// What can be chosen about paper, on every page that prints.
pub struct PaperChoices {
    pub formats: Vec<Choice>,
    pub arrangements: Vec<Choice>,
    pub stocks: Vec<Choice>,
}

impl PaperChoices {
    #[cfg(test)]
    pub fn sample(page: &Page) -> Self {
        let named = |group: &str, words: &[&str]| {
            let choice = |word: &&str| {
                let label = page.text.plain(&format!("desk-{group}-{word}"));
                Choice::sample(word, &label, "", *word == words[0])
            };
            words.iter().map(choice).collect()
        };
        Self {
            formats: named("format", &["a5", "a6", "tall", "a4", "large"]),
            arrangements: named("arrangement", &["pages", "saddle-stitch", "print-shop"]),
            stocks: vec![Choice::sample("a-one-12", "A-one 12面（86.4 × 42.3 mm）", "", true)],
        }
    }
}

/// What can be printed for a notebook.
#[derive(Template)]
#[template(path = "desk/print.html")]
pub struct PrintPage {
    pub page: Page,
    pub symbol: Symbol,
    pub number: String,
    pub name: String,
    /// About a form below.
    pub advice: Option<String>,
    pub files: Vec<PrintFile>,
    pub choices: PaperChoices,
    /// Sheets that may be added; `value` is the name of the field.
    pub options: Vec<Choice>,
    /// The next volume.
    pub volume: Field,
    /// Sheets that were printed; `value` is the number.
    pub sheets: Vec<Choice>,
    /// Printers of the office, the file first; only the file when there is none.
    pub printers: Vec<Choice>,
    /// What may have been lost.
    pub losses: Vec<Link>,
}

impl PrintPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let things = [("book", "booklet"), ("page", "carriers"), ("card", "card"), ("bookmark", "bookmark")];
        let files = things.map(|(picture, what)| PrintFile {
            picture,
            label: page.text.plain(&format!("desk-print-{what}")),
            note: page.text.plain1(&format!("desk-print-{what}-note"), "pages", 20),
            path: format!("/desk/notebooks/1234-5678-9012/print.pdf?what={what}"),
        });
        let options = crate::print::OPTIONS.map(|option| {
            Choice::sample(
                option,
                &crate::print::sheet_title(&page.text, option).unwrap_or_default(),
                "",
                false,
            )
        });
        let loss = |kind: &str| Link {
            path: format!("/desk/notebooks/1234-5678-9012/replace?kind={kind}"),
            label: page.text.plain(&format!("desk-lost-{kind}")),
        };
        let sheets = vec![Choice::sample("1", "1ページ　支援者の連絡先", "", false)];
        Self {
            symbol: Symbol::ume(),
            number: "1234-5678-9012".into(),
            name: "高橋 梅子さん".into(),
            advice: Some(page.text.plain("desk-paper-none-chosen")),
            files: files.into(),
            choices: PaperChoices::sample(&page),
            options: options.into(),
            volume: Field::with("2"),
            sheets,
            printers: vec![
                Choice::sample("", &page.text.plain("desk-print-to-file"), "", true),
                Choice::sample("1", "窓口のプリンター", "", false),
            ],
            losses: ["booklet", "case", "bookmark"].map(loss).into(),
            page,
        }
    }

    /// Nothing was printed yet.
    #[cfg(test)]
    pub fn bare(page: Page) -> Self {
        Self { advice: None, sheets: vec![], volume: Field::with("1"), ..Self::sample(page) }
    }
}

/// A lost carrier is about to be replaced.
#[derive(Template)]
#[template(path = "desk/replace.html")]
pub struct ReplacePage {
    pub page: Page,
    pub symbol: Symbol,
    pub number: String,
    pub name: String,
    /// `booklet`, `case` or `bookmark`.
    pub kind: &'static str,
    /// What was lost.
    pub what: String,
    /// What happens to the old one and to the others, in sentences.
    pub effects: Vec<String>,
    pub back: String,
}

impl ReplacePage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let what = page.text.plain("desk-lost-case");
        let effects = ["old", "rest"].map(|key| page.text.plain(&format!("desk-replace-{key}")));
        Self {
            symbol: Symbol::ume(),
            number: "1234-5678-9012".into(),
            name: "高橋 梅子さん".into(),
            kind: "case",
            what,
            effects: effects.into(),
            back: "/desk/notebooks/1234-5678-9012".into(),
            page,
        }
    }
}
