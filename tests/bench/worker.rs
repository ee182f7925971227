//! What a process for each photo costs: the same 12-megapixel photo read in this process and by a reader
//! that waits (of its processor time, the start of the next reader is a part); how long a reader takes to
//! start; the memory that a waiting one takes.
//!
//! `cargo bench --features cluster --bench worker`

#![expect(clippy::expect_used, reason = "a bench that cannot go on says why and ends")]
#![expect(clippy::disallowed_methods, reason = "a bench measures the time that passes")]
#![expect(clippy::unwrap_used, reason = "a bench that cannot go on says why and ends")]

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use kakehashi::capture::vision::examine;
use kakehashi::capture::worker::{Greeting, Plan, Sandbox, Workers, probe};
use kakehashi::demo::photograph::{Conditions, Laid, Severity, photograph};

#[path = "../support/stand_in.rs"]
#[expect(dead_code, reason = "shared with tests that draw more")]
mod stand_in;

const PROGRAM: &str = env!("CARGO_BIN_EXE_kakehashi");
const ROUNDS: usize = 20;

#[tokio::main]
async fn main() {
    let conditions = Conditions::drawn(7, Severity::Ordinary);
    let print = stand_in::print(3, Some(&stand_in::code_text(1)), 1);
    let photo = photograph(&[Laid::alone(&print, &conditions)], &conditions).jpeg;
    let known = [stand_in::geometry(3)];
    let plan = Plan {
        program: PathBuf::from(PROGRAM),
        at_once: 1,
        sandbox: Sandbox::On,
        time_max: Duration::from_secs(30),
    };
    let workers = Workers::start(plan).await.unwrap();
    let (mut here, mut there, mut starting) = (Vec::new(), Vec::new(), Vec::new());
    let mut processor = [0.0; 2];
    for _ in 0..ROUNDS {
        let (begin, before) = (Instant::now(), processor_time());
        examine(&photo, &known).unwrap();
        here.push(begin.elapsed());
        processor[0] += processor_time() - before;
        let (begin, before) = (Instant::now(), processor_time());
        workers.read(&photo, &known).await.unwrap().unwrap();
        there.push(begin.elapsed());
        processor[1] += processor_time() - before;
        let begin = Instant::now();
        assert!(matches!(probe(PROGRAM.as_ref()).await.unwrap(), Greeting::Ready(_)));
        starting.push(begin.elapsed());
    }
    println!("photo of {} kB, median of {ROUNDS}", photo.len() / 1000);
    let [cpu_here, cpu_there] = processor.map(|time| time * 1000.0 / ROUNDS as f64);
    println!("in this process    {:7.1} ms, processor {cpu_here:6.1} ms", median(here));
    println!("by a waiting reader{:7.1} ms, processor {cpu_there:6.1} ms", median(there));
    println!("starting a reader  {:7.1} ms", median(starting));
    println!("a waiting reader's own memory: {} kB", own_memory());
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1000.0
}

/// Processor time of this process and of the children that it has taken leave of, in seconds.
fn processor_time() -> f64 {
    // Fields 14 to 17 of proc_pid_stat(5), 11 to 14 after the name, in hundredths of a second.
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields = stat.rsplit_once(") ").unwrap().1.split(' ').skip(11).take(4);
    fields.map(|field| field.parse::<f64>().unwrap() / 100.0).sum()
}

/// Memory that waiting readers share with nobody, in kB.
fn own_memory() -> u64 {
    let processes = fs::read_dir("/proc").unwrap().filter_map(|entry| Some(entry.ok()?.path()));
    let readers = processes.filter(|process| {
        let command = fs::read(process.join("cmdline")).unwrap_or_default();
        command.starts_with(b"kakehashi\0photo-worker\0")
    });
    let own = |process: PathBuf| {
        let memory = fs::read_to_string(process.join("smaps_rollup")).unwrap_or_default();
        let lines = memory.lines().filter(|line| line.starts_with("Private_"));
        lines.filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).sum()
    };
    readers.map(own).max().unwrap_or_default()
}
