//! Photos: how many sheets are located and how well, and what a photo costs beside libjpeg-turbo.
//!
//! `cargo bench --bench photo -- [ordinary|harsh] [COUNT] [FIRST SEED]` takes simulated photos of stand-in
//! sheets (200 ordinary ones by default). With `djpeg` and `cjpeg` of libjpeg-turbo on the path, their
//! CPU time on the same pictures is the reference. What each stage costs is printed as a table and drawn in
//! `photo-stages.svg` in the build folder.

#![expect(clippy::disallowed_methods, reason = "a bench measures the time that passes")]
#![expect(clippy::expect_used, reason = "a bench that cannot go on says why and ends")]

use std::path::{Path, PathBuf};
use std::process::Command;

use kakehashi::capture::vision::examine;
use kakehashi::demo::photograph::{Conditions, Laid, Photo, Severity, photograph};
use kakehashi::sheet::design::{Geometry, LABEL_MAX};

#[path = "photo/stages.rs"]
mod stages;
#[expect(dead_code, reason = "the integration tests use the rest of it")]
#[path = "../support/stand_in.rs"]
mod stand_in;

use stages::Stages;

/// Photos whose cost is measured, and how often each.
const MEASURED: u64 = 5;
const ROUNDS: u32 = 20;
/// Geometries that a town with many designs, formats and revisions knows.
const KNOWN: u8 = 200;
/// Length of one tick of `/proc/self/stat`, in milliseconds (USER_HZ is 100 on Linux).
const TICK: f64 = 10.0;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let severity =
        if arguments.iter().any(|word| word == "harsh") { Severity::Harsh } else { Severity::Ordinary };
    let numbers: Vec<u64> = arguments.iter().filter_map(|word| word.parse().ok()).collect();
    let (count, first) = (numbers.first().copied().unwrap_or(200), numbers.get(1).copied().unwrap_or(10_000));
    locate(severity, first, count);
    measure(first);
}

/// Takes photos and reports how many sheets were located, how well, and how many codes read.
fn locate(severity: Severity, first: u64, count: u64) {
    let (mut worst, mut read) = (Vec::new(), 0);
    for seed in first..first + count {
        let text = stand_in::code_text(seed);
        let conditions = Conditions::drawn(seed, severity);
        let photo = taken(seed, &conditions);
        let Ok(finding) = examine(&photo.jpeg, &[stand_in::geometry(3)]) else { continue };
        let Some(sheet) = finding.sheets.first() else { continue };
        let truth = &photo.corners[0];
        let around: f64 = (0..4).map(|k| truth[k].distance(truth[(k + 1) % 4])).sum();
        let density = around / (2.0 * (148.0 + 210.0));
        worst.push((0..4).map(|k| truth[k].distance(sheet.page_corners[k]) / density).fold(0.0, f64::max));
        read += usize::from(sheet.code.is_some_and(|code| finding.codes[code].text == text));
    }
    worst.sort_by(f64::total_cmp);
    let share =
        |part: f64| worst.get(((worst.len() as f64 - 1.0) * part) as usize).copied().unwrap_or(f64::NAN);
    println!("{severity:?}: {count} photos, {} located, {read} with their code", worst.len());
    println!(
        "worst corner: median {:.2} mm, 90 % {:.2}, 99 % {:.2}, worst {:.2}; over 1 mm: {}",
        share(0.5),
        share(0.9),
        share(0.99),
        share(1.0),
        worst.iter().filter(|corner| **corner > 1.0).count()
    );
}

/// Reports the CPU time of a photo, and of libjpeg-turbo decoding the same one and encoding its sheet; then the
/// time that each stage takes.
fn measure(first: u64) {
    let known: Vec<Geometry> = (0..KNOWN).map(|label| stand_in::geometry(label % (LABEL_MAX + 1))).collect();
    let (mut ours, mut with_many, mut theirs, mut bytes) = (0.0, 0.0, 0.0, 0);
    let mut stages = Stages::new();
    for seed in first..first + MEASURED {
        let mut conditions = Conditions::drawn(seed, Severity::Gentle);
        // As large as a phone writes them: about 2.5 MB.
        (conditions.blur, conditions.noise, conditions.quality) = ([0.3, 0.4], 6.0, 92);
        let photo = taken(seed, &conditions);
        bytes += photo.jpeg.len();
        let Ok(finding) = examine(&photo.jpeg, &[stand_in::geometry(3)]) else { continue };
        let Some(sheet) = finding.sheets.first() else { continue };
        ours += milliseconds(|| examine(&photo.jpeg, &[stand_in::geometry(3)]).is_ok());
        with_many += milliseconds(|| examine(&photo.jpeg, &known).is_ok());
        theirs += reference(&photo.jpeg, &sheet.flattened).unwrap_or_default();
        let once = || drop(std::hint::black_box(examine(&photo.jpeg, &[stand_in::geometry(3)])));
        for (stage, spent) in stages::measure(ROUNDS, once) {
            *stages.entry(stage).or_default() += spent / MEASURED as f64;
        }
    }
    let mean = |sum: f64| sum / MEASURED as f64;
    println!("CPU of a photo of {} kB: {:.1} ms", bytes / 1000 / MEASURED as usize, mean(ours));
    println!("with {KNOWN} known geometries: {:.1} ms", mean(with_many));
    if theirs > 0.0 {
        let note = "libjpeg-turbo, decode + encode, each a process";
        println!("{note}: {:.1} ms; ratio {:.2}", mean(theirs), ours / theirs);
    }
    stages::report(&stages, (theirs > 0.0).then(|| mean(theirs)), &picture());
}

/// Where the picture of the stages goes.
fn picture() -> PathBuf {
    // The program stands in `release/deps` of the build folder.
    let program = std::env::current_exe().expect("a place of its own");
    program.ancestors().nth(3).expect("a build folder").join("photo-stages.svg")
}

fn taken(seed: u64, conditions: &Conditions) -> Photo {
    let print = stand_in::print(3, Some(&stand_in::code_text(seed)), seed);
    photograph(&[Laid::alone(&print, conditions)], conditions)
}

/// CPU time of libjpeg-turbo decoding a photo and encoding its sheet; `None` without its programs.
fn reference(photo: &[u8], sheet: &[u8]) -> Option<f64> {
    let place = |name: &str| std::env::temp_dir().join(format!("{}-{name}", std::process::id()));
    let (photo_file, sheet_file, pixels) = (place("photo.jpg"), place("sheet.jpg"), place("sheet.ppm"));
    std::fs::write(&photo_file, photo).ok()?;
    std::fs::write(&sheet_file, sheet).ok()?;
    let run = |program: &str, arguments: &[&str], from: &Path, to: &Path| {
        let status = Command::new(program).args(arguments).arg("-outfile").arg(to).arg(from).status();
        status.is_ok_and(|status| status.success())
    };
    let nowhere = Path::new("/dev/null");
    let ready = run("djpeg", &[], &sheet_file, &pixels) && run("cjpeg", &[], &pixels, nowhere);
    let time = ready.then(|| {
        milliseconds(|| run("djpeg", &[], &photo_file, nowhere))
            + milliseconds(|| run("cjpeg", &["-quality", "80"], &pixels, nowhere))
    });
    for file in [photo_file, sheet_file, pixels] {
        std::fs::remove_file(file).ok()?;
    }
    time
}

/// Mean CPU time of some work in milliseconds, that of its child processes included.
fn milliseconds(work: impl Fn() -> bool) -> f64 {
    let before = ticks();
    for _ in 0..ROUNDS {
        std::hint::black_box(work());
    }
    (ticks() - before) * TICK / f64::from(ROUNDS)
}

/// User and system time of this process and its ended children so far, in ticks (proc(5)).
fn ticks() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(4).filter_map(|field| field.parse::<f64>().ok()).sum()
}
