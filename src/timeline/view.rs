//! Views of reading: the family's, the staff's, the list of one's notebooks.

use askama::Template;

use crate::entry::view::{EntryCard, Reactions};
use crate::web::page::Page;
use crate::web::view::{Fact, Link, NotebookHead, NotebookRow, Symbol, Tag};

/// A picture of handwritten rows, or of a whole sheet. Width and height in pixels.
pub struct Strip {
    pub source: String,
    pub width: u32,
    pub height: u32,
    /// For who cannot see it: what was typed out, or which sheet it is.
    pub description: String,
    /// みんなのやりとり帳 3枚目.
    pub sheet: String,
    /// The large picture.
    pub path: String,
}

impl Strip {
    #[cfg(test)]
    fn sample(number: u32, description: &str) -> Self {
        Self {
            source: format!("/sample/pic-strip-{number}.jpg"),
            width: 716,
            height: 150,
            description: description.into(),
            sheet: "みんなのやりとり帳 3枚目".into(),
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
    pub reactions: Option<Reactions>,
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
        day_service.facts =
            vec![Fact::sample("血圧", "132／76"), Fact::sample("体温", "36.4℃"), Fact::sample("昼食", "全部")];
        day_service.reactions = Some(Reactions::sample(1, 2, true, false));
        let mut pharmacy = EntryCard::sample(
            "clinician",
            "みどり薬局 森さん",
            "薬剤師・午前11時15分",
            "湿布が新しいものに変わりました。\nかゆみが出たら、はがしてお電話ください。",
        );
        pharmacy.reactions = Some(Reactions::sample(0, 1, false, false));
        pharmacy.note = Some("11月25日に直しました".into());
        pharmacy.path = Some("/n/1234-5678-9012/entries/1".into());
        let mut nurse = EntryCard::sample(
            "clinician",
            "訪問看護みなと 中村さん",
            "看護師・午後2時30分",
            "足のむくみは先週より軽くなっています。寝る前に足を高くして休んでいただいています。",
        );
        nurse.reactions = Some(Reactions::sample(2, 3, false, true));
        vec![
            Self::Day(Day {
                label: "きょう".into(),
                date: "11月25日(水)".into(),
                entries: vec![pharmacy, day_service],
            }),
            Self::Day(Day { label: "きのう".into(), date: "11月24日(火)".into(), entries: vec![nurse] }),
            Self::Paper(Handwriting {
                photographed_on: "11/20".into(),
                written_on: None,
                photographed_by: "佐藤ケアマネジャー".into(),
                strips: vec![
                    Strip::sample(1, "手書き。昨夜はよく眠れました。朝食は全部食べました。夕方に足のむくみあり。"),
                    Strip::sample(2, "手書き。血圧134の78。湿布かぶれはよくなっています。中村"),
                    Strip::sample(3, "手書き。煮物をおいしいと全量。ゴミ出し、買い物をしました。小川"),
                ],
                note: None,
                reactions: Some(Reactions::sample(1, 0, false, false)),
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
    pub instructions: Vec<Instruction>,
    pub blocks: Vec<Block>,
    /// Path of the older part.
    pub older: Option<String>,
    /// 11月20日(金).
    pub last_photographed: Option<String>,
    pub may_ask_photo: bool,
}

impl FamilyPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        Self {
            page,
            notebook: NotebookHead::sample("最後に写した日 11月20日(金)・5日前"),
            told: None,
            instructions: vec![],
            blocks: Block::samples(),
            older: Some("/n/1234-5678-9012?before=20".into()),
            last_photographed: Some("11月20日(金)".into()),
            may_ask_photo: true,
        }
    }
}

pub struct Allergy {
    pub substance: String,
    /// 発疹（2019年）; may be empty.
    pub reaction: String,
}

/// One line of what is new to the reader.
pub struct News {
    /// 看護, お薬, 手書き.
    pub kind: String,
    /// 11/24, or 11/20に写す.
    pub date: String,
    pub author: String,
    pub text: String,
    pub link: Option<Link>,
}

impl News {
    #[cfg(test)]
    fn sample(kind: &str, date: &str, author: &str, text: &str) -> Self {
        Self { kind: kind.into(), date: date.into(), author: author.into(), text: text.into(), link: None }
    }
}

/// A question that waits for an answer.
pub struct Question {
    pub date: String,
    pub author: String,
    pub text: String,
    /// Where to answer.
    pub path: String,
}

pub struct Medicine {
    pub name: String,
    /// 朝食後 1錠・12月18日まで.
    pub dose: String,
    pub tags: Vec<Tag>,
}

impl Medicine {
    #[cfg(test)]
    fn sample(name: &str, dose: &str, tags: Vec<Tag>) -> Self {
        Self { name: name.into(), dose: dose.into(), tags }
    }
}

/// What was dispensed last.
pub struct Dispensed {
    /// 11月20日 みどり薬局.
    pub when_and_where: String,
    pub rows: Vec<Medicine>,
    pub note: Option<String>,
}

pub struct Value {
    pub label: String,
    pub value: String,
    pub unit: String,
    /// Takes the whole width.
    pub wide: bool,
}

impl Value {
    #[cfg(test)]
    fn sample(label: &str, value: &str, unit: &str) -> Self {
        Self { label: label.into(), value: value.into(), unit: unit.into(), wide: label.starts_with("血圧") }
    }
}

/// The last values, each with when it was measured in its label or together in `when`.
pub struct Values {
    pub when: String,
    pub rows: Vec<Value>,
}

/// In the coordinates of the drawing: 340 wide, 270 high.
pub struct Point {
    pub x: f32,
    pub y: f32,
}

pub struct ChartBand {
    pub top: f32,
    pub height: f32,
}

pub struct ChartLine {
    pub y: f32,
    pub value: u32,
    /// 135 and 85, dashed.
    pub standard: bool,
}

pub struct ChartRow {
    pub day: String,
    pub morning: String,
    pub evening: String,
}

/// Blood pressure over a month. Evening points are the upper left corners of turned squares.
pub struct Chart {
    pub unit: String,
    /// The chart in one sentence.
    pub summary: String,
    /// 上110〜140・下60〜85.
    pub aim: Option<String>,
    pub bands: Vec<ChartBand>,
    pub lines: Vec<ChartLine>,
    pub mornings: Vec<Point>,
    pub evenings: Vec<Point>,
    pub first_day: String,
    pub middle_day: String,
    pub last_day: String,
    pub table: Vec<ChartRow>,
}

impl Chart {
    #[cfg(test)]
    fn sample() -> Self {
        let line = |y: f32, value: u32| ChartLine { y, value, standard: value == 135 || value == 85 };
        let wave = |index: u32, middle: f32| middle + ((index * 37 % 23) as f32 - 11.0);
        let mornings = (0..31)
            .flat_map(|day| [66.0, 190.0].map(|y| Point { x: 12.5 + 9.2 * day as f32, y: wave(day, y) }))
            .collect();
        let evenings = (0..31)
            .filter(|day| day % 3 == 1)
            .flat_map(|day| [74.0, 198.0].map(|y| Point { x: 9.2 + 9.2 * day as f32, y: wave(day + 5, y) }))
            .collect();
        let row = |day: &str, morning: &str, evening: &str| ChartRow {
            day: day.into(),
            morning: morning.into(),
            evening: evening.into(),
        };
        Self {
            unit: "mmHg".into(),
            summary: "血圧 1か月。10月26日から11月25日。上は116から146、下は64から86のあいだ。".into(),
            aim: Some("上110〜140・下60〜85".into()),
            bands: vec![ChartBand { top: 55.4, height: 64.4 }, ChartBand { top: 173.4, height: 53.7 }],
            lines: vec![line(227.1, 60), line(119.8, 110), line(12.4, 160), line(66.1, 135), line(173.4, 85)],
            mornings,
            evenings,
            first_day: "10/26".into(),
            middle_day: "11/10".into(),
            last_day: "11/25".into(),
            table: vec![row("11/25", "132／76", ""), row("11/24", "130／74", "126／70")],
        }
    }
}

/// Someone of the care team, with a telephone to press.
pub struct Supporter {
    pub name: String,
    pub role: String,
    pub telephone: Option<String>,
}

impl Supporter {
    #[cfg(test)]
    fn sample(name: &str, role: &str) -> Self {
        Self { name: name.into(), role: role.into(), telephone: Some("000-0000-0002".into()) }
    }
}

/// What a doctor needs on one screen, then the record. For everyone of the care team.
#[derive(Template)]
#[template(path = "timeline/staff.html")]
pub struct StaffPage {
    pub page: Page,
    pub notebook: NotebookHead,
    /// What has just been done.
    pub told: Option<String>,
    /// For who has just joined: the day from which everything can be read.
    pub limited_until: Option<String>,
    pub instructions: Vec<Instruction>,
    pub allergies: Vec<Allergy>,
    /// Who confirmed them and when, or that nobody has asked: no row never means no allergy.
    pub allergies_note: String,
    pub news: Vec<News>,
    /// When the reader last looked.
    pub news_since: Option<String>,
    pub questions: Vec<Question>,
    pub medicines: Option<Dispensed>,
    pub values: Option<Values>,
    pub chart: Option<Chart>,
    pub supporters: Vec<Supporter>,
    /// How many more there are.
    pub supporters_more: u32,
    pub blocks: Vec<Block>,
    pub older: Option<String>,
}

impl StaffPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let detail = "たかはし うめこ・昭和13年3月3日 (1938) 88歳・女性・要介護2 令和9年3月末まで";
        let mut notebook = NotebookHead::sample(detail);
        notebook.action = Some(Link {
            path: format!("{}/write", notebook.path),
            label: page.text.plain("timeline-action-write"),
        });
        let tag = |kind: &str, word: &str| Tag::sample(kind, &page.text.plain(&format!("timeline-medicine-{word}")));
        let (good, waits) = (|| tag("good", "confirmed"), || tag("waits", "unconfirmed"));
        let medicines = Dispensed {
            when_and_where: "11月20日 みどり薬局".into(),
            rows: vec![
                Medicine::sample("アムロジピン錠 5mg", "朝食後 1錠・12月18日まで", vec![good()]),
                Medicine::sample(
                    "フロセミド錠 20mg",
                    "朝・夕食後 各1錠・12月18日まで",
                    vec![tag("", "added"), waits()],
                ),
                Medicine::sample("ロキソプロフェンテープ 100mg", "1日1枚・腰", vec![tag("", "changed"), waits()]),
                Medicine::sample("酸化マグネシウム錠 330mg", "今回の紙にはありません", vec![tag("absent", "absent"), waits()]),
            ],
            note: Some("お薬の紙に手書きの追記があります（11/20に写す）。".into()),
        };
        let mut handwriting = News::sample("手書き", "11/20に写す", "書いた日は未確認", "やりとり帳に3件。");
        handwriting.link = Some(Link { path: "#".into(), label: page.text.plain("timeline-news-photo") });
        Self {
            page,
            notebook,
            told: None,
            limited_until: None,
            instructions: vec![Instruction::sample()],
            allergies: vec![
                Allergy { substance: "セフェム系の抗菌薬".into(), reaction: "発疹（2019年）".into() },
                Allergy { substance: "そば".into(), reaction: "じんましん".into() },
            ],
            allergies_note: "10月2日 森 薬剤師が確認".into(),
            news: vec![
                News::sample("看護", "11/24", "訪問看護 中村", "両足のむくみは軽くなる。体重48.2kg（−0.6kg）。"),
                News::sample("電話", "11/22", "長女 山田", "夜中に2回トイレに起きる。足元が心配とのこと。"),
                News::sample("お薬", "11/20", "みどり薬局 森", "湿布が変更。かぶれの話あり。"),
                handwriting,
                News::sample("デイ", "11/18", "ひだまり 田中", "入浴後にふらつき。5分休んで戻る。"),
            ],
            news_since: Some("11月11日".into()),
            questions: vec![
                Question {
                    date: "11/24".into(),
                    author: "訪問看護 中村".into(),
                    text: "夕方の利尿薬を朝にまとめてもよいでしょうか。夜のトイレが2回あります。".into(),
                    path: "#".into(),
                },
                Question {
                    date: "11/18".into(),
                    author: "デイ 田中".into(),
                    text: "ふらついた日の入浴は、シャワーに替えるべきでしょうか。".into(),
                    path: "#".into(),
                },
            ],
            medicines: Some(medicines),
            values: Some(Values {
                when: "きょう 午前7時10分".into(),
                rows: vec![
                    Value::sample("血圧（朝）", "132／76", "mmHg・脈 72"),
                    Value::sample("体温", "36.4", "℃"),
                    Value::sample("酸素 SpO₂", "96", "%"),
                    Value::sample("体重 11/24", "48.2", "kg"),
                    Value::sample("便", "きのう", ""),
                ],
            }),
            chart: Some(Chart::sample()),
            supporters: vec![
                Supporter::sample("佐藤 由美", "ケアマネジャー・あおば居宅介護支援"),
                Supporter::sample("中村 恵", "訪問看護師・訪問看護みなと"),
                Supporter::sample("森 健一", "薬剤師・みどり薬局"),
                Supporter::sample("山田 春子", "長女・市外"),
            ],
            supporters_more: 3,
            blocks: Block::samples(),
            older: None,
        }
    }

    /// A notebook of which nothing is known yet, seen by who has just joined.
    #[cfg(test)]
    pub fn bare(page: Page) -> Self {
        let allergies_note = page.text.plain("timeline-allergies-unknown");
        Self {
            page,
            notebook: NotebookHead::sample("たかはし うめこ・昭和13年3月3日 (1938) 88歳"),
            told: None,
            limited_until: Some("11月28日(土)".into()),
            instructions: vec![],
            allergies: vec![],
            allergies_note,
            news: vec![],
            news_since: None,
            questions: vec![],
            medicines: None,
            values: None,
            chart: None,
            supporters: vec![],
            supporters_more: 0,
            blocks: vec![],
            older: None,
        }
    }
}

/// The notebooks a relative may read.
#[derive(Template)]
#[template(path = "timeline/home.html")]
pub struct HomePage {
    pub page: Page,
    pub told: Option<String>,
    pub rows: Vec<NotebookRow>,
}

impl HomePage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let rows = vec![
            NotebookRow::sample(Symbol::ume(), "高橋 梅子さん", "最後の書きこみ きょう", Some("新しいこと 3件")),
            NotebookRow::sample(Symbol::matsu(), "高橋 松男さん", "最後の書きこみ 11月22日(日)", None),
        ];
        Self { page, told: None, rows }
    }
}
