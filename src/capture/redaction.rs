//! Redaction: what of a page is kept to supporters. Whoever took the photo chooses bands of the sheet; the family
//! is shown pictures in which they are painted over. A later photo of the same sheet keeps the same bands, whoever
//! takes it: what one of the team keeps to supporters, no other person shows. A relative speaks for their own
//! photos alone.

use axum::Extension;
use axum::extract::Path;
use tokio::spawn;

use super::photo::{find, title};
use super::pictures::{self, FreshPair};
use super::sheet_view::{Band, RedactionPage};
use super::sql;
use super::vision::{Rectangle, rectangle_of, strip_corner};
use super::worker::Workers;
use super::{Pair, Photo, PhotoName, Redaction, Strip, is_hidden};
use crate::access::audience::Audience;
use crate::access::guard::{Access, Photograph};
use crate::audit::{self, Act};
use crate::clock::Instant;
use crate::crypto::Opened;
use crate::error::{Doing, Error, Result};
use crate::id::{Actor, ActorKind};
use crate::notebook;
use crate::sheet::design::{Geometry, RegionKind};
use crate::sheet::sql as sheets;
use crate::store::tx::Tx;
use crate::store::{Scope, kept};
use crate::web::App;
use crate::web::form::SafeForm;
use crate::web::page::Page;
use crate::web::reply::{Reply, bytes, see_other, show};

/// Bands of a page of which no rows are known.
const BANDS: u32 = 8;
/// So many pixels more are painted over on every side (1 mm): handwriting does not keep to its row.
const AROUND: u32 = 8;

/// The bands of a photo that can be kept to supporters, from top to bottom: what lies on one height of a sheet,
/// over all its width, what was written outside of all rows, and what is hidden already.
fn bands(photo: &Photo, geometry: Option<&Geometry>, hidden: &[Rectangle]) -> Vec<Rectangle> {
    let Pair { large, .. } = &photo.pictures;
    let band = |y: u32, height: u32| Rectangle { x: 0, y, width: large.width, height };
    let Some(geometry) = geometry else {
        let edge = |index: u32| large.height * index / BANDS;
        return (0..BANDS).map(|index| band(edge(index), edge(index + 1) - edge(index))).collect();
    };
    let regions = geometry.regions.iter().filter(|region| region.kind != RegionKind::Code);
    let outside = photo.strips.iter().filter(|strip| strip.regions.is_empty());
    let mut rows: Vec<Rectangle> = regions.map(|region| rectangle_of(&region.area)).collect();
    rows.extend(outside.map(Strip::rectangle));
    // What is hidden already can be shown again, whatever was found there since.
    rows.extend(hidden);
    rows.sort_unstable_by_key(|row| row.y);
    let mut bands: Vec<Rectangle> = Vec::new();
    for row in rows {
        match bands.last_mut() {
            // More than its edge lies within the one above it.
            Some(last) if row.y + row.height.min(last.height) / 2 < last.y + last.height => {
                last.height = last.height.max(row.y + row.height - last.y);
            }
            _ => bands.push(band(row.y, row.height)),
        }
    }
    bands
}

/// What the form says of a band: where it begins and how high it is, `120-48`.
pub fn place_of(band: &Rectangle) -> String {
    format!("{}-{}", band.y, band.height)
}

/// The geometry of the sheet on a photo.
async fn geometry(app: &App, photo: &Photo) -> Result<Option<Geometry>> {
    let Some((design, revision)) = photo.design.clone().zip(photo.revision.clone()) else { return Ok(None) };
    app.records.read(move |tx| sheets::find_design(tx, &design, &revision)).await
}

/// One's own photo with its bands.
struct Own {
    photo: Photo,
    bands: Vec<Rectangle>,
    hidden: Hidden,
}

async fn own(app: &App, access: &Access<Photograph>, name: PhotoName) -> Result<Own> {
    let photo = find(app, access, name).await?;
    if photo.uploader.id != access.actor().id {
        return Err(Error::NotFound);
    }
    let (opened, asked) = (access.opened(), photo.clone());
    let hidden = app.records.read(move |tx| hidden(tx, &opened, &asked)).await?;
    let bands = bands(&photo, geometry(app, &photo).await?.as_ref(), &hidden.all());
    Ok(Own { photo, bands, hidden })
}

/// What of a photo is to be kept to supporters.
struct Hidden {
    /// As its uploader said, of this photo or of an earlier one of its sheet.
    own: Vec<Rectangle>,
    /// As others of the team said of theirs: nobody else takes that back.
    others: Vec<Rectangle>,
}

impl Hidden {
    fn all(&self) -> Vec<Rectangle> {
        [&self.own[..], &self.others].concat()
    }
}

/// What everybody said last of photos of the same sheet.
fn hidden(tx: &mut Tx<'_>, opened: &Opened, photo: &Photo) -> Result<Hidden> {
    let same_sheet = photo.sheet.map(|sheet| sql::photo::list_redacted(tx, opened, sheet)).transpose()?;
    let mut last: Vec<(Actor, Vec<Rectangle>)> = Vec::new();
    for said in [photo.clone()].into_iter().chain(same_sheet.unwrap_or_default()) {
        let Some(redaction) = said.redaction else { continue };
        if last.iter().all(|(actor, _)| actor.id != said.uploader.id) {
            last.push((said.uploader, redaction.areas));
        }
    }
    let (own, others): (Vec<_>, Vec<_>) =
        last.into_iter().partition(|(actor, _)| actor.id == photo.uploader.id);
    let others = others.into_iter().filter(|(actor, _)| actor.kind == ActorKind::Staff);
    let others = others.flat_map(|(_, areas)| areas).collect();
    Ok(Hidden { own: own.into_iter().flat_map(|(_, areas)| areas).collect(), others })
}

/// `GET /n/{notebook}/photos/{photo}/redaction`: the bands to choose from.
pub async fn choose(
    app: App,
    page: Page,
    access: Access<Photograph>,
    Path((_, name)): Path<(String, String)>,
) -> Result<Reply> {
    let Own { photo, bands, hidden } = own(&app, &access, name.parse()?).await?;
    let notebook = notebook::web::plain_head(&app, &access, &page.text).await?;
    let path = access.path(&format!("/photos/{}", photo.name));
    let band = |band: &Rectangle| Band {
        area: *band,
        is_chosen: is_hidden(&hidden.all(), band),
        is_anothers: is_hidden(&hidden.others, band),
    };
    show(&RedactionPage {
        notebook,
        sheet: title(&page.text, photo.design.as_deref(), photo.sheet),
        source: format!("{path}/flattened.jpg"),
        size: (photo.pictures.large.width, photo.pictures.large.height),
        bands: bands.iter().map(band).collect(),
        has_redacted: photo.redaction.as_ref().is_some_and(|redaction| redaction.pictures.is_some()),
        path,
        page: access.signed_in.page(page),
    })
}

/// `POST /n/{notebook}/photos/{photo}/redaction`: the chosen bands are kept to supporters.
pub async fn save(
    app: App,
    access: Access<Photograph>,
    Extension(workers): Extension<Workers>,
    Path((_, name)): Path<(String, String)>,
    form: SafeForm<Vec<(String, String)>>,
) -> Result<Reply> {
    let SafeForm(fields) = form;
    let Own { photo, bands, .. } = own(&app, &access, name.parse()?).await?;
    // The bands may lie elsewhere by now: nobody means one of those.
    let chosen = fields
        .iter()
        .filter(|(name, _)| name == "band")
        .map(|(_, place)| bands.iter().find(|band| *place == place_of(band)).copied().ok_or(Error::Conflict));
    let (areas, opened, name) = (chosen.collect::<Result<_>>()?, access.opened(), photo.name);
    // Whoever leaves the page in between still means all photos of the sheet.
    let work = spawn(async move { set(&app, &workers, &opened, &photo, areas).await });
    work.await.doing("keeping parts of a sheet to supporters")??;
    Ok(see_other(&access.path(&format!("/photos/{name}?told=redacted"))))
}

/// Keeps these areas of a photo to supporters, as its uploader says, and what others of the team keep to them; also on
/// the uploader's other photos of the same sheet that the family sees. One that fails keeps no other one from it.
pub async fn set(
    app: &App,
    workers: &Workers,
    opened: &Opened,
    photo: &Photo,
    areas: Vec<Rectangle>,
) -> Result<()> {
    let (looking, asked, uploader) = (opened.clone(), photo.clone(), photo.uploader);
    let find = move |tx: &mut Tx<'_>| {
        let all = asked.sheet.map(|sheet| sql::photo::list_whole_sheet(tx, &looking, sheet)).transpose()?;
        Ok((hidden(tx, &looking, &asked)?, all.unwrap_or_default()))
    };
    let (hidden, mut same_sheet) = app.records.read(find).await?;
    let is_shown = |other: &Photo| other.audience == Audience::Everyone || other.redaction.is_some();
    same_sheet
        .retain(|other| other.name != photo.name && other.uploader.id == uploader.id && is_shown(other));
    let hidden = Hidden { own: areas, ..hidden };
    let mut outcome = keep(app, workers, (opened, uploader), photo, &hidden).await;
    for other in &same_sheet {
        let kept = keep(app, workers, (opened, uploader), other, &hidden).await;
        outcome = outcome.and(kept);
    }
    outcome
}

/// `GET /n/{notebook}/photos/{photo}/redacted.jpg`: what the family sees, for who chose it.
pub async fn picture(
    app: App,
    access: Access<Photograph>,
    Path((_, name)): Path<(String, String)>,
) -> Result<Reply> {
    let Own { photo, .. } = own(&app, &access, name.parse()?).await?;
    access.seen(&app, Act::ReadPhoto, Some(photo.name.id)).await?;
    let redacted = photo.redaction.and_then(|redaction| redaction.pictures).ok_or(Error::NotFound)?;
    Ok(bytes("image/jpeg", pictures::get_of_notebook(&app, &access.opened(), &redacted.large).await?))
}

/// Before one's own photo is shown to the family: what is kept to supporters of other photos of its sheet stays with
/// them.
pub async fn carry_over(
    app: &App,
    workers: &Workers,
    (opened, actor): (&Opened, Actor),
    name: PhotoName,
) -> Result<()> {
    let looking = opened.clone();
    let find = move |tx: &mut Tx<'_>| {
        let photo = sql::photo::find_whole(tx, &looking, name)?;
        let photo = photo.filter(|photo| photo.uploader.id == actor.id).ok_or(Error::NotFound)?;
        let (hidden, is_complete) = (hidden(tx, &looking, &photo)?, !misses(tx, &looking, &photo)?);
        Ok((photo, hidden, is_complete))
    };
    let (photo, hidden, is_complete) = app.records.read(find).await?;
    if is_complete { Ok(()) } else { keep(app, workers, (opened, actor), &photo, &hidden).await }
}

/// Whether something is to be kept to supporters that is not painted over on a photo.
pub fn misses(tx: &mut Tx<'_>, opened: &Opened, photo: &Photo) -> Result<bool> {
    let painted = photo.redaction.as_ref().map(Redaction::all).unwrap_or_default();
    Ok(hidden(tx, opened, photo)?.all().iter().any(|area| !painted.contains(area)))
}

/// What is shown of a strip without these areas of its photo: it reaches a little into its neighbours.
pub async fn strip_without(
    app: &App,
    workers: &Workers,
    opened: &Opened,
    strip: &Strip,
    areas: &[Rectangle],
) -> Result<Vec<u8>> {
    let (x, y) = strip_corner(&strip.area);
    let shown = Rectangle { x, y, width: strip.picture.width, height: strip.picture.height };
    let picture = pictures::get_of_notebook(app, opened, &strip.picture).await?;
    let areas: Vec<Rectangle> = areas.iter().filter_map(|area| area.grown(AROUND).seen_in(&shown)).collect();
    if areas.is_empty() {
        return Ok(picture);
    }
    let painted = workers.redact(&picture, &areas).await?;
    let [picture, _] =
        painted.map_err(|cause| Error::fault("painting over a part of a strip", cause.to_string()))?;
    Ok(picture)
}

/// Makes the pictures without these areas and notes both.
async fn keep(
    app: &App,
    workers: &Workers,
    (opened, actor): (&Opened, Actor),
    photo: &Photo,
    hidden: &Hidden,
) -> Result<()> {
    let pictures = match &hidden.all()[..] {
        [] => None,
        areas => Some(redacted(app, workers, opened, photo, areas).await?),
    };
    let (opened, now, name) = (opened.clone(), app.clock.now(), photo.name);
    let scope = Scope::Notebook(opened.notebook);
    let redaction = Redaction { areas: hidden.own.clone(), others: hidden.others.clone(), pictures };
    let save = move |tx: &mut Tx<'_>| note(tx, &opened, actor, (name, &redaction), now);
    app.records.write(scope, save).await
}

async fn redacted(
    app: &App,
    workers: &Workers,
    opened: &Opened,
    photo: &Photo,
    areas: &[Rectangle],
) -> Result<Pair> {
    let large = &photo.pictures.large;
    let bytes = pictures::get_of_notebook(app, opened, large).await?;
    let areas: Vec<Rectangle> = areas.iter().map(|area| area.grown(AROUND)).collect();
    let painted = workers.redact(&bytes, &areas).await?;
    let [picture, thumbnail] =
        painted.map_err(|cause| Error::fault("painting over a part of a photo", cause.to_string()))?;
    let fresh = FreshPair {
        large: pictures::put(app, picture, (large.width, large.height)).await?,
        thumbnail: pictures::put(app, thumbnail, (0, 0)).await?,
    };
    fresh.of_notebook(opened)
}

fn note(
    tx: &mut Tx<'_>,
    opened: &Opened,
    actor: Actor,
    (name, redaction): (PhotoName, &Redaction),
    now: Instant,
) -> Result<()> {
    let photo = sql::photo::find_whole(tx, opened, name)?.ok_or(Error::NotFound)?;
    for blob in photo.redaction.iter().flat_map(Redaction::blobs) {
        kept::release(tx, blob)?;
    }
    for blob in redaction.blobs() {
        kept::keep(tx, blob, None)?;
    }
    if !sql::photo::set_redaction(tx, opened, name, redaction)? {
        return Err(Error::NotFound);
    }
    notebook::sql::changed(tx, opened.notebook)?;
    audit::sql::record(tx, opened.notebook, actor, Act::RedactedPhoto, Some(name.id), now)
}

#[cfg(test)]
mod tests;
