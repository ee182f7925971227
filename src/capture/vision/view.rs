//! The photo as it is being looked at, at one scale, and the pictures that are made from it: each
//! sheet from straight above, the whole frame, thumbnails.

use std::borrow::Cow;

use tracing::trace_span;

use super::curl::{self, Curl, Stage};
use super::decode::Packed;
use super::light::{Frame, Light};
use super::lines::{self, Layout};
use super::picture::Picture;
use super::sheets::{self, Located};
use super::sight::SeenSheet;
use super::surface::Surface;
use super::verdict::{self, Advice};
use super::{
    FLATTENED_DPI, FLATTENED_MARGIN, FoundPaper, INCH, LocatedSheet, Pixel, Unreadable, encode, flatten,
    paper, resize,
};
use crate::sheet::design::{Geometry, Millimetres, Place};

/// Longest side of the kept frame, in pixels; one up to so long that halving the photo brings is left as it is.
const FRAME_SIDE: usize = 2000;
const FRAME_SIDE_HALVED: usize = 2060;
/// Longest side of a thumbnail, in pixels.
const THUMBNAIL_SIDE: usize = 480;
/// A picture is resampled from one that is at most so many times finer: beyond, pixels are lost.
const FINENESS_MAX: f64 = 1.6;
/// A flattened sheet at half its size, in which a line is about as wide as a pixel.
const HALVED: Layout = Layout { density: FLATTENED_DPI / INCH / 2.0, margin: FLATTENED_MARGIN.0 };

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
    pub fn sheet(&self, seen: &SeenSheet, known: &[Geometry]) -> Option<LocatedSheet> {
        let located = &seen.located;
        let mut surface = Surface::flat(located.map);
        let (mut flattened, mut light) = self.lit(located, &surface);
        let geometry = seen.geometry.and_then(|geometry| known.get(geometry));
        let curl = trace_span!("look for curl")
            .in_scope(|| geometry.and_then(|geometry| self.curl(&flattened, located, geometry)));
        if curl.is_some() {
            surface = Surface::bent(located.map, curl);
            (flattened, light) = self.lit(located, &surface);
        }
        let Frame { left, top, right, bottom } = light.frame;
        let trimmed = flattened.part(left, top, right - left, bottom - top);
        let size = (self.picture.luma.width, self.picture.luma.height);
        let mut advice = verdict::of_sheet(located, &light, size, self.shrinking as f64);
        let printed = || match geometry {
            Some(geometry) => lines::printed(&flattened.luma.halved(), HALVED, geometry),
            None => vec![],
        };
        advice.extend(verdict::glares(located, &light, printed).then_some(Advice::Glare));
        advice.extend((located.marks.len() < 4).then_some(Advice::Covered));
        advice.extend(seen.lacks_code().then_some(Advice::CodeUnread));
        let surface = surface.scaled(self.shrinking as f64);
        Some(LocatedSheet {
            label: located.label,
            geometry: seen.geometry,
            marks_seen: located.marks.len(),
            page_corners: surface.corners((located.width, located.height)),
            surface,
            flattened: trace_span!("encode the sheet")
                .in_scope(|| encode::jpeg(&flattened, encode::SHEET_QUALITY))?,
            thumbnail: thumbnail(&trimmed)?,
            code: seen.code,
            advice,
        })
    }

    /// Paper without marks, flattened and evenly lit; `None` where none stands out, or one of these places lies
    /// on it: they are of sheets beside it.
    pub fn paper(&self, beside: &[Pixel]) -> Option<FoundPaper> {
        let paper = paper::find(&self.picture.luma)?;
        if beside.iter().any(|place| paper.holds(*place)) {
            return None;
        }
        let (width, height, map) = paper.flattening(FRAME_SIDE)?;
        let mut flattened = flatten::through(&self.picture, &|x, y| map.map(x, y), (width, height));
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

    /// The sheet flattened and evenly lit.
    fn lit(&self, located: &Located, surface: &Surface) -> (Picture, Light) {
        let (mut flattened, frame) = trace_span!("flatten").in_scope(|| self.flattened(located, surface));
        let _stage = trace_span!("light").entered();
        let light = Light::measure(&flattened, frame);
        light.even(&mut flattened);
        (flattened, light)
    }

    /// How the sheet is bent, by the printed lines in its flattened picture.
    fn curl(&self, flattened: &Picture, located: &Located, geometry: &Geometry) -> Option<Curl> {
        let sightings = lines::sightings(&flattened.luma.halved(), HALVED, geometry);
        let size = (located.width, located.height);
        let corners = located.marks.iter().flat_map(|mark| sheets::pairs(mark, size));
        let fixed = curl::fixed(&located.map, corners)?;
        let stage = Stage::new(&located.map, size, (self.picture.luma.width, self.picture.luma.height));
        Curl::fit(stage, &fixed, &sightings)
    }

    /// The whole frame, so wide and high, and its thumbnail.
    pub fn frame(&self, size: (usize, usize)) -> Option<(Vec<u8>, Vec<u8>)> {
        let frame = trace_span!("shrink the frame").in_scope(|| resize::to(&self.picture, size))?;
        let bytes =
            trace_span!("encode the frame").in_scope(|| encode::jpeg(&frame, encode::FRAME_QUALITY))?;
        Some((bytes, thumbnail(&frame)?))
    }

    /// The sheet from straight above with its margin, and where its trimmed edges lie.
    fn flattened(&self, located: &Located, surface: &Surface) -> (Picture, Frame) {
        let density = FLATTENED_DPI / INCH;
        let margin = FLATTENED_MARGIN.0;
        let pixels = |length: f64| (length * density).round() as usize;
        let (width, height) =
            (pixels(located.width.0 + 2.0 * margin), pixels(located.height.0 + 2.0 * margin));
        let (left, top) = (pixels(margin), pixels(margin));
        let frame = Frame { left, top, right: width - left, bottom: height - top };
        let mut source = Cow::Borrowed(&self.picture);
        let mut factor = 1.0;
        // Of a source much finer than the sheet, pixels would be lost.
        while located.pixels_per_millimetre() * factor > FINENESS_MAX * density {
            source = Cow::Owned(source.halved());
            factor /= 2.0;
        }
        let surface = surface.scaled(factor);
        let on_sheet = |pixels: f64| Millimetres(pixels / density - margin);
        let to_source = |x: f64, y: f64| surface.see(Place { x: on_sheet(x), y: on_sheet(y) });
        (flatten::through(&source, &to_source, (width, height)), frame)
    }
}

/// Width and height of the kept frame of an upright photo of this size, all in pixels.
pub fn frame_size(width: usize, height: usize) -> (usize, usize) {
    let long = width.max(height).max(1);
    let halved = |times: u32| long.div_ceil(1 << times);
    let is_left = |side: &usize| (FRAME_SIDE..=FRAME_SIDE_HALVED).contains(side);
    resize::size_within(width, height, (0..4).map(halved).find(is_left).unwrap_or(FRAME_SIDE))
}

/// A small version, as a JPEG.
pub(super) fn thumbnail(picture: &Picture) -> Option<Vec<u8>> {
    let _stage = trace_span!("thumbnail").entered();
    let (width, height) = (picture.luma.width, picture.luma.height);
    let small = resize::to(picture, resize::size_within(width, height, THUMBNAIL_SIDE))?;
    encode::jpeg(&small, encode::THUMBNAIL_QUALITY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_a_halved_photo_or_about_2000_pixels_long() {
        let sizes = [
            ((3024, 4032), (1512, 2016)),
            ((8064, 6048), (2016, 1512)),
            ((3456, 4608), (1500, 2000)),
            ((1200, 1600), (1200, 1600)),
            ((2050, 1000), (2050, 1000)),
            ((0, 0), (1, 1)),
        ];
        for ((width, height), frame) in sizes {
            assert_eq!(frame_size(width, height), frame, "{width} × {height}");
        }
    }
}
