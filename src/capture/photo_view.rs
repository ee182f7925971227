//! The view of one filed photo, with what is new on it.

use askama::Template;

use super::Ink;
use super::view::ShownPhoto;
use super::vision::Rectangle;
use crate::web::page::Page;
use crate::web::view::{Choice, Field, Link, NotebookHead};

/// Rows that are new on a photo.
pub struct ShownStrip {
    /// What an address ends in that leads to it: `strip-0`.
    pub anchor: String,
    /// From 1, from top to bottom.
    pub number: usize,
    pub source: String,
    /// In pixels.
    pub width: u32,
    pub height: u32,
    /// Where it lies on the flattened picture.
    pub mark: Rectangle,
    /// What somebody read there.
    pub text: Option<String>,
    /// Who read it, and when.
    pub by: Option<String>,
    pub field: Field,
    /// Where to send what one reads.
    pub path: String,
}

/// The question which page of its design a photo is of.
pub struct WhichPage {
    /// Nobody has said it yet.
    pub is_asked: bool,
    /// この用紙は、3ページから12ページまでのどれかです.
    pub hint: String,
    pub number: Field,
}

/// One filed photo.
#[derive(Template)]
#[template(path = "capture/photo.html")]
pub struct PhotoPage {
    pub page: Page,
    pub notebook: NotebookHead,
    pub told: Option<String>,
    /// It was filed by a tap a moment ago and may be taken back.
    pub undo: bool,
    /// The next photo that waits for a tap, after one was filed.
    pub next: Option<Link>,
    /// Its marks do not tell which page it is.
    pub which_page: Option<WhichPage>,
    /// The whole frame around the sheet, for whoever took it, as long as it is kept.
    pub frame: Option<Link>,
    /// `/n/1234-5678-9012/photos/…`.
    pub path: String,
    /// みんなのやりとり帳 3ページ.
    pub sheet: String,
    /// The sheet is of a former volume, or was lost with its booklet.
    pub is_old: bool,
    /// Another photo of the same sheet stands for it.
    pub is_double: bool,
    pub photo: ShownPhoto,
    /// What was compared: how it stands with new handwriting.
    pub ink: Option<Ink>,
    pub strips: Vec<ShownStrip>,
    /// The reader may type out what stands there.
    pub may_write: bool,
    /// 11月20日(金) 午後3時12分.
    pub photographed: String,
    pub by: String,
    pub written: Option<String>,
    pub readers: String,
    /// The reader may change who sees it and where it belongs.
    pub may_change: bool,
    /// It is somebody else's, and the reader may give it back to them: its name.
    pub may_give_back: Option<String>,
    /// The sheet is one that the family may read.
    pub may_share: bool,
    /// It is a sheet out of a pad that the reader may take out of the notebook: the reasons to choose from.
    pub release: Vec<Choice>,
    /// The family sees it.
    pub family: bool,
    /// Parts of it are kept to supporters.
    pub is_redacted: bool,
    /// `2026-11-20`.
    pub date: Field,
    /// The same sheet, photographed before.
    pub earlier: Vec<Link>,
}

impl ShownStrip {
    #[cfg(test)]
    fn sample(number: u32) -> Self {
        let text = (number == 1).then(|| "昨夜はよく眠れました。朝食は全部食べました。".to_owned());
        Self {
            anchor: format!("strip-{}", number - 1),
            number: number as usize,
            source: format!("/sample/pic-strip-{number}.jpg"),
            width: 716,
            height: 150,
            mark: Rectangle { x: 60, y: 160 + 170 * number, width: 480, height: 120 },
            by: text.as_ref().map(|_| "中村さん・11月21日(土)".into()),
            field: Field { value: text.clone().unwrap_or_default(), advice: None },
            text,
            path: format!("/n/1234-5678-9012/photos/1/strips/{number}/text"),
        }
    }
}

impl PhotoPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let source: String = "/sample/pic-sheet.jpg".into();
        let readers = page.text.plain("entry-audience-everyone-note");
        Self {
            page,
            notebook: NotebookHead::sample("梅の手帳"),
            told: None,
            undo: false,
            next: None,
            which_page: None,
            frame: Some(Link {
                path: "#".into(), label: "紙のまわりも見る（12月20日(日)まで）".into()
            }),
            path: "/n/1234-5678-9012/photos/1".into(),
            sheet: "みんなのやりとり帳 3ページ".into(),
            is_old: false,
            is_double: false,
            photo: ShownPhoto { full: source.clone(), source, width: 600, height: 850 },
            ink: Some(Ink::New),
            strips: vec![ShownStrip::sample(1), ShownStrip::sample(2)],
            may_write: true,
            photographed: "11月20日(金) 午後3時12分".into(),
            by: "佐藤ケアマネジャー".into(),
            written: None,
            readers,
            may_change: true,
            may_give_back: None,
            may_share: true,
            release: vec![],
            family: true,
            is_redacted: true,
            date: Field::default(),
            earlier: vec![Link { path: "#".into(), label: "11月13日(金)に写したもの".into() }],
        }
    }

    /// Filed by a tap a moment ago: which page of a diary it is, nobody knows yet.
    #[cfg(test)]
    pub fn unnumbered(page: Page) -> Self {
        let hint = page.text.plain2("capture-page-hint", "first", 3, "last", 12);
        let next = page.text.plain1("capture-confirm-next", "count", 2);
        Self {
            told: Some(page.text.plain1("capture-filed", "symbol", "梅")),
            undo: true,
            next: Some(Link { path: "#".into(), label: next }),
            which_page: Some(WhichPage { is_asked: true, hint, number: Field::default() }),
            sheet: "みんなのやりとり帳".into(),
            ink: None,
            strips: vec![],
            is_redacted: false,
            earlier: vec![],
            ..Self::sample(page)
        }
    }

    /// A sheet out of a pad that is not for the family.
    #[cfg(test)]
    pub fn loose(page: Page) -> Self {
        let release = super::give_back::reasons(&page.text);
        let may_give_back = Some("1".into());
        Self {
            may_share: false,
            may_change: false,
            may_give_back,
            family: false,
            is_old: true,
            release,
            ..Self::sample(page)
        }
    }
}
