//! From bytes to pixels: JPEG, PNG and WebP. Sizes are checked before anything is allocated; a JPEG
//! is decoded at the fraction of its size that is needed. It knows nothing of sheets.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::{DynamicImage, ImageDecoder, ImageReader, Limits};
use jiff::civil::DateTime;
use jpeg_decoder::{ColorTransform, PixelFormat};
use tracing::trace_span;

use super::header::{JpegHeader, PictureKind, is_picture};
use super::orientation::Orientation;
use super::picture::Picture;
use super::{BYTES_MAX, PIXELS_MAX, SIDE_MAX, Unreadable};
use super::{exif, jpeg};

/// Memory that decoding a PNG or WebP may take besides its samples, in bytes.
const ALLOCATION_MAX: u64 = 256 << 20;

/// A picture still packed, its header read and its size found harmless.
#[derive(Debug)]
pub struct Packed<'a> {
    bytes: &'a [u8],
    kind: PictureKind,
    /// Stored size in pixels.
    pub width: usize,
    pub height: usize,
    pub orientation: Orientation,
    /// When it was taken, by the phone's own clock.
    pub taken_at: Option<DateTime>,
    colours: JpegColours,
}

fn orientation(metadata: Option<&[u8]>) -> Orientation {
    metadata.and_then(exif::orientation).map_or_else(Orientation::default, Orientation::from_exif)
}

/// What the three samples of a JPEG's pixel are, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum JpegColours {
    /// Plane and two differences, as phones write it: taken as they are.
    Differences,
    /// Anything else: decoded to red, green and blue first.
    Other,
}

impl<'a> Packed<'a> {
    /// Reads the header and refuses what is no picture, too large or of too many pixels.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Unreadable> {
        if bytes.is_empty() {
            return Err(Unreadable::Empty);
        }
        if bytes.len() > BYTES_MAX {
            return Err(Unreadable::TooLarge);
        }
        let packed = match is_picture(bytes).ok_or(Unreadable::NotAPicture)? {
            PictureKind::Jpeg => Self::open_jpeg(bytes)?,
            PictureKind::Heic => return Err(Unreadable::Heic),
            PictureKind::Pdf => return Err(Unreadable::Pdf),
            kind => Self::open_other(bytes, kind)?,
        };
        if packed.width == 0 || packed.height == 0 {
            return Err(Unreadable::Broken);
        }
        if packed.width.max(packed.height) > SIDE_MAX || packed.width * packed.height > PIXELS_MAX {
            return Err(Unreadable::TooManyPixels);
        }
        Ok(packed)
    }

    fn open_jpeg(bytes: &'a [u8]) -> Result<Self, Unreadable> {
        let header = JpegHeader::read(bytes).ok_or(Unreadable::Broken)?;
        let colours = if header.holds_differences() { JpegColours::Differences } else { JpegColours::Other };
        Ok(Self {
            bytes,
            kind: PictureKind::Jpeg,
            width: header.width,
            height: header.height,
            orientation: orientation(header.exif),
            taken_at: header.exif.and_then(exif::taken_at),
            colours,
        })
    }

    fn open_other(bytes: &'a [u8], kind: PictureKind) -> Result<Self, Unreadable> {
        let mut decoder = reader(bytes, kind)?.into_decoder().map_err(|_| Unreadable::Broken)?;
        let (width, height) = decoder.dimensions();
        let metadata = decoder.exif_metadata().unwrap_or_default();
        Ok(Self {
            bytes,
            kind,
            width: width as usize,
            height: height as usize,
            orientation: orientation(metadata.as_deref()),
            taken_at: metadata.as_deref().and_then(exif::taken_at),
            colours: JpegColours::Other,
        })
    }

    /// By how much the picture can be shrunk while it is decoded so that its long side keeps at
    /// least `long_side` pixels: 1, 2, 4 or 8; always 1 for what is no JPEG.
    pub fn shrinking(&self, long_side: usize) -> usize {
        let long = self.width.max(self.height);
        let fits = |by: &usize| self.kind == PictureKind::Jpeg && long.div_ceil(*by) >= long_side;
        [8, 4, 2].into_iter().find(fits).unwrap_or(1)
    }

    /// The upright picture, shrunk by 1, 2, 4 or 8. The decoders are foreign code that reads hostile bytes:
    /// should one panic, the picture is broken, not the caller.
    pub fn unpack(&self, shrinking: usize) -> Result<Picture, Unreadable> {
        let work = AssertUnwindSafe(|| match self.kind {
            PictureKind::Jpeg => self.unpack_jpeg(shrinking),
            _ => self.unpack_other(),
        });
        let unpacked =
            trace_span!("decode").in_scope(|| catch_unwind(work).unwrap_or(Err(Unreadable::Broken)))?;
        Ok(trace_span!("turn upright").in_scope(|| unpacked.upright(self.orientation)))
    }

    fn unpack_jpeg(&self, shrinking: usize) -> Result<Picture, Unreadable> {
        if shrinking == 2
            && self.colours == JpegColours::Differences
            && let Some(picture) = jpeg::at_half_size(self.bytes)
        {
            return Ok(picture);
        }
        let mut decoder = jpeg_decoder::Decoder::new(self.bytes);
        decoder.set_max_decoding_buffer_size(PIXELS_MAX * 4);
        if self.colours == JpegColours::Differences {
            // «These are red, green and blue» is how the decoder is told to convert nothing.
            decoder.set_color_transform(ColorTransform::RGB);
        }
        let shrunk =
            |length: usize| u16::try_from(length.div_ceil(shrinking)).map_err(|_| Unreadable::Broken);
        decoder.scale(shrunk(self.width)?, shrunk(self.height)?).map_err(cause)?;
        let samples = decoder.decode().map_err(cause)?;
        let info = decoder.info().ok_or(Unreadable::Broken)?;
        let (width, height) = (usize::from(info.width), usize::from(info.height));
        Ok(match (info.pixel_format, self.colours) {
            (PixelFormat::L8, _) => Picture::from_grey(width, height, samples),
            (PixelFormat::RGB24, JpegColours::Differences) => Picture::from_pixels(width, height, &samples),
            (PixelFormat::RGB24, JpegColours::Other) => Picture::from_rgb(width, height, samples),
            (PixelFormat::CMYK32, _) => Picture::from_rgb(width, height, without_ink(&samples)),
            (PixelFormat::L16, _) => return Err(Unreadable::Unsupported),
        })
    }

    fn unpack_other(&self) -> Result<Picture, Unreadable> {
        let decoder = reader(self.bytes, self.kind)?.into_decoder().map_err(|_| Unreadable::Broken)?;
        let image = DynamicImage::from_decoder(decoder).map_err(|_| Unreadable::Broken)?;
        Ok(Picture::from_rgb(self.width, self.height, on_white(image)))
    }
}

/// What it means that a JPEG was not decoded: some kinds of it no camera writes (12 bits, arithmetic coding).
fn cause(error: jpeg_decoder::Error) -> Unreadable {
    match error {
        jpeg_decoder::Error::Unsupported(_) => Unreadable::Unsupported,
        _ => Unreadable::Broken,
    }
}

/// Red, green and blue of white paper under so much cyan, magenta, yellow and black ink. The decoder turns
/// samples round, for every writer of such files does as Adobe's: 255 is no ink.
fn without_ink(samples: &[u8]) -> Vec<u8> {
    let left = |ink: u8, black: u8| (u16::from(255 - ink) * u16::from(255 - black) / 255) as u8;
    samples.chunks_exact(4).flat_map(|p| [left(p[0], p[3]), left(p[1], p[3]), left(p[2], p[3])]).collect()
}

/// A reader for PNG or WebP with its limits set.
fn reader(bytes: &[u8], kind: PictureKind) -> Result<ImageReader<Cursor<&[u8]>>, Unreadable> {
    let format = match kind {
        PictureKind::Png => image::ImageFormat::Png,
        PictureKind::Webp => image::ImageFormat::WebP,
        PictureKind::Jpeg | PictureKind::Heic | PictureKind::Pdf => return Err(Unreadable::Broken),
    };
    let mut limits = Limits::default();
    limits.max_alloc = Some(ALLOCATION_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    Ok(reader)
}

/// Red, green and blue of a picture laid on white paper where it is transparent.
fn on_white(image: DynamicImage) -> Vec<u8> {
    if !image.color().has_alpha() {
        return image.into_rgb8().into_raw();
    }
    let over = |value: u8, alpha: u8| 255 - (u16::from(255 - value) * u16::from(alpha) / 255) as u8;
    let pixels = image.into_rgba8().into_raw();
    pixels.chunks_exact(4).flat_map(|p| [over(p[0], p[3]), over(p[1], p[3]), over(p[2], p[3])]).collect()
}
