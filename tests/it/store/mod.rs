//! The store's conformance suite: every test runs on SQLite and on PostgreSQL, unless it says that
//! it is about one of them.

use kakehashi::id::NotebookNumber;
use kakehashi::store::schema::{Migration, Schema};

mod blobs;
mod jobs;
mod keys;
mod migrations;
mod reads;
mod values;
mod writes;

/// Tables for tests of the store itself.
static TABLES: Schema = Schema {
    name: "tables of the tests",
    secure_delete: false,
    migrations: &[Migration {
        name: "0001_tables",
        sql: "CREATE TABLE notebook (number INTEGER NOT NULL PRIMARY KEY, count INTEGER NOT NULL) STRICT;
            CREATE TABLE note (
                id BLOB NOT NULL PRIMARY KEY,
                integer INTEGER,
                real REAL,
                text TEXT,
                name TEXT UNIQUE,
                bytes BLOB,
                notebook INTEGER REFERENCES notebook (number) DEFERRABLE INITIALLY DEFERRED
            ) STRICT;",
    }],
};

fn notebook(serial: u64) -> NotebookNumber {
    NotebookNumber::from_serial(serial).unwrap()
}
