//! The desk's handlers.

mod batch;
mod issue;

pub use batch::make_batch;
pub use issue::{Invited, Issued, issue};
