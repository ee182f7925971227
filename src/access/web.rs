//! Signing in and out. Staff give a password, then a one-time password: always two factors.

use axum::extract::Query;
use axum::http::request::Parts;
use serde::Deserialize;

use super::guard::{SignedIn, live_session, secret_hash};
use super::session::{SECOND_FACTOR, STAFF_LONGEST, Session, Stage};
use super::sql::{people, session};
use super::view::{CodePage, SignInPage, SignedOutPage};
use crate::clock::dice;
use crate::crypto::master::hexadecimal;
use crate::crypto::secret;
use crate::error::{Doing, Error, Result};
use crate::id::{ActorKind, Id};
use crate::store::Scope;
use crate::web::form::SafeForm;
use crate::web::page::Page;
use crate::web::reply::{Reply, own_path, see_other, show, with_cookies};
use crate::web::view::{Field, Telephone};
use crate::web::{App, cookies};

/// Where to go on after signing in.
#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    pub next: String,
}

/// `GET /sign-in`.
pub async fn ask_password(app: App, page: Page, Query(Next { next }): Query<Next>) -> Result<Reply> {
    show(&sign_in_page(&app, page, String::new(), &next, None))
}

fn sign_in_page(app: &App, page: Page, email: String, next: &str, advice: Option<String>) -> SignInPage {
    let desk = Telephone::of_site(&app.site);
    let next = own_path(next).to_owned();
    SignInPage { page, email: Field::with(&email), password: Field::default(), advice, next, desk }
}

/// The form of the first step.
#[derive(Deserialize)]
pub struct Password {
    email: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// `POST /sign-in`: the first factor. A mail address that nobody has takes as long as a wrong password.
pub async fn check_password(
    app: App,
    page: Page,
    known: KnownBrowser,
    SafeForm(form): SafeForm<Password>,
) -> Result<Reply> {
    let (house, email) = (app.house.clone(), form.email.clone());
    let finder = hexadecimal(&people::email_finder(&house, &email));
    let found = app.records.read(move |tx| people::find_sign_in(tx, &house, &email)).await?;
    // Strangers who try an address share their own counter: they cannot keep its owner out of a browser
    // that has been used to sign in before.
    let is_known = found.as_ref().is_some_and(|found| known.0 == Some(found.id));
    let key = secret_hash(&format!("password {is_known} {finder}"));
    count(&app, key).await?;
    let (id, hash) = found.map(|found| (found.id, found.password_hash)).unzip();
    let password = form.password.clone();
    let is_right = app.hashed(move || verify_or_waste(&password, hash.as_deref())).await?;
    let Some(staff) = id.filter(|_| is_right) else {
        let advice = page.text.plain("access-sign-in-wrong");
        return show(&sign_in_page(&app, page, form.email, &form.next, Some(advice)));
    };
    forget(&app, key).await?;
    let cookie = begin(&app, ActorKind::Staff, staff, None, Stage::Password, SECOND_FACTOR).await?;
    let next = query(own_path(&form.next))?;
    Ok(with_cookies(see_other(&format!("/sign-in/code?{next}")), &[cookie]))
}

/// `next=…`, with what an address cannot hold written out.
fn query(next: &str) -> Result<String> {
    serde_urlencoded::to_string([("next", next)]).doing("writing an address")
}

/// Verifies a password; without a hash it does the same work and says no.
fn verify_or_waste(password: &str, hash: Option<&str>) -> Result<bool> {
    if password.chars().count() > secret::PASSWORD_MAX {
        return Ok(false);
    }
    match hash {
        Some(hash) => secret::verify(password.as_bytes(), hash),
        None => secret::hash(password.as_bytes()).map(|_| false),
    }
}

/// Counts a try before it is verified; an error when it must wait.
pub async fn count(app: &App, key: [u8; 32]) -> Result<()> {
    let now = app.clock.now();
    match app.records.write(Scope::House, move |tx| session::count_attempt(tx, key, now)).await? {
        Some(wait) => Err(Error::TooMany(wait)),
        None => Ok(()),
    }
}

/// Takes back a try that was no failure, where guesses before it must still count.
pub async fn uncount(app: &App, key: [u8; 32]) -> Result<()> {
    app.records.write(Scope::House, move |tx| session::uncount_attempt(tx, key)).await
}

/// Forgets the tries after a success.
pub async fn forget(app: &App, key: [u8; 32]) -> Result<()> {
    app.records.write(Scope::House, move |tx| session::forget_attempts(tx, key)).await
}

/// Begins a session of so many milliseconds; returns its cookie.
pub(super) async fn begin(
    app: &App,
    kind: ActorKind,
    holder: Id,
    device: Option<Id>,
    stage: Stage,
    lasts: i64,
) -> Result<String> {
    let (secret, now) = (hexadecimal(&dice::<32>()?), app.clock.now());
    let id = secret_hash(&secret);
    let session = Session { id, kind, holder, stage, seen_at: now, ends_at: now.plus(lasts) };
    app.records.write(Scope::House, move |tx| session::add_session(tx, &session, device)).await?;
    Ok(cookies::set(&app.site, cookies::SESSION, &secret, Some(lasts / 1000)))
}

/// `GET /sign-in/code`.
pub async fn ask_code(page: Page, Query(Next { next }): Query<Next>) -> Result<Reply> {
    show(&CodePage { page, code: Field::default(), advice: None, next: own_path(&next).to_owned() })
}

/// The form of the second step.
#[derive(Deserialize)]
pub struct Code {
    code: String,
    #[serde(default)]
    next: String,
}

/// `POST /sign-in/code`: the second factor. Each one-time password is good for one sign-in.
pub async fn check_code(
    app: App,
    page: Page,
    Waiting(waiting): Waiting,
    form: SafeForm<Code>,
) -> Result<Reply> {
    let SafeForm(Code { code, next }) = form;
    let (staff, house, now) = (waiting.holder, app.house.clone(), app.clock.now());
    let key = secret_hash(&format!("code {staff}"));
    count(&app, key).await?;
    let found = app.records.read(move |tx| people::find_sign_in_by_id(tx, &house, staff)).await?;
    let step = found.ok_or(Error::SignInNeeded)?.seed.step(&code, now)?;
    let is_fresh = match step {
        Some(step) => app.records.write(Scope::House, move |tx| people::use_step(tx, staff, step)).await?,
        None => false,
    };
    if !is_fresh {
        let advice = Some(page.text.plain("access-code-wrong"));
        let next = own_path(&next).to_owned();
        return show(&CodePage { page, code: Field::default(), advice, next });
    }
    forget(&app, key).await?;
    let half = waiting.id;
    app.records.write(Scope::House, move |tx| session::remove_session(tx, half)).await?;
    let cookie = begin(&app, ActorKind::Staff, staff, None, Stage::Full, STAFF_LONGEST).await?;
    let known = app.house.seal_carried(cookies::KNOWN, &staff)?;
    let known = cookies::set(&app.site, cookies::KNOWN, &cookies::hex(&known), Some(KNOWN_LASTS));
    Ok(with_cookies(see_other(own_path(&next)), &[cookie, known]))
}

/// A browser is known to an account for so long after a sign-in, in seconds.
const KNOWN_LASTS: i64 = 180 * 24 * 3600;

/// Who last signed in on this browser with both factors.
pub struct KnownBrowser(Option<Id>);

impl axum::extract::FromRequestParts<App> for KnownBrowser {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let sealed = cookies::read(&parts.headers, &app.site, cookies::KNOWN);
        let sealed = sealed.and_then(|text| cookies::unhex(&text));
        Ok(Self(sealed.and_then(|sealed| app.house.open_carried(cookies::KNOWN, &sealed))))
    }
}

/// A session that waits for its second factor.
pub struct Waiting(Session);

impl axum::extract::FromRequestParts<App> for Waiting {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let session = live_session(app, parts).await?;
        session.filter(|session| session.stage == Stage::Password).map(Self).ok_or(Error::SignInNeeded)
    }
}

/// The form of signing out: nothing but where it comes from.
#[derive(Deserialize)]
pub struct Nothing {}

/// `POST /sign-out`.
pub async fn sign_out(app: App, page: Page, signed_in: SignedIn, _: SafeForm<Nothing>) -> Result<Reply> {
    if let Some(id) = signed_in.session {
        app.records.write(Scope::House, move |tx| session::remove_session(tx, id)).await?;
    }
    let gone = [cookies::SESSION, cookies::VISIT].map(|which| cookies::remove(&app.site, which));
    Ok(with_cookies(show(&SignedOutPage { page, idle: false })?, &gone))
}
