//! One photo of a notebook: its page, its pictures, when it was written, who may see it.

use axum::Extension;
use axum::extract::{Path, Query};
use jiff::civil::{Date, Time};
use serde::Deserialize;

use super::photo_view::PhotoPage;
use super::view::ShownPhoto;
use super::worker::Workers;
use super::{Pair, Photo, PhotoName, Picture, Transcript, pictures, sql, strip, take_out, tap};
use crate::access::audience::Audience;
use crate::access::guard::{Access, Confirm, Needs, Photograph, ReadRecent, Write};
use crate::access::permission::Permission;
use crate::access::sql::names::Names;
use crate::audit::{self, Act};
use crate::clock::{Instant, SECOND};
use crate::entry::card;
use crate::error::{Error, Result};
use crate::notebook;
use crate::print;
use crate::sheet::sql::{self as sheets, Binding};
use crate::store::Scope;
use crate::store::tx::Tx;
use crate::text::{Text, date};
use crate::web::App;
use crate::web::form::SafeForm;
use crate::web::page::Page;
use crate::web::reply::{Reply, bytes, see_other, show};
use crate::web::view::{Choice, Field, Link};

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
    let told = asked.told.as_deref();
    let shown = photo_page(&app, page, &access, photo, told, None).await?;
    show(&shown)
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
}

async fn find_beside<P>(app: &App, access: &Access<P>, photo: &Photo) -> Result<Beside> {
    let (opened, window) = (access.opened(), access.window(app.clock.now()));
    let (house, sheet, uploader, name) = (app.house.clone(), photo.sheet, photo.uploader, photo.name);
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
        Ok(Beside { same_sheet, is_loose, is_old, may_share, transcripts, names })
    };
    app.records.read(work).await
}

async fn photo_page<P: Needs>(
    app: &App,
    page: Page,
    access: &Access<P>,
    photo: Photo,
    told: Option<&str>,
    advice: Option<String>,
) -> Result<PhotoPage> {
    let (text, now) = (page.text.clone(), app.clock.now());
    let beside = find_beside(app, access, &photo).await?;
    let names = &beside.names;
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
            _ => None,
        },
        undo: told == Some("filed") && is_own && now < photo.filed_at.plus(UNDO),
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
        release: if beside.is_loose && access.may(Permission::Confirm) { reasons(&text) } else { vec![] },
        family: photo.audience == Audience::Everyone,
        is_redacted: photo.redaction.as_ref().is_some_and(|redaction| redaction.pictures.is_some()),
        date: Field { value: typed, advice },
        earlier: earlier(&text, access, &photo, &beside.same_sheet),
        path,
        notebook,
        page: access.signed_in.page(page),
    })
}

/// Why a sheet may be another's.
pub fn reasons(text: &Text) -> Vec<Choice> {
    let choice = |reason: &str| Choice {
        value: reason.to_owned(),
        label: text.plain(&format!("capture-release-{reason}")),
        note: String::new(),
        chosen: reason == take_out::REASONS[0],
    };
    take_out::REASONS.map(choice).into()
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
        let advice = Some(page.text.plain("capture-photo-date-wrong"));
        return show(&photo_page(&app, page, &access, photo, None, advice).await?);
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

/// The form of taking a photo out; it has no fields of its own.
#[derive(Deserialize)]
pub struct Nothing {}

/// `POST /n/{notebook}/photos/{photo}/unfile`: the uploader takes it out, and is asked again.
pub async fn unfile(
    app: App,
    access: Access<Photograph>,
    Path((_, name)): Path<(String, String)>,
    form: SafeForm<Nothing>,
) -> Result<Reply> {
    let SafeForm(Nothing {}) = form;
    let name: PhotoName = name.parse()?;
    if find(&app, &access, name).await?.uploader.id != access.actor().id {
        return Err(Error::NotFound);
    }
    take_out::unfile(&app, &access.signed_in, access.opened(), name).await?;
    Ok(see_other(&format!("/photos/{}?part={}", name.id, name.part)))
}

/// Which photo is to go: as its address says.
#[derive(Deserialize)]
pub struct GivenBack {
    photo: String,
}

/// `POST /n/{notebook}/photos/{photo}/give-back`: one of the team takes out a photo that is another's; who took it is
/// asked again.
pub async fn give_back(
    app: App,
    access: Access<Confirm>,
    Path((_, name)): Path<(String, String)>,
    form: SafeForm<GivenBack>,
) -> Result<Reply> {
    let SafeForm(GivenBack { photo }) = form;
    if photo != name {
        return Err(Error::advice("photo", "web-form-damaged"));
    }
    let name: PhotoName = name.parse()?;
    let keeper = take_out::unfile(&app, &access.signed_in, access.opened(), name).await?;
    let is_own = keeper.id == access.actor().id;
    let asked = format!("/photos/{}?part={}", name.id, name.part);
    Ok(see_other(&if is_own { asked } else { access.path("?told=given-back") }))
}

/// Why a sheet is made nobody's again.
#[derive(Deserialize)]
pub struct Release {
    pub reason: String,
}

impl Release {
    /// The word to keep; [`Error::NotFound`] for one that no form sends.
    pub fn known(&self) -> Result<&'static str> {
        take_out::REASONS.into_iter().find(|reason| *reason == self.reason).ok_or(Error::NotFound)
    }
}

/// `POST /n/{notebook}/photos/{photo}/release`: the sheet out of a pad was another's. It is nobody's again, and
/// its photos go back to who took them.
pub async fn release(
    app: App,
    access: Access<Confirm>,
    Path((_, name)): Path<(String, String)>,
    form: SafeForm<Release>,
) -> Result<Reply> {
    let SafeForm(release) = form;
    let photo = find(&app, &access, name.parse()?).await?;
    let sheet = photo.sheet.ok_or(Error::NotFound)?;
    take_out::release_sheet(&app, access.opened(), sheet, access.actor(), release.known()?).await?;
    Ok(see_other(&access.path("")))
}
