//! How hard a picture is made, and what limits its conditions then have.

use super::mishaps::Rates;

/// A phone's usual picture: 3024 × 4032 pixels.
const USUAL_SIZE: [f64; 2] = [12.2, 12.2];

/// How hard it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// A calm hand, good light, flat paper.
    Gentle,
    /// What must work (DESIGN 11): tilt to 20°, curl to 3 mm, shadows, blur to 2 pixels, the page
    /// at least 70 % of the frame.
    Ordinary,
    /// Beyond: tilt to 35°, curl to 6 mm, blur to 3.5 pixels, the page as small as 35 %, with a
    /// mishap now and then.
    Harsh,
    /// Whatever a phone may send: tilt to 50°, curl to 10 mm, JPEG quality from 40, 0.3 to 50
    /// megapixels, moved and out of focus, mishaps in a quarter of the pictures each.
    Extreme,
}

impl Severity {
    /// Every severity, the easiest first.
    pub const ALL: [Self; 4] = [Self::Gentle, Self::Ordinary, Self::Harsh, Self::Extreme];

    /// The word by which it is asked for and reported.
    pub fn word(self) -> &'static str {
        match self {
            Self::Gentle => "gentle",
            Self::Ordinary => "ordinary",
            Self::Harsh => "harsh",
            Self::Extreme => "extreme",
        }
    }
}

/// Limits of one severity.
pub struct Limits {
    pub tilt: f64,
    pub curl: f64,
    pub blur: f64,
    pub noise: f64,
    pub shadow: f64,
    pub share: [f64; 2],
    pub tint: f64,
    pub roll: f64,
    pub quality: [f64; 2],
    /// Size of the picture: least and most.
    pub megapixels: [f64; 2],
    /// Share of the light that a second lamp may have.
    pub lamp: f64,
    /// Length of the way moved, and radius of a point out of focus, in pixels of a 12-megapixel picture.
    pub motion: f64,
    pub defocus: f64,
    pub sharpening: f64,
    /// How often a sheet is a photocopy, and how often printed smaller.
    pub copied: f64,
    pub mishaps: Rates,
}

const GENTLE: Limits = Limits {
    tilt: 8.0,
    curl: 1.0,
    blur: 0.8,
    noise: 2.5,
    shadow: 0.2,
    share: [0.74, 0.86],
    tint: 0.05,
    roll: 3.0,
    quality: [85.0, 95.0],
    megapixels: USUAL_SIZE,
    lamp: 0.0,
    motion: 0.0,
    defocus: 0.0,
    sharpening: 0.0,
    copied: 0.0,
    mishaps: Rates::NONE,
};

const ORDINARY: Limits = Limits {
    tilt: 20.0,
    curl: 3.0,
    blur: 2.0,
    noise: 5.0,
    shadow: 0.5,
    share: [0.70, 0.86],
    tint: 0.15,
    roll: 6.0,
    quality: [75.0, 95.0],
    sharpening: 0.6,
    ..GENTLE
};

const HARSH: Limits = Limits {
    tilt: 35.0,
    curl: 6.0,
    blur: 3.5,
    noise: 9.0,
    shadow: 0.65,
    share: [0.35, 0.75],
    tint: 0.25,
    roll: 15.0,
    quality: [55.0, 90.0],
    lamp: 0.4,
    motion: 3.0,
    defocus: 2.0,
    sharpening: 1.2,
    copied: 0.1,
    mishaps: Rates { finger: 0.12, stain: 0.2, crease: 0.2, glare: 0.15 },
    ..GENTLE
};

const EXTREME: Limits = Limits {
    tilt: 50.0,
    curl: 10.0,
    blur: 4.5,
    noise: 14.0,
    shadow: 0.75,
    share: [0.2, 0.75],
    tint: 0.3,
    roll: 30.0,
    quality: [40.0, 95.0],
    megapixels: [0.3, 49.5],
    lamp: 0.8,
    motion: 8.0,
    defocus: 4.0,
    sharpening: 2.0,
    copied: 0.15,
    mishaps: Rates { finger: 0.25, stain: 0.25, crease: 0.25, glare: 0.25 },
};

impl Severity {
    /// The limits of the severity.
    pub fn limits(self) -> &'static Limits {
        match self {
            Self::Gentle => &GENTLE,
            Self::Ordinary => &ORDINARY,
            Self::Harsh => &HARSH,
            Self::Extreme => &EXTREME,
        }
    }
}
