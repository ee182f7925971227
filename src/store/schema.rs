//! Migrations: numbered from 1, each applied once and in order, its hash kept beside it. A database
//! that is newer than the program, or that was made by other migrations, is refused.
//!
//! They are written in portable SQL with four type words, INTEGER, REAL, TEXT and BLOB, in STRICT
//! tables; keys and sizes are always given, never drawn by the engine. Words of the language stand
//! in capitals, names of columns and tables do not.

use sha2::{Digest, Sha256};

use super::tx::{Tx, Value};
use crate::clock::Instant;
use crate::error::{Error, Result};

/// One step of a schema.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// The file's name without the ending, such as `0002_job`.
    pub name: &'static str,
    /// Its statements.
    pub sql: &'static str,
}

/// The tables of one database: its migrations in order.
#[derive(Debug, Clone, Copy)]
pub struct Schema {
    /// What the database is called in errors.
    pub name: &'static str,
    /// Overwrite removed rows with zeroes at once (SQLite).
    pub secure_delete: bool,
    pub migrations: &'static [Migration],
}

/// Everything but the keys.
pub const RECORDS: Schema = Schema {
    name: "records",
    secure_delete: false,
    migrations: &[
        Migration { name: "0001_foundation", sql: include_str!("migrations/records/0001_foundation.sql") },
        Migration { name: "0002_job", sql: include_str!("migrations/records/0002_job.sql") },
        Migration { name: "0003_print", sql: include_str!("migrations/records/0003_print.sql") },
        Migration { name: "0004_unbound", sql: include_str!("migrations/records/0004_unbound.sql") },
        Migration { name: "0005_emergency", sql: include_str!("migrations/records/0005_emergency.sql") },
        Migration { name: "0006_disclosure", sql: include_str!("migrations/records/0006_disclosure.sql") },
        Migration { name: "0007_strip", sql: include_str!("migrations/records/0007_strip.sql") },
        Migration { name: "0008_redaction", sql: include_str!("migrations/records/0008_redaction.sql") },
        Migration { name: "0009_compared", sql: include_str!("migrations/records/0009_compared.sql") },
        Migration { name: "0010_told", sql: include_str!("migrations/records/0010_told.sql") },
    ],
};

/// The wrapped keys, in a database of their own, so that its backups can be kept shorter.
pub const KEYS: Schema = Schema {
    name: "keys",
    secure_delete: true,
    migrations: &[Migration { name: "0001_start", sql: include_str!("migrations/keys/0001_start.sql") }],
};

const START: &str = "CREATE TABLE IF NOT EXISTS migration (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    hash BLOB NOT NULL,
    applied_at INTEGER NOT NULL
) STRICT";

const LIST: &str = "SELECT number, hash FROM migration ORDER BY number";

const ADD: &str = "INSERT INTO migration (number, name, hash, applied_at) VALUES (?1, ?2, ?3, ?4)";

/// Applies what is missing, inside the caller's transaction.
pub(super) fn apply(tx: &mut Tx<'_>, schema: &Schema, now: Instant) -> Result<()> {
    tx.define(START)?;
    let applied: Vec<(usize, [u8; 32])> =
        tx.all(LIST, &[], |row| Ok((row.get::<u32>(0)? as usize, row.get(1)?)))?;
    check(schema, &applied)?;
    for (index, migration) in schema.migrations.iter().enumerate().skip(applied.len()) {
        // The row first: of two servers that start together, the second waits here, is refused
        // and finds everything done when it tries again.
        let number = Value::Integer(index as i64 + 1);
        tx.run(ADD, &[number, migration.name.into(), hash(migration).into(), now.into()])?;
        tx.define(migration.sql)?;
    }
    Ok(())
}

fn check(schema: &Schema, applied: &[(usize, [u8; 32])]) -> Result<()> {
    let refuse = |cause: String| Err(Error::fault("opening the database", cause));
    let (name, known) = (schema.name, schema.migrations.len());
    if applied.len() > known {
        let count = applied.len();
        return refuse(format!(
            "{name} is at migration {count}, this program knows {known}: use a newer one"
        ));
    }
    for (index, migration) in schema.migrations.iter().enumerate().take(applied.len()) {
        if applied[index] != (index + 1, hash(migration)) {
            let number = index + 1;
            return refuse(format!("migration {number} of {name} was applied in another wording"));
        }
    }
    Ok(())
}

fn hash(migration: &Migration) -> [u8; 32] {
    Sha256::digest(migration.sql).into()
}
