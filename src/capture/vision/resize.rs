//! Smaller pictures of a whole picture, by `fast_image_resize`: frames and thumbnails.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};

use super::picture::{Picture, Plane};

/// The picture made so small that its long side has at most so many pixels; as it is if it is small
/// enough already. `None` if it is empty.
pub fn within(picture: &Picture, side: usize) -> Option<Picture> {
    let factor = (side as f64 / picture.long_side() as f64).min(1.0);
    let shrunk = |length: usize| ((length as f64 * factor).round() as usize).max(1);
    let (width, height) = (shrunk(picture.luma.width), shrunk(picture.luma.height));
    let [blue, red] = &picture.differences;
    let half = |plane: &Plane| resized(plane, width.div_ceil(2), height.div_ceil(2));
    Some(Picture { luma: resized(&picture.luma, width, height)?, differences: [half(blue)?, half(red)?] })
}

/// One plane at another size; each pixel takes in all that it covers. The kind of pixel is named, since
/// every kind that is not is compiled too: half of the program's size.
fn resized(plane: &Plane, width: usize, height: usize) -> Option<Plane> {
    let side = |length: usize| u32::try_from(length).ok();
    let mut samples = vec![0; width * height];
    let source =
        TypedImageRef::<U8>::from_buffer(side(plane.width)?, side(plane.height)?, &plane.samples).ok()?;
    let mut target = TypedImage::<U8>::from_buffer(side(width)?, side(height)?, &mut samples).ok()?;
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
    Resizer::new().resize_typed(&source, &mut target, &options).ok()?;
    Some(Plane { width, height, samples })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_long_side_is_kept_within_its_limit() {
        let grey: Vec<u8> = (0..400 * 301).map(|k: usize| (k % 400 / 2) as u8).collect();
        let picture = Picture::from_grey(400, 301, grey);
        let small = within(&picture, 100).expect("not empty");
        assert_eq!((small.luma.width, small.luma.height), (100, 75));
        assert_eq!((small.differences[0].width, small.differences[0].height), (50, 38));
        let middle = i32::from(small.luma.samples[40 * 100 + 50]);
        assert!((middle - 101).abs() <= 1, "{middle}");
        assert_eq!(within(&picture, 500).expect("not empty"), picture);
    }
}
