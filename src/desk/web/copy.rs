//! What becomes of a request, and the copy of the record that is handed over.

use axum::Extension;
use axum::extract::{Path, Query};
use serde::Deserialize;

use super::disclosure::request_path;
use super::kept::{Found, Item, check_protection, find};
use crate::access::guard::open;
use crate::audit::{self, Act};
use crate::capture::{Photo, pictures};
use crate::clock::Instant;
use crate::desk::disclosure::{REASONS, State};
use crate::desk::guard::IssuedHere;
use crate::desk::sql;
use crate::entry::card;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::notebook;
use crate::print::press::{self, Chapter, Chronicle, ChronicleKind, Document, PicturedPage};
use crate::print::web::{Printer, written};
use crate::store::Scope;
use crate::store::tx::Tx;
use crate::text::{Text, date};
use crate::timeline::paper;
use crate::web::App;
use crate::web::form::SafeForm;
use crate::web::reply::{Reply, download, see_other};
use crate::web::view::Link;

/// What becomes of a request.
#[derive(Deserialize)]
pub struct Step {
    state: String,
}

/// `POST /desk/notebooks/{notebook}/disclosures/{disclosure}/state`.
pub async fn set_state(
    app: App,
    here: IssuedHere,
    Path((_, id)): Path<(String, String)>,
    SafeForm(step): SafeForm<Step>,
) -> Result<Reply> {
    let (number, id): (_, Id) = (here.ledger.number, id.parse()?);
    let (actor, now, next) = (here.desk.actor(), app.clock.now(), State::from_word(&step.state)?);
    // A request can be withdrawn at any time.
    if next != State::Withdrawn {
        check_protection(&app, &here).await?;
    }
    let opened = open(&app, number).await?;
    let work = move |tx: &mut Tx<'_>| {
        let request = sql::find_disclosure(tx, &opened, id)?.ok_or(Error::NotFound)?;
        let is_whole = next != State::Reviewed || sql::count_left(tx, number, id)? == 0;
        if !request.state.may_become(next) || !is_whole {
            return Err(Error::Conflict);
        }
        sql::set_state(tx, number, &request, next, now)?;
        let act = match next {
            State::Asked => Act::ReopenedDisclosure,
            State::Reviewed => Act::ReviewedDisclosure,
            State::HandedOver => Act::HandedDisclosure,
            State::Withdrawn => Act::WithdrewDisclosure,
        };
        audit::sql::record(tx, number, actor, act, Some(id), now)
    };
    app.records.write(Scope::Notebook(number), work).await?;
    Ok(see_other(&request_path(&here, id)))
}

/// So many items go into one file, so that memory stays flat.
const IN_PART: usize = 150;

fn given(found: &Found) -> Vec<&Item> {
    let is_given = |item: &&Item| found.decided.get(&item.key().field()) == Some(&None);
    found.items.iter().filter(is_given).collect()
}

/// The files of a copy that may be printed: 1／3（令和8年1月5日〜令和8年3月2日）.
pub(super) fn parts(text: &Text, found: &Found, path: &str, now: Instant) -> Vec<Link> {
    if !found.request.may_be_printed(now) {
        return vec![];
    }
    let given = given(found);
    let count = given.len().div_ceil(IN_PART).max(1);
    let link = |part: usize| {
        let items = given.iter().skip(part * IN_PART).take(IN_PART);
        let number = format!("{}／{count}", part + 1);
        Link {
            path: format!("{path}/copy.pdf?part={part}"),
            label: text.plain2("desk-disclosure-print", "part", number, "period", period(items.copied())),
        }
    };
    (0..count).map(link).collect()
}

fn period<'a>(items: impl Iterator<Item = &'a Item> + Clone) -> String {
    let first = items.clone().next().map(Item::at);
    let last = items.last().map(Item::at);
    first.zip(last).map(|(first, last)| paper::period(first, last)).unwrap_or_default()
}

/// Which file of the copy.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    part: usize,
}

/// `GET /desk/notebooks/{notebook}/disclosures/{disclosure}/copy.pdf?part=0`: what is handed over.
pub async fn print(
    app: App,
    Extension(printer): Extension<Printer>,
    here: IssuedHere,
    Path((_, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Reply> {
    let found = find(&app, &here, &id).await?;
    let (number, now, text) = (here.ledger.number, app.clock.now(), paper::japanese(&app));
    if !found.request.may_be_printed(now) {
        return Err(Error::Conflict);
    }
    let own = found.opened.clone();
    let profile = app.records.read(move |tx| notebook::sql::find_profile(tx, &own)).await?;
    let profile = profile.ok_or(Error::NotFound)?;
    let given = given(&found);
    let skipped = asked.part.checked_mul(IN_PART).filter(|skipped| *skipped <= given.len());
    let items: Vec<&Item> =
        given.iter().copied().skip(skipped.ok_or(Error::NotFound)?).take(IN_PART).collect();
    let mut pictures = Vec::new();
    for item in &items {
        if let Item::Photo(photo, _) = item {
            pictures.push(pictures::get_of_notebook(&app, &found.opened, &photo.pictures.large).await?);
        }
    }
    let make = |notebook| {
        Document::Chronicle(Chronicle {
            notebook,
            person: paper::person(&text, &profile, now),
            printed_on: date::era_day(now.day()),
            kind: ChronicleKind::Disclosure,
            period: period(items.iter().copied()),
            about: about(&text, &found, given.len()),
            chapters: chapters(&text, &found, &items),
            pictures,
        })
    };
    let pdf = written(&app, &printer, number, here.desk.actor(), make).await?;
    Ok(download("application/pdf", &format!("copy-{}.pdf", asked.part + 1), pdf))
}

/// How much is handed over, and what is not and why.
fn about(text: &Text, found: &Found, given: usize) -> Vec<String> {
    let mut sentences = vec![text.plain1("desk-disclosure-copy-given", "count", given)];
    for reason in REASONS {
        let is_for = |item: &&Item| {
            let decided = found.decided.get(&item.key().field());
            decided.is_some_and(|decided| decided.as_deref() == Some(reason))
        };
        let count = found.items.iter().filter(is_for).count();
        if count > 0 {
            let why = text.plain(&format!("desk-disclosure-why-{reason}"));
            sentences.push(text.plain2("desk-disclosure-copy-withheld", "count", count, "why", why));
        }
    }
    if found.left() > 0 {
        let day = date::era_day(found.request.changed_at.day());
        sentences.push(text.plain2("desk-disclosure-copy-later", "day", day, "count", found.left()));
    }
    sentences
}

/// By months, with who may read each item and who wrote it.
fn chapters(text: &Text, found: &Found, given: &[&Item]) -> Vec<Chapter> {
    let month = |item: &Item| (item.at().day().year(), item.at().day().month());
    let mut picture = 0;
    let mut chapters = Vec::new();
    for of_month in given.chunk_by(|one, other| month(one) == month(other)) {
        let Some(first) = of_month.first() else { continue };
        let mut chapter = Chapter { title: paper::era_month(first.at().day()), ..Chapter::default() };
        for item in of_month {
            match item {
                Item::Entry(entry) => {
                    let note = card::readers(text, &found.names, entry.audience);
                    let shown = paper::item(text, &found.names, entry, false);
                    chapter.items.push(press::Item { note, ..shown });
                }
                Item::Photo(photo, _) => {
                    let texts = item.texts(text, &found.names);
                    chapter.pages.push(PicturedPage { texts, ..pictured(text, found, photo, picture) });
                    picture += 1;
                }
            }
        }
        chapters.push(chapter);
    }
    chapters
}

fn pictured(text: &Text, found: &Found, photo: &Photo, picture: usize) -> PicturedPage {
    PicturedPage {
        note: card::readers(text, &found.names, photo.audience),
        ..paper::pictured(text, &found.names, photo, (picture, false))
    }
}
