//! Correcting: the author writes a new version, with a reason; the older one stays readable.

use axum::extract::Path;
use axum::http::StatusCode;
use jiff::civil::Date;
use serde::Deserialize;

use super::measure::VitalsForm;
use super::view::{CorrectPage, Number, NumberField};
use super::vitals::Measure;
use super::web::{YEARS, last_moment};
use super::{Contents, Entry, Instruction, Message, card, check_text, sql};
use crate::access::guard::{Access, Write};
use crate::access::sql::names::Names;
use crate::audit::{self, Act};
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::notebook;
use crate::store::Scope;
use crate::text::Text;
use crate::web::App;
use crate::web::form::SafeForm;
use crate::web::page::Page;
use crate::web::reply::{Reply, see_other, show, show_with};
use crate::web::view::{Choice, Field};

/// Why somebody corrects; the tail of message keys.
const REASONS: [&str; 4] = ["slip", "later", "person", "other"];

/// The newest version that the writer may correct: their own.
async fn newest(app: &App, access: &Access<Write>, id: Id) -> Result<(Entry, Names)> {
    let (opened, window, house) = (access.opened(), access.window(app.clock.now()), app.house.clone());
    let (versions, names) = app
        .records
        .read(move |tx| {
            let versions = sql::versions(tx, &opened, &window, id)?;
            let names = Names::find(tx, &house, versions.iter().map(|version| version.author))?;
            Ok((versions, names))
        })
        .await?;
    let newest = versions.into_iter().next().ok_or(Error::NotFound)?;
    if newest.author == access.actor() { Ok((newest, names)) } else { Err(Error::Forbidden) }
}

/// What can be corrected: words or numbers.
fn fields(text: &Text, contents: &Contents) -> (Option<Field>, Vec<NumberField>) {
    match contents {
        Contents::Message(message) => (Some(Field::with(&message.text)), vec![]),
        Contents::Instruction(instruction) => (Some(Field::with(&instruction.text)), vec![]),
        Contents::Vitals(vitals) => {
            let field = |measure: Measure| NumberField {
                name: measure.word().into(),
                label: text.plain(&format!("entry-vitals-{}", measure.word())),
                unit: measure.unit().into(),
                number: Number {
                    value: vitals.get(measure).map(|value| measure.show(value)).unwrap_or_default(),
                    ..Number::default()
                },
            };
            (None, Measure::ALL.map(field).into())
        }
        Contents::Dispensing(_) | Contents::Allergy(_) => (None, vec![]),
    }
}

async fn correct_page(app: &App, page: Page, access: &Access<Write>, id: Id) -> Result<CorrectPage> {
    let (entry, names) = newest(app, access, id).await?;
    let text = page.text.clone();
    let (words, numbers) = fields(&text, &entry.contents);
    let until = match &entry.contents {
        Contents::Instruction(instruction) => {
            let day = instruction.until.map(|until| until.day().to_string());
            Some(Field::with(&day.unwrap_or_default()))
        }
        _ => None,
    };
    let reason = |why: &str| Choice {
        value: why.into(),
        label: text.plain(&format!("entry-correct-why-{why}")),
        note: String::new(),
        chosen: why == "slip",
    };
    Ok(CorrectPage {
        notebook: notebook::web::plain_head(app, access, &text).await?,
        version: entry.version,
        before: card::card(&text, &names, &entry, &access.path("")),
        text: words,
        until,
        numbers,
        advice: None,
        reasons: REASONS.map(reason).into(),
        more: Field::default(),
        readers: card::readers(&text, &names, entry.audience),
        page: access.signed_in.page(page),
    })
}

/// `GET /n/{notebook}/entries/{entry}/correct`.
pub async fn ask(
    app: App,
    page: Page,
    access: Access<Write>,
    Path((_, id)): Path<(String, Id)>,
) -> Result<Reply> {
    show(&correct_page(&app, page, &access, id).await?)
}

/// The form of a correction.
#[derive(Deserialize)]
pub struct Correction {
    version: u32,
    #[serde(default)]
    text: String,
    reason: String,
    #[serde(default)]
    more: String,
    /// The last day of an instruction.
    #[serde(default)]
    until: String,
    #[serde(flatten)]
    numbers: VitalsForm,
}

impl Correction {
    /// The corrected contents; advice when they cannot be taken.
    fn contents(&self, before: &Contents) -> Result<Contents> {
        match before {
            Contents::Message(message) => {
                Ok(Contents::Message(Message { text: check_text("text", &self.text)?, ..message.clone() }))
            }
            Contents::Instruction(instruction) => {
                let mut next = instruction.clone();
                next.text = check_text("text", &self.text)?;
                next.until = self.until(instruction)?;
                Ok(Contents::Instruction(next))
            }
            Contents::Vitals(_) => match self.numbers.check() {
                (vitals, refused) if refused.is_empty() && !vitals.is_empty() => Ok(Contents::Vitals(vitals)),
                (_, refused) => {
                    Err(Error::advice("", refused.first().map_or("entry-vitals-none", |(_, key)| key)))
                }
            },
            Contents::Dispensing(_) | Contents::Allergy(_) => Err(Error::Forbidden),
        }
    }

    /// The last moment of an instruction, which may have been ended by this correction.
    fn until(&self, instruction: &Instruction) -> Result<Option<Instant>> {
        if self.until.is_empty() {
            return Ok(None);
        }
        let day = self.until.parse().ok().filter(|day: &Date| YEARS.contains(&day.year()));
        let day = day.filter(|day| *day >= instruction.from.day());
        let day = day.ok_or(Error::advice("until", "entry-instruction-until-before"))?;
        Ok(Some(last_moment(day)))
    }

    /// The form again with everything that was typed, and why it was not taken.
    fn again(&self, mut shown: CorrectPage, advice: &str) -> CorrectPage {
        shown.advice = Some(shown.page.text.plain(advice));
        shown.text = shown.text.map(|_| Field::with(&self.text));
        shown.until = shown.until.map(|_| Field::with(&self.until));
        for field in &mut shown.numbers {
            if let Some(measure) = Measure::ALL.into_iter().find(|measure| measure.word() == field.name) {
                field.number.value = self.numbers.typed(measure).to_owned();
            }
        }
        shown.more = Field::with(&self.more);
        for reason in &mut shown.reasons {
            reason.chosen = reason.value == self.reason;
        }
        shown
    }

    /// The reason in words, as it is kept.
    fn reason(&self, text: &Text) -> Result<String> {
        let why = REASONS
            .iter()
            .find(|why| **why == self.reason)
            .ok_or(Error::advice("reason", "web-form-damaged"))?;
        let word = text.plain(&format!("entry-correct-why-{why}"));
        Ok(format!("{word} {}", self.more.trim()).trim().to_owned())
    }
}

/// `POST /n/{notebook}/entries/{entry}/correct`.
pub async fn save(
    app: App,
    page: Page,
    access: Access<Write>,
    Path((_, id)): Path<(String, Id)>,
    form: SafeForm<Correction>,
) -> Result<Reply> {
    let SafeForm(form) = form;
    let (before, _) = newest(&app, &access, id).await?;
    let (opened, actor, now) = (access.opened(), access.actor(), app.clock.now());
    let checked = form.contents(&before.contents).and_then(|contents| {
        let reason = form.reason(&page.text)?;
        before.corrected(contents, actor, reason, now)
    });
    let refused = match &checked {
        _ if before.version != form.version => Some("web-conflict-sentence"),
        Err(Error::Invalid(advice)) => {
            Some(advice.0.first().map_or("web-form-damaged", |first| first.message))
        }
        _ => None,
    };
    if let Some(advice) = refused {
        let shown = correct_page(&app, page, &access, id).await?;
        return show_with(StatusCode::UNPROCESSABLE_ENTITY, &form.again(shown, advice));
    }
    let next = checked?;
    app.records
        .write(Scope::Notebook(opened.notebook), move |tx| {
            sql::correct(tx, &opened, &next)?;
            notebook::sql::changed(tx, opened.notebook)?;
            audit::sql::record(tx, opened.notebook, actor, Act::Corrected, Some(next.id), now)
        })
        .await?;
    Ok(see_other(&access.path(&format!("/entries/{id}"))))
}
