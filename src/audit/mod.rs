//! The access diary: every read and write of a notebook, in a chain of hashes. The person and the family
//! read it in plain words. It is written in the transaction of what it records, or that does not happen.
//!
//! # Layout
//! - here: what can be recorded, and how the chain is made (pure)
//! - [`sql`]: the rows; [`view`]: the page (its handler is in `timeline`, which knows names)

use sha2::{Digest, Sha256};

use crate::clock::{Instant, MINUTE};
use crate::error::{Error, Result};
use crate::id::{Actor, Id, NotebookNumber};

pub mod sql;
pub mod view;

/// The same view by the same reader within this time is one row, in milliseconds (DESIGN 3).
pub const ONE_VIEW: i64 = 10 * MINUTE;

macro_rules! acts {
    ($($(#[$doc:meta])* $act:ident = $word:literal),* $(,)?) => {
        /// What was done. The word stands in the database.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Act { $($(#[$doc])* $act),* }

        impl Act {
            /// Every act there is.
            pub const ALL: &'static [Self] = &[$(Self::$act),*];

            /// The word in the database.
            pub fn word(self) -> &'static str {
                match self { $(Self::$act => $word),* }
            }
        }
    };
}

acts! {
    /// The number was minted as part of a batch.
    Minted = "minted",
    /// A person was registered and the notebook handed over.
    Issued = "issued",
    /// The timeline was read.
    ReadTimeline = "read-timeline",
    /// Words were looked for in the timeline.
    Searched = "searched",
    /// An entry with its older versions was read.
    ReadEntry = "read-entry",
    /// A photo was looked at.
    ReadPhoto = "read-photo",
    /// Which sheets were photographed, and when, was looked at.
    ReadSheets = "read-sheets",
    /// The list of people was read.
    ReadPeople = "read-people",
    /// This diary was read.
    ReadDiary = "read-diary",
    /// Name and birth date were read at the desk.
    ReadRegistration = "read-registration",
    /// A message was written.
    WroteMessage = "wrote-message",
    /// Measured values were written.
    WroteVitals = "wrote-vitals",
    /// A standing instruction was written.
    WroteInstruction = "wrote-instruction",
    /// Something written was taken back by its author within a few minutes.
    TookBack = "took-back",
    /// Something written was corrected.
    Corrected = "corrected",
    /// A photo was filed by the code on it.
    FiledPhoto = "filed-photo",
    /// A photo was filed by a person's tap.
    FiledPhotoByTap = "filed-photo-by-tap",
    /// A photo was taken out of the notebook again.
    UnfiledPhoto = "unfiled-photo",
    /// A sheet out of a pad became one of the notebook's.
    BoundSheet = "bound-sheet",
    /// A sheet out of a pad was said to be another's: its photos went back to who took them.
    ReleasedSheet = "released-sheet",
    /// A photo was sent to the family too.
    SentToFamily = "sent-to-family",
    /// A photo was kept to supporters again.
    KeptToSupporters = "kept-to-supporters",
    /// Parts of a photo were kept to supporters, or shown again.
    RedactedPhoto = "redacted-photo",
    /// When a photographed sheet was written was noted.
    DatedPhoto = "dated-photo",
    /// Which page a photo is of was told by whoever took it.
    NumberedPhoto = "numbered-photo",
    /// What stands in a handwritten strip was typed out.
    Transcribed = "transcribed",
    /// Somebody joined the care team.
    Joined = "joined",
    /// A relative's phone was registered.
    RegisteredPhone = "registered-phone",
    /// A slip for a relative's phone was made.
    InvitedRelative = "invited-relative",
    /// Sheets, labels or a booklet were printed.
    Printed = "printed",
    /// What was typed was put on paper: printed to be pasted in, or copied by hand.
    PutOnPaper = "put-on-paper",
    /// Allergies and medicines were read through the code of the emergency sheet.
    ReadEmergency = "read-emergency",
    /// Somebody asked for a copy of all that is kept.
    AskedDisclosure = "asked-disclosure",
    /// Everything was looked through at the desk because somebody asked for a copy.
    ReadForDisclosure = "read-for-disclosure",
    /// Every item was looked at for a copy.
    ReviewedDisclosure = "reviewed-disclosure",
    /// The items for a copy are looked at again.
    ReopenedDisclosure = "reopened-disclosure",
    /// A request for a copy was withdrawn.
    WithdrewDisclosure = "withdrew-disclosure",
    /// A copy was handed over.
    HandedDisclosure = "handed-disclosure",
    /// A lost booklet, case or bookmark was replaced.
    Replaced = "replaced",
    /// The batch of the blank booklet was recalled.
    Recalled = "recalled",
    /// The recall of its batch was taken back.
    TookBackRecall = "took-back-recall",
}

impl Act {
    /// From the word in the database.
    pub fn from_word(word: &str) -> Result<Self> {
        Self::ALL.iter().copied().find(|act| act.word() == word).ok_or(Error::broken("reading an act"))
    }

    /// The tail of the message key of its sentence: `audit-did-<tail>`.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Minted | Self::Printed => "print",
            Self::PutOnPaper => "put-on-paper",
            Self::ReadEmergency => "read-emergency",
            Self::AskedDisclosure => "ask-disclosure",
            Self::ReadForDisclosure => "read-disclosure",
            Self::ReviewedDisclosure => "review-disclosure",
            Self::ReopenedDisclosure => "reopen-disclosure",
            Self::WithdrewDisclosure => "withdraw-disclosure",
            Self::HandedDisclosure => "hand-disclosure",
            Self::Replaced => "replace",
            Self::Recalled => "recall",
            Self::TookBackRecall => "take-back-recall",
            Self::Issued | Self::ReadRegistration => "register",
            Self::ReadTimeline | Self::ReadEntry => "read",
            Self::Searched => "search",
            Self::ReadPhoto => "read-photo",
            Self::ReadSheets => "read-sheets",
            Self::ReadPeople => "read-people",
            Self::ReadDiary => "read-diary",
            Self::WroteMessage => "write-message",
            Self::WroteVitals => "write-vitals",
            Self::WroteInstruction => "write-instruction",
            Self::TookBack => "take-back",
            Self::Corrected => "correct",
            Self::FiledPhoto => "photograph",
            Self::FiledPhotoByTap => "file",
            Self::UnfiledPhoto => "unfile",
            Self::BoundSheet => "bind-sheet",
            Self::ReleasedSheet => "release-sheet",
            Self::SentToFamily => "send-family",
            Self::KeptToSupporters => "keep-supporters",
            Self::RedactedPhoto => "redact-photo",
            Self::DatedPhoto => "date-photo",
            Self::NumberedPhoto => "number-photo",
            Self::Transcribed => "transcribe",
            Self::Joined => "join",
            Self::RegisteredPhone => "register-family",
            Self::InvitedRelative => "invite-family",
        }
    }

    /// True for acts that change nothing: the same one within ten minutes is one row.
    pub fn is_view(self) -> bool {
        matches!(
            self,
            Self::ReadTimeline
                | Self::Searched
                | Self::ReadEntry
                | Self::ReadPhoto
                | Self::ReadSheets
                | Self::ReadPeople
                | Self::ReadDiary
                | Self::ReadRegistration
                | Self::ReadForDisclosure
        )
    }
}

/// One row of the diary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Position in the notebook's diary, from 1.
    pub seq: u64,
    pub at: Instant,
    pub actor: Actor,
    pub act: Act,
    /// The row that was read or written, if there is one.
    pub subject: Option<Id>,
}

/// The chain value of a record: SHA-256 over the chain value before it and every field, each at a fixed
/// length or behind its length. The first record follows 32 zero bytes.
pub fn chain(before: &[u8; 32], notebook: NotebookNumber, record: &Record) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"kakehashi diary 1");
    hash.update(before);
    hash.update(notebook.serial().to_be_bytes());
    hash.update(record.seq.to_be_bytes());
    hash.update(record.at.0.to_be_bytes());
    for word in [record.actor.kind.word(), record.act.word()] {
        hash.update((word.len() as u64).to_be_bytes());
        hash.update(word);
    }
    for id in [Some(record.actor.id), record.actor.office, record.subject] {
        hash.update([u8::from(id.is_some())]);
        hash.update(id.map_or([0; 16], |id| *id.0.as_bytes()));
    }
    hash.finalize().into()
}

/// The position of the first record whose chain value does not fit; `None` when all fit.
pub fn first_break(notebook: NotebookNumber, records: &[(Record, [u8; 32])]) -> Option<u64> {
    let mut before = [0; 32];
    let mut expected = 1;
    for (record, value) in records {
        if record.seq != expected || *value != chain(&before, notebook, record) {
            return Some(expected);
        }
        (before, expected) = (*value, expected + 1);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ActorKind;

    fn diary() -> (NotebookNumber, Vec<(Record, [u8; 32])>) {
        let notebook = NotebookNumber::from_serial(7).unwrap();
        let actor = Actor { kind: ActorKind::Staff, id: Id(uuid::Uuid::from_u128(1)), office: None };
        let mut before = [0; 32];
        let rows = (1..=3)
            .map(|seq| {
                let act = if seq == 2 { Act::WroteMessage } else { Act::ReadTimeline };
                let record = Record { seq, at: Instant(1000 * seq.cast_signed()), actor, act, subject: None };
                before = chain(&before, notebook, &record);
                (record, before)
            })
            .collect();
        (notebook, rows)
    }

    #[test]
    fn an_untouched_diary_holds_together() {
        let (notebook, rows) = diary();
        assert_eq!(first_break(notebook, &rows), None);
    }

    #[test]
    fn a_changed_removed_or_moved_row_is_found() {
        let (notebook, mut rows) = diary();
        rows[1].0.act = Act::ReadEntry;
        assert_eq!(first_break(notebook, &rows), Some(2));
        let (notebook, mut rows) = diary();
        rows.remove(0);
        assert_eq!(first_break(notebook, &rows), Some(1));
        let (_, rows) = diary();
        assert_eq!(first_break(NotebookNumber::from_serial(8).unwrap(), &rows), Some(1));
    }
}
