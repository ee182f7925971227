//! What tests stand on.

pub mod app;
pub mod source;
pub mod store;
