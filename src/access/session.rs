//! How long a sign-in lasts. Staff: 15 minutes idle, 12 hours at most (DESIGN 8); relatives: as long as
//! their phone is registered, but the PIN is asked again after 30 days.

use crate::clock::{DAY, HOUR, Instant, MINUTE};
use crate::id::{ActorKind, Id};

/// Staff who do nothing for so long must sign in again, in milliseconds.
pub const STAFF_IDLE: i64 = 15 * MINUTE;
/// A staff sign-in ends after so long, whatever happens.
pub const STAFF_LONGEST: i64 = 12 * HOUR;
/// A relative's phone asks for its PIN again after so long.
pub const RELATIVE_LONGEST: i64 = 30 * DAY;
/// A sign-in that waits for its second factor ends after so long.
pub const SECOND_FACTOR: i64 = 10 * MINUTE;
/// The last use is written down at most this often.
pub const NOTED_EVERY: i64 = MINUTE;

/// How far a sign-in has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The password was right; the one-time password is awaited.
    Password,
    /// Both factors were right.
    Full,
}

/// One sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Hash of the cookie's secret, as the row is found.
    pub id: [u8; 32],
    pub kind: ActorKind,
    pub holder: Id,
    pub stage: Stage,
    pub seen_at: Instant,
    pub ends_at: Instant,
}

impl Session {
    /// True while it may be used.
    pub fn is_live(&self, now: Instant) -> bool {
        let idle = if self.kind == ActorKind::Staff { STAFF_IDLE } else { RELATIVE_LONGEST };
        now < self.ends_at && now < self.seen_at.plus(idle)
    }

    /// True when this use is worth writing down.
    pub fn is_to_be_noted(&self, now: Instant) -> bool {
        now >= self.seen_at.plus(NOTED_EVERY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staff_are_signed_out_after_fifteen_idle_minutes_and_after_twelve_hours() {
        let session = Session {
            id: [0; 32],
            kind: ActorKind::Staff,
            holder: Id(uuid::Uuid::nil()),
            stage: Stage::Full,
            seen_at: Instant(0),
            ends_at: Instant(STAFF_LONGEST),
        };
        assert!(session.is_live(Instant(STAFF_IDLE - 1)));
        assert!(!session.is_live(Instant(STAFF_IDLE)));
        let busy = Session { seen_at: Instant(STAFF_LONGEST - 1), ..session };
        assert!(busy.is_live(Instant(STAFF_LONGEST - 1)));
        assert!(!busy.is_live(Instant(STAFF_LONGEST)));
    }
}
