//! Acknowledged durable writes by 50 writers at once: through the store, and by the barest group
//! commit that rusqlite allows, in turns on the same disk. Prints writes per second and latencies.
//!
//! `cargo bench --bench store`; the folder is `TMPDIR`'s, so put that on the disk in question.

#![expect(clippy::disallowed_methods, reason = "a benchmark reads the machine's stopwatch")]
#![expect(clippy::expect_used, reason = "a bench that cannot go on says why and ends")]

use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant as Stopwatch};

use kakehashi::clock::Instant;
use kakehashi::store::schema::{Migration, Schema};
use kakehashi::store::{Place, Scope, Store};
use rusqlite::Connection;
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot};

const WRITERS: i64 = 50;
const WRITES_EACH: i64 = 600;
const ROUNDS: usize = 7;
/// The size of a sealed entry.
const SEALED: usize = 400;

const TABLES: &str =
    "CREATE TABLE entry (notebook INTEGER NOT NULL, id INTEGER NOT NULL, sealed BLOB NOT NULL,
    PRIMARY KEY (notebook, id)) STRICT;
    CREATE TABLE counter (notebook INTEGER NOT NULL PRIMARY KEY, count INTEGER NOT NULL) STRICT;";
const ADD: &str = "INSERT INTO entry (notebook, id, sealed) VALUES (?1, ?2, ?3)";
const COUNT: &str = "INSERT INTO counter (notebook, count) VALUES (?1, 1)
    ON CONFLICT (notebook) DO UPDATE SET count = count + 1";

static SCHEMA: Schema = Schema {
    name: "bench",
    secure_delete: false,
    migrations: &[Migration { name: "0001_bench", sql: TABLES }],
};

/// What one round gave.
struct Round {
    per_second: f64,
    latencies: Vec<Duration>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::temp_dir().join(format!("kakehashi-bench-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build()?;
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        ours.push(through_the_store(&runtime, &folder.join(format!("store-{round}.db")))?);
        bare.push(bare_group_commit(&runtime, &folder.join(format!("bare-{round}.db")))?);
    }
    std::fs::remove_dir_all(&folder)?;
    let mut ratios: Vec<f64> =
        ours.iter().zip(&bare).map(|(ours, bare)| ours.per_second / bare.per_second).collect();
    ratios.sort_by(f64::total_cmp);
    report("store", ours);
    report("bare group commit", bare);
    println!("ratio: {:.2} (median of {ROUNDS} rounds; {:.2?})", ratios[ROUNDS / 2], ratios);
    Ok(())
}

fn report(name: &str, mut rounds: Vec<Round>) {
    rounds.sort_by(|one, other| one.per_second.total_cmp(&other.per_second));
    let per_second = rounds[ROUNDS / 2].per_second;
    let mut latencies: Vec<_> = rounds.into_iter().flat_map(|round| round.latencies).collect();
    latencies.sort();
    let percentile = |share: usize| latencies[(latencies.len() - 1) * share / 100];
    let (p50, p99, worst) = (percentile(50), percentile(99), percentile(100));
    println!("{name}: {per_second:.0} writes/s, p50 {p50:.1?}, p99 {p99:.1?}, worst {worst:.1?}");
}

/// Lets every writer write one entry after the other, each with its own stopwatch.
fn measure<Write: Future<Output = ()> + Send>(
    runtime: &Runtime,
    write: impl Fn(i64, i64) -> Write + Send + Sync + 'static,
) -> Result<Round, Box<dyn std::error::Error>> {
    let write = Arc::new(write);
    let begun = Stopwatch::now();
    let writers: Vec<_> = (0..WRITERS)
        .map(|notebook| {
            let write = write.clone();
            runtime.spawn(async move {
                let mut latencies = Vec::new();
                for id in 0..WRITES_EACH {
                    let begun = Stopwatch::now();
                    write(notebook, id).await;
                    latencies.push(begun.elapsed());
                }
                latencies
            })
        })
        .collect();
    let mut latencies = Vec::new();
    for writer in writers {
        latencies.extend(runtime.block_on(writer)?);
    }
    let per_second = latencies.len() as f64 / begun.elapsed().as_secs_f64();
    Ok(Round { per_second, latencies })
}

fn through_the_store(runtime: &Runtime, path: &Path) -> Result<Round, Box<dyn std::error::Error>> {
    let store = Store::open(&Place::Sqlite(path.to_owned()), &SCHEMA, Instant(0))?;
    measure(runtime, move |notebook, id| {
        let store = store.clone();
        async move {
            let write = store.write(Scope::House, move |tx| {
                tx.run(ADD, &[notebook.into(), id.into(), [7; SEALED].into()])?;
                tx.run(COUNT, &[notebook.into()])
            });
            write.await.expect("a write failed");
        }
    })
}

/// A row to be written, and whom to tell.
type Waiting = (i64, i64, oneshot::Sender<()>);

fn bare_group_commit(runtime: &Runtime, path: &Path) -> Result<Round, Box<dyn std::error::Error>> {
    let connection = Connection::open(path)?;
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")?;
    connection.execute_batch(TABLES)?;
    let (entrance, exit) = mpsc::channel(256);
    let writer: JoinHandle<rusqlite::Result<()>> =
        std::thread::spawn(move || commit_groups(&connection, exit));
    let round = measure(runtime, move |notebook, id| {
        let entrance = entrance.clone();
        async move {
            let (tell, told) = oneshot::channel();
            entrance.send((notebook, id, tell)).await.expect("the writer ended");
            told.await.expect("a write failed");
        }
    });
    writer.join().expect("the writer panicked")?;
    round
}

fn commit_groups(connection: &Connection, mut exit: mpsc::Receiver<Waiting>) -> rusqlite::Result<()> {
    while let Some(first) = exit.blocking_recv() {
        let mut group = vec![first];
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let mut done = 0;
        while let Some((notebook, id, _)) = group.get(done) {
            connection.prepare_cached(ADD)?.execute((notebook, id, [7; SEALED].as_slice()))?;
            connection.prepare_cached(COUNT)?.execute([notebook])?;
            done += 1;
            group.extend(exit.try_recv());
        }
        connection.prepare_cached("COMMIT")?.execute([])?;
        for (_, _, tell) in group {
            // A writer that has gone needs no answer.
            tell.send(()).unwrap_or_default();
        }
    }
    Ok(())
}
