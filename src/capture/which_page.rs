//! Which page a photo is of, where its marks tell the design alone: a booklet has several pages of it. Whoever took
//! the photo reads the number off the paper.

use axum::extract::Path;
use serde::Deserialize;

use super::photo::{self, Said};
use super::tap::part_of;
use super::{PartState, Photo, PhotoName, Sharing, UploadKey, ink, redaction, sql};
use crate::access::audience::Audience;
use crate::access::guard::{Access, Photograph};
use crate::audit::{self, Act};
use crate::clock::Instant;
use crate::crypto::{House, Opened};
use crate::error::{Error, Result};
use crate::id::{Actor, NotebookNumber};
use crate::notebook;
use crate::sheet::sql::{self as sheets, Binding, PrintedSheet};
use crate::store::Scope;
use crate::store::tx::Tx;
use crate::text::folded::folded;
use crate::web::App;
use crate::web::form::SafeForm;
use crate::web::page::Page;
use crate::web::reply::{Reply, see_other, show};
use crate::web::view::Field;

/// The pages that a photo may be of: those of its design in its notebook. None where a code told it, or a number out
/// of a pad.
pub fn candidates(tx: &mut Tx<'_>, notebook: NotebookNumber, photo: &Photo) -> Result<Vec<PrintedSheet>> {
    let Some(design) = &photo.design else { return Ok(vec![]) };
    let is_of_pad = match photo.sheet {
        Some(sheet) => sheets::find_unbound(tx, Binding { notebook, sheet })?.is_some(),
        None => false,
    };
    if !photo.by_tap || is_of_pad {
        return Ok(vec![]);
    }
    let mut pages = sheets::list_sheets(tx, notebook)?;
    pages.retain(|page| page.design == *design);
    Ok(if pages.len() > 1 { pages } else { vec![] })
}

/// The form that tells the page.
#[derive(Deserialize)]
pub struct Told {
    number: String,
}

/// `POST /n/{notebook}/photos/{photo}/page`: the uploader says which page it is.
pub async fn tell(
    app: App,
    page: Page,
    access: Access<Photograph>,
    Path((_, name)): Path<(String, String)>,
    form: SafeForm<Told>,
) -> Result<Reply> {
    let SafeForm(Told { number: typed }) = form;
    let photo = photo::find(&app, &access, name.parse()?).await?;
    if photo.uploader.id != access.actor().id {
        return Err(Error::NotFound);
    }
    let (number, asked) = (access.notebook(), photo.clone());
    let pages = app.records.read(move |tx| candidates(tx, number, &asked)).await?;
    let told = folded(&typed).parse::<u16>().ok();
    let Some(printed) = pages.into_iter().find(|page| Some(page.sheet) == told) else {
        let advice = Some(page.text.plain("capture-page-wrong"));
        let said = Said { page: Field { value: typed, advice }, ..Said::default() };
        return show(&photo::photo_page(&app, page, &access, photo, said).await?);
    };
    let (opened, actor, name, now) = (access.opened(), access.actor(), photo.name, app.clock.now());
    let house = app.house.clone();
    let set = move |tx: &mut Tx<'_>| set(tx, (&house, &opened), actor, (name, &printed), now);
    app.records.write(Scope::Notebook(number), set).await?;
    Ok(see_other(&access.path(&format!("/photos/{name}?told=page"))))
}

/// Takes its uploader's word: it is compared with the photos of its sheet, and so are they.
fn set(
    tx: &mut Tx<'_>,
    (house, opened): (&House, &Opened),
    actor: Actor,
    (name, printed): (PhotoName, &PrintedSheet),
    now: Instant,
) -> Result<()> {
    let number = opened.notebook;
    let photo = sql::photo::find_whole(tx, opened, name)?.ok_or(Error::NotFound)?;
    if photo.sheet == Some(printed.sheet) {
        return Ok(());
    }
    if photo.uploader.id != actor.id || !candidates(tx, number, &photo)?.contains(printed) {
        return Err(Error::Conflict);
    }
    for double in sql::photo::list_doubles(tx, opened, name)? {
        sql::double::show(tx, house, opened, &double)?;
    }
    sql::photo::set_sheet(tx, number, name, printed)?;
    ink::renew(tx, opened, &photo, now)?;
    let (sheet, revision) = (Some(printed.sheet), Some(printed.revision.clone()));
    let photo = Photo { sheet, revision, double_of: None, ..photo };
    ink::ask(tx, number, name, now)?;
    ink::renew(tx, opened, &photo, now)?;
    // What is kept to supporters of this page is not painted over yet: until it is, they alone see it.
    let is_kept_back = photo.audience == Audience::Everyone && redaction::misses(tx, opened, &photo)?;
    if is_kept_back {
        sql::photo::set_audience(tx, number, name, actor, Audience::Supporters)?;
        audit::sql::record(tx, number, actor, Act::KeptToSupporters, Some(name.id), now)?;
    }
    if let Some(mut upload) = sql::upload::find(tx, house, &UploadKey::new(actor, name.id))? {
        if let PartState::Filed { sheet: known, sharing, is_double, .. } =
            &mut part_of(&mut upload, name.part)?.state
        {
            (*known, *is_double) = (sheet, false);
            *sharing = if is_kept_back { Sharing::Kept } else { *sharing };
        }
        sql::upload::save(tx, house, &upload)?;
    }
    notebook::sql::changed(tx, number)?;
    audit::sql::record(tx, number, actor, Act::NumberedPhoto, Some(name.id), now)
}
