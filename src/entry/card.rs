//! An entry as it is shown on a page: author, time, words and numbers in the reader's language.

use jiff::civil::Date;

use super::view::EntryCard;
use super::vitals::{Measure, Vitals};
use super::{Contents, Entry};
use crate::access::audience::Audience;
use crate::access::principal::Profession;
use crate::access::sql::names::Names;
use crate::id::ActorKind;
use crate::text::{Text, date};
use crate::web::view::{Fact, Tag};

/// The card of an entry. `path` is the notebook's, `/n/1234-5678-9012`.
pub fn card(text: &Text, names: &Names, entry: &Entry, path: &str) -> EntryCard {
    let moment = entry.happened_at.in_japan();
    let (words, facts) = contents(text, &entry.contents);
    EntryCard {
        anchor: format!("entry-{}", entry.id),
        picture: picture(names, entry).into(),
        author: names.full(text, entry.author),
        by_and_time: by_and_time(text, names, entry, &date::time(text, moment.time())),
        tags: tags(text, &entry.contents),
        text: words,
        facts,
        note: note(text, names, entry),
        path: Some(format!("{path}/entries/{}", entry.id)),
    }
}

fn picture(names: &Names, entry: &Entry) -> &'static str {
    match (entry.author.kind, names.of(entry.author).and_then(|shown| shown.profession)) {
        (ActorKind::Relative, _) => "house",
        (
            _,
            Some(Profession::Physician | Profession::Dentist | Profession::Pharmacist | Profession::Nurse),
        ) => "clinician",
        _ => "person",
    }
}

/// 看護師・午後2時30分.
pub fn by_and_time(text: &Text, names: &Names, entry: &Entry, time: &str) -> String {
    match names.of(entry.author).and_then(|shown| shown.profession) {
        Some(profession) => {
            format!("{}・{time}", text.plain(&format!("access-profession-{}", profession.word())))
        }
        None => time.to_owned(),
    }
}

/// The words of an entry, and its numbers.
pub fn contents(text: &Text, contents: &Contents) -> (String, Vec<Fact>) {
    match contents {
        Contents::Message(message) => (message.text.clone(), vec![]),
        Contents::Vitals(vitals) => (String::new(), facts(text, vitals)),
        Contents::Instruction(instruction) => {
            (format!("{}\n{}", instruction.text, instruction.more).trim().to_owned(), vec![])
        }
        Contents::Dispensing(dispensing) => {
            let fact = |medicine: &super::Medicine| Fact {
                label: medicine.name.clone(),
                value: medicine.dose.clone(),
            };
            (dispensing.pharmacy.clone(), dispensing.medicines.iter().map(fact).collect())
        }
        Contents::Allergy(allergy) => {
            (format!("{} {}", allergy.substance, allergy.reaction).trim().to_owned(), vec![])
        }
    }
}

/// 血圧 132／76, 脈 72, 体温 36.4℃ ….
pub fn facts(text: &Text, vitals: &Vitals) -> Vec<Fact> {
    let mut facts = Vec::new();
    if vitals.systolic.is_some() || vitals.diastolic.is_some() {
        facts.push(Fact { label: text.plain("timeline-blood-pressure"), value: pressure(vitals) });
    }
    for measure in [Measure::Pulse, Measure::Temperature, Measure::Oxygen, Measure::Weight] {
        if let Some(value) = vitals.get(measure) {
            let label = text.plain(&format!("entry-vitals-{}", measure.word()));
            facts.push(Fact { label, value: format!("{}{}", measure.show(value), measure.unit()) });
        }
    }
    facts
}

/// 132／76; a dash for what was not measured.
pub fn pressure(vitals: &Vitals) -> String {
    let shown = |value: Option<u16>| value.map_or_else(|| "−".to_owned(), |value| value.to_string());
    format!("{}／{}", shown(vitals.systolic), shown(vitals.diastolic))
}

fn tags(text: &Text, contents: &Contents) -> Vec<Tag> {
    match contents {
        Contents::Message(message) if message.asks => {
            vec![Tag { kind: "waits".into(), label: text.plain("entry-asks-tag") }]
        }
        Contents::Instruction(_) => {
            vec![Tag { kind: String::new(), label: text.plain("timeline-kind-instruction") }]
        }
        Contents::Dispensing(_) => {
            vec![Tag { kind: String::new(), label: text.plain("timeline-kind-medicine") }]
        }
        Contents::Allergy(_) => vec![Tag { kind: String::new(), label: text.plain("timeline-allergies") }],
        _ => vec![],
    }
}

/// Who may read an item: ご本人、ご家族、支えている方.
pub fn readers(text: &Text, names: &Names, audience: Audience) -> String {
    match audience {
        Audience::Profession(profession) => {
            let word = text.plain(&format!("access-profession-{}", profession.word()));
            text.plain1("entry-audience-profession-note", "profession", word)
        }
        Audience::Relative(relative) => {
            let actor = crate::id::Actor { kind: ActorKind::Relative, id: relative, office: None };
            text.plain1("entry-audience-relative", "name", names.full(text, actor))
        }
        other => text.plain(&format!("entry-audience-{}-note", other.words().0)),
    }
}

fn note(text: &Text, names: &Names, entry: &Entry) -> Option<String> {
    let corrected = (entry.version > 1).then(|| {
        let when = date::month_day_weekday(text, entry.recorded_at.day());
        text.plain1("entry-page-corrected", "when", when)
    });
    let limited = (entry.audience != Audience::Everyone)
        .then(|| text.plain1("entry-audience-only", "readers", readers(text, names, entry.audience)));
    let both: Vec<String> = [limited, corrected].into_iter().flatten().collect();
    (!both.is_empty()).then(|| both.join(" "))
}

/// きょう, きのう or the weekday; and 11月25日(水).
pub fn day_labels(text: &Text, day: Date, today: Date) -> (String, String) {
    let label = date::near_day(text, day, today).unwrap_or_else(|| date::weekday_long(text, day));
    (label, date::month_day_weekday(text, day))
}
