//! The rows of the access diary. A row is added under the notebook's lock, so that the chain has one end.

use super::{Act, ONE_VIEW, Record, chain};
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::id::{Actor, ActorKind, Id, NotebookNumber};
use crate::store::tx::{Row, Tx};

const NEXT: &str = "UPDATE notebook SET diary_seq = diary_seq + 1 WHERE number = ?1 RETURNING diary_seq";
const LAST_CHAIN: &str = "SELECT chain FROM diary WHERE notebook = ?1 AND seq = ?2";
const ADD: &str = "INSERT INTO diary (notebook, seq, at, actor_kind, actor, office, act, subject, chain)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

/// Adds a row to the notebook's diary, in the transaction of what it records.
pub fn record(
    tx: &mut Tx<'_>,
    notebook: NotebookNumber,
    actor: Actor,
    act: Act,
    subject: Option<Id>,
    now: Instant,
) -> Result<()> {
    let seq: u64 = tx
        .one(NEXT, &[notebook.into()], |row| row.get(0))?
        .ok_or(Error::broken("recording in the diary of a notebook that does not exist"))?;
    let before: [u8; 32] =
        tx.one(LAST_CHAIN, &[notebook.into(), (seq - 1).into()], |row| row.get(0))?.unwrap_or_default();
    let record = Record { seq, at: now, actor, act, subject };
    let values = [
        notebook.into(),
        seq.into(),
        now.into(),
        actor.kind.word().into(),
        actor.id.into(),
        actor.office.into(),
        act.word().into(),
        subject.into(),
        chain(&before, notebook, &record).into(),
    ];
    tx.run(ADD, &values).map(|_| ())
}

const SEEN: &str = "SELECT 1 FROM diary
    WHERE notebook = ?1 AND actor = ?2 AND act = ?3 AND at > ?4 AND (subject = ?5 OR ?5 IS NULL) LIMIT 1";

/// Records a view, once in ten minutes for the same reader and thing.
pub fn record_view(
    tx: &mut Tx<'_>,
    notebook: NotebookNumber,
    actor: Actor,
    act: Act,
    subject: Option<Id>,
    now: Instant,
) -> Result<()> {
    let since = now.plus(-ONE_VIEW);
    let values = [notebook.into(), actor.id.into(), act.word().into(), since.into(), subject.into()];
    match tx.one(SEEN, &values, |row| row.get::<i64>(0))? {
        Some(_) => Ok(()),
        None => record(tx, notebook, actor, act, subject, now),
    }
}

const LIST: &str = "SELECT seq, at, actor_kind, actor, office, act, subject, chain FROM diary
    WHERE notebook = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3";

/// The newest rows before a position, newest first.
pub fn list(tx: &mut Tx<'_>, notebook: NotebookNumber, before: u64, limit: u32) -> Result<Vec<Record>> {
    let values = [notebook.into(), before.into(), limit.into()];
    tx.all(LIST, &values, |row| Ok(read(row)?.0))
}

const ALL: &str = "SELECT seq, at, actor_kind, actor, office, act, subject, chain FROM diary
    WHERE notebook = ?1 ORDER BY seq";

/// Every row with its chain value, oldest first: to verify the chain.
pub fn all(tx: &mut Tx<'_>, notebook: NotebookNumber) -> Result<Vec<(Record, [u8; 32])>> {
    tx.all(ALL, &[notebook.into()], read)
}

fn read(row: &Row<'_>) -> Result<(Record, [u8; 32])> {
    let actor =
        Actor { kind: ActorKind::from_word(&row.get::<String>(2)?)?, id: row.get(3)?, office: row.get(4)? };
    let act = Act::from_word(&row.get::<String>(5)?)?;
    Ok((Record { seq: row.get(0)?, at: row.get(1)?, actor, act, subject: row.get(6)? }, row.get(7)?))
}

const LAST_VIEW: &str =
    "SELECT MAX(at) FROM diary WHERE notebook = ?1 AND actor = ?2 AND act = ?3 AND at <= ?4";

/// When somebody last did this on a notebook, up to a moment.
pub fn last_view(
    tx: &mut Tx<'_>,
    notebook: NotebookNumber,
    actor: Actor,
    act: Act,
    until: Instant,
) -> Result<Option<Instant>> {
    let values = [notebook.into(), actor.id.into(), act.word().into(), until.into()];
    Ok(tx.one(LAST_VIEW, &values, |row| row.get::<Option<Instant>>(0))?.flatten())
}
