//! Dates and times as people say them: 11月25日(水), きのう, 午後2時30分, 昭和13年3月3日 (1938).

use jiff::civil::{Date, DateTime, Time};

use super::{Language, Text};

/// The first day of each era since 1868, newest first, with its Japanese name.
const ERAS: [(i16, i8, i8, &str); 5] = [
    (2019, 5, 1, "令和"),
    (1989, 1, 8, "平成"),
    (1926, 12, 25, "昭和"),
    (1912, 7, 30, "大正"),
    (1868, 1, 25, "明治"),
];

fn weekday(text: &Text, date: Date) -> String {
    text.plain(&format!("web-weekday-{}", date.weekday().to_monday_one_offset()))
}

/// 11月25日(水), or Wed, Nov 25.
pub fn month_day_weekday(text: &Text, date: Date) -> String {
    let weekday = weekday(text, date);
    match text.language {
        Language::English => format!("{weekday}, {} {}", month_name(date), date.day()),
        _ => format!("{}月{}日({weekday})", date.month(), date.day()),
    }
}

fn month_name(date: Date) -> &'static str {
    const NAMES: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    NAMES[usize::from(date.month().unsigned_abs().clamp(1, 12)) - 1]
}

/// 11/25: where space is short.
pub fn month_day(date: Date) -> String {
    format!("{}/{}", date.month(), date.day())
}

/// 午後2時30分, or 2:30 pm.
pub fn time(text: &Text, time: Time) -> String {
    let (hour, minute) = (time.hour(), time.minute());
    let half = if hour < 12 { "web-morning" } else { "web-afternoon" };
    match text.language {
        Language::English => {
            let twelve = if hour % 12 == 0 { 12 } else { hour % 12 };
            format!("{twelve}:{minute:02} {}", text.plain(half))
        }
        _ => format!("{}{}時{minute:02}分", text.plain(half), hour % 12),
    }
}

/// 11月25日(水) 午後2時30分.
pub fn date_and_time(text: &Text, moment: DateTime) -> String {
    format!("{} {}", month_day_weekday(text, moment.date()), time(text, moment.time()))
}

/// きょう, きのう; `None` for any other day.
pub fn near_day(text: &Text, date: Date, today: Date) -> Option<String> {
    if date == today {
        Some(text.plain("web-today"))
    } else if date.tomorrow().is_ok_and(|next| next == today) {
        Some(text.plain("web-yesterday"))
    } else {
        None
    }
}

/// The weekday alone: 水曜日, Wednesday.
pub fn weekday_long(text: &Text, date: Date) -> String {
    text.plain1("web-weekday-long", "day", weekday(text, date))
}

/// The Japanese era and its year: (昭和, 13). The first year of an era is 1; `None` before 1868.
pub fn era(date: Date) -> Option<(&'static str, i16)> {
    ERAS.iter()
        .find(|(year, month, day, _)| (date.year(), date.month(), date.day()) >= (*year, *month, *day))
        .map(|(year, .., name)| (*name, date.year() - year + 1))
}

/// A birth date in both calendars: 昭和13年3月3日 (1938), or 3 Mar 1938.
pub fn both_calendars(text: &Text, date: Date) -> String {
    if text.language == Language::English {
        return format!("{} {} {}", date.day(), month_name(date), date.year());
    }
    match era(date) {
        Some(_) => format!("{} ({})", era_day(date), date.year()),
        None => era_day(date),
    }
}

/// 昭和13年3月3日, as it stands on paper.
pub fn era_day(date: Date) -> String {
    let (month, day) = (date.month(), date.day());
    match era(date) {
        Some((name, 1)) => format!("{name}元年{month}月{day}日"),
        Some((name, count)) => format!("{name}{count}年{month}月{day}日"),
        None => format!("{}年{month}月{day}日", date.year()),
    }
}

/// A date typed as an era year: era name, year of the era, month, day.
pub fn from_era(name: &str, count: i16, month: i8, day: i8) -> Option<Date> {
    let (first, ..) = ERAS.iter().find(|(.., known)| *known == name)?;
    let date = Date::new(first + count - 1, month, day).ok()?;
    (count >= 1 && era(date).is_some_and(|(found, _)| found == name)).then_some(date)
}

/// Full years between two days.
pub fn age(birth: Date, today: Date) -> i16 {
    let had_birthday = (today.month(), today.day()) >= (birth.month(), birth.day());
    today.year() - birth.year() - i16::from(!had_birthday)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: i16, month: i8, day: i8) -> Date {
        Date::new(year, month, day).unwrap()
    }

    #[test]
    fn eras_change_on_their_day() {
        assert_eq!(era(date(1989, 1, 7)), Some(("昭和", 64)));
        assert_eq!(era(date(1989, 1, 8)), Some(("平成", 1)));
        assert_eq!(era(date(2019, 4, 30)), Some(("平成", 31)));
        assert_eq!(era(date(2026, 11, 22)), Some(("令和", 8)));
    }

    #[test]
    fn a_typed_era_date_must_lie_in_its_era() {
        assert_eq!(from_era("昭和", 13, 3, 3), Some(date(1938, 3, 3)));
        assert_eq!(from_era("昭和", 64, 1, 8), None);
        assert_eq!(from_era("昭和", 13, 2, 30), None);
        assert_eq!(from_era("昭和", 0, 3, 3), None);
    }

    #[test]
    fn age_turns_on_the_birthday() {
        assert_eq!(age(date(1938, 11, 23), date(2026, 11, 22)), 87);
        assert_eq!(age(date(1938, 11, 22), date(2026, 11, 22)), 88);
    }
}
