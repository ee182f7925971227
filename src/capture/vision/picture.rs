//! Pictures in memory, as planes: brightness, and two colour differences at half the size — what a
//! phone's JPEG holds, so that nothing is converted on the way through. Places: (0, 0) is the top
//! left corner, so a pixel's middle is at half numbers and halving a picture halves coordinates.

use super::homography::Homography;
use super::orientation::Orientation;

/// Samples that unpacked pixels hold, side by side.
pub const CHANNELS: usize = 3;
/// The colour difference of grey.
pub const NEUTRAL: u8 = 128;

/// Samples row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plane {
    pub width: usize,
    pub height: usize,
    pub samples: Vec<u8>,
}

/// A colour picture (JFIF: full range, differences around [`NEUTRAL`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub luma: Plane,
    /// Blue and red difference, half as wide and high, rounded up.
    pub differences: [Plane; 2],
}

/// Pixels as a decoder gives them, as they are stored.
pub struct Unpacked {
    pub width: usize,
    pub height: usize,
    /// Of each pixel: luma, blue and red difference.
    pub samples: Vec<u8>,
}

impl Unpacked {
    /// From red, green and blue samples (JFIF's conversion).
    pub fn from_rgb(width: usize, height: usize, mut samples: Vec<u8>) -> Self {
        for pixel in samples.chunks_exact_mut(CHANNELS) {
            let (y, cb, cr) = jpeg_encoder::rgb_to_ycbcr(pixel[0], pixel[1], pixel[2]);
            pixel.copy_from_slice(&[y, cb, cr]);
        }
        Self { width, height, samples }
    }

    /// From grey samples.
    pub fn from_grey(width: usize, height: usize, grey: &[u8]) -> Self {
        Self { width, height, samples: grey.iter().flat_map(|y| [*y, NEUTRAL, NEUTRAL]).collect() }
    }

    /// The picture turned upright.
    pub fn upright(&self, orientation: Orientation) -> Picture {
        let luma = self.plane(orientation, 0, 1);
        let differences = [1, 2].map(|channel| self.plane(orientation, channel, 2));
        Picture { luma, differences }
    }

    /// One channel turned upright, taking every `step`th sample each way.
    fn plane(&self, orientation: Orientation, channel: usize, step: usize) -> Plane {
        let (width, height) = orientation.upright_size(self.width, self.height);
        let map = orientation.to_stored(self.width, self.height);
        let index = |x: f64, y: f64| {
            let stored = map.map(x, y);
            (stored.y as isize * self.width as isize + stored.x as isize) * CHANNELS as isize
        };
        let first = index(0.5, 0.5);
        let across = (index(1.5, 0.5) - first) * step as isize;
        let down = (index(0.5, 1.5) - first) * step as isize;
        let (width, height) = (width.div_ceil(step), height.div_ceil(step));
        let mut samples = vec![0; width * height];
        for (strip, lines) in samples.chunks_mut(width * STRIP).enumerate() {
            let start = first + channel as isize + down * (strip * STRIP) as isize;
            if across.unsigned_abs() <= CHANNELS * step {
                copy_rows(&self.samples, lines, width, [start, across, down]);
            } else {
                copy_columns(&self.samples, lines, width, [start, across, down]);
            }
        }
        Plane { width, height, samples }
    }
}

/// Rows that are turned together, so that the stored lines they come from stay in the cache.
const STRIP: usize = 32;

/// Fills some rows from a start in `stored` with a step across and a step down, row by row.
fn copy_rows(stored: &[u8], lines: &mut [u8], width: usize, [start, across, down]: [isize; 3]) {
    for (row, line) in lines.chunks_exact_mut(width).enumerate() {
        let from = start + down * row as isize;
        let last = from + across * (width as isize - 1);
        let span = stored.get(from.min(last) as usize..=from.max(last) as usize).unwrap_or_default();
        let step = across.unsigned_abs();
        if across > 0 {
            line.iter_mut().zip(span.iter().step_by(step)).for_each(|(to, sample)| *to = *sample);
        } else {
            line.iter_mut().zip(span.iter().rev().step_by(step)).for_each(|(to, sample)| *to = *sample);
        }
    }
}

/// The same column by column, for a picture stored sideways.
fn copy_columns(stored: &[u8], lines: &mut [u8], width: usize, [start, across, down]: [isize; 3]) {
    for column in 0..width {
        let mut from = start + across * column as isize;
        for line in lines.chunks_exact_mut(width) {
            line[column] = stored.get(from as usize).copied().unwrap_or_default();
            from += down;
        }
    }
}

impl Picture {
    /// The same picture at half the size.
    pub fn halved(&self) -> Self {
        Self { luma: self.luma.halved(), differences: self.differences.each_ref().map(Plane::halved) }
    }

    /// The part of this size whose top left pixel is (`left`, `top`); must lie inside. An odd place
    /// moves the colours by half a pixel.
    pub fn part(&self, left: usize, top: usize, width: usize, height: usize) -> Self {
        let half = |plane: &Plane| plane.part(left / 2, top / 2, width.div_ceil(2), height.div_ceil(2));
        Self {
            luma: self.luma.part(left, top, width, height),
            differences: self.differences.each_ref().map(half),
        }
    }

    /// Its longer side, in pixels.
    pub fn long_side(&self) -> usize {
        self.luma.width.max(self.luma.height)
    }
}

impl Plane {
    /// The same plane at half the size, rounded up; each pixel is the mean of four.
    pub fn halved(&self) -> Self {
        let (width, height) = (self.width.div_ceil(2), self.height.div_ceil(2));
        let mut samples = Vec::with_capacity(width * height);
        for rows in self.samples.chunks(self.width * 2) {
            let (upper, lower) = (&rows[..self.width], &rows[rows.len() - self.width..]);
            let pairs = upper.chunks_exact(2).zip(lower.chunks_exact(2));
            samples.extend(pairs.map(|(a, b)| mean(a[0], a[1], b[0], b[1])));
            if self.width % 2 == 1 {
                let (a, b) = (upper[self.width - 1], lower[self.width - 1]);
                samples.push(mean(a, a, b, b));
            }
        }
        Self { width, height, samples }
    }

    /// A part; see [`Picture::part`]. What reaches over the edge is left out.
    fn part(&self, left: usize, top: usize, width: usize, height: usize) -> Self {
        let (width, height) = (width.min(self.width - left), height.min(self.height - top));
        let rows = self.samples.chunks_exact(self.width).skip(top).take(height);
        let samples = rows.flat_map(|row| &row[left..left + width]).copied().collect();
        Self { width, height, samples }
    }

    /// The sample at a place, between the four pixels around it. Outside, the nearest pixel's.
    pub fn at(&self, x: f64, y: f64) -> f64 {
        let (x, y) = (x - 0.5, y - 0.5);
        let (column, row) = (x.floor(), y.floor());
        let (right, below) = (x - column, y - row);
        let pixel = |dx: f64, dy: f64| {
            let x = (column + dx).clamp(0.0, (self.width - 1) as f64) as usize;
            let y = (row + dy).clamp(0.0, (self.height - 1) as f64) as usize;
            f64::from(self.samples[y * self.width + x])
        };
        let upper = pixel(0.0, 0.0) * (1.0 - right) + pixel(1.0, 0.0) * right;
        let lower = pixel(0.0, 1.0) * (1.0 - right) + pixel(1.0, 1.0) * right;
        upper * (1.0 - below) + lower * below
    }

    /// A window of this size seen through a map from its pixels to this plane's.
    pub fn window(&self, to_here: &Homography, width: usize, height: usize) -> Self {
        let mut samples = Vec::with_capacity(width * height);
        for row in 0..height {
            samples.extend((0..width).map(|column| {
                let seen = to_here.map(column as f64 + 0.5, row as f64 + 0.5);
                self.at(seen.x, seen.y).round() as u8
            }));
        }
        Self { width, height, samples }
    }
}

/// The rounded mean of four samples.
fn mean(a: u8, b: u8, c: u8, d: u8) -> u8 {
    ((u16::from(a) + u16::from(b) + u16::from(c) + u16::from(d) + 2) / 4) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 3 × 2 pixels, luma 10 to 60.
    fn small() -> Unpacked {
        Unpacked::from_grey(3, 2, &[10, 20, 30, 40, 50, 60])
    }

    fn luma() -> Plane {
        small().upright(Orientation::default()).luma
    }

    #[test]
    fn every_orientation_is_turned_upright() {
        let table: [(u16, usize, [u8; 6]); 8] = [
            (1, 3, [10, 20, 30, 40, 50, 60]),
            (2, 3, [30, 20, 10, 60, 50, 40]),
            (3, 3, [60, 50, 40, 30, 20, 10]),
            (4, 3, [40, 50, 60, 10, 20, 30]),
            (5, 2, [10, 40, 20, 50, 30, 60]),
            (6, 2, [40, 10, 50, 20, 60, 30]),
            (7, 2, [60, 30, 50, 20, 40, 10]),
            (8, 2, [30, 60, 20, 50, 10, 40]),
        ];
        for (number, width, samples) in table {
            let upright = small().upright(Orientation::from_exif(number));
            assert_eq!(
                (upright.luma.width, upright.luma.samples.as_slice()),
                (width, samples.as_slice()),
                "{number}"
            );
            assert_eq!(upright.differences[0].samples, [NEUTRAL; 2], "{number}");
        }
    }

    #[test]
    fn halving_takes_the_mean_of_four() {
        let halved = luma().halved();
        assert_eq!((halved.width, halved.height, halved.samples), (2, 1, vec![30, 45]));
    }

    #[test]
    fn brightness_is_read_between_pixels() {
        assert_eq!(luma().at(0.5, 0.5), 10.0);
        assert_eq!(luma().at(1.0, 0.5), 15.0);
        assert_eq!(luma().at(1.0, 1.0), 30.0);
        assert_eq!(luma().at(-50.0, 99.0), 40.0);
    }

    #[test]
    fn a_part_keeps_its_pixels() {
        assert_eq!(luma().part(1, 1, 2, 1).samples, [50, 60]);
        assert_eq!(luma().part(2, 0, 9, 9).samples, [30, 60]);
    }
}
