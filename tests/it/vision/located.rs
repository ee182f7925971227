//! Sheets and codes that must be found, where they really are.

use super::*;
use kakehashi::capture::vision::{Advice, FLATTENED_DPI, FLATTENED_MARGIN, frame_size};
use kakehashi::demo::photograph::exif;

const LIMIT: f64 = 1.0;

#[test]
fn a_clean_page_is_located_to_a_twentieth_of_a_millimetre() {
    let text = stand_in::code_text(1);
    let print = stand_in::print(3, Some(&text), 1);
    let (width, height) = (print.pixels_wide as u32, print.pixels_high as u32);
    let page = image::RgbImage::from_raw(width, height, print.samples).expect("a whole picture");
    for format in [image::ImageFormat::Png, image::ImageFormat::WebP] {
        let mut bytes = std::io::Cursor::new(Vec::new());
        page.write_to(&mut bytes, format).expect("encodable");
        let finding = examine(bytes.get_ref(), &[stand_in::geometry(3)]).expect("readable");
        assert_eq!((finding.width, finding.height), (width as usize, height as usize));
        let sheet = &finding.sheets[0];
        let (right, bottom) = (f64::from(width), f64::from(height));
        let truth = [(0.0, 0.0), (right, 0.0), (right, bottom), (0.0, bottom)].map(|(x, y)| Pixel { x, y });
        assert!(worst_corner(sheet, &truth) < 0.05, "{}", worst_corner(sheet, &truth));
        assert_eq!(code_of(&finding, sheet), Some(text.as_str()));
        assert_eq!((sheet.label, sheet.geometry, sheet.marks_seen), (3, Some(0), 4));
    }
}

#[test]
fn ordinary_photos_are_located_to_a_millimetre_with_their_code() {
    for seed in 1..=8 {
        let text = stand_in::code_text(seed);
        let print = stand_in::print(3, Some(&text), seed);
        let photo = photo_of(&print, &Conditions::drawn(seed, Severity::Ordinary));
        let finding = found(&photo);
        assert_eq!(finding.sheets.len(), 1, "seed {seed}");
        let sheet = &finding.sheets[0];
        let worst = worst_corner(sheet, &photo.corners[0]);
        assert!(worst <= LIMIT, "seed {seed}: {worst} mm");
        assert_eq!(code_of(&finding, sheet), Some(text.as_str()), "seed {seed}");
        assert_eq!(finding.codes[0].sheet, Some(0));
    }
}

#[test]
fn a_sheet_is_found_sideways_upside_down_and_however_the_phone_stores_it() {
    let text = stand_in::code_text(7);
    let print = stand_in::print(3, Some(&text), 7);
    for (turn, orientation) in [(1, 1), (2, 6), (3, 8), (0, 3), (0, 2), (1, 5), (0, 7), (2, 4)] {
        let mut conditions = conditions(7, Severity::Gentle).turned(turn);
        conditions.exif_orientation = orientation;
        let photo = photo_of(&print, &conditions);
        let finding = found(&photo);
        assert_eq!((finding.width, finding.height), (photo.width, photo.height), "orientation {orientation}");
        let worst = worst_corner(&finding.sheets[0], &photo.corners[0]);
        assert!(worst <= LIMIT, "turn {turn}, orientation {orientation}: {worst} mm");
        assert_eq!(code_of(&finding, &finding.sheets[0]), Some(text.as_str()));
    }
}

#[test]
fn two_booklets_with_the_same_label_keep_their_own_codes() {
    let (his, hers) = (stand_in::code_text(21), stand_in::code_text(22));
    let (one, other) = (stand_in::print(3, Some(&his), 21), stand_in::print(3, Some(&hers), 22));
    let conditions = conditions(21, Severity::Gentle).turned(1);
    // With the phone turned, the picture is wide: both lie side by side.
    let mut conditions = Conditions { roll_degrees: 2.0, ..conditions };
    conditions.page_share = 0.8;
    let photo = photograph(&[laid(&one, -80.0, 0.0, 2.0), laid(&other, 80.0, 3.0, -3.0)], &conditions);
    let finding = found(&photo);
    assert_eq!(finding.sheets.len(), 2);
    for (text, truth) in [(&his, &photo.corners[0]), (&hers, &photo.corners[1])] {
        let sheet = finding.sheets.iter().find(|sheet| code_of(&finding, sheet) == Some(text.as_str()));
        assert!(worst_corner(sheet.expect("its own sheet"), truth) <= LIMIT);
    }
}

#[test]
fn a_facing_page_and_a_foreign_code_stay_apart() {
    let (own, foreign) = (stand_in::code_text(31), stand_in::code_text(99));
    let print = stand_in::print(3, Some(&own), 31);
    let (facing, slip) = (stand_in::bare_page(32), stand_in::slip(&foreign));
    let mut aside = laid(&facing, -149.0, 0.0, 0.0);
    aside.framed = false;
    let sheets = [aside, laid(&print, 0.0, 0.0, 0.0), laid(&slip, 40.0, 125.0, 8.0)];
    let photo = photograph(&sheets, &conditions(31, Severity::Gentle));
    let finding = found(&photo);
    assert_eq!(finding.sheets.len(), 1);
    assert_eq!(code_of(&finding, &finding.sheets[0]), Some(own.as_str()));
    let stranger = finding.codes.iter().find(|code| code.text == foreign).expect("also read");
    assert_eq!(stranger.sheet, None);
}

#[test]
fn a_foreign_code_lying_on_a_sheet_whose_own_is_covered_does_not_become_its_code() {
    let foreign = stand_in::code_text(98);
    let mut print = stand_in::print(3, Some(&stand_in::code_text(41)), 41);
    stand_in::cover(&mut print, [109.0, 5.0, 24.0, 24.0], [205, 160, 140]);
    let slip = stand_in::slip(&foreign);
    let photo = photograph(
        &[laid(&print, 0.0, 0.0, 0.0), laid(&slip, 10.0, 20.0, 0.0)],
        &conditions(41, Severity::Gentle),
    );
    let finding = found(&photo);
    assert_eq!(finding.sheets[0].code, None);
    assert!(finding.sheets[0].advice.contains(&Advice::CodeUnread));
    assert_eq!(finding.codes.iter().map(|code| code.sheet).collect::<Vec<_>>(), [None]);
}

#[test]
fn a_scribbled_mark_is_still_used_and_a_covered_one_never_misleads() {
    let text = stand_in::code_text(51);
    for (colour, seen) in [([90, 90, 120], 4), ([205, 160, 140], 3)] {
        let mut print = stand_in::print(3, Some(&text), 51);
        // A stroke through the lower left mark, or a thumb over it.
        let area = if seen == 4 { [3.0, 200.6, 14.0, 1.0] } else { [0.0, 190.0, 22.0, 20.0] };
        stand_in::cover(&mut print, area, colour);
        let mut conditions = conditions(51, Severity::Gentle);
        conditions.curl = Curl::FLAT;
        let photo = photo_of(&print, &conditions);
        let finding = found(&photo);
        match finding.sheets.first() {
            Some(sheet) => {
                assert_eq!(sheet.marks_seen, seen);
                let worst = worst_corner(sheet, &photo.corners[0]);
                assert!(worst <= 1.5 * LIMIT, "{seen} marks: {worst} mm");
            }
            None => assert!(seen == 3 && finding.advice == [Advice::Covered]),
        }
    }
}

#[test]
fn shadow_and_tint_are_evened_and_faint_pencil_stays() {
    let mut print = stand_in::print(3, None, 61);
    let pencil = [30.0, 60.0, 80.0, 0.8];
    stand_in::cover(&mut print, pencil, [205, 205, 205]);
    let mut conditions = conditions(61, Severity::Gentle);
    (conditions.shadows, conditions.shadow_depth, conditions.tint) = (1, 0.45, [1.15, 0.8]);
    conditions.shadow_softness = Millimetres(15.0);
    let finding = found(&photo_of(&print, &conditions));
    let flattened = image::load_from_memory(&finding.sheets[0].flattened).expect("a JPEG").into_rgb8();
    let at = |x: f64, y: f64| {
        let pixel = |length: f64| ((length + FLATTENED_MARGIN.0) * FLATTENED_DPI / 25.4) as u32;
        flattened.get_pixel(pixel(x), pixel(y)).0.map(i32::from)
    };
    assert_eq!(flattened.dimensions(), (1323, 1811));
    for row in 0..10 {
        for column in 0..9 {
            let [red, green, blue] = at(25.0 + 11.0 * f64::from(column), 64.5 + 13.0 * f64::from(row));
            assert!(red.min(green).min(blue) > 215, "row {row}, column {column}: {red} {green} {blue}");
            assert!((red - blue).abs() < 16, "row {row}, column {column}: {red} {green} {blue}");
        }
    }
    for column in 0..7 {
        let x = 32.0 + 11.0 * f64::from(column);
        let (drawn, paper) = (at(x, 60.4)[1], at(x, 62.5)[1]);
        assert!(paper - drawn > 12, "pencil at {x} mm: {drawn} on {paper}");
    }
}

#[test]
fn what_leaves_bears_no_metadata_and_is_small() {
    let print = stand_in::print(3, Some(&stand_in::code_text(71)), 71);
    let photo = photo_of(&print, &Conditions::drawn(71, Severity::Gentle));
    let holds = |bytes: &[u8], words: &[u8]| bytes.windows(words.len()).any(|window| window == words);
    assert!(holds(&photo.jpeg, exif::MAKER), "the photo itself names its maker");
    let mut finding = found(&photo);
    for picture in finding.pictures_mut() {
        assert!(!holds(picture, exif::MAKER) && !holds(picture, b"Exif"));
    }
    let frame = image::load_from_memory(&finding.frame).expect("a JPEG");
    let size = (frame.width() as usize, frame.height() as usize);
    assert_eq!(size, frame_size(photo.width, photo.height));
    assert_eq!(size.0.max(size.1), 2016, "half of 4032: no second time made smaller");
    assert!(frame.height() > frame.width(), "turned upright");
    assert!(finding.thumbnail.len() < 40_000 && finding.sheets[0].thumbnail.len() < 40_000);
    assert!(finding.sheets[0].flattened.len() < 400_000, "{}", finding.sheets[0].flattened.len());
}

#[test]
fn a_finding_crosses_the_pipe_with_its_pictures_beside_it() {
    let print = stand_in::print(3, Some(&stand_in::code_text(81)), 81);
    let whole = found(&photo_of(&print, &conditions(81, Severity::Gentle)));
    let mut values = whole.clone();
    let pictures: Vec<Vec<u8>> = values.pictures_mut().into_iter().map(std::mem::take).collect();
    let sent = serde_json::to_string(&values).expect("serialisable");
    assert!(sent.len() < 4000, "only values: {} bytes", sent.len());
    let mut received: Finding = serde_json::from_str(&sent).expect("the same again");
    for (place, picture) in received.pictures_mut().into_iter().zip(pictures) {
        *place = picture;
    }
    // Numbers as text may lose their last bit.
    for (sent, received) in whole.sheets[0].page_corners.iter().zip(received.sheets[0].page_corners) {
        assert!(sent.distance(received) < 1e-9);
    }
    assert_eq!(received.sheets[0].flattened, whole.sheets[0].flattened);
    assert_eq!((received.frame, received.thumbnail), (whole.frame, whole.thumbnail));
}
