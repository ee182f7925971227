//! Sheets that show only three of their four marks: a thumb, a fold or a scribble hides one. It looks
//! for the remains of the fourth, or estimates where it must be, by the code and the printed lines, if that
//! is certain enough.

use super::curl::{self, Curl, Stage};
use super::homography::{Homography, Pair};
use super::lines::{self, Layout};
use super::marks::{self, Mark};
use super::picture::Plane;
use super::sheets::{
    Anchor, Located, RESIDUAL_MAX, Size, combinations, disjoint, fitted, middle, pairs, same, shapes,
};
use super::surface::Surface;
use super::{FLATTENED_MARGIN, INCH};
use crate::sheet::design::{BLANK_DPI, Geometry, MARK_SIDE, Millimetres, Place};

/// Root mean square distance of the marks from a flat sheet that still counts as one: less than
/// with four marks, since nothing checks the missing corner.
const RESIDUAL_MAX_OF_THREE: Millimetres = Millimetres(0.3);
/// The same where printed lines check it, since they tell a bent sheet, too.
const RESIDUAL_MAX_BY_LINES: Millimetres = Millimetres(0.6);
/// Share of the lines seen that must lie where the design has them.
const LINES_SHARE_MIN: f64 = 0.8;
/// Greatest standard deviation of a page corner that is estimated without its mark.
const DEVIATION_MAX: Millimetres = Millimetres(0.7);

/// Sheets with three marks whose fourth is damaged, covered or hidden: its remains are looked for
/// where it must be; failing that, its corner is estimated, if it can be to [`DEVIATION_MAX`].
/// `anchors` tells further points of a sheet that is roughly where the given map says.
pub fn with_three(
    found: &[Mark],
    known: &[Geometry],
    luma: &Plane,
    anchors: impl Fn(u8, &Homography) -> Vec<Anchor>,
) -> Vec<Located> {
    let mut candidates = Vec::new();
    let mut tried: Vec<Vec<Mark>> = Vec::new();
    for (label, size) in shapes(found, known) {
        for four in combinations(found, label, size) {
            let three: Vec<Mark> = four.into_iter().flatten().collect();
            let is_known = |known: &Vec<Mark>| three.iter().zip(known).all(|(one, other)| same(one, other));
            if three.len() != 3 || tried.iter().any(is_known) {
                continue;
            }
            tried.push(three.clone());
            let Some((_, rough)) = fitted(label, size, &three, &[], RESIDUAL_MAX) else { continue };
            let extra = anchors(label, &rough.map);
            let found = completed(&rough, luma, &three)
                .or_else(|| estimated(label, size, &three, &extra))
                .or_else(|| by_lines(&rough, luma, &extra, known));
            candidates.extend(found);
        }
    }
    disjoint(candidates)
}

/// The sheet with its fourth mark found again by what is left of it.
fn completed(rough: &Located, luma: &Plane, three: &[Mark]) -> Option<(f64, Located)> {
    let size = (rough.width, rough.height);
    let id = missing(rough.label, three)?;
    let (place, half) = (middle(id, size), MARK_SIDE.0 / 2.0);
    let corners = [(-half, -half), (half, -half), (half, half), (-half, half)]
        .map(|(dx, dy)| rough.map.map(place.x.0 + dx, place.y.0 + dy));
    let fourth = marks::expect(luma, id, corners)?;
    let four: Vec<Mark> = three.iter().copied().chain([fourth]).collect();
    fitted(rough.label, size, &four, &[], RESIDUAL_MAX)
}

/// The sheet by three marks and anchors alone, if its fourth corner is certain enough.
fn estimated(label: u8, size: Size, three: &[Mark], anchors: &[Anchor]) -> Option<(f64, Located)> {
    let (residual, located) = fitted(label, size, three, anchors, RESIDUAL_MAX_OF_THREE)?;
    let id = missing(label, three)?;
    let corner = usize::from(id % 4);
    let mut points: Vec<Pair> = three.iter().flat_map(|mark| pairs(mark, size)).collect();
    points.extend(anchors.iter().map(|(place, pixel)| ([place.x.0, place.y.0], [pixel.x, pixel.y])));
    let place = [(0.0, 0.0), (size.0.0, 0.0), (size.0.0, size.1.0), (0.0, size.1.0)][corner];
    let deviation = jackknife(&points, place)? / located.pixels_per_millimetre();
    (deviation <= DEVIATION_MAX.0).then_some((residual, located))
}

/// The sheet by three marks, anchors and the printed lines of a design, of which most must be found.
fn by_lines(rough: &Located, luma: &Plane, anchors: &[Anchor], known: &[Geometry]) -> Option<(f64, Located)> {
    let (label, size) = (rough.label, (rough.width, rough.height));
    let (residual, rough) = fitted(label, size, &rough.marks, anchors, RESIDUAL_MAX_BY_LINES)?;
    let layout = Layout { density: BLANK_DPI / INCH, margin: FLATTENED_MARGIN.0 };
    let to_sheet = Homography::affine([
        [1.0 / layout.density, 0.0, -layout.margin],
        [0.0, 1.0 / layout.density, -layout.margin],
    ]);
    let pixels = |side: Millimetres| ((side.0 + 2.0 * layout.margin) * layout.density) as usize;
    let window = luma.window(&to_sheet.then(&rough.map), pixels(size.0), pixels(size.1));
    let stage = Stage::new(&rough.map, size, (luma.width, luma.height));
    let fixed = curl::fixed(&rough.map, rough.marks.iter().flat_map(|mark| pairs(mark, size)))?;
    let bends = known.iter().filter(|geometry| rough.fits(geometry)).filter_map(|geometry| {
        let sightings = lines::sightings(&window, layout, geometry);
        let (support, bend) = Curl::best(stage, &fixed, &sightings)?;
        Some((support / sightings.len() as f64, bend))
    });
    let (share, bend) = bends.max_by(|a, b| a.0.total_cmp(&b.0))?;
    if share < LINES_SHARE_MIN {
        return None;
    }
    let surface = Surface::bent(rough.map, Some(bend));
    let place = |k: usize| [size.0.0 * (k % 5) as f64 / 4.0, size.1.0 * (k / 5) as f64 / 4.0];
    let seen = |[x, y]: [f64; 2]| surface.see(Place { x: Millimetres(x), y: Millimetres(y) });
    let points: Vec<Pair> = (0..25).map(place).map(|at| (at, [seen(at).x, seen(at).y])).collect();
    Some((residual, Located { map: Homography::fit(&points)?, ..rough }))
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

/// The one mark of a label that is not among these.
fn missing(label: u8, three: &[Mark]) -> Option<u8> {
    (label * 4..label * 4 + 4).find(|id| three.iter().all(|mark| mark.id != *id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::vision::Pixel;
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
        let (_, found) = by_lines(&rough, &photo(&geometry), &[], known).expect("boxes");
        assert!(away(&found) < 0.5, "{}", away(&found));
        let bare = Plane { samples: vec![230; 1184 * 1680], ..photo(&geometry) };
        assert!(by_lines(&rough, &bare, &[], known).is_none());
    }
}
