//! The photo simulator: lays rendered sheets on a table, bends them, lights them, and takes a
//! picture with a phone's camera, as JPEG bytes. It also tells where the sheets' corners really
//! are. It knows physics, not the detector: nothing here is tuned to what is found again.

mod arrangement;
mod blur;
mod camera;
mod conditions;
mod curl;
pub mod exif;
mod exposure;
mod front;
mod light;
mod mishaps;
mod reproduction;
mod sensor;
mod severity;
mod sheet;
mod table;
mod wear;

pub use arrangement::Arrangement;
pub use blur::{Motion, Sharpening};
pub use conditions::Conditions;
pub use curl::{Curl, CurlShape};
pub use light::Lamp;
pub use mishaps::{Crease, Finger, Glare, Mishaps, Rates, Stain};
pub use reproduction::{Copier, Reproduction};
pub use severity::Severity;

use camera::Camera;
use exposure::Exposure;
use light::Light;

use sheet::Sheet;
use table::Table;
use wear::Wear;

use crate::capture::vision::Pixel;
use crate::sheet::design::{Millimetres, Place};

/// A sheet as it comes from the renderer: red, green and blue samples, row by row, of the whole
/// trimmed sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Print {
    pub pixels_wide: usize,
    pub pixels_high: usize,
    pub samples: Vec<u8>,
    pub width: Millimetres,
    pub height: Millimetres,
    /// Size of the design on this paper against its own size; it lies around the paper's middle.
    pub scale: f64,
}

impl Print {
    /// A rendered page whose trimmed sheet has this size.
    pub fn new(page: image::RgbImage, width: Millimetres, height: Millimetres) -> Self {
        let (pixels_wide, pixels_high) = (page.width() as usize, page.height() as usize);
        Self { pixels_wide, pixels_high, samples: page.into_raw(), width, height, scale: 1.0 }
    }
}

/// A sheet lying on the table. Millimetres of the table: x to the right, y down.
#[derive(Debug, Clone)]
pub struct Laid<'a> {
    pub print: &'a Print,
    /// Where its middle lies.
    pub middle: Place,
    /// How far it is turned, clockwise.
    pub turn_degrees: f64,
    pub curl: Curl,
    /// Whether the picture is framed so that it lies inside.
    pub framed: bool,
}

/// A picture taken.
#[derive(Debug, Clone)]
pub struct Photo {
    /// A JPEG with EXIF metadata, as a phone writes it.
    pub jpeg: Vec<u8>,
    /// Size of the upright picture in pixels.
    pub width: usize,
    pub height: usize,
    /// For each sheet laid: where the corners of the design's trimmed sheet are seen in the upright
    /// picture, from its own top left clockwise. They may lie outside of it.
    pub corners: Vec<[Pixel; 4]>,
    /// For each sheet laid: where the places of [`lattice`] are seen, bent as the sheet is.
    pub lattices: Vec<Vec<Pixel>>,
}

/// Places along each side of a sheet's [`lattice`].
const LATTICE: usize = 11;

/// Places all over a sheet of this size, evenly from edge to edge, row by row.
pub fn lattice(width: Millimetres, height: Millimetres) -> Vec<Place> {
    let along = |side: Millimetres, k: usize| Millimetres(side.0 * k as f64 / (LATTICE - 1) as f64);
    let place = |k: usize| Place { x: along(width, k % LATTICE), y: along(height, k / LATTICE) };
    (0..LATTICE * LATTICE).map(place).collect()
}

impl<'a> Laid<'a> {
    /// A sheet in the middle of the table, lying straight, bent as the conditions say.
    pub fn alone(print: &'a Print, conditions: &Conditions) -> Self {
        let middle = Place { x: Millimetres(0.0), y: Millimetres(0.0) };
        Self { print, middle, turn_degrees: 0.0, curl: conditions.curl, framed: true }
    }
}

/// Takes a picture of the sheets, later ones lying on earlier ones; mishaps befall the first. The same
/// arguments give the same bytes.
pub fn photograph(sheets: &[Laid], conditions: &Conditions) -> Photo {
    let wear = |(index, laid): (usize, &Laid)| match index {
        0 => Wear::new(&conditions.mishaps, laid.print.width, laid.print.height),
        _ => Wear::default(),
    };
    let sheets: Vec<Sheet> =
        sheets.iter().enumerate().map(|sheet| Sheet::new(sheet.1, wear(sheet))).collect();
    let camera = Camera::aimed(&sheets, conditions);
    let light = Light::new(conditions);
    let mut exposure = Exposure::of(&sheets, &camera, &light, &Table::new(conditions));
    if let Some(first) = sheets.first() {
        front::lay(&mut exposure, &conditions.mishaps, first, &camera, &light);
    }
    Photo {
        jpeg: sensor::developed(exposure, conditions),
        width: camera.width,
        height: camera.height,
        corners: sheets.iter().map(|sheet| sheet.corners().map(|point| camera.see(point))).collect(),
        lattices: sheets
            .iter()
            .map(|sheet| sheet.lattice().into_iter().map(|point| camera.see(point)).collect())
            .collect(),
    }
}

#[cfg(test)]
mod tests;
