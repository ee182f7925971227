//! One photo of a notebook: its page, its pictures, when it was written, who may see it.

use axum::Extension;
use axum::extract::{Path, Query};
use jiff::civil::{Date, Time};
use serde::Deserialize;

use super::photo_view::{PhotoPage, WhichPage};
use super::view::ShownPhoto;
use super::worker::Workers;
use super::{
    Pair, Photo, PhotoName, Picture, Transcript, give_back, last_day, pictures, pile, sent, sql, strip, tap,
    which_page,
};
use crate::access::audience::Audience;
use crate::access::guard::{Access, Needs, Photograph, ReadRecent, SignedIn, Write};
use crate::access::permission::Permission;
use crate::access::sql::names::Names;
use crate::audit::{self, Act};
use crate::clock::{Instant, SECOND};
use crate::entry::card;
use crate::error::{Error, Result};
use crate::notebook;
use crate::print;
use crate::sheet::sql::{self as sheets, Binding, PrintedSheet};
use crate::store::Scope;
use crate::store::tx::Tx;
use crate::text::{Text, date};
use crate::web::App;
use crate::web::form::SafeForm;
use crate::web::page::Page;
use crate::web::reply::{Reply, bytes, see_other, show};
use crate::web::view::{Field, Link};

/// A tap may be taken back with one more for so long, in milliseconds.
const UNDO: i64 = 30 * SECOND;
/// みんなのやりとり帳 3ページ; without a sheet of ours 写した紙.
pub fn title(text: &Text, design: Option<&str>, sheet: Option<u16>) -> String {
    let known = design.and_then(|design| print::sheet_title(text, design));
    let name = known.unwrap_or_else(|| text.plain("capture-photo"));
    match sheet {
        Some(number) => text.plain2("capture-photo-of", "sheet", name, "number", number),
        None => name,
    }
}

/// A photo that the reader may see.
pub async fn find<P: Needs>(app: &App, access: &Access<P>, name: PhotoName) -> Result<Photo> {
    let (opened, window) = (access.opened(), access.window(app.clock.now()));
    let found = app.records.read(move |tx| sql::photo::find(tx, &opened, &window, name)).await?;
    found.ok_or(Error::NotFound)
}

/// What the address of a photo may ask for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// What has just been done.
    told: Option<String>,
}

/// `GET /n/{notebook}/photos/{photo}`.
pub async fn read(
    app: App,
    page: Page,
    access: Access<ReadRecent>,
    Path((_, name)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Reply> {
    let photo = find(&app, &access, name.parse()?).await?;
    access.seen(&app, Act::ReadPhoto, Some(photo.name.id)).await?;
    let said = Said { told: asked.told, ..Said::default() };
    let shown = photo_page(&app, page, &access, photo, said).await?;
    show(&shown)
}

/// What the page of a photo says of what its reader has just done.
#[derive(Default)]
pub struct Said {
    /// What has just been done.
    pub told: Option<String>,
    /// What is wrong with the day that was typed.
    pub date: Option<String>,
    /// The number of the page that was typed.
    pub page: Field,
}

/// What belongs to a photo beside what it says itself.
struct Beside {
    /// Photos of the same sheet, this one among them.
    same_sheet: Vec<Photo>,
    /// The sheet came out of a pad.
    is_loose: bool,
    /// The sheet is of a volume or a booklet that is not in use any more.
    is_old: bool,
    /// The family may be shown it.
    may_share: bool,
    transcripts: Vec<Transcript>,
    names: Names,
    /// The pages that it may be of, where its uploader reads it and no code told it.
    pages: Vec<PrintedSheet>,
    /// Until when the whole frame is kept, for its uploader.
    frame_until: Option<Instant>,
}

async fn find_beside<P>(app: &App, access: &Access<P>, photo: &Photo) -> Result<Beside> {
    let (opened, window) = (access.opened(), access.window(app.clock.now()));
    let (house, reader, now) = (app.house.clone(), access.signed_in.principal.clone(), app.clock.now());
    let (photo, is_own) = (photo.clone(), photo.uploader.id == access.actor().id);
    let Photo { sheet, uploader, name, .. } = photo;
    let work = move |tx: &mut Tx<'_>| {
        let notebook = opened.notebook;
        let (same_sheet, is_loose, is_old) = match sheet {
            Some(sheet) => (
                sql::photo::list_sheet(tx, &opened, &window, sheet)?,
                sheets::find_unbound(tx, Binding { notebook, sheet })?.is_some(),
                sql::photo::is_old(tx, notebook, sheet)?,
            ),
            None => (vec![], false, false),
        };
        let may_share = tap::may_share(tx, notebook, name)?;
        let transcripts = sql::transcript::list(tx, &opened, name)?;
        let people = transcripts.iter().map(|read| read.author).chain([uploader]);
        let names = Names::find(tx, &house, people)?;
        let (pages, frame_until) = if is_own {
            let frame_until = sent::frame_until(tx, &house, &reader, name.id, now)?;
            (which_page::candidates(tx, notebook, &photo)?, frame_until)
        } else {
            (vec![], None)
        };
        Ok(Beside { same_sheet, is_loose, is_old, may_share, transcripts, names, pages, frame_until })
    };
    app.records.read(work).await
}

/// The page of a photo.
pub async fn photo_page<P: Needs>(
    app: &App,
    page: Page,
    access: &Access<P>,
    photo: Photo,
    said: Said,
) -> Result<PhotoPage> {
    let (text, now) = (page.text.clone(), app.clock.now());
    let beside = find_beside(app, access, &photo).await?;
    let (names, told) = (&beside.names, said.told.as_deref());
    let notebook = notebook::web::plain_head(app, access, &text).await?;
    let path = access.path(&format!("/photos/{}", photo.name));
    let is_own = photo.uploader.id == access.actor().id;
    let source = format!("{path}/flattened.jpg");
    let (width, height) = (photo.pictures.large.width, photo.pictures.large.height);
    let written = photo.written_on.map(|day| date::month_day_weekday(&text, day.day()));
    let typed = photo.written_on.map(|day| day.day().to_string()).unwrap_or_default();
    Ok(PhotoPage {
        told: match told {
            Some("filed") => Some(text.plain1("capture-filed", "symbol", &notebook.symbol.word)),
            Some("redacted") => Some(text.plain("capture-redaction-saved")),
            Some("page") => Some(text.plain("capture-page-told")),
            Some("page-kept") if beside.may_share => Some(text.plain("capture-page-kept")),
            Some("page-kept") => Some(text.plain("capture-page-supporters")),
            _ => None,
        },
        undo: told == Some("filed") && is_own && now < photo.filed_at.plus(UNDO),
        next: match told {
            Some("filed" | "page" | "page-kept") => next(app, &text, &access.signed_in).await?,
            _ => None,
        },
        which_page: which_page(&text, &photo, &beside.pages, said.page),
        frame: beside.frame_until.map(|until| frame(&text, photo.name, until)),
        sheet: title(&text, photo.design.as_deref(), photo.sheet),
        is_old: beside.is_old,
        is_double: photo.double_of.is_some(),
        photo: ShownPhoto { full: source.clone(), source, width, height },
        ink: photo.ink,
        strips: strip::shown(&text, access, &photo, (&beside.transcripts, names)),
        may_write: access.may(Permission::Write),
        photographed: date::date_and_time(&text, photo.photographed_at.in_japan()),
        by: names.full(&text, photo.uploader),
        written,
        readers: card::readers(&text, names, photo.audience),
        may_change: is_own,
        may_give_back: (!is_own && access.may(Permission::Confirm)).then(|| photo.name.to_string()),
        may_share: beside.may_share,
        release: match beside.is_loose && access.may(Permission::Confirm) {
            true => give_back::reasons(&text),
            false => vec![],
        },
        family: photo.audience == Audience::Everyone,
        is_redacted: photo.redaction.as_ref().is_some_and(|redaction| redaction.pictures.is_some()),
        date: Field { value: typed, advice: said.date },
        earlier: earlier(&text, access, &photo, &beside.same_sheet),
        path,
        notebook,
        page: access.signed_in.page(page),
    })
}

/// The way to the next photo of the reader's that waits for a tap.
async fn next(app: &App, text: &Text, signed_in: &SignedIn) -> Result<Option<Link>> {
    let waiting = pile::waiting(app, signed_in).await?;
    let link = |first: &pile::Waits| Link {
        path: format!("/photos/{}?part={}", first.name.id, first.name.part),
        label: text.plain1("capture-confirm-next", "count", waiting.len()),
    };
    Ok(waiting.first().map(link))
}

/// The question which page it is, or the way to correct that.
fn which_page(text: &Text, photo: &Photo, pages: &[PrintedSheet], typed: Field) -> Option<WhichPage> {
    let sheets = || pages.iter().map(|page| page.sheet);
    let (first, last) = (sheets().min()?, sheets().max()?);
    let value = match photo.sheet {
        Some(sheet) if typed.value.is_empty() => sheet.to_string(),
        _ => typed.value,
    };
    let hint = text.plain2("capture-page-hint", "first", first, "last", last);
    Some(WhichPage { is_asked: photo.sheet.is_none(), hint, number: Field { value, ..typed } })
}

/// The way to the whole frame of one's own photo.
fn frame(text: &Text, name: PhotoName, until: Instant) -> Link {
    let label = text.plain1("capture-photo-frame", "date", date::month_day_weekday(text, last_day(until)));
    Link { path: format!("/photos/{}/frame.jpg", name.id), label }
}

/// Links to older photos of the same sheet, and to later ones that this one stands for.
fn earlier<P>(text: &Text, access: &Access<P>, photo: &Photo, same_sheet: &[Photo]) -> Vec<Link> {
    let is_older = |other: &Photo| other.photographed_at < photo.photographed_at;
    let is_behind = |other: &Photo| other.double_of == Some(photo.name.id);
    let older = same_sheet.iter().filter(|other| is_older(other) || is_behind(other));
    let link = |other: &Photo| {
        let day = date::month_day_weekday(text, other.photographed_at.day());
        Link {
            path: access.path(&format!("/photos/{}", other.name)),
            label: text.plain1("capture-photo-earlier-one", "date", day),
        }
    };
    older.map(link).collect()
}

/// `GET /n/{notebook}/photos/{photo}/flattened.jpg`.
pub async fn flattened(
    app: App,
    access: Access<ReadRecent>,
    Path((_, name)): Path<(String, String)>,
) -> Result<Reply> {
    picture(&app, &access, &name, |pictures| &pictures.large).await
}

/// `GET /n/{notebook}/photos/{photo}/thumbnail.jpg`.
pub async fn thumbnail(
    app: App,
    access: Access<ReadRecent>,
    Path((_, name)): Path<(String, String)>,
) -> Result<Reply> {
    picture(&app, &access, &name, |pictures| &pictures.thumbnail).await
}

async fn picture(
    app: &App,
    access: &Access<ReadRecent>,
    name: &str,
    which: fn(&Pair) -> &Picture,
) -> Result<Reply> {
    let photo = find(app, access, name.parse()?).await?;
    access.seen(app, Act::ReadPhoto, Some(photo.name.id)).await?;
    let picture = pictures::get_of_notebook(app, &access.opened(), which(&photo.pictures)).await?;
    Ok(bytes("image/jpeg", picture))
}

/// The form that tells when it was written.
#[derive(Deserialize)]
pub struct Written {
    date: String,
}

/// `POST /n/{notebook}/photos/{photo}/written-on`.
pub async fn tell_written_on(
    app: App,
    page: Page,
    access: Access<Write>,
    Path((_, name)): Path<(String, String)>,
    form: SafeForm<Written>,
) -> Result<Reply> {
    let SafeForm(Written { date }) = form;
    let photo = find(&app, &access, name.parse()?).await?;
    let day = date.parse::<Date>().ok().filter(|day| *day <= photo.photographed_at.day());
    let Some(day) = day else {
        let said = Said { date: Some(page.text.plain("capture-photo-date-wrong")), ..Said::default() };
        return show(&photo_page(&app, page, &access, photo, said).await?);
    };
    let written_on = Instant::from_japan(day.to_datetime(Time::midnight()));
    let (number, actor, name, now) = (access.notebook(), access.actor(), photo.name, app.clock.now());
    let save = move |tx: &mut Tx<'_>| {
        if !sql::photo::set_written_on(tx, number, name, written_on)? {
            return Err(Error::NotFound);
        }
        notebook::sql::changed(tx, number)?;
        audit::sql::record(tx, number, actor, Act::DatedPhoto, Some(name.id), now)
    };
    app.records.write(Scope::Notebook(number), save).await?;
    Ok(see_other(&access.path(&format!("/photos/{name}"))))
}

/// The form that says who may see it.
#[derive(Deserialize)]
pub struct Seeing {
    audience: String,
}

/// `POST /n/{notebook}/photos/{photo}/audience`: the uploader sends it to the family, or keeps it back.
pub async fn set_audience(
    app: App,
    access: Access<Photograph>,
    Extension(workers): Extension<Workers>,
    Path((_, name)): Path<(String, String)>,
    form: SafeForm<Seeing>,
) -> Result<Reply> {
    let SafeForm(Seeing { audience }) = form;
    let audience = match audience.as_str() {
        "everyone" => Audience::Everyone,
        "supporters" => Audience::Supporters,
        _ => return Err(Error::advice("audience", "web-form-damaged")),
    };
    let name: PhotoName = name.parse()?;
    tap::set_audience(&app, &workers, &access.signed_in, (access.notebook(), name), audience).await?;
    Ok(see_other(&access.path(&format!("/photos/{name}"))))
}
