//! Sending photos from a browser: several at once, streamed, each taken in for itself.

use axum::Extension;
use axum::extract::multipart::Field;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Query, Request};
use axum::http::StatusCode;
use sha2::{Digest, Sha256};

use super::inbox::{self, Inbox, Sent};
use super::view::UploadPage;
use super::vision::BYTES_MAX;
use super::{KEPT_SHORT, KEPT_WAITING, row, sql};
use crate::access::guard::{Access, Photograph, SignedIn};
use crate::access::principal::Principal;
use crate::clock::{DAY, Instant};
use crate::crypto::master::hexadecimal;
use crate::crypto::secret::same;
use crate::error::{Advice, Error, Result};
use crate::id::{Actor, Id, NotebookNumber};
use crate::notebook;
use crate::scan;
use crate::scan::web::Visiting;
use crate::store::tx::Tx;
use crate::web::App;
use crate::web::errors::is_of_script;
use crate::web::form::{check_origin, check_token};
use crate::web::page::{Browser, Page};
use crate::web::reply::{Reply, see_other, show, show_with};

/// The pictures that can be read, for the browser's file chooser.
const ACCEPT: &str = "image/jpeg,image/png,image/webp";
/// No pile is larger, in bytes.
const PILE_MAX: usize = 1 << 30;
/// No other field of the form is longer, in bytes.
const FIELD_MAX: usize = 256;

fn page_of(app: &App, page: Page, signed_in: &SignedIn, visit: String) -> UploadPage {
    let (owner, page) = (owner(app, signed_in), signed_in.page(page));
    UploadPage { page, notebook: None, visit, owner, advice: None, accept: ACCEPT.into() }
}

/// By this a browser knows whose the photos are that it keeps until they are sent.
pub fn owner(app: &App, signed_in: &SignedIn) -> String {
    hexadecimal(&app.house.outbox_secret(signed_in.principal.actor().id))
}

/// `GET /photos/new`.
pub async fn choose(app: App, page: Page, signed_in: SignedIn, Visiting(visit): Visiting) -> Result<Reply> {
    let visit = visit.filter(|visit| visit.notebook().is_some()).map(|visit| visit.id.to_string());
    show(&page_of(&app, page, &signed_in, visit.unwrap_or_default()))
}

/// `GET /n/{notebook}/photos/new`: the same, from within a notebook, which is offered for what has no code.
pub async fn choose_in(app: App, page: Page, access: Access<Photograph>) -> Result<Reply> {
    let head = notebook::web::plain_head(&app, &access, &page.text).await?;
    let shown = page_of(&app, page, &access.signed_in, access.notebook().to_string());
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
    /// The ids by which the photos that were taken are known.
    taken: Vec<Id>,
    /// Advice for the first photo that was refused.
    refused: Option<Advice>,
    visit: String,
}

/// What the form says of the photo that follows; a page's script sends each photo in a form of its own.
#[derive(Default)]
struct Shot {
    visit: Option<NotebookNumber>,
    /// Made where it was taken; a fresh one without it.
    id: Option<Id>,
    /// So many milliseconds ago it was taken. The sender's clock may be wrong, but it knows how long it was.
    age: i64,
}

/// `POST /photos`: each photo is taken or refused for itself.
pub async fn send(
    app: App,
    page: Page,
    signed_in: SignedIn,
    Extension(inbox): Extension<Inbox>,
    Query(asked): Query<row::Asked>,
    request: Request,
) -> Result<Reply> {
    check_origin(request.headers(), &app.site)?;
    let is_of_script = is_of_script(request.headers());
    let browser = request.extensions().get::<Browser>().cloned();
    let form = multipart(request).await?;
    let pile = take_pile(&app, &signed_in, &inbox, browser.as_ref(), form).await?;
    let advice = match (&pile.refused, &pile.taken[..]) {
        (None, [id, ..]) if is_of_script => return row::show_of(&app, page, &signed_in, *id, asked).await,
        (Some(advice), _) => advice.0.first().map_or("web-form-damaged", |first| first.message),
        (None, []) => "capture-upload-none",
        (None, _) => return Ok(see_other("/photos")),
    };
    let advice = page.text.plain(advice);
    if is_of_script {
        return row::refuse(&app, page, advice, asked);
    }
    let shown = UploadPage { advice: Some(advice), ..page_of(&app, page, &signed_in, pile.visit) };
    show_with(StatusCode::UNPROCESSABLE_ENTITY, &shown)
}

async fn take_pile(
    app: &App,
    signed_in: &SignedIn,
    inbox: &Inbox,
    browser: Option<&Browser>,
    mut form: Multipart,
) -> Result<Pile> {
    let uploader = &signed_in.principal;
    let (mut pile, mut is_safe, mut shot) = (Pile::default(), false, Shot::default());
    while let Some(mut field) = next_field(&mut form).await? {
        match field.name() {
            Some("csrf") => {
                check_token(app, browser, &text_of(&mut field).await?)?;
                is_safe = true;
            }
            Some("visit") => {
                pile.visit = text_of(&mut field).await?;
                shot.visit = find_visit(app, uploader, &pile.visit).await?;
            }
            // Somebody else has signed in since: what the page keeps is not theirs to send.
            Some("owner") => check_owner(app, signed_in, &text_of(&mut field).await?)?,
            Some("id") => shot.id = Some(id_of(&text_of(&mut field).await?)?),
            Some("age") => shot.age = text_of(&mut field).await?.parse().map_err(|_| damaged())?,
            // The form's own fields come first: no photo is taken before they are right.
            Some("photo") if !is_safe => return Err(Error::Forbidden),
            Some("photo") => {
                let is_chosen = field.file_name().is_some_and(|name| !name.is_empty());
                let bytes = photo_of(&mut field).await?;
                if is_chosen || !bytes.is_empty() {
                    pile.note(take_one(app, uploader.actor(), inbox, bytes, &mut shot).await)?;
                }
            }
            _ => {}
        }
    }
    Ok(pile)
}

fn check_owner(app: &App, signed_in: &SignedIn, typed: &str) -> Result<()> {
    if same(owner(app, signed_in).as_bytes(), typed.as_bytes()) { Ok(()) } else { Err(Error::SignInNeeded) }
}

fn id_of(text: &str) -> Result<Id> {
    text.parse().ok().filter(|id: &Id| id.is_time_ordered()).ok_or_else(damaged)
}

/// Takes a photo in. Its id is used up, so that a second photo of the form gets one of its own.
async fn take_one(app: &App, uploader: Actor, inbox: &Inbox, bytes: Vec<u8>, shot: &mut Shot) -> Result<Id> {
    let now = app.clock.now();
    if let Some(same) = find_same(app, uploader, &bytes, now).await? {
        return Ok(same);
    }
    let id = shot.id.take().map_or_else(|| Id::fresh(now), Ok)?;
    let sent = Sent { id, bytes, photographed_at: photographed_at(now, shot.age), visit: shot.visit };
    inbox::receive(app, inbox, uploader, sent).await?;
    Ok(id)
}

/// When a photo was taken that waited so long to be sent; what cannot be is taken for no time at all.
fn photographed_at(now: Instant, age: i64) -> Instant {
    now.plus(if (0..=KEPT_WAITING).contains(&age) { -age } else { 0 })
}

/// What somebody has sent of these very bytes in the last day, if it is not held: a page that was loaded
/// again sends its form again, and a photo may be chosen twice.
async fn find_same(app: &App, uploader: Actor, bytes: &[u8], now: Instant) -> Result<Option<Id>> {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    app.records.read(move |tx| sql::upload::find_same(tx, uploader, digest, now.plus(-DAY))).await
}

impl Pile {
    fn note(&mut self, outcome: Result<Id>) -> Result<()> {
        match outcome {
            Ok(id) => self.taken.push(id),
            Err(Error::Invalid(advice)) => drop(self.refused.get_or_insert(advice)),
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_that_waited_was_taken_so_long_ago_and_a_wrong_clock_is_not_believed() {
        let now = Instant(400 * DAY);
        assert_eq!(photographed_at(now, 3 * DAY), Instant(397 * DAY));
        for wrong in [-1, 300 * DAY, i64::MAX, i64::MIN] {
            assert_eq!(photographed_at(now, wrong), now, "{wrong}");
        }
    }
}
