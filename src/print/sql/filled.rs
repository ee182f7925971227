//! What the record knows, for the designs that print it: the person, whom to call, what is carried over into a
//! further volume. Only what everyone may read goes on paper.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::access::audience::{Reader, Side};
use crate::access::guard::Window;
use crate::access::permission::Level;
use crate::access::principal::{Office, OfficeKind, Profession};
use crate::access::sql::grant::{self, Member};
use crate::access::sql::names::Names;
use crate::access::sql::people;
use crate::clock::{DAY, Instant};
use crate::crypto::{House, Opened};
use crate::entry::{self, Contents, Entry};
use crate::error::Result;
use crate::id::{Actor, ActorKind, Id};
use crate::notebook::Profile;
use crate::print::CARRIED_OVER;
use crate::print::digest::may_go;
use crate::print::order::EMERGENCY;
use crate::print::press::Contact;
use crate::store::tx::Tx;
use crate::text::{Text, date};

/// How much of the record goes onto a print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Knows {
    /// Nothing: a blank booklet, or what is seen from the outside.
    Nothing,
    /// The person and whom to call: what the desk knows.
    Person,
    /// What everyone who opens the booklet may read: for the care team and the family.
    Contents,
}

/// How far back questions without an answer are looked for, in milliseconds. What holds until somebody ends it
/// never grows old.
const QUESTIONS: i64 = 400 * DAY;
/// Medicines that were dispensed in so long a time are printed, in milliseconds.
const MEDICINES: i64 = 120 * DAY;

/// Whoever prints, the paper is read by everyone: entries are sought as a reader of no side of their own.
struct Search<'a> {
    text: &'a Text,
    /// The person must not be found by somebody.
    is_protected: bool,
    house: &'a House,
    opened: &'a Opened,
    window: Window,
    now: Instant,
}

/// What each design prints, by its key.
pub fn find(
    tx: &mut Tx<'_>,
    (text, house, opened): (&Text, &House, &Opened),
    (profile, knows, is_protected): (&Profile, Knows, bool),
    printer: Actor,
    now: Instant,
) -> Result<BTreeMap<String, Value>> {
    let person = json!({
        "name": profile.name,
        "kana": profile.kana,
        "birth": date::era_day(profile.birth),
    });
    let mut filled = BTreeMap::from([("profile".to_owned(), person.clone()), (EMERGENCY.to_owned(), person)]);
    // Where somebody must not be found, nobody who comes to the house stands on paper.
    if !is_protected {
        let contacts = contacts(tx, text, house, opened, now)?;
        filled.insert("supporter-contacts".into(), json!({ "contacts": contacts }));
    }
    if knows == Knows::Contents {
        let reader = Reader { actor: printer, side: Side::Relative };
        let window = Window { reader, since: None };
        let search = Search { text, is_protected, house, opened, window, now };
        filled.insert(CARRIED_OVER.into(), search.carried_over(tx)?);
        if let Some(emergency) = filled.get_mut(EMERGENCY) {
            emergency["allergies"] = json!(search.allergies(tx)?);
            emergency["medicines"] = json!(search.medicines(tx)?);
        }
    }
    Ok(filled)
}

/// The order in which contacts are printed: those first who are called first.
const ROLES: [&str; 12] = [
    "physician",
    "care_manager",
    "pharmacist",
    "nurse",
    "day_service",
    "community_support_center",
    "care_worker",
    "equipment_rental",
    "dentist",
    "therapist",
    "dietitian",
    "social_worker",
];

/// The role of a member of staff, as a word of `sheet-role-`: by their office where that says more.
fn role(profession: Profession, office: &Office) -> &'static str {
    match office.kind {
        OfficeKind::DayService | OfficeKind::DayRehabilitation => "day_service",
        OfficeKind::EquipmentRental | OfficeKind::CommunitySupportCenter => office.kind.word(),
        _ => profession.word(),
    }
}

/// Whom to call: of every office in the team one person a role, those first who are called first.
pub fn contacts(
    tx: &mut Tx<'_>,
    text: &Text,
    house: &House,
    opened: &Opened,
    now: Instant,
) -> Result<Vec<Contact>> {
    Ok(team(tx, text, house, opened, now)?.into_iter().map(|(_, contact)| contact).collect())
}

/// The doctors among those to call.
pub fn doctors(
    tx: &mut Tx<'_>,
    text: &Text,
    house: &House,
    opened: &Opened,
    now: Instant,
) -> Result<Vec<Contact>> {
    let team = team(tx, text, house, opened, now)?;
    Ok(team.into_iter().filter(|(role, _)| *role == ROLES[0]).map(|(_, contact)| contact).collect())
}

/// Contacts with the word of their role. Who joined last stands for an office; who has left does not.
fn team(
    tx: &mut Tx<'_>,
    text: &Text,
    house: &House,
    opened: &Opened,
    now: Instant,
) -> Result<Vec<(&'static str, Contact)>> {
    let mut found: Vec<(&'static str, Id, Contact)> = Vec::new();
    let members = grant::members(tx, opened.notebook)?;
    for member in members.iter().rev().filter(|member| is_in_team(member, now)) {
        let Some(staff) = people::find_staff(tx, house, member.id)? else { continue };
        let (role, office) = (role(staff.profession, &staff.office), staff.office);
        if found.iter().all(|(known, at, _)| (*known, *at) != (role, office.id)) {
            let details = office.details;
            let word = text.plain(&format!("sheet-role-{role}"));
            let contact =
                Contact { role: word, name: staff.name, office: details.name, telephone: details.telephone };
            found.push((role, office.id, contact));
        }
    }
    let rank = |role: &str| ROLES.iter().position(|known| *known == role).unwrap_or(ROLES.len());
    found.sort_by_key(|(role, ..)| rank(role));
    Ok(found.into_iter().map(|(role, _, contact)| (role, contact)).collect())
}

fn is_in_team(member: &Member, now: Instant) -> bool {
    let level = member.grant.level_at(now);
    member.kind == ActorKind::Staff
        && level.is_some_and(|level| matches!(level, Level::Team | Level::Coordinator | Level::Helper))
}

impl Search<'_> {
    fn list(&self, tx: &mut Tx<'_>, kind: &str, since: Instant) -> Result<Vec<Entry>> {
        let mut found = entry::sql::list_kind(tx, self.opened, &self.window, kind, since)?;
        found.retain(may_go);
        Ok(found)
    }

    /// エビ（発疹）、ペニシリン; nothing when none is known, so that it is asked and written by hand.
    fn allergies(&self, tx: &mut Tx<'_>) -> Result<Option<String>> {
        let found = self.list(tx, "allergy", Instant(0))?;
        let names = found.iter().filter_map(|entry| match &entry.contents {
            Contents::Allergy(allergy) if allergy.reaction.is_empty() => Some(allergy.substance.clone()),
            Contents::Allergy(allergy) => Some(format!("{}（{}）", allergy.substance, allergy.reaction)),
            _ => None,
        });
        Ok(listed(names.collect()))
    }

    /// The names of what was dispensed in the last months.
    fn medicines(&self, tx: &mut Tx<'_>) -> Result<Option<String>> {
        let since = self.now.plus(-MEDICINES);
        let found = self.list(tx, "dispensing", since)?;
        Ok(listed(entry::medicines_since(&found, since).iter().map(|one| one.name.clone()).collect()))
    }

    /// Standing instructions in force and questions without an answer, newest first.
    fn carried_over(&self, tx: &mut Tx<'_>) -> Result<Value> {
        let (instructions, messages) =
            (self.list(tx, "instruction", Instant(0))?, self.list(tx, "message", self.now.plus(-QUESTIONS))?);
        let authors = instructions.iter().chain(&messages).map(|entry| entry.author);
        let names = Names::find(tx, self.house, authors)?;
        let day = |at: Instant| date::era_day(at.day());
        let instruction = |entry: &Entry| {
            let Contents::Instruction(instruction) = &entry.contents else { return None };
            let words = [instruction.text.as_str(), instruction.more.as_str()];
            let until = instruction.until.map(|until| self.text.plain1("sheet-until", "day", day(until)));
            instruction.is_in_force(self.now).then(|| {
                json!({
                    "text": words.join(" ").trim(), "by": names.on_paper(self.text, entry.author, self.is_protected), "until": until,
                })
            })
        };
        let is_answered = |id| {
            let answers = |other: &Entry| matches!(&other.contents, Contents::Message(message) if message.answers == Some(id));
            messages.iter().any(answers)
        };
        let question = |entry: &Entry| {
            let Contents::Message(message) = &entry.contents else { return None };
            (message.asks && !is_answered(entry.id)).then(|| {
                let on = day(entry.happened_at);
                json!({ "text": message.text, "by": names.on_paper(self.text, entry.author, self.is_protected), "on": on })
            })
        };
        Ok(json!({
            "since": self.text.plain1("sheet-as-of", "day", date::era_day(self.now.day())),
            "instructions": instructions.iter().filter_map(instruction).collect::<Vec<_>>(),
            "questions": messages.iter().filter_map(question).collect::<Vec<_>>(),
        }))
    }
}

fn listed(names: Vec<String>) -> Option<String> {
    (!names.is_empty()).then(|| names.join("、"))
}
