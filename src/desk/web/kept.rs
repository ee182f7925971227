//! All that is kept of a person, for a request for a copy of it.

use std::collections::HashMap;

use crate::access::audience::Audience;
use crate::access::guard::open;
use crate::access::sql::names::Names;
use crate::audit::{self, Act};
use crate::capture::{self, Photo, PhotoName, Transcript};
use crate::clock::Instant;
use crate::crypto::Opened;
use crate::desk::disclosure::{Decision, Disclosure, ItemKey, State};
use crate::desk::guard::IssuedHere;
use crate::desk::sql;
use crate::entry::{self, Entry};
use crate::error::{Error, Result};
use crate::id::{Actor, Id};
use crate::store::Scope;
use crate::store::tx::Tx;
use crate::text::Text;
use crate::timeline::paper;
use crate::web::App;

/// Something that is kept.
pub(super) enum Item {
    Entry(Entry),
    /// With what people read in its strips.
    Photo(Box<Photo>, Vec<Transcript>),
}

impl Item {
    pub(super) fn key(&self) -> ItemKey {
        match self {
            Self::Entry(entry) => {
                let name = PhotoName { id: entry.id, part: 0 };
                ItemKey { is_photo: false, name, version: entry.version }
            }
            Self::Photo(photo, read) => {
                let version = u32::try_from(read.len()).unwrap_or(u32::MAX);
                ItemKey { is_photo: true, name: photo.name, version }
            }
        }
    }

    pub(super) fn audience(&self) -> Audience {
        match self {
            Self::Entry(entry) => entry.audience,
            Self::Photo(photo, _) => photo.audience,
        }
    }

    pub(super) fn author(&self) -> Actor {
        match self {
            Self::Entry(entry) => entry.author,
            Self::Photo(photo, _) => photo.uploader,
        }
    }

    /// Everything that people read in its strips.
    fn read(&self) -> &[Transcript] {
        match self {
            Self::Entry(_) => &[],
            Self::Photo(_, read) => read,
        }
    }

    /// What they read last in each, and who it was.
    pub(super) fn texts(&self, text: &Text, names: &Names) -> Vec<String> {
        let Self::Photo(photo, read) = self else { return vec![] };
        let last = photo.strips.iter().filter_map(|strip| capture::strip::last(read, strip.number));
        last.map(|read| format!("{}（{}）", read.text, capture::strip::by(text, names, read))).collect()
    }

    pub(super) fn at(&self) -> Instant {
        match self {
            Self::Entry(entry) => entry.happened_at,
            Self::Photo(photo, _) => photo.photographed_at,
        }
    }
}

/// A request with everything that is kept, oldest first, and what was decided.
pub(super) struct Found {
    pub request: Disclosure,
    pub items: Vec<Item>,
    /// By the name of an item's field.
    pub decided: HashMap<String, Option<String>>,
    pub names: Names,
    pub opened: Opened,
}

impl Found {
    /// How many items nobody has looked at in their present version.
    pub fn left(&self) -> usize {
        self.items.iter().filter(|item| !self.decided.contains_key(&item.key().field())).count()
    }
}

/// Of somebody who must not be found nothing is handed out here, whoever asks.
pub(super) async fn check_protection(app: &App, here: &IssuedHere) -> Result<()> {
    let (number, now) = (here.ledger.number, app.clock.now());
    let is_protected = app.records.read(move |tx| paper::is_protected(tx, number, now)).await?;
    if is_protected { Err(Error::Forbidden) } else { Ok(()) }
}

/// Leaves what was typed out of a photo when it was looked at last: what came later is in no copy of it.
fn as_decided(read: &mut Vec<Transcript>, photo: PhotoName, decisions: &[Decision]) {
    let of_photo = decisions.iter().filter(|(key, _)| key.is_photo && key.name == photo);
    let versions = of_photo.filter_map(|(key, _)| usize::try_from(key.version).ok());
    let Some(version) = versions.filter(|version| *version <= read.len()).max() else { return };
    read.sort_by_key(|one| (one.recorded_at, one.id));
    read.truncate(version);
}

/// A request with its contents, which the diary notes.
pub(super) async fn find(app: &App, here: &IssuedHere, id: &str) -> Result<Found> {
    check_protection(app, here).await?;
    let (number, id): (_, Id) = (here.ledger.number, id.parse()?);
    let (opened, house) = (open(app, number).await?, app.house.clone());
    let (actor, now) = (here.desk.actor(), app.clock.now());
    let work = move |tx: &mut Tx<'_>| {
        let request = sql::find_disclosure(tx, &opened, id)?.ok_or(Error::NotFound)?;
        let entries = entry::sql::list_whole(tx, &opened)?.into_iter().map(Item::Entry);
        let decisions: Vec<Decision> = sql::list_items(tx, number, id)?;
        let is_decided = request.state != State::Asked;
        let mut transcripts = capture::sql::transcript::list_all(tx, &opened)?;
        let photos = capture::sql::photo::list_whole(tx, &opened)?.into_iter().map(|photo| {
            let mut read = transcripts.remove(&photo.name).unwrap_or_default();
            if is_decided {
                as_decided(&mut read, photo.name, &decisions);
            }
            Item::Photo(Box::new(photo), read)
        });
        let mut items: Vec<Item> = entries.chain(photos).collect();
        items.sort_by_key(|item| (item.at(), item.key().name.id));
        let authors = items.iter().map(Item::author);
        let readers = items.iter().flat_map(Item::read).map(|read| read.author);
        let names = Names::find(tx, &house, authors.chain(readers))?;
        let decided = decisions.into_iter().map(|(key, reason)| (key.field(), reason)).collect();
        Ok(Found { request, items, decided, names, opened: opened.clone() })
    };
    let found = app.records.read(work).await?;
    if found.request.state == State::Asked || found.request.may_be_printed(now) {
        let note = move |tx: &mut Tx<'_>| {
            audit::sql::record_view(tx, number, actor, Act::ReadForDisclosure, Some(id), now)
        };
        app.records.write(Scope::Notebook(number), note).await?;
    }
    Ok(found)
}
