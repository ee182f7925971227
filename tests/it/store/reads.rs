//! Reads see one unchanging picture, change nothing, and go on beside writes.

use std::sync::{Arc, Barrier};

use kakehashi::error::Result;
use kakehashi::store::tx::Tx;
use kakehashi::store::{Scope, Store};

use super::TABLES;
use crate::support::store::{every_store_of, fresh_id};

fn count(tx: &mut Tx<'_>) -> Result<i64> {
    Ok(tx.one("SELECT COUNT(*) FROM note", &[], |row| row.get(0))?.unwrap())
}

async fn add_note(store: &Store) {
    let id = fresh_id();
    let add = move |tx: &mut Tx<'_>| tx.run("INSERT INTO note (id) VALUES (?1)", &[id.into()]);
    assert_eq!(store.write(Scope::House, add).await.unwrap(), 1);
}

#[test]
fn a_read_sees_one_picture_while_others_write() {
    every_store_of(&TABLES, |store| async move {
        add_note(&store).await;
        let (looked, written) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
        let (has_looked, has_written) = (looked.clone(), written.clone());
        let reader = store.clone();
        let read = tokio::spawn(async move {
            let work = move |tx: &mut Tx<'_>| {
                let before = count(tx)?;
                looked.wait();
                written.wait();
                Ok((before, count(tx)?))
            };
            reader.read(work).await.unwrap()
        });
        tokio::task::spawn_blocking(move || has_looked.wait()).await.unwrap();
        add_note(&store).await;
        assert_eq!(store.read(count).await.unwrap(), 2, "another read sees the note at once");
        tokio::task::spawn_blocking(move || has_written.wait()).await.unwrap();
        assert_eq!(read.await.unwrap(), (1, 1));
    });
}

#[test]
fn a_read_changes_nothing() {
    every_store_of(&TABLES, |store| async move {
        let id = fresh_id();
        let refused = store.read(move |tx| tx.run("INSERT INTO note (id) VALUES (?1)", &[id.into()])).await;
        assert!(refused.is_err());
        assert_eq!(store.read(count).await.unwrap(), 0);
    });
}

#[test]
fn a_read_that_fails_or_panics_leaves_the_next_one_unharmed() {
    every_store_of(&TABLES, |store| async move {
        // More often than there are reader threads.
        for _ in 0..10 {
            let failed =
                store.read(|tx| tx.one("SELECT no_such_column FROM note", &[], |row| row.get::<i64>(0)));
            assert!(failed.await.unwrap_err().to_string().contains("no_such_column"));
            let panicked = store.read(|_| -> Result<i64> { panic!("on purpose") }).await.unwrap_err();
            assert!(panicked.to_string().contains("panicked"), "{panicked}");
        }
        assert_eq!(store.read(count).await.unwrap(), 0);
    });
}

#[test]
fn more_reads_than_the_queue_holds_are_all_answered() {
    every_store_of(&TABLES, |store| async move {
        let reads: Vec<_> = (0..1_000)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move { store.read(count).await.unwrap() })
            })
            .collect();
        for read in reads {
            assert_eq!(read.await.unwrap(), 0);
        }
    });
}
