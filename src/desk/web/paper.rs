//! What is printed for one notebook: the list, the files, sheets that are added, carriers that are replaced.

use std::collections::HashMap;

use axum::Extension;
use axum::extract::Query;
use serde::Deserialize;

use super::hand::find_slips;
use super::printers::list_of;
use super::{called, path, read_profile};
use crate::access::guard::open;
use crate::audit::{self, Act};
use crate::desk::guard::{AnyHere, IssuedHere};
use crate::desk::paper::{Asked, added};
use crate::desk::view::{PaperChoices, PrintFile, PrintPage, ReplacePage};
use crate::error::{Advice, Error, Result};
use crate::id::NotebookNumber;
use crate::notebook::consent;
use crate::print::machine::Machine;
use crate::print::press::{Arrangement, Calibration, Stock};
use crate::print::web::{Printer, add_sheets};
use crate::print::{self, BOOKLET_PAGES, OPTIONS};
use crate::sheet::code::CarrierKind;
use crate::sheet::design::Format;
use crate::sheet::sql::{self as sheets, PrintedSheet};
use crate::store::Scope;
use crate::store::tx::Tx;
use crate::text::Text;
use crate::web::App;
use crate::web::form::SafeForm;
use crate::web::page::Page;
use crate::web::reply::{Reply, download, see_other, show};
use crate::web::view::{Choice, Field, Link, Symbol};

/// What can be lost and replaced: the word of a form, and the carriers that go with it.
const LOSSES: [(&str, &[CarrierKind]); 3] = [
    ("booklet", &[CarrierKind::Cover, CarrierKind::Sheet]),
    ("case", &[CarrierKind::Case]),
    ("bookmark", &[CarrierKind::Bookmark]),
];

/// `GET /desk/notebooks/{notebook}`: what can be printed for a notebook of this desk.
pub async fn list(app: App, page: Page, here: IssuedHere) -> Result<Reply> {
    show(&print_page(&app, page, &here, None).await?)
}

async fn print_page(app: &App, page: Page, here: &IssuedHere, advice: Option<String>) -> Result<PrintPage> {
    let number = here.ledger.number;
    let profile = read_profile(app, &here.desk, number).await?;
    let work = move |tx: &mut Tx<'_>| Ok((sheets::list_sheets(tx, number)?, sheets::list_loose(tx, number)?));
    let (mut printed, loose) = app.records.read(work).await?;
    printed.retain(|row| !loose.contains(&row.sheet));
    let text = page.text.clone();
    let options = OPTIONS.map(|option| Choice {
        value: option.to_owned(),
        label: print::sheet_title(&text, option).unwrap_or_default(),
        note: String::new(),
        chosen: false,
    });
    let loss = |(kind, _): (&str, _)| Link {
        path: path(number, &format!("/replace?kind={kind}")),
        label: text.plain(&format!("desk-lost-{kind}")),
    };
    let to_file = Choice {
        value: String::new(),
        label: text.plain("desk-print-to-file"),
        note: String::new(),
        chosen: true,
    };
    let printer = |machine: Machine| Choice {
        value: machine.id.to_string(),
        label: machine.place.name,
        note: String::new(),
        chosen: false,
    };
    let printers = list_of(app, &here.desk).await?.into_iter().map(printer);
    let volume = printed.iter().map(|sheet| sheet.volume).max().unwrap_or_default() + 1;
    Ok(PrintPage {
        symbol: Symbol::of(&text, &here.ledger.symbol, &here.ledger.colour),
        number: number.to_string(),
        name: called(&text, &profile),
        advice,
        files: files(app, &text, number).await?,
        choices: paper_choices(&text)?,
        options: options.into(),
        volume: Field { value: volume.to_string(), advice: None },
        sheets: printed.iter().map(|row| sheet_choice(&text, row)).collect(),
        printers: std::iter::once(to_file).chain(printers).collect(),
        losses: LOSSES.map(loss).into(),
        page: here.desk.page(page),
    })
}

/// The files that most people need.
async fn files(app: &App, text: &Text, number: NotebookNumber) -> Result<Vec<PrintFile>> {
    let slips = find_slips(app, number).await?;
    let opened = open(app, number).await?;
    let form = app.records.read(move |tx| consent::sql::find_form(tx, &opened)).await?;
    let file = |picture, what: &str, note: String| PrintFile {
        picture,
        label: text.plain(&format!("desk-print-{what}")),
        note,
        path: path(number, &format!("/print.pdf?what={what}")),
    };
    let noted = |what: &str| text.plain(&format!("desk-print-{what}-note"));
    let mut files = vec![
        file("book", "booklet", text.plain1("desk-print-booklet-note", "pages", BOOKLET_PAGES)),
        file("page", "carriers", noted("carriers")),
        file("card", "card", noted("card")),
        file("bookmark", "bookmark", noted("bookmark")),
    ];
    files.extend(slips.iter().map(|(slip, relative)| {
        let note = text.plain1("desk-print-slip-note", "name", &relative.name);
        PrintFile { path: path(number, &format!("/slips/{}", slip.id)), ..file("house", "slip", note) }
    }));
    files.extend(
        form.map(|_| PrintFile { path: path(number, "/form"), ..file("picture", "form", noted("form")) }),
    );
    Ok(files)
}

/// What can be chosen about paper.
pub fn paper_choices(text: &Text) -> Result<PaperChoices> {
    let choice = |word: &str, message: String, chosen| Choice {
        value: word.to_owned(),
        label: text.plain(&message),
        note: String::new(),
        chosen,
    };
    let format = |format: Format| {
        let word = format.word();
        choice(word, format!("desk-format-{word}"), format == Format::default())
    };
    let arrangement = |arrangement: Arrangement| {
        let word = arrangement.word();
        choice(word, format!("desk-arrangement-{word}"), arrangement == Arrangement::default())
    };
    let stock = |stock: Stock| {
        let chosen = stock.key == "a-one-12";
        Choice { value: stock.key, label: stock.name, note: String::new(), chosen }
    };
    Ok(PaperChoices {
        formats: Format::ALL.map(format).into(),
        arrangements: Arrangement::ALL.map(arrangement).into(),
        stocks: Stock::all()?.into_iter().map(stock).collect(),
    })
}

fn sheet_choice(text: &Text, row: &PrintedSheet) -> Choice {
    let title = print::sheet_title(text, &row.design).unwrap_or_default();
    let label = text.plain2("desk-print-sheet-named", "number", row.sheet, "title", title);
    Choice { value: row.sheet.to_string(), label, note: String::new(), chosen: false }
}

/// `GET /desk/notebooks/{notebook}/print.pdf?what=…`: one piece of paper.
pub async fn file(
    app: App,
    Extension(printer): Extension<Printer>,
    here: AnyHere,
    Query(asked): Query<Asked>,
) -> Result<Reply> {
    let piece = asked.piece(Calibration::default())?;
    let pdf = print::web::print(&app, &printer, here.ledger.number, piece, here.desk.actor()).await?;
    Ok(download("application/pdf", &format!("{}.pdf", asked.what), pdf))
}

/// `POST /desk/notebooks/{notebook}/sheets`: more sheets, each with a number of its own.
pub async fn add(
    app: App,
    page: Page,
    Extension(printer): Extension<Printer>,
    here: IssuedHere,
    SafeForm(typed): SafeForm<HashMap<String, String>>,
) -> Result<Reply> {
    let number = here.ledger.number;
    let format = typed.get("format").and_then(|word| Format::from_word(word)).unwrap_or_default();
    let designs = match added(&typed) {
        Ok(designs) => designs,
        Err(Error::Invalid(Advice(advice))) => {
            let sentence = advice.first().map(|one| page.text.plain(one.message));
            return show(&print_page(&app, page, &here, sentence).await?);
        }
        Err(other) => return Err(other),
    };
    let (from, to) = add_sheets(&app, &printer, number, designs, format, here.desk.actor()).await?;
    Ok(see_other(&path(number, &format!("/print.pdf?what=sheets&from={from}&to={to}"))))
}

/// What was lost.
#[derive(Deserialize)]
pub struct Loss {
    kind: String,
}

impl Loss {
    fn find(&self) -> Result<(&'static str, &'static [CarrierKind])> {
        LOSSES.into_iter().find(|(word, _)| *word == self.kind).ok_or(Error::NotFound)
    }
}

/// `GET /desk/notebooks/{notebook}/replace?kind=case`: what will happen when it is replaced.
pub async fn ask_replace(app: App, page: Page, here: IssuedHere, Query(loss): Query<Loss>) -> Result<Reply> {
    let (kind, _) = loss.find()?;
    let number = here.ledger.number;
    let profile = read_profile(&app, &here.desk, number).await?;
    let text = page.text.clone();
    show(&ReplacePage {
        symbol: Symbol::of(&text, &here.ledger.symbol, &here.ledger.colour),
        number: number.to_string(),
        name: called(&text, &profile),
        kind,
        what: text.plain(&format!("desk-lost-{kind}")),
        effects: ["old", "rest"].map(|key| text.plain(&format!("desk-replace-{key}"))).into(),
        back: path(number, ""),
        page: here.desk.page(page),
    })
}

/// `POST /desk/notebooks/{notebook}/replace`: the old one says that it was replaced; a new one can be printed.
pub async fn replace(app: App, here: IssuedHere, SafeForm(loss): SafeForm<Loss>) -> Result<Reply> {
    let (_, kinds) = loss.find()?;
    let (number, actor, now) = (here.ledger.number, here.desk.actor(), app.clock.now());
    let work = move |tx: &mut Tx<'_>| {
        for kind in kinds {
            sheets::replace(tx, number, *kind, now)?;
        }
        audit::sql::record(tx, number, actor, Act::Replaced, None, now)
    };
    app.records.write(Scope::Notebook(number), work).await?;
    Ok(see_other(&path(number, "")))
}
