//! What lies on the table: a sheet alone, a booklet lying open with two pages, or two booklets.

use super::curl::{Bend, Curl, CurlShape};
use super::{Conditions, Laid, Print};
use crate::demo::dice::Dice;
use crate::sheet::design::{Millimetres, Place};

/// Least and most that the pages of an open booklet rise to its spine, against the curl that the
/// conditions have for a sheet alone.
const SPINE_LIFT: [f64; 2] = [0.5, 1.0];
/// Gap between two booklets, in millimetres.
const GAP: [f64; 2] = [4.0, 30.0];

/// What lies on the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrangement {
    Alone,
    /// Two pages on both sides of a spine. Both are wanted in the picture.
    Open,
    /// A second booklet beside the first, wanted in the picture, too.
    Two,
    /// A second booklet beside the first, seen only as far as it happens to be.
    Aside,
}

impl Arrangement {
    /// Every arrangement.
    pub const ALL: [Self; 4] = [Self::Alone, Self::Open, Self::Two, Self::Aside];

    /// One by chance: mostly a sheet alone.
    pub fn drawn(seed: u64) -> Self {
        match Dice::new(seed ^ 0x7363_656E).below(10) {
            0..6 => Self::Alone,
            6 | 7 => Self::Open,
            8 => Self::Two,
            _ => Self::Aside,
        }
    }

    /// The word by which it is reported.
    pub fn word(self) -> &'static str {
        match self {
            Self::Alone => "alone",
            Self::Open => "open",
            Self::Two => "two",
            Self::Aside => "aside",
        }
    }

    /// How many sheets lie there.
    pub fn sheets(self) -> usize {
        if self == Self::Alone { 1 } else { 2 }
    }

    /// The conditions as somebody takes a picture of it: of pages side by side, a wide one.
    pub fn held(self, mut conditions: Conditions) -> Conditions {
        if matches!(self, Self::Open | Self::Two) {
            (conditions.width, conditions.height) = (conditions.height, conditions.width);
        }
        conditions
    }

    /// Lays the sheets: the first, and one more unless it is alone. None without a sheet.
    pub fn lay<'a>(self, prints: &[&'a Print], conditions: &Conditions) -> Vec<Laid<'a>> {
        let mut dice = Dice::new(conditions.seed ^ 0x6C61_7973);
        match (self, prints) {
            (_, []) => Vec::new(),
            (Self::Alone, [first, ..]) | (_, [first]) => vec![Laid::alone(first, conditions)],
            (Self::Open, [first, second, ..]) => {
                let lift = conditions.curl.lift.0 * dice.between(SPINE_LIFT[0], SPINE_LIFT[1]);
                if dice.chance(0.5) { open([first, second], lift) } else { open([second, first], lift) }
            }
            (Self::Two | Self::Aside, [first, second, ..]) => {
                let mut other = beside(first, second, &mut dice);
                other.framed = self == Self::Two;
                let curl = Curl { lift: Millimetres(conditions.curl.lift.0 * 0.5), ..conditions.curl };
                vec![Laid { curl: conditions.curl, ..Laid::alone(first, conditions) }, Laid { curl, ..other }]
            }
        }
    }
}

/// Two pages, left and right of a spine to which both rise.
fn open(pages: [&Print; 2], lift: f64) -> Vec<Laid<'_>> {
    let page = |print: &'_ Print, side: f64| {
        let direction_degrees = if side > 0.0 { 0.0 } else { 180.0 };
        let curl = Curl { lift: Millimetres(lift), direction_degrees, shape: CurlShape::Bound };
        // A page that rises covers less of the table: its bound edge still is at the spine.
        let [edge, ..] = Bend::new(&curl, print.width, print.height).bend([-side * print.width.0 / 2.0, 0.0]);
        (curl, Place { x: Millimetres(-edge), y: Millimetres(0.0) })
    };
    let lay = |print, side| {
        let (curl, middle) = page(print, side);
        Laid { print, middle, turn_degrees: 0.0, curl, framed: true }
    };
    vec![lay(pages[0], -1.0), lay(pages[1], 1.0)]
}

/// A sheet on one side of another, turned as it happens to lie.
fn beside<'a>(first: &Print, second: &'a Print, dice: &mut Dice) -> Laid<'a> {
    let turn_degrees = dice.between(-14.0, 14.0);
    let turned = second.height.0 * turn_degrees.to_radians().sin().abs();
    let away = (first.width.0 + second.width.0 + turned) / 2.0 + dice.between(GAP[0], GAP[1]);
    let side = if dice.chance(0.5) { 1.0 } else { -1.0 };
    let middle = Place { x: Millimetres(side * away), y: Millimetres(dice.between(-30.0, 30.0)) };
    Laid { print: second, middle, turn_degrees, curl: Curl::FLAT, framed: true }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::photograph::Severity;
    use crate::demo::photograph::sheet::Sheet;
    use crate::demo::photograph::wear::Wear;

    fn print() -> Print {
        Print::new(image::RgbImage::new(148, 210), Millimetres(148.0), Millimetres(210.0))
    }

    #[test]
    fn pages_of_an_open_booklet_meet_at_its_spine_and_rise_there() {
        let (left, right) = (print(), print());
        let laid = open([&left, &right], 8.0);
        let corners: Vec<_> = laid.iter().map(|laid| Sheet::new(laid, Wear::default()).corners()).collect();
        let ([_, inner, ..], [meets, outer, ..]) = (corners[0], corners[1]);
        assert!(inner[0].abs() < 0.1 && meets[0].abs() < 0.1, "{inner:?} {meets:?}");
        assert!(inner[2] > 7.0 && outer[2] < 1.0, "{inner:?} {outer:?}");
    }

    #[test]
    fn two_booklets_do_not_lie_on_each_other() {
        let (one, other) = (print(), print());
        for seed in 1..50 {
            let conditions = Conditions::drawn(seed, Severity::Gentle);
            let laid = Arrangement::Two.lay(&[&one, &other], &conditions);
            let across = |laid: &Laid| {
                let places = Sheet::new(laid, Wear::default()).corners().map(|[x, ..]| x);
                places.into_iter().fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(x), high.max(x)))
            };
            let ((a, b), (c, d)) = (across(&laid[0]), across(&laid[1]));
            assert!(b < c || d < a, "seed {seed}");
        }
    }
}
