//! A sheet in space: where its places are, which of them a ray meets, and what is printed there.

use super::curl::Bend;
use super::wear::Wear;
use super::{Laid, Print, lattice};
use crate::sheet::design::{Millimetres, Place};

/// How often the height at which a ray meets the paper is corrected. Paper is nearly flat: each
/// time, less than a third of the error stays.
const CORRECTIONS: usize = 6;

/// A sheet laid, with its bend worked out.
pub struct Sheet<'a> {
    pub laid: &'a Laid<'a>,
    pub wear: Wear,
    bend: Bend,
    sin: f64,
    cos: f64,
    /// The print as it is, then each time half the size, for sheets seen small.
    levels: Vec<Print>,
}

/// What a ray meets.
#[derive(Debug, Clone, Copy)]
pub struct Meeting {
    /// The place of the sheet, from its top left corner; it may lie outside of the trimmed sheet.
    pub place: Place,
    /// Slope of the paper there, along x and y of the table.
    pub slope: [f64; 2],
}

impl<'a> Sheet<'a> {
    /// The sheet as it lies, after what it went through.
    pub fn new(laid: &'a Laid<'a>, wear: Wear) -> Self {
        let (sin, cos) = laid.turn_degrees.to_radians().sin_cos();
        let bend = Bend::new(&laid.curl, laid.print.width, laid.print.height);
        let mut levels = vec![laid.print.halved()];
        while let Some(last) = levels.last().filter(|last| last.pixels_wide > 64) {
            levels.push(last.halved());
        }
        Self { laid, wear, bend, sin, cos, levels }
    }

    /// The corners of the trimmed sheet in space, from its own top left clockwise: those of the design,
    /// which is smaller than the paper where it was printed smaller.
    pub fn corners(&self) -> [[f64; 3]; 4] {
        let (width, height) = (self.laid.print.width.0, self.laid.print.height.0);
        let scale = self.laid.print.scale;
        [[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]
            .map(|[across, down]| self.in_space([across * width * scale, down * height * scale]))
    }

    /// The design's lattice in space.
    pub fn lattice(&self) -> Vec<[f64; 3]> {
        let Print { width, height, scale, .. } = *self.laid.print;
        let from_middle = |place: Place| {
            self.in_space([(place.x.0 - width.0 / 2.0) * scale, (place.y.0 - height.0 / 2.0) * scale])
        };
        lattice(width, height).into_iter().map(from_middle).collect()
    }

    /// Where a place of the sheet, in millimetres from its middle, is in space.
    pub fn in_space(&self, flat: [f64; 2]) -> [f64; 3] {
        let [x, y, z] = self.bend.bend(flat);
        let [u, v] = self.turned([x, y]);
        let raised = z + self.wear.height(self.beside_corner(flat));
        [self.laid.middle.x.0 + u, self.laid.middle.y.0 + v, raised]
    }

    /// The same place from the sheet's top left corner.
    fn beside_corner(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [x + self.laid.print.width.0 / 2.0, y + self.laid.print.height.0 / 2.0]
    }

    /// The place that a ray from the eye meets.
    pub fn met_by(&self, eye: [f64; 3], way: [f64; 3]) -> Meeting {
        let mut below = [0.0; 2];
        let mut height = 0.0;
        for _ in 0..CORRECTIONS {
            let along = (height - eye[2]) / way[2];
            let x = eye[0] + way[0] * along - self.laid.middle.x.0;
            let y = eye[1] + way[1] * along - self.laid.middle.y.0;
            below = [x * self.cos + y * self.sin, y * self.cos - x * self.sin];
            height = self.bend.height(below) + self.wear.height(self.beside_corner(below));
        }
        let [u, v] = self.bend.unbend(below);
        let (width, height) = (self.laid.print.width.0, self.laid.print.height.0);
        let place = Place { x: Millimetres(u + width / 2.0), y: Millimetres(v + height / 2.0) };
        let (bent, folded) = (self.bend.slope(below), self.wear.slope(self.beside_corner(below)));
        Meeting { place, slope: self.turned([bent[0] + folded[0], bent[1] + folded[1]]) }
    }

    /// The print at the size that suits this many pixels of the picture to the millimetre.
    pub fn print_for(&self, density: f64) -> &Print {
        let fine = |print: &&Print| print.density() >= density * 0.75;
        self.levels.iter().rev().find(fine).unwrap_or(self.laid.print)
    }

    fn turned(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [x * self.cos - y * self.sin, x * self.sin + y * self.cos]
    }
}

impl Print {
    /// Pixels to the millimetre.
    pub fn density(&self) -> f64 {
        self.pixels_wide as f64 / self.width.0
    }

    /// Red, green and blue at a place inside, between the four pixels around it.
    pub fn at(&self, x: f32, y: f32) -> [f32; 3] {
        let (width, height) = (self.width.0 as f32, self.height.0 as f32);
        let x = (x * self.pixels_wide as f32 / width - 0.5).clamp(0.0, (self.pixels_wide - 1) as f32);
        let y = (y * self.pixels_high as f32 / height - 0.5).clamp(0.0, (self.pixels_high - 1) as f32);
        let (column, row) = (x as usize, y as usize);
        let (right, below) = (x - column as f32, y - row as f32);
        let upper = row * self.pixels_wide;
        let lower = (row + 1).min(self.pixels_high - 1) * self.pixels_wide;
        let next = (column + 1).min(self.pixels_wide - 1);
        let sample = |row: usize, column: usize, k: usize| f32::from(self.samples[(row + column) * 3 + k]);
        std::array::from_fn(|k| {
            let above = sample(upper, column, k) * (1.0 - right) + sample(upper, next, k) * right;
            let under = sample(lower, column, k) * (1.0 - right) + sample(lower, next, k) * right;
            above * (1.0 - below) + under * below
        })
    }

    /// The same print with half as many pixels each way.
    fn halved(&self) -> Self {
        let (pixels_wide, pixels_high) = ((self.pixels_wide / 2).max(1), (self.pixels_high / 2).max(1));
        let sample = |x: usize, y: usize, k: usize| {
            let (x, y) = (x.min(self.pixels_wide - 1), y.min(self.pixels_high - 1));
            u16::from(self.samples[(y * self.pixels_wide + x) * 3 + k])
        };
        let mut samples = Vec::with_capacity(pixels_wide * pixels_high * 3);
        for index in 0..pixels_wide * pixels_high {
            let (x, y) = (index % pixels_wide * 2, index / pixels_wide * 2);
            let four =
                |k| sample(x, y, k) + sample(x + 1, y, k) + sample(x, y + 1, k) + sample(x + 1, y + 1, k);
            samples.extend((0..3).map(|k| (four(k) / 4) as u8));
        }
        Self { pixels_wide, pixels_high, samples, ..*self }
    }
}
