//! The integration tests: one binary, one link.

mod layers;
mod messages;
mod press;
mod shape;
mod store;
mod support;
