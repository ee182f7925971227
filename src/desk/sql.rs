//! Requests for disclosure and what was decided about each item.

use super::disclosure::{Decision, Details, Disclosure, ItemKey, State};
use crate::capture::PhotoName;
use crate::clock::Instant;
use crate::crypto::Opened;
use crate::error::{Error, Result};
use crate::id::{Id, NotebookNumber};
use crate::store::tx::{Row, Tx};

/// Table name inside seals.
const TABLE: &str = "disclosure";

const ADD: &str =
    "INSERT INTO disclosure (notebook, id, state, asked_by, asked_at, due_at, made_by, changed_at,
        sealed) VALUES (?1, ?2, 'asked', ?3, ?4, ?5, ?6, ?7, ?8)";

/// Adds a request.
pub fn add_disclosure(tx: &mut Tx<'_>, opened: &Opened, disclosure: &Disclosure, made_by: Id) -> Result<()> {
    let values = [
        opened.notebook.into(),
        disclosure.id.into(),
        disclosure.asked_by.as_str().into(),
        disclosure.asked_at.into(),
        disclosure.due_at.into(),
        made_by.into(),
        disclosure.changed_at.into(),
        opened.seal(TABLE, disclosure.id, 1, &disclosure.details)?.into(),
    ];
    tx.run(ADD, &values).map(|_| ())
}

const LIST: &str = "SELECT id, state, asked_by, asked_at, due_at, changed_at, sealed FROM disclosure
    WHERE notebook = ?1 ORDER BY asked_at DESC, id DESC LIMIT 50";

/// The requests about a notebook, newest first.
pub fn list_disclosures(tx: &mut Tx<'_>, opened: &Opened) -> Result<Vec<Disclosure>> {
    tx.all(LIST, &[opened.notebook.into()], |row| read(opened, row))
}

const FIND: &str = "SELECT id, state, asked_by, asked_at, due_at, changed_at, sealed FROM disclosure
    WHERE notebook = ?1 AND id = ?2";

/// One request.
pub fn find_disclosure(tx: &mut Tx<'_>, opened: &Opened, id: Id) -> Result<Option<Disclosure>> {
    tx.one(FIND, &[opened.notebook.into(), id.into()], |row| read(opened, row))
}

fn read(opened: &Opened, row: &Row<'_>) -> Result<Disclosure> {
    let id = row.get(0)?;
    let details: Details = opened.open(TABLE, id, 1, &row.get::<Vec<u8>>(6)?)?;
    Ok(Disclosure {
        id,
        state: State::from_word(&row.get::<String>(1)?)?,
        asked_by: row.get(2)?,
        asked_at: row.get(3)?,
        due_at: row.get(4)?,
        changed_at: row.get(5)?,
        details,
    })
}

const SET_STATE: &str =
    "UPDATE disclosure SET state = ?3, changed_at = ?4 WHERE notebook = ?1 AND id = ?2 AND state = ?5";

/// Goes on to another state; [`Error::Conflict`] when somebody else has changed it since.
pub fn set_state(
    tx: &mut Tx<'_>,
    notebook: NotebookNumber,
    disclosure: &Disclosure,
    next: State,
    now: Instant,
) -> Result<()> {
    let (next, before) = (next.word(), disclosure.state.word());
    let values = [notebook.into(), disclosure.id.into(), next.into(), now.into(), before.into()];
    if tx.run(SET_STATE, &values)? == 1 { Ok(()) } else { Err(Error::Conflict) }
}

const SAVE_ITEM: &str =
    "INSERT INTO disclosure_item (notebook, disclosure, kind, item, part, reason, version)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT (notebook, disclosure, kind, item, part, version) DO UPDATE SET reason = excluded.reason";

/// Keeps what was decided about an item.
pub fn save_item(
    tx: &mut Tx<'_>,
    notebook: NotebookNumber,
    disclosure: Id,
    (key, reason): &Decision,
) -> Result<()> {
    let values = [
        notebook.into(),
        disclosure.into(),
        key.kind().into(),
        key.name.id.into(),
        key.name.part.into(),
        reason.clone().into(),
        key.version.into(),
    ];
    tx.run(SAVE_ITEM, &values).map(|_| ())
}

const LIST_ITEMS: &str =
    "SELECT kind, item, part, reason, version FROM disclosure_item WHERE notebook = ?1 AND disclosure = ?2";

/// What was decided so far.
pub fn list_items(tx: &mut Tx<'_>, notebook: NotebookNumber, disclosure: Id) -> Result<Vec<Decision>> {
    tx.all(LIST_ITEMS, &[notebook.into(), disclosure.into()], |row| {
        let is_photo = row.get::<String>(0)? == "photo";
        let name = PhotoName { id: row.get(1)?, part: row.get(2)? };
        Ok((ItemKey { is_photo, name, version: row.get(4)? }, row.get(3)?))
    })
}

const HAS_ENTRY: &str = "SELECT 1 FROM entry WHERE notebook = ?1 AND id = ?2 AND version = ?3 AND latest = 1";
const HAS_PHOTO: &str =
    "SELECT 1 FROM photo WHERE notebook = ?1 AND id = ?2 AND part = ?3 AND state = 'filed'
    AND ?4 = (SELECT COUNT(*) FROM transcript t WHERE t.notebook = ?1 AND t.photo = ?2 AND t.part = ?3)";

/// Whether an item is kept in this very version: nothing is decided before it can be looked at.
pub fn has_item(tx: &mut Tx<'_>, notebook: NotebookNumber, key: ItemKey) -> Result<bool> {
    let (id, part, version) = (key.name.id.into(), key.name.part.into(), key.version.into());
    let found = match key.is_photo {
        true => tx.one(HAS_PHOTO, &[notebook.into(), id, part, version], |_| Ok(()))?,
        false => tx.one(HAS_ENTRY, &[notebook.into(), id, version], |_| Ok(()))?,
    };
    Ok(found.is_some())
}

const COUNT_LEFT: &str = "SELECT CAST((SELECT COUNT(*) FROM entry e WHERE e.notebook = ?1 AND e.latest = 1
        AND NOT EXISTS (SELECT 1 FROM disclosure_item i WHERE i.notebook = ?1 AND i.disclosure = ?2
            AND i.kind = 'entry' AND i.item = e.id AND i.version = e.version))
    + (SELECT COUNT(*) FROM photo p WHERE p.notebook = ?1 AND p.state = 'filed'
        AND NOT EXISTS (SELECT 1 FROM disclosure_item i WHERE i.notebook = ?1 AND i.disclosure = ?2
            AND i.kind = 'photo' AND i.item = p.id AND i.part = p.part AND i.version = (SELECT COUNT(*) FROM transcript t
                WHERE t.notebook = ?1 AND t.photo = p.id AND t.part = p.part))) AS BIGINT)";

/// How many items nobody has looked at in their present version.
pub fn count_left(tx: &mut Tx<'_>, notebook: NotebookNumber, disclosure: Id) -> Result<u32> {
    Ok(tx.one(COUNT_LEFT, &[notebook.into(), disclosure.into()], |row| row.get(0))?.unwrap_or_default())
}
