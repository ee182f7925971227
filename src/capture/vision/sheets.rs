//! From marks to sheets: four marks of one label in the right places make a sheet. Several sheets
//! may be in one picture, also with the same label. It knows geometry only, neither codes' meaning
//! nor brightness.

use super::Pixel;
use super::homography::{Homography, Pair};
use super::marks::Mark;
use crate::sheet::design::{Geometry, MARK_SIDE, Millimetres, Place, mark_centres};
use crate::sheet::marks::identity;

/// Size of a sheet whose label nobody has declared: A5 (ISO 216).
pub const DEFAULT_SIZE: (Millimetres, Millimetres) = (Millimetres(148.0), Millimetres(210.0));
/// How far the next mark may lie from where one mark alone predicts it, as a share of the way.
const PREDICTION_SHARE: f64 = 0.7;
/// Root mean square distance of the mark corners from a flat sheet that still counts as one.
pub const RESIDUAL_MAX: Millimetres = Millimetres(1.2);
/// Marks of one label and corner that are considered.
const RIVALS_MAX: usize = 6;

/// A sheet found in a picture. Pixels are those of the searched picture.
#[derive(Debug, Clone)]
pub struct Located {
    pub label: u8,
    pub width: Millimetres,
    pub height: Millimetres,
    /// From the sheet in millimetres to the picture.
    pub map: Homography,
    /// The marks it stands on; two to four.
    pub marks: Vec<Mark>,
}

impl Located {
    /// Where the middle of the sheet is seen.
    pub fn middle(&self) -> Pixel {
        self.map.map(self.width.0 / 2.0, self.height.0 / 2.0)
    }

    /// The trimmed sheet's corners: top left, top right, bottom right, bottom left.
    pub fn page_corners(&self) -> [Pixel; 4] {
        let (right, bottom) = (self.width.0, self.height.0);
        [(0.0, 0.0), (right, 0.0), (right, bottom), (0.0, bottom)].map(|(x, y)| self.map.map(x, y))
    }

    /// Whether a place of the picture shows a part of this sheet.
    pub fn shows(&self, pixel: Pixel) -> bool {
        let Some(place) = self.map.inverse().map(|back| back.place(pixel)) else { return false };
        (0.0..=self.width.0).contains(&place.x.0) && (0.0..=self.height.0).contains(&place.y.0)
    }

    /// Whether it may be a sheet of this geometry, by label and size.
    pub fn fits(&self, geometry: &Geometry) -> bool {
        geometry.label == self.label && (geometry.width, geometry.height) == (self.width, self.height)
    }

    /// Mean number of pixels that a millimetre of the sheet takes.
    pub fn pixels_per_millimetre(&self) -> f64 {
        let corners = self.page_corners();
        let around: f64 = (0..4).map(|k| corners[k].distance(corners[(k + 1) % 4])).sum();
        around / (2.0 * (self.width.0 + self.height.0))
    }

    /// Width of an edge on the sheet, the median over its marks: how blurred it is.
    pub fn edge_width(&self) -> Millimetres {
        let mut widths: Vec<f64> = self.marks.iter().map(|mark| mark.edge_width).collect();
        widths.sort_by(f64::total_cmp);
        let median = widths.get(widths.len() / 2).copied().unwrap_or_default();
        Millimetres(median / self.pixels_per_millimetre())
    }
}

/// A point known on the sheet and in the picture besides the marks, such as a corner of the code.
pub type Anchor = (Place, Pixel);

/// All sheets with four marks. No mark is used twice; the best fitting combination comes first.
pub fn with_four(found: &[Mark], known: &[Geometry]) -> Vec<Located> {
    let mut candidates: Vec<(f64, Located)> = Vec::new();
    for (label, size) in shapes(found, known) {
        for four in combinations(found, label, size) {
            if let [Some(a), Some(b), Some(c), Some(d)] = four {
                candidates.extend(fitted(label, size, &[a, b, c, d], &[], RESIDUAL_MAX));
            }
        }
    }
    disjoint(candidates)
}

/// Width and height of a sheet.
pub type Size = (Millimetres, Millimetres);

/// The labels seen, each with the sizes its sheets may have.
pub fn shapes(found: &[Mark], known: &[Geometry]) -> Vec<(u8, Size)> {
    let mut shapes: Vec<(u8, Size)> = Vec::new();
    for label in found.iter().map(|mark| mark.id / 4) {
        let declared = known.iter().filter(|geometry| geometry.label == label);
        let mut sizes: Vec<Size> = declared.map(|geometry| (geometry.width, geometry.height)).collect();
        if sizes.is_empty() {
            sizes.push(DEFAULT_SIZE);
        }
        for size in sizes {
            if !shapes.contains(&(label, size)) {
                shapes.push((label, size));
            }
        }
    }
    shapes
}

/// Every way to take at most one mark for each corner so that each lies about where the first one
/// predicts it, starting from any mark; those with a single mark are left out.
pub fn combinations(found: &[Mark], label: u8, size: Size) -> Vec<[Option<Mark>; 4]> {
    let of_corner = |corner: u8| -> Vec<Mark> {
        found.iter().filter(|mark| mark.id == identity(label, corner)).take(RIVALS_MAX).copied().collect()
    };
    let rivals: [Vec<Mark>; 4] = [of_corner(0), of_corner(1), of_corner(2), of_corner(3)];
    let mut result: Vec<[Option<Mark>; 4]> = Vec::new();
    for (corner, first) in rivals.iter().enumerate().flat_map(|(k, marks)| marks.iter().map(move |m| (k, m)))
    {
        let near: [Vec<Mark>; 4] = std::array::from_fn(|other| {
            let marks = rivals[other].iter().copied();
            if other == corner { vec![*first] } else { marks.filter(|m| predicts(first, m, size)).collect() }
        });
        let options = |k: usize| near[k].iter().copied().map(Some).chain(near[k].is_empty().then_some(None));
        for a in options(0) {
            for b in options(1) {
                for c in options(2) {
                    result.extend(options(3).map(|d| [a, b, c, d]));
                }
            }
        }
    }
    result.retain(|four| four.iter().flatten().count() >= 2);
    result
}

/// Whether `other` lies about where `first`, by its own position, size and turn, predicts it.
fn predicts(first: &Mark, other: &Mark, size: Size) -> bool {
    let meant = predicted(first, other.id, size);
    meant.distance(other.centre()) <= PREDICTION_SHARE * meant.distance(first.centre())
}

/// Where a mark predicts, by its own position, size and turn, the middle of another one.
pub fn predicted(first: &Mark, id: u8, size: Size) -> Pixel {
    let [a, b, c, d] = first.corners;
    let side = 2.0 * MARK_SIDE.0;
    let right = Pixel { x: (b.x - a.x + c.x - d.x) / side, y: (b.y - a.y + c.y - d.y) / side };
    let down = Pixel { x: (d.x - a.x + c.x - b.x) / side, y: (d.y - a.y + c.y - b.y) / side };
    let (from, to) = (middle(first.id, size), middle(id, size));
    let (dx, dy) = (to.x.0 - from.x.0, to.y.0 - from.y.0);
    let start = first.centre();
    Pixel { x: start.x + right.x * dx + down.x * dy, y: start.y + right.y * dx + down.y * dy }
}

/// Where the middle of a mark lies on its sheet.
pub fn middle(id: u8, (width, height): Size) -> Place {
    mark_centres(width, height)[usize::from(id % 4)]
}

/// Corners of a mark on its sheet and in the picture.
pub fn pairs(mark: &Mark, size: Size) -> [Pair; 4] {
    let (place, half) = (middle(mark.id, size), MARK_SIDE.0 / 2.0);
    let signs = [(-half, -half), (half, -half), (half, half), (-half, half)];
    std::array::from_fn(|k| {
        let (dx, dy) = signs[k];
        ([place.x.0 + dx, place.y.0 + dy], [mark.corners[k].x, mark.corners[k].y])
    })
}

/// The sheet that these marks and anchors fit best, with its residual in millimetres; `None` if
/// they do not fit one flat sheet seen from its front.
pub fn fitted(
    label: u8,
    size: Size,
    marks: &[Mark],
    anchors: &[Anchor],
    limit: Millimetres,
) -> Option<(f64, Located)> {
    let mut points: Vec<Pair> = marks.iter().flat_map(|mark| pairs(mark, size)).collect();
    points.extend(anchors.iter().map(|(place, pixel)| ([place.x.0, place.y.0], [pixel.x, pixel.y])));
    let map = Homography::fit(&points)?;
    let located = Located { label, width: size.0, height: size.1, map, marks: marks.to_vec() };
    let residual = map.residual(&points) / located.pixels_per_millimetre();
    (residual <= limit.0 && seen_from_front(&located.page_corners())).then_some((residual, located))
}

/// Whether the corners make a convex outline, clockwise as seen.
pub fn seen_from_front(corners: &[Pixel; 4]) -> bool {
    (0..4).all(|k| {
        let (a, b, c) = (corners[k], corners[(k + 1) % 4], corners[(k + 2) % 4]);
        (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x) > 0.0
    })
}

/// The candidates that fit best, each mark in one sheet only.
pub fn disjoint(mut candidates: Vec<(f64, Located)>) -> Vec<Located> {
    candidates.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut sheets: Vec<Located> = Vec::new();
    for (_, candidate) in candidates {
        let taken = |mark: &Mark| sheets.iter().flat_map(|sheet| &sheet.marks).any(|other| same(mark, other));
        if !candidate.marks.iter().any(taken) {
            sheets.push(candidate);
        }
    }
    sheets
}

/// Whether two readings are of one mark.
pub fn same(mark: &Mark, other: &Mark) -> bool {
    let side = mark.corners[0].distance(mark.corners[1]);
    mark.id == other.id && mark.centre().distance(other.centre()) < side / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::design::SheetAudience;

    /// The four marks of an A5 sheet seen through a map, in order of their corners.
    fn seen(label: u8, map: &Homography) -> Vec<Mark> {
        (0..4)
            .map(|corner| {
                let (place, half) = (middle(identity(label, corner), DEFAULT_SIZE), MARK_SIDE.0 / 2.0);
                let corners = [(-half, -half), (half, -half), (half, half), (-half, half)]
                    .map(|(dx, dy)| map.map(place.x.0 + dx, place.y.0 + dy));
                Mark { id: identity(label, corner), corners, edge_width: 1.0 }
            })
            .collect()
    }

    /// A sheet lying askew, seen from aslant, moved to the right.
    fn askew(right: f64) -> Homography {
        let corners = [
            ([0.0, 0.0], [right + 110.0, 95.0]),
            ([148.0, 0.0], [right + 1090.0, 160.0]),
            ([148.0, 210.0], [right + 1010.0, 1580.0]),
            ([0.0, 210.0], [right, 1420.0]),
        ];
        Homography::fit(&corners).expect("four corners")
    }

    #[test]
    fn four_marks_make_a_sheet_with_its_corners() {
        let found = with_four(&seen(7, &askew(0.0)), &[]);
        assert_eq!((found.len(), found[0].label), (1, 7));
        let corner = found[0].page_corners()[2];
        assert!((corner.x - 1010.0).hypot(corner.y - 1580.0) < 1e-3, "{corner:?}");
    }

    #[test]
    fn two_sheets_with_one_label_are_told_apart() {
        let marks = [seen(7, &askew(0.0)), seen(7, &askew(1200.0))].concat();
        let found = with_four(&marks, &[]);
        let mut left: Vec<f64> = found.iter().map(|sheet| sheet.page_corners()[0].x.round()).collect();
        left.sort_by(f64::total_cmp);
        assert_eq!(left, [110.0, 1310.0]);
    }

    #[test]
    fn marks_of_several_labels_or_in_a_mirror_make_no_sheet() {
        let mut mixed = seen(7, &askew(0.0));
        mixed[2].id = identity(8, 2);
        assert!(with_four(&mixed, &[]).is_empty());
        let mirror = Homography::affine([[-1.0, 0.0, 2000.0], [0.0, 1.0, 0.0]]);
        assert!(with_four(&seen(7, &askew(0.0).then(&mirror)), &[]).is_empty());
        let mut moved = seen(7, &askew(0.0));
        moved[1].corners = moved[1].corners.map(|corner| Pixel { x: corner.x - 400.0, ..corner });
        assert!(with_four(&moved, &[]).is_empty());
    }

    #[test]
    fn a_declared_size_is_used() {
        let geometry = Geometry {
            design: "strip".to_owned(),
            label: 7,
            audience: SheetAudience::Everyone,
            width: Millimetres(120.0),
            height: Millimetres(40.0),
            code: None,
            regions: Vec::new(),
        };
        assert!(with_four(&seen(7, &askew(0.0)), &[geometry]).is_empty(), "an A5 sheet is no strip");
    }
}
