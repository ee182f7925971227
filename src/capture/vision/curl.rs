//! How a sheet that is not flat is bent: like a piece of a cylinder, higher here and lower there across one
//! direction. Seen from a camera above, what is higher moves away from the place under the camera. The bend is
//! fitted to the marks and to printed lines that are found again beside their place.

use serde::{Deserialize, Serialize};

use super::homography::{Homography, Pair};
use super::linear::{add_equation, solve};
use super::lines::Sighting;
use crate::sheet::design::{Millimetres, Place};

/// Focal length over the picture's long side, of a phone's main camera: 26 mm for a frame of 43.3 mm diagonal
/// and 4 : 3.
const FOCAL_SHARE: f64 = 0.75;
/// Powers of the height's polynomial: a tilted plane is left to the homography.
const POWERS: std::ops::RangeInclusive<i32> = 2..=5;
const HEIGHTS: usize = 4;
/// Unknowns: the heights, and a small change of the homography.
const UNKNOWNS: usize = HEIGHTS + 8;
/// Directions across which the sheet may be bent, over half a turn.
const DIRECTIONS: usize = 12;
/// Distance in millimetres at which a line has a quarter of its weight, round after round.
const OUTLYING: [f64; 7] = [1.5, 1.5, 1.0, 0.7, 0.5, 0.4, 0.4];
/// Weight of a mark's corner against one sighting of a line.
const MARK_WEIGHT: f64 = 15.0;
/// Pull towards no height at all.
const RIDGE: f64 = 0.02;
/// Fewest sightings that a bend is fitted to.
const SIGHTINGS_MIN: usize = 60;
/// A bend is taken if so many times more lines lie where they should, and if it moves a place so far, in
/// millimetres.
const BETTER: f64 = 1.1;
const MOVED_MIN: f64 = 0.25;
/// Least share of the lines seen that lie where a bend expects them: the lines of another design, or of an older
/// revision, do not.
const SHARE_MIN: f64 = 0.7;

/// By how much the places of a sheet are moved on the flat sheet's plane.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Curl {
    /// What the sheet is seen from.
    stage: Stage,
    /// The direction across which it is bent, one long.
    across: [f64; 2],
    unknowns: [f64; UNKNOWNS],
}

/// A sheet's size and where the camera is, in millimetres of the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    middle: [f64; 2],
    /// Half of the diagonal.
    reach: f64,
    /// The place under the camera, and its height.
    foot: [f64; 2],
    height: f64,
}

/// A place known for certain, and how far it is moved: a corner of a mark.
pub type Fixed = ([f64; 2], [f64; 2]);

/// How far known points are moved on the plane of a sheet that is seen through a map.
pub fn fixed(map: &Homography, points: impl Iterator<Item = Pair>) -> Option<Vec<Fixed>> {
    let back = map.inverse()?;
    let moved = |(meant, [x, y]): Pair| {
        let seen = back.map(x, y);
        (meant, [seen.x - meant[0], seen.y - meant[1]])
    };
    Some(points.map(moved).collect())
}

impl Stage {
    /// From where the sheet is seen in a picture of this size in pixels.
    pub fn new(
        map: &Homography,
        (width, height): (Millimetres, Millimetres),
        picture: (usize, usize),
    ) -> Self {
        let middle = [width.0 / 2.0, height.0 / 2.0];
        let focal = FOCAL_SHARE * picture.0.max(picture.1) as f64;
        let [foot_x, foot_y, away] = map.eye(focal, picture);
        Self { middle, reach: middle[0].hypot(middle[1]), foot: [foot_x, foot_y], height: away }
    }

    /// A place in shares of the reach from the middle.
    fn share(&self, place: [f64; 2]) -> [f64; 2] {
        [0, 1].map(|k| (place[k] - self.middle[k]) / self.reach)
    }

    /// How far a place moves with one millimetre of each unknown, along one axis.
    fn terms(&self, across: [f64; 2], place: [f64; 2], axis: usize) -> [f64; UNKNOWNS] {
        let [u, v] = self.share(place);
        let along = u * across[0] + v * across[1];
        let mut terms = [0.0; UNKNOWNS];
        for (term, power) in terms.iter_mut().zip(POWERS) {
            *term = along.powi(power) * (place[axis] - self.foot[axis]) / self.height;
        }
        let own = [u, v][axis];
        terms[HEIGHTS + 3 * axis..][..3].copy_from_slice(&[1.0, u, v]);
        terms[HEIGHTS + 6..].copy_from_slice(&[own * u, own * v]);
        terms
    }
}

impl Curl {
    /// The bend under which most lines lie where they should; `None` if the sheet is as good as flat, or too
    /// few lines are seen to tell.
    pub fn fit(stage: Stage, fixed: &[Fixed], sightings: &[Sighting]) -> Option<Self> {
        let (support, best) = Self::best(stage, fixed, sightings)?;
        let is_better = support > BETTER * Self::flat(stage).support(sightings);
        let is_this_design = support >= SHARE_MIN * sightings.len() as f64;
        (is_better && is_this_design && best.most_moved() > MOVED_MIN).then_some(best)
    }

    /// The bend under which most lines lie where they should, and how many do; `None` if too few are seen.
    pub fn best(stage: Stage, fixed: &[Fixed], sightings: &[Sighting]) -> Option<(f64, Self)> {
        if sightings.len() < SIGHTINGS_MIN {
            return None;
        }
        let directions = (0..DIRECTIONS).map(|k| k as f64 * std::f64::consts::PI / DIRECTIONS as f64);
        let bends = directions.filter_map(|angle| {
            let mut bend = Self::flat(stage);
            bend.across = [angle.cos(), angle.sin()];
            let bend = bend.fitted(fixed, sightings)?;
            Some((bend.support(sightings), bend))
        });
        bends.max_by(|a, b| a.0.total_cmp(&b.0))
    }

    /// The change of the flat sheet's plane alone under which most lines lie where they should.
    pub fn level(stage: Stage, fixed: &[Fixed], sightings: &[Sighting]) -> Option<Self> {
        let mut level = Self::flat(stage);
        level.across = [0.0, 0.0];
        level.fitted(fixed, sightings)
    }

    /// No bend at all.
    fn flat(stage: Stage) -> Self {
        Self { stage, across: [1.0, 0.0], unknowns: [0.0; UNKNOWNS] }
    }

    /// The same direction with its unknowns fitted; what lies far away counts less, round by round.
    fn fitted(mut self, fixed: &[Fixed], sightings: &[Sighting]) -> Option<Self> {
        for outlying in OUTLYING {
            let mut system = [[0.0; UNKNOWNS + 1]; UNKNOWNS];
            let mut add = |place: [f64; 2], axis: usize, moved: f64, weight: f64| {
                let mut equation = [moved; UNKNOWNS + 1];
                equation[..UNKNOWNS].copy_from_slice(&self.stage.terms(self.across, place, axis));
                add_equation(&mut system, equation, weight);
            };
            for (place, moved) in fixed {
                (0..2).for_each(|axis| add(*place, axis, moved[axis], MARK_WEIGHT));
            }
            for seen in sightings {
                let (moved, away) = self.nearest(seen);
                add(seen.place, seen.axis, moved, weight(away, outlying));
            }
            (0..UNKNOWNS).for_each(|k| system[k][k] += RIDGE);
            self.unknowns = solve(system)?;
        }
        Some(self)
    }

    /// Of the lines seen beside a place that which lies nearest to where this bend expects it: how far it is
    /// moved, and how far it lies from there.
    fn nearest(&self, seen: &Sighting) -> (f64, f64) {
        let expected = self.moved(seen.place, seen.axis);
        let away = seen.moved.iter().map(|moved| (*moved, (moved - expected).abs()));
        away.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0.0, f64::MAX))
    }

    /// How many lines lie where this bend expects them.
    fn support(&self, sightings: &[Sighting]) -> f64 {
        let last = OUTLYING[OUTLYING.len() - 1];
        sightings.iter().map(|seen| weight(self.nearest(seen).1, last)).sum()
    }

    /// How far a place is moved along an axis, in millimetres.
    fn moved(&self, place: [f64; 2], axis: usize) -> f64 {
        let terms = self.stage.terms(self.across, place, axis);
        self.unknowns.iter().zip(terms).map(|(factor, term)| factor * term).sum()
    }

    /// The place of the flat sheet where this place of the bent one is seen.
    pub fn bend(&self, place: Place) -> Place {
        let at = [place.x.0, place.y.0];
        Place { x: Millimetres(at[0] + self.moved(at, 0)), y: Millimetres(at[1] + self.moved(at, 1)) }
    }

    /// How far the place that is moved most is moved, in millimetres: of some all over the sheet.
    fn most_moved(&self) -> f64 {
        let [x, y] = self.stage.middle;
        let places = (0..25).map(|k| [x * f64::from(k % 5) / 2.0, y * f64::from(k / 5) / 2.0]);
        places.map(|place| self.moved(place, 0).hypot(self.moved(place, 1))).fold(0.0, f64::max)
    }
}

/// Weight of what lies so far away: a quarter at the distance `outlying`.
fn weight(away: f64, outlying: f64) -> f64 {
    (1.0 + (away / outlying).powi(2)).powi(-2)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: (Millimetres, Millimetres) = (Millimetres(148.0), Millimetres(210.0));

    /// An A5 sheet seen upright from 350 mm above a place beside its middle.
    fn stage() -> Stage {
        let map = Homography::affine([[9.0, 0.0, 300.0], [0.0, 9.0, 200.0]]);
        Stage::new(&map, SIZE, (3024, 4200))
    }

    /// How far a place moves that is lifted like an arch, 6 mm in the middle.
    fn arched([x, y]: [f64; 2]) -> [f64; 2] {
        let stage = stage();
        let lift = 6.0 * ((x - 74.0) / 148.0 * std::f64::consts::PI).cos();
        [(x - stage.foot[0]), (y - stage.foot[1])].map(|away| away * lift / (stage.height - lift))
    }

    /// Lines under each other every 12 mm, moved as said; every fifth place shows a stroke of a pen besides.
    fn rows(moved: impl Fn([f64; 2]) -> [f64; 2]) -> Vec<Sighting> {
        let places = (0..14)
            .flat_map(|row| (0..28).map(move |k| [18.0 + 4.0 * f64::from(k), 30.0 + 12.0 * f64::from(row)]));
        let sighting = |(k, place): (usize, [f64; 2])| {
            let own = moved(place)[1];
            let stroke = (k * 37 % 100) as f64 / 12.5 - 4.0;
            Sighting { place, axis: 1, moved: if k % 5 == 0 { vec![stroke, own] } else { vec![own] } }
        };
        places.enumerate().map(sighting).collect()
    }

    fn marks(moved: impl Fn([f64; 2]) -> [f64; 2]) -> Vec<Fixed> {
        let corners = [[5.0, 5.0], [143.0, 5.0], [143.0, 205.0], [5.0, 205.0], [13.0, 13.0], [135.0, 13.0]];
        corners.into_iter().map(|place| (place, moved(place))).collect()
    }

    #[test]
    fn an_arch_is_found_by_lines_that_run_one_way_only() {
        let curl = Curl::fit(stage(), &marks(arched), &rows(arched)).expect("bent");
        for place in (0..81).map(|k| [18.5 * f64::from(k % 9), 26.25 * f64::from(k / 9)]) {
            let meant = arched(place);
            for (axis, meant) in meant.iter().enumerate() {
                let moved = curl.moved(place, axis);
                assert!((moved - meant).abs() < 0.3, "{place:?}: {moved} is not {meant}");
            }
        }
    }

    #[test]
    fn a_flat_sheet_and_a_sheet_without_lines_have_no_curl() {
        let flat = |_| [0.0, 0.0];
        assert_eq!(Curl::fit(stage(), &marks(flat), &rows(flat)), None);
        assert_eq!(Curl::fit(stage(), &marks(arched), &rows(arched)[..40]), None);
    }

    #[test]
    fn the_lines_of_another_design_bend_nothing() {
        // Every other line lies where the arch brings it, and the rest anywhere else.
        let mut mixed = rows(arched);
        for (k, sighting) in mixed.iter_mut().enumerate().filter(|(k, _)| k % 2 == 0) {
            sighting.moved = vec![(k * 53 % 90) as f64 / 10.0 - 4.5];
        }
        assert_eq!(Curl::fit(stage(), &marks(arched), &mixed), None);
    }
}
