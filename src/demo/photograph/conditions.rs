//! Under what conditions a picture is taken: how the phone is held, how the paper lies, what light
//! there is. Drawn by chance from a seed, within the limits of a severity, or set one by one.

use super::curl::{Curl, CurlShape};
use crate::demo::dice::Dice;
use crate::sheet::design::Millimetres;

/// How hard it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// A calm hand, good light, flat paper.
    Gentle,
    /// What must work (DESIGN 11): tilt to 20°, curl to 3 mm, shadows, blur to 2 pixels, the page
    /// at least 70 % of the frame.
    Ordinary,
    /// Beyond: tilt to 35°, curl to 6 mm, blur to 3.5 pixels, the page as small as 35 %.
    Harsh,
}

/// How one picture is taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Conditions {
    /// For all small chances: grain, texture, where shadows fall.
    pub seed: u64,
    /// Size of the upright picture in pixels.
    pub width: usize,
    pub height: usize,
    /// EXIF orientation that the phone writes, 1 to 8; pixels are stored accordingly.
    pub exif_orientation: u16,
    /// Angle between the camera's axis and the upright on the table, and its direction.
    pub tilt_degrees: f64,
    pub tilt_direction_degrees: f64,
    /// How far the phone is turned about its axis; the page then appears turned the other way.
    pub roll_degrees: f64,
    /// Share of the picture that the framed sheets' common outline covers, if it fits.
    pub page_share: f64,
    /// Where in the free room the page lies: -1 to 1, left to right and top to bottom.
    pub offset: [f64; 2],
    /// How a sheet that lies alone is bent.
    pub curl: Curl,
    /// Standard deviation of the blur, across and down, in pixels, besides that of any camera.
    pub blur: [f64; 2],
    /// Standard deviation of the grain, in levels of 255, in middle grey.
    pub noise: f64,
    /// How bright white paper is in full light, 0 to 1.
    pub brightness: f64,
    /// By how much the light falls off over 200 mm, as a share.
    pub falloff: f64,
    /// How much light shadows take away, 0 to 1; how many there are, and how wide their edges are.
    pub shadow_depth: f64,
    pub shadows: usize,
    pub shadow_softness: Millimetres,
    /// Gains of red and blue against green: what the camera's white balance left over.
    pub tint: [f64; 2],
    /// JPEG quality (libjpeg's scale).
    pub quality: u8,
}

/// Limits of one severity.
struct Limits {
    tilt: f64,
    curl: f64,
    blur: f64,
    noise: f64,
    shadow: f64,
    share: [f64; 2],
    tint: f64,
    roll: f64,
    quality: [f64; 2],
}

impl Severity {
    fn limits(self) -> Limits {
        match self {
            Self::Gentle => Limits {
                tilt: 8.0,
                curl: 1.0,
                blur: 0.8,
                noise: 2.5,
                shadow: 0.2,
                share: [0.74, 0.86],
                tint: 0.05,
                roll: 3.0,
                quality: [85.0, 95.0],
            },
            Self::Ordinary => Limits {
                tilt: 20.0,
                curl: 3.0,
                blur: 2.0,
                noise: 5.0,
                shadow: 0.5,
                share: [0.70, 0.86],
                tint: 0.15,
                roll: 6.0,
                quality: [75.0, 95.0],
            },
            Self::Harsh => Limits {
                tilt: 35.0,
                curl: 6.0,
                blur: 3.5,
                noise: 9.0,
                shadow: 0.65,
                share: [0.35, 0.75],
                tint: 0.25,
                roll: 15.0,
                quality: [55.0, 90.0],
            },
        }
    }
}

impl Conditions {
    /// Conditions drawn by chance: a 12-megapixel phone held upright, every value evenly within the
    /// limits of the severity.
    pub fn drawn(seed: u64, severity: Severity) -> Self {
        let limits = severity.limits();
        let mut dice = Dice::new(seed);
        let blur = dice.between(0.0, limits.blur);
        // A moved phone blurs one way more than the other.
        let across = dice.between(0.4, 1.0);
        let blur = if dice.chance(0.5) { [blur * across, blur] } else { [blur, blur * across] };
        Self {
            seed: dice.bits(),
            width: 3024,
            height: 4032,
            exif_orientation: [6, 6, 6, 1, 8, 3][dice.below(6)],
            tilt_degrees: dice.between(0.0, limits.tilt),
            tilt_direction_degrees: dice.between(0.0, 360.0),
            roll_degrees: dice.between(-limits.roll, limits.roll),
            page_share: dice.between(limits.share[0], limits.share[1]),
            offset: [dice.between(-0.9, 0.9), dice.between(-0.9, 0.9)],
            curl: Curl {
                lift: Millimetres(dice.between(0.0, limits.curl)),
                direction_degrees: [0.0, 0.0, 180.0, 90.0, 20.0, -20.0][dice.below(6)]
                    + dice.between(-8.0, 8.0),
                shape: if dice.chance(0.5) { CurlShape::Arch } else { CurlShape::Bound },
            },
            blur,
            noise: dice.between(1.0, limits.noise),
            brightness: dice.between(0.55, 0.95),
            falloff: dice.between(0.0, limits.shadow),
            shadow_depth: dice.between(0.0, limits.shadow),
            shadows: dice.below(3),
            shadow_softness: Millimetres(dice.between(2.0, 40.0)),
            tint: [
                1.0 + dice.between(-limits.tint, limits.tint),
                1.0 + dice.between(-limits.tint, limits.tint),
            ],
            quality: dice.between(limits.quality[0], limits.quality[1]) as u8,
        }
    }

    /// The same, with the phone turned by quarters clockwise: pictures across, or upside down.
    pub fn turned(mut self, quarters: u32) -> Self {
        self.roll_degrees += 90.0 * f64::from(quarters);
        if quarters % 2 == 1 {
            (self.width, self.height) = (self.height, self.width);
        }
        self
    }
}
