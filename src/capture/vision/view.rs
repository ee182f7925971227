//! The photo as it is being looked at, at one scale, and the pictures that are made from it: each
//! sheet from straight above, the whole frame, thumbnails.

use super::decode::Packed;
use super::homography::Homography;
use super::light::{Frame, Light};
use super::orientation::Orientation;
use super::picture::{Luma, Picture};
use super::sheets::Located;
use super::sight::SeenSheet;
use super::verdict::{self, Advice};
use super::{FLATTENED_DPI, FLATTENED_MARGIN, LocatedSheet, Unreadable, encode, flatten};

/// Longest side of the kept frame and of a thumbnail, in pixels.
const FRAME_SIDE: usize = 2000;
const THUMBNAIL_SIDE: usize = 480;
/// Millimetres in an inch.
const INCH: f64 = 25.4;

/// A photo unpacked, how many times smaller than it is stored.
pub struct View {
    /// As stored, not turned.
    picture: Picture,
    orientation: Orientation,
    /// Upright.
    pub luma: Luma,
    pub shrinking: usize,
}

impl View {
    /// Unpacks a photo at 1, 1/2, 1/4 or 1/8 of its size.
    pub fn open(packed: &Packed, shrinking: usize) -> Result<Self, Unreadable> {
        let picture = packed.unpack(shrinking)?;
        let luma = picture.upright_luma(packed.orientation);
        Ok(Self { picture, orientation: packed.orientation, luma, shrinking })
    }

    /// Unpacks the photo again at full size; tells by how much everything has grown.
    pub fn enlarge(&mut self, packed: &Packed) -> Result<f64, Unreadable> {
        let factor = self.shrinking as f64;
        *self = Self::open(packed, 1)?;
        Ok(factor)
    }

    /// A sheet as it leaves: flattened, evenly lit, judged. `None` if it cannot be packed.
    pub fn sheet(&self, seen: &SeenSheet) -> Option<LocatedSheet> {
        let located = &seen.located;
        let (mut flattened, frame) = self.flattened(located);
        let light = Light::measure(&flattened, frame);
        light.even(&mut flattened);
        let trimmed =
            flattened.part(frame.left, frame.top, frame.right - frame.left, frame.bottom - frame.top);
        let size = (self.luma.width, self.luma.height);
        let mut advice = verdict::of_sheet(located, &light, size, self.shrinking as f64);
        advice.extend(seen.lacks_code().then_some(Advice::CodeUnread));
        Some(LocatedSheet {
            label: located.label,
            geometry: seen.geometry,
            marks_seen: located.marks.len(),
            page_corners: located.page_corners().map(|corner| corner.scaled(self.shrinking as f64)),
            flattened: encode::jpeg(&flattened, encode::SHEET_QUALITY)?,
            thumbnail: thumbnail(&trimmed)?,
            code: seen.code,
            advice,
        })
    }

    /// The whole frame and its thumbnail, upright.
    pub fn frame(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        let long = self.luma.width.max(self.luma.height);
        let mut source = &self.picture;
        let mut halves = Vec::new();
        while source.width.max(source.height) >= 2 * FRAME_SIDE {
            halves.push(source.halved());
            source = halves.last()?;
        }
        let share = (FRAME_SIDE as f64 / long as f64).min(1.0);
        let (width, height) = shrunk((self.luma.width, self.luma.height), share);
        let (stored_width, stored_height) = (source.width, source.height);
        let (upright_width, _) = self.orientation.upright_size(stored_width, stored_height);
        let to_source = Homography::scaling(upright_width as f64 / width as f64)
            .then(&self.orientation.to_stored(stored_width, stored_height));
        let frame = flatten::through(source, &to_source, width, height);
        Some((encode::jpeg(&frame, encode::FRAME_QUALITY)?, thumbnail(&frame)?))
    }

    /// The sheet from straight above with its margin, and where its trimmed edges lie.
    fn flattened(&self, located: &Located) -> (Picture, Frame) {
        let per_millimetre = FLATTENED_DPI / INCH;
        let margin = FLATTENED_MARGIN.0;
        let pixels = |length: f64| (length * per_millimetre).round() as usize;
        let (width, height) =
            (pixels(located.width.0 + 2.0 * margin), pixels(located.height.0 + 2.0 * margin));
        let (left, top) = (pixels(margin), pixels(margin));
        let frame = Frame { left, top, right: width - left, bottom: height - top };
        let to_sheet =
            Homography::affine([[1.0 / per_millimetre, 0.0, -margin], [0.0, 1.0 / per_millimetre, -margin]]);
        let to_upright = to_sheet.then(&located.map);
        let mut source = std::borrow::Cow::Borrowed(&self.picture);
        let mut factor = 1.0;
        // A source twice as fine as the sheet would lose every other pixel.
        while located.pixels_per_millimetre() * factor > 1.6 * per_millimetre {
            source = std::borrow::Cow::Owned(source.halved());
            factor /= 2.0;
        }
        let to_stored = self.orientation.to_stored(self.picture.width, self.picture.height);
        let to_source = to_upright.then(&to_stored).then(&Homography::scaling(factor));
        (flatten::through(&source, &to_source, width, height), frame)
    }
}

/// A small version, as a JPEG.
fn thumbnail(picture: &Picture) -> Option<Vec<u8>> {
    let mut small = picture.halved();
    while small.width.max(small.height) >= 2 * THUMBNAIL_SIDE {
        small = small.halved();
    }
    let share = (THUMBNAIL_SIDE as f64 / small.width.max(small.height) as f64).min(1.0);
    let (width, height) = shrunk((small.width, small.height), share);
    let to_small = Homography::scaling(small.width as f64 / width as f64);
    encode::jpeg(&flatten::through(&small, &to_small, width, height), encode::THUMBNAIL_QUALITY)
}

/// A size times a share, at least one pixel each way.
fn shrunk((width, height): (usize, usize), share: f64) -> (usize, usize) {
    let side = |length: usize| ((length as f64 * share).round() as usize).max(1);
    (side(width), side(height))
}
