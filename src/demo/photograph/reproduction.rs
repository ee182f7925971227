//! How a sheet came onto its paper when it is no first print: through a copier, or through a printer that
//! fitted it to the page. It changes a [`Print`] before it is laid.

use super::Print;
use crate::demo::dice::Dice;

/// What a printer makes of a page that it shrinks to its own margins.
const FITTED: f64 = 0.95;
/// Levels of 255 between which a copier sets everything to black or white, about.
const DARK: f64 = 90.0;
const LIGHT: f64 = 215.0;
/// Specks of a dusty copier on a square centimetre, and their radius in millimetres.
const SPECKS: f64 = 1.2;
const SPECK_RADIUS: [f64; 2] = [0.06, 0.3];

/// How a sheet was reproduced.
#[derive(Debug, Clone, PartialEq)]
pub struct Reproduction {
    /// Size of the design on the paper against its own, 1 or smaller, around the paper's middle.
    pub scale: f64,
    /// A copy instead of the print.
    pub copy: Option<Copier>,
}

/// A copier: grey, too much contrast, and dust.
#[derive(Debug, Clone, PartialEq)]
pub struct Copier {
    /// How far it goes from grey levels to black and white, 0 to 1.
    pub contrast: f64,
    /// How many specks against a usual copier.
    pub dust: f64,
    /// Where they are.
    pub seed: u64,
}

impl Reproduction {
    /// The print itself.
    pub const FAITHFUL: Self = Self { scale: 1.0, copy: None };

    /// Printed smaller in this share of the cases, and copied as often.
    pub fn drawn(dice: &mut Dice, rate: f64) -> Self {
        let (is_fitted, is_copied) = (dice.chance(rate), dice.chance(rate));
        let copier =
            Copier { contrast: dice.between(0.2, 1.0), dust: dice.between(0.2, 3.0), seed: dice.bits() };
        Self { scale: if is_fitted { FITTED } else { 1.0 }, copy: Some(copier).filter(|_| is_copied) }
    }

    /// A print reproduced this way.
    pub fn of(&self, print: &Print) -> Print {
        let mut made = if self.scale < 1.0 { fitted(print, self.scale) } else { print.clone() };
        if let Some(copier) = &self.copy {
            copier.copy(&mut made);
        }
        made
    }
}

/// The print made smaller on paper of the same size.
fn fitted(print: &Print, scale: f64) -> Print {
    let (width, height) = (print.width.0, print.height.0);
    let mut samples = Vec::with_capacity(print.samples.len());
    for row in 0..print.pixels_high {
        let y = ((row as f64 + 0.5) / print.pixels_high as f64 - 0.5) / scale + 0.5;
        for column in 0..print.pixels_wide {
            let x = ((column as f64 + 0.5) / print.pixels_wide as f64 - 0.5) / scale + 0.5;
            let is_inside = (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y);
            let colour = print.at((x * width) as f32, (y * height) as f32);
            samples.extend(colour.map(|level| if is_inside { level as u8 } else { 255 }));
        }
    }
    Print { samples, scale: print.scale * scale, ..*print }
}

impl Copier {
    fn copy(&self, print: &mut Print) {
        let harden = |level: f64| {
            let share = ((level - DARK) / (LIGHT - DARK)).clamp(0.0, 1.0);
            let hard = 255.0 * share * share * (3.0 - 2.0 * share);
            // Toner is not quite black.
            (level + (hard - level) * self.contrast).max(18.0) as u8
        };
        let tones: [u8; 256] = std::array::from_fn(|level| harden(level as f64));
        for pixel in print.samples.chunks_exact_mut(3) {
            // Luma of ITU-R BT.601, in thousandths.
            let luma = 299 * u32::from(pixel[0]) + 587 * u32::from(pixel[1]) + 114 * u32::from(pixel[2]);
            pixel.fill(tones[(luma / 1000) as usize]);
        }
        let mut dice = Dice::new(self.seed);
        let area = print.width.0 * print.height.0 / 100.0;
        for _ in 0..(area * SPECKS * self.dust) as usize {
            let middle = [dice.between(0.0, print.width.0), dice.between(0.0, print.height.0)];
            speck(print, middle, dice.between(SPECK_RADIUS[0], SPECK_RADIUS[1]));
        }
    }
}

/// A dot of toner.
fn speck(print: &mut Print, [x, y]: [f64; 2], radius: f64) {
    let density = print.density();
    let (x, y, radius) = (x * density, y * density, radius * density);
    let from = |middle: f64| (middle - radius).max(0.0) as usize;
    for row in from(y)..((y + radius) as usize + 1).min(print.pixels_high) {
        for column in from(x)..((x + radius) as usize + 1).min(print.pixels_wide) {
            if (column as f64 + 0.5 - x).hypot(row as f64 + 0.5 - y) <= radius {
                print.samples[(row * print.pixels_wide + column) * 3..][..3].fill(40);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::design::Millimetres;

    /// Red paper with a black left half.
    fn print() -> Print {
        let samples =
            (0..100 * 100).flat_map(|k| if k % 100 < 50 { [0, 0, 0] } else { [250, 60, 60] }).collect();
        Print {
            pixels_wide: 100,
            pixels_high: 100,
            samples,
            width: Millimetres(100.0),
            height: Millimetres(100.0),
            scale: 1.0,
        }
    }

    #[test]
    fn a_smaller_print_leaves_a_white_border_and_says_so() {
        let made = Reproduction { scale: 0.9, copy: None }.of(&print());
        let at = |x: usize, y: usize| made.samples[(y * 100 + x) * 3];
        assert_eq!((made.pixels_wide, made.width, made.scale), (100, Millimetres(100.0), 0.9));
        assert_eq!((at(3, 50), at(7, 50), at(97, 50)), (255, 0, 255));
    }

    #[test]
    fn a_copy_is_grey_and_has_specks() {
        let copier = Copier { contrast: 0.5, dust: 2.0, seed: 3 };
        let made = Reproduction { scale: 1.0, copy: Some(copier) }.of(&print());
        assert!(made.samples.chunks_exact(3).all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2]));
        let specks = made.samples.chunks_exact(3).filter(|pixel| pixel[0] == 40).count();
        assert!((20..600).contains(&specks), "{specks}");
    }
}
