//! Views of writing: message, vital signs, standing instruction; `version`: corrections and older versions.

use askama::Template;

mod version;

pub use version::{CorrectPage, EntryPage, NumberField, Version};

use crate::web::page::Page;
use crate::web::view::{Choice, Fact, Field, NotebookHead, Tag, Telephone};

/// One typed entry.
pub struct EntryCard {
    /// Name of the place within the page.
    pub anchor: String,
    /// Icon beside the author: `person`, `clinician`, `house`, `people`.
    pub picture: String,
    /// デイサービスひだまり 田中さん.
    pub author: String,
    /// 介護職員・午前9時40分.
    pub by_and_time: String,
    pub tags: Vec<Tag>,
    /// May be empty when there are facts; line breaks are kept.
    pub text: String,
    pub facts: Vec<Fact>,
    /// A quiet line: who else may read it when that is not everyone, that it was corrected.
    pub note: Option<String>,
    /// Its own page, where its versions stand.
    pub path: Option<String>,
}

impl EntryCard {
    #[cfg(test)]
    pub fn sample(picture: &str, author: &str, by_and_time: &str, text: &str) -> Self {
        Self {
            anchor: format!("entry-{}", author.len() * 1000 + by_and_time.len() * 31 + text.len()),
            picture: picture.into(),
            author: author.into(),
            by_and_time: by_and_time.into(),
            tags: vec![],
            text: text.into(),
            facts: vec![],
            note: None,
            path: None,
        }
    }
}

/// What would you like to write?
#[derive(Template)]
#[template(path = "entry/write.html")]
pub struct WritePage {
    pub page: Page,
    pub notebook: NotebookHead,
    /// The reader may give standing instructions.
    pub may_instruct: bool,
    /// The reader may put on paper what was typed.
    pub may_print: bool,
    pub desk: Telephone,
}

impl WritePage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        Self {
            page,
            notebook: NotebookHead::sample("梅の手帳"),
            may_instruct: true,
            may_print: true,
            desk: Telephone::desk(),
        }
    }
}

/// A question that is answered.
pub struct Answered {
    pub id: String,
    pub text: String,
}

/// Writing a message.
#[derive(Template)]
#[template(path = "entry/message.html")]
pub struct MessagePage {
    pub page: Page,
    pub notebook: NotebookHead,
    /// Made with the form, so that sending twice is harmless.
    pub id: String,
    /// The question that is answered.
    pub answers: Option<Answered>,
    pub text: Field,
    /// An answer is wanted.
    pub asks: bool,
    /// It may go on paper: only what everyone may read.
    pub may_paper: bool,
    pub paper: bool,
    /// Who may be chosen as readers, the default first and chosen; `note` says who that is.
    pub audiences: Vec<Choice>,
    pub desk: Telephone,
}

impl MessagePage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let audiences = ["everyone", "supporters", "relatives"].map(|who| {
            let label = page.text.plain(&format!("entry-audience-{who}"));
            let note = page.text.plain(&format!("entry-audience-{who}-note"));
            Choice { value: who.into(), label, note, chosen: who == "everyone" }
        });
        Self {
            page,
            notebook: NotebookHead::sample("梅の手帳"),
            id: "019a0000-0000-7000-8000-000000000000".into(),
            answers: Some(Answered {
                id: "019a0000".into(),
                text: "往診の時間を変えてもよいですか。".into(),
            }),
            text: Field::default(),
            asks: false,
            may_paper: true,
            paper: true,
            audiences: audiences.into(),
            desk: Telephone::desk(),
        }
    }
}

/// A measured number as typed, with the last one of the same kind.
#[derive(Default)]
pub struct Number {
    pub value: String,
    /// けさ; empty when there is none.
    pub last_when: String,
    pub last: String,
    pub advice: Option<String>,
}

impl Number {
    #[cfg(test)]
    pub(super) fn sample(value: &str, last_when: &str, last: &str) -> Self {
        Self { value: value.into(), last_when: last_when.into(), last: last.into(), advice: None }
    }
}

/// Writing measured values down.
#[derive(Template)]
#[template(path = "entry/vitals.html")]
pub struct VitalsPage {
    pub page: Page,
    pub notebook: NotebookHead,
    pub id: String,
    /// 10:05.
    pub now: String,
    /// `2026-11-25T10:05`.
    pub measured_at: Field,
    pub upper: Number,
    pub lower: Number,
    pub pulse: Number,
    pub temperature: Number,
    pub oxygen: Number,
    pub weight: Number,
    pub advice: Option<String>,
    /// ご本人、ご家族、支えている方.
    pub readers: String,
}

impl VitalsPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let readers = page.text.plain("entry-audience-everyone-note");
        Self {
            page,
            notebook: NotebookHead::sample("梅の手帳"),
            id: "019a0000-0000-7000-8000-000000000000".into(),
            now: "10:05".into(),
            measured_at: Field::with("2026-11-25T10:05"),
            upper: Number::sample("128", "けさ", "132"),
            lower: Number::sample("74", "けさ", "76"),
            pulse: Number::sample("70", "けさ", "72"),
            temperature: Number::sample("36.", "けさ", "36.4"),
            oxygen: Number::sample("", "きのう", "96"),
            weight: Number::sample("", "きのう", "48.2"),
            advice: None,
            readers,
        }
    }
}

/// A value that is unlikely: asked once, never blocked.
pub struct AskedNumber {
    pub name: String,
    pub label: String,
    pub unit: String,
    pub value: String,
    pub last_when: String,
    pub last: String,
    /// 63.4℃ でよいですか。
    pub question: String,
    pub usual: String,
}

/// A field that goes along unseen.
pub struct Hidden {
    pub name: String,
    pub value: String,
}

/// Asking again about values that are hardly possible.
#[derive(Template)]
#[template(path = "entry/vitals-ask.html")]
pub struct VitalsAskPage {
    pub page: Page,
    pub notebook: NotebookHead,
    pub asked: Vec<AskedNumber>,
    /// What is not asked about, shown.
    pub kept: Vec<Fact>,
    /// Id, time and the values that are not asked about.
    pub hidden: Vec<Hidden>,
}

impl VitalsAskPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let question = page.text.plain1("entry-vitals-ask-value", "value", "63.4℃");
        let usual = page.text.plain1("entry-vitals-ask-range", "range", "34〜42℃");
        let asked = AskedNumber {
            name: "temperature".into(),
            label: page.text.plain("entry-vitals-temperature"),
            unit: "℃".into(),
            value: "63.4".into(),
            last_when: "けさ".into(),
            last: "36.4".into(),
            question,
            usual,
        };
        Self {
            page,
            notebook: NotebookHead::sample("梅の手帳"),
            asked: vec![asked],
            kept: vec![Fact::sample("血圧", "128／74"), Fact::sample("脈", "70")],
            hidden: vec![Hidden { name: "systolic".into(), value: "128".into() }],
        }
    }
}

/// Writing a standing instruction.
#[derive(Template)]
#[template(path = "entry/instruction.html")]
pub struct InstructionPage {
    pub page: Page,
    pub notebook: NotebookHead,
    pub id: String,
    pub text: Field,
    pub more: Field,
    /// `2026-11-25`.
    pub from: Field,
    pub until: Field,
}

impl InstructionPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let until = Field::advised("2026-11-20", &page.text.plain("entry-instruction-until-before"));
        Self {
            page,
            notebook: NotebookHead::sample("梅の手帳"),
            id: "019a0000-0000-7000-8000-000000000000".into(),
            text: Field::with("上の血圧160以上が2回続いたら、訪問看護へ電話。"),
            more: Field::default(),
            from: Field::with("2026-11-25"),
            until,
        }
    }
}
