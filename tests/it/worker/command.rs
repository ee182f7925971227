//! `kakehashi read`, as someone types it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use kakehashi::capture::vision::examine;
use serde_json::Value;

use super::{PHOTO, PROGRAM, known, stand_in};
use crate::support::store::TestFolder;

fn read(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(PROGRAM).arg("read").args(arguments).current_dir(folder).output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_photo_is_told_on_one_line_as_promised() {
    let folder = TestFolder::new();
    fs::write(folder.path().join("photo.jpg"), &*PHOTO).unwrap();
    let output = read(folder.path(), &["--json", "photo.jpg", "--flattened", "flat"]);
    assert!(output.status.success(), "{output:?}");
    let [report] = &lines(&output)[..] else { panic!("{output:?}") };
    let finding = examine(&PHOTO, &known()).unwrap();
    assert_eq!(
        (&report["file"], &report["width"], &report["height"]),
        (&"photo.jpg".into(), &1512.into(), &2016.into())
    );
    assert_eq!(report["located"], true);
    let corners: Vec<[f64; 2]> = serde_json::from_value(report["page_corners_px"].clone()).unwrap();
    for (told, found) in corners.iter().zip(finding.sheets[0].page_corners) {
        // The program takes it for its own design of this label, whose lines lie elsewhere.
        assert!((told[0] - found.x).hypot(told[1] - found.y) < 3.0, "{told:?} {found:?}");
    }
    let code = &report["codes"][0];
    assert_eq!((&code["text"], &code["ours"]), (&stand_in::code_text(1).into(), &true.into()));
    assert_eq!((&code["kind"], &code["generation"]), (&"cover".into(), &0.into()));
    assert_eq!((&code["valid"], code["corners_px"].as_array().unwrap().len()), (&Value::Null, 4));
    assert!(report["advice"].is_array() && report["ms"].as_f64().unwrap() > 0.0);
    let flattened = fs::read(folder.path().join("flat/photo-1.jpg")).unwrap();
    assert!(flattened.starts_with(&[0xFF, 0xD8]));
}

#[test]
fn a_photo_that_cannot_be_read_does_not_keep_the_others_from_being_told() {
    let folder = TestFolder::new();
    fs::write(folder.path().join("a.jpg"), &*PHOTO).unwrap();
    fs::write(folder.path().join("b.jpg"), b"no picture").unwrap();
    let output = read(folder.path(), &["--json", "missing.jpg", "b.jpg", "a.jpg", "a.jpg"]);
    assert_eq!(output.status.code(), Some(1));
    let lines = lines(&output);
    let errors: Vec<bool> = lines.iter().map(|line| line["error"].is_string()).collect();
    assert_eq!(errors, [true, true, false, false]);
    let files: Vec<&str> = lines.iter().map(|line| line["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["missing.jpg", "b.jpg", "a.jpg", "a.jpg"]);
    assert_eq!(lines[1]["error"], "the file is not a picture");
}

#[test]
fn each_page_of_a_scan_is_told_on_a_line_of_its_own() {
    let folder = TestFolder::new();
    fs::copy("tests/fuzz/pictures/scan.pdf", folder.path().join("scan.pdf")).unwrap();
    fs::write(folder.path().join("a.jpg"), &*PHOTO).unwrap();
    fs::write(folder.path().join("broken.pdf"), b"%PDF-1.7 and no more").unwrap();
    let output = read(folder.path(), &["--json", "broken.pdf", "scan.pdf", "a.jpg"]);
    assert_eq!(output.status.code(), Some(1));
    let told: Vec<_> = lines(&output)
        .iter()
        .map(|line| (line["page"].as_u64(), line["width"].as_u64(), line["error"].is_string()))
        .collect();
    let page = |number| (Some(number), Some(178), false);
    assert_eq!(told, [(None, None, true), page(1), page(2), (None, Some(1512), false)]);
    let sentences = read(folder.path(), &["scan.pdf"]);
    let text = String::from_utf8(sentences.stdout).unwrap();
    assert!(text.starts_with("scan.pdf page 1: 178 × 133 pixels, ") && text.contains("page 2:"), "{text}");
}

#[test]
fn without_json_a_sentence_is_told() {
    let folder = TestFolder::new();
    fs::write(folder.path().join("a.jpg"), &*PHOTO).unwrap();
    let output = read(folder.path(), &["a.jpg"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("a.jpg: 1512 × 2016 pixels, 1 located sheets, 1 codes, "), "{text}");
}
