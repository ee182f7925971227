//! Redaction: what of a page is kept to supporters. Whoever took the photo chooses bands of the sheet; the family
//! is shown pictures in which they are painted over. A later photo of the same sheet keeps the same bands.

use axum::Extension;
use axum::extract::Path;

use super::photo::{find, title};
use super::pictures::{self, FreshPair};
use super::sheet_view::{Band, RedactionPage};
use super::sql;
use super::vision::{Rectangle, rectangle_of};
use super::worker::Workers;
use super::{Pair, Photo, PhotoName, Redaction};
use crate::access::audience::Audience;
use crate::access::guard::{Access, Photograph};
use crate::audit::{self, Act};
use crate::clock::Instant;
use crate::crypto::Opened;
use crate::error::{Error, Result};
use crate::id::Actor;
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
/// over all its width, and what was written outside of all rows.
fn bands(photo: &Photo, geometry: Option<&Geometry>) -> Vec<Rectangle> {
    let Pair { large, .. } = &photo.pictures;
    let band = |y: u32, height: u32| Rectangle { x: 0, y, width: large.width, height };
    let Some(geometry) = geometry else {
        let edge = |index: u32| large.height * index / BANDS;
        return (0..BANDS).map(|index| band(edge(index), edge(index + 1) - edge(index))).collect();
    };
    let regions = geometry.regions.iter().filter(|region| region.kind != RegionKind::Code);
    let outside = photo.strips.iter().filter(|strip| strip.regions.is_empty());
    let mut rows: Vec<Rectangle> = regions.map(|region| rectangle_of(&region.area)).collect();
    rows.extend(outside.map(super::Strip::rectangle));
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

/// One's own photo and its bands.
async fn own(app: &App, access: &Access<Photograph>, name: PhotoName) -> Result<(Photo, Vec<Rectangle>)> {
    let photo = find(app, access, name).await?;
    if photo.uploader.id != access.actor().id {
        return Err(Error::NotFound);
    }
    let bands = bands(&photo, geometry(app, &photo).await?.as_ref());
    Ok((photo, bands))
}

/// `GET /n/{notebook}/photos/{photo}/redaction`: the bands to choose from.
pub async fn choose(
    app: App,
    page: Page,
    access: Access<Photograph>,
    Path((_, name)): Path<(String, String)>,
) -> Result<Reply> {
    let (photo, bands) = own(&app, &access, name.parse()?).await?;
    let notebook = notebook::web::plain_head(&app, &access, &page.text).await?;
    let path = access.path(&format!("/photos/{}", photo.name));
    let chosen = |band: &Rectangle| photo.redaction.as_ref().is_some_and(|redaction| redaction.hides(band));
    show(&RedactionPage {
        notebook,
        sheet: title(&page.text, photo.design.as_deref(), photo.sheet),
        source: format!("{path}/flattened.jpg"),
        size: (photo.pictures.large.width, photo.pictures.large.height),
        bands: bands.iter().map(|band| Band { area: *band, is_chosen: chosen(band) }).collect(),
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
    let (photo, bands) = own(&app, &access, name.parse()?).await?;
    // The bands may lie elsewhere by now: nobody means one of those.
    let chosen = fields
        .iter()
        .filter(|(name, _)| name == "band")
        .map(|(_, place)| bands.iter().find(|band| *place == place_of(band)).copied().ok_or(Error::Conflict));
    set(&app, &workers, &access.opened(), &photo, chosen.collect::<Result<_>>()?).await?;
    Ok(see_other(&access.path(&format!("/photos/{}?told=redacted", photo.name))))
}

/// Keeps these areas of a photo to supporters, as its uploader says; also on the uploader's others of the same sheet
/// that the family sees.
pub async fn set(
    app: &App,
    workers: &Workers,
    opened: &Opened,
    photo: &Photo,
    areas: Vec<Rectangle>,
) -> Result<()> {
    let (looking, name, sheet, uploader) = (opened.clone(), photo.name, photo.sheet, photo.uploader);
    let same_sheet = move |tx: &mut Tx<'_>| match sheet {
        Some(sheet) => sql::photo::list_whole_sheet(tx, &looking, sheet),
        None => Ok(sql::photo::find_whole(tx, &looking, name)?.into_iter().collect()),
    };
    let shown = |other: &Photo| other.audience == Audience::Everyone || other.redaction.is_some();
    for other in app.records.read(same_sheet).await? {
        if other.name == name || other.uploader.id == uploader.id && shown(&other) {
            keep(app, workers, (opened, uploader), &other, areas.clone()).await?;
        }
    }
    Ok(())
}

/// `GET /n/{notebook}/photos/{photo}/redacted.jpg`: what the family sees, for who chose it.
pub async fn picture(
    app: App,
    access: Access<Photograph>,
    Path((_, name)): Path<(String, String)>,
) -> Result<Reply> {
    let (photo, _) = own(&app, &access, name.parse()?).await?;
    access.seen(&app, Act::ReadPhoto, Some(photo.name.id)).await?;
    let redacted = photo.redaction.and_then(|redaction| redaction.pictures).ok_or(Error::NotFound)?;
    Ok(bytes("image/jpeg", pictures::get_of_notebook(&app, &access.opened(), &redacted.large).await?))
}

/// Before one's own photo is shown to the family: what another photo of its sheet keeps to supporters stays with them.
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
        let areas = inherited(tx, &looking, &photo)?;
        Ok((photo, areas))
    };
    let (photo, areas) = app.records.read(find).await?;
    match areas {
        Some(areas) => keep(app, workers, (opened, actor), &photo, areas).await,
        None => Ok(()),
    }
}

/// What another photo of its sheet keeps to supporters, where nobody has said so of this one.
pub fn inherited(tx: &mut Tx<'_>, opened: &Opened, photo: &Photo) -> Result<Option<Vec<Rectangle>>> {
    if photo.redaction.is_some() {
        return Ok(None);
    }
    let found = sql::photo::find_redaction(tx, opened, photo)?.map(|redaction| redaction.areas);
    Ok(found.filter(|areas| !areas.is_empty()))
}

/// Makes the pictures without these areas and notes both.
async fn keep(
    app: &App,
    workers: &Workers,
    (opened, actor): (&Opened, Actor),
    photo: &Photo,
    areas: Vec<Rectangle>,
) -> Result<()> {
    let pictures = match &areas[..] {
        [] => None,
        areas => Some(redacted(app, workers, opened, photo, areas).await?),
    };
    let (opened, now, name) = (opened.clone(), app.clock.now(), photo.name);
    let (scope, redaction) = (Scope::Notebook(opened.notebook), Redaction { areas, pictures });
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
mod tests {
    use super::*;
    use crate::access::audience::{Reader, Side};
    use crate::capture::{Picture, Strip};
    use crate::id::{ActorKind, Id};
    use crate::sheet::design::{Area, Millimetres, Region, SheetAudience};

    fn picture(height: u32) -> Picture {
        Picture { blob: Id(uuid::Uuid::nil()), key: vec![], width: 1323, height }
    }

    fn pair(height: u32) -> Pair {
        Pair { large: picture(height), thumbnail: picture(1) }
    }

    fn area(left: f64, top: f64, width: f64, height: f64) -> Area {
        let [left, top, width, height] = [left, top, width, height].map(Millimetres);
        Area { left, top, width, height }
    }

    fn photo(strips: Vec<Strip>) -> Photo {
        let id = Id(uuid::Uuid::from_u128(1));
        Photo {
            name: PhotoName { id, part: 0 },
            uploader: Actor { kind: ActorKind::Staff, id, office: None },
            photographed_at: Instant(0),
            written_on: None,
            filed_at: Instant(0),
            by_tap: false,
            audience: Audience::Everyone,
            design: None,
            revision: None,
            sheet: None,
            pictures: pair(1811),
            ink: None,
            strips,
            redaction: None,
            double_of: None,
            compared_with: None,
        }
    }

    fn strip(number: usize, area: Area, regions: &[&str]) -> Strip {
        let regions = regions.iter().map(|name| (*name).to_owned()).collect();
        Strip { number, regions, area, picture: picture(90) }
    }

    #[test]
    fn what_lies_on_one_height_is_one_band_and_plain_paper_has_eight() {
        let region = |name: &str, kind, area| Region { name: name.into(), kind, area };
        let geometry = Geometry {
            design: "x".into(),
            label: 3,
            audience: SheetAudience::Everyone,
            width: Millimetres(148.0),
            height: Millimetres(210.0),
            code: None,
            regions: vec![
                region("code", RegionKind::Code, area(110.0, 8.0, 20.0, 20.0)),
                region("date", RegionKind::Row, area(20.0, 40.0, 40.0, 12.0)),
                region("name", RegionKind::Row, area(60.0, 40.5, 60.0, 12.0)),
                region("row-1", RegionKind::Row, area(20.0, 52.0, 100.0, 12.0)),
                region("tick", RegionKind::Tick, area(20.0, 66.0, 5.0, 5.0)),
            ],
        };
        let photo = photo(vec![strip(0, area(0.0, 150.0, 148.0, 9.0), &[])]);
        let millimetres = |band: &Rectangle| {
            let up = |pixels: u32| (f64::from(pixels) / 200.0 * 25.4 - 10.0).round();
            (up(band.y), up(band.y + band.height), band.width)
        };
        let found: Vec<_> = bands(&photo, Some(&geometry)).iter().map(millimetres).collect();
        let whole = 1323;
        assert_eq!(
            found,
            [(40.0, 52.0, whole), (52.0, 64.0, whole), (66.0, 71.0, whole), (150.0, 159.0, whole)]
        );
        let plain = bands(&photo, None);
        assert_eq!(plain.len(), 8);
        assert_eq!(plain.iter().map(|band| band.height).sum::<u32>(), 1811);
    }

    #[test]
    fn a_redacted_part_is_for_supporters_and_for_who_took_the_photo() {
        let strips = vec![
            strip(0, area(20.0, 52.0, 100.0, 12.0), &["row-1"]),
            strip(1, area(20.0, 64.0, 100.0, 12.0), &["row-2"]),
        ];
        let areas = vec![rectangle_of(&area(0.0, 52.0, 148.0, 12.0))];
        let redaction = Some(Redaction { areas, pictures: Some(pair(7)) });
        let photo = Photo { redaction, ..photo(strips) };
        let relative = |id: u128| Reader {
            actor: Actor { kind: ActorKind::Relative, id: Id(uuid::Uuid::from_u128(id)), office: None },
            side: Side::Relative,
        };
        let seen = photo.clone().seen_by(&relative(9)).unwrap();
        assert_eq!(seen.pictures, pair(7));
        assert_eq!(
            seen.strips.iter().map(|strip| strip.number).collect::<Vec<_>>(),
            [1],
            "its neighbour stays"
        );
        let taken_by_her = Photo { uploader: relative(9).actor, ..photo.clone() };
        assert_eq!(taken_by_her.clone().seen_by(&relative(9)), Some(taken_by_her));
        let kept = Photo { audience: Audience::Supporters, ..photo };
        assert_eq!(kept.seen_by(&relative(9)), None);
    }
}
