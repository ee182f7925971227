//! Photos for programs: `POST /api/v1/photos` and what became of one. Field names are a promise.

use std::time::Duration;

use axum::Extension;
use axum::extract::{Path, Request};
use axum::http::{HeaderMap, StatusCode};
use serde::Serialize;

use super::inbox::{self, Inbox, Sent};
use super::web::{multipart, next_field, photo_of};
use super::{State, Upload, UploadKey};
use crate::access::guard::SignedIn;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::web::App;
use crate::web::reply::{Reply, json};

/// So long the answer waits for the reading.
const PATIENCE: Duration = Duration::from_secs(3);

/// What is told of a photo.
#[derive(Serialize)]
struct Told {
    id: Id,
    /// The notebook as printed; only once a part is filed.
    notebook: Option<String>,
    sheet: Option<u16>,
    /// `reading`, `filed`, `waiting`, `held`, `unreadable` or `discarded`.
    state: &'static str,
    /// Of a PDF: the ids of its further pages, each a photo of its own. The PDF's id is its first page's.
    #[serde(skip_serializing_if = "<[Id]>::is_empty")]
    pages: Vec<Id>,
}

impl Told {
    fn of(upload: &Upload) -> Self {
        let filed = upload.contents.filed();
        Self {
            id: upload.key.id,
            notebook: filed.map(|(notebook, _)| notebook.to_string()),
            sheet: filed.and_then(|(_, sheet)| sheet),
            state: upload.state.word(),
            pages: upload.contents.pages.clone(),
        }
    }
}

/// The id that the sender chose, or a fresh one.
fn id_of(headers: &HeaderMap, app: &App) -> Result<Id> {
    let Some(header) = headers.get("idempotency-key") else { return Id::fresh(app.clock.now()) };
    let id = header.to_str().ok().and_then(|text| text.trim().parse::<Id>().ok());
    id.filter(|id| id.is_time_ordered()).ok_or(Error::advice("Idempotency-Key", "capture-upload-key"))
}

/// `POST /api/v1/photos`: 201 with what became of it, or 202 while it is still being read.
pub async fn send(
    app: App,
    signed_in: SignedIn,
    Extension(inbox): Extension<Inbox>,
    request: Request,
) -> Result<Reply> {
    let id = id_of(request.headers(), &app)?;
    let mut form = multipart(request).await?;
    let mut photo = None;
    while let Some(mut field) = next_field(&mut form).await? {
        if field.name() == Some("photo") {
            photo = Some(photo_of(&mut field).await?);
        }
    }
    let bytes = photo.ok_or(Error::advice("photo", "capture-upload-none"))?;
    let (actor, photographed_at) = (signed_in.principal.actor(), app.clock.now());
    inbox::receive(&app, &inbox, actor, Sent { id, bytes, photographed_at, visit: None }).await?;
    let upload = inbox::wait_until_read(&app, UploadKey::new(actor, id), PATIENCE).await?;
    let status = if upload.state == State::Reading { StatusCode::ACCEPTED } else { StatusCode::CREATED };
    json(status, &Told::of(&upload))
}

/// `GET /api/v1/photos/{id}`: for its sender.
pub async fn read(app: App, signed_in: SignedIn, Path(id): Path<Id>) -> Result<Reply> {
    let found = inbox::find(&app, UploadKey::new(signed_in.principal.actor(), id)).await?;
    json(StatusCode::OK, &Told::of(&found.ok_or(Error::NotFound)?))
}
