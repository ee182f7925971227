//! Wrapped keys are found again, and gone without a trace once erased.

use std::time::Duration;

use kakehashi::error::Error;
use kakehashi::store::tx::Tx;
use kakehashi::store::{Place, Scope, Store, keys};
use sha2::{Digest, Sha256};

use super::notebook;
use crate::support::store::{NOW, every_place, on_postgres, on_sqlite};

/// Bytes that would be recognised wherever they lay, also in part.
fn wrapped(seed: u8) -> Vec<u8> {
    (0..2).flat_map(|half| Sha256::digest([seed, half])).collect()
}

async fn add_notebook(keys: &Store, serial: u64, seed: u8) -> Result<(), Error> {
    keys.write(Scope::House, move |tx| keys::add_notebook(tx, notebook(serial), &wrapped(seed), NOW)).await
}

async fn find_notebook(keys: &Store, serial: u64) -> Option<Vec<u8>> {
    keys.read(move |tx| keys::find_notebook(tx, notebook(serial))).await.unwrap()
}

#[test]
fn a_notebook_has_one_key_until_it_is_erased() {
    every_place(|place| async move {
        let keys = keys::open(&place, NOW).unwrap();
        for serial in [0, 7, 9_999_999_999] {
            add_notebook(&keys, serial, 1).await.unwrap();
        }
        assert!(matches!(add_notebook(&keys, 7, 2).await, Err(Error::Conflict)));
        assert_eq!(find_notebook(&keys, 7).await, Some(wrapped(1)));
        keys::erase_notebook(&keys, notebook(7)).await.unwrap();
        keys::erase_notebook(&keys, notebook(7)).await.unwrap();
        assert_eq!(find_notebook(&keys, 7).await, None);
        assert_eq!(find_notebook(&keys, 0).await, Some(wrapped(1)));
        let (soon, first) = (NOW.plus(1), Some(notebook(0)));
        let list = |after, before| keys.read(move |tx| keys::list_notebooks(tx, after, before, 10));
        assert_eq!(list(None, soon).await.unwrap(), [0, 9_999_999_999].map(notebook));
        assert_eq!(list(first, soon).await.unwrap(), [notebook(9_999_999_999)]);
        assert_eq!(list(None, NOW).await.unwrap(), [], "made at that moment is not before it");
    });
}

#[test]
fn the_house_has_one_key_and_codes_have_one_each_version() {
    every_place(|place| async move {
        let keys = keys::open(&place, NOW).unwrap();
        assert_eq!(keys.read(keys::find_house).await.unwrap(), None);
        let add_house = || keys.write(Scope::House, |tx| keys::add_house(tx, &wrapped(3), NOW));
        add_house().await.unwrap();
        assert!(matches!(add_house().await, Err(Error::Conflict)));
        assert_eq!(keys.read(keys::find_house).await.unwrap(), Some(wrapped(3)));
        let add_code = async |version: u8, later| {
            let made_at = NOW.plus(later);
            keys.write(Scope::House, move |tx| keys::add_code(tx, version, &wrapped(version), made_at)).await
        };
        // Versions come round again after 15, so the newest is told by its time.
        for (version, later) in [(15, 0), (0, 1)] {
            add_code(version, later).await.unwrap();
        }
        assert!(matches!(add_code(15, 2).await, Err(Error::Conflict)));
        assert!(matches!(add_code(16, 2).await, Err(Error::Fault(_))), "a code has 4 bits for it");
        let listed = keys.read(keys::list_codes).await.unwrap();
        assert_eq!(listed, [(15, wrapped(15)), (0, wrapped(0))]);
    });
}

#[test]
fn on_sqlite_no_byte_of_an_erased_key_is_left_in_the_files() {
    on_sqlite(|place| async move {
        let keys = keys::open(&place, NOW).unwrap();
        for serial in 0..200 {
            add_notebook(&keys, serial, u8::try_from(serial).unwrap()).await.unwrap();
        }
        let Place::Sqlite(path) = &place else { unreachable!() };
        assert!(is_in_files(path, &wrapped(77)), "the test would find it");
        // Somebody who is still reading must not keep the log from being emptied.
        let reader = keys.clone();
        let reading = tokio::spawn(async move {
            let slowly = |tx: &mut Tx<'_>| {
                let found = keys::find_notebook(tx, notebook(77));
                std::thread::sleep(Duration::from_millis(400));
                found
            };
            reader.read(slowly).await
        });
        tokio::time::sleep(Duration::from_millis(100)).await;
        keys::erase_notebook(&keys, notebook(77)).await.unwrap();
        assert!(!is_in_files(path, &wrapped(77)[..16]));
        assert_eq!(reading.await.unwrap().unwrap(), Some(wrapped(77)));
        assert!(!is_in_files(path, &wrapped(77)[48..]));
        assert!(is_in_files(path, &wrapped(78)), "the others' keys are still there");
        drop(keys);
        assert!(!is_in_files(path, &wrapped(77)[..16]), "nor after the store is closed");
    });
}

/// Looks for bytes in the database, its log and whatever else lies beside it.
fn is_in_files(database: &std::path::Path, sought: &[u8]) -> bool {
    let files = std::fs::read_dir(database.parent().unwrap()).unwrap();
    files
        .map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .any(|bytes| bytes.windows(sought.len()).any(|window| window == sought))
}

#[test]
fn on_postgres_no_byte_of_an_erased_key_is_left_in_the_table() {
    on_postgres(|place| async move {
        let keys = keys::open(&place, NOW).unwrap();
        for serial in 0..20 {
            add_notebook(&keys, serial, u8::try_from(serial).unwrap()).await.unwrap();
        }
        assert!(is_in_table(&keys, wrapped(7)).await, "the test would find it");
        // Somebody's open write, even in another database, could make the server keep removed rows.
        let elsewhere =
            std::thread::spawn(|| command("BEGIN; SELECT pg_current_xact_id(); SELECT pg_sleep(1); COMMIT"));
        tokio::time::sleep(Duration::from_millis(300)).await;
        keys::erase_notebook(&keys, notebook(7)).await.unwrap();
        elsewhere.join().unwrap();
        assert!(!is_in_table(&keys, wrapped(7)[..16].to_vec()).await);
        assert!(is_in_table(&keys, wrapped(8)).await);
    });
}

/// Looks for bytes in the file of the table, as the server keeps it.
async fn is_in_table(keys: &Store, sought: Vec<u8>) -> bool {
    // A checkpoint writes the table's pages out; it cannot be done inside a transaction.
    let find = "SELECT position(?1 IN pg_read_binary_file(pg_relation_filepath('notebook_key')))";
    std::thread::spawn(|| command("CHECKPOINT")).join().unwrap();
    keys.read(move |tx| tx.one(find, &[sought.as_slice().into()], |row| row.get::<i64>(0))).await.unwrap()
        > Some(0)
}

/// Carries out statements in the server's own database.
fn command(sql: &str) {
    let server = std::env::var("KAKEHASHI_TEST_POSTGRES").unwrap();
    postgres::Client::connect(&server, postgres::NoTls).unwrap().batch_execute(sql).unwrap();
}
