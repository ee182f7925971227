//! The outline of a dark patch: its convex hull, and the four corners if it has just four.
//! Only shape is judged here; what is drawn inside is `marks`' business.

use super::Pixel;
use super::dark::Patch;

/// How far a hull may bulge from a straight side: this share of the shortest side, and at least
/// [`BULGE_PIXELS`] pixels.
const BULGE_SHARE: f64 = 0.08;
const BULGE_PIXELS: f64 = 1.6;
/// Longest side over shortest side of a square seen at up to 60°.
const SIDES_RATIO_MAX: f64 = 2.5;
/// Share of the hull that the patch must span from its first to its last pixel in each row.
const SPAN_SHARE_MIN: f64 = 0.85;

/// The four corners of the patch, clockwise as seen, if its outline is a convex quadrilateral with
/// all sides at least `least` pixels long.
pub fn corners(patch: &Patch, least: f64) -> Option<[Pixel; 4]> {
    let hull = hull(&edge_points(patch));
    let corners = four_corners(&hull)?;
    let sides: [f64; 4] = std::array::from_fn(|k| distance(corners[k], corners[(k + 1) % 4]));
    let (shortest, longest) =
        sides.iter().fold((f64::MAX, 0.0_f64), |(a, b), side| (a.min(*side), b.max(*side)));
    if shortest < least || longest > shortest * SIDES_RATIO_MAX {
        return None;
    }
    let bulge = (shortest * BULGE_SHARE).max(BULGE_PIXELS);
    if hull
        .iter()
        .any(|point| (0..4).all(|k| off_line(*point, corners[k], corners[(k + 1) % 4]).abs() > bulge))
    {
        return None;
    }
    (spanned(patch) >= SPAN_SHARE_MIN * area(&corners)).then_some(corners)
}

/// Outer corners of the first and last pixel in each row.
fn edge_points(patch: &Patch) -> Vec<Pixel> {
    let mut points = Vec::with_capacity(patch.runs.len() * 4);
    for (row, start, end) in row_spans(patch) {
        for y in [row as f64, (row + 1) as f64] {
            points.extend([Pixel { x: start as f64, y }, Pixel { x: end as f64, y }]);
        }
    }
    points
}

/// For each row of the patch: the row, its first pixel and the one after its last.
fn row_spans(patch: &Patch) -> Vec<(usize, usize, usize)> {
    let mut spans: Vec<(usize, usize, usize)> = Vec::new();
    for run in &patch.runs {
        match spans.last_mut() {
            Some(span) if span.0 == run.row => *span = (run.row, span.1.min(run.start), span.2.max(run.end)),
            _ => spans.push((run.row, run.start, run.end)),
        }
    }
    spans
}

/// Pixels from first to last in each row, holes included.
fn spanned(patch: &Patch) -> f64 {
    row_spans(patch).iter().map(|(_, start, end)| (end - start) as f64).sum()
}

/// The convex hull, clockwise as seen (y runs down), by Andrew's monotone chain.
fn hull(points: &[Pixel]) -> Vec<Pixel> {
    let mut sorted = points.to_vec();
    sorted.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    let mut hull: Vec<Pixel> = Vec::new();
    for half in 0..2 {
        let base = hull.len();
        for point in &sorted {
            while hull.len() >= base + 2 && turn(hull[hull.len() - 2], hull[hull.len() - 1], *point) <= 0.0 {
                hull.pop();
            }
            hull.push(*point);
        }
        hull.pop();
        if half == 0 {
            sorted.reverse();
        }
    }
    hull
}

/// The two points farthest apart, and on either side of their line the farthest from it.
fn four_corners(hull: &[Pixel]) -> Option<[Pixel; 4]> {
    let mut ends = (0, 0, 0.0);
    for a in 0..hull.len() {
        for b in a + 1..hull.len() {
            let apart = distance(hull[a], hull[b]);
            if apart > ends.2 {
                ends = (a, b, apart);
            }
        }
    }
    let (first, third) = (*hull.get(ends.0)?, *hull.get(ends.1)?);
    let farthest = |points: &mut dyn Iterator<Item = &Pixel>| {
        let off = |point: &Pixel| off_line(*point, first, third).abs();
        points.max_by(|a, b| off(a).total_cmp(&off(b))).copied()
    };
    let second = farthest(&mut hull[ends.0 + 1..ends.1].iter())?;
    let fourth = farthest(&mut hull[ends.1 + 1..].iter().chain(&hull[..ends.0]))?;
    Some([first, second, third, fourth])
}

/// Twice the area of the triangle; positive when the way turns clockwise as seen.
fn turn(a: Pixel, b: Pixel, c: Pixel) -> f64 {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}

fn distance(a: Pixel, b: Pixel) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}

/// Signed distance of a point from the line through `a` and `b`.
fn off_line(point: Pixel, a: Pixel, b: Pixel) -> f64 {
    turn(a, b, point) / distance(a, b).max(f64::MIN_POSITIVE)
}

fn area(corners: &[Pixel; 4]) -> f64 {
    (turn(corners[0], corners[1], corners[2]) + turn(corners[0], corners[2], corners[3])).abs() / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::vision::dark::Run;

    /// A patch of the pixels whose middles a rule takes in.
    fn patch(rule: impl Fn(f64, f64) -> bool) -> Patch {
        let mut runs = Vec::new();
        for row in 0..80 {
            for start in 0..80 {
                if rule(start as f64 + 0.5, row as f64 + 0.5) {
                    runs.push(Run { row, start, end: start + 1 });
                }
            }
        }
        Patch { runs }
    }

    #[test]
    fn a_tilted_square_has_its_corners() {
        let (sin, cos) = 0.4_f64.sin_cos();
        let turned =
            |x: f64, y: f64| ((x - 40.0) * cos + (y - 40.0) * sin, (y - 40.0) * cos - (x - 40.0) * sin);
        let square = patch(|x, y| turned(x, y).0.abs() < 20.0 && turned(x, y).1.abs() < 20.0);
        let found = corners(&square, 10.0).expect("a square");
        for (u, v) in [(-20.0, -20.0), (20.0, -20.0), (20.0, 20.0), (-20.0, 20.0)] {
            let near = found.iter().map(|c| turned(c.x, c.y)).map(|(x, y)| (x - u).hypot(y - v));
            assert!(near.fold(f64::MAX, f64::min) < 2.0, "{found:?}");
        }
        assert!(turn(found[0], found[1], found[2]) > 0.0, "clockwise");
    }

    #[test]
    fn discs_triangles_and_brackets_are_no_squares() {
        assert_eq!(corners(&patch(|x, y| (x - 40.0).hypot(y - 40.0) < 20.0), 10.0), None);
        assert_eq!(corners(&patch(|x, y| x > 10.0 && y > x && y < 60.0), 10.0), None);
        let bracket =
            |x: f64, y: f64| (10.0..60.0).contains(&x) && (10.0..60.0).contains(&y) && (x < 15.0 || y < 15.0);
        assert_eq!(corners(&patch(bracket), 10.0), None);
    }

    #[test]
    fn a_frame_counts_as_its_outline() {
        let frame = |x: f64, y: f64| {
            let off = (x - 40.0).abs().max((y - 40.0).abs());
            (12.0..20.0).contains(&off)
        };
        assert!(corners(&patch(frame), 10.0).is_some());
    }
}
