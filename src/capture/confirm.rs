//! The one tap: a photo that no code files is shown beside the notebooks it may belong to.

use axum::extract::{Path, Query};
use serde::Deserialize;

use super::view::{Candidate, ConfirmPage, ShownPhoto};
use super::{Part, PartState, PhotoName, Upload, UploadKey, inbox, pictures, sql, tap};
use crate::access::guard::{SignedIn, open};
use crate::access::sql::grant;
use crate::error::{Error, Result};
use crate::id::{Id, NotebookNumber};
use crate::notebook;
use crate::scan::web::Visiting;
use crate::store::tx::Tx;
use crate::text::Text;
use crate::web::App;
use crate::web::form::SafeForm;
use crate::web::page::Page;
use crate::web::reply::{Reply, bytes, see_other, show};
use crate::web::view::Symbol;

/// So many waiting photos are counted.
const COUNTED: u32 = 200;

/// Which part of a photo is meant.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    part: u32,
    /// Every notebook is offered alike: the likely ones were said to be wrong.
    all: bool,
}

/// One's own upload and its part that waits.
async fn find(app: &App, signed_in: &SignedIn, name: PhotoName) -> Result<(Upload, Part)> {
    let key = UploadKey::new(signed_in.principal.actor(), name.id);
    let upload = inbox::find(app, key).await?.ok_or(Error::NotFound)?;
    let part = upload.contents.parts.iter().find(|part| part.number == name.part).cloned();
    Ok((upload, part.ok_or(Error::NotFound)?))
}

/// `GET /photos/{id}`: asks where a waiting photo belongs; one that does not wait leads to where it is.
pub async fn ask(
    app: App,
    page: Page,
    signed_in: SignedIn,
    Path(id): Path<Id>,
    Query(asked): Query<Asked>,
    Visiting(visit): Visiting,
) -> Result<Reply> {
    let name = PhotoName { id, part: asked.part };
    let (upload, part) = find(&app, &signed_in, name).await?;
    let (PartState::Waiting { why, hints, .. }, Some(pair)) = (&part.state, &part.pictures) else {
        return Ok(match part.state.notebook() {
            Some(number) => see_other(&format!("/n/{number}/photos/{name}")),
            None => see_other("/photos"),
        });
    };
    let hints = hints.iter().filter_map(|serial| NotebookNumber::from_serial(*serial));
    let visited = visit.and_then(|visit| visit.notebook());
    let (actor, now) = (signed_in.principal.actor(), app.clock.now());
    let own = app.records.read(move |tx| grant::notebooks_of(tx, actor, now)).await?;
    // What the visit and the codes in view speak for comes first; every other one for who knows better.
    let likely = upload.visit.into_iter().chain(hints).chain(visited).filter(|_| !asked.all);
    let mut likely: Vec<NotebookNumber> = likely.collect();
    likely.sort_unstable();
    likely.dedup();
    let others = own.into_iter().filter(|number| !likely.contains(number)).collect();
    let source = format!("/photos/{id}/picture.jpg?part={}", name.part);
    let photo =
        ShownPhoto { full: source.clone(), source, width: pair.large.width, height: pair.large.height };
    show(&ConfirmPage {
        waiting: count_waiting(&app, &signed_in).await?,
        photo,
        may_show_whole: upload.contents.frame.is_some() && upload.contents.parts.len() == 1,
        reasons: vec![page.text.plain(&format!("capture-confirm-{}", why.word()))],
        candidates: candidates(&app, &page.text, &signed_in, likely).await?,
        others: candidates(&app, &page.text, &signed_in, others).await?,
        page: signed_in.page(page),
    })
}

async fn count_waiting(app: &App, signed_in: &SignedIn) -> Result<u32> {
    let (actor, now, house) = (signed_in.principal.actor(), app.clock.now(), app.house.clone());
    let uploads = app.records.read(move |tx| sql::upload::list(tx, &house, actor, now, COUNTED)).await?;
    let parts = uploads.iter().flat_map(|upload| &upload.contents.parts);
    Ok(parts.filter(|part| part.state.waits()).count() as u32)
}

/// The notebooks among these that are open to the uploader's photos.
async fn candidates(
    app: &App,
    text: &Text,
    signed_in: &SignedIn,
    numbers: Vec<NotebookNumber>,
) -> Result<Vec<Candidate>> {
    let mut candidates = Vec::new();
    for number in numbers {
        let (uploader, now) = (signed_in.principal.clone(), app.clock.now());
        let may = move |tx: &mut Tx<'_>| sql::code::may_photograph(tx, &uploader, number, now);
        if !app.records.read(may).await? {
            continue;
        }
        let opened = open(app, number).await?;
        let find = move |tx: &mut Tx<'_>| {
            Ok((notebook::sql::find(tx, number)?, notebook::sql::find_profile(tx, &opened)?))
        };
        let (Some(ledger), Some(profile)) = app.records.read(find).await? else { continue };
        candidates.push(Candidate {
            symbol: Symbol::of(text, &ledger.symbol, &ledger.colour),
            name: format!("{}{}", profile.name, text.plain("web-honorific")),
            value: number.to_string(),
        });
    }
    Ok(candidates)
}

/// The form of the one tap.
#[derive(Deserialize)]
pub struct Answer {
    /// A notebook's number, `none`, `later`, or `whole` for the whole photo.
    notebook: String,
}

/// `POST /photos/{id}`.
pub async fn answer(
    app: App,
    signed_in: SignedIn,
    Path(id): Path<Id>,
    Query(asked): Query<Asked>,
    form: SafeForm<Answer>,
) -> Result<Reply> {
    let SafeForm(Answer { notebook }) = form;
    let name = PhotoName { id, part: asked.part };
    match notebook.as_str() {
        "later" => Ok(see_other("/photos")),
        "whole" => {
            tap::show_whole(&app, &signed_in, name).await?;
            Ok(see_other(&format!("/photos/{id}?part={}", name.part)))
        }
        "none" => {
            tap::decline(&app, &signed_in, name).await?;
            Ok(see_other(&format!("/photos/{id}?part={}&all=true", name.part)))
        }
        typed => {
            let number: NotebookNumber = typed.parse()?;
            tap::file(&app, &signed_in, name, number).await?;
            Ok(see_other(&format!("/n/{number}/photos/{name}?told=filed")))
        }
    }
}

/// `GET /photos/{id}/picture.jpg`: what waits, for its uploader.
pub async fn picture(
    app: App,
    signed_in: SignedIn,
    Path(id): Path<Id>,
    Query(asked): Query<Asked>,
) -> Result<Reply> {
    let (_, part) = find(&app, &signed_in, PhotoName { id, part: asked.part }).await?;
    let pair = part.pictures.ok_or(Error::NotFound)?;
    Ok(bytes("image/jpeg", pictures::get_of_house(&app, &pair.large).await?))
}
