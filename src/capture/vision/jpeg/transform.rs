//! From frequencies to pixels, 4 × 4 of them for a block of 8 × 8: the inverse cosine transform of the
//! 16 lowest frequencies (orthonormal: halving the size halves their scale in two dimensions).

use super::KEPT;

/// Places for frequencies: the 16 that count, row by row, and one for all others.
pub const SLOTS: usize = 17;
pub const DROPPED: usize = 16;
/// Largest frequency of 8-bit pixels.
const LIMIT: i32 = 8192;
/// Fixed-point places of the factors: cos(π/8)/√2 and cos(3π/8)/√2.
const PLACES: u32 = 12;
const NEAR: i32 = 2676;
const FAR: i32 = 1108;
/// Places that are kept between the two passes.
const BETWEEN: u32 = 3;
/// Brightness 128 is coded as 0.
const MIDDLE: i32 = 128;

/// Which slot each frequency goes to, in the order in which they are coded (T.81, figure A.6).
#[rustfmt::skip]
pub const SLOT: [u8; 64] = [
    0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 16, 13, 10, 7, 16, 16,
    16, 11, 14, 16, 16, 16, 16, 16, 15, 16, 16, 16, 16, 16, 16, 16,
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
];

/// A frequency within what 8-bit pixels can have, so that no sum overflows.
#[inline(always)]
pub fn limited(frequency: i32) -> i32 {
    frequency.clamp(-LIMIT, LIMIT - 1)
}

/// A block of one brightness.
pub fn flat(mean: i32, target: &mut [u8], stride: usize) {
    let sample = (((mean + 4) >> 3) + MIDDLE).clamp(0, 255) as u8;
    for row in target.chunks_mut(stride).take(KEPT) {
        row[..KEPT].fill(sample);
    }
}

/// A block's pixels, into the first rows of `target`.
pub fn pixels(frequencies: &[i32; SLOTS], target: &mut [u8], stride: usize) {
    let f = frequencies;
    let mut columns = [[0; KEPT]; KEPT];
    for (k, column) in columns.iter_mut().enumerate() {
        *column = line([f[k], f[4 + k], f[8 + k], f[12 + k]]);
        for value in column {
            *value = (*value + (1 << (PLACES - BETWEEN - 1))) >> (PLACES - BETWEEN);
        }
    }
    // One place more: the scale of half-size frequencies.
    let places = PLACES + BETWEEN + 1;
    let [a, b, c, d] = &columns;
    for (y, row) in target.chunks_mut(stride).take(KEPT).enumerate() {
        let samples = line([a[y], b[y], c[y], d[y]]);
        for (sample, value) in row.iter_mut().zip(samples) {
            *sample = (((value + (1 << (places - 1))) >> places) + MIDDLE).clamp(0, 255) as u8;
        }
    }
}

/// Four values of four frequencies, [`PLACES`] places finer.
#[inline(always)]
fn line([mean, first, second, third]: [i32; KEPT]) -> [i32; KEPT] {
    let (outer, inner) = ((mean + second) << (PLACES - 1), (mean - second) << (PLACES - 1));
    let (wide, narrow) = (first * NEAR + third * FAR, first * FAR - third * NEAR);
    [outer + wide, inner + narrow, inner - narrow, outer - wide]
}
