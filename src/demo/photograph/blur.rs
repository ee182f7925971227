//! How a picture loses its sharpness, and how a phone feigns it again. All but sharpening works on the
//! light of the sensor: red, green and blue of each pixel, 65,535 for a full one, row by row.

use crate::demo::dice::Dice;

/// A movement while the shutter is open: every point becomes a line, with the point in its middle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Motion {
    /// Length of the line in pixels.
    pub length: f64,
    /// Its direction, degrees from the picture's width, clockwise.
    pub direction_degrees: f64,
}

/// Unsharp masking as phones do it: what differs from the neighbourhood is made to differ more, which
/// leaves a bright halo around dark strokes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sharpening {
    /// How much of the difference is added.
    pub amount: f64,
    /// Standard deviation of the neighbourhood, in pixels.
    pub radius: f64,
}

impl Motion {
    /// A calm hand.
    pub const NONE: Self = Self { length: 0.0, direction_degrees: 0.0 };

    /// A movement up to `longest` pixels, in some of the pictures only.
    pub fn drawn(dice: &mut Dice, longest: f64) -> Self {
        let is_moved = dice.chance(0.4);
        let length = dice.between(0.2, 1.0) * longest;
        let direction_degrees = dice.between(0.0, 180.0);
        if is_moved { Self { length, direction_degrees } } else { Self::NONE }
    }
}

impl Sharpening {
    /// None at all.
    pub const NONE: Self = Self { amount: 0.0, radius: 1.0 };

    /// Any amount up to `most`.
    pub fn drawn(dice: &mut Dice, most: f64) -> Self {
        Self { amount: dice.between(0.0, most), radius: dice.between(0.8, 2.0) }
    }
}

/// Draws every point out to a line.
pub fn move_along(samples: &mut [u16], width: usize, motion: &Motion) {
    let steps = motion.length.round() as isize;
    if steps < 1 {
        return;
    }
    let (sin, cos) = motion.direction_degrees.to_radians().sin_cos();
    let shifts: Vec<[isize; 2]> = (0..=steps)
        .map(|step| motion.length * (step as f64 / steps as f64 - 0.5))
        .map(|away| [(away * cos).round() as isize, (away * sin).round() as isize])
        .collect();
    average(samples, width, |sums, rows| {
        shifts.iter().for_each(|[dx, dy]| add_moved(sums, rows.below(*dy), *dx));
        shifts.len() as f32
    });
}

/// Draws every point out to a disc.
pub fn defocus(samples: &mut [u16], width: usize, radius: f64) {
    let reach = radius.round() as isize;
    if reach < 1 || 2 * reach as usize >= width {
        return;
    }
    // A pixel's middle is half a pixel inside of its rim.
    let half = |dy: isize| {
        (((radius + 0.5).powi(2) - (dy * dy) as f64).max(0.0).sqrt() - 0.5).round().max(0.0) as usize
    };
    let mut totals = vec![0; (width + 1) * 3];
    average(samples, width, |sums, rows| {
        let mut weight = 0;
        for dy in -reach..=reach {
            let length = 2 * half(dy) + 1;
            add_run(sums, rows.below(dy), length, &mut totals);
            weight += length;
        }
        weight as f32
    });
}

/// A row of a picture with those around it.
struct Rows<'a> {
    samples: &'a [u16],
    stride: usize,
    middle: isize,
}

impl Rows<'_> {
    /// The row that is so far below the middle one, or the picture's last.
    fn below(&self, by: isize) -> &[u16] {
        let last = (self.samples.len() / self.stride) as isize - 1;
        &self.samples[(self.middle + by).clamp(0, last) as usize * self.stride..][..self.stride]
    }
}

/// Sets every row to a mean of rows around it. `add` adds what belongs to a row to sums, and returns how
/// much it added.
fn average(samples: &mut [u16], width: usize, mut add: impl FnMut(&mut [f32], &Rows) -> f32) {
    let source = samples.to_vec();
    let stride = width * 3;
    let mut sums = vec![0.0_f32; stride];
    for (middle, line) in (0..).zip(samples.chunks_exact_mut(stride)) {
        sums.fill(0.0);
        let weight = add(&mut sums, &Rows { samples: &source, stride, middle });
        line.iter_mut().zip(&sums).for_each(|(to, sum)| *to = (sum / weight) as u16);
    }
}

/// Adds a row moved to the left by some pixels; its first or last pixel fills the gap.
fn add_moved(sums: &mut [f32], row: &[u16], by: isize) {
    let width = row.len() / 3;
    let (from, to) = (by.max(0) as usize, (-by).max(0) as usize);
    let whole = width.saturating_sub(from.max(to));
    let add = |(sum, sample): (&mut f32, &u16)| *sum += f32::from(*sample);
    sums[to * 3..][..whole * 3].iter_mut().zip(&row[from * 3..]).for_each(add);
    let (gap, pixel) = if by > 0 { (whole..width, width - 1) } else { (0..to.min(width), 0) };
    for x in gap {
        sums[x * 3..][..3].iter_mut().zip(&row[pixel * 3..]).for_each(add);
    }
}

/// Adds, for each pixel of a row, the sum of so many pixels around it. `totals` is room for running sums.
fn add_run(sums: &mut [f32], row: &[u16], length: usize, totals: &mut [u32]) {
    for (index, sample) in row.iter().enumerate() {
        totals[index + 3] = totals[index] + u32::from(*sample);
    }
    let width = row.len() / 3;
    for (x, sum) in sums.chunks_exact_mut(3).enumerate() {
        let from = x.saturating_sub(length / 2).min(width - length);
        for (channel, sum) in sum.iter_mut().enumerate() {
            *sum += (totals[(from + length) * 3 + channel] - totals[from * 3 + channel]) as f32;
        }
    }
}

/// Blurs with these standard deviations, across and down, in pixels.
pub fn soften(samples: &mut [u16], width: usize, [across, down]: [f64; 2]) {
    for _ in 0..2 {
        // Two boxes one after the other: a triangle, as an unsharp lens or a shaking hand draws it.
        blur_rows(samples, width, box_width(across));
        blur_columns(samples, width, box_width(down));
    }
}

/// Width of the box that, used twice, blurs with this standard deviation.
fn box_width(deviation: f64) -> f32 {
    (1.0 + 6.0 * deviation * deviation).sqrt() as f32
}

/// The mean over a box around each of some values, by running sums. `line` is left blurred.
fn blur_line(line: &mut [f32], sums: &mut Vec<f32>, width: f32) {
    let reach = ((width - 1.0) / 2.0) as usize;
    let part = (width - 1.0) / 2.0 - reach as f32;
    sums.clear();
    sums.extend_from_slice(line);
    let last = line.len() - 1;
    let at = |k: isize| sums[k.clamp(0, last as isize) as usize];
    let mut sum: f32 = (-(reach as isize)..=reach as isize).map(at).sum();
    for (k, value) in line.iter_mut().enumerate() {
        let (before, after) = (k as isize - reach as isize - 1, k as isize + reach as isize + 1);
        *value = (sum + part * (at(before) + at(after))) / width;
        sum += at(after) - at(before + 1);
    }
}

fn blur_rows(samples: &mut [u16], width: usize, box_width: f32) {
    let (mut line, mut sums) = (vec![0.0; width], Vec::new());
    for row in samples.chunks_exact_mut(width * 3) {
        for channel in 0..3 {
            line.iter_mut()
                .zip(row.iter().skip(channel).step_by(3))
                .for_each(|(to, from)| *to = f32::from(*from));
            blur_line(&mut line, &mut sums, box_width);
            row.iter_mut().skip(channel).step_by(3).zip(&line).for_each(|(to, from)| *to = *from as u16);
        }
    }
}

/// Columns, as sums of whole rows: memory is read in order.
fn blur_columns(samples: &mut [u16], width: usize, box_width: f32) {
    let height = samples.len() / (width * 3);
    let reach = ((box_width - 1.0) / 2.0) as usize;
    let part = (box_width - 1.0) / 2.0 - reach as f32;
    let source = samples.to_vec();
    let stride = width * 3;
    let row = |k: isize| &source[k.clamp(0, height as isize - 1) as usize * stride..][..stride];
    let mut sums = vec![0.0_f32; stride];
    for k in -(reach as isize)..=reach as isize {
        sums.iter_mut().zip(row(k)).for_each(|(sum, sample)| *sum += f32::from(*sample));
    }
    for (k, line) in samples.chunks_exact_mut(stride).enumerate() {
        let (before, after) = (row(k as isize - reach as isize - 1), row(k as isize + reach as isize + 1));
        let leaving = row(k as isize - reach as isize);
        for (index, sample) in line.iter_mut().enumerate() {
            let edges = f32::from(before[index]) + f32::from(after[index]);
            *sample = ((sums[index] + part * edges) / box_width).max(0.0) as u16;
            sums[index] += f32::from(after[index]) - f32::from(leaving[index]);
        }
    }
}

/// Sharpens a developed picture: levels of 255.
pub fn sharpen(levels: &mut [u8], width: usize, sharpening: &Sharpening) {
    if sharpening.amount <= 0.0 {
        return;
    }
    let mut around: Vec<u16> = levels.iter().map(|level| u16::from(*level) << 8).collect();
    soften(&mut around, width, [sharpening.radius; 2]);
    let amount = sharpening.amount as f32;
    for (level, around) in levels.iter_mut().zip(around) {
        let own = f32::from(*level);
        *level = (own + amount * (own - f32::from(around) / 256.0) + 0.5) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTH: usize = 41;

    /// A bright point in the middle of the dark.
    fn point() -> Vec<u16> {
        let mut samples = vec![0; WIDTH * WIDTH * 3];
        samples[(20 * WIDTH + 20) * 3..][..3].fill(60_000);
        samples
    }

    /// Mean place, and spread along x and y, of the light.
    fn spread(samples: &[u16]) -> [[f64; 2]; 2] {
        let light: Vec<f64> = samples.iter().step_by(3).map(|sample| f64::from(*sample)).collect();
        let sum: f64 = light.iter().sum();
        let place = |index: usize| [(index % WIDTH) as f64, (index / WIDTH) as f64];
        std::array::from_fn(|axis| {
            let mean = light.iter().enumerate().map(|(k, light)| place(k)[axis] * light).sum::<f64>() / sum;
            let square = |(k, light): (usize, &f64)| (place(k)[axis] - mean).powi(2) * light;
            [mean, (light.iter().enumerate().map(square).sum::<f64>() / sum).sqrt()]
        })
    }

    #[test]
    fn a_moved_point_is_a_line_around_its_place() {
        let mut samples = point();
        move_along(&mut samples, WIDTH, &Motion { length: 8.0, direction_degrees: 0.0 });
        let [[x, across], [y, down]] = spread(&samples);
        assert!((x - 20.0).abs() < 0.1 && (y - 20.0).abs() < 0.1, "{x} {y}");
        assert!(across > 2.0 && down < 0.01, "{across} {down}");
    }

    #[test]
    fn a_point_out_of_focus_is_a_disc() {
        let mut samples = point();
        defocus(&mut samples, WIDTH, 5.0);
        let [[x, across], [y, down]] = spread(&samples);
        assert!((x - 20.0).abs() < 0.1 && (y - 20.0).abs() < 0.1, "{x} {y}");
        // Half the radius, as of any disc, and as much one way as the other.
        assert!((across - 2.5).abs() < 0.4 && (across - down).abs() < 0.05, "{across} {down}");
    }

    #[test]
    fn an_even_picture_stays_even_to_its_borders() {
        let even = vec![1234; WIDTH * WIDTH * 3];
        let mut samples = even.clone();
        move_along(&mut samples, WIDTH, &Motion { length: 9.0, direction_degrees: 30.0 });
        defocus(&mut samples, WIDTH, 4.0);
        assert_eq!(samples, even);
    }

    #[test]
    fn sharpening_leaves_a_halo_beside_an_edge() {
        let mut levels: Vec<u8> =
            (0..WIDTH * WIDTH * 3).map(|k| if k / 3 % WIDTH < 20 { 60 } else { 180 }).collect();
        sharpen(&mut levels, WIDTH, &Sharpening { amount: 1.0, radius: 1.5 });
        let row = &levels[20 * WIDTH * 3..];
        assert!(row[19 * 3] < 50 && row[20 * 3] > 190, "{} {}", row[19 * 3], row[20 * 3]);
        assert_eq!((row[5 * 3], row[35 * 3]), (60, 180));
    }
}
