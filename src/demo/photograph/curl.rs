//! How a sheet bends: like a piece of a cylinder, so that the paper is neither stretched nor torn.
//! Along one direction it keeps its height, across it rises and falls.

use crate::sheet::design::Millimetres;

/// How finely the bend is tabulated, in millimetres.
const STEP: f64 = 0.5;
/// Over this way from its bound edge, an open booklet's page falls to a third of its lift.
const BOUND_WAY: f64 = 40.0;
/// How far beyond the paper the bend is continued, as a share of half its extent.
const BEYOND: f64 = 1.6;

/// A bend.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Curl {
    /// How far the paper rises from the table at its highest place.
    pub lift: Millimetres,
    /// Direction across which it bends, degrees from its width, clockwise.
    pub direction_degrees: f64,
    pub shape: CurlShape,
}

/// Where the paper rises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CurlShape {
    /// In the middle, as after having been folded or rolled.
    Arch,
    /// At the edge where the direction begins, as a page at the fold of a booklet.
    Bound,
}

impl Curl {
    /// No bend at all.
    pub const FLAT: Self = Self { lift: Millimetres(0.0), direction_degrees: 0.0, shape: CurlShape::Arch };

    /// Height at a share of the way from the paper's middle (0) to its edges (-1 and 1), which lie
    /// `reach` millimetres apart from the middle.
    fn rise(&self, share: f64, reach: f64) -> f64 {
        let quarter = std::f64::consts::FRAC_PI_2;
        self.lift.0
            * match self.shape {
                CurlShape::Arch => (share.clamp(-1.0, 1.0) * quarter).cos(),
                CurlShape::Bound => (-((share + 1.0) * reach / BOUND_WAY).max(-0.2)).exp(),
            }
    }
}

/// A sheet of one size bent: places are millimetres from its middle, x to the right, y down.
#[derive(Debug, Clone)]
pub struct Bend {
    sin: f64,
    cos: f64,
    /// Height, and length of the paper from its middle, at every step above the table.
    heights: Vec<f64>,
    lengths: Vec<f64>,
    middle: usize,
}

impl Bend {
    /// The bend of a sheet of this size.
    pub fn new(curl: &Curl, width: Millimetres, height: Millimetres) -> Self {
        let (sin, cos) = curl.direction_degrees.to_radians().sin_cos();
        let reach = (width.0 * cos.abs() + height.0 * sin.abs()) / 2.0;
        let middle = (reach * BEYOND / STEP) as usize;
        let share = |k: usize| (k as f64 - middle as f64) * STEP / reach;
        let heights: Vec<f64> = (0..=2 * middle).map(|k| curl.rise(share(k), reach)).collect();
        let mut lengths = vec![0.0; heights.len()];
        for k in 1..heights.len() {
            lengths[k] = lengths[k - 1] + STEP.hypot(heights[k] - heights[k - 1]);
        }
        let half = lengths[middle];
        lengths.iter_mut().for_each(|length| *length -= half);
        Self { sin, cos, heights, lengths, middle }
    }

    /// From a place on the flat paper to the bent paper in space.
    pub fn bend(&self, flat: [f64; 2]) -> [f64; 3] {
        let [length, along] = self.turned(flat);
        let after = self.lengths.partition_point(|known| *known < length).clamp(1, self.lengths.len() - 1);
        let (low, high) = (self.lengths[after - 1], self.lengths[after]);
        let step = (after - 1) as f64 + (length - low) / (high - low);
        let x = (step - self.middle as f64) * STEP;
        let [u, v] = self.turned_back([x, along]);
        [u, v, self.looked_up(&self.heights, x)]
    }

    /// From a place of the table to the place of the flat paper that lies above it.
    pub fn unbend(&self, below: [f64; 2]) -> [f64; 2] {
        let [x, along] = self.turned(below);
        self.turned_back([self.looked_up(&self.lengths, x), along])
    }

    /// Height of the paper above a place of the table.
    pub fn height(&self, below: [f64; 2]) -> f64 {
        self.looked_up(&self.heights, self.turned(below)[0])
    }

    /// Slope of the paper above a place of the table, along x and y.
    pub fn slope(&self, below: [f64; 2]) -> [f64; 2] {
        let x = self.turned(below)[0];
        let rise = self.looked_up(&self.heights, x + STEP) - self.looked_up(&self.heights, x - STEP);
        self.turned_back([rise / (2.0 * STEP), 0.0])
    }

    fn looked_up(&self, table: &[f64], x: f64) -> f64 {
        let step = (x / STEP + self.middle as f64).clamp(0.0, (table.len() - 1) as f64);
        let below = (step as usize).min(table.len() - 2);
        table[below] + (table[below + 1] - table[below]) * (step - below as f64)
    }

    /// Into the direction of the bend.
    fn turned(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [x * self.cos + y * self.sin, y * self.cos - x * self.sin]
    }

    fn turned_back(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [x * self.cos - y * self.sin, y * self.cos + x * self.sin]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bend(lift: f64, direction_degrees: f64, shape: CurlShape) -> Bend {
        let curl = Curl { lift: Millimetres(lift), direction_degrees, shape };
        Bend::new(&curl, Millimetres(148.0), Millimetres(210.0))
    }

    #[test]
    fn bending_and_unbending_is_the_same_place() {
        for shape in [CurlShape::Arch, CurlShape::Bound] {
            let bend = bend(6.0, 25.0, shape);
            for flat in [[-74.0, -105.0], [0.0, 0.0], [74.0, 105.0], [31.0, -60.0]] {
                let [x, y, z] = bend.bend(flat);
                let again = bend.unbend([x, y]);
                assert!((again[0] - flat[0]).hypot(again[1] - flat[1]) < 0.001, "{flat:?} {again:?}");
                assert!((z - bend.height([x, y])).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn paper_keeps_its_length() {
        let bend = bend(6.0, 0.0, CurlShape::Arch);
        let points: Vec<[f64; 3]> = (-74..=74).map(|x| bend.bend([f64::from(x), 0.0])).collect();
        let length: f64 = points.windows(2).map(|p| (p[1][0] - p[0][0]).hypot(p[1][2] - p[0][2])).sum();
        assert!((length - 148.0).abs() < 0.02, "{length}");
        assert!(points[148][0] < 73.9, "a bent sheet covers less of the table");
        assert!((points[74][2] - 6.0).abs() < 0.01, "it rises in the middle");
    }

    #[test]
    fn a_flat_sheet_stays_where_it_is() {
        assert_eq!(bend(0.0, 0.0, CurlShape::Arch).bend([12.0, -30.0]), [12.0, -30.0, 0.0]);
    }
}
