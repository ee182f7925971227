//! A year of the notebook for the family: what everyone could read, in its order, with the pages that were
//! written by hand.

use std::collections::{BTreeMap, BTreeSet};

use axum::Extension;
use axum::extract::Query;
use jiff::civil::{Date, Time};
use serde::Deserialize;

use super::{era_month, is_protected, item, japanese, period, person, pictured};
use crate::access::audience::{Audience, Side};
use crate::access::guard::{Access, Print, Window};
use crate::access::sql::names::Names;
use crate::capture::{self, Photo, pictures};
use crate::clock::{DAY, Instant};
use crate::entry::{self, Contents, Entry};
use crate::error::{Error, Result};
use crate::id::Position;
use crate::notebook;
use crate::print::digest::may_go;
use crate::print::press::{Chapter, Chronicle, ChronicleKind, Document};
use crate::print::web::{Printer, written};
use crate::store::tx::Tx;
use crate::text::{Text, date};
use crate::web::App;
use crate::web::reply::{Reply, download, see_other};

/// So many entries and photos are read at once.
const READ: usize = 200;
/// At most so many pictures go into one file: the newest ones of the year. Whoever has more is told.
const PICTURES: usize = 150;

/// Which year.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// This one when none is named.
    year: Option<i16>,
}

/// What everyone could read of a time, newest first.
struct Found {
    entries: Vec<Entry>,
    photos: Vec<Photo>,
    /// How many pictures there was no room for.
    left_out: usize,
    names: Names,
    is_protected: bool,
}

async fn find(app: &App, access: &Access<Print>, (from, to): (Instant, Instant)) -> Result<Found> {
    let (opened, house, now) = (access.opened(), app.house.clone(), app.clock.now());
    let window = Window { since: Some(from), ..access.window(now) };
    let work = move |tx: &mut Tx<'_>| {
        let entries =
            all(to, |before| entry::sql::list(tx, &opened, &window, before, READ), Entry::position)?;
        let photos =
            all(to, |before| capture::sql::list(tx, &opened, &window, before, READ), Photo::position)?;
        let entries: Vec<Entry> = entries.into_iter().filter(may_go).filter(is_told).collect();
        let mut photos = last_of_each_sheet(photos);
        let left_out = photos.len().saturating_sub(PICTURES);
        photos.truncate(PICTURES);
        let authors = entries.iter().map(|entry| entry.author);
        let names = Names::find(tx, &house, authors.chain(photos.iter().map(|photo| photo.uploader)))?;
        let is_protected = is_protected(tx, opened.notebook, now)?;
        Ok(Found { entries, photos, left_out, names, is_protected })
    };
    app.records.read(work).await
}

/// What everyone may see, newest first, of each printed sheet the last photo alone: a page is photographed again
/// and again while it fills.
fn last_of_each_sheet(photos: Vec<Photo>) -> Vec<Photo> {
    let mut seen = BTreeSet::new();
    let is_last = |photo: &Photo| photo.sheet.is_none_or(|sheet| seen.insert(sheet));
    photos.into_iter().filter(|photo| photo.audience == Audience::Everyone).filter(is_last).collect()
}

/// Words, not figures, make a keepsake.
fn is_told(entry: &Entry) -> bool {
    matches!(entry.contents, Contents::Message(_) | Contents::Instruction(_))
}

/// Everything before a moment, page after page.
fn all<T>(
    to: Instant,
    mut list: impl FnMut(Position) -> Result<Vec<T>>,
    position: impl Fn(&T) -> Position,
) -> Result<Vec<T>> {
    let (mut found, mut before) = (Vec::new(), Position::before(to));
    loop {
        let page = list(before)?;
        let is_last = page.len() < READ;
        before = page.last().map_or(before, &position);
        found.extend(page);
        if is_last {
            return Ok(found);
        }
    }
}

/// `GET /n/{notebook}/paper/keepsake.pdf?year=2026`: for the person and the family.
pub async fn print(
    app: App,
    Extension(printer): Extension<Printer>,
    access: Access<Print>,
    Query(asked): Query<Asked>,
) -> Result<Reply> {
    if matches!(access.reader().side, Side::Supporter { .. }) {
        return Err(Error::Forbidden);
    }
    let start = |year: i16| {
        let first = Date::new(year, 1, 1).map_err(|_| Error::NotFound)?;
        Ok(Instant::from_japan(first.to_datetime(Time::midnight())))
    };
    let year = asked.year.unwrap_or(app.clock.now().day().year());
    let (from, to) = (start(year)?, start(year.checked_add(1).ok_or(Error::NotFound)?)?);
    let found = find(&app, &access, (from, to)).await?;
    if found.entries.is_empty() && found.photos.is_empty() {
        return Ok(see_other(&access.path("/paper?told=empty")));
    }
    let text = japanese(&app);
    let (_, profile) = notebook::web::find(&app, &access).await?;
    let mut pictures = Vec::with_capacity(found.photos.len());
    for photo in found.photos.iter().rev() {
        pictures.push(pictures::get_of_notebook(&app, &access.opened(), &photo.pictures.large).await?);
    }
    let now = app.clock.now();
    let make = |notebook| {
        Document::Chronicle(Chronicle {
            notebook,
            person: person(&text, &profile, now),
            printed_on: date::era_day(now.day()),
            kind: ChronicleKind::Keepsake,
            period: period(from, to.plus(-DAY).min(now)),
            about: about(&text, &found),
            chapters: chapters(&text, &found),
            pictures,
        })
    };
    let pdf = written(&app, &printer, access.notebook(), access.actor(), make).await?;
    Ok(download("application/pdf", &format!("keepsake-{year}.pdf"), pdf))
}

fn about(text: &Text, found: &Found) -> Vec<String> {
    let more = (found.left_out > 0).then(|| text.plain1("timeline-keepsake-more", "count", found.left_out));
    std::iter::once(text.plain("timeline-keepsake-about")).chain(more).collect()
}

/// By months, each in the order of time; pictures are named in the order of all photos.
fn chapters(text: &Text, found: &Found) -> Vec<Chapter> {
    let mut months: BTreeMap<Date, Chapter> = BTreeMap::new();
    for entry in found.entries.iter().rev() {
        let chapter = months.entry(entry.happened_at.day().first_of_month()).or_default();
        chapter.items.push(item(text, &found.names, entry, found.is_protected));
    }
    for (picture, photo) in found.photos.iter().rev().enumerate() {
        let chapter = months.entry(photo.photographed_at.day().first_of_month()).or_default();
        chapter.pages.push(pictured(text, &found.names, photo, (picture, found.is_protected)));
    }
    months.into_iter().map(|(month, chapter)| Chapter { title: era_month(month), ..chapter }).collect()
}
