//! Ids: what rows, people and notebooks are called. Row ids are UUIDv7 made by whoever creates the
//! row, offline too, so that sending twice is harmless. A notebook has a 12-digit number that people
//! can read aloud; two check digits refuse any one wrong or swapped digit.

use std::cmp::Reverse;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::clock::{Instant, dice};
use crate::error::{Error, Result};

/// The id of one row: a UUID, 16 bytes, in time order when made here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Id(pub Uuid);

impl Id {
    /// A fresh UUIDv7 for a row made at `now` (RFC 9562, 5.7).
    pub fn fresh(now: Instant) -> Result<Self> {
        let milliseconds = u64::try_from(now.0).unwrap_or_default();
        Ok(Self(uuid::Builder::from_unix_timestamp_millis(milliseconds, &dice()?).into_uuid()))
    }

    /// From the 16 bytes of a stored row.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        Uuid::from_slice(bytes).map(Self).map_err(|cause| Error::fault("reading an id", cause))
    }

    /// Another id of the same moment, which follows from this one and some bytes.
    pub fn derived(self, bytes: &[u8]) -> Self {
        let digest = Sha256::new().chain_update(self.0.as_bytes()).chain_update(bytes).finalize();
        let mut made = *self.0.as_bytes();
        made[6..].copy_from_slice(&digest[..10]);
        let builder = uuid::Builder::from_bytes(made).with_version(uuid::Version::SortRand);
        Self(builder.with_variant(uuid::Variant::RFC4122).into_uuid())
    }

    /// True for a UUID of version 7, the only ids that clients may make themselves.
    pub fn is_time_ordered(self) -> bool {
        self.0.get_version_num() == 7
    }
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(formatter)
    }
}

impl FromStr for Id {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Uuid::try_parse(text).map(Self).map_err(|_| Error::NotFound)
    }
}

/// What kind of someone acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A member of an office's staff.
    Staff,
    /// A relative, the person or a guardian.
    Relative,
    /// The program itself, such as a sweep.
    House,
}

impl ActorKind {
    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Relative => "relative",
            Self::House => "house",
        }
    }

    /// From the word in the database.
    pub fn from_word(word: &str) -> Result<Self> {
        [Self::Staff, Self::Relative, Self::House]
            .into_iter()
            .find(|kind| kind.word() == word)
            .ok_or(Error::broken("reading a kind of actor"))
    }
}

/// Who acts: the author of an entry, the reader in the diary, the uploader of a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Actor {
    pub kind: ActorKind,
    pub id: Id,
    /// The office on whose behalf; `None` for relatives.
    pub office: Option<Id>,
}

/// A place among items in order of time, newest first: many may bear one moment, such as values that were
/// typed with their minute, or the sheets of one photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub at: Instant,
    pub id: Id,
    /// Parts of one photo stand in their own order.
    pub part: Reverse<u32>,
}

impl Position {
    /// The place behind which stands everything before a moment.
    pub fn before(at: Instant) -> Self {
        Self { at, id: Id(Uuid::nil()), part: Reverse(u32::MAX) }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.at.0, self.id, self.part.0)
    }
}

impl FromStr for Position {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut parts = text.split('.');
        let mut next = || parts.next().ok_or(Error::NotFound);
        let (at, id, part) = (next()?, next()?, next()?);
        let at = Instant(at.parse().map_err(|_| Error::NotFound)?);
        Ok(Self { at, id: id.parse()?, part: Reverse(part.parse().map_err(|_| Error::NotFound)?) })
    }
}

/// Ten digits: the part of a number that is drawn by chance.
const SERIALS: u64 = 10_000_000_000;

/// The number of a notebook: 10 random digits and 2 check digits by ISO/IEC 7064 MOD 97-10.
/// Held as the ten digits (below 10^10), shown as `1234-5678-9012`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NotebookNumber(u64);

impl NotebookNumber {
    /// From the ten digits without check digits; `None` above 9,999,999,999.
    pub fn from_serial(serial: u64) -> Option<Self> {
        (serial < SERIALS).then_some(Self(serial))
    }

    /// A number drawn by chance. The bias of the modulo is below 10^-8.
    pub fn draw() -> Result<Self> {
        Ok(Self(u64::from_be_bytes(dice()?) % SERIALS))
    }

    /// The ten digits without check digits: what is stored and what stands in a code.
    pub fn serial(self) -> u64 {
        self.0
    }

    /// The two check digits: 98 − (100 × serial mod 97).
    fn check(self) -> u64 {
        98 - (self.0 * 100) % 97
    }

    /// The twelve digits without hyphens.
    pub fn digits(self) -> String {
        format!("{:010}{:02}", self.0, self.check())
    }
}

impl fmt::Display for NotebookNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits();
        write!(formatter, "{}-{}-{}", &digits[..4], &digits[4..8], &digits[8..])
    }
}

impl FromStr for NotebookNumber {
    type Err = Error;

    /// Reads twelve digits, full-width ones too, with or without hyphens and blanks.
    fn from_str(text: &str) -> Result<Self> {
        let wrong = || Error::advice("number", "notebook-number-wrong");
        let mut digits = 0_u64;
        let mut count = 0;
        for character in text.chars() {
            let value = match character {
                '0'..='9' => u64::from(character) - u64::from('0'),
                '０'..='９' => u64::from(character) - u64::from('０'),
                '-' | '－' | 'ー' | '‐' | '−' | ' ' | '　' => continue,
                _ => return Err(wrong()),
            };
            count += 1;
            if count > 12 {
                return Err(wrong());
            }
            digits = digits * 10 + value;
        }
        let number = Self(digits / 100);
        if count == 12 && digits % 100 == number.check() { Ok(number) } else { Err(wrong()) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_number_survives_printing_and_reading(serial in 0..SERIALS) {
            let number = NotebookNumber::from_serial(serial).unwrap();
            prop_assert_eq!(number.to_string().parse::<NotebookNumber>().unwrap(), number);
        }

        #[test]
        fn any_one_wrong_digit_is_refused(serial in 0..SERIALS, place in 0_usize..12, shift in 1_u8..10) {
            let mut digits = NotebookNumber::from_serial(serial).unwrap().digits().into_bytes();
            digits[place] = b'0' + (digits[place] - b'0' + shift) % 10;
            prop_assert!(String::from_utf8(digits).unwrap().parse::<NotebookNumber>().is_err());
        }

        #[test]
        fn any_two_neighbours_swapped_are_refused(serial in 0..SERIALS, place in 0_usize..11) {
            let mut digits = NotebookNumber::from_serial(serial).unwrap().digits().into_bytes();
            prop_assume!(digits[place] != digits[place + 1]);
            digits.swap(place, place + 1);
            prop_assert!(String::from_utf8(digits).unwrap().parse::<NotebookNumber>().is_err());
        }
    }

    #[test]
    fn a_number_typed_in_full_width_is_understood() {
        let number = NotebookNumber::from_serial(1_234_567_890).unwrap();
        let typed: String =
            number
                .to_string()
                .chars()
                .map(|c| {
                    if c.is_ascii_digit() {
                        char::from_u32(u32::from(c) - 48 + 0xFF10).unwrap()
                    } else {
                        'ー'
                    }
                })
                .collect();
        assert_eq!(typed.parse::<NotebookNumber>().unwrap(), number);
    }
}
