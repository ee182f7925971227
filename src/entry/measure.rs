//! The form of measured values. What is unlikely is asked about once, and never blocked.

use jiff::civil::DateTime;
use serde::Deserialize;

use super::view::{AskedNumber, Hidden, Number, VitalsAskPage, VitalsPage};
use super::vitals::Measure;
use super::web::{add, entry, form_id};
use super::{Contents, Vitals, card, sql};
use crate::access::audience::Audience;
use crate::access::guard::{Access, Window, Write};
use crate::access::sql::names::Names;
use crate::audit::Act;
use crate::clock::{DAY, HOUR, Instant};
use crate::error::Result;
use crate::id::Id;
use crate::notebook;
use crate::text::{Text, date};
use crate::web::App;
use crate::web::form::SafeForm;
use crate::web::page::Page;
use crate::web::reply::{Reply, see_other, show};
use crate::web::view::Field;

/// The form of measured values, as typed.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct VitalsForm {
    id: String,
    #[serde(rename = "measured-at")]
    measured_at: String,
    systolic: String,
    diastolic: String,
    pulse: String,
    temperature: String,
    oxygen: String,
    weight: String,
    /// `yes` when an unlikely value was confirmed.
    sure: String,
}

impl VitalsForm {
    pub(super) fn typed(&self, measure: Measure) -> &str {
        match measure {
            Measure::Systolic => &self.systolic,
            Measure::Diastolic => &self.diastolic,
            Measure::Pulse => &self.pulse,
            Measure::Temperature => &self.temperature,
            Measure::Oxygen => &self.oxygen,
            Measure::Weight => &self.weight,
        }
    }

    /// The numbers, and the message key of what cannot be read or taken, by measure.
    pub(super) fn check(&self) -> (Vitals, Vec<(Measure, &'static str)>) {
        let (mut vitals, mut refused) = (Vitals::default(), Vec::new());
        for measure in Measure::ALL {
            let typed = self.typed(measure);
            if typed.trim().is_empty() {
                continue;
            }
            match measure.parse(typed) {
                Some(value) => vitals.set(measure, Some(value)),
                None => refused.push((measure, "entry-vitals-number")),
            }
        }
        refused.extend(vitals.refusals());
        (vitals, refused)
    }

    /// When it was measured: the form's time, not after now; now when it is not given.
    fn moment(&self, now: Instant) -> Result<Instant, &'static str> {
        if self.measured_at.is_empty() {
            return Ok(now);
        }
        let local: DateTime = self.measured_at.parse().map_err(|_| "entry-when-wrong")?;
        let believed = now.plus(-LONG_AGO)..=now.plus(HOUR);
        Some(Instant::from_japan(local)).filter(|at| believed.contains(at)).ok_or("entry-when-wrong")
    }
}

/// Nobody writes down values that are older, in milliseconds: the year was mistyped.
const LONG_AGO: i64 = 366 * DAY;

/// The last value of each measure, with when it was measured.
async fn last_values(app: &App, access: &Access<Write>) -> Result<Vec<(Measure, u16, Instant)>> {
    let now = app.clock.now();
    let (opened, window) = (access.opened(), Window { reader: access.reader(), since: None });
    let since = now.plus(-400 * DAY);
    let entries = app.records.read(move |tx| sql::list_kind(tx, &opened, &window, "vitals", since)).await?;
    let last = |measure: Measure| {
        entries.iter().find_map(|entry| match &entry.contents {
            Contents::Vitals(vitals) => vitals.get(measure).map(|value| (measure, value, entry.happened_at)),
            _ => None,
        })
    };
    Ok(Measure::ALL.into_iter().filter_map(last).collect())
}

/// きょう 午前7時10分, 11/20.
fn when(text: &Text, at: Instant, now: Instant) -> String {
    date::near_day(text, at.day(), now.day()).unwrap_or_else(|| date::month_day(at.day()))
}

async fn vitals_page(
    app: &App,
    page: Page,
    access: &Access<Write>,
    form: &VitalsForm,
    refused: &[(Measure, &'static str)],
) -> Result<VitalsPage> {
    let (now, text) = (app.clock.now(), page.text.clone());
    let last = last_values(app, access).await?;
    let number = |measure: Measure| {
        let known = last.iter().find(|(known, ..)| *known == measure);
        Number {
            value: form.typed(measure).to_owned(),
            last_when: known.map(|(_, _, at)| when(&text, *at, now)).unwrap_or_default(),
            last: known.map(|(_, value, _)| measure.show(*value)).unwrap_or_default(),
            advice: refused.iter().find(|(known, _)| *known == measure).map(|(_, key)| text.plain(key)),
        }
    };
    let local = now.in_japan();
    let measured_at = if form.measured_at.is_empty() {
        local.strftime("%Y-%m-%dT%H:%M").to_string()
    } else {
        form.measured_at.clone()
    };
    Ok(VitalsPage {
        notebook: notebook::web::plain_head(app, access, &text).await?,
        id: if form.id.is_empty() { Id::fresh(now)?.to_string() } else { form.id.clone() },
        now: local.strftime("%-H:%M").to_string(),
        measured_at: Field::with(&measured_at),
        upper: number(Measure::Systolic),
        lower: number(Measure::Diastolic),
        pulse: number(Measure::Pulse),
        temperature: number(Measure::Temperature),
        oxygen: number(Measure::Oxygen),
        weight: number(Measure::Weight),
        advice: None,
        readers: card::readers(&text, &Names::default(), Audience::Everyone),
        page: access.signed_in.page(page),
    })
}

/// `GET /n/{notebook}/vitals`.
pub async fn ask_vitals(app: App, page: Page, access: Access<Write>) -> Result<Reply> {
    // The form shows the last values.
    access.seen(&app, Act::ReadTimeline, None).await?;
    show(&vitals_page(&app, page, &access, &VitalsForm::default(), &[]).await?)
}

/// `POST /n/{notebook}/vitals`: what is unlikely is asked about once, and never blocked.
pub async fn add_vitals(
    app: App,
    page: Page,
    access: Access<Write>,
    form: SafeForm<VitalsForm>,
) -> Result<Reply> {
    let SafeForm(form) = form;
    let now = app.clock.now();
    let (vitals, refused) = form.check();
    let moment = form.moment(now);
    if vitals.is_empty() || !refused.is_empty() || moment.is_err() {
        let mut shown = vitals_page(&app, page, &access, &form, &refused).await?;
        shown.measured_at.advice = moment.err().map(|key| shown.page.text.plain(key));
        if vitals.is_empty() && refused.is_empty() {
            shown.advice = Some(shown.page.text.plain("entry-vitals-none"));
        }
        return show(&shown);
    }
    let doubts = vitals.doubts();
    if !doubts.is_empty() && form.sure != "yes" {
        return show(&doubts_page(&app, page, &access, &form, &vitals, &doubts).await?);
    }
    let happened_at = moment.unwrap_or(now);
    let new =
        entry(&access, form_id(&form.id)?, happened_at, now, Audience::Everyone, Contents::Vitals(vitals));
    add(&app, &access, new).await?;
    Ok(see_other(&access.path("?told=saved")))
}

async fn doubts_page(
    app: &App,
    page: Page,
    access: &Access<Write>,
    form: &VitalsForm,
    vitals: &Vitals,
    doubts: &[Measure],
) -> Result<VitalsAskPage> {
    let (text, now) = (page.text.clone(), app.clock.now());
    let last = last_values(app, access).await?;
    let asked = doubts.iter().map(|measure| {
        let known = last.iter().find(|(known, ..)| known == measure);
        let value = vitals.get(*measure).unwrap_or_default();
        let shown = format!("{}{}", measure.show(value), measure.unit());
        AskedNumber {
            name: measure.word().into(),
            label: text.plain(&format!("entry-vitals-{}", measure.word())),
            unit: measure.unit().into(),
            value: form.typed(*measure).to_owned(),
            last_when: known.map(|(_, _, at)| when(&text, *at, now)).unwrap_or_default(),
            last: known.map(|(_, value, _)| measure.show(*value)).unwrap_or_default(),
            question: text.plain1("entry-vitals-ask-value", "value", shown),
            usual: text.plain1("entry-vitals-ask-range", "range", measure.show_plausible()),
        }
    });
    let mut sure = *vitals;
    doubts.iter().for_each(|measure| sure.set(*measure, None));
    let hidden = |name: &str, value: &str| Hidden { name: name.into(), value: value.into() };
    let mut kept = vec![hidden("id", &form.id), hidden("measured-at", &form.measured_at)];
    let others = Measure::ALL.iter().filter(|measure| !doubts.contains(measure));
    kept.extend(others.map(|measure| hidden(measure.word(), form.typed(*measure))));
    Ok(VitalsAskPage {
        asked: asked.collect(),
        kept: card::facts(&text, &sure),
        hidden: kept,
        notebook: notebook::web::plain_head(app, access, &text).await?,
        page: access.signed_in.page(page),
    })
}
