//! Joining a care team: a page that says who is joined and why, and a POST. Staff of a verified office
//! join at once when the person agreed to care offices as a class; the diary shows it to the family.

use serde::Deserialize;

use super::web::Visiting;
use super::{Meaning, Visit, sql};
use crate::access::guard::{SignedIn, live_levels, open};
use crate::access::permission::{Grant, Level};
use crate::access::principal::Staff;
use crate::access::sql::grant::{self, Holder, LedgerState, NewGrant};
use crate::access::sql::names::Names;
use crate::access::view::JoinPage;
use crate::audit::{self, Act};
use crate::clock::DAY;
use crate::error::{Error, Result};
use crate::id::{Actor, Id, NotebookNumber};
use crate::notebook;
use crate::store::Scope;
use crate::web::App;
use crate::web::form::SafeForm;
use crate::web::page::Page;
use crate::web::reply::{Reply, see_other, show};
use crate::web::view::{Choice, Symbol};

/// A one-off joining ends after so long, in milliseconds (DESIGN 8).
const ONE_OFF: i64 = 7 * DAY;
/// Why somebody joins; the tail of message keys.
const REASONS: [&str; 3] = ["charge", "instead", "duty"];

/// The notebook of the visit, if this member of staff may join its team: it is issued, the person agreed
/// to care offices, and the office is verified.
async fn joinable(
    app: &App,
    staff: &Staff,
    visit: Option<Visit>,
    signed_in: &SignedIn,
) -> Result<(Visit, NotebookNumber)> {
    let visit = visit.filter(|visit| visit.meaning == Meaning::Live).ok_or(Error::NotFound)?;
    let number = visit.notebook().ok_or(Error::NotFound)?;
    let (gate, _) = live_levels(app, &signed_in.principal, number).await?;
    let agreed = app.records.read(move |tx| notebook::sql::has_consent(tx, number, "care_offices")).await?;
    let open = gate.state == LedgerState::Issued && !gate.is_paper_only && !gate.is_protected;
    if open && agreed && staff.office.is_verified { Ok((visit, number)) } else { Err(Error::Forbidden) }
}

/// `GET /scan/join`.
pub async fn ask(app: App, page: Page, signed_in: SignedIn, Visiting(visit): Visiting) -> Result<Reply> {
    let staff = signed_in.principal.staff()?.clone();
    let (_, number) = joinable(&app, &staff, visit, &signed_in).await?;
    let (opened, house) = (open(&app, number).await?, app.house.clone());
    let (ledger, profile, told) = app
        .records
        .read(move |tx| {
            let members = grant::members(tx, number)?;
            let coordinator = members.iter().find(|member| member.grant.level == Level::Coordinator);
            let actor = coordinator.map(|member| Actor { kind: member.kind, id: member.id, office: None });
            let names = Names::find(tx, &house, actor)?;
            let told = actor.map(|actor| (actor, names));
            Ok((notebook::sql::find(tx, number)?, notebook::sql::find_profile(tx, &opened)?, told))
        })
        .await?;
    let (ledger, profile) = ledger.zip(profile).ok_or(Error::NotFound)?;
    let text = page.text.clone();
    let reason = |why: &str| Choice {
        value: why.into(),
        label: text.plain(&format!("access-join-why-{why}")),
        note: text.plain(&format!("access-join-why-{why}-note")),
        chosen: false,
    };
    let honorific = text.plain("web-honorific");
    show(&JoinPage {
        symbol: Symbol::of(&text, &ledger.symbol, &ledger.colour),
        name: format!("{}{honorific}", profile.name),
        reading: profile.kana,
        reader: format!("{}{honorific}", staff.name),
        office: staff.office.details.name,
        told: told.map(|(actor, names)| names.full(&text, actor)),
        reasons: REASONS.map(reason).into(),
        back: "/".into(),
        page: signed_in.page(page),
    })
}

/// The form of joining.
#[derive(Deserialize)]
pub struct Joining {
    reason: String,
}

/// `POST /scan/join`.
pub async fn join(
    app: App,
    signed_in: SignedIn,
    Visiting(visit): Visiting,
    form: SafeForm<Joining>,
) -> Result<Reply> {
    let SafeForm(Joining { reason }) = form;
    let staff = signed_in.principal.staff()?.clone();
    let why =
        REASONS.into_iter().find(|why| *why == reason).ok_or(Error::advice("reason", "web-form-damaged"))?;
    let (visit, number) = joinable(&app, &staff, visit, &signed_in).await?;
    let (actor, now) = (signed_in.principal.actor(), app.clock.now());
    let (level, until) = match why {
        "charge" => (Level::Joining, None),
        _ => (Level::OneOff, Some(now.plus(ONE_OFF))),
    };
    let new = NewGrant {
        id: Id::fresh(now)?,
        holder: Holder::of(actor),
        grant: Grant { level, from: now, until },
        given_by: actor.id,
        reason: Some(why.to_owned()),
    };
    app.records
        .write(Scope::Notebook(number), move |tx| {
            if grant::list(tx, number, actor)?.iter().all(|known| known.level_at(now).is_none()) {
                grant::add(tx, number, &new)?;
                audit::sql::record(tx, number, actor, Act::Joined, None, now)?;
            }
            sql::add_visit(tx, visit.id, actor, number, visit.begun_at)
        })
        .await?;
    Ok(see_other(&format!("/n/{number}")))
}
