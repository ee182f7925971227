//! Writes are durable when answered, whole or not at all, and never mixed up with their neighbours'.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier, Condvar, Mutex};
use std::time::Duration;

use kakehashi::error::{Error, Result};
use kakehashi::id::{Id, NotebookNumber};
use kakehashi::store::tx::Tx;
use kakehashi::store::{Place, Scope, Store};
use tokio::task::JoinHandle;

use super::{TABLES, notebook};
use crate::support::store::{NOW, every_place, every_store_of, fresh_id, on_postgres, on_sqlite};

const ADD: &str = "INSERT INTO note (id) VALUES (?1)";
const ADD_NAMED: &str = "INSERT INTO note (id, name) VALUES (?1, ?2)";
const ADD_BYTES: &str = "INSERT INTO note (id, bytes) VALUES (?1, ?2)";
/// Refers to a notebook that does not exist, which is found out at the commit.
const ADD_ORPHAN: &str = "INSERT INTO note (id, notebook) VALUES (?1, 404)";

fn add(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    tx.run(ADD, &[id.into()]).map(|_| ())
}

async fn add_note(store: &Store) -> Result<()> {
    let id = fresh_id();
    store.write(Scope::House, move |tx| add(tx, id)).await
}

async fn ids(store: &Store) -> Vec<Id> {
    store.read(|tx| tx.all("SELECT id FROM note ORDER BY id", &[], |row| row.get(0))).await.unwrap()
}

/// Starts a write that runs beside the test.
fn begin<T: Send + 'static>(
    store: &Store,
    scope: Scope,
    work: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
) -> JoinHandle<Result<T>> {
    let store = store.clone();
    tokio::spawn(async move { store.write(scope, work).await })
}

#[test]
fn every_acknowledged_write_is_found_by_whoever_opens_the_store() {
    every_place(|place| async move {
        let store = open(&place);
        let mut written: Vec<Id> = (0..300).map(|_| fresh_id()).collect();
        let writes: Vec<_> =
            written.iter().map(|&id| begin(&store, Scope::House, move |tx| add(tx, id))).collect();
        for write in writes {
            write.await.unwrap().unwrap();
        }
        written.sort();
        assert_eq!(ids(&open(&place)).await, written);
    });
}

fn open(place: &Place) -> Store {
    Store::open(place, &TABLES, NOW).unwrap()
}

#[test]
fn an_error_and_a_panic_undo_their_own_write_alone() {
    every_store_of(&TABLES, |store| async move {
        let writes: Vec<_> = (0..60)
            .map(|turn| {
                let id = fresh_id();
                let write = begin(&store, Scope::House, move |tx| {
                    add(tx, id)?;
                    match turn % 3 {
                        0 => Ok(()),
                        1 => Err(Error::NotFound),
                        _ => panic!("on purpose"),
                    }
                });
                (turn, id, write)
            })
            .collect();
        let mut kept = Vec::new();
        for (turn, id, write) in writes {
            match (turn % 3, write.await.unwrap()) {
                (0, Ok(())) => kept.push(id),
                (1, Err(Error::NotFound)) => {}
                (2, Err(error)) => assert!(error.to_string().contains("panicked"), "{error}"),
                (_, other) => panic!("write {turn} ended as {other:?}"),
            }
        }
        kept.sort();
        assert_eq!(ids(&store).await, kept);
    });
}

#[test]
fn a_second_row_where_one_may_be_is_a_conflict() {
    every_store_of(&TABLES, |store| async move {
        let (one, other) = (fresh_id(), fresh_id());
        let add_named = async |id: Id| {
            store.write(Scope::House, move |tx| tx.run(ADD_NAMED, &[id.into(), "梅".into()])).await
        };
        add_named(one).await.unwrap();
        assert!(matches!(add_named(one).await, Err(Error::Conflict)), "the same primary key");
        assert!(matches!(add_named(other).await, Err(Error::Conflict)), "the same unique name");
        let nothing = "INSERT INTO note (id, name) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        let ignored = store.write(Scope::House, move |tx| tx.run(nothing, &[other.into(), "梅".into()]));
        assert_eq!(ignored.await.unwrap(), 0);
        let no_id =
            store.write(Scope::House, |tx| tx.run("INSERT INTO note (name) VALUES ('松')", &[])).await;
        assert!(matches!(no_id, Err(Error::Fault(_))), "a missing value is our fault, not a conflict");
        assert_eq!(ids(&store).await, [one]);
    });
}

#[test]
fn a_write_that_goes_on_after_a_failed_statement_is_not_kept() {
    every_store_of(&TABLES, |store| async move {
        let (kept, lost) = (fresh_id(), fresh_id());
        store.write(Scope::House, move |tx| add(tx, kept)).await.unwrap();
        let swallows = store.write(Scope::House, move |tx| {
            add(tx, lost)?;
            assert!(matches!(add(tx, kept), Err(Error::Conflict)));
            assert!(matches!(add(tx, fresh_id()), Err(Error::Fault(_))), "nothing runs any more");
            Ok(())
        });
        assert!(matches!(swallows.await, Err(Error::Fault(_))));
        assert_eq!(ids(&store).await, [kept]);
    });
}

#[test]
fn a_failed_commit_is_told_and_leaves_nothing() {
    every_store_of(&TABLES, |store| async move {
        let (id, orphan) = (fresh_id(), fresh_id());
        let refused = store.write(Scope::House, move |tx| {
            add(tx, id)?;
            tx.run(ADD_ORPHAN, &[orphan.into()])
        });
        assert!(matches!(refused.await, Err(Error::Fault(_))));
        assert_eq!(ids(&store).await, []);
        add_note(&store).await.unwrap();
        assert_eq!(ids(&store).await.len(), 1);
    });
}

/// Holds the writer thread until many writes wait behind it, so that they share one commit.
async fn in_one_batch<T>(store: &Store, queue_up: impl FnOnce() -> T) -> T {
    let gate = Arc::new(Barrier::new(2));
    let inside = gate.clone();
    let holder = begin(store, Scope::House, move |_| {
        inside.wait();
        Ok(())
    });
    let queued = queue_up();
    tokio::time::sleep(Duration::from_millis(200)).await;
    tokio::task::spawn_blocking(move || gate.wait()).await.unwrap();
    drop(holder.await.unwrap());
    queued
}

#[test]
fn on_sqlite_a_failed_commit_is_told_to_the_whole_batch() {
    on_sqlite(|place| async move {
        let store = open(&place);
        let (writes, orphan) = in_one_batch(&store, || {
            let writes: Vec<_> = (0..20)
                .map(|_| {
                    let id = fresh_id();
                    begin(&store, Scope::House, move |tx| add(tx, id))
                })
                .collect();
            let id = fresh_id();
            (writes, begin(&store, Scope::House, move |tx| tx.run(ADD_ORPHAN, &[id.into()])))
        })
        .await;
        assert!(orphan.await.unwrap().is_err());
        for write in writes {
            let told = write.await.unwrap().unwrap_err().to_string();
            assert!(told.contains("FOREIGN KEY"), "{told}");
        }
        assert_eq!(ids(&store).await, [], "nothing of the batch is visible");
        add_note(&store).await.unwrap();
    });
}

#[test]
fn on_sqlite_a_full_disk_acknowledges_nothing_that_is_not_kept() {
    on_sqlite(|place| async move {
        let store = open(&place);
        let limit = |sql| store.write(Scope::House, move |tx| tx.one(sql, &[], |row| row.get::<i64>(0)));
        limit("PRAGMA max_page_count = 60").await.unwrap();
        let writes = in_one_batch(&store, || {
            let writes = (0..40).map(|_| {
                let id = fresh_id();
                let bytes = vec![1_u8; 20_000];
                let work = move |tx: &mut Tx<'_>| tx.run(ADD_BYTES, &[id.into(), bytes.as_slice().into()]);
                (id, begin(&store, Scope::House, work))
            });
            writes.collect::<Vec<_>>()
        })
        .await;
        let mut acknowledged = Vec::new();
        let mut refused = 0;
        for (id, write) in writes {
            match write.await.unwrap() {
                Ok(_) => acknowledged.push(id),
                Err(_) => refused += 1,
            }
        }
        acknowledged.sort();
        assert!(refused >= 30, "{refused} were refused");
        assert_eq!(ids(&store).await, acknowledged, "reads go on, and show what was acknowledged");
        limit("PRAGMA max_page_count = 1000000").await.unwrap();
        add_note(&store).await.unwrap();
        assert_eq!(ids(&open(&place)).await.len(), acknowledged.len() + 1);
    });
}

#[test]
fn writes_of_one_notebook_follow_each_other() {
    every_store_of(&TABLES, |store| async move {
        let (here, there) = (notebook(7), notebook(3));
        for number in [here, there] {
            let mint = "INSERT INTO notebook (number, count) VALUES (?1, 0)";
            store.write(Scope::House, move |tx| tx.run(mint, &[number.into()])).await.unwrap();
        }
        let scopes = [Scope::Notebook(here), Scope::Notebooks(here, there), Scope::Notebooks(there, here)];
        let writes: Vec<_> =
            (0..24).map(|turn| begin(&store, scopes[turn % 3], move |tx| count_slowly(tx, here))).collect();
        for write in writes {
            write.await.unwrap().unwrap();
        }
        let find = "SELECT count FROM notebook WHERE number = ?1";
        let count = store.read(move |tx| tx.one(find, &[here.into()], |row| row.get::<i64>(0))).await;
        assert_eq!(count.unwrap(), Some(24), "no count was lost");
    });
}

/// Reads, waits and writes: loses counts when run beside itself.
fn count_slowly(tx: &mut Tx<'_>, number: NotebookNumber) -> Result<()> {
    let find = "SELECT count FROM notebook WHERE number = ?1";
    let found: i64 = tx.one(find, &[number.into()], |row| row.get(0))?.unwrap();
    std::thread::sleep(Duration::from_millis(5));
    tx.run("UPDATE notebook SET count = ?2 WHERE number = ?1", &[number.into(), (found + 1).into()])
        .map(|_| ())
}

/// Two that wait for each other, but not for ever.
#[derive(Default)]
struct Meeting {
    arrived: Mutex<usize>,
    changed: Condvar,
}

impl Meeting {
    /// True if the other came within two seconds.
    fn join(&self) -> bool {
        *self.arrived.lock().unwrap() += 1;
        self.changed.notify_all();
        let waited = Duration::from_secs(2);
        let arrived = self.arrived.lock().unwrap();
        let (arrived, _) = self.changed.wait_timeout_while(arrived, waited, |arrived| *arrived < 2).unwrap();
        *arrived >= 2
    }
}

#[test]
fn on_postgres_writes_of_two_notebooks_run_side_by_side_and_of_one_do_not() {
    on_postgres(|place| async move {
        let store = open(&place);
        for serial in [1_i64, 2] {
            let mint = "INSERT INTO notebook (number, count) VALUES (?1, 0)";
            store.write(Scope::House, move |tx| tx.run(mint, &[serial.into()])).await.unwrap();
        }
        for (other, side_by_side) in [(2, true), (1, false)] {
            let meeting = Arc::new(Meeting::default());
            let meets = [1, other].map(|serial| {
                let meeting = meeting.clone();
                begin(&store, Scope::Notebook(notebook(serial)), move |_| Ok(meeting.join()))
            });
            let [one, another] = meets;
            let met = one.await.unwrap().unwrap() && another.await.unwrap().unwrap();
            assert_eq!(met, side_by_side, "notebooks 1 and {other}");
        }
    });
}

#[test]
fn on_postgres_a_deadlock_is_run_again() {
    on_postgres(|place| async move {
        let store = open(&place);
        for serial in [1_i64, 2] {
            let mint = "INSERT INTO notebook (number, count) VALUES (?1, 0)";
            store.write(Scope::House, move |tx| tx.run(mint, &[serial.into()])).await.unwrap();
        }
        let meeting = Arc::new(Meeting::default());
        let writes = [[1_i64, 2], [2, 1]].map(|[first, second]| {
            let meeting = meeting.clone();
            begin(&store, Scope::House, move |tx| {
                let raise = "UPDATE notebook SET count = count + 1 WHERE number = ?1";
                tx.run(raise, &[first.into()])?;
                meeting.join();
                tx.run(raise, &[second.into()])
            })
        });
        for write in writes {
            assert_eq!(write.await.unwrap().unwrap(), 1);
        }
        let list = "SELECT count FROM notebook ORDER BY number";
        let counts: Vec<i64> = store.read(move |tx| tx.all(list, &[], |row| row.get(0))).await.unwrap();
        assert_eq!(counts, [2, 2]);
    });
}

#[test]
fn on_postgres_a_lost_connection_is_made_again() {
    const CUT: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    on_postgres(|place| async move {
        let store = open(&place);
        let other = open(&place);
        add_note(&store).await.unwrap();
        assert_eq!(ids(&store).await.len(), 1);
        let cut = || other.read(|tx| tx.all(CUT, &[], |row| row.get::<bool>(0)));
        assert!(cut().await.unwrap().len() >= 2);
        assert_eq!(ids(&store).await.len(), 1);
        add_note(&store).await.unwrap();

        // In the middle of a write as well: it is run again.
        let begun = Arc::new(Meeting::default());
        let first = AtomicBool::new(true);
        let (id, inside) = (fresh_id(), begun.clone());
        let write = begin(&store, Scope::House, move |tx| {
            add(tx, id)?;
            if first.swap(false, Ordering::SeqCst) {
                inside.join();
                std::thread::sleep(Duration::from_millis(500));
            }
            tx.run("UPDATE note SET integer = 1 WHERE id = ?1", &[id.into()])
        });
        assert!(tokio::task::spawn_blocking(move || begun.join()).await.unwrap());
        cut().await.unwrap();
        assert_eq!(write.await.unwrap().unwrap(), 1);
        assert_eq!(ids(&store).await.len(), 3);
    });
}

#[test]
fn dropping_the_store_finishes_what_was_queued() {
    every_place(|place| async move {
        let store = open(&place);
        let writes: Vec<_> = (0..50)
            .map(|_| {
                let id = fresh_id();
                begin(&store, Scope::House, move |tx| add(tx, id))
            })
            .collect();
        tokio::task::yield_now().await;
        drop(store);
        for write in writes {
            write.await.unwrap().unwrap();
        }
        assert_eq!(ids(&open(&place)).await.len(), 50);
    });
}
