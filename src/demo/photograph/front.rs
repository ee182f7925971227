//! What is between the sheets and the camera: a finger that holds one down, and the mirror image of a lamp.
//! Both are laid over the exposed picture, each pixel worked out for itself.

use super::camera::Camera;
use super::exposure::{Exposure, on_plane};
use super::light::Light;
use super::mishaps::{Finger, Glare, Mishaps};
use super::sheet::Sheet;
use crate::capture::vision::Pixel;

/// Height of a finger's middle above the table, in millimetres: half of its thickness.
const FINGER_HEIGHT: f64 = 7.0;
/// How long a finger is before the hand leaves the picture, in millimetres.
const FINGER_LENGTH: f64 = 120.0;
/// A finger's shadow: how deep it is, and how far it reaches, in millimetres.
const SHADE: f64 = 0.5;
const SHADE_WAY: f64 = 7.0;
/// Size of the nail against the finger's width, how far its middle is from the tip, and how much
/// brighter than skin it is.
const NAIL: f64 = 0.6;
const NAIL_AWAY: f64 = 0.62;
const NAIL_SHINE: f64 = 1.22;

/// Lays over the picture what got before the first sheet.
pub fn lay(exposure: &mut Exposure, mishaps: &Mishaps, sheet: &Sheet, camera: &Camera, light: &Light) {
    if let Some(glare) = &mishaps.glare {
        shine(exposure, glare, sheet, camera);
    }
    if let Some(finger) = &mishaps.finger {
        Pointing::new(finger, sheet).lay(exposure, finger, camera, light);
    }
}

/// Adds a lamp's mirror image, softened by the paper's roughness.
fn shine(exposure: &mut Exposure, glare: &Glare, sheet: &Sheet, camera: &Camera) {
    let print = sheet.laid.print;
    let (width, height) = (print.width.0, print.height.0);
    let [x, y, z] = sheet.in_space([(glare.middle[0] - 0.5) * width, (glare.middle[1] - 0.5) * height]);
    let reach = 3.0 * glare.radius.0;
    let around = [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]]
        .map(|[across, down]| camera.see([x + across * reach, y + down * reach, z]));
    for_each_pixel(exposure, &around, |place, pixel| {
        let [px, py] = on_plane(camera, place, z);
        let away = (px - x).hypot(py - y) / glare.radius.0;
        let added = glare.strength * (-away * away / 2.0).exp() * f64::from(u16::MAX);
        pixel.iter_mut().for_each(|sample| *sample = (f64::from(*sample) + added) as u16);
    });
}

/// Where a finger lies on the table.
struct Pointing {
    tip: [f64; 2],
    /// From the tip to the hand, one long.
    back: [f64; 2],
    radius: f64,
}

impl Pointing {
    fn new(finger: &Finger, sheet: &Sheet) -> Self {
        let corners = sheet.corners();
        let [corner, opposite] = [corners[finger.corner % 4], corners[(finger.corner + 2) % 4]];
        let (dx, dy) = (corner[0] - opposite[0], corner[1] - opposite[1]);
        let length = dx.hypot(dy).max(1.0);
        let (sin, cos) = finger.slant_degrees.to_radians().sin_cos();
        let out = [dx / length, dy / length];
        let back = [out[0] * cos - out[1] * sin, out[0] * sin + out[1] * cos];
        let tip = [corner[0] - out[0] * finger.reach.0, corner[1] - out[1] * finger.reach.0];
        Self { tip, back, radius: finger.width.0 / 2.0 }
    }

    /// How far along the finger a place is from its tip, and how far beside its middle line.
    fn along(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let (dx, dy) = (x - self.tip[0], y - self.tip[1]);
        [dx * self.back[0] + dy * self.back[1], dy * self.back[0] - dx * self.back[1]]
    }

    /// How far a place is from the bone of the finger, whose end is as round as the finger is thick.
    fn away(&self, place: [f64; 2]) -> f64 {
        let [along, beside] = self.along(place);
        let past = along - along.clamp(self.radius, FINGER_LENGTH);
        past.hypot(beside)
    }

    fn lay(&self, exposure: &mut Exposure, finger: &Finger, camera: &Camera, light: &Light) {
        let end = [0, 1].map(|k| self.tip[k] + self.back[k] * FINGER_LENGTH);
        let reach = self.radius + 4.0 * SHADE_WAY;
        let around = [self.tip, end].map(|[x, y]| {
            [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]]
                .map(|[across, down]| camera.see([x + across * reach, y + down * reach, FINGER_HEIGHT]))
        });
        for_each_pixel(exposure, &around.concat(), |place, pixel| {
            let at = on_plane(camera, place, FINGER_HEIGHT);
            let away = self.away(at);
            let low = self.away(on_plane(camera, place, 0.0)) - self.radius;
            let open = 1.0 - SHADE * (-low.max(0.0) / SHADE_WAY).exp();
            pixel.iter_mut().for_each(|sample| *sample = (f64::from(*sample) * open) as u16);
            // A tenth of a millimetre of fuzz: a finger's outline is never sharp.
            let cover = ((self.radius - away) / 0.1).clamp(0.0, 1.0);
            if cover > 0.0 {
                let skin = self.skin(finger, at, away);
                let lit = light.at(at[0], at[1]);
                for (k, sample) in pixel.iter_mut().enumerate() {
                    let seen = (skin[k] * lit[k]).min(1.0) * f64::from(u16::MAX);
                    *sample = (f64::from(*sample) * (1.0 - cover) + seen * cover) as u16;
                }
            }
        });
    }

    /// Reflectance at a place of the finger: darker to its sides, with a nail and creases.
    fn skin(&self, finger: &Finger, at: [f64; 2], away: f64) -> [f64; 3] {
        let side = (away / self.radius).min(1.0);
        let round = 0.35 + 0.65 * (1.0 - side * side).sqrt();
        let [along, beside] = self.along(at);
        let nail = ((along - NAIL_AWAY * 2.0 * self.radius) / (NAIL * self.radius * 1.2))
            .hypot(beside / (NAIL * self.radius));
        let shine = if nail < 1.0 { NAIL_SHINE } else { 1.0 };
        let joint = 1.0 - 0.12 * (-((along - 26.0) / 1.5).powi(2)).exp();
        finger.skin.map(|level| level * round * shine * joint)
    }
}

/// Does something with every pixel of the upright rectangle around these places.
fn for_each_pixel(exposure: &mut Exposure, around: &[Pixel], mut work: impl FnMut(Pixel, &mut [u16])) {
    let span = |values: &dyn Fn(&Pixel) -> f64, size: usize| {
        let low = around.iter().map(values).fold(f64::MAX, f64::min);
        let high = around.iter().map(values).fold(f64::MIN, f64::max);
        (low.max(0.0) as usize).min(size)..(high.max(0.0).ceil() as usize).min(size)
    };
    let (columns, rows) = (span(&|place| place.x, exposure.width), span(&|place| place.y, exposure.height));
    for y in rows {
        for x in columns.clone() {
            let at = (y * exposure.width + x) * 3;
            let place = Pixel { x: x as f64 + 0.5, y: y as f64 + 0.5 };
            work(place, &mut exposure.samples[at..at + 3]);
        }
    }
}
