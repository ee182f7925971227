//! Who is signed in: a member of an office's staff, or a relative.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::id::{Actor, ActorKind, Id};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident: $what:literal { $($variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($variant),* }

        impl $name {
            /// Every one there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word in the database and in message keys.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// From the word in the database.
            pub fn from_word(word: &str) -> Result<Self> {
                Self::ALL.iter().copied().find(|known| known.word() == word)
                    .ok_or(Error::broken(concat!("reading ", $what)))
            }
        }
    };
}

words! {
    /// What somebody of the staff is.
    Profession: "a profession" {
        Physician = "physician",
        Dentist = "dentist",
        Pharmacist = "pharmacist",
        Nurse = "nurse",
        Therapist = "therapist",
        Dietitian = "dietitian",
        CareManager = "care_manager",
        CareWorker = "care_worker",
        SocialWorker = "social_worker",
        WelfareCommissioner = "welfare_commissioner",
        Clerk = "clerk",
        Other = "other",
    }
}

words! {
    /// What an office does.
    OfficeKind: "a kind of office" {
        CommunitySupportCenter = "community_support_center",
        CareSupportOffice = "care_support_office",
        Clinic = "clinic",
        Hospital = "hospital",
        DentalClinic = "dental_clinic",
        Pharmacy = "pharmacy",
        VisitingNurseStation = "visiting_nurse_station",
        HomeHelp = "home_help",
        DayService = "day_service",
        DayRehabilitation = "day_rehabilitation",
        ShortStay = "short_stay",
        EquipmentRental = "equipment_rental",
        City = "city",
        Other = "other",
    }
}

impl OfficeKind {
    /// Offices that keep blank booklets on the shelf and register people (DESIGN 1).
    pub fn is_desk(self) -> bool {
        matches!(self, Self::CommunitySupportCenter | Self::CareSupportOffice)
    }
}

words! {
    /// What somebody may do for their office.
    Role: "a role" {
        Member = "member",
        OfficeAdmin = "office_admin",
        CityAdmin = "city_admin",
    }
}

/// An office, as readers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    pub id: Id,
    pub city: Id,
    pub kind: OfficeKind,
    pub is_verified: bool,
    pub details: OfficeDetails,
}

/// What is sealed of an office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeDetails {
    pub name: String,
    pub telephone: String,
    /// 月〜金 午前8時30分〜午後5時15分.
    pub hours: String,
}

/// A member of an office's staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    pub id: Id,
    pub city: Id,
    pub profession: Profession,
    pub role: Role,
    pub name: String,
    pub office: Office,
}

/// What is sealed of a relative.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relative {
    pub name: String,
    /// 長女, 妻, 本人.
    pub relationship: String,
    pub telephone: String,
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    Staff(Staff),
    Relative { id: Id, city: Id, relative: Relative },
}

impl Principal {
    /// Who acts, for entries and the diary.
    pub fn actor(&self) -> Actor {
        match self {
            Self::Staff(staff) => {
                Actor { kind: ActorKind::Staff, id: staff.id, office: Some(staff.office.id) }
            }
            Self::Relative { id, .. } => Actor { kind: ActorKind::Relative, id: *id, office: None },
        }
    }

    /// The city whose notebooks this principal may reach.
    pub fn city(&self) -> Id {
        match self {
            Self::Staff(staff) => staff.city,
            Self::Relative { city, .. } => *city,
        }
    }

    /// The name, without an honorific.
    pub fn name(&self) -> &str {
        match self {
            Self::Staff(staff) => &staff.name,
            Self::Relative { relative, .. } => &relative.name,
        }
    }

    /// The member of staff, if it is one.
    pub fn staff(&self) -> Result<&Staff> {
        match self {
            Self::Staff(staff) => Ok(staff),
            Self::Relative { .. } => Err(Error::Forbidden),
        }
    }
}
