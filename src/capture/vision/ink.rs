//! New ink: what was written on a sheet since it was photographed last, or, at its first photo, since it was
//! printed. Both pictures and the blank design are laid on each other; what is drawn in the new one and in
//! neither of the others is new, told row by row.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::align::Bend;
use super::decode::Packed;
use super::picture::{Picture, Plane};
use super::strokes::{Piece, pieces, strokes, widened};
use super::{FLATTENED_MARGIN, INCH, Unreadable, encode};
use crate::sheet::design::{Area, BLANK_DPI, Geometry, Millimetres, RegionKind};

/// Pixels of the compared pictures per millimetre.
const DENSITY: f64 = BLANK_DPI / INCH;
/// How far, in pixels, old ink and print may still lie off: 0.5 mm.
const STRAY: usize = 2;
/// How much of the old ink's and of the print's darkness is taken away, in tenths: a photo may be sharper
/// than the one before it. Print counts less where an old photo shows it too.
const OLD_TENTHS: i32 = 12;
const PRINT_TENTHS: i32 = 8;
/// How dark new ink must be, of 255.
const DARKNESS_MIN: i32 = 25;
/// Fewest pixels of a piece of ink, and its greatest width and height: beyond, it is a fold or a stain's edge.
const PIECE_MIN: usize = 4;
const PIECE_WIDTH_MAX: Millimetres = Millimetres(30.0);
const PIECE_HEIGHT_MAX: Millimetres = Millimetres(20.0);
/// Least ink, in square millimetres, that makes a row new: a tick has about five.
const INK_MIN: f64 = 1.5;
/// The same where nothing is to be written.
const STRAY_INK_MIN: f64 = 12.0;
/// How much of the sheet is shown around a strip.
const STRIP_MARGIN: Millimetres = Millimetres(2.0);
/// How near pieces outside of all rows must lie to be one strip.
const CLUSTER: Millimetres = Millimetres(8.0);
/// Rows that lie under each other are one strip, up to this height.
const STRIP_HEIGHT_MAX: Millimetres = Millimetres(75.0);
/// How far from an edge, in millimetres, ink outside of all rows counts.
const EDGE: f64 = 3.0;
/// Distance in millimetres at which rows still touch.
const TOUCHING: f64 = 1.0;

/// Rows of a sheet that were written in.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct NewStrip {
    /// Names of the regions, from top to bottom; none for what stands outside of all of them.
    pub regions: Vec<String>,
    /// Where they lie on the sheet.
    pub area: Area,
    /// What they look like in the new photo: a JPEG without metadata, and its size in pixels.
    pub picture: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

// What is written belongs to a person: it never reaches a log.
impl std::fmt::Debug for NewStrip {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("NewStrip").field("regions", &self.regions).finish_non_exhaustive()
    }
}

/// What is compared: flattened pictures of one sheet, and the picture of its blank design at [`BLANK_DPI`].
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    pub new: &'a [u8],
    pub before: Option<&'a [u8]>,
    pub blank: Option<&'a [u8]>,
    pub geometry: &'a Geometry,
}

impl Compared<'_> {
    /// The strips that are new, from top to bottom. `None` if the pictures do not lie on each other, or there
    /// is nothing to compare with.
    pub fn new_strips(&self) -> Result<Option<Vec<NewStrip>>, Unreadable> {
        let picture = unpacked(self.new)?;
        let new = strokes(&picture.luma.halved());
        let (width, height) = (new.width, new.height);
        let fitting = |plane: Plane, margin: usize| strokes(&framed(&plane, margin, (width, height)));
        let margin = (FLATTENED_MARGIN.0 * DENSITY).round() as usize;
        let blank = self.blank.map(unpacked).transpose()?.map(|blank| fitting(blank.luma, margin));
        let before = self.before.map(unpacked).transpose()?.map(|before| fitting(before.luma.halved(), 0));
        // The blank design lies as it should: everything is laid on it, or else on the new photo.
        let laid = |plane: &Plane, on: &Plane| Bend::between(plane, on).map(|bend| bend.apply(plane));
        let (new, before) = match (&blank, &before) {
            (None, None) => return Ok(None),
            (Some(blank), before) => {
                let Some(new) = laid(&new, blank) else { return Ok(None) };
                let Some(before) = before.as_ref().map_or(Some(None), |old| laid(old, blank).map(Some))
                else {
                    return Ok(None);
                };
                (new, before)
            }
            (None, Some(before)) => {
                let Some(before) = laid(before, &new) else { return Ok(None) };
                (new, Some(before))
            }
        };
        let ink = pieces(&drawn(&new, before.as_ref(), blank.as_ref()), width);
        // The head and the foot of a blank sheet bear another notebook's symbol and number.
        let outside = if before.is_some() { on_paper(self.geometry) } else { body(self.geometry) };
        let strips = strips(ink.iter().filter(|piece| is_writing(piece)), self.geometry, &outside);
        Ok(Some(strips.into_iter().filter_map(|(regions, area)| strip(&picture, regions, area)).collect()))
    }
}

fn unpacked(bytes: &[u8]) -> Result<Picture, Unreadable> {
    Packed::open(bytes)?.unpack(1)
}

/// A plane with a white margin around it, as large as another one.
fn framed(plane: &Plane, margin: usize, (width, height): (usize, usize)) -> Plane {
    let mut samples = vec![u8::MAX; width * height];
    let lines = samples.chunks_exact_mut(width).skip(margin);
    for (line, row) in lines.zip(plane.samples.chunks_exact(plane.width)) {
        line.iter_mut().skip(margin).zip(row).for_each(|(to, from)| *to = *from);
    }
    Plane { width, height, samples }
}

/// Which pixels show ink that is neither old nor print.
fn drawn(new: &Plane, before: Option<&Plane>, blank: Option<&Plane>) -> Vec<bool> {
    let mut left: Vec<i32> = new.samples.iter().map(|sample| i32::from(*sample)).collect();
    let print_tenths = if before.is_some() { PRINT_TENTHS } else { OLD_TENTHS };
    for (plane, tenths) in [(before, OLD_TENTHS), (blank, print_tenths)] {
        let Some(wide) = plane.map(|plane| widened(plane, STRAY)) else { continue };
        left.iter_mut().zip(&wide.samples).for_each(|(rest, known)| *rest -= i32::from(*known) * tenths / 10);
    }
    left.into_iter().map(|rest| rest > DARKNESS_MIN).collect()
}

fn is_writing(piece: &Piece) -> bool {
    let within = |side: usize, most: Millimetres| (side as f64) < most.0 * DENSITY;
    piece.size >= PIECE_MIN
        && within(piece.right - piece.left, PIECE_WIDTH_MAX)
        && within(piece.bottom - piece.top, PIECE_HEIGHT_MAX)
}

/// What is written in together: a row, or boxes of one line.
struct Unit {
    name: String,
    area: Area,
}

/// The rows of a design, and where boxes lie outside of them, the lines of boxes.
fn units(geometry: &Geometry) -> Vec<Unit> {
    let of_kind = |kind: RegionKind| geometry.regions.iter().filter(move |region| region.kind == kind);
    let mut units: Vec<Unit> =
        of_kind(RegionKind::Row).map(|row| Unit { name: row.name.clone(), area: row.area }).collect();
    let mut lines: BTreeMap<&str, Area> = BTreeMap::new();
    for region in of_kind(RegionKind::Tick).chain(of_kind(RegionKind::Digit)) {
        if units.iter().any(|row| contains(&row.area, middle(&region.area))) {
            continue;
        }
        let name = region.name.rsplit_once('-').map_or(region.name.as_str(), |(line, _)| line);
        lines.entry(name).and_modify(|area| *area = around(area, &region.area)).or_insert(region.area);
    }
    units.extend(lines.into_iter().map(|(name, area)| Unit { name: name.to_owned(), area }));
    units
}

/// The strips that pieces of ink make: their regions and where they lie on the sheet. What lies in no region
/// counts within `outside`.
fn strips<'a>(
    ink: impl Iterator<Item = &'a Piece>,
    geometry: &Geometry,
    outside: &Area,
) -> Vec<(Vec<String>, Area)> {
    let units = units(geometry);
    let (mut sums, mut elsewhere) = (vec![0.0; units.len()], Vec::new());
    for piece in ink {
        let place = (on_sheet(piece.x), on_sheet(piece.y));
        let holding = units.iter().enumerate().filter(|(_, unit)| contains(&unit.area, place));
        let size = |area: &Area| area.width.0 * area.height.0;
        match holding.min_by(|a, b| size(&a.1.area).total_cmp(&size(&b.1.area))) {
            Some((unit, _)) => sums[unit] += square_millimetres(piece),
            None if contains(outside, place) && !is_on_code(place, geometry) => elsewhere.push(piece),
            None => {}
        }
    }
    let written = units.into_iter().zip(sums).filter(|(_, ink)| *ink >= INK_MIN);
    let mut rows: Vec<(Vec<String>, Area)> = written.map(|(unit, _)| (vec![unit.name], unit.area)).collect();
    rows.sort_by(|a, b| a.1.top.0.total_cmp(&b.1.top.0).then(a.1.left.0.total_cmp(&b.1.left.0)));
    let mut strips: Vec<(Vec<String>, Area)> = Vec::new();
    for (names, area) in rows {
        match strips.iter_mut().find(|(_, above)| continues(above, &area)) {
            Some((above_names, above)) => {
                above_names.extend(names);
                *above = around(above, &area);
            }
            None => strips.push((names, area)),
        }
    }
    strips.extend(clusters(&elsewhere).into_iter().map(|area| (Vec::new(), area)));
    strips.sort_by(|a, b| a.1.top.0.total_cmp(&b.1.top.0));
    strips
}

/// Whether a row goes on with what stands above it, or beside it on the same line.
fn continues(above: &Area, row: &Area) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() <= TOUCHING;
    let (end, bottom) = (above.left.0 + above.width.0, above.top.0 + above.height.0);
    let below = near(bottom, row.top.0)
        && near(above.left.0, row.left.0)
        && near(end, row.left.0 + row.width.0)
        && row.top.0 + row.height.0 - above.top.0 <= STRIP_HEIGHT_MAX.0;
    let beside =
        near(above.top.0, row.top.0) && near(above.height.0, row.height.0) && row.left.0 <= end + 4.0;
    below || beside
}

/// Ink outside of all rows, brought together where it lies near.
fn clusters(pieces: &[&Piece]) -> Vec<Area> {
    let mut clusters: Vec<(Area, f64)> = Vec::new();
    for piece in pieces {
        let (mut area, mut ink) = (area_of(piece), square_millimetres(piece));
        while let Some(near) = clusters.iter().position(|(other, _)| is_near(other, &area)) {
            let (other, more) = clusters.swap_remove(near);
            (area, ink) = (around(&area, &other), ink + more);
        }
        clusters.push((area, ink));
    }
    clusters.into_iter().filter(|(_, ink)| *ink >= STRAY_INK_MIN).map(|(area, _)| area).collect()
}

/// The sheet without its edges, where the table may show.
fn on_paper(geometry: &Geometry) -> Area {
    let (left, top) = (Millimetres(0.0), Millimetres(0.0));
    Area { left, top, width: geometry.width, height: geometry.height }.grown(-EDGE)
}

/// Where a sheet is written on, and a little around it.
fn body(geometry: &Geometry) -> Area {
    let areas = geometry.regions.iter().map(|region| region.area);
    areas
        .reduce(|one, other| around(&one, &other))
        .map_or_else(|| on_paper(geometry), |area| area.grown(EDGE))
}

fn is_on_code(place: (f64, f64), geometry: &Geometry) -> bool {
    geometry.code.is_some_and(|code| contains(&code.grown(EDGE), place))
}

fn on_sheet(pixels: f64) -> f64 {
    pixels / DENSITY - FLATTENED_MARGIN.0
}

fn square_millimetres(piece: &Piece) -> f64 {
    piece.size as f64 / (DENSITY * DENSITY)
}

fn area_of(piece: &Piece) -> Area {
    let [left, top, right, bottom] =
        [piece.left, piece.top, piece.right, piece.bottom].map(|pixels| on_sheet(pixels as f64));
    Area {
        left: Millimetres(left),
        top: Millimetres(top),
        width: Millimetres(right - left),
        height: Millimetres(bottom - top),
    }
}

fn middle(area: &Area) -> (f64, f64) {
    (area.left.0 + area.width.0 / 2.0, area.top.0 + area.height.0 / 2.0)
}

fn contains(area: &Area, (x, y): (f64, f64)) -> bool {
    (area.left.0..area.left.0 + area.width.0).contains(&x)
        && (area.top.0..area.top.0 + area.height.0).contains(&y)
}

fn is_near(one: &Area, other: &Area) -> bool {
    let gap = |a: f64, a_size: f64, b: f64, b_size: f64| (b - a - a_size).max(a - b - b_size);
    gap(one.left.0, one.width.0, other.left.0, other.width.0) <= CLUSTER.0
        && gap(one.top.0, one.height.0, other.top.0, other.height.0) <= CLUSTER.0
}

/// The smallest area that holds both.
fn around(one: &Area, other: &Area) -> Area {
    let (left, top) = (one.left.0.min(other.left.0), one.top.0.min(other.top.0));
    let right = (one.left.0 + one.width.0).max(other.left.0 + other.width.0);
    let bottom = (one.top.0 + one.height.0).max(other.top.0 + other.height.0);
    Area {
        left: Millimetres(left),
        top: Millimetres(top),
        width: Millimetres(right - left),
        height: Millimetres(bottom - top),
    }
}

/// The top left pixel, on the flattened picture, of what is shown of a strip. Even, so that colours stay where they
/// are.
pub fn strip_corner(area: &Area) -> (u32, u32) {
    let pixels = |length: f64| on_flattened(length - STRIP_MARGIN.0).max(0.0) as u32 & !1;
    (pixels(area.left.0), pixels(area.top.0))
}

/// A length on a sheet, in millimetres from its edge, as pixels of the flattened picture.
fn on_flattened(length: f64) -> f64 {
    ((length + FLATTENED_MARGIN.0) * 2.0 * DENSITY).round()
}

/// A strip cut out of the new picture; `None` if it cannot be packed.
fn strip(picture: &Picture, regions: Vec<String>, area: Area) -> Option<NewStrip> {
    let end =
        |length: f64, most: usize| on_flattened(length + STRIP_MARGIN.0).clamp(0.0, most as f64) as usize;
    let (left, top) = strip_corner(&area);
    let (left, top) = (left as usize, top as usize);
    let right = end(area.left.0 + area.width.0, picture.luma.width);
    let bottom = end(area.top.0 + area.height.0, picture.luma.height);
    if right <= left || bottom <= top {
        return None;
    }
    let cut = picture.part(left, top, right - left, bottom - top);
    let (width, height) = (u32::try_from(cut.luma.width).ok()?, u32::try_from(cut.luma.height).ok()?);
    Some(NewStrip { regions, area, picture: encode::jpeg(&cut, encode::SHEET_QUALITY)?, width, height })
}
