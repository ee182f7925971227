//! Requests for a copy of all that is kept: taken in, every item looked at; in `kept` what there is, in `copy`
//! what becomes of them.

use std::collections::HashMap;

use axum::extract::{Path, Query};
use jiff::civil::{Date, Time};
use serde::Deserialize;

use super::kept::{Found, Item, check_protection, find};
use super::{called, copy, path, read_profile, said};
use crate::access::guard::open;
use crate::audit::{self, Act};
use crate::capture::{self, PhotoName, pictures};
use crate::clock::{DAY, Instant};
use crate::desk::disclosure::{
    ASKERS, DUE, Decision, Details, Disclosure, ItemKey, REASONS, State, proposed,
};
use crate::desk::guard::IssuedHere;
use crate::desk::sql;
use crate::desk::view::{DisclosurePage, DisclosureRow, DisclosuresPage, ReviewRow};
use crate::entry::card;
use crate::error::{Advice, Error, Result};
use crate::id::Id;
use crate::store::Scope;
use crate::store::tx::Tx;
use crate::text::{Text, date};
use crate::timeline::paper;
use crate::web::App;
use crate::web::form::SafeForm;
use crate::web::page::Page;
use crate::web::reply::{Reply, bytes, see_other, show};
use crate::web::view::{Choice, Field, Symbol};

/// So many items are looked at on one screen.
const SHOWN: usize = 30;

/// A request may be taken in so long after the day on which it came, in milliseconds.
const RECEIVED: i64 = 366 * DAY;

/// The address of a request below its notebook's.
pub(super) fn request_path(here: &IssuedHere, id: Id) -> String {
    path(here.ledger.number, &format!("/disclosures/{id}"))
}

/// A request as it was typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct TypedRequest {
    asked_by: String,
    name: String,
    checked: String,
    /// `2026-11-22`.
    received: String,
}

/// `GET /desk/notebooks/{notebook}/disclosures`.
pub async fn list(app: App, page: Page, here: IssuedHere) -> Result<Reply> {
    let received = app.clock.now().day().to_string();
    let typed = TypedRequest { received, ..TypedRequest::default() };
    show(&list_page(&app, page, &here, &typed, &Advice::default()).await?)
}

async fn list_page(
    app: &App,
    page: Page,
    here: &IssuedHere,
    typed: &TypedRequest,
    advice: &Advice,
) -> Result<DisclosuresPage> {
    let (number, now) = (here.ledger.number, app.clock.now());
    let profile = read_profile(app, &here.desk, number).await?;
    let opened = open(app, number).await?;
    let work = move |tx: &mut Tx<'_>| {
        Ok((sql::list_disclosures(tx, &opened)?, paper::is_protected(tx, number, now)?))
    };
    let (requests, is_protected) = app.records.read(work).await?;
    let text = page.text.clone();
    let asker = |asker: &str| Choice {
        value: asker.to_owned(),
        label: text.plain(&format!("desk-disclosure-by-{asker}")),
        note: String::new(),
        chosen: asker == typed.asked_by || typed.asked_by.is_empty() && asker == ASKERS[0],
    };
    let field =
        |value: &str, name: &str| Field { value: value.to_owned(), advice: said(&text, advice, name) };
    Ok(DisclosuresPage {
        symbol: Symbol::of(&text, &here.ledger.symbol, &here.ledger.colour),
        number: number.to_string(),
        person: called(&text, &profile),
        askers: ASKERS.map(asker).into(),
        name: field(&typed.name, "name"),
        checked: field(&typed.checked, "checked"),
        received: field(&typed.received, "received"),
        back: path(number, ""),
        rows: requests.iter().map(|request| row(&text, here, request, now)).collect(),
        is_protected,
        page: here.desk.page(page),
    })
}

fn row(text: &Text, here: &IssuedHere, request: &Disclosure, now: Instant) -> DisclosureRow {
    let is_open = matches!(request.state, State::Asked | State::Reviewed);
    DisclosureRow {
        who: asked(text, request),
        state: text.plain(&format!("desk-disclosure-{}", request.state.word())),
        due: text.plain1("desk-disclosure-due", "day", date::month_day_weekday(text, request.due_at.day())),
        is_late: is_open && now.day() > request.due_at.day(),
        path: request_path(here, request.id),
    }
}

/// 高橋 梅子（ご本人）・11月22日(日)に受付.
fn asked(text: &Text, request: &Disclosure) -> String {
    let by = text.plain(&format!("desk-disclosure-by-{}", request.asked_by));
    let who = format!("{}（{by}）", request.details.name);
    let day = date::month_day_weekday(text, request.asked_at.day());
    text.plain2("desk-disclosure-asked-row", "who", who, "day", day)
}

/// `POST /desk/notebooks/{notebook}/disclosures`: a new request.
pub async fn add(
    app: App,
    page: Page,
    here: IssuedHere,
    SafeForm(typed): SafeForm<TypedRequest>,
) -> Result<Reply> {
    let (number, now) = (here.ledger.number, app.clock.now());
    let is_near = |day: &Date| *day <= now.day() && *day > now.plus(-RECEIVED).day();
    let day = typed.received.parse::<Date>().ok().filter(is_near);
    let details = Details::check(&typed.name, &typed.checked);
    let (details, day) = match (details, day) {
        (Ok(details), Some(day)) => (details, day),
        (Err(Error::Invalid(advice)), _) => {
            return show(&list_page(&app, page, &here, &typed, &advice).await?);
        }
        (Err(other), _) => return Err(other),
        (Ok(_), None) => {
            let wrong = crate::error::FieldAdvice { field: "received", message: "desk-disclosure-day-wrong" };
            return show(&list_page(&app, page, &here, &typed, &Advice(vec![wrong])).await?);
        }
    };
    let asked_by = ASKERS.into_iter().find(|asker| *asker == typed.asked_by).ok_or(Error::NotFound)?;
    let asked_at = Instant::from_japan(day.to_datetime(Time::midnight()));
    let (id, state) = (Id::fresh(now)?, State::Asked);
    let due_at = asked_at.plus(DUE);
    let changed_at = now;
    let request = Disclosure { id, state, asked_by: asked_by.into(), asked_at, due_at, changed_at, details };
    check_protection(&app, &here).await?;
    let (opened, actor) = (open(&app, number).await?, here.desk.actor());
    let work = move |tx: &mut Tx<'_>| {
        sql::add_disclosure(tx, &opened, &request, actor.id)?;
        audit::sql::record(tx, number, actor, Act::AskedDisclosure, Some(id), now)
    };
    app.records.write(Scope::Notebook(number), work).await?;
    Ok(see_other(&request_path(&here, id)))
}

/// Which items are shown.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Shown {
    skip: usize,
}

/// `GET /desk/notebooks/{notebook}/disclosures/{disclosure}`: the items, to be looked at.
pub async fn read(
    app: App,
    page: Page,
    here: IssuedHere,
    Path((_, id)): Path<(String, String)>,
    Query(shown): Query<Shown>,
) -> Result<Reply> {
    let found = find(&app, &here, &id).await?;
    let profile = read_profile(&app, &here.desk, here.ledger.number).await?;
    let text = page.text.clone();
    let own = request_path(&here, found.request.id);
    let rows = found.items.iter().skip(shown.skip).take(SHOWN);
    let next = shown.skip.saturating_add(SHOWN);
    show(&DisclosurePage {
        symbol: Symbol::of(&text, &here.ledger.symbol, &here.ledger.colour),
        number: here.ledger.number.to_string(),
        person: called(&text, &profile),
        asked: asked(&text, &found.request),
        state: found.request.state.word(),
        standing: text.plain(&format!("desk-disclosure-{}", found.request.state.word())),
        checked: found.request.details.checked.clone(),
        due: date::month_day_weekday(&text, found.request.due_at.day()),
        total: found.items.len(),
        left: found.left(),
        copies: copy::parts(&text, &found, &own, app.clock.now()),
        items: rows.map(|item| review_row(&text, &found, item, &own)).collect(),
        earlier: (shown.skip > 0).then(|| format!("{own}?skip={}", shown.skip.saturating_sub(SHOWN))),
        later: (next < found.items.len()).then(|| format!("{own}?skip={next}")),
        back: path(here.ledger.number, "/disclosures"),
        path: own,
        page: here.desk.page(page),
    })
}

fn review_row(text: &Text, found: &Found, item: &Item, own: &str) -> ReviewRow {
    let key = item.key();
    let audience = item.audience();
    let decided = found.decided.get(&key.field());
    let chosen = decided.map_or(proposed(audience), |reason| reason.as_deref()).unwrap_or_default();
    let choice = |word: &str, label: &str| Choice {
        value: word.to_owned(),
        label: text.plain(label),
        note: String::new(),
        chosen: word == chosen,
    };
    let given = choice("", "desk-disclosure-give");
    let reasons = REASONS.map(|reason| choice(reason, &format!("desk-disclosure-reason-{reason}")));
    let (words, picture) = match item {
        Item::Entry(entry) => (paper::words(text, entry), None),
        Item::Photo(photo, _) => (
            capture::photo::title(text, photo.design.as_deref(), photo.sheet),
            Some(format!("{own}/photos/{}", photo.name)),
        ),
    };
    ReviewRow {
        field: key.field(),
        when: date::date_and_time(text, item.at().in_japan()),
        author: found.names.full(text, item.author()),
        words,
        picture,
        texts: item.texts(text, &found.names),
        readers: card::readers(text, &found.names, audience),
        is_seen: decided.is_some(),
        reasons: std::iter::once(given).chain(reasons).collect(),
    }
}

/// `POST /desk/notebooks/{notebook}/disclosures/{disclosure}`: what was decided on one screen.
pub async fn review(
    app: App,
    here: IssuedHere,
    Path((_, id)): Path<(String, String)>,
    SafeForm(typed): SafeForm<HashMap<String, String>>,
) -> Result<Reply> {
    check_protection(&app, &here).await?;
    let (number, id): (_, Id) = (here.ledger.number, id.parse()?);
    let mut decisions: Vec<Decision> = Vec::new();
    for (field, value) in &typed {
        let Some(key) = ItemKey::of_field(field) else { continue };
        let reason = REASONS.into_iter().find(|reason| reason == value);
        if reason.is_none() && !value.is_empty() {
            return Err(Error::NotFound);
        }
        decisions.push((key, reason.map(str::to_owned)));
    }
    let opened = open(&app, number).await?;
    let save = move |tx: &mut Tx<'_>| {
        let request = sql::find_disclosure(tx, &opened, id)?.ok_or(Error::NotFound)?;
        if request.state != State::Asked {
            return Err(Error::Conflict);
        }
        for decision in &decisions {
            if sql::has_item(tx, number, decision.0)? {
                sql::save_item(tx, number, id, decision)?;
            }
        }
        Ok(())
    };
    app.records.write(Scope::Notebook(number), save).await?;
    let next = typed.get("next").filter(|next| next.starts_with(&request_path(&here, id)));
    Ok(see_other(next.unwrap_or(&request_path(&here, id))))
}

/// `GET /desk/notebooks/{notebook}/disclosures/{disclosure}/photos/{photo}`: a photo, while it is looked at.
pub async fn photo(
    app: App,
    here: IssuedHere,
    Path((_, id, name)): Path<(String, String, String)>,
) -> Result<Reply> {
    check_protection(&app, &here).await?;
    let (number, id, name): (_, Id, PhotoName) = (here.ledger.number, id.parse()?, name.parse()?);
    let (opened, actor, now) = (open(&app, number).await?, here.desk.actor(), app.clock.now());
    let own = opened.clone();
    let work = move |tx: &mut Tx<'_>| {
        let request = sql::find_disclosure(tx, &own, id)?;
        let photo = capture::sql::photo::find_whole(tx, &own, name)?;
        let photo = photo.filter(|_| request.is_some_and(|request| request.state == State::Asked));
        audit::sql::record_view(tx, number, actor, Act::ReadForDisclosure, Some(id), now)?;
        photo.ok_or(Error::NotFound)
    };
    let photo = app.records.write(Scope::Notebook(number), work).await?;
    Ok(bytes("image/jpeg", pictures::get_of_notebook(&app, &opened, &photo.pictures.large).await?))
}
