//! How often one may try a password, a PIN or a typed number. A failure is counted before anything is
//! verified, so that tries at the same time each cost one. What is counted is the account, device or
//! notebook, together with whether the browser is known: no stranger can lock anyone out.

use crate::clock::{DAY, Instant, MINUTE, SECOND};

/// So many failures are free.
const FREE: u32 = 5;
/// The first pause after that, in milliseconds; doubled by each further failure.
const FIRST_PAUSE: i64 = 30 * SECOND;
/// No pause is longer, so that the right person gets in again the same hour.
const LONGEST_PAUSE: i64 = 30 * MINUTE;

/// After so long without a failure all is forgotten, in milliseconds.
pub const FORGOTTEN: i64 = DAY;

/// Failures so far, and when the last one was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempts {
    pub failures: u32,
    pub last_at: Instant,
}

impl Attempts {
    /// Seconds to wait before the next try; `None` when it may be made.
    pub fn wait(&self, now: Instant) -> Option<u32> {
        if self.failures < FREE {
            return None;
        }
        let doublings = (self.failures - FREE).min(16);
        let pause = FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE);
        let left = self.last_at.plus(pause).0 - now.0;
        (left > 0).then(|| u32::try_from((left + SECOND - 1) / SECOND).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_tries_are_free_and_then_pauses_grow_to_half_an_hour() {
        let after = |failures| Attempts { failures, last_at: Instant(0) }.wait(Instant(1));
        assert_eq!(after(4), None);
        assert_eq!(after(5), Some(30));
        assert_eq!(after(6), Some(60));
        assert_eq!(after(40), Some(1800));
        assert_eq!(Attempts { failures: 5, last_at: Instant(0) }.wait(Instant(FIRST_PAUSE)), None);
    }
}
