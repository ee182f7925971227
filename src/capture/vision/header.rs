//! What stands at the beginning of a picture file: its kind, and of a JPEG the size, the colours
//! and the EXIF block. Nothing is decoded here, so that a hostile size is seen before it costs.

use serde::{Deserialize, Serialize};

/// The formats that the first bytes can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PictureKind {
    Jpeg,
    Png,
    Webp,
    /// HEIC, or AVIF of the same family. Recognised only to say so: it cannot be read.
    Heic,
    /// A scanner's pages; each is a picture of its own.
    Pdf,
}

/// Bytes that [`is_picture`] needs to see.
pub const FIRST_BYTES: usize = 12;

/// The kind of picture that begins with these bytes (at least [`FIRST_BYTES`] of them, if the file
/// has that many); `None` for anything else.
pub fn is_picture(first_bytes: &[u8]) -> Option<PictureKind> {
    let at = |from: usize, to: usize| first_bytes.get(from..to).unwrap_or_default();
    if at(0, 3) == [0xFF, 0xD8, 0xFF] {
        return Some(PictureKind::Jpeg);
    }
    if at(0, 8) == [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A] {
        return Some(PictureKind::Png);
    }
    if at(0, 4) == b"RIFF" && at(8, 12) == b"WEBP" {
        return Some(PictureKind::Webp);
    }
    if at(0, 5) == b"%PDF-" {
        return Some(PictureKind::Pdf);
    }
    // ISO/IEC 23008-12 and AV1 Image File Format: major brands of still pictures and of sequences.
    let brands: [&[u8]; 10] =
        [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"];
    (at(4, 8) == b"ftyp" && brands.contains(&at(8, 12))).then_some(PictureKind::Heic)
}

/// What a JPEG says of itself before its first scan.
#[derive(Debug)]
pub struct JpegHeader<'a> {
    /// Stored size in pixels.
    pub width: usize,
    pub height: usize,
    /// The EXIF block from its TIFF header on.
    pub exif: Option<&'a [u8]>,
    /// Identifiers of the components, three for colour.
    components: Vec<u8>,
    has_jfif: bool,
    /// Adobe's colour transform, where that segment is present: 1 is luma and differences.
    adobe: Option<u8>,
}

/// One segment of a JPEG's beginning.
pub struct Segment<'a> {
    pub marker: u8,
    pub body: &'a [u8],
    /// All bytes after it.
    pub after: &'a [u8],
}

/// The segments of a JPEG up to and with its first scan's header; fewer if they make no sense.
pub struct Segments<'a> {
    rest: &'a [u8],
}

impl<'a> Segments<'a> {
    /// Of a whole file.
    pub fn of(bytes: &'a [u8]) -> Self {
        Self { rest: bytes.get(2..).unwrap_or_default() }
    }
}

impl<'a> Iterator for Segments<'a> {
    type Item = Segment<'a>;

    fn next(&mut self) -> Option<Segment<'a>> {
        loop {
            match self.rest {
                [0xFF, 0xFF, ..] => self.rest = &self.rest[1..],
                [0xFF, 0x01 | 0xD0..=0xD8, after @ ..] => self.rest = after,
                [0xFF, marker @ 0x02..=0xFE, high, low, after @ ..] if *marker != 0xD9 => {
                    let length = usize::from(u16::from_be_bytes([*high, *low])).checked_sub(2)?;
                    let (body, after) = after.split_at_checked(length)?;
                    // What follows a scan's header is no segment.
                    self.rest = if *marker == SCAN { &[] } else { after };
                    return Some(Segment { marker: *marker, body, after });
                }
                _ => return None,
            }
        }
    }
}

/// Marker of a scan's header.
const SCAN: u8 = 0xDA;

impl<'a> JpegHeader<'a> {
    /// Walks the segments up to the first scan; `None` if they make no sense.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut header =
            Self { width: 0, height: 0, exif: None, components: Vec::new(), has_jfif: false, adobe: None };
        for segment in Segments::of(bytes) {
            if segment.marker == SCAN {
                return (!header.components.is_empty()).then_some(header);
            }
            header.take(segment.marker, segment.body)?;
        }
        None
    }

    /// Takes in one segment; `None` if the frame header is too short.
    fn take(&mut self, marker: u8, body: &'a [u8]) -> Option<()> {
        match marker {
            // Start of frame; the three others in this range are tables (ITU-T T.81, table B.1).
            0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => {
                self.height = usize::from(u16::from_be_bytes([*body.get(1)?, *body.get(2)?]));
                self.width = usize::from(u16::from_be_bytes([*body.get(3)?, *body.get(4)?]));
                let count = usize::from(*body.get(5)?);
                self.components = body.get(6..6 + 3 * count)?.chunks_exact(3).map(|c| c[0]).collect();
            }
            0xE0 if body.starts_with(b"JFIF\0") => self.has_jfif = true,
            0xE1 if body.starts_with(b"Exif\0\0") && self.exif.is_none() => self.exif = body.get(6..),
            0xEE if body.starts_with(b"Adobe") => self.adobe = body.get(11).copied(),
            _ => {}
        }
        Some(())
    }

    /// Whether the samples are certainly luma and two differences, in the order of JFIF.
    pub fn holds_differences(&self) -> bool {
        match self.components[..] {
            [1, 2, 3] => self.has_jfif || self.adobe != Some(0),
            [_, _, _] => self.has_jfif || self.adobe == Some(1),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_their_first_bytes() {
        assert_eq!(is_picture(&[0xFF, 0xD8, 0xFF, 0xE1, 0, 0, b'E']), Some(PictureKind::Jpeg));
        assert_eq!(is_picture(b"\x89PNG\r\n\x1a\n...."), Some(PictureKind::Png));
        assert_eq!(is_picture(b"RIFF\x10\0\0\0WEBPVP8 "), Some(PictureKind::Webp));
        assert_eq!(is_picture(b"\0\0\0\x18ftypheic\0\0"), Some(PictureKind::Heic));
        assert_eq!(is_picture(b"\0\0\0\x1Cftypavif\0\0"), Some(PictureKind::Heic));
        assert_eq!(is_picture(b"%PDF-1.7...."), Some(PictureKind::Pdf));
        for other in
            [&b""[..], b"GIF89a......", b"\0\0\0\x18ftypisom....", b"RIFF\x10\0\0\0WAVEfmt ", b"\xFF\xD8"]
        {
            assert_eq!(is_picture(other), None, "{other:?}");
        }
    }

    /// A JPEG's beginning with these segments.
    fn jpeg(segments: &[(u8, &[u8])]) -> Vec<u8> {
        let mut bytes = vec![0xFF, 0xD8];
        for (marker, body) in segments {
            bytes.extend([0xFF, *marker]);
            bytes.extend((body.len() as u16 + 2).to_be_bytes());
            bytes.extend_from_slice(body);
        }
        bytes.extend([0xFF, SCAN, 0, 2]);
        bytes
    }

    const FRAME: &[u8] = &[8, 0x0B, 0xD0, 0x0F, 0xC0, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1];

    #[test]
    fn size_and_exif_are_read() {
        let bytes = jpeg(&[(0xE1, b"Exif\0\0II*\0rest"), (0xDB, &[0; 65]), (0xC0, FRAME)]);
        let header = JpegHeader::read(&bytes).expect("a header");
        assert_eq!((header.width, header.height), (4032, 3024));
        assert_eq!(header.exif, Some(&b"II*\0rest"[..]));
        assert!(header.holds_differences());
    }

    #[test]
    fn red_green_and_blue_are_not_taken_for_differences() {
        let adobe = b"Adobe\0\x64\0\0\0\0\0";
        let bytes = jpeg(&[(0xEE, adobe), (0xC0, FRAME)]);
        assert!(!JpegHeader::read(&bytes).expect("a header").holds_differences());
        let mut letters = FRAME.to_vec();
        (letters[6], letters[9], letters[12]) = (b'R', b'G', b'B');
        let bytes = jpeg(&[(0xC0, &letters)]);
        assert!(!JpegHeader::read(&bytes).expect("a header").holds_differences());
    }

    #[test]
    fn a_header_cut_anywhere_is_refused() {
        let bytes = jpeg(&[(0xE0, b"JFIF\0\x01\x01"), (0xC0, FRAME)]);
        for length in 0..bytes.len() - 1 {
            assert!(JpegHeader::read(&bytes[..length]).is_none(), "{length}");
        }
    }
}
