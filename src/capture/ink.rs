//! What is new on a filed photo: after it is filed it is compared, in the background and after all photos that
//! wait to be read, with the photo of its sheet before it and with the blank sheet.

use serde::{Deserialize, Serialize};

use super::vision::Compared;
use super::worker::Workers;
use super::{Ink, Photo, PhotoName, Strip, pictures, sql};
use crate::access::guard::open;
use crate::clock::Instant;
use crate::crypto::Opened;
use crate::error::{Doing, Error, Result};
use crate::id::{Id, NotebookNumber};
use crate::notebook;
use crate::print;
use crate::sheet::sql as sheets;
use crate::store::Scope;
use crate::store::jobs::{self, Job};
use crate::store::kept;
use crate::store::tx::Tx;
use crate::web::App;

/// The kind of the jobs that compare photos.
pub const COMPARE_PHOTO: &str = "compare-photo";

/// Which photo is to be compared.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Asked {
    notebook: u64,
    id: Id,
    part: u32,
}

/// Asks for a photo to be compared, in the write that files it.
pub fn ask(tx: &mut Tx<'_>, notebook: NotebookNumber, name: PhotoName, now: Instant) -> Result<()> {
    let asked = Asked { notebook: notebook.serial(), id: name.id, part: name.part };
    let payload = serde_json::to_vec(&asked).doing("writing a job")?;
    jobs::add(tx, Id::fresh(now)?, COMPARE_PHOTO, &payload, now)
}

/// What is compared with what.
struct Sheet {
    design: String,
    geometry: crate::sheet::design::Geometry,
    blank: Option<Vec<u8>>,
    new: super::Picture,
    before: Option<super::Picture>,
    /// The photo, where it is hidden behind the one before it.
    hidden: Option<Photo>,
}

/// Compares one photo. An error is a fault of the house: it may be tried again.
pub async fn compare_one(app: &App, workers: &Workers, job: &Job) -> Result<()> {
    let asked: Asked = serde_json::from_slice(&job.payload).doing("reading a job")?;
    let number = NotebookNumber::from_serial(asked.notebook).ok_or(Error::broken("reading a job"))?;
    let name = PhotoName { id: asked.id, part: asked.part };
    let opened = match open(app, number).await {
        // The notebook was erased since.
        Err(Error::NotFound) => return finish(app, job).await,
        outcome => outcome?,
    };
    let looking = opened.clone();
    let found = app.records.read(move |tx| find(tx, &looking, name)).await?;
    let Some(sheet) = found else { return finish(app, job).await };
    let new = pictures::get_of_notebook(app, &opened, &sheet.new).await?;
    let before = match &sheet.before {
        Some(picture) => Some(pictures::get_of_notebook(app, &opened, picture).await?),
        None => None,
    };
    // What the record knew was printed into it: without an older photo it would pass for handwriting.
    let is_filled = before.is_none() && print::FILLED.contains(&sheet.design.as_str());
    let blank = sheet.blank.as_deref().filter(|_| !is_filled);
    let compared = Compared { new: &new, before: before.as_deref(), blank, geometry: &sheet.geometry };
    let found = match workers.compare(&compared).await? {
        Ok(found) => found,
        Err(cause) => {
            tracing::info!(%cause, "a photo could not be compared");
            None
        }
    };
    let ink = match &found {
        None => Ink::Unclear,
        Some(strips) if strips.is_empty() => Ink::Same,
        Some(_) => Ink::New,
    };
    let mut strips = Vec::new();
    for strip in found.unwrap_or_default() {
        let picture = pictures::put(app, strip.picture, (strip.width, strip.height)).await?;
        let picture = picture.of_notebook(&opened)?;
        strips.push(Strip { number: strips.len(), regions: strip.regions, area: strip.area, picture });
    }
    let (job, now, house, hidden) = (job.clone(), app.clock.now(), app.house.clone(), sheet.hidden);
    let note = move |tx: &mut Tx<'_>| {
        if sql::photo::set_ink(tx, &opened, name, ink, &strips)? {
            for strip in &strips {
                kept::keep(tx, strip.picture.blob_key(), None)?;
            }
            if let Some(hidden) = hidden.as_ref().filter(|_| ink == Ink::New) {
                sql::double::show(tx, &house, &opened, hidden)?;
            }
            notebook::sql::changed(tx, number)?;
        }
        jobs::done(tx, &job, now)
    };
    app.records.write(Scope::Notebook(number), note).await
}

/// `None` for a photo that is not there any more, that was compared before, or that shows no sheet of ours.
fn find(tx: &mut Tx<'_>, opened: &Opened, name: PhotoName) -> Result<Option<Sheet>> {
    let Some(photo) = sql::photo::find_whole(tx, opened, name)? else { return Ok(None) };
    let before = sql::photo::find_before(tx, opened, &photo)?;
    let hidden = photo.double_of.filter(|twin| before.as_ref().is_some_and(|before| before.name.id == *twin));
    let hidden = hidden.map(|_| photo.clone());
    let known = photo.design.zip(photo.revision).filter(|_| photo.ink.is_none());
    let Some((design, revision)) = known else { return Ok(None) };
    let Some(geometry) = sheets::find_design(tx, &design, &revision)? else { return Ok(None) };
    let blank = sheets::find_blank(tx, &design, &revision)?;
    let (new, before) = (photo.pictures.large, before.map(|before| before.pictures.large));
    Ok(Some(Sheet { design, geometry, blank, new, before, hidden }))
}

async fn finish(app: &App, job: &Job) -> Result<()> {
    let (job, now) = (job.clone(), app.clock.now());
    app.records.write(Scope::House, move |tx| jobs::done(tx, &job, now)).await
}
