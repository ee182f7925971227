//! The demonstration: an invented town, and a simulator that photographs its sheets.

pub mod dice;
pub mod photograph;
