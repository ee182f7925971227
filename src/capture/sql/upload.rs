//! The inbox: every upload, durable before it is acknowledged.

use crate::capture::{State, Upload, UploadKey};
use crate::clock::Instant;
use crate::crypto::House;
use crate::error::{Error, Result};
use crate::id::{Actor, ActorKind, Id};
use crate::store::kept;
use crate::store::tx::{Row, Tx, Value};

/// Table name inside seals.
pub const TABLE: &str = "inbox";

const ADD: &str =
    "INSERT INTO inbox (uploader_kind, uploader, id, state, digest, visit_notebook, filed_notebook,
        filed_sheet, received_at, photographed_at, until_at, version, sealed)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL, NULL, ?7, ?8, ?9, ?10, ?11)
    ON CONFLICT (uploader_kind, uploader, id) DO NOTHING";

/// Adds an upload. False when the uploader has one of this id.
pub fn add(tx: &mut Tx<'_>, house: &House, upload: &Upload) -> Result<bool> {
    let [kind, uploader, id] = key_values(&upload.key);
    let values = [
        kind,
        uploader,
        id,
        upload.state.word().into(),
        upload.digest.into(),
        upload.visit.into(),
        upload.received_at.into(),
        upload.photographed_at.into(),
        upload.until.into(),
        upload.version.into(),
        house.seal(TABLE, upload.key.id, &upload.contents)?.into(),
    ];
    Ok(tx.run(ADD, &values)? == 1)
}

fn key_values(key: &UploadKey) -> [Value; 3] {
    [key.kind.word().into(), key.uploader.into(), key.id.into()]
}

const SAVE: &str = "UPDATE inbox SET state = ?5, visit_notebook = ?6, filed_notebook = ?7, filed_sheet = ?8,
        until_at = ?9, sealed = ?10, photographed_at = ?11, version = version + 1
    WHERE uploader_kind = ?1 AND uploader = ?2 AND id = ?3 AND version = ?4";

/// Saves a changed upload, and keeps what it shows as long; [`Error::Conflict`] when it was changed since it was found.
pub fn save(tx: &mut Tx<'_>, house: &House, upload: &Upload) -> Result<()> {
    let [kind, uploader, id] = key_values(&upload.key);
    let (notebook, sheet) = upload.contents.filed().unzip();
    let values = [
        kind,
        uploader,
        id,
        upload.version.into(),
        upload.state.word().into(),
        upload.visit.into(),
        notebook.into(),
        sheet.flatten().map(u32::from).into(),
        upload.until.into(),
        house.seal(TABLE, upload.key.id, &upload.contents)?.into(),
        upload.photographed_at.into(),
    ];
    if tx.run(SAVE, &values)? != 1 {
        return Err(Error::Conflict);
    }
    upload.blobs().into_iter().try_for_each(|blob| kept::keep(tx, blob, Some(upload.until)))
}

const FIND: &str =
    "SELECT uploader_kind, uploader, id, state, digest, visit_notebook, received_at, photographed_at,
        until_at, version, sealed
    FROM inbox WHERE uploader_kind = ?1 AND uploader = ?2 AND id = ?3";

/// An upload by who sent it and its id.
pub fn find(tx: &mut Tx<'_>, house: &House, key: &UploadKey) -> Result<Option<Upload>> {
    tx.one(FIND, &key_values(key), |row| read(house, row))
}

const LIST: &str =
    "SELECT uploader_kind, uploader, id, state, digest, visit_notebook, received_at, photographed_at,
        until_at, version, sealed
    FROM inbox WHERE uploader_kind = ?1 AND uploader = ?2
        AND (received_at > ?3 OR state IN ('reading', 'waiting', 'held'))
    ORDER BY received_at DESC, id DESC LIMIT ?4";

/// Somebody's uploads since a moment and those that are not settled, newest first.
pub fn list(
    tx: &mut Tx<'_>,
    house: &House,
    uploader: Actor,
    since: Instant,
    limit: u32,
) -> Result<Vec<Upload>> {
    let values = [uploader.kind.word().into(), uploader.id.into(), since.into(), limit.into()];
    tx.all(LIST, &values, |row| read(house, row))
}

const FIND_SAME: &str = "SELECT id FROM inbox WHERE uploader_kind = ?1 AND uploader = ?2 AND digest = ?3
        AND received_at > ?4 AND state IN ('reading', 'waiting', 'filed') LIMIT 1";

/// What somebody has sent of these very bytes since a moment, if it was taken: filed, waiting or being read.
pub fn find_same(tx: &mut Tx<'_>, uploader: Actor, digest: [u8; 32], since: Instant) -> Result<Option<Id>> {
    let values = [uploader.kind.word().into(), uploader.id.into(), digest.into(), since.into()];
    tx.one(FIND_SAME, &values, |row| row.get(0))
}

const LIST_UNSETTLED: &str =
    "SELECT uploader_kind, uploader, id, state, digest, visit_notebook, received_at, photographed_at,
        until_at, version, sealed
    FROM inbox WHERE uploader_kind = ?1 AND uploader = ?2 AND state IN ('waiting', 'held')
    ORDER BY received_at, id LIMIT ?3";

/// Somebody's uploads that wait, for a tap or for a notebook to be open to them, oldest first.
pub fn list_unsettled(tx: &mut Tx<'_>, house: &House, uploader: Actor, limit: u32) -> Result<Vec<Upload>> {
    let values = [uploader.kind.word().into(), uploader.id.into(), limit.into()];
    tx.all(LIST_UNSETTLED, &values, |row| read(house, row))
}

const COUNT_UNFILED: &str = "SELECT COUNT(*) FROM inbox WHERE uploader_kind = ?1 AND uploader = ?2
    AND state IN ('reading', 'held', 'unreadable')";

/// How many of somebody's photos are kept that are in no notebook and wait for no tap.
pub fn count_unfiled(tx: &mut Tx<'_>, uploader: Actor) -> Result<u32> {
    let values = [uploader.kind.word().into(), uploader.id.into()];
    Ok(tx.one(COUNT_UNFILED, &values, |row| row.get(0))?.unwrap_or_default())
}

const LIST_READING: &str =
    "SELECT uploader_kind, uploader, id, state, digest, visit_notebook, received_at, photographed_at,
        until_at, version, sealed
    FROM inbox WHERE state = 'reading' AND received_at < ?1 ORDER BY received_at LIMIT 100";

/// Uploads that were received before a moment and are not read yet.
pub fn list_reading(tx: &mut Tx<'_>, house: &House, before: Instant) -> Result<Vec<Upload>> {
    tx.all(LIST_READING, &[before.into()], |row| read(house, row))
}

fn read(house: &House, row: &Row<'_>) -> Result<Upload> {
    let kind = ActorKind::from_word(&row.get::<String>(0)?)?;
    let key = UploadKey { kind, uploader: row.get(1)?, id: row.get(2)? };
    Ok(Upload {
        key,
        state: State::from_word(&row.get::<String>(3)?)?,
        digest: row.get(4)?,
        visit: row.get(5)?,
        received_at: row.get(6)?,
        photographed_at: row.get(7)?,
        until: row.get(8)?,
        version: row.get(9)?,
        contents: house.open_value(TABLE, key.id, &row.get::<Vec<u8>>(10)?)?,
    })
}

const REMOVE_EXPIRED: &str = "DELETE FROM inbox WHERE until_at < ?1 AND state <> 'reading'";

/// Removes uploads whose time is over; returns how many. Their pictures go by themselves.
pub fn remove_expired(tx: &mut Tx<'_>, now: Instant) -> Result<u64> {
    tx.run(REMOVE_EXPIRED, &[now.into()])
}
