//! The light in the room: from one side more than from the other, with the soft shadows of a hand,
//! a phone or a head, and a tint that the camera's white balance left over.

use super::Conditions;
use crate::demo::dice::Dice;

/// The way over which the falloff of the conditions is meant, in millimetres.
const FALLOFF_WAY: f64 = 200.0;

/// Over this way, in millimetres, one lamp's light gives way to another's.
const LAMP_WAY: f64 = 260.0;

/// A second lamp in the room, of another colour than the one that the camera's white balance is for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lamp {
    /// Share of the light that comes from it where it is strongest, 0 to 1.
    pub share: f64,
    /// Gains of red and blue against green.
    pub tint: [f64; 2],
    /// On which side it stands: degrees from the table's x, clockwise.
    pub direction_degrees: f64,
}

impl Lamp {
    /// One lamp only.
    pub const OFF: Self = Self { share: 0.0, tint: [1.0, 1.0], direction_degrees: 0.0 };

    /// A warm lamp, or daylight from a window, in half of the pictures, with at most this share.
    pub fn drawn(dice: &mut Dice, most: f64) -> Self {
        let (is_on, is_warm) = (dice.chance(0.5), dice.chance(0.6));
        let (share, strength) = (dice.between(0.2, 1.0) * most, dice.between(0.5, 1.0));
        let direction_degrees = dice.between(0.0, 360.0);
        // Incandescent light seen at daylight's balance, and the other way round, about.
        let full = if is_warm { [0.35, -0.5] } else { [-0.3, 0.45] };
        let tint = full.map(|gain| 1.0 + gain * strength);
        if is_on { Self { share, tint, direction_degrees } } else { Self::OFF }
    }

    /// Gains of red, green and blue at a place, both lamps together.
    fn gains(&self, x: f64, y: f64) -> [f64; 3] {
        let (sin, cos) = self.direction_degrees.to_radians().sin_cos();
        let share = self.share * (0.5 + (x * cos + y * sin) / LAMP_WAY).clamp(0.0, 1.0);
        let [red, blue] = self.tint;
        [red, 1.0, blue].map(|gain| 1.0 - share + share * gain)
    }
}

/// Light on the table, by place.
pub struct Light {
    /// Light of red, green and blue in the table's middle; 1 is white paper fully exposed.
    level: [f64; 3],
    /// By how much it grows for each millimetre along x and y.
    growth: [f64; 2],
    /// Where it comes from: horizontal parts of the way to it, over the vertical one.
    from: [f64; 2],
    /// By how much the tint changes for each millimetre: two lamps of different colour.
    tint_growth: f64,
    lamp: Lamp,
    shadows: Vec<Shadow>,
}

/// One shadow with a straight, soft edge, bounded on the other side where it is a stripe.
struct Shadow {
    /// Across the edge, one long.
    normal: [f64; 2],
    /// Where the edges lie along the normal, in millimetres.
    from: f64,
    to: f64,
    softness: f64,
    depth: f64,
}

impl Light {
    /// The light of the conditions; where it comes from and where shadows fall is chance.
    pub fn new(conditions: &Conditions) -> Self {
        let mut dice = Dice::new(conditions.seed ^ 0x6C69_6768);
        let way = dice.between(0.0, std::f64::consts::TAU);
        let slant = dice.between(0.2, 1.0);
        let growth = conditions.falloff / FALLOFF_WAY;
        let [red, blue] = conditions.tint;
        let mut shadow = || {
            let angle = dice.between(0.0, std::f64::consts::TAU);
            let from = dice.between(-70.0, 70.0);
            // A hand or an arm is a stripe, a head or a phone reaches on.
            let to = if dice.chance(0.5) { from + dice.between(40.0, 90.0) } else { 1e6 };
            let softness = conditions.shadow_softness.0 * dice.between(0.6, 1.4);
            Shadow { normal: [angle.cos(), angle.sin()], from, to, softness, depth: conditions.shadow_depth }
        };
        let shadows = (0..conditions.shadows).map(|_| shadow()).collect();
        Self {
            level: [red, 1.0, blue].map(|gain| gain * conditions.brightness),
            growth: [growth * way.cos(), growth * way.sin()],
            from: [slant * way.cos(), slant * way.sin()],
            tint_growth: (red - blue) * 0.5 / FALLOFF_WAY * dice.between(-1.0, 1.0),
            lamp: conditions.lamp,
            shadows,
        }
    }

    /// Light of red, green and blue at a place of the table, in millimetres from its middle.
    pub fn at(&self, x: f64, y: f64) -> [f64; 3] {
        let fall = (1.0 + self.growth[0] * x + self.growth[1] * y).clamp(0.15, 1.6);
        let open: f64 = self.shadows.iter().map(|shadow| shadow.open(x, y)).product();
        let shift = self.tint_growth * (x + y);
        let [red, green, blue] = self.level;
        let gains = self.lamp.gains(x, y);
        let level = [red * (1.0 + shift), green, blue * (1.0 - shift)].map(|level| level * fall * open);
        std::array::from_fn(|k| level[k] * gains[k])
    }

    /// How much more or less light inclined paper gets than flat paper.
    pub fn on_slope(&self, [along_x, along_y]: [f64; 2]) -> f64 {
        let facing = 1.0 - along_x * self.from[0] - along_y * self.from[1];
        (facing / (1.0 + along_x * along_x + along_y * along_y).sqrt()).clamp(0.3, 1.7)
    }
}

impl Shadow {
    /// Share of the light that is let through.
    fn open(&self, x: f64, y: f64) -> f64 {
        let across = self.normal[0] * x + self.normal[1] * y;
        let step = |edge: f64| {
            let part = ((across - edge) / self.softness + 0.5).clamp(0.0, 1.0);
            part * part * (3.0 - 2.0 * part)
        };
        1.0 - self.depth * (step(self.from) - step(self.to))
    }
}
