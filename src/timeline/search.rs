//! Looking for words in one notebook. Everything that the reader may read is opened in memory for it, and
//! nothing of that is kept (DESIGN 4). What is shown of an item is what is looked through: its words and
//! numbers, who wrote it, and of handwriting what somebody typed out.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use axum::extract::Query;
use serde::Deserialize;

use super::blocks::{Material, answered, blocks, card};
use super::view::{Results, SearchPage};
use super::web::{SUMMARY, SUMMARY_KINDS};
use super::{PAGE, cut};
use crate::access::guard::{Access, ReadRecent, Window};
use crate::access::sql::names::Names;
use crate::audit::Act;
use crate::capture::{self, Photo, Transcripts};
use crate::clock::{DAY, Instant};
use crate::crypto::{House, Opened};
use crate::entry::{self, Entry};
use crate::error::{Error, Result};
use crate::id::{Id, Position};
use crate::notebook;
use crate::store::tx::Tx;
use crate::text::folded::folded;
use crate::text::{Text, date};
use crate::web::App;
use crate::web::cookies;
use crate::web::form::SafeForm;
use crate::web::page::Page;
use crate::web::reply::{Reply, see_other, show};
use crate::web::view::Field;

/// No words are longer, in characters.
const LONGEST: usize = 100;
/// More than anybody writes into one notebook in a life.
const EVERYTHING: usize = 1_000_000;

/// Stands between what is shown apart, so that no word begins in one and ends in the next (ASCII's unit separator).
const BETWEEN: &str = "\u{1f}";

/// Words that must all stand in an item.
struct Words(Vec<String>);

impl Words {
    fn new(typed: &str) -> Self {
        Self(typed.split_whitespace().map(folded).collect())
    }

    fn are_in(&self, text: &str) -> bool {
        let text = folded(text);
        self.0.iter().all(|word| text.contains(word))
    }

    /// Whether they stand in the card of an entry.
    fn are_in_entry(&self, text: &Text, names: (&Names, &BTreeSet<Id>), entry: &Entry) -> bool {
        let card = card(text, names, entry, "");
        let tags = card.tags.into_iter().map(|tag| tag.label);
        let facts = card.facts.into_iter().map(|fact| format!("{} {}", fact.label, fact.value));
        let all = [card.author, card.by_and_time, card.text].into_iter().chain(tags).chain(facts);
        self.are_in(&all.collect::<Vec<_>>().join(BETWEEN))
    }

    /// A photo with the strips in which they stand; with all of them when they stand in what is said of it.
    fn in_photo(&self, text: &Text, names: &Names, transcripts: &Transcripts, photo: Photo) -> Option<Photo> {
        let title = capture::photo::title(text, photo.design.as_deref(), photo.sheet);
        let about = format!("{title}{BETWEEN}{}", names.full(text, photo.uploader));
        if self.are_in(&about) {
            return Some(photo);
        }
        let read = transcripts.get(&photo.name).map_or(&[][..], Vec::as_slice);
        let mut found = photo;
        found.strips.retain(|strip| {
            let last = capture::strip::last(read, strip.number);
            last.is_some_and(|read| self.are_in(&format!("{about}{BETWEEN}{}", read.text)))
        });
        (!found.strips.is_empty()).then_some(found)
    }
}

/// All that the reader may read, newest first.
struct Everything {
    entries: Vec<Entry>,
    photos: Vec<Photo>,
    transcripts: Transcripts,
    names: Names,
}

/// What was found.
struct Found {
    entries: Vec<Entry>,
    photos: Vec<Photo>,
    transcripts: Transcripts,
    answered: BTreeSet<Id>,
    names: Names,
    /// How many items there are, on all pages together.
    count: usize,
    /// Where the next page begins.
    older: Option<Position>,
}

/// Opens everything, for a few readers at once, so that the others are not kept waiting.
async fn find(
    app: &App,
    access: &Access<ReadRecent>,
    text: &Text,
    words: Words,
    before: Position,
) -> Result<Found> {
    let now = app.clock.now();
    let (opened, window, house) = (access.opened(), access.window(now), app.house.clone());
    let permit = app.searching.clone().acquire_owned().await;
    let permit = permit.map_err(|_| Error::broken("waiting to look through a notebook"))?;
    let open = move |tx: &mut Tx<'_>| everything(tx, &house, &opened, &window, now);
    let all = app.records.read(open).await?;
    let text = text.clone();
    let looking = tokio::task::spawn_blocking(move || {
        let found = look(&text, &words, all, before);
        drop(permit);
        found
    });
    looking.await.map_err(|cause| Error::fault("looking through a notebook", cause))
}

fn everything(
    tx: &mut Tx<'_>,
    house: &House,
    opened: &Opened,
    window: &Window,
    now: Instant,
) -> Result<Everything> {
    let newest = Position::before(now.plus(DAY));
    let mut entries = entry::sql::list(tx, opened, window, newest, EVERYTHING)?;
    if window.since.is_some() {
        // The summary reaches back further, and stands on the notebook's page.
        let whole = Window { since: None, ..*window };
        let read: BTreeSet<Id> = entries.iter().map(|entry| entry.id).collect();
        for kind in SUMMARY_KINDS {
            let of_kind = entry::sql::list_kind(tx, opened, &whole, kind, now.plus(-SUMMARY))?;
            entries.extend(of_kind.into_iter().filter(|entry| !read.contains(&entry.id)));
        }
        entries.sort_by_key(|entry| Reverse(entry.position()));
    }
    let photos = capture::sql::list(tx, opened, window, newest, EVERYTHING)?;
    let transcripts = capture::sql::transcript::list_all(tx, opened)?;
    let authors = entries.iter().map(|entry| entry.author);
    let names = Names::find(tx, house, authors.chain(photos.iter().map(|photo| photo.uploader)))?;
    Ok(Everything { entries, photos, transcripts, names })
}

/// Those items in which the words stand, and of them those of one page.
fn look(text: &Text, words: &Words, all: Everything, before: Position) -> Found {
    let Everything { mut entries, photos, transcripts, names } = all;
    let answered = answered(&entries);
    entries.retain(|entry| words.are_in_entry(text, (&names, &answered), entry));
    let in_photo = |photo| words.in_photo(text, &names, &transcripts, photo);
    let mut photos: Vec<Photo> = photos.into_iter().filter_map(in_photo).collect();
    let count = entries.len() + photos.len();
    entries.retain(|entry| entry.position() < before);
    photos.retain(|photo| photo.position() < before);
    let left = entries.len() + photos.len();
    entries.truncate(PAGE);
    photos.truncate(PAGE);
    let older = cut(&mut entries, &mut photos).filter(|_| entries.len() + photos.len() < left);
    Found { entries, photos, transcripts, answered, names, count, older }
}

/// What the address may say.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// What to look for, sealed: an address stays in the history of a browser and in logs on the way.
    words: String,
    /// Only what stands behind this place in the order of time.
    before: Option<String>,
}

/// Under which name words are sealed: for one reader alone.
fn seal_name(access: &Access<ReadRecent>) -> String {
    format!("search {}", access.actor().id)
}

/// `GET /n/{notebook}/search`: the form, and what was found.
pub async fn read(
    app: App,
    page: Page,
    access: Access<ReadRecent>,
    Query(asked): Query<Asked>,
) -> Result<Reply> {
    let sealed = cookies::unhex(&asked.words).filter(|sealed| !sealed.is_empty());
    let typed: Option<String> =
        sealed.and_then(|sealed| app.house.open_carried(&seal_name(&access), &sealed));
    let Some(typed) = typed else {
        return show(&search_page(&app, page, &access, Field::default(), None).await?);
    };
    let (text, now) = (page.text.clone(), app.clock.now());
    let asked_before = asked.before.and_then(|before| before.parse().ok());
    let before = asked_before.unwrap_or(Position::before(now.plus(DAY)));
    let found = find(&app, &access, &text, Words::new(&typed), before).await?;
    access.seen(&app, Act::Searched, None).await?;
    let material = Material {
        entries: &found.entries,
        photos: &found.photos,
        transcripts: &found.transcripts,
        answered: found.answered,
        names: &found.names,
    };
    let older = |before| access.path(&format!("/search?words={}&before={before}", asked.words));
    let results = Results {
        count: found.count,
        blocks: blocks(&text, &material, now, &access.path("")),
        older: found.older.map(older),
    };
    let words = Field { value: typed, advice: None };
    show(&search_page(&app, page, &access, words, Some(results)).await?)
}

/// What is typed into the form.
#[derive(Deserialize)]
pub struct Typed {
    words: String,
}

/// `POST /n/{notebook}/search`: takes the words out of sight and looks for them.
pub async fn ask(app: App, page: Page, access: Access<ReadRecent>, form: SafeForm<Typed>) -> Result<Reply> {
    let SafeForm(Typed { words }) = form;
    let typed = words.trim();
    let advice = match typed.chars().count() {
        0 => "timeline-search-needed",
        1..=LONGEST => {
            let sealed = app.house.seal_carried(&seal_name(&access), &typed)?;
            let path = access.path(&format!("/search?words={}", cookies::hex(&sealed)));
            return Ok(see_other(&path));
        }
        _ => "timeline-search-too-long",
    };
    let field = Field::advised(typed, &page.text.plain(advice));
    show(&search_page(&app, page, &access, field, None).await?)
}

async fn search_page(
    app: &App,
    page: Page,
    access: &Access<ReadRecent>,
    words: Field,
    results: Option<Results>,
) -> Result<SearchPage> {
    let notebook = notebook::web::plain_head(app, access, &page.text).await?;
    let since = access.window(app.clock.now()).since;
    let since = since.map(|since| date::month_day_weekday(&page.text, since.day()));
    Ok(SearchPage { notebook, words, since, results, page: access.signed_in.page(page) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_words_must_stand_in_a_text_however_they_are_written() {
        let words = Words::new("ｼｯﾌﾟ　かゆみ");
        assert!(words.are_in("湿布（シップ）で\nか\nゆみが出ました。"));
        assert!(!words.are_in("シップを貼りました。"), "one is missing");
        assert!(Words::new("134/76").are_in("血圧 １３４／７６"));
    }
}
