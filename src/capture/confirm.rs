//! The one tap: a photo that no code files is shown beside the notebooks it may belong to.

use std::collections::BTreeSet;

use axum::extract::{Path, Query};
use serde::Deserialize;

use super::view::{Candidate, ConfirmPage, ShownPhoto};
use super::{Part, PartState, PhotoName, Upload, UploadKey, inbox, pictures, pile, sql, tap, which_page};
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
use crate::web::view::{Link, Symbol};

/// Which part of a photo is meant.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    part: u32,
    /// Every notebook is offered alike: the likely ones were said to be wrong.
    all: bool,
    /// The photo that was filed just before: `1234-5678-9012/019a…`.
    filed: Option<String>,
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
    let Some(pair) = &part.pictures else {
        return Ok(match part.state.notebook() {
            Some(number) => see_other(&format!("/n/{number}/photos/{name}")),
            None => see_other("/photos"),
        });
    };
    let visited = visit.and_then(|visit| visit.notebook()).into_iter().chain(upload.visit);
    let Offered { likely, others, reason, is_of_family } =
        offered(&app, &signed_in, &part, visited.filter(|_| !asked.all).collect(), asked.all).await?;
    let others = candidates(&app, &page.text, &signed_in, others).await?;
    let candidates = candidates(&app, &page.text, &signed_in, likely).await?;
    if candidates.is_empty() && part.state.held_for().is_some() {
        return Ok(see_other("/photos"));
    }
    let mut reasons = vec![page.text.plain(&format!("capture-confirm-{reason}"))];
    if is_of_family {
        reasons.push(page.text.plain("capture-confirm-family"));
    }
    let source = format!("/photos/{id}/picture.jpg?part={}", name.part);
    let photo =
        ShownPhoto { full: source.clone(), source, width: pair.large.width, height: pair.large.height };
    show(&ConfirmPage {
        waiting: pile::waiting(&app, &signed_in).await?.len() as u32,
        filed: match &asked.filed {
            Some(place) => filed(&app, &page.text, &signed_in, place).await?,
            None => None,
        },
        photo,
        frame: upload.contents.frame.as_ref().map(|_| format!("/photos/{id}/frame.jpg")),
        may_show_whole: upload.contents.frame.is_some()
            && upload.contents.parts.len() == 1
            && part.may_be_whole(),
        may_put_aside: !matches!(part.state, PartState::Discarded { .. }),
        reasons,
        candidates,
        others,
        page: signed_in.page(page),
    })
}

/// What is offered for a part.
struct Offered {
    likely: Vec<NotebookNumber>,
    /// Every other notebook of the uploader's, for who knows better.
    others: Vec<NotebookNumber>,
    /// Why we ask: the tail of the message key.
    reason: &'static str,
    /// Another notebook of the same family is among the likely ones.
    is_of_family: bool,
}

/// What the visits and the codes in view speak for, and their families' other notebooks, comes first. With `all`,
/// the likely ones were said to be wrong.
async fn offered(
    app: &App,
    signed_in: &SignedIn,
    part: &Part,
    visited: BTreeSet<NotebookNumber>,
    all: bool,
) -> Result<Offered> {
    let PartState::Waiting { why, hints, .. } = part.state.asked() else {
        let likely = Vec::from_iter(part.state.held_for());
        return Ok(Offered { likely, others: vec![], reason: "held", is_of_family: false });
    };
    let hints = hints.iter().filter_map(|serial| NotebookNumber::from_serial(*serial)).filter(|_| !all);
    let named: BTreeSet<NotebookNumber> = visited.into_iter().chain(hints).collect();
    let (actor, now, mut likely) = (signed_in.principal.actor(), app.clock.now(), named.clone());
    let find = move |tx: &mut Tx<'_>| {
        let each = named.iter().map(|number| grant::one_family(tx, *number, now));
        let family: Vec<NotebookNumber> = each.collect::<Result<Vec<_>>>()?.concat();
        Ok((family, grant::notebooks_of(tx, actor, now)?))
    };
    let (family, own) = app.records.read(find).await?;
    let is_of_family = family.iter().any(|number| own.contains(number) && !likely.contains(number));
    likely.extend(family);
    let others = own.into_iter().filter(|number| !likely.contains(number)).collect();
    Ok(Offered { likely: likely.into_iter().collect(), others, reason: why.word(), is_of_family })
}

/// What became of the photo before, and the way to it; `None` where the reader cannot know.
async fn filed(app: &App, text: &Text, signed_in: &SignedIn, place: &str) -> Result<Option<Link>> {
    let place = place.split_once('/').map(|(number, name)| (number.parse(), name.parse::<PhotoName>()));
    let Some((Ok(number), Ok(name))) = place else { return Ok(None) };
    let mut found = candidates(app, text, signed_in, vec![number]).await?;
    Ok(found.pop().map(|notebook| Link {
        path: format!("/n/{number}/photos/{name}?told=filed"),
        label: text.plain1("capture-filed", "symbol", &notebook.symbol.word),
    }))
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
    /// A notebook's number, `none`, `later`, `aside`, or `whole` for the whole photo.
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
        "aside" => {
            tap::put_aside(&app, &signed_in, name).await?;
            Ok(see_other("/photos?told=aside"))
        }
        "none" => {
            tap::decline(&app, &signed_in, name).await?;
            Ok(see_other(&format!("/photos/{id}?part={}&all=true", name.part)))
        }
        typed => {
            let number: NotebookNumber = typed.parse()?;
            tap::file(&app, &signed_in, name, number).await?;
            let photo = format!("/n/{number}/photos/{name}?told=filed");
            if is_page_asked(&app, number, name).await? {
                return Ok(see_other(&photo));
            }
            Ok(match pile::waiting(&app, &signed_in).await?.first() {
                Some(next) => {
                    let PhotoName { id, part } = next.name;
                    see_other(&format!("/photos/{id}?part={part}&filed={number}/{name}"))
                }
                None => see_other(&photo),
            })
        }
    }
}

/// Whether its marks do not tell which page a photo is of that was just filed: its own page asks.
async fn is_page_asked(app: &App, number: NotebookNumber, name: PhotoName) -> Result<bool> {
    let opened = open(app, number).await?;
    let look = move |tx: &mut Tx<'_>| match sql::photo::find_whole(tx, &opened, name)? {
        Some(photo) if photo.sheet.is_none() => which_page::candidates(tx, number, &photo),
        _ => Ok(vec![]),
    };
    Ok(!app.records.read(look).await?.is_empty())
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
