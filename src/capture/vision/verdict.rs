//! Whether a photographed sheet can be read by people, and what to do better.

use serde::{Deserialize, Serialize};

use super::Pixel;
use super::light::Light;
use super::sheets::Located;
use crate::sheet::design::Millimetres;

/// An edge wider than this is too blurred for small handwriting, whose strokes are about as wide.
const EDGE_WIDTH_MAX: Millimetres = Millimetres(0.75);
/// Paper darker than this, out of 255, leaves too few shades for pencil.
const PAPER_MIN: f64 = 70.0;
/// Share of the sheet that may be overexposed.
const FULL_SHARE_MAX: f64 = 0.04;
/// From this share on paper is white all over: a scanner's page or a picture of a screen, on which no light glares.
const WHITE_SHARE_MIN: f64 = 0.75;
/// How far a page corner may lie outside of the picture.
const OUTSIDE_MAX: Millimetres = Millimetres(3.0);
/// Fewer pixels than this for a millimetre, and small handwriting is lost (about 100 dpi).
const PIXELS_PER_MILLIMETRE_MIN: f64 = 4.0;

/// What to do better, as a value; the words are found elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// The picture is too blurred to be read well.
    Blurred,
    /// Too dark: more light is needed.
    TooDark,
    /// A part is so bright that nothing shows.
    Glare,
    /// A part of the sheet lies outside of the picture.
    CutOff,
    /// The sheet is too small in the picture.
    TooFar,
    /// Something covers a mark: the sheet is located less well, or, with fewer than three, not at all.
    Covered,
    /// No marks were seen at all.
    NoSheet,
    /// The sheet was found, its code was not read.
    CodeUnread,
}

/// A picture's size in pixels.
pub type Size = (usize, usize);

/// What could be better about one located sheet; pixels of `located` are those of a picture that is
/// `picture` large and `scale` times as small as the photo.
pub fn of_sheet(located: &Located, light: &Light, picture: Size, scale: f64) -> Vec<Advice> {
    let density = located.pixels_per_millimetre();
    let outside = OUTSIDE_MAX.0 * density;
    let cut = located.page_corners().iter().any(|corner| is_outside(*corner, picture, outside));
    let judged = [
        (Advice::Blurred, located.edge_width().0 > EDGE_WIDTH_MAX.0),
        (Advice::TooDark, light.median < PAPER_MIN),
        (Advice::Glare, (FULL_SHARE_MAX..WHITE_SHARE_MIN).contains(&light.full_share)),
        (Advice::CutOff, cut),
        (Advice::TooFar, density * scale < PIXELS_PER_MILLIMETRE_MIN),
    ];
    judged.into_iter().filter(|(_, holds)| *holds).map(|(advice, _)| advice).collect()
}

/// Whether a place lies more than this many pixels outside of a picture.
pub fn is_outside(place: Pixel, (width, height): Size, by: f64) -> bool {
    place.x < -by || place.y < -by || place.x > width as f64 + by || place.y > height as f64 + by
}
