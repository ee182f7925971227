//! The camera's eye beside others on the same pictures: how many codes are found, how many sheets are located
//! and how well, and what is filed where, by severity.
//!
//! `cargo bench --features cluster --bench capture -- [COUNT] [FIRST SEED] [SEVERITY…] [ink]` takes COUNT
//! simulated photos (60) of each severity (all), from a first seed (1), of sheets of two typeset booklets; it
//! reads them and hands them to `capture/report.py`, which reads them with zxing-cpp and OpenCV and prints a
//! table, and another of what is seen of new handwriting. With `ink`, it takes COUNT sheets for that one alone.
//! The pictures, what is true of them (`truth.json`) and a plot stay in `capture-report` in the build folder.
//!
//! Python is `KAKEHASHI_BENCH_PYTHON`, or else `python3`, with the packages of `capture/requirements.txt`.
//!
//! Seeds 1 to 99,999 are for tuning. Those from 5,000,000 on are held out: they are for final figures only,
//! and nobody looks at their pictures.

#![expect(clippy::expect_used, reason = "a bench that cannot go on says why and ends")]

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

use kakehashi::demo::photograph::Severity;
use serde::Serialize;

#[path = "capture/booklets.rs"]
mod booklets;
#[path = "capture/pairs.rs"]
mod pairs;
#[path = "capture/reading.rs"]
mod reading;
#[path = "capture/shots.rs"]
mod shots;

use booklets::Page;
use pairs::Pair;
use shots::Shot;

/// Photos of each severity, and the first seed, unless said otherwise.
const COUNT: u64 = 60;
const FIRST_SEED: u64 = 1;
/// For so many photos there is one sheet that is photographed before and after a row was written.
const PHOTOS_TO_A_PAIR: u64 = 4;
/// Photos that are taken and read at once.
const HANDS: u64 = 2;

/// The seeds of the photos, and of the sheets that are photographed before and after somebody wrote.
struct Seeds {
    photos: Range<u64>,
    sheets: Range<u64>,
}

/// All that is handed to the script.
#[derive(Serialize)]
struct Report {
    photos: Vec<Shot>,
    pairs: Vec<Pair>,
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let numbers: Vec<u64> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let count = numbers.first().copied().unwrap_or(COUNT);
    let first = numbers.get(1).copied().unwrap_or(FIRST_SEED);
    let is_asked = |severity: &Severity| words.iter().any(|word| word == severity.word());
    let mut severities: Vec<Severity> = Severity::ALL.into_iter().filter(is_asked).collect();
    if severities.is_empty() {
        severities = Severity::ALL.to_vec();
    }
    let folder = folder();
    std::fs::create_dir_all(&folder).expect("a folder for the pictures");
    let pages = booklets::pages();
    let is_ink_alone = words.iter().any(|word| word == "ink");
    let photos = if is_ink_alone { 0 } else { count };
    let sheets = if is_ink_alone { count } else { count / PHOTOS_TO_A_PAIR };
    let seeds = Seeds { photos: first..first + photos, sheets: first..first + sheets };
    let report = take_all(&pages, &severities, &seeds, &folder);
    let truth = serde_json::to_vec(&report).expect("a report");
    std::fs::write(folder.join("truth.json"), truth).expect("room for the report");
    let python = std::env::var("KAKEHASHI_BENCH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bench/capture/report.py");
    let status = Command::new(&python).arg(script).arg(&folder).status().expect("Python");
    assert!(status.success(), "{python} {script} failed; the pictures are in {}", folder.display());
}

/// Where the pictures and the plot go.
fn folder() -> PathBuf {
    // The program stands in `release/deps` of the build folder.
    let program = std::env::current_exe().expect("a place of its own");
    program.ancestors().nth(3).expect("a build folder").join("capture-report")
}

/// Takes and reads all photos, by several hands.
fn take_all(pages: &[Page], severities: &[Severity], seeds: &Seeds, folder: &Path) -> Report {
    let hand = |hand: u64| {
        let mut report = Report { photos: Vec::new(), pairs: Vec::new() };
        for severity in severities {
            let mine = seeds.photos.clone().filter(|seed| seed % HANDS == hand);
            report.photos.extend(mine.map(|seed| shots::take(pages, *severity, seed, folder)));
            let mine = seeds.sheets.clone().filter(|seed| seed % HANDS == hand);
            report.pairs.extend(pairs::pairs(pages, *severity, mine, folder));
        }
        report
    };
    let hand = &hand;
    std::thread::scope(|scope| {
        let hands: Vec<_> = (0..HANDS).map(|number| scope.spawn(move || hand(number))).collect();
        let mut all = Report { photos: Vec::new(), pairs: Vec::new() };
        for done in hands {
            let report = done.join().expect("a hand that went on");
            all.photos.extend(report.photos);
            all.pairs.extend(report.pairs);
        }
        all.photos.sort_by_key(|shot| (shot.level, shot.seed));
        all.pairs.sort_by_key(|pair| (pair.level, pair.seed, pair.new.len()));
        all
    })
}
