//! Blank booklets: batches, the shelf, and printing them before anyone is registered.

use axum::Extension;
use axum::extract::Path;
use serde::Deserialize;

use super::batch::make_batch;
use super::{path, said};
use crate::access::sql::people;
use crate::desk::NewBatch;
use crate::desk::guard::Desk;
use crate::desk::view::{Batch, BookletsPage, ShelfPage, ShelfRow};
use crate::error::{Advice, Error, Result};
use crate::id::{Id, NotebookNumber};
use crate::notebook::{self, Ledger};
use crate::print::web::{Printer, booklets};
use crate::store::tx::Tx;
use crate::text::{Text, date};
use crate::web::App;
use crate::web::form::SafeForm;
use crate::web::page::Page;
use crate::web::reply::{Reply, download, see_other, show};
use crate::web::view::{Choice, Field, Symbol};

/// The sizes of a batch that the page offers.
const SIZES: [u32; 4] = [1, 10, 20, 50];
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
    match NewBatch::check(typed.count.parse().unwrap_or_default(), &typed.name) {
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
        path: (left > 0).then(|| format!("/desk/booklets/{}", batch.id)),
    };
    let batches = app.records.read(work).await?.into_iter().map(row).collect();
    let counts = SIZES.map(|size| size.to_string()).map(|size| Choice {
        value: size.clone(),
        label: size.clone(),
        note: String::new(),
        chosen: size == typed.count,
    });
    let name = Field { value: typed.name.clone(), advice: said(text, advice, "name") };
    let advice = said(text, advice, "count");
    Ok(BookletsPage { page, advice, counts: counts.into(), name, batches })
}

fn shelf_rows(text: &Text, blanks: Vec<Ledger>) -> Vec<ShelfRow> {
    let row = |ledger: Ledger| ShelfRow {
        symbol: Symbol::of(text, &ledger.symbol, &ledger.colour),
        number: ledger.number.to_string(),
        register_path: format!("/desk/register/{}", ledger.number),
        print_path: path(ledger.number, "/booklet.pdf"),
    };
    blanks.into_iter().map(row).collect()
}

/// `GET /desk/register`: which booklet of the shelf is handed out.
pub async fn choose(app: App, page: Page, desk: Desk) -> Result<Reply> {
    let office = desk.staff.office.id;
    let blanks = app.records.read(move |tx| notebook::sql::list_shelf(tx, office, LISTED)).await?;
    let (name, booklets) = (page.text.plain("desk-shelf"), shelf_rows(&page.text, blanks));
    show(&ShelfPage { page: desk.page(page), name, back: "/desk".into(), print_path: None, booklets })
}

/// A batch of this desk, and its blank notebooks.
async fn find(app: &App, desk: &Desk, batch: &str) -> Result<(String, Vec<Ledger>)> {
    let (id, office): (Id, _) = (batch.parse()?, desk.staff.office.id);
    let work = move |tx: &mut Tx<'_>| {
        let batches = notebook::sql::list_batches(tx, office)?;
        let (batch, _) = batches.into_iter().find(|(batch, _)| batch.id == id).ok_or(Error::NotFound)?;
        Ok((batch.name, notebook::sql::list_blank(tx, id, crate::desk::BATCH_MAX)?))
    };
    app.records.read(work).await
}

/// `GET /desk/booklets/{batch}`: the blank booklets of a batch.
pub async fn read(app: App, page: Page, desk: Desk, Path(batch): Path<String>) -> Result<Reply> {
    let (name, blanks) = find(&app, &desk, &batch).await?;
    let print_path = (!blanks.is_empty()).then(|| format!("/desk/booklets/{batch}/booklets.pdf"));
    let booklets = shelf_rows(&page.text, blanks);
    show(&ShelfPage { page: desk.page(page), name, back: "/desk/booklets".into(), print_path, booklets })
}

/// `GET /desk/booklets/{batch}/booklets.pdf`: all of them in one file.
pub async fn print(
    app: App,
    Extension(printer): Extension<Printer>,
    desk: Desk,
    Path(batch): Path<String>,
) -> Result<Reply> {
    let (_, blanks) = find(&app, &desk, &batch).await?;
    let numbers: Vec<NotebookNumber> = blanks.iter().map(|ledger| ledger.number).collect();
    if numbers.is_empty() {
        return Err(Error::NotFound);
    }
    let pdf = booklets(&app, &printer, &numbers, desk.actor()).await?;
    Ok(download("application/pdf", "booklets.pdf", pdf))
}
