//! The way back: what was typed, printed for those who read the booklet alone. Only what everyone may read goes
//! on paper, whoever prints it. Pure.

use super::press::{Digest, DigestItem, Press};
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

/// Stands in for a character that no font has: words are never held back for an emoji.
const UNPRINTABLE: char = '〓';

impl Digest {
    /// The same with every character that cannot be printed replaced.
    #[must_use]
    pub fn printable(mut self, press: &Press) -> Self {
        for item in &mut self.items {
            let words = [&mut item.author, &mut item.words];
            let facts = item.facts.iter_mut().flat_map(|(label, value)| [label, value]);
            words.into_iter().chain(facts).for_each(|text| *text = printable(press, text));
        }
        self.pasted_by = printable(press, &self.pasted_by);
        self
    }
}

fn printable(press: &Press, text: &str) -> String {
    // Line breaks are no characters to print.
    let missing: Vec<char> =
        press.missing_glyphs(text).into_iter().filter(|character| *character != '\n').collect();
    text.chars().map(|character| if missing.contains(&character) { UNPRINTABLE } else { character }).collect()
}

/// Items in the order of the paper: as they happened.
pub fn in_order(mut items: Vec<(crate::clock::Instant, DigestItem)>) -> Vec<DigestItem> {
    items.sort_by_key(|(at, _)| at.0);
    items.into_iter().map(|(_, item)| item).collect()
}
