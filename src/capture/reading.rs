//! From a queued photo to filed pages: the worker reads it, the rule of filing decides, and photo, diary,
//! inbox and job change in one write. The decision is made again inside that write, so that a grant that
//! ended in between files nothing.

use std::sync::Arc;

use super::filing::{self, Code, Located, Outcome, Seen, Target};
use super::pictures::{self, Fresh, FreshPair};
use super::vision::{Advice, FLATTENED_DPI, FLATTENED_MARGIN, Finding, LocatedSheet};
use super::worker::Workers;
use super::{
    Contents, KEPT_SHORT, KEPT_WAITING, Part, PartState, Photo, PhotoName, State, Tip, Upload, UploadKey, sql,
};
use crate::access::audience::Audience;
use crate::access::guard::open;
use crate::access::principal::Principal;
use crate::audit::{self, Act};
use crate::clock::Instant;
use crate::crypto::{House, Opened};
use crate::error::{Doing, Error, Result};
use crate::id::NotebookNumber;
use crate::notebook;
use crate::sheet;
use crate::sheet::design::Geometry;
use crate::store::Scope;
use crate::store::jobs::{self, Job};
use crate::store::tx::Tx;
use crate::web::App;

/// Longest side of a frame, in pixels.
const FRAME_SIDE: usize = 2000;

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
    match workers.read(&bytes, &known).await? {
        Err(cause) => {
            tracing::info!(%cause, "a photo could not be read");
            let (house, job, now) = (app.house.clone(), job.clone(), app.clock.now());
            let keep = move |tx: &mut Tx<'_>| {
                give_up(tx, &house, &job, now)?;
                jobs::done(tx, &job, now)
            };
            app.records.write(Scope::House, keep).await
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

/// The photo counts as unreadable: its bytes are kept for a while as they came.
pub fn give_up(tx: &mut Tx<'_>, house: &House, job: &Job, now: Instant) -> Result<()> {
    let found = sql::upload::find(tx, house, &key_of(job)?)?;
    let Some(mut upload) = found.filter(|upload| upload.state == State::Reading) else { return Ok(()) };
    upload.state = State::Unreadable;
    upload.until = now.plus(KEPT_SHORT);
    upload.contents.tips = vec![Tip::Broken];
    if let Some(raw) = &upload.contents.raw {
        sql::kept::keep(tx, raw.blob_key(), Some(upload.until))?;
    }
    sql::upload::save(tx, house, &upload)
}

/// What the camera saw, as far as filing needs it; the meaning of the codes comes later.
fn seen(finding: &Finding, known: &[Geometry]) -> Seen {
    let located = |(index, sheet): (usize, &LocatedSheet)| Located {
        label: sheet.label,
        // Both must say so: the sheet that it has this code, the code that it lies in this sheet.
        code: sheet.code.filter(|code| {
            finding.codes.get(*code).is_some_and(|found| found.sheet == Some(index))
        }),
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

/// What was decided about a photo.
#[derive(Debug, Clone, PartialEq)]
struct Decision {
    codes: Vec<Code>,
    parts: Vec<filing::Part>,
}

/// Decides about every part. One write holds two notebooks at most: what belongs to a third one waits.
fn decide(tx: &mut Tx<'_>, house: &House, reader: &Decider, now: Instant) -> Result<Decision> {
    let codes = sql::code::list(tx, house, &reader.uploader, &reader.texts, now)?;
    let seen = Seen { codes, ..reader.seen.clone() };
    let mut parts = filing::file(&seen);
    let allowed: Vec<NotebookNumber> = targets(&parts).into_iter().take(2).collect();
    for part in &mut parts {
        if matches!(&part.outcome, Outcome::File(target) if !allowed.contains(&target.notebook)) {
            part.outcome = Outcome::Wait(filing::Why::Conflict);
        }
    }
    Ok(Decision { codes: seen.codes, parts })
}

/// The notebooks that parts are filed to, each once, in the order of the parts.
fn targets(parts: &[filing::Part]) -> Vec<NotebookNumber> {
    let mut numbers = Vec::new();
    for part in parts {
        if let Outcome::File(Target { notebook, .. }) = &part.outcome
            && !numbers.contains(notebook)
        {
            numbers.push(*notebook);
        }
    }
    numbers
}

/// What a decision is made from.
#[derive(Clone)]
struct Decider {
    seen: Seen,
    texts: Vec<String>,
    uploader: Principal,
}

/// Everything that the write needs; made outside, as the write may run again.
struct Plan {
    decider: Decider,
    decision: Decision,
    opened: Vec<Opened>,
    /// In the order of the parts.
    pictures: Vec<FreshPair>,
    /// The whole photo, where its parts are sheets.
    frame: Option<Fresh>,
    thumbnail: Fresh,
    tips: Vec<Tip>,
    upload: Upload,
    job: Job,
    house: Arc<House>,
    now: Instant,
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
        let tips = tips(&self.finding, &decision.codes);
        let stored = store(app, self.finding, &decision.parts, &decider.seen.sheets).await?;
        let scope = match opened[..] {
            [] => Scope::House,
            [ref one] => Scope::Notebook(one.notebook),
            [ref one, ref other, ..] => Scope::Notebooks(one.notebook, other.notebook),
        };
        let (house, upload) = (app.house.clone(), self.upload);
        let Stored { pictures, frame, thumbnail } = stored;
        let plan =
            Plan { decider, decision, opened, pictures, frame, thumbnail, tips, upload, job, house, now };
        app.records.write(scope, move |tx| plan.carry_out(tx)).await
    }
}

/// The pictures of a photo, written as blobs.
struct Stored {
    pictures: Vec<FreshPair>,
    frame: Option<Fresh>,
    thumbnail: Fresh,
}

async fn store(
    app: &App,
    finding: Finding,
    parts: &[filing::Part],
    shapes: &[Located],
) -> Result<Stored> {
    let frame_size = within(finding.width, finding.height);
    let (frame_bytes, thumbnail_bytes) = (finding.frame, finding.thumbnail);
    let thumbnail = pictures::put(app, thumbnail_bytes.clone(), (0, 0)).await?;
    let (mut stored, mut frame) = (Vec::new(), None);
    for part in parts {
        let pair = match part.sheet.and_then(|index| finding.sheets.get(index)) {
            Some(sheet) => FreshPair {
                large: pictures::put(app, sheet.flattened.clone(), flattened_size(shapes.get(part.sheet.unwrap_or_default()))).await?,
                thumbnail: pictures::put(app, sheet.thumbnail.clone(), (0, 0)).await?,
            },
            None => FreshPair {
                large: pictures::put(app, frame_bytes.clone(), frame_size).await?,
                thumbnail: pictures::put(app, thumbnail_bytes.clone(), (0, 0)).await?,
            },
        };
        stored.push(pair);
    }
    if parts.iter().any(|part| part.sheet.is_some()) {
        frame = Some(pictures::put(app, frame_bytes, frame_size).await?);
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

/// Size of the frame of a photo in pixels, as the engine makes it.
fn within(width: usize, height: usize) -> (u32, u32) {
    let scale = (FRAME_SIDE as f64 / width.max(height).max(1) as f64).min(1.0);
    let pixels = |length: usize| (length as f64 * scale).round() as u32;
    (pixels(width), pixels(height))
}

/// What to do better: about the photo, then about its sheets, each once.
fn tips(finding: &Finding, codes: &[Code]) -> Vec<Tip> {
    let of_sheets = finding.sheets.iter().flat_map(|sheet| &sheet.advice);
    let mut tips: Vec<Tip> = Vec::new();
    let foreign = filing::is_foreign_only(codes).then_some(Tip::Foreign);
    for tip in foreign.into_iter().chain(finding.advice.iter().chain(of_sheets).filter_map(|one| Tip::of(*one)))
    {
        if !tips.contains(&tip) {
            tips.push(tip);
        }
    }
    tips
}

impl Plan {
    /// Files, notes, settles, in the transaction that also ends the job.
    fn carry_out(&self, tx: &mut Tx<'_>) -> Result<()> {
        if decide(tx, &self.house, &self.decider, self.now)? != self.decision {
            return Err(Error::Conflict);
        }
        let mut parts = Vec::new();
        for (part, pair) in self.decision.parts.iter().zip(&self.pictures) {
            parts.push(self.settle_part(tx, part, pair)?);
        }
        let mut upload = self.upload.clone();
        let raw = upload.contents.raw.take();
        upload.contents = Contents {
            raw: None,
            frame: self.frame.as_ref().map(|frame| frame.of_house(&self.house)).transpose()?,
            thumbnail: Some(self.thumbnail.of_house(&self.house)?),
            parts,
            tips: self.tips.clone(),
        };
        upload.settle(self.now);
        if let Some(raw) = raw {
            sql::kept::release(tx, raw.blob_key())?;
        }
        if let Some(frame) = &self.frame {
            sql::kept::keep(tx, frame.blob, Some(self.now.plus(KEPT_SHORT)))?;
        }
        sql::kept::keep(tx, self.thumbnail.blob, Some(upload.until))?;
        sql::upload::save(tx, &self.house, &upload)?;
        jobs::done(tx, &self.job, self.now)
    }

    fn settle_part(&self, tx: &mut Tx<'_>, part: &filing::Part, pair: &FreshPair) -> Result<Part> {
        let number = u32::try_from(part.sheet.unwrap_or_default()).doing("numbering a part")?;
        let state = match &part.outcome {
            Outcome::File(target) => return self.file_part(tx, number, target, pair),
            Outcome::Wait(why) => {
                let hints = filing::hints(&self.decision.codes);
                PartState::Waiting { why: *why, hints: hints.into_iter().map(NotebookNumber::serial).collect() }
            }
            Outcome::Held => PartState::Held,
        };
        for blob in pair.blobs() {
            sql::kept::keep(tx, blob, Some(self.now.plus(KEPT_WAITING)))?;
        }
        Ok(Part { number, state, pictures: Some(pair.of_house(&self.house)?) })
    }

    fn file_part(&self, tx: &mut Tx<'_>, number: u32, target: &Target, pair: &FreshPair) -> Result<Part> {
        let opened = self.opened.iter().find(|opened| opened.notebook == target.notebook);
        let opened = opened.ok_or(Error::broken("filing into a notebook that was not opened"))?;
        let sheet = target.sheet.as_ref();
        let photo = Photo {
            name: PhotoName { id: self.upload.key.id, part: number },
            uploader: self.decider.uploader.actor(),
            photographed_at: self.upload.photographed_at,
            written_on: None,
            filed_at: self.now,
            by_tap: false,
            audience: Audience::Supporters,
            design: sheet.map(|sheet| sheet.design.clone()),
            revision: sheet.map(|sheet| sheet.revision.clone()),
            sheet: sheet.map(|sheet| sheet.sheet),
            pictures: pair.of_notebook(opened)?,
        };
        add_photo(tx, opened, &photo, Act::FiledPhoto, self.now)?;
        let state = PartState::Filed {
            notebook: opened.notebook.serial(),
            sheet: photo.sheet,
            design: photo.design,
            shared: false,
        };
        Ok(Part { number, state, pictures: None })
    }
}

/// Adds a photo to its notebook with its diary row.
pub fn add_photo(tx: &mut Tx<'_>, opened: &Opened, photo: &Photo, act: Act, now: Instant) -> Result<()> {
    if !sql::photo::add(tx, opened, photo)? {
        return Err(Error::Conflict);
    }
    for blob in photo.pictures.blobs() {
        sql::kept::keep(tx, blob, None)?;
    }
    notebook::sql::changed(tx, opened.notebook)?;
    audit::sql::record(tx, opened.notebook, photo.uploader, act, Some(photo.name.id), now)
}
