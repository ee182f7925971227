//! What the care team prints for the booklet with what the record knows: a further volume, and the sheet for an
//! emergency.

use axum::Extension;
use axum::extract::Query;
use serde::Deserialize;

use crate::access::audience::Side;
use crate::access::guard::{Access, Print};
use crate::access::sql::grant::LedgerState;
use crate::error::{Error, Result};
use crate::notebook;
use crate::print::order::{EMERGENCY, Piece};
use crate::print::press::Arrangement;
use crate::print::sql::filled::Knows;
use crate::print::web::{Printer, emergency, print_knowing};
use crate::sheet::design::Format;
use crate::sheet::sql::{self as sheets, PrintedSheet};
use crate::web::App;
use crate::web::form::SafeForm;
use crate::web::reply::{Reply, download, see_other};

/// What belongs into the booklet is printed by the team, while the notebook is in use. Returns its volumes.
async fn check(app: &App, access: &Access<Print>) -> Result<Vec<PrintedSheet>> {
    if !matches!(access.reader().side, Side::Supporter { .. }) {
        return Err(Error::Forbidden);
    }
    let (ledger, _) = notebook::web::find(app, access).await?;
    if ledger.state != LedgerState::Issued {
        return Err(Error::Forbidden);
    }
    let number = access.notebook();
    app.records.read(move |tx| sheets::list_sheets(tx, number)).await
}

fn last_volume(printed: &[PrintedSheet]) -> u16 {
    printed.iter().map(|row| row.volume).max().unwrap_or_default()
}

fn volume_piece(printed: &[PrintedSheet], volume: u16) -> Piece {
    let of_last = printed.iter().rev().find(|row| row.volume == last_volume(printed));
    let format = of_last.map_or(Format::default(), |row| row.format);
    Piece::Booklet { volume, format, arrangement: Arrangement::Pages }
}

/// Which volume.
#[derive(Deserialize)]
pub struct Asked {
    volume: u16,
}

/// `POST /n/{notebook}/paper/booklet`: makes the next volume, on the paper of the ones before, or prints the last
/// one again.
pub async fn add_volume(
    app: App,
    Extension(printer): Extension<Printer>,
    access: Access<Print>,
    SafeForm(asked): SafeForm<Asked>,
) -> Result<Reply> {
    let printed = check(&app, &access).await?;
    let (last, volume) = (last_volume(&printed), asked.volume);
    if volume < 2 || volume < last || volume > last.max(1) + 1 {
        return Err(Error::NotFound);
    }
    if volume > last {
        let ordered = (volume_piece(&printed, volume), Knows::Contents);
        print_knowing(&app, &printer, access.notebook(), ordered, access.actor()).await?;
    }
    Ok(see_other(&access.path(&format!("/paper/booklet.pdf?volume={volume}"))))
}

/// `GET /n/{notebook}/paper/booklet.pdf?volume=2`: a further volume that was made, as often as needed.
pub async fn print_volume(
    app: App,
    Extension(printer): Extension<Printer>,
    access: Access<Print>,
    Query(asked): Query<Asked>,
) -> Result<Reply> {
    let printed = check(&app, &access).await?;
    if asked.volume < 2 || printed.iter().all(|row| row.volume != asked.volume) {
        return Err(Error::NotFound);
    }
    let ordered = (volume_piece(&printed, asked.volume), Knows::Contents);
    let pdf = print_knowing(&app, &printer, access.notebook(), ordered, access.actor()).await?;
    Ok(download("application/pdf", &format!("booklet-{}.pdf", asked.volume), pdf))
}

/// A form without fields of its own.
#[derive(Deserialize)]
pub struct Nothing {}

/// `POST /n/{notebook}/paper/emergency`: makes the sheet for an ambulance crew where there is none yet.
pub async fn add_emergency(
    app: App,
    Extension(printer): Extension<Printer>,
    access: Access<Print>,
    SafeForm(Nothing {}): SafeForm<Nothing>,
) -> Result<Reply> {
    check(&app, &access).await?;
    emergency(&app, &printer, access.notebook(), Knows::Contents, access.actor()).await?;
    Ok(see_other(&access.path("/paper/emergency.pdf")))
}

/// `GET /n/{notebook}/paper/emergency.pdf`: the sheet that was made, with what everyone may read by now.
pub async fn print_emergency(
    app: App,
    Extension(printer): Extension<Printer>,
    access: Access<Print>,
) -> Result<Reply> {
    let printed = check(&app, &access).await?;
    let last = printed.iter().rev().find(|row| row.design == EMERGENCY).ok_or(Error::NotFound)?;
    let again = (Piece::Again { from: last.sheet, to: last.sheet }, Knows::Contents);
    let pdf = print_knowing(&app, &printer, access.notebook(), again, access.actor()).await?;
    Ok(download("application/pdf", "emergency.pdf", pdf))
}
