//! Time and dice. Rules never ask the machine for the time or for chance: they are given both,
//! so that a test can decide them. The clock is also the one place that knows Japan's time zone.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, civil};
use serde::{Deserialize, Serialize};

use crate::error::{Doing, Result};

/// A moment: milliseconds since 1970-01-01T00:00:00Z. Stored as such in every table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

/// One second in the unit of [`Instant`].
pub const SECOND: i64 = 1_000;
/// One minute in the unit of [`Instant`].
pub const MINUTE: i64 = 60 * SECOND;
/// One hour in the unit of [`Instant`].
pub const HOUR: i64 = 60 * MINUTE;
/// One day in the unit of [`Instant`]; Japan has no summer time.
pub const DAY: i64 = 24 * HOUR;

impl Instant {
    /// This moment plus so many milliseconds (see [`MINUTE`], [`DAY`]).
    #[must_use]
    pub fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// The wall clock in Japan (UTC+9, no summer time) at this moment.
    pub fn in_japan(self) -> civil::DateTime {
        let moment = Timestamp::from_millisecond(self.0).unwrap_or_default();
        TimeZone::fixed(Offset::constant(9)).to_datetime(moment)
    }

    /// The moment at which Japan's wall clock shows this date and time; at the ends of the calendar, the
    /// nearest moment that can be told.
    pub fn from_japan(local: civil::DateTime) -> Self {
        let nearest = if local.year() > 0 { Timestamp::MAX } else { Timestamp::MIN };
        let zoned = local.to_zoned(TimeZone::fixed(Offset::constant(9)));
        Self(zoned.map_or(nearest, |moment| moment.timestamp()).as_millisecond())
    }

    /// The day in Japan at this moment.
    pub fn day(self) -> civil::Date {
        self.in_japan().date()
    }
}

/// Where the time comes from: the machine, or a test's hand.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock.
    Machine,
    /// A clock that stands still until it is set.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that shows `start` until a test moves it.
    pub fn fixed(start: Instant) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(start.0)))
    }

    /// The present moment. A machine whose clock stands before 1970 reads as 1970.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]
    pub fn now(&self) -> Instant {
        match self {
            Self::Machine => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Instant(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            }
            Self::Fixed(moment) => Instant(moment.load(Ordering::SeqCst)),
        }
    }

    /// Moves a fixed clock forward; the machine's clock goes by itself.
    pub fn pass(&self, milliseconds: i64) {
        if let Self::Fixed(moment) = self {
            moment.fetch_add(milliseconds, Ordering::SeqCst);
        }
    }
}

/// Fills an array with unpredictable bytes of the operating system.
#[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for chance")]
pub fn dice<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).doing("asking the operating system for random bytes")?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn japan_is_nine_hours_ahead_and_days_turn_at_its_midnight() {
        let before_midnight = Instant(1_795_359_540_000); // 2026-11-22T14:59:00Z
        assert_eq!(before_midnight.in_japan().to_string(), "2026-11-22T23:59:00");
        assert_eq!(before_midnight.plus(MINUTE).day().to_string(), "2026-11-23");
        assert_eq!(Instant::from_japan(before_midnight.in_japan()), before_midnight);
        assert!(Instant::from_japan(civil::DateTime::MAX) > before_midnight, "for ever");
    }
}
