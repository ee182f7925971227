//! Sessions, registered browsers, invitations, API tokens and failed attempts. Secrets stand here only
//! as SHA-256 of 256 random bits, or as keyed hashes when they are short.

use crate::access::attempt::{Attempts, FORGOTTEN};
use crate::access::session::{Session, Stage};
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::id::{ActorKind, Id, NotebookNumber};
use crate::store::tx::{Row, Tx};

const ADD_SESSION: &str =
    "INSERT INTO session (id, holder_kind, holder, device, stage, made_at, seen_at, ends_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7)";

/// Begins a session.
pub fn add_session(tx: &mut Tx<'_>, session: &Session, device: Option<Id>) -> Result<()> {
    let values = [
        session.id.into(),
        session.kind.word().into(),
        session.holder.into(),
        device.into(),
        stage_word(session.stage).into(),
        session.seen_at.into(),
        session.ends_at.into(),
    ];
    tx.run(ADD_SESSION, &values).map(|_| ())
}

fn stage_word(stage: Stage) -> &'static str {
    match stage {
        Stage::Password => "password",
        Stage::Full => "full",
    }
}

const FIND_SESSION: &str = "SELECT holder_kind, holder, stage, seen_at, ends_at FROM session WHERE id = ?1
    AND NOT EXISTS (SELECT 1 FROM device d WHERE d.id = session.device AND d.revoked_at IS NOT NULL)";

/// A session by the hash of its secret; none on a phone whose registration was revoked.
pub fn find_session(tx: &mut Tx<'_>, id: [u8; 32]) -> Result<Option<Session>> {
    tx.one(FIND_SESSION, &[id.into()], |row| {
        let stage = match row.get::<String>(2)?.as_str() {
            "full" => Stage::Full,
            _ => Stage::Password,
        };
        let kind = ActorKind::from_word(&row.get::<String>(0)?)?;
        Ok(Session { id, kind, holder: row.get(1)?, stage, seen_at: row.get(3)?, ends_at: row.get(4)? })
    })
}

const NOTE_SESSION: &str = "UPDATE session SET seen_at = ?2 WHERE id = ?1";

/// Notes that a session was used.
pub fn note_session(tx: &mut Tx<'_>, id: [u8; 32], now: Instant) -> Result<()> {
    tx.run(NOTE_SESSION, &[id.into(), now.into()]).map(|_| ())
}

const REMOVE_SESSION: &str = "DELETE FROM session WHERE id = ?1";

/// Ends a session.
pub fn remove_session(tx: &mut Tx<'_>, id: [u8; 32]) -> Result<()> {
    tx.run(REMOVE_SESSION, &[id.into()]).map(|_| ())
}

const REMOVE_ENDED: &str = "DELETE FROM session WHERE ends_at < ?1";

/// Removes the sessions that have ended; returns how many.
pub fn remove_ended(tx: &mut Tx<'_>, now: Instant) -> Result<u64> {
    tx.run(REMOVE_ENDED, &[now.into()])
}

/// A registered browser of a relative.
#[derive(Debug, Clone)]
pub struct Device {
    pub id: Id,
    pub relative: Id,
    /// PHC string of the peppered PIN.
    pub pin: String,
    /// When the PIN was last asked.
    pub asked_at: Instant,
}

const ADD_DEVICE: &str = "INSERT INTO device (id, holder_kind, holder, secret_hash, pin, made_at, asked_at)
    VALUES (?1, 'relative', ?2, ?3, ?4, ?5, ?5)";

/// Registers a browser of a relative.
pub fn add_device(tx: &mut Tx<'_>, device: &Device, secret_hash: [u8; 32]) -> Result<()> {
    let pin = device.pin.as_str().into();
    let values = [device.id.into(), device.relative.into(), secret_hash.into(), pin, device.asked_at.into()];
    tx.run(ADD_DEVICE, &values).map(|_| ())
}

const FIND_DEVICE: &str = "SELECT id, holder, pin, asked_at FROM device
    WHERE secret_hash = ?1 AND holder_kind = 'relative' AND revoked_at IS NULL";

/// A registered browser by the hash of its secret.
pub fn find_device(tx: &mut Tx<'_>, secret_hash: [u8; 32]) -> Result<Option<Device>> {
    tx.one(FIND_DEVICE, &[secret_hash.into()], |row| {
        Ok(Device { id: row.get(0)?, relative: row.get(1)?, pin: row.get(2)?, asked_at: row.get(3)? })
    })
}

const NOTE_DEVICE: &str = "UPDATE device SET asked_at = ?2 WHERE id = ?1";

/// Notes that a browser's PIN was given rightly.
pub fn note_device(tx: &mut Tx<'_>, id: Id, now: Instant) -> Result<()> {
    tx.run(NOTE_DEVICE, &[id.into(), now.into()]).map(|_| ())
}

/// A slip that registers a relative's phone.
#[derive(Debug, Clone)]
pub struct Invitation {
    pub id: Id,
    pub notebook: NotebookNumber,
    pub relative: Id,
    /// Keyed hash of the last four digits of the registered telephone.
    pub answer_hash: [u8; 32],
    pub tries: u32,
    pub ends_at: Instant,
}

const ADD_INVITATION: &str = "INSERT INTO invitation
    (id, notebook, relative, kind, secret_hash, answer_hash, tries, made_at, ends_at)
    VALUES (?1, ?2, ?3, 'slip', ?4, ?5, 0, ?6, ?7)";

/// Adds a slip.
pub fn add_invitation(
    tx: &mut Tx<'_>,
    invitation: &Invitation,
    secret_hash: [u8; 32],
    now: Instant,
) -> Result<()> {
    let values = [
        invitation.id.into(),
        invitation.notebook.into(),
        invitation.relative.into(),
        secret_hash.into(),
        invitation.answer_hash.into(),
        now.into(),
        invitation.ends_at.into(),
    ];
    tx.run(ADD_INVITATION, &values).map(|_| ())
}

const FIND_INVITATION: &str = "SELECT id, notebook, relative, answer_hash, tries, ends_at FROM invitation
    WHERE secret_hash = ?1 AND used_at IS NULL AND ends_at > ?2";

/// A slip that may still be used, by the hash of its secret.
pub fn find_invitation(tx: &mut Tx<'_>, secret_hash: [u8; 32], now: Instant) -> Result<Option<Invitation>> {
    tx.one(FIND_INVITATION, &[secret_hash.into(), now.into()], read_invitation)
}

fn read_invitation(row: &Row<'_>) -> Result<Invitation> {
    Ok(Invitation {
        id: row.get(0)?,
        notebook: row.get(1)?,
        relative: row.get(2)?,
        answer_hash: row.get(3)?,
        tries: row.get(4)?,
        ends_at: row.get(5)?,
    })
}

const LIST_INVITATIONS: &str = "SELECT id, notebook, relative, answer_hash, tries, ends_at FROM invitation
    WHERE notebook = ?1 AND used_at IS NULL AND ends_at > ?2 ORDER BY id";

/// The slips of a notebook that may still be used.
pub fn list_invitations(tx: &mut Tx<'_>, notebook: NotebookNumber, now: Instant) -> Result<Vec<Invitation>> {
    tx.all(LIST_INVITATIONS, &[notebook.into(), now.into()], read_invitation)
}

const LIST_OFFICE_INVITATIONS: &str = "SELECT i.id, i.notebook, i.relative, i.answer_hash, i.tries, i.ends_at
    FROM invitation i JOIN notebook n ON n.number = i.notebook
    WHERE n.desk = ?1 AND n.state = 'issued' AND i.used_at IS NULL AND i.ends_at > ?2
    ORDER BY i.ends_at, i.id LIMIT ?3";

/// The slips that an office has given out and nobody has used yet, those that end first.
pub fn list_office_invitations(
    tx: &mut Tx<'_>,
    office: Id,
    now: Instant,
    limit: u32,
) -> Result<Vec<Invitation>> {
    tx.all(LIST_OFFICE_INVITATIONS, &[office.into(), now.into(), limit.into()], read_invitation)
}

const TRY_INVITATION: &str =
    "UPDATE invitation SET tries = tries + 1 WHERE id = ?1 AND tries < ?2 AND used_at IS NULL";

/// Counts a try before it is verified; false when none is left.
pub fn try_invitation(tx: &mut Tx<'_>, id: Id, most: u32) -> Result<bool> {
    Ok(tx.run(TRY_INVITATION, &[id.into(), most.into()])? == 1)
}

const USE_INVITATION: &str = "UPDATE invitation SET used_at = ?2 WHERE id = ?1 AND used_at IS NULL";

/// Uses a slip up; [`Error::Conflict`] when somebody was faster.
pub fn use_invitation(tx: &mut Tx<'_>, id: Id, now: Instant) -> Result<()> {
    if tx.run(USE_INVITATION, &[id.into(), now.into()])? == 1 { Ok(()) } else { Err(Error::Conflict) }
}

const ADD_TOKEN: &str = "INSERT INTO api_token (id, staff, secret_hash, scopes, made_at, ends_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

/// Adds an API token of a member of staff.
pub fn add_token(
    tx: &mut Tx<'_>,
    id: Id,
    staff: Id,
    secret_hash: [u8; 32],
    now: Instant,
    ends_at: Instant,
) -> Result<()> {
    let scopes = "photos timeline".into();
    let values = [id.into(), staff.into(), secret_hash.into(), scopes, now.into(), ends_at.into()];
    tx.run(ADD_TOKEN, &values).map(|_| ())
}

const FIND_TOKEN: &str =
    "SELECT staff FROM api_token WHERE secret_hash = ?1 AND ends_at > ?2 AND revoked_at IS NULL";

/// Whose API token it is.
pub fn find_token(tx: &mut Tx<'_>, secret_hash: [u8; 32], now: Instant) -> Result<Option<Id>> {
    tx.one(FIND_TOKEN, &[secret_hash.into(), now.into()], |row| row.get(0))
}

const FIND_ATTEMPTS: &str = "SELECT failures, last_at FROM attempt WHERE id = ?1";
const COUNT_ATTEMPT: &str = "INSERT INTO attempt (id, failures, last_at) VALUES (?1, 1, ?2)
    ON CONFLICT (id) DO UPDATE SET last_at = ?2,
        failures = CASE WHEN attempt.last_at < ?3 THEN 1 ELSE attempt.failures + 1 END";

/// Counts a try before it is verified, or says how many seconds to wait.
pub fn count_attempt(tx: &mut Tx<'_>, id: [u8; 32], now: Instant) -> Result<Option<u32>> {
    let found = tx.one(FIND_ATTEMPTS, &[id.into()], |row| {
        Ok(Attempts { failures: row.get(0)?, last_at: row.get(1)? })
    })?;
    if let Some(wait) = found.and_then(|attempts| attempts.wait(now)) {
        return Ok(Some(wait));
    }
    tx.run(COUNT_ATTEMPT, &[id.into(), now.into(), now.plus(-FORGOTTEN).into()])?;
    Ok(None)
}

const UNCOUNT: &str = "UPDATE attempt SET failures = failures - 1 WHERE id = ?1 AND failures > 0";

/// Takes one try back that was no failure; those before it still count.
pub fn uncount_attempt(tx: &mut Tx<'_>, id: [u8; 32]) -> Result<()> {
    tx.run(UNCOUNT, &[id.into()]).map(|_| ())
}

const REMOVE_FORGOTTEN: &str = "DELETE FROM attempt WHERE last_at < ?1";

/// Removes what is forgotten; returns how many.
pub fn remove_forgotten(tx: &mut Tx<'_>, now: Instant) -> Result<u64> {
    tx.run(REMOVE_FORGOTTEN, &[now.plus(-FORGOTTEN).into()])
}

const FORGET_ATTEMPTS: &str = "DELETE FROM attempt WHERE id = ?1";

/// Forgets the failures after a success.
pub fn forget_attempts(tx: &mut Tx<'_>, id: [u8; 32]) -> Result<()> {
    tx.run(FORGET_ATTEMPTS, &[id.into()]).map(|_| ())
}
