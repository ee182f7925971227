//! What a doctor needs on top: standing instructions, allergies, what was dispensed, last values, who is
//! involved, open questions. Everything from entries that the reader may read.

use super::staff_view::{Allergy, Dispensed, Medicine, News, Question, Supporter, Value, Values};
use super::view::Instruction;
use crate::access::sql::names::{Names, Shown};
use crate::clock::Instant;
use crate::entry::vitals::Measure;
use crate::entry::{Contents, Entry, card};
use crate::id::Actor;
use crate::text::{Text, date};
use crate::web::view::Tag;

/// The standing instructions in force, newest first.
pub fn instructions(
    text: &Text,
    names: &Names,
    entries: &[Entry],
    now: Instant,
    path: &str,
) -> Vec<Instruction> {
    let in_force = entries.iter().filter_map(|entry| match &entry.contents {
        Contents::Instruction(instruction) if instruction.is_in_force(now) => Some((entry, instruction)),
        _ => None,
    });
    in_force
        .map(|(entry, instruction)| {
            let from = date::month_day_weekday(text, instruction.from.day());
            let author = names.full(text, entry.author);
            let mut by = text.plain2("timeline-instruction-by", "author", author, "from", from);
            if let Some(until) = instruction.until {
                let until = date::month_day_weekday(text, until.day());
                by = format!("{by} {}", text.plain1("timeline-instruction-until", "date", until));
            }
            let more = Some(instruction.more.clone()).filter(|more| !more.is_empty());
            Instruction {
                text: instruction.text.clone(),
                more,
                by,
                path: Some(format!("{path}/entries/{}", entry.id)),
            }
        })
        .collect()
}

/// The allergies, and who said so when. No row never means no allergy.
pub fn allergies(text: &Text, names: &Names, entries: &[Entry]) -> (Vec<Allergy>, String) {
    let known = entries.iter().filter_map(|entry| match &entry.contents {
        Contents::Allergy(allergy) => {
            Some(Allergy { substance: allergy.substance.clone(), reaction: allergy.reaction.clone() })
        }
        _ => None,
    });
    let note = entries.iter().find(|entry| matches!(entry.contents, Contents::Allergy(_))).map_or_else(
        || text.plain("timeline-allergies-unknown"),
        |entry| {
            let day = date::month_day_weekday(text, entry.happened_at.day());
            let author = names.full(text, entry.author);
            text.plain2("timeline-allergies-confirmed", "date", day, "author", author)
        },
    );
    (known.collect(), note)
}

/// What was dispensed last, against the time before: added, changed, absent. Absent never means stopped.
pub fn dispensed(text: &Text, entries: &[Entry]) -> Option<Dispensed> {
    let mut found = entries.iter().filter_map(|entry| match &entry.contents {
        Contents::Dispensing(dispensing) => Some((entry, dispensing)),
        _ => None,
    });
    let (entry, last) = found.next()?;
    let before = found.next().map(|(_, dispensing)| dispensing.medicines.as_slice());
    let tag = |kind: &str, word: &str| Tag {
        kind: kind.into(),
        label: text.plain(&format!("timeline-medicine-{word}")),
    };
    let row = |medicine: &crate::entry::Medicine| {
        let mut tags = Vec::new();
        if let Some(before) = before {
            match before.iter().find(|known| known.name == medicine.name) {
                None => tags.push(tag("", "added")),
                Some(known) if known.dose != medicine.dose => tags.push(tag("", "changed")),
                Some(_) => {}
            }
        }
        let confirmed = medicine.confirmed_by.is_some();
        tags.push(if confirmed { tag("good", "confirmed") } else { tag("waits", "unconfirmed") });
        let until = medicine.until.map(|until| {
            let day = date::month_day_weekday(text, until.day());
            format!("・{}", text.plain1("timeline-medicine-until", "date", day))
        });
        Medicine {
            name: medicine.name.clone(),
            dose: format!("{}{}", medicine.dose, until.unwrap_or_default()),
            tags,
        }
    };
    let mut rows: Vec<Medicine> = last.medicines.iter().map(row).collect();
    let gone = before
        .unwrap_or_default()
        .iter()
        .filter(|known| !last.medicines.iter().any(|one| one.name == known.name));
    rows.extend(gone.map(|known| Medicine {
        name: known.name.clone(),
        dose: text.plain("timeline-medicine-absent-note"),
        tags: vec![tag("absent", "absent"), tag("waits", "unconfirmed")],
    }));
    let when = date::month_day_weekday(text, entry.happened_at.day());
    Some(Dispensed { when_and_where: format!("{when} {}", last.pharmacy), rows, note: None })
}

/// The last value of each measure. A value older than the newest says its own day.
pub fn last_values(text: &Text, entries: &[Entry], now: Instant) -> Option<Values> {
    let vitals = || {
        entries.iter().filter_map(|entry| match &entry.contents {
            Contents::Vitals(vitals) => Some((entry.happened_at, vitals)),
            _ => None,
        })
    };
    let newest = vitals().next()?.0;
    let label = |key: &str, at: Instant| {
        let name = text.plain(key);
        if at.day() == newest.day() { name } else { format!("{name} {}", date::month_day(at.day())) }
    };
    let mut rows = Vec::new();
    if let Some((at, last)) = vitals().find(|(_, vitals)| vitals.systolic.is_some()) {
        let pulse = last.pulse.map(|pulse| format!("・{} {pulse}", text.plain("entry-vitals-pulse")));
        rows.push(Value {
            label: label("timeline-blood-pressure", at),
            value: card::pressure(last),
            unit: format!("mmHg{}", pulse.unwrap_or_default()),
            wide: true,
        });
    }
    for measure in [Measure::Temperature, Measure::Oxygen, Measure::Weight] {
        if let Some((at, value)) =
            vitals().find_map(|(at, vitals)| vitals.get(measure).map(|value| (at, value)))
        {
            let label = label(&format!("entry-vitals-{}", measure.word()), at);
            rows.push(Value { label, value: measure.show(value), unit: measure.unit().into(), wide: false });
        }
    }
    let day = card::day_labels(text, newest.day(), now.day());
    let time = date::time(text, newest.in_japan().time());
    let when = date::near_day(text, newest.day(), now.day()).unwrap_or(day.1);
    Some(Values { when: format!("{when} {time}"), rows })
}

/// What was written since the reader last looked, newest first.
pub fn news(
    text: &Text,
    names: &Names,
    entries: &[Entry],
    since: Option<Instant>,
    reader: Actor,
) -> Vec<News> {
    let is_new = |entry: &&Entry| {
        since.is_none_or(|since| entry.recorded_at > since)
            && (entry.author.kind, entry.author.id) != (reader.kind, reader.id)
    };
    let row = |entry: &Entry| {
        let (words, facts) = card::contents(text, &entry.contents);
        let numbers: Vec<String> =
            facts.iter().map(|fact| format!("{} {}", fact.label, fact.value)).collect();
        News {
            kind: text.plain(&format!("timeline-kind-{}", kind(&entry.contents))),
            date: date::month_day(entry.happened_at.day()),
            author: names.full(text, entry.author),
            text: [words, numbers.join("　")].concat(),
            link: None,
        }
    };
    entries.iter().filter(is_new).map(row).collect()
}

fn kind(contents: &Contents) -> &'static str {
    match contents {
        Contents::Dispensing(_) => "medicine",
        Contents::Allergy(_) => "message",
        other => other.word(),
    }
}

/// Messages that want an answer and have none, oldest last.
pub fn questions(text: &Text, names: &Names, entries: &[Entry], path: &str) -> Vec<Question> {
    let messages = || {
        entries.iter().filter_map(|entry| match &entry.contents {
            Contents::Message(message) => Some((entry, message)),
            _ => None,
        })
    };
    let open = messages().filter(|(entry, message)| {
        message.asks && !messages().any(|(_, other)| other.answers == Some(entry.id))
    });
    open.map(|(entry, message)| Question {
        date: date::month_day(entry.happened_at.day()),
        author: names.full(text, entry.author),
        text: message.text.clone(),
        path: format!("{path}/message?answers={}", entry.id),
    })
    .collect()
}

/// Somebody of the care team with a telephone.
pub fn supporter(text: &Text, shown: &Shown) -> Supporter {
    let profession = shown.profession.map(|known| text.plain(&format!("access-profession-{}", known.word())));
    let role = match profession {
        Some(profession) => format!("{profession}・{}", shown.office),
        None => shown.relationship.clone(),
    };
    let telephone = Some(shown.telephone.clone()).filter(|number| !number.is_empty());
    Supporter { name: shown.name.clone(), role, telephone }
}
