//! Cities, offices, staff and relatives. Names are sealed with the house key.

use serde::{Deserialize, Serialize};

use crate::access::principal::{Office, OfficeDetails, OfficeKind, Profession, Relative, Role, Staff};
use crate::clock::Instant;
use crate::crypto::House;
use crate::crypto::secret::OneTimeSeed;
use crate::error::Result;
use crate::id::Id;
use crate::store::tx::{Row, Tx};

const ADD_CITY: &str = "INSERT INTO city (id, name, telephone, made_at) VALUES (?1, ?2, ?3, ?4)";

/// Adds a city.
pub fn add_city(tx: &mut Tx<'_>, id: Id, name: &str, telephone: &str, now: Instant) -> Result<()> {
    tx.run(ADD_CITY, &[id.into(), name.into(), telephone.into(), now.into()]).map(|_| ())
}

const FIRST_CITY: &str = "SELECT id, name, telephone FROM city ORDER BY made_at LIMIT 1";

/// The city an installation began with: id, name and telephone.
pub fn first_city(tx: &mut Tx<'_>) -> Result<Option<(Id, String, String)>> {
    tx.one(FIRST_CITY, &[], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

const ADD_OFFICE: &str = "INSERT INTO office (id, city, kind, state, verified_at, sealed)
    VALUES (?1, ?2, ?3, 'active', ?4, ?5)";

/// Adds an office that the city has verified.
pub fn add_office(tx: &mut Tx<'_>, house: &House, office: &Office, now: Instant) -> Result<()> {
    let sealed = house.seal("office", office.id, &office.details)?;
    let verified = office.is_verified.then_some(now);
    let values =
        [office.id.into(), office.city.into(), office.kind.word().into(), verified.into(), sealed.into()];
    tx.run(ADD_OFFICE, &values).map(|_| ())
}

const FIND_OFFICE: &str = "SELECT id, city, kind, verified_at, sealed FROM office WHERE id = ?1";

/// An office.
pub fn find_office(tx: &mut Tx<'_>, house: &House, id: Id) -> Result<Option<Office>> {
    tx.one(FIND_OFFICE, &[id.into()], |row| read_office(house, row, 0))
}

fn read_office(house: &House, row: &Row<'_>, first: usize) -> Result<Office> {
    let id: Id = row.get(first)?;
    let details: OfficeDetails = house.open_value("office", id, &row.get::<Vec<u8>>(first + 4)?)?;
    Ok(Office {
        id,
        city: row.get(first + 1)?,
        kind: OfficeKind::from_word(&row.get::<String>(first + 2)?)?,
        is_verified: row.get::<Option<Instant>>(first + 3)?.is_some(),
        details,
    })
}

const FIND_FALLBACK: &str = "SELECT id FROM office
    WHERE city = ?1 AND kind = 'community_support_center' AND state = 'active' AND verified_at IS NOT NULL
    ORDER BY verified_at, id LIMIT 1";

/// The office that answers for a whole city when a notebook's own desk does not: its oldest
/// community support center.
pub fn find_fallback(tx: &mut Tx<'_>, city: Id) -> Result<Option<Id>> {
    tx.one(FIND_FALLBACK, &[city.into()], |row| row.get(0))
}

/// What is sealed of a member of staff.
#[derive(Serialize, Deserialize)]
struct StaffDetails {
    name: String,
    email: String,
    /// Base32, as an authenticator app takes it.
    seed: String,
}

/// A member of staff to be added.
pub struct NewStaff<'a> {
    pub staff: &'a Staff,
    pub email: &'a str,
    /// PHC string of argon2id.
    pub password_hash: &'a str,
    pub seed: &'a OneTimeSeed,
}

const ADD_STAFF: &str = "INSERT INTO staff
    (id, city, office, profession, role, state, email_finder, password, last_step, sealed)
    VALUES (?1, ?2, ?3, ?4, ?5, 'active', ?6, ?7, 0, ?8)";

/// Adds a member of staff; [`crate::error::Error::Conflict`] when the mail address is taken.
pub fn add_staff(tx: &mut Tx<'_>, house: &House, new: &NewStaff<'_>) -> Result<()> {
    let staff = new.staff;
    let details =
        StaffDetails { name: staff.name.clone(), email: new.email.to_owned(), seed: new.seed.to_base32() };
    let values = [
        staff.id.into(),
        staff.city.into(),
        staff.office.id.into(),
        staff.profession.word().into(),
        staff.role.word().into(),
        email_finder(house, new.email).into(),
        new.password_hash.into(),
        house.seal("staff", staff.id, &details)?.into(),
    ];
    tx.run(ADD_STAFF, &values).map(|_| ())
}

/// The keyed hash under which a mail address is found, whatever its case.
pub fn email_finder(house: &House, email: &str) -> [u8; 32] {
    house.finder("email", &email.trim().to_lowercase())
}

/// What sign-in needs of a member of staff.
pub struct SignIn {
    pub id: Id,
    pub password_hash: String,
    /// The last step of one-time passwords that was used.
    pub last_step: u64,
    pub seed: OneTimeSeed,
}

const FIND_SIGN_IN: &str =
    "SELECT id, password, last_step, sealed FROM staff WHERE email_finder = ?1 AND state = 'active'";

/// What sign-in needs, found by mail address.
pub fn find_sign_in(tx: &mut Tx<'_>, house: &House, email: &str) -> Result<Option<SignIn>> {
    tx.one(FIND_SIGN_IN, &[email_finder(house, email).into()], |row| read_sign_in(house, row))
}

const FIND_SIGN_IN_BY_ID: &str =
    "SELECT id, password, last_step, sealed FROM staff WHERE id = ?1 AND state = 'active'";

/// What sign-in needs, found by id: for the second factor.
pub fn find_sign_in_by_id(tx: &mut Tx<'_>, house: &House, id: Id) -> Result<Option<SignIn>> {
    tx.one(FIND_SIGN_IN_BY_ID, &[id.into()], |row| read_sign_in(house, row))
}

fn read_sign_in(house: &House, row: &Row<'_>) -> Result<SignIn> {
    let id: Id = row.get(0)?;
    let details: StaffDetails = house.open_value("staff", id, &row.get::<Vec<u8>>(3)?)?;
    let seed = OneTimeSeed::from_base32(&details.seed)?;
    Ok(SignIn { id, password_hash: row.get(1)?, last_step: row.get(2)?, seed })
}

const USE_STEP: &str = "UPDATE staff SET last_step = ?2 WHERE id = ?1 AND last_step < ?2";

/// Uses up one step of one-time passwords; false when it was used before.
pub fn use_step(tx: &mut Tx<'_>, id: Id, step: u64) -> Result<bool> {
    Ok(tx.run(USE_STEP, &[id.into(), step.into()])? == 1)
}

const FIND_STAFF: &str = "SELECT o.id, o.city, o.kind, o.verified_at, o.sealed, s.id, s.city, s.profession, s.role, s.sealed
    FROM staff s JOIN office o ON o.id = s.office WHERE s.id = ?1 AND s.state = 'active' AND o.state <> 'closed'";

/// A member of staff who may still sign in.
pub fn find_staff(tx: &mut Tx<'_>, house: &House, id: Id) -> Result<Option<Staff>> {
    tx.one(FIND_STAFF, &[id.into()], |row| {
        let details: StaffDetails = house.open_value("staff", id, &row.get::<Vec<u8>>(9)?)?;
        Ok(Staff {
            id: row.get(5)?,
            city: row.get(6)?,
            profession: Profession::from_word(&row.get::<String>(7)?)?,
            role: Role::from_word(&row.get::<String>(8)?)?,
            name: details.name,
            office: read_office(house, row, 0)?,
        })
    })
}

const STAFF_NAME: &str = "SELECT s.sealed, s.profession, o.id, o.city, o.kind, o.verified_at, o.sealed
    FROM staff s JOIN office o ON o.id = s.office WHERE s.id = ?1";

/// Name, profession and office of anybody who ever wrote or read, also after they have left.
pub fn staff_name(tx: &mut Tx<'_>, house: &House, id: Id) -> Result<Option<(String, Profession, Office)>> {
    tx.one(STAFF_NAME, &[id.into()], |row| {
        let details: StaffDetails = house.open_value("staff", id, &row.get::<Vec<u8>>(0)?)?;
        Ok((details.name, Profession::from_word(&row.get::<String>(1)?)?, read_office(house, row, 2)?))
    })
}

const ADD_RELATIVE: &str = "INSERT INTO relative (id, city, state, sealed) VALUES (?1, ?2, 'invited', ?3)";

/// Adds a relative who is not registered on any phone yet.
pub fn add_relative(tx: &mut Tx<'_>, house: &House, id: Id, city: Id, relative: &Relative) -> Result<()> {
    let sealed = house.seal("relative", id, relative)?;
    tx.run(ADD_RELATIVE, &[id.into(), city.into(), sealed.into()]).map(|_| ())
}

const ACTIVATE_RELATIVE: &str = "UPDATE relative SET state = 'active' WHERE id = ?1 AND state = 'invited'";

/// Notes that a relative has registered a phone.
pub fn activate_relative(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    tx.run(ACTIVATE_RELATIVE, &[id.into()]).map(|_| ())
}

const FIND_RELATIVE: &str = "SELECT city, sealed FROM relative WHERE id = ?1 AND state <> 'left'";

/// A relative with their city.
pub fn find_relative(tx: &mut Tx<'_>, house: &House, id: Id) -> Result<Option<(Id, Relative)>> {
    tx.one(FIND_RELATIVE, &[id.into()], |row| {
        let city = row.get(0)?;
        Ok((city, house.open_value("relative", id, &row.get::<Vec<u8>>(1)?)?))
    })
}
