//! Orders carried out: the notebook's rows are read, the paper is typeset and every code on it proved,
//! then what was printed is noted in one transaction with the diary, and only then given out.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;
use tokio::sync::Semaphore;

use super::order::{self, EMERGENCY, Facts, Laid, Making, Order, Origin, Piece};
use super::press::{
    Arrangement, Booklets, Carriers, Digest, Document, Extent, Labels, NotebookFace, Press, Purpose, Refusal,
    Typeset, prove,
};
use super::{Codes, Generations, check_place};
use crate::access::family::slip_secret;
use crate::access::principal::{Office, Relative};
use crate::access::sql::people;
use crate::access::sql::session::Invitation;
use crate::audit::{self, Act};
use crate::clock::Instant;
use crate::error::{Error, Fault, Result};
use crate::id::{Actor, Id, NotebookNumber};
use crate::notebook::{self, Profile};
use crate::sheet::code::{Carrier, CarrierKind};
use crate::sheet::design::Format;
use crate::sheet::sql as sheets;
use crate::store::Scope;
use crate::store::tx::Tx;
use crate::text::{Language, Text, date};
use crate::web::App;

/// So many jobs run at once: each takes one core, and memory for its pages.
const AT_ONCE: usize = 2;

/// The press, with a bound on how many jobs run at once. Clones share it.
#[derive(Clone)]
pub struct Printer {
    press: Arc<Press>,
    turns: Arc<Semaphore>,
}

impl Printer {
    /// Puts a press into service.
    pub fn new(press: Press) -> Self {
        Self { press: Arc::new(press), turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// The characters of a name that cannot be printed, as code points: `U+20BB7`.
    pub fn missing_glyphs(&self, text: &str) -> Vec<String> {
        let missing = self.press.missing_glyphs(text);
        missing.into_iter().map(|character| format!("U+{:04X}", u32::from(character))).collect()
    }

    /// A document without a notebook, typeset and proved.
    pub async fn plain(&self, now: Instant, document: Document) -> Result<Vec<u8>> {
        let (typeset, ()) = self.print(now, move |_| Ok((document, ()))).await?;
        Ok(typeset.pdf)
    }

    /// Makes an order and has it typeset and proved, on a blocking thread and in its turn.
    async fn print<T: Send + 'static>(
        &self,
        now: Instant,
        order: impl FnOnce(&Press) -> Result<(Document, T)> + Send + 'static,
    ) -> Result<(Typeset, T)> {
        let turn = self.turns.clone().acquire_owned().await;
        let turn = turn.map_err(|_| Error::broken("waiting to print"))?;
        let press = self.press.clone();
        let done = tokio::task::spawn_blocking(move || {
            let (document, rest) = order(&press)?;
            let typeset = press.typeset(&document, now.day(), Purpose::Paper).map_err(explain)?;
            prove(&typeset)?;
            drop(turn);
            Ok((typeset, rest))
        });
        done.await.map_err(|cause| Error::fault("printing", cause))?
    }
}

/// A name that no font can print is not our fault, and the reader can do something about it.
fn explain(error: Error) -> Error {
    let is_name = |fault: &Fault| {
        let refusal = fault.cause.as_ref().and_then(|cause| cause.downcast_ref::<Refusal>());
        matches!(refusal, Some(Refusal::MissingGlyphs(_)))
    };
    match error {
        Error::Fault(fault) if is_name(&fault) => Error::advice("name", "desk-name-glyph"),
        other => other,
    }
}

/// Prints one piece for a notebook; what the record knows goes onto what is printed inside a booklet.
pub async fn print(
    app: &App,
    printer: &Printer,
    notebook: NotebookNumber,
    piece: Piece,
    actor: Actor,
) -> Result<Vec<u8>> {
    let (origin, now) = (origin(app)?, app.clock.now());
    let is_inside = matches!(piece, Piece::Booklet { .. } | Piece::Added { .. } | Piece::Again { .. });
    let (facts, salt) = find_facts(app, notebook, is_inside).await?;
    let (house, host) = (app.house.clone(), app.site.host.clone());
    let work = move |press: &Press| {
        let codes = Codes::new(&host, &house, salt)?;
        let Order { document, carriers, volume } =
            Making { press, facts: &facts, codes, origin: &origin }.order(&piece)?;
        Ok((document, (carriers, volume)))
    };
    let (typeset, (carriers, volume)) = printer.print(now, work).await?;
    note(app, notebook, carriers, lay(&typeset, volume)?, actor, now).await?;
    Ok(typeset.pdf)
}

/// Prints more sheets; returns the numbers of the first and the last one, under which they can be printed
/// again.
pub async fn add_sheets(
    app: &App,
    printer: &Printer,
    notebook: NotebookNumber,
    designs: Vec<String>,
    format: Format,
    actor: Actor,
) -> Result<(u16, u16)> {
    let count = designs.len();
    print(app, printer, notebook, Piece::Added { designs, format }, actor).await?;
    let printed = app.records.read(move |tx| sheets::list_sheets(tx, notebook)).await?;
    let numbers: Vec<u16> = printed.iter().rev().take(count).map(|row| row.sheet).collect();
    match (numbers.last(), numbers.first()) {
        (Some(first), Some(last)) => Ok((*first, *last)),
        _ => Err(Error::broken("finding the sheets that were just printed")),
    }
}

/// The first volume of a notebook, blank or issued, as it is put into a file.
pub fn first_booklet() -> Piece {
    Piece::Booklet { volume: 1, format: Format::A5, arrangement: Arrangement::Pages }
}

/// Prints booklets, or their covers, of several notebooks into one file.
pub async fn booklets(
    app: &App,
    printer: &Printer,
    notebooks: &[NotebookNumber],
    bound: Bound,
    actor: Actor,
) -> Result<Vec<u8>> {
    let (origin, now) = (origin(app)?, app.clock.now());
    let mut all = Vec::with_capacity(notebooks.len());
    for notebook in notebooks {
        all.push(find_facts(app, *notebook, false).await?);
    }
    let (house, host) = (app.house.clone(), app.site.host.clone());
    let Bound { format, arrangement, extent } = bound;
    let work = move |press: &Press| {
        let made = all.iter().map(|(facts, salt)| {
            let codes = Codes::new(&host, &house, *salt)?;
            Making { press, facts, codes, origin: &origin }.booklet(1, format)
        });
        let (booklets, carriers): (Vec<_>, Vec<_>) = made.collect::<Result<Vec<_>>>()?.into_iter().unzip();
        Ok((Document::Booklets(Booklets { booklets, arrangement, extent }), carriers))
    };
    let (typeset, carriers) = printer.print(now, work).await?;
    let share = typeset.pages.len() / notebooks.len().max(1);
    let pages = typeset.pages.chunks(share.max(1));
    for ((notebook, mut carriers), pages) in notebooks.iter().zip(carriers).zip(pages) {
        if extent == Extent::Covers {
            carriers.truncate(1);
        }
        let sheets = pages.iter().flat_map(|page| &page.sheets);
        let laid = sheets.map(|sheet| Laid::of(sheet, 1)).collect::<Result<_>>()?;
        note(app, *notebook, carriers, laid, actor, now).await?;
    }
    Ok(typeset.pdf)
}

/// Labels for several notebooks, on one stock.
pub type LabelsOf = order::LabelOrder;

/// Prints the labels of several notebooks into one file.
pub async fn labels_of(
    app: &App,
    printer: &Printer,
    notebooks: &[NotebookNumber],
    labels: LabelsOf,
    actor: Actor,
) -> Result<Vec<u8>> {
    let LabelsOf { stock, start, calibration, .. } = labels.clone();
    let piece = Piece::Labels(LabelsOf { start: 1, ..labels });
    let join = move |documents: Vec<Document>| {
        let labels = documents.into_iter().flat_map(|document| match document {
            Document::Labels(labels) => labels.labels,
            _ => vec![],
        });
        Document::Labels(Labels { stock, start, calibration, labels: labels.collect() })
    };
    several(app, printer, notebooks, piece, actor, join).await
}

/// Prints the A4 pages to cut of several notebooks into one file.
pub async fn carriers_of(
    app: &App,
    printer: &Printer,
    notebooks: &[NotebookNumber],
    actor: Actor,
) -> Result<Vec<u8>> {
    let join = |documents: Vec<Document>| {
        let pages = documents.into_iter().flat_map(|document| match document {
            Document::Carriers(carriers) => carriers.pages,
            _ => vec![],
        });
        Document::Carriers(Carriers { pages: pages.collect() })
    };
    several(app, printer, notebooks, Piece::Carriers, actor, join).await
}

/// One piece for each of several notebooks, joined into one document.
async fn several(
    app: &App,
    printer: &Printer,
    notebooks: &[NotebookNumber],
    piece: Piece,
    actor: Actor,
    join: impl FnOnce(Vec<Document>) -> Document + Send + 'static,
) -> Result<Vec<u8>> {
    let (origin, now) = (origin(app)?, app.clock.now());
    let mut all = Vec::with_capacity(notebooks.len());
    for notebook in notebooks {
        all.push(find_facts(app, *notebook, false).await?);
    }
    let (house, host) = (app.house.clone(), app.site.host.clone());
    let work = move |press: &Press| {
        let made = all.iter().map(|(facts, salt)| {
            let codes = Codes::new(&host, &house, *salt)?;
            let order = Making { press, facts, codes, origin: &origin }.order(&piece)?;
            Ok((order.document, order.carriers))
        });
        let (documents, carriers): (Vec<_>, Vec<_>) = made.collect::<Result<Vec<_>>>()?.into_iter().unzip();
        Ok((join(documents), carriers))
    };
    let (typeset, carriers) = printer.print(now, work).await?;
    for (notebook, carriers) in notebooks.iter().zip(carriers) {
        note(app, *notebook, carriers, vec![], actor, now).await?;
    }
    Ok(typeset.pdf)
}

/// How booklets of a batch are laid onto paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bound {
    pub format: Format,
    pub arrangement: Arrangement,
    pub extent: Extent,
}

/// Prints a digest; `make` gets what every print of the notebook shows.
pub async fn digest(
    app: &App,
    printer: &Printer,
    notebook: NotebookNumber,
    actor: Actor,
    make: impl FnOnce(NotebookFace) -> Digest,
) -> Result<Vec<u8>> {
    let (origin, now) = (origin(app)?, app.clock.now());
    let (facts, _) = find_facts(app, notebook, false).await?;
    let made = make(facts.face(&origin));
    let work = move |press: &Press| Ok((Document::Digest(made.printable(press)), ()));
    let (typeset, ()) = printer.print(now, work).await?;
    note(app, notebook, vec![], vec![], actor, now).await?;
    Ok(typeset.pdf)
}

/// Prints the slip of one relative. Its secret is derived from the slip's id, so that it can be printed
/// again without being stored.
pub async fn slip(
    app: &App,
    printer: &Printer,
    slip: &Invitation,
    recipient: &Relative,
    actor: Actor,
) -> Result<Vec<u8>> {
    let (origin, now) = (origin(app)?, app.clock.now());
    let (facts, _) = find_facts(app, slip.notebook, false).await?;
    let link = slip_address(app, slip.id);
    let text = Text::new(app.texts.clone(), Language::Japanese);
    let day = date::month_day_weekday(&text, slip.ends_at.day());
    let until = text.plain1("desk-slip-until", "day", day);
    let recipient = recipient.name.clone();
    let work = move |_: &Press| Ok((order::slip(&facts, &origin, &recipient, &link, until)?, ()));
    let (typeset, ()) = printer.print(now, work).await?;
    note(app, slip.notebook, vec![], vec![], actor, now).await?;
    Ok(typeset.pdf)
}

/// The address that a slip's code leads to.
pub fn slip_address(app: &App, slip: Id) -> String {
    format!("{}/f/{}", app.site.base_url, slip_secret(&app.house, slip))
}

/// What stands on all paper, after the place has been found fit to be printed.
fn origin(app: &App) -> Result<Origin> {
    let site = &app.site;
    check_place(&site.base_url, &site.host, site.demo)?;
    Ok(Origin { city: site.city.clone(), telephone: site.telephone.clone(), is_demo: site.demo })
}

/// The rows that an order is made from, and the salt of the notebook's codes; [`Error::NotFound`] for a
/// number that does not exist or was erased.
async fn find_facts(app: &App, notebook: NotebookNumber, named: bool) -> Result<(Facts, [u8; 16])> {
    let opened = if named { Some(crate::access::guard::open(app, notebook).await?) } else { None };
    let house = app.house.clone();
    let work = move |tx: &mut Tx<'_>| {
        let ledger = notebook::sql::find(tx, notebook)?.ok_or(Error::NotFound)?;
        let salt = notebook::sql::find_salt(tx, notebook)?.ok_or(Error::NotFound)?;
        let mut office = |id: Id| -> Result<Office> {
            people::find_office(tx, &house, id)?.ok_or(Error::broken("finding a notebook's desk"))
        };
        let (desk, fallback) = (office(ledger.desk)?, office(ledger.fallback_desk)?);
        let mut generations = Generations::default();
        for (place, kind) in CarrierKind::ALL.into_iter().enumerate() {
            generations.0[place] = sheets::generation(tx, notebook, kind)?;
        }
        let printed = sheets::list_sheets(tx, notebook)?;
        let profile = opened.as_ref().map(|opened| notebook::sql::find_profile(tx, opened)).transpose()?;
        let owner = profile.flatten();
        let filled = owner.as_ref().map(filled).unwrap_or_default();
        let owner = owner.map(|profile| profile.name);
        Ok((Facts { ledger, generations, printed, desk, fallback, owner, filled }, salt))
    };
    app.records.read(work).await
}

/// What the record knows of the person, for the designs that print it.
fn filled(profile: &Profile) -> BTreeMap<String, serde_json::Value> {
    let text = json!({
        "name": profile.name,
        "kana": profile.kana,
        "birth": date::era_day(profile.birth),
    });
    BTreeMap::from([("profile".to_owned(), text.clone()), (EMERGENCY.to_owned(), text)])
}

fn lay(typeset: &Typeset, volume: u16) -> Result<Vec<Laid>> {
    typeset.pages.iter().flat_map(|page| &page.sheets).map(|sheet| Laid::of(sheet, volume)).collect()
}

/// Notes what was printed: carriers, sheets with the revision of their design, its geometry, the diary.
async fn note(
    app: &App,
    notebook: NotebookNumber,
    carriers: Vec<Carrier>,
    laid: Vec<Laid>,
    actor: Actor,
    now: Instant,
) -> Result<()> {
    let work = move |tx: &mut Tx<'_>| {
        for carrier in &carriers {
            sheets::add_carrier(tx, carrier, now)?;
        }
        for sheet in &laid {
            sheets::add_design(tx, &sheet.revision, &sheet.geometry)?;
            if let Some(row) = &sheet.row {
                note_sheet(tx, notebook, row, now)?;
            }
        }
        audit::sql::record(tx, notebook, actor, Act::Printed, None, now)
    };
    app.records.write(Scope::Notebook(notebook), work).await
}

/// Printing a sheet again notes nothing; a number that another print has taken is a conflict.
fn note_sheet(
    tx: &mut Tx<'_>,
    notebook: NotebookNumber,
    row: &sheets::PrintedSheet,
    now: Instant,
) -> Result<()> {
    match sheets::find_sheet(tx, notebook, row.sheet)? {
        None => sheets::add_sheet(tx, notebook, row, now),
        // A sheet that is printed again stays in its volume.
        Some(known) if known == (sheets::PrintedSheet { volume: known.volume, ..row.clone() }) => Ok(()),
        Some(_) => Err(Error::Conflict),
    }
}
