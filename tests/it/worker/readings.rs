//! What readers find, and that each is gone afterwards.

use std::io::Cursor;

use kakehashi::capture::vision::{self, Finding, Pixel, Unreadable, examine};
use kakehashi::capture::worker::{Plan, Unread, Workers};
use kakehashi::sheet::design::Millimetres;

use super::sandbox::{children, is_zombie};
use super::{PHOTO, PROGRAM, known, plan, read, workers};

#[tokio::test]
async fn a_photo_read_in_a_reader_is_read_as_in_this_process() {
    let here = examine(&PHOTO, &known()).unwrap();
    assert!(here.sheets.first().is_some_and(|sheet| sheet.code.is_some() && !sheet.flattened.is_empty()));
    assert_alike(read(&workers(PROGRAM).await).await.unwrap().unwrap(), &here);
}

/// ISO 216.
const A5: (Millimetres, Millimetres) = (Millimetres(148.0), Millimetres(210.0));

/// The same in every respect; places may differ in the last digit of their decimal form.
fn assert_alike(mut finding: Finding, other: &Finding) {
    let close = |a: &[Pixel; 4], b: &[Pixel; 4]| a.iter().zip(b).all(|(a, b)| a.distance(*b) < 1e-9);
    for (code, same) in finding.codes.iter_mut().zip(&other.codes) {
        assert!(close(&code.corners, &same.corners));
        code.corners = same.corners;
    }
    for (sheet, same) in finding.sheets.iter_mut().zip(&other.sheets) {
        assert!(close(&sheet.page_corners, &same.page_corners));
        sheet.page_corners = same.page_corners;
        assert!(close(&sheet.surface.corners(A5), &same.surface.corners(A5)));
        sheet.surface = same.surface;
    }
    assert_eq!(&finding, other);
}

#[tokio::test]
async fn twenty_photos_at_once_all_come_back() {
    let workers = Workers::start(Plan { at_once: 2, ..plan(PROGRAM) }).await.unwrap();
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let workers = workers.clone();
            tokio::spawn(async move { read(&workers).await.unwrap().unwrap() })
        })
        .collect();
    let alone = examine(&PHOTO, &known()).unwrap();
    for task in tasks {
        assert_alike(task.await.unwrap(), &alone);
    }
}

#[tokio::test]
async fn what_is_no_photo_is_told_from_what_is_broken() {
    let workers = workers(PROGRAM).await;
    let mut broken = PHOTO[..PHOTO.len() / 2].to_vec();
    broken.truncate(400);
    for (bytes, cause) in [
        (Vec::new(), Unreadable::Empty),
        (b"Dear all, this is not a photo".to_vec(), Unreadable::NotAPicture),
        (vec![0; vision::BYTES_MAX + 1], Unreadable::TooLarge),
        (broken, Unreadable::Broken),
    ] {
        assert_eq!(workers.read(&bytes, &known()).await.unwrap(), Err(Unread::Unreadable(cause)));
    }
}

#[tokio::test]
async fn a_bomb_is_refused_before_it_is_unpacked() {
    let mut bomb = Vec::new();
    let black = image::GrayImage::new(10_000, 10_000);
    black.write_to(&mut Cursor::new(&mut bomb), image::ImageFormat::Png).unwrap();
    assert!(bomb.len() < 1 << 20);
    let reading = workers(PROGRAM).await.read(&bomb, &known()).await.unwrap();
    assert_eq!(reading, Err(Unread::Unreadable(Unreadable::TooManyPixels)));
}

/// The largest side of a square photo that is read, in pixels.
fn largest_side() -> u16 {
    (vision::PIXELS_MAX as f64).sqrt() as u16
}

/// Progressive and without subsampling: the JPEG that takes most memory to decode.
fn largest_jpeg(colours: jpeg_encoder::ColorType, samples_of_a_pixel: usize) -> Vec<u8> {
    let side = largest_side();
    let count = usize::from(side).pow(2) * samples_of_a_pixel;
    let samples: Vec<u8> = (0..count).map(|at| (at / 5) as u8).collect();
    let mut photo = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut photo, 20);
    encoder.set_progressive(true);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_1_1);
    encoder.encode(&samples, side, side, colours).unwrap();
    photo
}

async fn fits(photo: Vec<u8>) {
    assert!(photo.len() < vision::BYTES_MAX, "{}", photo.len());
    let finding = workers(PROGRAM).await.read(&photo, &known()).await.unwrap().unwrap();
    assert_eq!((finding.width, finding.height), (largest_side().into(), largest_side().into()));
}

#[tokio::test]
async fn the_largest_photo_fits_into_the_memory_a_reader_may_take() {
    fits(largest_jpeg(jpeg_encoder::ColorType::Rgb, 3)).await;
}

#[tokio::test]
async fn the_largest_picture_in_inks_fits_too() {
    fits(largest_jpeg(jpeg_encoder::ColorType::Cmyk, 4)).await;
}

#[tokio::test]
async fn the_largest_png_fits_too() {
    // 16 bits a sample and transparent: what takes most memory.
    let side = u32::from(largest_side());
    let clear = image::ImageBuffer::<image::Rgba<u16>, _>::new(side, side);
    let mut photo = Cursor::new(Vec::new());
    image::DynamicImage::ImageRgba16(clear).write_to(&mut photo, image::ImageFormat::Png).unwrap();
    fits(photo.into_inner()).await;
}

#[tokio::test]
async fn readers_are_gone_after_use() {
    let workers = Workers::start(Plan { at_once: 2, ..plan(PROGRAM) }).await.unwrap();
    for _ in 0..3 {
        read(&workers).await.unwrap().unwrap();
    }
    drop(workers);
    // Other tests have children too, but none stays dead without being taken leave of.
    let mut dead: Vec<u32> = children().into_iter().filter(|child| is_zombie(*child)).collect();
    for _ in 0..50 {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        dead.retain(|child| is_zombie(*child));
    }
    assert_eq!(dead, [0_u32; 0]);
}
