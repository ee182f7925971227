//! A sheet drawn without the print engine: white A5 with four marks, a code, rules, boxes and
//! something like text. Shared by the integration tests and the bench.

use kakehashi::demo::dice::Dice;
use kakehashi::demo::photograph::Print;
use kakehashi::sheet::design::{Area, BOOKMARK_LABEL, Geometry, MARK_SIDE, Millimetres, SheetAudience};
use kakehashi::sheet::marks;

/// Pixels to the millimetre: 300 dpi.
const DENSITY: f64 = 300.0 / 25.4;
/// Side of a code's module in millimetres (DESIGN 4).
const MODULE: f64 = 0.6;

/// A code's text with a token that belongs to this number.
pub fn code_text(number: u64) -> String {
    format!("HTTPS://KAKEHASHI.EXAMPLE/Q/{number:028}")
}

/// The geometry of the stand-in with this label.
pub fn geometry(label: u8) -> Geometry {
    let side = Millimetres(33.0 * MODULE);
    let code = Area { left: Millimetres(111.0), top: Millimetres(7.0), width: side, height: side };
    Geometry {
        design: format!("stand-in-{label}"),
        label,
        audience: SheetAudience::Everyone,
        width: Millimetres(148.0),
        height: Millimetres(210.0),
        code: Some(code),
        regions: Vec::new(),
    }
}

/// The sheet, with its code if there is one.
pub fn print(label: u8, code: Option<&str>, seed: u64) -> Print {
    let geometry = geometry(label);
    let mut sheet = Drawing::new(&geometry);
    let mut dice = Dice::new(seed);
    sheet.clutter(&mut dice);
    for (corner, place) in geometry.mark_centres().into_iter().enumerate() {
        sheet.mark(marks::identity(label, corner as u8), place.x.0, place.y.0);
    }
    if let (Some(text), Some(area)) = (code, geometry.code) {
        sheet.code(text, area);
    }
    sheet.0
}

/// The geometry of a photo bookmark.
pub fn bookmark_geometry() -> Geometry {
    let side = Millimetres(33.0 * MODULE);
    let code = Area { left: Millimetres(153.2), top: Millimetres(11.1), width: side, height: side };
    let (width, height) = (Millimetres(190.0), Millimetres(42.0));
    Geometry { width, height, code: Some(code), ..geometry(BOOKMARK_LABEL) }
}

/// A photo bookmark.
pub fn bookmark(code: &str) -> Print {
    let geometry = bookmark_geometry();
    let mut strip = Drawing::new(&geometry);
    for (corner, place) in geometry.mark_centres().into_iter().enumerate() {
        strip.mark(marks::identity(BOOKMARK_LABEL, corner as u8), place.x.0, place.y.0);
    }
    if let Some(area) = geometry.code {
        strip.code(code, area);
    }
    strip.0
}

/// A page without marks or code, such as the facing one.
pub fn bare_page(seed: u64) -> Print {
    let mut sheet = Drawing::new(&geometry(0));
    sheet.clutter(&mut Dice::new(seed));
    sheet.0
}

/// Covers a part of a sheet (left, top, width, height in millimetres) with one colour, as a thumb does.
pub fn cover(print: &mut Print, [left, top, width, height]: [f64; 4], colour: [u8; 3]) {
    let mut drawing = Drawing(print.clone());
    drawing.fill(left, top, width, height, colour);
    *print = drawing.0;
}

/// A slip of paper with a code and nothing else.
pub fn slip(text: &str) -> Print {
    let area = Area {
        left: Millimetres(10.0),
        top: Millimetres(10.0),
        width: Millimetres(33.0 * MODULE),
        height: Millimetres(33.0 * MODULE),
    };
    let size = Millimetres(40.0);
    let mut drawing = Drawing::new(&Geometry { width: size, height: size, ..geometry(0) });
    drawing.code(text, area);
    drawing.0
}

struct Drawing(Print);

impl Drawing {
    fn new(geometry: &Geometry) -> Self {
        let (pixels_wide, pixels_high) =
            ((geometry.width.0 * DENSITY) as usize, (geometry.height.0 * DENSITY) as usize);
        let samples = vec![255; pixels_wide * pixels_high * 3];
        let (width, height) = (geometry.width, geometry.height);
        Self(Print { pixels_wide, pixels_high, samples, width, height, scale: 1.0 })
    }

    /// Fills a rectangle, millimetres from the top left corner.
    fn fill(&mut self, left: f64, top: f64, width: f64, height: f64, colour: [u8; 3]) {
        let pixel = |length: f64, most: usize| ((length * DENSITY).round().max(0.0) as usize).min(most);
        let (from, to) = (pixel(left, self.0.pixels_wide), pixel(left + width, self.0.pixels_wide));
        for row in pixel(top, self.0.pixels_high)..pixel(top + height, self.0.pixels_high) {
            for column in from..to {
                let at = (row * self.0.pixels_wide + column) * 3;
                self.0.samples[at..at + 3].copy_from_slice(&colour);
            }
        }
    }

    /// Ruled rows, a tinted head, boxes, and rows of short strokes that look like text.
    fn clutter(&mut self, dice: &mut Dice) {
        self.fill(20.0, 32.0, 108.0, 9.0, [222, 236, 246]);
        for row in 0..11 {
            let top = 46.0 + 13.0 * f64::from(row);
            self.fill(12.0, top, 124.0, 0.3, [150, 150, 150]);
            self.fill(14.0, top + 4.0, 5.0, 5.0, [60, 60, 60]);
            self.fill(14.3, top + 4.3, 4.4, 4.4, [255, 255, 255]);
        }
        for line in 0..6 {
            let top = [18.0, 22.0, 34.0, 37.0, 190.0, 194.0][line];
            let mut left = 22.0;
            while left < if line < 2 { 100.0 } else { 122.0 } {
                let (width, height) = (dice.between(0.4, 2.4), dice.between(0.3, 2.2));
                self.fill(left, top + dice.between(0.0, 0.8), width, height, [35, 35, 40]);
                left += width + dice.between(0.3, 0.9);
            }
        }
    }

    fn mark(&mut self, id: u8, x: f64, y: f64) {
        let cell = MARK_SIDE.0 / 6.0;
        let (left, top) = (x - MARK_SIDE.0 / 2.0, y - MARK_SIDE.0 / 2.0);
        self.fill(left - 1.5, top - 1.5, MARK_SIDE.0 + 3.0, MARK_SIDE.0 + 3.0, [255; 3]);
        self.fill(left, top, MARK_SIDE.0, MARK_SIDE.0, [0; 3]);
        let bits = marks::bits(id).expect("in the dictionary");
        for index in (0..16).filter(|index| bits[index / 4][index % 4]) {
            let (column, row) = ((index % 4 + 1) as f64, (index / 4 + 1) as f64);
            self.fill(left + column * cell, top + row * cell, cell, cell, [255; 3]);
        }
    }

    fn code(&mut self, text: &str, area: Area) {
        let code = qrcode::QrCode::with_version(text, qrcode::Version::Normal(4), qrcode::EcLevel::Q);
        let quiet = 4.0 * MODULE;
        let side = area.width.0 + 2.0 * quiet;
        self.fill(area.left.0 - quiet, area.top.0 - quiet, side, side, [255; 3]);
        for (index, colour) in code.expect("it fits").to_colors().into_iter().enumerate() {
            if colour == qrcode::Color::Dark {
                let (left, top) = ((index % 33) as f64 * MODULE, (index / 33) as f64 * MODULE);
                self.fill(area.left.0 + left, area.top.0 + top, MODULE, MODULE, [0; 3]);
            }
        }
    }
}
