//! View of an office: the notebooks of one's care teams.

use askama::Template;

use crate::web::page::Page;
#[cfg(test)]
use crate::web::view::Symbol;
use crate::web::view::{Field, NotebookRow};

/// The notebooks of an office.
#[derive(Template)]
#[template(path = "office/notebooks.html")]
pub struct OfficeNotebooksPage {
    pub page: Page,
    pub office: String,
    /// How many notebooks in all.
    pub count: u32,
    pub find: Field,
    /// A search was made.
    pub found: bool,
    /// Photos that wait for a tap.
    pub waiting: u32,
    /// With something new, newest first.
    pub fresh: Vec<NotebookRow>,
    pub quiet: Vec<NotebookRow>,
}

impl OfficeNotebooksPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let row = |name: &str, colour: &str, word: &str, person: &str, detail: &str, news: Option<&str>| {
            NotebookRow::sample(Symbol::sample(name, colour, word), person, detail, news)
        };
        Self {
            page,
            office: "あおば居宅介護支援".into(),
            count: 9,
            find: Field::default(),
            found: false,
            waiting: 2,
            fresh: vec![
                row("ume", "beni", "梅", "高橋 梅子さん", "きょう 午前11時15分", Some("新しいこと 3件")),
                row("tori", "ao", "鳥", "井上 トシさん", "きのう 午後2時30分", Some("答えを待つ質問 1件")),
                row("take", "cha", "竹", "小林 正夫さん", "きのう", Some("新しいこと 1件")),
            ],
            quiet: vec![
                row("matsu", "midori", "松", "高橋 松男さん", "11月22日(日)", None),
                row("tsuki", "murasaki", "月", "岡田 きみさん", "11月21日(土)", None),
                row("yama", "daidai", "山", "斎藤 武さん", "11月20日(金)", None),
                row("fune", "sumi", "舟", "渡辺 勇さん", "11月20日(金)", None),
                row("sakana", "daidai", "魚", "木村 光さん", "11月19日(木)", None),
                row("kiku", "oudo", "菊", "松本 千代さん", "11月18日(水)", None),
            ],
        }
    }
}
