//! How work reaches the store's own threads: bounded queues of errands, each with the one who waits
//! for its answer. Knows no SQL; a panic in a closure ends here as an error of that errand alone.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use tokio::sync::{mpsc, oneshot};

use super::Scope;
use super::tx::Tx;
use crate::error::{Doing, Error, Result};

/// How many errands may wait in one queue; whoever brings one more waits with it in hand.
const CAPACITY: usize = 256;

/// What a closure found, its type known only to the one who waits.
pub(super) type Parcel = Box<dyn Any + Send>;

/// A closure that may be run several times.
pub(super) type Work = Box<dyn Fn(&mut Tx<'_>) -> Result<Parcel> + Send>;

/// What a thread of the store is asked to do.
pub(super) enum Task {
    /// Run the closure in a transaction of this scope.
    Work(
        #[cfg_attr(not(feature = "cluster"), expect(dead_code, reason = "one writer needs no locks"))] Scope,
        Work,
    ),
    /// Leave no byte of removed rows in the files.
    Scrub,
}

/// The way back to the one who waits.
pub(super) struct Reply(oneshot::Sender<Result<Parcel>>);

impl Reply {
    /// Answers. Nobody listening is no failure: the reader has gone.
    pub fn send(self, outcome: Result<Parcel>) {
        if self.0.send(outcome).is_err() {
            tracing::debug!("nobody waits for the store's answer any more");
        }
    }

    /// True if nobody waits any more.
    pub fn is_abandoned(&self) -> bool {
        self.0.is_closed()
    }
}

/// A task and the way back.
pub(super) type Errand = (Task, Reply);

/// The entrance of a queue.
pub(super) struct Queue(mpsc::Sender<Errand>);

impl Queue {
    /// A queue and its exit.
    pub fn new() -> (Self, mpsc::Receiver<Errand>) {
        let (entrance, exit) = mpsc::channel(CAPACITY);
        (Self(entrance), exit)
    }

    /// Brings a task, waits until it is done and returns what it found.
    pub async fn ask<T: Send + 'static>(&self, task: Task) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        let stopped = "asking the store, which has stopped";
        self.0.send((task, Reply(reply))).await.map_err(|_| Error::broken(stopped))?;
        let parcel = answer.await.doing(stopped)??;
        parcel.downcast().map(|found| *found).map_err(|_| Error::broken("opening the store's answer"))
    }
}

/// The exit of a queue that several threads share.
#[derive(Clone)]
pub(super) struct SharedExit(Arc<Mutex<mpsc::Receiver<Errand>>>);

impl SharedExit {
    /// Lets several threads take errands from one queue.
    pub fn new(exit: mpsc::Receiver<Errand>) -> Self {
        Self(Arc::new(Mutex::new(exit)))
    }

    /// Waits for the next errand; `None` once the store is closed and the queue is empty.
    pub fn next(&self) -> Option<Errand> {
        // The lock is held while waiting, so one thread waits at the exit and the others behind it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv()
    }
}

/// Runs a closure. It has failed if it says so, if it panics, or if a statement of it failed.
pub(super) fn perform(work: &Work, tx: &mut Tx<'_>) -> Result<Parcel> {
    let outcome = catch_unwind(AssertUnwindSafe(|| work(tx)))
        .unwrap_or_else(|_| Err(Error::broken("working in the store: the closure panicked")));
    match outcome {
        Ok(_) if tx.trouble().is_some() => {
            Err(Error::broken("working in the store: the closure went on after a failed statement"))
        }
        outcome => outcome,
    }
}

/// The store's threads. Dropping them waits until they have finished what was queued; their
/// queues' entrances must be gone by then.
#[derive(Default)]
pub(super) struct Threads(Vec<JoinHandle<()>>);

impl Threads {
    /// Starts one more thread.
    pub fn start(&mut self, name: &str, body: impl FnOnce() + Send + 'static) -> Result<()> {
        let thread = thread::Builder::new().name(name.to_owned()).spawn(body);
        self.0.push(thread.doing("starting a thread of the store")?);
        Ok(())
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        for thread in self.0.drain(..) {
            // The last handle of a store may be dropped by a closure, on a thread of the store.
            if thread.thread().id() != thread::current().id() && thread.join().is_err() {
                tracing::error!("a thread of the store had panicked");
            }
        }
    }
}
