//! What happens to a sheet, or gets between it and the camera: a finger over a corner, a stain, a fold,
//! a glaring spot. Each says what it is and where; how it is seen is worked out elsewhere.

use crate::demo::dice::Dice;
use crate::sheet::design::{Millimetres, Place};

/// Everything that happened. Places are those of the sheet, as shares of its width and height.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mishaps {
    pub finger: Option<Finger>,
    pub stain: Option<Stain>,
    pub crease: Option<Crease>,
    pub glare: Option<Glare>,
}

/// How often each happens, 0 to 1.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    pub finger: f64,
    pub stain: f64,
    pub crease: f64,
    pub glare: f64,
}

/// A finger that holds the sheet down at a corner.
#[derive(Debug, Clone, PartialEq)]
pub struct Finger {
    /// The corner: top left, top right, bottom right, bottom left.
    pub corner: usize,
    /// How far its tip reaches from the corner towards the sheet's middle.
    pub reach: Millimetres,
    pub width: Millimetres,
    /// By how much it points past the middle, clockwise.
    pub slant_degrees: f64,
    /// Reflectance of the skin: red, green and blue.
    pub skin: [f64; 3],
}

/// What was spilt.
#[derive(Debug, Clone, PartialEq)]
pub struct Stain {
    pub middle: [f64; 2],
    pub radius: Millimetres,
    /// A cup's ring instead of a drop.
    pub is_ring: bool,
    /// Share of blue light that it takes away where it is darkest.
    pub depth: f64,
    /// For its uneven rim.
    pub seed: u64,
}

/// A fold across the sheet that was opened again.
#[derive(Debug, Clone, PartialEq)]
pub struct Crease {
    pub middle: [f64; 2],
    /// Direction of the fold, degrees from the sheet's width, clockwise.
    pub direction_degrees: f64,
    /// How far the fold stands up, or down when negative.
    pub height: Millimetres,
    /// Share of the ink that broke off along it.
    pub wear: f64,
}

/// A lamp mirrored by smooth paper.
#[derive(Debug, Clone, PartialEq)]
pub struct Glare {
    pub middle: [f64; 2],
    pub radius: Millimetres,
    /// Light added in its middle; 1 is a full pixel.
    pub strength: f64,
}

impl Rates {
    /// Nothing ever happens.
    pub const NONE: Self = Self { finger: 0.0, stain: 0.0, crease: 0.0, glare: 0.0 };
}

impl Mishaps {
    /// What happens by chance. The same dice are thrown whatever the rates are.
    pub fn drawn(dice: &mut Dice, rates: &Rates) -> Self {
        let mut happens = |rate: f64| dice.chance(rate);
        let (finger, stain) = (happens(rates.finger), happens(rates.stain));
        let (crease, glare) = (happens(rates.crease), happens(rates.glare));
        Self {
            finger: Some(Finger::drawn(dice)).filter(|_| finger),
            stain: Some(Stain::drawn(dice)).filter(|_| stain),
            crease: Some(Crease::drawn(dice)).filter(|_| crease),
            glare: Some(Glare::drawn(dice)).filter(|_| glare),
        }
    }
}

impl Finger {
    fn drawn(dice: &mut Dice) -> Self {
        let skins = [[0.62, 0.40, 0.31], [0.52, 0.31, 0.22], [0.70, 0.50, 0.41], [0.36, 0.21, 0.15]];
        Self {
            corner: dice.below(4),
            reach: Millimetres(dice.between(3.0, 32.0)),
            width: Millimetres(dice.between(13.0, 21.0)),
            slant_degrees: dice.between(-35.0, 35.0),
            skin: skins[dice.below(skins.len())],
        }
    }
}

impl Stain {
    fn drawn(dice: &mut Dice) -> Self {
        let is_ring = dice.chance(0.5);
        let radius = if is_ring { dice.between(30.0, 42.0) } else { dice.between(3.0, 18.0) };
        Self {
            middle: anywhere(dice),
            radius: Millimetres(radius),
            is_ring,
            depth: dice.between(0.15, 0.7),
            seed: dice.bits(),
        }
    }
}

impl Crease {
    fn drawn(dice: &mut Dice) -> Self {
        let height = dice.between(0.3, 2.0) * if dice.chance(0.5) { 1.0 } else { -0.4 };
        Self {
            middle: anywhere(dice),
            direction_degrees: [0.0, 0.0, 90.0, 45.0, 135.0][dice.below(5)] + dice.between(-6.0, 6.0),
            height: Millimetres(height),
            wear: dice.between(0.0, 0.6),
        }
    }
}

impl Glare {
    fn drawn(dice: &mut Dice) -> Self {
        Self {
            middle: anywhere(dice),
            radius: Millimetres(dice.between(6.0, 35.0)),
            strength: dice.between(0.15, 1.2),
        }
    }
}

/// A place anywhere on a sheet.
fn anywhere(dice: &mut Dice) -> [f64; 2] {
    [dice.between(0.03, 0.97), dice.between(0.03, 0.97)]
}

/// A place in millimetres, of a sheet with this size.
pub fn placed([across, down]: [f64; 2], width: Millimetres, height: Millimetres) -> Place {
    Place { x: Millimetres(across * width.0), y: Millimetres(down * height.0) }
}
