//! Proof before print: every code is read back from the exported PDF by `rqrr`, which shares nothing
//! with the encoder, at its known place, as printed and as a worn copy would show it.

use crate::error::{Error, Result};
use crate::print::press::layout::{PageLayout, PrintedCode};
use crate::print::press::picture::{self, DotsPerInch};
use crate::print::press::{Refusal, Typeset};
use hayro::hayro_syntax::page::Page;
use image::imageops::{self, FilterType};
use image::{GrayImage, RgbImage};
use rqrr::PreparedImage;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A good printer's resolution.
const SHARP: DotsPerInch = DotsPerInch(300.0);
/// White kept around a code's modules when it is cropped: its quiet zone, in millimetres.
const QUIET: f64 = 2.4;
/// Blur of the worn copy: standard deviation in pixels of [`SHARP`].
const WORN_BLUR: f32 = 1.6;
/// The worn copy is scaled down by this, to 150 dpi.
const WORN_SCALE: u32 = 2;
/// Black and white of the worn copy.
const WORN_TONES: (u8, u8) = (80, 190);
/// How far a page of the PDF may differ from its layout, in millimetres.
const SIZE_TOLERANCE: f64 = 0.1;

/// Proves that a PDF has the expected pages and that every code on them reads as meant.
pub fn prove(typeset: &Typeset) -> Result<()> {
    let pdf = picture::open(&typeset.pdf)?;
    let (found, expected) = (pdf.pages().len(), typeset.pages.len());
    if found != expected {
        return Err(Refusal::PageCount { found, expected }.fault());
    }
    for (index, (page, layout)) in pdf.pages().iter().zip(&typeset.pages).enumerate() {
        prove_size(page, layout)?;
        if layout.codes.is_empty() {
            continue;
        }
        let picture = picture::render_page(page, SHARP)?;
        for code in &layout.codes {
            if !reads_as_meant(&picture, code) {
                return Err(Refusal::Unreadable { page: index + 1 }.fault());
            }
        }
    }
    Ok(())
}

fn prove_size(page: &Page<'_>, layout: &PageLayout) -> Result<()> {
    let millimetres = |points: f32| f64::from(points) / 72.0 * 25.4;
    let (width, height) = page.render_dimensions();
    let off = (millimetres(width) - layout.width.0).abs().max((millimetres(height) - layout.height.0).abs());
    if off <= SIZE_TOLERANCE { Ok(()) } else { Err(Error::broken("proving a page's size")) }
}

fn reads_as_meant(page: &RgbImage, code: &PrintedCode) -> bool {
    let sharp = crop(page, code);
    let worn = worn(&sharp);
    [sharp, worn].iter().all(|picture| is_read(picture, &code.text))
}

/// Sizes at which the reader looks, as shares of the picture's, and where between dark and light it parts black
/// from white. It fails by chance on about one perfect code of 1,500 at any one of them; the code would be the same
/// each time, and its paper never printed. Whoever scans holds the phone a little otherwise; so does this.
const LOOKS: [(f32, f32); 9] = [
    (1.0, 0.5),
    (0.8, 0.5),
    (1.25, 0.5),
    (1.0, 0.42),
    (1.0, 0.58),
    (0.9, 0.45),
    (0.9, 0.55),
    (1.1, 0.45),
    (1.1, 0.55),
];

/// Whether a reader sees what is meant at the first look at which it sees anything. What says something else is
/// never looked at again.
fn is_read(picture: &GrayImage, meant: &str) -> bool {
    let first = LOOKS.iter().find_map(|(size, threshold)| {
        let scaled = |side: u32| (side as f32 * size).round() as u32;
        let (width, height) = (scaled(picture.width()), scaled(picture.height()));
        if (width, height) == picture.dimensions() {
            return read(picture, *threshold);
        }
        read(&imageops::resize(picture, width, height, FilterType::CatmullRom), *threshold)
    });
    first.as_deref() == Some(meant)
}

/// The code with its quiet zone, in grey.
fn crop(page: &RgbImage, code: &PrintedCode) -> GrayImage {
    let pixels = |millimetres: f64| (millimetres * SHARP.per_millimetre()).round().max(0.0) as u32;
    let (left, top) = (pixels(code.area.left.0 - QUIET), pixels(code.area.top.0 - QUIET));
    let width = pixels(code.area.width.0 + 2.0 * QUIET);
    let height = pixels(code.area.height.0 + 2.0 * QUIET);
    imageops::grayscale(&imageops::crop_imm(page, left, top, width, height).to_image())
}

/// A blurred, coarse and pale copy.
fn worn(sharp: &GrayImage) -> GrayImage {
    let blurred = imageops::blur(sharp, WORN_BLUR);
    let (width, height) = (sharp.width() / WORN_SCALE, sharp.height() / WORN_SCALE);
    let mut small = imageops::resize(&blurred, width, height, FilterType::Triangle);
    let (black, white) = (f64::from(WORN_TONES.0), f64::from(WORN_TONES.1));
    for pixel in small.iter_mut() {
        *pixel = (black + f64::from(*pixel) / 255.0 * (white - black)).round() as u8;
    }
    // As a phone does with a small code: enlarged before it is read.
    imageops::resize(&small, sharp.width(), sharp.height(), FilterType::CatmullRom)
}

/// The text of the one code in a picture. The reader can panic on a broken code: that is unreadable too.
fn read(picture: &GrayImage, threshold: f32) -> Option<String> {
    let (darkest, lightest) =
        picture.iter().fold((255, 0), |(low, high), &grey| (grey.min(low), grey.max(high)));
    let middle = f32::from(darkest) + threshold * (f32::from(lightest) - f32::from(darkest));
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let black_or_white = |x: usize, y: usize| {
        if f32::from(picture.get_pixel(x as u32, y as u32).0[0]) < middle { 0 } else { 255 }
    };
    catch_unwind(AssertUnwindSafe(|| {
        let mut prepared = PreparedImage::prepare_from_greyscale(width, height, black_or_white);
        let grids = prepared.detect_grids();
        let mut texts = grids.iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text);
        let first = texts.next()?;
        texts.all(|other| other == first).then_some(first)
    }))
    .ok()
    .flatten()
}
