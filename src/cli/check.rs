//! `kakehashi check`: whether this machine holds what the program relies on.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;

use crate::capture::worker::{Greeting, Outcome, THIS_PROGRAM, Trial, probe, trials};
use crate::error::Result;

/// Checks whether this machine holds what the program relies on.
#[derive(Args)]
pub struct Options {
    /// Try whether photo readers are locked in: what they may not do must be refused.
    #[arg(long, required = true)]
    sandbox: bool,
}

/// Prints what was found; the exit code is 1 if something does not hold.
pub async fn run(_: Options) -> Result<ExitCode> {
    let program = Path::new(THIS_PROGRAM);
    let confinement = match probe(program).await? {
        Greeting::Ready(confinement) => confinement,
        Greeting::Unable(reason) => {
            println!("sandbox: cannot be had: {reason}");
            return Ok(ExitCode::FAILURE);
        }
    };
    println!("sandbox: {confinement}");
    let trials = trials(program, confinement.landlock.unwrap_or_default()).await?;
    for trial in &trials {
        println!("{}", line(trial));
    }
    let holes = trials.iter().any(|trial| trial.outcome == Outcome::Done);
    Ok(if holes { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn line(trial: &Trial) -> String {
    let against = trial.alone.map_or("all walls", |wall| wall.word());
    let became = match trial.outcome {
        Outcome::Ended(signal) => format!("ended by signal {signal}"),
        Outcome::Refused => "refused".to_owned(),
        Outcome::Done => "DONE: this wall has a hole".to_owned(),
    };
    format!("  {:<15} {against:<13} {became}", trial.act.word())
}
