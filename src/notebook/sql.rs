//! The ledger: every number ever minted, and the profile of the person it was issued to.

use super::{Ledger, Profile};
use crate::access::sql::grant::LedgerState;
use crate::clock::Instant;
use crate::crypto::seal::Opened;
use crate::error::{Error, Result};
use crate::id::{Id, NotebookNumber};
use crate::store::tx::{Row, Tx};

/// What the sheets of a pad are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pad {
    /// Key of the design, such as `blood-pressure`.
    pub design: String,
    /// The word of the paper, such as `a5`.
    pub format: String,
}

/// A named batch of blank booklets, or a pad of sheets that are nobody's yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    pub id: Id,
    pub city: Id,
    pub office: Id,
    pub name: String,
    pub size: u32,
    pub made_by: Id,
    pub made_at: Instant,
    pub is_recalled: bool,
    pub pad: Option<Pad>,
}

const ADD_BATCH: &str =
    "INSERT INTO batch (id, city, office, name, size, state, made_by, made_at, design, format)
    VALUES (?1, ?2, ?3, ?4, ?5, 'live', ?6, ?7, ?8, ?9)";

/// Adds a batch; its numbers are minted beside it.
pub fn add_batch(tx: &mut Tx<'_>, batch: &Batch) -> Result<()> {
    let values = [
        batch.id.into(),
        batch.city.into(),
        batch.office.into(),
        batch.name.as_str().into(),
        batch.size.into(),
        batch.made_by.into(),
        batch.made_at.into(),
        batch.pad.as_ref().map(|pad| pad.design.clone()).into(),
        batch.pad.as_ref().map(|pad| pad.format.clone()).into(),
    ];
    tx.run(ADD_BATCH, &values).map(|_| ())
}

const LIST_BATCHES: &str = "SELECT b.id, b.city, b.office, b.name, b.size, b.made_by, b.made_at, b.state,
        b.design, b.format, CAST((SELECT COUNT(*) FROM notebook n WHERE n.batch = b.id AND n.state = 'blank') AS BIGINT)
    FROM batch b WHERE b.office = ?1 AND b.design IS NULL ORDER BY b.made_at DESC LIMIT 50";

/// The batches of booklets of an office, newest first, each with how many are still blank.
pub fn list_batches(tx: &mut Tx<'_>, office: Id) -> Result<Vec<(Batch, u32)>> {
    tx.all(LIST_BATCHES, &[office.into()], |row| Ok((read_batch(row)?, row.get(10)?)))
}

const LIST_PADS: &str = "SELECT b.id, b.city, b.office, b.name, b.size, b.made_by, b.made_at, b.state,
        b.design, b.format
    FROM batch b WHERE b.office = ?1 AND b.design IS NOT NULL ORDER BY b.made_at DESC LIMIT 50";

/// The pads of an office, newest first, each with how many of its sheets were photographed.
pub fn list_pads(tx: &mut Tx<'_>, office: Id) -> Result<Vec<(Batch, u32)>> {
    let pads = tx.all(LIST_PADS, &[office.into()], read_batch)?;
    pads.into_iter().map(|pad| Ok((pad.clone(), count_bound(tx, pad.id)?))).collect()
}

const COUNT_BOUND: &str = "SELECT CAST(COUNT(DISTINCT p.notebook) AS BIGINT) FROM binding p
    JOIN notebook n ON n.number = p.notebook WHERE n.batch = ?1";

/// How many sheets of a pad were photographed.
pub fn count_bound(tx: &mut Tx<'_>, pad: Id) -> Result<u32> {
    Ok(tx.one(COUNT_BOUND, &[pad.into()], |row| row.get(0))?.unwrap_or_default())
}

const FIND_BATCH: &str =
    "SELECT id, city, office, name, size, made_by, made_at, state, design, format FROM batch WHERE id = ?1";

/// A batch by its id.
pub fn find_batch(tx: &mut Tx<'_>, batch: Id) -> Result<Option<Batch>> {
    tx.one(FIND_BATCH, &[batch.into()], read_batch)
}

fn read_batch(row: &Row<'_>) -> Result<Batch> {
    let pad = row.get::<Option<String>>(8)?.zip(row.get::<Option<String>>(9)?);
    Ok(Batch {
        id: row.get(0)?,
        city: row.get(1)?,
        office: row.get(2)?,
        name: row.get(3)?,
        size: row.get(4)?,
        made_by: row.get(5)?,
        made_at: row.get(6)?,
        is_recalled: row.get::<String>(7)? == "recalled",
        pad: pad.map(|(design, format)| Pad { design, format }),
    })
}

/// What a number is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Notebook,
    /// One sheet out of a pad.
    Unbound,
}

impl Purpose {
    /// The word in the database.
    fn word(self) -> &'static str {
        match self {
            Self::Notebook => "notebook",
            Self::Unbound => "unbound",
        }
    }
}

/// A number to be minted.
pub struct Minted<'a> {
    pub number: NotebookNumber,
    pub city: Id,
    pub batch: Option<Id>,
    /// What it is for.
    pub purpose: Purpose,
    pub salt: [u8; 16],
    pub symbol: &'a str,
    pub colour: &'a str,
    pub desk: Id,
    pub fallback_desk: Id,
}

const MINT: &str = "INSERT INTO notebook (number, city, batch, purpose, state, salt, symbol, colour, desk,
        fallback_desk, minted_at, content_seq, diary_seq, version)
    VALUES (?1, ?2, ?3, ?4, 'blank', ?5, ?6, ?7, ?8, ?9, ?10, 0, 0, 0)
    ON CONFLICT (number) DO NOTHING";

/// Mints a blank number; false when chance drew one that exists.
pub fn mint(tx: &mut Tx<'_>, minted: &Minted<'_>, now: Instant) -> Result<bool> {
    let values = [
        minted.number.into(),
        minted.city.into(),
        minted.batch.into(),
        minted.purpose.word().into(),
        minted.salt.into(),
        minted.symbol.into(),
        minted.colour.into(),
        minted.desk.into(),
        minted.fallback_desk.into(),
        now.into(),
    ];
    Ok(tx.run(MINT, &values)? == 1)
}

const FIND: &str = "SELECT number, city, state, symbol, colour, desk, fallback_desk, content_seq, version
    FROM notebook WHERE number = ?1 AND purpose = 'notebook'";

/// A notebook's ledger row; `None` for the number of an unbound sheet.
pub fn find(tx: &mut Tx<'_>, notebook: NotebookNumber) -> Result<Option<Ledger>> {
    tx.one(FIND, &[notebook.into()], read_ledger)
}

const FIND_UNBOUND: &str =
    "SELECT number, city, state, symbol, colour, desk, fallback_desk, content_seq, version
    FROM notebook WHERE number = ?1 AND purpose = 'unbound'";

/// The ledger row of a sheet out of a pad, which has neither symbol nor person.
pub fn find_unbound(tx: &mut Tx<'_>, number: NotebookNumber) -> Result<Option<Ledger>> {
    tx.one(FIND_UNBOUND, &[number.into()], read_ledger)
}

fn read_ledger(row: &Row<'_>) -> Result<Ledger> {
    Ok(Ledger {
        number: row.get(0)?,
        city: row.get(1)?,
        state: LedgerState::from_word(&row.get::<String>(2)?)?,
        symbol: row.get(3)?,
        colour: row.get(4)?,
        desk: row.get(5)?,
        fallback_desk: row.get(6)?,
        content_seq: row.get(7)?,
        version: row.get(8)?,
    })
}

const FIND_SALT: &str = "SELECT salt FROM notebook WHERE number = ?1";

/// The salt of a number's codes; `None` when the number does not exist or was erased.
pub fn find_salt(tx: &mut Tx<'_>, notebook: NotebookNumber) -> Result<Option<[u8; 16]>> {
    Ok(tx.one(FIND_SALT, &[notebook.into()], |row| row.get::<Option<[u8; 16]>>(0))?.flatten())
}

const COUNT_BATCH: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM notebook WHERE batch = ?1";

/// How many numbers of a batch were minted.
pub fn count_batch(tx: &mut Tx<'_>, batch: Id) -> Result<u32> {
    Ok(tx.one(COUNT_BATCH, &[batch.into()], |row| row.get(0))?.unwrap_or_default())
}

const LIST_BATCH: &str = "SELECT number FROM notebook WHERE batch = ?1 ORDER BY number LIMIT ?3 OFFSET ?2";

/// The numbers of a batch in their order, after the first `skipped`.
pub fn list_batch(tx: &mut Tx<'_>, batch: Id, skipped: u32, limit: u32) -> Result<Vec<NotebookNumber>> {
    tx.all(LIST_BATCH, &[batch.into(), skipped.into(), limit.into()], |row| row.get(0))
}

const LIST_UNBOUND: &str = "SELECT n.number FROM notebook n WHERE n.batch = ?1 AND n.state = 'blank'
    AND NOT EXISTS (SELECT 1 FROM binding b WHERE b.notebook = n.number) ORDER BY n.number LIMIT ?2";

/// The sheets of a pad that nobody has photographed yet, in their order.
pub fn list_unbound(tx: &mut Tx<'_>, pad: Id, limit: u32) -> Result<Vec<NotebookNumber>> {
    tx.all(LIST_UNBOUND, &[pad.into(), limit.into()], |row| row.get(0))
}

const COUNT_STATES: &str =
    "SELECT state, CAST(COUNT(*) AS BIGINT) FROM notebook WHERE batch = ?1 GROUP BY state ORDER BY state";

/// How many numbers of a batch are in which state.
pub fn count_states(tx: &mut Tx<'_>, batch: Id) -> Result<Vec<(LedgerState, u32)>> {
    tx.all(COUNT_STATES, &[batch.into()], |row| {
        Ok((LedgerState::from_word(&row.get::<String>(0)?)?, row.get(1)?))
    })
}

const IS_RECALLED: &str = "SELECT 1 FROM notebook n JOIN batch b ON b.id = n.batch
    WHERE n.number = ?1 AND b.state = 'recalled'";

/// True while the batch of a notebook is recalled: nobody may be registered onto a blank one.
pub fn is_recalled(tx: &mut Tx<'_>, notebook: NotebookNumber) -> Result<bool> {
    Ok(tx.one(IS_RECALLED, &[notebook.into()], |_| Ok(()))?.is_some())
}

const SET_BATCH: &str = "UPDATE batch SET state = ?2 WHERE id = ?1 AND state <> ?2";

/// Recalls a batch, or takes the recall back; false when it was so already.
pub fn set_recalled(tx: &mut Tx<'_>, batch: Id, is_recalled: bool) -> Result<bool> {
    let word = if is_recalled { "recalled" } else { "live" };
    Ok(tx.run(SET_BATCH, &[batch.into(), word.into()])? == 1)
}

const LIST_BLANK: &str =
    "SELECT number, city, state, symbol, colour, desk, fallback_desk, content_seq, version
    FROM notebook WHERE batch = ?1 AND state = 'blank' ORDER BY number LIMIT ?3 OFFSET ?2";

/// Blank numbers of a batch, after the first `skipped`.
pub fn list_blank(tx: &mut Tx<'_>, batch: Id, skipped: u32, limit: u32) -> Result<Vec<Ledger>> {
    tx.all(LIST_BLANK, &[batch.into(), skipped.into(), limit.into()], read_ledger)
}

const LIST_SHELF: &str =
    "SELECT number, city, state, symbol, colour, desk, fallback_desk, content_seq, version
    FROM notebook WHERE desk = ?1 AND state = 'blank' AND purpose = 'notebook'
        AND (batch IS NULL OR batch NOT IN (SELECT id FROM batch WHERE state = 'recalled'))
    ORDER BY minted_at, number LIMIT ?2";

/// The blank notebooks that an office has on its shelf, those that were made first.
pub fn list_shelf(tx: &mut Tx<'_>, office: Id, limit: u32) -> Result<Vec<Ledger>> {
    tx.all(LIST_SHELF, &[office.into(), limit.into()], read_ledger)
}

const COUNT_SHELF: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM notebook
    WHERE desk = ?1 AND state = 'blank' AND purpose = 'notebook'
        AND (batch IS NULL OR batch NOT IN (SELECT id FROM batch WHERE state = 'recalled'))";

/// How many blank notebooks an office has on its shelf.
pub fn count_shelf(tx: &mut Tx<'_>, office: Id) -> Result<u32> {
    Ok(tx.one(COUNT_SHELF, &[office.into()], |row| row.get(0))?.unwrap_or_default())
}

const LIST_ISSUED: &str =
    "SELECT number, city, state, symbol, colour, desk, fallback_desk, content_seq, version
    FROM notebook WHERE desk = ?1 AND state = 'issued' ORDER BY issued_at DESC LIMIT ?2";

/// The notebooks that a desk has issued, newest first.
pub fn list_issued(tx: &mut Tx<'_>, desk: Id, limit: u32) -> Result<Vec<Ledger>> {
    tx.all(LIST_ISSUED, &[desk.into(), limit.into()], read_ledger)
}

/// Table name inside seals of the profile.
const PROFILE: &str = "notebook";

/// The row id inside seals of the profile: there is one profile a notebook.
fn profile_row() -> Id {
    Id(uuid::Uuid::nil())
}

const ISSUE: &str = "UPDATE notebook SET state = 'issued', issued_at = ?2, finder = ?3, sealed = ?4,
        desk = ?5, version = version + 1, content_seq = content_seq + 1
    WHERE number = ?1 AND state = 'blank'";

/// Issues a blank notebook to a person; [`Error::Conflict`] when it is not blank any more.
pub fn issue(
    tx: &mut Tx<'_>,
    opened: &Opened,
    profile: &Profile,
    finder: [u8; 32],
    desk: Id,
    now: Instant,
) -> Result<()> {
    let sealed = opened.seal(PROFILE, profile_row(), 1, profile)?;
    let values = [opened.notebook.into(), now.into(), finder.into(), sealed.into(), desk.into()];
    if tx.run(ISSUE, &values)? == 1 { Ok(()) } else { Err(Error::Conflict) }
}

const FIND_PROFILE: &str = "SELECT sealed FROM notebook WHERE number = ?1";

/// The profile of the person; `None` while the notebook is blank.
pub fn find_profile(tx: &mut Tx<'_>, opened: &Opened) -> Result<Option<Profile>> {
    let sealed =
        tx.one(FIND_PROFILE, &[opened.notebook.into()], |row| row.get::<Option<Vec<u8>>>(0))?.flatten();
    sealed.map(|sealed| opened.open(PROFILE, profile_row(), 1, &sealed)).transpose()
}

const FIND_PERSON: &str =
    "SELECT number, city, state, symbol, colour, desk, fallback_desk, content_seq, version
    FROM notebook WHERE city = ?1 AND finder = ?2 AND state = 'issued'";

/// The notebooks of a person found by kana and birth date.
pub fn find_person(tx: &mut Tx<'_>, city: Id, finder: [u8; 32]) -> Result<Vec<Ledger>> {
    tx.all(FIND_PERSON, &[city.into(), finder.into()], read_ledger)
}

const CHANGED: &str = "UPDATE notebook SET content_seq = content_seq + 1 WHERE number = ?1";

/// Notes that the contents have changed, so that live views look again.
pub fn changed(tx: &mut Tx<'_>, notebook: NotebookNumber) -> Result<()> {
    tx.run(CHANGED, &[notebook.into()]).map(|_| ())
}

const HAS_CONSENT: &str =
    "SELECT 1 FROM consent WHERE notebook = ?1 AND scope = ?2 AND withdrawn_at IS NULL LIMIT 1";

/// True while the person agrees to this scope.
pub fn has_consent(tx: &mut Tx<'_>, notebook: NotebookNumber, scope: &'static str) -> Result<bool> {
    Ok(tx.one(HAS_CONSENT, &[notebook.into(), scope.into()], |row| row.get::<i64>(0))?.is_some())
}
