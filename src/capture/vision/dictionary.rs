//! The mark dictionary `DICT_4X4_250`: which 4 × 4 pattern bears which number.
//! It knows bits only; where they were read is `marks`' business.

/// Marks in the dictionary.
pub const MARKS: u8 = 250;

/// Cells along one side of a mark's inner pattern.
pub const CELLS: usize = 4;

/// The pattern of each mark, row by row from the top left cell (highest bit); 1 is white.
/// Published with OpenCV as `DICT_4X4_250`; any two differ in at least three cells, rotations included.
#[rustfmt::skip]
const PATTERNS: [u16; MARKS as usize] = [
    0xb532, 0x0f9a, 0x332d, 0x9946, 0x549e, 0x79cd, 0x9e2e, 0xc4f2, 0xfeda, 0xcf56, 0xf991, 0x11a7,
    0x0eb7, 0x2a0f, 0x24b1, 0x263e, 0x4665, 0x6600, 0x6c5e, 0x76af, 0x868b, 0xb02b, 0xccd5, 0xdd82,
    0xfe47, 0x9471, 0xace4, 0xa554, 0x2123, 0x346f, 0x4415, 0x57b2, 0x9ecf, 0xf0cb, 0x08ae, 0x0929,
    0x1875, 0x04ff, 0x0df6, 0x1c5a, 0x1718, 0x2a28, 0x328c, 0x38b2, 0x24e8, 0x2eeb, 0x2d3f, 0x4b64,
    0x502e, 0x5013, 0x5194, 0x5568, 0x5d41, 0x5f97, 0x6801, 0x6867, 0x6124, 0x61e9, 0x6b12, 0x6fe5,
    0x67df, 0x7e1b, 0x80a0, 0x8344, 0x8ba2, 0x937a, 0x846c, 0x852a, 0x859c, 0x9c89, 0x9fa1, 0xbb7c,
    0xbc04, 0xb65b, 0xbfc8, 0xb7ab, 0xca1f, 0xc962, 0xd958, 0xd3d5, 0xcc98, 0xc7a0, 0xc537, 0xe95d,
    0xf925, 0xfbbb, 0xee2a, 0xf74d, 0x3575, 0x8aad, 0x7617, 0x0acf, 0x064b, 0x2dc1, 0x49d8, 0x43f4,
    0x4f36, 0x4fd3, 0x69e4, 0x70c7, 0x7a6e, 0xb4ea, 0xed4f, 0xfce7, 0xfea6, 0x0025, 0x0043, 0x0a88,
    0x0a86, 0x026f, 0x001c, 0x0097, 0x0837, 0x0a31, 0x09c6, 0x0b01, 0x09fb, 0x0b58, 0x1082, 0x182d,
    0x1078, 0x1073, 0x1274, 0x12b1, 0x1af9, 0x1306, 0x0c0e, 0x0cf1, 0x0433, 0x0c9f, 0x0ef2, 0x0efd,
    0x074c, 0x0fa4, 0x072f, 0x05b5, 0x0f91, 0x07db, 0x1ee4, 0x1439, 0x1d80, 0x15c8, 0x1f8b, 0x15ba,
    0x1db1, 0x2080, 0x28e9, 0x22a2, 0x2853, 0x2af0, 0x22f7, 0x2940, 0x2146, 0x29b9, 0x2b9c, 0x2bb2,
    0x38ca, 0x382e, 0x3007, 0x38e7, 0x3a49, 0x3a65, 0x325d, 0x3b88, 0x391d, 0x3bd3, 0x2647, 0x2780,
    0x2faa, 0x2d14, 0x25de, 0x2553, 0x2f77, 0x3448, 0x3ca8, 0x3c41, 0x340d, 0x34fb, 0x369a, 0x3de0,
    0x356a, 0x3d09, 0x3ded, 0x3fc4, 0x3f6c, 0x37ce, 0x3d5c, 0x3d76, 0x37b0, 0x3f17, 0x3fff, 0x48e5,
    0x4268, 0x4a2d, 0x4160, 0x4951, 0x41dd, 0x4bdf, 0x584f, 0x5a48, 0x5816, 0x505d, 0x5afa, 0x5ab5,
    0x5123, 0x5b8a, 0x5919, 0x5135, 0x4c69, 0x46c1, 0x4e0b, 0x445f, 0x4e59, 0x4d83, 0x4d7d, 0x47d8,
    0x4773, 0x5c85, 0x5e44, 0x562b, 0x5cbb, 0x55c3, 0x5f6e, 0x5feb, 0x5d12, 0x555e, 0x6270, 0x6215,
    0x61c2, 0x6b20, 0x6345, 0x6b5c, 0x6b5b, 0x780c, 0x7acf, 0x787f, 0x7980, 0x71e5, 0x7174, 0x79b6,
    0x71d3, 0x7b33, 0x646a, 0x66a8, 0x6ea7, 0x6e91, 0x6522, 0x6dcb, 0x678d, 0x6d31,
];

/// A pattern recognised in the dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// Number of the mark, 0 to 249.
    pub id: u8,
    /// Quarter turns, clockwise, that bring the pattern as read upright.
    pub turns: u8,
}

/// The pattern of mark `id`, or `None` past the dictionary's end.
pub fn pattern(id: u8) -> Option<u16> {
    PATTERNS.get(usize::from(id)).copied()
}

/// Finds a pattern in any of its four rotations. No cell may be wrong: with a distance of three,
/// forgiving one would already let text pass for a mark.
pub fn find(read: u16) -> Option<Match> {
    let mut bits = read;
    for turns in 0..4 {
        if let Some(id) = PATTERNS.iter().position(|pattern| *pattern == bits) {
            return u8::try_from(id).ok().map(|id| Match { id, turns });
        }
        bits = turned(bits);
    }
    None
}

/// In how many cells an upright pattern differs from mark `id`; all of them if there is no such mark.
pub fn differing_cells(read: u16, id: u8) -> u32 {
    pattern(id).map_or(16, |expected| (read ^ expected).count_ones())
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
        for id in 0..MARKS {
            let mut bits = pattern(id).expect("in the dictionary");
            for turns in [0, 3, 2, 1] {
                assert_eq!(find(bits), Some(Match { id, turns }));
                bits = turned(bits);
            }
        }
    }

    #[test]
    fn marks_differ_in_three_cells_or_more() {
        for id in 0..MARKS {
            for other in 0..MARKS {
                let mut bits = pattern(other).expect("in the dictionary");
                for turns in 0..4 {
                    if (id, 0) != (other, turns) {
                        assert!(differing_cells(bits, id) >= 3, "{id} and {other}");
                    }
                    bits = turned(bits);
                }
            }
        }
    }

    #[test]
    fn one_wrong_cell_is_no_mark() {
        let bits = pattern(17).expect("in the dictionary");
        for cell in 0..16 {
            assert_eq!(find(bits ^ (1 << cell)), None);
        }
    }
}
