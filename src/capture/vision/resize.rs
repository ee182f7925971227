//! Smaller pictures of a whole picture, by `fast_image_resize`: frames and thumbnails.

use std::borrow::Cow;

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};

use super::picture::{Picture, Plane};

/// A width and height as they are, or made so small that the long side has at most so many pixels.
pub fn size_within(width: usize, height: usize, side: usize) -> (usize, usize) {
    let factor = (side as f64 / width.max(height).max(1) as f64).min(1.0);
    let shrunk = |length: usize| ((length as f64 * factor).round() as usize).max(1);
    (shrunk(width), shrunk(height))
}

/// The picture at another size; itself if it has that size, give or take a pixel. `None` if it is empty.
pub fn to(picture: &Picture, (width, height): (usize, usize)) -> Option<Cow<'_, Picture>> {
    if picture.luma.samples.is_empty() {
        return None;
    }
    if picture.luma.width.abs_diff(width) <= 1 && picture.luma.height.abs_diff(height) <= 1 {
        return Some(Cow::Borrowed(picture));
    }
    // Of a much larger picture, the mean of four pixels is taken first: it costs least.
    if picture.luma.width >= 2 * width && picture.luma.height >= 2 * height {
        return Some(Cow::Owned(to(&picture.halved(), (width, height))?.into_owned()));
    }
    let [blue, red] = &picture.differences;
    let half = |plane: &Plane| resized(plane, width.div_ceil(2), height.div_ceil(2));
    let differences = [half(blue)?, half(red)?];
    Some(Cow::Owned(Picture { luma: resized(&picture.luma, width, height)?, differences }))
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
    fn a_picture_is_shrunk_with_its_colours_and_never_enlarged() {
        let grey: Vec<u8> = (0..400 * 301).map(|k: usize| (k % 400 / 2) as u8).collect();
        let picture = Picture::from_grey(400, 301, grey);
        for side in [300, 100] {
            let size = size_within(400, 301, side);
            assert_eq!(size, (side, (301 * side + 200) / 400));
            let small = to(&picture, size).expect("not empty");
            assert_eq!(small.luma.width, size.0);
            assert!(small.luma.height.abs_diff(size.1) <= 1, "{}", small.luma.height);
            assert_eq!(small.differences[0].width, side / 2);
            let middle = i32::from(small.luma.samples[size.1 / 2 * side + side / 2]);
            assert!((middle - 101).abs() <= 1, "{middle}");
        }
        assert_eq!(*to(&picture, size_within(400, 301, 500)).expect("not empty"), picture);
    }
}
