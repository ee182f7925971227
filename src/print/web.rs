//! Orders carried out: the notebook's rows are read, the paper is typeset and every code on it proved,
//! then what was printed is noted in one transaction with the diary, and only then given out.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use tokio::sync::{Mutex, Semaphore};

use super::order::{self, DESIGN_CHANGED, EMERGENCY, Facts, Laid, Making, Order, Origin, Piece};
use super::press::{Arrangement, Document, NotebookFace, Press, Purpose, Refusal, Typeset, prove};
use super::sql::filled::{self, Knows};
use super::{Codes, Generations, check_place};
use crate::access::family::slip_secret;
use crate::access::principal::{Office, Relative};
use crate::access::sql::session::Invitation;
use crate::access::sql::{grant, people};
use crate::audit::{self, Act};
use crate::clock::Instant;
use crate::error::{Advice, Error, Fault, Result};
use crate::id::{Actor, Id, NotebookNumber};
use crate::notebook;
use crate::sheet::code::{Carrier, CarrierKind};
use crate::sheet::design::Format;
use crate::sheet::sql as sheets;
use crate::store::Scope;
use crate::store::tx::Tx;
use crate::text::{Language, Text, date};
use crate::web::App;

/// So many jobs run at once: each takes one core, and memory for its pages.
const AT_ONCE: usize = 2;

/// Pictures of blank sheets by revision: all booklets are made of the same ones.
type Blanks = HashMap<Vec<u8>, Arc<[u8]>>;

/// The press, with a bound on how many jobs run at once. Clones share it.
#[derive(Clone)]
pub struct Printer {
    press: Arc<Press>,
    turns: Arc<Semaphore>,
    blanks: Arc<Mutex<Blanks>>,
}

impl Printer {
    /// Puts a press into service.
    pub fn new(press: Press) -> Self {
        Self { press: Arc::new(press), turns: Arc::new(Semaphore::new(AT_ONCE)), blanks: Arc::default() }
    }

    /// The characters of a name that cannot be printed, as code points: `U+20BB7`.
    pub fn missing_glyphs(&self, text: &str) -> Vec<String> {
        let missing = self.press.missing_glyphs(text);
        missing.into_iter().map(|character| format!("U+{:04X}", u32::from(character))).collect()
    }

    /// Whether a sheet of this design that was printed with a revision can be printed just so again.
    pub fn prints_again(&self, row: &sheets::PrintedSheet) -> Result<bool> {
        let now = super::revision_bytes(&self.press.revision(&row.design, row.format, row.recto))?;
        Ok(now == row.revision)
    }

    /// What a sheet looks like before anybody writes on it.
    async fn blank(&self, row: &sheets::PrintedSheet) -> Result<Arc<[u8]>> {
        // Held while it is drawn, so that two prints at once draw it once.
        let mut blanks = self.blanks.lock().await;
        if let Some(blank) = blanks.get(&row.revision) {
            return Ok(Arc::clone(blank));
        }
        let (press, design, format, recto) =
            (Arc::clone(&self.press), row.design.clone(), row.format, row.recto);
        let drawn = tokio::task::spawn_blocking(move || press.blank(&design, format, recto)).await;
        let blank: Arc<[u8]> = drawn.map_err(|cause| Error::fault("drawing a blank sheet", cause))??.into();
        blanks.insert(row.revision.clone(), Arc::clone(&blank));
        Ok(blank)
    }

    /// A document without a notebook, typeset and proved.
    pub async fn plain(&self, now: Instant, document: Document) -> Result<Vec<u8>> {
        let (typeset, ()) = self.print(now, move |_| Ok((document, ()))).await?;
        Ok(typeset.pdf)
    }

    /// Makes an order and has it typeset and proved, on a blocking thread and in its turn.
    pub(super) async fn print<T: Send + 'static>(
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

/// Prints one piece for a notebook; the person and whom to call stand on what is printed inside a booklet.
pub async fn print(
    app: &App,
    printer: &Printer,
    notebook: NotebookNumber,
    piece: Piece,
    actor: Actor,
) -> Result<Vec<u8>> {
    print_knowing(app, printer, notebook, (piece, Knows::Person), actor).await
}

/// As [`print()`], with as much of the record inside a booklet as whoever prints may know.
pub async fn print_knowing(
    app: &App,
    printer: &Printer,
    notebook: NotebookNumber,
    (piece, knows): (Piece, Knows),
    actor: Actor,
) -> Result<Vec<u8>> {
    let (origin, now) = (origin(app)?, app.clock.now());
    let is_inside = matches!(piece, Piece::Booklet { .. } | Piece::Added { .. } | Piece::Again { .. });
    let knows = if is_inside { knows } else { Knows::Nothing };
    let (facts, salt) = find_facts(app, notebook, knows, actor).await?;
    let (house, host) = (app.house.clone(), app.site.host.clone());
    let work = move |press: &Press| {
        let codes = Codes::new(&host, &house, salt)?;
        let Order { document, carriers, volume } =
            Making { press, facts: &facts, codes, origin: &origin }.order(&piece)?;
        Ok((document, (carriers, volume)))
    };
    let (typeset, (carriers, volume)) = printer.print(now, work).await?;
    note((app, printer), notebook, carriers, lay(&typeset, volume)?, actor, now).await?;
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

/// The sheet for an emergency: the one that was printed last, or a new one when there is none or its design has
/// changed since.
pub async fn emergency(
    app: &App,
    printer: &Printer,
    notebook: NotebookNumber,
    knows: Knows,
    actor: Actor,
) -> Result<Vec<u8>> {
    let printed = app.records.read(move |tx| sheets::list_sheets(tx, notebook)).await?;
    let last = printed.iter().rev().find(|row| row.design == EMERGENCY).map(|row| row.sheet);
    if let Some(number) = last {
        let again = Piece::Again { from: number, to: number };
        match print_knowing(app, printer, notebook, (again, knows), actor).await {
            Err(Error::Invalid(Advice(advice))) if advice.iter().any(|one| one.message == DESIGN_CHANGED) => {
            }
            outcome => return outcome,
        }
    }
    let added = Piece::Added { designs: vec![EMERGENCY.to_owned()], format: Format::A5 };
    print_knowing(app, printer, notebook, (added, knows), actor).await
}

/// The first volume of a notebook, blank or issued, as it is put into a file.
pub fn first_booklet() -> Piece {
    Piece::Booklet { volume: 1, format: Format::A5, arrangement: Arrangement::Pages }
}

/// Prints what was written; `make` gets what every print of the notebook shows.
pub async fn written(
    app: &App,
    printer: &Printer,
    notebook: NotebookNumber,
    actor: Actor,
    make: impl FnOnce(NotebookFace) -> Document,
) -> Result<Vec<u8>> {
    let (origin, now) = (origin(app)?, app.clock.now());
    let (facts, _) = find_facts(app, notebook, Knows::Nothing, actor).await?;
    let made = make(facts.face(&origin));
    let (typeset, ()) = printer.print(now, move |_| Ok((made, ()))).await?;
    note((app, printer), notebook, vec![], vec![], actor, now).await?;
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
    let (facts, _) = find_facts(app, slip.notebook, Knows::Nothing, actor).await?;
    let link = slip_address(app, slip.id);
    let text = Text::new(app.texts.clone(), Language::Japanese);
    let day = date::month_day_weekday(&text, slip.ends_at.day());
    let until = text.plain1("desk-slip-until", "day", day);
    let recipient = recipient.name.clone();
    let work = move |_: &Press| Ok((order::slip(&facts, &origin, &recipient, &link, until)?, ()));
    let (typeset, ()) = printer.print(now, work).await?;
    note((app, printer), slip.notebook, vec![], vec![], actor, now).await?;
    Ok(typeset.pdf)
}

/// The address that a slip's code leads to.
pub fn slip_address(app: &App, slip: Id) -> String {
    format!("{}/f/{}", app.site.base_url, slip_secret(&app.house, slip))
}

/// What stands on all paper, after the place has been found fit to be printed.
pub(super) fn origin(app: &App) -> Result<Origin> {
    let site = &app.site;
    check_place(&site.base_url, &site.host, site.demo)?;
    Ok(Origin { city: site.city.clone(), telephone: site.telephone.clone(), is_demo: site.demo })
}

/// The rows that an order is made from, and the salt of the notebook's codes; [`Error::NotFound`] for a
/// number that does not exist or was erased.
pub(super) async fn find_facts(
    app: &App,
    notebook: NotebookNumber,
    knows: Knows,
    actor: Actor,
) -> Result<(Facts, [u8; 16])> {
    let opened = match knows {
        Knows::Nothing => None,
        _ => Some(crate::access::guard::open(app, notebook).await?),
    };
    let (house, now) = (app.house.clone(), app.clock.now());
    // Paper is Japanese, whatever the reader's screen says.
    let text = Text::new(app.texts.clone(), Language::Japanese);
    let work = move |tx: &mut Tx<'_>| {
        let ledger = match notebook::sql::find(tx, notebook)? {
            Some(ledger) => ledger,
            None => notebook::sql::find_unbound(tx, notebook)?.ok_or(Error::NotFound)?,
        };
        let salt = notebook::sql::find_salt(tx, notebook)?.ok_or(Error::NotFound)?;
        let mut office = |id: Id| -> Result<Office> {
            people::find_office(tx, &house, id)?.ok_or(Error::broken("finding a notebook's desk"))
        };
        let (desk, fallback) = (office(ledger.desk)?, office(ledger.fallback_desk)?);
        let mut generations = Generations::default();
        for (place, kind) in CarrierKind::ALL.into_iter().enumerate() {
            generations.0[place] = sheets::generation(tx, notebook, kind)?;
        }
        let (printed, loose) = (sheets::list_sheets(tx, notebook)?, sheets::list_loose(tx, notebook)?);
        let profile = opened.as_ref().map(|opened| notebook::sql::find_profile(tx, opened)).transpose()?;
        let filled = match (&opened, profile.iter().flatten().next()) {
            (Some(opened), Some(profile)) => {
                let gate = grant::find_gate(tx, notebook, now)?;
                let is_protected = gate.is_some_and(|gate| gate.is_protected);
                let asked = (profile, knows, is_protected);
                filled::find(tx, (&text, &house, opened), asked, actor, now)?
            }
            _ => BTreeMap::new(),
        };
        let owner = profile.flatten().map(|profile| profile.name);
        Ok((Facts { ledger, generations, printed, loose, desk, fallback, owner, filled }, salt))
    };
    app.records.read(work).await
}

pub(super) fn lay(typeset: &Typeset, volume: u16) -> Result<Vec<Laid>> {
    typeset.pages.iter().flat_map(|page| &page.sheets).map(|sheet| Laid::of(sheet, volume)).collect()
}

/// Notes what was printed: carriers, sheets with the revision of their design, its geometry, the diary.
pub(super) async fn note(
    (app, printer): (&App, &Printer),
    notebook: NotebookNumber,
    carriers: Vec<Carrier>,
    laid: Vec<Laid>,
    actor: Actor,
    now: Instant,
) -> Result<()> {
    let mut blanks = Vec::new();
    for row in laid.iter().filter_map(|sheet| sheet.row.as_ref()) {
        blanks.push((row.design.clone(), row.revision.clone(), printer.blank(row).await?));
    }
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
        for (design, revision, blank) in &blanks {
            if sheets::find_blank(tx, design, revision)?.is_none() {
                sheets::set_blank(tx, design, revision, blank)?;
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
