//! The blocks of the timeline as they are shown: days of entries, and what was photographed together.

use std::collections::BTreeSet;

use super::view::{Block, Day, Handwriting, Strip};
use super::{DayOfEntries, Papers, Stretch, stretches};
use crate::access::audience::Audience;
use crate::access::sql::names::Names;
use crate::capture::{self, Ink, Photo, Transcripts};
use crate::clock::Instant;
use crate::entry::view::EntryCard;
use crate::entry::{Entry, card};
use crate::id::Id;
use crate::text::{Text, date};
use crate::web::view::Tag;

/// What blocks are made of, newest first, as far as the reader may see it.
pub struct Material<'a> {
    pub entries: &'a [Entry],
    pub photos: &'a [Photo],
    /// What people read in their strips.
    pub transcripts: &'a Transcripts,
    /// The questions that have an answer.
    pub answered: BTreeSet<Id>,
    pub names: &'a Names,
}

/// The questions that some of the entries answer.
pub fn answered(entries: &[Entry]) -> BTreeSet<Id> {
    entries.iter().filter_map(Entry::answers).collect()
}

/// Days and photographed paper, newest first. `path` is the notebook's, `/n/1234-5678-9012`.
pub fn blocks(text: &Text, material: &Material<'_>, now: Instant, path: &str) -> Vec<Block> {
    let block = |stretch: Stretch<'_>| match stretch {
        Stretch::Day(one) => Block::Day(day(text, material, &one, now, path)),
        Stretch::Papers(papers) => Block::Paper(handwriting(text, material, &papers, path)),
    };
    stretches(material.entries, material.photos).into_iter().map(block).collect()
}

fn day(text: &Text, material: &Material<'_>, one: &DayOfEntries<'_>, now: Instant, path: &str) -> Day {
    let (label, date) = card::day_labels(text, one.day, now.day());
    let card = |entry: &&Entry| card(text, (material.names, &material.answered), entry, path);
    Day { label, date, entries: one.entries.iter().map(card).collect() }
}

/// The card of an entry; one of a question says whether it was answered.
pub fn card(text: &Text, (names, answered): (&Names, &BTreeSet<Id>), entry: &Entry, path: &str) -> EntryCard {
    let mut card = card::card(text, names, entry, path);
    if answered.contains(&entry.id) {
        card.tags = vec![Tag { kind: "good".into(), label: text.plain("timeline-answered") }];
    }
    card
}

/// What was photographed together: the day of the photo is never shown as the day of writing.
fn handwriting(text: &Text, material: &Material<'_>, papers: &Papers<'_>, path: &str) -> Handwriting {
    let first = papers.first();
    let unknown = first.filter(|photo| photo.written_on.is_none());
    let limited = first.filter(|photo| photo.audience != Audience::Everyone);
    let names = material.names;
    Handwriting {
        photographed_on: first.map(|photo| date::month_day(photo.photographed_at.day())).unwrap_or_default(),
        written_on: first.and_then(|photo| photo.written_on).map(|day| date::month_day(day.day())),
        photographed_by: first.map(|photo| names.full(text, photo.uploader)).unwrap_or_default(),
        strips: papers.iter().flat_map(|photo| strips(text, material.transcripts, photo, path)).collect(),
        note: limited.map(|photo| {
            text.plain1("entry-audience-only", "readers", card::readers(text, names, photo.audience))
        }),
        tell_path: unknown.map(|photo| format!("{path}/photos/{}", photo.name)),
    }
}

/// The strips of one photo; all of it where it was not compared, and no picture where nothing is new.
fn strips(text: &Text, transcripts: &Transcripts, photo: &Photo, path: &str) -> Vec<Strip> {
    let sheet = capture::photo::title(text, photo.design.as_deref(), photo.sheet);
    let path = format!("{path}/photos/{}", photo.name);
    let whole = Strip {
        source: Some(format!("{path}/flattened.jpg")),
        width: photo.pictures.large.width,
        height: photo.pictures.large.height,
        description: sheet.clone(),
        text: None,
        sheet,
        path,
    };
    let read = transcripts.get(&photo.name).map_or(&[][..], Vec::as_slice);
    let strip = |strip: &capture::Strip| {
        let text = capture::strip::last(read, strip.number).map(|read| read.text.clone());
        Strip {
            source: Some(capture::strip::strip_path(&whole.path, strip.number)),
            width: strip.picture.width,
            height: strip.picture.height,
            description: text.clone().unwrap_or_else(|| whole.sheet.clone()),
            text,
            sheet: whole.sheet.clone(),
            path: format!("{}#strip-{}", whole.path, strip.number),
        }
    };
    match photo.ink {
        Some(Ink::New) if !photo.strips.is_empty() => photo.strips.iter().map(strip).collect(),
        Some(Ink::Same) => vec![Strip { source: None, ..whole }],
        // What is new may not be for this reader.
        Some(Ink::New | Ink::Unclear) | None => vec![whole],
    }
}
