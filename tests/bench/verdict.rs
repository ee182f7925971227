//! From a photo to its verdict: somebody with nobody beside them sends one photo after the other (of 12
//! megapixels; of 0.3 to 50 where it is hard), each taken in its own way, and waits until the server says
//! what became of it. Prints how long that took from the first byte sent to the answer, by severity.
//!
//! `cargo bench --features cluster --bench verdict -- [COUNT]`

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a bench that cannot go on says why")]
#![expect(clippy::disallowed_methods, reason = "a bench measures the time that passes")]

use std::time::Instant;

use axum::http::StatusCode;
use kakehashi::demo::photograph::{Conditions, Laid, Severity, photograph};

#[path = "../support/stand_in.rs"]
#[expect(dead_code, reason = "shared with tests that draw more")]
mod stand_in;
#[expect(dead_code, reason = "shared with a bench that reads notebooks")]
mod town;

use town::Town;

/// Photos of each severity, unless said otherwise.
const COUNT: u64 = 40;

#[tokio::main]
async fn main() {
    let count = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(COUNT);
    let town = Town::open().await;
    let mut program = town.program();
    println!("{count} photos each, from sending to the verdict:");
    for severity in Severity::ALL {
        let (mut taken, mut late) = (Vec::new(), 0);
        for seed in 0..count {
            let photo = picture(seed, severity);
            let begin = Instant::now();
            let answer = program.upload("/api/v1/photos", &[], ("photo", &photo)).await.unwrap();
            taken.push(begin.elapsed().as_secs_f64() * 1000.0);
            late += usize::from(answer.status == StatusCode::ACCEPTED);
            answer.succeeded("sending a photo").unwrap();
        }
        taken.sort_unstable_by(f64::total_cmp);
        let at = |share: f64| taken[((taken.len() - 1) as f64 * share) as usize];
        let [median, most, worst] = [0.5, 0.95, 1.0].map(at);
        print!("{:10} median {median:.0} ms, 95 % {most:.0} ms, worst {worst:.0} ms", severity.word());
        println!("; {late} without a verdict when the server stopped waiting");
    }
}

/// A photo of a sheet.
fn picture(seed: u64, severity: Severity) -> Vec<u8> {
    let conditions = Conditions::drawn(seed, severity);
    let print = stand_in::print(3, Some(&stand_in::code_text(seed)), seed);
    photograph(&[Laid::alone(&print, &conditions)], &conditions).jpeg
}
