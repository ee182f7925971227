//! Paper without marks: where a bright sheet stands out from what it lies on, its four edges show how it lies. It
//! tells neither what the paper is nor which way up, so it is a suggestion, made only when the edges are clear and
//! the sides have the ratio of a format that paper comes in.

use super::Pixel;
use super::dark::{Patch, Run, Sides, joined};
use super::edges;
use super::homography::Homography;
use super::outline;
use super::picture::Plane;

/// Longest side of the picture in which the paper is looked for, in pixels.
const SIDE: usize = 640;
/// Shares of the pixels that are not paper, for each of which one outline is tried: paper fills a sixth of a photo
/// or more.
const DARKER_SHARES: [f64; 12] = [0.08, 0.14, 0.2, 0.26, 0.32, 0.38, 0.44, 0.5, 0.57, 0.64, 0.72, 0.8];
/// Least share of the picture that the paper fills, and least distance of its corners from the picture's border, as
/// a share of the picture's side: what the border cuts off is not seen.
const AREA_MIN: f64 = 0.16;
const BORDER: f64 = 0.004;
/// How far an edge may lie from the first outline, in pixels at [`SIDE`].
const REACH: f64 = 7.0;
/// Ratios of the longer to the shorter side: ISO 216 and JIS P 0138 (√2), and two to one, each with the ratios that
/// count as it when seen at up to 30°.
const RATIOS: [(f64, std::ops::RangeInclusive<f64>); 2] =
    [(std::f64::consts::SQRT_2, 1.2..=1.68), (2.0, 1.75..=2.35)];
/// The flattened picture shows this share more of the paper's sides all around: what was written at the very edge.
const AROUND: f64 = 0.012;

/// Paper as it lies in a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paper {
    /// Top left, top right, bottom right, bottom left as the picture shows it.
    pub corners: [Pixel; 4],
    /// Height over width.
    ratio: f64,
}

/// The largest sheet of paper that stands out clearly; `None` where none does, or where it is not wholly in view.
pub fn find(luma: &Plane) -> Option<Paper> {
    let mut small = luma.clone();
    let mut scale = 1.0;
    while small.width.max(small.height) > SIDE {
        small = small.halved();
        scale *= 2.0;
    }
    // Paper is bright; outlines and edges are made for what is dark.
    small.samples.iter_mut().for_each(|sample| *sample = u8::MAX - *sample);
    let mut levels = DARKER_SHARES.map(|share| level_above(&small, 1.0 - share)).to_vec();
    levels.dedup();
    let found = levels.into_iter().filter_map(|level| at_level(&small, level));
    let largest = found.max_by(|one, other| area(&one.corners).total_cmp(&area(&other.corners)))?;
    Some(Paper { corners: largest.corners.map(|corner| corner.scaled(scale)), ..largest })
}

impl Paper {
    /// Whether a place of the picture lies on it.
    pub fn holds(&self, place: Pixel) -> bool {
        (0..4).all(|k| {
            let (from, to) = (self.corners[k], self.corners[(k + 1) % 4]);
            (to.x - from.x) * (place.y - from.y) >= (to.y - from.y) * (place.x - from.x)
        })
    }

    /// Size in pixels of the flattened picture whose longer side has at most so many, and the map from its places to
    /// those of the picture.
    pub fn flattening(&self, side: usize) -> Option<(usize, usize, Homography)> {
        let [a, b, c, d] = self.corners;
        let seen_width = a.distance(b).max(d.distance(c));
        let seen_height = a.distance(d).max(b.distance(c));
        let tall = seen_height.max(seen_width * self.ratio) * (1.0 + 2.0 * AROUND);
        let tall = tall.min(side as f64 * self.ratio.min(1.0));
        let (width, height) = (tall / self.ratio, tall);
        let inset = |length: f64| length * AROUND / (1.0 + 2.0 * AROUND);
        let (left, top) = (inset(width), inset(height));
        let (right, bottom) = (width - left, height - top);
        let places = [[left, top], [right, top], [right, bottom], [left, bottom]];
        let pairs: Vec<_> = places
            .into_iter()
            .zip(self.corners)
            .map(|(place, corner)| (place, [corner.x, corner.y]))
            .collect();
        Some((width.round() as usize, height.round() as usize, Homography::fit(&pairs)?))
    }
}

/// The brightness below which this share of the pixels lies.
fn level_above(plane: &Plane, share: f64) -> u8 {
    let mut counts = [0_usize; 256];
    plane.samples.iter().for_each(|sample| counts[usize::from(*sample)] += 1);
    let wanted = (plane.samples.len() as f64 * share) as usize;
    let mut seen = 0;
    let found = counts.iter().position(|count| {
        seen += count;
        seen >= wanted
    });
    found.unwrap_or_default() as u8
}

/// The paper, if what is darker than this level in the turned picture has its outline.
fn at_level(turned: &Plane, level: u8) -> Option<Paper> {
    let patch = largest_below(turned, level)?;
    let shorter = turned.width.min(turned.height) as f64;
    let rough = from_top_left(outline::corners(&patch, shorter * 0.3)?);
    let corners = edges::refine(turned, rough, REACH)?.corners;
    let inside = |corner: &Pixel| {
        let (right, bottom) = (turned.width as f64, turned.height as f64);
        let border = BORDER * right.max(bottom);
        corner.x > border && corner.y > border && corner.x < right - border && corner.y < bottom - border
    };
    let is_large = area(&corners) >= AREA_MIN * (turned.width * turned.height) as f64;
    if !is_large || !corners.iter().all(inside) {
        return None;
    }
    let [a, b, c, d] = corners;
    let seen = (a.distance(d) + b.distance(c)) / (a.distance(b) + d.distance(c));
    let (ratio, _) = RATIOS.into_iter().find(|(_, range)| range.contains(&seen.max(1.0 / seen)))?;
    Some(Paper { corners, ratio: if seen >= 1.0 { ratio } else { 1.0 / ratio } })
}

/// The patch with the most pixels of those below a level.
fn largest_below(plane: &Plane, level: u8) -> Option<Patch> {
    let rows = plane.samples.chunks_exact(plane.width).enumerate();
    let runs = rows.map(|(row, line)| runs_below(row, line, level));
    let sides = Sides { least: plane.width.min(plane.height) / 4, most: usize::MAX };
    let size = |patch: &Patch| patch.runs.iter().map(|run| run.end - run.start).sum::<usize>();
    joined(runs, sides).into_iter().max_by_key(size)
}

fn runs_below(row: usize, line: &[u8], level: u8) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (x, _) in line.iter().enumerate().filter(|(_, sample)| **sample <= level) {
        match runs.last_mut() {
            Some(run) if run.end == x => run.end += 1,
            _ => runs.push(Run { row, start: x, end: x + 1 }),
        }
    }
    runs
}

/// Corners that go around clockwise, beginning with the one nearest the top left.
fn from_top_left(mut corners: [Pixel; 4]) -> [Pixel; 4] {
    let near = |corner: &Pixel| corner.x + corner.y;
    let first = (0..4).min_by(|one, other| near(&corners[*one]).total_cmp(&near(&corners[*other])));
    corners.rotate_left(first.unwrap_or_default());
    corners
}

/// Area of a quadrilateral (the shoelace formula).
fn area(corners: &[Pixel; 4]) -> f64 {
    let twice: f64 = (0..4)
        .map(|index| {
            let (one, next) = (corners[index], corners[(index + 1) % 4]);
            one.x * next.y - next.x * one.y
        })
        .sum();
    (twice / 2.0).abs()
}
