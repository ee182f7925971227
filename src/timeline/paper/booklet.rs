//! What the care team prints for the booklet with what the record knows: a further volume, and the sheet for an
//! emergency.

use axum::Extension;
use axum::extract::Query;
use serde::Deserialize;

use crate::access::audience::Side;
use crate::access::guard::{Access, Print};
use crate::error::{Error, Result};
use crate::print::order::Piece;
use crate::print::press::Arrangement;
use crate::print::sql::filled::Knows;
use crate::print::web::{Printer, emergency, print_knowing};
use crate::sheet::design::Format;
use crate::sheet::sql as sheets;
use crate::web::App;
use crate::web::reply::{Reply, download};

/// Printing what belongs into the booklet is the team's: it makes sheets.
fn check(access: &Access<Print>) -> Result<()> {
    let is_team = matches!(access.reader().side, Side::Supporter { .. });
    if is_team { Ok(()) } else { Err(Error::Forbidden) }
}

/// Which volume.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The next one when none is named.
    volume: Option<u16>,
}

/// `GET /n/{notebook}/paper/booklet.pdf?volume=2`: the next volume, or the last one again, on the paper of the
/// ones before.
pub async fn print_volume(
    app: App,
    Extension(printer): Extension<Printer>,
    access: Access<Print>,
    Query(asked): Query<Asked>,
) -> Result<Reply> {
    check(&access)?;
    let number = access.notebook();
    let printed = app.records.read(move |tx| sheets::list_sheets(tx, number)).await?;
    let last = printed.iter().map(|row| row.volume).max().unwrap_or_default();
    let next = last.max(1) + 1;
    let volume = asked.volume.unwrap_or(next);
    if volume < 2 || !(last..=next).contains(&volume) {
        return Err(Error::NotFound);
    }
    let of_last = printed.iter().rev().find(|row| row.volume == last);
    let format = of_last.map_or(Format::default(), |row| row.format);
    let piece = Piece::Booklet { volume, format, arrangement: Arrangement::Pages };
    let pdf = print_knowing(&app, &printer, number, (piece, Knows::Contents), access.actor()).await?;
    Ok(download("application/pdf", &format!("booklet-{volume}.pdf"), pdf))
}

/// `GET /n/{notebook}/paper/emergency.pdf`: the sheet for an ambulance crew, with what everyone may read.
pub async fn print_emergency(
    app: App,
    Extension(printer): Extension<Printer>,
    access: Access<Print>,
) -> Result<Reply> {
    check(&access)?;
    let pdf = emergency(&app, &printer, access.notebook(), Knows::Contents, access.actor()).await?;
    Ok(download("application/pdf", "emergency.pdf", pdf))
}
