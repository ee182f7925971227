//! SQLite: one writer thread with group commit and a few reader threads, each with its own
//! connection to one file in WAL mode.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi, params_from_iter};
use tokio::sync::mpsc::Receiver;

use super::batch::Batch;
use super::queue::{self, Errand, Parcel, Queue, SharedExit, Task, Threads, Work};
use super::schema::{self, Schema};
use super::tx::{Failure, Row, Tx};
use super::value::{Cell, Value};
use crate::clock::Instant;
use crate::error::{Doing, Error, Result};

/// Reader threads of one store.
const READERS: usize = 4;
/// Prepared statements kept by each connection; the program has a few hundred texts.
const KEPT_STATEMENTS: usize = 512;
/// How long to wait for a lock held by another process, such as the command line.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the file, brings its tables up to date and starts the threads.
pub(super) fn open(path: &Path, schema: &Schema, now: Instant) -> Result<(Queue, Queue, Threads)> {
    let place = Place { path: path.to_owned(), secure_delete: schema.secure_delete };
    let writer = place.writer()?;
    migrate(&writer, schema, now)?;
    // Declared first, dropped last: it waits for threads that wait for their queues to be gone.
    let mut threads = Threads::default();
    let (reads, exit) = Queue::new();
    let exit = SharedExit::new(exit);
    for _ in 0..READERS {
        let (place, reader, exit) = (place.clone(), place.reader()?, exit.clone());
        threads.start("store-reader", move || serve_reads(&place, reader, &exit))?;
    }
    let (writes, exit) = Queue::new();
    threads.start("store-writer", move || serve_writes(&place, writer, exit))?;
    Ok((writes, reads, threads))
}

fn migrate(writer: &Connection, schema: &Schema, now: Instant) -> Result<()> {
    control(writer, "BEGIN IMMEDIATE")?;
    let outcome = schema::apply(&mut Tx::sqlite(writer), schema, now);
    control(writer, if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    outcome
}

/// The file, and how to connect to it.
#[derive(Clone)]
struct Place {
    path: PathBuf,
    secure_delete: bool,
}

impl Place {
    /// A connection that may write. Makes the file if it is missing, readable by its owner alone;
    /// SQLite gives the files beside it the same mode.
    fn writer(&self) -> Result<Connection> {
        let mut options = OpenOptions::new();
        options.append(true).create(true).mode(0o600);
        options.open(&self.path).doing("opening the database file")?;
        let connection = self.connect("foreign_keys = ON")?;
        let mode = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0));
        if mode.doing("switching to a write-ahead log")? != "wal" {
            return Err(Error::broken("switching to a write-ahead log: the file's place does not allow it"));
        }
        if self.secure_delete {
            pragma(&connection, "secure_delete = ON")?;
        }
        Ok(connection)
    }

    fn reader(&self) -> Result<Connection> {
        self.connect("query_only = ON")
    }

    fn connect(&self, purpose: &str) -> Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags).doing("opening the database")?;
        connection.busy_timeout(PATIENCE).doing("opening the database")?;
        connection.set_prepared_statement_cache_capacity(KEPT_STATEMENTS);
        // A statement is planned once, whatever is looked for.
        let stable_plans = DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG;
        connection.set_db_config(stable_plans, true).doing("opening the database")?;
        // FULL: a commit returns when the log is flushed. Temporary pages never touch the disk.
        for setting in ["synchronous = FULL", "temp_store = MEMORY", "trusted_schema = OFF", purpose] {
            pragma(&connection, setting)?;
        }
        Ok(connection)
    }
}

fn pragma(connection: &Connection, setting: &str) -> Result<()> {
    connection.execute_batch(&format!("PRAGMA {setting}")).doing("setting up a connection")
}

/// Carries out a statement that steers the transaction.
pub(super) fn control(connection: &Connection, sql: &'static str) -> Result<()> {
    let mut statement = connection.prepare_cached(sql).doing(sql)?;
    statement.raw_execute().map(|_| ()).doing(sql)
}

fn serve_reads(place: &Place, mut connection: Connection, errands: &SharedExit) {
    while let Some((task, reply)) = errands.next() {
        if let Task::Work(_, work) = task
            && !reply.is_abandoned()
        {
            reply.send(read(&connection, &work));
            renew_if_stuck(&mut connection, || place.reader());
        }
    }
}

/// One read on one snapshot, which SQLite takes at the first statement.
fn read(connection: &Connection, work: &Work) -> Result<Parcel> {
    control(connection, "BEGIN")?;
    let outcome = queue::perform(work, &mut Tx::sqlite(connection));
    if !connection.is_autocommit() {
        control(connection, "ROLLBACK")?;
    }
    outcome
}

fn serve_writes(place: &Place, mut connection: Connection, mut errands: Receiver<Errand>) {
    let mut held = None;
    while let Some((task, reply)) = held.take().or_else(|| errands.blocking_recv()) {
        match task {
            Task::Work(_, work) => held = Batch::commit(&connection, (work, reply), &mut errands),
            Task::Scrub => reply.send(scrub(&connection).map(|()| Box::new(()) as Parcel)),
        }
        renew_if_stuck(&mut connection, || place.writer());
    }
}

/// A transaction that could be neither kept nor undone must not receive the next one's statements.
fn renew_if_stuck(connection: &mut Connection, connect: impl FnOnce() -> Result<Connection>) {
    if connection.is_autocommit() {
        return;
    }
    match connect() {
        Ok(fresh) => *connection = fresh,
        Err(error) => tracing::error!(%error, "a connection of the store is stuck"),
    }
}

/// Rewrites the file without what was removed, and empties the log.
fn scrub(connection: &Connection) -> Result<()> {
    control(connection, "VACUUM")?;
    let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
    let busy = connection.query_row(checkpoint, [], |row| row.get::<_, bool>(0)).doing(checkpoint)?;
    if busy { Err(Error::broken("emptying the log: a reader holds it")) } else { Ok(()) }
}

/// Hands every row of a statement to `read`.
pub(super) fn each(
    connection: &Connection,
    sql: &'static str,
    params: &[Value],
    read: &mut dyn FnMut(&Row<'_>) -> Result<()>,
) -> Result<(), Failure> {
    let failed = |cause| failure(sql, cause);
    let mut statement = connection.prepare_cached(sql).map_err(failed)?;
    let mut rows = statement.query(params_from_iter(params)).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        read(&Row::sqlite(row))?;
    }
    Ok(())
}

/// Carries out a statement that gives no rows; returns how many it changed.
pub(super) fn run(connection: &Connection, sql: &'static str, params: &[Value]) -> Result<u64, Failure> {
    let failed = |cause| failure(sql, cause);
    let mut statement = connection.prepare_cached(sql).map_err(failed)?;
    let changed = statement.execute(params_from_iter(params)).map_err(failed)?;
    Ok(changed as u64)
}

/// Carries out the statements of a migration.
pub(super) fn define(connection: &Connection, sql: &str) -> Result<(), Failure> {
    connection.execute_batch(sql).map_err(|cause| failure("migrating", cause))
}

fn failure(sql: &'static str, cause: rusqlite::Error) -> Failure {
    let unique = [ffi::SQLITE_CONSTRAINT_UNIQUE, ffi::SQLITE_CONSTRAINT_PRIMARYKEY];
    let error = match &cause {
        rusqlite::Error::SqliteFailure(error, _)
            if error.code == ErrorCode::ConstraintViolation && unique.contains(&error.extended_code) =>
        {
            Error::Conflict
        }
        _ => Error::fault(sql, cause),
    };
    error.into()
}

/// Lends one column of a row.
pub(super) fn cell<'a>(row: &'a rusqlite::Row<'a>, index: usize) -> Result<Cell<'a>> {
    Ok(match row.get_ref(index).doing("reading a row")? {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Real(number) => Cell::Real(number),
        ValueRef::Text(text) => Cell::Text(str::from_utf8(text).doing("reading a row")?),
        ValueRef::Blob(bytes) => Cell::Bytes(bytes),
    })
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null | Self::NullOf(_) => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Real(number) => ValueRef::Real(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}
