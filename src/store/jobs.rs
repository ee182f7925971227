//! Jobs: work to be done later, as rows. A job is added in the transaction that makes it necessary,
//! leased to one worker at a time, tried again after growing pauses, and parked when it keeps
//! failing or keeps taking its worker down. A job may be done twice: doing it must bear that.

use super::tx::{Row, Tx};
use crate::clock::{HOUR, Instant, SECOND};
use crate::error::{Error, Result};
use crate::id::Id;

/// A job is parked when it was begun so often without being done.
pub const MOST_ATTEMPTS: u32 = 8;
/// Pause after the first failure, in milliseconds; doubled after each further one.
const FIRST_PAUSE: i64 = 5 * SECOND;
/// No pause is longer, in milliseconds.
const LONGEST_PAUSE: i64 = HOUR;

/// A job that this worker holds until its lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    pub id: Id,
    /// What is to be done: a word that the adding feature owns.
    pub kind: String,
    /// With what; read by that feature alone.
    pub payload: Vec<u8>,
    /// How often it was begun, this time included.
    pub attempts: u32,
}

const ADD: &str = "INSERT INTO job (id, kind, payload, run_at, attempts, state)
    VALUES (?1, ?2, ?3, ?4, 0, 'ready') ON CONFLICT (id) DO NOTHING";

/// Adds a job, not to be begun before `run_at`. Adding the same id twice is harmless.
pub fn add(tx: &mut Tx<'_>, id: Id, kind: &str, payload: &[u8], run_at: Instant) -> Result<()> {
    tx.run(ADD, &[id.into(), kind.into(), payload.into(), run_at.into()]).map(|_| ())
}

const ADD_IN_TURN: &str = "INSERT INTO job (id, kind, payload, run_at, attempts, state, owner, turn)
    VALUES (?1, ?2, ?3, ?4, 0, 'ready', ?5, ?6) ON CONFLICT (id) DO NOTHING";
const LAST_OF_OWNER: &str =
    "SELECT turn FROM job WHERE kind = ?1 AND owner = ?2 AND state = 'ready' ORDER BY turn DESC LIMIT 1";
const FIRST_OF_ALL: &str = "SELECT turn FROM job
    WHERE kind = ?1 AND state = 'ready' AND run_at <= ?2 ORDER BY turn LIMIT 1";

/// Adds somebody's job, to be begun in turn with those of others: their next one comes after one of each other
/// owner, however many are waiting (start-time fair queuing: Goyal, Vin and Cheng, 1996).
pub fn add_in_turn(
    tx: &mut Tx<'_>,
    id: Id,
    (kind, owner): (&str, Id),
    payload: &[u8],
    run_at: Instant,
) -> Result<()> {
    let last: Option<u64> = tx.one(LAST_OF_OWNER, &[kind.into(), owner.into()], |row| row.get(0))?;
    let first: Option<u64> = tx.one(FIRST_OF_ALL, &[kind.into(), run_at.into()], |row| row.get(0))?;
    let turn = last.map_or(0, |last| last + 1).max(first.unwrap_or_default());
    let values = [id.into(), kind.into(), payload.into(), run_at.into(), owner.into(), turn.into()];
    tx.run(ADD_IN_TURN, &values).map(|_| ())
}

const PARK_EXHAUSTED: &str = "UPDATE job SET state = 'parked', lease_until = NULL,
    last_error = 'never came back from its last attempt'
    WHERE state = 'ready' AND kind = ?1 AND attempts >= ?2 AND run_at <= ?3 AND lease_until <= ?3";

const LEASE: &str = "UPDATE job SET lease_until = ?3, attempts = attempts + 1
    WHERE id = (SELECT id FROM job WHERE state = 'ready' AND kind = ?1 AND run_at <= ?2
        AND (lease_until IS NULL OR lease_until <= ?2) ORDER BY turn, run_at, id LIMIT 1)
    RETURNING id, kind, payload, attempts";

/// The same, passing over jobs that another worker is just taking.
const LEASE_SHARED: &str = "UPDATE job SET lease_until = ?3, attempts = attempts + 1
    WHERE id = (SELECT id FROM job WHERE state = 'ready' AND kind = ?1 AND run_at <= ?2
        AND (lease_until IS NULL OR lease_until <= ?2) ORDER BY turn, run_at, id LIMIT 1
        FOR UPDATE SKIP LOCKED)
    RETURNING id, kind, payload, attempts";

/// Takes the job whose turn it is, or that has been due longest, of the first kind that has any, for `lease`
/// milliseconds. After that another worker may take it.
pub fn lease(tx: &mut Tx<'_>, kinds: &[&str], now: Instant, lease: i64) -> Result<Option<Job>> {
    for kind in kinds {
        tx.run(PARK_EXHAUSTED, &[(*kind).into(), MOST_ATTEMPTS.into(), now.into()])?;
        let sql = if tx.is_shared() { LEASE_SHARED } else { LEASE };
        let found = tx.one(sql, &[(*kind).into(), now.into(), now.plus(lease).into()], read_job)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

fn read_job(row: &Row<'_>) -> Result<Job> {
    Ok(Job { id: row.get(0)?, kind: row.get(1)?, payload: row.get(2)?, attempts: row.get(3)? })
}

/// The payload goes: a job that is done needs it no more. `run_at` becomes the moment of its end.
const DONE: &str =
    "UPDATE job SET state = 'done', lease_until = NULL, last_error = NULL, payload = ?3, run_at = ?4
    WHERE id = ?1 AND attempts = ?2 AND state = 'ready'";

/// Marks a job as done; best in the transaction that keeps its outcome.
/// [`Error::Conflict`] if the lease had ended and somebody else has begun it since.
pub fn done(tx: &mut Tx<'_>, job: &Job, now: Instant) -> Result<()> {
    let changed = tx.run(DONE, &[job.id.into(), job.attempts.into(), [0; 0].into(), now.into()])?;
    held(changed)
}

const FAIL: &str = "UPDATE job SET state = ?3, lease_until = NULL, last_error = ?4, run_at = ?5
    WHERE id = ?1 AND attempts = ?2 AND state = 'ready'";

/// Puts a job back until its next attempt, or parks it after the last. `cause` is for the operator
/// and holds no personal data. [`Error::Conflict`] if somebody else has begun it since.
pub fn fail(tx: &mut Tx<'_>, job: &Job, cause: &str, now: Instant) -> Result<()> {
    let (state, run_at) = match pause(job.attempts) {
        Some(pause) => ("ready", now.plus(pause)),
        None => ("parked", now),
    };
    let (id, attempts) = (job.id.into(), job.attempts.into());
    held(tx.run(FAIL, &[id, attempts, state.into(), cause.into(), run_at.into()])?)
}

fn held(changed: u64) -> Result<()> {
    if changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// Milliseconds until the next attempt after so many; `None` if there shall be none.
fn pause(attempts: u32) -> Option<i64> {
    let doublings = attempts.saturating_sub(1);
    (attempts < MOST_ATTEMPTS).then(|| FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE))
}

const COUNT_PARKED: &str = "SELECT COUNT(*) FROM job WHERE state = 'parked'";

/// How many jobs wait for the operator.
pub fn count_parked(tx: &mut Tx<'_>) -> Result<u64> {
    Ok(tx.one(COUNT_PARKED, &[], |row| row.get(0))?.unwrap_or_default())
}

const SWEEP: &str = "DELETE FROM job WHERE state = 'done' AND run_at < ?1";

/// Removes jobs that were done before a moment; returns how many.
pub fn sweep(tx: &mut Tx<'_>, before: Instant) -> Result<u64> {
    tx.run(SWEEP, &[before.into()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_end_in_parking() {
        let pauses: Vec<_> = (1..=MOST_ATTEMPTS).map(pause).collect();
        let seconds = [5, 10, 20, 40, 80, 160, 320].map(|count| Some(count * SECOND));
        assert_eq!(pauses[..7], seconds);
        assert_eq!(pauses[7], None);
    }
}
