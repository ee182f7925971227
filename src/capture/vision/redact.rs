//! Redaction: parts of a picture that are not for every reader are painted over.

use serde::{Deserialize, Serialize};

use super::decode::Packed;
use super::encode::{SHEET_QUALITY, jpeg};
use super::picture::{NEUTRAL, Picture, Plane};
use super::view::thumbnail;
use super::{FLATTENED_DPI, FLATTENED_MARGIN, INCH, Unreadable};
use crate::sheet::design::Area;

/// A rectangle in a picture, in its pixels; (0, 0) is the top left one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rectangle {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
}

impl Rectangle {
    /// The rectangle with so many pixels more on every side, as far as the picture goes at the left and the top.
    pub fn grown(self, by: u32) -> Self {
        let (x, y) = (self.x.saturating_sub(by), self.y.saturating_sub(by));
        let (width, height) = (self.x - x + self.width + by, self.y - y + self.height + by);
        Self { x, y, width, height }
    }

    /// Whether the other one lies in this one, but for so many pixels on every side.
    pub fn holds(&self, other: &Self, but_for: u32) -> bool {
        let within = |(start, length): (u32, u32), (other_start, other_length): (u32, u32)| {
            let end = start.saturating_add(length).saturating_add(but_for);
            other_start.saturating_add(but_for) >= start && other_start.saturating_add(other_length) <= end
        };
        within((self.x, self.width), (other.x, other.width))
            && within((self.y, self.height), (other.y, other.height))
    }

    /// What of this lies in the other one, seen from that one's top left pixel; `None` where they share nothing.
    pub fn seen_in(&self, other: &Self) -> Option<Self> {
        let along = |(start, length): (u32, u32), (other_start, other_length): (u32, u32)| {
            let end = start.saturating_add(length).min(other_start.saturating_add(other_length));
            let first = start.max(other_start);
            (end > first).then(|| (first - other_start, end - first))
        };
        let (x, width) = along((self.x, self.width), (other.x, other.width))?;
        let (y, height) = along((self.y, self.height), (other.y, other.height))?;
        Some(Self { x, y, width, height })
    }

    /// How many pixels deep one lies in the other; 0 where they share none.
    pub fn overlap(&self, other: &Self) -> u32 {
        let along = |(start, length): (u32, u32), (other_start, other_length): (u32, u32)| {
            let end = start.saturating_add(length).min(other_start.saturating_add(other_length));
            end.saturating_sub(start.max(other_start))
        };
        let across = along((self.x, self.width), (other.x, other.width));
        across.min(along((self.y, self.height), (other.y, other.height)))
    }
}

/// Where an area of a sheet lies on its flattened picture.
pub fn rectangle_of(area: &Area) -> Rectangle {
    let pixels = |length: f64| (length * FLATTENED_DPI / INCH).round() as u32;
    Rectangle {
        x: pixels(area.left.0 + FLATTENED_MARGIN.0),
        y: pixels(area.top.0 + FLATTENED_MARGIN.0),
        width: pixels(area.width.0),
        height: pixels(area.height.0),
    }
}

/// Brightness of what is painted over: a light grey, in which neither ink nor paper is suspected.
const PAINT: u8 = 205;

/// The picture with these parts painted over, and its thumbnail: JPEGs without metadata.
pub fn redact(file: &[u8], areas: &[Rectangle]) -> Result<[Vec<u8>; 2], Unreadable> {
    let mut picture = Packed::open(file)?.unpack(1)?;
    for area in areas {
        paint(&mut picture, area);
    }
    let packed = jpeg(&picture, SHEET_QUALITY).zip(thumbnail(&picture));
    packed.map(|(picture, thumbnail)| [picture, thumbnail]).ok_or(Unreadable::Broken)
}

fn paint(picture: &mut Picture, area: &Rectangle) {
    fill(&mut picture.luma, area, 1, PAINT);
    for difference in &mut picture.differences {
        fill(difference, area, 2, NEUTRAL);
    }
}

/// Fills the rectangle in a plane that is so many times smaller than the picture.
fn fill(plane: &mut Plane, area: &Rectangle, smaller: usize, value: u8) {
    let span = |start: u32, length: u32, end: usize| {
        let (first, last) = (start as usize / smaller, start.saturating_add(length) as usize);
        (first.min(end), last.div_ceil(smaller).min(end))
    };
    let (left, right) = span(area.x, area.width, plane.width);
    let (top, bottom) = span(area.y, area.height, plane.height);
    for row in plane.samples.chunks_exact_mut(plane.width.max(1)).take(bottom).skip(top) {
        row[left..right].fill(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luma(file: &[u8]) -> Plane {
        Packed::open(file).unwrap().unpack(1).unwrap().luma
    }

    #[test]
    fn what_is_painted_over_is_gone_and_the_rest_stays() {
        let (width, height) = (400, 300);
        let samples = (0..width * height).map(|place| if place % 7 == 0 { 20 } else { 240 }).collect();
        let file = jpeg(&Picture::from_grey(width, height, samples), SHEET_QUALITY).unwrap();
        let area = Rectangle { x: 96, y: 64, width: 128, height: 96 };
        let beyond = Rectangle { x: 390, y: 290, width: u32::MAX, height: u32::MAX };
        let [redacted, small] = redact(&file, &[area, beyond]).unwrap();
        let (before, after) = (luma(&file), luma(&redacted));
        // Blocks of 8 pixels that lie inside hold nothing but paint; those outside what they held.
        let at = |plane: &Plane, x: usize, y: usize| i32::from(plane.samples[y * width + x]);
        for (x, y) in (96..224).flat_map(|x| (64..160).map(move |y| (x, y))) {
            assert!((at(&after, x, y) - i32::from(PAINT)).abs() <= 1, "({x}, {y})");
        }
        let changed = (0..96).map(|x| (at(&after, x, 200) - at(&before, x, 200)).abs()).max();
        assert!(changed < Some(40), "{changed:?}");
        assert_eq!(luma(&small).width, width);
        assert_eq!(redact(b"no picture", &[area]), Err(Unreadable::NotAPicture));
    }

    #[test]
    fn rectangles_overlap_by_their_lesser_depth() {
        let one = Rectangle { x: 10, y: 10, width: 10, height: 10 };
        for (x, y, depth) in [(19, 19, 1), (20, 10, 0), (10, 20, 0), (0, 0, 0), (10, 15, 5), (10, 10, 10)] {
            let other = Rectangle { x, y, width: 10, height: 10 };
            assert_eq!((one.overlap(&other), other.overlap(&one)), (depth, depth), "({x}, {y})");
        }
        assert_eq!(one.grown(12), Rectangle { x: 0, y: 0, width: 32, height: 32 });
    }
}
