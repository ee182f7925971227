//! A scanner's PDF becomes a photo for each page, and each is read and filed for itself: one bad page blocks no
//! other. The upload goes on as the first page; the further ones follow from it. A PDF with a page of which no
//! picture could be made is kept for a while as it came.

use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::time::Instant as Moment;

use super::pictures::{self, Fresh};
use super::reading::keep_for_now;
use super::worker::{Unread, Workers};
use super::{Contents, KEPT_SHORT, Picture, State, Tip, Upload, UploadKey, inbox, sql};
use crate::clock::Instant;
use crate::crypto::House;
use crate::error::{Doing, Error, Result};
use crate::id::Id;
use crate::store::jobs::{self, Job};
use crate::store::tx::Tx;
use crate::store::{Scope, kept};
use crate::web::App;

/// So long all pages of a PDF may take; half the lease of their job. What is not drawn by then is left.
const PATIENCE: Duration = Duration::from_secs(60);
/// So long one page may take; half a second is usual. One that never ends leaves time for the others.
pub const PAGE_PATIENCE: Duration = Duration::from_secs(10);
/// Time between two pages, in milliseconds, so that they stay in their order wherever photos are listed.
const BETWEEN: i64 = 1;

/// Makes photos of the pages of a PDF and queues them. An error is a fault of the house: it may be tried again.
pub async fn split(app: &App, workers: &Workers, upload: Upload, pdf: &[u8], job: Job) -> Result<()> {
    let end = Moment::now() + PATIENCE;
    let count = match workers.count_pages(pdf).await? {
        Ok(count) => count,
        Err(cause) => {
            tracing::info!(%cause, "a PDF could not be read");
            return keep_for_now(app, job, tip_of(cause)).await;
        }
    };
    let (mut drawn, mut jobs) = (Vec::new(), Vec::new());
    for page in 0..count {
        drawn.push(match draw(workers, pdf, page, end).await? {
            Ok(picture) => Some(pictures::put(app, picture, (0, 0)).await?),
            Err(cause) => {
                tracing::info!(%cause, page, "a page of a PDF could not be drawn");
                None
            }
        });
        jobs.push(Id::fresh(app.clock.now())?);
    }
    if drawn.iter().all(Option::is_none) {
        return keep_for_now(app, job, Tip::Pdf).await;
    }
    let raw = upload.contents.raw.clone().ok_or(Error::broken("splitting a PDF without bytes"))?;
    let (is_whole, blob) = (drawn.iter().all(Option::is_some), raw.blob_key());
    let plan = Plan { house: app.house.clone(), upload, raw, drawn, jobs, job, now: app.clock.now() };
    app.records.write(Scope::House, move |tx| plan.carry_out(tx)).await?;
    if is_whole { app.blobs.remove(blob).await } else { Ok(()) }
}

/// What its sender is told of a PDF that could not be read at all.
fn tip_of(cause: Unread) -> Tip {
    match Tip::of_unread(cause) {
        Tip::Broken => Tip::Pdf,
        tip => tip,
    }
}

async fn draw(workers: &Workers, pdf: &[u8], page: usize, end: Moment) -> Result<Result<Vec<u8>, Unread>> {
    let left = end.saturating_duration_since(Moment::now());
    if left.is_zero() {
        return Ok(Err(Unread::TimedOut));
    }
    workers.draw_page(pdf, page, left.min(PAGE_PATIENCE)).await
}

/// Everything that the one write needs; made outside, as it may run again.
struct Plan {
    house: Arc<House>,
    /// The upload as it was sent.
    upload: Upload,
    /// The PDF.
    raw: Picture,
    /// A picture of each page; `None` where none could be made.
    drawn: Vec<Option<Fresh>>,
    /// Ids for a job for each page.
    jobs: Vec<Id>,
    job: Job,
    now: Instant,
}

impl Plan {
    fn carry_out(&self, tx: &mut Tx<'_>) -> Result<()> {
        for (page, (drawn, job)) in self.drawn.iter().zip(&self.jobs).enumerate() {
            let upload = self.page(page, drawn.as_ref())?;
            match page {
                0 => sql::upload::save(tx, &self.house, &upload)?,
                // Somebody else's photo never gives way: the PDF is tried again, and then kept.
                _ if !sql::upload::add(tx, &self.house, &upload)? => return Err(Error::Conflict),
                _ => {}
            }
            if let Some(drawn) = drawn {
                kept::keep(tx, drawn.blob, Some(upload.until))?;
                let payload = serde_json::to_vec(&upload.key).doing("writing a job")?;
                let turn = (inbox::READ_PHOTO, upload.key.uploader);
                jobs::add_in_turn(tx, *job, turn, &payload, self.now)?;
            }
        }
        if self.drawn.iter().all(Option::is_some) {
            kept::release(tx, self.raw.blob_key())?;
        } else {
            kept::keep(tx, self.raw.blob_key(), Some(self.now.plus(KEPT_SHORT)))?;
        }
        jobs::done(tx, &self.job, self.now)
    }

    /// The photo of a page, counted from 0.
    fn page(&self, page: usize, drawn: Option<&Fresh>) -> Result<Upload> {
        let number = u8::try_from(page).doing("numbering a page")?;
        let whole = &self.upload;
        let later = |moment: Instant| moment.plus(i64::from(number) * BETWEEN);
        let raw = match drawn {
            Some(drawn) => drawn.of_house(&self.house)?,
            None => self.raw.clone(),
        };
        let mut upload = Upload {
            received_at: later(whole.received_at),
            photographed_at: later(whole.photographed_at),
            contents: Contents { raw: Some(raw), ..Contents::default() },
            ..whole.clone()
        };
        if number == 0 {
            let last = u8::try_from(self.drawn.len()).doing("numbering a page")?;
            upload.contents.pages = (1..last).map(|number| id_of(whole.key, number)).collect();
        } else {
            upload.key.id = id_of(whole.key, number);
            upload.digest = Sha256::new().chain_update(whole.digest).chain_update([number]).finalize().into();
            upload.version = 0;
        }
        match drawn {
            Some(_) => upload.state = State::Reading,
            None => upload.be_unreadable(Tip::Pdf, self.now),
        }
        Ok(upload)
    }
}

/// The id of the photo of a further page, from 1 on: the same each time the PDF is split.
fn id_of(first: UploadKey, number: u8) -> Id {
    first.id.derived(&[number])
}
