//! Views of photographing: choose photos, the pile, the one tap, a photo in large.

use askama::Template;

use super::Ink;
use super::vision::Rectangle;

use crate::web::page::Page;
use crate::web::view::{Choice, Field, Link, NotebookHead, Symbol};

/// Where photos are taken or chosen.
#[derive(Template)]
#[template(path = "capture/upload.html")]
pub struct UploadPage {
    pub page: Page,
    /// The visit's notebook.
    pub notebook: Option<NotebookHead>,
    /// Id of the visit; empty without one.
    pub visit: String,
    /// By this the browser knows whose the photos are that it keeps until they are sent.
    pub owner: String,
    pub advice: Option<String>,
    /// Kinds of pictures the server takes: `image/jpeg,image/png,image/webp`.
    pub accept: String,
}

impl UploadPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let notebook = Some(NotebookHead::sample("梅の手帳"));
        let accept = "image/jpeg,image/png,image/webp".into();
        let (visit, owner) = ("019a0000-0000-7000-8000-000000000000".into(), "0f".repeat(32));
        Self { page, notebook, visit, owner, advice: None, accept }
    }
}

/// How it stands with a photo.
pub enum PhotoState {
    Reading,
    /// In a notebook; the sheet is みんなのやりとり帳 3ページ.
    Filed {
        symbol: Symbol,
        sheet: String,
        path: String,
        /// The paper was of a former volume, or its code was replaced.
        is_old: bool,
        /// Another photo of the same sheet stands for it.
        is_double: bool,
    },
    /// Waits for one tap.
    Waiting {
        path: String,
    },
    /// Its code is of a notebook that is not open to the uploader: names nothing.
    Held,
    /// Its uploader wants it in no notebook; it can still be filed there. Without a path its person is on paper alone,
    /// and nothing is left of it.
    Discarded {
        path: Option<String>,
    },
    Unreadable,
    /// Not taken in, and why.
    Refused {
        advice: String,
    },
}

/// One photo of a pile.
pub struct PilePhoto {
    pub id: String,
    /// From 1 on, in the order they were sent.
    pub number: u32,
    /// 午前10時5分.
    pub sent: String,
    pub thumbnail: Option<String>,
    pub state: PhotoState,
    pub advice: Vec<String>,
    /// May be sent to the family: ticked or not. None when it may not, or was already.
    pub family: Option<bool>,
}

impl PilePhoto {
    /// Class of the row.
    pub fn state_class(&self) -> &'static str {
        match self.state {
            PhotoState::Reading => "reading",
            PhotoState::Filed { .. } => "filed",
            PhotoState::Waiting { .. } => "waiting",
            PhotoState::Held => "held",
            PhotoState::Discarded { .. } => "discarded",
            PhotoState::Unreadable => "unreadable",
            PhotoState::Refused { .. } => "refused",
        }
    }

    /// It has not been read yet.
    pub fn is_reading(&self) -> bool {
        matches!(self.state, PhotoState::Reading)
    }

    /// A better photo of the same paper would help.
    pub fn is_to_retake(&self) -> bool {
        match self.state {
            PhotoState::Unreadable => true,
            PhotoState::Waiting { .. } => !self.advice.is_empty(),
            PhotoState::Filed { is_old: false, is_double: false, .. } => !self.advice.is_empty(),
            _ => false,
        }
    }

    #[cfg(test)]
    fn sample(number: u32, state: PhotoState) -> Self {
        let thumbnail = match state {
            PhotoState::Reading => None,
            PhotoState::Waiting { .. } => Some("/sample/pic-plain.jpg".into()),
            _ => Some("/sample/pic-sheet.jpg".into()),
        };
        let family = matches!(state, PhotoState::Filed { .. }).then_some(true);
        let (id, sent) = (format!("019a0000-0000-7000-8000-{number:012}"), "午前10時5分".into());
        Self { id, number, sent, thumbnail, state, advice: vec![], family }
    }
}

/// The rows of one photo, for a page's script.
#[derive(Template)]
#[template(path = "capture/rows.html")]
pub struct PhotoRows {
    pub page: Page,
    pub photos: Vec<PilePhoto>,
}

impl PhotoRows {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let refused = PhotoState::Refused { advice: page.text.plain("capture-upload-format") };
        let photos = vec![PilePhoto::sample(1, PhotoState::Unreadable), PilePhoto::sample(1, refused)];
        Self { page, photos }
    }
}

/// The reader's photos and how it stands with each.
#[derive(Template)]
#[template(path = "capture/pile.html")]
pub struct PilePage {
    pub page: Page,
    pub told: Option<String>,
    pub photos: Vec<PilePhoto>,
    /// How many are being read.
    pub reading: u32,
    /// How many wait for a tap.
    pub waiting: u32,
    /// Some may be sent to the family.
    pub sendable: bool,
    pub back: String,
    /// As on [`UploadPage`].
    pub owner: String,
}

impl PilePage {
    /// Every photo is in its notebook, or is to be in none.
    pub fn is_done(&self) -> bool {
        let is_settled = |photo: &PilePhoto| {
            matches!(photo.state, PhotoState::Filed { .. } | PhotoState::Discarded { .. })
        };
        self.photos.iter().all(is_settled)
    }

    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let filed = |symbol: Symbol, sheet: &str| PhotoState::Filed {
            symbol,
            sheet: sheet.into(),
            path: "/n/1234-5678-9012/photos/1".into(),
            is_old: false,
            is_double: false,
        };
        let mut unreadable = PilePhoto::sample(5, PhotoState::Unreadable);
        unreadable.advice =
            ["blur", "cut"].map(|what| page.text.plain(&format!("capture-advice-{what}"))).into();
        let mut dark = PilePhoto::sample(7, filed(Symbol::ume(), "みんなのやりとり帳 4ページ"));
        dark.advice = vec![page.text.plain("capture-advice-dark")];
        let photos = vec![
            PilePhoto::sample(1, filed(Symbol::ume(), "みんなのやりとり帳 3ページ")),
            PilePhoto::sample(2, filed(Symbol::matsu(), "血圧の記録 11ページ")),
            PilePhoto::sample(3, PhotoState::Waiting { path: "/photos/3".into() }),
            PilePhoto::sample(4, PhotoState::Held),
            unreadable,
            PilePhoto::sample(6, PhotoState::Reading),
            dark,
            PilePhoto::sample(8, PhotoState::Discarded { path: Some("/photos/8".into()) }),
            PilePhoto { thumbnail: None, ..PilePhoto::sample(9, PhotoState::Discarded { path: None }) },
        ];
        Self {
            page,
            told: None,
            photos,
            reading: 1,
            waiting: 1,
            sendable: true,
            back: "/n/1234-5678-9012".into(),
            owner: "0f".repeat(32),
        }
    }
}

/// A picture with its size in pixels, and the full one.
pub struct ShownPhoto {
    pub source: String,
    pub width: u32,
    pub height: u32,
    pub full: String,
}

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

/// A notebook that the photo may belong to.
pub struct Candidate {
    pub symbol: Symbol,
    pub name: String,
    pub value: String,
}

/// The one tap that a waiting photo needs.
#[derive(Template)]
#[template(path = "capture/confirm.html")]
pub struct ConfirmPage {
    pub page: Page,
    /// How many photos wait, this one included.
    pub waiting: u32,
    /// What became of the photo before it: 梅の手帳に入りました, with the way to it.
    pub filed: Option<Link>,
    pub photo: ShownPhoto,
    /// Something may be cut off: the whole photo can be taken instead.
    pub may_show_whole: bool,
    /// Why we ask, in sentences.
    pub reasons: Vec<String>,
    /// The notebooks it most likely belongs to.
    pub candidates: Vec<Candidate>,
    /// Every other one that is open to the uploader.
    pub others: Vec<Candidate>,
    /// It may be put aside.
    pub may_put_aside: bool,
}

impl ConfirmPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let reasons = vec![
            page.text.plain("capture-confirm-marks"),
            page.text.plain1("capture-confirm-two", "count", 2),
        ];
        let source: String = "/sample/pic-plain.jpg".into();
        let candidate = |symbol: Symbol, name: &str| Candidate {
            symbol,
            name: name.into(),
            value: "1234-5678-9012".into(),
        };
        Self {
            waiting: 2,
            filed: Some(Link { path: "#".into(), label: page.text.plain1("capture-filed", "symbol", "松") }),
            may_put_aside: true,
            page,
            photo: ShownPhoto { full: source.clone(), source, width: 600, height: 310 },
            may_show_whole: true,
            reasons,
            candidates: vec![
                candidate(Symbol::ume(), "高橋 梅子さん"),
                candidate(Symbol::matsu(), "高橋 松男さん"),
            ],
            others: vec![candidate(Symbol::matsu(), "小林 正夫さん")],
        }
    }
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
            may_share: true,
            release: vec![],
            family: true,
            is_redacted: true,
            date: Field::default(),
            earlier: vec![Link { path: "#".into(), label: "11月13日(金)に写したもの".into() }],
        }
    }

    /// A sheet out of a pad that is not for the family.
    #[cfg(test)]
    pub fn loose(page: Page) -> Self {
        let release = super::photo::reasons(&page.text);
        Self { may_share: false, family: false, is_old: true, release, ..Self::sample(page) }
    }
}
