//! Blank booklets: the batches of an office, and its shelf.

use serde::Deserialize;

use super::batch::make_batch;
use super::{path, said};
use crate::access::sql::people;
use crate::desk::guard::Desk;
use crate::desk::view::{Batch, BookletsPage, ShelfPage, ShelfRow};
use crate::desk::{NewBatch, plain_digit};
use crate::error::{Advice, Error, Result};
use crate::notebook::{self, Ledger};
use crate::store::tx::Tx;
use crate::text::{Text, date};
use crate::web::App;
use crate::web::form::SafeForm;
use crate::web::page::Page;
use crate::web::reply::{Reply, see_other, show};
use crate::web::view::{Field, Symbol};

/// So many blank booklets of the shelf are listed.
const LISTED: u32 = 200;

/// A batch as it was typed.
#[derive(Deserialize)]
pub struct TypedBatch {
    count: String,
    name: String,
}

/// `GET /desk/booklets`: the batches.
pub async fn list(app: App, page: Page, desk: Desk) -> Result<Reply> {
    let typed = TypedBatch { count: "10".into(), name: String::new() };
    show(&booklets_page(&app, desk.page(page), &desk, &typed, &Advice::default()).await?)
}

/// `POST /desk/booklets`: a new batch.
pub async fn make(app: App, page: Page, desk: Desk, SafeForm(typed): SafeForm<TypedBatch>) -> Result<Reply> {
    let count: String = typed.count.trim().chars().map(plain_digit).collect();
    match NewBatch::check(count.parse().unwrap_or_default(), &typed.name) {
        Ok(new) => {
            let (batch, _) = make_batch(&app, &desk.staff.office, desk.actor(), &new).await?;
            Ok(see_other(&format!("/desk/booklets/{batch}")))
        }
        Err(Error::Invalid(advice)) => {
            show(&booklets_page(&app, desk.page(page), &desk, &typed, &advice).await?)
        }
        Err(other) => Err(other),
    }
}

async fn booklets_page(
    app: &App,
    page: Page,
    desk: &Desk,
    typed: &TypedBatch,
    advice: &Advice,
) -> Result<BookletsPage> {
    let (office, house) = (desk.staff.office.id, app.house.clone());
    let work = move |tx: &mut Tx<'_>| {
        let mut found = Vec::new();
        for (batch, left) in notebook::sql::list_batches(tx, office)? {
            let by = people::staff_name(tx, &house, batch.made_by)?.map(|(name, ..)| name);
            found.push((batch, left, by.unwrap_or_default()));
        }
        Ok(found)
    };
    let text = &page.text;
    let row = |(batch, left, by): (notebook::sql::Batch, u32, String)| Batch {
        name: batch.name,
        total: batch.size,
        left,
        made: date::month_day_weekday(text, batch.made_at.day()),
        by,
        is_recalled: batch.is_recalled,
        path: format!("/desk/booklets/{}", batch.id),
    };
    let batches = app.records.read(work).await?.into_iter().map(row).collect();
    let name = Field { value: typed.name.clone(), advice: said(text, advice, "name") };
    let count = Field { value: typed.count.clone(), advice: said(text, advice, "count") };
    Ok(BookletsPage { page, count, name, batches })
}

pub(super) fn shelf_rows(text: &Text, blanks: Vec<Ledger>) -> Vec<ShelfRow> {
    let row = |ledger: Ledger| ShelfRow {
        symbol: Symbol::of(text, &ledger.symbol, &ledger.colour),
        number: ledger.number.to_string(),
        register_path: format!("/desk/register/{}", ledger.number),
        print_path: path(ledger.number, "/print.pdf?what=booklet"),
    };
    blanks.into_iter().map(row).collect()
}

/// `GET /desk/register`: which booklet of the shelf is handed out.
pub async fn choose(app: App, page: Page, desk: Desk) -> Result<Reply> {
    let office = desk.staff.office.id;
    let blanks = app.records.read(move |tx| notebook::sql::list_shelf(tx, office, LISTED)).await?;
    let booklets = shelf_rows(&page.text, blanks);
    show(&ShelfPage { page: desk.page(page), booklets })
}
