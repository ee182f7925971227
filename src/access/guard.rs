//! The one guard. [`SignedIn`] is somebody whose two factors were right; [`Access`] is somebody with a
//! live grant on the notebook in the address, and the only way to that notebook's rows in a handler.

use std::marker::PhantomData;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use sha2::{Digest, Sha256};

use super::audience::{Reader, Side};
use super::permission::{Level, Permission, RECENT};
use super::principal::Principal;
use super::session::{Session, Stage};
use super::sql::grant::{Gate, LedgerState};
use super::sql::{grant, people, session};
use crate::audit::{self, Act};
use crate::clock::Instant;
use crate::crypto::Opened;
use crate::error::{Error, Result};
use crate::id::{Actor, ActorKind, Id, NotebookNumber};
use crate::store::tx::Tx;
use crate::store::{Scope, keys};
use crate::web::page::Page;
use crate::web::{App, cookies};

/// The hash under which a secret of a cookie, slip or token is found.
pub fn secret_hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub principal: Principal,
    /// The session of the browser; `None` for an API token.
    pub session: Option<[u8; 32]>,
}

impl SignedIn {
    /// The page with the reader's name.
    pub fn page(&self, page: Page) -> Page {
        let name = display_name(&self.principal, &page.text);
        page.read_by(&name)
    }
}

/// 佐伯 正 医師, 山田 春子さん.
fn display_name(principal: &Principal, text: &crate::text::Text) -> String {
    format!("{}{}", principal.name(), text.plain("web-honorific"))
}

/// The live session of a request's cookie, whatever its stage.
pub async fn live_session(app: &App, parts: &Parts) -> Result<Option<Session>> {
    let Some(secret) = cookies::read(&parts.headers, &app.site, cookies::SESSION) else { return Ok(None) };
    let id = secret_hash(&secret);
    let now = app.clock.now();
    let found = app.records.read(move |tx| session::find_session(tx, id)).await?;
    let live = found.filter(|session| session.is_live(now));
    if live.as_ref().is_some_and(|session| session.is_to_be_noted(now)) {
        app.records.write(Scope::House, move |tx| session::note_session(tx, id, now)).await?;
    }
    Ok(live)
}

async fn find_principal(app: &App, kind: ActorKind, id: Id) -> Result<Option<Principal>> {
    let house = app.house.clone();
    let work = move |tx: &mut Tx<'_>| match kind {
        ActorKind::Staff => Ok(people::find_staff(tx, &house, id)?.map(Principal::Staff)),
        ActorKind::Relative => Ok(people::find_relative(tx, &house, id)?
            .map(|(city, relative)| Principal::Relative { id, city, relative })),
        ActorKind::House => Ok(None),
    };
    app.records.read(work).await
}

async fn token_holder(app: &App, parts: &Parts) -> Result<Option<Id>> {
    let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(secret) = header.and_then(|value| value.strip_prefix("Bearer ")) else { return Ok(None) };
    let (hash, now) = (secret_hash(secret.trim()), app.clock.now());
    app.records.read(move |tx| session::find_token(tx, hash, now)).await
}

impl SignedIn {
    /// Who sends this request, if anybody is signed in.
    pub async fn find(parts: &Parts, app: &App) -> Result<Option<Self>> {
        if parts.uri.path().starts_with("/api/") {
            let Some(staff) = token_holder(app, parts).await? else { return Ok(None) };
            let found = find_principal(app, ActorKind::Staff, staff).await?;
            return Ok(found.map(|principal| Self { principal, session: None }));
        }
        let session = live_session(app, parts).await?.filter(|session| session.stage == Stage::Full);
        let Some(session) = session else { return Ok(None) };
        let found = find_principal(app, session.kind, session.holder).await?;
        Ok(found.map(|principal| Self { principal, session: Some(session.id) }))
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        Self::find(parts, app).await?.ok_or(Error::SignInNeeded)
    }
}

/// Who sends this request, or nobody.
pub struct MaybeSignedIn(pub Option<SignedIn>);

impl FromRequestParts<App> for MaybeSignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        SignedIn::find(parts, app).await.map(Self)
    }
}

/// A permission as a type, so that a handler's signature says what it needs.
pub trait Needs: Send + Sync + 'static {
    const PERMISSION: Permission;
}

macro_rules! needs {
    ($($name:ident),*) => {$(
        #[doc = concat!("The permission `", stringify!($name), "`.")]
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl Needs for $name {
            const PERMISSION: Permission = Permission::$name;
        }
    )*};
}

needs!(ReadSummary, ReadRecent, Write, Photograph, Confirm, Print, ReadDiary, RegisterAndIssue, ManageFamily);

/// Somebody with a live grant that carries the permission, and the opened notebook.
#[derive(Debug, Clone)]
pub struct Access<P> {
    pub signed_in: SignedIn,
    levels: Vec<Level>,
    opened: Opened,
    needs: PhantomData<P>,
}

/// What may be read of a notebook by one reader: what handlers give to queries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub reader: Reader,
    /// Nothing that happened before may be read; `None` for everything.
    pub since: Option<Instant>,
}

impl Window {
    /// What somebody with these levels may read at a moment.
    pub fn of(principal: &Principal, levels: &[Level], now: Instant) -> Self {
        let coordinates = levels.contains(&Level::Coordinator);
        let is_person = levels.iter().any(|level| matches!(level, Level::Person | Level::Guardian));
        let side = match principal {
            Principal::Staff(staff) => Side::Supporter { profession: staff.profession, coordinates },
            Principal::Relative { .. } if is_person => Side::Person,
            Principal::Relative { .. } => Side::Relative,
        };
        let reads_all = levels.iter().any(|level| level.permissions().contains(&Permission::ReadAll));
        let since = if reads_all { None } else { Some(now.plus(-RECENT)) };
        Self { reader: Reader { actor: principal.actor(), side }, since }
    }
}

impl<P> Access<P> {
    /// The notebook with its key, for the closures that read and write its rows.
    pub fn opened(&self) -> Opened {
        self.opened.clone()
    }

    /// The number of the notebook.
    pub fn notebook(&self) -> NotebookNumber {
        self.opened.notebook
    }

    /// Who acts, for the rows and the diary.
    pub fn actor(&self) -> Actor {
        self.signed_in.principal.actor()
    }

    /// `/n/1234-5678-9012`, with what follows.
    pub fn path(&self, rest: &str) -> String {
        format!("/n/{}{rest}", self.opened.notebook)
    }

    /// True when one of the grants carries this permission.
    pub fn may(&self, permission: Permission) -> bool {
        self.levels.iter().any(|level| level.permissions().contains(&permission))
    }

    /// Which side of the notebook the reader stands on.
    pub fn reader(&self) -> Reader {
        self.window(Instant(0)).reader
    }

    /// What this reader may read at this moment.
    pub fn window(&self, now: Instant) -> Window {
        Window::of(&self.signed_in.principal, &self.levels, now)
    }

    /// Writes a view into the diary, before the answer is given.
    pub async fn seen(&self, app: &App, act: Act, subject: Option<Id>) -> Result<()> {
        let (notebook, actor, now) = (self.notebook(), self.actor(), app.clock.now());
        let work = move |tx: &mut Tx<'_>| audit::sql::record_view(tx, notebook, actor, act, subject, now);
        app.records.write(Scope::Notebook(notebook), work).await
    }
}

/// What somebody may do on a notebook at this moment; nothing without a live grant. A notebook of
/// another city, a blank or an erased one, and one that does not exist are all the same: not found.
pub async fn live_levels(
    app: &App,
    principal: &Principal,
    notebook: NotebookNumber,
) -> Result<(Gate, Vec<Level>)> {
    let (principal, now) = (principal.clone(), app.clock.now());
    let found = app.records.read(move |tx| find_levels(tx, &principal, notebook, now)).await?;
    found.ok_or(Error::NotFound)
}

/// As [`live_levels`], inside a transaction; `None` where that is not found.
pub fn find_levels(
    tx: &mut Tx<'_>,
    principal: &Principal,
    notebook: NotebookNumber,
    now: Instant,
) -> Result<Option<(Gate, Vec<Level>)>> {
    let gate = grant::find_gate(tx, notebook, now)?;
    let grants = grant::list(tx, notebook, principal.actor())?;
    let Some(gate) = gate.filter(|gate| gate.city == principal.city()) else { return Ok(None) };
    let open = matches!(gate.state, LedgerState::Issued | LedgerState::Deceased) && !gate.is_paper_only;
    let levels = grants.iter().filter_map(|grant| grant.level_at(now)).filter(|_| open).collect();
    Ok(Some((gate, levels)))
}

/// The notebook with its key from the keys database.
pub async fn open(app: &App, notebook: NotebookNumber) -> Result<Opened> {
    let wrapped = app.keys.read(move |tx| keys::find_notebook(tx, notebook)).await?;
    app.house.open_notebook(notebook, &wrapped.ok_or(Error::NotFound)?)
}

impl<P: Needs> FromRequestParts<App> for Access<P> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Error::NotFound)?;
        let number = params.iter().find(|(name, _)| *name == "notebook").map(|(_, value)| value.to_owned());
        let notebook: NotebookNumber =
            number.and_then(|number| number.parse().ok()).ok_or(Error::NotFound)?;
        let signed_in = SignedIn::from_request_parts(parts, app).await?;
        let (_, levels) = live_levels(app, &signed_in.principal, notebook).await?;
        let allowed = levels.iter().any(|level| level.permissions().contains(&P::PERMISSION));
        match (levels.is_empty(), allowed) {
            (true, _) => Err(Error::NotFound),
            (false, false) => Err(Error::Forbidden),
            (false, true) => {
                let opened = open(app, notebook).await?;
                Ok(Self { signed_in, levels, opened, needs: PhantomData })
            }
        }
    }
}
