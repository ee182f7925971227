//! The desk's handlers.
pub mod batch;
pub mod issue;
