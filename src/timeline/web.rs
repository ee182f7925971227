//! Reading: the family's view, the staff's view, the list of one's notebooks.

use axum::extract::Query;
use serde::Deserialize;

use super::staff_view::StaffPage;
use super::view::{Block, Day, FamilyPage, HomePage};
use super::{PAGE, chart, days, older_than, summary};
use crate::access::audience::Side;
use crate::access::guard::{Access, MaybeSignedIn, ReadSummary, SignedIn, Window, open};
use crate::access::names::Names;
use crate::access::permission::{JOINING, Permission};
use crate::access::sql::grant::{self, Member};
use crate::audit::{self, Act};
use crate::clock::{DAY, Instant};
use crate::entry::{Entry, card, sql};
use crate::error::Result;
use crate::id::Actor;
use crate::notebook::{self, Ledger, Profile};
use crate::scan;
use crate::text::{Text, date};
use crate::web::App;
use crate::web::page::Page;
use crate::web::reply::{Reply, show};
use crate::web::view::{Link, NotebookRow, Symbol};

/// How far back the summary looks for instructions, allergies, medicines and values, in milliseconds.
const SUMMARY: i64 = 400 * DAY;

/// What the address of a timeline may ask for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// Only what happened before this moment.
    before: Option<i64>,
    /// What has just been done.
    told: Option<String>,
}

/// Everything a timeline page shows, as found in the store.
struct Found {
    ledger: Ledger,
    profile: Profile,
    entries: Vec<Entry>,
    summary: Vec<Entry>,
    members: Vec<Member>,
    names: Names,
    last_view: Option<Instant>,
}

async fn find(app: &App, access: &Access<ReadSummary>, before: Instant) -> Result<Found> {
    let (ledger, profile) = notebook::web::find(app, access).await?;
    let now = app.clock.now();
    let (opened, window, house) = (access.opened(), access.window(now), app.house.clone());
    let whole = Window { since: None, ..window };
    let actor = access.actor();
    app.records
        .read(move |tx| {
            let entries = sql::list(tx, &opened, &window, before, PAGE)?;
            let mut summary = Vec::new();
            for kind in ["instruction", "allergy", "dispensing", "vitals"] {
                summary.extend(sql::list_kind(tx, &opened, &whole, kind, now.plus(-SUMMARY))?);
            }
            let members = grant::members(tx, opened.notebook)?;
            let people =
                members.iter().map(|member| Actor { kind: member.kind, id: member.id, office: None });
            let authors = entries.iter().chain(&summary).map(|entry| entry.author);
            let names = Names::find(tx, &house, authors.chain(people))?;
            let last_view = audit::sql::last_view(tx, opened.notebook, actor, Act::ReadTimeline)?;
            let (ledger, profile) = (ledger.clone(), profile.clone());
            Ok(Found { ledger, profile, entries, summary, members, names, last_view })
        })
        .await
}

/// `GET /n/{notebook}`: the notebook, as its reader needs it.
pub async fn read(
    app: App,
    page: Page,
    access: Access<ReadSummary>,
    Query(asked): Query<Asked>,
) -> Result<Reply> {
    let before = asked.before.map_or_else(|| app.clock.now().plus(DAY), Instant);
    let found = find(&app, &access, before).await?;
    access.seen(&app, Act::ReadTimeline, None).await?;
    let told = asked.told.filter(|told| told == "saved").map(|_| page.text.plain("entry-saved"));
    match access.reader().side {
        Side::Supporter { .. } => show(&staff_page(&app, page, &access, found, told)),
        Side::Relative | Side::Person => show(&family_page(&app, page, &access, found, told)),
    }
}

/// The timeline's days, newest first.
fn blocks(text: &Text, found: &Found, now: Instant, path: &str) -> Vec<Block> {
    let day = |one: super::DayOfEntries<'_>| {
        let (label, date) = card::day_labels(text, one.day, now.day());
        let entries = one.entries.iter().map(|entry| card::card(text, &found.names, entry, path)).collect();
        Block::Day(Day { label, date, entries })
    };
    days(&found.entries).into_iter().map(day).collect()
}

fn older(found: &Found, path: &str) -> Option<String> {
    older_than(&found.entries).map(|before| format!("{path}?before={}", before.0))
}

fn family_page(
    app: &App,
    page: Page,
    access: &Access<ReadSummary>,
    found: Found,
    told: Option<String>,
) -> FamilyPage {
    let (text, now, path) = (page.text.clone(), app.clock.now(), access.path(""));
    let detail = text.plain("timeline-never-photographed");
    FamilyPage {
        notebook: notebook::web::head(&text, &found.ledger, &found.profile, detail),
        told,
        instructions: summary::instructions(&text, &found.names, &found.summary, now, &path),
        blocks: blocks(&text, &found, now, &path),
        older: older(&found, &path),
        last_photographed: None,
        may_ask_photo: false,
        page: access.signed_in.page(page),
    }
}

fn staff_page(
    app: &App,
    page: Page,
    access: &Access<ReadSummary>,
    found: Found,
    told: Option<String>,
) -> StaffPage {
    let (text, now, path) = (page.text.clone(), app.clock.now(), access.path(""));
    let names = &found.names;
    let identity = notebook::web::identity(&text, &found.profile, now.day());
    let mut head = notebook::web::head(&text, &found.ledger, &found.profile, identity);
    head.action = Some(Link { path: format!("{path}/write"), label: text.plain("timeline-action-write") });
    let (allergies, allergies_note) = summary::allergies(&text, names, &found.summary);
    let since = found.last_view;
    StaffPage {
        notebook: head,
        told,
        limited_until: limited_until(&text, access, &found),
        instructions: summary::instructions(&text, names, &found.summary, now, &path),
        allergies,
        allergies_note,
        news: summary::news(&text, names, &found.entries, since, access.actor()),
        news_since: since.map(|since| date::month_day_weekday(&text, since.day())),
        questions: summary::questions(&text, names, &found.entries, &path),
        medicines: summary::dispensed(&text, &found.summary),
        values: summary::last_values(&text, &found.summary, now),
        chart: chart::blood_pressure(&text, &found.summary, now),
        supporters: supporters(&text, &found, now),
        supporters_more: 0,
        blocks: blocks(&text, &found, now, &path),
        older: older(&found, &path),
        page: access.signed_in.page(page),
    }
}

/// The day from which somebody who has just joined may read everything.
fn limited_until(text: &Text, access: &Access<ReadSummary>, found: &Found) -> Option<String> {
    if access.may(Permission::ReadAll) {
        return None;
    }
    let own = found.members.iter().find(|member| member.id == access.actor().id)?;
    Some(date::month_day_weekday(text, own.grant.from.plus(JOINING).day()))
}

fn supporters(text: &Text, found: &Found, now: Instant) -> Vec<super::staff_view::Supporter> {
    let live = found.members.iter().filter(|member| member.grant.level_at(now).is_some());
    live.filter_map(|member| found.names.of(Actor { kind: member.kind, id: member.id, office: None }))
        .map(|shown| summary::supporter(text, shown))
        .collect()
}

/// `GET /`: one's notebooks, or the welcome of somebody who is not signed in.
pub async fn home(app: App, page: Page, MaybeSignedIn(signed_in): MaybeSignedIn) -> Result<Reply> {
    let Some(signed_in) = signed_in else { return scan::web::welcome(&app, page) };
    let rows = rows(&app, &page.text, &signed_in).await?;
    show(&HomePage { page: signed_in.page(page), told: None, rows })
}

async fn rows(app: &App, text: &Text, signed_in: &SignedIn) -> Result<Vec<NotebookRow>> {
    let (actor, now) = (signed_in.principal.actor(), app.clock.now());
    let numbers = app.records.read(move |tx| grant::notebooks_of(tx, actor, now)).await?;
    let mut rows = Vec::new();
    for number in numbers {
        let opened = open(app, number).await?;
        let work = move |tx: &mut crate::store::tx::Tx<'_>| {
            Ok((notebook::sql::find(tx, number)?, notebook::sql::find_profile(tx, &opened)?))
        };
        let (Some(ledger), Some(profile)) = app.records.read(work).await? else { continue };
        rows.push(NotebookRow {
            path: format!("/n/{number}"),
            symbol: Symbol::of(text, &ledger.symbol, &ledger.colour),
            name: format!("{}{}", profile.name, text.plain("web-honorific")),
            detail: String::new(),
            news: None,
        });
    }
    Ok(rows)
}
