//! An upload: one photo as somebody sent it, with what became of each of its parts.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::part::{Part, PartState};
use super::vision::{Advice, Unreadable};
use super::worker::Unread;
use crate::clock::{DAY, Instant};
use crate::error::{Error, Result};
use crate::id::{Actor, ActorKind, Id, NotebookNumber};
use jiff::civil::Date;

/// Waiting and held photos are kept so long, in milliseconds (DESIGN 6).
pub const KEPT_WAITING: i64 = 90 * DAY;
/// Unreadable photos, whole frames and the rows of filed uploads are kept so long, in milliseconds.
pub const KEPT_SHORT: i64 = 30 * DAY;

/// The last day on all of which something is there that goes at a moment.
pub fn last_day(until: Instant) -> Date {
    until.plus(-DAY).day()
}

/// A sealed picture: its blob, the blob's key wrapped by who owns it, its size in pixels.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    pub blob: Id,
    pub key: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

impl fmt::Debug for Picture {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Picture({} × {})", self.width, self.height)
    }
}

/// How it stands with an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Reading,
    /// At least one part waits for a tap.
    Waiting,
    /// Nothing waits, and at least one part is of a notebook that is not open to the uploader.
    Held,
    Unreadable,
    Filed,
    /// None of it goes into a notebook.
    Discarded,
}

impl State {
    /// Every state there is.
    pub const ALL: [Self; 6] =
        [Self::Reading, Self::Waiting, Self::Held, Self::Unreadable, Self::Filed, Self::Discarded];

    /// The word in the database and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Waiting => "waiting",
            Self::Held => "held",
            Self::Unreadable => "unreadable",
            Self::Filed => "filed",
            Self::Discarded => "discarded",
        }
    }

    /// From the word in the database.
    pub fn from_word(word: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word).ok_or(Error::broken("reading a photo state"))
    }
}

/// Who sent a photo and what they called it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadKey {
    pub kind: ActorKind,
    pub uploader: Id,
    pub id: Id,
}

impl UploadKey {
    /// The key of somebody's photo.
    pub fn new(uploader: Actor, id: Id) -> Self {
        Self { kind: uploader.kind, uploader: uploader.id, id }
    }
}

/// One uploaded photo with all that became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Upload {
    pub key: UploadKey,
    pub state: State,
    /// SHA-256 of the bytes as sent.
    pub digest: [u8; 32],
    /// The notebook of the visit in which it was taken.
    pub visit: Option<NotebookNumber>,
    pub received_at: Instant,
    pub photographed_at: Instant,
    /// When it goes.
    pub until: Instant,
    /// Raised with every change.
    pub version: u32,
    pub contents: Contents,
}

/// What is sealed of an upload with the house key.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Contents {
    /// The bytes as sent, until they are read.
    pub raw: Option<Picture>,
    /// The whole photo, for its uploader alone.
    pub frame: Option<Picture>,
    pub thumbnail: Option<Picture>,
    pub parts: Vec<Part>,
    pub tips: Vec<Tip>,
    /// The photos of the further pages, where this is the first page of a PDF.
    #[serde(default)]
    pub pages: Vec<Id>,
}

/// A picture and its thumbnail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    pub large: Picture,
    pub thumbnail: Picture,
}

/// What to do better, or what was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tip {
    Blur,
    Dark,
    Glare,
    Cut,
    Far,
    Covered,
    Code,
    Foreign,
    Broken,
    /// HEIC or AVIF.
    Heic,
    /// A picture of a rare kind.
    Kind,
    /// Too many pixels.
    Pixels,
    /// A PDF of too many pages.
    Pages,
    /// A PDF that is locked.
    Locked,
    /// A PDF, or a page of one, of which no picture could be made.
    Pdf,
}

impl Tip {
    /// The tail of the message key: `capture-advice-<word>`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Blur => "blur",
            Self::Dark => "dark",
            Self::Glare => "glare",
            Self::Cut => "cut",
            Self::Far => "far",
            Self::Covered => "covered",
            Self::Code => "code",
            Self::Foreign => "foreign",
            Self::Broken => "broken",
            Self::Heic => "heic",
            Self::Kind => "kind",
            Self::Pixels => "pixels",
            Self::Pages => "pages",
            Self::Locked => "locked",
            Self::Pdf => "pdf",
        }
    }

    /// It says how the picture turned out, wherever it is filed.
    pub fn is_of_picture(self) -> bool {
        matches!(self, Self::Blur | Self::Dark | Self::Glare | Self::Cut | Self::Far | Self::Covered)
    }

    /// Why a file could not be read.
    pub fn of_unread(cause: Unread) -> Self {
        match cause {
            Unread::Unreadable(Unreadable::Heic) => Self::Heic,
            Unread::Unreadable(Unreadable::Unsupported) => Self::Kind,
            Unread::Unreadable(Unreadable::TooManyPixels) => Self::Pixels,
            Unread::Unreadable(Unreadable::TooManyPages) => Self::Pages,
            Unread::Unreadable(Unreadable::Locked) => Self::Locked,
            Unread::Unreadable(_) | Unread::Crashed | Unread::TimedOut => Self::Broken,
        }
    }

    /// From the engine's advice; paper without marks needs none.
    pub fn of(advice: Advice) -> Option<Self> {
        match advice {
            Advice::Blurred => Some(Self::Blur),
            Advice::TooDark => Some(Self::Dark),
            Advice::Glare => Some(Self::Glare),
            Advice::CutOff => Some(Self::Cut),
            Advice::TooFar => Some(Self::Far),
            Advice::Covered => Some(Self::Covered),
            Advice::CodeUnread => Some(Self::Code),
            Advice::NoSheet => None,
        }
    }
}

impl Contents {
    /// What its row of the pile shows.
    pub fn thumbnail(&self) -> Option<&Picture> {
        let pairs = self.parts.iter().filter_map(|part| part.pictures.as_ref());
        self.thumbnail.as_ref().or(pairs.map(|pair| &pair.thumbnail).next())
    }

    /// How it stands with the whole, from its parts.
    pub fn state(&self) -> State {
        if self.parts.iter().any(|part| part.state.waits()) {
            State::Waiting
        } else if self.parts.iter().any(|part| matches!(part.state, PartState::Held { .. })) {
            State::Held
        } else if self.parts.iter().any(|part| matches!(part.state, PartState::Filed { .. })) {
            State::Filed
        } else {
            State::Discarded
        }
    }

    /// The first filed part: its notebook and printed sheet.
    pub fn filed(&self) -> Option<(NotebookNumber, Option<u16>)> {
        self.parts.iter().find_map(|part| match &part.state {
            PartState::Filed { sheet, .. } => Some((part.state.notebook()?, *sheet)),
            _ => None,
        })
    }
}

impl Upload {
    /// The file as it was sent, where it could not be read. Not of a PDF: a page of it that cannot be drawn keeps all of
    /// them, and they may be of others.
    pub fn original(&self) -> Option<&Picture> {
        let is_alone = self.state == State::Unreadable && !self.contents.tips.contains(&Tip::Pdf);
        self.contents.raw.as_ref().filter(|_| is_alone)
    }

    /// Takes what has become of the parts into state and date of going.
    pub fn settle(&mut self, now: Instant) {
        self.state = self.contents.state();
        let is_settled = matches!(self.state, State::Filed | State::Discarded);
        self.until = now.plus(if is_settled { KEPT_SHORT } else { KEPT_WAITING });
    }

    /// It could not be read; its bytes are kept for a while.
    pub fn be_unreadable(&mut self, tip: Tip, now: Instant) {
        self.state = State::Unreadable;
        self.until = now.plus(KEPT_SHORT);
        self.contents.tips = vec![tip];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::Sharing;
    use crate::capture::filing::Why;

    #[test]
    fn an_upload_waits_while_any_part_does_and_is_filed_when_all_are() {
        let part = |state| Part { number: 0, state, pictures: None, brought: None };
        let filed = || {
            let sharing = Sharing::Offered;
            part(PartState::Filed {
                notebook: 7,
                sheet: Some(3),
                design: None,
                sharing,
                is_old: false,
                is_double: false,
            })
        };
        let waits =
            || PartState::Waiting { why: Why::Marks, hints: vec![], pad: None, known: None, label: None };
        let (waiting, held) = (|| part(waits()), || part(PartState::Held { notebook: None, known: None }));
        let aside = || part(PartState::Discarded { was: Some(Box::new(waits())) });
        let state = |parts| Contents { parts, ..Contents::default() }.state();
        assert_eq!(state(vec![filed(), waiting(), held()]), State::Waiting);
        assert_eq!(state(vec![filed(), held(), aside()]), State::Held);
        assert_eq!((state(vec![filed(), aside()]), state(vec![aside()])), (State::Filed, State::Discarded));
        assert_eq!(state(vec![filed(), filed()]), State::Filed);
    }

    #[test]
    fn a_file_that_could_not_be_read_is_handed_back_unless_it_may_hold_pages_of_others() {
        let id = Id(uuid::Uuid::nil());
        let raw = Picture { blob: id, key: vec![], width: 0, height: 0 };
        let now = Instant(0);
        let mut upload = Upload {
            key: UploadKey { kind: ActorKind::Staff, uploader: id, id },
            state: State::Reading,
            digest: [0; 32],
            visit: None,
            received_at: now,
            photographed_at: now,
            until: now,
            version: 0,
            contents: Contents { raw: Some(raw), ..Contents::default() },
        };
        assert!(upload.original().is_none(), "it is being read");
        upload.be_unreadable(Tip::Broken, now);
        assert!(upload.original().is_some());
        upload.be_unreadable(Tip::Pdf, now);
        assert!(upload.original().is_none());
    }
}
