//! The printers of an office: where they are, and by how much they shift and scale.

use serde::{Deserialize, Serialize};

use super::ipp::{Fingerprint, Printer, Trouble};
use super::press::Calibration;
use crate::error::{Error, Result};
use crate::id::Id;

/// A printer of an office.
#[derive(Debug, Clone, PartialEq)]
pub struct Machine {
    pub id: Id,
    pub office: Id,
    pub calibration: Calibration,
    pub place: Place,
}

/// How a printer is called and reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// What the office calls it.
    pub name: String,
    /// As [`Printer`] reads it back.
    pub address: String,
    /// The certificate that it showed when it was added.
    pub certificate: Option<[u8; 32]>,
}

impl Machine {
    /// The printer to speak with.
    pub fn printer(&self) -> Result<Printer, Trouble> {
        let printer = Printer::at(&self.place.address)?;
        Ok(match self.place.certificate {
            Some(bytes) => printer.trusting(Fingerprint(bytes)),
            None => printer,
        })
    }
}

/// The least and the most that a printer is believed to shift, in millimetres, and to scale.
const SHIFT_MAX: f64 = 20.0;
const SCALE: std::ops::RangeInclusive<f64> = 0.9..=1.1;

/// From what was measured on the calibration sheet, all in millimetres: the line that should be 20 mm from the
/// left edge, the one that should be 20 mm from the upper edge, and the distance that should be 150 mm.
pub fn calibrate(left: f64, top: f64, distance: f64) -> Result<Calibration> {
    // The printer puts p at s p + t, with s = distance / 150 and t = left - 20 s: printing p / s - t / s instead
    // puts it at p.
    let scale = 150.0 / distance;
    let (x, y) = (20.0 - left * scale, 20.0 - top * scale);
    let is_likely = x.abs() <= SHIFT_MAX && y.abs() <= SHIFT_MAX && SCALE.contains(&scale);
    if !is_likely {
        return Err(Error::advice("distance", "desk-printer-measured-wrong"));
    }
    Ok(Calibration { x, y, scale })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_measured_becomes_the_opposite_shift_and_scale() {
        let shifted = calibrate(21.5, 19.0, 150.0).unwrap();
        assert_eq!(shifted, Calibration { x: -1.5, y: 1.0, scale: 1.0 });
        // A printer that makes everything 1 % smaller and moves it by 2 mm to the right.
        let Calibration { x, y, scale } = calibrate(0.99 * 20.0 + 2.0, 0.99 * 20.0, 0.99 * 150.0).unwrap();
        let printed = |offset: f64, place: f64, shift: f64| 0.99 * (offset + scale * place) + shift;
        assert!((printed(x, 123.0, 2.0) - 123.0).abs() < 1e-9 && (printed(y, 77.0, 0.0) - 77.0).abs() < 1e-9);
        for (left, top, distance) in [(60.0, 20.0, 150.0), (20.0, 20.0, 15.0), (20.0, 20.0, 0.0)] {
            assert!(calibrate(left, top, distance).is_err());
        }
    }
}
