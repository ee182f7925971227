//! Measured values of the last days for a doctor: chart and table on one A4 page.

use axum::Extension;
use axum::extract::Query;
use jiff::civil::Date;
use serde::Deserialize;

use super::{japanese, period, person};
use crate::access::guard::{Access, Print, Window};
use crate::clock::{DAY, Instant};
use crate::entry::vitals::Measure;
use crate::entry::{self, Contents, Entry, Vitals, card};
use crate::error::{Error, Result};
use crate::notebook;
use crate::print::digest::may_go;
use crate::print::press::{Chart, Document, Mark, Series, VitalsReport};
use crate::print::web::{Printer, written};
use crate::store::tx::Tx;
use crate::text::{Text, date};
use crate::web::App;
use crate::web::reply::{Reply, download};

/// How many days may be asked for.
pub const DAYS: [u32; 3] = [28, 14, 7];
/// Home blood pressure from which on hypertension is diagnosed, mmHg (Japanese Society of Hypertension 2019).
const GUIDES: [u16; 2] = [135, 85];
/// mmHg at the edges of the chart, unless a value lies beyond.
const PRESSURES: (u16, u16) = (50, 180);
/// A chart of weight needs so many values.
const WEIGHTS_MIN: usize = 3;

/// Over how many days.
#[derive(Deserialize)]
#[serde(default)]
pub struct Asked {
    days: u32,
}

impl Default for Asked {
    fn default() -> Self {
        Self { days: DAYS[0] }
    }
}

/// `GET /n/{notebook}/paper/vitals.pdf?days=28`.
pub async fn print(
    app: App,
    Extension(printer): Extension<Printer>,
    access: Access<Print>,
    Query(asked): Query<Asked>,
) -> Result<Reply> {
    let days = DAYS.into_iter().find(|days| *days == asked.days).ok_or(Error::NotFound)?;
    let now = app.clock.now();
    let first = first_moment(now, days);
    let (opened, window) = (access.opened(), Window { since: None, ..access.window(now) });
    let work = move |tx: &mut Tx<'_>| entry::sql::list_kind(tx, &opened, &window, "vitals", first);
    let mut entries = app.records.read(work).await?;
    entries.retain(|entry| may_go(entry) && entry.happened_at <= now);
    entries.reverse();
    let (_, profile) = notebook::web::find(&app, &access).await?;
    let text = japanese(&app);
    let (columns, rows) = table(&text, &entries);
    let make = |notebook| {
        Document::VitalsReport(VitalsReport {
            notebook,
            person: person(&text, &profile, now),
            printed_on: date::era_day(now.day()),
            period: period(first, now),
            days,
            first_day: date::month_day(first.day()),
            last_day: date::month_day(now.day()),
            charts: charts(&text, &entries, first),
            columns,
            rows,
            note: text.plain("timeline-report-note"),
        })
    };
    let pdf = written(&app, &printer, access.notebook(), access.actor(), make).await?;
    Ok(download("application/pdf", "vitals.pdf", pdf))
}

/// The first moment of the first of so many days, the last of which is today.
fn first_moment(now: Instant, days: u32) -> Instant {
    let first = now.plus(-i64::from(days - 1) * DAY).day();
    Instant::from_japan(first.to_datetime(jiff::civil::Time::midnight()))
}

fn vitals(entry: &Entry) -> Option<&Vitals> {
    if let Contents::Vitals(vitals) = &entry.contents { Some(vitals) } else { None }
}

fn is_morning(entry: &Entry) -> bool {
    entry.happened_at.in_japan().hour() < 12
}

/// Blood pressure, and weight where it was measured a few times.
fn charts(text: &Text, entries: &[Entry], first: Instant) -> Vec<Chart> {
    let along = |entry: &Entry| (entry.happened_at.0 - first.0) as f64 / DAY as f64;
    let points = |values: &dyn Fn(&Entry) -> Vec<u16>, scale: f64| -> Vec<(f64, f64)> {
        let of_entry = |entry: &Entry| {
            let x = along(entry);
            values(entry).into_iter().map(move |value| (x, f64::from(value) / scale)).collect::<Vec<_>>()
        };
        entries.iter().flat_map(of_entry).collect()
    };
    let pressures = |morning: bool| {
        let both = |entry: &Entry| match vitals(entry) {
            Some(vitals) if is_morning(entry) == morning => {
                vitals.systolic.into_iter().chain(vitals.diastolic).collect()
            }
            _ => vec![],
        };
        points(&both, 1.0)
    };
    let halves = [("morning", Mark::Dot, true), ("evening", Mark::Square, false)];
    let series: Vec<Series> = halves
        .map(|(word, mark, morning)| {
            let label = text.plain(&format!("timeline-report-{word}"));
            Series { label, mark, points: pressures(morning) }
        })
        .into_iter()
        .filter(|series| !series.points.is_empty())
        .collect();
    let (lowest, highest) = span(&series, f64::from(PRESSURES.0), f64::from(PRESSURES.1));
    let guides = GUIDES.map(|value| (f64::from(value), text.plain("timeline-report-guide")));
    let (title, unit) = (text.plain("timeline-blood-pressure"), "mmHg".to_owned());
    let mut charts = vec![Chart { title, unit, lowest, highest, guides: guides.into(), series }];
    let weight = |entry: &Entry| vitals(entry).and_then(|vitals| vitals.weight).into_iter().collect();
    let weights = points(&weight, 10.0);
    if weights.len() >= WEIGHTS_MIN {
        let label = text.plain("entry-vitals-weight");
        let series = vec![Series { label: label.clone(), mark: Mark::Dot, points: weights }];
        let middle =
            series[0].points.iter().map(|(_, value)| value).sum::<f64>() / series[0].points.len() as f64;
        let (lowest, highest) = span(&series, middle.floor() - 2.0, middle.ceil() + 2.0);
        let unit = Measure::Weight.unit().to_owned();
        charts.push(Chart { title: label, unit, lowest, highest, guides: vec![], series });
    }
    charts
}

/// The usual edges, or wider ones in tens where a value lies beyond.
fn span(series: &[Series], lowest: f64, highest: f64) -> (f64, f64) {
    let values = || series.iter().flat_map(|series| &series.points).map(|(_, value)| *value);
    let least = values().fold(lowest, f64::min);
    let most = values().fold(highest, f64::max);
    let low = if least < lowest { (least / 10.0).floor() * 10.0 } else { lowest };
    let high = if most > highest { (most / 10.0).ceil() * 10.0 } else { highest };
    (low, high)
}

/// The heads and the rows, one a day on which something was measured; columns without a value are left out.
fn table(text: &Text, entries: &[Entry]) -> (Vec<String>, Vec<Vec<String>>) {
    let mut days: Vec<(Date, Vec<&Entry>)> = Vec::new();
    for entry in entries {
        let day = entry.happened_at.day();
        match days.last_mut() {
            Some((known, found)) if *known == day => found.push(entry),
            _ => days.push((day, vec![entry])),
        }
    }
    let columns = ["morning", "evening", "temperature", "oxygen", "weight"];
    let cells = |entries: &[&Entry]| columns.map(|column| cell(entries, column));
    let rows: Vec<(Date, [String; 5])> = days.iter().map(|(day, found)| (*day, cells(found))).collect();
    let is_used = |place: usize| rows.iter().any(|(_, cells)| !cells[place].is_empty());
    let used: Vec<usize> = (0..columns.len()).filter(|place| is_used(*place)).collect();
    let head = |place: &usize| text.plain(&format!("timeline-report-column-{}", columns[*place]));
    let heads =
        std::iter::once(text.plain("timeline-report-column-day")).chain(used.iter().map(head)).collect();
    let row = |(day, cells): &(Date, [String; 5])| {
        let day = date::month_day_weekday(text, *day);
        std::iter::once(day).chain(used.iter().map(|place| cells[*place].clone())).collect()
    };
    (heads, rows.iter().map(row).collect())
}

/// What was measured of one kind on one day. Of several blood pressures of a half day it is the average, as
/// guidelines for measuring at home take it, with how many there were; of several temperatures the highest, of
/// oxygen the lowest, of weights the last.
fn cell(entries: &[&Entry], column: &str) -> String {
    let all = |measure: Measure| {
        let values = entries.iter().filter_map(|entry| vitals(entry)?.get(measure));
        values.collect::<Vec<u16>>()
    };
    let shown = |measure: Measure, value: Option<u16>| value.map(|value| measure.show(value));
    let value = match column {
        "temperature" => shown(Measure::Temperature, all(Measure::Temperature).into_iter().max()),
        "oxygen" => shown(Measure::Oxygen, all(Measure::Oxygen).into_iter().min()),
        "weight" => shown(Measure::Weight, all(Measure::Weight).last().copied()),
        half => {
            let of_half = entries.iter().filter(|entry| is_morning(entry) == (half == "morning"));
            pressure(&of_half.filter_map(|entry| vitals(entry)).collect::<Vec<_>>())
        }
    };
    value.unwrap_or_default()
}

/// 130／75 (69) ×2.
fn pressure(measured: &[&Vitals]) -> Option<String> {
    let measured: Vec<&&Vitals> =
        measured.iter().filter(|vitals| vitals.systolic.is_some() || vitals.diastolic.is_some()).collect();
    let average = |measure: Measure| {
        let values: Vec<u32> =
            measured.iter().filter_map(|vitals| vitals.get(measure)).map(u32::from).collect();
        let count = u32::try_from(values.len()).ok().filter(|count| *count > 0)?;
        u16::try_from((values.iter().sum::<u32>() + count / 2) / count).ok()
    };
    let (systolic, diastolic) = (average(Measure::Systolic), average(Measure::Diastolic));
    let both = card::pressure(&Vitals { systolic, diastolic, ..Vitals::default() });
    let pulse = average(Measure::Pulse).map(|pulse| format!(" ({pulse})")).unwrap_or_default();
    let times = if measured.len() > 1 { format!(" ×{}", measured.len()) } else { String::new() };
    (!measured.is_empty()).then(|| format!("{both}{pulse}{times}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::audience::Audience;
    use crate::id::{Actor, ActorKind, Id};
    use crate::text::{Language, Texts};

    fn entry(day: i8, hour: i8, vitals: Vitals) -> Entry {
        let at = Instant::from_japan(Date::new(2026, 11, day).unwrap().at(hour, 0, 0, 0));
        let nobody = Id(uuid::Uuid::nil());
        Entry {
            id: nobody,
            version: 1,
            happened_at: at,
            recorded_at: at,
            author: Actor { kind: ActorKind::Staff, id: nobody, office: None },
            audience: Audience::Everyone,
            contents: Contents::Vitals(vitals),
            reason: None,
        }
    }

    fn text() -> Text {
        Text::new(std::sync::Arc::new(Texts::load().unwrap()), Language::Japanese)
    }

    fn pressure(systolic: u16, diastolic: u16) -> Vitals {
        Vitals { systolic: Some(systolic), diastolic: Some(diastolic), ..Vitals::default() }
    }

    #[test]
    fn several_values_of_a_half_day_are_averaged_and_columns_without_values_are_left_out() {
        let weighed = Vitals { pulse: Some(70), weight: Some(482), ..pressure(128, 74) };
        let entries =
            [entry(20, 7, weighed), entry(20, 8, pressure(132, 76)), entry(21, 19, pressure(140, 80))];
        let (heads, rows) = table(&text(), &entries);
        assert_eq!(heads.len(), 4, "{heads:?}");
        assert_eq!(rows[0][1..], ["130／75 (70) ×2", "", "48.2"]);
        assert_eq!(rows[1][1..], ["", "140／80", ""]);
    }

    #[test]
    fn a_value_beyond_the_edges_widens_the_chart() {
        let entries = [entry(20, 7, pressure(214, 96)), entry(20, 20, pressure(120, 46))];
        let first = first_moment(entries[1].happened_at, 7);
        let chart = charts(&text(), &entries, first).remove(0);
        assert_eq!((chart.lowest, chart.highest), (40.0, 220.0));
        assert_eq!(chart.series[0].points, [(6.0 + 7.0 / 24.0, 214.0), (6.0 + 7.0 / 24.0, 96.0)]);
    }

    #[test]
    fn days_are_counted_with_today() {
        let now = Instant::from_japan(Date::new(2026, 11, 22).unwrap().at(14, 30, 0, 0));
        assert_eq!(first_moment(now, 7).day(), Date::new(2026, 11, 16).unwrap());
        assert_eq!(first_moment(now, 7).in_japan().hour(), 0);
    }
}
