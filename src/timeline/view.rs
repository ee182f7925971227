//! Views of reading: the timeline's blocks, the family's page, the list of one's notebooks.

use askama::Template;

use crate::entry::view::EntryCard;
use crate::web::page::Page;
use crate::web::view::{Choice, Field, NotebookHead, NotebookRow};
#[cfg(test)]
use crate::web::view::{Fact, Symbol};

/// A picture of handwritten rows, or of a whole sheet. Width and height in pixels.
pub struct Strip {
    /// None for a sheet on which nothing is new.
    pub source: Option<String>,
    pub width: u32,
    pub height: u32,
    /// For who cannot see it: what was typed out, or which sheet it is.
    pub description: String,
    /// What somebody read there.
    pub text: Option<String>,
    /// みんなのやりとり帳 3ページ.
    pub sheet: String,
    /// The large picture.
    pub path: String,
}

impl Strip {
    #[cfg(test)]
    fn sample(number: u32, description: &str) -> Self {
        Self {
            source: Some(format!("/sample/pic-strip-{number}.jpg")),
            width: 716,
            height: 150,
            description: description.into(),
            text: (number == 2).then(|| "血圧134の78。湿布かぶれはよくなっています。".into()),
            sheet: "みんなのやりとり帳 3ページ".into(),
            path: "/n/1234-5678-9012/photos/1".into(),
        }
    }
}

/// What was photographed together. The day of the photo is never shown as the day of writing.
pub struct Handwriting {
    /// 11/20.
    pub photographed_on: String,
    /// When it was written, if that is known.
    pub written_on: Option<String>,
    pub photographed_by: String,
    pub strips: Vec<Strip>,
    /// A quiet line: who may read it when that is not everyone.
    pub note: Option<String>,
    /// Where to tell when it was written; none when that is known.
    pub tell_path: Option<String>,
}

/// The typed entries of one day.
pub struct Day {
    /// きょう, きのう or the weekday.
    pub label: String,
    /// 11月25日(水).
    pub date: String,
    pub entries: Vec<EntryCard>,
}

/// The timeline is days and photographed paper, newest first.
pub enum Block {
    Day(Day),
    Paper(Handwriting),
}

impl Block {
    #[cfg(test)]
    pub fn samples() -> Vec<Self> {
        let mut day_service = EntryCard::sample(
            "person",
            "デイサービスひだまり 田中さん",
            "介護職員・午前9時40分",
            "お元気に来られました。お風呂にも入られ、「いいお湯だった」と笑っておいででした。",
        );
        day_service.facts = vec![
            Fact::sample("血圧", "132／76"),
            Fact::sample("体温", "36.4℃"),
            Fact::sample("昼食", "全部"),
        ];
        let mut pharmacy = EntryCard::sample(
            "clinician",
            "みどり薬局 森さん",
            "薬剤師・午前11時15分",
            "湿布が新しいものに変わりました。\nかゆみが出たら、はがしてお電話ください。",
        );
        pharmacy.note = Some("11月25日に直しました".into());
        pharmacy.path = Some("/n/1234-5678-9012/entries/1".into());
        let nurse = EntryCard::sample(
            "clinician",
            "訪問看護みなと 中村さん",
            "看護師・午後2時30分",
            "足のむくみは先週より軽くなっています。寝る前に足を高くして休んでいただいています。",
        );
        vec![
            Self::Day(Day {
                label: "きょう".into(),
                date: "11月25日(水)".into(),
                entries: vec![pharmacy, day_service],
            }),
            Self::Day(Day {
                label: "きのう".into(), date: "11月24日(火)".into(), entries: vec![nurse]
            }),
            Self::Paper(Handwriting {
                photographed_on: "11/20".into(),
                written_on: None,
                photographed_by: "佐藤ケアマネジャー".into(),
                strips: vec![
                    Strip::sample(
                        1,
                        "手書き。昨夜はよく眠れました。朝食は全部食べました。夕方に足のむくみあり。",
                    ),
                    Strip::sample(2, "手書き。血圧134の78。湿布かぶれはよくなっています。中村"),
                    Strip::sample(3, "手書き。煮物をおいしいと全量。ゴミ出し、買い物をしました。小川"),
                ],
                note: None,
                tell_path: Some("/n/1234-5678-9012/photos/1".into()),
            }),
        ]
    }
}

/// 「上160以上が2回続いたら電話」: on top for everyone.
pub struct Instruction {
    pub text: String,
    pub more: Option<String>,
    /// 佐伯 医師・11月11日から.
    pub by: String,
    /// Its own page.
    pub path: Option<String>,
}

impl Instruction {
    #[cfg(test)]
    pub fn sample() -> Self {
        Self {
            text: "上の血圧160以上が2回続いたら、訪問看護へ電話。".into(),
            more: Some("息切れ・体重が3日で2kg増えたときも同じ。\n夜間は 000-0000-0001。".into()),
            by: "佐伯 医師・11月11日から".into(),
            path: Some("/n/1234-5678-9012/entries/2".into()),
        }
    }
}

/// What the relatives and the person read.
#[derive(Template)]
#[template(path = "timeline/family.html")]
pub struct FamilyPage {
    pub page: Page,
    pub notebook: NotebookHead,
    /// What has just been done: 残しました.
    pub told: Option<String>,
    /// What finders and helpers said in the last days, a person who is lost first.
    pub notices: Vec<String>,
    pub instructions: Vec<Instruction>,
    pub blocks: Vec<Block>,
    /// Path of the older part.
    pub older: Option<String>,
}

impl FamilyPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        Self {
            page,
            notebook: NotebookHead::sample("最後に写した日 11月20日(金)・5日前"),
            told: None,
            notices: vec!["手帳・交番に届けました（11月22日(日) 午後2時30分）".into()],
            instructions: vec![],
            blocks: Block::samples(),
            older: Some("/n/1234-5678-9012?before=20".into()),
        }
    }
}

/// What was found.
pub struct Results {
    /// How many items, on all pages together.
    pub count: usize,
    pub blocks: Vec<Block>,
    /// Path of the older part.
    pub older: Option<String>,
}

/// Looking for words in a notebook.
#[derive(Template)]
#[template(path = "timeline/search.html")]
pub struct SearchPage {
    pub page: Page,
    pub notebook: NotebookHead,
    /// What is looked for.
    pub words: Field,
    /// The first day that the reader may read; `None` if all of it.
    pub since: Option<String>,
    /// None before anything was looked for.
    pub results: Option<Results>,
}

impl SearchPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let results = Results { count: 4, blocks: Block::samples(), older: None };
        let words = Field { value: "湿布".into(), advice: None };
        Self {
            page, notebook: NotebookHead::sample("梅の手帳"), words, since: None, results: Some(results)
        }
    }

    /// Nothing was found.
    #[cfg(test)]
    pub fn nothing(page: Page) -> Self {
        let results = Results { count: 0, blocks: vec![], older: None };
        Self { results: Some(results), since: Some("11月9日(月)".into()), ..Self::sample(page) }
    }

    /// Before anything was looked for.
    #[cfg(test)]
    pub fn bare(page: Page) -> Self {
        Self { words: Field::default(), results: None, ..Self::sample(page) }
    }
}

/// The notebooks that somebody may read.
#[derive(Template)]
#[template(path = "timeline/home.html")]
pub struct HomePage {
    pub page: Page,
    /// Photos of the reader's that wait for one tap.
    pub waiting: u32,
    /// When the first of them goes, if that is soon.
    pub waiting_until: Option<String>,
    /// With something new first.
    pub rows: Vec<NotebookRow>,
    /// By this the browser knows whose the photos are that it keeps until they are sent.
    pub owner: String,
}

impl HomePage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let rows = vec![
            NotebookRow::sample(
                Symbol::ume(),
                "高橋 梅子さん",
                "最後の書きこみ きょう",
                Some("新しいこと 3件"),
            ),
            NotebookRow::sample(Symbol::matsu(), "高橋 松男さん", "最後の書きこみ 11月22日(日)", None),
        ];
        let waiting_until = Some(page.text.plain1("timeline-home-waiting-until", "date", "12月20日(日)"));
        Self { page, waiting: 2, waiting_until, rows, owner: "0f".repeat(32) }
    }
}

/// An entry that does not stand on paper yet.
pub struct PaperRow {
    pub id: String,
    pub author: String,
    pub when: String,
    pub words: String,
    /// Its author asked that it reaches the paper.
    pub is_wanted: bool,
}

/// What was put on paper together.
pub struct DigestRow {
    pub label: String,
    pub path: String,
}

/// What does not stand on paper yet.
#[derive(Template)]
#[template(path = "timeline/paper.html")]
pub struct PaperPage {
    pub page: Page,
    pub notebook: NotebookHead,
    /// What has just happened.
    pub told: Option<String>,
    pub waiting: Vec<PaperRow>,
    pub printed: Vec<DigestRow>,
    /// How many days the page for a doctor shows.
    pub days: Vec<Choice>,
    /// The years of which a keepsake can be printed; none for supporters.
    pub years: Vec<Choice>,
    /// Volumes that can be printed, the next one first; none for the family.
    pub volumes: Vec<Choice>,
}

impl PaperPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let row = |id: &str, words: &str, is_wanted| PaperRow {
            id: id.into(),
            author: "訪問看護みなと 中村 恵さん".into(),
            when: "11月20日(金) 午後2時30分".into(),
            words: words.into(),
            is_wanted,
        };
        let waiting = vec![
            row("1", "食欲が戻ってきました。水分もよくとれています。", true),
            row("2", "血圧 132／76", false),
        ];
        let when = "11月18日(水) 午前10時05分";
        let label = page.text.plain2("timeline-paper-printed-row", "when", when, "count", 3);
        let printed = vec![DigestRow { label, path: "/n/1234-5678-9012/paper/digest.pdf?at=1".into() }];
        let days = crate::timeline::paper::days(&page.text);
        let volumes = crate::timeline::paper::volumes(&page.text, 1);
        let notebook = NotebookHead::sample("梅の手帳");
        Self { notebook, told: None, waiting, printed, days, years: vec![], volumes, page }
    }

    /// As the family sees it.
    #[cfg(test)]
    pub fn family(page: Page) -> Self {
        let years = crate::timeline::paper::years(&page.text, 2026);
        let told = Some(page.text.plain("timeline-paper-empty"));
        Self { told, years, volumes: vec![], ..Self::sample(page) }
    }

    /// Everything stands on paper.
    #[cfg(test)]
    pub fn empty(page: Page) -> Self {
        Self { waiting: vec![], printed: vec![], ..Self::sample(page) }
    }
}
