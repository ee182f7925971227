//! The two things that are taken out of a photo's metadata: how it must be turned, and when it was taken.
//! Nothing else of it is looked at, and nothing of it is kept.

use jiff::civil::DateTime;

/// Tags and types of TIFF 6.0 and EXIF 2.3 (4.6.4, 4.6.5).
const ORIENTATION: u16 = 0x0112;
const EXIF_DIRECTORY: u16 = 0x8769;
const DATE_TIME_ORIGINAL: u16 = 0x9003;
const TEXT: u16 = 2;
const SHORT: u16 = 3;
const LONG: u16 = 4;
/// More directory entries than any camera writes.
const ENTRIES_MAX: u16 = 512;
/// `2026:11:22 09:30:00`.
const MOMENT_LENGTH: usize = 19;

/// A metadata block from its TIFF header on.
struct Tiff<'a> {
    bytes: &'a [u8],
    is_little: bool,
}

impl<'a> Tiff<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        match bytes.get(..4)? {
            [b'I', b'I', 42, 0] => Some(Self { bytes, is_little: true }),
            [b'M', b'M', 0, 42] => Some(Self { bytes, is_little: false }),
            _ => None,
        }
    }

    fn short(&self, at: usize) -> Option<u16> {
        let bytes: [u8; 2] = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    fn long(&self, at: usize) -> Option<usize> {
        let bytes: [u8; 4] = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        let value = if self.is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) };
        usize::try_from(value).ok()
    }

    /// Where the value of an entry of a directory stands.
    fn value(&self, directory: usize, tag: u16, kind: u16) -> Option<usize> {
        let entries = self.short(directory)?.min(ENTRIES_MAX);
        (0..usize::from(entries))
            .map(|index| directory + 2 + 12 * index)
            .find(|entry| self.short(*entry) == Some(tag) && self.short(entry + 2) == Some(kind))
            .map(|entry| entry + 8)
    }
}

/// The orientation number, 1 to 8 if it makes sense.
pub fn orientation(bytes: &[u8]) -> Option<u16> {
    let tiff = Tiff::read(bytes)?;
    tiff.short(tiff.value(tiff.long(4)?, ORIENTATION, SHORT)?)
}

/// When the photo was taken, by the phone's own clock and calendar.
pub fn taken_at(bytes: &[u8]) -> Option<DateTime> {
    let tiff = Tiff::read(bytes)?;
    let directory = tiff.long(tiff.value(tiff.long(4)?, EXIF_DIRECTORY, LONG)?)?;
    let place = tiff.long(tiff.value(directory, DATE_TIME_ORIGINAL, TEXT)?)?;
    let text = bytes.get(place..place.checked_add(MOMENT_LENGTH)?)?;
    DateTime::strptime("%Y:%m:%d %H:%M:%S", text).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// A block with an orientation and a moment, in either order of bytes.
    fn block(is_little: bool, number: u16, moment: &[u8]) -> Vec<u8> {
        let short = |value: u16| if is_little { value.to_le_bytes() } else { value.to_be_bytes() };
        let long = |value: u32| if is_little { value.to_le_bytes() } else { value.to_be_bytes() };
        let mut bytes = if is_little { b"II".to_vec() } else { b"MM".to_vec() };
        bytes.extend(short(42));
        bytes.extend(long(8));
        bytes.extend(short(2));
        bytes.extend([short(ORIENTATION), short(SHORT)].concat());
        bytes.extend([&long(1)[..], &short(number), &short(0)].concat());
        bytes.extend([short(EXIF_DIRECTORY), short(LONG)].concat());
        bytes.extend([long(1), long(38), long(0)].concat());
        bytes.extend(short(1));
        bytes.extend([short(DATE_TIME_ORIGINAL), short(TEXT)].concat());
        bytes.extend([long(20), long(56), long(0)].concat());
        bytes.extend_from_slice(moment);
        bytes
    }

    #[test]
    fn orientation_and_moment_are_read_in_both_orders_of_bytes() {
        for is_little in [true, false] {
            let block = block(is_little, 6, b"2026:11:22 09:30:05\0");
            assert_eq!(orientation(&block), Some(6));
            assert_eq!(taken_at(&block), Some(date(2026, 11, 22).at(9, 30, 5, 0)));
        }
    }

    #[test]
    fn what_makes_no_sense_is_nothing_and_no_panic() {
        for moment in [b"0000:00:00 00:00:00\0", b"    :  :     :  :  \0", b"2026-11-22T09:30:05\0"] {
            assert_eq!(taken_at(&block(true, 1, moment)), None);
        }
        let whole = block(false, 3, b"2026:11:22 09:30:05\0");
        for length in 0..whole.len() {
            let cut = &whole[..length];
            assert!(orientation(cut).is_none() || length >= 20);
            assert!(taken_at(cut).is_none() || length >= whole.len() - 1);
        }
        let mut endless = whole;
        endless[4..8].fill(0xFF);
        assert_eq!((orientation(&endless), taken_at(&endless)), (None, None));
    }
}
