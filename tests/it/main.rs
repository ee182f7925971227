//! The integration tests: one binary, one link.
#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod access;
mod capture;
mod desk;
mod entry;
#[path = "../fuzz/mod.rs"]
mod fuzz;
mod ipp;
mod kill;
mod layers;
mod messages;
#[path = "../photos/mod.rs"]
mod photos;
mod press;
mod scan;
mod search;
mod serve;
mod shape;
mod store;
mod support;
mod sweep;
mod vision;
mod worker;
