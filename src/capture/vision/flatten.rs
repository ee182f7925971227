//! The resampler: shows a picture through a map, as a sheet seen from above, or made smaller. It is
//! the hottest loop of a photo, so steps are fixed-point. It knows nothing of sheets or light.

use super::Pixel;
use super::picture::{NEUTRAL, Picture, Plane};

/// Pixels between two exact places; between them steps are equal. Over 32 pixels even a sheet
/// tilted by 40° strays by less than a twentieth of a pixel.
const SEGMENT: usize = 32;
/// Rows that are resampled together, so that a sheet lying sideways stays in the cache.
const BAND: usize = 32;
/// Fixed-point places: 16 bits before, 16 bits after the point.
const ONE: f64 = 65536.0;
/// Brightness that is shown where the picture has nothing: light grey.
const NOTHING: u8 = 224;

/// A picture of this size that shows `source` through `to_source`, a map from its own places to
/// those of `source`. Scales must be similar: for a much smaller picture, halve `source` first.
pub fn through(
    source: &Picture,
    to_source: &impl Fn(f64, f64) -> Pixel,
    (width, height): (usize, usize),
) -> Picture {
    let halves = |x: f64, y: f64| to_source(2.0 * x, 2.0 * y).scaled(0.5);
    let (half_width, half_height) = (width.div_ceil(2), height.div_ceil(2));
    let difference = |plane: &Plane| resampled(plane, &halves, (half_width, half_height), NEUTRAL);
    Picture {
        luma: resampled(&source.luma, to_source, (width, height), NOTHING),
        differences: source.differences.each_ref().map(difference),
    }
}

/// One plane seen through a map; `nothing` is put where it shows nothing.
fn resampled(
    source: &Plane,
    to_source: &impl Fn(f64, f64) -> Pixel,
    (width, height): (usize, usize),
    nothing: u8,
) -> Plane {
    let mut samples = vec![0; width * height];
    for (band, rows) in samples.chunks_mut(width * BAND).enumerate() {
        for left in (0..width).step_by(SEGMENT) {
            let right = (left + SEGMENT).min(width);
            for (offset, row) in rows.chunks_exact_mut(width).enumerate() {
                let y = (band * BAND + offset) as f64 + 0.5;
                let segment = Segment::between(to_source, (left, right), y);
                segment.fill(source, &mut row[left..right], nothing);
            }
        }
    }
    Plane { width, height, samples }
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
    fn between(to_source: &impl Fn(f64, f64) -> Pixel, (left, right): (usize, usize), y: f64) -> Self {
        let (first, last) = (to_source(left as f64 + 0.5, y), to_source(right as f64 + 0.5, y));
        let steps = (right - left) as f64;
        // A pixel's value stands at its middle, so neighbours begin half a pixel before.
        Self {
            x: ((first.x - 0.5) * ONE) as i64,
            y: ((first.y - 0.5) * ONE) as i64,
            step_x: ((last.x - first.x) / steps * ONE) as i64,
            step_y: ((last.y - first.y) / steps * ONE) as i64,
        }
    }

    fn fill(&self, source: &Plane, pixels: &mut [u8], nothing: u8) {
        let last = pixels.len() as i64;
        let inside = |x: i64, y: i64| {
            let (column, row) = (x >> 16, y >> 16);
            column >= 0 && row >= 0 && column + 1 < source.width as i64 && row + 1 < source.height as i64
        };
        if inside(self.x, self.y) && inside(self.x + self.step_x * last, self.y + self.step_y * last) {
            self.blend(source, pixels);
        } else {
            let places = (0..last).map(|k| (self.x + self.step_x * k, self.y + self.step_y * k));
            pixels
                .iter_mut()
                .zip(places)
                .for_each(|(pixel, (x, y))| *pixel = at_border(source, x, y, nothing));
        }
    }

    /// Each pixel between its four neighbours, which must all lie inside: they are gathered one by one, then
    /// mixed many at once, for which numbers of 16 bits are best.
    fn blend(&self, source: &Plane, pixels: &mut [u8]) {
        let (mut upper, mut lower) = ([0; SEGMENT], [0; SEGMENT]);
        let (mut x, mut y) = (self.x as u32, self.y as u32);
        let (samples, stride) = (source.samples.as_slice(), source.width);
        for (above, below) in upper.iter_mut().zip(&mut lower).take(pixels.len()) {
            let at = (y >> 16) as usize * stride + (x >> 16) as usize;
            if let Some(near) = samples.get(at..).and_then(|rest| rest.get(..stride + 2)) {
                *above = u16::from_le_bytes([near[0], near[1]]);
                *below = u16::from_le_bytes([near[stride], near[stride + 1]]);
            }
            x = x.wrapping_add(self.step_x as u32);
            y = y.wrapping_add(self.step_y as u32);
        }
        let mut mixed = [0; SEGMENT];
        for (k, sample) in mixed.iter_mut().enumerate() {
            // How far right and down a pixel lies of its first neighbour: what stands after the point.
            let after =
                |start: i64, step: i64| (start as u16).wrapping_add((step as u16).wrapping_mul(k as u16));
            let (right, down) = (after(self.x, self.step_x) >> 8, after(self.y, self.step_y));
            let across = |pair: u16| (pair & 255) * (256 - right) + (pair >> 8) * right;
            let (above, below) = (across(upper[k]), across(lower[k]));
            *sample = ((above - share(above, down) + share(below, down) + 0x80) >> 8) as u8;
        }
        pixels.copy_from_slice(&mixed[..pixels.len()]);
    }
}

/// So many 65,536ths of a value.
#[inline(always)]
fn share(value: u16, part: u16) -> u16 {
    ((u32::from(value) * u32::from(part)) >> 16) as u16
}

/// The nearest pixel, or nothing: for the picture's border only.
fn at_border(source: &Plane, x: i64, y: i64, nothing: u8) -> u8 {
    let (column, row) = ((x + 0x8000) >> 16, (y + 0x8000) >> 16);
    let (Ok(column), Ok(row)) = (usize::try_from(column), usize::try_from(row)) else { return nothing };
    if column >= source.width || row >= source.height {
        nothing
    } else {
        source.samples[row * source.width + column]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::vision::homography::Homography;

    fn through(source: &Picture, map: &Homography, width: usize, height: usize) -> Picture {
        super::through(source, &|x, y| map.map(x, y), (width, height))
    }

    /// Luma rises by 2 a column and 1 a row.
    fn ramp(width: usize, height: usize) -> Picture {
        let grey: Vec<u8> = (0..width * height).map(|k| (k % width * 2 + k / width) as u8).collect();
        Picture::from_grey(width, height, grey)
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
            assert_eq!(turned.luma.samples[row * 60 + column], (row * 2 + 59 - column) as u8);
        }
    }

    #[test]
    fn between_pixels_values_are_mixed() {
        let moved = through(&ramp(70, 60), &Homography::affine([[1.0, 0.0, 0.5], [0.0, 1.0, 0.0]]), 60, 50);
        assert_eq!(moved.luma.samples[10 * 60 + 20], 20 * 2 + 10 + 1);
    }

    #[test]
    fn outside_there_is_nothing() {
        let away = through(&ramp(70, 60), &Homography::affine([[1.0, 0.0, 65.0], [0.0, 1.0, 0.0]]), 20, 20);
        assert_eq!((away.luma.samples[0], away.luma.samples[10]), (130, NOTHING));
        assert!(away.differences[0].samples.iter().all(|sample| *sample == NEUTRAL));
    }

    /// Against the plain formula in floating point, through a strongly tilted map.
    #[test]
    fn a_tilted_map_is_followed_closely() {
        let grey: Vec<u8> = (0..240_000).map(|k: usize| (k % 600 / 3 + k / 600 / 8) as u8).collect();
        let source = Picture::from_grey(600, 400, grey);
        let corners = [([0.0, 0.0], [40.0, 30.0]), ([300.0, 0.0], [560.0, 60.0])];
        let others = [([300.0, 300.0], [470.0, 370.0]), ([0.0, 300.0], [90.0, 390.0])];
        let map = Homography::fit(&[corners, others].concat()).expect("four corners");
        let seen = through(&source, &map, 300, 300);
        for (index, sample) in seen.luma.samples.iter().enumerate() {
            let place = map.map((index % 300) as f64 + 0.5, (index / 300) as f64 + 0.5);
            let exact = source.luma.at(place.x, place.y);
            assert!((f64::from(*sample) - exact).abs() < 1.5, "{index}: {sample} is not {exact}");
        }
    }
}
