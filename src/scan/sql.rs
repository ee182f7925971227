//! Verifying a token against the ledger, with the same work for an unknown number and a forged MAC.

use super::Meaning;
use crate::clock::{DAY, HOUR, Instant};
use crate::crypto::House;
use crate::error::Result;
use crate::id::{Actor, Id, NotebookNumber};
use crate::sheet;
use crate::sheet::code::{CarrierKind, Token};
use crate::store::tx::Tx;

/// What a token means, and the number that it speaks for; unknown and forged are one and the same. A sheet out
/// of a pad speaks for the notebook that it was bound to.
pub fn verify(tx: &mut Tx<'_>, house: &House, token: &Token) -> Result<(Meaning, NotebookNumber)> {
    let meaning = Meaning::of(sheet::sql::verify(tx, house, token)?);
    let number = token.carrier.number;
    match token.carrier.kind {
        CarrierKind::Emergency if meaning == Meaning::Live => Ok((Meaning::Emergency, number)),
        CarrierKind::Unbound if meaning == Meaning::Live => {
            let bound = sheet::sql::find_binding(tx, number)?;
            Ok(bound.map_or((Meaning::Unbound, number), |bound| (Meaning::Live, bound.notebook)))
        }
        _ => Ok((meaning, number)),
    }
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
        Meaning::Live | Meaning::Emergency => "live",
        // Nobody's sheet leads to no notebook: it is not counted.
        Meaning::Unbound => return Ok(()),
    };
    tx.run(COUNT, &[number, (now.0 / HOUR).into(), outcome.into()]).map(|_| ())
}

/// Visits are kept so long, in milliseconds: as long as photos taken in them may wait to be sent.
const VISITS: i64 = 30 * DAY;
/// What finders said is kept so long, in milliseconds.
const NOTICES: i64 = 90 * DAY;
/// Strangers' scans are counted for so long, in milliseconds.
const SCANS: i64 = 400 * DAY;

const REMOVE_VISITS: &str = "DELETE FROM visit WHERE begun_at < ?1";
const REMOVE_NOTICES: &str = "DELETE FROM notice WHERE at < ?1";
const REMOVE_EMERGENCY: &str = "DELETE FROM emergency_view WHERE at < ?1";
const REMOVE_SCANS: &str = "DELETE FROM stranger_scan WHERE hour < ?1";

/// Removes visits, notices and counts whose time is over.
pub fn remove_old(tx: &mut Tx<'_>, now: Instant) -> Result<()> {
    tx.run(REMOVE_VISITS, &[now.plus(-VISITS).into()])?;
    tx.run(REMOVE_NOTICES, &[now.plus(-NOTICES).into()])?;
    tx.run(REMOVE_EMERGENCY, &[now.plus(-SCANS).into()])?;
    tx.run(REMOVE_SCANS, &[(now.plus(-SCANS).0 / HOUR).into()]).map(|_| ())
}

/// What a finder or helper said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub notebook: NotebookNumber,
    /// `found` or `lost`.
    pub kind: String,
    /// One of the choices of its form.
    pub choice: String,
    /// What was found; nothing for a person who has lost their way.
    pub thing: Option<String>,
    pub at: Instant,
}

/// A notebook keeps so many notices of a kind an hour: enough for every finder, too few to fill a disk.
const NOTICES_AN_HOUR: u32 = 6;

const COUNT_NOTICES: &str = "SELECT COUNT(*) FROM notice WHERE notebook = ?1 AND kind = ?2 AND at > ?3";
const RENEW_NOTICE: &str = "UPDATE notice SET choice = ?3, thing = ?4, at = ?5 WHERE notebook = ?1
    AND id = (SELECT id FROM notice WHERE notebook = ?1 AND kind = ?2 ORDER BY at DESC, id DESC LIMIT 1)";
const ADD_NOTICE: &str =
    "INSERT INTO notice (notebook, id, kind, choice, thing, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

/// Keeps what a finder said. From the seventh of a kind within an hour on, it takes the place of the newest:
/// nothing that is said is dropped, and what was said last can be read.
pub fn add_notice(tx: &mut Tx<'_>, id: Id, notice: &Notice) -> Result<()> {
    let hour = notice.at.plus(-HOUR);
    let counted = [notice.notebook.into(), notice.kind.as_str().into(), hour.into()];
    let count: u32 = tx.one(COUNT_NOTICES, &counted, |row| row.get(0))?.unwrap_or_default();
    if count >= NOTICES_AN_HOUR {
        let values = [
            notice.notebook.into(),
            notice.kind.as_str().into(),
            notice.choice.as_str().into(),
            notice.thing.clone().into(),
            notice.at.into(),
        ];
        return tx.run(RENEW_NOTICE, &values).map(|_| ());
    }
    let values = [
        notice.notebook.into(),
        id.into(),
        notice.kind.as_str().into(),
        notice.choice.as_str().into(),
        notice.thing.clone().into(),
        notice.at.into(),
    ];
    tx.run(ADD_NOTICE, &values).map(|_| ())
}

const LIST_NOTICES: &str = "SELECT kind, choice, thing, at FROM notice WHERE notebook = ?1 AND at > ?2 
    ORDER BY CASE WHEN kind = 'lost' THEN 0 ELSE 1 END, at DESC LIMIT 6";

/// What was said about a notebook since a moment: a person who is lost first, then who read behind the emergency
/// sheet, then what was found; each newest first.
pub fn list_notices(tx: &mut Tx<'_>, notebook: NotebookNumber, since: Instant) -> Result<Vec<Notice>> {
    let said = tx.all(LIST_NOTICES, &[notebook.into(), since.into()], |row| {
        Ok(Notice { notebook, kind: row.get(0)?, choice: row.get(1)?, thing: row.get(2)?, at: row.get(3)? })
    })?;
    let read = tx.all(LIST_EMERGENCY, &[notebook.into(), since.into()], |row| {
        Ok(Notice { notebook, kind: "emergency".into(), choice: row.get(0)?, thing: None, at: row.get(1)? })
    })?;
    let (lost, found): (Vec<Notice>, Vec<Notice>) =
        said.into_iter().partition(|notice| notice.kind == "lost");
    Ok(lost.into_iter().chain(read).chain(found).collect())
}

/// Somebody without an account who read behind an emergency sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmergencyView {
    pub notebook: NotebookNumber,
    /// One of the choices of its form.
    pub purpose: String,
    pub at: Instant,
}

const ADD_EMERGENCY: &str = "INSERT INTO emergency_view (notebook, id, purpose, at) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (notebook, id) DO NOTHING";

/// Notes that somebody reads behind an emergency sheet; false when this visit was noted before.
pub fn add_emergency(tx: &mut Tx<'_>, visit: Id, view: &EmergencyView) -> Result<bool> {
    let values = [view.notebook.into(), visit.into(), view.purpose.as_str().into(), view.at.into()];
    Ok(tx.run(ADD_EMERGENCY, &values)? == 1)
}

const COUNT_EMERGENCY: &str =
    "SELECT CAST(COUNT(*) AS BIGINT) FROM emergency_view WHERE notebook = ?1 AND at > ?2";

/// How often it was read since a moment.
pub fn count_emergency(tx: &mut Tx<'_>, notebook: NotebookNumber, since: Instant) -> Result<u32> {
    let values = [notebook.into(), since.into()];
    Ok(tx.one(COUNT_EMERGENCY, &values, |row| row.get(0))?.unwrap_or_default())
}

const LIST_EMERGENCY: &str = "SELECT purpose, at FROM emergency_view WHERE notebook = ?1 AND at > ?2 ORDER BY at DESC, id DESC LIMIT 6";

const DESK_NOTICES: &str = "SELECT n.number, o.kind, o.choice, o.thing, o.at FROM (
        SELECT notebook, kind, choice, thing, at FROM notice WHERE at > ?2
        UNION ALL SELECT notebook, 'emergency', purpose, NULL, at FROM emergency_view WHERE at > ?2) o
    JOIN notebook n ON n.number = o.notebook
    WHERE n.desk = ?1 OR n.fallback_desk = ?1
    ORDER BY CASE WHEN o.kind = 'lost' THEN 0 ELSE 1 END, o.at DESC LIMIT 20";

/// What was said about a desk's notebooks since a moment, newest first.
pub fn desk_notices(tx: &mut Tx<'_>, desk: Id, since: Instant) -> Result<Vec<Notice>> {
    tx.all(DESK_NOTICES, &[desk.into(), since.into()], |row| {
        Ok(Notice {
            notebook: row.get(0)?,
            kind: row.get(1)?,
            choice: row.get(2)?,
            thing: row.get(3)?,
            at: row.get(4)?,
        })
    })
}
