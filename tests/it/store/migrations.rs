//! Migrations are applied once, whole and in order; a database that does not fit is refused.

use std::os::unix::fs::PermissionsExt;

use kakehashi::clock::Instant;
use kakehashi::error::Error;
use kakehashi::store::schema::{KEYS, Migration, RECORDS, Schema};
use kakehashi::store::{Place, Scope, Store};

use crate::support::store::{NOW, every_place, on_postgres, on_sqlite};

const FIRST: Migration = Migration {
    name: "0001_first",
    sql: "-- A comment; with a semicolon and the word TEXT.
        CREATE TABLE first (id INTEGER NOT NULL PRIMARY KEY, word TEXT NOT NULL DEFAULT 'TEXT') STRICT;
        INSERT INTO first (id) VALUES (1);",
};
const SECOND: Migration = Migration {
    name: "0002_second",
    sql:
        "CREATE TABLE second (a INTEGER NOT NULL, b BLOB NOT NULL, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID;
        INSERT INTO first (id) VALUES (2);",
};
const FAILING: Migration = Migration {
    name: "0002_failing",
    sql: "INSERT INTO first (id) VALUES (3); INSERT INTO no_such_table (id) VALUES (4);",
};
const REWORDED: Migration = Migration { name: "0001_first", sql: "CREATE TABLE first (id INTEGER) STRICT;" };

const fn schema(migrations: &'static [Migration]) -> Schema {
    Schema { name: "tables of the tests", secure_delete: false, migrations }
}

static ONE: Schema = schema(&[FIRST]);
static TWO: Schema = schema(&[FIRST, SECOND]);
static BROKEN: Schema = schema(&[FIRST, FAILING]);
static OTHER: Schema = schema(&[REWORDED]);

const LATER: Instant = Instant(NOW.0 + 1);

async fn rows_of_first(store: &Store) -> Vec<(i64, String)> {
    let list = "SELECT id, word FROM first ORDER BY id";
    store.read(move |tx| tx.all(list, &[], |row| Ok((row.get(0)?, row.get(1)?)))).await.unwrap()
}

fn row(id: i64) -> (i64, String) {
    (id, "TEXT".to_owned())
}

#[test]
fn each_migration_is_applied_once() {
    every_place(|place| async move {
        for _ in 0..2 {
            let store = Store::open(&place, &ONE, NOW).unwrap();
            assert_eq!(rows_of_first(&store).await, [row(1)]);
        }
        for _ in 0..2 {
            let store = Store::open(&place, &TWO, LATER).unwrap();
            assert_eq!(rows_of_first(&store).await, [row(1), row(2)]);
            let list = "SELECT number, name, applied_at FROM migration ORDER BY number";
            let applied = store.read(move |tx| {
                tx.all(list, &[], |row| Ok((row.get(0)?, row.get::<String>(1)?, row.get(2)?)))
            });
            let expected = [(1_i64, FIRST.name.to_owned(), NOW), (2, SECOND.name.to_owned(), LATER)];
            assert_eq!(applied.await.unwrap(), expected);
        }
    });
}

fn refusal(place: &Place, schema: &'static Schema) -> String {
    match Store::open(place, schema, LATER) {
        Ok(_) => panic!("{} was opened", schema.name),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_newer_or_differently_made_database_is_refused() {
    every_place(|place| async move {
        drop(Store::open(&place, &TWO, NOW).unwrap());
        let newer = refusal(&place, &ONE);
        assert!(newer.contains("is at migration 2, this program knows 1"), "{newer}");
        let reworded = refusal(&place, &OTHER);
        assert!(reworded.contains("is at migration 2"), "{reworded}");
    });
    every_place(|place| async move {
        drop(Store::open(&place, &ONE, NOW).unwrap());
        let reworded = refusal(&place, &OTHER);
        assert!(
            reworded.contains("migration 1 of tables of the tests was applied in another wording"),
            "{reworded}"
        );
        let keys = refusal(&place, &KEYS);
        assert!(keys.contains("migration 1 of keys"), "{keys}");
        drop(Store::open(&place, &ONE, NOW).unwrap());
    });
}

#[test]
fn a_migration_that_fails_leaves_nothing_behind() {
    every_place(|place| async move {
        drop(Store::open(&place, &ONE, NOW).unwrap());
        let failed = refusal(&place, &BROKEN);
        assert!(failed.contains("no_such_table"), "{failed}");
        assert_eq!(rows_of_first(&Store::open(&place, &ONE, NOW).unwrap()).await, [row(1)]);
    });
    every_place(|place| async move {
        refusal(&place, &BROKEN);
        assert_eq!(rows_of_first(&Store::open(&place, &TWO, NOW).unwrap()).await, [row(1), row(2)]);
    });
}

#[test]
fn programs_that_start_together_migrate_once() {
    every_place(|place| async move {
        let starts: Vec<_> = (0..4)
            .map(|_| {
                let place = place.clone();
                std::thread::spawn(move || Store::open(&place, &TWO, NOW).map(drop))
            })
            .collect();
        for start in starts {
            start.join().unwrap().unwrap();
        }
        assert_eq!(rows_of_first(&Store::open(&place, &TWO, NOW).unwrap()).await, [row(1), row(2)]);
    });
}

#[test]
fn the_databases_of_an_installation_can_be_made_and_opened_again() {
    for schema in [&RECORDS, &KEYS] {
        every_place(|place| async move {
            for _ in 0..2 {
                let store = Store::open(&place, schema, NOW).unwrap();
                store.write(Scope::House, |_| Ok(())).await.unwrap();
            }
        });
    }
}

#[test]
fn on_sqlite_nobody_else_can_read_the_files() {
    on_sqlite(|place| async move {
        let store = Store::open(&place, &ONE, NOW).unwrap();
        store.write(Scope::House, |tx| tx.run("INSERT INTO first (id) VALUES (9)", &[])).await.unwrap();
        let Place::Sqlite(path) = place else { unreachable!() };
        let files: Vec<_> = std::fs::read_dir(path.parent().unwrap()).unwrap().map(Result::unwrap).collect();
        assert!(files.len() > 1, "the log lies beside the database");
        for file in files {
            let mode = file.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", file.path().display());
        }
    });
}

#[test]
fn on_sqlite_a_place_that_cannot_be_is_a_fault() {
    on_sqlite(|place| async move {
        let Place::Sqlite(path) = place else { unreachable!() };
        let nowhere = Place::Sqlite(path.join("below/a/file"));
        assert!(matches!(Store::open(&nowhere, &ONE, NOW), Err(Error::Fault(_))));
        std::fs::write(&path, "not a database, but longer than the header of one. ".repeat(100)).unwrap();
        assert!(matches!(Store::open(&Place::Sqlite(path), &ONE, NOW), Err(Error::Fault(_))));
    });
}

#[test]
fn on_postgres_an_error_never_shows_the_password() {
    on_postgres(|_| async move {
        for url in ["postgres://me:hush@/x?port=0", "postgres://me:hush@localhost:1/x", "hush"] {
            let place = Place::Postgres(url.to_owned());
            let error = refusal(&place, &ONE);
            assert!(!format!("{error} {place:?}").contains("hush"), "{error}");
        }
    });
}
