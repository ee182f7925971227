//! Which mark a pattern is, in any of its four rotations. It knows bits only; where they were read is
//! the business of `marks`.

use crate::sheet::marks::DICTIONARY;

/// Cells along one side of a mark's inner pattern.
pub const CELLS: usize = 4;

/// A pattern recognised in the dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// Number of the mark, 0 to 249.
    pub id: u8,
    /// Quarter turns, clockwise, that bring the pattern as read upright.
    pub turns: u8,
}

/// Finds a pattern in any of its four rotations. No cell may be wrong: with a distance of three,
/// forgiving one would already let text pass for a mark.
pub fn find(read: u16) -> Option<Match> {
    let mut bits = read;
    for turns in 0..4 {
        if let Some(id) = DICTIONARY.iter().position(|pattern| *pattern == bits) {
            return u8::try_from(id).ok().map(|id| Match { id, turns });
        }
        bits = turned(bits);
    }
    None
}

/// In how many cells an upright pattern differs from mark `id`; all of them if there is no such mark.
pub fn differing_cells(read: u16, id: u8) -> u32 {
    DICTIONARY.get(usize::from(id)).map_or(16, |expected| (read ^ expected).count_ones())
}

/// The pattern after one quarter turn clockwise.
fn turned(bits: u16) -> u16 {
    let mut result = 0;
    for row in 0..CELLS {
        for column in 0..CELLS {
            let from = (CELLS - 1 - column) * CELLS + row;
            result = (result << 1) | ((bits >> (15 - from)) & 1);
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_is_found_in_every_rotation() {
        for (id, pattern) in DICTIONARY.iter().enumerate() {
            let mut bits = *pattern;
            for turns in [0, 3, 2, 1] {
                assert_eq!(find(bits), Some(Match { id: id as u8, turns }));
                bits = turned(bits);
            }
        }
    }

    #[test]
    fn marks_differ_in_three_cells_or_more() {
        for (id, pattern) in DICTIONARY.iter().enumerate() {
            let mut bits = *pattern;
            for turns in 0..4 {
                for other in (0..DICTIONARY.len()).filter(|other| (*other, 0) != (id, turns)) {
                    assert!(differing_cells(bits, other as u8) >= 3, "{id} and {other}");
                }
                bits = turned(bits);
            }
        }
    }

    #[test]
    fn one_wrong_cell_is_no_mark() {
        for cell in 0..16 {
            assert_eq!(find(DICTIONARY[17] ^ (1 << cell)), None);
        }
    }
}
