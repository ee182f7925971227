//! The timeline for programs, through the same guard, audience and diary as the page.

use axum::extract::Query;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use super::{Item, items};
use crate::access::guard::{Access, ReadRecent};
use crate::access::sql::names::Names;
use crate::audit::Act;
use crate::capture::strip::last;
use crate::capture::{self, Photo, Strip, Transcript, Transcripts};
use crate::clock::{DAY, Instant};
use crate::entry::{self, Contents, Entry};
use crate::error::Result;
use crate::id::{Id, Position};
use crate::text::Text;
use crate::web::App;
use crate::web::page::Page;
use crate::web::reply::{Reply, json};

/// So many items are given when nothing is asked for, and at most.
const LIMIT: usize = 40;
const LIMIT_MAX: usize = 200;

/// What may be asked for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    limit: Option<usize>,
}

/// One item; field names are a promise.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Told<'a> {
    Entry {
        id: Id,
        happened_at: String,
        author: String,
        audience: &'static str,
        contents: &'a Contents,
    },
    Photo {
        id: String,
        photographed_at: String,
        /// The day of writing; null until somebody knows.
        written_on: Option<String>,
        photographed_by: String,
        audience: &'static str,
        design: Option<&'a str>,
        sheet: Option<u16>,
        /// What people typed out of its handwriting.
        transcripts: Vec<ToldTranscript<'a>>,
    },
}

/// What somebody read in a strip of handwriting.
#[derive(Serialize)]
struct ToldTranscript<'a> {
    /// Names of the rows where it stands, as the sheet's design has them; none outside of all rows.
    rows: &'a [String],
    text: &'a str,
    author: String,
    recorded_at: String,
}

/// The items, newest first.
#[derive(Serialize)]
struct Answer<'a> {
    items: Vec<Told<'a>>,
}

/// `GET /api/v1/notebooks/{notebook}/timeline?limit=N`.
pub async fn read(
    app: App,
    page: Page,
    access: Access<ReadRecent>,
    Query(asked): Query<Asked>,
) -> Result<Reply> {
    let limit = asked.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX);
    let now = app.clock.now();
    let (opened, window, house) = (access.opened(), access.window(now), app.house.clone());
    let (entries, photos, transcripts, names) = app
        .records
        .read(move |tx| {
            let entries = entry::sql::list(tx, &opened, &window, Position::before(now.plus(DAY)), limit)?;
            let photos = capture::sql::list(tx, &opened, &window, Position::before(now.plus(DAY)), limit)?;
            let transcripts = capture::sql::transcript::list_of(tx, &opened, &photos)?;
            let authors = entries.iter().map(|entry| entry.author);
            let uploaders = photos.iter().map(|photo| photo.uploader);
            let readers = transcripts.values().flatten().map(|read| read.author);
            let names = Names::find(tx, &house, authors.chain(uploaders).chain(readers))?;
            Ok((entries, photos, transcripts, names))
        })
        .await?;
    access.seen(&app, Act::ReadTimeline, None).await?;
    let mut all = items(&entries, &photos);
    all.truncate(limit);
    let items = all.into_iter().map(|item| told(item, &transcripts, &names, &page.text)).collect();
    json(StatusCode::OK, &Answer { items })
}

fn told<'a>(item: Item<'a>, transcripts: &'a Transcripts, names: &Names, text: &Text) -> Told<'a> {
    match item {
        Item::Entry(entry) => told_entry(entry, names.full(text, entry.author)),
        Item::Photo(photo) => {
            let read = transcripts.get(&photo.name).map_or(&[][..], Vec::as_slice);
            let last = photo.strips.iter().filter_map(|strip| Some((strip, last(read, strip.number)?)));
            let transcript = |(strip, read): (&'a Strip, &'a Transcript)| ToldTranscript {
                rows: &strip.regions,
                text: &read.text,
                author: names.full(text, read.author),
                recorded_at: moment(read.recorded_at),
            };
            told_photo(photo, names.full(text, photo.uploader), last.map(transcript).collect())
        }
    }
}

fn told_entry(entry: &Entry, author: String) -> Told<'_> {
    Told::Entry {
        id: entry.id,
        happened_at: moment(entry.happened_at),
        author,
        audience: entry.audience.words().0,
        contents: &entry.contents,
    }
}

fn told_photo<'a>(
    photo: &'a Photo,
    photographed_by: String,
    transcripts: Vec<ToldTranscript<'a>>,
) -> Told<'a> {
    Told::Photo {
        id: photo.name.to_string(),
        photographed_at: moment(photo.photographed_at),
        written_on: photo.written_on.map(|day| day.day().to_string()),
        photographed_by,
        audience: photo.audience.words().0,
        design: photo.design.as_deref(),
        sheet: photo.sheet,
        transcripts,
    }
}

/// RFC 3339 with Japan's offset.
fn moment(at: Instant) -> String {
    format!("{}+09:00", at.in_japan())
}
