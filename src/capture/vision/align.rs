//! Two pictures of one sheet laid on each other: where the paper was bent, the marks alone leave a
//! millimetre or two. Patches of strokes are found again in the other picture, and a smooth bend is laid
//! through what they tell. It knows strokes only as brightness.

use super::linear::{add_equation, solve};
use super::picture::Plane;

/// Side of a patch that is looked for, and distance between patches, in pixels; 4 pixels are a millimetre.
const PATCH: usize = 40;
const PATCH_STEP: usize = 24;
/// How far a patch may have moved, in pixels: 2.5 mm.
const MOVED_MAX: usize = 10;
/// Standard deviation that a patch needs so that it can be told from others, of 255.
const CONTRAST_MIN: f64 = 5.0;
/// Correlation from which on a patch counts as found.
const LIKENESS_MIN: f64 = 0.5;
/// Fall of the correlation beside its peak at which a direction is certain: a line alone tells only one.
const CERTAIN_FALL: f64 = 0.05;
/// Fewest patches that a bend is laid through.
const PATCHES_MIN: usize = 20;
/// Coefficients of a bend: a polynomial of fourth degree in two variables.
const TERMS: usize = 15;
/// Pull towards no bend at all where patches tell nothing.
const RIDGE: f64 = 0.01;
/// Distance from the bend, in pixels, at which a patch has half its weight; and how often weights are made.
const OUTLYING: f64 = 0.6;
const ROUNDS: usize = 6;
/// Pixels between places where the bend is worked out; it is even between them.
const MESH: usize = 8;

/// By how much each place of one picture is moved in another.
#[derive(Debug, Clone)]
pub struct Bend {
    width: usize,
    height: usize,
    /// Across and down, in pixels.
    coefficients: [[f64; TERMS]; 2],
}

/// A patch found again.
struct Found {
    /// Its middle, -1 to 1 across and down.
    at: [f64; 2],
    /// How far it was moved, in pixels, and how certain that is.
    moved: [f64; 2],
    weight: [f64; 2],
}

impl Bend {
    /// How `moving` must be bent to lie on `fixed`; both are strokes, equally large. `None` if too little
    /// of the one is found in the other.
    pub fn between(moving: &Plane, fixed: &Plane) -> Option<Self> {
        let small = (moving.halved(), fixed.halved());
        let mut found = Vec::new();
        for top in (0..(fixed.height + 1).saturating_sub(PATCH)).step_by(PATCH_STEP) {
            for left in (0..(fixed.width + 1).saturating_sub(PATCH)).step_by(PATCH_STEP) {
                found.extend(find(moving, fixed, (&small.0, &small.1), (left, top)));
            }
        }
        if found.len() < PATCHES_MIN {
            return None;
        }
        let coefficients = [fitted(&found, 0)?, fitted(&found, 1)?];
        Some(Self { width: fixed.width, height: fixed.height, coefficients })
    }

    /// The picture bent; where it shows nothing, its nearest pixel.
    pub fn apply(&self, moving: &Plane) -> Plane {
        let mut samples = Vec::with_capacity(self.width * self.height);
        let columns = self.width.div_ceil(MESH) + 1;
        let node = |row: usize, column: usize| self.at((column * MESH) as f64, (row * MESH) as f64);
        let line = |row: usize| -> Vec<[f64; 2]> { (0..columns).map(|column| node(row, column)).collect() };
        let (mut upper, mut lower) = (line(0), line(1));
        for y in 0..self.height {
            if y > 0 && y % MESH == 0 {
                (upper, lower) = (lower, line(y / MESH + 1));
            }
            let below = (y % MESH) as f64 / MESH as f64;
            for x in 0..self.width {
                let (column, right) = (x / MESH, (x % MESH) as f64 / MESH as f64);
                let between = |axis: usize| {
                    let across = |line: &[[f64; 2]]| {
                        line[column][axis] * (1.0 - right) + line[column + 1][axis] * right
                    };
                    across(&upper) * (1.0 - below) + across(&lower) * below
                };
                samples
                    .push(moving.at(x as f64 + 0.5 + between(0), y as f64 + 0.5 + between(1)).round() as u8);
            }
        }
        Plane { width: self.width, height: self.height, samples }
    }

    /// By how much a place is moved, in pixels.
    fn at(&self, x: f64, y: f64) -> [f64; 2] {
        let terms = terms([share(x, self.width), share(y, self.height)]);
        self.coefficients.map(|axis| axis.iter().zip(terms).map(|(factor, term)| factor * term).sum())
    }
}

/// A place along a side, -1 to 1.
fn share(place: f64, side: usize) -> f64 {
    2.0 * place / side as f64 - 1.0
}

/// Every product of powers up to the fourth degree.
fn terms([u, v]: [f64; 2]) -> [f64; TERMS] {
    let mut terms = [0.0; TERMS];
    let powers = (0..5).flat_map(|i| (0..5 - i).map(move |j| (i, j)));
    for (term, (i, j)) in terms.iter_mut().zip(powers) {
        *term = u.powi(i) * v.powi(j);
    }
    terms
}

/// The polynomial through one axis of what was found; what lies far from it counts less each round.
fn fitted(found: &[Found], axis: usize) -> Option<[f64; TERMS]> {
    let mut coefficients = None;
    for _ in 0..ROUNDS {
        let mut system = [[0.0; TERMS + 1]; TERMS];
        for patch in found {
            let terms = terms(patch.at);
            let expected =
                |factors: [f64; TERMS]| -> f64 { factors.iter().zip(terms).map(|(f, t)| f * t).sum() };
            let away = coefficients.map_or(0.0, |factors| patch.moved[axis] - expected(factors));
            let weight = patch.weight[axis] / (1.0 + (away / OUTLYING).powi(2));
            let mut equation = [patch.moved[axis]; TERMS + 1];
            equation[..TERMS].copy_from_slice(&terms);
            add_equation(&mut system, equation, weight);
        }
        (0..TERMS).for_each(|k| system[k][k] += RIDGE);
        coefficients = Some(solve(system)?);
    }
    coefficients
}

/// Looks for one patch: roughly at half the size, then exactly.
fn find(
    moving: &Plane,
    fixed: &Plane,
    small: (&Plane, &Plane),
    (left, top): (usize, usize),
) -> Option<Found> {
    let reach = MOVED_MAX as isize / 2;
    let rough = Patch::of(small.1, (left / 2, top / 2), PATCH / 2)?;
    let coarse = (-reach..=reach).flat_map(|dy| (-reach..=reach).map(move |dx| (dx, dy)));
    let coarse = coarse.map(|(dx, dy)| (rough.likeness(small.0, (dx, dy)), dx, dy));
    let (_, dx, dy) = coarse.max_by(|a, b| a.0.total_cmp(&b.0))?;
    let patch = Patch::of(fixed, (left, top), PATCH)?;
    let near = |x: isize, y: isize| patch.likeness(moving, (2 * dx + x, 2 * dy + y));
    let fine = (-1..=1).flat_map(|y| (-1..=1).map(move |x| (x, y))).map(|(x, y)| (near(x, y), x, y));
    let (peak, x, y) = fine.max_by(|a, b| a.0.total_cmp(&b.0))?;
    if peak < LIKENESS_MIN {
        return None;
    }
    let (across, fall_across) = summit(near(x - 1, y), peak, near(x + 1, y))?;
    let (down, fall_down) = summit(near(x, y - 1), peak, near(x, y + 1))?;
    let middle = |corner: usize| (corner + PATCH / 2) as f64;
    let certain = |fall: f64| peak * (fall / CERTAIN_FALL).min(1.0);
    Some(Found {
        at: [share(middle(left), fixed.width), share(middle(top), fixed.height)],
        moved: [(2 * dx + x) as f64 + across, (2 * dy + y) as f64 + down],
        weight: [certain(fall_across), certain(fall_down)],
    })
}

/// Where between its neighbours a peak truly is, and how far it falls on both sides; `None` if it is none.
fn summit(before: f64, peak: f64, after: f64) -> Option<(f64, f64)> {
    let fall = 2.0 * peak - before - after;
    (before <= peak && after <= peak && fall > 0.0).then(|| (0.5 * (after - before) / fall, fall))
}

/// A square of one picture that is looked for in another.
struct Patch<'a> {
    plane: &'a Plane,
    left: usize,
    top: usize,
    side: usize,
    mean: f64,
    /// Sum of the squared distances from the mean.
    spread: f64,
}

impl<'a> Patch<'a> {
    /// `None` if it is too even to be told from others.
    fn of(plane: &'a Plane, (left, top): (usize, usize), side: usize) -> Option<Self> {
        let mut patch = Self { plane, left, top, side, mean: 0.0, spread: 0.0 };
        let (sum, squares, _) = patch.sums(plane, (left, top));
        let count = (side * side) as f64;
        patch.mean = sum / count;
        patch.spread = squares - sum * patch.mean;
        (patch.spread >= CONTRAST_MIN * CONTRAST_MIN * count).then_some(patch)
    }

    /// Correlation with the other picture where it was moved by so much; -1 outside of it.
    fn likeness(&self, other: &Plane, (dx, dy): (isize, isize)) -> f64 {
        let place = (self.left.checked_add_signed(dx), self.top.checked_add_signed(dy));
        let (Some(left), Some(top)) = place else { return -1.0 };
        if left + self.side > other.width || top + self.side > other.height {
            return -1.0;
        }
        let (sum, squares, products) = self.sums(other, (left, top));
        let spread = squares - sum * sum / (self.side * self.side) as f64;
        if spread <= 0.0 { -1.0 } else { (products - sum * self.mean) / (spread * self.spread).sqrt() }
    }

    /// Over a square of the other picture: sum, sum of squares, sum of products with this one.
    fn sums(&self, other: &Plane, (left, top): (usize, usize)) -> (f64, f64, f64) {
        let (mut sum, mut squares, mut products) = (0_u64, 0_u64, 0_u64);
        for row in 0..self.side {
            let own = &self.plane.samples[(self.top + row) * self.plane.width + self.left..][..self.side];
            let line = &other.samples[(top + row) * other.width + left..][..self.side];
            let (mut s, mut q, mut p) = (0_u32, 0_u32, 0_u32);
            for (a, b) in own.iter().zip(line) {
                let (a, b) = (u32::from(*a), u32::from(*b));
                (s, q, p) = (s + b, q + b * b, p + a * b);
            }
            (sum, squares, products) = (sum + u64::from(s), squares + u64::from(q), products + u64::from(p));
        }
        (sum as f64, squares as f64, products as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDES: (usize, usize) = (400, 600);

    /// Short strokes everywhere, moved by what a function says of each place.
    fn strokes(moved: impl Fn(f64, f64) -> [f64; 2]) -> Plane {
        let (width, height) = SIDES;
        let mut samples = vec![0_u8; width * height];
        for k in 0..900 {
            // Spread evenly, and never twice alike: multiples of irrational numbers.
            let between =
                |low: f64, high: f64, factor: f64| low + (high - low) * (f64::from(k) * factor).fract();
            let (x, y) = (between(20.0, 380.0, 0.618_034), between(20.0, 580.0, 0.732_051));
            let (dx, dy) = (between(-0.7, 0.7, 0.414_214), between(-0.7, 0.7, 0.236_068));
            for step in 0..12 {
                let (u, v) = (x + dx * f64::from(step), y + dy * f64::from(step));
                let [right, down] = moved(u, v);
                for (ox, oy) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
                    samples[(v + down + oy) as usize * width + (u + right + ox) as usize] = 200;
                }
            }
        }
        Plane { width, height, samples }
    }

    #[test]
    fn a_bent_sheet_is_laid_on_the_flat_one() {
        let fixed = strokes(|_, _| [0.0, 0.0]);
        let bent = |x: f64, y: f64| [6.0 * (x / 400.0 * 3.1).sin(), -4.0 * (y / 600.0 * 3.1).sin() + 2.0];
        let moving = strokes(bent);
        let bend = Bend::between(&moving, &fixed).expect("strokes everywhere");
        for (x, y) in [(100.0, 100.0), (200.0, 300.0), (300.0, 500.0), (60.0, 420.0)] {
            let ([dx, dy], [mx, my]) = (bend.at(x, y), bent(x, y));
            assert!((dx - mx).abs() < 0.6 && (dy - my).abs() < 0.6, "{x} {y}: {dx} {dy}, {mx} {my}");
        }
        let laid = bend.apply(&moving);
        let away = |plane: &Plane| -> u64 {
            plane.samples.iter().zip(&fixed.samples).map(|(a, b)| u64::from(a.abs_diff(*b))).sum()
        };
        assert!(away(&laid) * 3 < away(&moving), "{} of {}", away(&laid), away(&moving));
    }

    #[test]
    fn another_sheet_is_not_laid_on_it() {
        let empty = Plane { width: SIDES.0, height: SIDES.1, samples: vec![0; SIDES.0 * SIDES.1] };
        assert!(Bend::between(&empty, &strokes(|_, _| [0.0, 0.0])).is_none());
        assert!(Bend::between(&strokes(|_, _| [0.0, 0.0]), &empty).is_none());
    }
}
