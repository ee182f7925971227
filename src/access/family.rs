//! A relative's phone: registered once with the desk's slip and a PIN, opened afterwards with the PIN.
//! The slip's secret is taken out of the address bar at once; tries are counted before they are verified.

use axum::extract::{Path, Query};
use axum::http::request::Parts;
use serde::Deserialize;

use super::guard::secret_hash;
use super::session::{RELATIVE_LONGEST, Stage};
use super::sql::session::{Device, Invitation};
use super::sql::{grant, people, session};
use super::view::{AtTheDeskPage, FamilySlipPage, FamilyUnlockPage, SlipUsedPage};
use super::web::{Next, begin, count, forget};
use crate::audit::{self, Act};
use crate::clock::{DAY, dice};
use crate::crypto::House;
use crate::crypto::master::hexadecimal;
use crate::crypto::secret::{self, same};
use crate::error::{Error, Result};
use crate::id::{Actor, ActorKind, Id};
use crate::store::Scope;
use crate::text::Text;
use crate::web::form::SafeForm;
use crate::web::page::Page;
use crate::web::reply::{Reply, own_path, see_other, show, with_cookies};
use crate::web::view::{Field, Symbol, Telephone};
use crate::web::{App, cookies};

/// A slip allows so many tries of the four digits (DESIGN 8).
pub const SLIP_TRIES: u32 = 5;
/// A slip may be used for so long, in milliseconds.
pub const SLIP_LASTS: i64 = 14 * DAY;
/// A registered browser is kept for so many seconds: 400 days, the longest that browsers allow.
const DEVICE_SECONDS: i64 = 400 * 24 * 3600;
/// Cookie that holds a slip's secret between its address and its form.
const SLIP: &str = "slip";

/// The keyed hash of the digits that a slip asks for.
pub fn answer_hash(house: &House, slip: Id, digits: &str) -> [u8; 32] {
    house.finder("slip", &format!("{slip} {digits}"))
}

/// The secret in the address of a slip: derived from its id with a key that is not in the database, so
/// that the slip can be printed again although its secret stands nowhere. 128 bits.
pub fn slip_secret(house: &House, slip: Id) -> String {
    hexadecimal(&house.finder("slip secret", &slip.to_string())[..16])
}

/// `GET /f/{secret}`: takes the slip's secret out of the address bar.
pub async fn open_slip(app: App, Path(secret): Path<String>) -> Result<Reply> {
    let sealed = app.house.seal_carried(SLIP, &secret)?;
    let cookie = cookies::set(&app.site, SLIP, &cookies::hex(&sealed), Some(3600));
    Ok(with_cookies(see_other("/family/register"), &[cookie]))
}

/// The slip whose secret the browser's cookie holds, if it may still be used.
pub struct Slip(Option<Invitation>);

impl axum::extract::FromRequestParts<App> for Slip {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let sealed = cookies::read(&parts.headers, &app.site, SLIP).and_then(|text| cookies::unhex(&text));
        let secret: Option<String> = sealed.and_then(|sealed| app.house.open_carried(SLIP, &sealed));
        let Some(secret) = secret else { return Ok(Self(None)) };
        let (hash, now) = (secret_hash(&secret), app.clock.now());
        app.records.read(move |tx| session::find_invitation(tx, hash, now)).await.map(Self)
    }
}

fn slip_page(app: &App, page: Page, slip: &Invitation) -> FamilySlipPage {
    let until = crate::text::date::month_day_weekday(&page.text, slip.ends_at.day());
    let desk = Telephone::of_site(&app.site);
    let (digits, pin, pin_again) = Default::default();
    FamilySlipPage { page, until, digits, pin, pin_again, advice: None, desk }
}

/// `GET /family/register`.
pub async fn ask_registration(app: App, page: Page, Slip(slip): Slip) -> Result<Reply> {
    match slip {
        Some(slip) => show(&slip_page(&app, page, &slip)),
        None => show(&SlipUsedPage { page, desk: Telephone::of_site(&app.site) }),
    }
}

/// The form of the registration.
#[derive(Deserialize)]
pub struct Registration {
    digits: String,
    pin: String,
    #[serde(rename = "pin-again")]
    pin_again: String,
}

/// `POST /family/register`: four digits, a PIN, and the phone is registered.
pub async fn register(app: App, page: Page, Slip(slip): Slip, form: SafeForm<Registration>) -> Result<Reply> {
    let Some(slip) = slip else { return show(&SlipUsedPage { page, desk: Telephone::of_site(&app.site) }) };
    let SafeForm(form) = form;
    if let Some(advice) = check_pin(&form.pin, &form.pin_again) {
        let mut shown = slip_page(&app, page, &slip);
        shown.digits = Field::with(&form.digits);
        let sentence = shown.page.text.plain(advice);
        if advice == "access-pin-differs" {
            shown.pin_again.advice = Some(sentence);
        } else {
            shown.pin.advice = Some(sentence);
        }
        return show(&shown);
    }
    let id = slip.id;
    if !app.records.write(Scope::House, move |tx| session::try_invitation(tx, id, SLIP_TRIES)).await? {
        return show(&SlipUsedPage { page, desk: Telephone::of_site(&app.site) });
    }
    if !same(&answer_hash(&app.house, slip.id, &digits_of(&form.digits)), &slip.answer_hash) {
        let mut shown = slip_page(&app, page, &slip);
        shown.digits.advice = Some(shown.page.text.plain("access-slip-digits-wrong"));
        return show(&shown);
    }
    let cookies = add_phone(&app, &slip, &form.pin).await?;
    Ok(with_cookies(see_other("/"), &cookies))
}

fn digits_of(typed: &str) -> String {
    typed
        .chars()
        .filter_map(|character| character.to_digit(10).or_else(|| full_width(character)))
        .map(|digit| digit.to_string())
        .collect()
}

fn full_width(character: char) -> Option<u32> {
    ('０'..='９').contains(&character).then(|| u32::from(character) - u32::from('０'))
}

/// The message key of what is wrong with a PIN.
fn check_pin(pin: &str, again: &str) -> Option<&'static str> {
    let digits: Vec<u8> = pin.bytes().collect();
    let is_weak = digits.windows(2).all(|pair| pair[0] == pair[1])
        || digits.windows(2).all(|pair| pair[1] == pair[0] + 1)
        || digits.windows(2).all(|pair| pair[0] == pair[1] + 1);
    if !(6..=10).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
        Some("access-pin-length")
    } else if is_weak {
        Some("access-pin-weak")
    } else if pin != again {
        Some("access-pin-differs")
    } else {
        None
    }
}

/// Registers the phone and begins its session; returns the cookies.
async fn add_phone(app: &App, slip: &Invitation, pin: &str) -> Result<Vec<String>> {
    let peppered = app.house.peppered(pin);
    let pin = app.hashed(move || secret::hash(&peppered)).await?;
    let (secret, now) = (hexadecimal(&dice::<32>()?), app.clock.now());
    let device = Device { id: Id::fresh(now)?, relative: slip.relative, pin, asked_at: now };
    let (hash, slip, kept) = (secret_hash(&secret), slip.clone(), device.clone());
    let actor = Actor { kind: ActorKind::Relative, id: slip.relative, office: None };
    app.records
        .write(Scope::Notebook(slip.notebook), move |tx| {
            session::use_invitation(tx, slip.id, now)?;
            people::activate_relative(tx, slip.relative)?;
            session::add_device(tx, &kept, hash)?;
            audit::sql::record(tx, slip.notebook, actor, Act::RegisteredPhone, None, now)
        })
        .await?;
    let registered = cookies::set(&app.site, cookies::DEVICE, &secret, Some(DEVICE_SECONDS));
    let (relative, device) = (device.relative, Some(device.id));
    let session = begin(app, ActorKind::Relative, relative, device, Stage::Full, RELATIVE_LONGEST).await?;
    Ok(vec![registered, session, cookies::remove(&app.site, SLIP)])
}

/// The registered browser that a request comes from, if it is one.
pub struct KnownDevice(Option<Device>);

impl axum::extract::FromRequestParts<App> for KnownDevice {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let secret = cookies::read(&parts.headers, &app.site, cookies::DEVICE);
        let Some(hash) = secret.as_deref().map(secret_hash) else { return Ok(Self(None)) };
        app.records.read(move |tx| session::find_device(tx, hash)).await.map(Self)
    }
}

async fn unlock_page(app: &App, page: Page, device: &Device, next: &str) -> Result<FamilyUnlockPage> {
    let actor = Actor { kind: ActorKind::Relative, id: device.relative, office: None };
    let now = app.clock.now();
    let found = app.records.read(move |tx| grant::symbols_of(tx, actor, now)).await?;
    let symbols = found.iter().map(|(symbol, colour)| Symbol::of(&page.text, symbol, colour)).collect();
    let desk = Telephone::of_site(&app.site);
    Ok(FamilyUnlockPage { page, symbols, pin: Field::default(), next: own_path(next).to_owned(), desk })
}

/// `GET /family`: a registered phone is asked for its PIN; any other one is told how to register.
pub async fn ask_pin(
    app: App,
    page: Page,
    KnownDevice(device): KnownDevice,
    Query(Next { next }): Query<Next>,
) -> Result<Reply> {
    match device {
        Some(device) => show(&unlock_page(&app, page, &device, &next).await?),
        None => show(&AtTheDeskPage { page, desk: Telephone::of_site(&app.site) }),
    }
}

/// The form that opens a registered phone.
#[derive(Deserialize)]
pub struct Pin {
    pin: String,
    #[serde(default)]
    next: String,
}

/// `POST /family`: the PIN of a registered phone.
pub async fn unlock(
    app: App,
    page: Page,
    KnownDevice(device): KnownDevice,
    form: SafeForm<Pin>,
) -> Result<Reply> {
    let SafeForm(form) = form;
    let device = device.ok_or(Error::SignInNeeded)?;
    let key = secret_hash(&format!("pin {}", device.id));
    count(&app, key).await?;
    let (peppered, hash) = (app.house.peppered(&digits_of(&form.pin)), device.pin.clone());
    if !app.hashed(move || secret::verify(&peppered, &hash)).await? {
        let mut shown = unlock_page(&app, page, &device, &form.next).await?;
        shown.pin.advice = Some(wrong_pin(&shown.page.text));
        return show(&shown);
    }
    forget(&app, key).await?;
    let (id, now) = (device.id, app.clock.now());
    app.records.write(Scope::House, move |tx| session::note_device(tx, id, now)).await?;
    let (relative, device) = (device.relative, Some(id));
    let cookie = begin(&app, ActorKind::Relative, relative, device, Stage::Full, RELATIVE_LONGEST).await?;
    Ok(with_cookies(see_other(own_path(&form.next)), &[cookie]))
}

fn wrong_pin(text: &Text) -> String {
    text.plain("access-unlock-wrong")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_that_are_short_or_easily_guessed_are_refused() {
        for (pin, advice) in [
            ("12345", "access-pin-length"),
            ("12345678901", "access-pin-length"),
            ("12a456", "access-pin-length"),
            ("111111", "access-pin-weak"),
            ("345678", "access-pin-weak"),
            ("876543", "access-pin-weak"),
        ] {
            assert_eq!(check_pin(pin, pin), Some(advice), "{pin}");
        }
        assert_eq!(check_pin("270914", "270915"), Some("access-pin-differs"));
        assert_eq!(check_pin("270914", "270914"), None);
    }

    #[test]
    fn digits_typed_in_full_width_are_understood() {
        assert_eq!(digits_of("００１２"), "0012");
        assert_eq!(digits_of("00-12 "), "0012");
    }
}
