//! What goes through the door comes back the same from both engines, and means the same to both.

use kakehashi::clock::Instant;
use kakehashi::error::{Error, Result};
use kakehashi::id::{Id, NotebookNumber};
use kakehashi::store::tx::{Tx, Value};
use kakehashi::store::{Scope, Store};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::{TABLES, notebook};
use crate::support::store::{NOW, every_store_of, fresh_id};

const ADD: &str = "INSERT INTO note (id, integer, real, text, bytes) VALUES (?1, ?2, ?3, ?4, ?5)";
const FIND: &str = "SELECT integer, real, text, bytes FROM note WHERE id = ?1";

type Note = (Option<i64>, Option<f64>, Option<String>, Option<Vec<u8>>);

async fn keep_and_find(store: &Store, note: Note) -> Note {
    let id = fresh_id();
    store
        .write(Scope::House, move |tx| {
            let (integer, real, text, bytes) = note.clone();
            tx.run(ADD, &[id.into(), integer.into(), real.into(), text.into(), bytes.into()])
        })
        .await
        .unwrap();
    let found = store.read(move |tx| {
        tx.one(FIND, &[id.into()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
    });
    found.await.unwrap().unwrap()
}

#[test]
fn extreme_values_come_back_as_they_went() {
    every_store_of(&TABLES, |store| async move {
        let text = |text: &str| Some(text.to_owned());
        for note in [
            (None, None, None, None),
            (Some(i64::MIN), Some(f64::MIN), text(""), Some(vec![])),
            (
                Some(i64::MAX),
                Some(f64::MAX),
                text("連絡帳 𠮷 👵🏼 'x' \"y\" \\ ?1 $1"),
                Some(vec![0, 1, 0, 255]),
            ),
            (Some(0), Some(f64::MIN_POSITIVE), text("line\nline\r\n\ttab\u{1}"), Some(vec![0; 70_000])),
            (Some(-1), Some(f64::NEG_INFINITY), text(&"長い".repeat(40_000)), Some(vec![b'\\', b'x', b'0'])),
        ] {
            assert_eq!(keep_and_find(&store, note.clone()).await, note);
        }
    });
}

#[test]
fn any_value_comes_back_as_it_went() {
    every_store_of(&TABLES, |store| async move {
        let bytes = prop::collection::vec(any::<u8>(), 0..64);
        let notes = (
            any::<Option<i64>>(),
            any::<Option<f64>>(),
            prop::option::of("[^\0]{0,40}"),
            prop::option::of(bytes),
        );
        let mut runner = TestRunner::deterministic();
        for _ in 0..200 {
            let note = notes.new_tree(&mut runner).unwrap().current();
            assert_eq!(keep_and_find(&store, note.clone()).await, note);
        }
    });
}

#[test]
fn ids_moments_numbers_and_truth_come_back_as_they_went() {
    every_store_of(&TABLES, |store| async move {
        let (id, number) = (fresh_id(), notebook(9_999_999_999));
        let found = store.read(move |tx| {
            let params = [id.into(), number.into(), NOW.into(), true.into(), [7_u8; 4].into(), 200_u8.into()];
            tx.one("SELECT ?1, ?2, ?3, ?4, ?5, ?6", &params, |row| {
                let (id, number): (Id, NotebookNumber) = (row.get(0)?, row.get(1)?);
                let (moment, truth): (Instant, bool) = (row.get(2)?, row.get(3)?);
                Ok((id, number, moment, truth, row.get::<[u8; 4]>(4)?, row.get::<u8>(5)?))
            })
        });
        assert_eq!(found.await.unwrap().unwrap(), (id, number, NOW, true, [7; 4], 200));
    });
}

/// Asks for one integer.
async fn integer(store: &Store, sql: &'static str, params: Vec<Value>) -> Result<Option<i64>> {
    store.read(move |tx| tx.one(sql, &params, |row| row.get(0))).await
}

#[test]
fn expressions_give_the_same_integers() {
    every_store_of(&TABLES, |store| async move {
        let asks = async |sql, params| integer(&store, sql, params).await.unwrap().unwrap();
        assert_eq!(asks("SELECT 1", vec![]).await, 1);
        assert_eq!(asks("SELECT COUNT(*) FROM note", vec![]).await, 0);
        assert_eq!(asks("SELECT EXISTS (SELECT 1 FROM note)", vec![]).await, 0);
        assert_eq!(asks("SELECT CAST(COALESCE(SUM(integer), 7) AS BIGINT) FROM note", vec![]).await, 7);
        assert_eq!(asks("SELECT ?1 + ?1 + ?2", vec![5_i64.into(), 1_u32.into()]).await, 11);
        assert_eq!(asks("SELECT 3000000000 + ?1", vec![3_000_000_000_i64.into()]).await, 6_000_000_000);
        assert_eq!(asks("SELECT length('?1 $1 it''s') + ?1 -- ?2", vec![0_i64.into()]).await, 10);
        assert_eq!(asks("SELECT 1 WHERE ?1 IS NULL", vec![None::<&str>.into()]).await, 1);
        assert_eq!(asks("SELECT 1 WHERE ?1 IS NULL OR 2 < ?1", vec![None::<i64>.into()]).await, 1);
        assert_eq!(asks("SELECT 1 WHERE ?1 IS NULL OR 2 < ?1", vec![3_i64.into()]).await, 1);
        assert_eq!(asks("SELECT COALESCE(?1, 4)", vec![None::<u32>.into()]).await, 4);
    });
}

#[test]
fn texts_sort_by_their_bytes() {
    every_store_of(&TABLES, |store| async move {
        let sorted = ["", "A", "Z", "a", "z", "あ", "ア", "亜", "�", "𠮷"];
        store
            .write(Scope::House, move |tx| {
                sorted.iter().rev().try_for_each(|text| {
                    let params = [text.as_bytes().into(), 1_i64.into(), None::<f64>.into(), (*text).into()];
                    tx.run("INSERT INTO note (id, integer, real, text) VALUES (?1, ?2, ?3, ?4)", &params)
                        .map(|_| ())
                })
            })
            .await
            .unwrap();
        let list = |tx: &mut Tx<'_>| tx.all("SELECT text FROM note ORDER BY text", &[], |row| row.get(0));
        let found: Vec<String> = store.read(list).await.unwrap();
        assert_eq!(found, sorted);
        let below = integer(&store, "SELECT COUNT(*) FROM note WHERE text < ?1", vec!["a".into()]);
        assert_eq!(below.await.unwrap(), Some(3));
    });
}

#[test]
fn what_one_engine_would_change_is_refused_by_both() {
    every_store_of(&TABLES, |store| async move {
        for (refused, cause) in
            [(Value::from("a\0b"), "a text holds a NUL"), (Value::from(f64::NAN), "a number is not a number")]
        {
            let error = integer(&store, "SELECT COUNT(*) WHERE ?1 IS NULL", vec![refused]).await.unwrap_err();
            assert!(error.to_string().contains(cause), "{error}");
        }
    });
}

#[test]
fn a_row_that_is_not_what_was_expected_is_a_fault() {
    every_store_of(&TABLES, |store| async move {
        let two_rows = integer(&store, "SELECT 1 UNION ALL SELECT 2", vec![]).await.unwrap_err();
        assert!(two_rows.to_string().contains("more came"), "{two_rows}");
        for (sql, cause) in [
            ("SELECT 'one'", "column 0 holds a text, not i64"),
            ("SELECT NULLIF(1, 1)", "column 0 holds nothing, not i64"),
        ] {
            let error = integer(&store, sql, vec![]).await.unwrap_err().to_string();
            assert!(error.ends_with(cause), "{error}");
        }
        assert_eq!(integer(&store, "SELECT 1 WHERE 1 = 2", vec![]).await.unwrap(), None);
        let no_column = store.read(|tx| tx.one("SELECT 1", &[], |row| row.get::<i64>(1))).await;
        assert!(matches!(no_column, Err(Error::Fault(_))));
    });
}
