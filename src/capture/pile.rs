//! The pile: one's own photos and how it stands with each, down to sending them to the family.

use axum::Extension;
use axum::extract::{Path, Query};
use serde::Deserialize;

use super::photo::title;
use super::view::{PhotoState, PilePage, PilePhoto};
use super::web::owner;
use super::worker::Workers;
use super::{PartState, PhotoName, Sharing, State, Tip, Upload, UploadKey, inbox, pictures, sql, tap};
use crate::access::guard::SignedIn;
use crate::clock::DAY;
use crate::error::{Error, Result};
use crate::id::{Id, NotebookNumber};
use crate::notebook::{self, Ledger};
use crate::store::tx::Tx;
use crate::text::{Text, date};
use crate::web::App;
use crate::web::form::SafeForm;
use crate::web::page::Page;
use crate::web::reply::{Reply, bytes, see_other, show};
use crate::web::view::Symbol;

/// So many photos are shown at once.
const SHOWN: u32 = 100;
/// Settled photos are shown for so long, in milliseconds.
const SETTLED: i64 = DAY;

/// What the address of the pile may ask for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// What has just been done.
    told: Option<String>,
}

/// `GET /photos`.
pub async fn read(app: App, page: Page, signed_in: SignedIn, Query(asked): Query<Asked>) -> Result<Reply> {
    let (actor, now, house) = (signed_in.principal.actor(), app.clock.now(), app.house.clone());
    let (uploads, ledgers) = app
        .records
        .read(move |tx| {
            let mut uploads = sql::upload::list(tx, &house, actor, now.plus(-SETTLED), SHOWN)?;
            uploads.reverse();
            let ledgers = ledgers(tx, &uploads)?;
            Ok((uploads, ledgers))
        })
        .await?;
    let photos = rows(&page.text, &uploads, &ledgers);
    let count = |wanted: &str| photos.iter().filter(|photo| photo.state_class() == wanted).count() as u32;
    let told = asked.told.filter(|told| told == "sent").map(|_| page.text.plain("capture-audience-sent"));
    show(&PilePage {
        told,
        reading: count("reading"),
        waiting: count("waiting"),
        sendable: photos.iter().any(|photo| photo.family.is_some()),
        back: back(&uploads),
        owner: owner(&app, &signed_in),
        photos,
        page: signed_in.page(page),
    })
}

/// To the notebook of the last visit, or to one's notebooks.
fn back(uploads: &[Upload]) -> String {
    uploads.iter().rev().find_map(|upload| upload.visit).map_or("/".into(), |number| format!("/n/{number}"))
}

/// The notebooks in which parts are filed.
pub(super) fn ledgers(tx: &mut Tx<'_>, uploads: &[Upload]) -> Result<Vec<Ledger>> {
    let parts = uploads.iter().flat_map(|upload| &upload.contents.parts);
    let mut numbers: Vec<NotebookNumber> = parts.filter_map(|part| part.state.notebook()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut ledgers = Vec::new();
    for number in numbers {
        ledgers.extend(notebook::sql::find(tx, number)?);
    }
    Ok(ledgers)
}

/// One row for each part, and one for an upload that has none yet.
pub(super) fn rows(text: &Text, uploads: &[Upload], ledgers: &[Ledger]) -> Vec<PilePhoto> {
    let mut rows = Vec::new();
    for upload in uploads {
        let sent = date::time(text, upload.received_at.in_japan().time());
        let advice = |tip: &Tip| text.plain(&format!("capture-advice-{}", tip.word()));
        let row = |name: PhotoName, state: PhotoState, family: Option<bool>| PilePhoto {
            id: name.to_string(),
            number: 0,
            sent: sent.clone(),
            thumbnail: upload
                .contents
                .thumbnail
                .as_ref()
                .map(|_| format!("/photos/{}/thumbnail.jpg", name.id)),
            // What was filed needs no better photo.
            advice: match state {
                PhotoState::Filed { is_double: true, .. } => vec![text.plain("capture-double")],
                PhotoState::Filed { is_old: true, .. } => vec![text.plain("capture-old")],
                PhotoState::Filed { .. } => vec![],
                _ => upload.contents.tips.iter().map(advice).collect(),
            },
            state,
            family,
        };
        let whole = PhotoName { id: upload.key.id, part: 0 };
        match upload.state {
            State::Reading => rows.push(row(whole, PhotoState::Reading, None)),
            State::Unreadable => rows.push(row(whole, PhotoState::Unreadable, None)),
            _ => rows.extend(upload.contents.parts.iter().map(|part| {
                let name = PhotoName { id: upload.key.id, part: part.number };
                let family = match part.state {
                    PartState::Filed { is_double: true, .. } => None,
                    PartState::Filed { sharing: Sharing::Offered, .. } => Some(true),
                    PartState::Filed { sharing: Sharing::Kept, .. } => Some(false),
                    _ => None,
                };
                row(name, state(text, name, &part.state, ledgers), family)
            })),
        }
    }
    for (row, number) in rows.iter_mut().zip(1..) {
        row.number = number;
    }
    rows
}

fn state(text: &Text, name: PhotoName, state: &PartState, ledgers: &[Ledger]) -> PhotoState {
    let ledger = state.notebook().and_then(|number| ledgers.iter().find(|ledger| ledger.number == number));
    match (state, ledger) {
        (PartState::Filed { sheet, design, is_old, is_double, .. }, Some(ledger)) => PhotoState::Filed {
            is_old: *is_old,
            is_double: *is_double,
            symbol: Symbol::of(text, &ledger.symbol, &ledger.colour),
            sheet: title(text, design.as_deref(), *sheet),
            path: format!("/n/{}/photos/{name}", ledger.number),
        },
        (PartState::Waiting { .. }, _) => {
            PhotoState::Waiting { path: format!("/photos/{}?part={}", name.id, name.part) }
        }
        _ => PhotoState::Held,
    }
}

/// `POST /photos/family`: what is ticked is sent to the family too.
pub async fn send_to_family(
    app: App,
    signed_in: SignedIn,
    Extension(workers): Extension<Workers>,
    form: SafeForm<Vec<(String, String)>>,
) -> Result<Reply> {
    let SafeForm(fields) = form;
    let named = |wanted: &str| {
        let values = fields.iter().filter(|(name, _)| name == wanted).map(|(_, value)| value.parse());
        values.collect::<Result<Vec<PhotoName>>>()
    };
    let (ticked, offered) = (named("photo")?, named("offered")?);
    tap::send_to_family(&app, &workers, &signed_in, &ticked).await?;
    let kept: Vec<PhotoName> = offered.into_iter().filter(|name| !ticked.contains(name)).collect();
    tap::keep_to_supporters(&app, &signed_in, &kept).await?;
    Ok(see_other("/photos?told=sent"))
}

/// `GET /photos/{id}/thumbnail.jpg`: for its uploader.
pub async fn thumbnail(app: App, signed_in: SignedIn, Path(id): Path<Id>) -> Result<Reply> {
    let key = UploadKey::new(signed_in.principal.actor(), id);
    let upload = inbox::find(&app, key).await?.ok_or(Error::NotFound)?;
    let (uploader, now) = (signed_in.principal.clone(), app.clock.now());
    let filed: Vec<_> = upload.contents.parts.iter().filter_map(|part| part.state.notebook()).collect();
    let may = move |tx: &mut Tx<'_>| {
        // What is in notebooks is seen through a grant, like the photo itself.
        let each = filed.iter().map(|number| sql::code::may_photograph(tx, &uploader, *number, now));
        Ok(filed.is_empty() || each.collect::<Result<Vec<_>>>()?.contains(&true))
    };
    if !app.records.read(may).await? {
        return Err(Error::NotFound);
    }
    let thumbnail = upload.contents.thumbnail.ok_or(Error::NotFound)?;
    Ok(bytes("image/jpeg", pictures::get_of_house(&app, &thumbnail).await?))
}
