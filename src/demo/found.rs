//! Founding the invented town: its offices, people, notebooks and weeks of entries, written through the
//! same functions as in life, by a clock that begins sixty days ago.

use serde::{Deserialize, Serialize};

use super::town::{CITY, ENTRIES, OFFICES, PEOPLE, STAFF, TELEPHONE, TownEntry, TownPerson, Words};
use crate::access::audience::Audience;
use crate::access::family;
use crate::access::guard::{open, secret_hash};
use crate::access::permission::{Grant, Level};
use crate::access::principal::{Office, OfficeDetails, Relative, Role, Staff};
use crate::access::sql::grant::{self, Holder, NewGrant};
use crate::access::sql::{people, session};
use crate::audit::{self, Act};
use crate::clock::{Clock, DAY, HOUR, Instant, dice};
use crate::crypto::Opened;
use crate::crypto::master::hexadecimal;
use crate::crypto::secret::{self, OneTimeSeed};
use crate::desk::web::batch::make_batch;
use crate::desk::web::issue::issue;
use crate::desk::{NewBatch, Registration, Ticks};
use crate::entry::{self, Allergy, Contents, Dispensing, Entry, Instruction, Medicine, Message, Vitals};
use crate::error::{Error, Result};
use crate::id::{Actor, ActorKind, Id, NotebookNumber};
use crate::notebook::consent::Signer;
use crate::notebook::{self, Profile};
use crate::store::Scope;
use crate::web::App;

/// The town is so old, in days.
const AGE: i64 = 60;

/// How somebody of the town signs in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Login {
    pub id: Id,
    pub key: String,
    pub name: String,
    pub office: String,
    pub role: String,
    pub email: String,
    pub password: String,
    pub totp_secret: String,
}

/// One notebook of the town.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TownNotebook {
    /// Ten digits, as it is stored.
    pub serial: u64,
    pub name: String,
    pub relative: Id,
    /// The relative's telephone: its last four digits are asked for by the slip.
    pub telephone: String,
}

/// What must be said again at every start; kept in a file of demonstration folders alone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Town {
    pub port: u16,
    pub staff: Vec<Login>,
    pub notebooks: Vec<TownNotebook>,
    pub api_token: String,
    pub api_token_without_grants: String,
}

/// Founds the town in an empty installation.
pub async fn found(app: &App, port: u16) -> Result<Town> {
    let now = app.clock.now();
    let past = App { clock: Clock::fixed(now.plus(-AGE * DAY)), ..app.clone() };
    let city = Id::fresh(past.clock.now())?;
    let began = past.clock.now();
    let add = move |tx: &mut crate::store::tx::Tx<'_>| people::add_city(tx, city, CITY, TELEPHONE, began);
    app.records.write(Scope::House, add).await?;
    let offices = found_offices(&past, city).await?;
    let mut staff = Vec::new();
    for index in 0..STAFF.len() {
        staff.push(found_staff(&past, &offices, index).await?);
    }
    let notebooks = found_notebooks(&past, &offices, &staff, now).await?;
    let token = async |key: &str| add_token(app, &staff, key, now).await;
    Ok(Town {
        port,
        notebooks,
        api_token: token("manager").await?,
        api_token_without_grants: token("newcomer").await?,
        staff: staff.into_iter().map(|(_, login)| login).collect(),
    })
}

async fn found_offices(app: &App, city: Id) -> Result<Vec<(&'static str, Office)>> {
    let mut founded = Vec::new();
    for office in &OFFICES {
        let details = OfficeDetails {
            name: office.name.into(),
            telephone: office.telephone.into(),
            hours: "月〜金 午前8時30分〜午後5時15分".into(),
        };
        let now = app.clock.now();
        let new = Office { id: Id::fresh(now)?, city, kind: office.kind, is_verified: true, details };
        let (house, kept) = (app.house.clone(), new.clone());
        app.records.write(Scope::House, move |tx| people::add_office(tx, &house, &kept, now)).await?;
        founded.push((office.key, new));
    }
    Ok(founded)
}

async fn found_staff(app: &App, offices: &[(&'static str, Office)], index: usize) -> Result<(Staff, Login)> {
    let town = STAFF.get(index).ok_or(Error::broken("founding the staff"))?;
    let (_, office) =
        offices.iter().find(|(key, _)| *key == town.office).ok_or(Error::broken("finding an office"))?;
    let (id, seed) = (Id::fresh(app.clock.now())?, OneTimeSeed::draw()?);
    let password = format!("kakehashi-{}-{}", town.key, hexadecimal(&dice::<4>()?));
    let staff = Staff {
        id,
        city: office.city,
        profession: town.profession,
        role: Role::Member,
        name: town.name.into(),
        office: office.clone(),
    };
    let login = Login {
        id,
        key: town.key.into(),
        name: town.name.into(),
        office: office.details.name.clone(),
        role: town.profession.word().into(),
        email: town.email.into(),
        password: password.clone(),
        totp_secret: seed.to_base32(),
    };
    let hash = app.hashed(move || secret::hash(password.as_bytes())).await?;
    let (house, kept) = (app.house.clone(), staff.clone());
    app.records
        .write(Scope::House, move |tx| {
            let new = people::NewStaff { staff: &kept, email: town.email, password_hash: &hash, seed: &seed };
            people::add_staff(tx, &house, &new)
        })
        .await?;
    Ok((staff, login))
}

/// An API token of somebody of the town, for a year.
async fn add_token(app: &App, staff: &[(Staff, Login)], key: &str, now: Instant) -> Result<String> {
    let (owner, _) = staff
        .iter()
        .find(|(_, login)| login.key == key)
        .ok_or(Error::broken("finding the owner of a token"))?;
    let (token, id, owner) = (hexadecimal(&dice::<32>()?), Id::fresh(now)?, owner.id);
    let hash = secret_hash(&token);
    let add = move |tx: &mut crate::store::tx::Tx<'_>| {
        session::add_token(tx, id, owner, hash, now, now.plus(365 * DAY))
    };
    app.records.write(Scope::House, add).await?;
    Ok(token)
}

fn actor(staff: &[(Staff, Login)], key: &str) -> Option<Actor> {
    let (one, _) = staff.iter().find(|(_, login)| login.key == key)?;
    Some(Actor { kind: ActorKind::Staff, id: one.id, office: Some(one.office.id) })
}

async fn found_notebooks(
    app: &App,
    offices: &[(&'static str, Office)],
    staff: &[(Staff, Login)],
    now: Instant,
) -> Result<Vec<TownNotebook>> {
    let (_, desk) = offices.first().ok_or(Error::broken("finding the desk"))?;
    let clerk = actor(staff, "clerk").ok_or(Error::broken("finding the clerk"))?;
    // A few more than people: the rest stay blank on the shelf.
    let batch = NewBatch { size: 20, name: "はじめの20冊".into(), pad: None };
    let (_, numbers) = make_batch(app, desk, clerk, &batch).await?;
    let mut founded = Vec::new();
    for (person, number) in PEOPLE.iter().zip(numbers) {
        let issued = issue(app, desk, clerk, &registration(person, number)?, None).await?;
        let relative = issued.invited.first().ok_or(Error::broken("inviting a relative"))?.relative;
        admit_team(app, staff, number).await?;
        let opened = open(app, number).await?;
        write_entries(app, staff, &opened, relative, now).await?;
        let telephone = person.telephone.to_owned();
        founded.push(TownNotebook { serial: number.serial(), name: person.name.into(), relative, telephone });
    }
    Ok(founded)
}

fn registration(person: &TownPerson, notebook: NotebookNumber) -> Result<Registration> {
    let (year, month, day) = person.birth;
    let birth = jiff::civil::Date::new(year, month, day)
        .map_err(|cause| Error::fault("reading a birth date", cause))?;
    let relative = Relative {
        name: person.relative.into(),
        relationship: person.relationship.into(),
        telephone: person.telephone.into(),
    };
    Ok(Registration {
        notebook,
        profile: Profile { name: person.name.into(), kana: person.kana.into(), birth },
        ticks: Ticks { copy: true, offices: true, relative: true, emergency: true, planning: false },
        relatives: vec![relative],
        signer: Signer::Person,
        explained_by: "小林 直子".into(),
    })
}

/// The care team: the care manager in charge, the doctor, the nurse and the pharmacist.
async fn admit_team(app: &App, staff: &[(Staff, Login)], number: NotebookNumber) -> Result<()> {
    let members = [
        ("manager", Level::Coordinator),
        ("doctor", Level::Team),
        ("nurse", Level::Team),
        ("pharmacist", Level::Team),
    ];
    let now = app.clock.now();
    for (key, level) in members {
        let member = actor(staff, key).ok_or(Error::broken("finding a member of the care team"))?;
        let new = NewGrant {
            id: Id::fresh(now)?,
            holder: Holder::of(member),
            grant: Grant { level, from: now, until: None },
            given_by: member.id,
            reason: None,
        };
        app.records
            .write(Scope::Notebook(number), move |tx| {
                grant::add(tx, number, &new)?;
                audit::sql::record(tx, number, member, Act::Joined, None, now)
            })
            .await?;
    }
    Ok(())
}

/// Writes the weeks of entries: the words of the town, and blood pressure every other morning and evening.
async fn write_entries(
    app: &App,
    staff: &[(Staff, Login)],
    opened: &Opened,
    relative: Id,
    now: Instant,
) -> Result<()> {
    let family = Actor { kind: ActorKind::Relative, id: relative, office: None };
    let author = |key: &str| actor(staff, key).unwrap_or(family);
    let mut written: Vec<(Instant, Actor, Audience, Contents)> = ENTRIES
        .iter()
        .map(|entry| {
            let audience = if matches!(entry.words, Words::Among(_)) {
                Audience::Supporters
            } else {
                Audience::Everyone
            };
            let at = at(now, entry.days_ago, entry.hour);
            (at, author(entry.author), audience, contents(entry, at))
        })
        .filter(|(at, ..)| *at <= now)
        .collect();
    for day in (1..30).rev() {
        let wave =
            u16::try_from((day * 7 + i64::try_from(opened.notebook.serial() % 11).unwrap_or_default()) % 13)
                .unwrap_or_default();
        let morning = Vitals {
            systolic: Some(126 + wave),
            diastolic: Some(72 + wave / 2),
            pulse: Some(68 + wave % 5),
            temperature: Some(362 + wave % 5),
            ..Vitals::default()
        };
        written.push((at(now, day, 7), family, Audience::Everyone, Contents::Vitals(morning)));
        if day % 3 == 0 {
            let evening = Vitals {
                systolic: Some(120 + wave),
                diastolic: Some(68 + wave / 2),
                pulse: Some(66 + wave % 4),
                ..Vitals::default()
            };
            written.push((at(now, day, 20), family, Audience::Everyone, Contents::Vitals(evening)));
        }
    }
    written.sort_by_key(|(at, ..)| *at);
    for (at, author, audience, contents) in written {
        write_entry(app, opened, at, author, audience, contents).await?;
    }
    Ok(())
}

async fn write_entry(
    app: &App,
    opened: &Opened,
    at: Instant,
    author: Actor,
    audience: Audience,
    contents: Contents,
) -> Result<()> {
    let (id, opened) = (Id::fresh(at)?, opened.clone());
    let entry =
        Entry { id, version: 1, happened_at: at, recorded_at: at, author, audience, contents, reason: None };
    app.records
        .write(Scope::Notebook(opened.notebook), move |tx| {
            entry::sql::add(tx, &opened, &entry)?;
            notebook::sql::changed(tx, opened.notebook)?;
            audit::sql::record(tx, opened.notebook, author, entry.act(), Some(id), at)
        })
        .await
}

/// The moment at which Japan's clocks showed this hour, so many days ago.
fn at(now: Instant, days_ago: i64, hour: i8) -> Instant {
    let day = now.plus(-days_ago * DAY).day();
    Instant::from_japan(day.to_datetime(jiff::civil::Time::midnight())).plus(i64::from(hour) * HOUR)
}

fn contents(entry: &TownEntry, at: Instant) -> Contents {
    let message = |text: &str, asks: bool| {
        Contents::Message(Message { text: text.to_owned(), asks, answers: None, paper: false })
    };
    match entry.words {
        Words::Message(text) | Words::Among(text) => message(text, false),
        Words::Question(text) => message(text, true),
        Words::Instruction(text, more) => {
            Contents::Instruction(Instruction { text: text.into(), more: more.into(), from: at, until: None })
        }
        Words::Allergy(substance, reaction) => {
            Contents::Allergy(Allergy { substance: substance.into(), reaction: reaction.into() })
        }
        Words::Dispensing(medicines) => Contents::Dispensing(Dispensing {
            pharmacy: "みどり薬局".into(),
            prescriber: "佐伯 正".into(),
            medicines: medicines
                .iter()
                .map(|(name, dose, confirmed)| Medicine {
                    name: (*name).into(),
                    dose: (*dose).into(),
                    until: Some(at.plus(28 * DAY)),
                    confirmed_by: confirmed.then(|| "森 健一".to_owned()),
                })
                .collect(),
        }),
        Words::Vitals(systolic, diastolic, pulse, temperature) => Contents::Vitals(Vitals {
            systolic: Some(systolic),
            diastolic: Some(diastolic),
            pulse: Some(pulse),
            temperature: Some(temperature),
            ..Vitals::default()
        }),
        Words::Weight(weight, oxygen) => {
            Contents::Vitals(Vitals { weight: Some(weight), oxygen: Some(oxygen), ..Vitals::default() })
        }
    }
}

/// The last four digits of a telephone, which a slip asks for.
pub fn last_four(telephone: &str) -> String {
    crate::desk::last_four(telephone).unwrap_or_default()
}

/// A fresh slip for the relative of a notebook; returns its id.
pub async fn invite(app: &App, known: &TownNotebook, notebook: NotebookNumber) -> Result<Id> {
    let now = app.clock.now();
    let id = Id::fresh(now)?;
    let invitation = session::Invitation {
        id,
        notebook,
        relative: known.relative,
        answer_hash: family::answer_hash(&app.house, id, &last_four(&known.telephone)),
        tries: 0,
        ends_at: now.plus(family::SLIP_LASTS),
    };
    let hash = secret_hash(&family::slip_secret(&app.house, id));
    app.records.write(Scope::House, move |tx| session::add_invitation(tx, &invitation, hash, now)).await?;
    Ok(id)
}
