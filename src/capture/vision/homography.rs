//! A homography: how one flat plane is seen in another. Sheets (millimetres) and pictures (pixels)
//! are such planes. It is fitted by least squares; it knows nothing of marks or sheets.

use serde::{Deserialize, Serialize};

use super::Pixel;
use super::linear::{add_equation, solve};
use crate::sheet::design::{Millimetres, Place};

/// Unknowns of a homography whose last element is 1.
const UNKNOWNS: usize = 8;

/// One point known in both planes: where it is on the one, and where on the other.
pub type Pair = ([f64; 2], [f64; 2]);

/// A projective map of the plane, row by row.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Homography([[f64; 3]; 3]);

impl Homography {
    /// The affine map x′ = a·x + b·y + c, y′ = d·x + e·y + f, given as `[[a, b, c], [d, e, f]]`.
    pub fn affine(rows: [[f64; 3]; 2]) -> Self {
        Self([rows[0], rows[1], [0.0, 0.0, 1.0]])
    }

    /// Enlarges both axes by `factor`.
    pub fn scaling(factor: f64) -> Self {
        Self::affine([[factor, 0.0, 0.0], [0.0, factor, 0.0]])
    }

    /// The map that brings the pairs' first points closest to their second points (direct linear
    /// transform on normalised coordinates). `None` for fewer than four pairs or degenerate ones.
    pub fn fit(pairs: &[Pair]) -> Option<Self> {
        if pairs.len() < 4 {
            return None;
        }
        let from = Normaliser::of(pairs.iter().map(|pair| pair.0))?;
        let to = Normaliser::of(pairs.iter().map(|pair| pair.1))?;
        let mut system = [[0.0; UNKNOWNS + 1]; UNKNOWNS];
        for (source, target) in pairs {
            let ([x, y], [u, v]) = (from.apply(*source), to.apply(*target));
            add_equation(&mut system, [x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, u], 1.0);
            add_equation(&mut system, [0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y, v], 1.0);
        }
        let h = solve(system)?;
        let normalised = Self([[h[0], h[1], h[2]], [h[3], h[4], h[5]], [h[6], h[7], 1.0]]);
        Some(from.matrix().then(&normalised).then(&to.inverse_matrix()))
    }

    /// Where the point (`x`, `y`) of the first plane lies in the second.
    pub fn map(&self, x: f64, y: f64) -> Pixel {
        let [a, b, c] = &self.0;
        let nearness = 1.0 / (c[0] * x + c[1] * y + c[2]);
        Pixel { x: (a[0] * x + a[1] * y + a[2]) * nearness, y: (b[0] * x + b[1] * y + b[2]) * nearness }
    }

    /// Where a place on a sheet is seen; the first plane is the sheet in millimetres.
    pub fn see(&self, place: Place) -> Pixel {
        self.map(place.x.0, place.y.0)
    }

    /// What place of a sheet is seen at a pixel; the second plane is the sheet in millimetres.
    pub fn place(&self, pixel: Pixel) -> Place {
        let Pixel { x, y } = self.map(pixel.x, pixel.y);
        Place { x: Millimetres(x), y: Millimetres(y) }
    }

    /// First this map, then the other one.
    pub fn then(&self, next: &Self) -> Self {
        let mut product = [[0.0; 3]; 3];
        for (row, line) in product.iter_mut().enumerate() {
            for (column, cell) in line.iter_mut().enumerate() {
                *cell = (0..3).map(|k| next.0[row][k] * self.0[k][column]).sum();
            }
        }
        Self(product)
    }

    /// The map back, if there is one.
    pub fn inverse(&self) -> Option<Self> {
        let m = &self.0;
        let minor =
            |r0: usize, c0: usize, r1: usize, c1: usize| m[r0][c0] * m[r1][c1] - m[r0][c1] * m[r1][c0];
        let adjugate = [
            [minor(1, 1, 2, 2), -minor(0, 1, 2, 2), minor(0, 1, 1, 2)],
            [-minor(1, 0, 2, 2), minor(0, 0, 2, 2), -minor(0, 0, 1, 2)],
            [minor(1, 0, 2, 1), -minor(0, 0, 2, 1), minor(0, 0, 1, 1)],
        ];
        let determinant: f64 = (0..3).map(|k| m[0][k] * adjugate[k][0]).sum();
        if !determinant.is_finite() || determinant.abs() < f64::MIN_POSITIVE {
            return None;
        }
        Some(Self(adjugate.map(|row| row.map(|cell| cell / determinant))))
    }

    /// Where the eye is that sees a plane through this map: the place of the plane under it, and its height
    /// above, in units of the plane. Its picture has this size and focal length in pixels.
    pub fn eye(&self, focal: f64, (width, height): (usize, usize)) -> [f64; 3] {
        let centred =
            self.then(&Self::affine([[1.0, 0.0, -0.5 * width as f64], [0.0, 1.0, -0.5 * height as f64]]));
        let [a, b, c] = &centred.0;
        let column = |k: usize| [a[k] / focal, b[k] / focal, c[k]];
        let dot = |one: [f64; 3], other: [f64; 3]| (0..3).map(|k| one[k] * other[k]).sum::<f64>();
        let (right, down, origin) = (column(0), column(1), column(2));
        let size = (dot(right, right).sqrt() + dot(down, down).sqrt()) / 2.0;
        let [right, down, origin] = [right, down, origin].map(|way| way.map(|part| part / size));
        let up = [
            right[1] * down[2] - right[2] * down[1],
            right[2] * down[0] - right[0] * down[2],
            right[0] * down[1] - right[1] * down[0],
        ];
        [-dot(right, origin), -dot(down, origin), dot(up, origin).abs()]
    }

    /// Root mean square distance, in units of the second plane, between mapped and given points.
    pub fn residual(&self, pairs: &[Pair]) -> f64 {
        let sum: f64 = pairs
            .iter()
            .map(|([x, y], [u, v])| {
                let seen = self.map(*x, *y);
                (seen.x - u).powi(2) + (seen.y - v).powi(2)
            })
            .sum();
        (sum / pairs.len().max(1) as f64).sqrt()
    }
}

/// Moves points to their mean and scales them to a mean distance of √2, so that the equations
/// are well conditioned (Hartley's normalisation).
struct Normaliser {
    centre: [f64; 2],
    scale: f64,
}

impl Normaliser {
    fn of(points: impl Iterator<Item = [f64; 2]> + Clone) -> Option<Self> {
        let count = points.clone().count() as f64;
        let mut centre = [0.0; 2];
        for [x, y] in points.clone() {
            centre = [centre[0] + x / count, centre[1] + y / count];
        }
        let spread: f64 = points.map(|[x, y]| (x - centre[0]).hypot(y - centre[1])).sum::<f64>() / count;
        (spread.is_finite() && spread > 1e-9)
            .then(|| Self { centre, scale: std::f64::consts::SQRT_2 / spread })
    }

    fn apply(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [(x - self.centre[0]) * self.scale, (y - self.centre[1]) * self.scale]
    }

    fn matrix(&self) -> Homography {
        let ([x, y], s) = (self.centre, self.scale);
        Homography::affine([[s, 0.0, -s * x], [0.0, s, -s * y]])
    }

    fn inverse_matrix(&self) -> Homography {
        let ([x, y], s) = (self.centre, 1.0 / self.scale);
        Homography::affine([[s, 0.0, x], [0.0, s, y]])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CORNERS: [Pair; 4] = [
        ([0.0, 0.0], [410.0, 395.0]),
        ([148.0, 0.0], [2490.0, 260.0]),
        ([148.0, 210.0], [2710.0, 3580.0]),
        ([0.0, 210.0], [300.0, 3320.0]),
    ];

    #[test]
    fn four_corners_are_met_exactly() {
        let map = Homography::fit(&CORNERS).expect("four corners");
        assert!(map.residual(&CORNERS) < 1e-6, "{}", map.residual(&CORNERS));
    }

    #[test]
    fn there_and_back_is_the_same_point() {
        let map = Homography::fit(&CORNERS).expect("four corners");
        let back = map.inverse().expect("invertible");
        let there = map.map(31.5, 77.25);
        let again = back.map(there.x, there.y);
        assert!((again.x - 31.5).abs() < 1e-7 && (again.y - 77.25).abs() < 1e-7, "{again:?}");
    }

    #[test]
    fn points_on_one_line_have_no_map() {
        let line: Vec<Pair> = (0..6).map(|k| ([f64::from(k), 0.0], [f64::from(k), 5.0])).collect();
        assert_eq!(Homography::fit(&line), None);
        assert_eq!(Homography::fit(&CORNERS[..3]), None);
    }

    #[test]
    fn the_second_of_two_maps_is_applied_last() {
        let moved = Homography::affine([[1.0, 0.0, 10.0], [0.0, 1.0, 0.0]]);
        let seen = moved.then(&Homography::scaling(2.0)).map(1.0, 1.0);
        assert_eq!((seen.x, seen.y), (22.0, 2.0));
    }
}
