//! The desk hands notebooks out: it prepares blank booklets for the shelf, registers a person onto one
//! of them with what was ticked on the signed form, and prints what goes with it. It reads names and
//! numbers, never contents.
//!
//! # Layout
//! - here: what a registration must have, typed dates and telephones (pure); [`view`]: the pages
//! - [`paper`]: what is asked to be printed (pure); [`disclosure`]: copies that people ask for (pure); [`sql`]:
//!   their rows
//! - [`guard`]: who may come to the desk, and to which notebook there
//! - [`web`]: handlers, and what the demonstration uses too: [`web::batch`], [`web::issue`]

use jiff::civil::Date;

use crate::access::principal::Relative;
use crate::error::{Advice, Error, FieldAdvice, Result};
use crate::id::NotebookNumber;
use crate::notebook::Profile;
use crate::notebook::consent::Signer;
use crate::notebook::sql::Pad;
use crate::print::OPTIONS;
use crate::print::order::EMERGENCY;
use crate::sheet::design::Format;
use crate::text::date;

pub mod disclosure;
pub mod guard;
pub mod paper;
pub mod sql;
pub mod view;
pub mod web;

/// The largest batch of blank booklets that is made at once.
pub const BATCH_MAX: u32 = 10_000;
/// The most sheets of one pad.
pub const PAD_MAX: u32 = 500;
/// The longest name of a batch, of a relative or of whoever explained the form, in characters.
const NAME_MAX: usize = 40;

/// A batch to be made: how many, and what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBatch {
    /// 1 to [`BATCH_MAX`].
    pub size: u32,
    pub name: String,
    /// The sheets of a pad; `None` for booklets.
    pub pad: Option<Pad>,
}

impl NewBatch {
    /// From a form.
    pub fn check(size: u32, name: &str) -> Result<Self> {
        let name = name.trim();
        if !(1..=BATCH_MAX).contains(&size) {
            return Err(Error::advice("count", "desk-booklets-count-wrong"));
        }
        if !is_name(name) {
            return Err(Error::advice("name", "desk-booklets-name-wrong"));
        }
        Ok(Self { size, name: name.to_owned(), pad: None })
    }

    /// A pad of loose sheets, from a form. Advice for a size out of range; [`Error::NotFound`] for sheets that
    /// are not offered.
    pub fn check_pad(size: u32, name: &str, design: &str, format: &str) -> Result<Self> {
        if !(1..=PAD_MAX).contains(&size) {
            return Err(Error::advice("count", "desk-pads-count-wrong"));
        }
        let design = pad_designs().find(|known| *known == design).ok_or(Error::NotFound)?.to_owned();
        let format = Format::from_word(format).ok_or(Error::NotFound)?.word().to_owned();
        Ok(Self { size, name: name.to_owned(), pad: Some(Pad { design, format }) })
    }
}

/// The sheets that pads are made of, by key of their designs: those that people run out of first. The sheet for
/// an emergency is always somebody's.
pub fn pad_designs() -> impl Iterator<Item = &'static str> {
    ["exchange-log", "visit-record", "medicine"]
        .into_iter()
        .chain(OPTIONS)
        .filter(|design| *design != EMERGENCY)
}

/// What the person ticked on the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ticks {
    /// A digital copy is kept; without it the notebook is for paper only.
    pub copy: bool,
    /// The offices that care for the person may read, as a class.
    pub offices: bool,
    /// The named relatives may read.
    pub relative: bool,
    pub emergency: bool,
    pub planning: bool,
}

/// A person to be registered onto a blank notebook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    pub notebook: NotebookNumber,
    pub profile: Profile,
    pub ticks: Ticks,
    /// Relatives who get a slip for their phone.
    pub relatives: Vec<Relative>,
    pub signer: Signer,
    pub explained_by: String,
}

impl Registration {
    /// What is wrong beside the person, whom [`Profile::check`] looks at.
    pub fn check(&self) -> Result<()> {
        let advice = advice_on(self.ticks, &self.relatives, &self.explained_by);
        if advice.is_empty() { Ok(()) } else { Err(Error::Invalid(Advice(advice))) }
    }
}

/// What to do about relatives, ticks and whoever explained the form.
pub fn advice_on(ticks: Ticks, relatives: &[Relative], explained_by: &str) -> Vec<FieldAdvice> {
    let mut advice = Vec::new();
    let mut refuse = |field, message| advice.push(FieldAdvice { field, message });
    for relative in relatives {
        if !is_name(&relative.name) {
            refuse("relative", "desk-relative-name-needed");
        } else if !ticks.copy {
            refuse("relative", "desk-relative-paper-only");
        } else if !ticks.relative {
            refuse("relative", "desk-relative-not-ticked");
        }
        if !is_name(&relative.relationship) {
            refuse("relationship", "desk-relationship-needed");
        }
        if last_four(&relative.telephone).is_none() {
            refuse("telephone", "desk-telephone-needed");
        }
    }
    if relatives.is_empty() && ticks.copy && ticks.relative {
        refuse("relative", "desk-relative-missing");
    }
    if !is_name(explained_by) {
        refuse("explained", "desk-explained-needed");
    }
    advice
}

fn is_name(text: &str) -> bool {
    (1..=NAME_MAX).contains(&text.trim().chars().count())
}

/// A character's digit, full-width ones too.
fn digit(character: char) -> Option<u32> {
    match character {
        '０'..='９' => Some(u32::from(character) - u32::from('０')),
        other => other.to_digit(10),
    }
}

/// A digit as plain ASCII; anything else as it is.
pub fn plain_digit(character: char) -> char {
    digit(character).and_then(|digit| char::from_digit(digit, 10)).unwrap_or(character)
}

/// The last four digits of a telephone number; `None` when it has fewer than nine, or anything that does
/// not belong into one. Japanese numbers have ten or eleven.
pub fn last_four(telephone: &str) -> Option<String> {
    let filler = |character: char| "+-－ー‐−()（） 　".contains(character);
    let kept: Option<String> = telephone
        .chars()
        .filter(|character| !filler(*character))
        .map(|character| digit(character).and_then(|digit| char::from_digit(digit, 10)))
        .collect();
    let digits = kept.filter(|digits| (9..=15).contains(&digits.len()))?;
    Some(digits[digits.len() - 4..].to_owned())
}

/// The calendars that a birth date is typed in: the form's word, and the era's name in Japanese. The last
/// one counts western years.
pub const ERAS: [(&str, &str); 6] = [
    ("showa", "昭和"),
    ("taisho", "大正"),
    ("heisei", "平成"),
    ("reiwa", "令和"),
    ("meiji", "明治"),
    ("western", ""),
];

/// A typed date; `None` when there is no such day, or not in that era. 元 is the first year.
pub fn typed_date(era: &str, year: &str, month: &str, day: &str) -> Option<Date> {
    let (_, name) = ERAS.iter().find(|(word, _)| *word == era)?;
    let year = if year.trim() == "元" { 1 } else { number(year)? };
    let (month, day) = (i8::try_from(number(month)?).ok()?, i8::try_from(number(day)?).ok()?);
    if name.is_empty() { Date::new(year, month, day).ok() } else { date::from_era(name, year, month, day) }
}

fn number(typed: &str) -> Option<i16> {
    let digits = typed.trim().chars().map(digit).collect::<Option<Vec<_>>>()?;
    if digits.is_empty() || digits.len() > 4 {
        return None;
    }
    i16::try_from(digits.into_iter().fold(0, |sum, digit| sum * 10 + digit)).ok()
}

/// The first bytes of the pictures that are taken: JPEG, PNG, WebP. `None` for anything else.
pub fn picture_kind(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some("image/png"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i16, month: i8, day: i8) -> Option<Date> {
        Some(Date::new(year, month, day).unwrap())
    }

    fn registration(ticks: Ticks, relative: Option<(&str, &str, &str)>) -> Registration {
        let relatives = relative.map(|(name, relationship, telephone)| Relative {
            name: name.into(),
            relationship: relationship.into(),
            telephone: telephone.into(),
        });
        Registration {
            notebook: NotebookNumber::from_serial(1).unwrap(),
            profile: Profile {
                name: "高橋 梅子".into(),
                kana: "たかはし うめこ".into(),
                birth: Date::new(1938, 3, 3).unwrap(),
            },
            ticks,
            relatives: relatives.into_iter().collect(),
            signer: Signer::Person,
            explained_by: "石川".into(),
        }
    }

    fn advised(registration: &Registration) -> Vec<&'static str> {
        match registration.check() {
            Ok(()) => vec![],
            Err(Error::Invalid(Advice(advice))) => advice.iter().map(|one| one.message).collect(),
            Err(other) => panic!("{other}"),
        }
    }

    const FAMILY: Ticks =
        Ticks { copy: true, offices: true, relative: true, emergency: false, planning: false };

    #[test]
    fn birth_dates_are_understood_in_eras_and_western_years_and_in_full_width() {
        assert_eq!(typed_date("showa", "13", "3", "3"), day(1938, 3, 3));
        assert_eq!(typed_date("showa", "１３", " ３", "０３"), day(1938, 3, 3));
        assert_eq!(typed_date("western", "1938", "3", "3"), day(1938, 3, 3));
        assert_eq!(typed_date("heisei", "元", "1", "8"), day(1989, 1, 8));
        for (era, year, month, day) in [
            ("showa", "64", "1", "8"),
            ("showa", "13", "2", "30"),
            ("showa", "13", "", "3"),
            ("showa", "-1", "3", "3"),
            ("western", "99999", "3", "3"),
            ("edo", "3", "3", "3"),
        ] {
            assert_eq!(typed_date(era, year, month, day), None, "{era} {year} {month} {day}");
        }
    }

    #[test]
    fn a_slip_asks_for_the_end_of_a_whole_telephone_number() {
        assert_eq!(last_four("042-000-0012").as_deref(), Some("0012"));
        assert_eq!(last_four("（０４２）０００ー９８７６").as_deref(), Some("9876"));
        assert_eq!(last_four("+81 42 000 0012").as_deref(), Some("0012"));
        for wrong in ["", "0012", "042-000-001x", "娘の家"] {
            assert_eq!(last_four(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_relative_is_invited_only_when_the_person_ticked_it() {
        let daughter = Some(("山田 春子", "長女", "042-000-0012"));
        assert!(advised(&registration(FAMILY, daughter)).is_empty());
        let alone = Ticks { relative: false, ..FAMILY };
        assert_eq!(advised(&registration(alone, daughter)), ["desk-relative-not-ticked"]);
        let paper = Ticks { copy: false, ..FAMILY };
        assert_eq!(advised(&registration(paper, daughter)), ["desk-relative-paper-only"]);
        assert!(advised(&registration(Ticks::default(), None)).is_empty(), "paper only, nobody invited");
    }

    #[test]
    fn a_relative_needs_name_relationship_and_a_whole_telephone() {
        let half = registration(FAMILY, Some(("", "", "12")));
        let expected = ["desk-relative-name-needed", "desk-relationship-needed", "desk-telephone-needed"];
        assert_eq!(advised(&half), expected);
    }

    #[test]
    fn a_batch_has_one_to_ten_thousand_booklets_and_a_name() {
        assert!(NewBatch::check(10_000, "令和8年12月の棚").is_ok());
        assert!(NewBatch::check(0, "棚").is_err() && NewBatch::check(10_001, "棚").is_err());
        assert!(NewBatch::check(1, "　").is_err() && NewBatch::check(1, &"長".repeat(41)).is_err());
    }

    #[test]
    fn only_pictures_are_taken_for_the_signed_form() {
        assert_eq!(picture_kind(b"\xFF\xD8\xFF\xE0"), Some("image/jpeg"));
        assert_eq!(picture_kind(b"RIFF\x00\x00\x00\x00WEBPVP8 "), Some("image/webp"));
        assert_eq!(picture_kind(b"%PDF-1.7"), None);
        assert_eq!(picture_kind(b""), None);
    }
}
