//! Outlines of dark cells: turns a grid of square cells into one SVG path whose loops run along the
//! edges between dark and light. One path of whole outlines shows no seams between neighbouring cells.

use std::collections::BTreeMap;
use std::fmt::Write;

type Corner = (usize, usize);

/// SVG path data for a square grid, one unit per cell; `dark(column, row)` says which cells are filled.
pub fn outline(cells: usize, dark: impl Fn(usize, usize) -> bool) -> String {
    let mut edges = edges(cells, dark);
    let mut path = String::new();
    while let Some((&start, _)) = edges.first_key_value() {
        let mut loop_corners = Vec::new();
        let mut at = start;
        while let Some(next) = take(&mut edges, at) {
            loop_corners.push(at);
            at = next;
        }
        write_loop(&mut path, &loop_corners);
    }
    path
}

/// Every edge between a dark and a light cell, keyed by its start, dark on the right-hand side.
fn edges(cells: usize, dark: impl Fn(usize, usize) -> bool) -> BTreeMap<Corner, Vec<Corner>> {
    let is_dark = |x: Option<usize>, y: Option<usize>| match (x, y) {
        (Some(x), Some(y)) => x < cells && y < cells && dark(x, y),
        _ => false,
    };
    let mut edges: BTreeMap<Corner, Vec<Corner>> = BTreeMap::new();
    let mut add = |from: Corner, to: Corner| edges.entry(from).or_default().push(to);
    for y in 0..cells {
        for x in (0..cells).filter(|&x| dark(x, y)) {
            if !is_dark(Some(x), y.checked_sub(1)) {
                add((x, y), (x + 1, y));
            }
            if !is_dark(Some(x + 1), Some(y)) {
                add((x + 1, y), (x + 1, y + 1));
            }
            if !is_dark(Some(x), Some(y + 1)) {
                add((x + 1, y + 1), (x, y + 1));
            }
            if !is_dark(x.checked_sub(1), Some(y)) {
                add((x, y + 1), (x, y));
            }
        }
    }
    edges
}

/// Removes one edge that starts here and says where it ends. Where two loops touch at a corner either
/// edge will do: the filled area is the same.
fn take(edges: &mut BTreeMap<Corner, Vec<Corner>>, from: Corner) -> Option<Corner> {
    let ends = edges.get_mut(&from)?;
    let end = ends.pop();
    if ends.is_empty() {
        edges.remove(&from);
    }
    end
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
