//! Batches of blank booklets: the ledger of one, its runs and their files, its recall.

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query};
use http_body_util::channel::Channel;
use serde::Deserialize;

use super::paper::paper_choices;
use super::shelf::shelf_rows;
use crate::access::sql::people;
use crate::audit::{self, Act};
use crate::desk::guard::Desk;
use crate::desk::view::{LedgerPage, RunFile, RunPage, RunRow};
use crate::error::{Advice, Error, Result};
use crate::id::Id;
use crate::notebook::{self, sql::Batch};
use crate::print;
use crate::print::run::{Product, Run, RunOrder};
use crate::print::runs::{self, KEPT, Runs};
use crate::print::sql::{self, Part};
use crate::sheet;
use crate::store::Scope;
use crate::store::tx::Tx;
use crate::text::{Text, date};
use crate::web::App;
use crate::web::form::SafeForm;
use crate::web::page::Page;
use crate::web::reply::{Reply, download, see_other, show};
use crate::web::view::{Choice, Fact};

/// So many blank booklets are shown on one screen.
const LISTED: u32 = 50;

/// Which blank booklets of the list are shown.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Shown {
    skip: u32,
}

/// A batch of this desk.
async fn find(app: &App, desk: &Desk, batch: &str) -> Result<Batch> {
    let (id, office): (Id, _) = (batch.parse()?, desk.staff.office.id);
    let found = app.records.read(move |tx| notebook::sql::find_batch(tx, id)).await?;
    found.filter(|batch| batch.office == office && batch.pad.is_none()).ok_or(Error::NotFound)
}

/// `GET /desk/booklets/{batch}`: the ledger of a batch.
pub async fn read(
    app: App,
    page: Page,
    desk: Desk,
    Path(batch): Path<String>,
    Query(shown): Query<Shown>,
) -> Result<Reply> {
    let batch = find(&app, &desk, &batch).await?;
    show(&ledger_page(&app, page, &desk, batch, shown.skip, None).await?)
}

async fn ledger_page(
    app: &App,
    page: Page,
    desk: &Desk,
    batch: Batch,
    skip: u32,
    advice: Option<String>,
) -> Result<LedgerPage> {
    let (house, made_by, id) = (app.house.clone(), batch.made_by, batch.id);
    let work = move |tx: &mut Tx<'_>| {
        let by = people::staff_name(tx, &house, made_by)?.map(|(name, ..)| name);
        let blanks = notebook::sql::list_blank(tx, id, skip, LISTED + 1)?;
        Ok((by, notebook::sql::count_states(tx, id)?, blanks))
    };
    let (by, counts, mut blanks) = app.records.read(work).await?;
    let text = page.text.clone();
    let path = format!("/desk/booklets/{id}");
    let next = (blanks.len() as u32 > LISTED).then(|| format!("{path}?skip={}", skip + LISTED));
    blanks.truncate(LISTED as usize);
    let count = |(state, count): &(crate::access::sql::grant::LedgerState, u32)| Fact {
        label: text.plain(&format!("desk-ledger-{}", state.word())),
        value: text.plain1("desk-ledger-count", "count", count),
    };
    let product = |product: Product| Choice {
        value: product.word().to_owned(),
        label: text.plain(&format!("desk-product-{}", product.word())),
        note: String::new(),
        chosen: product == Product::Booklets,
    };
    let made = date::month_day_weekday(&text, batch.made_at.day());
    Ok(LedgerPage {
        name: batch.name,
        made: text.plain2("desk-booklets-made", "when", made, "by", by.unwrap_or_default()),
        counts: counts.iter().map(count).collect(),
        is_recalled: batch.is_recalled,
        advice,
        products: Product::ALL.map(product).into(),
        choices: paper_choices(&text)?,
        runs: list_runs(app, &text, id).await?,
        booklets: if batch.is_recalled { vec![] } else { shelf_rows(&text, blanks) },
        next,
        path,
        page: desk.page(page),
    })
}

/// The runs of a batch, newest first.
pub(super) async fn list_runs(app: &App, text: &Text, batch: Id) -> Result<Vec<RunRow>> {
    let runs = app.records.read(move |tx| sql::list_runs(tx, batch)).await?;
    Ok(runs.iter().map(|run| run_row(text, run)).collect())
}

fn run_row(text: &Text, run: &Run) -> RunRow {
    RunRow {
        what: what(text, run),
        progress: progress(text, run),
        state: text.plain(&format!("desk-run-{}", run.state.word())),
        when: date::date_and_time(text, run.made_at.in_japan()),
        path: run_path(run.id),
    }
}

/// 20冊のうち 5冊; sheets of a pad are counted as sheets.
fn progress(text: &Text, run: &Run) -> String {
    let key = match run.order.product {
        Product::Pads => "desk-run-progress-pads",
        _ => "desk-run-progress",
    };
    text.plain2(key, "done", run.done, "total", run.total)
}

/// 手帳・A5.
fn what(text: &Text, run: &Run) -> String {
    let product = text.plain(&format!("desk-product-{}", run.order.product.word()));
    match run.order.product {
        Product::Pads => {
            let title = print::sheet_title(text, &run.order.design).unwrap_or_default();
            format!("{title}・{}", text.plain(&format!("desk-format-{}", run.order.format.word())))
        }
        Product::Booklets | Product::Covers => {
            let format = text.plain(&format!("desk-format-{}", run.order.format.word()));
            format!("{product}・{format}")
        }
        _ => product,
    }
}

fn run_path(run: Id) -> String {
    format!("/desk/runs/{run}")
}

/// What a run shall print.
#[derive(Deserialize)]
pub struct TypedRun {
    product: String,
    format: String,
    arrangement: String,
    stock: String,
}

/// `POST /desk/booklets/{batch}/runs`: the whole batch is printed into files.
pub async fn add_run(
    app: App,
    page: Page,
    Extension(runs): Extension<Runs>,
    desk: Desk,
    Path(batch): Path<String>,
    SafeForm(typed): SafeForm<TypedRun>,
) -> Result<Reply> {
    let batch = find(&app, &desk, &batch).await?;
    if batch.is_recalled {
        return Err(Error::Conflict);
    }
    match RunOrder::check(&typed.product, &typed.format, &typed.arrangement, &typed.stock) {
        Ok(order) => {
            let run = runs::add(&app, &runs, &batch, order, desk.actor()).await?;
            Ok(see_other(&run_path(run)))
        }
        Err(Error::Invalid(Advice(advice))) => {
            let sentence = advice.first().map(|one| page.text.plain(one.message));
            show(&ledger_page(&app, page, &desk, batch, 0, sentence).await?)
        }
        Err(other) => Err(other),
    }
}

/// Whether a batch is recalled.
#[derive(Deserialize)]
pub struct TypedRecall {
    recall: String,
}

impl TypedRecall {
    /// It is recalled; otherwise a recall is taken back.
    pub fn is_wanted(&self) -> bool {
        self.recall == "yes"
    }
}

/// `POST /desk/booklets/{batch}/recall`: nobody may be registered onto its blank booklets, and their codes say
/// that they were recalled; or this is taken back.
pub async fn recall(
    app: App,
    desk: Desk,
    Path(batch): Path<String>,
    SafeForm(typed): SafeForm<TypedRecall>,
) -> Result<Reply> {
    let batch = find(&app, &desk, &batch).await?;
    set_recalled(&app, &desk, batch.id, typed.is_wanted()).await?;
    Ok(see_other(&format!("/desk/booklets/{}", batch.id)))
}

/// Recalls what nobody has yet of a batch, or takes the recall back.
pub(super) async fn set_recalled(app: &App, desk: &Desk, batch: Id, is_recalled: bool) -> Result<()> {
    let (actor, now) = (desk.actor(), app.clock.now());
    let work = move |tx: &mut Tx<'_>| {
        if !notebook::sql::set_recalled(tx, batch, is_recalled)? {
            return Ok(());
        }
        for blank in notebook::sql::list_blank(tx, batch, 0, crate::desk::BATCH_MAX)? {
            if sheet::sql::find_binding(tx, blank.number)?.is_some() {
                continue;
            }
            sheet::sql::set_recalled(tx, blank.number, is_recalled, now)?;
            let act = if is_recalled { Act::Recalled } else { Act::TookBackRecall };
            audit::sql::record(tx, blank.number, actor, act, None, now)?;
        }
        Ok(())
    };
    app.records.write(Scope::House, work).await
}

/// A run of this desk.
async fn find_run(app: &App, desk: &Desk, run: &str) -> Result<Run> {
    let (id, office): (Id, _) = (run.parse()?, desk.staff.office.id);
    let found = app.records.read(move |tx| sql::find_run(tx, id)).await?;
    found.filter(|run| run.office == office).ok_or(Error::NotFound)
}

/// `GET /desk/runs/{run}`: how far a run is.
pub async fn read_run(app: App, page: Page, desk: Desk, Path(run): Path<String>) -> Result<Reply> {
    let run = find_run(&app, &desk, &run).await?;
    let (id, batch) = (run.id, run.batch);
    let work = move |tx: &mut Tx<'_>| Ok((sql::list_parts(tx, id)?, notebook::sql::find_batch(tx, batch)?));
    let (parts, batch) = app.records.read(work).await?;
    let text = page.text.clone();
    let path = run_path(id);
    let file = |part: &Part| RunFile {
        name: run.file_name(part.part),
        size: format!("{:.1} MB", part.size as f64 / 1e6),
        path: format!("{path}/files/{}", part.part),
    };
    show(&RunPage {
        name: batch.map(|batch| batch.name).unwrap_or_default(),
        what: what(&text, &run),
        state: text.plain(&format!("desk-run-{}", run.state.word())),
        done: run.done,
        total: run.total,
        progress: progress(&text, &run),
        is_open: run.state.is_open(),
        files: parts.iter().map(file).collect(),
        kept_until: date::month_day_weekday(&text, run.made_at.plus(KEPT).day()),
        back: match run.order.product {
            Product::Pads => format!("/desk/pads/{}", run.batch),
            _ => format!("/desk/booklets/{}", run.batch),
        },
        path,
        page: desk.page(page),
    })
}

/// `POST /desk/runs/{run}/cancel`: stops after the part that is being printed.
pub async fn cancel_run(
    app: App,
    desk: Desk,
    Path(run): Path<String>,
    SafeForm(_): SafeForm<std::collections::HashMap<String, String>>,
) -> Result<Reply> {
    let run = find_run(&app, &desk, &run).await?;
    runs::cancel(&app, run.id).await?;
    Ok(see_other(&run_path(run.id)))
}

/// `GET /desk/runs/{run}/files/{part}`: one file.
pub async fn file(app: App, desk: Desk, Path((run, part)): Path<(String, u32)>) -> Result<Reply> {
    let run = find_run(&app, &desk, &run).await?;
    let id = run.id;
    let parts = app.records.read(move |tx| sql::list_parts(tx, id)).await?;
    let part = parts.into_iter().find(|known| known.part == part).ok_or(Error::NotFound)?;
    let pdf = runs::open_part(&app, &part).await?.ok_or(Error::NotFound)?;
    Ok(download("application/pdf", &run.file_name(part.part), pdf))
}

/// `GET /desk/runs/{run}/files.zip`: all files in one, sent while it is packed, so that memory stays flat.
pub async fn files(app: App, desk: Desk, Path(run): Path<String>) -> Result<Reply> {
    let run = find_run(&app, &desk, &run).await?;
    let id = run.id;
    let parts = app.records.read(move |tx| sql::list_parts(tx, id)).await?;
    if parts.is_empty() {
        return Err(Error::NotFound);
    }
    let (sender, body) = Channel::<Bytes, std::io::Error>::new(4);
    tokio::spawn(super::pack::send(app, run, parts, sender));
    let mut reply = download("application/zip", "print.zip", vec![]);
    *reply.body_mut() = Body::new(body);
    Ok(reply)
}
