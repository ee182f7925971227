//! The camera's engine on simulated photos whose truth is known.

mod formats;
mod located;
mod paper;
mod refused;

use kakehashi::capture::vision::{Finding, LocatedSheet, Pixel, examine};
use kakehashi::demo::photograph::{Conditions, Curl, Laid, Photo, Print, Severity, photograph};
use kakehashi::sheet::design::{Millimetres, Place};

#[path = "../../support/stand_in.rs"]
pub mod stand_in;

/// Conditions of a severity, with a picture of 7 megapixels to save time.
fn conditions(seed: u64, severity: Severity) -> Conditions {
    let mut conditions = Conditions::drawn(seed, severity);
    (conditions.width, conditions.height) = (2268, 3024);
    conditions.blur = conditions.blur.map(|blur| blur * 0.75);
    conditions
}

/// A photo of one sheet.
fn photo_of(print: &Print, conditions: &Conditions) -> Photo {
    photograph(&[Laid::alone(print, conditions)], conditions)
}

/// A sheet lying flat beside the table's middle.
fn laid(print: &Print, x: f64, y: f64, turn_degrees: f64) -> Laid<'_> {
    let middle = Place { x: Millimetres(x), y: Millimetres(y) };
    Laid { print, middle, turn_degrees, curl: Curl::FLAT, framed: true }
}

/// What is found in a photo of stand-ins with the labels 3 and 4.
fn found(photo: &Photo) -> Finding {
    examine(&photo.jpeg, &[stand_in::geometry(3), stand_in::geometry(4)]).expect("a readable photo")
}

/// Distance of the worst page corner from the truth, in millimetres.
fn worst_corner(sheet: &LocatedSheet, truth: &[Pixel; 4]) -> f64 {
    let around: f64 = (0..4).map(|k| truth[k].distance(truth[(k + 1) % 4])).sum();
    let density = around / (2.0 * (148.0 + 210.0));
    (0..4).map(|k| sheet.page_corners[k].distance(truth[k]) / density).fold(0.0, f64::max)
}

/// The text of the code that a sheet has at its place.
fn code_of<'a>(finding: &'a Finding, sheet: &LocatedSheet) -> Option<&'a str> {
    sheet.code.map(|code| finding.codes[code].text.as_str())
}
