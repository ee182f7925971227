//! What stands behind the code of the emergency sheet, for whoever helps and has no account: with the person's
//! consent, after saying why, without a name, and told to the family and the desk (DESIGN 8).

use serde::Deserialize;

use super::Meaning;
use super::sql::{self, EmergencyView};
use super::view::{AskEmergencyPage, EmergencyPage};
use super::web::{Visiting, desks};
use crate::access::audience::{Audience, Reader, Side};
use crate::access::guard::{MaybeSignedIn, Window, open};
use crate::access::sql::grant::{self, LedgerState};
use crate::audit::{self, Act};
use crate::clock::{DAY, Instant};
use crate::crypto::Opened;
use crate::entry::{self, Contents, Entry};
use crate::error::{Error, Result};
use crate::id::{Actor, ActorKind, Id, NotebookNumber};
use crate::notebook::{self, Profile};
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
/// Medicines that were dispensed in so long a time are shown, in milliseconds. Allergies never grow old.
const MEDICINES: i64 = 120 * DAY;
/// So many views a day have a row of their own: enough to tell, too few for a stranger to fill a disk.
const NOTED_A_DAY: u32 = 50;

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
}

/// `POST /scan/emergency`: notes that somebody reads and why, then shows the subset. One visit is noted once, and
/// nobody is locked out by others.
pub async fn read(
    app: App,
    page: Page,
    Visiting(visit): Visiting,
    MaybeSignedIn(signed_in): MaybeSignedIn,
    form: SafeForm<Said>,
) -> Result<Reply> {
    let SafeForm(said) = form;
    let notebook = find(&app, visit).await?.ok_or(Error::NotFound)?;
    let (text, desks) = (page.text.clone(), desks(&app, Some(notebook)).await?);
    let Some(purpose) = PURPOSES.into_iter().find(|purpose| *purpose == said.purpose) else {
        let advice = Some(text.plain("scan-emergency-choose"));
        return show(&ask_page(&text, page, desks, advice));
    };
    let (now, id) = (app.clock.now(), visit.map(|visit| visit.id).ok_or(Error::NotFound)?);
    let view = EmergencyView { notebook, purpose: purpose.into(), at: now };
    let reader = signed_in.map_or(NOBODY, |signed_in| signed_in.principal.actor());
    let note = move |tx: &mut Tx<'_>| {
        if sql::count_emergency(tx, notebook, now.plus(-DAY))? < NOTED_A_DAY
            && sql::add_emergency(tx, id, &view)?
        {
            audit::sql::record(tx, notebook, reader, Act::ReadEmergency, None, now)?;
        }
        Ok(())
    };
    app.records.write(Scope::Notebook(notebook), note).await?;
    let (opened, house, own) = (open(&app, notebook).await?, app.house.clone(), text.clone());
    let work = move |tx: &mut Tx<'_>| {
        Ok(Found {
            profile: notebook::sql::find_profile(tx, &opened)?,
            entries: lasting(tx, &opened, now)?,
            contacts: filled::doctors(tx, &own, &house, &opened, now)?,
        })
    };
    let found = app.records.read(work).await?;
    let age = found.profile.as_ref().map(|profile| date::age(profile.birth, now.day()));
    show(&EmergencyPage {
        age: age.map(|years| text.plain1("scan-emergency-age", "years", years)).unwrap_or_default(),
        as_of: as_of(&text, &found),
        allergies: allergies(&found.entries),
        medicines: medicines(&found.entries, now),
        doctors: found.contacts.iter().map(office).collect(),
        desks,
        page,
    })
}

/// Who reads without an account.
const NOBODY: Actor = Actor { kind: ActorKind::House, id: Id(uuid::Uuid::nil()), office: None };

/// Allergies and dispensed medicines that everyone may read, newest first.
fn lasting(tx: &mut Tx<'_>, opened: &Opened, now: Instant) -> Result<Vec<Entry>> {
    let window = Window { reader: Reader { actor: NOBODY, side: Side::Relative }, since: None };
    let mut found = entry::sql::list_kind(tx, opened, &window, "allergy", Instant(0))?;
    found.extend(entry::sql::list_kind(tx, opened, &window, "dispensing", now.plus(-MEDICINES))?);
    found.retain(|entry| entry.audience == Audience::Everyone);
    Ok(found)
}

/// Until when things were written here, to be compared with the day on the sheet.
fn as_of(text: &Text, found: &Found) -> String {
    let last = found.entries.iter().map(|entry| entry.recorded_at).max();
    last.map_or_else(
        || text.plain("scan-emergency-nothing"),
        |last| text.plain1("scan-emergency-as-of", "day", date::era_day(last.day())),
    )
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

fn medicines(entries: &[Entry], now: Instant) -> Vec<Fact> {
    let known = entry::medicines_since(entries, now.plus(-MEDICINES));
    known.iter().map(|one| Fact { label: one.name.clone(), value: one.dose.clone() }).collect()
}

/// A doctor's office, without the doctor's name.
fn office(contact: &Contact) -> Telephone {
    Telephone { place: contact.office.clone(), hours: None, number: contact.telephone.clone() }
}
