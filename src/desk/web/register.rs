//! Registering a person onto a blank booklet, beside the signed form.

use axum::Extension;
use serde::Deserialize;

use super::issue::issue;
use super::{TypedDate, birth_date, find_person, path, said};
use crate::access::principal::Relative;
use crate::desk::guard::BlankHere;
use crate::desk::view::RegisterPage;
use crate::desk::{Registration, Ticks, advice_on, picture_kind, typed_date};
use crate::error::{Advice, Error, FieldAdvice, Result};
use crate::notebook::Profile;
use crate::notebook::consent::Signer;
use crate::print::web::Printer;
use crate::text::Text;
use crate::web::App;
use crate::web::page::Page;
use crate::web::reply::{Reply, see_other, show};
use crate::web::upload::SafeUpload;
use crate::web::view::{Choice, Field, Symbol};

/// The pictures that are asked for; phones then turn theirs into one of these.
const ACCEPT: &str = "image/jpeg,image/png,image/webp";

/// The form as it was typed. A box that was not ticked is empty.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Typed {
    reading: String,
    name: String,
    era: String,
    year: String,
    month: String,
    day: String,
    /// Ticked when it is another person with this reading and birth date.
    same: String,
    consent_copy: String,
    consent_offices: String,
    consent_relative: String,
    consent_emergency: String,
    consent_planning: String,
    relative: String,
    relationship: String,
    telephone: String,
    signer: String,
    explained: String,
}

/// The boxes that can be ticked, in the form's order.
const CONSENTS: [&str; 5] = ["copy", "offices", "relative", "emergency", "planning"];

impl Typed {
    fn date(&self) -> TypedDate {
        let [era, year, month, day] = [&self.era, &self.year, &self.month, &self.day].map(String::clone);
        TypedDate { era, year, month, day }
    }

    /// In the order of [`CONSENTS`].
    fn boxes(&self) -> [bool; 5] {
        [
            &self.consent_copy,
            &self.consent_offices,
            &self.consent_relative,
            &self.consent_emergency,
            &self.consent_planning,
        ]
        .map(|ticked| !ticked.is_empty())
    }

    fn ticks(&self) -> Ticks {
        let [copy, offices, relative, emergency, planning] = self.boxes();
        Ticks { copy, offices, relative, emergency, planning }
    }

    fn relatives(&self) -> Vec<Relative> {
        let [name, relationship, telephone] =
            [&self.relative, &self.relationship, &self.telephone].map(|typed| typed.trim().to_owned());
        let is_empty = name.is_empty() && relationship.is_empty() && telephone.is_empty();
        if is_empty { vec![] } else { vec![Relative { name, relationship, telephone }] }
    }

    /// What was meant, or advice for every field that cannot be taken.
    fn understood(&self, here: &BlankHere, today: jiff::civil::Date) -> Result<Registration> {
        let birth = typed_date(&self.era, &self.year, &self.month, &self.day);
        let (ticks, relatives) = (self.ticks(), self.relatives());
        let explained_by = self.explained.trim().to_owned();
        let mut rest = advice_on(ticks, &relatives, &explained_by);
        let profile = match Profile::check(&self.name, &self.reading, birth, today) {
            Ok(profile) if rest.is_empty() => profile,
            Ok(_) => return Err(Error::Invalid(Advice(rest))),
            Err(Error::Invalid(Advice(mut first))) => {
                first.append(&mut rest);
                return Err(Error::Invalid(Advice(first)));
            }
            Err(other) => return Err(other),
        };
        let signer = if self.signer == "proxy" { Signer::Proxy } else { Signer::Person };
        let notebook = here.ledger.number;
        Ok(Registration { notebook, profile, ticks, relatives, signer, explained_by })
    }
}

/// `GET /desk/register/{notebook}`: the form for a booklet of the shelf.
pub async fn ask(page: Page, here: BlankHere) -> Result<Reply> {
    let explained = here.desk.staff.name.clone();
    let typed = Typed { explained, ..Typed::default() };
    show(&register_page(here.desk.page(page), &here, &typed, &Advice::default()))
}

/// `POST /desk/register/{notebook}`: the person is registered, and the notebook issued.
pub async fn register(
    app: App,
    Extension(printer): Extension<Printer>,
    page: Page,
    here: BlankHere,
    upload: SafeUpload<Typed>,
) -> Result<Reply> {
    let SafeUpload { form: typed, files } = upload;
    let form = files.into_iter().find(|file| file.field == "form-photo").map(|file| file.bytes);
    let page = here.desk.page(page);
    let registration = match accept(&app, &printer, &here, &typed, form.as_deref()).await {
        Ok(registration) => registration,
        Err(Error::Invalid(advice)) => {
            let mut shown = register_page(page, &here, &typed, &advice);
            name_glyphs(&printer, &mut shown);
            if form.is_some() && shown.form_advice.is_none() {
                shown.form_advice = Some(shown.page.text.plain("desk-form-again"));
            }
            return show(&shown);
        }
        Err(other) => return Err(other),
    };
    let desk = &here.desk;
    let issued = issue(&app, &desk.staff.office, desk.actor(), &registration, form).await?;
    Ok(see_other(&path(issued.notebook, "/done")))
}

/// The registration, after everything that can be looked at before it is written.
async fn accept(
    app: &App,
    printer: &Printer,
    here: &BlankHere,
    typed: &Typed,
    form: Option<&[u8]>,
) -> Result<Registration> {
    let registration = typed.understood(here, app.clock.now().day())?;
    let refuse = |field, message| Err(Error::Invalid(Advice(vec![FieldAdvice { field, message }])));
    if !printer.missing_glyphs(&registration.profile.name).is_empty() {
        return refuse("name", "desk-name-glyph");
    }
    if registration.relatives.iter().any(|relative| !printer.missing_glyphs(&relative.name).is_empty()) {
        return refuse("relative", "desk-name-glyph");
    }
    if form.is_some_and(|form| picture_kind(form).is_none()) {
        return refuse("form-photo", "desk-form-wrong");
    }
    let (ours, is_elsewhere) = find_person(app, &here.desk, &registration.profile).await?;
    if typed.same.is_empty() && (is_elsewhere || !ours.is_empty()) {
        return refuse("same", "desk-register-same");
    }
    Ok(registration)
}

/// Says which characters of a name cannot be printed.
fn name_glyphs(printer: &Printer, shown: &mut RegisterPage) {
    let text = shown.page.text.clone();
    for field in [&mut shown.name, &mut shown.relative] {
        let points = printer.missing_glyphs(&field.value);
        if !points.is_empty() {
            field.advice = Some(text.plain1("desk-name-glyphs", "points", points.join(", ")));
        }
    }
}

fn register_page(page: Page, here: &BlankHere, typed: &Typed, advice: &Advice) -> RegisterPage {
    let text = &page.text;
    let said = |field| said(text, advice, field);
    let field = |name, value: &String| Field { value: value.clone(), advice: said(name) };
    let whole = said("same").or_else(|| (!advice.0.is_empty()).then(|| text.plain("web-advice-look")));
    RegisterPage {
        step: if advice.0.is_empty() { 2 } else { 3 },
        symbol: Symbol::of(text, &here.ledger.symbol, &here.ledger.colour),
        number: here.ledger.number.to_string(),
        advice: whole,
        reading: field("kana", &typed.reading),
        name: field("name", &typed.name),
        birth: birth_date(text, &typed.date(), said("birth")),
        same: said("same").is_some() || !typed.same.is_empty(),
        consents: consents(text, typed),
        relative: field("relative", &typed.relative),
        relationship: field("relationship", &typed.relationship),
        telephone: field("telephone", &typed.telephone),
        signers: signers(text, &typed.signer),
        explained: field("explained", &typed.explained),
        form_advice: said("form-photo"),
        accept: ACCEPT,
        page,
    }
}

fn consents(text: &Text, typed: &Typed) -> Vec<Choice> {
    let choice = |(what, chosen): (&str, bool)| {
        let note = match what {
            "copy" | "offices" | "relative" => text.plain(&format!("desk-consent-{what}-note")),
            _ => String::new(),
        };
        let label = text.plain(&format!("desk-consent-{what}"));
        Choice { value: format!("consent-{what}"), label, note, chosen }
    };
    CONSENTS.into_iter().zip(typed.boxes()).map(choice).collect()
}

fn signers(text: &Text, typed: &str) -> Vec<Choice> {
    let choice = |who: &str| Choice {
        value: who.into(),
        label: text.plain(&format!("desk-signer-{who}")),
        note: String::new(),
        chosen: (who == "proxy") == (typed == "proxy"),
    };
    ["person", "proxy"].map(choice).into()
}
