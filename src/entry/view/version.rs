//! Views of an entry's versions: the correction form, and an entry with its older versions.

use askama::Template;

use super::{EntryCard, Number};
use crate::web::page::Page;
use crate::web::view::{Choice, Fact, Field, Link, NotebookHead};

/// One measured number of a correction, with its label.
pub struct NumberField {
    pub name: String,
    pub label: String,
    pub unit: String,
    pub number: Number,
}

/// A correction is a new version with a reason.
#[derive(Template)]
#[template(path = "entry/correct.html")]
pub struct CorrectPage {
    pub page: Page,
    pub notebook: NotebookHead,
    /// The version that is corrected; another one in the meantime is a conflict.
    pub version: u32,
    pub before: EntryCard,
    /// For what has words.
    pub text: Option<Field>,
    /// The last day of an instruction.
    pub until: Option<Field>,
    /// For what has numbers.
    pub numbers: Vec<NumberField>,
    /// Why it was not taken.
    pub advice: Option<String>,
    pub reasons: Vec<Choice>,
    pub more: Field,
    pub readers: String,
}

impl CorrectPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let reasons = ["slip", "later", "person", "other"].map(|why| {
            let label = page.text.plain(&format!("entry-correct-why-{why}"));
            Choice { value: why.into(), label, note: String::new(), chosen: why == "slip" }
        });
        let number = |name: &str, label: &str, unit: &str, value: &str| NumberField {
            name: name.into(),
            label: label.into(),
            unit: unit.into(),
            number: Number::sample(value, "", ""),
        };
        let mut before = EntryCard::sample(
            "clinician",
            "訪問看護みなと 中村さん",
            "看護師・午後2時30分",
            "むくみは軽いです。",
        );
        before.facts = vec![Fact::sample("脈", "27"), Fact::sample("体温", "36.4℃")];
        let readers = page.text.plain("entry-audience-everyone-note");
        Self {
            page,
            notebook: NotebookHead::sample("梅の手帳"),
            version: 1,
            before,
            text: Some(Field::with("むくみは軽いです。")),
            until: Some(Field::default()),
            advice: None,
            numbers: vec![number("pulse", "脈", "回／分", "72"), number("temperature", "体温", "℃", "36.4")],
            reasons: reasons.into(),
            more: Field::default(),
            readers,
        }
    }
}

/// What an entry said before it was corrected.
pub struct Version {
    pub number: u32,
    pub author: String,
    pub when: String,
    pub text: String,
    pub facts: Vec<Fact>,
    /// Why the next version was written.
    pub corrected_because: Option<String>,
}

/// One entry with its older versions.
#[derive(Template)]
#[template(path = "entry/entry.html")]
pub struct EntryPage {
    pub page: Page,
    pub notebook: NotebookHead,
    /// What has just been done.
    pub told: Option<String>,
    /// `/n/1234-5678-9012/entries/…`.
    pub path: String,
    pub entry: EntryCard,
    pub readers: String,
    /// 11月25日(水) 午後2時34分.
    pub recorded: String,
    pub may_correct: bool,
    /// It may still be taken back.
    pub undo: bool,
    /// Where it came from; the label says which sheet.
    pub photo: Option<Link>,
    /// The older ones, newest first.
    pub versions: Vec<Version>,
}

impl EntryPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let mut entry = EntryCard::sample(
            "clinician",
            "訪問看護みなと 中村さん",
            "看護師・11月25日(水) 午後2時30分",
            "足のむくみは先週より軽くなっています。",
        );
        entry.facts = vec![Fact::sample("脈", "72"), Fact::sample("体温", "36.4℃")];
        entry.note = Some("11月25日(水) 午後2時40分に直しました".into());
        let version = Version {
            number: 1,
            author: "中村 恵さん".into(),
            when: "11月25日(水) 午後2時34分".into(),
            text: "足のむくみは先週より軽くなっています。".into(),
            facts: vec![Fact::sample("脈", "27"), Fact::sample("体温", "36.4℃")],
            corrected_because: Some("書きまちがい".into()),
        };
        let (readers, told) =
            (page.text.plain("entry-audience-everyone-note"), Some(page.text.plain("entry-saved")));
        Self {
            page,
            notebook: NotebookHead::sample("梅の手帳"),
            told,
            path: "/n/1234-5678-9012/entries/1".into(),
            entry,
            readers,
            recorded: "11月25日(水) 午後2時40分".into(),
            may_correct: true,
            undo: true,
            photo: None,
            versions: vec![version],
        }
    }
}
