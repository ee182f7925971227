//! The resampler: shows a picture through a map, as a sheet seen from above, or turned upright and
//! made smaller. It is the hottest loop of a photo: steps are fixed-point, and a pixel's three
//! samples are weighed in one 64-bit word. It knows nothing of sheets or light.

use super::homography::Homography;
use super::picture::{CHANNELS, Picture};

/// Pixels between two exact places; between them steps are equal. Over 32 pixels even a sheet
/// tilted by 40° strays by less than a twentieth of a pixel.
const SEGMENT: usize = 32;
/// Rows that are resampled together, so that a picture read sideways stays in the cache.
const BAND: usize = 32;
/// Fixed-point places: 16 bits before, 16 bits after the point.
const ONE: f64 = 65536.0;
/// What is shown where the picture has nothing: light grey.
const NOTHING: [u8; CHANNELS] = [224, 128, 128];

/// A picture of this size that shows `source` through `to_source`, a map from its own places to
/// those of `source`. Sizes must be similar: for a much smaller one, halve `source` first.
pub fn through(source: &Picture, to_source: &Homography, width: usize, height: usize) -> Picture {
    let mut samples = vec![0; width * height * CHANNELS];
    let stride = width * CHANNELS;
    for (band, rows) in samples.chunks_mut(stride * BAND).enumerate() {
        for left in (0..width).step_by(SEGMENT) {
            let right = (left + SEGMENT).min(width);
            for (offset, row) in rows.chunks_exact_mut(stride).enumerate() {
                let y = (band * BAND + offset) as f64 + 0.5;
                let segment = Segment::between(to_source, (left, right), y);
                segment.fill(source, &mut row[left * CHANNELS..right * CHANNELS]);
            }
        }
    }
    Picture { width, height, samples }
}

/// Some pixels of one row: where the first one's four neighbours begin in the source, and the step
/// to the next pixel, both in fixed point.
struct Segment {
    x: i64,
    y: i64,
    step_x: i64,
    step_y: i64,
}

impl Segment {
    fn between(map: &Homography, (left, right): (usize, usize), y: f64) -> Self {
        let (first, last) = (map.map(left as f64 + 0.5, y), map.map(right as f64 + 0.5, y));
        let steps = (right - left) as f64;
        // A pixel's value stands at its middle, so neighbours begin half a pixel before.
        Self {
            x: ((first.x - 0.5) * ONE) as i64,
            y: ((first.y - 0.5) * ONE) as i64,
            step_x: ((last.x - first.x) / steps * ONE) as i64,
            step_y: ((last.y - first.y) / steps * ONE) as i64,
        }
    }

    fn fill(&self, source: &Picture, pixels: &mut [u8]) {
        let last = (pixels.len() / CHANNELS) as i64;
        let inside = |x: i64, y: i64| {
            // One column and row more than the neighbours: the last word read reaches farther.
            let (column, row) = (x >> 16, y >> 16);
            column >= 0 && row >= 0 && column + 3 < source.width as i64 && row + 2 < source.height as i64
        };
        let whole =
            inside(self.x, self.y) && inside(self.x + self.step_x * last, self.y + self.step_y * last);
        let (mut x, mut y) = (self.x, self.y);
        for pixel in pixels.chunks_exact_mut(CHANNELS) {
            if whole {
                pixel.copy_from_slice(&blended(source, x, y));
            } else {
                pixel.copy_from_slice(&at_border(source, x, y));
            }
            x += self.step_x;
            y += self.step_y;
        }
    }
}

/// The pixel between four neighbours; these must lie inside.
#[inline(always)]
fn blended(source: &Picture, x: i64, y: i64) -> [u8; CHANNELS] {
    let at = ((y >> 16) as usize * source.width + (x >> 16) as usize) * CHANNELS;
    let (right, below) = ((x >> 8 & 255) as u64, (y >> 8 & 255) as u64);
    let upper = between_pair(&source.samples, at, right);
    let lower = between_pair(&source.samples, at + source.width * CHANNELS, right);
    let mixed = upper * (256 - below) + lower * below + ROUNDING;
    [(mixed >> 8) as u8, (mixed >> 24) as u8, (mixed >> 40) as u8]
}

/// Three samples, each in a lane of 16 bits: the highest sum, 255 × 256 + 128, still fits.
const LANES: u64 = 0x0000_00FF_00FF_00FF;
const ROUNDING: u64 = 0x0000_0080_0080_0080;

/// The mixture of a pixel and the one to its right, in lanes.
#[inline(always)]
fn between_pair(samples: &[u8], at: usize, right: u64) -> u64 {
    let Some(bytes) = samples.get(at..at + 8).and_then(|bytes| <[u8; 8]>::try_from(bytes).ok()) else {
        return 0;
    };
    let word = u64::from_le_bytes(bytes);
    let mixed = spread(word) * (256 - right) + spread(word >> 24) * right + ROUNDING;
    mixed >> 8 & LANES
}

/// The three lowest bytes, one to a lane.
#[inline(always)]
fn spread(word: u64) -> u64 {
    word & 0xFF | (word & 0xFF00) << 8 | (word & 0xFF_0000) << 16
}

/// The nearest pixel, or nothing: for the picture's border only.
fn at_border(source: &Picture, x: i64, y: i64) -> [u8; CHANNELS] {
    let (column, row) = ((x + 0x8000) >> 16, (y + 0x8000) >> 16);
    let (Ok(column), Ok(row)) = (usize::try_from(column), usize::try_from(row)) else { return NOTHING };
    if column >= source.width || row >= source.height {
        return NOTHING;
    }
    let at = (row * source.width + column) * CHANNELS;
    [source.samples[at], source.samples[at + 1], source.samples[at + 2]]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Luma rises by 2 a column and 1 a row.
    fn ramp(width: usize, height: usize) -> Picture {
        let grey: Vec<u8> = (0..width * height).map(|k| (k % width * 2 + k / width) as u8).collect();
        Picture::from_grey(width, height, &grey)
    }

    #[test]
    fn seen_as_it_is_nothing_changes() {
        let source = ramp(70, 60);
        assert_eq!(through(&source, &Homography::scaling(1.0), 70, 60), source);
    }

    #[test]
    fn a_turned_picture_is_read_along_its_columns() {
        let source = ramp(70, 60);
        let turned = through(&source, &Homography::affine([[0.0, 1.0, 0.0], [-1.0, 0.0, 60.0]]), 60, 70);
        for (row, column) in [(0, 0), (31, 33), (69, 59), (40, 2)] {
            assert_eq!(turned.samples[(row * 60 + column) * CHANNELS], (row * 2 + 59 - column) as u8);
        }
    }

    #[test]
    fn between_pixels_values_are_mixed() {
        let moved = through(&ramp(70, 60), &Homography::affine([[1.0, 0.0, 0.5], [0.0, 1.0, 0.0]]), 60, 50);
        assert_eq!(moved.samples[(10 * 60 + 20) * CHANNELS], 20 * 2 + 10 + 1);
    }

    #[test]
    fn outside_there_is_nothing() {
        let away = through(&ramp(70, 60), &Homography::affine([[1.0, 0.0, 65.0], [0.0, 1.0, 0.0]]), 20, 20);
        assert_eq!(away.samples[..CHANNELS], [130, 128, 128]);
        assert_eq!(away.samples[10 * CHANNELS..11 * CHANNELS], NOTHING);
    }

    /// Against the plain formula in floating point, through a strongly tilted map.
    #[test]
    fn a_tilted_map_is_followed_closely() {
        let grey: Vec<u8> = (0..240_000).map(|k: usize| (k % 600 / 3 + k / 600 / 8) as u8).collect();
        let source = Picture::from_grey(600, 400, &grey);
        let corners = [([0.0, 0.0], [40.0, 30.0]), ([300.0, 0.0], [560.0, 60.0])];
        let others = [([300.0, 300.0], [470.0, 370.0]), ([0.0, 300.0], [90.0, 390.0])];
        let map = Homography::fit(&[corners, others].concat()).expect("four corners");
        let seen = through(&source, &map, 300, 300);
        let luma = source.upright_luma(Default::default());
        for (index, pixel) in seen.samples.chunks(CHANNELS).enumerate() {
            let place = map.map((index % 300) as f64 + 0.5, (index / 300) as f64 + 0.5);
            assert!((f64::from(pixel[0]) - luma.at(place.x, place.y)).abs() < 2.0, "{index}");
        }
    }
}
