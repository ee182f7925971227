//! `kakehashi design`: for those who draw sheets for their city. `check` lays a design out on every paper,
//! looks it over, reads its codes and marks back as a phone would, and draws its regions over it.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use image::{ImageFormat, Rgb, RgbImage, imageops};
use jiff::civil::{Date, date};

use crate::capture::vision;
use crate::error::{Doing, Error, Result};
use crate::print::press::{
    Code, Document, DotsPerInch, NotebookFace, PlacedSheet, Press, Purpose, Refusal, Sheet, Sheets,
    SingleSheet, Typeset, inspect, prove, render,
};
use crate::sheet::design::{Format, Geometry, RegionKind};

/// Works on sheet designs.
#[derive(Subcommand)]
pub enum Command {
    Check(Options),
}

/// Looks designs over: names mistakes by line, proves codes and marks, draws the regions over the page.
#[derive(Args)]
pub struct Options {
    /// Designs: files named as their key, such as `teeth.typ`. Beside them stand the other sheets, in the
    /// folder above whatever replaces the embedded parts.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Only this paper: a5, a6, tall, a4 or large. Without it all of them.
    #[arg(long, value_parser = format)]
    format: Option<Format>,
    /// What the record knows, as a JSON file, for a design that prints it.
    #[arg(long, value_name = "JSON")]
    filled: Option<PathBuf>,
    /// Write every page as PDF and PNG here, plain and with its regions.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

fn format(word: &str) -> Result<Format, String> {
    Format::from_word(word).ok_or_else(|| format!("there is no paper «{word}»"))
}

/// Date of the files: a check depends on nothing but the design.
const PRINTED_ON: Date = date(2026, 4, 1);
/// What the pictures for people are drawn with, and those for the camera's eye.
const LOOKING: DotsPerInch = DotsPerInch(150.0);
const PHOTOGRAPHED: DotsPerInch = DotsPerInch(180.0);
/// The table that a page lies on when the camera looks at it: pixels around it, and their grey.
const TABLE: u32 = 60;
const TABLE_GREY: Rgb<u8> = Rgb([150, 150, 150]);

/// Does what was asked for. The exit code is 1 when something is not as it must be.
pub fn run(command: Command) -> Result<ExitCode> {
    let Command::Check(options) = command;
    if let Some(folder) = &options.out {
        fs::create_dir_all(folder).doing("making the folder for pictures")?;
    }
    let mut is_good = true;
    for file in &options.files {
        is_good &= Checked::open(file, &options)?.check(&options)?;
    }
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A design that is being checked.
struct Checked {
    press: Press,
    key: String,
    filled: Option<serde_json::Value>,
}

impl Checked {
    fn open(file: &Path, options: &Options) -> Result<Self> {
        let key = file.file_stem().and_then(|name| name.to_str());
        let key = key.ok_or(Error::broken("reading the name of a design"))?.to_owned();
        let source = fs::read_to_string(file).doing("reading a design")?;
        let beside = file.parent().filter(|folder| folder.ends_with("sheets"));
        let press = Press::with_sheet(beside.and_then(Path::parent), &key, source)?;
        let read = |path: &PathBuf| -> Result<serde_json::Value> {
            let json = fs::read(path).doing("reading what the record knows")?;
            serde_json::from_slice(&json).doing("reading what the record knows")
        };
        let filled = options.filled.as_ref().map(read).transpose()?;
        Ok(Self { press, key, filled })
    }

    fn check(&self, options: &Options) -> Result<bool> {
        let mut is_good = self.check_label();
        let formats = options.format.map_or_else(|| Format::ALL.to_vec(), |format| vec![format]);
        for format in formats {
            for recto in [true, false] {
                let place =
                    format!("{}-{}-{}", self.key, format.word(), if recto { "right" } else { "left" });
                match self.check_page(format, recto, &place, options)? {
                    // A design with a frame of its own has one paper.
                    None => {}
                    Some(sentences) if sentences.is_empty() => println!("{place}: good"),
                    Some(sentences) => {
                        is_good = false;
                        sentences.iter().for_each(|sentence| println!("{place}: {sentence}"));
                    }
                }
            }
        }
        Ok(is_good)
    }

    /// Whether the label is its own, among all designs.
    fn check_label(&self) -> bool {
        match self.press.labels() {
            Ok(labels) => {
                let own = labels.iter().find(|(key, _)| *key == self.key).map(|(_, label)| *label);
                let rival = labels.iter().find(|(key, label)| Some(*label) == own && *key != self.key);
                if let Some((key, label)) = rival {
                    println!("{}: the label {label} belongs to the design {key}", self.key);
                }
                rival.is_none()
            }
            Err(error) => {
                println!("{}: {}", self.key, sentence(&error));
                false
            }
        }
    }

    /// What is wrong with one page; `None` for a page that the design does not have.
    fn check_page(
        &self,
        format: Format,
        recto: bool,
        place: &str,
        options: &Options,
    ) -> Result<Option<Vec<String>>> {
        let document = self.document(format, recto)?;
        let inspected = match self.press.look_at(&one(document.clone())) {
            Ok(inspected) => inspected,
            Err(error) => return Ok(Some(vec![sentence(&error)])),
        };
        let found = inspected.pages.iter().flat_map(|page| &page.sheets).next();
        let Some(sheet) = found.filter(|sheet| sheet.geometry.design == self.key).cloned() else {
            return Ok(Some(vec![format!("the key is not the name of the file: {}", self.key)]));
        };
        if (sheet.format, sheet.recto) != (format, recto) {
            return Ok(None);
        }
        let mut sentences: Vec<String> =
            inspect(&inspected).into_iter().map(|finding| finding.sentence).collect();
        let plain = self.press.typeset(&one(document.clone()), PRINTED_ON, Purpose::Paper)?;
        if let Err(error) = prove(&plain) {
            sentences.push(sentence(&error));
        }
        sentences.extend(photograph(&plain, &sheet.geometry)?);
        if let Some(folder) = &options.out {
            write(folder, place, &plain)?;
            write(folder, &format!("{place}-regions"), &self.with_regions(document, &sheet)?)?;
            println!("{place}: {}", count(&sheet));
        }
        Ok(Some(sentences))
    }

    fn document(&self, format: Format, recto: bool) -> Result<SingleSheet> {
        let code = Some(Code::carrier(SAMPLE_CODE)?);
        let sheet = Sheet { design: self.key.clone(), number: Some(12), code, filled: self.filled.clone() };
        Ok(SingleSheet { notebook: sample_face(), sheet, format, recto, overlay: vec![] })
    }

    fn with_regions(&self, mut document: SingleSheet, sheet: &PlacedSheet) -> Result<Typeset> {
        document.overlay = sheet.geometry.regions.clone();
        self.press.typeset(&one(document), PRINTED_ON, Purpose::Paper)
    }
}

fn one(sheet: SingleSheet) -> Document {
    Document::Sheets(Sheets { pages: vec![sheet] })
}

/// The longest address that a code holds.
const SAMPLE_CODE: &str = "HTTPS://RENRAKU.CITY.KAKEHASHI.JP/Q/0123456789ABCDEFGHJKMNPQRSTV";

fn sample_face() -> NotebookFace {
    NotebookFace {
        city: "かけはし市".to_owned(),
        desk_name: "かけはし市 中央地域包括支援センター".to_owned(),
        desk_telephone: "042-000-0000".to_owned(),
        number: "1234-5678-9012".to_owned(),
        symbol: "ume".to_owned(),
        colour: "beni".to_owned(),
        sample: true,
    }
}

fn sentence(error: &Error) -> String {
    let refusal =
        |cause: &(dyn std::error::Error + 'static)| cause.downcast_ref::<Refusal>().map(ToString::to_string);
    let Error::Fault(fault) = error else { return error.to_string() };
    fault.cause.as_deref().and_then(|cause| refusal(cause)).unwrap_or_else(|| error.to_string())
}

/// Lays the page on a table and looks at it with the camera's eye.
fn photograph(typeset: &Typeset, geometry: &Geometry) -> Result<Vec<String>> {
    let page = render(&typeset.pdf, 0, PHOTOGRAPHED)?;
    let mut scene = RgbImage::from_pixel(page.width() + 2 * TABLE, page.height() + 2 * TABLE, TABLE_GREY);
    imageops::replace(&mut scene, &page, i64::from(TABLE), i64::from(TABLE));
    let mut photo = Cursor::new(Vec::new());
    scene.write_to(&mut photo, ImageFormat::Png).doing("writing a picture of a page")?;
    let known = [geometry.clone()];
    let finding = vision::examine(photo.get_ref(), &known).doing("looking at a page")?;
    let Some(sheet) = finding.sheets.iter().find(|sheet| sheet.geometry == Some(0)) else {
        return Ok(vec!["the camera does not find the sheet by its marks".to_owned()]);
    };
    let mut sentences = Vec::new();
    if sheet.marks_seen != 4 {
        sentences.push(format!("the camera sees {} of the four marks", sheet.marks_seen));
    }
    if geometry.code.is_some() && sheet.code.is_none() {
        sentences.push("the camera does not find the code in its place".to_owned());
    }
    Ok(sentences)
}

fn write(folder: &Path, name: &str, typeset: &Typeset) -> Result<()> {
    fs::write(folder.join(name).with_extension("pdf"), &typeset.pdf).doing("writing a page")?;
    let picture = render(&typeset.pdf, 0, LOOKING)?;
    picture.save(folder.join(name).with_extension("png")).doing("writing the picture of a page")
}

fn count(sheet: &PlacedSheet) -> String {
    let of = |kind| sheet.geometry.regions.iter().filter(|region| region.kind == kind).count();
    let (rows, ticks, digits) = (of(RegionKind::Row), of(RegionKind::Tick), of(RegionKind::Digit));
    format!("{rows} rows to write on, {ticks} boxes to tick, {digits} boxes for digits")
}
