//! Pictures to bytes: JPEG without any metadata.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::picture::Picture;

/// JPEG quality of a flattened sheet, of the whole frame and of a thumbnail (libjpeg's scale).
pub const SHEET_QUALITY: u8 = 80;
pub const FRAME_QUALITY: u8 = 75;
pub const THUMBNAIL_QUALITY: u8 = 72;

/// The picture as a JPEG; `None` if it is empty or a side is over 65,535 pixels.
pub fn jpeg(picture: &Picture, quality: u8) -> Option<Vec<u8>> {
    let (width, height) = (u16::try_from(picture.width).ok()?, u16::try_from(picture.height).ok()?);
    let mut bytes = Vec::with_capacity(picture.samples.len() / 12);
    let mut encoder = Encoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.encode(&picture.samples, width, height, ColorType::Ycbcr).ok()?;
    Some(bytes)
}
