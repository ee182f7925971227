//! The table under the sheets: wood, cloth or a plain top, as a tile of reflectances that repeats.

use super::Conditions;
use crate::demo::dice::Dice;

/// Pixels of the tile, and how many of them are a millimetre.
const SIDE: usize = 1024;
const DENSITY: f32 = 4.0;

/// A table top. Reflectances of red, green and blue, 0 to 1.
pub struct Table {
    tile: Vec<[f32; 3]>,
}

impl Table {
    /// One of several tops, by the conditions' seed.
    pub fn new(conditions: &Conditions) -> Self {
        let mut dice = Dice::new(conditions.seed ^ 0x7461_626C);
        let tops: [[f64; 3]; 6] = [
            [0.42, 0.24, 0.12],
            [0.60, 0.43, 0.26],
            [0.20, 0.12, 0.08],
            [0.70, 0.68, 0.64],
            [0.25, 0.32, 0.28],
            [0.10, 0.10, 0.11],
        ];
        let kind = dice.below(tops.len());
        let noise = Noise::new(&mut dice);
        let pattern = |x: f64, y: f64| match kind {
            0..3 => wood(&noise, x, y),
            3 => 0.03 * noise.at(x * 40.0, y * 40.0),
            _ => cloth(&noise, x, y),
        };
        let tile = (0..SIDE * SIDE).map(|index| {
            let (x, y) = ((index % SIDE) as f64 / SIDE as f64, (index / SIDE) as f64 / SIDE as f64);
            let shade = 1.0 + pattern(x, y);
            tops[kind].map(|colour| (colour * shade).clamp(0.01, 1.0) as f32)
        });
        Self { tile: tile.collect() }
    }

    /// Reflectance at a place of the table in millimetres.
    pub fn at(&self, x: f32, y: f32) -> [f32; 3] {
        // Mirrored at its borders, so that no seam shows.
        let wrapped = |value: f32| {
            let within = ((value * DENSITY).rem_euclid(2.0 * SIDE as f32) as usize).min(2 * SIDE - 1);
            if within < SIDE { within } else { 2 * SIDE - 1 - within }
        };
        self.tile[wrapped(y) * SIDE + wrapped(x)]
    }
}

/// Grain along x, and boards.
fn wood(noise: &Noise, x: f64, y: f64) -> f64 {
    let waves = y * 55.0 + 3.5 * noise.at(x * 3.0, y * 9.0);
    let rings = (waves + 2.0 * noise.at(x * 2.0, y * 40.0)).sin();
    let pores = noise.at(x * 30.0, y * 400.0);
    let seam = if (y * 3.0).fract() < 0.006 { -0.5 } else { 0.0 };
    0.16 * rings + 0.14 * pores + seam
}

/// A weave of threads 1 mm apart.
fn cloth(noise: &Noise, x: f64, y: f64) -> f64 {
    let thread = |value: f64| (value * 256.0 * std::f64::consts::TAU).sin();
    0.10 * thread(x) * thread(y) + 0.12 * noise.at(x * 200.0, y * 200.0)
}

/// Smooth chance over the plane, about -1 to 1.
struct Noise(Vec<f64>);

/// Lattice points of the noise each way.
const LATTICE: usize = 64;

impl Noise {
    fn new(dice: &mut Dice) -> Self {
        Self((0..LATTICE * LATTICE).map(|_| dice.between(-1.0, 1.0)).collect())
    }

    fn at(&self, x: f64, y: f64) -> f64 {
        let (column, row) = (x.floor(), y.floor());
        let smooth = |part: f64| part * part * (3.0 - 2.0 * part);
        let (right, below) = (smooth(x - column), smooth(y - row));
        let value = |dx: usize, dy: usize| {
            let (x, y) = (column as usize + dx, row as usize + dy);
            self.0[(y * 17 + y / LATTICE * 5) % LATTICE * LATTICE + (x + x / LATTICE * 11) % LATTICE]
        };
        let upper = value(0, 0) * (1.0 - right) + value(1, 0) * right;
        let lower = value(0, 1) * (1.0 - right) + value(1, 1) * right;
        upper * (1.0 - below) + lower * below
    }
}
