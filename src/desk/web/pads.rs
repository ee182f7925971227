//! Pads: loose sheets that are nobody's until somebody photographs one. They are minted and printed in one
//! go, can be printed again, and recalled. A single sheet can be made nobody's again.

use axum::Extension;
use axum::extract::Path;
use serde::Deserialize;

use super::batch::make_batch;
use super::ledger::{TypedRecall, list_runs, set_recalled};
use super::paper::paper_choices;
use super::said;
use crate::access::guard::open;
use crate::access::sql::people;
use crate::capture::give_back::{Release, reasons};
use crate::capture::take_out;
use crate::desk::guard::{Desk, Standing, standing};
use crate::desk::view::{LooseSheetPage, PadPage, PadRow, PadsPage};
use crate::desk::{NewBatch, PAD_MAX, pad_designs, plain_digit};
use crate::error::{Advice, Error, Result};
use crate::id::{Id, NotebookNumber};
use crate::notebook;
use crate::notebook::sql::Batch;
use crate::print;
use crate::print::order::DESIGN_CHANGED;
use crate::print::run::RunOrder;
use crate::print::runs::{self, Runs};
use crate::print::web::Printer;
use crate::sheet::code::PAD_SHEET;
use crate::sheet::sql::{self as sheets, Binding};
use crate::store::tx::Tx;
use crate::text::{Text, date};
use crate::web::App;
use crate::web::form::SafeForm;
use crate::web::page::Page;
use crate::web::reply::{Reply, see_other, show};
use crate::web::view::{Choice, Fact, Field, Symbol};

/// A pad as it was typed.
#[derive(Default, Deserialize)]
pub struct TypedPad {
    count: String,
    design: String,
    format: String,
}

/// `GET /desk/pads`: the pads of this desk.
pub async fn list(app: App, page: Page, desk: Desk) -> Result<Reply> {
    let typed = TypedPad { count: "30".into(), ..TypedPad::default() };
    show(&pads_page(&app, page, &desk, &typed, &Advice::default()).await?)
}

/// `POST /desk/pads`: a new pad; its print begins at once.
pub async fn make(
    app: App,
    page: Page,
    Extension(runs): Extension<Runs>,
    desk: Desk,
    SafeForm(typed): SafeForm<TypedPad>,
) -> Result<Reply> {
    let count: String = typed.count.trim().chars().map(plain_digit).collect();
    let name = print::sheet_title(&page.text, &typed.design).unwrap_or_default();
    match NewBatch::check_pad(count.parse().unwrap_or_default(), &name, &typed.design, &typed.format) {
        Ok(new) => {
            let (batch, _) = make_batch(&app, &desk.staff.office, desk.actor(), &new).await?;
            print_pad(&app, &runs, &desk, batch).await
        }
        Err(Error::Invalid(advice)) => show(&pads_page(&app, page, &desk, &typed, &advice).await?),
        Err(other) => Err(other),
    }
}

async fn print_pad(app: &App, runs: &Runs, desk: &Desk, pad: Id) -> Result<Reply> {
    let (batch, order) = find(app, desk, pad).await?;
    let run = runs::add(app, runs, &batch, order, desk.actor()).await?;
    Ok(see_other(&format!("/desk/runs/{run}")))
}

/// A pad of this desk, and how its sheets are printed.
async fn find(app: &App, desk: &Desk, pad: Id) -> Result<(Batch, RunOrder)> {
    let office = desk.staff.office.id;
    let found = app.records.read(move |tx| notebook::sql::find_batch(tx, pad)).await?;
    let batch = found.filter(|batch| batch.office == office).ok_or(Error::NotFound)?;
    let order = RunOrder::pad(batch.pad.as_ref().ok_or(Error::NotFound)?)?;
    Ok((batch, order))
}

async fn pads_page(
    app: &App,
    page: Page,
    desk: &Desk,
    typed: &TypedPad,
    advice: &Advice,
) -> Result<PadsPage> {
    let (office, house) = (desk.staff.office.id, app.house.clone());
    let work = move |tx: &mut Tx<'_>| {
        let mut found = Vec::new();
        for (batch, used) in notebook::sql::list_pads(tx, office)? {
            let by = people::staff_name(tx, &house, batch.made_by)?.map(|(name, ..)| name);
            found.push((batch, used, by.unwrap_or_default()));
        }
        Ok(found)
    };
    let found = app.records.read(work).await?;
    let text = page.text.clone();
    let row = |(batch, used, by): (Batch, u32, String)| PadRow {
        what: what(&text, &batch),
        total: batch.size,
        used,
        made: date::month_day_weekday(&text, batch.made_at.day()),
        by,
        is_recalled: batch.is_recalled,
        path: pad_path(batch.id),
    };
    let design = |design: &str| Choice {
        value: design.to_owned(),
        label: print::sheet_title(&text, design).unwrap_or_default(),
        note: String::new(),
        chosen: design == typed.design,
    };
    Ok(PadsPage {
        count: Field { value: typed.count.clone(), advice: said(&text, advice, "count") },
        most: PAD_MAX,
        designs: pad_designs().map(design).collect(),
        formats: paper_choices(&text)?.formats,
        pads: found.into_iter().map(row).collect(),
        page: desk.page(page),
    })
}

fn pad_path(pad: Id) -> String {
    format!("/desk/pads/{pad}")
}

/// 血圧の記録・A5.
fn what(text: &Text, batch: &Batch) -> String {
    let format = batch.pad.as_ref().map(|pad| text.plain(&format!("desk-format-{}", pad.format)));
    let title = batch.pad.as_ref().and_then(|pad| print::sheet_title(text, &pad.design));
    format!("{}・{}", title.unwrap_or_else(|| batch.name.clone()), format.unwrap_or_default())
}

/// `GET /desk/pads/{batch}`: one pad.
pub async fn read(app: App, page: Page, desk: Desk, Path(pad): Path<Id>) -> Result<Reply> {
    let (batch, _) = find(&app, &desk, pad).await?;
    let (house, made_by) = (app.house.clone(), batch.made_by);
    let work = move |tx: &mut Tx<'_>| {
        let by = people::staff_name(tx, &house, made_by)?.map(|(name, ..)| name);
        Ok((by, notebook::sql::count_bound(tx, pad)?))
    };
    let (by, used) = app.records.read(work).await?;
    let text = page.text.clone();
    let made = date::month_day_weekday(&text, batch.made_at.day());
    let fact = |word: &str, count: u32| Fact {
        label: text.plain(&format!("desk-pad-{word}")),
        value: text.plain1("desk-pads-sheets", "count", count),
    };
    show(&PadPage {
        name: what(&text, &batch),
        made: text.plain2("desk-booklets-made", "when", made, "by", by.unwrap_or_default()),
        counts: vec![fact("total", batch.size), fact("used", used)],
        is_recalled: batch.is_recalled,
        runs: list_runs(&app, &text, pad).await?,
        path: pad_path(pad),
        page: desk.page(page),
    })
}

/// A form without fields of its own.
#[derive(Deserialize)]
pub struct Nothing {}

/// `POST /desk/pads/{batch}/runs`: the same sheets once more.
pub async fn print_again(
    app: App,
    Extension(runs): Extension<Runs>,
    Extension(printer): Extension<Printer>,
    desk: Desk,
    Path(pad): Path<Id>,
    SafeForm(Nothing {}): SafeForm<Nothing>,
) -> Result<Reply> {
    let (batch, _) = find(&app, &desk, pad).await?;
    let work = move |tx: &mut Tx<'_>| {
        let left = notebook::sql::list_unbound(tx, pad, 1)?;
        left.first().map(|number| sheets::find_sheet(tx, *number, PAD_SHEET)).transpose()
    };
    let printed = app.records.read(work).await?;
    let is_same = printed.iter().flatten().all(|row| printer.prints_again(row).unwrap_or_default());
    if !is_same {
        return Err(Error::advice("", DESIGN_CHANGED));
    }
    let may_be = !batch.is_recalled && printed.is_some();
    if may_be { print_pad(&app, &runs, &desk, pad).await } else { Err(Error::Conflict) }
}

/// `POST /desk/pads/{batch}/recall`: the sheets that are nobody's yet can no longer be anybody's; or this is
/// taken back.
pub async fn recall(
    app: App,
    desk: Desk,
    Path(pad): Path<Id>,
    SafeForm(typed): SafeForm<TypedRecall>,
) -> Result<Reply> {
    let (batch, _) = find(&app, &desk, pad).await?;
    set_recalled(&app, &desk, batch.id, typed.is_wanted()).await?;
    Ok(see_other(&pad_path(pad)))
}

/// A loose sheet of the desk's city that has been printed.
struct LooseSheet {
    number: NotebookNumber,
    design: String,
    /// Whose it is now, and how that notebook stands to this desk.
    bound: Option<(Binding, Standing)>,
}

async fn find_sheet(app: &App, desk: &Desk, number: &str) -> Result<LooseSheet> {
    let (number, city): (NotebookNumber, _) = (number.parse()?, desk.staff.city);
    let work = move |tx: &mut Tx<'_>| {
        let ledger = notebook::sql::find_unbound(tx, number)?.filter(|ledger| ledger.city == city);
        let printed = sheets::find_sheet(tx, number, PAD_SHEET)?;
        Ok((ledger, printed, sheets::find_binding(tx, number)?))
    };
    let (ledger, printed, bound) = app.records.read(work).await?;
    let number = ledger.ok_or(Error::NotFound)?.number;
    let bound = match bound {
        Some(bound) => Some((bound, standing(app, desk, bound.notebook).await?)),
        None => None,
    };
    Ok(LooseSheet { number, design: printed.ok_or(Error::NotFound)?.design, bound })
}

/// Path of a loose sheet at the desk.
pub(super) fn sheet_path(number: NotebookNumber) -> String {
    format!("/desk/sheets/{number}")
}

/// `GET /desk/sheets/{number}`: a loose sheet, found by the number on it.
pub async fn read_sheet(app: App, page: Page, desk: Desk, Path(number): Path<String>) -> Result<Reply> {
    let LooseSheet { number, design, bound } = find_sheet(&app, &desk, &number).await?;
    let text = page.text.clone();
    let owner = match &bound {
        Some((_, Standing::Ours(ledger))) => {
            Some((Symbol::of(&text, &ledger.symbol, &ledger.colour), ledger.number.to_string()))
        }
        _ => None,
    };
    show(&LooseSheetPage {
        number: number.to_string(),
        what: print::sheet_title(&text, &design).unwrap_or_default(),
        is_elsewhere: bound.is_some() && owner.is_none(),
        owner,
        reasons: reasons(&text),
        page: desk.page(page),
    })
}

/// `POST /desk/sheets/{number}/release`: the sheet is nobody's again, and its photos go back to who took them.
pub async fn release_sheet(
    app: App,
    desk: Desk,
    Path(number): Path<String>,
    SafeForm(release): SafeForm<Release>,
) -> Result<Reply> {
    let LooseSheet { number, bound, .. } = find_sheet(&app, &desk, &number).await?;
    let Some((bound, Standing::Ours(_))) = bound else { return Err(Error::NotFound) };
    let opened = open(&app, bound.notebook).await?;
    take_out::release_sheet(&app, opened, bound.sheet, desk.actor(), release.known()?).await?;
    Ok(see_other(&sheet_path(number)))
}
