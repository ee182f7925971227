//! Permissions are a closed list; a grant's level says which of them it carries (DESIGN 13).

use crate::clock::{DAY, HOUR, Instant};
use crate::error::{Error, Result};

/// What a principal may do on one notebook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Standing instructions, allergies, medicines, last values.
    ReadSummary,
    /// Entries and photos of the last 14 days.
    ReadRecent,
    /// Everything that the audience allows.
    ReadAll,
    Write,
    Photograph,
    /// Agree with what the camera read.
    Confirm,
    Print,
    ReadDiary,
    ManageTeam,
    ManageFamily,
    Export,
    RegisterAndIssue,
    Protect,
}

impl Permission {
    /// Every permission there is.
    pub const ALL: [Self; 13] = [
        Self::ReadSummary,
        Self::ReadRecent,
        Self::ReadAll,
        Self::Write,
        Self::Photograph,
        Self::Confirm,
        Self::Print,
        Self::ReadDiary,
        Self::ManageTeam,
        Self::ManageFamily,
        Self::Export,
        Self::RegisterAndIssue,
        Self::Protect,
    ];
}

/// How far `ReadRecent` reaches back, in milliseconds.
pub const RECENT: i64 = 14 * DAY;
/// A joining supporter becomes part of the team after this time, unless somebody objects.
pub const JOINING: i64 = 72 * HOUR;

/// The level of a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    Joining,
    Helper,
    Team,
    Coordinator,
    Family,
    Person,
    Guardian,
    OneOff,
    Desk,
    Emergency,
    BreakGlass,
}

impl Level {
    /// Every level there is.
    pub const ALL: [Self; 11] = [
        Self::Joining,
        Self::Helper,
        Self::Team,
        Self::Coordinator,
        Self::Family,
        Self::Person,
        Self::Guardian,
        Self::OneOff,
        Self::Desk,
        Self::Emergency,
        Self::BreakGlass,
    ];

    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Joining => "joining",
            Self::Helper => "helper",
            Self::Team => "team",
            Self::Coordinator => "coordinator",
            Self::Family => "family",
            Self::Person => "person",
            Self::Guardian => "guardian",
            Self::OneOff => "one_off",
            Self::Desk => "desk",
            Self::Emergency => "emergency",
            Self::BreakGlass => "break_glass",
        }
    }

    /// From the word in the database.
    pub fn from_word(word: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|level| level.word() == word).ok_or(Error::broken("reading a grant level"))
    }

    /// What this level allows, always within the audience of each item.
    pub fn permissions(self) -> &'static [Permission] {
        use Permission::*;
        match self {
            Self::Joining | Self::Helper => &[ReadSummary, ReadRecent, Write, Photograph],
            Self::Team => &[ReadSummary, ReadRecent, ReadAll, Write, Photograph, Confirm, Print],
            Self::Coordinator => {
                &[ReadSummary, ReadRecent, ReadAll, Write, Photograph, Confirm, Print, ManageTeam, Export]
            }
            Self::Family => &[ReadSummary, ReadRecent, ReadAll, Write, Photograph, Print, ReadDiary],
            Self::Person | Self::Guardian => {
                &[ReadSummary, ReadRecent, ReadAll, Write, Photograph, Print, ReadDiary, ManageFamily, Export]
            }
            Self::OneOff => &[ReadSummary, ReadRecent, ReadAll, Write, Photograph, Confirm],
            Self::Desk => &[RegisterAndIssue, ManageFamily, Protect],
            Self::Emergency => &[],
            Self::BreakGlass => &[ReadSummary, ReadRecent, ReadAll],
        }
    }
}

/// One grant on a notebook, as far as permissions go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    pub level: Level,
    pub from: Instant,
    /// The last moment, if it was given for a time.
    pub until: Option<Instant>,
}

impl Grant {
    /// The level that this grant has at a moment; `None` before it begins and after it ends.
    /// Joining becomes full membership after 72 hours.
    pub fn level_at(&self, now: Instant) -> Option<Level> {
        if now < self.from || self.until.is_some_and(|until| until < now) {
            return None;
        }
        match self.level {
            Level::Joining if now >= self.from.plus(JOINING) => Some(Level::Team),
            level => Some(level),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_joins_reads_two_weeks_and_after_three_days_everything() {
        let grant = Grant { level: Level::Joining, from: Instant(0), until: None };
        let at_first = grant.level_at(Instant(1)).unwrap();
        assert!(!at_first.permissions().contains(&Permission::ReadAll));
        let later = grant.level_at(Instant(JOINING)).unwrap();
        assert!(later.permissions().contains(&Permission::ReadAll));
        assert!(!later.permissions().contains(&Permission::ReadDiary));
    }

    #[test]
    fn a_grant_ends_to_the_millisecond() {
        let grant = Grant { level: Level::OneOff, from: Instant(10), until: Some(Instant(20)) };
        assert_eq!(grant.level_at(Instant(9)), None);
        assert_eq!(grant.level_at(Instant(20)), Some(Level::OneOff));
        assert_eq!(grant.level_at(Instant(21)), None);
    }

    #[test]
    fn the_desk_reads_no_contents() {
        for permission in [Permission::ReadSummary, Permission::ReadRecent, Permission::ReadAll] {
            assert!(!Level::Desk.permissions().contains(&permission));
        }
    }
}
