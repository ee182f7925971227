//! Orders for several notebooks carried out at once: one file for booklets, covers, labels, pages to cut, and
//! for the sheets of a pad.

use super::Codes;
use super::order::{Facts, LabelOrder, Laid, Making, Piece};
use super::press::{Arrangement, Booklets, Carriers, Document, Extent, Labels, Press, Sheets};
use super::sql::filled::Knows;
use super::web::{Printer, find_facts, lay, note, origin};
use crate::error::Result;
use crate::id::{Actor, NotebookNumber};
use crate::sheet::design::Format;
use crate::web::App;

/// The rows of several notebooks, without what stands inside a booklet.
async fn find_all(app: &App, numbers: &[NotebookNumber], actor: Actor) -> Result<Vec<(Facts, [u8; 16])>> {
    let mut all = Vec::with_capacity(numbers.len());
    for number in numbers {
        all.push(find_facts(app, *number, Knows::Nothing, actor).await?);
    }
    Ok(all)
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
    let all = find_all(app, notebooks, actor).await?;
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
        note((app, printer), *notebook, carriers, laid, actor, now).await?;
    }
    Ok(typeset.pdf)
}

/// Prints the labels of several notebooks into one file.
pub async fn labels_of(
    app: &App,
    printer: &Printer,
    notebooks: &[NotebookNumber],
    labels: LabelOrder,
    actor: Actor,
) -> Result<Vec<u8>> {
    let LabelOrder { stock, start, calibration, .. } = labels.clone();
    let piece = Piece::Labels(LabelOrder { start: 1, ..labels });
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

/// Prints the sheets of a pad into one file, one for each of these unbound numbers.
pub async fn pad(
    app: &App,
    printer: &Printer,
    numbers: &[NotebookNumber],
    design: &str,
    format: Format,
    actor: Actor,
) -> Result<Vec<u8>> {
    let (origin, now) = (origin(app)?, app.clock.now());
    let all = find_all(app, numbers, actor).await?;
    let (house, host, design) = (app.house.clone(), app.site.host.clone(), design.to_owned());
    let work = move |press: &Press| {
        let made = all.iter().map(|(facts, salt)| {
            let codes = Codes::new(&host, &house, *salt)?;
            Making { press, facts, codes, origin: &origin }.unbound(&design, format)
        });
        let (pages, carriers): (Vec<_>, Vec<_>) = made.collect::<Result<Vec<_>>>()?.into_iter().unzip();
        Ok((Document::Sheets(Sheets { pages }), carriers))
    };
    let (typeset, carriers) = printer.print(now, work).await?;
    let sheets = lay(&typeset, 0)?;
    for ((number, carrier), sheet) in numbers.iter().zip(carriers).zip(sheets) {
        note((app, printer), *number, vec![carrier], vec![sheet], actor, now).await?;
    }
    Ok(typeset.pdf)
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
    let all = find_all(app, notebooks, actor).await?;
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
        note((app, printer), *notebook, carriers, vec![], actor, now).await?;
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
