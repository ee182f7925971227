//! A stroke of pencil or ballpoint on paper: as wide as it is pressed, thinner where it ends, with the
//! grain of the paper showing through pencil.

use crate::demo::dice::Dice;
use crate::demo::photograph::Print;

/// What is written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pen {
    /// Grey, 2B: most of those who write in the booklet use it.
    Pencil,
    /// Black, as helpers and nurses carry it.
    Ballpoint,
}

impl Pen {
    /// Width in millimetres, colour, how much it covers, and how much grain shows, 0 to 1.
    fn nature(self) -> (f64, [f64; 3], f64, f64) {
        match self {
            Self::Pencil => (0.55, [82.0, 82.0, 86.0], 0.86, 0.38),
            Self::Ballpoint => (0.42, [28.0, 29.0, 42.0], 0.95, 0.07),
        }
    }
}

/// Draws one stroke through these places, in millimetres of the sheet.
pub fn stroke(print: &mut Print, curve: &[[f64; 2]], pen: Pen, dice: &mut Dice) {
    let (width, colour, cover, grain) = pen.nature();
    let density = print.density();
    let pressure = dice.between(0.8, 1.15);
    let points: Vec<[f64; 2]> = curve.iter().map(|[x, y]| [x * density, y * density]).collect();
    let Some(bounds) = Bounds::around(&points, width * density + 2.0, print) else { return };
    let mut ink = vec![0.0_f64; bounds.width() * bounds.height()];
    for (index, pair) in points.windows(2).enumerate() {
        let along = index as f64 / points.len() as f64;
        // Pressed hardest soon after the start, lifted at the end.
        let press = pressure * (0.75 + 0.35 * (along * 5.0).min(1.0) - 0.45 * (along - 0.7).max(0.0));
        bounds.cover(&mut ink, (pair[0], pair[1]), width * density * press / 2.0);
    }
    for (index, share) in ink.iter().enumerate().filter(|(_, share)| **share > 0.0) {
        let (x, y) = (bounds.left + index % bounds.width(), bounds.top + index / bounds.width());
        let share = share * cover * (1.0 - grain * dice.share());
        let at = (y * print.pixels_wide + x) * 3;
        for (sample, colour) in print.samples[at..at + 3].iter_mut().zip(colour) {
            let paper = f64::from(*sample);
            *sample = paper.min(paper + (colour - paper) * share) as u8;
        }
    }
}

/// The pixels a stroke may reach; ends are not included.
struct Bounds {
    left: usize,
    top: usize,
    right: usize,
    bottom: usize,
}

impl Bounds {
    fn around(points: &[[f64; 2]], reach: f64, print: &Print) -> Option<Self> {
        let span = |axis: usize, limit: usize| {
            let values = points.iter().map(|point| point[axis]);
            let (low, high) = values.fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(v), high.max(v)));
            let (from, to) = ((low - reach).max(0.0) as usize, ((high + reach).max(0.0) as usize).min(limit));
            (from < to).then_some((from, to))
        };
        let ((left, right), (top, bottom)) = (span(0, print.pixels_wide)?, span(1, print.pixels_high)?);
        Some(Self { left, top, right, bottom })
    }

    fn width(&self) -> usize {
        self.right - self.left
    }

    fn height(&self) -> usize {
        self.bottom - self.top
    }

    /// Raises the ink near a piece of the stroke to what it covers.
    fn cover(&self, ink: &mut [f64], (from, to): ([f64; 2], [f64; 2]), radius: f64) {
        let near = |axis: usize, start: usize, end: usize| {
            let (low, high) =
                (from[axis].min(to[axis]) - radius - 1.0, from[axis].max(to[axis]) + radius + 2.0);
            (low.max(start as f64) as usize).min(end)..(high.max(start as f64) as usize).min(end)
        };
        for y in near(1, self.top, self.bottom) {
            for x in near(0, self.left, self.right) {
                let away = distance([x as f64 + 0.5, y as f64 + 0.5], from, to);
                let covered = (radius + 0.5 - away).clamp(0.0, 1.0);
                let cell = &mut ink[(y - self.top) * self.width() + x - self.left];
                *cell = cell.max(covered);
            }
        }
    }
}

/// Distance of a point from a straight piece.
fn distance(point: [f64; 2], from: [f64; 2], to: [f64; 2]) -> f64 {
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let (px, py) = (point[0] - from[0], point[1] - from[1]);
    let share = ((px * dx + py * dy) / (dx * dx + dy * dy).max(1e-9)).clamp(0.0, 1.0);
    (px - share * dx).hypot(py - share * dy)
}
