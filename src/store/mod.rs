//! The store: closures in, answers out. `read` and `write` carry a closure to the store's own
//! threads, run it in a transaction and give back what it found; a write is answered only when it
//! is durable. Knows no feature and no web.
//!
//! # Layout
//! - [`tx`]: the one door to SQL; [`value`]: what goes through it
//! - `queue`: the way to the threads; `sqlite` with `batch`, `postgres` with `session`: the threads;
//!   `dialect`: one SQL for both
//! - [`schema`]: numbered migrations
//! - [`keys`], [`jobs`]: rows the store itself needs
//! - [`blobs`]: pictures, outside the database; [`kept`]: which of them have an owner

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::clock::Instant;
use crate::error::Result;
use crate::id::NotebookNumber;

mod batch;
pub mod blobs;
#[cfg(feature = "cluster")]
mod dialect;
pub mod jobs;
pub mod kept;
pub mod keys;
#[cfg(feature = "cluster")]
mod postgres;
mod queue;
pub mod schema;
#[cfg(feature = "cluster")]
mod session;
mod sqlite;
pub mod tx;
pub mod value;

use queue::{Parcel, Queue, Task, Threads};
use schema::Schema;
use tx::Tx;

/// Where a database is.
#[derive(Clone)]
pub enum Place {
    /// One file, made with mode 0600 if missing; its folder must exist.
    Sqlite(PathBuf),
    /// A database of a PostgreSQL server, version 15 or later: `postgres://user:password@host/name`.
    #[cfg(feature = "cluster")]
    Postgres(String),
}

impl fmt::Debug for Place {
    /// Leaves out the address of a server, which may hold a password.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(formatter, "Sqlite({})", path.display()),
            #[cfg(feature = "cluster")]
            Self::Postgres(_) => formatter.write_str("Postgres(…)"),
        }
    }
}

/// What a write may change; writes of the same notebook never run at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Rows that are not led by a notebook. Locks nothing: such writes must bear each other.
    House,
    /// Rows of one notebook.
    Notebook(NotebookNumber),
    /// Rows of two notebooks, as when a photo moves.
    Notebooks(NotebookNumber, NotebookNumber),
}

impl Scope {
    /// The notebooks to lock, in ascending order and each once, so that two writes never wait for
    /// each other.
    #[cfg(feature = "cluster")]
    fn notebooks(self) -> Vec<NotebookNumber> {
        let mut numbers = match self {
            Self::House => vec![],
            Self::Notebook(number) => vec![number],
            Self::Notebooks(one, other) => vec![one, other],
        };
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}

/// An open database. Clones share it; dropping the last one finishes what is queued and closes it.
#[derive(Clone)]
pub struct Store(Arc<Engine>);

/// Queues first: they must be gone before the threads are waited for.
struct Engine {
    writes: Queue,
    reads: Queue,
    _threads: Threads,
}

impl Store {
    /// Opens a database and applies the migrations it lacks; `now` is noted beside them. Blocks.
    /// Refuses a database that a later program has migrated, or whose migrations differ from ours.
    pub fn open(place: &Place, schema: &'static Schema, now: Instant) -> Result<Self> {
        let (writes, reads, threads) = match place {
            Place::Sqlite(path) => sqlite::open(path, schema, now)?,
            #[cfg(feature = "cluster")]
            Place::Postgres(url) => postgres::open(url, schema, now)?,
        };
        Ok(Self(Arc::new(Engine { writes, reads, _threads: threads })))
    }

    /// Runs a closure on one unchanging picture of the database. It may run again: it must have
    /// no side effects.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.0.reads.ask(Task::Work(Scope::House, parcelled(work))).await
    }

    /// Runs a closure in a transaction of its own: all of it is durable when this returns `Ok`,
    /// and none of it is kept on an error. It may run again: no side effects, ids and time taken
    /// outside. Once begun it may be kept even if the caller stops waiting.
    pub async fn write<T: Send + 'static>(
        &self,
        scope: Scope,
        work: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.0.writes.ask(Task::Work(scope, parcelled(work))).await
    }

    /// Leaves no byte of removed rows in the database's files. Takes seconds on a large database:
    /// meant for the small one of the keys.
    pub async fn scrub(&self) -> Result<()> {
        self.0.writes.ask(Task::Scrub).await
    }
}

/// The same closure, with its finding wrapped so that one queue carries every type.
fn parcelled<T: Send + 'static>(work: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static) -> queue::Work {
    Box::new(move |tx| work(tx).map(|found| Box::new(found) as Parcel))
}
