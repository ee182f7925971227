//! An entry is one statement with author, time and audience. It is never changed: a correction is a new
//! version with a reason, and the older one stays readable to those who could read it.
//!
//! # Layout
//! - here: kinds and versions (pure); [`vitals`]: measured numbers with units and plausible ranges
//! - [`sql`]: the rows; [`web`], [`measure`], [`correct`]: the forms; [`card`]: an entry as it is shown; [`view`]: pages

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use crate::access::audience::{Audience, Reader};
use crate::audit::Act;
use crate::clock::{Instant, MINUTE};
use crate::error::{Error, Result};
use crate::id::{Actor, Id, Position};

pub mod card;
pub mod correct;
pub mod measure;
pub mod sql;
pub mod view;
pub mod vitals;
pub mod web;

pub use vitals::Vitals;

/// An entry may be taken back by its author for so long, in milliseconds.
const TAKEN_BACK: i64 = 10 * MINUTE;
/// The longest text of an entry, in characters.
const TEXT_MAX: usize = 4000;

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Contents {
    Message(Message),
    Vitals(Vitals),
    Instruction(Instruction),
    Dispensing(Dispensing),
    Allergy(Allergy),
}

/// A few words to others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub text: String,
    /// An answer is wanted.
    #[serde(default)]
    pub asks: bool,
    /// The message that is answered.
    #[serde(default)]
    pub answers: Option<Id>,
    /// It is to be put on paper at the next visit; only what everyone may read.
    #[serde(default)]
    pub paper: bool,
}

/// A standing instruction: on top for everyone, from a day until a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instruction {
    pub text: String,
    pub more: String,
    pub from: Instant,
    /// The last moment; `None` until somebody ends it.
    pub until: Option<Instant>,
}

impl Instruction {
    /// True while it is to be followed.
    pub fn is_in_force(&self, now: Instant) -> bool {
        self.from <= now && self.until.is_none_or(|until| now <= until)
    }
}

/// What a pharmacy handed out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispensing {
    pub pharmacy: String,
    pub prescriber: String,
    pub medicines: Vec<Medicine>,
}

/// One medicine of a dispensing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Medicine {
    pub name: String,
    /// How it is taken: 朝食後 1錠.
    pub dose: String,
    /// Until when it lasts.
    pub until: Option<Instant>,
    /// Who agreed that this is what is taken; `None` while nobody has.
    pub confirmed_by: Option<String>,
}

/// Medicines that were dispensed since a moment, each once by its name, the newest first; of entries newest first.
/// Whoever dispensed last is not the only one: what another pharmacy handed out before is still taken.
pub fn medicines_since(entries: &[Entry], since: Instant) -> Vec<&Medicine> {
    let mut found: Vec<&Medicine> = Vec::new();
    for entry in entries.iter().filter(|entry| entry.happened_at >= since) {
        let Contents::Dispensing(dispensing) = &entry.contents else { continue };
        for medicine in &dispensing.medicines {
            if found.iter().all(|known| known.name != medicine.name) {
                found.push(medicine);
            }
        }
    }
    found
}

/// Something the person must not get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allergy {
    pub substance: String,
    /// 発疹（2019年）; may be empty.
    pub reaction: String,
}

impl Contents {
    /// The word in the database and in message keys.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Message(_) => "message",
            Self::Vitals(_) => "vitals",
            Self::Instruction(_) => "instruction",
            Self::Dispensing(_) => "dispensing",
            Self::Allergy(_) => "allergy",
        }
    }
}

/// One version of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub id: Id,
    /// From 1; a correction has the next one.
    pub version: u32,
    pub happened_at: Instant,
    pub recorded_at: Instant,
    pub author: Actor,
    pub audience: Audience,
    pub contents: Contents,
    /// Why the version before was corrected; `None` for the first.
    pub reason: Option<String>,
}

impl Entry {
    /// The question that it answers.
    pub fn answers(&self) -> Option<Id> {
        if let Contents::Message(message) = &self.contents { message.answers } else { None }
    }

    /// Its place in the order of time.
    pub fn position(&self) -> Position {
        Position { at: self.happened_at, id: self.id, part: Reverse(0) }
    }

    /// May this reader read it?
    pub fn is_for(&self, reader: &Reader) -> bool {
        self.audience.admits(reader, self.author)
    }

    /// The act of writing it, for the diary.
    pub fn act(&self) -> Act {
        match self.contents {
            Contents::Vitals(_) => Act::WroteVitals,
            Contents::Instruction(_) => Act::WroteInstruction,
            Contents::Message(_) | Contents::Dispensing(_) | Contents::Allergy(_) => Act::WroteMessage,
        }
    }

    /// May this actor take it back? Its author may, for ten minutes, while nobody has corrected it.
    pub fn may_be_taken_back(&self, actor: Actor, now: Instant) -> bool {
        let is_own = (self.author.kind, self.author.id) == (actor.kind, actor.id);
        is_own && self.version == 1 && now < self.recorded_at.plus(TAKEN_BACK)
    }

    /// True when both are one statement of one author, whenever they were sent.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let author = |entry: &Self| (entry.author.kind, entry.author.id);
        // Messages happen when they are sent; when values were measured is typed.
        let is_timed = matches!(self.contents, Contents::Vitals(_));
        author(self) == author(other)
            && self.audience == other.audience
            && self.contents == other.contents
            && (!is_timed || self.happened_at == other.happened_at)
    }

    /// The next version, written by `author` because of `reason`. The audience stays: what some could
    /// not read is never shown to them by a correction.
    pub fn corrected(&self, contents: Contents, author: Actor, reason: String, now: Instant) -> Result<Self> {
        if contents.word() != self.contents.word() {
            return Err(Error::broken("correcting an entry into another kind"));
        }
        if contents == self.contents {
            return Err(Error::advice("", "entry-correct-same"));
        }
        if (self.author.kind, self.author.id) != (author.kind, author.id) {
            return Err(Error::Forbidden);
        }
        let version = self.version + 1;
        Ok(Self { version, recorded_at: now, author, contents, reason: Some(reason), ..self.clone() })
    }
}

/// Characters that nobody sees and that turn what others see (Unicode: zero width, direction of writing).
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// A text as typed: trimmed, not empty, not too long, no control characters but line breaks.
pub fn check_text(field: &'static str, text: &str) -> Result<String> {
    let text: String = text
        .replace("\r\n", "\n")
        .chars()
        .filter(|character| *character == '\n' || !(character.is_control() || is_invisible(*character)))
        .collect();
    let text = text.trim().to_owned();
    match text.chars().count() {
        0 => Err(Error::advice(field, "web-advice-needed")),
        1..=TEXT_MAX => Ok(text),
        _ => Err(Error::advice(field, "web-form-too-long")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ActorKind;

    fn actor(number: u128) -> Actor {
        Actor { kind: ActorKind::Staff, id: Id(uuid::Uuid::from_u128(number)), office: None }
    }

    fn message(text: &str) -> Contents {
        Contents::Message(Message { text: text.to_owned(), asks: false, answers: None, paper: false })
    }

    fn entry() -> Entry {
        Entry {
            id: Id(uuid::Uuid::from_u128(9)),
            version: 1,
            happened_at: Instant(5),
            recorded_at: Instant(5),
            author: actor(1),
            audience: Audience::Supporters,
            contents: message("むくみは軽いです。"),
            reason: None,
        }
    }

    #[test]
    fn a_correction_is_a_new_version_with_a_reason_and_the_same_audience() {
        let next = entry()
            .corrected(message("むくみはありません。"), actor(1), "書きまちがい".into(), Instant(9))
            .unwrap();
        assert_eq!((next.version, next.audience, next.happened_at), (2, Audience::Supporters, Instant(5)));
        assert_eq!(next.reason.as_deref(), Some("書きまちがい"));
    }

    #[test]
    fn nobody_corrects_what_another_wrote_and_nothing_is_corrected_into_itself() {
        let changed = entry().corrected(message("別のこと"), actor(2), String::new(), Instant(9));
        assert!(matches!(changed, Err(Error::Forbidden)));
        assert!(
            entry().corrected(message("むくみは軽いです。"), actor(1), String::new(), Instant(9)).is_err()
        );
    }

    #[test]
    fn an_author_takes_back_an_entry_for_ten_minutes_until_it_is_corrected() {
        let entry = entry();
        assert!(entry.may_be_taken_back(actor(1), Instant(5 + TAKEN_BACK - 1)));
        assert!(!entry.may_be_taken_back(actor(1), Instant(5 + TAKEN_BACK)));
        assert!(!entry.may_be_taken_back(actor(2), Instant(6)));
        let next = entry.corrected(message("別のこと"), actor(1), String::new(), Instant(6)).unwrap();
        assert!(!next.may_be_taken_back(actor(1), Instant(7)));
    }

    #[test]
    fn an_instruction_is_in_force_from_its_first_to_its_last_moment() {
        let mut instruction = Instruction {
            text: "電話".into(),
            more: String::new(),
            from: Instant(10),
            until: Some(Instant(20)),
        };
        assert_eq!(
            [9, 10, 20, 21].map(|at| instruction.is_in_force(Instant(at))),
            [false, true, true, false]
        );
        instruction.until = None;
        assert!(instruction.is_in_force(Instant(i64::MAX)));
    }

    #[test]
    fn texts_lose_blanks_and_control_characters_and_are_never_empty() {
        assert_eq!(check_text("text", " 一行\r\n二行\u{0} ").unwrap(), "一行\n二行");
        assert!(check_text("text", " \n ").is_err());
        assert!(check_text("text", "\u{200B}\u{202E}").is_err());
        assert!(check_text("text", &"あ".repeat(4001)).is_err());
    }
}
