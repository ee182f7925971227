//! Where the places of a sheet are seen in a picture: through a homography where it is flat, and moved by its
//! curl where it is bent.

use serde::{Deserialize, Serialize};

use super::Pixel;
use super::curl::Curl;
use super::homography::Homography;
use crate::sheet::design::{Millimetres, Place};

/// A sheet as it is seen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Surface {
    /// From the flat sheet in millimetres to the picture.
    map: Homography,
    curl: Option<Curl>,
}

impl Surface {
    /// A flat sheet.
    pub fn flat(map: Homography) -> Self {
        Self { map, curl: None }
    }

    /// A bent sheet, if it is bent.
    pub fn bent(map: Homography, curl: Option<Curl>) -> Self {
        Self { map, curl }
    }

    /// The same in a picture `factor` times as large.
    pub fn scaled(self, factor: f64) -> Self {
        Self { map: self.map.then(&Homography::scaling(factor)), ..self }
    }

    /// Where the corners of a sheet of this size are seen: top left, top right, bottom right, bottom left.
    pub fn corners(&self, (width, height): (Millimetres, Millimetres)) -> [Pixel; 4] {
        let zero = Millimetres(0.0);
        [(zero, zero), (width, zero), (width, height), (zero, height)].map(|(x, y)| self.see(Place { x, y }))
    }

    /// Where a place of the sheet is seen.
    pub fn see(&self, place: Place) -> Pixel {
        self.map.see(self.curl.map_or(place, |curl| curl.bend(place)))
    }
}
