//! What cannot be read, or not well, and what is said about it.

use super::*;
use kakehashi::capture::vision::{Advice, BYTES_MAX, PictureKind, Unreadable, is_picture};
use kakehashi::demo::photograph::Glare;

/// A photo under these conditions, changed in one way.
fn changed(seed: u64, change: impl Fn(&mut Conditions)) -> Photo {
    let mut conditions = conditions(seed, Severity::Gentle);
    change(&mut conditions);
    photo_of(&stand_in::print(3, Some(&stand_in::code_text(seed)), seed), &conditions)
}

fn refusal(bytes: &[u8]) -> Option<Unreadable> {
    examine(bytes, &[]).err()
}

#[test]
fn what_is_no_picture_is_refused() {
    assert_eq!(refusal(b""), Some(Unreadable::Empty));
    assert_eq!(refusal("今日は雨でした".as_bytes()), Some(Unreadable::NotAPicture));
    assert_eq!(refusal(&vec![0; BYTES_MAX + 1]), Some(Unreadable::TooLarge));
    for heic in [&b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"[..], b"\0\0\0\x1Cftypavif\0\0\0\0avifmif1"] {
        assert_eq!((is_picture(heic), refusal(heic)), (Some(PictureKind::Heic), Some(Unreadable::Heic)));
    }
}

#[test]
fn a_picture_bomb_is_refused_by_its_header() {
    for (width, height) in [(60_000, 60_000), (12_001, 1), (1, 12_001), (7_072, 7_071)] {
        assert_eq!(
            refusal(&png_header(u32::from(width), u32::from(height))),
            Some(Unreadable::TooManyPixels),
            "{width} × {height}"
        );
        assert_eq!(
            refusal(&jpeg_header(width, height)),
            Some(Unreadable::TooManyPixels),
            "{width} × {height}"
        );
    }
    for (width, height) in [(4_000, 3_000), (7_071, 7_071), (12_000, 1)] {
        assert_eq!(
            refusal(&png_header(u32::from(width), u32::from(height))),
            Some(Unreadable::Broken),
            "nothing but a header: {width} × {height}"
        );
        assert_eq!(
            refusal(&jpeg_header(width, height)),
            Some(Unreadable::Broken),
            "nothing but a header: {width} × {height}"
        );
    }
}

#[test]
fn a_photo_cut_off_while_sending_is_broken_and_nothing_worse() {
    let photo = changed(2, |_| {}).jpeg;
    for share in [0.001, 0.01, 0.3, 0.9, 0.999] {
        let cut = &photo[..(photo.len() as f64 * share) as usize];
        assert_eq!(refusal(cut), Some(Unreadable::Broken), "{share}");
    }
}

#[test]
fn damaged_bytes_never_bring_it_down() {
    let whole = changed(3, |conditions| (conditions.width, conditions.height) = (600, 800)).jpeg;
    let mut dice = kakehashi::demo::dice::Dice::new(3);
    for _ in 0..40 {
        let mut bytes = whole.clone();
        for _ in 0..20 {
            let at = dice.below(bytes.len());
            bytes[at] = dice.bits() as u8;
        }
        // Whatever it says, it must say something.
        if let Ok(finding) = examine(&bytes, &[]) {
            assert!(!finding.frame.is_empty());
        }
    }
}

#[test]
fn bad_photos_come_with_advice() {
    let of_sheet = |photo: &Photo| found(photo).sheets.first().map(|sheet| sheet.advice.clone());
    assert_eq!(of_sheet(&changed(4, |_| {})), Some(vec![]));
    let blurred = changed(4, |conditions| conditions.blur = [7.0, 7.0]);
    assert!(of_sheet(&blurred).is_none_or(|advice| advice.contains(&Advice::Blurred)));
    let dark = changed(4, |conditions| conditions.brightness = 0.03);
    assert!(of_sheet(&dark).is_none_or(|advice| advice.contains(&Advice::TooDark)));
    let (middle, radius) = ([0.5, 0.6], Millimetres(30.0));
    let glare = Glare { middle, radius, strength: 1.2 };
    let glaring = changed(4, |conditions| conditions.mishaps.glare = Some(glare.clone()));
    assert_eq!(of_sheet(&glaring), Some(vec![Advice::Glare]));
}

#[test]
fn a_scanned_sheet_is_white_all_over_and_no_light_glares_on_it() {
    let print = stand_in::print(3, Some(&stand_in::code_text(4)), 4);
    let (width, height) = (print.pixels_wide as u32, print.pixels_high as u32);
    let picture = image::RgbImage::from_raw(width, height, print.samples).unwrap();
    let mut png = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
    let finding = examine(&png.into_inner(), &[stand_in::geometry(3)]).unwrap();
    assert_eq!(finding.sheets.iter().map(|sheet| &sheet.advice[..]).collect::<Vec<_>>(), [&[][..]]);
}

#[test]
fn a_sheet_cut_off_is_said_to_be() {
    let print = stand_in::print(3, Some(&stand_in::code_text(5)), 5);
    let empty = stand_in::bare_page(6);
    // The camera aims at the bare page; of the sheet, the right half is in view.
    let mut cut = laid(&print, -110.0, 0.0, 0.0);
    cut.framed = false;
    let conditions = conditions(5, Severity::Gentle);
    let finding = found(&photograph(&[laid(&empty, 0.0, 0.0, 0.0), cut], &conditions));
    assert!(finding.sheets.is_empty());
    assert_eq!(finding.advice, [Advice::CutOff]);
    let alone = found(&photo_of(&empty, &conditions));
    assert_eq!((alone.advice, alone.codes), (vec![Advice::NoSheet], vec![]));
}

/// A PNG that ends after its header, with the right checksum.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut chunk = b"IHDR".to_vec();
    chunk.extend(width.to_be_bytes());
    chunk.extend(height.to_be_bytes());
    chunk.extend([8, 2, 0, 0, 0]);
    let checksum = chunk.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xEDB8_8320 * (sum & 1)))
    });
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    bytes.extend(chunk);
    bytes.extend((!checksum).to_be_bytes());
    bytes.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
    bytes
}

/// A JPEG that ends where its first scan begins.
fn jpeg_header(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = vec![0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8];
    bytes.extend(height.to_be_bytes());
    bytes.extend(width.to_be_bytes());
    bytes.extend([3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1, 0xFF, 0xDA, 0, 2]);
    bytes
}
