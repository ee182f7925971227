//! An order: what is typeset for one piece of paper, and which carriers stand on it. Pure: the rows of
//! the notebook come in, a document and what is to be noted come out.

use super::press::{
    Arrangement, Booklet, Booklets, Carriers, Code, Coded, Document, Format, NotebookFace, PlacedSheet, Press,
    RegistrationSlip, Sheet, SingleSheet,
};
use super::{BOOKLET, BOOKMARK, Codes, FIRST_BOOKMARK, Generations, Wanted, number_sheets, revision_bytes};
use crate::access::principal::{Office, OfficeKind};
use crate::error::Result;
use crate::id::NotebookNumber;
use crate::notebook::Ledger;
use crate::sheet::code::{Carrier, CarrierKind};
use crate::sheet::design::Geometry;
use crate::sheet::sql::PrintedSheet;

/// A piece of paper that goes with a notebook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// Cover, guide, sheets, back cover; A5.
    Booklet,
    /// Case label, card for the case and photo bookmark on one A4 page to cut.
    Carriers,
    /// The label for the card case, at its own size.
    Case,
    /// The photo bookmark, at its own size.
    Bookmark,
}

/// The rows that an order is made from.
#[derive(Debug, Clone)]
pub struct Facts {
    pub ledger: Ledger,
    pub generations: Generations,
    pub printed: Vec<PrintedSheet>,
    /// The office that issues, and the one that answers when it does not.
    pub desk: Office,
    pub fallback: Office,
    /// The person's name; `None` on a blank booklet, which has a line to write it on.
    pub owner: Option<String>,
}

/// Where the paper comes from: what stands on all of it.
#[derive(Debug, Clone)]
pub struct Origin {
    pub city: String,
    pub telephone: String,
    /// Prints 見本.
    pub is_demo: bool,
}

/// What is to be typeset, and the carriers on it.
pub struct Order {
    pub document: Document,
    pub carriers: Vec<Carrier>,
}

impl Facts {
    fn number(&self) -> NotebookNumber {
        self.ledger.number
    }

    fn carrier(&self, kind: CarrierKind, sheet: u16) -> Carrier {
        self.generations.carrier(kind, self.number(), sheet)
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

/// The order for one piece.
pub fn order(
    press: &Press,
    piece: Piece,
    facts: &Facts,
    codes: &Codes<'_>,
    origin: &Origin,
) -> Result<Order> {
    let notebook = facts.face(origin);
    let (case, bookmark) =
        (facts.carrier(CarrierKind::Case, 0), facts.carrier(CarrierKind::Bookmark, FIRST_BOOKMARK));
    let coded = |carrier: &Carrier| Code::carrier(&codes.text(carrier)?);
    Ok(match piece {
        Piece::Booklet => {
            let (booklet, carriers) = booklet(press, facts, codes, origin)?;
            let booklets = Booklets { booklets: vec![booklet], arrangement: Arrangement::Pages };
            Order { document: Document::Booklets(booklets), carriers }
        }
        Piece::Carriers => {
            let document = Carriers { notebook, case: coded(&case)?, bookmark: coded(&bookmark)? };
            Order { document: Document::Carriers(document), carriers: vec![case, bookmark] }
        }
        Piece::Case => {
            let document = Document::CaseLabel(Coded { notebook, code: coded(&case)? });
            Order { document, carriers: vec![case] }
        }
        Piece::Bookmark => {
            let document = Document::SingleSheet(SingleSheet {
                notebook,
                sheet: Sheet {
                    design: BOOKMARK.into(),
                    number: None,
                    code: Some(coded(&bookmark)?),
                    filled: None,
                },
                format: Format::A5,
                recto: true,
                overlay: vec![],
            });
            Order { document, carriers: vec![bookmark] }
        }
    })
}

/// A booklet, and the carriers in it: cover and numbered sheets.
pub fn booklet(
    press: &Press,
    facts: &Facts,
    codes: &Codes<'_>,
    origin: &Origin,
) -> Result<(Booklet, Vec<Carrier>)> {
    let format = Format::A5;
    let wanted: Vec<Wanted> = BOOKLET
        .iter()
        .enumerate()
        // The first sheet lies on the right, as the guide stands on the back of the cover.
        .map(|(index, design)| {
            let revision = revision_bytes(&press.revision(design, format, index % 2 == 0))?;
            Ok(Wanted { design: (*design).to_owned(), revision })
        })
        .collect::<Result<_>>()?;
    let cover = facts.carrier(CarrierKind::Cover, 0);
    let mut carriers = vec![cover];
    let mut sheets = Vec::with_capacity(wanted.len());
    for (number, wanted) in number_sheets(&wanted, &facts.printed)?.into_iter().zip(wanted) {
        let carrier = facts.carrier(CarrierKind::Sheet, number);
        let code = Some(Code::carrier(&codes.text(&carrier)?)?);
        sheets.push(Sheet { design: wanted.design, number: Some(number), code, filled: None });
        carriers.push(carrier);
    }
    let cover = Code::carrier(&codes.text(&cover)?)?;
    Ok((Booklet { notebook: facts.face(origin), format, owner: facts.owner.clone(), cover, sheets }, carriers))
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
    pub fn of(placed: &PlacedSheet) -> Result<Self> {
        let (revision, geometry) = (revision_bytes(&placed.revision)?, placed.geometry.clone());
        let row = placed.number.map(|sheet| PrintedSheet {
            sheet,
            design: geometry.design.clone(),
            revision: revision.clone(),
            label: geometry.label,
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
