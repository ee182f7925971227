//! Edges finer than a pixel: the four sides of a dark quadrilateral on bright paper are fitted to
//! where brightness passes half way, and its corners are where the fitted lines meet. How wide
//! the edges are tells how blurred the picture is.

use super::Pixel;
use super::picture::Plane;

/// Part of each side, from both ends, that is left out: there the neighbouring side's blur reaches.
const SIDE_MARGIN: f64 = 0.12;
/// Profiles taken across each side, at least and at most.
const PROFILES_MIN: usize = 8;
const PROFILES_MAX: usize = 28;
/// Samples of one profile and pixels between them.
const SAMPLES: usize = 17;
/// Samples at either end of a step whose mean is its dark and its bright level.
const LEVEL_SAMPLES: usize = 3;
/// Least difference in brightness across an edge.
const STEP_MIN: f64 = 16.0;
/// Points farther than this many pixels from the first line are left out of the second.
const STRAY_MAX: f64 = 0.75;

/// A quadrilateral refined, and how wide its edges are.
#[derive(Debug, Clone, Copy)]
pub struct Refined {
    pub corners: [Pixel; 4],
    /// Median width of an edge in pixels: step in brightness over steepest slope. About 2.5 times
    /// the standard deviation of the blur; 1 for a perfectly sharp picture.
    pub edge_width: f64,
}

/// Refines corners given clockwise as seen. `reach` is how far, in pixels, an edge may lie from the
/// line between the given corners. `None` if a side has no clear edge from dark inside to bright.
pub fn refine(luma: &Plane, corners: [Pixel; 4], reach: f64) -> Option<Refined> {
    let mut widths = Vec::new();
    let mut lines = Vec::with_capacity(4);
    for side in 0..4 {
        let points = crossings(luma, corners[side], corners[(side + 1) % 4], reach, &mut widths);
        lines.push(Line::through(&points)?);
    }
    let mut refined = corners;
    for (corner, place) in refined.iter_mut().enumerate() {
        *place = lines[(corner + 3) % 4].meet(&lines[corner])?;
        if (place.x - corners[corner].x).hypot(place.y - corners[corner].y) > reach * 2.0 {
            return None;
        }
    }
    widths.sort_by(f64::total_cmp);
    Some(Refined { corners: refined, edge_width: *widths.get(widths.len() / 2)? })
}

/// Where brightness steps up on profiles across the side from `from` to `to`.
fn crossings(luma: &Plane, from: Pixel, to: Pixel, reach: f64, widths: &mut Vec<f64>) -> Vec<Pixel> {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let length = dx.hypot(dy).max(f64::MIN_POSITIVE);
    // Clockwise as seen, so outside is to the left of the way.
    let outward = Pixel { x: dy / length, y: -dx / length };
    let count = ((length * 0.5) as usize).clamp(PROFILES_MIN, PROFILES_MAX);
    let step = 2.0 * reach / (SAMPLES - 1) as f64;
    let mut points = Vec::with_capacity(count);
    for index in 0..count {
        let along = SIDE_MARGIN + (1.0 - 2.0 * SIDE_MARGIN) * (index as f64 + 0.5) / count as f64;
        let base = Pixel { x: from.x + dx * along, y: from.y + dy * along };
        let profile: [f64; SAMPLES] = std::array::from_fn(|k| {
            let out = k as f64 * step - reach;
            luma.at(base.x + outward.x * out, base.y + outward.y * out)
        });
        if let Some((place, width)) = step_in(&profile) {
            let out = place * step - reach;
            points.push(Pixel { x: base.x + outward.x * out, y: base.y + outward.y * out });
            widths.push(width * step);
        }
    }
    points
}

/// Where a profile steps from dark to bright, and how wide the step is, in samples. The place is
/// where a sharp step would let as much light in: unlike the place of half brightness it does not
/// shift with the shape of the blur or between pixels.
fn step_in(profile: &[f64; SAMPLES]) -> Option<(f64, f64)> {
    let slopes = profile.windows(2).map(|pair| pair[1] - pair[0]).enumerate();
    let (steepest, slope) = slopes.max_by(|a, b| a.1.total_cmp(&b.1))?;
    // As far on either side as the profile goes on both: farther out, other print may begin.
    let reach = steepest.min(SAMPLES - 2 - steepest);
    let near = &profile[steepest - reach..=steepest + 1 + reach];
    if near.len() < 2 * LEVEL_SAMPLES {
        return None;
    }
    let mean = |samples: &[f64]| samples.iter().sum::<f64>() / samples.len() as f64;
    let (dark, bright) = (mean(&near[..LEVEL_SAMPLES]), mean(&near[near.len() - LEVEL_SAMPLES..]));
    if bright - dark < STEP_MIN {
        return None;
    }
    let missing: f64 = near.iter().map(|sample| (bright - sample) / (bright - dark)).sum();
    let place = (steepest - reach) as f64 - 0.5 + missing;
    Some((place, (bright - dark) / slope))
}

/// A straight line: a point on it and its direction, one long.
struct Line {
    point: Pixel,
    direction: Pixel,
}

impl Line {
    /// The line closest to the points, fitted again without the strays.
    fn through(points: &[Pixel]) -> Option<Self> {
        let first = Self::closest(points)?;
        let near: Vec<Pixel> = points.iter().copied().filter(|p| first.off(*p).abs() <= STRAY_MAX).collect();
        if near.len() * 2 < points.len() { None } else { Self::closest(&near) }
    }

    /// Total least squares.
    fn closest(points: &[Pixel]) -> Option<Self> {
        if points.len() < PROFILES_MIN / 2 {
            return None;
        }
        let count = points.len() as f64;
        let x = points.iter().map(|p| p.x).sum::<f64>() / count;
        let y = points.iter().map(|p| p.y).sum::<f64>() / count;
        let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
        for point in points {
            let (dx, dy) = (point.x - x, point.y - y);
            (xx, xy, yy) = (xx + dx * dx, xy + dx * dy, yy + dy * dy);
        }
        let (sin, cos) = (0.5 * (2.0 * xy).atan2(xx - yy)).sin_cos();
        Some(Self { point: Pixel { x, y }, direction: Pixel { x: cos, y: sin } })
    }

    /// Signed distance of a point from the line.
    fn off(&self, point: Pixel) -> f64 {
        (point.x - self.point.x) * self.direction.y - (point.y - self.point.y) * self.direction.x
    }

    /// Where two lines meet; `None` for lines closer than 10° to parallel.
    fn meet(&self, other: &Self) -> Option<Pixel> {
        let cross = self.direction.x * other.direction.y - self.direction.y * other.direction.x;
        if cross.abs() < 0.17 {
            return None;
        }
        let along = -other.off(self.point)
            / (self.direction.x * other.direction.y - self.direction.y * other.direction.x);
        Some(Pixel { x: self.point.x + self.direction.x * along, y: self.point.y + self.direction.y * along })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A dark square with its left top corner at (`at`, `at`), `side` wide, edges by coverage.
    fn square(at: f64, side: f64, size: usize) -> Plane {
        let covered = |pixel: usize| {
            let (from, to) = (pixel as f64, pixel as f64 + 1.0);
            (to.min(at + side) - from.max(at)).clamp(0.0, 1.0)
        };
        let samples = (0..size * size).map(|k| (220.0 - 190.0 * covered(k % size) * covered(k / size)) as u8);
        Plane { width: size, height: size, samples: samples.collect() }
    }

    fn corners_at(at: f64, side: f64) -> [Pixel; 4] {
        let end = at + side;
        [(at, at), (end, at), (end, end), (at, end)].map(|(x, y)| Pixel { x, y })
    }

    #[test]
    fn corners_are_found_to_a_twentieth_of_a_pixel() {
        let luma = square(20.3, 40.4, 80);
        let refined = refine(&luma, corners_at(19.0, 42.0), 4.0).expect("a clear square");
        for (found, meant) in refined.corners.iter().zip(corners_at(20.3, 40.4)) {
            assert!((found.x - meant.x).hypot(found.y - meant.y) < 0.05, "{found:?} is not {meant:?}");
        }
        assert!(refined.edge_width < 1.6, "{}", refined.edge_width);
    }

    #[test]
    fn a_blurred_edge_is_wider_but_not_elsewhere() {
        let sharp = square(40.3, 80.4, 160);
        let blurred =
            sharp.halved().window(&crate::capture::vision::homography::Homography::scaling(0.5), 160, 160);
        let [before, after] =
            [&sharp, &blurred].map(|luma| refine(luma, corners_at(39.0, 82.0), 7.0).expect("clear"));
        assert!(after.edge_width > 1.5 * before.edge_width, "{} {}", before.edge_width, after.edge_width);
        for (a, b) in before.corners.iter().zip(after.corners) {
            assert!(a.distance(b) < 0.1, "{a:?} {b:?}");
        }
    }

    #[test]
    fn bare_paper_has_no_edge() {
        let paper = Plane { width: 80, height: 80, samples: vec![200; 6400] };
        assert!(refine(&paper, corners_at(20.0, 40.0), 4.0).is_none());
    }
}
