//! Photos and scans of real printed sheets, read by the real worker, filed into real stores.

mod advice;
mod double;
mod filing;
mod ink;
mod pads;
mod queued;
mod receiving;
mod redaction;
mod scanned;
mod sent;
pub mod town;
mod waiting;
mod which_page;

use kakehashi::capture::State;
use kakehashi::capture::inbox;
use kakehashi::error::Error;

use crate::support::store::every_store;
use town::{Town, photo_of};
