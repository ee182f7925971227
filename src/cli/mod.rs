//! The command line: what the one binary can be asked to do. A file for each subcommand.

mod check;
mod demo;
mod design;
mod folder;
mod ledger;
mod log;
mod read;
mod report;
mod running;
mod walk;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing::Level;

use crate::capture::worker::{self, Act, Wall};
use crate::error::{Doing, Result};

/// A bridge between the paper contact booklet of a person cared for at home and a digital record.
#[derive(Parser)]
#[command(name = "kakehashi", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Demo(demo::Options),
    Read(read::Options),
    Check(check::Options),
    #[command(subcommand)]
    Design(design::Command),
    /// Reads one photo from standard input, locked in: started by the program itself.
    #[command(hide = true)]
    PhotoWorker {
        #[arg(value_parser = wall)]
        walls: Vec<Wall>,
    },
    /// Locks itself in and tries what a photo reader may not: started by `check --sandbox`.
    #[command(hide = true)]
    SandboxTrial {
        #[arg(value_parser = act)]
        act: Act,
        #[arg(value_parser = wall)]
        walls: Vec<Wall>,
    },
}

/// Does what the command line asks for. `Ok` is the exit code of what went its way to the end.
pub fn run() -> Result<ExitCode> {
    match Arguments::parse().command {
        Command::Demo(options) => {
            log::start(Level::WARN);
            on_runtime(demo::run(options))
        }
        Command::Read(options) => on_runtime(read::run(options)),
        Command::Check(options) => on_runtime(check::run(options)),
        Command::Design(command) => design::run(command),
        // These two must have one thread only, so no runtime.
        Command::PhotoWorker { walls } => {
            worker::run(&walls).doing("reading a photo")?;
            Ok(ExitCode::SUCCESS)
        }
        Command::SandboxTrial { act, walls } => Ok(worker::attempt(&walls, act)),
    }
}

fn on_runtime(work: impl Future<Output = Result<ExitCode>>) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.doing("starting the runtime")?.block_on(work)
}

fn wall(word: &str) -> Result<Wall, String> {
    Wall::from_word(word).ok_or_else(|| format!("there is no wall «{word}»"))
}

fn act(word: &str) -> Result<Act, String> {
    Act::ALL.into_iter().find(|act| act.word() == word).ok_or_else(|| format!("there is no act «{word}»"))
}
