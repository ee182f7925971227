//! A fresh store for a test, on each engine in turn. A test that passes on one engine alone has not
//! passed: a missing PostgreSQL server fails it.

#[cfg(not(feature = "cluster"))]
compile_error!("the integration tests need --features cluster; tests/run does all that is needed");

use std::env;
use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};

use kakehashi::clock::{Clock, Instant};
use kakehashi::id::Id;
use kakehashi::store::schema::{RECORDS, Schema};
use kakehashi::store::{Place, Store};
use postgres::{Client, NoTls};

/// 2026-11-22T10:00:00Z, when tests take place.
pub const NOW: Instant = Instant(1_795_341_600_000);

/// Runs a test on an empty store of records, once on each engine.
pub fn every_store<Test: Future<Output = ()>>(test: impl Fn(Store) -> Test) {
    every_store_of(&RECORDS, test);
}

/// Runs a test on an empty store with these tables, once on each engine.
pub fn every_store_of<Test: Future<Output = ()>>(schema: &'static Schema, test: impl Fn(Store) -> Test) {
    every_place(|place| test(Store::open(&place, schema, NOW).unwrap()));
}

/// Runs a test on a place where there is no store yet, once on each engine.
pub fn every_place<Test: Future<Output = ()>>(test: impl Fn(Place) -> Test) {
    on_sqlite(&test);
    on_postgres(&test);
}

/// Runs a test of SQLite alone.
pub fn on_sqlite<Test: Future<Output = ()>>(test: impl Fn(Place) -> Test) {
    eprintln!("on SQLite:");
    let folder = TestFolder::new();
    run(|| test(Place::Sqlite(folder.path().join("store.db"))));
}

/// Runs a test of PostgreSQL alone.
pub fn on_postgres<Test: Future<Output = ()>>(test: impl Fn(Place) -> Test) {
    eprintln!("on PostgreSQL:");
    let database = TestDatabase::new();
    run(|| test(Place::Postgres(database.url.clone())));
}

/// Makes the test and runs it to its end; inside it tokio's calls work.
fn run<Test: Future<Output = ()>>(test: impl FnOnce() -> Test) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async { test().await });
}

/// A folder that goes with the test.
pub struct TestFolder(PathBuf);

impl TestFolder {
    pub fn new() -> Self {
        let folder = env::temp_dir().join(format!("kakehashi-test-{}", fresh_id()));
        fs::create_dir(&folder).unwrap();
        Self(folder)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TestFolder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

/// A database that goes with the test, on the throw-away server that tests/run has started.
struct TestDatabase {
    server: String,
    name: String,
    url: String,
}

impl TestDatabase {
    fn new() -> Self {
        let server = env::var("KAKEHASHI_TEST_POSTGRES")
            .expect("KAKEHASHI_TEST_POSTGRES names no PostgreSQL server: run the tests by tests/run");
        let name = format!("test_{}", fresh_id().0.simple());
        let url = format!("{}/{name}", server.rsplit_once('/').unwrap().0);
        let database = Self { server, name, url };
        database.command(&format!("CREATE DATABASE {} TEMPLATE template0", database.name));
        database
    }

    fn command(&self, sql: &str) {
        Client::connect(&self.server, NoTls).unwrap().batch_execute(sql).unwrap();
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        self.command(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

/// An id nobody else has.
pub fn fresh_id() -> Id {
    Id::fresh(Clock::Machine.now()).unwrap()
}
