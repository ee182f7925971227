//! The timeline: entries and photographed handwriting in time order, and what a doctor needs on top.
//!
//! # Layout
//! - here: which days and sheets come in which order (pure)
//! - [`blocks`]: how they are shown; [`search`]: those with certain words
//! - [`summary`]: the doctor's screen; [`chart`]: blood pressure of a month as a drawing
//! - [`api`]: for programs; [`home`]: the list of one's notebooks; [`web`]: one of them; [`paper`]: back onto paper; [`people`]: who can see and who has seen; [`view`], [`staff_view`]: what they show

pub mod api;
pub mod blocks;
pub mod chart;
pub mod home;
pub mod paper;
pub mod people;
pub mod search;
pub mod staff_view;
pub mod summary;
pub mod view;
pub mod web;

use crate::capture::Photo;
use crate::entry::Entry;
use crate::id::Position;

/// How many entries, and how many photos, one page shows.
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

/// Photos that belong together: of one day, one photographer, one audience and one day of writing.
pub type Papers<'a> = Vec<&'a Photo>;

/// Photos, newest first, as what was photographed together.
pub fn papers(photos: &[Photo]) -> Vec<Papers<'_>> {
    let mut papers: Vec<Papers<'_>> = Vec::new();
    let together = |one: &Photo, other: &Photo| {
        one.photographed_at.day() == other.photographed_at.day()
            && one.uploader.id == other.uploader.id
            && one.audience == other.audience
            && one.written_on == other.written_on
    };
    for photo in photos {
        match papers.last_mut() {
            Some(last) if last.first().is_some_and(|first| together(first, photo)) => last.push(photo),
            _ => papers.push(vec![photo]),
        }
    }
    papers
}

/// A stretch of the timeline.
#[derive(Debug, PartialEq)]
pub enum Stretch<'a> {
    Day(DayOfEntries<'a>),
    Papers(Papers<'a>),
}

/// Days and photographed paper, newest first; paper stands after the entries of the day of its photo,
/// under a heading of its own, as nobody knows when it was written.
pub fn stretches<'a>(entries: &'a [Entry], photos: &'a [Photo]) -> Vec<Stretch<'a>> {
    let day_of = |papers: &Papers<'a>| papers.first().map(|photo| photo.photographed_at.day());
    let mut papers = papers(photos).into_iter().peekable();
    let mut stretches = Vec::new();
    for day in days(entries) {
        while let Some(newer) = papers.next_if(|papers| day_of(papers) > Some(day.day)) {
            stretches.push(Stretch::Papers(newer));
        }
        stretches.push(Stretch::Day(day));
    }
    stretches.extend(papers.map(Stretch::Papers));
    stretches
}

/// Something of the timeline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Item<'a> {
    Entry(&'a Entry),
    Photo(&'a Photo),
}

impl Item<'_> {
    fn position(&self) -> Position {
        match self {
            Self::Entry(entry) => entry.position(),
            Self::Photo(photo) => photo.position(),
        }
    }
}

/// Entries and photos together, newest first.
pub fn items<'a>(entries: &'a [Entry], photos: &'a [Photo]) -> Vec<Item<'a>> {
    let mut items: Vec<Item<'a>> =
        entries.iter().map(Item::Entry).chain(photos.iter().map(Item::Photo)).collect();
    items.sort_by_key(|item| std::cmp::Reverse(item.position()));
    items
}

/// The place behind which the next page begins; `None` when everything is shown. Takes away what that page
/// will show.
pub fn cut(entries: &mut Vec<Entry>, photos: &mut Vec<Photo>) -> Option<Position> {
    let last_entry = (entries.len() == PAGE).then(|| entries.last().map(Entry::position)).flatten();
    let last_photo = (photos.len() == PAGE).then(|| photos.last().map(Photo::position)).flatten();
    let before = last_entry.max(last_photo)?;
    entries.retain(|entry| entry.position() >= before);
    photos.retain(|photo| photo.position() >= before);
    Some(before)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::audience::Audience;
    use crate::capture::{Pair, PhotoName, Picture};
    use crate::clock::{DAY, HOUR, Instant};
    use crate::entry::{Contents, Message};
    use crate::id::{Actor, ActorKind, Id};

    fn actor(number: u128) -> Actor {
        Actor { kind: ActorKind::Staff, id: Id(uuid::Uuid::from_u128(number)), office: None }
    }

    fn photo(at: i64, uploader: u128) -> Photo {
        let picture = Picture { blob: Id(uuid::Uuid::nil()), key: vec![], width: 1, height: 1 };
        Photo {
            name: PhotoName { id: Id(uuid::Uuid::from_u128(at as u128)), part: 0 },
            uploader: actor(uploader),
            photographed_at: Instant(at),
            written_on: None,
            filed_at: Instant(at),
            by_tap: false,
            audience: Audience::Everyone,
            design: None,
            revision: None,
            sheet: None,
            pictures: Pair { large: picture.clone(), thumbnail: picture },
            ink: None,
            strips: vec![],
            redaction: None,
            double_of: None,
            compared_with: None,
        }
    }

    fn entry(at: i64) -> Entry {
        let message = Message { text: "x".into(), asks: false, answers: None, paper: false };
        Entry {
            id: Id(uuid::Uuid::from_u128(at as u128)),
            version: 1,
            happened_at: Instant(at),
            recorded_at: Instant(at),
            author: actor(1),
            audience: Audience::Everyone,
            contents: Contents::Message(message),
            reason: None,
        }
    }

    #[test]
    fn paper_stands_after_the_entries_of_the_day_of_its_photo_and_never_among_them() {
        let entries = [entry(3 * DAY + HOUR), entry(DAY + HOUR)];
        let photos = [photo(3 * DAY + 2 * HOUR, 1), photo(3 * DAY, 1), photo(3 * DAY, 2), photo(2 * DAY, 1)];
        let shape: Vec<usize> = stretches(&entries, &photos)
            .iter()
            .map(|stretch| match stretch {
                Stretch::Day(_) => 0,
                Stretch::Papers(papers) => papers.len(),
            })
            .collect();
        assert_eq!(shape, [0, 2, 1, 1, 0], "the day, two papers, another's, the day before's, the last day");
    }

    #[test]
    fn a_full_list_hides_what_the_next_page_shows_and_nothing_is_lost() {
        let mut entries: Vec<Entry> = (0..PAGE as i64).rev().map(|hour| entry(DAY + hour * HOUR)).collect();
        let mut photos = vec![photo(DAY + HOUR, 1), photo(HOUR, 1)];
        assert_eq!(cut(&mut entries, &mut photos).map(|place| place.at), Some(Instant(DAY)));
        assert_eq!((entries.len(), photos.len()), (PAGE, 1));
        assert_eq!(cut(&mut vec![entry(1)], &mut photos), None);
    }
}
