//! What is printed is read by readers that are not ours, from the page as poppler draws it at 150 dpi.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use image::GrayImage;
use image::imageops::{self, FilterType};
use kakehashi::print::press::Typeset;
use kakehashi::sheet::design::Area;

use super::{every_document, every_format, print};
use crate::support::source::root;
use crate::support::store::TestFolder;

/// zbarimg ends so when a picture had no code, whatever the others had.
const ZBAR_PAGE_WITHOUT_CODE: i32 = 4;

#[test]
fn zbar_and_zxing_read_every_code_of_every_document() {
    for (name, document) in every_document() {
        let typeset = print(&document);
        show(name, &typeset);
        let folder = TestFolder::new();
        let pages = pages_at_150_dpi(&typeset, folder.path());
        assert_eq!(zbar(&pages), texts(&typeset), "{name}, read by zbar");
        assert_eq!(zxing(&pages), texts(&typeset), "{name}, read by zxing-cpp");
    }
}

/// Whoever wants to look at the prints names a folder.
pub fn show(name: &str, typeset: &Typeset) {
    if let Some(prints) = env::var_os("KAKEHASHI_PRINTS") {
        fs::write(Path::new(&prints).join(name).with_extension("pdf"), &typeset.pdf).unwrap();
    }
}

#[test]
fn zbar_and_zxing_read_every_code_on_every_paper_plain_and_as_a_poor_copy_at_95_percent() {
    for (name, document) in every_format() {
        let typeset = print(&document);
        show(&name, &typeset);
        let folder = TestFolder::new();
        let pages = pages_at_150_dpi(&typeset, folder.path());
        let (mut plain, mut poor) = (Vec::new(), Vec::new());
        for (index, (page, layout)) in pages.iter().zip(&typeset.pages).enumerate() {
            let picture = image::open(page).unwrap().into_luma8();
            for (number, code) in layout.codes.iter().enumerate() {
                let cut = around(&picture, code.area);
                plain.push(folder.path().join(format!("plain-{index}-{number}.png")));
                cut.save(plain.last().unwrap()).unwrap();
                poor.push(folder.path().join(format!("poor-{index}-{number}.png")));
                poor_copy(&cut).save(poor.last().unwrap()).unwrap();
            }
        }
        for (kind, pictures) in [("plain", plain), ("a poor copy", poor)] {
            assert_eq!(zbar(&pictures), texts(&typeset), "{name}, {kind}, read by zbar");
            assert_eq!(zxing(&pictures), texts(&typeset), "{name}, {kind}, read by zxing-cpp");
        }
    }
}

/// A code with 4 mm of what is around it.
fn around(page: &GrayImage, area: Area) -> GrayImage {
    let pixels = |millimetres: f64| (millimetres.max(0.0) * 150.0 / 25.4) as u32;
    let (left, top) = (pixels(area.left.0 - 4.0), pixels(area.top.0 - 4.0));
    let (width, height) = (pixels(area.width.0 + 8.0), pixels(area.height.0 + 8.0));
    imageops::crop_imm(page, left, top, width, height).to_image()
}

/// As a photocopier makes it from a print at 95 %: smaller, blurred, pale, with uneven toner.
fn poor_copy(cut: &GrayImage) -> GrayImage {
    let (width, height) = (cut.width() * 95 / 100, cut.height() * 95 / 100);
    let small = imageops::resize(cut, width, height, FilterType::Triangle);
    let mut copy = imageops::blur(&small, 0.7);
    let mut noise = 12345_u32;
    for pixel in copy.iter_mut() {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let grain = f64::from(noise >> 24) / 255.0 * 40.0 - 20.0;
        *pixel = (60.0 + f64::from(*pixel) / 255.0 * 165.0 + grain).clamp(0.0, 255.0) as u8;
    }
    // A camera sees more pixels than the copy has grains.
    imageops::resize(&copy, 2 * width, 2 * height, FilterType::CatmullRom)
}

fn texts(typeset: &Typeset) -> BTreeSet<String> {
    typeset.pages.iter().flat_map(|page| &page.codes).map(|code| code.text.clone()).collect()
}

fn pages_at_150_dpi(typeset: &Typeset, folder: &Path) -> Vec<PathBuf> {
    let pdf = folder.join("document.pdf");
    fs::write(&pdf, &typeset.pdf).unwrap();
    lines(Command::new("pdftoppm").args(["-r", "150", "-png"]).arg(&pdf).arg(folder.join("page")), &[0]);
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut pages: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|end| end == "png")).collect();
    pages.sort();
    assert_eq!(pages.len(), typeset.pages.len());
    pages
}

fn zbar(pages: &[PathBuf]) -> BTreeSet<String> {
    let options = ["--nodbus", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"];
    lines(Command::new("zbarimg").args(options).args(pages), &[0, ZBAR_PAGE_WITHOUT_CODE])
}

fn zxing(pages: &[PathBuf]) -> BTreeSet<String> {
    let python = env::var_os("KAKEHASHI_TEST_PYTHON")
        .expect("KAKEHASHI_TEST_PYTHON names no Python with zxing-cpp: run the tests by tests/run");
    let program = root().join("tests/support/read-codes");
    lines(Command::new(python).arg(program).args(pages), &[0])
}

/// The lines that a program prints, which must end with one of these exit codes.
fn lines(command: &mut Command, good: &[i32]) -> BTreeSet<String> {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code().is_some_and(|code| good.contains(&code)), "{command:?}: {complaint}");
    String::from_utf8(output.stdout).unwrap().lines().map(String::from).collect()
}
