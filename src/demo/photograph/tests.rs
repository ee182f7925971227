//! Mishaps are where they are said to be, and nowhere else.

use super::*;

const SKIN: [f64; 3] = [0.62, 0.40, 0.31];

/// A white sheet photographed straight from above, small, in good light.
fn picture(mishaps: Mishaps) -> (image::RgbImage, [Pixel; 4]) {
    let mut conditions = Conditions::drawn(3, Severity::Gentle);
    (conditions.width, conditions.height, conditions.exif_orientation) = (450, 600, 1);
    (conditions.tilt_degrees, conditions.roll_degrees, conditions.curl) = (0.0, 0.0, Curl::FLAT);
    (conditions.shadows, conditions.noise, conditions.blur) = (0, 0.0, [0.0; 2]);
    (conditions.brightness, conditions.page_share, conditions.mishaps) = (0.8, 0.6, mishaps);
    let page = image::RgbImage::from_pixel(296, 420, image::Rgb([255; 3]));
    let print = Print::new(page, Millimetres(148.0), Millimetres(210.0));
    let photo = photograph(&[Laid::alone(&print, &conditions)], &conditions);
    (image::load_from_memory(&photo.jpeg).unwrap().into_rgb8(), photo.corners[0])
}

/// Levels at a share of the way from the sheet's top left to its bottom right corner.
fn level(picture: &image::RgbImage, corners: &[Pixel; 4], share: f64) -> [i32; 3] {
    let between = |a: f64, b: f64| (a + (b - a) * share) as u32;
    let [first, _, last, _] = corners;
    picture.get_pixel(between(first.x, last.x), between(first.y, last.y)).0.map(i32::from)
}

#[test]
fn a_finger_covers_its_corner_in_the_colour_of_skin() {
    let finger = Finger {
        corner: 0,
        reach: Millimetres(30.0),
        width: Millimetres(18.0),
        slant_degrees: 0.0,
        skin: SKIN,
    };
    let (seen, corners) = picture(Mishaps { finger: Some(finger), ..Mishaps::default() });
    let (clean, _) = picture(Mishaps::default());
    let [red, green, blue] = level(&seen, &corners, 0.03);
    assert!(red > green + 15 && green > blue + 5, "{red} {green} {blue}");
    assert_eq!(level(&seen, &corners, 0.7), level(&clean, &corners, 0.7));
}

#[test]
fn a_stain_is_brown_and_a_glare_is_white() {
    let middle = [0.5, 0.5];
    let radius = Millimetres(10.0);
    let (clean, corners) = picture(Mishaps::default());
    let stain = Stain { middle, radius, is_ring: false, depth: 0.6, seed: 5 };
    let (stained, _) = picture(Mishaps { stain: Some(stain), ..Mishaps::default() });
    let [red, _, blue] = level(&stained, &corners, 0.5);
    assert!(red > blue + 15, "{red} {blue}");
    let (shining, _) =
        picture(Mishaps { glare: Some(Glare { middle, radius, strength: 1.0 }), ..Mishaps::default() });
    assert!(level(&shining, &corners, 0.5).iter().min() > level(&clean, &corners, 0.5).iter().max());
    assert_eq!(level(&shining, &corners, 0.1), level(&clean, &corners, 0.1));
}

#[test]
fn a_fold_is_seen_by_its_two_sides() {
    let crease = Crease { middle: [0.5, 0.5], direction_degrees: 0.0, height: Millimetres(2.0), wear: 0.0 };
    let (folded, corners) = picture(Mishaps { crease: Some(crease), ..Mishaps::default() });
    let green = |share: f64| level(&folded, &corners, share)[1];
    assert!((green(0.47) - green(0.53)).abs() > 3, "{} {}", green(0.47), green(0.53));
}
