//! Views of requests for a copy: the list with the form for a new one, and one whose items are looked at.

use askama::Template;

use crate::web::page::Page;
use crate::web::view::{Choice, Field, Link, Symbol};

/// A request as it is listed.
pub struct DisclosureRow {
    pub who: String,
    pub state: String,
    pub due: String,
    /// The day has passed, and nothing was handed over.
    pub is_late: bool,
    pub path: String,
}

/// The requests about one notebook.
#[derive(Template)]
#[template(path = "desk/disclosures.html")]
pub struct DisclosuresPage {
    pub page: Page,
    pub symbol: Symbol,
    pub number: String,
    /// 高橋 梅子さん.
    pub person: String,
    pub askers: Vec<Choice>,
    pub name: Field,
    pub checked: Field,
    /// `2026-11-22`.
    pub received: Field,
    pub back: String,
    pub rows: Vec<DisclosureRow>,
    /// Somebody must not find the person: no copy is handed out here.
    pub is_protected: bool,
}

impl DisclosuresPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let row = |state: &str, is_late| DisclosureRow {
            who: page.text.plain2(
                "desk-disclosure-asked-row",
                "who",
                "高橋 梅子（ご本人）",
                "day",
                "11月2日(月)",
            ),
            state: page.text.plain(&format!("desk-disclosure-{state}")),
            due: page.text.plain1("desk-disclosure-due", "day", "11月17日(火)"),
            is_late,
            path: "/desk/notebooks/1234-5678-9012/disclosures/1".into(),
        };
        let askers = crate::desk::disclosure::ASKERS.map(|asker| {
            let label = page.text.plain(&format!("desk-disclosure-by-{asker}"));
            Choice::sample(asker, &label, "", asker == "person")
        });
        Self {
            symbol: Symbol::ume(),
            number: "1234-5678-9012".into(),
            person: "高橋 梅子さん".into(),
            askers: askers.into(),
            name: Field::advised("", &page.text.plain("desk-disclosure-name-needed")),
            checked: Field::default(),
            received: Field::with("2026-11-22"),
            back: "/desk/notebooks/1234-5678-9012".into(),
            rows: vec![row("asked", true), row("handed_over", false)],
            is_protected: false,
            page,
        }
    }

    /// Nobody has asked.
    #[cfg(test)]
    pub fn empty(page: Page) -> Self {
        Self { rows: vec![], name: Field::default(), is_protected: true, ..Self::sample(page) }
    }
}

/// An item to be looked at.
pub struct ReviewRow {
    /// The name of its field.
    pub field: String,
    pub when: String,
    pub author: String,
    pub words: String,
    /// Path of the picture of a photographed page.
    pub picture: Option<String>,
    /// What was typed out of its handwriting.
    pub texts: Vec<String>,
    pub readers: String,
    /// It was looked at.
    pub is_seen: bool,
    /// Handed over, or why not.
    pub reasons: Vec<Choice>,
}

/// One request.
#[derive(Template)]
#[template(path = "desk/disclosure.html")]
pub struct DisclosurePage {
    pub page: Page,
    pub symbol: Symbol,
    pub number: String,
    pub person: String,
    /// Who asked and when.
    pub asked: String,
    /// Word of the state, and what it is called.
    pub state: &'static str,
    pub standing: String,
    /// What was shown to prove who asks.
    pub checked: String,
    /// 11月17日(火).
    pub due: String,
    pub total: usize,
    /// Items that nobody has looked at.
    pub left: usize,
    /// The files of the copy.
    pub copies: Vec<Link>,
    pub items: Vec<ReviewRow>,
    /// The screen before and the one behind.
    pub earlier: Option<String>,
    pub later: Option<String>,
    pub back: String,
    pub path: String,
}

#[cfg(test)]
fn sample_reasons(page: &Page) -> Vec<Choice> {
    let given = Choice::sample("", &page.text.plain("desk-disclosure-give"), "", true);
    let withheld = crate::desk::disclosure::REASONS.map(|reason| {
        Choice::sample(reason, &page.text.plain(&format!("desk-disclosure-reason-{reason}")), "", false)
    });
    std::iter::once(given).chain(withheld).collect()
}

impl DisclosurePage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let row = |field: &str, words: &str, picture: Option<&str>, is_seen| ReviewRow {
            field: field.into(),
            when: "11月20日(金) 午後2時30分".into(),
            author: "訪問看護みなと 中村 恵さん".into(),
            words: words.into(),
            picture: picture.map(String::from),
            texts: picture
                .map(|_| "煮物をおいしいと全量（小川 里美さん・11月20日）".to_owned())
                .into_iter()
                .collect(),
            readers: page.text.plain("entry-audience-everyone-note"),
            is_seen,
            reasons: sample_reasons(&page),
        };
        let path = "/desk/notebooks/1234-5678-9012/disclosures/1";
        Self {
            symbol: Symbol::ume(),
            number: "1234-5678-9012".into(),
            person: "高橋 梅子さん".into(),
            asked: page.text.plain2(
                "desk-disclosure-asked-row",
                "who",
                "高橋 梅子（ご本人）",
                "day",
                "11月2日(月)",
            ),
            state: "asked",
            standing: page.text.plain("desk-disclosure-asked"),
            checked: "運転免許証".into(),
            due: "11月17日(火)".into(),
            total: 62,
            left: 31,
            copies: vec![Link {
                path: format!("{path}/copy.pdf?part=0"),
                label: page.text.plain2(
                    "desk-disclosure-print",
                    "part",
                    "1／1",
                    "period",
                    "令和8年1月5日〜令和8年11月2日",
                ),
            }],
            items: vec![
                row("entry.1", "食欲が戻ってきました。", None, true),
                row("photo.1", "みんなのやりとり帳 3ページ", Some("/sample/pic-sheet.jpg"), false),
            ],
            earlier: Some(format!("{path}?skip=0")),
            later: Some(format!("{path}?skip=60")),
            back: "/desk/notebooks/1234-5678-9012/disclosures".into(),
            path: path.into(),
            page,
        }
    }

    /// Every item was looked at.
    #[cfg(test)]
    pub fn reviewed(page: Page) -> Self {
        let standing = page.text.plain("desk-disclosure-reviewed");
        Self { state: "reviewed", standing, left: 0, ..Self::sample(page) }
    }

    /// The copy was handed over.
    #[cfg(test)]
    pub fn handed_over(page: Page) -> Self {
        let standing = page.text.plain("desk-disclosure-handed_over");
        Self { state: "handed_over", standing, left: 0, ..Self::sample(page) }
    }
}
