//! What is printed is read by readers that are not ours, from the page as poppler draws it at 150 dpi.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use kakehashi::print::press::Typeset;

use super::{every_document, print};
use crate::support::source::root;
use crate::support::store::TestFolder;

/// zbarimg ends so when a picture had no code, whatever the others had.
const ZBAR_PAGE_WITHOUT_CODE: i32 = 4;

#[test]
fn zbar_and_zxing_read_every_code_of_every_document() {
    for (name, document) in every_document() {
        let typeset = print(&document);
        if let Some(prints) = env::var_os("KAKEHASHI_PRINTS") {
            // Whoever wants to look at them names a folder.
            fs::write(Path::new(&prints).join(name).with_extension("pdf"), &typeset.pdf).unwrap();
        }
        let folder = TestFolder::new();
        let pages = pages_at_150_dpi(&typeset, folder.path());
        assert_eq!(zbar(&pages), texts(&typeset), "{name}, read by zbar");
        assert_eq!(zxing(&pages), texts(&typeset), "{name}, read by zxing-cpp");
    }
}

fn texts(typeset: &Typeset) -> BTreeSet<String> {
    typeset.pages.iter().flat_map(|page| &page.codes).map(|code| code.text.clone()).collect()
}

fn pages_at_150_dpi(typeset: &Typeset, folder: &Path) -> Vec<PathBuf> {
    let pdf = folder.join("document.pdf");
    fs::write(&pdf, &typeset.pdf).unwrap();
    lines(Command::new("pdftoppm").args(["-r", "150", "-png"]).arg(&pdf).arg(folder.join("page")), &[0]);
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let pages: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|end| end == "png")).collect();
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
