//! One photo's rows of the pile, for the script of a page that sends photos or waits until they are read.

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use serde::Deserialize;

use super::view::{PhotoRows, PhotoState, PilePhoto};
use super::{Upload, UploadKey, pile, sql};
use crate::access::guard::SignedIn;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::store::tx::Tx;
use crate::text::date;
use crate::web::App;
use crate::web::page::Page;
use crate::web::reply::{Reply, show, show_with};

/// What the address of a row may ask for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// Which photo it is on the page that asks, from 1.
    number: u32,
}

/// `GET /photos/{id}/row`: for its uploader.
pub async fn read(
    app: App,
    page: Page,
    signed_in: SignedIn,
    Path(id): Path<Id>,
    Query(asked): Query<Asked>,
) -> Result<Reply> {
    show_of(&app, page, &signed_in, id, asked).await
}

/// The rows of a photo and of its further pages. Sending to the family is offered on the pile alone.
pub async fn show_of(app: &App, page: Page, signed_in: &SignedIn, id: Id, asked: Asked) -> Result<Reply> {
    let (actor, house) = (signed_in.principal.actor(), app.house.clone());
    let (uploader, now) = (signed_in.principal.clone(), app.clock.now());
    let find = move |tx: &mut Tx<'_>| {
        let Some(first) = sql::upload::find(tx, &house, &UploadKey::new(actor, id))? else { return Ok(None) };
        let mut uploads: Vec<Upload> = vec![first.clone()];
        for page in first.contents.pages.iter().filter(|page| **page != id) {
            uploads.extend(sql::upload::find(tx, &house, &UploadKey::new(actor, *page))?);
        }
        let known = pile::Known::of(tx, &uploads, &uploader, now)?;
        Ok(Some((uploads, known)))
    };
    let (uploads, known) = app.records.read(find).await?.ok_or(Error::NotFound)?;
    let mut photos = pile::rows(&page.text, &uploads, &known);
    for photo in &mut photos {
        (photo.number, photo.family) = (asked.number, None);
    }
    show(&PhotoRows { page, photos })
}

/// The row of a photo that was not taken in.
pub fn refuse(app: &App, page: Page, advice: String, asked: Asked) -> Result<Reply> {
    let refused = PilePhoto {
        id: String::new(),
        number: asked.number,
        sent: date::time(&page.text, app.clock.now().in_japan().time()),
        thumbnail: None,
        until: None,
        original: None,
        state: PhotoState::Refused { advice },
        advice: vec![],
        family: None,
    };
    show_with(StatusCode::UNPROCESSABLE_ENTITY, &PhotoRows { page, photos: vec![refused] })
}
