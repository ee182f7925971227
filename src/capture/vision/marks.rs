//! The corner marks in a picture: dark squares whose inner pattern is in the dictionary, their
//! corners refined. It knows single marks; `sheets` puts four of them together.

use super::dark::{self, Sides};
use super::homography::{Homography, Pair};
use super::picture::Plane;
use super::{Pixel, dictionary, edges, outline};
use crate::sheet::marks::MARK_CELLS;

/// Shortest side of a mark that is looked for, in pixels: below, a cell is under two pixels.
const SIDE_MIN: f64 = 11.0;
/// Longest side as a share of the picture's short side.
const SIDE_MAX_SHARE: f64 = 0.25;
/// Least difference between white and black in a mark.
const CONTRAST_MIN: f64 = 20.0;
/// How far a refined edge may lie from the rough outline, in cells of the mark.
const REACH_CELLS: f64 = 0.55;
/// Middle of the paper that is looked at around a mark, in cells from its edge cells' middles: the
/// quiet zone of 1.5 mm is a little wider than one cell of 1.33 mm.
const QUIET_CELLS: f64 = 0.85;
/// Border cells of a mark that may be too bright, as under a stroke of correction tape.
const BRIGHT_BORDER_MAX: usize = 1;
/// Cells that may be wrong in a mark that is expected at a place, out of 16 and 20 border cells.
const WRONG_EXPECTED_MAX: u32 = 4;

/// One mark seen in a picture.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    /// Number in the dictionary.
    pub id: u8,
    /// Outer corners of its black square, beginning with its own top left, clockwise.
    pub corners: [Pixel; 4],
    /// Width of its edges in pixels of the searched picture; see [`edges::Refined`].
    pub edge_width: f64,
}

impl Mark {
    /// Its middle, where the diagonals cross.
    pub fn centre(&self) -> Pixel {
        square_to(&self.corners).map_or(self.corners[0], |map| map.map(0.5, 0.5))
    }

    /// The same mark in a picture `factor` times as large.
    pub fn scaled(&self, factor: f64) -> Self {
        let corners = self.corners.map(|corner| corner.scaled(factor));
        Self { id: self.id, corners, edge_width: self.edge_width * factor }
    }
}

/// All marks in `search`, refined on `fine`, the same picture at the same or double size.
pub fn find(search: &Plane, fine: &Plane) -> Vec<Mark> {
    let most = search.width.min(search.height) as f64 * SIDE_MAX_SHARE;
    let sides = Sides { least: SIDE_MIN as usize, most: most as usize };
    let factor = fine.width as f64 / search.width as f64;
    let mut marks: Vec<Mark> = Vec::new();
    for patch in dark::patches(search, sides) {
        let Some(rough) = outline::corners(&patch, SIDE_MIN) else { continue };
        if let Some(mark) = read(fine, rough.map(|corner| corner.scaled(factor))) {
            marks.push(mark);
        }
    }
    marks
}

/// The mark `id` near where it is expected, forgiving some cells. `corners` begins with its own
/// top left.
pub fn expect(luma: &Plane, id: u8, corners: [Pixel; 4]) -> Option<Mark> {
    let refined = edges::refine(luma, corners, REACH_CELLS * cell(&corners))?;
    let cells = Cells::read(luma, &refined.corners)?;
    let wrong = dictionary::differing_cells(cells.pattern, id) + cells.bright_border as u32;
    (wrong <= WRONG_EXPECTED_MAX).then_some(Mark {
        id,
        corners: refined.corners,
        edge_width: refined.edge_width,
    })
}

/// Reads the mark within rough corners, clockwise from any of them.
fn read(luma: &Plane, rough: [Pixel; 4]) -> Option<Mark> {
    // The rough outline is good enough to tell most print from marks; only then is it refined.
    if Cells::read(luma, &rough)?.bright_border > MARK_CELLS {
        return None;
    }
    let first = edges::refine(luma, rough, REACH_CELLS * cell(&rough))?;
    let refined = edges::refine(luma, first.corners, REACH_CELLS * cell(&rough))?;
    let cells = Cells::read(luma, &refined.corners)?;
    if cells.bright_border > BRIGHT_BORDER_MAX {
        return None;
    }
    let found = dictionary::find(cells.pattern)?;
    let start = 4 - usize::from(found.turns);
    let corners = std::array::from_fn(|k| refined.corners[(k + start) % 4]);
    Some(Mark { id: found.id, corners, edge_width: refined.edge_width })
}

/// Length of a cell's side in pixels, from the mark's shortest side.
fn cell(corners: &[Pixel; 4]) -> f64 {
    let side = |k: usize| corners[k].distance(corners[(k + 1) % 4]);
    (0..4).map(side).fold(f64::MAX, f64::min) / MARK_CELLS as f64
}

/// The map from the unit square to a mark's corners.
fn square_to(corners: &[Pixel; 4]) -> Option<Homography> {
    let unit = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];
    let pairs: [Pair; 4] = std::array::from_fn(|k| (unit[k], [corners[k].x, corners[k].y]));
    Homography::fit(&pairs)
}

/// A mark's cells as read: its pattern, white as 1, and how many border cells are not black.
struct Cells {
    pattern: u16,
    bright_border: usize,
}

impl Cells {
    /// `None` when there is too little contrast between the border and the paper around it.
    fn read(luma: &Plane, corners: &[Pixel; 4]) -> Option<Self> {
        let map = square_to(corners)?;
        let level = |column: f64, row: f64| cell_level(luma, &map, column, row);
        let last = (MARK_CELLS - 1) as f64;
        let along = |k: usize| k as f64;
        let ring = (0..MARK_CELLS).map(along).flat_map(|k| [(k, 0.0), (k, last), (0.0, k), (last, k)]);
        let black = median(ring.map(|(column, row)| level(column, row)).collect());
        let paper = Paper {
            top: std::array::from_fn(|k| level(along(k), -QUIET_CELLS)),
            bottom: std::array::from_fn(|k| level(along(k), last + QUIET_CELLS)),
            left: std::array::from_fn(|k| level(-QUIET_CELLS, along(k))),
            right: std::array::from_fn(|k| level(last + QUIET_CELLS, along(k))),
        };
        let mut cells = Self { pattern: 0, bright_border: 0 };
        for index in 0..MARK_CELLS * MARK_CELLS {
            let (column, row) = (index % MARK_CELLS, index / MARK_CELLS);
            let white = paper.around(column, row);
            if white - black < CONTRAST_MIN {
                return None;
            }
            let bright = level(along(column), along(row)) > (white + black) / 2.0;
            let inside = |k: usize| (1..=dictionary::CELLS).contains(&k);
            if inside(column) && inside(row) {
                cells.pattern = cells.pattern << 1 | u16::from(bright);
            } else if bright {
                cells.bright_border += 1;
            }
        }
        Some(cells)
    }
}

/// Brightness of the paper along the four sides of a mark, cell by cell: the edge of a shadow may
/// run right through it.
struct Paper {
    top: [f64; MARK_CELLS],
    bottom: [f64; MARK_CELLS],
    left: [f64; MARK_CELLS],
    right: [f64; MARK_CELLS],
}

impl Paper {
    /// How bright paper would be at a cell: from the sides, the nearer the more.
    fn around(&self, column: usize, row: usize) -> f64 {
        let part = |k: usize| (k as f64 + 0.5) / MARK_CELLS as f64;
        let between = |a: f64, b: f64, share: f64| a * (1.0 - share) + b * share;
        let down = between(self.top[column], self.bottom[column], part(row));
        let across = between(self.left[row], self.right[row], part(column));
        (down + across) / 2.0
    }
}

/// Mean brightness in the middle of a cell.
fn cell_level(luma: &Plane, map: &Homography, column: f64, row: f64) -> f64 {
    let mut sum = 0.0;
    for (dx, dy) in [(0.5, 0.5), (0.3, 0.3), (0.7, 0.3), (0.3, 0.7), (0.7, 0.7)] {
        let seen = map.map((column + dx) / MARK_CELLS as f64, (row + dy) / MARK_CELLS as f64);
        sum += luma.at(seen.x, seen.y);
    }
    sum / 5.0
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::marks::DICTIONARY;

    /// A picture of mark `id`, `cell` pixels a cell, turned by `turns` quarters clockwise.
    fn drawn(id: u8, cell: usize, turns: usize) -> Plane {
        let bits = DICTIONARY[usize::from(id)];
        let side = (MARK_CELLS + 4) * cell;
        let black = |x: usize, y: usize| {
            let inside = |k: usize| (2..2 + MARK_CELLS).contains(&k);
            let inner = |k: usize| (3..3 + dictionary::CELLS).contains(&k);
            match (inner(x) && inner(y), inside(x) && inside(y)) {
                (true, _) => bits >> (15 - (y - 3) * dictionary::CELLS - (x - 3)) & 1 == 0,
                (false, frame) => frame,
            }
        };
        let samples = (0..side * side).map(|k| {
            let (mut x, mut y) = (k % side, k / side);
            for _ in 0..turns {
                (x, y) = (y, side - 1 - x);
            }
            if black(x / cell, y / cell) { 25 } else { 215 }
        });
        Plane { width: side, height: side, samples: samples.collect() }
    }

    /// A mark alone fills most of its picture: look for it in one with room around.
    fn on_paper(small: &Plane, at: usize, size: usize) -> Plane {
        let mut samples = vec![215; size * size];
        for (row, line) in small.samples.chunks(small.width).enumerate() {
            samples[(row + at) * size + at..][..small.width].copy_from_slice(line);
        }
        Plane { width: size, height: size, samples }
    }

    #[test]
    fn a_mark_is_read_however_it_is_turned() {
        for turns in 0..4 {
            let luma = on_paper(&drawn(123, 8, turns), 60, 320);
            let found = find(&luma, &luma);
            assert_eq!(found.iter().map(|mark| mark.id).collect::<Vec<_>>(), [123]);
            // Its own top left corner, once two cells in from the drawing's corner.
            let (near, far) = (60.0 + 16.0, 60.0 + 64.0);
            let meant = [(near, near), (far, near), (far, far), (near, far)][turns];
            let corner = found[0].corners[0];
            assert!((corner.x - meant.0).hypot(corner.y - meant.1) < 0.3, "{turns}: {corner:?}");
        }
    }

    #[test]
    fn a_mark_searched_at_half_size_is_refined_at_full_size() {
        let luma = on_paper(&drawn(7, 9, 0), 101, 400);
        let found = find(&luma.halved(), &luma);
        let corner = found.first().expect("the mark").corners[0];
        assert!((corner.x - 119.0).hypot(corner.y - 119.0) < 0.3, "{corner:?}");
    }

    #[test]
    fn an_expected_mark_may_have_a_wrong_cell_and_another_may_not() {
        let mut luma = on_paper(&drawn(40, 8, 0), 60, 320);
        for row in 84..92 {
            luma.samples[row * 320 + 84..][..8].fill(120 + 90 * u8::from(DICTIONARY[40] < 0x8000));
        }
        let (near, far) = (76.0, 124.0);
        let place =
            [(near, near), (far, near), (far, far), (near, far)].map(|(x, y)| Pixel { x: x + 1.5, y });
        assert!(expect(&luma, 40, place).is_some());
        assert!(expect(&luma, 41, place).is_none());
    }
}
