//! Measured numbers: blood pressure, pulse, temperature, oxygen saturation, weight. Each has a unit, a
//! range outside which it cannot have been measured (refused), and one outside which it is asked about.

use serde::{Deserialize, Serialize};

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Upper blood pressure, mmHg.
    Systolic,
    /// Lower blood pressure, mmHg.
    Diastolic,
    /// Beats a minute.
    Pulse,
    /// Tenths of a degree Celsius.
    Temperature,
    /// Oxygen saturation, per cent.
    Oxygen,
    /// Tenths of a kilogram.
    Weight,
}

/// Ranges in a measure's own unit, both ends included.
struct Ranges {
    possible: (u16, u16),
    plausible: (u16, u16),
}

impl Measure {
    /// Every measure, in the order of the form.
    pub const ALL: [Self; 6] =
        [Self::Systolic, Self::Diastolic, Self::Pulse, Self::Temperature, Self::Oxygen, Self::Weight];

    /// The name of the form field and the tail of message keys.
    pub fn word(self) -> &'static str {
        match self {
            Self::Systolic => "systolic",
            Self::Diastolic => "diastolic",
            Self::Pulse => "pulse",
            Self::Temperature => "temperature",
            Self::Oxygen => "oxygen",
            Self::Weight => "weight",
        }
    }

    /// The unit as it is shown; the pulse's is a message.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Systolic | Self::Diastolic => "mmHg",
            Self::Pulse => "",
            Self::Temperature => "℃",
            Self::Oxygen => "%",
            Self::Weight => "kg",
        }
    }

    /// Digits behind the decimal point.
    fn decimals(self) -> u8 {
        u8::from(matches!(self, Self::Temperature | Self::Weight))
    }

    /// Our own judgement, wide on purpose: home meters measure within `possible` (JIS T 1115 meters show
    /// up to 300 mmHg; clinical thermometers 32–42 ℃), and grown-ups at home are mostly `plausible`.
    fn ranges(self) -> Ranges {
        let (possible, plausible) = match self {
            Self::Systolic => ((40, 300), (80, 200)),
            Self::Diastolic => ((20, 200), (40, 120)),
            Self::Pulse => ((20, 250), (40, 130)),
            Self::Temperature => ((200, 700), (350, 390)),
            Self::Oxygen => ((40, 100), (90, 100)),
            Self::Weight => ((100, 2500), (250, 1200)),
        };
        Ranges { possible, plausible }
    }

    /// The number as typed, full-width digits too; `None` when it is not one.
    pub fn parse(self, typed: &str) -> Option<u16> {
        let plain: String = typed.trim().chars().map(half_width).collect();
        let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
        let decimals = usize::from(self.decimals());
        if whole.is_empty() || part.len() > decimals || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        format!("{whole}{part:0<decimals$}").parse().ok()
    }

    /// The number as it is shown: 36.4.
    pub fn show(self, value: u16) -> String {
        if self.decimals() == 0 { value.to_string() } else { format!("{}.{}", value / 10, value % 10) }
    }

    /// The plausible range as it is shown: 35.0〜39.0℃.
    pub fn show_plausible(self) -> String {
        let (low, high) = self.ranges().plausible;
        format!("{}〜{}{}", self.show(low), self.show(high), self.unit())
    }

    /// False for what no meter shows.
    pub fn is_possible(self, value: u16) -> bool {
        let (low, high) = self.ranges().possible;
        (low..=high).contains(&value)
    }

    /// False for what should be looked at once more.
    pub fn is_plausible(self, value: u16) -> bool {
        let (low, high) = self.ranges().plausible;
        (low..=high).contains(&value)
    }
}

fn half_width(character: char) -> char {
    match character {
        '０'..='９' => char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character),
        '．' | '。' | '、' | ',' => '.',
        other => other,
    }
}

/// What was measured at one moment, each in its measure's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Vitals {
    pub systolic: Option<u16>,
    pub diastolic: Option<u16>,
    pub pulse: Option<u16>,
    pub temperature: Option<u16>,
    pub oxygen: Option<u16>,
    pub weight: Option<u16>,
}

impl Vitals {
    /// One of the numbers.
    pub fn get(&self, measure: Measure) -> Option<u16> {
        match measure {
            Measure::Systolic => self.systolic,
            Measure::Diastolic => self.diastolic,
            Measure::Pulse => self.pulse,
            Measure::Temperature => self.temperature,
            Measure::Oxygen => self.oxygen,
            Measure::Weight => self.weight,
        }
    }

    /// Puts one of the numbers.
    pub fn set(&mut self, measure: Measure, value: Option<u16>) {
        let place = match measure {
            Measure::Systolic => &mut self.systolic,
            Measure::Diastolic => &mut self.diastolic,
            Measure::Pulse => &mut self.pulse,
            Measure::Temperature => &mut self.temperature,
            Measure::Oxygen => &mut self.oxygen,
            Measure::Weight => &mut self.weight,
        };
        *place = value;
    }

    /// The message keys of what cannot be taken, with the measure each belongs to.
    pub fn refusals(&self) -> Vec<(Measure, &'static str)> {
        let mut refused: Vec<_> = Measure::ALL
            .into_iter()
            .filter(|measure| self.get(*measure).is_some_and(|value| !measure.is_possible(value)))
            .map(|measure| (measure, "entry-vitals-impossible"))
            .collect();
        if let (Some(upper), Some(lower)) = (self.systolic, self.diastolic)
            && upper <= lower
            && refused.is_empty()
        {
            refused.push((Measure::Systolic, "entry-vitals-swapped"));
        }
        refused
    }

    /// What is possible, but should be looked at once more.
    pub fn doubts(&self) -> Vec<Measure> {
        let doubtful =
            |measure: &Measure| self.get(*measure).is_some_and(|value| !measure.is_plausible(value));
        Measure::ALL.into_iter().filter(doubtful).collect()
    }

    /// True when nothing was measured.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        assert_eq!(Measure::Temperature.parse("36.4"), Some(364));
        assert_eq!(Measure::Temperature.parse("３６．４"), Some(364));
        assert_eq!(Measure::Temperature.parse("36"), Some(360));
        assert_eq!(Measure::Temperature.parse("36."), Some(360));
        assert_eq!(Measure::Systolic.parse(" 132 "), Some(132));
        for wrong in ["", "132.5", "abc", "-1", "１３２mmHg", "999999"] {
            assert_eq!(Measure::Systolic.parse(wrong), None, "{wrong}");
        }
        assert_eq!(Measure::Weight.show(482), "48.2");
    }

    #[test]
    fn the_impossible_is_refused_and_the_unlikely_is_asked_about() {
        let broken = Vitals { temperature: Some(734), ..Vitals::default() };
        assert_eq!(broken.refusals(), [(Measure::Temperature, "entry-vitals-impossible")]);
        let high = Vitals { systolic: Some(210), diastolic: Some(95), ..Vitals::default() };
        assert!(high.refusals().is_empty());
        assert_eq!(high.doubts(), [Measure::Systolic]);
        let swapped = Vitals { systolic: Some(76), diastolic: Some(132), ..Vitals::default() };
        assert_eq!(swapped.refusals(), [(Measure::Systolic, "entry-vitals-swapped")]);
    }
}
