//! Even light: measures how bright and of what tint the paper is across a flattened sheet, and
//! makes it evenly white, so that shadows and lamps vanish while faint pencil stays.
//! It knows a sheet only as a rectangle of pixels.

use super::picture::{NEUTRAL, Picture};

/// Side of the squares in which the paper's brightness is measured, in pixels: 4 mm at 200 dpi.
const TILE: usize = 32;
/// Share of a tile's pixels that are darker than what is taken for paper.
const PAPER_SHARE: f64 = 0.8;
/// Every so many pixels of a tile, across and down, are looked at.
const SPARSE: usize = 2;
/// Brightness that paper is given: a little under white, so that its grain is not all lost.
const PAPER_WHITE: f32 = 250.0;
/// Paper is never brightened by more than this factor: beyond, noise would.
const GAIN_MAX: f32 = 4.0;
/// A gain of one in whole numbers.
const GAIN_ONE: f32 = 2048.0;
/// Paper at least this bright holds no more shades: the sensor is full.
const FULL: f64 = 253.0;

/// Where the sheet lies in a picture, in pixels; ends are not included.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    pub left: usize,
    pub top: usize,
    pub right: usize,
    pub bottom: usize,
}

/// How the paper of a sheet is lit.
#[derive(Debug, Clone)]
pub struct Light {
    /// Where the sheet lies in the picture.
    pub frame: Frame,
    /// Brightness of bare paper at the middle of each tile.
    paper: Grid,
    /// Tint of bare paper, blue and red difference over brightness, in four quarters of the sheet.
    tints: [Grid; 2],
    /// Median brightness of the paper, 0 to 255, before any correction.
    pub median: f64,
    /// Brightness of each tile's paper as it is seen.
    seen: Grid,
}

/// Values at the middles of equal cells.
#[derive(Debug, Clone)]
struct Grid {
    columns: usize,
    rows: usize,
    values: Vec<f64>,
}

impl Light {
    /// Measures the light on the sheet within `frame`, which must lie inside the picture and be at
    /// least one tile large.
    pub fn measure(picture: &Picture, frame: Frame) -> Self {
        let columns = ((frame.right - frame.left) / TILE).max(1);
        let rows = ((frame.bottom - frame.top) / TILE).max(1);
        let tiles: Vec<Tile> = (0..columns * rows)
            .map(|k| Tile::measure(picture, frame.left + k % columns * TILE, frame.top + k / columns * TILE))
            .collect();
        let raw = Grid { columns, rows, values: tiles.iter().map(|tile| tile.paper).collect() };
        let tints = [0, 1].map(|difference| quarters(&tiles, columns, rows, difference));
        // Marks and solid print darken whole tiles: a closing fills what is smaller than 3 tiles.
        let paper = raw.neighbourhood(f64::max).neighbourhood(f64::min).smoothed();
        Self { frame, median: median(raw.values.clone()), seen: raw, paper, tints }
    }

    /// Share of the sheet whose paper is so bright that the sensor is full.
    pub fn full_share(&self) -> f64 {
        let full = self.seen.values.iter().filter(|paper| **paper >= FULL).count();
        full as f64 / self.seen.values.len() as f64
    }

    /// Whether the sensor is full at a place, given as shares of the sheet's width and height.
    pub fn is_full(&self, u: f64, v: f64) -> bool {
        let [column, row] =
            [(u, self.seen.columns), (v, self.seen.rows)].map(|(at, count)| (at * count as f64) as usize);
        self.seen.cell(column, row) >= FULL
    }

    /// Makes the paper white everywhere. Around the sheet, the light at its edge is taken.
    pub fn even(&self, picture: &mut Picture) {
        let width = picture.luma.width;
        for (pair, rows) in picture.luma.samples.chunks_mut(2 * width).enumerate() {
            let v = self.part(2 * pair, self.frame.top, self.frame.bottom);
            let gains = self.row_of(&self.paper, v, width.div_ceil(2), |paper| {
                (PAPER_WHITE / paper.max(1.0)).min(GAIN_MAX)
            });
            // Colours first: they need the brightness that they were seen with.
            for (plane, tints) in picture.differences.iter_mut().zip(&self.tints) {
                let tints = self.row_of(tints, v, plane.width, |tint| tint);
                let differences = &mut plane.samples[pair * plane.width..][..plane.width];
                let seen = differences.iter_mut().zip(rows.iter().step_by(2));
                for ((difference, luma), (gain, tint)) in seen.zip(gains.iter().zip(tints)) {
                    // Grey things bear the paper's tint in proportion to their brightness.
                    let own = f32::from(*difference) - f32::from(NEUTRAL) - tint * f32::from(*luma);
                    *difference = (own * gain + f32::from(NEUTRAL) + 0.5) as u8;
                }
            }
            let gains: Vec<u16> = gains.iter().flat_map(|gain| [(gain * GAIN_ONE) as u16; 2]).collect();
            for row in rows.chunks_exact_mut(width) {
                row.iter_mut().zip(&gains).for_each(|(pixel, gain)| *pixel = brightened(*pixel, *gain));
            }
        }
    }

    /// What a grid's values make of every second pixel of a row: worked out where tiles begin, in even steps
    /// over each.
    fn row_of(&self, grid: &Grid, v: f64, count: usize, make: impl Fn(f32) -> f32) -> Vec<f32> {
        const HALF: usize = TILE / 2;
        let mut values = vec![0.0; count];
        let at = |x: usize| make(grid.at(self.part(x, self.frame.left, self.frame.right), v) as f32);
        let mut from = at(0);
        for (tile, values) in values.chunks_mut(HALF).enumerate() {
            let to = at((tile + 1) * TILE);
            let step = (to - from) / HALF as f32;
            values.iter_mut().enumerate().for_each(|(k, value)| *value = from + step * k as f32);
            from = to;
        }
        values
    }

    /// How far along the sheet a pixel lies, 0 to 1.
    fn part(&self, at: usize, from: usize, to: usize) -> f64 {
        ((at as f64 + 0.5 - from as f64) / (to - from) as f64).clamp(0.0, 1.0)
    }
}

/// A pixel times a gain, which is given in parts of [`GAIN_ONE`]. With numbers of 16 bits, many at once.
#[inline(always)]
fn brightened(pixel: u8, gain: u16) -> u8 {
    let eighths = ((u32::from(pixel) << 8) * u32::from(gain)) >> 16;
    ((eighths as u16 + 4) >> 3).min(255) as u8
}

/// What one tile tells of its paper.
struct Tile {
    paper: f64,
    /// Blue and red difference of its bright pixels over their brightness.
    tint: [f64; 2],
}

impl Tile {
    fn measure(picture: &Picture, left: usize, top: usize) -> Self {
        let mut histogram = [0_u32; 256];
        let mut tints = [[0_i32; 2]; 256];
        let (luma, differences) = (&picture.luma, &picture.differences);
        for y in (top..(top + TILE).min(luma.height)).step_by(SPARSE) {
            for x in (left..(left + TILE).min(luma.width)).step_by(SPARSE) {
                let level = usize::from(luma.samples[y * luma.width + x]);
                histogram[level] += 1;
                for (sum, plane) in tints[level].iter_mut().zip(differences) {
                    *sum += i32::from(plane.samples[y / 2 * plane.width + x / 2]) - i32::from(NEUTRAL);
                }
            }
        }
        let total: u32 = histogram.iter().sum();
        let mut darker = 0;
        let paper = histogram.iter().position(|count| {
            darker += count;
            f64::from(darker) >= PAPER_SHARE * f64::from(total)
        });
        let paper = paper.unwrap_or_default();
        let bright: u32 = histogram[paper..].iter().sum();
        let sum = |k: usize| f64::from(tints[paper..].iter().map(|level| level[k]).sum::<i32>());
        let weight = (f64::from(bright) * paper as f64).max(1.0);
        Self { paper: paper as f64, tint: [sum(0) / weight, sum(1) / weight] }
    }
}

/// Median tints of the sheet's four quarters: coloured print in less than half of one is ignored.
fn quarters(tiles: &[Tile], columns: usize, rows: usize, difference: usize) -> Grid {
    let values = (0..4).map(|quarter| {
        let within =
            |k: usize| (k % columns * 2 / columns, k / columns * 2 / rows) == (quarter % 2, quarter / 2);
        let of_quarter = tiles.iter().enumerate().filter(|(k, _)| within(*k));
        median(of_quarter.map(|(_, tile)| tile.tint[difference]).collect())
    });
    Grid { columns: 2, rows: 2, values: values.collect() }
}

impl Grid {
    fn cell(&self, column: usize, row: usize) -> f64 {
        self.values[row.min(self.rows - 1) * self.columns + column.min(self.columns - 1)]
    }

    /// The value at a place, 0 to 1 both ways, between the cells' middles.
    fn at(&self, u: f64, v: f64) -> f64 {
        let x = (u * self.columns as f64 - 0.5).clamp(0.0, (self.columns - 1) as f64);
        let y = (v * self.rows as f64 - 0.5).clamp(0.0, (self.rows - 1) as f64);
        let (column, row) = (x as usize, y as usize);
        let (right, below) = (x - column as f64, y - row as f64);
        let upper = self.cell(column, row) * (1.0 - right) + self.cell(column + 1, row) * right;
        let lower = self.cell(column, row + 1) * (1.0 - right) + self.cell(column + 1, row + 1) * right;
        upper * (1.0 - below) + lower * below
    }

    /// Each cell the pick of itself and its eight neighbours.
    fn neighbourhood(&self, pick: fn(f64, f64) -> f64) -> Self {
        self.mapped(|column, row| {
            let around = (0..9).map(|k| (column + k % 3, row + k / 3));
            let cells = around.map(|(x, y)| self.cell(x.saturating_sub(1), y.saturating_sub(1)));
            cells.reduce(pick).unwrap_or_default()
        })
    }

    /// Each cell the weighted mean of itself (4), its neighbours (2) and diagonal ones (1).
    fn smoothed(&self) -> Self {
        self.mapped(|column, row| {
            let weights = [1.0, 2.0, 1.0, 2.0, 4.0, 2.0, 1.0, 2.0, 1.0];
            let around = weights.iter().enumerate().map(|(k, weight)| (column + k % 3, row + k / 3, weight));
            around
                .map(|(x, y, weight)| weight * self.cell(x.saturating_sub(1), y.saturating_sub(1)))
                .sum::<f64>()
                / 16.0
        })
    }

    fn mapped(&self, value: impl Fn(usize, usize) -> f64) -> Self {
        let cells = 0..self.columns * self.rows;
        Self {
            columns: self.columns,
            rows: self.rows,
            values: cells.map(|k| value(k % self.columns, k / self.columns)).collect(),
        }
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pixel_is_brightened_to_half_a_level_and_never_beyond_white() {
        for gain in [1.0, 1.234, 2.5, GAIN_MAX] {
            for pixel in 0..=u8::MAX {
                let exact = (f32::from(pixel) * gain).min(255.0);
                let made = f32::from(brightened(pixel, (gain * GAIN_ONE) as u16));
                assert!((made - exact).abs() <= 0.8, "{pixel} × {gain} is {exact}, not {made}");
            }
        }
    }

    /// Grey paper under light that falls from left to right, with a line on it.
    #[test]
    fn paper_becomes_evenly_white_and_a_line_stays() {
        let level = |x: usize, y: usize| (220 - x / 8) as u8 / if y == 200 { 2 } else { 1 };
        let grey = (0..384 * 384).map(|k| level(k % 384, k / 384)).collect();
        let mut picture = Picture::from_grey(384, 384, grey);
        let light = Light::measure(&picture, Frame { left: 0, top: 0, right: 384, bottom: 384 });
        light.even(&mut picture);
        // Beyond the middles of the outermost tiles the light is taken to stay the same.
        for x in TILE..384 - TILE {
            let (paper, line) = (picture.luma.samples[150 * 384 + x], picture.luma.samples[200 * 384 + x]);
            assert!(paper.abs_diff(PAPER_WHITE as u8) <= 7, "{x}: {paper}");
            assert!(line.abs_diff(PAPER_WHITE as u8 / 2) <= 7, "{x}: {line}");
        }
    }
}
