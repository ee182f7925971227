//! Jobs are done by one worker at a time, come back after failures, and stop coming back in the end.

use kakehashi::clock::{DAY, HOUR, Instant, MINUTE, SECOND};
use kakehashi::error::{Error, Result};
use kakehashi::id::Id;
use kakehashi::store::jobs::{self, Job, MOST_ATTEMPTS};
use kakehashi::store::tx::Tx;
use kakehashi::store::{Scope, Store};

use crate::support::store::{NOW, every_store, fresh_id};

/// A worker that takes jobs of two kinds, the first before the second.
async fn lease(store: &Store, now: Instant) -> Option<Job> {
    store.write(Scope::House, move |tx| jobs::lease(tx, &["read", "mail"], now, MINUTE)).await.unwrap()
}

async fn add(store: &Store, kind: &'static str, payload: &'static [u8], run_at: Instant) -> Id {
    let id = fresh_id();
    store.write(Scope::House, move |tx| jobs::add(tx, id, kind, payload, run_at)).await.unwrap();
    id
}

async fn done(store: &Store, job: &Job, now: Instant) -> Result<()> {
    let job = job.clone();
    store.write(Scope::House, move |tx| jobs::done(tx, &job, now)).await
}

async fn fail(store: &Store, job: &Job, now: Instant) -> Result<()> {
    let job = job.clone();
    store.write(Scope::House, move |tx| jobs::fail(tx, &job, "the printer was off", now)).await
}

async fn parked(store: &Store) -> u64 {
    store.read(jobs::count_parked).await.unwrap()
}

#[test]
fn jobs_are_taken_by_kind_and_then_by_age() {
    every_store(|store| async move {
        let mail = add(&store, "mail", b"oldest", NOW).await;
        let later = add(&store, "read", b"later", NOW.plus(2)).await;
        let sooner = add(&store, "read", b"sooner", NOW.plus(1)).await;
        add(&store, "read", b"not due", NOW.plus(HOUR)).await;
        add(&store, "sweep", b"somebody else's", NOW).await;
        let now = NOW.plus(SECOND);
        let first = lease(&store, now).await.unwrap();
        let kind = "read".to_owned();
        assert_eq!(first, Job { id: sooner, kind, payload: b"sooner".to_vec(), attempts: 1 });
        assert_eq!(lease(&store, now).await.unwrap().id, later);
        assert_eq!(lease(&store, now).await.unwrap().id, mail);
        assert_eq!(lease(&store, now).await, None);
    });
}

#[test]
fn whoever_adds_many_jobs_does_not_keep_others_waiting() {
    every_store(|store| async move {
        let people = [fresh_id(), fresh_id(), fresh_id()];
        let add = |owner: Id, now: Instant| {
            let (store, id) = (&store, fresh_id());
            async move {
                let work = move |tx: &mut Tx<'_>| {
                    jobs::add_in_turn(tx, id, ("read", owner), owner.0.as_bytes(), now)
                };
                store.write(Scope::House, work).await.unwrap();
            }
        };
        for ms in 0..6 {
            add(people[0], NOW.plus(ms)).await;
        }
        add(people[1], NOW.plus(10)).await;
        add(people[1], NOW.plus(11)).await;
        let mut order = Vec::new();
        for step in 0..11 {
            let now = NOW.plus(SECOND + step);
            if step == 4 {
                // Somebody who comes when others have had their turns does not pass all of them.
                for _ in 0..3 {
                    add(people[2], now).await;
                }
            }
            let job = lease(&store, now).await.unwrap();
            done(&store, &job, now).await.unwrap();
            order.push(people.iter().position(|owner| owner.0.as_bytes() == &job.payload[..]).unwrap());
        }
        assert_eq!(order, [0, 1, 0, 1, 0, 2, 0, 2, 0, 2, 0]);
        assert_eq!(lease(&store, NOW.plus(HOUR)).await, None);
    });
}

#[test]
fn a_job_added_twice_is_done_once() {
    every_store(|store| async move {
        let id = fresh_id();
        for _ in 0..2 {
            store.write(Scope::House, move |tx| jobs::add(tx, id, "read", b"", NOW)).await.unwrap();
        }
        let job = lease(&store, NOW).await.unwrap();
        done(&store, &job, NOW).await.unwrap();
        store.write(Scope::House, move |tx| jobs::add(tx, id, "read", b"", NOW)).await.unwrap();
        assert_eq!(lease(&store, NOW.plus(DAY)).await, None);
    });
}

#[test]
fn a_job_goes_with_the_transaction_that_adds_it() {
    every_store(|store| async move {
        let add_and_fail = move |tx: &mut Tx<'_>| -> Result<()> {
            jobs::add(tx, fresh_id(), "read", b"", NOW)?;
            Err(Error::NotFound)
        };
        store.write(Scope::House, add_and_fail).await.unwrap_err();
        assert_eq!(lease(&store, NOW).await, None);
    });
}

#[test]
fn many_workers_never_take_the_same_job() {
    every_store(|store| async move {
        for _ in 0..40 {
            add(&store, "read", b"", NOW).await;
        }
        let workers: Vec<_> = (0..8)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move {
                    let mut taken = Vec::new();
                    while let Some(job) = lease(&store, NOW).await {
                        done(&store, &job, NOW).await.unwrap();
                        taken.push(job.id);
                    }
                    taken
                })
            })
            .collect();
        let mut taken = Vec::new();
        for worker in workers {
            taken.extend(worker.await.unwrap());
        }
        assert_eq!(taken.len(), 40);
        taken.sort();
        taken.dedup();
        assert_eq!(taken.len(), 40, "each job once");
    });
}

#[test]
fn a_lease_that_ended_belongs_to_whoever_takes_it_next() {
    every_store(|store| async move {
        let id = add(&store, "read", b"", NOW).await;
        let slow = lease(&store, NOW).await.unwrap();
        assert_eq!(lease(&store, NOW.plus(MINUTE - 1)).await, None);
        let quick = lease(&store, NOW.plus(MINUTE)).await.unwrap();
        assert_eq!((quick.id, quick.attempts), (id, 2));
        assert!(matches!(done(&store, &slow, NOW).await, Err(Error::Conflict)));
        assert!(matches!(fail(&store, &slow, NOW).await, Err(Error::Conflict)));
        done(&store, &quick, NOW).await.unwrap();
        assert!(matches!(done(&store, &quick, NOW).await, Err(Error::Conflict)), "done is done");
    });
}

#[test]
fn a_failing_job_comes_back_later_and_later_and_is_parked_at_last() {
    every_store(|store| async move {
        add(&store, "mail", b"kept", NOW).await;
        let mut now = NOW;
        let mut pauses = Vec::new();
        for attempt in 1..=MOST_ATTEMPTS {
            let job = lease(&store, now).await.unwrap();
            assert_eq!((job.attempts, job.payload.as_slice()), (attempt, b"kept".as_slice()));
            fail(&store, &job, now).await.unwrap();
            let failed_at = now;
            while attempt < MOST_ATTEMPTS && !is_due(&store, now).await {
                now = now.plus(SECOND);
            }
            pauses.push((now.0 - failed_at.0) / SECOND);
        }
        assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 320, 0]);
        assert_eq!(lease(&store, now.plus(DAY)).await, None);
        assert_eq!(parked(&store).await, 1);
    });
}

async fn is_due(store: &Store, now: Instant) -> bool {
    let count = "SELECT COUNT(*) FROM job WHERE state = 'ready' AND run_at <= ?1";
    store.read(move |tx| tx.one(count, &[now.into()], |row| row.get::<i64>(0))).await.unwrap() == Some(1)
}

#[test]
fn a_job_that_takes_its_worker_down_is_parked_in_the_end() {
    every_store(|store| async move {
        add(&store, "read", b"poison", NOW).await;
        let mut now = NOW;
        for _ in 0..MOST_ATTEMPTS {
            assert!(lease(&store, now).await.is_some());
            now = now.plus(MINUTE);
        }
        assert_eq!(lease(&store, now).await, None);
        assert_eq!(parked(&store).await, 1);
    });
}

#[test]
fn what_was_done_long_ago_is_swept_and_nothing_else() {
    every_store(|store| async move {
        for (id_of, end) in [("old", NOW), ("recent", NOW.plus(DAY))] {
            add(&store, "read", id_of.as_bytes(), NOW).await;
            let job = lease(&store, NOW).await.unwrap();
            done(&store, &job, end).await.unwrap();
        }
        add(&store, "read", b"waiting", NOW).await;
        let sweep = |before| store.write(Scope::House, move |tx| jobs::sweep(tx, before));
        assert_eq!(sweep(NOW).await.unwrap(), 0);
        assert_eq!(sweep(NOW.plus(HOUR)).await.unwrap(), 1);
        assert_eq!(sweep(NOW.plus(HOUR)).await.unwrap(), 0);
        assert_eq!(lease(&store, NOW).await.unwrap().payload, b"waiting");
    });
}
