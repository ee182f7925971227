//! A run: a whole batch printed as files, part by part, so that memory stays flat however large the batch,
//! somebody can look how far it is, and a restart goes on where it stopped. Pure.

use serde::{Deserialize, Serialize};

use super::press::{Arrangement, Stock};
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::notebook::sql::Pad;
use crate::sheet::design::Format;

/// What is printed for every notebook of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Product {
    /// Whole booklets.
    Booklets,
    /// Front and back cover.
    Covers,
    /// A4 pages to cut: case label, card and photo bookmark.
    Carriers,
    /// Labels for card cases, on a stock.
    CaseLabels,
    /// Labels for covers of booklets already in use, on a stock.
    CoverLabels,
    /// The sheets of a pad.
    Pads,
}

impl Product {
    /// Every product of booklets, in the order in which it is offered.
    pub const ALL: [Self; 5] =
        [Self::Booklets, Self::Covers, Self::Carriers, Self::CaseLabels, Self::CoverLabels];

    /// The word in forms, and the beginning of a file's name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Booklets => "booklets",
            Self::Covers => "covers",
            Self::Carriers => "carriers",
            Self::CaseLabels => "case-labels",
            Self::CoverLabels => "cover-labels",
            Self::Pads => "pads",
        }
    }

    /// The product of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|product| product.word() == word)
    }

    /// Notebooks in one file: at most 500, and no file of more than a thousand pages.
    pub fn part_size(self) -> u32 {
        match self {
            Self::Booklets => 25,
            Self::Carriers => 250,
            Self::Covers | Self::CaseLabels | Self::CoverLabels | Self::Pads => 500,
        }
    }
}

/// What a run prints, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunOrder {
    pub product: Product,
    pub format: Format,
    pub arrangement: Arrangement,
    /// Key of the label stock.
    pub stock: String,
    /// Key of the design that the sheets of a pad have.
    #[serde(default)]
    pub design: String,
}

impl RunOrder {
    /// From the words of a form; advice for what cannot be printed so.
    pub fn check(product: &str, format: &str, arrangement: &str, stock: &str) -> Result<Self> {
        let refuse = || Error::advice("product", "desk-run-wrong");
        let product = Product::from_word(product).ok_or_else(refuse)?;
        let format = Format::from_word(format).ok_or_else(refuse)?;
        let arrangement = Arrangement::from_word(arrangement).ok_or_else(refuse)?;
        let known = Stock::find(stock)?.ok_or_else(refuse)?;
        if matches!(product, Product::CaseLabels | Product::CoverLabels) && !known.fits_case() {
            return Err(Error::advice("stock", "desk-labels-too-small"));
        }
        Ok(Self { product, format, arrangement, stock: known.key, design: String::new() })
    }

    /// The sheets of a pad, one a page.
    pub fn pad(pad: &Pad) -> Result<Self> {
        let format = Format::from_word(&pad.format).ok_or(Error::broken("reading the paper of a pad"))?;
        let (product, arrangement) = (Product::Pads, Arrangement::Pages);
        Ok(Self { product, format, arrangement, stock: String::new(), design: pad.design.clone() })
    }
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunState {
    Waiting,
    Printing,
    Done,
    Cancelled,
    Failed,
}

impl RunState {
    const ALL: [Self; 5] = [Self::Waiting, Self::Printing, Self::Done, Self::Cancelled, Self::Failed];

    /// The word in the database, and the tail of message keys.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Printing => "printing",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }

    /// From the word in the database.
    pub fn from_word(word: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word).ok_or(Error::broken("reading a run's state"))
    }

    /// Something is still to be printed.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Printing)
    }
}

/// A run as its row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub id: Id,
    pub office: Id,
    pub batch: Id,
    pub order: RunOrder,
    pub state: RunState,
    /// Notebooks printed so far, and all of them.
    pub done: u32,
    pub total: u32,
    pub made_by: Id,
    pub made_at: Instant,
}

impl Run {
    /// Name of the file that begins after so many notebooks: `booklets-00001-00025.pdf`.
    pub fn file_name(&self, before: u32) -> String {
        let last = self.total.min(before + self.order.product.part_size());
        format!("{}-{:05}-{last:05}.pdf", self.order.product.word(), before + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_holds_more_than_500_notebooks() {
        assert!(Product::ALL.into_iter().chain([Product::Pads]).all(|product| product.part_size() <= 500));
    }

    #[test]
    fn what_cannot_be_printed_is_refused_with_advice() {
        assert!(RunOrder::check("booklets", "a5", "saddle-stitch", "a-one-12").is_ok());
        assert!(RunOrder::check("case-labels", "a5", "pages", "a-one-44").is_err());
        assert!(RunOrder::check("case-labels", "a5", "pages", "a-one-12").is_ok());
        for (product, format, arrangement, stock) in [
            ("bank-notes", "a5", "pages", "a-one-12"),
            ("booklets", "b5", "pages", "a-one-12"),
            ("booklets", "a5", "rolled", "a-one-12"),
            ("booklets", "a5", "pages", "a-one-13"),
        ] {
            assert!(RunOrder::check(product, format, arrangement, stock).is_err());
        }
    }
}
