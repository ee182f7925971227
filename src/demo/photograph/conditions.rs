//! Under what conditions a picture is taken: how the phone is held, how the paper lies, what light
//! there is, how it was printed and what happened to it. Drawn by chance from a seed, within the limits
//! of a severity, or set one by one.

use super::Severity;
use super::blur::{Motion, Sharpening};
use super::curl::{Curl, CurlShape};
use super::light::Lamp;
use super::mishaps::Mishaps;
use super::reproduction::Reproduction;
use super::severity::Limits;
use crate::demo::dice::Dice;
use crate::sheet::design::Millimetres;

/// Long side of the picture, in pixels, for which limits of blur are given: 12 megapixels.
const USUAL_SIDE: f64 = 4032.0;

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
    /// A second lamp of another colour.
    pub lamp: Lamp,
    /// How the phone or the paper moved while the shutter was open.
    pub motion: Motion,
    /// Radius of the disc that a point out of focus becomes, in pixels.
    pub defocus: f64,
    /// What the phone does to make pictures look sharp.
    pub sharpening: Sharpening,
    /// How the sheet came onto its paper; whoever lays it applies it.
    pub reproduction: Reproduction,
    /// What happened to the first sheet, or got between it and the camera.
    pub mishaps: Mishaps,
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
            lamp: Lamp::OFF,
            motion: Motion::NONE,
            defocus: 0.0,
            sharpening: Sharpening::NONE,
            reproduction: Reproduction::FAITHFUL,
            mishaps: Mishaps::default(),
        }
        .troubled(&mut dice, limits)
    }

    /// The same with what else may trouble a picture, drawn within the limits.
    fn troubled(mut self, dice: &mut Dice, limits: &Limits) -> Self {
        let [least, most] = limits.megapixels.map(f64::ln);
        let pixels = dice.between(least, most).exp() * 1e6;
        if least < most {
            self.width = (pixels * 0.75).sqrt() as usize;
            self.height = (pixels / 0.75).sqrt() as usize;
        }
        // A lens is as sharp as it is, and a hand as calm, however many pixels there are.
        let scale = self.height as f64 / USUAL_SIDE;
        self.blur = self.blur.map(|blur| blur * scale);
        self.lamp = Lamp::drawn(dice, limits.lamp);
        self.motion = Motion::drawn(dice, limits.motion * scale);
        let is_unfocused = dice.chance(0.35);
        let radius = dice.between(0.2, 1.0) * limits.defocus * scale;
        self.defocus = if is_unfocused { radius } else { 0.0 };
        self.sharpening = Sharpening::drawn(dice, limits.sharpening);
        self.reproduction = Reproduction::drawn(dice, limits.copied);
        self.mishaps = Mishaps::drawn(dice, &limits.mishaps);
        self
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

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(severity: Severity) -> impl Iterator<Item = Conditions> {
        (1..400).map(move |seed| Conditions::drawn(seed, severity))
    }

    #[test]
    fn ordinary_pictures_are_what_must_work_and_nothing_befalls_them() {
        for conditions in drawn(Severity::Ordinary) {
            assert!(conditions.tilt_degrees <= 20.0 && conditions.curl.lift <= Millimetres(3.0));
            assert!(conditions.blur.iter().all(|blur| *blur <= 2.0) && conditions.page_share >= 0.7);
            assert_eq!((conditions.width, conditions.height), (3024, 4032));
            let more = [conditions.motion.length, conditions.defocus, conditions.lamp.share];
            assert_eq!(more, [0.0; 3]);
            assert_eq!(conditions.reproduction, Reproduction::FAITHFUL);
            assert_eq!(conditions.mishaps, Mishaps::default());
        }
    }

    #[test]
    fn gentle_pictures_are_not_sharpened() {
        assert!(drawn(Severity::Gentle).all(|conditions| conditions.sharpening.amount == 0.0));
    }

    #[test]
    fn extreme_pictures_have_every_size_and_every_mishap() {
        let most =
            |value: fn(&Conditions) -> f64| drawn(Severity::Extreme).map(|c| value(&c)).fold(0.0, f64::max);
        let count = |of: fn(&Conditions) -> bool| drawn(Severity::Extreme).filter(of).count();
        assert!((45.0..50.0).contains(&most(|c| (c.width * c.height) as f64 / 1e6)));
        assert!(count(|c| c.width * c.height < 1_000_000) > 40);
        assert!((48.0..=50.0).contains(&most(|c| c.tilt_degrees)));
        let counts = [
            count(|c| c.mishaps.finger.is_some()),
            count(|c| c.mishaps.stain.is_some()),
            count(|c| c.mishaps.crease.is_some()),
            count(|c| c.mishaps.glare.is_some()),
            count(|c| c.reproduction != Reproduction::FAITHFUL),
        ];
        assert!(counts.iter().all(|count| (60..160).contains(count)), "{counts:?}");
    }

    #[test]
    fn blur_goes_with_the_size_of_the_picture() {
        for conditions in drawn(Severity::Extreme).filter(|conditions| conditions.height < 1500) {
            assert!(conditions.motion.length <= 3.0 && conditions.defocus <= 1.5);
        }
    }
}
