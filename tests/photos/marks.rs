//! Ordinary photos on which two marks of a sheet lie under slips of paper, or one side of the sheet lies outside of
//! the picture with one or two of its marks.

use std::io::Cursor;

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::{DynamicImage, ImageDecoder};
use kakehashi::capture::vision::Pixel;
use kakehashi::demo::dice::Dice;
use kakehashi::demo::photograph::{Conditions, Laid, Severity, photograph};
use kakehashi::sheet::design::MARK_INSET;
use kakehashi::store::Store;
use kakehashi::store::schema::RECORDS;

use super::{Printed, Seen, Taken, filed, judge, printed, seeds, written};
use crate::capture::town::{Town, cover};
use crate::support::store::{NOW, on_sqlite};

/// So far behind the other photos' seeds these begin, and so many of these are taken for one of them.
const AWAY: u64 = 10_000;
const SHARE: u64 = 20;
/// The worst corner of a sheet without two of its marks, in millimetres.
const WORST: f64 = 3.0;
/// Side of a slip that lies on a mark, in millimetres.
const SLIP: f64 = 14.0;
/// The marks that are missing, by their corners: two of a side, or two across from each other.
const MISSING: [[usize; 2]; 6] = [[0, 1], [1, 2], [2, 3], [3, 0], [0, 2], [1, 3]];
const SIDES: usize = 4;

fn photos() -> u64 {
    seeds().count() as u64 / SHARE
}

/// A photo without some marks: a side is covered or cut off, two across from each other are covered.
fn take(sheets: &[Printed], seed: u64, missing: [usize; 2], is_cut: bool) -> Taken {
    let mut dice = Dice::new(seed);
    let of = dice.below(sheets.len());
    let sheet = &sheets[of];
    let mut print = written(sheet, &mut dice);
    let (width, height, inset) = (sheet.geometry.width.0, sheet.geometry.height.0, MARK_INSET.0);
    let (right, bottom) = (width - inset, height - inset);
    let marks = [[inset, inset], [right, inset], [right, bottom], [inset, bottom]];
    for [x, y] in missing.into_iter().filter(|_| !is_cut).map(|corner| marks[corner]) {
        cover(&mut print, [x - SLIP / 2.0, y - SLIP / 2.0, SLIP, SLIP]);
    }
    let conditions = Conditions::drawn(seed, Severity::Ordinary);
    let photo = photograph(&[Laid::alone(&print, &conditions)], &conditions);
    let (mut corners, mut jpeg) = (photo.corners[0], photo.jpeg);
    let seen = |[x, y]: [f64; 2]| between(&corners, x / width, y / height);
    let mut is_code_open = true;
    if is_cut {
        let kept = Part::without(
            &jpeg,
            missing.map(|corner| seen(marks[corner])),
            seen([width / 2.0, height / 2.0]),
        );
        let area = sheet.geometry.code.expect("a sheet with a code").grown(2.0);
        let code = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
            .map(|(x, y)| seen([area.left.0 + x * area.width.0, area.top.0 + y * area.height.0]));
        is_code_open = code.iter().all(|corner| kept.holds(*corner));
        corners = corners.map(|corner| Pixel { x: corner.x - kept.left, y: corner.y - kept.top });
        jpeg = kept.cut(&jpeg);
    }
    Taken { seed, jpeg, sheets: vec![Seen { of, corners, is_code_open }] }
}

/// A part of an upright photo, in its pixels.
struct Part {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Part {
    /// What lies on the middle's side of two marks; the outer one is cut through.
    fn without(jpeg: &[u8], [one, other]: [Pixel; 2], middle: Pixel) -> Self {
        let whole = upright(jpeg);
        let mut part =
            Self { left: 0.0, top: 0.0, right: whole.width().into(), bottom: whole.height().into() };
        if (one.x - other.x).abs() > (one.y - other.y).abs() {
            if one.y < middle.y {
                part.top = one.y.min(other.y).floor()
            } else {
                part.bottom = one.y.max(other.y)
            }
        } else if one.x < middle.x {
            part.left = one.x.min(other.x).floor()
        } else {
            part.right = one.x.max(other.x)
        }
        part
    }

    fn holds(&self, place: Pixel) -> bool {
        (self.left..self.right).contains(&place.x) && (self.top..self.bottom).contains(&place.y)
    }

    /// The photo with this part alone.
    fn cut(&self, jpeg: &[u8]) -> Vec<u8> {
        let [width, height] = [self.right - self.left, self.bottom - self.top].map(|side| side as u32);
        let part = upright(jpeg).crop_imm(self.left as u32, self.top as u32, width, height).to_rgb8();
        let mut bytes = Vec::new();
        JpegEncoder::new_with_quality(&mut bytes, 85).encode_image(&part).unwrap();
        bytes
    }
}

/// The picture of a photo, turned upright.
fn upright(jpeg: &[u8]) -> DynamicImage {
    let mut decoder = JpegDecoder::new(Cursor::new(jpeg)).unwrap();
    let orientation = decoder.orientation().unwrap();
    let mut picture = DynamicImage::from_decoder(decoder).unwrap();
    picture.apply_orientation(orientation);
    picture
}

/// About where a place is seen, given as shares of the sheet's width and height.
fn between([a, b, c, d]: &[Pixel; 4], x: f64, y: f64) -> Pixel {
    let mix = |of: fn(&Pixel) -> f64| {
        (1.0 - y) * ((1.0 - x) * of(a) + x * of(b)) + y * ((1.0 - x) * of(d) + x * of(c))
    };
    Pixel { x: mix(|place| place.x), y: mix(|place| place.y) }
}

#[test]
fn a_sheet_without_two_of_its_marks_is_located_and_goes_to_its_own() {
    on_sqlite(|place| async move {
        let town = Town::found(Store::open(&place, &RECORDS, NOW).unwrap()).await;
        let sheets = printed(&town).await;
        let covered = MISSING.map(|missing| (missing, false));
        let cut = MISSING[..SIDES].iter().map(|missing| (*missing, true));
        let cases: Vec<_> = covered.into_iter().chain(cut).collect();
        let first = seeds().start + AWAY;
        let (mut errors, mut wrong) = (Vec::new(), Vec::new());
        for (seed, (missing, is_cut)) in (first..first + photos()).zip(cases.iter().cycle()) {
            let taken = take(&sheets, seed, *missing, *is_cut);
            let error = judge(&sheets, &taken).error.unwrap_or(f64::MAX);
            errors.push(error);
            let upload = town.receives(town.manager, taken.jpeg).await;
            let seen = &taken.sheets[0];
            let own = (sheets[seen.of].notebook, Some(sheets[seen.of].sheet));
            let gone = filed(&upload);
            let is_missed = seen.is_code_open && gone.is_empty();
            if gone.iter().any(|to| *to != own) || is_missed || error > WORST {
                wrong.push((seed, *missing, *is_cut, error, upload.state));
            }
        }
        errors.sort_by(f64::total_cmp);
        let close = errors.iter().filter(|error| **error <= 1.0).count();
        println!("of {} within 1 mm: {close}; the worst: {:?}", errors.len(), errors.last());
        assert!(wrong.is_empty(), "{wrong:?}");
    });
}
