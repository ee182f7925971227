//! Runs with their files, the printers of offices, and what stands on paper, as rows; in [`filled`] what the
//! record knows, for the designs that print it.

pub mod filled;

use crate::clock::Instant;
use crate::crypto::House;
use crate::error::{Doing, Result};
use crate::id::{Actor, Id, NotebookNumber};
use crate::print::digest::OnPaper;
use crate::print::machine::{Machine, Place};
use crate::print::press::Calibration;
use crate::print::run::{Run, RunOrder, RunState};
use crate::store::blobs::BlobKey;
use crate::store::tx::{Row, Tx};

const ADD_RUN: &str =
    "INSERT INTO print_run (id, office, batch, wanted, state, done, total, made_by, made_at)
    VALUES (?1, ?2, ?3, ?4, 'waiting', 0, ?5, ?6, ?7)";

/// Adds a run that waits for its first part.
pub fn add_run(tx: &mut Tx<'_>, run: &Run) -> Result<()> {
    let wanted = serde_json::to_string(&run.order).doing("writing what a run prints")?;
    let values = [
        run.id.into(),
        run.office.into(),
        run.batch.into(),
        wanted.into(),
        run.total.into(),
        run.made_by.into(),
        run.made_at.into(),
    ];
    tx.run(ADD_RUN, &values).map(|_| ())
}

const FIND_RUN: &str = "SELECT id, office, batch, wanted, state, done, total, made_by, made_at
    FROM print_run WHERE id = ?1";

/// A run by its id.
pub fn find_run(tx: &mut Tx<'_>, run: Id) -> Result<Option<Run>> {
    tx.one(FIND_RUN, &[run.into()], read_run)
}

const LIST_RUNS: &str = "SELECT id, office, batch, wanted, state, done, total, made_by, made_at
    FROM print_run WHERE batch = ?1 ORDER BY made_at DESC LIMIT 20";

/// The runs of a batch, newest first.
pub fn list_runs(tx: &mut Tx<'_>, batch: Id) -> Result<Vec<Run>> {
    tx.all(LIST_RUNS, &[batch.into()], read_run)
}

fn read_run(row: &Row<'_>) -> Result<Run> {
    let order: RunOrder = serde_json::from_str(&row.get::<String>(3)?).doing("reading what a run prints")?;
    Ok(Run {
        id: row.get(0)?,
        office: row.get(1)?,
        batch: row.get(2)?,
        order,
        state: RunState::from_word(&row.get::<String>(4)?)?,
        done: row.get(5)?,
        total: row.get(6)?,
        made_by: row.get(7)?,
        made_at: row.get(8)?,
    })
}

const STEP: &str = "UPDATE print_run SET state = ?2, done = ?3, ended_at = ?4
    WHERE id = ?1 AND done = ?5 AND state IN ('waiting', 'printing')";

/// Goes on after a part: `done` were printed before, `next` are now. False when the run has ended or somebody
/// else has printed this part.
pub fn step(tx: &mut Tx<'_>, run: &Run, next: u32, now: Instant) -> Result<bool> {
    let is_last = next >= run.total;
    let state = if is_last { RunState::Done } else { RunState::Printing };
    let ended = is_last.then_some(now);
    let values = [run.id.into(), state.word().into(), next.into(), ended.into(), run.done.into()];
    Ok(tx.run(STEP, &values)? == 1)
}

const END: &str = "UPDATE print_run SET state = ?2, ended_at = ?3
    WHERE id = ?1 AND state IN ('waiting', 'printing')";

/// Ends a run before it is done; false when it has ended.
pub fn end(tx: &mut Tx<'_>, run: Id, state: RunState, now: Instant) -> Result<bool> {
    Ok(tx.run(END, &[run.into(), state.word().into(), now.into()])? == 1)
}

/// One file of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub part: u32,
    pub blob: BlobKey,
    /// Bytes of the file.
    pub size: u64,
    /// The key of the file, wrapped by the house.
    pub wrapped: Vec<u8>,
}

const ADD_PART: &str = "INSERT INTO print_part (run, part, blob, size, wrapped) VALUES (?1, ?2, ?3, ?4, ?5)";

/// Adds a file of a run.
pub fn add_part(tx: &mut Tx<'_>, run: Id, part: &Part) -> Result<()> {
    let values =
        [run.into(), part.part.into(), part.blob.into(), part.size.into(), part.wrapped.as_slice().into()];
    tx.run(ADD_PART, &values).map(|_| ())
}

const LIST_PARTS: &str = "SELECT part, blob, size, wrapped FROM print_part WHERE run = ?1 ORDER BY part";

/// The files of a run in their order.
pub fn list_parts(tx: &mut Tx<'_>, run: Id) -> Result<Vec<Part>> {
    tx.all(LIST_PARTS, &[run.into()], |row| {
        Ok(Part { part: row.get(0)?, blob: row.get(1)?, size: row.get(2)?, wrapped: row.get(3)? })
    })
}

/// The printers' table inside seals.
const PRINTER: &str = "printer";

const ADD_PRINTER: &str = "INSERT INTO printer (id, office, state, shift_x, shift_y, scale, made_at, sealed)
    VALUES (?1, ?2, 'active', 0.0, 0.0, 1.0, ?3, ?4)";

/// Adds a printer that is not measured yet.
pub fn add_printer(
    tx: &mut Tx<'_>,
    house: &House,
    office: Id,
    id: Id,
    place: &Place,
    now: Instant,
) -> Result<()> {
    let sealed = house.seal(PRINTER, id, place)?;
    tx.run(ADD_PRINTER, &[id.into(), office.into(), now.into(), sealed.into()]).map(|_| ())
}

const LIST_PRINTERS: &str = "SELECT id, office, shift_x, shift_y, scale, sealed FROM printer
    WHERE office = ?1 AND state = 'active' ORDER BY made_at, id";

/// The printers of an office, oldest first.
pub fn list_printers(tx: &mut Tx<'_>, house: &House, office: Id) -> Result<Vec<Machine>> {
    tx.all(LIST_PRINTERS, &[office.into()], |row| read_printer(house, row))
}

fn read_printer(house: &House, row: &Row<'_>) -> Result<Machine> {
    let id: Id = row.get(0)?;
    Ok(Machine {
        id,
        office: row.get(1)?,
        calibration: Calibration { x: row.get(2)?, y: row.get(3)?, scale: row.get(4)? },
        place: house.open_value(PRINTER, id, &row.get::<Vec<u8>>(5)?)?,
    })
}

const SET_CALIBRATION: &str = "UPDATE printer SET shift_x = ?2, shift_y = ?3, scale = ?4 WHERE id = ?1";

/// Keeps what was measured.
pub fn set_calibration(tx: &mut Tx<'_>, id: Id, calibration: Calibration) -> Result<()> {
    let Calibration { x, y, scale } = calibration;
    tx.run(SET_CALIBRATION, &[id.into(), x.into(), y.into(), scale.into()]).map(|_| ())
}

const REMOVE_PRINTER: &str = "UPDATE printer SET state = 'removed' WHERE id = ?1";

/// Prints no longer on a printer.
pub fn remove_printer(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    tx.run(REMOVE_PRINTER, &[id.into()]).map(|_| ())
}

const ADD_ON_PAPER: &str = "INSERT INTO on_paper (notebook, entry, version, at, by_kind, by_id)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (notebook, entry, version) DO NOTHING";

/// Notes that a version of an entry stands on paper; noting it twice is harmless.
pub fn add_on_paper(
    tx: &mut Tx<'_>,
    notebook: NotebookNumber,
    (entry, version): OnPaper,
    actor: Actor,
    now: Instant,
) -> Result<()> {
    let values = [
        notebook.into(),
        entry.into(),
        version.into(),
        now.into(),
        actor.kind.word().into(),
        actor.id.into(),
    ];
    tx.run(ADD_ON_PAPER, &values).map(|_| ())
}

const LIST_ON_PAPER: &str =
    "SELECT entry, version, at FROM on_paper WHERE notebook = ?1 ORDER BY at DESC, entry LIMIT 1000";

/// What stands on paper and since when, newest first.
pub fn list_on_paper(tx: &mut Tx<'_>, notebook: NotebookNumber) -> Result<Vec<(OnPaper, Instant)>> {
    tx.all(LIST_ON_PAPER, &[notebook.into()], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))
}
