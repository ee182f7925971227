//! The photo as it is being looked at, at one scale, and the pictures that are made from it: each
//! sheet from straight above, the whole frame, thumbnails.

use std::borrow::Cow;

use super::decode::Packed;
use super::homography::Homography;
use super::light::{Frame, Light};
use super::picture::Picture;
use super::sheets::Located;
use super::sight::SeenSheet;
use super::verdict::{self, Advice};
use super::{
    FLATTENED_DPI, FLATTENED_MARGIN, FoundPaper, INCH, LocatedSheet, Unreadable, encode, flatten, paper,
    resize,
};

/// Longest side of the kept frame and of a thumbnail, in pixels.
const FRAME_SIDE: usize = 2000;
const THUMBNAIL_SIDE: usize = 480;
/// A picture is resampled from one that is at most so many times finer: beyond, pixels are lost.
const FINENESS_MAX: f64 = 1.6;

/// A photo unpacked and turned upright, how many times smaller than it is stored.
pub struct View {
    pub picture: Picture,
    pub shrinking: usize,
}

impl View {
    /// Unpacks a photo at 1, 1/2, 1/4 or 1/8 of its size.
    pub fn open(packed: &Packed, shrinking: usize) -> Result<Self, Unreadable> {
        Ok(Self { picture: packed.unpack(shrinking)?, shrinking })
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
        let size = (self.picture.luma.width, self.picture.luma.height);
        let mut advice = verdict::of_sheet(located, &light, size, self.shrinking as f64);
        advice.extend((located.marks.len() < 4).then_some(Advice::Covered));
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

    /// Paper without marks, flattened and evenly lit; `None` where none stands out.
    pub fn paper(&self) -> Option<FoundPaper> {
        let paper = paper::find(&self.picture.luma)?;
        let (width, height, map) = paper.flattening(FRAME_SIDE)?;
        let mut flattened = flatten::through(&self.picture, &map, width, height);
        let whole = Frame { left: 0, top: 0, right: width, bottom: height };
        Light::measure(&flattened, whole).even(&mut flattened);
        Some(FoundPaper {
            corners: paper.corners.map(|corner| corner.scaled(self.shrinking as f64)),
            flattened: encode::jpeg(&flattened, encode::SHEET_QUALITY)?,
            width: u32::try_from(width).ok()?,
            height: u32::try_from(height).ok()?,
            thumbnail: thumbnail(&flattened)?,
        })
    }

    /// The whole frame and its thumbnail.
    pub fn frame(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        let frame = resize::within(&self.picture, FRAME_SIDE)?;
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
        let mut source = Cow::Borrowed(&self.picture);
        let mut factor = 1.0;
        // Of a source much finer than the sheet, pixels would be lost.
        while located.pixels_per_millimetre() * factor > FINENESS_MAX * per_millimetre {
            source = Cow::Owned(source.halved());
            factor /= 2.0;
        }
        (flatten::through(&source, &to_upright.then(&Homography::scaling(factor)), width, height), frame)
    }
}

/// A small version, as a JPEG.
pub(super) fn thumbnail(picture: &Picture) -> Option<Vec<u8>> {
    encode::jpeg(&resize::within(picture, THUMBNAIL_SIDE)?, encode::THUMBNAIL_QUALITY)
}
