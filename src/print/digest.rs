//! The way back: what was typed, printed for those who read the booklet alone. Only what everyone may read goes
//! on paper, whoever prints it. Pure.

use super::press::Item;
use crate::access::audience::Audience;
use crate::entry::{Contents, Entry};
use crate::id::Id;

/// The version of an entry that stands on paper already.
pub type OnPaper = (Id, u32);

/// Whether an entry may go on paper, and does not stand there yet in its newest version.
pub fn is_waiting(entry: &Entry, on_paper: &[OnPaper]) -> bool {
    may_go(entry) && !on_paper.contains(&(entry.id, entry.version))
}

/// Whether an entry may go on paper: everyone who opens the booklet reads it.
pub fn may_go(entry: &Entry) -> bool {
    entry.audience == Audience::Everyone
}

/// Whether its author asked that it reaches the paper.
pub fn is_wanted(entry: &Entry) -> bool {
    matches!(&entry.contents, Contents::Message(message) if message.paper)
}

/// Items in the order of the paper: as they happened.
pub fn in_order(mut items: Vec<(crate::clock::Instant, Item)>) -> Vec<Item> {
    items.sort_by_key(|(at, _)| at.0);
    items.into_iter().map(|(_, item)| item).collect()
}
