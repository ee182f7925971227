//! What is dark in a picture, judged against its surroundings, so that shadows do not matter:
//! runs of dark pixels joined to patches. It does not know what the patches are.

use super::picture::Plane;

/// Side of the squares whose darkest and brightest pixel are taken, in pixels.
const TILE: usize = 8;
/// Least difference between darkest and brightest pixel around a place where anything is dark.
const CONTRAST_MIN: u8 = 24;
/// A pixel is dark below this share of the way from the darkest to the brightest around it. Less
/// than half, so that white paper in a deep shadow beside lit paper still counts as bright.
const DARK_SHARE: u16 = 105;
const SHARE_UNIT: u16 = 256;

/// Dark pixels side by side in one row: from `start` up to, not including, `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    pub row: usize,
    pub start: usize,
    pub end: usize,
}

/// Dark pixels that touch each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// Its runs, in order of their rows.
    pub runs: Vec<Run>,
}

/// Size limits of the patches that are of interest, in pixels.
#[derive(Debug, Clone, Copy)]
pub struct Sides {
    pub least: usize,
    pub most: usize,
}

/// The dark patches whose upright bounding box has both sides within the limits.
pub fn patches(luma: &Plane, sides: Sides) -> Vec<Patch> {
    let thresholds = Thresholds::of(luma);
    joined((0..luma.height).map(|row| thresholds.dark_runs(luma, row)), sides)
}

/// The patches of these runs, row by row from the top, whose bounding box has both sides within the limits.
pub fn joined(rows: impl Iterator<Item = Vec<Run>>, sides: Sides) -> Vec<Patch> {
    let mut joined = Joined::default();
    let mut above = 0..0;
    for runs in rows {
        let first = joined.runs.len();
        runs.into_iter().for_each(|run| joined.add(run));
        joined.join_rows(above, first);
        above = first..joined.runs.len();
    }
    joined.into_patches(sides)
}

/// One threshold for each tile of the picture.
struct Thresholds {
    columns: usize,
    /// A pixel is dark when it is below; 0 where there is no contrast.
    levels: Vec<u8>,
}

impl Thresholds {
    fn of(luma: &Plane) -> Self {
        let (columns, rows) = (luma.width.div_ceil(TILE), luma.height.div_ceil(TILE));
        let mut range = vec![(u8::MAX, u8::MIN); columns * rows];
        for (y, line) in luma.samples.chunks_exact(luma.width).enumerate() {
            let cells = &mut range[y / TILE * columns..][..columns];
            for (cell, pixels) in cells.iter_mut().zip(line.chunks(TILE)) {
                for pixel in pixels {
                    *cell = (cell.0.min(*pixel), cell.1.max(*pixel));
                }
            }
        }
        let levels = (0..columns * rows).map(|index| {
            let (column, row) = (index % columns, index / columns);
            let (mut darkest, mut brightest) = (u8::MAX, u8::MIN);
            for y in row.saturating_sub(1)..(row + 2).min(rows) {
                for (low, high) in
                    &range[y * columns + column.saturating_sub(1)..y * columns + (column + 2).min(columns)]
                {
                    (darkest, brightest) = (darkest.min(*low), brightest.max(*high));
                }
            }
            level(darkest, brightest)
        });
        Self { columns, levels: levels.collect() }
    }

    /// The dark runs of one row.
    fn dark_runs(&self, luma: &Plane, row: usize) -> Vec<Run> {
        let mut runs = Vec::new();
        let line = &luma.samples[row * luma.width..][..luma.width];
        let levels = &self.levels[row / TILE * self.columns..][..self.columns];
        let mut start = None;
        for (tile, (pixels, level)) in line.chunks(TILE).zip(levels).enumerate() {
            for (offset, pixel) in pixels.iter().enumerate() {
                match (start, pixel < level) {
                    (None, true) => start = Some(tile * TILE + offset),
                    (Some(from), false) => {
                        runs.push(Run { row, start: from, end: tile * TILE + offset });
                        start = None;
                    }
                    _ => {}
                }
            }
        }
        if let Some(from) = start {
            runs.push(Run { row, start: from, end: luma.width });
        }
        runs
    }
}

/// Below which brightness a pixel is dark among others from `darkest` to `brightest`.
fn level(darkest: u8, brightest: u8) -> u8 {
    let contrast = brightest.saturating_sub(darkest);
    if contrast < CONTRAST_MIN {
        return 0;
    }
    darkest + (u16::from(contrast) * DARK_SHARE / SHARE_UNIT) as u8
}

/// Runs, and which of them belong together: each points to an earlier run of its patch.
#[derive(Default)]
struct Joined {
    runs: Vec<Run>,
    parents: Vec<usize>,
}

impl Joined {
    fn add(&mut self, run: Run) {
        self.parents.push(self.runs.len());
        self.runs.push(run);
    }

    /// Joins the runs of the row above with those from `first` on where they touch.
    fn join_rows(&mut self, above: std::ops::Range<usize>, first: usize) {
        let (mut upper, mut lower) = (above.start, first);
        while upper < above.end && lower < self.runs.len() {
            let (a, b) = (self.runs[upper], self.runs[lower]);
            if a.start < b.end && b.start < a.end {
                self.join(upper, lower);
            }
            if a.end < b.end { upper += 1 } else { lower += 1 }
        }
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parents[a.max(b)] = a.min(b);
    }

    /// The first run of a run's patch; shortens the way there for the next time.
    fn root(&mut self, mut run: usize) -> usize {
        while self.parents[run] != run {
            self.parents[run] = self.parents[self.parents[run]];
            run = self.parents[run];
        }
        run
    }

    fn into_patches(mut self, sides: Sides) -> Vec<Patch> {
        let mut boxes = vec![Bounds::default(); self.runs.len()];
        for index in 0..self.runs.len() {
            let (root, run) = (self.root(index), self.runs[index]);
            boxes[root].include(run);
        }
        let mut places = vec![usize::MAX; self.runs.len()];
        let mut patches = Vec::new();
        for (root, bounds) in boxes.iter().enumerate() {
            if bounds.within(sides) {
                places[root] = patches.len();
                patches.push(Patch { runs: Vec::new() });
            }
        }
        for index in 0..self.runs.len() {
            let root = self.root(index);
            if let Some(patch) = patches.get_mut(places[root]) {
                patch.runs.push(self.runs[index]);
            }
        }
        patches
    }
}

/// The upright box around a patch; ends are not included.
#[derive(Clone, Copy)]
struct Bounds {
    left: usize,
    right: usize,
    top: usize,
    bottom: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { left: usize::MAX, right: 0, top: usize::MAX, bottom: 0 }
    }
}

impl Bounds {
    fn include(&mut self, run: Run) {
        self.left = self.left.min(run.start);
        self.right = self.right.max(run.end);
        self.top = self.top.min(run.row);
        self.bottom = self.bottom.max(run.row + 1);
    }

    fn within(&self, sides: Sides) -> bool {
        let fits = |side: usize| (sides.least..=sides.most).contains(&side);
        self.right > self.left && fits(self.right - self.left) && fits(self.bottom - self.top)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture drawn with letters: `#` dark, `s` shadowed paper, `.` lit paper.
    fn drawn(rows: &[&str]) -> Plane {
        let shade = |letter| match letter {
            b'#' => 20,
            b's' => 120,
            _ => 220,
        };
        let samples = rows.iter().flat_map(|row| row.bytes().map(shade)).collect();
        Plane { width: rows[0].len(), height: rows.len(), samples }
    }

    const ANY: Sides = Sides { least: 1, most: 100 };

    #[test]
    fn touching_runs_are_one_patch() {
        let found = patches(&drawn(&["#.#..#", "#.#...", "###..#"]), ANY);
        let sizes: Vec<usize> = found.iter().map(|patch| patch.runs.len()).collect();
        assert_eq!(sizes, [5, 1, 1]);
    }

    #[test]
    fn paper_in_a_shadow_is_not_dark() {
        let found = patches(&drawn(&["ssss....", "s##s.##.", "s##s.##.", "ssss...."]), ANY);
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|patch| patch.runs.len() == 2));
    }

    #[test]
    fn patches_outside_the_limits_are_left_out() {
        let picture = drawn(&["#....###", ".....###", ".....###"]);
        assert_eq!(patches(&picture, Sides { least: 2, most: 3 }).len(), 1);
        assert_eq!(patches(&picture, Sides { least: 1, most: 2 }).len(), 1);
    }

    #[test]
    fn bare_paper_has_no_patches() {
        assert_eq!(patches(&drawn(&["........"; 20]), ANY), []);
    }
}
