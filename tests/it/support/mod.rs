//! What tests stand on.

pub mod source;
pub mod store;
