//! Reads off a laid-out document where its sheets, regions and codes lie. The prelude leaves a point
//! at the first and at the last corner of each; a pair encloses the pairs of what lies inside it.

use crate::error::{Doing, Error, Result};
use crate::print::press::assets::Designs;
use crate::print::press::design::revision;
use crate::sheet::design::{Area, Geometry, Millimetres, Place, Region, RegionKind};
use serde::Deserialize;
use typst::foundations::{Label, Selector, Value};
use typst::introspection::MetadataElem;
use typst::layout::Point;
use typst::utils::PicoStr;
use typst_layout::PagedDocument;

/// One page, with everything on it that a camera will look for.
#[derive(Debug, Clone, PartialEq)]
pub struct PageLayout {
    pub width: Millimetres,
    pub height: Millimetres,
    pub sheets: Vec<PlacedSheet>,
    pub codes: Vec<PrintedCode>,
}

/// A sheet on a page.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedSheet {
    /// The printed sheet's number within its notebook.
    pub number: Option<u16>,
    /// The design's title.
    pub title: String,
    /// The sheet is a right-hand page: its outer edge is the right one.
    pub recto: bool,
    /// Which design sources it was made of, and which side it is: 64 hexadecimal digits.
    pub revision: String,
    /// The sheet's top left corner on the page.
    pub origin: Place,
    /// Where its parts lie, from that corner.
    pub geometry: Geometry,
}

/// A code on a page.
#[derive(Clone, PartialEq)]
pub struct PrintedCode {
    /// What a reader must find in it.
    pub text: String,
    /// Its modules on the page, without the quiet zone.
    pub area: Area,
}

impl std::fmt::Debug for PrintedCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "PrintedCode({:?})", self.area)
    }
}

/// What the prelude says at a first corner.
#[derive(Deserialize)]
#[serde(tag = "place", rename_all = "kebab-case")]
enum Declared {
    Sheet { design: String, label: u8, title: String, recto: bool, number: Option<u16> },
    Region { kind: RegionKind, name: String, across: usize, down: usize },
    Code { text: String },
}

/// A corner point, in document order.
struct Corner {
    page: usize,
    at: Place,
    /// What begins here, or `None` where something ends.
    begins: Option<Declared>,
}

/// Something whose last corner has not come yet.
struct Open {
    declared: Declared,
    page: usize,
    from: Place,
    regions: Vec<Region>,
    code: Option<Area>,
}

/// The layout of every page; `designs` is what it was made of.
pub fn read(document: &PagedDocument, designs: &Designs) -> Result<Vec<PageLayout>> {
    let mut pages: Vec<PageLayout> = document
        .pages()
        .iter()
        .map(|page| PageLayout {
            width: Millimetres(page.frame.width().to_mm()),
            height: Millimetres(page.frame.height().to_mm()),
            sheets: Vec::new(),
            codes: Vec::new(),
        })
        .collect();
    let mut open: Vec<Open> = Vec::new();
    for Corner { page, at, begins } in corners(document)? {
        match begins {
            Some(declared) => {
                open.push(Open { declared, page, from: at, regions: Vec::new(), code: None });
            }
            None => {
                let ended = open.pop().filter(|ended| ended.page == page).ok_or_else(unpaired)?;
                let layout = pages.get_mut(page).ok_or_else(unpaired)?;
                close(ended, at, &mut open, layout);
            }
        }
    }
    if !open.is_empty() {
        return Err(unpaired());
    }
    for sheet in pages.iter_mut().flat_map(|page| &mut page.sheets) {
        sheet.revision = revision(designs, &sheet.geometry.design, sheet.recto);
    }
    Ok(pages)
}

fn unpaired() -> Error {
    Error::broken("pairing the corners that a design declares")
}

/// Files something that has ended: a region and a code with the innermost sheet around them, a code
/// and a sheet with the page.
fn close(ended: Open, to: Place, around: &mut [Open], page: &mut PageLayout) {
    let area = between(ended.from, to);
    let sheet = around.iter_mut().rev().find(|around| matches!(around.declared, Declared::Sheet { .. }));
    match ended.declared {
        Declared::Region { kind, name, across, down } => {
            if let Some(sheet) = sheet {
                let area = relative(area, sheet.from);
                sheet.regions.extend(cells(&name, kind, area, across, down));
            }
        }
        Declared::Code { text } => {
            if let Some(sheet) = sheet {
                sheet.code = Some(relative(area, sheet.from));
            }
            page.codes.push(PrintedCode { text, area });
        }
        Declared::Sheet { design, label, title, recto, number } => {
            let (width, height) = (area.width, area.height);
            let (code, regions) = (ended.code, ended.regions);
            let geometry = Geometry { design, label, width, height, code, regions };
            let (origin, revision) = (ended.from, String::new());
            page.sheets.push(PlacedSheet { number, title, recto, revision, origin, geometry });
        }
    }
}

/// Every corner that the prelude left, in document order.
fn corners(document: &PagedDocument) -> Result<Vec<Corner>> {
    let labels = ["first", "last"].into_iter().filter_map(|name| Label::new(PicoStr::intern(name)));
    let elements = document.introspector().elements();
    let selector = Selector::Or(labels.map(Selector::Label).collect());
    elements
        .query(&selector)
        .iter()
        .map(|content| {
            let metadata = content.to_packed::<MetadataElem>().ok_or_else(unpaired)?;
            let position = content.location().and_then(|location| elements.position(location));
            let position = position.ok_or_else(unpaired)?;
            let begins = match &metadata.value {
                Value::None => None,
                value => Some(declared(value)?),
            };
            Ok(Corner { page: position.page.get() - 1, at: place(position.point), begins })
        })
        .collect()
}

fn declared(value: &Value) -> Result<Declared> {
    let value = serde_json::to_value(value).doing("reading what a design declares")?;
    serde_json::from_value(value).doing("reading what a design declares")
}

fn place(point: Point) -> Place {
    Place { x: Millimetres(point.x.to_mm()), y: Millimetres(point.y.to_mm()) }
}

fn between(from: Place, to: Place) -> Area {
    Area {
        left: from.x,
        top: from.y,
        width: Millimetres(to.x.0 - from.x.0),
        height: Millimetres(to.y.0 - from.y.0),
    }
}

fn relative(area: Area, origin: Place) -> Area {
    let (left, top) = (area.left.0 - origin.x.0, area.top.0 - origin.y.0);
    Area { left: Millimetres(left), top: Millimetres(top), ..area }
}

/// The equal cells of a region, row by row: `name` itself if there is one, otherwise `name-1`, `name-2` …
fn cells(name: &str, kind: RegionKind, area: Area, across: usize, down: usize) -> Vec<Region> {
    let (width, height) = (area.width.0 / across as f64, area.height.0 / down as f64);
    let count = across * down;
    (0..count)
        .map(|index| Region {
            name: if count == 1 { name.to_owned() } else { format!("{name}-{}", index + 1) },
            kind,
            area: Area {
                left: Millimetres(area.left.0 + width * (index % across) as f64),
                top: Millimetres(area.top.0 + height * (index / across) as f64),
                width: Millimetres(width),
                height: Millimetres(height),
            },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_of_several_cells_is_numbered_row_by_row() {
        let from = Place { x: Millimetres(10.0), y: Millimetres(20.0) };
        let to = Place { x: Millimetres(40.0), y: Millimetres(60.0) };
        let cells = cells("digit", RegionKind::Digit, between(from, to), 3, 2);
        assert_eq!(cells.len(), 6);
        assert_eq!(cells[4].name, "digit-5");
        let expected = Area {
            left: Millimetres(20.0),
            top: Millimetres(40.0),
            width: Millimetres(10.0),
            height: Millimetres(20.0),
        };
        assert_eq!(cells[4].area, expected);
    }

    #[test]
    fn a_region_of_one_cell_keeps_its_name() {
        let corner = Place { x: Millimetres(1.0), y: Millimetres(1.0) };
        assert_eq!(cells("signature", RegionKind::Row, between(corner, corner), 1, 1)[0].name, "signature");
    }
}
