//! The pile: one's own photos and how it stands with each, down to sending them to the family.

use std::collections::BTreeSet;

use axum::Extension;
use axum::extract::Query;
use serde::Deserialize;

use super::photo::title;
use super::view::{PhotoState, PilePage, PilePhoto};
use super::web::owner;
use super::worker::Workers;
use super::{Part, PartState, PhotoName, Sharing, State, Tip, Upload, last_day, sql, tap};
use crate::access::guard::SignedIn;
use crate::access::principal::Principal;
use crate::clock::{DAY, Instant};
use crate::error::Result;
use crate::id::NotebookNumber;
use crate::notebook::{self, Ledger};
use crate::store::tx::Tx;
use crate::text::{Text, date};
use crate::web::App;
use crate::web::form::SafeForm;
use crate::web::page::Page;
use crate::web::reply::{Reply, see_other, show};
use crate::web::view::Symbol;

/// So many photos are shown at once.
const SHOWN: u32 = 100;
/// So many uploads that wait are looked through.
const COUNTED: u32 = 200;
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
    let uploader = signed_in.principal.clone();
    let (uploads, known) = app
        .records
        .read(move |tx| {
            let mut uploads = sql::upload::list(tx, &house, actor, now.plus(-SETTLED), SHOWN)?;
            uploads.reverse();
            let known = Known::of(tx, &uploads, &uploader, now)?;
            Ok((uploads, known))
        })
        .await?;
    let photos = rows(&page.text, &uploads, &known);
    let count = |wanted: &str| photos.iter().filter(|photo| photo.state_class() == wanted).count() as u32;
    let told = match asked.told.as_deref() {
        Some("sent") => Some(page.text.plain("capture-audience-sent")),
        Some("aside") => Some(page.text.plain("capture-state-aside")),
        _ => None,
    };
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

/// What is known beside uploads.
pub(super) struct Known {
    /// The notebooks in which parts are filed.
    ledgers: Vec<Ledger>,
    /// Those that parts were held for and that are open to the uploader by now.
    open: Vec<NotebookNumber>,
}

impl Known {
    pub(super) fn of(
        tx: &mut Tx<'_>,
        uploads: &[Upload],
        uploader: &Principal,
        now: Instant,
    ) -> Result<Self> {
        let states = || uploads.iter().flat_map(|upload| &upload.contents.parts).map(|part| &part.state);
        let mut known = Self { ledgers: vec![], open: vec![] };
        for number in states().filter_map(PartState::notebook).collect::<BTreeSet<_>>() {
            known.ledgers.extend(notebook::sql::find(tx, number)?);
        }
        for number in states().filter_map(PartState::held_for).collect::<BTreeSet<_>>() {
            if sql::code::may_photograph(tx, uploader, number, now)? {
                known.open.push(number);
            }
        }
        Ok(known)
    }

    /// A tap is asked for: it waits for one, or was held for a notebook that is open by now.
    pub(super) fn asks_for(&self, state: &PartState) -> bool {
        let is_open = || state.held_for().is_some_and(|number| self.open.contains(&number));
        state.waits() || matches!(state, PartState::Held { .. }) && is_open()
    }
}

/// A part that a tap is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waits {
    pub name: PhotoName,
    /// When it goes.
    pub until: Instant,
}

/// The parts of somebody's photos that a tap is asked for, oldest first.
pub async fn waiting(app: &App, signed_in: &SignedIn) -> Result<Vec<Waits>> {
    let (uploader, house, now) = (signed_in.principal.clone(), app.house.clone(), app.clock.now());
    let find = move |tx: &mut Tx<'_>| {
        let uploads = sql::upload::list_unsettled(tx, &house, uploader.actor(), COUNTED)?;
        let known = Known::of(tx, &uploads, &uploader, now)?;
        Ok((uploads, known))
    };
    let (uploads, known) = app.records.read(find).await?;
    let parts =
        uploads.iter().flat_map(|upload| upload.contents.parts.iter().map(move |part| (upload, part)));
    let waiting = parts.filter(|(_, part)| known.asks_for(&part.state));
    let one = |(upload, part): (&Upload, &Part)| {
        let name = PhotoName { id: upload.key.id, part: part.number };
        Waits { name, until: upload.until }
    };
    Ok(waiting.map(one).collect())
}

/// One row for each part, and one for an upload that has none yet.
pub(super) fn rows(text: &Text, uploads: &[Upload], known: &Known) -> Vec<PilePhoto> {
    let mut rows = Vec::new();
    for upload in uploads {
        let sent = date::time(text, upload.received_at.in_japan().time());
        let until =
            text.plain1("capture-kept-until", "date", date::month_day_weekday(text, last_day(upload.until)));
        let advice = |tip: &Tip| text.plain(&format!("capture-advice-{}", tip.word()));
        let row = |name: PhotoName, state: PhotoState, family: Option<bool>| PilePhoto {
            id: name.to_string(),
            number: 0,
            sent: sent.clone(),
            thumbnail: upload.contents.thumbnail().map(|_| format!("/photos/{}/thumbnail.jpg", name.id)),
            advice: match state {
                PhotoState::Filed { is_double: true, .. } => vec![text.plain("capture-double")],
                PhotoState::Filed { is_old: true, .. } => vec![text.plain("capture-old")],
                // It has found its place, and may be hard to read there.
                PhotoState::Filed { .. } => {
                    upload.contents.tips.iter().filter(|tip| tip.is_of_picture()).map(advice).collect()
                }
                PhotoState::Discarded { .. } => vec![],
                _ => upload.contents.tips.iter().map(advice).collect(),
            },
            until: state.is_for_a_while().then(|| until.clone()),
            original: upload.original().map(|_| format!("/photos/{}/original", name.id)),
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
                row(name, state(text, name, (&part.state, upload.visit), known), family)
            })),
        }
    }
    for (row, number) in rows.iter_mut().zip(1..) {
        row.number = number;
    }
    rows
}

/// How it stands with a part that was taken in the visit of a notebook.
fn state(
    text: &Text,
    name: PhotoName,
    (state, visit): (&PartState, Option<NotebookNumber>),
    known: &Known,
) -> PhotoState {
    let ledgers = &known.ledgers;
    let ledger = state.notebook().and_then(|number| ledgers.iter().find(|ledger| ledger.number == number));
    let path = || format!("/photos/{}?part={}", name.id, name.part);
    match (state, ledger) {
        (PartState::Filed { sheet, design, is_old, is_double, .. }, Some(ledger)) => PhotoState::Filed {
            is_old: *is_old,
            is_double: *is_double,
            is_elsewhere: visit.is_some() && visit != state.notebook(),
            symbol: Symbol::of(text, &ledger.symbol, &ledger.colour),
            sheet: title(text, design.as_deref(), *sheet),
            path: format!("/n/{}/photos/{name}", ledger.number),
        },
        (PartState::Discarded { was }, _) => PhotoState::Discarded { path: was.as_ref().map(|_| path()) },
        (state, _) if known.asks_for(state) => PhotoState::Waiting { path: path() },
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
