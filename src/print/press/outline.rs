//! Outlines of dark cells: turns a grid of square cells into one SVG path whose loops run along the
//! edges between dark and light. One path of whole outlines shows no seams between neighbouring cells.

use std::fmt::Write;

type Corner = (usize, usize);

/// SVG path data for a square grid, one unit per cell; `dark(column, row)` says which cells are filled.
pub fn outline(cells: usize, dark: impl Fn(usize, usize) -> bool) -> String {
    let mut edges = Edges::between(cells, dark);
    let mut path = String::new();
    for start in (0..=cells).flat_map(|y| (0..=cells).map(move |x| (x, y))) {
        let mut corners = Vec::new();
        let mut at = start;
        while let Some(next) = edges.take(at) {
            corners.push(at);
            at = next;
        }
        if !corners.is_empty() {
            write_loop(&mut path, &corners);
        }
    }
    path
}

/// The edges between dark and light cells, dark on the right-hand side.
struct Edges {
    corners_across: usize,
    /// Where the edges that start at each corner end; two at most, where two dark cells touch.
    ends: Vec<[Option<Corner>; 2]>,
}

impl Edges {
    fn between(cells: usize, dark: impl Fn(usize, usize) -> bool) -> Self {
        let corners_across = cells + 1;
        let mut edges = Self { corners_across, ends: vec![[None; 2]; corners_across * corners_across] };
        for (x, y) in (0..cells).flat_map(|y| (0..cells).map(move |x| (x, y))).filter(|&(x, y)| dark(x, y)) {
            if y == 0 || !dark(x, y - 1) {
                edges.add((x, y), (x + 1, y));
            }
            if x + 1 == cells || !dark(x + 1, y) {
                edges.add((x + 1, y), (x + 1, y + 1));
            }
            if y + 1 == cells || !dark(x, y + 1) {
                edges.add((x + 1, y + 1), (x, y + 1));
            }
            if x == 0 || !dark(x - 1, y) {
                edges.add((x, y + 1), (x, y));
            }
        }
        edges
    }

    fn add(&mut self, (x, y): Corner, to: Corner) {
        let ends = &mut self.ends[y * self.corners_across + x];
        let free = usize::from(ends[0].is_some());
        ends[free] = Some(to);
    }

    /// Removes one edge that starts here and says where it ends. Where two loops touch either edge
    /// will do: the filled area is the same.
    fn take(&mut self, (x, y): Corner) -> Option<Corner> {
        let [first, second] = &mut self.ends[y * self.corners_across + x];
        second.take().or_else(|| first.take())
    }
}

/// Writes a closed loop, leaving out corners on a straight line.
fn write_loop(path: &mut String, corners: &[Corner]) {
    let count = corners.len();
    let turns = |index: usize| {
        let (before, here, after) =
            (corners[(index + count - 1) % count], corners[index], corners[(index + 1) % count]);
        (before.0 == here.0) != (here.0 == after.0)
    };
    let mut command = 'M';
    for (x, y) in (0..count).filter(|&index| turns(index)).map(|index| corners[index]) {
        // Writing to a String cannot fail.
        if write!(path, "{command}{x} {y}").is_ok() {
            command = 'L';
        }
    }
    path.push('z');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_cell_is_one_square() {
        assert_eq!(outline(3, |x, y| (x, y) == (1, 1)), "M1 1L2 1L2 2L1 2z");
    }

    #[test]
    fn neighbours_share_one_outline_without_a_seam() {
        assert_eq!(outline(2, |_, y| y == 0), "M0 0L2 0L2 1L0 1z");
    }

    #[test]
    fn a_ring_has_an_inner_loop_that_runs_the_other_way() {
        let path = outline(3, |x, y| (x, y) != (1, 1));
        assert_eq!(path, "M0 0L3 0L3 3L0 3zM1 1L1 2L2 2L2 1z");
    }

    #[test]
    fn nothing_dark_is_nothing_drawn() {
        assert_eq!(outline(4, |_, _| false), "");
    }
}
