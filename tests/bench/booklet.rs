//! How long a 20-page booklet takes, a different notebook each time, warm: processor time of one, how
//! many a second on all cores, and the proof apart. `cargo bench --bench booklet`

#![expect(clippy::disallowed_methods, reason = "a bench measures the time that passes")]
#![expect(clippy::expect_used, reason = "a bench that cannot go on says why and ends")]

use jiff::civil::{Date, date};
use kakehashi::print::press::{
    Arrangement, Booklet, Booklets, Code, Document, Extent, NotebookFace, Press, Purpose, Sheet, prove,
};
use kakehashi::print::sheets_of;
use kakehashi::sheet::design::Format;
use std::time::{Duration, Instant};

const TODAY: Date = date(2026, 11, 22);
const WARM_UP: usize = 5;
const ROUNDS: usize = 50;
const PROOFS: usize = 5;
/// Covers of a large batch, and how many of them are in one file (DESIGN 5).
const COVERS: usize = 10_000;
const COVERS_IN_FILE: usize = 500;

fn main() {
    let press = Press::new(None).expect("the embedded press");
    let before = processor_time();
    let booklets: Vec<Document> = (0..ROUNDS).map(booklet).collect();
    let encoding = (processor_time() - before).as_secs_f64() * 1000.0 / ROUNDS as f64;
    for seed in 0..WARM_UP {
        typeset(&press, &booklet(1000 + seed));
    }
    let (before, start) = (processor_time(), Instant::now());
    let sizes: Vec<usize> = booklets.iter().map(|booklet| typeset(&press, booklet).len()).collect();
    let processor = (processor_time() - before).as_secs_f64() * 1000.0 / ROUNDS as f64;
    let wall = start.elapsed().as_secs_f64() * 1000.0 / ROUNDS as f64;
    println!("booklet of 20 pages: {processor:.0} ms CPU, {wall:.0} ms wall, {} kB", sizes[0] / 1000);
    println!("encoding its 18 codes: {encoding:.0} ms CPU");

    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let start = Instant::now();
    std::thread::scope(|scope| {
        for core in 0..cores {
            let (press, booklets) = (&press, &booklets);
            scope.spawn(move || {
                for booklet in booklets.iter().skip(core).step_by(cores) {
                    typeset(press, booklet);
                }
            });
        }
    });
    let rate = ROUNDS as f64 / start.elapsed().as_secs_f64();
    println!("on {cores} cores: {rate:.1} booklets/s; resident memory {} MB", resident_megabytes());

    let finished = press.typeset(&booklet(7), TODAY, Purpose::Paper).expect("a booklet");
    let start = Instant::now();
    (0..PROOFS).for_each(|_| prove(&finished).expect("a proved booklet"));
    println!("proof of its 18 codes: {:.0} ms", start.elapsed().as_secs_f64() * 1000.0 / PROOFS as f64);
    covers(&press);
}

/// Ten thousand covers in files of five hundred, each a different one: time, and whether memory stays flat.
fn covers(press: &Press) {
    let start = Instant::now();
    let (mut least, mut most) = (u64::MAX, 0);
    for first in (0..COVERS).step_by(COVERS_IN_FILE) {
        let booklets: Vec<Booklet> = (first..first + COVERS_IN_FILE)
            .map(|seed| Booklet { sheets: vec![], ..one_booklet(seed) })
            .collect();
        let (arrangement, extent) = (Arrangement::Pages, Extent::Covers);
        typeset(press, &Document::Booklets(Booklets { booklets, arrangement, extent }));
        let resident = resident_megabytes();
        (least, most) = (least.min(resident), most.max(resident));
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{COVERS} covers: {seconds:.0} s on one core; resident memory {least} to {most} MB");
}

fn typeset(press: &Press, booklet: &Document) -> Vec<u8> {
    press.typeset(booklet, TODAY, Purpose::Paper).expect("a booklet").pdf
}

fn booklet(seed: usize) -> Document {
    let (booklets, arrangement) = (vec![one_booklet(seed)], Arrangement::Pages);
    Document::Booklets(Booklets { booklets, arrangement, extent: Extent::Whole })
}

fn one_booklet(seed: usize) -> Booklet {
    let sheets = sheets_of(1)
        .into_iter()
        .zip(1..)
        .map(|(design, number)| Sheet {
            design: design.to_owned(),
            number: Some(number),
            code: Some(code(seed, number)),
            filled: None,
        })
        .collect();
    let notebook = NotebookFace {
        city: "かけはし市".to_owned(),
        desk_name: "かけはし市 中央地域包括支援センター".to_owned(),
        desk_telephone: "042-000-0000".to_owned(),
        number: format!("1234-5678-{seed:04}"),
        symbol: "ume".to_owned(),
        colour: "beni".to_owned(),
        sample: true,
    };
    Booklet { notebook, format: Format::A5, volume: 1, owner: None, cover: code(seed, 0), sheets }
}

fn code(seed: usize, number: u16) -> Code {
    let text = format!("HTTPS://RENRAKU.KAKEHASHI.EXAMPLE/Q/{:028}", seed * 100 + usize::from(number));
    Code::carrier(&text).expect("a code that fits")
}

/// User and system time of this process so far, from `/proc` in ticks of 10 ms.
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("process statistics");
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 =
        after_name.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

fn resident_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("process status");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kilobytes| kilobytes.parse::<u64>().ok()).unwrap_or_default()
        / 1024
}
