//! The way back to paper: which entries do not stand in the booklet yet, a digest of them to be pasted in, and
//! the tick that somebody copied one by hand. In [`vitals`] the values for a doctor, in [`hand_out`] what a ward
//! needs, in [`keepsake`] a year for the family, in [`booklet`] a further volume and the emergency sheet.

pub mod booklet;
pub mod hand_out;
pub mod keepsake;
pub mod vitals;

use std::collections::HashMap;

use axum::Extension;
use axum::extract::Query;
use jiff::civil::Date;
use serde::Deserialize;

use super::view::{DigestRow, PaperPage, PaperRow};
use crate::access::audience::Side;
use crate::access::guard::{Access, Print};
use crate::access::sql::grant;
use crate::access::sql::names::Names;
use crate::audit::{self, Act};
use crate::capture::{self, Photo};
use crate::clock::{DAY, Instant};
use crate::entry::{self, Entry, card};
use crate::error::Result;
use crate::id::{Id, NotebookNumber, Position};
use crate::notebook::{self, Profile};
use crate::print::digest::{OnPaper, in_order, is_waiting, is_wanted, may_go};
use crate::print::press::{Digest, Document, Item, Person, PicturedPage};
use crate::print::sql;
use crate::print::web::{Printer, written};
use crate::sheet::sql as sheets;
use crate::store::Scope;
use crate::store::tx::Tx;
use crate::text::{Language, Text, date};
use crate::web::App;
use crate::web::form::SafeForm;
use crate::web::page::Page;
use crate::web::reply::{Reply, download, see_other, show};
use crate::web::view::Choice;

/// Older entries are no news to anybody, in milliseconds.
const REACH: i64 = 60 * DAY;
/// A keepsake is offered for so many years.
const KEEPSAKE_YEARS: i16 = 5;
/// So many entries are offered at once.
const OFFERED: usize = 60;

/// The entries of the last weeks that may go on paper, with what stands there and who wrote them.
struct Found {
    entries: Vec<Entry>,
    on_paper: Vec<(OnPaper, Instant)>,
    names: Names,
    is_protected: bool,
}

async fn find(app: &App, access: &Access<Print>) -> Result<Found> {
    let now = app.clock.now();
    let (opened, window, house) = (access.opened(), access.window(now), app.house.clone());
    let work = move |tx: &mut Tx<'_>| {
        let before = Position::before(now.plus(DAY));
        let mut entries = entry::sql::list(tx, &opened, &window, before, 4 * OFFERED)?;
        entries.retain(|entry| may_go(entry) && entry.happened_at >= now.plus(-REACH));
        let on_paper = sql::list_on_paper(tx, opened.notebook)?;
        let names = Names::find(tx, &house, entries.iter().map(|entry| entry.author))?;
        let is_protected = is_protected(tx, opened.notebook, now)?;
        Ok(Found { entries, on_paper, names, is_protected })
    };
    app.records.read(work).await
}

impl Found {
    fn waiting(&self) -> Vec<&Entry> {
        let known: Vec<OnPaper> = self.on_paper.iter().map(|(on_paper, _)| *on_paper).collect();
        let mut waiting: Vec<&Entry> =
            self.entries.iter().filter(|entry| is_waiting(entry, &known)).take(OFFERED).collect();
        // What was asked to reach the paper comes first.
        waiting.sort_by_key(|entry| !is_wanted(entry));
        waiting
    }
}

/// `GET /n/{notebook}/paper`: what does not stand on paper yet, and the digests that were printed.
pub async fn read(app: App, page: Page, access: Access<Print>, Query(told): Query<Told>) -> Result<Reply> {
    let found = find(&app, &access).await?;
    let number = access.notebook();
    let sheets = app.records.read(move |tx| sheets::list_sheets(tx, number)).await?;
    let last = sheets.iter().map(|row| row.volume).max().unwrap_or_default();
    let is_team = matches!(access.reader().side, Side::Supporter { .. });
    access.seen(&app, Act::ReadTimeline, None).await?;
    let text = page.text.clone();
    let row = |entry: &&Entry| PaperRow {
        id: entry.id.to_string(),
        author: found.names.full(&text, entry.author),
        when: date::date_and_time(&text, entry.happened_at.in_japan()),
        words: words(&text, entry),
        is_wanted: is_wanted(entry),
    };
    let mut printed: Vec<(Instant, usize)> = Vec::new();
    for (_, at) in &found.on_paper {
        match printed.iter_mut().find(|(known, _)| known == at) {
            Some((_, count)) => *count += 1,
            None => printed.push((*at, 1)),
        }
    }
    printed.sort_by_key(|(at, _)| std::cmp::Reverse(at.0));
    let digest = |(at, count): &(Instant, usize)| DigestRow {
        label: text.plain2(
            "timeline-paper-printed-row",
            "when",
            date::date_and_time(&text, at.in_japan()),
            "count",
            count,
        ),
        path: access.path(&format!("/paper/digest.pdf?at={}", at.0)),
    };
    show(&PaperPage {
        notebook: notebook::web::plain_head(&app, &access, &text).await?,
        waiting: found.waiting().iter().map(row).collect(),
        printed: printed.iter().take(10).map(digest).collect(),
        told: told.told.filter(|told| told == "empty").map(|_| text.plain("timeline-paper-empty")),
        days: days(&text),
        years: if is_team { vec![] } else { years(&text, app.clock.now().day().year()) },
        volumes: if is_team { volumes(&text, last) } else { vec![] },
        page: access.signed_in.page(page),
    })
}

/// What has just happened.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Told {
    told: Option<String>,
}

fn choice(value: impl ToString, label: String, chosen: bool) -> Choice {
    Choice { value: value.to_string(), label, note: String::new(), chosen }
}

/// How many days the page for a doctor may show.
pub fn days(text: &Text) -> Vec<Choice> {
    let choice = |days: u32| {
        let label = text.plain1("timeline-paper-days", "days", days);
        choice(days, label, days == vitals::DAYS[0])
    };
    vitals::DAYS.map(choice).into()
}

/// The years of which a keepsake may be printed: this one and those before.
pub fn years(text: &Text, this: i16) -> Vec<Choice> {
    let choice = |back: i16| {
        let year = this - back;
        choice(year, text.plain1("timeline-paper-year", "year", year.to_string()), back == 0)
    };
    (0..KEEPSAKE_YEARS).map(choice).collect()
}

/// The next volume, and the last one again where it is not the first.
pub fn volumes(text: &Text, last: u16) -> Vec<Choice> {
    let next = last.max(1) + 1;
    let label = |volume: u16| text.plain1("timeline-paper-volume", "volume", volume);
    let again = (last > 1).then(|| choice(last, label(last), false));
    std::iter::once(choice(next, label(next), true)).chain(again).collect()
}

/// The words of an entry with its figures on one line.
pub fn words(text: &Text, entry: &Entry) -> String {
    let (words, facts) = card::contents(text, &entry.contents);
    let facts = facts.iter().map(|fact| format!("{} {}", fact.label, fact.value));
    std::iter::once(words).filter(|words| !words.is_empty()).chain(facts).collect::<Vec<_>>().join("　")
}

/// `POST /n/{notebook}/paper`: the chosen entries go on paper, by a digest or because somebody copied them.
pub async fn put(
    app: App,
    access: Access<Print>,
    SafeForm(typed): SafeForm<HashMap<String, String>>,
) -> Result<Reply> {
    let found = find(&app, &access).await?;
    let is_chosen = |entry: &&&Entry| typed.contains_key(&format!("entry-{}", entry.id));
    let chosen: Vec<OnPaper> =
        found.waiting().iter().filter(is_chosen).map(|entry| (entry.id, entry.version)).collect();
    if chosen.is_empty() {
        return Ok(see_other(&access.path("/paper")));
    }
    let (notebook, actor, now) = (access.notebook(), access.actor(), app.clock.now());
    let work = move |tx: &mut Tx<'_>| {
        for entry in &chosen {
            sql::add_on_paper(tx, notebook, *entry, actor, now)?;
        }
        audit::sql::record(tx, notebook, actor, Act::PutOnPaper, None, now)
    };
    app.records.write(Scope::Notebook(notebook), work).await?;
    let is_copied = typed.get("how").is_some_and(|how| how == "copied");
    let next = if is_copied { "/paper".to_owned() } else { format!("/paper/digest.pdf?at={}", now.0) };
    Ok(see_other(&access.path(&next)))
}

/// Which digest.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    at: i64,
}

/// `GET /n/{notebook}/paper/digest.pdf?at=…`: what was put on paper at that moment; again as often as needed.
pub async fn print(
    app: App,
    Extension(printer): Extension<Printer>,
    access: Access<Print>,
    Query(asked): Query<Asked>,
) -> Result<Reply> {
    let found = find(&app, &access).await?;
    let text = japanese(&app);
    let of_then: Vec<Id> =
        found.on_paper.iter().filter(|(_, at)| at.0 == asked.at).map(|((id, _), _)| *id).collect();
    let items: Vec<_> = found
        .entries
        .iter()
        .filter(|entry| of_then.contains(&entry.id))
        .map(|entry| (entry.happened_at, item(&text, &found.names, entry, found.is_protected)))
        .collect();
    if items.is_empty() {
        return Ok(see_other(&access.path("/paper")));
    }
    let pasted_by = access.signed_in.principal.name().to_owned();
    let printed_on = date::era_day(app.clock.now().day());
    let items = in_order(items);
    let make = |notebook| Document::Digest(Digest { notebook, printed_on, pasted_by, items });
    let pdf = written(&app, &printer, access.notebook(), access.actor(), make).await?;
    Ok(download("application/pdf", "digest.pdf", pdf))
}

/// An entry as it stands on paper.
/// Where the person must not be found, it says of its author what they are, and of no place.
pub fn item(text: &Text, names: &Names, entry: &Entry, is_protected: bool) -> Item {
    let (words, facts) = card::contents(text, &entry.contents);
    Item {
        when: date::date_and_time(text, entry.happened_at.in_japan()),
        author: names.on_paper(text, entry.author, is_protected),
        words: if hides_place(entry, is_protected) { String::new() } else { words },
        facts: facts.into_iter().map(|fact| (fact.label, fact.value)).collect(),
        asks: matches!(&entry.contents, entry::Contents::Message(message) if message.asks),
        note: String::new(),
    }
}

/// The words of a dispensing are the pharmacy's name.
fn hides_place(entry: &Entry, is_protected: bool) -> bool {
    is_protected && matches!(entry.contents, entry::Contents::Dispensing(_))
}

/// Whether somebody must not find the person.
pub fn is_protected(tx: &mut Tx<'_>, notebook: NotebookNumber, now: Instant) -> Result<bool> {
    Ok(grant::find_gate(tx, notebook, now)?.is_some_and(|gate| gate.is_protected))
}

/// Whom a page is about.
pub fn person(text: &Text, profile: &Profile, now: Instant) -> Person {
    let age = text.plain1("notebook-age", "years", date::age(profile.birth, now.day()));
    let birth = format!("{}（{age}）", date::era_day(profile.birth));
    Person { name: profile.name.clone(), kana: profile.kana.clone(), birth }
}

/// 令和8年10月26日〜令和8年11月22日.
pub fn period(first: Instant, last: Instant) -> String {
    format!("{}〜{}", date::era_day(first.day()), date::era_day(last.day()))
}

/// 令和8年11月.
pub fn era_month(day: Date) -> String {
    date::era_day(day.first_of_month()).trim_end_matches("1日").to_owned()
}

/// A photographed page as it stands on paper; `picture` is its place among the pictures.
pub fn pictured(
    text: &Text,
    names: &Names,
    photo: &Photo,
    (picture, is_protected): (usize, bool),
) -> PicturedPage {
    let day = date::month_day_weekday(text, photo.photographed_at.day());
    let by = names.on_paper(text, photo.uploader, is_protected);
    PicturedPage {
        picture,
        title: capture::photo::title(text, photo.design.as_deref(), photo.sheet),
        when: text.plain2("timeline-keepsake-photographed", "when", day, "by", by),
        note: String::new(),
        texts: vec![],
    }
}

/// Japanese, as paper is, whatever the reader's screen says.
pub fn japanese(app: &App) -> Text {
    Text::new(app.texts.clone(), Language::Japanese)
}
