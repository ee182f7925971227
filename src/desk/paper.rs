//! What the desk asks the press for, as it stands in an address: `print.pdf?what=labels&stock=a-one-12`. Pure.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::print::OPTIONS;
use crate::print::ipp::Sides;
use crate::print::order::{LabelOrder, Piece, Stickers};
use crate::print::press::{Arrangement, Calibration, CardSize, Stock};
use crate::sheet::code::SHEET_MAX;
use crate::sheet::design::Format;

/// The most copies of one added sheet at once.
const COPIES_MAX: usize = 30;
/// The most page stickers at once.
const STICKERS_MAX: u16 = 200;
/// The most volumes of one notebook.
pub const VOLUME_MAX: u16 = 99;

/// The fields of an address; what is missing has its usual value.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// `booklet`, `sheets`, `labels`, `card`, `carriers` or `bookmark`.
    pub what: String,
    pub volume: String,
    pub format: String,
    pub arrangement: String,
    /// What labels are for: `case`, `cover` or `pages`.
    pub stickers: String,
    pub stock: String,
    pub start: String,
    pub from: String,
    pub to: String,
    pub size: String,
    /// Id of a printer of the office; empty for a file.
    pub printer: String,
}

fn number(typed: &str, usual: u16, most: u16, field: &'static str) -> Result<u16> {
    if typed.trim().is_empty() {
        return Ok(usual);
    }
    let digits: String = typed.trim().chars().map(super::plain_digit).collect();
    let number = digits.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or(Error::advice(field, "desk-paper-number-wrong"))
}

fn word<T>(typed: &str, usual: T, known: impl Fn(&str) -> Option<T>) -> Result<T> {
    if typed.is_empty() { Ok(usual) } else { known(typed).ok_or(Error::NotFound) }
}

impl Asked {
    /// How the sides of the paper are used.
    pub fn sides(&self) -> Sides {
        match (self.what.as_str(), self.arrangement.as_str()) {
            ("booklet", "saddle-stitch") => Sides::TwoSidedShortEdge,
            ("booklet", _) => Sides::TwoSidedLongEdge,
            _ => Sides::OneSided,
        }
    }

    /// The piece that is asked for. Advice for numbers out of range; [`Error::NotFound`] for words that
    /// none of our pages sends.
    pub fn piece(&self, calibration: Calibration) -> Result<Piece> {
        Ok(match self.what.as_str() {
            "booklet" => Piece::Booklet {
                volume: number(&self.volume, 1, VOLUME_MAX, "volume")?,
                format: self.format()?,
                arrangement: word(&self.arrangement, Arrangement::Pages, Arrangement::from_word)?,
            },
            "sheets" => {
                let from = number(&self.from, 1, SHEET_MAX, "from")?;
                Piece::Again { from, to: number(&self.to, from, SHEET_MAX, "to")? }
            }
            "labels" => Piece::Labels(self.labels(calibration)?),
            "card" => Piece::Card(match self.size.as_str() {
                "" | "iso" => CardSize::Iso,
                "business" => CardSize::Business,
                _ => return Err(Error::NotFound),
            }),
            "carriers" => Piece::Carriers,
            "bookmark" => Piece::Bookmark,
            _ => return Err(Error::NotFound),
        })
    }

    /// The paper that is asked for.
    pub fn format(&self) -> Result<Format> {
        word(&self.format, Format::A5, Format::from_word)
    }

    fn labels(&self, calibration: Calibration) -> Result<LabelOrder> {
        let key = if self.stock.is_empty() { "a-one-12" } else { &self.stock };
        let stock = Stock::find(key)?.ok_or(Error::NotFound)?;
        let start = number(&self.start, 1, 999, "start")?.into();
        let what = match self.stickers.as_str() {
            "" | "case" => Stickers::Case,
            "cover" => Stickers::Cover,
            "pages" => {
                let from = number(&self.from, 1, SHEET_MAX, "from")?;
                let to = number(&self.to, from + 19, SHEET_MAX, "to")?;
                if to < from || to - from >= STICKERS_MAX {
                    return Err(Error::advice("to", "desk-labels-range-wrong"));
                }
                Stickers::Pages { from, to }
            }
            _ => return Err(Error::NotFound),
        };
        Ok(LabelOrder { stock, start, calibration, what })
    }
}

/// The sheets to be added, from a form with a number of copies for every option. Advice when none is wanted,
/// or too many.
pub fn added(typed: &HashMap<String, String>) -> Result<Vec<String>> {
    let mut designs = Vec::new();
    for option in OPTIONS {
        let copies = typed.get(option).map_or("", String::as_str).trim();
        let copies: String = copies.chars().map(super::plain_digit).collect();
        let copies = if copies.is_empty() { Some(0) } else { copies.parse().ok() };
        let copies = copies.filter(|copies| *copies <= COPIES_MAX);
        let copies = copies.ok_or(Error::advice("copies", "desk-paper-copies-wrong"))?;
        designs.extend(std::iter::repeat_n(option.to_owned(), copies));
    }
    if designs.is_empty() { Err(Error::advice("copies", "desk-paper-none-chosen")) } else { Ok(designs) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Result<Piece> {
        let asked: Asked = serde_urlencoded::from_str(query).unwrap();
        asked.piece(Calibration::default())
    }

    #[test]
    fn what_is_missing_has_its_usual_value() {
        let booklet = Piece::Booklet { volume: 1, format: Format::A5, arrangement: Arrangement::Pages };
        assert_eq!(asked("what=booklet").unwrap(), booklet);
        let stitched =
            Piece::Booklet { volume: 2, format: Format::A6, arrangement: Arrangement::SaddleStitch };
        assert_eq!(asked("what=booklet&volume=２&format=a6&arrangement=saddle-stitch").unwrap(), stitched);
        assert_eq!(asked("what=sheets&from=21&to=23").unwrap(), Piece::Again { from: 21, to: 23 });
        assert_eq!(asked("what=sheets&from=21").unwrap(), Piece::Again { from: 21, to: 21 });
    }

    #[test]
    fn numbers_out_of_range_and_words_of_nobody_are_refused() {
        for query in [
            "what=booklet&volume=0",
            "what=booklet&volume=x",
            "what=booklet&format=b5",
            "what=money",
            "",
            "what=labels&stock=none",
            "what=labels&stickers=pages&from=9&to=3",
            "what=labels&stickers=pages&from=1&to=500",
            "what=card&size=large",
        ] {
            assert!(asked(query).is_err(), "{query}");
        }
    }

    #[test]
    fn sheets_are_added_as_often_as_they_are_wanted() {
        let typed = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
            added(&pairs.collect())
        };
        let wanted = typed(&[("free", "２"), ("blood-glucose", "1"), ("csrf", "x")]).unwrap();
        assert_eq!(wanted, ["blood-glucose", "free", "free"]);
        assert!(
            typed(&[]).is_err() && typed(&[("free", "31")]).is_err() && typed(&[("free", "-1")]).is_err()
        );
    }
}
