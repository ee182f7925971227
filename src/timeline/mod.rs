//! The timeline: entries and photographed handwriting in time order, and what a doctor needs on top.
//!
//! # Layout
//! - here: which days and sheets come in which order (pure)
//! - [`summary`]: the doctor's screen; [`chart`]: blood pressure of a month as a drawing
//! - [`web`]: the pages; [`people`]: who can see and who has seen; [`view`], [`staff_view`]: what they show

pub mod chart;
pub mod people;
pub mod staff_view;
pub mod summary;
pub mod view;
pub mod web;

use crate::clock::Instant;
use crate::entry::Entry;

/// How many entries one page shows.
pub const PAGE: usize = 40;

/// The entries of one day in Japan, newest first.
#[derive(Debug, PartialEq, Eq)]
pub struct DayOfEntries<'a> {
    pub day: jiff::civil::Date,
    pub entries: Vec<&'a Entry>,
}

/// Entries, newest first, as days.
pub fn days(entries: &[Entry]) -> Vec<DayOfEntries<'_>> {
    let mut days: Vec<DayOfEntries<'_>> = Vec::new();
    for entry in entries {
        let day = entry.happened_at.day();
        match days.last_mut() {
            Some(last) if last.day == day => last.entries.push(entry),
            _ => days.push(DayOfEntries { day, entries: vec![entry] }),
        }
    }
    days
}

/// The moment before which the next page begins; `None` when everything was shown.
pub fn older_than(entries: &[Entry]) -> Option<Instant> {
    (entries.len() == PAGE).then(|| entries.last().map(|entry| entry.happened_at)).flatten()
}
