//! A notebook is the record of one person, with a number, a symbol and a colour. This feature knows its
//! ledger row and the person's profile; it knows neither entries nor sheets.
//!
//! # Layout
//! - here: profile, symbols and colours (pure); [`consent`]: what the person has agreed to (pure)
//! - [`sql`]: the ledger's rows; [`view`]: the page of people

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::access::sql::grant::LedgerState;
use crate::crypto::House;
use crate::error::{Advice, Error, FieldAdvice, Result};
use crate::id::{Id, NotebookNumber};
use crate::text::folded::hiragana;

pub mod consent;
pub mod sql;
pub mod view;
pub mod web;

/// The symbols that tell notebooks apart, as in `print-assets/symbols/symbols.json`.
pub const SYMBOLS: [&str; 9] = ["ume", "matsu", "take", "tori", "tsuki", "yama", "fune", "sakana", "kiku"];
/// The colours, as in `print-assets/symbols/symbols.json`.
pub const COLOURS: [&str; 8] = ["beni", "midori", "ao", "daidai", "murasaki", "oudo", "cha", "sumi"];

/// The pair of the nth number of a batch: neighbours on the shelf differ in both (DESIGN 13).
pub fn pair(position: u32) -> (&'static str, &'static str) {
    let (symbols, colours) = (SYMBOLS.len() as u32, COLOURS.len() as u32);
    // 9 and 8 have no common factor, so the pairs repeat only after 72.
    (SYMBOLS[(position % symbols) as usize], COLOURS[(position % colours) as usize])
}

/// What is known of the person whose notebook it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub name: String,
    /// Reading in hiragana.
    pub kana: String,
    pub birth: Date,
}

/// The longest name or reading, in characters: more does not fit onto a cover.
const NAME_MAX: usize = 40;

impl Profile {
    /// From a form. Advice for every field that cannot be taken. `today` bounds the birth date.
    pub fn check(name: &str, kana: &str, birth: Option<Date>, today: Date) -> Result<Self> {
        let (name, kana) = (tidy(name), hiragana(&tidy(kana)));
        let mut advice = Vec::new();
        let mut refuse = |field, message| advice.push(FieldAdvice { field, message });
        if name.is_empty() {
            refuse("name", "desk-name-needed");
        } else if name.chars().count() > NAME_MAX {
            refuse("name", "desk-name-long");
        }
        if kana.is_empty() || !kana.chars().all(is_reading) {
            refuse("kana", "desk-kana-needed");
        } else if kana.chars().count() > NAME_MAX {
            refuse("kana", "desk-name-long");
        }
        let birth = birth.filter(|day| *day <= today && today.year() - day.year() <= 130);
        match (birth, advice.is_empty()) {
            (Some(birth), true) => Ok(Self { name, kana, birth }),
            (None, _) => {
                advice.push(FieldAdvice { field: "birth", message: "desk-birth-wrong" });
                Err(Error::Invalid(Advice(advice)))
            }
            _ => Err(Error::Invalid(Advice(advice))),
        }
    }

    /// The keyed hash under which the desk finds a person: normalised kana and birth date.
    pub fn finder(&self, house: &House) -> [u8; 32] {
        let kana: String = self.kana.chars().filter(|character| !character.is_whitespace()).collect();
        house.finder("person", &format!("{kana} {}", self.birth))
    }
}

/// One blank between words, none around; characters as people see them (NFC keeps variation selectors).
fn tidy(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").nfc().collect()
}

fn is_reading(character: char) -> bool {
    matches!(character, 'ぁ'..='ゖ' | 'ー' | '・' | ' ')
}

/// A row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    pub number: NotebookNumber,
    pub city: Id,
    pub state: LedgerState,
    pub symbol: String,
    pub colour: String,
    /// The office that a finder calls first.
    pub desk: Id,
    /// The office that answers when that one does not.
    pub fallback_desk: Id,
    /// Goes up with every change of contents; live views poll it.
    pub content_seq: u64,
    pub version: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i16, month: i8, day: i8) -> Date {
        Date::new(year, month, day).unwrap()
    }

    #[test]
    fn neighbours_on_the_shelf_differ_in_symbol_and_colour_and_pairs_repeat_after_72() {
        for position in 0..200 {
            assert_ne!(pair(position).0, pair(position + 1).0);
            assert_ne!(pair(position).1, pair(position + 1).1);
            assert_eq!(pair(position), pair(position + 72));
        }
        let all: std::collections::HashSet<_> = (0..72).map(pair).collect();
        assert_eq!(all.len(), 72);
    }

    #[test]
    fn a_person_is_taken_as_people_type_them() {
        let today = day(2026, 11, 22);
        let profile = Profile::check(" 髙橋　梅子 ", "タカハシ ｳﾒｺ", Some(day(1938, 3, 3)), today).unwrap();
        assert_eq!((profile.name.as_str(), profile.kana.as_str()), ("髙橋 梅子", "たかはし うめこ"));
    }

    #[test]
    fn every_wrong_field_gets_its_own_advice() {
        let today = day(2026, 11, 22);
        let Err(Error::Invalid(Advice(advice))) = Profile::check("", "梅子", Some(day(2027, 1, 1)), today)
        else {
            panic!("taken");
        };
        let fields: Vec<_> = advice.iter().map(|one| one.field).collect();
        assert_eq!(fields, ["name", "kana", "birth"]);
        assert!(Profile::check("梅子", "うめこ", Some(day(1890, 1, 1)), today).is_err());
    }
}
