//! Reads off a laid-out document where its sheets, regions and codes lie. The prelude leaves a point
//! at the first and at the last corner of each; a pair encloses the pairs of what lies inside it.

use crate::error::{Doing, Error, Result};
use crate::print::press::assets::Designs;
use crate::print::press::design::revision;
use crate::sheet::design::{Area, Format, Geometry, Millimetres, Place, Region, RegionKind, SheetAudience};
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
    pub format: Format,
    /// Which design sources it was made of, its paper and which side it is: 64 hexadecimal digits.
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
    Sheet {
        design: String,
        label: u8,
        title: String,
        audience: SheetAudience,
        recto: bool,
        format: Format,
        number: Option<u16>,
    },
    Region(Field),
    Code {
        text: String,
    },
}

/// Equal boxes of one kind, row by row, `across` in a row, with gaps between them as shares of the whole.
#[derive(Deserialize)]
struct Field {
    kind: RegionKind,
    names: Vec<String>,
    across: usize,
    gap_x: f64,
    gap_y: f64,
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
        sheet.revision = revision(designs, &sheet.geometry.design, sheet.format, sheet.recto);
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
        Declared::Region(field) => {
            if let Some(sheet) = sheet {
                sheet.regions.extend(field.boxes(relative(area, sheet.from)));
            }
        }
        Declared::Code { text } => {
            if let Some(sheet) = sheet {
                sheet.code = Some(relative(area, sheet.from));
            }
            page.codes.push(PrintedCode { text, area });
        }
        Declared::Sheet { design, label, title, audience, recto, format, number } => {
            let (width, height) = (area.width, area.height);
            let (code, regions) = (ended.code, ended.regions);
            let geometry = Geometry { design, label, audience, width, height, code, regions };
            let (origin, revision) = (ended.from, String::new());
            page.sheets.push(PlacedSheet { number, title, recto, format, revision, origin, geometry });
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

impl Field {
    /// The boxes of a field that fills this area.
    fn boxes(self, area: Area) -> Vec<Region> {
        let (across, down) = (self.across, self.names.len() / self.across.max(1));
        let (gap_x, gap_y) = (self.gap_x * area.width.0, self.gap_y * area.height.0);
        let (step_x, step_y) =
            ((area.width.0 + gap_x) / across as f64, (area.height.0 + gap_y) / down as f64);
        let of_box = |index: usize| Area {
            left: Millimetres(area.left.0 + step_x * (index % across) as f64),
            top: Millimetres(area.top.0 + step_y * (index / across) as f64),
            width: Millimetres(step_x - gap_x),
            height: Millimetres(step_y - gap_y),
        };
        let named = self.names.into_iter().enumerate();
        named.map(|(index, name)| Region { name, kind: self.kind, area: of_box(index) }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(left: f64, top: f64, width: f64, height: f64) -> Area {
        let [left, top, width, height] = [left, top, width, height].map(Millimetres);
        Area { left, top, width, height }
    }

    #[test]
    fn the_boxes_of_a_field_are_named_row_by_row_with_gaps_between_them() {
        let names = ["a-1", "a-2", "a-3", "b-1", "b-2", "b-3"].map(str::to_owned).to_vec();
        let field = Field { kind: RegionKind::Digit, names, across: 3, gap_x: 0.0, gap_y: 4.0 / 24.0 };
        let boxes = field.boxes(area(10.0, 20.0, 24.0, 24.0));
        assert_eq!(boxes.len(), 6);
        assert_eq!(boxes[0].area, area(10.0, 20.0, 8.0, 10.0));
        assert_eq!((boxes[4].name.as_str(), boxes[4].area), ("b-2", area(18.0, 34.0, 8.0, 10.0)));
    }

    #[test]
    fn a_field_of_one_box_fills_its_area() {
        let names = vec!["signature".to_owned()];
        let field = Field { kind: RegionKind::Row, names, across: 1, gap_x: 0.0, gap_y: 0.0 };
        assert_eq!(field.boxes(area(1.0, 2.0, 30.0, 12.0))[0].area, area(1.0, 2.0, 30.0, 12.0));
    }
}
