//! Blood pressure of a month, drawn: morning filled circles, evening open squares, 135 and 85 as dashed
//! lines (the home threshold of the Japanese Society of Hypertension), the same figures as a table.

use jiff::civil::Date;

use super::staff_view::{Chart, ChartLine, ChartRow, Point};
use crate::clock::DAY;
use crate::clock::Instant;
use crate::entry::{Contents, Entry, card};
use crate::text::{Text, date};

/// Days shown.
const DAYS: i64 = 31;
/// The drawing's coordinates: `templates/parts/care.html` draws 340 × 270 with the axis on the right.
const LEFT: f32 = 12.5;
const RIGHT: f32 = 288.5;
const TOP: f32 = 12.4;
const BOTTOM: f32 = 252.0;
/// Half the diagonal of an evening square, which is placed by its corner.
const SQUARE: f32 = 3.3;
/// mmHg at the top and the bottom of the drawing, unless a value lies beyond.
const HIGHEST: u16 = 170;
const LOWEST: u16 = 50;

struct Reading {
    at: Instant,
    systolic: u16,
    diastolic: u16,
}

impl Reading {
    fn is_morning(&self) -> bool {
        self.at.in_japan().hour() < 12
    }
}

/// The chart of the month before `now`; `None` with fewer than two readings.
pub fn blood_pressure(text: &Text, entries: &[Entry], now: Instant) -> Option<Chart> {
    let readings: Vec<Reading> = entries.iter().filter_map(|entry| reading(entry, now)).collect();
    if readings.len() < 2 {
        return None;
    }
    let span = |values: &dyn Fn(&Reading) -> u16| {
        let all = || readings.iter().map(values);
        (all().min().unwrap_or_default(), all().max().unwrap_or_default())
    };
    let (upper, lower) = (span(&|reading| reading.systolic), span(&|reading| reading.diastolic));
    let (top, bottom) = (HIGHEST.max(upper.1 + 5), LOWEST.min(lower.0.saturating_sub(5)));
    let height =
        |value: u16| TOP + (BOTTOM - TOP) * f32::from(top.saturating_sub(value)) / f32::from(top - bottom);
    let along = |at: Instant| {
        let days = (now.0 - at.0) as f32 / DAY as f32;
        RIGHT - (RIGHT - LEFT) * days / DAYS as f32
    };
    let points = |morning: bool, shift: f32| {
        let of_half = readings.iter().filter(|reading| reading.is_morning() == morning);
        of_half
            .flat_map(|reading| [reading.systolic, reading.diastolic].map(|value| (reading.at, value)))
            .map(|(at, value)| Point { x: along(at) - shift, y: height(value) - shift })
            .collect()
    };
    let line = |value: u16| ChartLine {
        y: height(value),
        value: value.into(),
        standard: value == 135 || value == 85,
    };
    let first = now.plus(-DAYS * DAY).day();
    Some(Chart {
        unit: "mmHg".into(),
        summary: summary(text, first, now.day(), upper, lower),
        aim: None,
        bands: vec![],
        lines: [160, 135, 110, 85, 60].map(line).into(),
        mornings: points(true, 0.0),
        evenings: points(false, SQUARE),
        first_day: date::month_day(first),
        middle_day: date::month_day(now.plus(-DAYS * DAY / 2).day()),
        last_day: date::month_day(now.day()),
        table: table(entries, now),
    })
}

fn reading(entry: &Entry, now: Instant) -> Option<Reading> {
    let Contents::Vitals(vitals) = &entry.contents else { return None };
    let at = entry.happened_at;
    let is_recent = at > now.plus(-DAYS * DAY) && at <= now;
    is_recent.then_some(Reading { at, systolic: vitals.systolic?, diastolic: vitals.diastolic? })
}

fn summary(text: &Text, first: Date, last: Date, upper: (u16, u16), lower: (u16, u16)) -> String {
    let arguments = [
        ("first", date::month_day_weekday(text, first)),
        ("last", date::month_day_weekday(text, last)),
        ("upper", format!("{}〜{}", upper.0, upper.1)),
        ("lower", format!("{}〜{}", lower.0, lower.1)),
    ];
    text.format("timeline-chart-summary", &arguments).plain()
}

fn table(entries: &[Entry], now: Instant) -> Vec<ChartRow> {
    let mut rows: Vec<(Date, ChartRow)> = Vec::new();
    for entry in entries {
        let (Some(reading), Contents::Vitals(vitals)) = (reading(entry, now), &entry.contents) else {
            continue;
        };
        let day = reading.at.day();
        if rows.last().is_none_or(|(known, _)| *known != day) {
            let row = ChartRow { day: date::month_day(day), morning: String::new(), evening: String::new() };
            rows.push((day, row));
        }
        if let Some((_, row)) = rows.last_mut() {
            let place = if reading.is_morning() { &mut row.morning } else { &mut row.evening };
            *place = card::pressure(vitals);
        }
    }
    rows.into_iter().map(|(_, row)| row).collect()
}
