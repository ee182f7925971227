//! Disclosure (開示): somebody asks for a copy of all that is kept of them. The desk looks at every item, may
//! withhold some with a reason, and hands the copy over before a day. Pure.

use serde::{Deserialize, Serialize};

use crate::access::audience::Audience;
use crate::capture::PhotoName;
use crate::clock::{DAY, Instant};
use crate::error::{Advice, Error, FieldAdvice, Result};
use crate::id::Id;

/// A copy is due so long after it was asked for, in milliseconds: 15 days, as municipal rules have it.
pub const DUE: i64 = 15 * DAY;
/// A copy that was handed over can be printed again for so long, in milliseconds.
pub const AGAIN: i64 = 14 * DAY;
/// The longest name, and the longest note of what was shown, in characters.
const WORDS_MAX: usize = 60;

/// Who asks: the words in the database, and tails of message keys.
pub const ASKERS: [&str; 3] = ["person", "guardian", "proxy"];

/// Why something is not handed over: the tails of message keys. The grounds of the Act on the Protection of
/// Personal Information, articles 33 and 78: harm to life, body or rights of the person or of others; what
/// would tell of another person; a hindrance to the city's work.
pub const REASONS: [&str; 3] = ["harm", "others", "work"];

/// How far a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Items are looked at.
    Asked,
    /// Every item was looked at: the copy can be printed.
    Reviewed,
    HandedOver,
    Withdrawn,
}

impl State {
    const ALL: [Self; 4] = [Self::Asked, Self::Reviewed, Self::HandedOver, Self::Withdrawn];

    /// The word in the database, and the tail of message keys.
    pub fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Reviewed => "reviewed",
            Self::HandedOver => "handed_over",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// From the word in the database or in a form.
    pub fn from_word(word: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word).ok_or(Error::NotFound)
    }

    /// Whether one may follow another: what was handed over stays so.
    pub fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Asked, Self::Reviewed | Self::Withdrawn)
                | (Self::Reviewed, Self::Asked | Self::HandedOver | Self::Withdrawn)
        )
    }
}

/// Who asks, as the form says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    pub name: String,
    /// What was shown to prove who they are.
    pub checked: String,
}

impl Details {
    /// From a form; advice for what is missing or too long.
    pub fn check(name: &str, checked: &str) -> Result<Self> {
        let (name, checked) = (name.trim(), checked.trim());
        let is_right = |text: &str| (1..=WORDS_MAX).contains(&text.chars().count());
        let fields = [
            ("name", is_right(name), "desk-disclosure-name-needed"),
            ("checked", is_right(checked), "desk-disclosure-checked-needed"),
        ];
        let wrong = fields.into_iter().filter(|(_, is_right, _)| !is_right);
        let advice: Vec<_> = wrong.map(|(field, _, message)| FieldAdvice { field, message }).collect();
        let details = Self { name: name.to_owned(), checked: checked.to_owned() };
        if advice.is_empty() { Ok(details) } else { Err(Error::Invalid(Advice(advice))) }
    }
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosure {
    pub id: Id,
    pub state: State,
    /// One of [`ASKERS`].
    pub asked_by: String,
    pub asked_at: Instant,
    pub due_at: Instant,
    /// When it came to its state.
    pub changed_at: Instant,
    pub details: Details,
}

impl Disclosure {
    /// The copy may be printed: it is ready, or was handed over a few days ago.
    pub fn may_be_printed(&self, now: Instant) -> bool {
        match self.state {
            State::Reviewed => true,
            State::HandedOver => now < self.changed_at.plus(AGAIN),
            State::Asked | State::Withdrawn => false,
        }
    }
}

/// Something that is kept: an entry or a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemKey {
    pub is_photo: bool,
    pub name: PhotoName,
    /// The version of an entry, or how often something was typed out of a photo: what was changed since must be
    /// looked at again.
    pub version: u32,
}

impl ItemKey {
    /// The word in the database.
    pub fn kind(self) -> &'static str {
        if self.is_photo { "photo" } else { "entry" }
    }

    /// The name of its field in the form.
    pub fn field(self) -> String {
        format!("{}.{}.{}", self.kind(), self.name, self.version)
    }

    /// From the name of a field; `None` for other fields.
    pub fn of_field(field: &str) -> Option<Self> {
        let (kind, rest) = field.split_once('.')?;
        let (name, version) = rest.split_once('.')?;
        let is_photo = match kind {
            "photo" => true,
            "entry" => false,
            _ => return None,
        };
        Some(Self { is_photo, name: name.parse().ok()?, version: version.parse().ok()? })
    }
}

/// What somebody decided about an item: given out, or withheld for one of [`REASONS`].
pub type Decision = (ItemKey, Option<String>);

/// What is proposed before anybody has looked: what relatives wrote among themselves and the caregiver's own
/// sheet are about somebody else.
pub fn proposed(audience: Audience) -> Option<&'static str> {
    let is_familys = matches!(audience, Audience::Relatives | Audience::Relative(_) | Audience::Caregiver(_));
    is_familys.then_some("others")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_handed_over_or_withdrawn_stays_so() {
        for next in State::ALL {
            assert!(!State::HandedOver.may_become(next) && !State::Withdrawn.may_become(next));
        }
        assert!(State::Asked.may_become(State::Reviewed) && State::Reviewed.may_become(State::Asked));
        assert!(!State::Asked.may_become(State::HandedOver), "nothing is handed over unseen");
    }

    #[test]
    fn an_item_is_found_again_from_its_field() {
        let id: Id = "01890a5d-ac96-774b-bcce-b302099aabcd".parse().unwrap();
        for (is_photo, part, version) in [(true, 0, 0), (true, 2, 0), (false, 0, 3)] {
            let key = ItemKey { is_photo, name: PhotoName { id, part }, version };
            assert_eq!(ItemKey::of_field(&key.field()), Some(key));
        }
        assert!(ItemKey::of_field("csrf").is_none() && ItemKey::of_field("entry.x").is_none());
    }

    #[test]
    fn who_asks_and_how_it_was_checked_must_be_said() {
        assert!(Details::check("高橋 梅子", "運転免許証").is_ok());
        let Err(Error::Invalid(Advice(advice))) = Details::check(" ", "") else { panic!("taken") };
        assert_eq!(advice.len(), 2);
    }
}
