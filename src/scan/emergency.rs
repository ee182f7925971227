//! What stands behind the code of the emergency sheet, for whoever helps and has no account: with the person's
//! consent, after saying why, without a name, and told to the family and the desk (DESIGN 8).

use serde::Deserialize;

use super::Meaning;
use super::sql::{self, EmergencyView};
use super::view::{AskEmergencyPage, EmergencyPage};
use super::web::{Visiting, desks};
use crate::access::audience::{Audience, Reader, Side};
use crate::access::guard::{Window, open};
use crate::access::sql::grant::{self, LedgerState};
use crate::clock::{DAY, Instant};
use crate::crypto::Opened;
use crate::entry::{self, Contents, Entry};
use crate::error::{Error, Result};
use crate::id::{Actor, ActorKind, Id, NotebookNumber};
use crate::notebook::{self, Profile};
use crate::print::order::EMERGENCY;
use crate::print::press::Contact;
use crate::print::sql::filled;
use crate::store::Scope;
use crate::store::tx::Tx;
use crate::text::{Text, date};
use crate::web::App;
use crate::web::form::SafeForm;
use crate::web::page::Page;
use crate::web::reply::{Reply, show};
use crate::web::view::{Choice, Fact, Telephone};

/// Why somebody reads it: the tails of message keys.
const PURPOSES: [&str; 3] = ["crew", "hospital", "helper"];
/// How far back allergies and medicines are looked for, in milliseconds.
const REACH: i64 = 400 * DAY;
/// So often within a day it may be read by people without an account; then the desk is called.
const VIEWS_A_DAY: u32 = 6;

/// The notebook of a scanned emergency sheet, if the person agrees that it can be read so.
pub async fn find(app: &App, visit: Option<super::Visit>) -> Result<Option<NotebookNumber>> {
    let scanned = visit.filter(|visit| visit.meaning == Meaning::Emergency);
    let Some(notebook) = scanned.and_then(|visit| visit.notebook()) else { return Ok(None) };
    let now = app.clock.now();
    let work = move |tx: &mut Tx<'_>| {
        let gate = grant::find_gate(tx, notebook, now)?;
        let is_open = gate.is_some_and(|gate| {
            gate.state == LedgerState::Issued && !gate.is_paper_only && !gate.is_protected
        });
        Ok(is_open && notebook::sql::has_consent(tx, notebook, "emergency")?)
    };
    Ok(app.records.read(work).await?.then_some(notebook))
}

fn ask_page(text: &Text, page: Page, desks: Vec<Telephone>, advice: Option<String>) -> AskEmergencyPage {
    let choice = |purpose: &str| Choice {
        value: purpose.into(),
        label: text.plain(&format!("scan-emergency-{purpose}")),
        note: String::new(),
        chosen: false,
    };
    AskEmergencyPage { page, advice, purposes: PURPOSES.map(choice).into(), desks }
}

/// `GET /scan/emergency`: why it is read.
pub async fn ask(app: App, page: Page, Visiting(visit): Visiting) -> Result<Reply> {
    let notebook = find(&app, visit).await?.ok_or(Error::NotFound)?;
    let text = page.text.clone();
    show(&ask_page(&text, page, desks(&app, Some(notebook)).await?, None))
}

/// Why somebody reads it.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Said {
    purpose: String,
}

/// What is read, as found.
struct Found {
    profile: Option<Profile>,
    entries: Vec<Entry>,
    contacts: Vec<Contact>,
    printed_at: Option<Instant>,
}

/// `POST /scan/emergency`: notes who said what, then shows the subset.
pub async fn read(app: App, page: Page, Visiting(visit): Visiting, form: SafeForm<Said>) -> Result<Reply> {
    let SafeForm(said) = form;
    let notebook = find(&app, visit).await?.ok_or(Error::NotFound)?;
    let (text, desks) = (page.text.clone(), desks(&app, Some(notebook)).await?);
    let Some(purpose) = PURPOSES.into_iter().find(|purpose| *purpose == said.purpose) else {
        let advice = Some(text.plain("scan-emergency-choose"));
        return show(&ask_page(&text, page, desks, advice));
    };
    let (now, id) = (app.clock.now(), Id::fresh(app.clock.now())?);
    let view = EmergencyView { notebook, purpose: purpose.into(), at: now };
    let note = move |tx: &mut Tx<'_>| {
        let is_within = sql::count_emergency(tx, notebook, now.plus(-DAY))? < VIEWS_A_DAY;
        if is_within {
            sql::add_emergency(tx, id, &view)?;
        }
        Ok(is_within)
    };
    if !app.records.write(Scope::Notebook(notebook), note).await? {
        let advice = Some(text.plain("scan-emergency-often"));
        return show(&ask_page(&text, page, desks, advice));
    }
    let (opened, house, own) = (open(&app, notebook).await?, app.house.clone(), text.clone());
    let work = move |tx: &mut Tx<'_>| {
        Ok(Found {
            profile: notebook::sql::find_profile(tx, &opened)?,
            entries: lasting(tx, &opened, now)?,
            contacts: filled::contacts(tx, &own, &house, &opened, now)?,
            printed_at: crate::sheet::sql::last_printed(tx, notebook, EMERGENCY)?,
        })
    };
    let found = app.records.read(work).await?;
    let age = found.profile.as_ref().map(|profile| date::age(profile.birth, now.day()));
    show(&EmergencyPage {
        age: age.map(|years| text.plain1("scan-emergency-age", "years", years)).unwrap_or_default(),
        newer: newer(&text, &found),
        allergies: allergies(&found.entries),
        medicines: medicines(&found.entries),
        dispensed: dispensed(&text, &found.entries),
        doctors: doctors(&text, &found.contacts),
        desks,
        page,
    })
}

/// Allergies and dispensed medicines that everyone may read, newest first.
fn lasting(tx: &mut Tx<'_>, opened: &Opened, now: Instant) -> Result<Vec<Entry>> {
    let nobody = Actor { kind: ActorKind::House, id: Id(uuid::Uuid::nil()), office: None };
    let window = Window { reader: Reader { actor: nobody, side: Side::Relative }, since: None };
    let mut found = Vec::new();
    for kind in ["allergy", "dispensing"] {
        found.extend(entry::sql::list_kind(tx, opened, &window, kind, now.plus(-REACH))?);
    }
    found.retain(|entry| entry.audience == Audience::Everyone);
    Ok(found)
}

/// Whether something here is newer than the sheet.
fn newer(text: &Text, found: &Found) -> String {
    let last = found.entries.iter().map(|entry| entry.recorded_at).max();
    match (last, found.printed_at) {
        (Some(last), Some(printed)) if last > printed => {
            text.plain1("scan-emergency-newer", "day", date::month_day_weekday(text, last.day()))
        }
        _ => text.plain("scan-emergency-same"),
    }
}

fn allergies(entries: &[Entry]) -> Vec<Fact> {
    let known = entries.iter().filter_map(|entry| match &entry.contents {
        Contents::Allergy(allergy) => {
            Some(Fact { label: allergy.substance.clone(), value: allergy.reaction.clone() })
        }
        _ => None,
    });
    known.collect()
}

fn last_dispensed(entries: &[Entry]) -> Option<(&Entry, &entry::Dispensing)> {
    entries.iter().find_map(|entry| match &entry.contents {
        Contents::Dispensing(dispensing) => Some((entry, dispensing)),
        _ => None,
    })
}

fn medicines(entries: &[Entry]) -> Vec<Fact> {
    let last = last_dispensed(entries).map(|(_, dispensing)| &dispensing.medicines);
    let fact =
        |medicine: &entry::Medicine| Fact { label: medicine.name.clone(), value: medicine.dose.clone() };
    last.into_iter().flatten().map(fact).collect()
}

fn dispensed(text: &Text, entries: &[Entry]) -> String {
    last_dispensed(entries).map_or_else(String::new, |(entry, dispensing)| {
        let day = date::month_day_weekday(text, entry.happened_at.day());
        format!("{day} {}", dispensing.pharmacy)
    })
}

/// The offices of the doctors in the team, without the doctors' names.
fn doctors(text: &Text, contacts: &[Contact]) -> Vec<Telephone> {
    let role = text.plain("sheet-role-physician");
    let of_doctors = contacts.iter().filter(|contact| contact.role == role);
    of_doctors
        .map(|contact| Telephone {
            place: contact.office.clone(),
            hours: None,
            number: contact.telephone.clone(),
        })
        .collect()
}
