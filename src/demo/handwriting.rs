//! Handwriting on a rendered sheet: each character is drawn stroke by stroke from a skeleton, as a
//! hand would, uneven in place, size and pressure. For the demonstration and for tests; it makes no
//! claim to be anyone's hand. The same seed writes the same way.

mod ink;
mod strokes;

use unicode_normalization::UnicodeNormalization;

use super::dice::Dice;
use super::photograph::Print;
use crate::sheet::design::{Area, Millimetres, Place};

pub use ink::Pen;

/// Height of a character as a share of its row, and its width as a share of its height.
const HEIGHT_SHARE: f64 = 0.56;
const WIDTH_SHARE: f64 = 0.92;
/// Share of a character's size that small kana take, and digits in width.
const SMALL_SHARE: f64 = 0.62;
const DIGIT_SHARE: f64 = 0.58;
/// Standard deviation of a stroke's points, as a share of the character's size.
const UNSTEADINESS: f64 = 0.022;
/// Combining voiced and half-voiced sound marks (Unicode).
const VOICED: char = '\u{3099}';
const HALF_VOICED: char = '\u{309A}';

/// Whose hand it is: how large, slanted and steady.
#[derive(Debug, Clone)]
struct Hand {
    dice: Dice,
    slant: f64,
    drift: f64,
}

/// Writes a line of text into a row of the sheet, from its left. Characters without a skeleton
/// become scribbles with a plausible number of strokes; what does not fit is left out.
pub fn write(print: &mut Print, text: &str, row: Area, pen: Pen, seed: u64) {
    let mut dice = Dice::new(seed);
    let (slant, drift) = (dice.between(-0.12, 0.06), dice.between(-0.012, 0.012));
    let mut hand = Hand { dice, slant, drift };
    let size = row.height.0 * HEIGHT_SHARE * hand.dice.between(0.92, 1.08);
    let middle = row.top.0 + row.height.0 * hand.dice.between(0.5, 0.58);
    let (mut x, end) = (row.left.0 + size * 0.15, row.left.0 + row.width.0);
    let letters: Vec<char> = text.nfd().collect();
    for (index, letter) in letters.iter().enumerate() {
        if matches!(*letter, VOICED | HALF_VOICED) {
            continue;
        }
        let (share, advance) = proportions(*letter);
        let side = size * share * hand.dice.between(0.92, 1.06);
        if x + side > end {
            break;
        }
        let top = middle - side / 2.0 + (size - side) * 0.35 + (x - row.left.0) * hand.drift;
        let corner = Place { x: Millimetres(x), y: Millimetres(top + size * 0.03 * hand.dice.normal()) };
        hand.letter(print, *letter, corner, Millimetres(side), pen);
        if let Some(&mark @ (VOICED | HALF_VOICED)) = letters.get(index + 1) {
            hand.letter(print, mark, corner, Millimetres(side), pen);
        }
        x += size * advance * hand.dice.between(0.94, 1.08);
    }
}

/// Whether a character is written by its own skeleton.
pub fn is_known(letter: char) -> bool {
    letter.nfd().all(|part| part.is_whitespace() || strokes::of(part).is_some())
}

/// How large a character is among others, and how far the next one stands, as shares.
fn proportions(letter: char) -> (f64, f64) {
    match letter {
        'っ' | 'ゃ' | 'ゅ' | 'ょ' | 'ッ' | 'ャ' | 'ュ' | 'ョ' => {
            (SMALL_SHARE, SMALL_SHARE * WIDTH_SHARE)
        }
        '0'..='9' | '/' => (0.94, DIGIT_SHARE),
        '.' | ':' | '、' | '。' => (0.94, 0.42),
        ' ' | '　' => (1.0, 0.55),
        _ => (1.0, WIDTH_SHARE),
    }
}

impl Hand {
    /// Draws one character into the square with this corner and side.
    fn letter(&mut self, print: &mut Print, letter: char, corner: Place, side: Millimetres, pen: Pen) {
        if letter.is_whitespace() {
            return;
        }
        let skeleton = strokes::of(letter).unwrap_or_else(|| strokes::scribble(letter, &mut self.dice));
        let stretch = [self.dice.between(0.93, 1.04), self.dice.between(0.94, 1.05)];
        for stroke in skeleton {
            let points: Vec<[f64; 2]> = stroke
                .iter()
                .map(|[x, y]| {
                    let wavering = UNSTEADINESS * side.0;
                    let (u, v) = (x * stretch[0], y * stretch[1]);
                    let across = u + self.slant * (0.5 - v);
                    [
                        corner.x.0 + across * side.0 + wavering * self.dice.normal(),
                        corner.y.0 + v * side.0 + wavering * self.dice.normal(),
                    ]
                })
                .collect();
            ink::stroke(print, &smoothed(&points), pen, &mut self.dice);
        }
    }
}

/// Points between which a hand moves evenly: a Catmull–Rom curve through the given ones.
fn smoothed(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    const PARTS: usize = 8;
    let at = |k: isize| points[k.clamp(0, points.len() as isize - 1) as usize];
    let mut curve = Vec::with_capacity(points.len() * PARTS);
    for k in 0..points.len().saturating_sub(1) as isize {
        let (a, b, c, d) = (at(k - 1), at(k), at(k + 1), at(k + 2));
        for part in 0..PARTS {
            let t = part as f64 / PARTS as f64;
            curve.push(std::array::from_fn(|axis| {
                let (p, q, r, s) = (a[axis], b[axis], c[axis], d[axis]);
                let bend =
                    (2.0 * p - 5.0 * q + 4.0 * r - s) * t * t + (3.0 * q - p - 3.0 * r + s) * t * t * t;
                0.5 * (2.0 * q + (r - p) * t + bend)
            }));
        }
    }
    curve.extend(points.last());
    curve
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Print {
        let (pixels_wide, pixels_high) = (600, 120);
        let samples = vec![255; pixels_wide * pixels_high * 3];
        let (width, height) = (Millimetres(60.0), Millimetres(12.0));
        Print { pixels_wide, pixels_high, samples, width, height, scale: 1.0 }
    }

    fn row() -> Area {
        Area {
            left: Millimetres(2.0),
            top: Millimetres(1.0),
            width: Millimetres(56.0),
            height: Millimetres(10.0),
        }
    }

    fn written(text: &str, seed: u64) -> Print {
        let mut print = sheet();
        write(&mut print, text, row(), Pen::Ballpoint, seed);
        print
    }

    #[test]
    fn a_seed_repeats_and_another_hand_differs() {
        assert_eq!(written("げんきです", 4), written("げんきです", 4));
        assert_ne!(written("げんきです", 4), written("げんきです", 5));
    }

    #[test]
    fn what_the_demonstration_writes_has_skeletons() {
        let texts =
            ["げんきです。", "128/76 今日はさんぽに行きました", "デイサービス", "ごはんを食べた", "体温36.5"];
        for letter in texts.iter().flat_map(|text| text.chars()) {
            assert!(is_known(letter), "{letter}");
        }
    }

    #[test]
    fn ink_stays_within_its_row_and_is_not_too_much() {
        let print = written("きょうはよくねむれました", 9);
        let dark = |x: usize, y: usize| print.samples[(y * 600 + x) * 3] < 200;
        let count = (0..600 * 120).filter(|k| dark(k % 600, k / 600)).count();
        assert!((1500..9000).contains(&count), "{count} dark pixels");
        assert!((0..600).all(|x| !dark(x, 0) && !dark(x, 119)));
    }

    #[test]
    fn an_unknown_character_is_scribbled() {
        assert!(!is_known('鬱'));
        assert_ne!(written("鬱", 3), sheet());
    }
}
