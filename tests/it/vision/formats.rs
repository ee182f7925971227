//! Every kind of picture that people send, and what is said of the rare ones that cannot be read.
//! The small ones of tests/fuzz/pictures show the same: red, green, blue and white in their quarters.

use std::fs;
use std::io::Cursor;

use image::{DynamicImage, ImageBuffer, ImageFormat, Rgba};
use jpeg_encoder::{ColorType, Encoder};
use kakehashi::capture::vision::Unreadable;

use super::*;

const PICTURES: &str = "tests/fuzz/pictures";
const SIZE: (usize, usize) = (64, 48);
const QUARTERS: [[u8; 3]; 4] = [[200, 40, 40], [40, 160, 60], [40, 60, 200], [255, 255, 255]];
/// How far a colour may be off after two lossy encodings, of 255.
const OFF: u8 = 12;

fn file(name: &str) -> Vec<u8> {
    fs::read(format!("{PICTURES}/{name}")).unwrap()
}

/// What the quarters of a picture show once it was read.
fn quarters(name: &str, bytes: &[u8]) -> [[u8; 3]; 4] {
    let finding = examine(bytes, &[]).unwrap_or_else(|cause| panic!("{name}: {cause}"));
    assert_eq!((finding.width, finding.height), SIZE, "{name}");
    let frame = image::load_from_memory(&finding.frame).unwrap().into_rgb8();
    let (width, height) = frame.dimensions();
    let at = |column: u32, row: u32| frame.get_pixel(column * width / 4, row * height / 4).0;
    [at(1, 1), at(3, 1), at(1, 3), at(3, 3)]
}

#[track_caller]
fn assert_shows(name: &str, bytes: &[u8], expected: [[u8; 3]; 4]) {
    let shown = quarters(name, bytes);
    let pairs = shown.as_flattened().iter().zip(expected.as_flattened());
    let worst = pairs.map(|(shown, expected)| shown.abs_diff(*expected)).max();
    assert!(worst <= Some(OFF), "{name} shows {shown:?}");
}

/// The quarters without their colours (ITU-R BT.601).
fn in_grey() -> [[u8; 3]; 4] {
    QUARTERS.map(|[red, green, blue]| {
        let luma = (299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue)) / 1000;
        [luma as u8; 3]
    })
}

#[test]
fn every_kind_of_picture_is_read_upright_and_in_its_colours() {
    let mut read = 0;
    for entry in fs::read_dir(PICTURES).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let bytes = file(&name);
        match name.rsplit_once('.').unwrap() {
            (_, "avif") => assert_eq!(examine(&bytes, &[]), Err(Unreadable::Heic)),
            (_, "pdf") => assert_eq!(examine(&bytes, &[]), Err(Unreadable::Pdf)),
            (stem, _) => {
                assert_shows(&name, &bytes, if stem.starts_with("grey") { in_grey() } else { QUARTERS });
                read += 1;
            }
        }
    }
    assert_eq!(read, 28);
}

/// The quarters' samples, each made of one of their colours.
fn samples<const N: usize>(of_colour: impl Fn([u8; 3]) -> [u8; N]) -> Vec<u8> {
    let quarter = |at: usize| {
        let (column, row) = (at % SIZE.0, at / SIZE.0);
        QUARTERS[2 * usize::from(row >= SIZE.1 / 2) + usize::from(column >= SIZE.0 / 2)]
    };
    (0..SIZE.0 * SIZE.1).flat_map(|at| of_colour(quarter(at))).collect()
}

#[test]
fn inks_are_turned_into_colours_however_they_are_stored() {
    // Part of every colour is printed in black: that ink counts too.
    let inks = samples(|colour| {
        let black = colour.into_iter().map(|value| 255 - value).min().unwrap();
        let ink = |value: u8| ((255 - value - black) as u32 * 255 / (255 - black).max(1) as u32) as u8;
        [ink(colour[0]), ink(colour[1]), ink(colour[2]), black]
    });
    for kind in [ColorType::Cmyk, ColorType::CmykAsYcck] {
        for progressive in [false, true] {
            let mut bytes = Vec::new();
            let mut encoder = Encoder::new(&mut bytes, 95);
            encoder.set_progressive(progressive);
            encoder.encode(&inks, SIZE.0 as u16, SIZE.1 as u16, kind).unwrap();
            assert_shows(&format!("{kind:?} {progressive}"), &bytes, QUARTERS);
        }
    }
}

#[test]
fn a_png_of_16_bits_with_and_without_transparency_is_read() {
    let bytes = samples(|[red, green, blue]| [red, green, blue, 255]);
    let wide: Vec<u16> = bytes.iter().map(|value| u16::from(*value) * 257).collect();
    let picture = ImageBuffer::<Rgba<u16>, _>::from_raw(SIZE.0 as u32, SIZE.1 as u32, wide).unwrap();
    let picture = DynamicImage::ImageRgba16(picture);
    for picture in [DynamicImage::ImageRgb16(picture.to_rgb16()), picture] {
        let mut png = Cursor::new(Vec::new());
        picture.write_to(&mut png, ImageFormat::Png).unwrap();
        assert_shows(&format!("{:?}", picture.color()), png.get_ref(), QUARTERS);
    }
}

#[test]
fn a_jpeg_that_no_camera_writes_is_told_from_a_broken_one() {
    let ordinary = file("baseline.jpg");
    let frame = ordinary.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    // 12 bits a sample; arithmetic coding (ITU-T T.81, B.2.2).
    for (process, bits) in [(0xC1, 12), (0xC9, 8)] {
        let mut bytes = ordinary.clone();
        (bytes[frame + 1], bytes[frame + 4]) = (process, bits);
        assert_eq!(examine(&bytes, &[]), Err(Unreadable::Unsupported), "{process:X}");
    }
    assert_eq!(examine(&grey_of_16_bits(), &[]), Err(Unreadable::Unsupported));
    assert_eq!(examine(&ordinary[..frame + 12], &[]), Err(Unreadable::Broken));
}

/// A lossless JPEG of 8 × 8 grey pixels of 16 bits, each like the one before (ITU-T T.81, annex H).
fn grey_of_16_bits() -> Vec<u8> {
    let mut bytes = vec![0xFF, 0xD8];
    // One code, of one bit: no difference.
    bytes.extend([0xFF, 0xC4, 0, 20, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend([0xFF, 0xC3, 0, 11, 16, 0, 8, 0, 8, 1, 1, 0x11, 0]);
    bytes.extend([0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 0, 0]);
    bytes.extend([0; 8]);
    bytes.extend([0xFF, 0xD9]);
    bytes
}

#[test]
fn the_smallest_photo_of_a_sheet_is_read_or_comes_with_advice() {
    let print = stand_in::print(3, Some(&stand_in::code_text(9)), 9);
    let mut conditions = conditions(9, Severity::Gentle);
    (conditions.width, conditions.height) = (480, 640);
    conditions.blur = [0.3, 0.3];
    let finding = found(&photo_of(&print, &conditions));
    assert_eq!((finding.width, finding.height), (480, 640));
    let advice = finding.sheets.first().map_or(&finding.advice, |sheet| &sheet.advice);
    assert!(!advice.is_empty(), "{finding:?}");
}
