//! The order in which one photo is read: unpack, look for marks and codes, locate the sheets, look
//! closer where something is missing, then flatten and judge. How each is done stands elsewhere.

use super::decode::Packed;
use super::sight::Sight;
use super::verdict::Advice;
use super::view::{View, frame_size};
use super::{Finding, FoundCode, Pixel, Unreadable};
use crate::sheet::design::{BOOKMARK_LABEL, Geometry};

/// Least long side, in pixels, at which marks and codes are looked for and sheets are taken from.
const WORK_SIDE: usize = 1900;
/// A sheet with fewer pixels to the millimetre than this, where 7.9 are wanted, is taken from the
/// photo at full size.
const DENSITY_MIN: f64 = 6.8;

/// What one photo holds: reads it, finds codes and sheets, flattens the sheets.
///
/// `known` are the geometries of the designs in use; several may share a label. A sheet whose label
/// is not among them is taken for A5.
pub fn examine(photo: &[u8], known: &[Geometry]) -> Result<Finding, Unreadable> {
    let packed = Packed::open(photo)?;
    let mut view = View::open(&packed, packed.shrinking(WORK_SIDE))?;
    let mut sight = Sight::of(&view.picture.luma, known);
    if view.shrinking > 1 && (sight.is_blank() || sight.lacks_code()) {
        sight.scale(view.enlarge(&packed)?);
        sight.look_closer(&view.picture.luma, known);
    }
    sight.look_again(&view.picture.luma);
    if view.shrinking > 1 && sight.density_min() < DENSITY_MIN {
        sight.scale(view.enlarge(&packed)?);
    }
    let advice = match sight.incomplete(&view.picture.luma, known) {
        None if sight.sheets.is_empty() => Some(Advice::NoSheet),
        advice => advice,
    };
    finding(&packed, &view, &sight, known, advice).ok_or(Unreadable::Broken)
}

/// Everything that leaves, in pixels of the photo; `None` if a picture cannot be packed.
fn finding(
    packed: &Packed,
    view: &View,
    sight: &Sight,
    known: &[Geometry],
    advice: Option<Advice>,
) -> Option<Finding> {
    let (width, height) = packed.orientation.upright_size(packed.width, packed.height);
    let scale = view.shrinking as f64;
    let sheet_of = |code: usize| sight.sheets.iter().position(|sheet| sheet.code == Some(code));
    let codes = sight.codes.iter().enumerate().map(|(index, code)| FoundCode {
        text: code.text.clone(),
        corners: code.corners.map(|corner| corner.scaled(scale)),
        sheet: sheet_of(index),
    });
    let codes = codes.collect();
    let sheets = sight.sheets.iter().map(|sheet| view.sheet(sheet, known)).collect::<Option<Vec<_>>>()?;
    // A photo bookmark lies beside the page that is meant.
    let is_beside = sight.sheets.iter().all(|sheet| sheet.located.label == BOOKMARK_LABEL);
    let middles: Vec<Pixel> = sight.sheets.iter().map(|sheet| sheet.located.middle()).collect();
    let paper = if is_beside { view.paper(&middles) } else { None };
    let (frame, thumbnail) = view.frame(frame_size(width, height))?;
    let advice = advice.into_iter().collect();
    let taken_at = packed.taken_at;
    Some(Finding { width, height, taken_at, codes, sheets, paper, frame, thumbnail, advice })
}
