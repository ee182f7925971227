//! Which page a photo is of, where its marks tell the design alone: a booklet has several pages of it. Whoever took
//! the photo reads the number off the paper.

use axum::extract::Path;
use serde::Deserialize;

use super::photo::{self, Said};
use super::tap::{may_share, part_of};
use super::{PartState, Photo, PhotoName, Sharing, UploadKey, ink, redaction, sql};
use crate::access::audience::Audience;
use crate::access::guard::{Access, Photograph};
use crate::audit::{self, Act};
use crate::clock::Instant;
use crate::crypto::{House, Opened};
use crate::error::{Error, Result};
use crate::id::{Actor, NotebookNumber};
use crate::notebook;
use crate::sheet::sql::{self as sheets, PrintedSheet};
use crate::store::Scope;
use crate::store::tx::Tx;
use crate::text::folded::folded;
use crate::web::App;
use crate::web::form::SafeForm;
use crate::web::page::Page;
use crate::web::reply::{Reply, see_other, show};
use crate::web::view::Field;

/// The pages that a photo may be of: those of its design in its notebook's booklets. None where a code told it, or a
/// number out of a pad.
pub fn candidates(tx: &mut Tx<'_>, notebook: NotebookNumber, photo: &Photo) -> Result<Vec<PrintedSheet>> {
    let Some(design) = &photo.design else { return Ok(vec![]) };
    if photo.sheet.is_some() && !sql::photo::is_sheet_told(tx, notebook, photo.name)? {
        return Ok(vec![]);
    }
    let loose = sheets::list_loose(tx, notebook)?;
    let mut pages = sheets::list_sheets(tx, notebook)?;
    pages.retain(|page| page.design == *design && !loose.contains(&page.sheet));
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
    let is_kept_back = app.records.write(Scope::Notebook(number), set).await?;
    let told = if is_kept_back { "page-kept" } else { "page" };
    Ok(see_other(&access.path(&format!("/photos/{name}?told={told}"))))
}

/// Takes its uploader's word: it is compared with the photos of its sheet, and so are they. True if it was with the
/// family, and is kept back from them now.
fn set(
    tx: &mut Tx<'_>,
    (house, opened): (&House, &Opened),
    actor: Actor,
    (name, printed): (PhotoName, &PrintedSheet),
    now: Instant,
) -> Result<bool> {
    let number = opened.notebook;
    let photo = sql::photo::find_whole(tx, opened, name)?.ok_or(Error::NotFound)?;
    if photo.sheet == Some(printed.sheet) {
        return Ok(false);
    }
    if photo.uploader.id != actor.id || !candidates(tx, number, &photo)?.contains(printed) {
        return Err(Error::Conflict);
    }
    // Of another part of the same upload there may be doubles, too.
    let doubles = sql::photo::list_doubles(tx, opened, name)?.into_iter();
    for double in doubles.filter(|double| photo.sheet.is_some() && double.sheet == photo.sheet) {
        sql::double::show(tx, house, opened, &double)?;
    }
    sql::photo::set_sheet(tx, number, name, printed)?;
    ink::renew(tx, opened, &photo, now)?;
    let (sheet, revision) = (Some(printed.sheet), Some(printed.revision.clone()));
    let photo = Photo { sheet, revision, double_of: None, ..photo };
    ink::ask(tx, number, name, now)?;
    ink::renew(tx, opened, &photo, now)?;
    if let Some(mut upload) = sql::upload::find(tx, house, &UploadKey::new(actor, name.id))? {
        if let PartState::Filed { sheet: known, is_double, .. } = &mut part_of(&mut upload, name.part)?.state
        {
            (*known, *is_double) = (sheet, false);
        }
        sql::upload::save(tx, house, &upload)?;
    }
    let kept_back = keep_back(tx, (house, opened), actor, printed.sheet, now)?;
    notebook::sql::changed(tx, number)?;
    audit::sql::record(tx, number, actor, Act::NumberedPhoto, Some(name.id), now)?;
    Ok(kept_back.contains(&name))
}

/// What is kept to supporters of a page is not painted over yet on one's own photos that turn out to be of it, nor what
/// is said there on others: until it is, supporters alone see them.
fn keep_back(
    tx: &mut Tx<'_>,
    (house, opened): (&House, &Opened),
    actor: Actor,
    sheet: u16,
    now: Instant,
) -> Result<Vec<PhotoName>> {
    let (number, mut kept_back) = (opened.notebook, Vec::new());
    for photo in sql::photo::list_whole_sheet(tx, opened, sheet)? {
        let is_shown = photo.uploader.id == actor.id && photo.audience == Audience::Everyone;
        let may_share = may_share(tx, number, photo.name)?;
        if !is_shown || may_share && !redaction::misses(tx, opened, &photo)? {
            continue;
        }
        let PhotoName { id, part } = photo.name;
        sql::photo::set_audience(tx, number, photo.name, actor, Audience::Supporters)?;
        audit::sql::record(tx, number, actor, Act::KeptToSupporters, Some(id), now)?;
        if let Some(mut upload) = sql::upload::find(tx, house, &UploadKey::new(actor, id))? {
            if let PartState::Filed { sharing, .. } = &mut part_of(&mut upload, part)?.state {
                *sharing = if may_share { Sharing::Kept } else { Sharing::Never };
            }
            sql::upload::save(tx, house, &upload)?;
        }
        kept_back.push(photo.name);
    }
    Ok(kept_back)
}
