//! What is new on a filed photo: after it is filed it is compared, in the background and after all photos that
//! wait to be read, with the photo of its sheet before it and with the blank sheet.

use serde::{Deserialize, Serialize};

use super::vision::{Compared, NewStrip};
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

/// Asks for the next photo of a sheet to be compared again, as this one came before it or went only now. Where
/// people have typed something out of its strips already, they stay as they are.
pub fn ask_for_next(tx: &mut Tx<'_>, opened: &Opened, photo: &Photo, now: Instant) -> Result<()> {
    let next = sql::ink::find_after(tx, opened, photo)?.filter(|next| next.ink.is_some());
    let Some(next) = next else { return Ok(()) };
    if !sql::transcript::list(tx, opened, next.name)?.is_empty() {
        return Ok(());
    }
    for strip in &next.strips {
        kept::release(tx, strip.picture.blob_key())?;
    }
    sql::ink::forget_ink(tx, opened.notebook, next.name)?;
    ask(tx, opened.notebook, next.name, now)
}

/// What is compared with what.
struct Sheet {
    design: String,
    geometry: crate::sheet::design::Geometry,
    blank: Option<Vec<u8>>,
    photo: Photo,
    before: Option<Photo>,
}

impl Sheet {
    /// Whether the photo is hidden behind the one before it.
    fn is_hidden(&self) -> bool {
        let before = self.before.as_ref().map(|before| before.name.id);
        self.photo.double_of.is_some_and(|twin| before == Some(twin))
    }
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
    let found = compare(app, workers, &opened, &sheet).await?;
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
    let (job, now, house) = (job.clone(), app.clock.now(), app.house.clone());
    let note = move |tx: &mut Tx<'_>| {
        let before = sql::ink::find_before(tx, &opened, &sheet.photo)?;
        if before.map(|before| before.name) != sheet.before.as_ref().map(|before| before.name) {
            // Another one came between them, or it went.
            ask(tx, number, name, now)?;
        } else if sql::ink::set_ink(tx, &opened, name, ink, &strips)? {
            for strip in &strips {
                kept::keep(tx, strip.picture.blob_key(), None)?;
            }
            if ink == Ink::New && sheet.is_hidden() {
                sql::double::show(tx, &house, &opened, &sheet.photo)?;
                ask_for_next(tx, &opened, &sheet.photo, now)?;
            }
            notebook::sql::changed(tx, number)?;
        }
        jobs::done(tx, &job, now)
    };
    app.records.write(Scope::Notebook(number), note).await
}

/// The strips of what is new; `None` where the pictures cannot be compared.
async fn compare(
    app: &App,
    workers: &Workers,
    opened: &Opened,
    sheet: &Sheet,
) -> Result<Option<Vec<NewStrip>>> {
    let new = pictures::get_of_notebook(app, opened, &sheet.photo.pictures.large).await?;
    let before = match &sheet.before {
        Some(before) => Some(pictures::get_of_notebook(app, opened, &before.pictures.large).await?),
        None => None,
    };
    // What the record knew was printed into it: without an older photo it would pass for handwriting.
    let is_filled = before.is_none() && print::FILLED.contains(&sheet.design.as_str());
    let blank = sheet.blank.as_deref().filter(|_| !is_filled);
    let compared = Compared { new: &new, before: before.as_deref(), blank, geometry: &sheet.geometry };
    let found = workers.compare(&compared).await?;
    if let Err(cause) = &found {
        tracing::info!(%cause, "a photo could not be compared");
    }
    Ok(found.ok().flatten())
}

/// `None` for a photo that is not there any more, that was compared before, or that shows no sheet of ours.
fn find(tx: &mut Tx<'_>, opened: &Opened, name: PhotoName) -> Result<Option<Sheet>> {
    let Some(photo) = sql::photo::find_whole(tx, opened, name)? else { return Ok(None) };
    let known = photo.design.clone().zip(photo.revision.clone()).filter(|_| photo.ink.is_none());
    let Some((design, revision)) = known else { return Ok(None) };
    let Some(geometry) = sheets::find_design(tx, &design, &revision)? else { return Ok(None) };
    let blank = sheets::find_blank(tx, &design, &revision)?;
    let before = sql::ink::find_before(tx, opened, &photo)?;
    Ok(Some(Sheet { design, geometry, blank, photo, before }))
}

async fn finish(app: &App, job: &Job) -> Result<()> {
    let (job, now) = (job.clone(), app.clock.now());
    app.records.write(Scope::House, move |tx| jobs::done(tx, &job, now)).await
}
