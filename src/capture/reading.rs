//! From a queued photo to a decision: the worker reads it, the rule of filing decides, the pictures are
//! sealed and written; then `settle` makes it true in one write.

use jiff::civil::DateTime;

use super::filing::{self, Code, Located, Outcome, Seen};
use super::pictures::{self, Fresh, FreshPair};
use super::settle::{Decider, Plan, decide, targets};
use super::vision::{
    Advice, FLATTENED_DPI, FLATTENED_MARGIN, Finding, LocatedSheet, PictureKind, frame_size, is_picture,
};
use super::worker::Workers;
use super::{State, Tip, Upload, UploadKey, split, sql};
use crate::access::guard::open;
use crate::access::principal::Principal;
use crate::clock::{DAY, HOUR, Instant, MINUTE};
use crate::crypto::House;
use crate::error::{Doing, Error, Result};
use crate::sheet;
use crate::sheet::design::Geometry;
use crate::store::Scope;
use crate::store::jobs::{self, Job};
use crate::store::kept;
use crate::store::tx::Tx;
use crate::web::App;

/// A phone's clock is believed for photos of the last year and up to ten minutes ahead, in milliseconds.
const OLDEST: i64 = 365 * DAY;
const CLOCKS: i64 = 10 * MINUTE;
/// No photo is tried for longer, in milliseconds: the pauses between all attempts sum to eleven minutes.
const STUCK: i64 = 6 * HOUR;

fn key_of(job: &Job) -> Result<UploadKey> {
    serde_json::from_slice(&job.payload).doing("reading a job")
}

/// Reads one queued photo and files what can be filed. An error is a fault of the house: it may be tried
/// again.
pub async fn read_one(app: &App, workers: &Workers, job: &Job) -> Result<()> {
    let key = key_of(job)?;
    let house = app.house.clone();
    let find = move |tx: &mut Tx<'_>| {
        let upload = sql::upload::find(tx, &house, &key)?;
        let uploader = sql::code::find_uploader(tx, &house, key.kind, key.uploader)?;
        Ok((upload, uploader, sheet::sql::list_designs(tx)?))
    };
    let (upload, uploader, known) = app.records.read(find).await?;
    let upload = upload.filter(|upload| upload.state == State::Reading);
    let (Some(upload), Some(uploader)) = (upload, uploader) else {
        return finish(app, job.clone()).await;
    };
    let raw = upload.contents.raw.clone().ok_or(Error::broken("reading a photo without bytes"))?;
    let bytes = pictures::get_of_house(app, &raw).await?;
    if is_picture(&bytes) == Some(PictureKind::Pdf) {
        return split::split(app, workers, upload, &bytes, job.clone()).await;
    }
    match workers.read(&bytes, &known).await? {
        Err(cause) => {
            tracing::info!(%cause, "a photo could not be read");
            keep_for_now(app, job.clone(), Tip::of_unread(cause)).await
        }
        Ok(finding) => {
            let read = Read { seen: seen(&finding, &known), finding, upload, uploader };
            read.file(app, job.clone()).await?;
            app.blobs.remove(raw.blob_key()).await
        }
    }
}

async fn finish(app: &App, job: Job) -> Result<()> {
    let now = app.clock.now();
    app.records.write(Scope::House, move |tx| jobs::done(tx, &job, now)).await
}

/// Ends the job of a photo that cannot be read.
pub async fn keep_for_now(app: &App, job: Job, tip: Tip) -> Result<()> {
    let (house, now) = (app.house.clone(), app.clock.now());
    let keep = move |tx: &mut Tx<'_>| {
        give_up(tx, &house, &job, tip, now)?;
        jobs::done(tx, &job, now)
    };
    app.records.write(Scope::House, keep).await
}

/// The photo counts as unreadable: its bytes are kept for a while as they came.
pub fn give_up(tx: &mut Tx<'_>, house: &House, job: &Job, tip: Tip, now: Instant) -> Result<()> {
    let found = sql::upload::find(tx, house, &key_of(job)?)?;
    let Some(mut upload) = found.filter(|upload| upload.state == State::Reading) else { return Ok(()) };
    keep_unread(tx, house, &mut upload, tip, now)
}

/// Photos that have been read for longer than any job is tried again: their job took the server down each
/// time, or was lost with it. They count as unreadable; returns how many.
pub fn give_up_stuck(tx: &mut Tx<'_>, house: &House, now: Instant) -> Result<usize> {
    let mut stuck = sql::upload::list_reading(tx, house, now.plus(-STUCK))?;
    for upload in &mut stuck {
        keep_unread(tx, house, upload, Tip::Broken, now)?;
    }
    Ok(stuck.len())
}

fn keep_unread(tx: &mut Tx<'_>, house: &House, upload: &mut Upload, tip: Tip, now: Instant) -> Result<()> {
    upload.be_unreadable(tip, now);
    if let Some(raw) = &upload.contents.raw {
        kept::keep(tx, raw.blob_key(), Some(upload.until))?;
    }
    sql::upload::save(tx, house, upload)
}

/// What the camera saw, as far as filing needs it; the meaning of the codes comes later.
fn seen(finding: &Finding, known: &[Geometry]) -> Seen {
    let located = |(index, sheet): (usize, &LocatedSheet)| Located {
        label: sheet.label,
        // Both must say so: the sheet that it has this code, the code that it lies in this sheet.
        code: sheet
            .code
            .filter(|code| finding.codes.get(*code).is_some_and(|found| found.sheet == Some(index))),
        shape: sheet.geometry.and_then(|geometry| known.get(geometry)).cloned(),
    };
    let is_incomplete = finding.advice.iter().any(|advice| *advice != Advice::NoSheet);
    let sheets = finding.sheets.iter().enumerate().map(located).collect();
    Seen { codes: Vec::new(), sheets, is_incomplete }
}

/// A photo that was read, with all that filing needs.
struct Read {
    seen: Seen,
    finding: Finding,
    upload: Upload,
    uploader: Principal,
}

impl Read {
    async fn file(self, app: &App, job: Job) -> Result<()> {
        let texts = self.finding.codes.iter().map(|code| code.text.clone()).collect();
        let decider = Decider { seen: self.seen, texts, uploader: self.uploader };
        let (house, asked, now) = (app.house.clone(), decider.clone(), app.clock.now());
        let decision = app.records.read(move |tx| decide(tx, &house, &asked, now)).await?;
        let mut opened = Vec::new();
        for number in targets(&decision.parts) {
            opened.push(open(app, number).await?);
        }
        let (tips, taken_at) = (tips(&self.finding, &decision.codes), self.finding.taken_at);
        let stored = store(app, self.finding, &decision.parts, &decider.seen.sheets).await?;
        let scope = match opened[..] {
            [] => Scope::House,
            [ref one] => Scope::Notebook(one.notebook),
            [ref one, ref other, ..] => Scope::Notebooks(one.notebook, other.notebook),
        };
        let (house, mut upload) = (app.house.clone(), self.upload);
        upload.photographed_at = photographed_at(upload.photographed_at, upload.received_at, taken_at);
        let Stored { pictures, frame, thumbnail } = stored;
        let plan =
            Plan { decider, decision, opened, pictures, frame, thumbnail, tips, upload, job, house, now };
        app.records.write(scope, move |tx| plan.carry_out(tx)).await
    }
}

/// When a photo was taken: by the phone's clock if that makes sense, else as its sender said.
fn photographed_at(said: Instant, received: Instant, taken_at: Option<DateTime>) -> Instant {
    let taken = taken_at.map(Instant::from_japan);
    let sensible = taken.filter(|taken| (received.plus(-OLDEST)..=received.plus(CLOCKS)).contains(taken));
    sensible.unwrap_or(said)
}

/// The pictures of a photo, written as blobs; none of what is discarded, which the whole photo shows too.
struct Stored {
    pictures: Vec<Option<FreshPair>>,
    frame: Option<Fresh>,
    thumbnail: Option<Fresh>,
}

async fn store(app: &App, finding: Finding, parts: &[filing::Part], shapes: &[Located]) -> Result<Stored> {
    let (width, height) = frame_size(finding.width, finding.height);
    let frame_size = (width as u32, height as u32);
    let (frame_bytes, thumbnail_bytes) = (finding.frame, finding.thumbnail);
    let (mut stored, mut frame, mut thumbnail) = (Vec::new(), None, None);
    for part in parts {
        if part.outcome == Outcome::Discard {
            stored.push(None);
            continue;
        }
        let pair = match part.sheet.and_then(|index| finding.sheets.get(index)) {
            Some(sheet) => FreshPair {
                large: pictures::put(
                    app,
                    sheet.flattened.clone(),
                    flattened_size(shapes.get(part.sheet.unwrap_or_default())),
                )
                .await?,
                thumbnail: pictures::put(app, sheet.thumbnail.clone(), (0, 0)).await?,
            },
            None => match &finding.paper {
                Some(paper) => FreshPair {
                    large: pictures::put(app, paper.flattened.clone(), (paper.width, paper.height)).await?,
                    thumbnail: pictures::put(app, paper.thumbnail.clone(), (0, 0)).await?,
                },
                None => FreshPair {
                    large: pictures::put(app, frame_bytes.clone(), frame_size).await?,
                    thumbnail: pictures::put(app, thumbnail_bytes.clone(), (0, 0)).await?,
                },
            },
        };
        stored.push(Some(pair));
    }
    if stored.iter().all(Option::is_some) {
        thumbnail = Some(pictures::put(app, thumbnail_bytes, (0, 0)).await?);
        if finding.paper.is_some() || parts.iter().any(|part| part.sheet.is_some()) {
            frame = Some(pictures::put(app, frame_bytes, frame_size).await?);
        }
    }
    Ok(Stored { pictures: stored, frame, thumbnail })
}

/// Size of a sheet whose design is not known: A5 (ISO 216), in millimetres.
const DEFAULT_SIZE: (f64, f64) = (148.0, 210.0);

/// Size of a flattened sheet in pixels, as the engine makes it.
fn flattened_size(located: Option<&Located>) -> (u32, u32) {
    let shape = located.and_then(|located| located.shape.as_ref());
    let (width, height) = shape.map_or(DEFAULT_SIZE, |shape| (shape.width.0, shape.height.0));
    let pixels = |length: f64| ((length + 2.0 * FLATTENED_MARGIN.0) * FLATTENED_DPI / 25.4).round() as u32;
    (pixels(width), pixels(height))
}

/// What to do better: about the photo, then about its sheets, each once.
fn tips(finding: &Finding, codes: &[Code]) -> Vec<Tip> {
    let of_sheets = finding.sheets.iter().flat_map(|sheet| &sheet.advice);
    let mut tips: Vec<Tip> = Vec::new();
    let foreign = filing::is_foreign_only(codes).then_some(Tip::Foreign);
    for tip in
        foreign.into_iter().chain(finding.advice.iter().chain(of_sheets).filter_map(|one| Tip::of(*one)))
    {
        if !tips.contains(&tip) {
            tips.push(tip);
        }
    }
    tips
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_phones_clock_is_believed_when_it_makes_sense() {
        let taken = date(2026, 11, 22).at(9, 30, 0, 0);
        let evening = Instant::from_japan(date(2026, 11, 22).at(18, 0, 0, 0));
        assert_eq!(photographed_at(evening, evening, Some(taken)), Instant::from_japan(taken));
        assert_eq!(photographed_at(evening, evening, None), evening);
        for wrong in [date(2024, 1, 1).at(0, 0, 0, 0), date(2026, 11, 23).at(9, 0, 0, 0)] {
            assert_eq!(photographed_at(evening, evening, Some(wrong)), evening, "{wrong}");
        }
    }
}
