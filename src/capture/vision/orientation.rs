//! Which way up a picture is to be shown: maps places of the upright picture to the stored one; no pixels
//! here.

use super::homography::Homography;

/// How the stored picture must be turned to stand upright: swapping the axes first, then mirroring.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Orientation {
    transposed: bool,
    mirrored_x: bool,
    mirrored_y: bool,
}

impl Orientation {
    /// From the EXIF number, 1 to 8; anything else means «as stored».
    pub fn from_exif(number: u16) -> Self {
        let (transposed, mirrored_x, mirrored_y) = match number {
            2 => (false, true, false),
            3 => (false, true, true),
            4 => (false, false, true),
            5 => (true, false, false),
            6 => (true, false, true),
            7 => (true, true, true),
            8 => (true, true, false),
            _ => (false, false, false),
        };
        Self { transposed, mirrored_x, mirrored_y }
    }

    /// Size of the upright picture, given the stored one's width and height.
    pub fn upright_size(self, width: usize, height: usize) -> (usize, usize) {
        if self.transposed { (height, width) } else { (width, height) }
    }

    /// Maps a place of the upright picture to the stored one of this width and height in pixels.
    pub fn to_stored(self, width: usize, height: usize) -> Homography {
        let (column, row) = if self.transposed { ([0.0, 1.0], [1.0, 0.0]) } else { ([1.0, 0.0], [0.0, 1.0]) };
        let axis = |unit: [f64; 2], mirrored: bool, length: usize| {
            if mirrored { [-unit[0], -unit[1], length as f64] } else { [unit[0], unit[1], 0.0] }
        };
        Homography::affine([axis(column, self.mirrored_x, width), axis(row, self.mirrored_y, height)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the upright picture's top left and top right corners are stored, by EXIF's own table.
    #[test]
    fn corners_are_stored_where_exif_says() {
        let table = [
            (1, (0.0, 0.0), (40.0, 0.0)),
            (2, (40.0, 0.0), (0.0, 0.0)),
            (3, (40.0, 30.0), (0.0, 30.0)),
            (4, (0.0, 30.0), (40.0, 30.0)),
            (5, (0.0, 0.0), (0.0, 30.0)),
            (6, (0.0, 30.0), (0.0, 0.0)),
            (7, (40.0, 30.0), (40.0, 0.0)),
            (8, (40.0, 0.0), (40.0, 30.0)),
        ];
        for (number, left, right) in table {
            let orientation = Orientation::from_exif(number);
            let (width, _) = orientation.upright_size(40, 30);
            let map = orientation.to_stored(40, 30);
            let (a, b) = (map.map(0.0, 0.0), map.map(width as f64, 0.0));
            assert_eq!(((a.x, a.y), (b.x, b.y)), (left, right), "orientation {number}");
        }
    }
}
