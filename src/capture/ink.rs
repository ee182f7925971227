//! What is new on a filed photo: after it is filed it is compared, in the background and after all photos that
//! wait to be read, with the photo of its sheet before it and with the blank sheet.

use serde::{Deserialize, Serialize};

use super::vision::{Compared, NewStrip};
use super::worker::Workers;
use super::{EDGE, Ink, Photo, PhotoName, Strip, Transcript, pictures, sql, strip};
use crate::access::guard::open;
use crate::clock::Instant;
use crate::crypto::{House, Opened};
use crate::error::{Doing, Error, Result};
use crate::id::{Id, NotebookNumber};
use crate::notebook;
use crate::print;
use crate::sheet::design::Geometry;
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

/// Asks for those photos of a photo's sheet to be compared again that have another one before them now: one came
/// late, went, or is for other readers.
pub fn renew(tx: &mut Tx<'_>, opened: &Opened, photo: &Photo, now: Instant) -> Result<()> {
    let Some(sheet) = photo.sheet else { return Ok(()) };
    for other in sql::photo::list_whole_sheet(tx, opened, sheet)? {
        if other.ink.is_none() || other.double_of.is_some() {
            continue;
        }
        if is_other(sql::ink::find_before(tx, opened, &other)?.as_ref(), other.compared_with) {
            ask(tx, opened.notebook, other.name, now)?;
        }
    }
    Ok(())
}

/// Whether it is another one than that with this id.
fn is_other(before: Option<&Photo>, id: Option<Id>) -> bool {
    before.map(|before| before.name.id) != id
}

/// What is compared with what.
struct Sheet {
    design: String,
    geometry: Geometry,
    blank: Option<Vec<u8>>,
    photo: Photo,
    before: Option<Photo>,
    /// The photo is hidden behind an earlier one, unless it shows more.
    is_hidden: bool,
}

impl Sheet {
    fn compared_with(&self) -> Option<Id> {
        self.before.as_ref().map(|before| before.name.id)
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
    let mut fresh = None;
    if let Some(strips) = compare(app, workers, &opened, &sheet).await? {
        let found = fresh.insert(Vec::new());
        for strip in strips {
            let picture = pictures::put(app, strip.picture, (strip.width, strip.height)).await?;
            let picture = picture.of_notebook(&opened)?;
            found.push(Strip { number: 0, regions: strip.regions, area: strip.area, picture });
        }
    }
    let (job, now, house) = (job.clone(), app.clock.now(), app.house.clone());
    let note = move |tx: &mut Tx<'_>| {
        note(tx, &house, &opened, &sheet, (fresh.as_deref(), now))?;
        jobs::done(tx, &job, now)
    };
    app.records.write(Scope::Notebook(number), note).await
}

/// Keeps what comparing a photo told, if it is as it was then.
fn note(
    tx: &mut Tx<'_>,
    house: &House,
    opened: &Opened,
    sheet: &Sheet,
    (fresh, now): (Option<&[Strip]>, Instant),
) -> Result<()> {
    let name = sheet.photo.name;
    let Some(photo) = sql::photo::find_whole(tx, opened, name)? else { return Ok(()) };
    let (before, compared_with) = (sql::ink::find_before(tx, opened, &photo)?, sheet.compared_with());
    if is_other(before.as_ref(), compared_with) {
        // Another one came between them, or it went.
        return ask(tx, opened.notebook, name, now);
    }
    let transcripts = sql::transcript::list(tx, opened, name)?;
    let strips = joined(&photo.strips, &transcripts, fresh.unwrap_or_default());
    let ink = match fresh {
        _ if !strips.is_empty() => Ink::New,
        Some(_) => Ink::Same,
        None => Ink::Unclear,
    };
    let is_kept = |old: &&Strip| strips.iter().any(|strip| strip.picture.blob == old.picture.blob);
    for old in photo.strips.iter().filter(|old| !is_kept(old)) {
        kept::release(tx, old.picture.blob_key())?;
    }
    for strip in &strips {
        kept::keep(tx, strip.picture.blob_key(), None)?;
    }
    sql::ink::set_ink(tx, opened, name, compared_with, (ink, &strips))?;
    if ink == Ink::New && sheet.is_hidden && photo.double_of.is_some() {
        sql::double::show(tx, house, opened, &photo)?;
        renew(tx, opened, &photo, now)?;
    }
    notebook::sql::changed(tx, opened.notebook)
}

/// The strips of what is new, and those that somebody has typed out already, which stay; from top to bottom. A number
/// is given to one place alone, so that no text comes to stand beside other handwriting.
fn joined(old: &[Strip], transcripts: &[Transcript], fresh: &[Strip]) -> Vec<Strip> {
    let is_typed = |one: &&Strip| strip::last(transcripts, one.number).is_some();
    let mut strips: Vec<Strip> = old.iter().filter(is_typed).cloned().collect();
    // What reaches beyond a typed strip is shown too: more may be written there.
    let shows_more =
        |one: &&Strip| !strips.iter().any(|typed| typed.rectangle().holds(&one.rectangle(), EDGE));
    let fresh: Vec<&Strip> = fresh.iter().filter(shows_more).collect();
    let read = transcripts.iter().filter_map(|read| usize::try_from(read.strip).ok());
    let mut next = old.iter().map(|one| one.number).chain(read).max().map_or(0, |last| last + 1);
    for one in fresh {
        let same = old.iter().find(|old| old.rectangle() == one.rectangle()).map(|old| old.number);
        let number = same.unwrap_or(next);
        next += usize::from(same.is_none());
        strips.push(Strip { number, ..one.clone() });
    }
    strips.sort_by(|one, other| one.area.top.0.total_cmp(&other.area.top.0));
    strips
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

/// `None` for a photo that is not there any more, that was compared with the same one, or that shows no sheet of ours.
fn find(tx: &mut Tx<'_>, opened: &Opened, name: PhotoName) -> Result<Option<Sheet>> {
    let Some(photo) = sql::photo::find_whole(tx, opened, name)? else { return Ok(None) };
    let before = sql::ink::find_before(tx, opened, &photo)?;
    let is_due = photo.ink.is_none() || is_other(before.as_ref(), photo.compared_with);
    let known = photo.design.clone().zip(photo.revision.clone()).filter(|_| is_due);
    let Some((design, revision)) = known else { return Ok(None) };
    let Some(geometry) = sheets::find_design(tx, &design, &revision)? else { return Ok(None) };
    let blank = sheets::find_blank(tx, &design, &revision)?;
    let is_hidden = match photo.sheet.zip(photo.double_of) {
        Some((sheet, twin)) => {
            let all = sql::photo::list_whole_sheet(tx, opened, sheet)?;
            all.iter().any(|other| other.name.id == twin && other.position() < photo.position())
        }
        None => false,
    };
    Ok(Some(Sheet { design, geometry, blank, photo, before, is_hidden }))
}

async fn finish(app: &App, job: &Job) -> Result<()> {
    let (job, now) = (job.clone(), app.clock.now());
    app.records.write(Scope::House, move |tx| jobs::done(tx, &job, now)).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::Picture;
    use crate::id::{Actor, ActorKind};
    use crate::sheet::design::{Area, Millimetres};

    fn id(number: u128) -> Id {
        Id(uuid::Uuid::from_u128(number))
    }

    /// Rows from a height on, in millimetres.
    fn strip(number: usize, top: f64) -> Strip {
        let [left, top, width, height] = [10.0, top, 100.0, 9.0].map(Millimetres);
        let picture = Picture { blob: id(top.0 as u128), key: vec![], width: 1, height: 1 };
        Strip { number, regions: vec![], area: Area { left, top, width, height }, picture }
    }

    fn typed(strip: u32, text: &str) -> Transcript {
        let author = Actor { kind: ActorKind::Staff, id: id(1), office: None };
        Transcript { id: id(2), strip, author, recorded_at: Instant(0), text: text.into() }
    }

    #[test]
    fn what_was_typed_out_stays_and_no_number_is_given_to_another_place() {
        let old = [strip(0, 40.0), strip(1, 60.0), strip(2, 80.0)];
        let fresh = [strip(0, 20.0), strip(0, 60.0), strip(0, 80.0)];
        let shown = |transcripts: &[Transcript]| -> Vec<(usize, f64)> {
            joined(&old, transcripts, &fresh).iter().map(|one| (one.number, one.area.top.0)).collect()
        };
        assert_eq!(shown(&[]), [(3, 20.0), (1, 60.0), (2, 80.0)]);
        assert_eq!(shown(&[typed(0, "眠れた")]), [(3, 20.0), (0, 40.0), (1, 60.0), (2, 80.0)]);
        assert_eq!(
            shown(&[typed(0, "眠れた"), typed(0, ""), typed(7, "前")]),
            [(8, 20.0), (1, 60.0), (2, 80.0)]
        );
        let mut wider = strip(0, 40.0);
        wider.area.height = Millimetres(18.0);
        let both = joined(&old[..1], &[typed(0, "眠れた")], &[strip(0, 40.0), wider]);
        assert_eq!(both.iter().map(|one| one.number).collect::<Vec<_>>(), [0, 1], "the row under it is new");
        let names: Vec<usize> = joined(&[], &[], &fresh).iter().map(|one| one.number).collect();
        assert_eq!(names, [0, 1, 2]);
    }
}
