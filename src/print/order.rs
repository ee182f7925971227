//! An order: what is typeset for one piece of paper, and which carriers stand on it. Pure: the rows of
//! the notebook come in, a document and what is to be noted come out.

use std::collections::BTreeMap;

use serde_json::json;

use super::press::{
    Arrangement, Booklet, Booklets, Calibration, CardInsert, CardSize, Carriers, CarriersPage, Code,
    Document, Extent, Label, LabelKind, Labels, NotebookFace, PlacedSheet, Press, RegistrationSlip, Sheet,
    Sheets, SingleSheet, Stock,
};
use super::{BOOKMARK, Codes, FIRST_BOOKMARK, Generations, Wanted, number_sheets, revision_bytes, sheets_of};
use crate::access::principal::{Office, OfficeKind};
use crate::error::{Error, Result};
use crate::id::NotebookNumber;
use crate::notebook::Ledger;
use crate::sheet::code::{Carrier, CarrierKind, PAD_SHEET};
use crate::sheet::design::{Format, Geometry};
use crate::sheet::sql::PrintedSheet;

/// A piece of paper that goes with a notebook.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Cover, guide, sheets, back cover of a volume, from 1.
    Booklet { volume: u16, format: Format, arrangement: Arrangement },
    /// More sheets, each with a number of its own, by key of their designs.
    Added { designs: Vec<String>, format: Format },
    /// Printed sheets once more, from one number to another.
    Again { from: u16, to: u16 },
    /// Case label, card for the case and photo bookmark on one A4 page to cut.
    Carriers,
    /// The card for the case, at its own size.
    Card(CardSize),
    /// Labels on a stock.
    Labels(LabelOrder),
    /// The photo bookmark, at its own size.
    Bookmark,
}

/// Labels to be printed, from which place of the stock on.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelOrder {
    pub stock: Stock,
    pub start: usize,
    pub calibration: Calibration,
    pub what: Stickers,
}

/// What labels are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stickers {
    /// The card case.
    Case,
    /// The cover of a booklet already in use.
    Cover,
    /// Pages of a booklet already in use, from one to another.
    Pages { from: u16, to: u16 },
}

/// The rows that an order is made from.
#[derive(Debug, Clone)]
pub struct Facts {
    pub ledger: Ledger,
    pub generations: Generations,
    pub printed: Vec<PrintedSheet>,
    /// The numbers of sheets that came out of pads.
    pub loose: Vec<u16>,
    /// The office that issues, and the one that answers when it does not.
    pub desk: Office,
    pub fallback: Office,
    /// The person's name; `None` on a blank booklet, which has a line to write it on.
    pub owner: Option<String>,
    /// What the record knows, by key of the design that prints it.
    pub filled: BTreeMap<String, serde_json::Value>,
}

/// Where the paper comes from: what stands on all of it.
#[derive(Debug, Clone)]
pub struct Origin {
    pub city: String,
    pub telephone: String,
    /// Prints 見本.
    pub is_demo: bool,
}

/// What is to be typeset, the carriers on it, and the volume that its sheets belong to.
pub struct Order {
    pub document: Document,
    pub carriers: Vec<Carrier>,
    pub volume: u16,
}

impl Order {
    /// Something without numbered sheets.
    fn of(document: Document, carriers: Vec<Carrier>) -> Self {
        Self { document, carriers, volume: 0 }
    }
}

impl Facts {
    fn number(&self) -> NotebookNumber {
        self.ledger.number
    }

    fn carrier(&self, kind: CarrierKind, sheet: u16) -> Carrier {
        self.generations.carrier(kind, self.number(), sheet)
    }

    /// The newest volume that was printed; 0 when none was.
    pub fn last_volume(&self) -> u16 {
        self.printed.iter().map(|sheet| sheet.volume).max().unwrap_or_default()
    }

    /// What every print of the notebook shows.
    pub fn face(&self, origin: &Origin) -> NotebookFace {
        let (desk_name, desk_telephone) = finders_desk(&self.desk, &self.fallback, origin);
        NotebookFace {
            city: origin.city.clone(),
            desk_name,
            desk_telephone,
            number: self.number().to_string(),
            symbol: self.ledger.symbol.clone(),
            colour: self.ledger.colour.clone(),
            sample: origin.is_demo,
        }
    }
}

/// Name and telephone of the district's desk, or of the city: never of one office, which may close or
/// change (DESIGN 5).
fn finders_desk(desk: &Office, fallback: &Office, origin: &Origin) -> (String, String) {
    let district = [desk, fallback].into_iter().find(|office| {
        matches!(office.kind, OfficeKind::CommunitySupportCenter | OfficeKind::City)
            && !office.details.telephone.is_empty()
    });
    match district {
        Some(office) => (office.details.name.clone(), office.details.telephone.clone()),
        None => (origin.city.clone(), origin.telephone.clone()),
    }
}

/// Everything that orders for one notebook are made with.
pub struct Making<'a> {
    pub press: &'a Press,
    pub facts: &'a Facts,
    pub codes: Codes<'a>,
    pub origin: &'a Origin,
}

impl Making<'_> {
    /// The order for one piece.
    pub fn order(&self, piece: &Piece) -> Result<Order> {
        let (facts, notebook) = (self.facts, self.facts.face(self.origin));
        let case = facts.carrier(CarrierKind::Case, 0);
        let bookmark = facts.carrier(CarrierKind::Bookmark, FIRST_BOOKMARK);
        Ok(match piece {
            Piece::Booklet { volume, format, arrangement } => {
                let (booklet, carriers) = self.booklet(*volume, *format)?;
                let (booklets, extent) = (vec![booklet], Extent::Whole);
                let document = Document::Booklets(Booklets { booklets, arrangement: *arrangement, extent });
                Order { document, carriers, volume: *volume }
            }
            Piece::Added { designs, format } => self.added(designs, *format)?,
            Piece::Again { from, to } => self.again(*from, *to)?,
            Piece::Carriers => {
                let page =
                    CarriersPage { notebook, case: self.code(&case)?, bookmark: self.code(&bookmark)? };
                Order::of(Document::Carriers(Carriers { pages: vec![page] }), vec![case, bookmark])
            }
            Piece::Card(size) => {
                let card = CardInsert { notebook, code: self.code(&case)?, size: *size };
                Order::of(Document::CardInsert(card), vec![case])
            }
            Piece::Labels(order) => self.labels(order)?,
            Piece::Bookmark => {
                let sheet = self.sheet(BOOKMARK, None, &bookmark)?;
                let pages = vec![self.page(sheet, Format::A5, true)];
                Order::of(Document::Sheets(Sheets { pages }), vec![bookmark])
            }
        })
    }

    fn code(&self, carrier: &Carrier) -> Result<Code> {
        Code::carrier(&self.codes.text(carrier)?)
    }

    fn sheet(&self, design: &str, number: Option<u16>, carrier: &Carrier) -> Result<Sheet> {
        let code = Some(self.code(carrier)?);
        let filled = self.facts.filled.get(design).cloned().map(|known| self.press.printable(known));
        Ok(Sheet { design: design.to_owned(), number, code, filled })
    }

    fn page(&self, sheet: Sheet, format: Format, recto: bool) -> SingleSheet {
        SingleSheet { notebook: self.facts.face(self.origin), sheet, format, recto, overlay: vec![] }
    }

    /// A booklet, and the carriers in it: cover and numbered sheets.
    pub fn booklet(&self, volume: u16, format: Format) -> Result<(Booklet, Vec<Carrier>)> {
        let facts = self.facts;
        // The first sheet lies on the right, as the guide stands on the back of the cover.
        let wanted = self.wanted(sheets_of(volume).into_iter().enumerate(), format)?;
        let cover = facts.carrier(CarrierKind::Cover, 0);
        let mut carriers = vec![cover];
        let mut sheets: Vec<Sheet> = Vec::with_capacity(wanted.len());
        for (number, wanted) in number_sheets(&wanted, &facts.printed, volume)?.into_iter().zip(wanted) {
            let carrier = facts.carrier(CarrierKind::Sheet, number);
            let mut sheet = self.sheet(&wanted.design, Some(number), &carrier)?;
            // What the record knows begins on the first sheet of its kind; the others go on from there.
            let before = sheets.iter().filter(|before| before.design == sheet.design).count();
            if before > 0 {
                let mut filled = sheet.filled.unwrap_or_else(|| json!({}));
                filled["before"] = json!(before);
                sheet.filled = Some(filled);
            }
            sheets.push(sheet);
            carriers.push(carrier);
        }
        let notebook = facts.face(self.origin);
        let (owner, cover) = (facts.owner.clone(), self.code(&cover)?);
        Ok((Booklet { notebook, format, volume, owner, cover, sheets }, carriers))
    }

    /// Designs with the revision that each has on its side: right-hand pages have even places.
    fn wanted<'d>(
        &self,
        designs: impl Iterator<Item = (usize, &'d str)>,
        format: Format,
    ) -> Result<Vec<Wanted>> {
        let wanted = |(place, design): (usize, &str)| {
            let revision = revision_bytes(&self.press.revision(design, format, place % 2 == 0))?;
            Ok(Wanted { design: design.to_owned(), revision })
        };
        designs.map(wanted).collect()
    }

    /// More sheets: each by itself, so that it lies on the right.
    fn added(&self, designs: &[String], format: Format) -> Result<Order> {
        let facts = self.facts;
        let wanted = self.wanted(designs.iter().map(|design| (0, design.as_str())), format)?;
        let (mut pages, mut carriers) = (Vec::new(), Vec::new());
        for (number, wanted) in number_sheets(&wanted, &facts.printed, 0)?.into_iter().zip(wanted) {
            let carrier = facts.carrier(sheet_kind(&wanted.design), number);
            pages.push(self.page(self.sheet(&wanted.design, Some(number), &carrier)?, format, true));
            carriers.push(carrier);
        }
        Ok(Order::of(Document::Sheets(Sheets { pages }), carriers))
    }

    /// The sheet of an unbound number: nobody's yet, by itself, so that it lies on the right.
    pub fn unbound(&self, design: &str, format: Format) -> Result<(SingleSheet, Carrier)> {
        let carrier = self.facts.carrier(CarrierKind::Unbound, PAD_SHEET);
        Ok((self.page(self.sheet(design, Some(PAD_SHEET), &carrier)?, format, true), carrier))
    }

    /// Printed sheets once more. [`Error::NotFound`] when none of these numbers was printed; advice when a
    /// design has changed since, so that the same paper can no longer be made.
    fn again(&self, from: u16, to: u16) -> Result<Order> {
        let facts = self.facts;
        let (mut pages, mut carriers, mut volume) = (Vec::new(), Vec::new(), 0);
        let is_asked =
            |row: &&PrintedSheet| (from..=to).contains(&row.sheet) && !facts.loose.contains(&row.sheet);
        for row in facts.printed.iter().filter(is_asked) {
            if revision_bytes(&self.press.revision(&row.design, row.format, row.recto))? != row.revision {
                return Err(Error::advice("from", DESIGN_CHANGED));
            }
            let carrier = facts.carrier(sheet_kind(&row.design), row.sheet);
            let sheet = self.sheet(&row.design, Some(row.sheet), &carrier)?;
            pages.push(self.page(sheet, row.format, row.recto));
            carriers.push(carrier);
            volume = row.volume;
        }
        if pages.is_empty() {
            return Err(Error::NotFound);
        }
        Ok(Order { document: Document::Sheets(Sheets { pages }), carriers, volume })
    }

    fn labels(&self, order: &LabelOrder) -> Result<Order> {
        let LabelOrder { stock, start, calibration, what } = order;
        if !(1..=stock.places()).contains(start) {
            return Err(Error::advice("start", "desk-labels-start-wrong"));
        }
        let (kind, carriers) = self.label_carriers(*what);
        if kind == LabelKind::Case && !stock.fits_case() {
            return Err(Error::advice("stock", "desk-labels-too-small"));
        }
        let label = |carrier: &Carrier| -> Result<Label> {
            let notebook = self.facts.face(self.origin);
            Ok(Label {
                kind, notebook, title: format!("{}ページ", carrier.sheet), code: self.code(carrier)?
            })
        };
        let labels = carriers.iter().map(label).collect::<Result<_>>()?;
        let (stock, start, calibration) = (stock.clone(), *start, *calibration);
        Ok(Order::of(Document::Labels(Labels { stock, start, calibration, labels }), carriers))
    }

    fn label_carriers(&self, what: Stickers) -> (LabelKind, Vec<Carrier>) {
        let single = |kind| vec![self.facts.carrier(kind, 0)];
        match what {
            Stickers::Case => (LabelKind::Case, single(CarrierKind::Case)),
            Stickers::Cover => (LabelKind::Case, single(CarrierKind::Cover)),
            Stickers::Pages { from, to } => {
                let pages = (from..=to).map(|page| self.facts.carrier(CarrierKind::Sticker, page));
                (LabelKind::Page, pages.collect())
            }
        }
    }
}

/// What is said when a sheet cannot be printed as it was.
pub const DESIGN_CHANGED: &str = "desk-print-design-changed";

/// The design of the sheet for ambulance crews, which bears a code of its own kind.
pub const EMERGENCY: &str = "emergency";

/// The kind of the code on a sheet of this design.
fn sheet_kind(design: &str) -> CarrierKind {
    if design == EMERGENCY { CarrierKind::Emergency } else { CarrierKind::Sheet }
}

/// The slip that invites one relative. `link` is its whole address, `until` its last day as a phrase.
pub fn slip(facts: &Facts, origin: &Origin, recipient: &str, link: &str, until: String) -> Result<Document> {
    Ok(Document::RegistrationSlip(RegistrationSlip {
        notebook: facts.face(origin),
        recipient: recipient.to_owned(),
        link: Code::link(link)?,
        valid_until: until,
    }))
}

/// A sheet as it lies on the printed page: the row to keep, if it is numbered, and its geometry.
pub struct Laid {
    pub row: Option<PrintedSheet>,
    pub revision: Vec<u8>,
    pub geometry: Geometry,
}

impl Laid {
    /// From what the press has laid out.
    pub fn of(placed: &PlacedSheet, volume: u16) -> Result<Self> {
        let (revision, geometry) = (revision_bytes(&placed.revision)?, placed.geometry.clone());
        let row = placed.number.map(|sheet| PrintedSheet {
            sheet,
            design: geometry.design.clone(),
            revision: revision.clone(),
            label: geometry.label,
            volume,
            format: placed.format,
            recto: placed.recto,
        });
        Ok(Self { row, revision, geometry })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::principal::OfficeDetails;
    use crate::id::Id;

    fn office(kind: OfficeKind, name: &str, telephone: &str) -> Office {
        let details = OfficeDetails { name: name.into(), telephone: telephone.into(), hours: String::new() };
        Office { id: Id(uuid::Uuid::nil()), city: Id(uuid::Uuid::nil()), kind, is_verified: true, details }
    }

    #[test]
    fn a_finder_calls_the_districts_desk_or_the_city_and_never_one_office() {
        let origin =
            Origin { city: "かけはし市".into(), telephone: "000-000-0000".into(), is_demo: true };
        let center = office(OfficeKind::CommunitySupportCenter, "中央包括", "000-000-0001");
        let private = office(OfficeKind::CareSupportOffice, "ケアプランさくら", "000-000-0002");
        let silent = office(OfficeKind::CommunitySupportCenter, "北包括", "");
        let called = |desk, fallback| finders_desk(desk, fallback, &origin).1;
        assert_eq!(called(&center, &private), "000-000-0001");
        assert_eq!(called(&private, &center), "000-000-0001");
        assert_eq!(called(&private, &private), "000-000-0000");
        assert_eq!(called(&silent, &private), "000-000-0000");
    }
}
