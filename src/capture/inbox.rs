//! The inbox: a photo is sealed, durable and queued before it is acknowledged; the job loop reads what is
//! queued. A crash at any point loses nothing acknowledged and files nothing twice.

use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use super::ink::{self, COMPARE_PHOTO};
use super::vision::{BYTES_MAX, FIRST_BYTES, is_picture};
use super::worker::Workers;
use super::{Contents, KEPT_WAITING, State, Tip, Upload, UploadKey, pictures, reading, sql};
use crate::clock::{Instant, MINUTE};
use crate::error::{Doing, Error, Result};
use crate::id::{Actor, Id, NotebookNumber};
use crate::store::jobs::{self, Job};
use crate::store::tx::Tx;
use crate::store::{Scope, kept};
use crate::web::App;

/// The kind of the jobs that read photos.
pub const READ_PHOTO: &str = "read-photo";
/// So long a job is leased, in milliseconds: reading may take 30 s, and its write must wait its turn.
const LEASE: i64 = 2 * MINUTE;
/// Without a call the loop looks so often for jobs that are due again or were left by a crash.
const LOOK_AGAIN: Duration = Duration::from_secs(3);
/// So many photos of one person are kept that are in no notebook and wait for no tap; a pile has fifty. Beyond, its
/// sender is to wait so many seconds: phones send again by themselves.
const UNFILED_MAX: u32 = 1000;
const WAIT: u32 = 60;
/// How often the state of a photo that is being read is looked at.
const LOOK_AT_STATE: Duration = Duration::from_millis(100);

/// The way from handlers to the job loop; a layer of the router. Clones share it.
#[derive(Clone, Default)]
pub struct Inbox {
    arrived: Arc<Notify>,
}

/// A photo as it was sent.
pub struct Sent {
    /// A UUIDv7 made by whoever sends it, so that sending twice is harmless.
    pub id: Id,
    pub bytes: Vec<u8>,
    pub photographed_at: Instant,
    /// The notebook of the visit in which it was taken.
    pub visit: Option<NotebookNumber>,
}

/// Refuses what is no photo, by its size and first bytes.
pub fn check(bytes: &[u8]) -> Result<()> {
    if bytes.is_empty() {
        return Err(Error::advice("photo", "capture-upload-empty"));
    }
    if bytes.len() > BYTES_MAX {
        return Err(Error::advice("photo", "capture-upload-large"));
    }
    // What cannot be read, such as HEIC, is kept all the same: its sender is told what to do.
    match is_picture(&bytes[..bytes.len().min(FIRST_BYTES)]) {
        Some(_) => Ok(()),
        None => Err(Error::advice("photo", "capture-upload-format")),
    }
}

/// Takes a photo in: durable when this returns. The same id with the same bytes changes nothing; with
/// other bytes it is [`Error::Conflict`]. From somebody with very many that are not filed it is [`Error::TooMany`].
pub async fn receive(app: &App, inbox: &Inbox, uploader: Actor, sent: Sent) -> Result<()> {
    check(&sent.bytes)?;
    let key = UploadKey::new(uploader, sent.id);
    let digest: [u8; 32] = Sha256::digest(&sent.bytes).into();
    if let Some(known) = find(app, key).await? {
        return same_bytes(&known, digest);
    }
    let unfiled = app.records.read(move |tx| sql::upload::count_unfiled(tx, uploader)).await?;
    if unfiled >= UNFILED_MAX {
        return Err(Error::TooMany(WAIT));
    }
    let raw = pictures::put(app, sent.bytes, (0, 0)).await?;
    let now = app.clock.now();
    let contents = Contents { raw: Some(raw.of_house(&app.house)?), ..Contents::default() };
    let upload = Upload {
        key,
        state: State::Reading,
        digest,
        visit: sent.visit,
        received_at: now,
        photographed_at: sent.photographed_at,
        until: now.plus(KEPT_WAITING),
        version: 0,
        contents,
    };
    let (house, job) = (app.house.clone(), Id::fresh(now)?);
    let payload = serde_json::to_vec(&key).doing("writing a job")?;
    let add = move |tx: &mut Tx<'_>| {
        if !sql::upload::add(tx, &house, &upload)? {
            return Ok(false);
        }
        kept::keep(tx, raw.blob, Some(upload.until))?;
        jobs::add_in_turn(tx, job, (READ_PHOTO, key.uploader), &payload, now)?;
        Ok(true)
    };
    let blob = raw.blob;
    if app.records.write(Scope::House, add).await? {
        inbox.arrived.notify_one();
        return Ok(());
    }
    // The same photo came twice at once; the other one was quicker.
    app.blobs.remove(blob).await?;
    same_bytes(&find(app, key).await?.ok_or(Error::Conflict)?, digest)
}

fn same_bytes(known: &Upload, digest: [u8; 32]) -> Result<()> {
    if known.digest == digest { Ok(()) } else { Err(Error::Conflict) }
}

/// An upload by its key.
pub async fn find(app: &App, key: UploadKey) -> Result<Option<Upload>> {
    let house = app.house.clone();
    app.records.read(move |tx| sql::upload::find(tx, &house, &key)).await
}

/// The upload once it is read, or as it stands when `patience` is over.
pub async fn wait_until_read(app: &App, key: UploadKey, patience: Duration) -> Result<Upload> {
    let read = async {
        loop {
            match find(app, key).await? {
                Some(upload) if upload.state == State::Reading => sleep(LOOK_AT_STATE).await,
                found => return found.ok_or(Error::NotFound),
            }
        }
    };
    match timeout(patience, read).await {
        Ok(found) => found,
        Err(_) => find(app, key).await?.ok_or(Error::NotFound),
    }
}

/// Reads queued photos for ever, two at a time.
pub async fn run_jobs(app: App, inbox: Inbox, workers: Workers) {
    tokio::join!(read_queue(&app, &inbox, &workers), read_queue(&app, &inbox, &workers));
}

async fn read_queue(app: &App, inbox: &Inbox, workers: &Workers) {
    loop {
        match work_once(app, inbox, workers).await {
            Ok(true) => {}
            // A permit is kept for whoever is not waiting yet, and time passes without one too.
            Ok(false) => drop(timeout(LOOK_AGAIN, inbox.arrived.notified()).await),
            Err(error) => {
                tracing::error!(%error, "reading photos");
                sleep(LOOK_AGAIN).await;
            }
        }
    }
}

/// Does the next job; false when there is none.
pub async fn work_once(app: &App, inbox: &Inbox, workers: &Workers) -> Result<bool> {
    let now = app.clock.now();
    // What is new on a photo may wait until all photos are read.
    let lease = move |tx: &mut Tx<'_>| jobs::lease(tx, &[READ_PHOTO, COMPARE_PHOTO], now, LEASE);
    let Some(job) = app.records.write(Scope::House, lease).await? else { return Ok(false) };
    // Another one may be waiting: whoever sleeps may look.
    inbox.arrived.notify_one();
    let done = match job.kind.as_str() {
        COMPARE_PHOTO => ink::compare_one(app, workers, &job).await,
        _ => reading::read_one(app, workers, &job).await,
    };
    if let Err(error) = done {
        tracing::warn!(%error, job.attempts, job.kind, "a photo was not read; it is tried again");
        put_back(app, job, &error).await?;
    }
    Ok(true)
}

/// Puts a job back; after its last attempt the photo counts as unreadable.
async fn put_back(app: &App, job: Job, error: &Error) -> Result<()> {
    let (now, house, cause) = (app.clock.now(), app.house.clone(), error.to_string());
    let fail = move |tx: &mut Tx<'_>| {
        jobs::fail(tx, &job, &cause, now)?;
        if job.kind == READ_PHOTO && job.attempts >= jobs::MOST_ATTEMPTS {
            reading::give_up(tx, &house, &job, Tip::Broken, now)?;
        }
        Ok(())
    };
    match app.records.write(Scope::House, fail).await {
        // Somebody else has begun it since.
        Err(Error::Conflict) => Ok(()),
        outcome => outcome,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Advice, FieldAdvice};

    fn refused(bytes: &[u8]) -> &'static str {
        let Err(Error::Invalid(Advice(advice))) = check(bytes) else { panic!("taken") };
        let FieldAdvice { message, .. } = advice[0];
        message
    }

    #[test]
    fn what_is_no_photo_is_refused_with_its_own_advice() {
        assert_eq!(refused(b""), "capture-upload-empty");
        assert_eq!(refused(b"Dear all"), "capture-upload-format");
        assert_eq!(refused(b"\0\0\0\x18ftypisom"), "capture-upload-format");
        let mut large = vec![0xFF, 0xD8, 0xFF];
        large.resize(BYTES_MAX + 1, 0);
        assert_eq!(refused(&large), "capture-upload-large");
        assert!(check(&large[..BYTES_MAX]).is_ok());
        assert!(check(&[0xFF, 0xD8, 0xFF]).is_ok());
        assert!(check(b"\0\0\0\x18ftypheic").is_ok() && check(b"%PDF-1.7").is_ok());
    }
}
