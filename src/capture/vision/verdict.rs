//! Whether a photographed sheet can be read by people, and what to do better.

use serde::{Deserialize, Serialize};

use super::Pixel;
use super::light::Light;
use super::lines::PrintedLine;
use super::sheets::Located;
use crate::sheet::design::Millimetres;

/// An edge wider than this is too blurred for small handwriting, whose strokes are about as wide.
const EDGE_WIDTH_MAX: Millimetres = Millimetres(0.75);
/// Paper darker than this, out of 255, leaves too few shades for pencil.
const PAPER_MIN: f64 = 70.0;
/// Share of the sheet that may be overexposed, whatever is lost there: a spot 2 cm wide on A5.
const FULL_SHARE_MAX: f64 = 0.01;
/// The same where no printed line tells whether anything is lost.
const UNTOLD_SHARE_MAX: f64 = 0.04;
/// From this share on paper is white all over: a scanner's page or a picture of a screen, on which no light glares.
const WHITE_SHARE_MIN: f64 = 0.75;
/// A printed line that is less than this times as dark as is usual on its sheet is lost.
const LOST_DARKNESS: f64 = 0.35;
/// Light glares where by this share more of the lines are lost than elsewhere on the sheet; where fewer are, bright
/// paper is just bright.
const LOST_SHARE_MIN: f64 = 0.3;
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
        (Advice::CutOff, cut),
        (Advice::TooFar, density * scale < PIXELS_PER_MILLIMETRE_MIN),
    ];
    judged.into_iter().filter(|(_, holds)| *holds).map(|(advice, _)| advice).collect()
}

/// Whether light glares on the sheet: paper is overexposed, and what is printed there is lost.
pub fn glares(located: &Located, light: &Light, lines: impl FnOnce() -> Vec<PrintedLine>) -> bool {
    let share = light.full_share();
    if !(FULL_SHARE_MAX..WHITE_SHARE_MIN).contains(&share) {
        return false;
    }
    let is_full =
        |line: &PrintedLine| light.is_full(line.place[0] / located.width.0, line.place[1] / located.height.0);
    let (full, mut others): (Vec<PrintedLine>, Vec<PrintedLine>) = lines().into_iter().partition(is_full);
    if full.is_empty() || others.is_empty() {
        return share >= UNTOLD_SHARE_MAX;
    }
    others.sort_by(|a, b| a.darkness.total_cmp(&b.darkness));
    let least = LOST_DARKNESS * others[others.len() / 2].darkness;
    let lost = |lines: &[PrintedLine]| {
        lines.iter().filter(|line| line.darkness < least).count() as f64 / lines.len() as f64
    };
    lost(&full) >= lost(&others) + LOST_SHARE_MIN
}

/// Whether a place lies more than this many pixels outside of a picture.
pub fn is_outside(place: Pixel, (width, height): Size, by: f64) -> bool {
    place.x < -by || place.y < -by || place.x > width as f64 + by || place.y > height as f64 + by
}
