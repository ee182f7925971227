//! The database of keys: plain rows of wrapped bytes. Wrapping and opening them is not known here.
//! A removed key is gone from the database's files when [`erase_notebook`] returns; copies of it
//! live on in backups until those expire.

use super::schema::KEYS;
use super::tx::{Tx, Value};
use super::{Place, Scope, Store};
use crate::clock::Instant;
use crate::error::Result;
use crate::id::NotebookNumber;

/// Opens the database of keys.
pub fn open(place: &Place, now: Instant) -> Result<Store> {
    Store::open(place, &KEYS, now)
}

const ADD_NOTEBOOK: &str = "INSERT INTO notebook_key (notebook, wrapped, made_at) VALUES (?1, ?2, ?3)";

/// Keeps the wrapped key of a notebook. It must be durable before the notebook's own row is.
/// [`Error::Conflict`](crate::error::Error::Conflict) if the notebook has a key.
pub fn add_notebook(tx: &mut Tx<'_>, notebook: NotebookNumber, wrapped: &[u8], now: Instant) -> Result<()> {
    tx.run(ADD_NOTEBOOK, &[notebook.into(), wrapped.into(), now.into()]).map(|_| ())
}

const FIND_NOTEBOOK: &str = "SELECT wrapped FROM notebook_key WHERE notebook = ?1";

/// The wrapped key of a notebook.
pub fn find_notebook(tx: &mut Tx<'_>, notebook: NotebookNumber) -> Result<Option<Vec<u8>>> {
    tx.one(FIND_NOTEBOOK, &[notebook.into()], |row| row.get(0))
}

const LIST_NOTEBOOKS: &str =
    "SELECT notebook FROM notebook_key WHERE notebook > ?1 AND made_at < ?2 ORDER BY notebook LIMIT ?3";

/// Notebooks whose key was made before a moment, in ascending order after `after`: where the sweep
/// looks for keys whose notebook never came to be.
pub fn list_notebooks(
    tx: &mut Tx<'_>,
    after: Option<NotebookNumber>,
    made_before: Instant,
    limit: u32,
) -> Result<Vec<NotebookNumber>> {
    let after = after.map_or(Value::Integer(-1), Value::from);
    tx.all(LIST_NOTEBOOKS, &[after, made_before.into(), limit.into()], |row| row.get(0))
}

const REMOVE_NOTEBOOK: &str = "DELETE FROM notebook_key WHERE notebook = ?1";

/// Removes a notebook's key so that no byte of it is left in the files. On PostgreSQL the server's
/// own log may hold it until the log is recycled.
pub async fn erase_notebook(keys: &Store, notebook: NotebookNumber) -> Result<()> {
    keys.write(Scope::House, move |tx| tx.run(REMOVE_NOTEBOOK, &[notebook.into()])).await?;
    keys.scrub().await
}

const ADD_HOUSE: &str = "INSERT INTO house_key (number, wrapped, made_at) VALUES (1, ?1, ?2)";

/// Keeps the wrapped house key; a conflict if there is one.
pub fn add_house(tx: &mut Tx<'_>, wrapped: &[u8], now: Instant) -> Result<()> {
    tx.run(ADD_HOUSE, &[wrapped.into(), now.into()]).map(|_| ())
}

const FIND_HOUSE: &str = "SELECT wrapped FROM house_key WHERE number = 1";

/// The wrapped house key.
pub fn find_house(tx: &mut Tx<'_>) -> Result<Option<Vec<u8>>> {
    tx.one(FIND_HOUSE, &[], |row| row.get(0))
}

const ADD_CODE: &str = "INSERT INTO code_key (version, wrapped, made_at) VALUES (?1, ?2, ?3)";

/// Keeps a wrapped key of printed codes under its version (0 to 15).
pub fn add_code(tx: &mut Tx<'_>, version: u8, wrapped: &[u8], now: Instant) -> Result<()> {
    tx.run(ADD_CODE, &[version.into(), wrapped.into(), now.into()]).map(|_| ())
}

const LIST_CODES: &str = "SELECT version, wrapped FROM code_key ORDER BY made_at, version";

/// Versions and wrapped keys of printed codes, the newest last.
pub fn list_codes(tx: &mut Tx<'_>) -> Result<Vec<(u8, Vec<u8>)>> {
    tx.all(LIST_CODES, &[], |row| Ok((row.get(0)?, row.get(1)?)))
}
