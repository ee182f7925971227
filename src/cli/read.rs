//! `kakehashi read`: what the camera finds in photos, one line for each. It reads them as the server
//! does, in locked-in processes, and files nothing.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::Instant;

use super::ledger::Ledger;
use super::report::{Failure, Report};
use crate::capture::vision::BYTES_MAX;
use crate::capture::worker::{Plan, Reading, Sandbox, Workers};
use crate::error::{Doing, Result};
use crate::print::press::Press;
use crate::sheet::design::Geometry;

/// Tells what the camera finds in photos.
#[derive(Args)]
pub struct Options {
    /// Photos: JPEG, PNG or WebP.
    #[arg(required = true)]
    photos: Vec<PathBuf>,
    /// Print one JSON object for each photo, on a line of its own, instead of a sentence.
    #[arg(long)]
    json: bool,
    /// Write every located sheet into this folder as `NAME-N.jpg`, seen from straight above.
    #[arg(long, value_name = "DIR")]
    flattened: Option<PathBuf>,
    /// The data folder whose keys and ledger tell whether codes are valid.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Read photos in processes that are not locked in, where the kernel cannot do it.
    #[arg(long)]
    without_sandbox: bool,
}

/// What every photo is read with.
struct Desk {
    workers: Workers,
    known: Vec<Geometry>,
    ledger: Option<Ledger>,
    flattened: Option<PathBuf>,
    json: bool,
}

/// Prints a line for each photo, in the order given. The exit code is 1 if one could not be read.
pub async fn run(options: Options) -> Result<ExitCode> {
    if let Some(folder) = &options.flattened {
        fs::create_dir_all(folder).doing("making the folder for flattened sheets")?;
    }
    let desk = Arc::new(Desk::open(&options).await?);
    let at_once = desk.workers.at_once();
    let mut pending: VecDeque<JoinHandle<Result<Line>>> = VecDeque::new();
    let mut all_read = true;
    for photo in options.photos {
        if pending.len() == at_once {
            all_read &= print_next(&mut pending).await?;
        }
        let desk = Arc::clone(&desk);
        pending.push_back(tokio::spawn(async move { desk.read(&photo).await }));
    }
    while !pending.is_empty() {
        all_read &= print_next(&mut pending).await?;
    }
    Ok(if all_read { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What is printed of one photo.
struct Line {
    text: String,
    was_read: bool,
}

/// Waits for the first of the photos being read and prints it; tells whether it was read.
async fn print_next(pending: &mut VecDeque<JoinHandle<Result<Line>>>) -> Result<bool> {
    let Some(next) = pending.pop_front() else { return Ok(true) };
    let line = next.await.doing("reading a photo")??;
    writeln!(io::stdout().lock(), "{}", line.text).doing("printing what was found")?;
    Ok(line.was_read)
}

impl Desk {
    async fn open(options: &Options) -> Result<Self> {
        let sandbox = if options.without_sandbox { Sandbox::Off } else { Sandbox::On };
        let workers = Workers::start(Plan::of_this_program(sandbox)).await?;
        let ledger = match &options.data {
            Some(folder) => Some(Ledger::open(folder).await?),
            None => None,
        };
        let known = match &ledger {
            Some(ledger) => ledger.designs().await?,
            None => spawn_blocking(own_designs).await.doing("laying out the sheet designs")??,
        };
        Ok(Self { workers, known, ledger, flattened: options.flattened.clone(), json: options.json })
    }

    async fn read(&self, path: &Path) -> Result<Line> {
        let file = path.to_string_lossy().into_owned();
        let bytes = match photo_bytes(path) {
            Ok(bytes) => bytes,
            Err(cause) => return self.failure(Failure { file, error: cause.to_string() }),
        };
        let begin = Instant::now();
        let reading: Reading = self.workers.read(&bytes, &self.known).await?;
        let ms = begin.elapsed().as_secs_f64() * 1000.0;
        let finding = match reading {
            Ok(finding) => finding,
            Err(cause) => return self.failure(Failure { file, error: cause.to_string() }),
        };
        let mut report = Report::new(file, &finding, &self.known, ms);
        if let Some(ledger) = &self.ledger {
            for code in &mut report.codes {
                code.valid = Some(ledger.is_genuine(&code.text).await?);
            }
        }
        if let Some(folder) = &self.flattened {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            for (index, sheet) in finding.sheets.iter().enumerate() {
                let picture = folder.join(format!("{name}-{}.jpg", index + 1));
                fs::write(&picture, &sheet.flattened).doing("writing a flattened sheet")?;
                report.sheets[index].flattened = Some(picture.to_string_lossy().into_owned());
            }
        }
        let text = if self.json { report.json()? } else { report.to_string() };
        Ok(Line { text, was_read: true })
    }

    fn failure(&self, failure: Failure) -> Result<Line> {
        let text = if self.json { failure.json()? } else { failure.to_string() };
        Ok(Line { text, was_read: false })
    }
}

/// A photo's bytes; no more than enough to see that there are too many.
fn photo_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Where everything lies on the sheets that this program prints.
fn own_designs() -> Result<Vec<Geometry>> {
    let designs = Press::new(None)?.designs()?;
    Ok(designs.into_iter().flat_map(|design| design.faces).map(|face| face.geometry).collect())
}
