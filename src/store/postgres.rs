//! PostgreSQL: several writer and reader threads, each with a connection of its own. A write locks
//! the ledger rows of its notebooks, in ascending order; it is run again if it lost against another
//! or if the connection broke before the commit was sent.

use std::thread;
use std::time::Duration;

use postgres::Config;

use super::Scope;
use super::queue::{self, Parcel, Queue, SharedExit, Task, Threads, Work};
use super::schema::{self, Schema};
use super::session::Session;
use super::tx::{Failure, Trouble, Tx};
use crate::clock::Instant;
use crate::error::{Doing, Error, Result};

/// Writer connections of one program.
const WRITERS: usize = 8;
/// Reader connections of one program.
const READERS: usize = 4;
/// How often a transaction is tried before its failure is told.
const MOST_ATTEMPTS: u32 = 7;
/// Pause before the second attempt, doubled before each further one: 1.3 s in all.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
/// How long to wait for the server to accept a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often, and how far apart, a scrub looks whether older transactions have ended: 10 s in all.
const SCRUB_LOOKS: u32 = 200;
const SCRUB_PAUSE: Duration = Duration::from_millis(50);

/// A write sees what was committed before it got its locks.
const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
/// A read sees one picture from its first statement to its last.
const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
const LOCK: &str = "SELECT number FROM notebook WHERE number = ?1 FOR UPDATE";

/// Connects, brings the tables up to date and starts the threads. They connect when first used.
pub(super) fn open(url: &str, schema: &'static Schema, now: Instant) -> Result<(Queue, Queue, Threads)> {
    // The cause is left out: it may quote the address, which may hold a password.
    let parsed = url.parse::<Config>();
    let mut config = parsed.map_err(|_| Error::broken("reading the address of the database server"))?;
    config.application_name("kakehashi").connect_timeout(PATIENCE).tcp_user_timeout(PATIENCE * 6);
    migrate(config.clone(), schema, now)?;
    let mut threads = Threads::default();
    let writes = start(&mut threads, ("store-writer", WRITERS), BEGIN_WRITE, &config)?;
    let reads = start(&mut threads, ("store-reader", READERS), BEGIN_READ, &config)?;
    Ok((writes, reads, threads))
}

fn start(
    threads: &mut Threads,
    (name, count): (&str, usize),
    begin: &'static str,
    config: &Config,
) -> Result<Queue> {
    let (queue, exit) = Queue::new();
    let exit = SharedExit::new(exit);
    for _ in 0..count {
        let mut worker = Worker { config: config.clone(), begin, session: None };
        let exit = exit.clone();
        threads.start(name, move || worker.serve(&exit))?;
    }
    Ok(queue)
}

/// Migrates on a thread of its own: the client refuses to block one that serves other tasks.
fn migrate(config: Config, schema: &'static Schema, now: Instant) -> Result<()> {
    let work: Work = Box::new(move |tx| Ok(Box::new(schema::apply(tx, schema, now)?)));
    let task = Task::Work(Scope::House, work);
    let mut worker = Worker { config, begin: BEGIN_WRITE, session: None };
    let migrating = thread::Builder::new().name("store-migration".to_owned()).spawn(move || {
        // Whoever loses against another server's start finds the tables made when trying again.
        worker.perform(&task).or_else(|_| worker.perform(&task)).map(|_| ())
    });
    let outcome = migrating.doing("starting a thread of the store")?.join();
    outcome.map_err(|_| Error::broken("migrating: the thread panicked"))?
}

/// One thread's connection; made when needed, and again when lost.
struct Worker {
    config: Config,
    begin: &'static str,
    session: Option<Session>,
}

impl Worker {
    fn serve(&mut self, errands: &SharedExit) {
        while let Some((task, reply)) = errands.next() {
            if !reply.is_abandoned() {
                reply.send(self.perform(&task));
            }
        }
    }

    fn perform(&mut self, task: &Task) -> Result<Parcel> {
        let mut pause = FIRST_PAUSE;
        for _ in 1..MOST_ATTEMPTS {
            match self.attempt(task) {
                Err(failure) if failure.trouble != Trouble::Final => thread::sleep(pause),
                outcome => return outcome.map_err(|failure| failure.error),
            }
            pause *= 2;
        }
        self.attempt(task).map_err(|failure| failure.error)
    }

    fn attempt(&mut self, task: &Task) -> Result<Parcel, Failure> {
        let usable = self.session.take().filter(Session::is_usable);
        let session = match usable {
            Some(session) => self.session.insert(session),
            None => self.session.insert(Session::connect(&self.config)?),
        };
        match task {
            Task::Work(scope, work) => transact(session, self.begin, *scope, work),
            Task::Scrub => scrub(session).map(|()| Box::new(()) as Parcel),
        }
    }
}

fn transact(
    session: &mut Session,
    begin: &'static str,
    scope: Scope,
    work: &Work,
) -> Result<Parcel, Failure> {
    session.control(begin)?;
    let mut tx = Tx::postgres(session);
    let outcome = lock(&mut tx, scope).and_then(|()| queue::perform(work, &mut tx));
    let trouble = tx.trouble().unwrap_or(Trouble::Final);
    match outcome {
        Ok(parcel) => session.control("COMMIT").map(|()| parcel).map_err(undecided),
        Err(error) => {
            if trouble != Trouble::Lost
                && let Err(failure) = session.control("ROLLBACK")
            {
                tracing::warn!(error = %failure.error, "a failed transaction was left to the server");
            }
            Err(Failure { error, trouble })
        }
    }
}

const MARK: &str = "SELECT CAST(pg_current_xact_id() AS TEXT)";
/// Whether no transaction is older than the mark, here or (for those that write) on the whole server.
const IS_PAST: &str = "SELECT CAST(?1 AS xid8) < pg_snapshot_xmin(pg_current_snapshot()) AND NOT EXISTS (
    SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND age(backend_xmin) >= age(CAST(CAST(?1 AS xid8) AS xid)))";

/// Rewrites every table without removed rows. Rows that an older transaction might still look at
/// would be carried over, so those transactions are waited for.
fn scrub(session: &mut Session) -> Result<(), Failure> {
    let mark: String = session.ask(MARK, &[])?;
    for _ in 0..SCRUB_LOOKS {
        if session.ask(IS_PAST, &[mark.as_str().into()])? {
            return session.control("VACUUM FULL");
        }
        thread::sleep(SCRUB_PAUSE);
    }
    Err(Error::broken("removing rows for good: an older transaction does not end").into())
}

fn lock(tx: &mut Tx<'_>, scope: Scope) -> Result<()> {
    for number in scope.notebooks() {
        tx.one(LOCK, &[number.into()], |_| Ok(()))?;
    }
    Ok(())
}

/// A commit that was sent on a connection that broke may have happened: it must not run again.
fn undecided(failure: Failure) -> Failure {
    match failure.trouble {
        Trouble::Lost => failure.error.into(),
        Trouble::Again | Trouble::Final => failure,
    }
}
