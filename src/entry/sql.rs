//! The rows of entries: one row a version. Contents are sealed with the notebook's key; the reason of a
//! correction lies beside them.

use serde::{Deserialize, Serialize};

use super::{Contents, Entry};
use crate::access::audience::Audience;
use crate::access::guard::Window;
use crate::clock::Instant;
use crate::crypto::Opened;
use crate::error::{Error, Result};
use crate::id::{Actor, ActorKind, Id, NotebookNumber, Position};
use crate::store::tx::{Row, Tx};

/// Table name inside seals.
const TABLE: &str = "entry";

#[derive(Serialize, Deserialize)]
struct Sealed {
    contents: Contents,
    #[serde(default)]
    reason: Option<String>,
}

const ADD: &str =
    "INSERT INTO entry (notebook, id, version, latest, kind, happened_at, recorded_at, author_kind,
        author, office, audience_kind, audience_subject, source, sealed)
    VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 'typed', ?12)
    ON CONFLICT (notebook, id, version) DO NOTHING";

/// Adds a version. False when it is there already: sending twice is harmless.
pub fn add(tx: &mut Tx<'_>, opened: &Opened, entry: &Entry) -> Result<bool> {
    let sealed = Sealed { contents: entry.contents.clone(), reason: entry.reason.clone() };
    let (audience, subject) = entry.audience.words();
    let values = [
        opened.notebook.into(),
        entry.id.into(),
        entry.version.into(),
        entry.contents.word().into(),
        entry.happened_at.into(),
        entry.recorded_at.into(),
        entry.author.kind.word().into(),
        entry.author.id.into(),
        entry.author.office.into(),
        audience.into(),
        subject.into(),
        opened.seal(TABLE, entry.id, entry.version, &sealed)?.into(),
    ];
    Ok(tx.run(ADD, &values)? == 1)
}

const SUPERSEDE: &str =
    "UPDATE entry SET latest = 0 WHERE notebook = ?1 AND id = ?2 AND version = ?3 AND latest = 1";

/// Adds a correction; [`Error::Conflict`] when somebody corrected the same version before.
pub fn correct(tx: &mut Tx<'_>, opened: &Opened, next: &Entry) -> Result<()> {
    let values = [opened.notebook.into(), next.id.into(), (next.version - 1).into()];
    if tx.run(SUPERSEDE, &values)? != 1 || !add(tx, opened, next)? {
        return Err(Error::Conflict);
    }
    Ok(())
}

const TAKE_BACK: &str = "UPDATE entry SET latest = 0 WHERE notebook = ?1 AND id = ?2 AND latest = 1";

/// Takes an entry out of every list; its row stays. [`Error::NotFound`] when it is gone already.
pub fn take_back(tx: &mut Tx<'_>, notebook: NotebookNumber, id: Id) -> Result<()> {
    match tx.run(TAKE_BACK, &[notebook.into(), id.into()])? {
        0 => Err(Error::NotFound),
        _ => Ok(()),
    }
}

const FIRST: &str =
    "SELECT id, version, happened_at, recorded_at, author_kind, author, office, audience_kind,
        audience_subject, sealed
    FROM entry WHERE notebook = ?1 AND id = ?2 AND version = 1
        AND EXISTS (SELECT 1 FROM entry e WHERE e.notebook = ?1 AND e.id = ?2 AND e.latest = 1)";

/// The first version of an entry, whoever may read it, unless it was taken back: for telling whether a form
/// was sent before.
pub fn find_first(tx: &mut Tx<'_>, opened: &Opened, id: Id) -> Result<Option<Entry>> {
    tx.one(FIRST, &[opened.notebook.into(), id.into()], |row| read(opened, row))
}

const VERSIONS: &str =
    "SELECT id, version, happened_at, recorded_at, author_kind, author, office, audience_kind,
        audience_subject, sealed
    FROM entry WHERE notebook = ?1 AND id = ?2 AND (?3 IS NULL OR happened_at >= ?3)
        AND EXISTS (SELECT 1 FROM entry e WHERE e.notebook = ?1 AND e.id = ?2 AND e.latest = 1)
    ORDER BY version DESC";

/// All versions of an entry that the reader may read, newest first; empty when there is none, or when it was
/// taken back.
pub fn versions(tx: &mut Tx<'_>, opened: &Opened, window: &Window, id: Id) -> Result<Vec<Entry>> {
    let values = [opened.notebook.into(), id.into(), window.since.into()];
    let mut found = tx.all(VERSIONS, &values, |row| read(opened, row))?;
    found.retain(|entry| entry.is_for(&window.reader));
    Ok(found)
}

const PAGE: &str = "SELECT id, version, happened_at, recorded_at, author_kind, author, office, audience_kind,
        audience_subject, sealed
    FROM entry WHERE notebook = ?1 AND latest = 1 AND happened_at <= ?2 AND (?3 IS NULL OR happened_at >= ?3)
        AND (happened_at < ?2 OR id < ?5)
    ORDER BY happened_at DESC, id DESC LIMIT ?4";

/// The newest entries behind a place in the order of time, newest first, as far as the reader may read them.
/// Rows that others alone may read are passed over, so that not even a gap shows them.
pub fn list(
    tx: &mut Tx<'_>,
    opened: &Opened,
    window: &Window,
    before: Position,
    limit: usize,
) -> Result<Vec<Entry>> {
    let mut found = Vec::new();
    let mut before = before;
    loop {
        let rows = (limit as u64 + 1).into();
        let values = [opened.notebook.into(), before.at.into(), window.since.into(), rows, before.id.into()];
        let page = tx.all(PAGE, &values, |row| read(opened, row))?;
        let is_last = page.len() <= limit;
        before = page.last().map_or(before, Entry::position);
        found.extend(page.into_iter().filter(|entry| entry.is_for(&window.reader)));
        if is_last || found.len() >= limit {
            found.truncate(limit);
            return Ok(found);
        }
    }
}

const WHOLE: &str =
    "SELECT id, version, happened_at, recorded_at, author_kind, author, office, audience_kind,
        audience_subject, sealed
    FROM entry WHERE notebook = ?1 AND latest = 1 ORDER BY happened_at, id";

/// Every entry whoever may read it, oldest first: for looking through what somebody asks a copy of, never for a
/// reader.
pub fn list_whole(tx: &mut Tx<'_>, opened: &Opened) -> Result<Vec<Entry>> {
    tx.all(WHOLE, &[opened.notebook.into()], |row| read(opened, row))
}

const OF_KIND: &str =
    "SELECT id, version, happened_at, recorded_at, author_kind, author, office, audience_kind,
        audience_subject, sealed
    FROM entry WHERE notebook = ?1 AND kind = ?2 AND latest = 1 AND happened_at >= ?3
    ORDER BY happened_at DESC, id DESC LIMIT 400";

/// Entries of one kind since a moment, newest first, as far as the reader may read them. Standing
/// instructions, allergies and medicines belong to the summary, which reaches back further than recent
/// entries: the caller says how far.
pub fn list_kind(
    tx: &mut Tx<'_>,
    opened: &Opened,
    window: &Window,
    kind: &str,
    since: Instant,
) -> Result<Vec<Entry>> {
    let values = [opened.notebook.into(), kind.into(), since.into()];
    let mut found = tx.all(OF_KIND, &values, |row| read(opened, row))?;
    found.retain(|entry| entry.is_for(&window.reader));
    Ok(found)
}

fn read(opened: &Opened, row: &Row<'_>) -> Result<Entry> {
    let (id, version) = (row.get(0)?, row.get(1)?);
    let sealed: Sealed = opened.open(TABLE, id, version, &row.get::<Vec<u8>>(9)?)?;
    Ok(Entry {
        id,
        version,
        happened_at: row.get(2)?,
        recorded_at: row.get(3)?,
        author: Actor {
            kind: ActorKind::from_word(&row.get::<String>(4)?)?,
            id: row.get(5)?,
            office: row.get(6)?,
        },
        audience: Audience::from_words(&row.get::<String>(7)?, row.get::<Option<String>>(8)?.as_deref())?,
        contents: sealed.contents,
        reason: sealed.reason,
    })
}
