//! What is handed over: the page after a registration, the slips of relatives, the signed form.

use axum::Extension;
use axum::extract::Path;

use super::{called, path, read_profile};
use crate::access::guard::open;
use crate::access::principal::Relative;
use crate::access::sql::session::Invitation;
use crate::access::sql::{grant, people, session};
use crate::crypto::picture;
use crate::desk::guard::IssuedHere;
use crate::desk::picture_kind;
use crate::desk::view::{DonePage, HandOver};
use crate::error::{Error, Result};
use crate::id::{Id, NotebookNumber};
use crate::notebook::consent;
use crate::print;
use crate::print::web::Printer;
use crate::store::tx::Tx;
use crate::text::{Text, date};
use crate::web::App;
use crate::web::page::Page;
use crate::web::reply::{Reply, bytes, download, show};
use crate::web::view::Symbol;

/// A slip that may still be used, and whom it is for.
pub(super) type Slip = (Invitation, Relative);

pub(super) async fn find_slips(app: &App, notebook: NotebookNumber) -> Result<Vec<Slip>> {
    let (house, now) = (app.house.clone(), app.clock.now());
    let work = move |tx: &mut Tx<'_>| {
        let mut slips = Vec::new();
        for slip in session::list_invitations(tx, notebook, now)? {
            let found = people::find_relative(tx, &house, slip.relative)?;
            slips.extend(found.map(|(_, relative)| (slip, relative)));
        }
        Ok(slips)
    };
    app.records.read(work).await
}

/// `GET /desk/notebooks/{notebook}/done`: what to hand over, and what comes next.
pub async fn done(app: App, page: Page, here: IssuedHere) -> Result<Reply> {
    let (number, now) = (here.ledger.number, app.clock.now());
    let profile = read_profile(&app, &here.desk, number).await?;
    let slips = find_slips(&app, number).await?;
    let gate = app.records.read(move |tx| grant::find_gate(tx, number, now)).await?;
    let is_paper_only = gate.is_some_and(|gate| gate.is_paper_only);
    let text = page.text.clone();
    let symbol = Symbol::of(&text, &here.ledger.symbol, &here.ledger.colour);
    show(&DonePage {
        hand: to_hand_over(&text, &symbol, &slips, is_paper_only),
        symbol,
        number: number.to_string(),
        name: called(&text, &profile),
        birth: date::both_calendars(&text, profile.birth),
        print_path: path(number, ""),
        next: what_comes_next(&text, &slips, is_paper_only),
        page: here.desk.page(page),
    })
}

fn to_hand_over(text: &Text, symbol: &Symbol, slips: &[Slip], is_paper_only: bool) -> Vec<HandOver> {
    let thing = |picture, label, note| HandOver { picture, label, note };
    let mut hand = vec![
        thing("book", text.plain1("desk-done-booklet", "symbol", &symbol.word), String::new()),
        thing("card", text.plain("desk-done-case"), String::new()),
    ];
    if !is_paper_only {
        let note = text.plain("desk-done-bookmark-note");
        hand.push(thing("bookmark", text.plain("desk-done-bookmark"), note));
    }
    hand.extend(slips.iter().map(|(_, relative)| {
        let note = text.plain1("desk-done-slip-note", "name", &relative.name);
        thing("house", text.plain("desk-done-slip"), note)
    }));
    hand
}

fn what_comes_next(text: &Text, slips: &[Slip], is_paper_only: bool) -> Vec<String> {
    if is_paper_only {
        return vec![text.plain("desk-done-paper-next")];
    }
    let slip = |(_, relative): &Slip| text.plain1("desk-done-slip-next", "name", &relative.name);
    slips.iter().map(slip).chain([text.plain("desk-done-team-next")]).collect()
}

/// `GET /desk/notebooks/{notebook}/slips/{slip}`: the slip of one relative, while it may be used.
pub async fn slip(
    app: App,
    Extension(printer): Extension<Printer>,
    here: IssuedHere,
    Path((_, slip)): Path<(String, String)>,
) -> Result<Reply> {
    let id: Id = slip.parse()?;
    let slips = find_slips(&app, here.ledger.number).await?;
    let (slip, relative) = slips.into_iter().find(|(slip, _)| slip.id == id).ok_or(Error::NotFound)?;
    let pdf = print::web::slip(&app, &printer, &slip, &relative, here.desk.actor()).await?;
    Ok(download("application/pdf", "family.pdf", pdf))
}

/// `GET /desk/notebooks/{notebook}/form`: the picture of the signed form.
pub async fn form(app: App, here: IssuedHere) -> Result<Reply> {
    read_profile(&app, &here.desk, here.ledger.number).await?;
    let opened = open(&app, here.ledger.number).await?;
    let found = app.records.read(move |tx| consent::sql::find_form(tx, &opened)).await?;
    let (blob, key) = found.ok_or(Error::NotFound)?;
    let sealed = app.blobs.get(blob).await?.ok_or(Error::broken("finding the picture of a form"))?;
    let picture = picture::open(&key, &sealed)?;
    let kind = picture_kind(&picture).ok_or(Error::broken("reading the picture of a form"))?;
    Ok(bytes(kind, picture))
}
