//! Kakehashi joins a paper contact booklet to a digital record.

pub mod clock;
pub mod crypto;
pub mod error;
pub mod id;
pub mod sheet;
pub mod store;
pub mod text;
pub mod web;
