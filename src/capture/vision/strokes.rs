//! Strokes: what is thin and darker than the paper around it, be it print, pencil or pen. Shadows, stains
//! and other wide things are none. It knows neither sheets nor who wrote.

use super::picture::Plane;

/// Reach, in pixels, of what may be a stroke: with 3.9 pixels a millimetre, up to 2 mm wide.
const REACH: usize = 4;
/// Paper is taken to be at least this bright, so that the dark does not become strokes.
const PAPER_MIN: u16 = 40;

/// How much darker than the paper around it every pixel is: 0 not at all, 255 black on white.
pub fn strokes(luma: &Plane) -> Plane {
    let smooth = smoothed(luma);
    // A closing: what is darker and narrower than twice the reach is filled up.
    let paper = spread(&spread(&smooth, REACH, u8::max), REACH, u8::min);
    let darker = |(pixel, paper): (&u8, &u8)| {
        let paper = u16::from(*paper);
        ((paper.saturating_sub(u16::from(*pixel))) * 255 / paper.max(PAPER_MIN)).min(255) as u8
    };
    let samples = smooth.samples.iter().zip(&paper.samples).map(darker).collect();
    Plane { width: luma.width, height: luma.height, samples }
}

/// Every pixel the greatest within this many pixels, so that strokes are wider.
pub fn widened(plane: &Plane, reach: usize) -> Plane {
    spread(plane, reach, u8::max)
}

/// The mean of each pixel and its neighbours, weighted 1, 2, 1 both ways.
fn smoothed(plane: &Plane) -> Plane {
    let mean = |a: u8, b: u8, c: u8| ((u16::from(a) + 2 * u16::from(b) + u16::from(c) + 2) / 4) as u8;
    combined(&combined(plane, 1, mean), plane.width, mean)
}

/// Each pixel with its two neighbours `away` samples before and after, where both are in the plane.
fn combined(plane: &Plane, away: usize, pick: impl Fn(u8, u8, u8) -> u8) -> Plane {
    let mut samples = plane.samples.clone();
    let length = samples.len().saturating_sub(2 * away);
    let around = plane.samples.iter().zip(&plane.samples[away.min(plane.samples.len())..]);
    let around = around.zip(plane.samples.iter().skip(2 * away)).take(length);
    for (sample, ((before, own), after)) in samples.iter_mut().skip(away).zip(around) {
        *sample = pick(*before, *own, *after);
    }
    Plane { width: plane.width, height: plane.height, samples }
}

/// Every pixel the pick of all within this many pixels, first across, then down.
fn spread(plane: &Plane, reach: usize, pick: impl Fn(u8, u8) -> u8) -> Plane {
    let mut across = plane.clone();
    for (row, line) in across.samples.chunks_exact_mut(plane.width.max(1)).enumerate() {
        let source = &plane.samples[row * plane.width..][..plane.width];
        for away in 1..=reach.min(plane.width) {
            line.iter_mut().zip(&source[away..]).for_each(|(to, from)| *to = pick(*to, *from));
            line.iter_mut().skip(away).zip(source).for_each(|(to, from)| *to = pick(*to, *from));
        }
    }
    let mut down = across.clone();
    for away in (1..=reach).map(|rows| (rows * plane.width).min(across.samples.len())) {
        down.samples.iter_mut().zip(&across.samples[away..]).for_each(|(to, from)| *to = pick(*to, *from));
        down.samples.iter_mut().skip(away).zip(&across.samples).for_each(|(to, from)| *to = pick(*to, *from));
    }
    down
}

/// One connected piece of a drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// Pixels that it takes.
    pub size: usize,
    /// Its outermost pixels: left, top, right and bottom; the last two are not included.
    pub left: usize,
    pub top: usize,
    pub right: usize,
    pub bottom: usize,
    /// Its centre of mass, in pixels.
    pub x: f64,
    pub y: f64,
}

/// The connected pieces of what `is_drawn` says, row by row; neighbours touch also at corners.
pub fn pieces(is_drawn: &[bool], width: usize) -> Vec<Piece> {
    let height = is_drawn.len() / width.max(1);
    let mut left_over = is_drawn.to_vec();
    let (mut found, mut open) = (Vec::new(), Vec::new());
    for start in 0..is_drawn.len() {
        if !std::mem::take(&mut left_over[start]) {
            continue;
        }
        let mut piece = Piece { size: 0, left: width, top: height, right: 0, bottom: 0, x: 0.0, y: 0.0 };
        open.push(start);
        while let Some(pixel) = open.pop() {
            let (x, y) = (pixel % width, pixel / width);
            piece.add(x, y);
            for row in y.saturating_sub(1)..(y + 2).min(height) {
                for column in x.saturating_sub(1)..(x + 2).min(width) {
                    if std::mem::take(&mut left_over[row * width + column]) {
                        open.push(row * width + column);
                    }
                }
            }
        }
        piece.x /= piece.size as f64;
        piece.y /= piece.size as f64;
        found.push(piece);
    }
    found
}

impl Piece {
    fn add(&mut self, x: usize, y: usize) {
        self.size += 1;
        (self.left, self.right) = (self.left.min(x), self.right.max(x + 1));
        (self.top, self.bottom) = (self.top.min(y), self.bottom.max(y + 1));
        (self.x, self.y) = (self.x + x as f64 + 0.5, self.y + y as f64 + 0.5);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// White paper, darker to the right, with a line two pixels wide and a dark field.
    fn drawn() -> Plane {
        let level = |x: usize, y: usize| match (x, y) {
            (20..22, 5..35) => 60,
            (40..70, 5..35) => 90,
            _ => 250 - x as u8,
        };
        Plane { width: 80, height: 40, samples: (0..3200).map(|k| level(k % 80, k / 80)).collect() }
    }

    #[test]
    fn a_line_is_a_stroke_and_a_shadow_is_none() {
        let strokes = strokes(&drawn());
        let at = |x: usize, y: usize| strokes.samples[y * 80 + x];
        assert!(at(20, 20) > 100, "{}", at(20, 20));
        assert_eq!((at(10, 20), at(30, 20), at(55, 20)), (0, 0, 0));
        assert!(at(39, 20) < 20 && at(70, 20) < 20, "the field's edges");
    }

    #[test]
    fn widening_reaches_so_many_pixels_both_ways() {
        let mut plane = Plane { width: 9, height: 9, samples: vec![0; 81] };
        plane.samples[4 * 9 + 4] = 7;
        let wide = widened(&plane, 2);
        let count = wide.samples.iter().filter(|sample| **sample == 7).count();
        assert_eq!((count, wide.samples[2 * 9 + 2], wide.samples[6 * 9 + 6]), (25, 7, 7));
    }

    #[test]
    fn pieces_touch_at_corners_and_know_their_place() {
        let picture = ["##....", "..#...", "......", "....##"];
        let is_drawn: Vec<bool> = picture.iter().flat_map(|row| row.bytes().map(|b| b == b'#')).collect();
        let found = pieces(&is_drawn, 6);
        let sizes: Vec<usize> = found.iter().map(|piece| piece.size).collect();
        assert_eq!(sizes, [3, 2]);
        let last = &found[1];
        assert_eq!((last.left, last.top, last.right, last.bottom), (4, 3, 6, 4));
        assert_eq!((last.x, last.y), (5.0, 3.5));
    }
}
