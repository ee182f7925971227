//! Photographs are hostile bytes, so each is read in a process of its own: the same binary, started
//! beforehand, without environment, files, network or keys, which locks itself in before it sees
//! the first byte and ends after one photo. What it answers is checked before it is used. This
//! feature knows nothing of notebooks or of where photos come from.
//!
//! # Layout
//! - here: what can become of a photo
//! - `pool`: the server's side, [`Workers`]; `reader`: one process seen from the server
//! - `child`: the same process from inside; `wire`: what the two say to each other
//! - `sandbox`: the walls around it; `syscalls`: the innermost; `trial`: proof that they hold

mod child;
mod pool;
mod reader;
mod sandbox;
mod syscalls;
mod trial;
mod wire;

pub use child::run;
pub use pool::{Plan, THIS_PROGRAM, Workers, probe};
pub use sandbox::{Confinement, Sandbox, Wall};
pub use trial::{Act, Outcome, Trial, attempt, trials};
pub use wire::Greeting;

use serde::{Deserialize, Serialize};

use crate::capture::vision::{Finding, Unreadable};

/// What became of one photo.
pub type Reading = Result<Finding, Unread>;

/// Why a photo was not read. The photo is at fault, not the house: trying again does not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Unread {
    /// It is nothing that can be read.
    #[error("{0}")]
    Unreadable(#[from] Unreadable),
    /// Its reader broke over it or was ended by the sandbox.
    #[error("reading the photo failed")]
    Crashed,
    /// Reading took too long and was given up.
    #[error("reading the photo took too long")]
    TimedOut,
}
