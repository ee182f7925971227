//! What a ward needs when the person comes to stay: one A4 page, and what was written in the last week.

use axum::Extension;

use super::{is_protected, item, japanese, person};
use crate::access::guard::{Access, Print, Window};
use crate::access::sql::names::Names;
use crate::clock::{DAY, Instant};
use crate::entry::{self, Contents, Entry};
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
    is_protected: bool,
}

async fn find(app: &App, access: &Access<Print>, text: Text) -> Result<Found> {
    let now = app.clock.now();
    let (opened, house) = (access.opened(), app.house.clone());
    let window = Window { since: None, ..access.window(now) };
    let work = move |tx: &mut Tx<'_>| {
        let mut lasting = Vec::new();
        // What holds until somebody ends it never grows old.
        let kinds = [("instruction", Instant(0)), ("allergy", Instant(0))];
        let others = ["dispensing", "vitals"].map(|kind| (kind, now.plus(-SUMMARY)));
        for (kind, since) in kinds.into_iter().chain(others) {
            lasting.extend(entry::sql::list_kind(tx, &opened, &window, kind, since)?);
        }
        let mut recent = entry::sql::list(tx, &opened, &window, Position::before(now.plus(DAY)), ENTRIES)?;
        recent.retain(|entry| entry.happened_at >= now.plus(-i64::from(DAYS) * DAY));
        lasting.retain(may_go);
        recent.retain(may_go);
        let names = Names::find(tx, &house, lasting.iter().chain(&recent).map(|entry| entry.author))?;
        let is_protected = is_protected(tx, opened.notebook, now)?;
        let contacts = if is_protected { vec![] } else { filled::contacts(tx, &text, &house, &opened, now)? };
        Ok(Found { lasting, recent, names, contacts, is_protected })
    };
    app.records.read(work).await
}

/// `GET /n/{notebook}/paper/hand-out.pdf`.
pub async fn print(app: App, Extension(printer): Extension<Printer>, access: Access<Print>) -> Result<Reply> {
    let (text, now) = (japanese(&app), app.clock.now());
    let (_, profile) = notebook::web::find(&app, &access).await?;
    let found = find(&app, &access, text.clone()).await?;
    let make = |notebook| {
        let item = |entry: &Entry| item(&text, &found.names, entry, found.is_protected);
        let recent = found.recent.iter().map(|entry| (entry.happened_at, item(entry))).collect();
        let (medicines, dispensed) = medicines(&text, &found);
        Document::HandOut(HandOut {
            notebook,
            person: person(&text, &profile, now),
            printed_on: date::era_day(now.day()),
            printed_by: access.signed_in.principal.name().to_owned(),
            instructions: instructions(&text, &found, now),
            allergies: allergies(&text, &found),
            medicines,
            dispensed,
            values: values(&text, &found, now),
            contacts: found.contacts.clone(),
            days: DAYS,
            items: in_order(recent),
        })
    };
    let pdf = written(&app, &printer, access.notebook(), access.actor(), make).await?;
    Ok(download("application/pdf", "hand-out.pdf", pdf))
}

/// Who said it when: 佐伯 正さん・11月2日(月).
fn by(text: &Text, found: &Found, entry: &Entry, at: Instant) -> String {
    let author = found.names.on_paper(text, entry.author, found.is_protected);
    format!("{author}・{}", date::era_day(at.day()))
}

fn instructions(text: &Text, found: &Found, now: Instant) -> Vec<Statement> {
    let statement = |entry: &Entry| match &entry.contents {
        Contents::Instruction(one) if one.is_in_force(now) => {
            let words = format!("{}\n{}", one.text, one.more).trim().to_owned();
            let until = one.until.map(|until| text.plain1("sheet-until", "day", date::era_day(until.day())));
            let parts = std::iter::once(by(text, found, entry, one.from)).chain(until);
            Some(Statement { text: words, by: parts.collect::<Vec<_>>().join("　") })
        }
        _ => None,
    };
    found.lasting.iter().filter_map(statement).collect()
}

fn allergies(text: &Text, found: &Found) -> Vec<Statement> {
    let statement = |entry: &Entry| match &entry.contents {
        Contents::Allergy(one) => Some(Statement {
            text: format!("{} {}", one.substance, one.reaction).trim().to_owned(),
            by: by(text, found, entry, entry.happened_at),
        }),
        _ => None,
    };
    found.lasting.iter().filter_map(statement).collect()
}

/// Name and dose of what was dispensed last and what was absent then, and where it was.
fn medicines(text: &Text, found: &Found) -> (Vec<(String, String)>, String) {
    let Some(dispensed) = summary::dispensed(text, &found.lasting) else { return (vec![], String::new()) };
    let waits = text.plain("timeline-medicine-unconfirmed");
    let row = |row: &crate::timeline::staff_view::Medicine| {
        let is_unconfirmed = row.tags.iter().any(|tag| tag.label == waits);
        let note = if is_unconfirmed { format!("（{waits}）") } else { String::new() };
        (row.name.clone(), format!("{}{note}", row.dose))
    };
    let from = if found.is_protected { String::new() } else { dispensed.when_and_where.clone() };
    (dispensed.rows.iter().map(row).collect(), from)
}

fn values(text: &Text, found: &Found, now: Instant) -> Vec<(String, String)> {
    let Some(values) = summary::last_values(text, &found.lasting, now) else { return vec![] };
    let rows = values.rows.into_iter().map(|row| (row.label, format!("{} {}", row.value, row.unit)));
    // Paper is read on other days: the day itself, not きょう.
    let newest = found.lasting.iter().find(|entry| matches!(entry.contents, Contents::Vitals(_)));
    let when = newest.map(|entry| date::date_and_time(text, entry.happened_at.in_japan()));
    std::iter::once((text.plain("timeline-report-measured"), when.unwrap_or_default())).chain(rows).collect()
}
