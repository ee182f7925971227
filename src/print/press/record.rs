//! Documents made of what was written: digests to paste in, and pages for a doctor, a ward, a family, and for
//! somebody who asks what is kept of them. Their words come from people: a character that no font has is
//! printed as 〓, so that nothing is held back for an emoji.

use serde::Serialize;

use super::document::NotebookFace;

/// Whom a page is about.
#[derive(Debug, Clone, Serialize)]
pub struct Person {
    pub name: String,
    pub kana: String,
    /// 昭和13年3月3日（88歳）.
    pub birth: String,
}

/// What was typed, on A5 paper to be pasted into the booklet.
#[derive(Clone, Serialize)]
pub struct Digest {
    pub notebook: NotebookFace,
    /// 令和8年11月22日.
    pub printed_on: String,
    /// Who pastes it in.
    pub pasted_by: String,
    pub items: Vec<Item>,
}

/// One entry.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Item {
    /// 11月20日(金) 午後2時30分.
    pub when: String,
    pub author: String,
    /// May be empty, and may have several lines.
    pub words: String,
    /// Label and value: 血圧, 132／76.
    pub facts: Vec<(String, String)>,
    /// An answer is wanted.
    pub asks: bool,
    /// Small words below: who may read it, that it was corrected; may be empty.
    pub note: String,
}

/// Measured values of some days for a doctor: chart and table on one A4 page.
#[derive(Clone, Serialize)]
pub struct VitalsReport {
    pub notebook: NotebookFace,
    pub person: Person,
    pub printed_on: String,
    /// 令和8年10月26日〜11月22日.
    pub period: String,
    /// How many days the charts show.
    pub days: u32,
    /// 10/26, 11/22.
    pub first_day: String,
    pub last_day: String,
    pub charts: Vec<Chart>,
    /// The heads of the table; the first is the day's.
    pub columns: Vec<String>,
    /// One row a day, at most 31; as many cells as there are columns.
    pub rows: Vec<Vec<String>>,
    /// How several values of one day are shown.
    pub note: String,
}

/// One chart over the days of a report.
#[derive(Clone, Serialize)]
pub struct Chart {
    pub title: String,
    pub unit: String,
    /// The values at the lower and the upper edge.
    pub lowest: f64,
    pub highest: f64,
    /// Values at which a dashed line is drawn, with what they are.
    pub guides: Vec<(f64, String)>,
    pub series: Vec<Series>,
}

/// Values of one kind in a chart.
#[derive(Clone, Serialize)]
pub struct Series {
    pub label: String,
    pub mark: Mark,
    /// Days since the first moment of the chart, and the value.
    pub points: Vec<(f64, f64)>,
}

/// How a value is drawn: to be told apart in a grey copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    Dot,
    Square,
}

/// What a ward needs when the person comes to stay: one A4 page, and the last days behind it.
#[derive(Clone, Serialize)]
pub struct HandOut {
    pub notebook: NotebookFace,
    pub person: Person,
    pub printed_on: String,
    pub printed_by: String,
    /// What holds until somebody ends it.
    pub instructions: Vec<Statement>,
    pub allergies: Vec<Statement>,
    /// What was dispensed last: name and dose, with where and when.
    pub medicines: Vec<(String, String)>,
    pub dispensed: String,
    /// Last values with their day.
    pub values: Vec<(String, String)>,
    pub contacts: Vec<Contact>,
    /// How many days the entries behind reach back.
    pub days: u32,
    pub items: Vec<Item>,
}

/// A sentence and who said it when.
#[derive(Debug, Clone, Serialize)]
pub struct Statement {
    pub text: String,
    pub by: String,
}

/// Whom to call.
#[derive(Debug, Clone, Serialize)]
pub struct Contact {
    pub role: String,
    pub name: String,
    pub office: String,
    pub telephone: String,
}

/// What was written over a time, in its order, with pictures of handwritten pages: a keepsake on A5, or all
/// that is kept of somebody on A4.
#[derive(Clone, Serialize)]
pub struct Chronicle {
    pub notebook: NotebookFace,
    pub person: Person,
    pub printed_on: String,
    pub kind: ChronicleKind,
    /// 令和8年1月1日〜12月31日.
    pub period: String,
    /// Sentences on the first page.
    pub about: Vec<String>,
    pub chapters: Vec<Chapter>,
    /// The pictures as JPEG, in the order in which the chapters name them.
    #[serde(skip)]
    pub pictures: Vec<Vec<u8>>,
}

/// What a chronicle is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChronicleKind {
    Keepsake,
    Disclosure,
}

/// The entries and pages of one month.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Chapter {
    /// 令和8年11月.
    pub title: String,
    pub items: Vec<Item>,
    pub pages: Vec<PicturedPage>,
}

/// A photographed page.
#[derive(Debug, Clone, Serialize)]
pub struct PicturedPage {
    /// Its place among the pictures.
    pub picture: usize,
    /// みんなのやりとり帳 3ページ.
    pub title: String,
    /// When it was photographed, and by whom.
    pub when: String,
    pub note: String,
    /// What somebody typed out of its handwriting, and who.
    pub texts: Vec<String>,
}
