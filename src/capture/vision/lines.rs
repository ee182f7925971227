//! Printed lines in a flattened picture: a design declares where its regions' edges lie, and each line is found
//! again some way beside. It knows nothing of why lines are moved.

use super::picture::Plane;
use crate::sheet::design::{Area, Geometry, RegionKind};

/// Distance along a line between places that are looked at, and length that each takes in, in millimetres.
const STEP: f64 = 4.0;
const TAKEN_IN: f64 = 3.0;
/// How far a line is looked for on either side, in millimetres.
const REACH: f64 = 5.0;
/// How far from its place a line is its own, in millimetres, once the sheet is flat.
const NEAR: f64 = 1.0;
/// Half the greatest width of a line, in millimetres: what is wider is no line.
const WIDTH: f64 = 0.6;
/// How much darker than the paper on both its sides a line must be, of 255.
const DARKER_MIN: f64 = 5.0;
/// Lines that are considered beside one place.
const RIVALS_MAX: usize = 4;

/// What was seen beside one place of a declared line. All lengths are in millimetres.
#[derive(Debug, Clone, PartialEq)]
pub struct Sighting {
    /// The place on the sheet.
    pub place: [f64; 2],
    /// Across the line: 0 to the right, 1 down.
    pub axis: usize,
    /// How far in that direction lines are seen, the clearest first.
    pub moved: Vec<f64>,
}

/// A place of a declared line, and how much darker than the paper around it that line is there.
#[derive(Debug, Clone, PartialEq)]
pub struct PrintedLine {
    /// The place on the sheet, in millimetres.
    pub place: [f64; 2],
    /// 0 where no line is seen, to 255.
    pub darkness: f64,
}

/// Where a picture shows a sheet: pixels to the millimetre, and millimetres around the sheet.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    pub density: f64,
    pub margin: f64,
}

/// Looks for every line that a design declares.
pub fn sightings(luma: &Plane, layout: Layout, geometry: &Geometry) -> Vec<Sighting> {
    let seen = |(place, axis, taken_in): (_, usize, _)| {
        let profile = profile(luma, layout, place, axis, taken_in);
        let moved = ridges(&profile, layout).into_iter().map(|(_, at)| layout.millimetres(place[axis], at));
        let moved: Vec<f64> = moved.take(RIVALS_MAX).collect();
        (!moved.is_empty()).then_some(Sighting { place, axis, moved })
    };
    places(geometry).filter_map(seen).collect()
}

/// How dark every line that a design declares is where it belongs.
pub fn printed(luma: &Plane, layout: Layout, geometry: &Geometry) -> Vec<PrintedLine> {
    let seen = |(place, axis, taken_in): ([f64; 2], usize, _)| {
        let profile = profile(luma, layout, place, axis, taken_in);
        let found = ridges(&profile, layout).into_iter();
        let near = found.filter(|(_, at)| layout.millimetres(place[axis], *at).abs() <= NEAR);
        PrintedLine { place, darkness: near.map(|(darker, _)| darker).fold(0.0, f64::max) }
    };
    places(geometry).map(seen).collect()
}

/// Places evenly along every declared line: with the axis across it, and the length that each takes in.
fn places(geometry: &Geometry) -> impl Iterator<Item = ([f64; 2], usize, f64)> {
    geometry.regions.iter().flat_map(|region| {
        // Rows are divided by lines under each other; boxes have lines all around.
        let axes = if region.kind == RegionKind::Row { 1..2 } else { 0..2 };
        axes.flat_map(|axis| edges(&region.area, axis).into_iter().flat_map(move |line| along(line, axis)))
    })
}

/// The two edges of an area that lie across an axis: where each begins, and its length.
fn edges(area: &Area, axis: usize) -> [([f64; 2], f64); 2] {
    let (start, size) = ([area.left.0, area.top.0], [area.width.0, area.height.0]);
    let mut end = start;
    end[axis] += size[axis];
    [start, end].map(|from| (from, size[1 - axis]))
}

/// Places evenly along one line.
fn along((from, length): ([f64; 2], f64), axis: usize) -> impl Iterator<Item = ([f64; 2], usize, f64)> {
    let count = (length / STEP).round().max(1.0);
    (0..count as usize).map(move |k| {
        let mut place = from;
        place[1 - axis] += length * (k as f64 + 0.5) / count;
        (place, axis, length.min(TAKEN_IN))
    })
}

impl Layout {
    /// How far from a place, given along one axis, something stands that a profile shows so many pixels from its
    /// middle: a profile stands at the middles of pixels, the place somewhere within one.
    fn millimetres(&self, place: f64, pixels: f64) -> f64 {
        let within = ((place + self.margin) * self.density).fract() - 0.5;
        (pixels - within) / self.density
    }
}

/// Brightness across a line, pixel by pixel from one end of the reach to the other, each the mean of a short
/// way along the line.
fn profile(luma: &Plane, layout: Layout, place: [f64; 2], axis: usize, taken_in: f64) -> Vec<f64> {
    let reach = (REACH * layout.density) as isize;
    let half = (taken_in * layout.density / 2.0) as isize;
    let [x, y] = place.map(|at| ((at + layout.margin) * layout.density) as isize);
    let pixel = |x: isize, y: isize| {
        let x = x.clamp(0, luma.width as isize - 1) as usize;
        let y = y.clamp(0, luma.height as isize - 1) as usize;
        f64::from(luma.samples[y * luma.width + x])
    };
    let mean = |across: isize| {
        let sum: f64 = (-half..=half)
            .map(|along| if axis == 0 { pixel(x + across, y + along) } else { pixel(x + along, y + across) })
            .sum();
        sum / (2 * half + 1) as f64
    };
    (-reach..=reach).map(mean).collect()
}

/// Where a profile is darker than on both sides: how much, and in pixels from its middle; the darkest first.
fn ridges(profile: &[f64], layout: Layout) -> Vec<(f64, f64)> {
    let beside = (WIDTH * layout.density).round().max(1.0) as usize;
    let darker = |k: usize| profile[k - beside].min(profile[k + beside]) - profile[k];
    let inner = beside + 1..profile.len().saturating_sub(beside + 1);
    let mut found: Vec<(f64, f64)> = inner
        .filter_map(|k| {
            let (before, own, after) = (darker(k - 1), darker(k), darker(k + 1));
            let is_ridge = own >= DARKER_MIN && own > before && own >= after;
            // The top of a parabola through three values.
            let beside = 0.5 * (before - after) / (before - 2.0 * own + after);
            let middle = (profile.len() / 2) as f64;
            is_ridge.then_some((own, k as f64 + beside - middle))
        })
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::design::{Millimetres, Region, SheetAudience};

    const LAYOUT: Layout = Layout { density: 4.0, margin: 10.0 };

    fn geometry(kind: RegionKind) -> Geometry {
        let area = Area {
            left: Millimetres(20.0),
            top: Millimetres(30.0),
            width: Millimetres(40.0),
            height: Millimetres(12.0),
        };
        Geometry {
            design: "test".to_owned(),
            label: 0,
            audience: SheetAudience::Everyone,
            width: Millimetres(80.0),
            height: Millimetres(60.0),
            code: None,
            regions: vec![Region { name: "row-1".to_owned(), kind, area }],
        }
    }

    /// White paper with one line across, a pixel thick, and a broad dark bar.
    fn paper(line: usize) -> Plane {
        let level = |y: usize| if y == line || (180..200).contains(&y) { 120 } else { 250 };
        Plane { width: 400, height: 320, samples: (0..400 * 320).map(|k| level(k / 400)).collect() }
    }

    #[test]
    fn a_line_is_seen_beside_its_place_and_a_bar_is_none() {
        // The upper edge belongs at 40 mm of the picture: pixel 160.
        let seen = sightings(&paper(166), LAYOUT, &geometry(RegionKind::Row));
        assert_eq!(seen.len(), 10, "all along the upper edge");
        for sighting in seen {
            assert_eq!((sighting.axis, sighting.moved.len(), sighting.place[1]), (1, 1, 30.0));
            assert!((sighting.moved[0] - 6.5 / 4.0).abs() < 0.01, "{sighting:?}");
        }
    }

    #[test]
    fn boxes_are_looked_for_on_all_sides_and_bare_paper_shows_nothing() {
        let boxes = sightings(&paper(160), LAYOUT, &geometry(RegionKind::Digit));
        assert!(boxes.iter().all(|sighting| sighting.axis == 1));
        let bare = Plane { width: 400, height: 320, samples: vec![250; 400 * 320] };
        assert_eq!(sightings(&bare, LAYOUT, &geometry(RegionKind::Digit)), []);
    }
}
