//! What a sheet went through: where a stain darkens it, and where a fold stands up and has lost its ink.
//! Places are millimetres from the sheet's top left corner.

use super::mishaps::{Crease, Mishaps, Stain, placed};
use crate::demo::dice::Dice;
use crate::sheet::design::{Millimetres, Place};

/// Over this way from a fold the paper falls back to a third of its height, in millimetres.
const FOLD_WAY: f64 = 9.0;
/// Half the width of the line along a fold where ink breaks off, in millimetres.
const WORN: f32 = 0.25;
/// What coffee and tea leave of red, green and blue where blue is gone.
const BROWN: [f32; 3] = [0.45, 0.75, 1.0];
/// Width of a stain's dark rim, in millimetres.
const RIM: f32 = 1.2;
/// Waves along a stain's rim.
const WAVES: usize = 5;

/// The wear of one sheet.
#[derive(Debug, Clone, Default)]
pub struct Wear {
    stain: Option<Spot>,
    fold: Option<Fold>,
}

#[derive(Debug, Clone)]
struct Spot {
    middle: [f32; 2],
    radius: f32,
    is_ring: bool,
    depth: f32,
    /// Height, as a share of the radius, and phase of the rim's waves.
    waves: [[f32; 2]; WAVES],
}

#[derive(Debug, Clone)]
struct Fold {
    middle: Place,
    /// Across the fold, one long.
    normal: [f64; 2],
    height: f64,
    wear: f32,
}

impl Wear {
    /// The wear of a sheet of this size.
    pub fn new(mishaps: &Mishaps, width: Millimetres, height: Millimetres) -> Self {
        Self {
            stain: mishaps.stain.as_ref().map(|stain| Spot::new(stain, placed(stain.middle, width, height))),
            fold: mishaps.crease.as_ref().map(|fold| Fold::new(fold, placed(fold.middle, width, height))),
        }
    }

    /// How far the fold raises the paper at a place, in millimetres.
    pub fn height(&self, place: [f64; 2]) -> f64 {
        self.fold.as_ref().map_or(0.0, |fold| fold.height * (-fold.away(place).abs() / FOLD_WAY).exp())
    }

    /// Slope of the paper beside the fold, along the sheet's x and y.
    pub fn slope(&self, place: [f64; 2]) -> [f64; 2] {
        let Some(fold) = &self.fold else { return [0.0; 2] };
        let fall = -fold.away(place).signum() * self.height(place) / FOLD_WAY;
        fold.normal.map(|part| part * fall)
    }

    /// Reflectance of a place after all, from that as printed; `paper` is that of bare paper.
    pub fn worn(&self, [x, y]: [f32; 2], printed: [f32; 3], paper: f32) -> [f32; 3] {
        let mut colour = printed;
        if let Some(fold) = &self.fold {
            let away = fold.away([f64::from(x), f64::from(y)]).abs() as f32;
            let bare = fold.wear * (1.0 - away / WORN).max(0.0);
            colour = colour.map(|level| level + (paper - level) * bare);
        }
        if let Some(spot) = &self.stain {
            let taken = spot.taken(x, y);
            colour = std::array::from_fn(|k| colour[k] * (1.0 - taken * BROWN[k]));
        }
        colour
    }
}

impl Fold {
    fn new(crease: &Crease, middle: Place) -> Self {
        let (sin, cos) = crease.direction_degrees.to_radians().sin_cos();
        Self { middle, normal: [-sin, cos], height: crease.height.0, wear: crease.wear as f32 }
    }

    /// Signed distance of a place from the fold.
    fn away(&self, [x, y]: [f64; 2]) -> f64 {
        (x - self.middle.x.0) * self.normal[0] + (y - self.middle.y.0) * self.normal[1]
    }
}

impl Spot {
    fn new(stain: &Stain, middle: Place) -> Self {
        let mut dice = Dice::new(stain.seed);
        let waves = std::array::from_fn(|k| {
            let height = dice.between(0.0, 0.09) / (k + 1) as f64;
            [height as f32, dice.between(0.0, std::f64::consts::TAU) as f32]
        });
        Self {
            middle: [middle.x.0 as f32, middle.y.0 as f32],
            radius: stain.radius.0 as f32,
            is_ring: stain.is_ring,
            depth: stain.depth as f32,
            waves,
        }
    }

    /// Share of the blue light that is taken away at a place.
    fn taken(&self, x: f32, y: f32) -> f32 {
        let (dx, dy) = (x - self.middle[0], y - self.middle[1]);
        let away = dx.hypot(dy);
        if away > self.radius * 1.4 + RIM {
            return 0.0;
        }
        let angle = dy.atan2(dx);
        let wave = |(k, [height, phase]): (usize, &[f32; 2])| height * (angle * (k + 1) as f32 + phase).sin();
        let uneven = self.waves.iter().enumerate().map(wave).sum::<f32>();
        // A cup is round, a drop runs.
        let rim = self.radius * (1.0 + uneven * if self.is_ring { 0.1 } else { 1.0 });
        let line = (1.0 - ((away - rim) / RIM).powi(2)).max(0.0);
        let inside = if self.is_ring { 0.06 } else { 0.55 } * ((rim - away) / RIM + 0.5).clamp(0.0, 1.0);
        // A cup does not touch everywhere.
        let touch = if self.is_ring { (0.6 + 6.0 * uneven).clamp(0.1, 1.0) } else { 1.0 };
        self.depth * (line * touch).max(inside)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn creased() -> Wear {
        let crease =
            Crease { middle: [0.5, 0.5], direction_degrees: 0.0, height: Millimetres(1.5), wear: 0.5 };
        let mishaps = Mishaps { crease: Some(crease), ..Mishaps::default() };
        Wear::new(&mishaps, Millimetres(148.0), Millimetres(210.0))
    }

    #[test]
    fn a_fold_stands_up_and_slopes_away_on_both_sides() {
        let wear = creased();
        assert!((wear.height([20.0, 105.0]) - 1.5).abs() < 1e-9);
        assert!(wear.height([20.0, 160.0]) < 0.01);
        assert!(wear.slope([20.0, 108.0])[1] < -0.05 && wear.slope([20.0, 102.0])[1] > 0.05);
        let dark = [0.05; 3];
        assert!(wear.worn([20.0, 105.0], dark, 0.9)[0] > 0.4, "ink broke off");
        assert_eq!(wear.worn([20.0, 110.0], dark, 0.9), dark);
    }

    #[test]
    fn a_drop_is_brown_and_ends() {
        let stain =
            Stain { middle: [0.5, 0.5], radius: Millimetres(8.0), is_ring: false, depth: 0.6, seed: 1 };
        let mishaps = Mishaps { stain: Some(stain), ..Mishaps::default() };
        let wear = Wear::new(&mishaps, Millimetres(148.0), Millimetres(210.0));
        let [red, green, blue] = wear.worn([74.0, 105.0], [0.9; 3], 0.9);
        assert!(red > green && green > blue, "{red} {green} {blue}");
        assert_eq!(wear.worn([90.0, 105.0], [0.9; 3], 0.9), [0.9; 3]);
    }
}
