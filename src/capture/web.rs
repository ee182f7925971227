//! Sending photos from a browser: several at once, streamed, each taken in for itself.

use axum::Extension;
use axum::extract::multipart::Field;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::StatusCode;
use sha2::{Digest, Sha256};

use super::inbox::{self, Inbox, Sent};
use super::view::UploadPage;
use super::vision::BYTES_MAX;
use super::{KEPT_SHORT, sql};
use crate::access::guard::{Access, Photograph, SignedIn};
use crate::access::principal::Principal;
use crate::clock::{DAY, Instant};
use crate::error::{Advice, Error, Result};
use crate::id::{Actor, Id, NotebookNumber};
use crate::notebook;
use crate::scan;
use crate::scan::web::Visiting;
use crate::store::tx::Tx;
use crate::web::App;
use crate::web::form::{check_origin, check_token};
use crate::web::page::{Browser, Page};
use crate::web::reply::{Reply, see_other, show, show_with};

/// The pictures that can be read, for the browser's file chooser.
const ACCEPT: &str = "image/jpeg,image/png,image/webp";
/// No pile is larger, in bytes.
const PILE_MAX: usize = 1 << 30;
/// No other field of the form is longer, in bytes.
const FIELD_MAX: usize = 256;

fn page_of(page: Page, signed_in: &SignedIn, visit: String) -> UploadPage {
    UploadPage { page: signed_in.page(page), notebook: None, visit, advice: None, accept: ACCEPT.into() }
}

/// `GET /photos/new`.
pub async fn choose(page: Page, signed_in: SignedIn, Visiting(visit): Visiting) -> Result<Reply> {
    let visit = visit.filter(|visit| visit.notebook().is_some()).map(|visit| visit.id.to_string());
    show(&page_of(page, &signed_in, visit.unwrap_or_default()))
}

/// `GET /n/{notebook}/photos/new`: the same, from within a notebook, which is offered for what has no code.
pub async fn choose_in(app: App, page: Page, access: Access<Photograph>) -> Result<Reply> {
    let head = notebook::web::plain_head(&app, &access, &page.text).await?;
    let shown = page_of(page, &access.signed_in, access.notebook().to_string());
    show(&UploadPage { notebook: Some(head), ..shown })
}

/// The notebook of a form's visit: a visit's id, or the number of the notebook that it was opened in. It
/// is offered only to who may photograph there.
async fn find_visit(app: &App, uploader: &Principal, typed: &str) -> Result<Option<NotebookNumber>> {
    let (uploader, now) = (uploader.clone(), app.clock.now());
    let (id, number) = (typed.parse::<Id>().ok(), typed.parse::<NotebookNumber>().ok());
    let find = move |tx: &mut Tx<'_>| {
        let visited = match id {
            Some(id) => scan::sql::find_visit(tx, id, uploader.actor(), now.plus(-KEPT_SHORT))?,
            None => number,
        };
        match visited {
            Some(number) if sql::code::may_photograph(tx, &uploader, number, now)? => Ok(Some(number)),
            _ => Ok(None),
        }
    };
    app.records.read(find).await
}

/// The multipart form of a request, with room for a pile of photos.
pub async fn multipart(mut request: Request) -> Result<Multipart> {
    DefaultBodyLimit::max(PILE_MAX).apply(&mut request);
    Multipart::from_request(request, &()).await.map_err(|_| damaged())
}

fn damaged() -> Error {
    Error::advice("", "web-form-damaged")
}

/// The next field of a form; `None` at its end.
pub async fn next_field(form: &mut Multipart) -> Result<Option<Field<'_>>> {
    form.next_field().await.map_err(|_| damaged())
}

/// All bytes of a field, but no more than one above `most`: what is longer is read on and dropped.
async fn bytes_of(field: &mut Field<'_>, most: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let chunk = field.chunk().await.map_err(|_| damaged())?;
        let Some(chunk) = chunk else { return Ok(bytes) };
        let room = (most + 1).saturating_sub(bytes.len());
        bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
}

/// The bytes of a photo, as many as [`inbox::check`] must see.
pub async fn photo_of(field: &mut Field<'_>) -> Result<Vec<u8>> {
    bytes_of(field, BYTES_MAX).await
}

async fn text_of(field: &mut Field<'_>) -> Result<String> {
    String::from_utf8(bytes_of(field, FIELD_MAX).await?).map_err(|_| damaged())
}

/// What came of a sent pile.
#[derive(Default)]
struct Pile {
    taken: usize,
    /// Advice for the first photo that was refused.
    refused: Option<Advice>,
    visit: String,
}

/// `POST /photos`: each photo is taken or refused for itself.
pub async fn send(
    app: App,
    page: Page,
    signed_in: SignedIn,
    Extension(inbox): Extension<Inbox>,
    request: Request,
) -> Result<Reply> {
    check_origin(request.headers(), &app.site)?;
    let browser = request.extensions().get::<Browser>().cloned();
    let form = multipart(request).await?;
    let pile = take_pile(&app, &signed_in.principal, &inbox, browser.as_ref(), form).await?;
    let advice = match (&pile.refused, pile.taken) {
        (Some(advice), _) => advice.0.first().map_or("web-form-damaged", |first| first.message),
        (None, 0) => "capture-upload-none",
        (None, _) => return Ok(see_other("/photos")),
    };
    let advice = Some(page.text.plain(advice));
    let shown = UploadPage { advice, ..page_of(page, &signed_in, pile.visit) };
    show_with(StatusCode::UNPROCESSABLE_ENTITY, &shown)
}

async fn take_pile(
    app: &App,
    uploader: &Principal,
    inbox: &Inbox,
    browser: Option<&Browser>,
    mut form: Multipart,
) -> Result<Pile> {
    let (mut pile, mut is_safe, mut visit) = (Pile::default(), false, None);
    while let Some(mut field) = next_field(&mut form).await? {
        match field.name() {
            Some("csrf") => {
                check_token(app, browser, &text_of(&mut field).await?)?;
                is_safe = true;
            }
            Some("visit") => {
                pile.visit = text_of(&mut field).await?;
                visit = find_visit(app, uploader, &pile.visit).await?;
            }
            // The form's own fields come first: no photo is taken before they are right.
            Some("photo") if !is_safe => return Err(Error::Forbidden),
            Some("photo") => {
                let is_chosen = field.file_name().is_some_and(|name| !name.is_empty());
                let bytes = photo_of(&mut field).await?;
                if is_chosen || !bytes.is_empty() {
                    let outcome = take_one(app, uploader, inbox, bytes, visit).await;
                    pile.note(outcome)?;
                }
            }
            _ => {}
        }
    }
    Ok(pile)
}

async fn take_one(
    app: &App,
    uploader: &Principal,
    inbox: &Inbox,
    bytes: Vec<u8>,
    visit: Option<NotebookNumber>,
) -> Result<()> {
    let now = app.clock.now();
    if is_there(app, uploader.actor(), &bytes, now).await? {
        return Ok(());
    }
    let sent = Sent { id: Id::fresh(now)?, bytes, photographed_at: now, visit };
    inbox::receive(app, inbox, uploader.actor(), sent).await
}

/// True when somebody has sent these very bytes in the last day and they are not held: a page that was
/// loaded again sends its form again, and a photo may be chosen twice.
async fn is_there(app: &App, uploader: Actor, bytes: &[u8], now: Instant) -> Result<bool> {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    app.records.read(move |tx| sql::upload::is_there(tx, uploader, digest, now.plus(-DAY))).await
}

impl Pile {
    fn note(&mut self, outcome: Result<()>) -> Result<()> {
        match outcome {
            Ok(()) => self.taken += 1,
            Err(Error::Invalid(advice)) => drop(self.refused.get_or_insert(advice)),
            Err(error) => return Err(error),
        }
        Ok(())
    }
}
