//! What somebody sent, as it is kept for themself: the thumbnail of their pile, the whole frame around a sheet, and a
//! file that could not be read.

use axum::extract::Path;

use super::vision::{FIRST_BYTES, PictureKind, is_picture};
use super::{PartState, Picture, Upload, UploadKey, pictures, sql};
use crate::access::guard::{SignedIn, Window, find_levels};
use crate::access::permission::Permission;
use crate::access::principal::Principal;
use crate::audit::{self, Act};
use crate::clock::Instant;
use crate::crypto::House;
use crate::error::{Error, Result};
use crate::id::{Id, NotebookNumber};
use crate::store::Scope;
use crate::store::tx::Tx;
use crate::web::App;
use crate::web::reply::{Reply, attachment, bytes};

/// One's own upload, as long as every notebook that a part of it is filed in is open to oneself: what is in notebooks
/// is seen through a grant, as far as it reaches.
fn find(
    tx: &mut Tx<'_>,
    house: &House,
    uploader: &Principal,
    id: Id,
    now: Instant,
) -> Result<Option<Upload>> {
    let Some(upload) = sql::upload::find(tx, house, &UploadKey::new(uploader.actor(), id))? else {
        return Ok(None);
    };
    for number in filed(&upload) {
        let found = find_levels(tx, uploader, number, now)?;
        let levels = found.map(|(_, levels)| levels).unwrap_or_default();
        let may = levels.iter().any(|level| level.permissions().contains(&Permission::Photograph));
        let since = Window::of(uploader, &levels, now).since;
        if !may || since.is_some_and(|since| upload.photographed_at < since) {
            return Ok(None);
        }
    }
    Ok(Some(upload))
}

/// The notebooks in which parts of an upload are filed.
fn filed(upload: &Upload) -> Vec<NotebookNumber> {
    upload.contents.parts.iter().map(|part| &part.state).filter_map(PartState::notebook).collect()
}

/// Until when the whole frame around one's own photo is kept; `None` where there is none to see.
pub fn frame_until(
    tx: &mut Tx<'_>,
    house: &House,
    uploader: &Principal,
    id: Id,
    now: Instant,
) -> Result<Option<Instant>> {
    let upload = find(tx, house, uploader, id, now)?;
    Ok(upload.filter(|upload| upload.contents.frame.is_some()).map(|upload| upload.until))
}

async fn own(app: &App, signed_in: &SignedIn, id: Id) -> Result<Upload> {
    let (uploader, house, now) = (signed_in.principal.clone(), app.house.clone(), app.clock.now());
    let found = app.records.read(move |tx| find(tx, &house, &uploader, id, now)).await?;
    found.ok_or(Error::NotFound)
}

async fn picture(app: &App, picture: &Picture) -> Result<Reply> {
    Ok(bytes("image/jpeg", pictures::get_of_house(app, picture).await?))
}

/// `GET /photos/{id}/thumbnail.jpg`: for its uploader.
pub async fn thumbnail(app: App, signed_in: SignedIn, Path(id): Path<Id>) -> Result<Reply> {
    let upload = own(&app, &signed_in, id).await?;
    picture(&app, upload.contents.thumbnail().ok_or(Error::NotFound)?).await
}

/// `GET /photos/{id}/frame.jpg`: the whole photo, what lies around the sheets with them, for its uploader. It shows
/// the filed sheets too, and stands in the diaries of their notebooks.
pub async fn frame(app: App, signed_in: SignedIn, Path(id): Path<Id>) -> Result<Reply> {
    let upload = own(&app, &signed_in, id).await?;
    let frame = upload.contents.frame.as_ref().ok_or(Error::NotFound)?;
    let (actor, now) = (signed_in.principal.actor(), app.clock.now());
    for number in filed(&upload) {
        let note =
            move |tx: &mut Tx<'_>| audit::sql::record_view(tx, number, actor, Act::ReadPhoto, Some(id), now);
        app.records.write(Scope::Notebook(number), note).await?;
    }
    picture(&app, frame).await
}

/// `GET /photos/{id}/original`: a file that could not be read, as it was sent, for its uploader. Its bytes are only
/// handed back to be kept, never shown.
pub async fn original(app: App, signed_in: SignedIn, Path(id): Path<Id>) -> Result<Reply> {
    let upload = own(&app, &signed_in, id).await?;
    let raw = upload.original().ok_or(Error::NotFound)?;
    let bytes = pictures::get_of_house(&app, raw).await?;
    let ending = match is_picture(bytes.get(..FIRST_BYTES).unwrap_or(&bytes)) {
        Some(PictureKind::Jpeg) => "jpg",
        Some(PictureKind::Png) => "png",
        Some(PictureKind::Webp) => "webp",
        Some(PictureKind::Heic) => "heic",
        Some(PictureKind::Pdf) => "pdf",
        None => "bin",
    };
    Ok(attachment(&format!("photo-{id}.{ending}"), bytes))
}
