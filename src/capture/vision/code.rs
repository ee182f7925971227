//! QR codes in a picture, read by `rxing`. Where a located sheet declares a code that was not read
//! at first sight, its window is flattened and sharpened step by step. What a code means is not
//! known here.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::common::HybridBinarizer;
use rxing::multi::MultipleBarcodeReader;
use rxing::qrcode::QRCodeReader;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{BarcodeFormat, BinaryBitmap, DecodeHints, Luma8Source, RXingResult, Reader};

use super::Pixel;
use super::homography::Homography;
use super::picture::Plane;
use crate::sheet::design::{Area, Millimetres};

/// Modules along one side of every code that is printed on a sheet: QR version 4 (DESIGN 4).
const MODULES: f64 = 33.0;
/// Paper around the code that its window takes in; the quiet zone is 2.4 mm wide.
const WINDOW_MARGIN: Millimetres = Millimetres(4.0);
/// Pixels a module takes in the flattened window, tried in this order.
const WINDOW_SCALES: [f64; 2] = [12.0, 6.0];
/// How much the window is sharpened, tried in this order: share of the unsharp mask that is added.
const SHARPENINGS: [f64; 5] = [0.0, 1.0, 2.0, 4.0, 8.0];
/// Radius of the unsharp mask, in modules.
const SHARPENING_RADIUS: f64 = 0.5;

/// Longest side of a picture that is enlarged when nothing was seen in it, in pixels; and how many times, with how
/// much sharpening. Of 31 photos of ZXing's suites in which nothing was seen at first, these and the half size show
/// 13, without a misreading.
const SMALL_SIDE: usize = 1000;
const ENLARGED: [(f64, f64); 2] = [(1.5, 0.0), (2.0, 2.0)];

/// A code read in a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Code {
    pub text: String,
    /// Outer corners of its modules in pixels, beginning with the symbol's own top left, clockwise
    /// (the corner without a finder pattern comes third).
    pub corners: [Pixel; 4],
}

/// All codes that can be read at first sight.
pub fn find(luma: &Plane) -> Vec<Code> {
    // The reader is foreign code that reads hostile pictures: a panic there means «none found».
    catch_unwind(AssertUnwindSafe(|| read(luma))).unwrap_or_default()
}

/// Codes in a picture in which none was seen at first sight: noisy and half covered ones at half size, light ones on
/// dark paper, and in a small picture blurred ones enlarged and sharpened.
pub fn find_again(luma: &Plane) -> Vec<Code> {
    let half = luma.halved();
    let is_small = luma.width.max(luma.height) <= SMALL_SIDE;
    let turned = |plane: &Plane| {
        let samples = plane.samples.iter().map(|sample| u8::MAX - sample).collect();
        Plane { samples, ..*plane }
    };
    let at = |scale: f64, plane: &Plane| {
        let mut codes = find(plane);
        codes
            .iter_mut()
            .for_each(|code| code.corners = code.corners.map(|corner| corner.scaled(1.0 / scale)));
        codes
    };
    let mut found = at(0.5, &half);
    if found.is_empty() {
        found = if is_small { at(1.0, &turned(luma)) } else { at(0.5, &turned(&half)) };
    }
    for (scale, sharpening) in ENLARGED.into_iter().filter(|_| is_small) {
        if found.is_empty() {
            let size = |side: usize| (side as f64 * scale) as usize;
            let large = luma.window(&Homography::scaling(1.0 / scale), size(luma.width), size(luma.height));
            found = at(scale, &sharpened(&large, 2, sharpening));
        }
    }
    found
}

/// The code that a sheet declares in `area`, from its window flattened through `map` (millimetres
/// of the sheet to pixels of `luma`).
pub fn find_in_window(luma: &Plane, map: &Homography, area: Area) -> Option<Code> {
    for scale in WINDOW_SCALES {
        let per_millimetre = scale * MODULES / area.width.0;
        let side = (area.width.0 + 2.0 * WINDOW_MARGIN.0) * per_millimetre;
        let to_sheet = Homography::affine([
            [1.0 / per_millimetre, 0.0, area.left.0 - WINDOW_MARGIN.0],
            [0.0, 1.0 / per_millimetre, area.top.0 - WINDOW_MARGIN.0],
        ]);
        let to_picture = to_sheet.then(map);
        let window = luma.window(&to_picture, side as usize, side as usize);
        let radius = (scale * SHARPENING_RADIUS) as usize;
        for amount in SHARPENINGS {
            if let Some(code) = find(&sharpened(&window, radius, amount)).into_iter().next() {
                let corners = code.corners.map(|corner| to_picture.map(corner.x, corner.y));
                return Some(Code { text: code.text, corners });
            }
        }
    }
    None
}

fn read(luma: &Plane) -> Vec<Code> {
    let hints = DecodeHints {
        PossibleFormats: Some(HashSet::from([BarcodeFormat::QR_CODE])),
        TryHarder: Some(true),
        ..DecodeHints::default()
    };
    let (Ok(width), Ok(height)) = (u32::try_from(luma.width), u32::try_from(luma.height)) else {
        return Vec::new();
    };
    let Ok(source) = Luma8Source::new_with_slice(&luma.samples, width, height) else { return Vec::new() };
    let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
    let several = QrReader.decode_multiple_with_hints(&mut bitmap, &hints).unwrap_or_default();
    let codes: Vec<Code> = several.iter().filter_map(|result| code(result, outer_corners)).collect();
    if !codes.is_empty() {
        return codes;
    }
    // The older reader finds fewer codes, but some that the other one misses.
    let single = QRCodeReader.decode_with_hints(&mut bitmap, &hints);
    single.iter().filter_map(|result| code(result, corners_by_finders)).collect()
}

/// A code with the corners that follow from what its reader tells.
fn code(result: &RXingResult, corners: fn(&[Pixel]) -> Option<[Pixel; 4]>) -> Option<Code> {
    let place = |point: &rxing::Point| Pixel { x: f64::from(point.x), y: f64::from(point.y) };
    let points: Vec<Pixel> = result.getPoints().iter().map(place).collect();
    Some(Code { text: result.getText().to_owned(), corners: corners(&points)? })
}

/// `QrReader` tells the outer corners row by row, half a pixel too far.
fn outer_corners(points: &[Pixel]) -> Option<[Pixel; 4]> {
    let [a, b, c, d] = points else { return None };
    Some([a, b, d, c].map(|corner| Pixel { x: corner.x - 0.5, y: corner.y - 0.5 }))
}

/// `QRCodeReader` tells the middles of the finder patterns bottom left, top left and top right.
fn corners_by_finders(points: &[Pixel]) -> Option<[Pixel; 4]> {
    let [bottom, corner, right, ..] = points else { return None };
    let across = Pixel { x: right.x - corner.x, y: right.y - corner.y };
    let down = Pixel { x: bottom.x - corner.x, y: bottom.y - corner.y };
    // These lie 3.5 modules inside; the number of modules is taken for that of our own codes.
    let out = 3.5 / (MODULES - 7.0);
    let at = |u: f64, v: f64| Pixel {
        x: corner.x + across.x * u + down.x * v,
        y: corner.y + across.y * u + down.y * v,
    };
    Some([at(-out, -out), at(1.0 + out, -out), at(1.0 + out, 1.0 + out), at(-out, 1.0 + out)])
}

/// The picture with `amount` of its difference from its blurred self added.
fn sharpened(luma: &Plane, radius: usize, amount: f64) -> Plane {
    if amount == 0.0 {
        return luma.clone();
    }
    let once = box_blurred(luma, radius);
    let blurred = box_blurred(&once, radius);
    let pairs = luma.samples.iter().zip(&blurred.samples);
    let samples = pairs.map(|(pixel, soft)| {
        let (pixel, soft) = (f64::from(*pixel), f64::from(*soft));
        (pixel + amount * (pixel - soft)).clamp(0.0, 255.0) as u8
    });
    Plane { width: luma.width, height: luma.height, samples: samples.collect() }
}

/// Each pixel the mean of the square that reaches `radius` pixels around it.
fn box_blurred(luma: &Plane, radius: usize) -> Plane {
    let across = lines_blurred(&luma.samples, luma.width, radius);
    let turned = transposed(&across, luma.width);
    let down = lines_blurred(&turned, luma.height, radius);
    Plane { width: luma.width, height: luma.height, samples: transposed(&down, luma.height) }
}

/// Blurs every line of this length along itself, by running sums.
fn lines_blurred(samples: &[u8], length: usize, radius: usize) -> Vec<u8> {
    let mut blurred = Vec::with_capacity(samples.len());
    for line in samples.chunks_exact(length) {
        let mut sums = vec![0_u32; 1];
        line.iter().fold(0, |sum, pixel| {
            sums.push(sum + u32::from(*pixel));
            sum + u32::from(*pixel)
        });
        blurred.extend((0..length).map(|k| {
            let (from, to) = (k.saturating_sub(radius), (k + radius + 1).min(length));
            ((sums[to] - sums[from]) / (to - from) as u32) as u8
        }));
    }
    blurred
}

/// Lines as columns.
fn transposed(samples: &[u8], width: usize) -> Vec<u8> {
    (0..width).flat_map(|column| samples.iter().skip(column).step_by(width)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "HTTPS://KAKEHASHI.EXAMPLE/Q/0123456789ABCDEFGHJKMNPQRS";

    /// A code of version 4 with its top left module at (`left`, `top`), in a picture of this size.
    fn drawn(module: usize, left: usize, top: usize, size: usize) -> Plane {
        let code = qrcode::QrCode::with_version(TEXT, qrcode::Version::Normal(4), qrcode::EcLevel::Q)
            .expect("it fits");
        let mut samples = vec![210; size * size];
        for (index, colour) in code.to_colors().into_iter().enumerate() {
            let (x, y) = (left + index % 33 * module, top + index / 33 * module);
            for row in y..y + module {
                samples[row * size + x..][..module].fill(if colour == qrcode::Color::Dark {
                    30
                } else {
                    210
                });
            }
        }
        Plane { width: size, height: size, samples }
    }

    fn close(found: &[Pixel; 4], meant: [(f64, f64); 4], within: f64) -> bool {
        found.iter().zip(meant).all(|(corner, (x, y))| (corner.x - x).hypot(corner.y - y) <= within)
    }

    #[test]
    fn a_code_is_read_with_its_outer_corners() {
        let codes = find(&drawn(5, 100, 140, 420));
        assert_eq!(codes.len(), 1);
        assert_eq!(codes[0].text, TEXT);
        let meant = [(100.0, 140.0), (265.0, 140.0), (265.0, 305.0), (100.0, 305.0)];
        assert!(close(&codes[0].corners, meant, 2.0), "{:?}", codes[0].corners);
    }

    #[test]
    fn a_light_code_on_dark_paper_is_read_at_a_second_look_in_its_place() {
        for (module, size) in [(5, 420), (12, 1200)] {
            let mut luma = drawn(module, 20 * module, 28 * module, size);
            luma.samples.iter_mut().for_each(|sample| *sample = u8::MAX - *sample);
            assert_eq!(find(&luma), [], "not at the first");
            let codes = find_again(&luma);
            assert_eq!(codes.len(), 1);
            let [left, top, right, below] = [20, 28, 53, 61].map(|at| (at * module) as f64);
            let meant = [(left, top), (right, top), (right, below), (left, below)];
            assert!(close(&codes[0].corners, meant, 3.0), "{:?}", codes[0].corners);
        }
    }

    #[test]
    fn two_codes_are_two() {
        let (one, other) = (drawn(4, 40, 40, 440), drawn(4, 260, 250, 440));
        let samples = one.samples.iter().zip(&other.samples).map(|(a, b)| *a.min(b)).collect();
        assert_eq!(find(&Plane { width: 440, height: 440, samples }).len(), 2);
    }

    #[test]
    fn a_code_too_blurred_at_first_sight_is_read_in_its_window() {
        let mut luma = drawn(4, 100, 100, 400);
        for _ in 0..3 {
            luma = box_blurred(&luma, 2);
        }
        let area = Area {
            left: Millimetres(20.0),
            top: Millimetres(20.0),
            width: Millimetres(26.4),
            height: Millimetres(26.4),
        };
        let code = find_in_window(&luma, &Homography::scaling(5.0), area).expect("readable");
        assert_eq!(code.text, TEXT);
        let meant = [(100.0, 100.0), (232.0, 100.0), (232.0, 232.0), (100.0, 232.0)];
        assert!(close(&code.corners, meant, 3.0), "{:?}", code.corners);
    }

    #[test]
    fn blurring_keeps_the_mean_and_bare_paper() {
        let paper = Plane { width: 7, height: 5, samples: vec![99; 35] };
        assert_eq!(box_blurred(&paper, 2), paper);
        let dot = Plane { width: 3, height: 3, samples: vec![0, 0, 0, 0, 90, 0, 0, 0, 0] };
        assert_eq!(box_blurred(&dot, 1).samples[4], 10);
    }
}
