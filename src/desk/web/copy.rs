//! The copy of a record that is handed over to who asked for it.

use axum::Extension;
use axum::extract::Path;

use super::disclosure::{Found, Item, find};
use crate::capture::{Photo, pictures};
use crate::desk::disclosure::{REASONS, State};
use crate::desk::guard::IssuedHere;
use crate::entry::card;
use crate::error::{Error, Result};
use crate::notebook;
use crate::print::press::{self, Chapter, Chronicle, ChronicleKind, Document, PicturedPage};
use crate::print::web::{Printer, written};
use crate::text::{Text, date};
use crate::timeline::paper;
use crate::web::App;
use crate::web::reply::{Reply, download};

/// `GET /desk/notebooks/{notebook}/disclosures/{disclosure}/copy.pdf`: what is handed over.
pub async fn print(
    app: App,
    Extension(printer): Extension<Printer>,
    here: IssuedHere,
    Path((_, id)): Path<(String, String)>,
) -> Result<Reply> {
    let found = find(&app, &here, &id).await?;
    if !matches!(found.request.state, State::Reviewed | State::HandedOver) {
        return Err(Error::Conflict);
    }
    let (number, now, text) = (here.ledger.number, app.clock.now(), paper::japanese(&app));
    let own = found.opened.clone();
    let profile = app.records.read(move |tx| notebook::sql::find_profile(tx, &own)).await?;
    let profile = profile.ok_or(Error::NotFound)?;
    let is_given = |item: &&Item| found.decided.get(&item.key().field()) == Some(&None);
    let given: Vec<&Item> = found.items.iter().filter(is_given).collect();
    let mut pictures = Vec::new();
    for item in &given {
        if let Item::Photo(photo) = item {
            pictures.push(pictures::get_of_notebook(&app, &found.opened, &photo.pictures.large).await?);
        }
    }
    let (first, last) =
        (given.first().map_or(now, |item| item.at()), given.last().map_or(now, |item| item.at()));
    let make = |notebook| {
        Document::Chronicle(Chronicle {
            notebook,
            person: paper::person(&text, &profile, now),
            printed_on: date::era_day(now.day()),
            kind: ChronicleKind::Disclosure,
            period: paper::period(first, last),
            about: about(&text, &found, given.len()),
            chapters: chapters(&text, &found, &given),
            pictures,
        })
    };
    let pdf = written(&app, &printer, number, here.desk.actor(), make).await?;
    Ok(download("application/pdf", "copy.pdf", pdf))
}

/// How much is handed over, and what is not and why.
fn about(text: &Text, found: &Found, given: usize) -> Vec<String> {
    let mut sentences = vec![text.plain1("desk-disclosure-copy-given", "count", given)];
    for reason in REASONS {
        let is_for = |decided: &&Option<String>| decided.as_deref() == Some(reason);
        let count = found.decided.values().filter(is_for).count();
        if count > 0 {
            let why = text.plain(&format!("desk-disclosure-reason-{reason}"));
            sentences.push(text.plain2("desk-disclosure-copy-withheld", "count", count, "why", why));
        }
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
                    let shown = paper::item(text, &found.names, entry);
                    chapter.items.push(press::Item { note, ..shown });
                }
                Item::Photo(photo) => {
                    chapter.pages.push(pictured(text, found, photo, picture));
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
        ..paper::pictured(text, &found.names, photo, picture)
    }
}
