//! Sheets that show only three of their four marks: a thumb, a fold or a scribble hides one. It looks
//! for the remains of the fourth, or estimates where it must be, if that is certain enough.

use super::homography::{Homography, Pair};
use super::marks::{self, Mark};
use super::picture::Plane;
use super::sheets::{
    Anchor, Located, RESIDUAL_MAX, Size, combinations, disjoint, fitted, middle, pairs, shapes,
};
use crate::sheet::design::{Geometry, MARK_SIDE, Millimetres};

/// Root mean square distance of the marks from a flat sheet that still counts as one: less than
/// with four marks, since nothing checks the missing corner.
const RESIDUAL_MAX_OF_THREE: Millimetres = Millimetres(0.3);
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
    for (label, size) in shapes(found, known) {
        for four in combinations(found, label, size) {
            let three: Vec<Mark> = four.into_iter().flatten().collect();
            if three.len() != 3 {
                continue;
            }
            let Some((_, rough)) = fitted(label, size, &three, &[], RESIDUAL_MAX) else { continue };
            let extra = anchors(label, &rough.map);
            candidates
                .extend(completed(&rough, luma, &three).or_else(|| estimated(label, size, &three, &extra)));
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
