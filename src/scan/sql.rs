//! Verifying a token against the ledger, with the same work for an unknown number and a forged MAC.

use super::Meaning;
use crate::clock::{HOUR, Instant};
use crate::crypto::House;
use crate::error::Result;
use crate::id::{Actor, Id, NotebookNumber};
use crate::sheet;
use crate::sheet::code::Token;
use crate::store::tx::Tx;

/// What a token means; unknown and forged are one and the same.
pub fn verify(tx: &mut Tx<'_>, house: &House, token: &Token) -> Result<Meaning> {
    Ok(Meaning::of(sheet::sql::verify(tx, house, token)?))
}

const ADD_VISIT: &str = "INSERT INTO visit (id, holder_kind, holder, notebook, begun_at)
    VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO NOTHING";

/// Notes a visit of somebody who is signed in.
pub fn add_visit(
    tx: &mut Tx<'_>,
    id: Id,
    actor: Actor,
    notebook: NotebookNumber,
    begun_at: Instant,
) -> Result<()> {
    let values = [id.into(), actor.kind.word().into(), actor.id.into(), notebook.into(), begun_at.into()];
    tx.run(ADD_VISIT, &values).map(|_| ())
}

const FIND_VISIT: &str =
    "SELECT notebook FROM visit WHERE id = ?1 AND holder_kind = ?2 AND holder = ?3 AND begun_at > ?4";

/// The notebook of one's own visit since a moment.
pub fn find_visit(tx: &mut Tx<'_>, id: Id, actor: Actor, since: Instant) -> Result<Option<NotebookNumber>> {
    let values = [id.into(), actor.kind.word().into(), actor.id.into(), since.into()];
    tx.one(FIND_VISIT, &values, |row| row.get(0))
}

const COUNT: &str = "INSERT INTO stranger_scan (notebook, hour, outcome, scans) VALUES (?1, ?2, ?3, 1)
    ON CONFLICT (notebook, hour, outcome) DO UPDATE SET scans = stranger_scan.scans + 1";

/// Counts a stranger's scan by hour. Unknown codes are counted under no notebook (−1), so that strangers
/// cannot make rows at will.
pub fn count_stranger(
    tx: &mut Tx<'_>,
    notebook: Option<NotebookNumber>,
    meaning: Meaning,
    now: Instant,
) -> Result<()> {
    let number = notebook.map_or((-1_i64).into(), Into::into);
    let outcome = match meaning {
        Meaning::Unknown => "unknown",
        Meaning::Replaced => "replaced",
        Meaning::Live => "live",
    };
    tx.run(COUNT, &[number, (now.0 / HOUR).into(), outcome.into()]).map(|_| ())
}
