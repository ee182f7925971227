//! Where a scan leads: somebody not signed in to the neutral page, staff to the notebook or the page that
//! asks to join, a relative to their view, the desk with a blank booklet to registration.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use super::view::{
    AboutPage, FamilyWayPage, NeutralPage, PaperOnlyPage, ReplacedPage, SupporterWayPage, UnboundPage,
    UnknownPage, WelcomePage,
};
use super::{Meaning, Visit, emergency, sql};
use crate::access::guard::{MaybeSignedIn, SignedIn, live_levels};
use crate::access::principal::Principal;
use crate::access::sql::grant::LedgerState;
use crate::access::sql::people;
use crate::error::{Error, Result};
use crate::id::{Id, NotebookNumber};
use crate::notebook;
use crate::sheet::code::Token;
use crate::store::Scope;
use crate::web::page::Page;
use crate::web::reply::{Reply, see_other, show, with_cookies};
use crate::web::view::Telephone;
use crate::web::{App, cookies};

/// The visit of a browser, from its sealed cookie, while it lasts.
pub struct Visiting(pub Option<Visit>);

impl FromRequestParts<App> for Visiting {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let sealed =
            cookies::read(&parts.headers, &app.site, cookies::VISIT).and_then(|text| cookies::unhex(&text));
        let visit: Option<Visit> = sealed.and_then(|sealed| app.house.open_carried(cookies::VISIT, &sealed));
        Ok(Self(visit.filter(|visit| visit.is_live(app.clock.now()))))
    }
}

/// `GET /Q/{token}`: begins a visit and takes the token out of the address bar. Changes nothing.
pub async fn scan(app: App, Path(text): Path<String>) -> Result<Reply> {
    let now = app.clock.now();
    let nobody = NotebookNumber::from_serial(0).ok_or(Error::broken("making a number"))?;
    let visit = match Token::read(&text) {
        Some(token) => {
            let house = app.house.clone();
            let (meaning, number) = app.records.read(move |tx| sql::verify(tx, &house, &token)).await?;
            Visit::begin(Id::fresh(now)?, meaning, number, now)
        }
        None => Visit::begin(Id::fresh(now)?, Meaning::Unknown, nobody, now),
    };
    let sealed = app.house.seal_carried(cookies::VISIT, &visit)?;
    let cookie = cookies::set(&app.site, cookies::VISIT, &cookies::hex(&sealed), None);
    Ok(with_cookies(see_other("/scan"), &[cookie]))
}

/// `GET /scan`: where the visit leads this reader.
pub async fn lead(
    app: App,
    page: Page,
    Visiting(visit): Visiting,
    MaybeSignedIn(signed_in): MaybeSignedIn,
) -> Result<Reply> {
    let Some(visit) = visit else { return Ok(see_other("/")) };
    let desks = desks(&app, visit.notebook()).await?;
    match (visit.meaning, visit.notebook(), signed_in) {
        (Meaning::Unbound, _, signed_in) => show(&UnboundPage { page, may_send: signed_in.is_some(), desks }),
        (Meaning::Unknown, ..) | (_, None, _) => show(&UnknownPage { page, desks }),
        (Meaning::Replaced, ..) => show(&ReplacedPage { page, desks }),
        (Meaning::Live | Meaning::Emergency, Some(notebook), Some(signed_in)) => {
            lead_reader(app, page, visit, notebook, signed_in).await
        }
        (Meaning::Live | Meaning::Emergency, Some(notebook), None) => {
            let now = app.clock.now();
            let work = move |tx: &mut crate::store::tx::Tx<'_>| {
                sql::count_stranger(tx, Some(notebook), visit.meaning, now)
            };
            app.records.write(Scope::House, work).await?;
            let is_emergency = emergency::find(&app, Some(visit)).await?.is_some();
            show(&NeutralPage { page, is_emergency, desks })
        }
    }
}

/// Leads somebody who is signed in.
async fn lead_reader(
    app: App,
    page: Page,
    visit: Visit,
    notebook: NotebookNumber,
    signed_in: SignedIn,
) -> Result<Reply> {
    let desks = desks(&app, Some(notebook)).await?;
    let is_emergency = emergency::find(&app, Some(visit)).await?.is_some();
    let (gate, levels) = match live_levels(&app, &signed_in.principal, notebook).await {
        Err(Error::NotFound) => return show(&NeutralPage { page, is_emergency, desks }),
        outcome => outcome?,
    };
    let actor = signed_in.principal.actor();
    let is_desk = matches!(&signed_in.principal, Principal::Staff(staff) if staff.office.kind.is_desk());
    match gate.state {
        _ if gate.is_paper_only => show(&PaperOnlyPage { page, photo: false, desks }),
        LedgerState::Blank if is_desk => Ok(see_other(&format!("/desk/register/{notebook}"))),
        LedgerState::Issued | LedgerState::Deceased
            if levels.iter().any(|level| {
                !level.permissions().is_empty() && *level != crate::access::permission::Level::Desk
            }) =>
        {
            let add = move |tx: &mut crate::store::tx::Tx<'_>| {
                sql::add_visit(tx, visit.id, actor, notebook, visit.begun_at)
            };
            app.records.write(Scope::House, add).await?;
            Ok(see_other(&format!("/n/{notebook}")))
        }
        LedgerState::Issued if matches!(signed_in.principal, Principal::Staff(_)) && !gate.is_protected => {
            Ok(see_other("/scan/join"))
        }
        _ => show(&NeutralPage { page, is_emergency, desks }),
    }
}

/// The telephones of a notebook's desk and fallback desk; the city's for a code we do not know.
pub async fn desks(app: &App, notebook: Option<NotebookNumber>) -> Result<Vec<Telephone>> {
    let mut shown = Vec::new();
    if let Some(notebook) = notebook {
        let house = app.house.clone();
        let work = move |tx: &mut crate::store::tx::Tx<'_>| {
            let Some(ledger) = notebook::sql::find(tx, notebook)? else { return Ok(vec![]) };
            let desk = people::find_office(tx, &house, ledger.desk)?;
            let fallback = people::find_office(tx, &house, ledger.fallback_desk)?;
            Ok(desk.into_iter().chain(fallback.filter(|office| office.id != ledger.desk)).collect())
        };
        let offices: Vec<crate::access::principal::Office> = app.records.read(work).await?;
        shown.extend(offices.into_iter().map(|office| Telephone {
            place: office.details.name,
            hours: Some(office.details.hours).filter(|hours| !hours.is_empty()),
            number: office.details.telephone,
        }));
    }
    if shown.is_empty() {
        shown.push(Telephone::of_site(&app.site));
    }
    Ok(shown)
}

/// The welcome of somebody who is not signed in.
pub fn welcome(app: &App, page: Page) -> Result<Reply> {
    show(&WelcomePage { page, desks: vec![Telephone::of_site(&app.site)] })
}

/// `GET /about`: who runs this and what it does.
pub async fn about(app: App, page: Page) -> Result<Reply> {
    show(&AboutPage { page, desks: vec![Telephone::of_site(&app.site)] })
}

async fn desks_of_visit(app: &App, visit: Option<Visit>) -> Result<Vec<Telephone>> {
    desks(app, visit.and_then(|visit| visit.notebook())).await
}

/// `GET /scan/family`: how relatives come in.
pub async fn family(app: App, page: Page, Visiting(visit): Visiting) -> Result<Reply> {
    let desks = desks_of_visit(&app, visit).await?;
    show(&FamilyWayPage { page, desks })
}

/// `GET /scan/supporter`: how supporters come in.
pub async fn supporter(app: App, page: Page, Visiting(visit): Visiting) -> Result<Reply> {
    let desks = desks_of_visit(&app, visit).await?;
    show(&SupporterWayPage { page, desks })
}
