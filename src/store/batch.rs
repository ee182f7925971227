//! Group commit on SQLite: writes that wait share one transaction, each in a savepoint of its own,
//! and nobody is answered before the commit is on the disk.

use rusqlite::Connection;
use tokio::sync::mpsc::Receiver;

use super::queue::{self, Errand, Parcel, Reply, Task, Work};
use super::sqlite::control;
use super::tx::Tx;
use crate::error::{Error, Result};

/// Most writes that share one commit. The first of them waits for all of them.
const LARGEST_BATCH: usize = 128;

/// Writes that share one transaction.
pub(super) struct Batch<'a> {
    connection: &'a Connection,
    /// Done, not yet durable, not yet answered.
    done: Vec<(Reply, Result<Parcel>)>,
    /// What came behind the last write and is none.
    held: Option<Errand>,
}

impl<'a> Batch<'a> {
    /// Does the first write and those that wait behind it, commits, and answers all of them.
    /// Returns an errand that was taken from the queue and is not a write.
    pub fn commit(
        connection: &'a Connection,
        (work, reply): (Work, Reply),
        errands: &mut Receiver<Errand>,
    ) -> Option<Errand> {
        let mut batch = Self { connection, done: Vec::new(), held: None };
        match control(connection, "BEGIN IMMEDIATE") {
            Ok(()) => batch.run(work, reply, errands),
            Err(error) => reply.send(Err(error)),
        }
        batch.held
    }

    fn run(&mut self, work: Work, reply: Reply, errands: &mut Receiver<Errand>) {
        let outcome = self.fill(work, reply, errands).and_then(|()| control(self.connection, "COMMIT"));
        if outcome.is_err()
            && !self.connection.is_autocommit()
            && let Err(error) = control(self.connection, "ROLLBACK")
        {
            tracing::error!(%error, "a failed batch could not be undone");
        }
        self.answer(outcome.err());
    }

    fn fill(&mut self, work: Work, reply: Reply, errands: &mut Receiver<Errand>) -> Result<()> {
        self.add(&work, reply)?;
        while self.done.len() < LARGEST_BATCH {
            match errands.try_recv() {
                Ok((Task::Work(_, work), reply)) => self.add(&work, reply)?,
                other => {
                    self.held = other.ok();
                    break;
                }
            }
        }
        Ok(())
    }

    /// Does one write in a savepoint. If the write fails, that savepoint alone is undone. An `Err`
    /// from here means that the transaction cannot be kept, and nothing of the batch with it.
    fn add(&mut self, work: &Work, reply: Reply) -> Result<()> {
        if reply.is_abandoned() {
            return Ok(());
        }
        let savepoint = control(self.connection, "SAVEPOINT errand");
        let finding = savepoint.and_then(|()| queue::perform(work, &mut Tx::sqlite(self.connection)));
        let ending = match &finding {
            // After a full disk and the like, SQLite undoes the whole transaction by itself.
            Err(error) if self.connection.is_autocommit() => {
                Err(Error::fault("sharing a commit", error.to_string()))
            }
            Err(_) => control(self.connection, "ROLLBACK TO errand")
                .and_then(|()| control(self.connection, "RELEASE errand")),
            Ok(_) => control(self.connection, "RELEASE errand"),
        };
        self.done.push((reply, finding));
        ending
    }

    /// Answers everyone. After a failure of the whole, nobody is told anything else: what they found
    /// may rest on rows that are gone.
    fn answer(&mut self, failure: Option<Error>) {
        let cause = failure.map(|error| error.to_string());
        for (reply, finding) in self.done.drain(..) {
            reply.send(match &cause {
                Some(cause) => Err(Error::fault("committing writes", cause.as_str())),
                None => finding,
            });
        }
    }
}
