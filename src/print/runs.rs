//! Runs carried out: a job for each part, so that a restart goes on where it stopped, and a cancelled run
//! stops after the part that is being printed.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use super::order::{LabelOrder, Stickers};
use super::press::{Arrangement, Calibration, Extent, Stock};
use super::run::{Product, Run, RunOrder, RunState};
use super::several::{Bound, booklets, carriers_of, labels_of, pad};
use super::sql;
use super::web::Printer;
use crate::clock::{DAY, MINUTE};
use crate::crypto::{Key, picture};
use crate::error::{Doing, Error, Result};
use crate::id::{Actor, ActorKind, Id, NotebookNumber};
use crate::notebook;
use crate::store::blobs::BlobKey;
use crate::store::jobs::{self, Job};
use crate::store::tx::Tx;
use crate::store::{Scope, kept};
use crate::web::App;

/// The kind of the jobs that print a part of a run.
const PRINT_PART: &str = "print_part";
/// A part is printed within this time, in milliseconds, or somebody else tries.
const LEASE: i64 = 10 * MINUTE;
/// Files are kept so long, in milliseconds: they can be printed again at any time.
pub const KEPT: i64 = 14 * DAY;
/// Without a call the loop looks so often for jobs that are due again or were left by a crash.
const LOOK_AGAIN: Duration = Duration::from_secs(20);
/// The table's name inside seals of parts.
const PART: &str = "print_part";

/// Wakes the loop that prints. Clones share it.
#[derive(Clone, Default)]
pub struct Runs(Arc<Notify>);

/// Adds a run over all notebooks of a batch; it is begun at once.
pub async fn add(
    app: &App,
    runs: &Runs,
    batch: &notebook::sql::Batch,
    order: RunOrder,
    actor: Actor,
) -> Result<Id> {
    let (now, id, job) = (app.clock.now(), Id::fresh(app.clock.now())?, Id::fresh(app.clock.now())?);
    let (batch, office) = (batch.id, batch.office);
    let work = move |tx: &mut Tx<'_>| {
        let total = match order.product {
            Product::Pads => notebook::sql::list_unbound(tx, batch, order.product.part_size())?.len() as u32,
            _ => notebook::sql::count_batch(tx, batch)?,
        };
        let (state, made_by, order) = (RunState::Waiting, actor.id, order.clone());
        let run = Run { id, office, batch, order, state, done: 0, total, made_by, made_at: now };
        sql::add_run(tx, &run)?;
        jobs::add(tx, job, PRINT_PART, id.0.as_bytes(), now)
    };
    app.records.write(Scope::House, work).await?;
    runs.0.notify_one();
    Ok(id)
}

/// Ends a run. What was printed so far stays until its time is over.
pub async fn cancel(app: &App, run: Id) -> Result<bool> {
    let now = app.clock.now();
    app.records.write(Scope::House, move |tx| sql::end(tx, run, RunState::Cancelled, now)).await
}

/// Prints parts for ever, one at a time: whoever waits at the desk comes first.
pub async fn run_jobs(app: App, runs: Runs, printer: Printer) {
    loop {
        match work_once(&app, &printer).await {
            Ok(true) => {}
            Ok(false) => drop(timeout(LOOK_AGAIN, runs.0.notified()).await),
            Err(error) => {
                tracing::error!(%error, "printing a run");
                sleep(LOOK_AGAIN).await;
            }
        }
    }
}

/// Prints the next part; false when there is none.
pub async fn work_once(app: &App, printer: &Printer) -> Result<bool> {
    let now = app.clock.now();
    let lease = move |tx: &mut Tx<'_>| jobs::lease(tx, &[PRINT_PART], now, LEASE);
    let Some(job) = app.records.write(Scope::House, lease).await? else { return Ok(false) };
    if let Err(error) = print_part(app, printer, &job).await {
        tracing::warn!(%error, attempts = job.attempts, "a part was not printed; it is tried again");
        put_back(app, job, &error).await?;
    }
    Ok(true)
}

fn run_of(job: &Job) -> Result<Id> {
    Ok(Id(uuid::Uuid::from_slice(&job.payload).doing("reading the job of a run")?))
}

async fn put_back(app: &App, job: Job, error: &Error) -> Result<()> {
    let (now, cause, run) = (app.clock.now(), error.to_string(), run_of(&job)?);
    let fail = move |tx: &mut Tx<'_>| {
        jobs::fail(tx, &job, &cause, now)?;
        if job.attempts >= jobs::MOST_ATTEMPTS {
            sql::end(tx, run, RunState::Failed, now)?;
        }
        Ok(())
    };
    match app.records.write(Scope::House, fail).await {
        // Somebody else has begun it since.
        Err(Error::Conflict) => Ok(()),
        outcome => outcome,
    }
}

async fn print_part(app: &App, printer: &Printer, job: &Job) -> Result<()> {
    let id = run_of(job)?;
    let find = move |tx: &mut Tx<'_>| {
        let Some(run) = sql::find_run(tx, id)? else { return Ok(None) };
        let is_recalled = notebook::sql::find_batch(tx, run.batch)?.is_some_and(|batch| batch.is_recalled);
        let size = run.order.product.part_size();
        let numbers = match run.order.product {
            _ if is_recalled => vec![],
            // All sheets of a pad are in one part; those that became somebody's meanwhile are left out.
            Product::Pads => notebook::sql::list_unbound(tx, run.batch, size)?,
            _ => notebook::sql::list_batch(tx, run.batch, run.done, size)?,
        };
        Ok(Some((run, numbers)))
    };
    let found: Option<(Run, Vec<NotebookNumber>)> = app.records.read(find).await?;
    let Some((run, numbers)) = found.filter(|(run, numbers)| run.state.is_open() && !numbers.is_empty())
    else {
        let (now, job) = (app.clock.now(), job.clone());
        let end = move |tx: &mut Tx<'_>| {
            sql::end(tx, id, RunState::Cancelled, now)?;
            jobs::done(tx, &job, now)
        };
        return app.records.write(Scope::House, end).await;
    };
    let pdf = print_order(app, printer, &run, &numbers).await?;
    let printed = match run.order.product {
        Product::Pads => run.total,
        _ => numbers.len() as u32,
    };
    keep(app, &run, printed, pdf, job).await
}

async fn print_order(app: &App, printer: &Printer, run: &Run, numbers: &[NotebookNumber]) -> Result<Vec<u8>> {
    let actor = Actor { kind: ActorKind::Staff, id: run.made_by, office: Some(run.office) };
    let RunOrder { product, format, arrangement, ref stock, ref design } = run.order;
    let bound = |extent| Bound { format, arrangement, extent };
    match product {
        Product::Booklets => booklets(app, printer, numbers, bound(Extent::Whole), actor).await,
        // A cover alone is not stitched.
        Product::Covers if arrangement == Arrangement::SaddleStitch => {
            let bound = Bound { format, arrangement: Arrangement::Pages, extent: Extent::Covers };
            booklets(app, printer, numbers, bound, actor).await
        }
        Product::Covers => booklets(app, printer, numbers, bound(Extent::Covers), actor).await,
        Product::Pads => pad(app, printer, numbers, design, format, actor).await,
        Product::Carriers => carriers_of(app, printer, numbers, actor).await,
        Product::CaseLabels | Product::CoverLabels => {
            let what = if product == Product::CaseLabels { Stickers::Case } else { Stickers::Cover };
            let stock = Stock::find(stock)?.ok_or(Error::broken("finding the stock of a run"))?;
            let order = LabelOrder { stock, start: 1, calibration: Calibration::default(), what };
            labels_of(app, printer, numbers, order, actor).await
        }
    }
}

/// Keeps a part's file and goes on: the blob is durable before the row that names it.
async fn keep(app: &App, run: &Run, count: u32, pdf: Vec<u8>, job: &Job) -> Result<()> {
    let (now, key) = (app.clock.now(), Key::draw()?);
    let (blob, next_job) = (BlobKey(Id::fresh(now)?), Id::fresh(now)?);
    let size = pdf.len() as u64;
    app.blobs.put(blob, picture::seal(&key, &pdf)?).await?;
    let wrapped = app.house.wrap(PART, blob.0, &key)?;
    let (run, job) = (run.clone(), job.clone());
    let work = move |tx: &mut Tx<'_>| {
        let next = run.done + count;
        if sql::step(tx, &run, next, now)? {
            let part = sql::Part { part: run.done, blob, size, wrapped: wrapped.clone() };
            sql::add_part(tx, run.id, &part)?;
            kept::keep(tx, blob, Some(now.plus(KEPT)))?;
            if next < run.total {
                jobs::add(tx, next_job, PRINT_PART, run.id.0.as_bytes(), now)?;
            }
        }
        jobs::done(tx, &job, now)
    };
    app.records.write(Scope::House, work).await
}

/// The contents of one file; `None` when its time is over.
pub async fn open_part(app: &App, part: &sql::Part) -> Result<Option<Vec<u8>>> {
    let key = app.house.unwrap_key(PART, part.blob.0, &part.wrapped)?;
    let Some(sealed) = app.blobs.get(part.blob).await? else { return Ok(None) };
    picture::open(&key, &sealed).map(Some)
}
