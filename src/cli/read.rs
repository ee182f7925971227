//! `kakehashi read`: what the camera finds in photos and scans, one line for each picture. It reads them as the server
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
use crate::capture::split::PAGE_PATIENCE;
use crate::capture::vision::{BYTES_MAX, PictureKind, is_picture};
use crate::capture::worker::{Plan, Reading, Sandbox, Workers};
use crate::error::{Doing, Result};
use crate::print::press::Press;
use crate::sheet::design::Geometry;

/// Tells what the camera finds in photos.
#[derive(Args)]
pub struct Options {
    /// Photos: JPEG, PNG or WebP; or PDFs of a scanner.
    #[arg(required = true)]
    photos: Vec<PathBuf>,
    /// Print one JSON object for each photo or page, on a line of its own, instead of a sentence.
    #[arg(long)]
    json: bool,
    /// Write every located sheet into this folder as `NAME-N.jpg`, of a PDF's page P as `NAME-pP-N.jpg`, seen from straight above.
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

/// Prints a line for each photo and each page, in the order given. The exit code is 1 if one could not be read.
pub async fn run(options: Options) -> Result<ExitCode> {
    if let Some(folder) = &options.flattened {
        fs::create_dir_all(folder).doing("making the folder for flattened sheets")?;
    }
    let desk = Arc::new(Desk::open(&options).await?);
    let at_once = desk.workers.at_once();
    let mut pending: VecDeque<Pending> = VecDeque::new();
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

/// A file that is being read.
type Pending = JoinHandle<Result<Vec<Line>>>;

/// Waits for the first of the files being read and prints it; tells whether all of it was read.
async fn print_next(pending: &mut VecDeque<Pending>) -> Result<bool> {
    let Some(next) = pending.pop_front() else { return Ok(true) };
    let lines = next.await.doing("reading a photo")??;
    for line in &lines {
        writeln!(io::stdout().lock(), "{}", line.text).doing("printing what was found")?;
    }
    Ok(lines.iter().all(|line| line.was_read))
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

    /// What is told of one file: a line for a photo, one for each page of a PDF.
    async fn read(&self, path: &Path) -> Result<Vec<Line>> {
        let file = path.to_string_lossy().into_owned();
        let bytes = match photo_bytes(path) {
            Ok(bytes) => bytes,
            Err(cause) => return Ok(vec![self.failure(file, None, cause.to_string())?]),
        };
        if is_picture(&bytes) != Some(PictureKind::Pdf) {
            return Ok(vec![self.read_picture(path, None, &bytes).await?]);
        }
        let count = match self.workers.count_pages(&bytes).await? {
            Ok(count) => count,
            Err(cause) => return Ok(vec![self.failure(file, None, cause.to_string())?]),
        };
        let mut lines = Vec::new();
        for page in 0..count {
            let number = Some(page + 1);
            lines.push(match self.workers.draw_page(&bytes, page, PAGE_PATIENCE).await? {
                Ok(picture) => self.read_picture(path, number, &picture).await?,
                Err(cause) => self.failure(file.clone(), number, cause.to_string())?,
            });
        }
        Ok(lines)
    }

    async fn read_picture(&self, path: &Path, page: Option<usize>, bytes: &[u8]) -> Result<Line> {
        let file = path.to_string_lossy().into_owned();
        let begin = Instant::now();
        let reading: Reading = self.workers.read(bytes, &self.known).await?;
        let ms = begin.elapsed().as_secs_f64() * 1000.0;
        let finding = match reading {
            Ok(finding) => finding,
            Err(cause) => return self.failure(file, page, cause.to_string()),
        };
        let mut report = Report::new(file, page, &finding, &self.known, ms);
        if let Some(ledger) = &self.ledger {
            for code in &mut report.codes {
                code.valid = Some(ledger.is_genuine(&code.text).await?);
            }
        }
        if let Some(folder) = &self.flattened {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            let name = page.map_or(name.to_string(), |page| format!("{name}-p{page}"));
            for (index, sheet) in finding.sheets.iter().enumerate() {
                let picture = folder.join(format!("{name}-{}.jpg", index + 1));
                fs::write(&picture, &sheet.flattened).doing("writing a flattened sheet")?;
                report.sheets[index].flattened = Some(picture.to_string_lossy().into_owned());
            }
        }
        let text = if self.json { report.json()? } else { report.to_string() };
        Ok(Line { text, was_read: true })
    }

    fn failure(&self, file: String, page: Option<usize>, error: String) -> Result<Line> {
        let failure = Failure { file, page, error };
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
