//! The printers of an office: added, looked at, measured, printed on, and what becomes of a job.

use std::collections::HashMap;
use std::num::NonZeroU16;

use axum::Extension;
use axum::extract::Path;
use serde::Deserialize;

use super::said;
use crate::desk::guard::{AnyHere, Desk};
use crate::desk::paper::Asked;
use crate::desk::view::{JobPage, PrinterPage, PrinterRow, PrintersPage, job_word};
use crate::error::{Advice, Error, Result};
use crate::id::Id;
use crate::print::ipp::media::{Hundredths, Media};
use crate::print::ipp::{
    Description, Fingerprint, JobNumber, JobRequest, Printer, PrinterState, Sides, Trouble,
};
use crate::print::machine::{Machine, Place, calibrate};
use crate::print::press::{CalibrationSheet, Document, paper_of};
use crate::print::web::Printer as Press;
use crate::print::{self, sql};
use crate::store::Scope;
use crate::text::Text;
use crate::web::App;
use crate::web::form::SafeForm;
use crate::web::page::Page;
use crate::web::reply::{Reply, see_other, show};
use crate::web::view::Field;

/// The longest name of a printer, in characters.
const NAME_MAX: usize = 40;

/// The printers of an office.
pub(super) async fn list_of(app: &App, desk: &Desk) -> Result<Vec<Machine>> {
    let (office, house) = (desk.staff.office.id, app.house.clone());
    app.records.read(move |tx| sql::list_printers(tx, &house, office)).await
}

async fn find(app: &App, desk: &Desk, id: &str) -> Result<Machine> {
    let id: Id = id.parse()?;
    list_of(app, desk).await?.into_iter().find(|machine| machine.id == id).ok_or(Error::NotFound)
}

fn path(machine: Id) -> String {
    format!("/desk/printers/{machine}")
}

/// What to do about a trouble, in a sentence.
fn advice(text: &Text, trouble: &Trouble) -> String {
    let word = match trouble {
        Trouble::Address => "address",
        Trouble::NotReachable => "not-reachable",
        Trouble::Unanswered => "unanswered",
        Trouble::NotAPrinter | Trouble::NotAServer => "not-a-printer",
        Trouble::NoSuchPrinter => "no-such-printer",
        Trouble::NeedsPassword => "needs-password",
        Trouble::NeedsEncryption => "needs-encryption",
        Trouble::NotEncrypted => "not-encrypted",
        Trouble::OtherCertificate => "other-certificate",
        Trouble::Refused(_) => "refused",
        Trouble::NotAccepting => "not-accepting",
        Trouble::Busy => "busy",
        Trouble::WrongFormat => "wrong-format",
        Trouble::WrongMedia { .. } => "wrong-media",
        Trouble::OneSidedOnly => "one-sided-only",
        Trouble::UnknownJob => "unknown-job",
        Trouble::TooLate => "too-late",
    };
    text.plain(&format!("desk-trouble-{word}"))
}

/// What a printer is and reports, in sentences.
fn states(text: &Text, described: &Result<Description, Trouble>) -> Vec<String> {
    let description = match described {
        Ok(description) => description,
        Err(trouble) => return vec![advice(text, trouble)],
    };
    let state = match description.state {
        PrinterState::Idle => "idle",
        PrinterState::Printing => "printing",
        PrinterState::Stopped => "stopped",
    };
    let mut sentences = vec![text.plain(&format!("desk-printer-{state}"))];
    sentences.extend(description.problems.iter().map(|problem| problem_sentence(text, *problem)));
    if !description.prints_pdf() {
        sentences.push(text.plain("desk-trouble-wrong-format"));
    }
    sentences
}

fn problem_sentence(text: &Text, problem: crate::print::ipp::Problem) -> String {
    use crate::print::ipp::Problem;
    let word = match problem {
        Problem::MediaEmpty | Problem::MediaNeeded => "paper-empty",
        Problem::MediaLow => "paper-low",
        Problem::MediaJam => "jam",
        Problem::TrayMissing => "tray",
        Problem::CoverOpen => "cover",
        Problem::TonerLow => "toner-low",
        Problem::TonerEmpty => "toner-empty",
        Problem::OutputFull => "output-full",
        Problem::Offline => "offline",
        Problem::Paused | Problem::Held => "paused",
        Problem::TakesLong => "takes-long",
        Problem::Other => "other",
    };
    text.plain(&format!("desk-problem-{word}"))
}

/// A printer as it was typed.
#[derive(Default, Deserialize)]
pub struct TypedPrinter {
    name: String,
    address: String,
}

/// `GET /desk/printers`: the printers, and the form for another one.
pub async fn list(app: App, page: Page, desk: Desk) -> Result<Reply> {
    show(&printers_page(&app, page, &desk, &TypedPrinter::default(), None, &Advice::default()).await?)
}

async fn printers_page(
    app: &App,
    page: Page,
    desk: &Desk,
    typed: &TypedPrinter,
    trouble: Option<String>,
    wrong: &Advice,
) -> Result<PrintersPage> {
    let text = &page.text;
    let row = |machine: Machine| PrinterRow { name: machine.place.name, path: path(machine.id) };
    Ok(PrintersPage {
        printers: list_of(app, desk).await?.into_iter().map(row).collect(),
        name: Field { value: typed.name.clone(), advice: said(text, wrong, "name") },
        address: Field { value: typed.address.clone(), advice: trouble },
        page: desk.page(page),
    })
}

/// `POST /desk/printers`: a printer that answers is added, with the certificate that it shows.
pub async fn add(app: App, page: Page, desk: Desk, SafeForm(typed): SafeForm<TypedPrinter>) -> Result<Reply> {
    let name = typed.name.trim().to_owned();
    if !(1..=NAME_MAX).contains(&name.chars().count()) {
        let Error::Invalid(wrong) = Error::advice("name", "desk-printer-name-wrong") else {
            return Err(Error::broken("advising on a name"));
        };
        return show(&printers_page(&app, page, &desk, &typed, None, &wrong).await?);
    }
    let found = match Printer::at(&typed.address) {
        Ok(printer) => printer.describe().await.map(|description| (printer, description)),
        Err(trouble) => Err(trouble),
    };
    let (printer, description) = match found {
        Ok(found) => found,
        Err(trouble) => {
            let sentence = Some(advice(&page.text, &trouble));
            return show(&printers_page(&app, page, &desk, &typed, sentence, &Advice::default()).await?);
        }
    };
    let certificate = description.certificate.map(|Fingerprint(bytes)| bytes);
    let place = Place { name, address: printer.address.to_string(), certificate };
    let (id, office, house, now) =
        (Id::fresh(app.clock.now())?, desk.staff.office.id, app.house.clone(), app.clock.now());
    let work = move |tx: &mut crate::store::tx::Tx<'_>| sql::add_printer(tx, &house, office, id, &place, now);
    app.records.write(Scope::House, work).await?;
    Ok(see_other(&path(id)))
}

/// `GET /desk/printers/{printer}`: how it is.
pub async fn read(app: App, page: Page, desk: Desk, Path(printer): Path<String>) -> Result<Reply> {
    let machine = find(&app, &desk, &printer).await?;
    show(&printer_page(page, &desk, machine, None).await?)
}

async fn printer_page(
    page: Page,
    desk: &Desk,
    machine: Machine,
    wrong: Option<String>,
) -> Result<PrinterPage> {
    let described = match machine.printer() {
        Ok(printer) => printer.describe().await,
        Err(trouble) => Err(trouble),
    };
    let text = page.text.clone();
    let calibration = machine.calibration;
    Ok(PrinterPage {
        name: machine.place.name.clone(),
        make: described.as_ref().map(|it| it.make.clone()).unwrap_or_default(),
        address: machine.place.address.clone(),
        states: states(&text, &described),
        is_two_sided: described.as_ref().is_ok_and(Description::is_two_sided),
        measured: [("left", 20.0), ("top", 20.0), ("distance", 150.0)].map(|(key, usual)| {
            let value = match key {
                "left" => (usual - calibration.x) / calibration.scale,
                "top" => (usual - calibration.y) / calibration.scale,
                _ => usual / calibration.scale,
            };
            Field { value: format!("{value:.1}"), advice: None }
        }),
        wrong,
        path: path(machine.id),
        page: desk.page(page),
    })
}

/// `POST /desk/printers/{printer}/test`: the calibration sheet is printed on it.
pub async fn test(
    app: App,
    page: Page,
    Extension(press): Extension<Press>,
    desk: Desk,
    Path(printer): Path<String>,
    SafeForm(_): SafeForm<HashMap<String, String>>,
) -> Result<Reply> {
    let machine = find(&app, &desk, &printer).await?;
    let city = app.site.city.clone();
    let document = Document::CalibrationSheet(CalibrationSheet { city });
    let pdf = press.plain(app.clock.now(), document).await?;
    send(&app, page, &desk, machine, &pdf, Sides::OneSided).await
}

/// What was measured, in millimetres.
#[derive(Deserialize)]
pub struct Measured {
    left: String,
    top: String,
    distance: String,
}

/// `POST /desk/printers/{printer}/calibration`: what was measured on the calibration sheet.
pub async fn measure(
    app: App,
    page: Page,
    desk: Desk,
    Path(printer): Path<String>,
    SafeForm(typed): SafeForm<Measured>,
) -> Result<Reply> {
    let machine = find(&app, &desk, &printer).await?;
    let number = |typed: &str| -> Option<f64> {
        typed.trim().chars().map(crate::desk::plain_digit).collect::<String>().replace('．', ".").parse().ok()
    };
    let measured = (number(&typed.left), number(&typed.top), number(&typed.distance));
    let calibration = match measured {
        (Some(left), Some(top), Some(distance)) => calibrate(left, top, distance).ok(),
        _ => None,
    };
    let Some(calibration) = calibration else {
        let wrong = Some(page.text.plain("desk-printer-measured-wrong"));
        return show(&printer_page(page, &desk, machine, wrong).await?);
    };
    let id = machine.id;
    app.records.write(Scope::House, move |tx| sql::set_calibration(tx, id, calibration)).await?;
    Ok(see_other(&path(id)))
}

/// `POST /desk/printers/{printer}/remove`: it is offered no longer; it can be added again.
pub async fn remove(
    app: App,
    desk: Desk,
    Path(printer): Path<String>,
    SafeForm(_): SafeForm<HashMap<String, String>>,
) -> Result<Reply> {
    let id = find(&app, &desk, &printer).await?.id;
    app.records.write(Scope::House, move |tx| sql::remove_printer(tx, id)).await?;
    Ok(see_other("/desk/printers"))
}

/// `POST /desk/notebooks/{notebook}/print`: one piece of paper, on a printer or as a file.
pub async fn print(
    app: App,
    page: Page,
    Extension(press): Extension<Press>,
    here: AnyHere,
    SafeForm(asked): SafeForm<Asked>,
) -> Result<Reply> {
    let notebook = here.ledger.number;
    if asked.printer.is_empty() {
        let query = serde_urlencoded::to_string(&asked).map_err(|_| Error::NotFound)?;
        return Ok(see_other(&format!("/desk/notebooks/{notebook}/print.pdf?{query}")));
    }
    let machine = find(&app, &here.desk, &asked.printer).await?;
    let piece = asked.piece(machine.calibration)?;
    let pdf = print::web::print(&app, &press, notebook, piece, here.desk.actor()).await?;
    send(&app, page, &here.desk, machine, &pdf, asked.sides()).await
}

/// Sends a file to a printer, and leads to what becomes of it.
async fn send(
    app: &App,
    page: Page,
    desk: &Desk,
    machine: Machine,
    pdf: &[u8],
    sides: Sides,
) -> Result<Reply> {
    let (width, height) = paper_of(pdf)?;
    let hundredths =
        |length: crate::sheet::design::Millimetres| Hundredths((length.0 * 100.0).round() as u32);
    // Papers are named upright; the printer turns what lies across.
    let [short, long] = if width.0 <= height.0 { [width, height] } else { [height, width] };
    let media = Media::sized([hundredths(short), hundredths(long)]);
    let request = JobRequest { name: Id::fresh(app.clock.now())?, copies: NonZeroU16::MIN, media, sides };
    let sent = match machine.printer() {
        Ok(printer) => printer.print(pdf, &request).await,
        Err(trouble) => Err(trouble),
    };
    match sent {
        Ok(JobNumber(job)) => Ok(see_other(&format!("{}/jobs/{job}", path(machine.id)))),
        Err(trouble) => {
            let sentence = Some(advice(&page.text, &trouble));
            show(&printer_page(page, desk, machine, sentence).await?)
        }
    }
}

/// `GET /desk/printers/{printer}/jobs/{job}`: what becomes of a job.
pub async fn job(
    app: App,
    page: Page,
    desk: Desk,
    Path((printer, job)): Path<(String, i32)>,
) -> Result<Reply> {
    let machine = find(&app, &desk, &printer).await?;
    let found = match machine.printer() {
        Ok(printer) => printer.job(JobNumber(job)).await,
        Err(trouble) => Err(trouble),
    };
    let text = page.text.clone();
    let (state, problems, is_open) = match &found {
        Ok(job) => {
            let word = job_word(job.state);
            let problems = job.problems.iter().map(|problem| problem_sentence(&text, *problem)).collect();
            (text.plain(&format!("desk-job-{word}")), problems, !job.state.is_final())
        }
        Err(trouble) => (advice(&text, trouble), vec![], false),
    };
    let path = path(machine.id);
    show(&JobPage {
        printer: machine.place.name,
        state,
        problems,
        is_open,
        path: format!("{path}/jobs/{job}"),
        back: path,
        page: desk.page(page),
    })
}

/// `POST /desk/printers/{printer}/jobs/{job}/cancel`: takes a job back; what is printed is printed.
pub async fn cancel(
    app: App,
    desk: Desk,
    Path((printer, job)): Path<(String, i32)>,
    SafeForm(_): SafeForm<HashMap<String, String>>,
) -> Result<Reply> {
    let machine = find(&app, &desk, &printer).await?;
    if let Ok(printer) = machine.printer()
        && let Err(trouble) = printer.cancel(JobNumber(job)).await
    {
        // The page that follows says how the job is.
        tracing::info!(%trouble, "a job was not cancelled");
    }
    Ok(see_other(&format!("{}/jobs/{job}", path(machine.id))))
}
