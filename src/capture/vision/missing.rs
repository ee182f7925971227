//! Sheets that show only two or three of their four marks: thumbs, a fold or a scribble hide the others, or they
//! lie outside of the picture. It looks for the remains of what is missing, or estimates where it must be, by the
//! code and the printed lines, if that is certain enough.
//!
//! With two marks, 60 of 60 simulated ordinary photos were located (covered, or cut off at one side): the worst
//! corner within 1 mm in 46, within 2.2 mm in all; rows have no upright lines that would tell more.

use super::curl::{self, Curl, Stage};
use super::homography::{Homography, Pair};
use super::lines::{self, Layout, Sighting};
use super::marks::{self, Mark};
use super::picture::Plane;
use super::sheets::{
    Anchor, Located, RESIDUAL_MAX, combinations, disjoint, fitted, middle, pairs, same, seen_from_front,
    shapes,
};
use super::surface::Surface;
use super::{FLATTENED_MARGIN, INCH, Pixel};
use crate::sheet::design::{BLANK_DPI, Geometry, MARK_SIDE, Millimetres, Place};
use crate::sheet::marks::identity;

/// Root mean square distance of the marks from a flat sheet that still counts as one: less than
/// with four marks, since nothing checks the missing corners.
const RESIDUAL_MAX_UNCHECKED: Millimetres = Millimetres(0.3);
/// The same where printed lines check it, since they tell a bent sheet, too.
const RESIDUAL_MAX_BY_LINES: Millimetres = Millimetres(0.6);
/// Share of the lines seen that must lie where the design has them.
const LINES_SHARE_MIN: f64 = 0.8;
/// Greatest standard deviation of a page corner that is estimated without its mark.
const DEVIATION_MAX: Millimetres = Millimetres(0.7);
/// From two marks the printed lines are followed over the sheet: so far from what is known, round after round,
/// in millimetres.
const FOLLOWED: [f64; 6] = [30.0, 60.0, 100.0, 140.0, 190.0, 250.0];

/// Tells further points of a sheet with a label that is roughly where a map says.
type Anchors<'a> = &'a dyn Fn(u8, &Homography) -> Vec<Anchor>;

/// Sheets with so many marks, two or three, whose others are damaged, covered or hidden: their remains are looked
/// for where they must be; failing that, their corners are estimated by what else is known of the sheet.
pub fn with_marks(
    count: usize,
    found: &[Mark],
    known: &[Geometry],
    luma: &Plane,
    anchors: Anchors,
) -> Vec<Located> {
    let mut candidates = Vec::new();
    let mut tried: Vec<Vec<Mark>> = Vec::new();
    for (label, size) in shapes(found, known) {
        for four in combinations(found, label, size) {
            let seen: Vec<Mark> = four.into_iter().flatten().collect();
            let is_known = |known: &Vec<Mark>| seen.iter().zip(known).all(|(one, other)| same(one, other));
            if seen.len() != count || tried.iter().any(is_known) {
                continue;
            }
            tried.push(seen.clone());
            let Some((_, rough)) = fitted(label, size, &seen, &[], RESIDUAL_MAX) else { continue };
            let found = completed(&rough, luma)
                .or_else(|| estimated(&rough, &anchors(label, &rough.map)))
                .or_else(|| by_lines(&rough, luma, anchors, known));
            candidates.extend(found);
        }
    }
    disjoint(candidates)
}

/// The sheet with all of its missing marks found again by what is left of them.
fn completed(rough: &Located, luma: &Plane) -> Option<(f64, Located)> {
    let size = (rough.width, rough.height);
    let half = MARK_SIDE.0 / 2.0;
    let again = |id: u8| {
        let place = middle(id, size);
        let corners = [(-half, -half), (half, -half), (half, half), (-half, half)]
            .map(|(dx, dy)| rough.map.map(place.x.0 + dx, place.y.0 + dy));
        marks::expect(luma, id, corners)
    };
    let others: Option<Vec<Mark>> = missing(rough).map(again).collect();
    let four = [rough.marks.clone(), others?].concat();
    fitted(rough.label, size, &four, &[], RESIDUAL_MAX)
}

/// The sheet by three marks and anchors alone, if its fourth corner is certain enough.
fn estimated(rough: &Located, anchors: &[Anchor]) -> Option<(f64, Located)> {
    let size = (rough.width, rough.height);
    if rough.marks.len() < 3 {
        return None;
    }
    let (residual, located) = fitted(rough.label, size, &rough.marks, anchors, RESIDUAL_MAX_UNCHECKED)?;
    let points = points(&located, anchors);
    let corners = [(0.0, 0.0), (size.0.0, 0.0), (size.0.0, size.1.0), (0.0, size.1.0)];
    let corner = usize::from(missing(rough).next()? % 4);
    let deviation = jackknife(&points, corners[corner])? / located.pixels_per_millimetre();
    (deviation <= DEVIATION_MAX.0).then_some((residual, located))
}

/// The sheet by its marks, anchors and the printed lines of a design, of which most must be found.
fn by_lines(rough: &Located, luma: &Plane, anchors: Anchors, known: &[Geometry]) -> Option<(f64, Located)> {
    let size = (rough.width, rough.height);
    let judged = known.iter().filter(|geometry| rough.fits(geometry)).filter_map(|geometry| {
        let extra = anchors(rough.label, &rough.map);
        let (residual, start) = fitted(rough.label, size, &rough.marks, &extra, RESIDUAL_MAX_BY_LINES)?;
        let start = if rough.marks.len() < 3 { followed(start, luma, anchors, geometry)? } else { start };
        let (share, located) = checked(start, luma, geometry)?;
        Some((share, (residual, located)))
    });
    let (share, best) = judged.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (share >= LINES_SHARE_MIN).then_some(best)
}

/// The sheet that is known near its marks alone, known everywhere: each round trusts the lines a little farther
/// away.
fn followed(start: Located, luma: &Plane, anchors: Anchors, geometry: &Geometry) -> Option<Located> {
    let mut located = start;
    for reach in FOLLOWED {
        let known = points(&located, &anchors(located.label, &located.map));
        let away = |place: [f64; 2]| {
            let ways = known.iter().map(|([x, y], _)| (place[0] - x).hypot(place[1] - y));
            ways.fold(f64::MAX, f64::min)
        };
        let mut sightings = sightings(&located, luma, geometry);
        sightings.retain(|seen| away(seen.place) <= reach);
        let stage = stage(&located, luma);
        let fixed = curl::fixed(&located.map, known.iter().copied())?;
        let level = Curl::level(stage, &fixed, &sightings)?;
        located = moved(located, level)?;
    }
    Some(located)
}

/// The share of the lines seen that lie where a design has them, and the sheet bent as they say.
fn checked(start: Located, luma: &Plane, geometry: &Geometry) -> Option<(f64, Located)> {
    let sightings = sightings(&start, luma, geometry);
    let fixed = curl::fixed(&start.map, points(&start, &[]).into_iter())?;
    let (support, bend) = Curl::best(stage(&start, luma), &fixed, &sightings)?;
    let located = moved(start, bend)?;
    let away = located.map.residual(&points(&located, &[])) / located.pixels_per_millimetre();
    let is_sheet = away <= RESIDUAL_MAX.0 && seen_from_front(&located.page_corners());
    is_sheet.then_some((support / sightings.len() as f64, located))
}

/// The printed lines seen in the part of the sheet that the picture shows.
fn sightings(located: &Located, luma: &Plane, geometry: &Geometry) -> Vec<Sighting> {
    let layout = Layout { density: BLANK_DPI / INCH, margin: FLATTENED_MARGIN.0 };
    let to_sheet = Homography::affine([
        [1.0 / layout.density, 0.0, -layout.margin],
        [0.0, 1.0 / layout.density, -layout.margin],
    ]);
    let pixels = |side: Millimetres| ((side.0 + 2.0 * layout.margin) * layout.density) as usize;
    let window = luma.window(&to_sheet.then(&located.map), pixels(located.width), pixels(located.height));
    let mut found = lines::sightings(&window, layout, geometry);
    found.retain(|seen| {
        let Pixel { x, y } = located.map.map(seen.place[0], seen.place[1]);
        (0.0..luma.width as f64).contains(&x) && (0.0..luma.height as f64).contains(&y)
    });
    found
}

/// What a sheet is seen from.
fn stage(located: &Located, luma: &Plane) -> Stage {
    Stage::new(&located.map, (located.width, located.height), (luma.width, luma.height))
}

/// The flat sheet that is nearest to this one with its places moved.
fn moved(located: Located, curl: Curl) -> Option<Located> {
    let surface = Surface::bent(located.map, Some(curl));
    let place = |k: usize| [located.width.0 * (k % 5) as f64 / 4.0, located.height.0 * (k / 5) as f64 / 4.0];
    let seen = |[x, y]: [f64; 2]| surface.see(Place { x: Millimetres(x), y: Millimetres(y) });
    let points: Vec<Pair> = (0..25).map(place).map(|at| (at, [seen(at).x, seen(at).y])).collect();
    Some(Located { map: Homography::fit(&points)?, ..located })
}

/// Everything that is known for certain: the corners of its marks, and anchors.
fn points(located: &Located, anchors: &[Anchor]) -> Vec<Pair> {
    let size = (located.width, located.height);
    let corners = located.marks.iter().flat_map(|mark| pairs(mark, size));
    corners.chain(anchors.iter().map(|(place, pixel)| ([place.x.0, place.y.0], [pixel.x, pixel.y]))).collect()
}

/// Standard deviation, in pixels, of where a place is seen: by leaving out each point in turn.
fn jackknife(points: &[Pair], place: (f64, f64)) -> Option<f64> {
    let mut seen = Vec::with_capacity(points.len());
    for index in 0..points.len() {
        let others: Vec<Pair> = points[..index].iter().chain(&points[index + 1..]).copied().collect();
        seen.push(Homography::fit(&others)?.map(place.0, place.1));
    }
    let count = seen.len() as f64;
    let (x, y) =
        (seen.iter().map(|p| p.x).sum::<f64>() / count, seen.iter().map(|p| p.y).sum::<f64>() / count);
    let spread: f64 = seen.iter().map(|p| (p.x - x).powi(2) + (p.y - y).powi(2)).sum();
    Some((spread * (count - 1.0) / count).sqrt())
}

/// The marks of a sheet that it does not stand on.
fn missing(located: &Located) -> impl Iterator<Item = u8> + '_ {
    let all = (0..4).map(|corner| identity(located.label, corner));
    all.filter(|id| located.marks.iter().all(|mark| mark.id != *id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::vision::sheets::DEFAULT_SIZE;
    use crate::sheet::design::{Area, Region, RegionKind, SheetAudience};

    /// Pixels to the millimetre.
    const DENSITY: f64 = 8.0;

    /// A sheet full of boxes.
    fn geometry() -> Geometry {
        let area = |k: usize| Area {
            left: Millimetres(20.0 + 18.0 * (k % 6) as f64),
            top: Millimetres(30.0 + 15.0 * (k / 6) as f64),
            width: Millimetres(18.0),
            height: Millimetres(12.0),
        };
        let region = |k: usize| Region { name: format!("box-{k}"), kind: RegionKind::Digit, area: area(k) };
        Geometry {
            design: "boxes".to_owned(),
            label: 7,
            audience: SheetAudience::Everyone,
            width: DEFAULT_SIZE.0,
            height: DEFAULT_SIZE.1,
            code: None,
            regions: (0..66).map(region).collect(),
        }
    }

    /// The sheet from straight above, without its marks.
    fn photo(geometry: &Geometry) -> Plane {
        let (width, height) = ((148.0 * DENSITY) as usize, (210.0 * DENSITY) as usize);
        let mut samples = vec![230; width * height];
        for area in geometry.regions.iter().map(|region| region.area) {
            let [left, top, wide, high] =
                [area.left, area.top, area.width, area.height].map(|side| (side.0 * DENSITY) as usize);
            for y in top..top + high + 2 {
                let inside = (top + 2..top + high).contains(&y);
                let row = &mut samples[y * width + left..][..wide + 2];
                if inside {
                    row[..2].fill(90)
                } else {
                    row.fill(90)
                }
                row[wide..].fill(90);
            }
        }
        Plane { width, height, samples }
    }

    /// Three marks, the second one seen a little askew.
    fn three() -> Vec<Mark> {
        let mark = |id: u8| {
            let (place, half) = (middle(id, DEFAULT_SIZE), MARK_SIDE.0 / 2.0);
            let corners = [(-half, -half), (half, -half), (half, half), (-half, half)]
                .map(|(dx, dy)| Pixel { x: place.x.0 + dx, y: place.y.0 + dy }.scaled(DENSITY));
            Mark { id, corners, edge_width: 1.0 }
        };
        let mut marks: Vec<Mark> = [28, 29, 31].map(mark).to_vec();
        marks[1].corners[2].x += 2.5;
        marks
    }

    #[test]
    fn printed_lines_tell_where_the_corner_of_a_covered_mark_is() {
        let (geometry, three) = (geometry(), three());
        let known = std::slice::from_ref(&geometry);
        let away = |located: &Located| {
            let corner = located.page_corners()[2].scaled(1.0 / DENSITY);
            (corner.x - 148.0).hypot(corner.y - 210.0)
        };
        let (_, rough) = fitted(7, DEFAULT_SIZE, &three, &[], RESIDUAL_MAX).expect("three marks");
        assert!(away(&rough) > 1.0, "{}", away(&rough));
        let (_, found) = by_lines(&rough, &photo(&geometry), &|_, _| Vec::new(), known).expect("boxes");
        assert!(away(&found) < 0.5, "{}", away(&found));
        let bare = Plane { samples: vec![230; 1184 * 1680], ..photo(&geometry) };
        assert!(by_lines(&rough, &bare, &|_, _| Vec::new(), known).is_none());
    }
}
