//! The integration tests: one binary, one link.

mod press;
mod store;
mod support;
mod vision;
mod worker;
