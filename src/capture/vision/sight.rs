//! What has been seen in a photo so far — marks, codes, sheets — and where to look again. It joins
//! codes to the sheets that declare them at their place. Pixels are those of the picture looked at.

use tracing::trace_span;

use super::Pixel;
use super::code::{self, Code};
use super::homography::Homography;
use super::marks::{self, Mark};
use super::missing;
use super::picture::Plane;
use super::sheets::{self, Located};
use super::verdict::Advice;
use crate::sheet::design::{Area, Geometry, Millimetres, Place};
use crate::sheet::marks::identity;

/// Least long side, in pixels, of the reduced picture in which marks are looked for first.
const SEARCH_SIDE: usize = 900;
/// How far a code may lie from its declared place.
const CODE_STRAY_MAX: Millimetres = Millimetres(3.0);

/// Everything seen.
pub struct Sight {
    pub marks: Vec<Mark>,
    pub codes: Vec<Code>,
    pub sheets: Vec<SeenSheet>,
}

/// A located sheet with its code and its geometry among the known ones, as indices.
pub struct SeenSheet {
    pub located: Located,
    pub code: Option<usize>,
    pub geometry: Option<usize>,
    /// Whether a geometry that fits declares a code.
    declares_code: bool,
}

impl SeenSheet {
    /// Whether it should have a code that was not read.
    pub fn lacks_code(&self) -> bool {
        self.declares_code && self.code.is_none()
    }
}

impl Sight {
    /// What is seen at first, and at a second look where something seems to be missing.
    pub fn of(luma: &Plane, known: &[Geometry]) -> Self {
        let codes = trace_span!("look for codes").in_scope(|| code::find(luma));
        let mut sight = Self { marks: Vec::new(), codes, sheets: Vec::new() };
        let small = trace_span!("shrink for marks").in_scope(|| reduced(luma));
        let found = trace_span!("look for marks").in_scope(|| marks::find(&small, luma));
        sight.add_marks(found, known);
        if sight.sheets.is_empty() || !sight.loose_marks().is_empty() || sight.has_loose_codes() {
            let found = trace_span!("look for marks").in_scope(|| marks::find(luma, luma));
            sight.add_marks(found, known);
            sight.make_do(3, luma, known);
            sight.make_do(2, luma, known);
        }
        sight.join_codes(known);
        sight.read_windows(luma, known);
        sight
    }

    /// The same at full size, after a first look that left something out.
    pub fn look_closer(&mut self, luma: &Plane, known: &[Geometry]) {
        if self.is_blank() {
            *self = Self::of(luma, known);
        } else {
            self.read_windows(luma, known);
        }
    }

    /// Looks for codes with more effort, where nothing was seen at all.
    pub fn look_again(&mut self, luma: &Plane) {
        if self.is_blank() {
            self.codes = trace_span!("look again").in_scope(|| code::find_again(luma));
        }
    }

    /// Whether neither a sheet nor a code was seen.
    pub fn is_blank(&self) -> bool {
        self.sheets.is_empty() && self.codes.is_empty()
    }

    /// Whether a sheet declares a code that was not read.
    pub fn lacks_code(&self) -> bool {
        self.sheets.iter().any(SeenSheet::lacks_code)
    }

    /// Pixels to the millimetre of the coarsest sheet.
    pub fn density_min(&self) -> f64 {
        self.sheets.iter().map(|sheet| sheet.located.pixels_per_millimetre()).fold(f64::MAX, f64::min)
    }

    /// Brings everything to a picture `factor` times as large.
    pub fn scale(&mut self, factor: f64) {
        self.marks = self.marks.iter().map(|mark| mark.scaled(factor)).collect();
        for code in &mut self.codes {
            code.corners = code.corners.map(|corner| corner.scaled(factor));
        }
        for sheet in &mut self.sheets {
            let located = &mut sheet.located;
            located.map = located.map.then(&Homography::scaling(factor));
            located.marks = located.marks.iter().map(|mark| mark.scaled(factor)).collect();
        }
    }

    /// What marks without a sheet tell: it lies partly outside of the picture, or is covered.
    pub fn incomplete(&self, luma: &Plane, known: &[Geometry]) -> Option<Advice> {
        let loose = self.loose_marks();
        let cut = sheets::shapes(&loose, known).into_iter().any(|(label, size)| {
            let seen: Vec<&Mark> = loose.iter().filter(|mark| mark.id / 4 == label).collect();
            let missing =
                (0..4).map(|corner| identity(label, corner)).filter(|id| seen.iter().all(|m| m.id != *id));
            let mut places = missing.map(|id| {
                let predicted = seen.iter().map(|mark| sheets::predicted(mark, id, size));
                middle(predicted.collect::<Vec<_>>().as_slice())
            });
            places.any(|place| is_outside(place, luma))
        });
        let advice = if cut { Advice::CutOff } else { Advice::Covered };
        (!loose.is_empty()).then_some(advice)
    }

    fn add_marks(&mut self, found: Vec<Mark>, known: &[Geometry]) {
        for mark in found {
            if !self.marks.iter().any(|other| sheets::same(&mark, other)) {
                self.marks.push(mark);
            }
        }
        self.add_sheets(sheets::with_four(&self.loose_marks(), known));
    }

    /// Adds the sheets of which only so many marks are seen.
    fn make_do(&mut self, marks: usize, luma: &Plane, known: &[Geometry]) {
        let anchors = |label: u8, map: &Homography| anchors(&self.codes, known, label, map);
        let found = missing::with_marks(marks, &self.loose_marks(), known, luma, &anchors);
        self.add_sheets(found);
    }

    fn add_sheets(&mut self, located: Vec<Located>) {
        self.sheets.extend(located.into_iter().map(|located| SeenSheet {
            located,
            code: None,
            geometry: None,
            declares_code: false,
        }));
    }

    /// Marks that belong to no sheet.
    fn loose_marks(&self) -> Vec<Mark> {
        let used = self.sheets.iter().flat_map(|sheet| &sheet.located.marks);
        let loose = |mark: &&Mark| !used.clone().any(|other| sheets::same(mark, other));
        self.marks.iter().filter(loose).copied().collect()
    }

    /// Whether a code lies in no sheet at all.
    fn has_loose_codes(&self) -> bool {
        let on_sheet =
            |code: &Code| self.sheets.iter().any(|sheet| sheet.located.shows(middle(&code.corners)));
        self.codes.iter().any(|code| !on_sheet(code))
    }

    /// Gives each sheet the code at its declared place, and the geometry that declares it there.
    fn join_codes(&mut self, known: &[Geometry]) {
        for sheet in &mut self.sheets {
            let areas = code_areas(sheet, known);
            sheet.declares_code = !areas.is_empty();
            let fits = |geometry: usize| sheet.located.fits(&known[geometry]);
            sheet.geometry = sheet.geometry.or((0..known.len()).find(|geometry| fits(*geometry)));
            for (geometry, area) in areas {
                let map = &sheet.located.map;
                if let Some(code) = self.codes.iter().position(|code| in_place(&code.corners, map, area)) {
                    (sheet.code, sheet.geometry) = (Some(code), Some(geometry));
                    break;
                }
            }
        }
    }

    /// Reads codes that sheets declare and that were not seen, in their flattened windows.
    fn read_windows(&mut self, luma: &Plane, known: &[Geometry]) {
        for sheet in self.sheets.iter_mut().filter(|sheet| sheet.lacks_code()) {
            for (geometry, area) in code_areas(sheet, known) {
                let Some(code) = code::find_in_window(luma, &sheet.located.map, area) else { continue };
                if in_place(&code.corners, &sheet.located.map, area) {
                    (sheet.code, sheet.geometry) = (Some(self.codes.len()), Some(geometry));
                    self.codes.push(code);
                    break;
                }
            }
        }
    }
}

/// The picture halved until just above the size at which marks are looked for first.
fn reduced(luma: &Plane) -> Plane {
    let mut small = luma.clone();
    while small.width.max(small.height) >= 2 * SEARCH_SIDE {
        small = small.halved();
    }
    small
}

/// The known geometries that fit a sheet and declare a code, with its area.
fn code_areas(sheet: &SeenSheet, known: &[Geometry]) -> Vec<(usize, Area)> {
    let fitting = known.iter().enumerate().filter(|(_, geometry)| sheet.located.fits(geometry));
    fitting.filter_map(|(index, geometry)| Some((index, geometry.code?))).collect()
}

/// Whether a code with these corners lies at its declared place, upright on the sheet.
fn in_place(corners: &[Pixel; 4], map: &Homography, area: Area) -> bool {
    let Some(back) = map.inverse() else { return false };
    corners.iter().zip(area_corners(area)).all(|(corner, meant)| {
        let place = back.place(*corner);
        (place.x.0 - meant.x.0).abs() <= CODE_STRAY_MAX.0 && (place.y.0 - meant.y.0).abs() <= CODE_STRAY_MAX.0
    })
}

/// Top left, top right, bottom right and bottom left of an area.
fn area_corners(area: Area) -> [Place; 4] {
    let (left, right) = (area.left, Millimetres(area.left.0 + area.width.0));
    let (top, bottom) = (area.top, Millimetres(area.top.0 + area.height.0));
    [(left, top), (right, top), (right, bottom), (left, bottom)].map(|(x, y)| Place { x, y })
}

/// Corners of the codes seen about where a sheet with this label and map declares one.
fn anchors(codes: &[Code], known: &[Geometry], label: u8, map: &Homography) -> Vec<sheets::Anchor> {
    let areas = known.iter().filter(|geometry| geometry.label == label).filter_map(|geometry| geometry.code);
    let pairs = areas.flat_map(|area| codes.iter().map(move |code| (area, code)));
    let mut placed = pairs.filter(|(area, code)| in_place(&code.corners, map, *area));
    let found = placed.next();
    found.map_or_else(Vec::new, |(area, code)| area_corners(area).into_iter().zip(code.corners).collect())
}

/// The mean of some places.
fn middle(places: &[Pixel]) -> Pixel {
    let mean = |value: fn(&Pixel) -> f64| places.iter().map(value).sum::<f64>() / places.len() as f64;
    Pixel { x: mean(|place| place.x), y: mean(|place| place.y) }
}

fn is_outside(place: Pixel, picture: &Plane) -> bool {
    place.x < 0.0 || place.y < 0.0 || place.x > picture.width as f64 || place.y > picture.height as f64
}
