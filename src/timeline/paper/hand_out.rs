//! What a ward needs when the person comes to stay: one A4 page, and what was written in the last week.

use axum::Extension;

use super::{item, japanese, person};
use crate::access::guard::{Access, Print, Window};
use crate::access::sql::grant;
use crate::access::sql::names::Names;
use crate::clock::{DAY, Instant};
use crate::entry::{self, Entry};
use crate::error::Result;
use crate::id::Position;
use crate::notebook;
use crate::print::digest::{in_order, may_go};
use crate::print::press::{Contact, Document, HandOut, Statement};
use crate::print::sql::filled;
use crate::print::web::{Printer, written};
use crate::store::tx::Tx;
use crate::text::{Text, date};
use crate::timeline::summary;
use crate::timeline::web::SUMMARY;
use crate::web::App;
use crate::web::reply::{Reply, download};

/// What was written in so many days lies behind the page.
const DAYS: u32 = 7;
/// At most so many entries.
const ENTRIES: usize = 200;

struct Found {
    /// What the summary is made of, newest first.
    lasting: Vec<Entry>,
    /// What was written in the last days, newest first.
    recent: Vec<Entry>,
    names: Names,
    contacts: Vec<Contact>,
}

async fn find(app: &App, access: &Access<Print>, text: Text) -> Result<Found> {
    let now = app.clock.now();
    let (opened, house) = (access.opened(), app.house.clone());
    let window = Window { since: None, ..access.window(now) };
    let work = move |tx: &mut Tx<'_>| {
        let mut lasting = Vec::new();
        for kind in ["instruction", "allergy", "dispensing", "vitals"] {
            lasting.extend(entry::sql::list_kind(tx, &opened, &window, kind, now.plus(-SUMMARY))?);
        }
        let mut recent = entry::sql::list(tx, &opened, &window, Position::before(now.plus(DAY)), ENTRIES)?;
        recent.retain(|entry| entry.happened_at >= now.plus(-i64::from(DAYS) * DAY));
        lasting.retain(may_go);
        recent.retain(may_go);
        let names = Names::find(tx, &house, lasting.iter().chain(&recent).map(|entry| entry.author))?;
        let gate = grant::find_gate(tx, opened.notebook, now)?;
        let contacts = match gate.is_some_and(|gate| gate.is_protected) {
            true => vec![],
            false => filled::contacts(tx, &text, &house, &opened, now)?,
        };
        Ok(Found { lasting, recent, names, contacts })
    };
    app.records.read(work).await
}

/// `GET /n/{notebook}/paper/hand-out.pdf`.
pub async fn print(app: App, Extension(printer): Extension<Printer>, access: Access<Print>) -> Result<Reply> {
    let (text, now) = (japanese(&app), app.clock.now());
    let (_, profile) = notebook::web::find(&app, &access).await?;
    let found = find(&app, &access, text.clone()).await?;
    let make = |notebook| {
        let (instructions, allergies) = (instructions(&text, &found, now), allergies(&text, &found));
        let dispensed = summary::dispensed(&text, &found.lasting);
        let medicines = dispensed.iter().flat_map(|dispensed| &dispensed.rows);
        let recent =
            found.recent.iter().map(|entry| (entry.happened_at, item(&text, &found.names, entry))).collect();
        Document::HandOut(HandOut {
            notebook,
            person: person(&text, &profile, now),
            printed_on: date::era_day(now.day()),
            printed_by: access.signed_in.principal.name().to_owned(),
            instructions,
            allergies,
            medicines: medicines.map(|row| (row.name.clone(), row.dose.clone())).collect(),
            dispensed: dispensed.as_ref().map(|all| all.when_and_where.clone()).unwrap_or_default(),
            values: values(&text, &found, now),
            contacts: found.contacts.clone(),
            days: DAYS,
            items: in_order(recent),
        })
    };
    let pdf = written(&app, &printer, access.notebook(), access.actor(), make).await?;
    Ok(download("application/pdf", "hand-out.pdf", pdf))
}

fn instructions(text: &Text, found: &Found, now: Instant) -> Vec<Statement> {
    let all = summary::instructions(text, &found.names, &found.lasting, now, "");
    let statement = |one: crate::timeline::view::Instruction| {
        let words = std::iter::once(one.text).chain(one.more).collect::<Vec<_>>().join("\n");
        Statement { text: words, by: one.by }
    };
    all.into_iter().map(statement).collect()
}

fn allergies(text: &Text, found: &Found) -> Vec<Statement> {
    let (all, note) = summary::allergies(text, &found.names, &found.lasting);
    let statement = |one: crate::timeline::staff_view::Allergy| Statement {
        text: format!("{} {}", one.substance, one.reaction).trim().to_owned(),
        by: note.clone(),
    };
    all.into_iter().map(statement).collect()
}

fn values(text: &Text, found: &Found, now: Instant) -> Vec<(String, String)> {
    let Some(values) = summary::last_values(text, &found.lasting, now) else { return vec![] };
    let rows = values.rows.into_iter().map(|row| (row.label, format!("{} {}", row.value, row.unit)));
    std::iter::once((text.plain("timeline-report-measured"), values.when)).chain(rows).collect()
}
