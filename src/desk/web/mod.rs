//! The desk's handlers: here today's work and the search.
//!
//! - [`batch`], [`shelf`]: blank booklets; [`issue`], [`register`]: a person registered onto one of them
//! - [`hand`]: what is handed over; [`paper`]: what is printed for one notebook
//! - [`ledger`]: a batch and its runs; [`printers`]: the printers of the office

use serde::Deserialize;

use super::guard::{Desk, Standing, standing};
use super::view::{BirthDate, DeskHomePage, Task};
use super::{ERAS, typed_date};
use crate::access::guard::{open, secret_hash};
use crate::access::sql::{people, session};
use crate::access::web::{count, uncount};
use crate::audit::{self, Act};
use crate::clock::DAY;
use crate::error::{Advice, Error, Result};
use crate::id::NotebookNumber;
use crate::notebook::{self, Ledger, Profile};
use crate::scan;
use crate::store::Scope;
use crate::store::tx::Tx;
use crate::text::{Text, date};
use crate::web::App;
use crate::web::form::SafeForm;
use crate::web::page::Page;
use crate::web::reply::{Reply, see_other, show};
use crate::web::view::{Choice, Field, NotebookRow, Symbol};

pub mod batch;
pub mod copy;
pub mod disclosure;
pub mod hand;
pub mod issue;
mod kept;
pub mod ledger;
mod pack;
pub mod pads;
pub mod paper;
pub mod printers;
pub mod register;
pub mod shelf;

/// So many notebooks handed out lately are shown.
const RECENT: u32 = 6;
/// So many slips that nobody has used yet are shown.
const SLIPS: u32 = 10;
/// What finders said is shown for so long, in milliseconds.
const NOTICED: i64 = 3 * DAY;

/// `GET /desk`: today's work.
pub async fn home(app: App, page: Page, desk: Desk) -> Result<Reply> {
    show(&home_page(&app, desk.page(page), &desk).await?)
}

async fn home_page(app: &App, page: Page, desk: &Desk) -> Result<DeskHomePage> {
    let (office, house, now) = (desk.staff.office.id, app.house.clone(), app.clock.now());
    let work = move |tx: &mut Tx<'_>| {
        let mut slips = Vec::new();
        for slip in session::list_office_invitations(tx, office, now, SLIPS)? {
            let relative = people::find_relative(tx, &house, slip.relative)?.map(|(_, relative)| relative);
            slips.push((notebook::sql::find(tx, slip.notebook)?, relative, slip.ends_at));
        }
        let notices = scan::sql::desk_notices(tx, office, now.plus(-NOTICED))?;
        let shelf = notebook::sql::count_shelf(tx, office)?;
        Ok((notices, slips, shelf, notebook::sql::list_issued(tx, office, RECENT)?))
    };
    let (notices, slips, shelf, issued) = app.records.read(work).await?;
    let notice = |notice: scan::sql::Notice| Task {
        kind: page.text.plain(&format!("desk-home-task-{}", notice.kind)),
        when: notice.notebook.to_string(),
        text: scan::notice::sentence(&page.text, &notice),
        path: path(notice.notebook, ""),
    };
    let task = |(ledger, relative, ends_at): (Option<Ledger>, _, crate::clock::Instant)| {
        let (ledger, relative): (_, crate::access::principal::Relative) = (ledger?, relative?);
        let symbol = Symbol::of(&page.text, &ledger.symbol, &ledger.colour);
        let day = date::month_day_weekday(&page.text, ends_at.day());
        let name = format!("{}{}", relative.name, page.text.plain("web-honorific"));
        Some(Task {
            kind: page.text.plain("desk-home-task-slip"),
            when: page.text.plain1("desk-slip-until", "day", day),
            text: format!("{name} ({} {})", symbol.word, ledger.number),
            path: path(ledger.number, ""),
        })
    };
    let tasks = notices.into_iter().map(notice).chain(slips.into_iter().filter_map(task)).collect();
    let recent = rows(app, &page.text, desk, issued).await?;
    let birth = birth_date(&page.text, &TypedDate::default(), None);
    let (number, reading, found) = Default::default();
    Ok(DeskHomePage { page, number, reading, birth, found, tasks, shelf, recent })
}

/// `/desk/notebooks/1234-5678-9012`, with what follows.
fn path(notebook: NotebookNumber, rest: &str) -> String {
    format!("/desk/notebooks/{notebook}{rest}")
}

/// Reads the name and birth date at the desk, which the diary notes.
async fn read_profile(app: &App, desk: &Desk, notebook: NotebookNumber) -> Result<Profile> {
    let (opened, actor, now) = (open(app, notebook).await?, desk.actor(), app.clock.now());
    let work = move |tx: &mut Tx<'_>| {
        audit::sql::record_view(tx, notebook, actor, Act::ReadRegistration, None, now)?;
        notebook::sql::find_profile(tx, &opened)
    };
    app.records.write(Scope::Notebook(notebook), work).await?.ok_or(Error::NotFound)
}

/// The name with what follows it.
fn called(text: &Text, profile: &Profile) -> String {
    format!("{}{}", profile.name, text.plain("web-honorific"))
}

async fn rows(app: &App, text: &Text, desk: &Desk, ledgers: Vec<Ledger>) -> Result<Vec<NotebookRow>> {
    let mut rows = Vec::with_capacity(ledgers.len());
    for ledger in ledgers {
        let profile = read_profile(app, desk, ledger.number).await?;
        rows.push(NotebookRow {
            path: path(ledger.number, ""),
            symbol: Symbol::of(text, &ledger.symbol, &ledger.colour),
            name: called(text, &profile),
            detail: ledger.number.to_string(),
            news: None,
        });
    }
    Ok(rows)
}

/// A typed number.
#[derive(Deserialize)]
pub struct TypedNumber {
    number: String,
}

/// What counts tries of one member of staff, so that nobody tries numbers one by one.
fn tries(desk: &Desk) -> [u8; 32] {
    secret_hash(&format!("desk search {}", desk.staff.id))
}

/// `POST /desk/search`: a notebook by its number. A wrong check digit says nothing of any notebook and
/// is not counted.
pub async fn search(app: App, page: Page, desk: Desk, form: SafeForm<TypedNumber>) -> Result<Reply> {
    let SafeForm(TypedNumber { number: typed }) = form;
    let message = match typed.parse::<NotebookNumber>() {
        Err(_) => "desk-number-wrong",
        Ok(number) => {
            count(&app, tries(&desk)).await?;
            let onward = match standing(&app, &desk, number).await? {
                Standing::Blank(_) => Ok(format!("/desk/register/{number}")),
                Standing::Ours(_) => Ok(path(number, "")),
                Standing::Elsewhere => Err("desk-number-elsewhere"),
                Standing::Unknown if is_loose_sheet(&app, &desk, number).await? => {
                    Ok(pads::sheet_path(number))
                }
                Standing::Unknown => Err("desk-number-unknown"),
            };
            match onward {
                Ok(onward) => {
                    uncount(&app, tries(&desk)).await?;
                    return Ok(see_other(&onward));
                }
                Err(message) => message,
            }
        }
    };
    let mut shown = home_page(&app, desk.page(page), &desk).await?;
    shown.number = Field::advised(&typed, &shown.page.text.plain(message));
    show(&shown)
}

/// Whether a number stands on a sheet out of a pad.
async fn is_loose_sheet(app: &App, desk: &Desk, number: NotebookNumber) -> Result<bool> {
    let found = app.records.read(move |tx| notebook::sql::find_unbound(tx, number)).await?;
    Ok(found.is_some_and(|ledger| ledger.city == desk.staff.city))
}

/// A typed birth date.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct TypedDate {
    pub era: String,
    pub year: String,
    pub month: String,
    pub day: String,
}

/// A typed person.
#[derive(Deserialize)]
pub struct TypedPerson {
    reading: String,
    era: String,
    year: String,
    month: String,
    day: String,
}

/// `POST /desk/search/person`: a notebook by the person's reading and birth date.
pub async fn search_person(app: App, page: Page, desk: Desk, form: SafeForm<TypedPerson>) -> Result<Reply> {
    let SafeForm(TypedPerson { reading, era, year, month, day }) = form;
    let typed = TypedDate { era, year, month, day };
    let birth = typed_date(&typed.era, &typed.year, &typed.month, &typed.day);
    let text = page.text.clone();
    let (found, advice) = match Profile::check(&reading, &reading, birth, app.clock.now().day()) {
        Err(Error::Invalid(advice)) => (vec![], advice),
        Err(other) => return Err(other),
        Ok(person) => {
            count(&app, tries(&desk)).await?;
            let (ours, is_elsewhere) = find_person(&app, &desk, &person).await?;
            if !ours.is_empty() {
                uncount(&app, tries(&desk)).await?;
            }
            if let [one] = ours.as_slice() {
                return Ok(see_other(&path(one.number, "")));
            }
            let message = if is_elsewhere { "desk-person-elsewhere" } else { "desk-person-unknown" };
            let nothing = ours.is_empty().then(|| advice_on_kana(message));
            (ours, nothing.unwrap_or_default())
        }
    };
    let mut shown = home_page(&app, desk.page(page), &desk).await?;
    shown.found = rows(&app, &text, &desk, found).await?;
    shown.reading = Field { value: reading, advice: said(&text, &advice, "kana") };
    shown.birth = birth_date(&text, &typed, said(&text, &advice, "birth"));
    show(&shown)
}

fn advice_on_kana(message: &'static str) -> Advice {
    Advice(vec![crate::error::FieldAdvice { field: "kana", message }])
}

/// This desk's notebooks of a person, and whether another desk has any.
async fn find_person(app: &App, desk: &Desk, person: &Profile) -> Result<(Vec<Ledger>, bool)> {
    let (city, finder) = (desk.staff.city, person.finder(&app.house));
    let found = app.records.read(move |tx| notebook::sql::find_person(tx, city, finder)).await?;
    let (mut ours, mut is_elsewhere) = (Vec::new(), false);
    for ledger in found {
        match standing(app, desk, ledger.number).await? {
            Standing::Ours(ledger) => ours.push(ledger),
            _ => is_elsewhere = true,
        }
    }
    Ok((ours, is_elsewhere))
}

/// What is said to a field.
fn said(text: &Text, advice: &Advice, field: &str) -> Option<String> {
    advice.0.iter().find(|one| one.field == field).map(|one| text.plain(one.message))
}

/// The typed birth date as the form shows it.
fn birth_date(text: &Text, typed: &TypedDate, advice: Option<String>) -> BirthDate {
    let chosen = ERAS.iter().find(|(word, _)| *word == typed.era).unwrap_or(&ERAS[0]).0;
    let eras = ERAS.map(|(era, _)| Choice {
        value: era.into(),
        label: text.plain(&format!("desk-register-era-{era}")),
        note: String::new(),
        chosen: era == chosen,
    });
    let TypedDate { year, month, day, .. } = typed.clone();
    BirthDate { eras: eras.into(), year, month, day, note: String::new(), advice }
}
