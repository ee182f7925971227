//! Photos read in locked-in processes of the program that was built, and in processes that misbehave.

mod command;
mod faults;
mod ledger;
pub mod pages;
mod readings;
mod sandbox;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

use kakehashi::capture::worker::{Plan, Reading, Sandbox, Workers};
use kakehashi::demo::photograph::{Conditions, Laid, Severity, photograph};
use kakehashi::error::Result;
use kakehashi::sheet::design::Geometry;

use crate::support::store::TestFolder;

use crate::vision::stand_in;

/// The program that was built.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_kakehashi");

/// A photo of a stand-in with the label 3.
static PHOTO: LazyLock<Vec<u8>> = LazyLock::new(|| photo_of(&stand_in::code_text(1)));

/// A photo of a stand-in with this text in its code.
fn photo_of(text: &str) -> Vec<u8> {
    let mut conditions = Conditions::drawn(7, Severity::Gentle);
    (conditions.width, conditions.height) = (1512, 2016);
    let print = stand_in::print(3, Some(text), 1);
    photograph(&[Laid::alone(&print, &conditions)], &conditions).jpeg
}

fn known() -> [Geometry; 1] {
    [stand_in::geometry(3)]
}

/// Readers by this program: one at a time.
fn plan(program: impl AsRef<Path>) -> Plan {
    Plan {
        program: program.as_ref().to_owned(),
        at_once: 1,
        sandbox: Sandbox::On,
        time_max: Duration::from_secs(60),
    }
}

async fn workers(program: impl AsRef<Path>) -> Workers {
    Workers::start(plan(program)).await.unwrap()
}

async fn read(workers: &Workers) -> Result<Reading> {
    workers.read(&PHOTO, &known()).await
}

/// A program in the place of the reader. In its script `$PROGRAM` is the real one, `$FOLDER` the
/// test's; `greet` greets as a real reader does.
fn misbehaving(folder: &TestFolder, script: &str) -> PathBuf {
    let path = folder.path().join("reader");
    let folder = folder.path().display();
    let text = format!(
        "#!/bin/sh\nPROGRAM='{PROGRAM}'\nFOLDER='{folder}'\n\
         greet() {{ \"$PROGRAM\" photo-worker limits </dev/null; }}\n{script}\n"
    );
    // Written by another process: a file that this one has open for writing cannot be started.
    let written = Command::new("/bin/sh")
        .args(["-c", "printf %s \"$2\" >\"$1\" && chmod 755 \"$1\"", "sh"])
        .arg(&path)
        .arg(text)
        .status();
    assert!(written.unwrap().success());
    path
}
