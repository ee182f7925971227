//! Kakehashi joins a paper contact booklet to a digital record.

pub mod capture;
pub mod clock;
pub mod crypto;
pub mod demo;
pub mod error;
pub mod id;
pub mod sheet;
