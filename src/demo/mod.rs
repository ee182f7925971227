//! The demonstration: an invented town, and a simulator that photographs its sheets.
//!
//! # Layout
//! - [`town`]: who lives and works there; [`found`]: how it comes into an empty installation
//! - [`photograph`]: photos with known truth, made from prints; [`handwriting`]: strokes like a person's;
//!   [`pictures`]: photographed sheets sent through the inbox; [`dice`]: chance that can be repeated
//! - [`visitor`]: asks a running server for pages, as a browser does

pub mod dice;
pub mod found;
pub mod handwriting;
pub mod photograph;
pub mod pictures;
pub mod town;
pub mod visitor;
