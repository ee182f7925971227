//! Which way up a picture is to be shown: the EXIF orientation. It reads that one number out of
//! the metadata and maps places of the upright picture to the stored one; no pixels here.

use super::homography::Homography;

/// EXIF tag of the orientation, and the TIFF type «short» it must have (EXIF 2.3, 4.6.4).
const ORIENTATION_TAG: u16 = 0x0112;
const SHORT: u16 = 3;
/// More directory entries than any camera writes.
const ENTRIES_MAX: u16 = 512;

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

    /// Out of an EXIF block that begins with its TIFF header.
    pub fn from_tiff(tiff: &[u8]) -> Self {
        read_number(tiff).map_or_else(Self::default, Self::from_exif)
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

/// The orientation number of a TIFF block's first directory.
fn read_number(tiff: &[u8]) -> Option<u16> {
    let little = match tiff.get(..4)? {
        [b'I', b'I', 42, 0] => true,
        [b'M', b'M', 0, 42] => false,
        _ => return None,
    };
    let short = |at: usize| {
        let bytes: [u8; 2] = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let long = |at: usize| {
        let bytes: [u8; 4] = tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    };
    let directory = usize::try_from(long(4)?).ok()?;
    let entries = short(directory)?.min(ENTRIES_MAX);
    (0..usize::from(entries))
        .map(|index| directory + 2 + 12 * index)
        .find(|entry| short(*entry) == Some(ORIENTATION_TAG) && short(entry + 2) == Some(SHORT))
        .and_then(|entry| short(entry + 8))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A block with one directory that holds a foreign tag and the orientation.
    fn block(little: bool, number: u16) -> Vec<u8> {
        let short = |value: u16| if little { value.to_le_bytes() } else { value.to_be_bytes() };
        let long = |value: u32| if little { value.to_le_bytes() } else { value.to_be_bytes() };
        let mut bytes = if little { b"II".to_vec() } else { b"MM".to_vec() };
        bytes.extend(short(42));
        bytes.extend(long(8));
        bytes.extend(short(2));
        for (tag, value) in [(0x0100, 4000), (ORIENTATION_TAG, number)] {
            bytes.extend(short(tag));
            bytes.extend(short(SHORT));
            bytes.extend(long(1));
            bytes.extend(short(value));
            bytes.extend(short(0));
        }
        bytes
    }

    #[test]
    fn both_byte_orders_are_read() {
        for number in 1..=8 {
            assert_eq!(read_number(&block(true, number)), Some(number));
            assert_eq!(read_number(&block(false, number)), Some(number));
        }
    }

    #[test]
    fn broken_metadata_means_as_stored() {
        let whole = block(true, 6);
        for length in 0..whole.len() - 4 {
            assert_eq!(Orientation::from_tiff(&whole[..length]), Orientation::default(), "{length}");
        }
        let mut far = whole;
        far[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(Orientation::from_tiff(&far), Orientation::default());
    }

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
