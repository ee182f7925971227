//! The sweep: what is kept no longer goes, hour by hour. Expired uploads and pictures, photos whose reading
//! never came back, blobs that a crash left without an owner, sessions that ended, keys of notebooks that
//! never came to be.

use std::time::Duration;

use crate::access;
use crate::capture;
use crate::clock::{DAY, HOUR, Instant};
use crate::error::Result;
use crate::id::NotebookNumber;
use crate::notebook;
use crate::scan;
use crate::store::blobs::BlobKey;
use crate::store::tx::Tx;
use crate::store::{Scope, jobs, kept, keys};
use crate::web::App;

/// Time between two sweeps.
const PAUSE: Duration = Duration::from_secs(3600);
/// So many rows are removed in one transaction.
const AT_ONCE: u32 = 500;
/// A blob or key without an owner is an orphan after so long, in milliseconds: its row may still come.
const ORPHANED: i64 = DAY;
/// Finished jobs are kept so long, in milliseconds.
const JOBS: i64 = 7 * DAY;
/// Shares of blobs that are looked through in one sweep: all 256 within a day.
const SHARES: u16 = 11;

/// Sweeps for ever, hour by hour.
pub async fn run(app: App) {
    loop {
        if let Err(error) = sweep(&app).await {
            tracing::error!(%error, "sweeping");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// One sweep.
pub async fn sweep(app: &App) -> Result<()> {
    let now = app.clock.now();
    let house = app.house.clone();
    let work = move |tx: &mut Tx<'_>| {
        capture::reading::give_up_stuck(tx, &house, now)?;
        capture::sql::upload::remove_expired(tx, now)?;
        access::sql::session::remove_ended(tx, now)?;
        access::sql::session::remove_forgotten(tx, now)?;
        scan::sql::remove_old(tx, now)?;
        jobs::sweep(tx, now.plus(-JOBS))?;
        kept::expired(tx, now, AT_ONCE)
    };
    for blob in app.records.write(Scope::House, work).await? {
        // The blob first: a row without a blob is found again, a blob without a row only after a day.
        app.blobs.remove(blob).await?;
        app.records.write(Scope::House, move |tx| kept::release(tx, blob)).await?;
    }
    for share in shares(now) {
        sweep_orphans(app, share, now.plus(-ORPHANED)).await?;
    }
    sweep_keys(app, now.plus(-ORPHANED)).await
}

/// The shares of blobs whose turn it is in this hour.
fn shares(now: Instant) -> impl Iterator<Item = u8> {
    let hour = u16::try_from((now.0 / HOUR).rem_euclid(24)).unwrap_or_default();
    (hour * SHARES..(hour + 1) * SHARES).filter_map(|share| u8::try_from(share).ok())
}

/// Removes the blobs of one share that nobody owns.
async fn sweep_orphans(app: &App, share: u8, before: Instant) -> Result<()> {
    for blob in app.blobs.older_than(share, before).await? {
        if !is_kept(app, blob).await? {
            tracing::info!("a blob without an owner is removed");
            app.blobs.remove(blob).await?;
        }
    }
    Ok(())
}

async fn is_kept(app: &App, blob: BlobKey) -> Result<bool> {
    app.records.read(move |tx| kept::is_kept(tx, blob)).await
}

/// Removes keys of notebooks that are in no ledger: the key is durable before the notebook's row, and a
/// crash may come between.
async fn sweep_keys(app: &App, before: Instant) -> Result<()> {
    let mut after: Option<NotebookNumber> = None;
    loop {
        let page = app.keys.read(move |tx| keys::list_notebooks(tx, after, before, AT_ONCE)).await?;
        for number in &page {
            let number = *number;
            if app.records.read(move |tx| notebook::sql::find(tx, number)).await?.is_none() {
                tracing::info!("a key without a notebook is removed");
                keys::erase_notebook(&app.keys, number).await?;
            }
        }
        match page.last() {
            Some(last) => after = Some(*last),
            None => return Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_share_has_its_turn_within_a_day() {
        let mut seen: Vec<u8> = (0..24).flat_map(|hour| shares(Instant(hour * HOUR))).collect();
        seen.sort_unstable();
        assert_eq!(seen, (0..=255).collect::<Vec<u8>>());
    }
}
