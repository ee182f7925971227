//! What the phone makes of the light on its sensor: the lens blurs, grain is added, tones are
//! curved, edges are sharpened, and a JPEG is written, its pixels stored as the phone happened to be held.

use jpeg_encoder::{ColorType, Encoder};

use super::Conditions;
use super::blur;
use super::exif;
use super::exposure::Exposure;
use crate::demo::dice::Dice;

/// Blur of any camera, as a standard deviation in pixels.
const OWN_BLUR: f64 = 0.6;
/// Grains in the table that all pixels draw from.
const GRAINS: usize = 1 << 16;
/// Steps of the tone curve.
const TONES: usize = 4096;
/// Share of the grain that is there even without light.
const DARK_GRAIN: f64 = 0.35;

/// The JPEG that the phone writes.
pub fn developed(mut exposure: Exposure, conditions: &Conditions) -> Vec<u8> {
    let (width, height) = (exposure.width, exposure.height);
    let samples = &mut exposure.samples;
    blur::move_along(samples, width, &conditions.motion);
    blur::defocus(samples, width, conditions.defocus);
    blur::soften(samples, width, conditions.blur.map(|blur| blur.hypot(OWN_BLUR)));
    let mut levels = toned(samples, width, conditions);
    blur::sharpen(&mut levels, width, &conditions.sharpening);
    let (stored, width, height) = as_held(levels, width, height, conditions.exif_orientation);
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, conditions.quality);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
    let written = encoder
        .add_exif_metadata(&exif::block(conditions.exif_orientation))
        .and_then(|()| encoder.encode(&stored, width as u16, height as u16, ColorType::Rgb));
    if written.is_err() {
        jpeg.clear();
    }
    jpeg
}

/// Levels of 255 with the phone's tone curve and grain.
fn toned(samples: &[u16], width: usize, conditions: &Conditions) -> Vec<u8> {
    let tone: Vec<f32> = (0..=TONES).map(|k| 255.0 * curve(k as f32 / TONES as f32)).collect();
    let mut dice = Dice::new(conditions.seed ^ 0x6772_6169);
    let grains: Vec<f32> = (0..GRAINS).map(|_| dice.normal() as f32).collect();
    let dark = (conditions.noise * DARK_GRAIN) as f32;
    let lit = (conditions.noise * (1.0 - DARK_GRAIN)) as f32;
    let mut levels = Vec::with_capacity(samples.len());
    for row in samples.chunks_exact(width * 3) {
        let mut grain = dice.below(GRAINS);
        for sample in row {
            let level = tone[usize::from(*sample) * TONES / 65535];
            grain = (grain + 1) % GRAINS;
            // Grain grows with the root of the light; the tone curve flattens it again.
            levels.push((level + grains[grain] * (dark + lit * (1.0 - level / 340.0)) + 0.5) as u8);
        }
    }
    levels
}

/// A phone's tone curve: sRGB with a little more contrast.
fn curve(light: f32) -> f32 {
    let encoded = if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
    encoded + 0.12 * encoded * (1.0 - encoded) * (2.0 * encoded - 1.0)
}

/// The upright picture as it is stored for an EXIF orientation, with its stored size.
fn as_held(upright: Vec<u8>, width: usize, height: usize, orientation: u16) -> (Vec<u8>, usize, usize) {
    if !(2..=8).contains(&orientation) {
        return (upright, width, height);
    }
    let (stored_width, stored_height) = if orientation >= 5 { (height, width) } else { (width, height) };
    let mut stored = Vec::with_capacity(upright.len());
    for b in 0..stored_height {
        for a in 0..stored_width {
            // Rows and columns as EXIF 2.3 (4.6.4) names them: where row 0 and column 0 are seen.
            let (x, y) = match orientation {
                2 => (width - 1 - a, b),
                3 => (width - 1 - a, height - 1 - b),
                4 => (a, height - 1 - b),
                5 => (b, a),
                6 => (width - 1 - b, a),
                7 => (width - 1 - b, height - 1 - a),
                _ => (b, height - 1 - a),
            };
            stored.extend_from_slice(&upright[(y * width + x) * 3..][..3]);
        }
    }
    (stored, stored_width, stored_height)
}
