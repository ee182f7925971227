//! Pictures of PDF pages, rendered by `hayro` from the exported file itself: for the proof, for
//! previews, and for simulated photos.

use crate::error::{Error, Result};
use crate::sheet::design::Millimetres;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::{Pdf, page::Page};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{RenderCache, RenderSettings};
use image::RgbImage;

/// Points of a PDF per inch.
const POINTS_PER_INCH: f64 = 72.0;
/// Millimetres per inch.
const MILLIMETRES_PER_INCH: f64 = 25.4;

/// How finely a page is rendered or scanned.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct DotsPerInch(pub f64);

impl DotsPerInch {
    /// Pixels per millimetre.
    pub fn per_millimetre(self) -> f64 {
        self.0 / MILLIMETRES_PER_INCH
    }
}

/// Renders one page (from 0) of a PDF on white. `NotFound` if there is no such page.
pub fn render(pdf: &[u8], page: usize, resolution: DotsPerInch) -> Result<RgbImage> {
    let pdf = open(pdf)?;
    let page = pdf.pages().get(page).ok_or(Error::NotFound)?;
    render_page(page, resolution)
}

/// Width and height of the first page of a PDF.
pub fn paper_of(pdf: &[u8]) -> Result<(Millimetres, Millimetres)> {
    let pdf = open(pdf)?;
    let page = pdf.pages().first().ok_or(Error::NotFound)?;
    let (width, height) = page.render_dimensions();
    let millimetres = |points: f32| Millimetres(f64::from(points) / POINTS_PER_INCH * MILLIMETRES_PER_INCH);
    Ok((millimetres(width), millimetres(height)))
}

/// Opens a PDF.
pub(super) fn open(pdf: &[u8]) -> Result<Pdf> {
    Pdf::new(pdf.to_vec()).map_err(|_| Error::broken("opening an exported PDF"))
}

/// Renders one page of an opened PDF on white.
pub(super) fn render_page(page: &Page<'_>, resolution: DotsPerInch) -> Result<RgbImage> {
    let scale = resolution.0 / POINTS_PER_INCH;
    let (width, height) = page.render_dimensions();
    let settings = RenderSettings {
        x_scale: scale as f32,
        y_scale: scale as f32,
        width: Some((f64::from(width) * scale).round() as u16),
        height: Some((f64::from(height) * scale).round() as u16),
        bg_color: WHITE,
    };
    let pixels = hayro::render(page, &RenderCache::new(), &InterpreterSettings::default(), &settings);
    // The ground is opaque white, so that colours need no unmultiplying.
    let rgb = pixels.data().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
    RgbImage::from_raw(u32::from(pixels.width()), u32::from(pixels.height()), rgb)
        .ok_or_else(|| Error::broken("copying a rendered page"))
}
