//! Label stocks: how many labels of which size stand where on a named paper. Data, in
//! `print-assets/stocks/`, a file for each.

use crate::error::{Doing, Result};
use serde::{Deserialize, Serialize};

const STOCKS: [(&str, &str); 9] = [
    ("a-one-10", include_str!("../../../print-assets/stocks/a-one-10.toml")),
    ("a-one-12", include_str!("../../../print-assets/stocks/a-one-12.toml")),
    ("a-one-18", include_str!("../../../print-assets/stocks/a-one-18.toml")),
    ("a-one-24", include_str!("../../../print-assets/stocks/a-one-24.toml")),
    ("a-one-44", include_str!("../../../print-assets/stocks/a-one-44.toml")),
    ("a-one-cards", include_str!("../../../print-assets/stocks/a-one-cards.toml")),
    ("brother-29", include_str!("../../../print-assets/stocks/brother-29.toml")),
    ("brother-62", include_str!("../../../print-assets/stocks/brother-62.toml")),
    ("plain-a4", include_str!("../../../print-assets/stocks/plain-a4.toml")),
];

/// A label stock. Lengths in millimetres, pairs of across and down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stock {
    /// Name of its file.
    #[serde(default)]
    pub key: String,
    /// As people know it.
    pub name: String,
    /// Numbers of products that are cut so.
    pub products: Vec<String>,
    pub paper: [f64; 2],
    pub label: [f64; 2],
    /// From one label to the next.
    pub pitch: [f64; 2],
    /// Upper left corner of the first label.
    pub origin: [f64; 2],
    pub columns: usize,
    pub rows: usize,
    /// Lines to cut along are printed.
    #[serde(default)]
    pub cut_lines: bool,
}

impl Stock {
    /// The smallest label that has room for words to a finder.
    pub const CASE_MIN: [f64; 2] = [62.0, 40.0];

    /// Labels on one paper.
    pub fn places(&self) -> usize {
        self.columns * self.rows
    }

    /// Whether a label has room for words to a finder.
    pub fn fits_case(&self) -> bool {
        self.label[0] >= Self::CASE_MIN[0] && self.label[1] >= Self::CASE_MIN[1]
    }

    /// Every stock, by key.
    pub fn all() -> Result<Vec<Self>> {
        let read = |(key, text): &(&str, &str)| {
            let stock: Self = toml::from_str(text).doing("reading a label stock")?;
            Ok(Self { key: (*key).to_owned(), ..stock })
        };
        STOCKS.iter().map(read).collect()
    }

    /// The stock of this key.
    pub fn find(key: &str) -> Result<Option<Self>> {
        Ok(Self::all()?.into_iter().find(|stock| stock.key == key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stocks_labels_lie_on_its_paper_and_not_over_each_other() {
        let stocks = Stock::all().unwrap();
        assert_eq!(stocks.len(), 9);
        for stock in stocks {
            for axis in 0..2 {
                let count = [stock.columns, stock.rows][axis];
                let end = stock.origin[axis] + stock.pitch[axis] * (count - 1) as f64 + stock.label[axis];
                assert!(end <= stock.paper[axis] + 0.01, "{}: ends at {end} mm", stock.key);
                assert!(stock.pitch[axis] >= stock.label[axis], "{}", stock.key);
            }
            assert!(stock.label.iter().all(|side| *side >= 24.6), "{}: no room for a code", stock.key);
        }
    }

    #[test]
    fn a_finder_is_not_spoken_to_on_a_label_that_is_too_small() {
        let fits: Vec<String> =
            Stock::all().unwrap().into_iter().filter(Stock::fits_case).map(|stock| stock.key).collect();
        assert_eq!(fits, ["a-one-10", "a-one-12", "a-one-18", "a-one-cards", "brother-62", "plain-a4"]);
    }
}
