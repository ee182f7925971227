//! Views of photographing: choose photos, the pile, the one tap.

use askama::Template;

use crate::web::page::Page;
use crate::web::view::{Link, NotebookHead, Symbol};

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
        /// It was taken in a visit of another notebook: perhaps a wrong page.
        is_elsewhere: bool,
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

impl PhotoState {
    /// It is kept until a day, and no longer unless somebody does something about it.
    pub fn is_for_a_while(&self) -> bool {
        matches!(
            self,
            Self::Waiting { .. } | Self::Held | Self::Unreadable | Self::Discarded { path: Some(_) }
        )
    }
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
    /// Until when it is kept, where it does not stay.
    pub until: Option<String>,
    /// Where the file can be had back that could not be read.
    pub original: Option<String>,
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
        let until = state.is_for_a_while().then(|| "12月20日(日)までお預かりし、そのあと消します。".into());
        let original = matches!(state, PhotoState::Unreadable).then(|| "#".into());
        let thumbnail = match state {
            PhotoState::Reading => None,
            PhotoState::Waiting { .. } => Some("/sample/pic-plain.jpg".into()),
            _ => Some("/sample/pic-sheet.jpg".into()),
        };
        let family = matches!(state, PhotoState::Filed { .. }).then_some(true);
        let (id, sent) = (format!("019a0000-0000-7000-8000-{number:012}"), "午前10時5分".into());
        Self { id, number, sent, thumbnail, state, advice: vec![], until, original, family }
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
    /// Every photo is in its notebook.
    pub fn is_all_filed(&self) -> bool {
        self.photos.iter().all(|photo| matches!(photo.state, PhotoState::Filed { .. }))
    }

    /// Every photo is in its notebook, or is to be in none.
    pub fn is_settled(&self) -> bool {
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
            is_elsewhere: sheet.starts_with("血圧"),
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
    /// The whole frame around the sheet.
    pub frame: Option<String>,
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
        let reasons =
            vec![page.text.plain("capture-confirm-marks"), page.text.plain("capture-confirm-family")];
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
            frame: Some("#".into()),
            reasons,
            candidates: vec![
                candidate(Symbol::ume(), "高橋 梅子さん"),
                candidate(Symbol::matsu(), "高橋 松男さん"),
            ],
            others: vec![candidate(Symbol::matsu(), "小林 正夫さん")],
        }
    }
}
