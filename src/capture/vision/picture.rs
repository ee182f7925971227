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

/// Side of the squares that are turned one by one, so that they stay in the cache.
const STRIP: usize = 16;

impl Picture {
    /// From pixels side by side: luma, blue and red difference of each.
    pub fn from_pixels(width: usize, height: usize, samples: &[u8]) -> Self {
        let every = |channel: usize, step: usize| -> Vec<u8> {
            let rows = samples.chunks_exact((width * CHANNELS).max(1)).step_by(step);
            rows.flat_map(|row| row[channel..].iter().step_by(CHANNELS * step)).copied().collect()
        };
        let (half_width, half_height) = (width.div_ceil(2), height.div_ceil(2));
        let half = |channel| Plane { width: half_width, height: half_height, samples: every(channel, 2) };
        Self { luma: Plane { width, height, samples: every(0, 1) }, differences: [half(1), half(2)] }
    }

    /// From red, green and blue samples (JFIF's conversion).
    pub fn from_rgb(width: usize, height: usize, mut samples: Vec<u8>) -> Self {
        for pixel in samples.chunks_exact_mut(CHANNELS) {
            let (y, cb, cr) = jpeg_encoder::rgb_to_ycbcr(pixel[0], pixel[1], pixel[2]);
            pixel.copy_from_slice(&[y, cb, cr]);
        }
        Self::from_pixels(width, height, &samples)
    }

    /// From grey samples.
    pub fn from_grey(width: usize, height: usize, samples: Vec<u8>) -> Self {
        let (half_width, half_height) = (width.div_ceil(2), height.div_ceil(2));
        let neutral = vec![NEUTRAL; half_width * half_height];
        let difference = Plane { width: half_width, height: half_height, samples: neutral };
        Self { luma: Plane { width, height, samples }, differences: [difference.clone(), difference] }
    }

    /// The picture turned upright.
    pub fn upright(self, orientation: Orientation) -> Self {
        if orientation == Orientation::default() {
            return self;
        }
        Self {
            luma: self.luma.upright(orientation),
            differences: self.differences.map(|plane| plane.upright(orientation)),
        }
    }

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
}

impl Plane {
    /// Its upper left part of this size.
    pub fn cut(self, width: usize, height: usize) -> Self {
        if (width, height) == (self.width, self.height) { self } else { self.part(0, 0, width, height) }
    }

    /// The plane turned upright.
    fn upright(&self, orientation: Orientation) -> Self {
        let (width, height) = orientation.upright_size(self.width, self.height);
        let map = orientation.to_stored(self.width, self.height);
        let index = |x: f64, y: f64| {
            let stored = map.map(x, y);
            stored.y as isize * self.width as isize + stored.x as isize
        };
        let first = index(0.5, 0.5);
        let (across, down) = (index(1.5, 0.5) - first, index(0.5, 1.5) - first);
        let mut samples = vec![0; width * height];
        for (strip, lines) in samples.chunks_mut((width * STRIP).max(1)).enumerate() {
            let top = first + down * (strip * STRIP) as isize;
            let rows = lines.len() / width;
            for left in (0..width).step_by(STRIP) {
                let columns = STRIP.min(width - left);
                let from = top + across * left as isize;
                let tile = self.tile(from, (across, columns), (down, rows));
                for (line, row) in lines.chunks_exact_mut(width).zip(tile) {
                    line[left..left + columns].copy_from_slice(&row[..columns]);
                }
            }
        }
        Self { width, height, samples }
    }

    /// A small part turned: its first sample, and the steps from one to the next across and down, with how
    /// many there are.
    fn tile(
        &self,
        first: isize,
        (across, columns): (isize, usize),
        (down, rows): (isize, usize),
    ) -> [[u8; STRIP]; STRIP] {
        let mut tile = [[0; STRIP]; STRIP];
        // Samples that lie side by side are read one after the other.
        for column in 0..columns {
            let mut from = first + across * column as isize;
            for line in tile.iter_mut().take(rows) {
                line[column] = self.samples.get(from as usize).copied().unwrap_or_default();
                from += down;
            }
        }
        tile
    }

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
        let mut samples = Vec::with_capacity(width * height);
        for row in self.samples.chunks_exact(self.width).skip(top).take(height) {
            samples.extend_from_slice(&row[left..left + width]);
        }
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
    fn small() -> Picture {
        Picture::from_grey(3, 2, vec![10, 20, 30, 40, 50, 60])
    }

    fn luma() -> Plane {
        small().luma
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

    /// Larger than the squares that are turned one by one, and not a whole number of them.
    #[test]
    fn a_large_plane_is_turned_sample_by_sample() {
        let (width, height) = (3 * STRIP + 5, 2 * STRIP + 3);
        let samples: Vec<u8> = (0..width * height).map(|k| (k * 7 % 251) as u8).collect();
        let plane = Plane { width, height, samples };
        for number in 1..=8 {
            let orientation = Orientation::from_exif(number);
            let (upright, map) = (plane.upright(orientation), orientation.to_stored(width, height));
            for (k, sample) in upright.samples.iter().enumerate() {
                let place = map.map((k % upright.width) as f64 + 0.5, (k / upright.width) as f64 + 0.5);
                assert_eq!(f64::from(*sample), plane.at(place.x, place.y), "{number}: {k}");
            }
        }
    }

    #[test]
    fn pixels_side_by_side_become_planes() {
        let pixels: Vec<u8> = (0..6).flat_map(|k| [k, 100 + k, 200 + k]).collect();
        let picture = Picture::from_pixels(3, 2, &pixels);
        assert_eq!(picture.luma.samples, [0, 1, 2, 3, 4, 5]);
        assert_eq!(picture.differences.map(|plane| plane.samples), [[100, 102], [200, 202]]);
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
