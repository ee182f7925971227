//! Pictures in memory: colour as luma and two chroma samples a pixel (what a JPEG holds, so that
//! nothing is converted on the way through), and plain luma. Places: (0, 0) is the picture's top
//! left corner, so a pixel's middle is at half numbers and halving a picture halves coordinates.

use super::homography::Homography;
use super::orientation::Orientation;

/// Samples of one pixel: luma, blue and red difference (JFIF: full range, differences around 128).
pub const CHANNELS: usize = 3;

/// A colour picture, pixels row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub width: usize,
    pub height: usize,
    /// `width × height × CHANNELS` samples.
    pub samples: Vec<u8>,
}

/// A grey picture, pixels row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Luma {
    pub width: usize,
    pub height: usize,
    pub samples: Vec<u8>,
}

impl Picture {
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
        Self { width, height, samples: grey.iter().flat_map(|y| [*y, 128, 128]).collect() }
    }

    /// The same picture at half the size, each pixel the mean of four. Odd last lines are dropped.
    pub fn halved(&self) -> Self {
        let (width, height) = ((self.width / 2).max(1), (self.height / 2).max(1));
        let stride = self.width * CHANNELS;
        let mut samples = Vec::with_capacity(width * height * CHANNELS);
        for rows in self.samples.chunks(stride * 2).take(height) {
            let (upper, lower) = (&rows[..stride], &rows[rows.len() - stride..]);
            for (a, b) in upper.chunks(CHANNELS * 2).zip(lower.chunks(CHANNELS * 2)).take(width) {
                let right = a.len() - CHANNELS;
                samples.extend((0..CHANNELS).map(|c| mean(a[c], a[right + c], b[c], b[right + c])));
            }
        }
        Self { width, height, samples }
    }

    /// The part of this size whose top left pixel is (`left`, `top`); must lie inside.
    pub fn part(&self, left: usize, top: usize, width: usize, height: usize) -> Self {
        let rows = self.samples.chunks_exact(self.width * CHANNELS).skip(top).take(height);
        let samples =
            rows.flat_map(|row| &row[left * CHANNELS..(left + width) * CHANNELS]).copied().collect();
        Self { width, height, samples }
    }

    /// The upright luma of a picture stored in this orientation.
    pub fn upright_luma(&self, orientation: Orientation) -> Luma {
        let (width, height) = orientation.upright_size(self.width, self.height);
        let map = orientation.to_stored(self.width, self.height);
        let index = |x: f64, y: f64| {
            let stored = map.map(x, y);
            (stored.y as isize * self.width as isize + stored.x as isize) * CHANNELS as isize
        };
        let first = index(0.5, 0.5);
        let (across, down) = (index(1.5, 0.5) - first, index(0.5, 1.5) - first);
        let mut samples = vec![0; width * height];
        for (rows, lines) in samples.chunks_mut(width * STRIP).enumerate() {
            copy_strip(&self.samples, lines, width, [first + down * (rows * STRIP) as isize, across, down]);
        }
        Luma { width, height, samples }
    }
}

/// Rows that are turned together, so that the stored lines they come from stay in the cache.
const STRIP: usize = 16;

/// Fills some rows from a start in `stored` with a step across and a step down.
fn copy_strip(stored: &[u8], lines: &mut [u8], width: usize, [start, across, down]: [isize; 3]) {
    for column in 0..width {
        let mut from = start + across * column as isize;
        for line in lines.chunks_exact_mut(width) {
            line[column] = stored.get(from as usize).copied().unwrap_or_default();
            from += down;
        }
    }
}

impl Luma {
    /// The same picture at half the size, each pixel the mean of four. Odd last lines are dropped.
    pub fn halved(&self) -> Self {
        let (width, height) = ((self.width / 2).max(1), (self.height / 2).max(1));
        let mut samples = Vec::with_capacity(width * height);
        for rows in self.samples.chunks(self.width * 2).take(height) {
            let (upper, lower) = (&rows[..self.width], &rows[rows.len() - self.width..]);
            let pairs = upper.chunks(2).zip(lower.chunks(2)).take(width);
            samples.extend(pairs.map(|(a, b)| mean(a[0], a[a.len() - 1], b[0], b[b.len() - 1])));
        }
        Self { width, height, samples }
    }

    /// Brightness at a place, between the four pixels around it. Outside, the nearest pixel's.
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

    /// A window of this size seen through a map from its pixels to this picture's.
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
    fn small() -> Picture {
        Picture::from_grey(3, 2, &[10, 20, 30, 40, 50, 60])
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
            let luma = small().upright_luma(Orientation::from_exif(number));
            assert_eq!((luma.width, luma.samples.as_slice()), (width, samples.as_slice()), "{number}");
        }
    }

    #[test]
    fn halving_takes_the_mean_of_four() {
        let luma = small().upright_luma(Orientation::default()).halved();
        assert_eq!((luma.width, luma.height, luma.samples), (1, 1, vec![30]));
        assert_eq!(small().halved().samples, [30, 128, 128]);
    }

    #[test]
    fn brightness_is_read_between_pixels() {
        let luma = small().upright_luma(Orientation::default());
        assert_eq!(luma.at(0.5, 0.5), 10.0);
        assert_eq!(luma.at(1.0, 0.5), 15.0);
        assert_eq!(luma.at(1.0, 1.0), 30.0);
        assert_eq!(luma.at(-50.0, 99.0), 40.0);
    }

    #[test]
    fn a_part_keeps_its_pixels() {
        assert_eq!(small().part(1, 1, 2, 1).samples, [50, 128, 128, 60, 128, 128]);
    }
}
