//! View of the access diary: who did what, in whole sentences.

use askama::Template;

use crate::web::page::Page;
use crate::web::view::{NotebookHead, Telephone};

/// One sentence of the diary.
pub struct DiaryLine {
    /// 午前 or 午後.
    pub half: String,
    /// 10:05.
    pub time: String,
    pub who: String,
    /// The rest of the sentence after the name, of `audit-did-…`.
    pub did: String,
    /// （3回）; empty for once.
    pub times: String,
}

/// One day, newest line first.
pub struct DiaryDay {
    pub label: String,
    pub date: String,
    pub lines: Vec<DiaryLine>,
}

/// The access diary, by days.
#[derive(Template)]
#[template(path = "audit/diary.html")]
pub struct DiaryPage {
    pub page: Page,
    pub notebook: NotebookHead,
    pub days: Vec<DiaryDay>,
    pub older: Option<String>,
    pub desk: Telephone,
}

impl DiaryPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let line = |half: &str, time: &str, who: &str, did: &str| DiaryLine {
            half: page.text.plain(&format!("audit-{half}")),
            time: time.into(),
            who: who.into(),
            did: page.text.plain(&format!("audit-did-{did}")),
            times: String::new(),
        };
        let today = vec![
            line("morning", "10:05", "訪問看護の中村さん", "write-vitals"),
            line("morning", "9:12", "デイサービスの田中さん", "read-summary"),
            line("morning", "7:40", "長女の山田さん", "read"),
        ];
        let yesterday = vec![
            line("afternoon", "4:20", "佐伯医師", "read"),
            line("afternoon", "0:31", &page.text.plain("audit-stranger"), "scan"),
        ];
        let day = |label: &str, date: &str, lines| DiaryDay { label: label.into(), date: date.into(), lines };
        let days = vec![day("きょう", "11月25日(水)", today), day("きのう", "11月24日(火)", yesterday)];
        let notebook = NotebookHead::sample("梅の手帳・手帳のこと");
        Self { page, notebook, days, older: Some("?before=20".into()), desk: Telephone::desk() }
    }
}
