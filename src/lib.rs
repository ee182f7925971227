//! Kakehashi joins a paper contact booklet to a digital record.

pub mod error;
pub mod sheet;
