//! Pictures to bytes: JPEG without any metadata.

use jpeg_encoder::{ChromaSubsamplingMethod, Encoder, ImageBuffer, JpegColorType, SamplingFactor};

use super::picture::Picture;

/// JPEG quality of a flattened sheet, of the whole frame, of a thumbnail (libjpeg's scale), and of a PDF's page,
/// which is read once more.
pub const SHEET_QUALITY: u8 = 80;
pub const FRAME_QUALITY: u8 = 75;
pub const THUMBNAIL_QUALITY: u8 = 72;
pub const PAGE_QUALITY: u8 = 92;

/// The picture as a JPEG; `None` if it is empty or a side is over 65,535 pixels.
pub fn jpeg(picture: &Picture, quality: u8) -> Option<Vec<u8>> {
    let (width, height) = (u16::try_from(picture.luma.width).ok()?, u16::try_from(picture.luma.height).ok()?);
    let mut bytes = Vec::with_capacity(picture.luma.samples.len() / 4);
    let mut encoder = Encoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Nearest);
    encoder.encode_image(Rows { picture, width, height }).ok()?;
    Some(bytes)
}

/// A picture as the encoder asks for it: row by row, colours at full size.
struct Rows<'a> {
    picture: &'a Picture,
    width: u16,
    height: u16,
}

impl ImageBuffer for Rows<'_> {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        JpegColorType::Ycbcr
    }

    fn width(&self) -> u16 {
        self.width
    }

    fn height(&self) -> u16 {
        self.height
    }

    fn fill_buffers(&self, y: u16, buffers: &mut [Vec<u8>; 4]) {
        let (row, width) = (usize::from(y), usize::from(self.width));
        buffers[0].extend_from_slice(&self.picture.luma.samples[row * width..][..width]);
        for (buffer, plane) in buffers[1..].iter_mut().zip(&self.picture.differences) {
            let half = &plane.samples[row / 2 * plane.width..][..plane.width];
            let start = buffer.len();
            buffer.resize(start + 2 * half.len(), 0);
            buffer[start..].chunks_exact_mut(2).zip(half).for_each(|(pair, sample)| pair.fill(*sample));
            buffer.truncate(start + width);
        }
    }
}
