//! Damaged input of every kind that strangers send: pictures, texts of codes, scans, forms. A small corpus
//! beside this file is mutated by a seeded generator for so many seconds each:
//!
//!     KAKEHASHI_FUZZ_SECONDS=600 cargo test --features cluster --test it fuzz
//!
//! Every case has a seed. Where one fails, its bytes stay as a file, also when the process ends with it, and
//! `KAKEHASHI_FUZZ_SEED` tries it again, first of all.

mod codes;
mod forms;
mod mutation;
mod pictures;
mod scans;

use std::env;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use kakehashi::clock::{Clock, SECOND};

use crate::support::store::fresh_id;
use mutation::Corpus;

/// Seconds that one kind of input is tried, unless the environment says otherwise.
const SECONDS: i64 = 3;

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|value| value.parse().unwrap_or_else(|_| panic!("{name} is no number: {value}")))
}

/// The files of a folder of the corpus, in order of their names.
fn files(folder: &str) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(Path::new("tests/fuzz").join(folder)).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| fs::read(path).unwrap()).collect()
}

/// Tries damaged input until the time is over: the corpus as it is, then mutations of it. `holds` panics
/// where something is wrong. The corpus must be the same in every run, or seeds mean nothing.
fn fuzz(kind: &str, corpus: &Corpus, mut holds: impl FnMut(&[u8])) {
    let asked = number("KAKEHASHI_FUZZ_SECONDS").map(|seconds| i64::try_from(seconds).unwrap());
    let first = number("KAKEHASHI_FUZZ_SEED").unwrap_or(fresh_id().0.as_u128() as u64 >> 16);
    let end = Clock::Machine.now().plus(asked.unwrap_or(SECONDS) * SECOND);
    let file = env::temp_dir().join(format!("kakehashi-fuzz-{kind}-{first}"));
    let mut attempt = |name: String, case: &[u8]| {
        fs::write(&file, case).unwrap();
        if catch_unwind(AssertUnwindSafe(|| holds(case))).is_err() {
            panic!("{kind}, {name}: it fails; its bytes are in {}", file.display());
        }
    };
    for (index, case) in corpus.cases.iter().enumerate() {
        attempt(format!("corpus {index}"), case);
    }
    let mut seed = first;
    while Clock::Machine.now() < end || seed == first {
        attempt(format!("KAKEHASHI_FUZZ_SEED={seed}"), &corpus.mutated(seed));
        seed = seed.wrapping_add(1);
    }
    eprintln!("{kind}: {} cases from seed {first}", seed.wrapping_sub(first));
    fs::remove_file(file).unwrap();
}

#[test]
fn a_fault_is_found_and_its_bytes_stay() {
    let corpus = Corpus { cases: vec![b"a form, a code, a picture".to_vec()], words: &[b"trap"] };
    let fails = |case: &[u8]| assert!(!case.windows(4).any(|window| window == b"trap"));
    let Err(told) = catch_unwind(AssertUnwindSafe(|| fuzz("trap", &corpus, fails))) else {
        panic!("the trap was not found");
    };
    let told = told.downcast_ref::<String>().unwrap();
    let (_, path) = told.split_once("its bytes are in ").unwrap();
    let kept = fs::read(path).unwrap();
    assert!(kept.windows(4).any(|window| window == b"trap"), "{told}");
    fs::remove_file(path).unwrap();
    // Its seed makes the same bytes again.
    let (_, seed) = told.split_once("KAKEHASHI_FUZZ_SEED=").unwrap();
    let seed: u64 = seed.split(':').next().unwrap().parse().unwrap();
    assert_eq!(corpus.mutated(seed), kept);
}
