//! Photographed sheets for the invented town: printed pages of its own booklets, written on by the
//! simulator's hand, photographed by the care manager, and sent through the inbox as in life.

use std::path::Path;
use std::time::Duration;

use super::handwriting::{self, Pen};
use super::photograph::{Conditions, Laid, Print, Severity, photograph};
use crate::access::guard::SignedIn;
use crate::access::principal::Principal;
use crate::access::sql::people;
use crate::capture::inbox::{Inbox, Sent, receive, wait_until_read};
use crate::capture::worker::Workers;
use crate::capture::{PhotoName, UploadKey, tap};
use crate::clock::{DAY, HOUR, Instant};
use crate::error::{Doing, Error, Result};
use crate::id::{Id, NotebookNumber};
use crate::print::press::{DotsPerInch, render};
use crate::sheet::design::{Geometry, RegionKind};
use crate::sheet::sql::{find_design, list_sheets};
use crate::web::App;

/// What is written by hand: who wrote, and the lines.
const LINES: [&[&str]; 3] = [
    &["昨夜はよく眠れました。", "朝食は全部食べました。", "夕方に足のむくみあり。"],
    &["血圧 134 78 です。", "お風呂に入りました。", "いいお湯だったそうです。"],
    &["煮物をおいしいと全量。", "ゴミ出し、買い物をしました。", "来週は 10時に行きます。"],
];
/// Resolution of the rendered page, fine enough for a 12-megapixel photo of an A5 page.
const RESOLUTION: DotsPerInch = DotsPerInch(300.0);
/// So long the demonstration waits for a photo to be read.
const PATIENCE: Duration = Duration::from_secs(120);

/// The page of a booklet on which a sheet stands, from 0: cover and guide come first.
fn page_of(sheet: u16) -> usize {
    usize::from(sheet) + 1
}

/// Photographs one page of messages in each of the first notebooks and sends it to the family too.
pub async fn take(
    app: &App,
    (inbox, workers): (&Inbox, &Workers),
    manager: Id,
    booklets: &[(NotebookNumber, &Path)],
) -> Result<()> {
    let house = app.house.clone();
    let staff = app.records.read(move |tx| people::find_staff(tx, &house, manager)).await?;
    let principal = Principal::Staff(staff.ok_or(Error::broken("finding the care manager"))?);
    let signed_in = SignedIn { principal, session: None };
    for (index, ((number, booklet), lines)) in booklets.iter().zip(LINES).enumerate() {
        let number = *number;
        let found = app.records.read(move |tx| message_page(tx, number)).await?;
        let Some((page, geometry)) = found else { continue };
        let pdf = std::fs::read(booklet).doing("reading a booklet")?;
        let seed = 7 + index as u64;
        let made = tokio::task::spawn_blocking(move || picture(&pdf, page, &geometry, lines, seed));
        let jpeg = made.await.doing("photographing a sheet")??;
        let now = app.clock.now();
        let taken = at(now, 2 + index as i64);
        let sent = Sent { id: Id::fresh(now)?, bytes: jpeg, photographed_at: taken, visit: Some(number) };
        let (id, actor) = (sent.id, signed_in.principal.actor());
        receive(app, inbox, actor, sent).await?;
        wait_until_read(app, UploadKey::new(actor, id), PATIENCE).await?;
        tap::send_to_family(app, workers, &signed_in, &[PhotoName { id, part: 0 }]).await?;
    }
    Ok(())
}

fn at(now: Instant, days_ago: i64) -> Instant {
    now.plus(-days_ago * DAY).plus(-HOUR)
}

/// The page of a booklet, from 0, with its first printed sheet of messages, and that sheet's geometry.
pub fn message_page(
    tx: &mut crate::store::tx::Tx<'_>,
    notebook: NotebookNumber,
) -> Result<Option<(usize, Geometry)>> {
    let sheets = list_sheets(tx, notebook)?;
    let Some(sheet) = sheets.into_iter().find(|sheet| sheet.design == "exchange-log") else {
        return Ok(None);
    };
    let geometry = find_design(tx, &sheet.design, &sheet.revision)?;
    Ok(geometry.map(|geometry| (page_of(sheet.sheet), geometry)))
}

/// A photo of the page with these lines written into its rows.
pub fn picture(pdf: &[u8], page: usize, geometry: &Geometry, lines: &[&str], seed: u64) -> Result<Vec<u8>> {
    let page = render(pdf, page, RESOLUTION)?;
    let mut print = Print::new(page, geometry.width, geometry.height);
    let rows = geometry
        .regions
        .iter()
        .filter(|region| region.kind == RegionKind::Row && !region.name.ends_with("-head"));
    for ((row, line), seed) in rows.zip(lines).zip(seed * 100..) {
        handwriting::write(&mut print, line, row.area, Pen::Ballpoint, seed);
    }
    let conditions = Conditions::drawn(seed, Severity::Gentle);
    Ok(photograph(&[Laid::alone(&print, &conditions)], &conditions).jpeg)
}

/// A page as it is, as a JPEG.
pub fn snapshot(page: &image::RgbImage) -> Result<Vec<u8>> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    page.write_to(&mut bytes, image::ImageFormat::Jpeg).doing("writing a picture")?;
    Ok(bytes.into_inner())
}
