//! A scanner's PDF: how many pages it has, and a picture of each, drawn by `hayro`. It knows nothing of what
//! the pages show: their pictures are read like photos.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{RenderCache, RenderSettings};

use super::picture::Picture;
use super::{BYTES_MAX, FLATTENED_DPI, Unreadable, encode};

/// Most pages of a PDF that is read.
pub const PAGES_MAX: usize = 20;
/// Most pixels of a page's picture: those of a phone's photo. A larger sheet is drawn less finely.
const PAGE_PIXELS_MAX: f64 = 12_000_000.0;
/// Longest side of a page's picture, in pixels.
const PAGE_SIDE_MAX: f64 = 8000.0;
/// Points of a PDF in an inch (ISO 32000-1, 8.3.2.3).
const POINTS: f64 = 72.0;

/// How many pages a PDF has: 1 to [`PAGES_MAX`].
pub fn count_pages(pdf: &[u8]) -> Result<usize, Unreadable> {
    within(|| {
        let count = open(pdf)?.pages().len();
        match count {
            0 => Err(Unreadable::Broken),
            1..=PAGES_MAX => Ok(count),
            _ => Err(Unreadable::TooManyPages),
        }
    })
}

/// A picture of one page, counted from 0, at [`FLATTENED_DPI`] or as finely as a photo: a JPEG.
pub fn page_picture(pdf: &[u8], page: usize) -> Result<Vec<u8>, Unreadable> {
    within(|| {
        let pdf = open(pdf)?;
        let page = pdf.pages().get(page).ok_or(Unreadable::Broken)?;
        encode::jpeg(&drawn(page)?, encode::PAGE_QUALITY).ok_or(Unreadable::Broken)
    })
}

/// Drawing is foreign code that reads hostile bytes: should it panic, the page is broken, not the caller.
fn within<Value>(work: impl FnOnce() -> Result<Value, Unreadable>) -> Result<Value, Unreadable> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Unreadable::Broken))
}

fn open(pdf: &[u8]) -> Result<Pdf, Unreadable> {
    if pdf.len() > BYTES_MAX {
        return Err(Unreadable::TooLarge);
    }
    Pdf::new(pdf.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(_) => Unreadable::Locked,
        LoadPdfError::Invalid => Unreadable::Broken,
    })
}

/// Pixels to a point of a page that is so many points wide and high; `None` if its size makes no sense.
fn scale(width: f64, height: f64) -> Option<f64> {
    if !(width.is_finite() && height.is_finite() && width > 0.0 && height > 0.0) {
        return None;
    }
    let by_pixels = (PAGE_PIXELS_MAX / (width * height)).sqrt();
    Some((FLATTENED_DPI / POINTS).min(by_pixels).min(PAGE_SIDE_MAX / width.max(height)))
}

/// A page on white paper.
fn drawn(page: &Page<'_>) -> Result<Picture, Unreadable> {
    let (width, height) = page.render_dimensions();
    let (width, height) = (f64::from(width), f64::from(height));
    let scale = scale(width, height).ok_or(Unreadable::Broken)?;
    let pixels = |points: f64| (points * scale).round().max(1.0) as u16;
    let settings = RenderSettings {
        x_scale: scale as f32,
        y_scale: scale as f32,
        width: Some(pixels(width)),
        height: Some(pixels(height)),
        bg_color: WHITE,
    };
    let drawn = hayro::render(page, &RenderCache::new(), &InterpreterSettings::default(), &settings);
    // The ground is opaque white, so that colours need no unmultiplying.
    let samples = drawn.data().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
    Ok(Picture::from_rgb(usize::from(drawn.width()), usize::from(drawn.height()), samples))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_a5_page_is_drawn_at_200_dpi_and_a_poster_within_the_limits() {
        assert_eq!(scale(420.0, 595.0), Some(FLATTENED_DPI / POINTS));
        for (width, height) in [(14_400.0, 14_400.0), (2e9, 1.0), (1.0, 3e38), (842.0, 14_400.0)] {
            let scale = scale(width, height).unwrap();
            assert!(width * scale * height * scale <= PAGE_PIXELS_MAX * 1.001, "{width} × {height}");
            assert!(width.max(height) * scale <= PAGE_SIDE_MAX * 1.001, "{width} × {height}");
        }
        for (width, height) in [(0.0, 5.0), (-3.0, 5.0), (f64::NAN, 5.0), (5.0, f64::INFINITY)] {
            assert_eq!(scale(width, height), None);
        }
    }
}
