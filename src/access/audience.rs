//! The audience of an item: who may read it, on every screen and every output (DESIGN 7).

use super::principal::Profession;
use crate::error::{Error, Result};
use crate::id::{Actor, Id};

/// Who may read an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    /// The person, relatives and supporters: the only one that may go on paper.
    Everyone,
    /// Staff with a live grant.
    Supporters,
    /// Staff of one profession.
    Profession(Profession),
    /// Relatives, not staff.
    Relatives,
    /// One relative.
    Relative(Id),
    /// A caregiver and the care manager in charge.
    Caregiver(Id),
}

impl Audience {
    /// The words in the database: kind and subject.
    pub fn words(self) -> (&'static str, Option<String>) {
        match self {
            Self::Everyone => ("everyone", None),
            Self::Supporters => ("supporters", None),
            Self::Profession(profession) => ("profession", Some(profession.word().to_owned())),
            Self::Relatives => ("relatives", None),
            Self::Relative(relative) => ("relative", Some(relative.to_string())),
            Self::Caregiver(relative) => ("caregiver", Some(relative.to_string())),
        }
    }

    /// From the words in the database.
    pub fn from_words(kind: &str, subject: Option<&str>) -> Result<Self> {
        let damaged = || Error::broken("reading an audience");
        let relative = || subject.and_then(|id| id.parse().ok()).ok_or_else(damaged);
        match kind {
            "everyone" => Ok(Self::Everyone),
            "supporters" => Ok(Self::Supporters),
            "profession" => Ok(Self::Profession(Profession::from_word(subject.ok_or_else(damaged)?)?)),
            "relatives" => Ok(Self::Relatives),
            "relative" => relative().map(Self::Relative),
            "caregiver" => relative().map(Self::Caregiver),
            _ => Err(damaged()),
        }
    }

    /// May this reader read an item of this audience, written by `author`? Authors always may.
    pub fn admits(self, reader: &Reader, author: Actor) -> bool {
        if (reader.actor.kind, reader.actor.id) == (author.kind, author.id) {
            return true;
        }
        match (self, reader.side) {
            (Self::Everyone, _)
            | (Self::Supporters, Side::Supporter { .. })
            | (Self::Relatives, Side::Relative) => true,
            (Self::Profession(wanted), Side::Supporter { profession, .. }) => wanted == profession,
            (Self::Relative(wanted) | Self::Caregiver(wanted), Side::Relative) => wanted == reader.actor.id,
            (Self::Caregiver(_), Side::Supporter { coordinates, .. }) => coordinates,
            _ => false,
        }
    }
}

/// On which side of the notebook a reader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Staff; `coordinates` is true for the care manager in charge.
    Supporter {
        profession: Profession,
        coordinates: bool,
    },
    Relative,
    /// The person, or a guardian reading for them.
    Person,
}

/// Who reads, as far as audiences go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader {
    pub actor: Actor,
    pub side: Side,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ActorKind;

    fn reader(number: u128, side: Side) -> Reader {
        let kind =
            if matches!(side, Side::Supporter { .. }) { ActorKind::Staff } else { ActorKind::Relative };
        Reader { actor: Actor { kind, id: Id(uuid::Uuid::from_u128(number)), office: None }, side }
    }

    /// Every audience against every side of the notebook.
    #[test]
    fn each_audience_admits_exactly_its_readers() {
        let supporter = |profession, coordinates| Side::Supporter { profession, coordinates };
        let author = reader(99, Side::Person).actor;
        let readers = [
            reader(1, supporter(Profession::Nurse, false)),
            reader(2, supporter(Profession::Pharmacist, false)),
            reader(3, supporter(Profession::CareManager, true)),
            reader(4, Side::Relative),
            reader(5, Side::Relative),
            reader(6, Side::Person),
        ];
        let daughter = readers[3].actor.id;
        let expected = [
            (Audience::Everyone, [true; 6]),
            (Audience::Supporters, [true, true, true, false, false, false]),
            (Audience::Profession(Profession::Pharmacist), [false, true, false, false, false, false]),
            (Audience::Relatives, [false, false, false, true, true, false]),
            (Audience::Relative(daughter), [false, false, false, true, false, false]),
            (Audience::Caregiver(daughter), [false, false, true, true, false, false]),
        ];
        for (audience, admitted) in expected {
            for (reader, admitted) in readers.iter().zip(admitted) {
                assert_eq!(audience.admits(reader, author), admitted, "{audience:?} {reader:?}");
            }
            assert!(audience.admits(&readers[0], readers[0].actor), "authors read what they wrote");
        }
    }

    #[test]
    fn an_audience_survives_the_database() {
        let id = Id(uuid::Uuid::from_u128(7));
        for audience in [Audience::Everyone, Audience::Profession(Profession::Nurse), Audience::Caregiver(id)]
        {
            let (kind, subject) = audience.words();
            assert_eq!(Audience::from_words(kind, subject.as_deref()).unwrap(), audience);
        }
        assert!(Audience::from_words("all", None).is_err(), "an unknown audience is never read as everyone");
    }
}
