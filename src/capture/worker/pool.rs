//! The server's side of reading photos: a bounded number of readers at work, and as many started
//! beforehand, so that nobody waits for a process to start.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use tokio::io;
use tokio::process::ChildStdout;
use tokio::sync::{Mutex, Semaphore};

use super::reader::Reader;
use super::sandbox::{Confinement, Sandbox};
use super::wire::{self, Answer, Greeting, Task};
use super::{Reading, Unread};
use crate::capture::vision::{BYTES_MAX, Compared, NewStrip, Rectangle, Unreadable};
use crate::error::{Error, Result};
use crate::sheet::design::Geometry;

/// The running program, also after its file was replaced by a later version.
pub const THIS_PROGRAM: &str = "/proc/self/exe";
/// Longest that reading one photo may take; half a second is usual.
const TIME_MAX: Duration = Duration::from_secs(30);
/// Most photos read at once, since each may take 1.5 GiB: a city's peak is two a second.
const AT_ONCE_MAX: usize = 4;

/// How photos are to be read.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The program whose subcommand `photo-worker` is a reader.
    pub program: PathBuf,
    /// How many photos are read at once; as many readers wait.
    pub at_once: usize,
    pub sandbox: Sandbox,
    /// Longest that one photo may take.
    pub time_max: Duration,
}

impl Plan {
    /// By this program, one photo for each processor.
    pub fn of_this_program(sandbox: Sandbox) -> Self {
        let processors = available_parallelism().map_or(1, usize::from);
        Self {
            program: THIS_PROGRAM.into(),
            at_once: processors.min(AT_ONCE_MAX),
            sandbox,
            time_max: TIME_MAX,
        }
    }
}

/// Reads photos, each in a process of its own. Clones share everything; the last one to go ends the
/// readers that wait.
#[derive(Clone)]
pub struct Workers(Arc<Shared>);

struct Shared {
    plan: Plan,
    confinement: Confinement,
    seats: Semaphore,
    waiting: Mutex<Vec<Reader>>,
}

/// Starts one reader to see whether this machine can confine it. An error if it does not start.
pub async fn probe(program: &Path) -> Result<Greeting> {
    Ok(match Reader::start(program, Sandbox::On).await? {
        Ok(reader) => Greeting::Ready(reader.confinement),
        Err(reason) => Greeting::Unable(reason),
    })
}

impl Workers {
    /// Starts the readers. Refuses to if they cannot confine themselves as planned.
    pub async fn start(plan: Plan) -> Result<Self> {
        let mut waiting = vec![start(&plan).await?];
        while waiting.len() < plan.at_once {
            waiting.push(start(&plan).await?);
        }
        let confinement = waiting[0].confinement;
        let seats = Semaphore::new(waiting.len());
        Ok(Self(Arc::new(Shared { plan, confinement, seats, waiting: Mutex::new(waiting) })))
    }

    /// What confines the readers.
    pub fn confinement(&self) -> Confinement {
        self.0.confinement
    }

    /// How many photos are read at once.
    pub fn at_once(&self) -> usize {
        self.0.plan.at_once
    }

    /// Reads one photo; waits while as many as planned are being read. `known` are the geometries of
    /// the designs in use. An error is a fault of the house, and the photo may be tried again.
    pub async fn read(&self, photo: &[u8], known: &[Geometry]) -> Result<Reading> {
        let task = Task::Examine(known.to_vec());
        let hear = async |output: &mut ChildStdout| wire::hear_finding(output, known.len()).await;
        self.ask((&task, photo), self.0.plan.time_max, hear).await
    }

    /// Counts the pages of a PDF; otherwise as [`Self::read`].
    pub async fn count_pages(&self, pdf: &[u8]) -> Result<Result<usize, Unread>> {
        let hear = async |output: &mut ChildStdout| wire::hear_count(output).await;
        self.ask((&Task::CountPages, pdf), self.0.plan.time_max, hear).await
    }

    /// Makes a picture of a page of a PDF, counted from 0, which is then read like a photo. It may take no
    /// longer than a photo and than `time_max`; otherwise as [`Self::read`].
    pub async fn draw_page(
        &self,
        pdf: &[u8],
        page: usize,
        time_max: Duration,
    ) -> Result<Result<Vec<u8>, Unread>> {
        let hear = async |output: &mut ChildStdout| wire::hear_pictures::<1>(output).await;
        let drawn = self.ask((&Task::DrawPage(page), pdf), time_max.min(self.0.plan.time_max), hear).await?;
        Ok(drawn.map(|[picture]| picture))
    }

    /// Paints over parts of a picture; returns it and its thumbnail. Otherwise as [`Self::read`].
    pub async fn redact(&self, picture: &[u8], areas: &[Rectangle]) -> Result<Result<[Vec<u8>; 2], Unread>> {
        let hear = async |output: &mut ChildStdout| wire::hear_pictures::<2>(output).await;
        self.ask((&Task::Redact(areas.to_vec()), picture), self.0.plan.time_max, hear).await
    }

    /// Finds what is new on a flattened sheet; `None` as [`Compared::new_strips`] says. Otherwise as
    /// [`Self::read`].
    pub async fn compare(&self, compared: &Compared<'_>) -> Result<Result<Option<Vec<NewStrip>>, Unread>> {
        let (before, blank) = (compared.before.unwrap_or_default(), compared.blank.unwrap_or_default());
        let task = Task::Compare {
            geometry: compared.geometry.clone(),
            new: compared.new.len(),
            before: compared.before.map(<[u8]>::len),
        };
        let files = [compared.new, before, blank].concat();
        let hear = async |output: &mut ChildStdout| wire::hear_strips(output).await;
        self.ask((&task, &files), self.0.plan.time_max, hear).await
    }

    async fn ask<Value>(
        &self,
        (task, file): (&Task, &[u8]),
        time_max: Duration,
        hear: impl AsyncFnOnce(&mut ChildStdout) -> io::Result<Answer<Value>>,
    ) -> Result<Result<Value, Unread>> {
        if file.len() > BYTES_MAX {
            return Ok(Err(Unread::Unreadable(Unreadable::TooLarge)));
        }
        let _seat = self.0.seats.acquire().await.map_err(|_| Error::broken("waiting to read a photo"))?;
        let reader = self.0.reader().await?;
        tokio::spawn(replace(Arc::clone(&self.0)));
        reader.answer((task, file), time_max, hear).await
    }
}

impl Shared {
    /// A reader that waits, or else a fresh one.
    async fn reader(&self) -> Result<Reader> {
        let mut waiting = self.waiting.lock().await;
        while let Some(mut reader) = waiting.pop() {
            if reader.is_alive() {
                return Ok(reader);
            }
        }
        drop(waiting);
        start(&self.plan).await
    }
}

/// Starts a reader in the place of one that was taken.
async fn replace(shared: Arc<Shared>) {
    match start(&shared.plan).await {
        Ok(reader) => {
            let mut waiting = shared.waiting.lock().await;
            if waiting.len() < shared.plan.at_once {
                waiting.push(reader);
            }
        }
        // The next photo tries again, and tells who waits for it.
        Err(error) => tracing::error!(%error, "no photo reader is waiting"),
    }
}

async fn start(plan: &Plan) -> Result<Reader> {
    let started = Reader::start(&plan.program, plan.sandbox).await?;
    started.map_err(|reason| Error::fault("confining a photo reader", reason))
}
