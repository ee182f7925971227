//! Who may come to the desk: signed-in staff of an office that hands notebooks out, and nobody else. A
//! notebook there is either blank and of the same city, or one that this very office looks after.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use crate::access::guard::SignedIn;
use crate::access::permission::{Grant, Permission};
use crate::access::principal::{Principal, Staff};
use crate::access::sql::grant::{self, LedgerState};
use crate::error::{Error, Result};
use crate::id::{Actor, NotebookNumber};
use crate::notebook::{self, Ledger};
use crate::store::tx::Tx;
use crate::web::App;
use crate::web::page::Page;

/// Somebody of a desk.
#[derive(Debug, Clone)]
pub struct Desk {
    signed_in: SignedIn,
    pub staff: Staff,
}

impl Desk {
    /// Who acts.
    pub fn actor(&self) -> Actor {
        self.signed_in.principal.actor()
    }

    /// The page with the reader's name.
    pub fn page(&self, page: Page) -> Page {
        self.signed_in.page(page)
    }
}

impl FromRequestParts<App> for Desk {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let signed_in = SignedIn::from_request_parts(parts, app).await?;
        match &signed_in.principal {
            Principal::Staff(staff) if staff.office.kind.is_desk() => {
                let staff = staff.clone();
                Ok(Self { signed_in, staff })
            }
            _ => Err(Error::Forbidden),
        }
    }
}

/// A blank notebook of the desk's city, named in the address.
pub struct BlankHere {
    pub desk: Desk,
    pub ledger: Ledger,
}

/// A notebook that this desk has issued and looks after, named in the address.
pub struct IssuedHere {
    pub desk: Desk,
    pub ledger: Ledger,
}

/// A notebook at the desk: what may be printed.
pub struct AnyHere {
    pub desk: Desk,
    pub ledger: Ledger,
}

/// What a notebook is to a desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nobody is registered on it yet: any desk of the city may.
    Blank(Ledger),
    /// This office looks after it.
    Ours(Ledger),
    /// Another office of the city looks after it, it has ended, or its batch was recalled.
    Elsewhere,
    /// There is no such number in this city.
    Unknown,
}

/// Finds out what a number is to a desk.
pub async fn standing(app: &App, desk: &Desk, notebook: NotebookNumber) -> Result<Standing> {
    let (actor, city, now) = (desk.actor(), desk.staff.city, app.clock.now());
    let work = move |tx: &mut Tx<'_>| {
        let ledger = notebook::sql::find(tx, notebook)?;
        Ok((ledger, grant::list(tx, notebook, actor)?, notebook::sql::is_recalled(tx, notebook)?))
    };
    let (ledger, grants, is_recalled): (Option<Ledger>, Vec<Grant>, bool) = app.records.read(work).await?;
    let Some(ledger) = ledger.filter(|ledger| ledger.city == city) else { return Ok(Standing::Unknown) };
    let levels = grants.iter().filter_map(|grant| grant.level_at(now));
    let may_issue =
        |level: crate::access::permission::Level| level.permissions().contains(&Permission::RegisterAndIssue);
    Ok(match ledger.state {
        LedgerState::Blank if is_recalled => Standing::Elsewhere,
        LedgerState::Blank => Standing::Blank(ledger),
        LedgerState::Issued if levels.into_iter().any(may_issue) => Standing::Ours(ledger),
        _ => Standing::Elsewhere,
    })
}

async fn named(parts: &mut Parts, app: &App) -> Result<(Desk, Standing)> {
    let desk = Desk::from_request_parts(parts, app).await?;
    let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Error::NotFound)?;
    let number =
        params.iter().find(|(name, _)| *name == "notebook").and_then(|(_, value)| value.parse().ok());
    let standing = standing(app, &desk, number.ok_or(Error::NotFound)?).await?;
    Ok((desk, standing))
}

impl FromRequestParts<App> for BlankHere {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        match named(parts, app).await? {
            (desk, Standing::Blank(ledger)) => Ok(Self { desk, ledger }),
            (_, Standing::Ours(_)) => Err(Error::Conflict),
            _ => Err(Error::NotFound),
        }
    }
}

impl FromRequestParts<App> for IssuedHere {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        match named(parts, app).await? {
            (desk, Standing::Ours(ledger)) => Ok(Self { desk, ledger }),
            _ => Err(Error::NotFound),
        }
    }
}

impl FromRequestParts<App> for AnyHere {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        match named(parts, app).await? {
            (desk, Standing::Blank(ledger) | Standing::Ours(ledger)) => Ok(Self { desk, ledger }),
            _ => Err(Error::NotFound),
        }
    }
}
