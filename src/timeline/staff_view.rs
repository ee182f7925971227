//! View of a notebook for the care team: what a doctor needs on one screen, then the record.

use askama::Template;

use super::view::{Block, Instruction};
use crate::web::page::Page;
use crate::web::view::{Link, NotebookHead, Tag};

/// What must not be given, and what it did.
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

/// A dispensed medicine.
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

/// One of the last values.
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
        Self {
            label: label.into(), value: value.into(), unit: unit.into(), wide: label.starts_with("血圧")
        }
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

/// The person's own aim, as a band.
pub struct ChartBand {
    pub top: f32,
    pub height: f32,
}

/// A line across the chart with its value.
pub struct ChartLine {
    pub y: f32,
    pub value: u32,
    /// 135 and 85, dashed.
    pub standard: bool,
}

/// A day of the chart, as a row of its table.
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
    /// What finders and helpers said in the last days, a person who is lost first.
    pub notices: Vec<String>,
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
    /// 最後に写した日 11月20日(金)・5日前; `None` where the reader cannot know.
    pub last_photographed: Option<String>,
    pub blocks: Vec<Block>,
    pub older: Option<String>,
}

impl StaffPage {
    #[cfg(test)]
    #[expect(clippy::too_many_lines, reason = "a sample gives every value of the page")]
    pub fn sample(page: Page) -> Self {
        let detail = "たかはし うめこ・昭和13年3月3日 (1938) 88歳・女性・要介護2 令和9年3月末まで";
        let mut notebook = NotebookHead::sample(detail);
        notebook.action = Some(Link {
            path: format!("{}/write", notebook.path),
            label: page.text.plain("timeline-action-write"),
        });
        let tag = |kind: &str, word: &str| {
            Tag::sample(kind, &page.text.plain(&format!("timeline-medicine-{word}")))
        };
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
                Medicine::sample(
                    "ロキソプロフェンテープ 100mg",
                    "1日1枚・腰",
                    vec![tag("", "changed"), waits()],
                ),
                Medicine::sample(
                    "酸化マグネシウム錠 330mg",
                    "今回の紙にはありません",
                    vec![tag("absent", "absent"), waits()],
                ),
            ],
            note: Some("お薬の紙に手書きの追記があります（11/20に写す）。".into()),
        };
        let mut handwriting = News::sample("手書き", "11/20に写す", "書いた日は未確認", "やりとり帳に3件。");
        handwriting.link = Some(Link { path: "#".into(), label: page.text.plain("timeline-news-photo") });
        Self {
            page,
            notebook,
            told: None,
            notices: vec!["手帳・交番に届けました（11月22日(日) 午後2時30分）".into()],
            limited_until: None,
            instructions: vec![Instruction::sample()],
            allergies: vec![
                Allergy {
                    substance: "セフェム系の抗菌薬".into(), reaction: "発疹（2019年）".into()
                },
                Allergy { substance: "そば".into(), reaction: "じんましん".into() },
            ],
            allergies_note: "10月2日 森 薬剤師が確認".into(),
            news: vec![
                News::sample(
                    "看護",
                    "11/24",
                    "訪問看護 中村",
                    "両足のむくみは軽くなる。体重48.2kg（−0.6kg）。",
                ),
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
            last_photographed: Some("最後に写した日 11月20日(金)・5日前".into()),
            blocks: Block::samples(),
            older: None,
        }
    }

    /// A notebook of which nothing is known yet, seen by who has just joined.
    #[cfg(test)]
    pub fn bare(page: Page) -> Self {
        let allergies_note = page.text.plain("timeline-allergies-unknown");
        let never = page.text.plain("timeline-never-photographed");
        Self {
            page,
            notebook: NotebookHead::sample("たかはし うめこ・昭和13年3月3日 (1938) 88歳"),
            told: None,
            notices: vec!["手帳・交番に届けました（11月22日(日) 午後2時30分）".into()],
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
            last_photographed: Some(never),
            blocks: vec![],
            older: None,
        }
    }
}
