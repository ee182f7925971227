//! Damaged pictures: whatever the engine says of one, it says something.

use kakehashi::capture::vision::{PIXELS_MAX, SIDE_MAX, Unreadable, examine};
use kakehashi::demo::photograph::{Conditions, Laid, Severity, photograph};

use super::mutation::Corpus;
use super::{files, fuzz};
use crate::vision::stand_in;

const WORDS: &[&[u8]] = &[
    b"\xFF\xD8\xFF",
    b"\xFF\xD9",
    b"\xFF\xDA\x00\x0C\x03",
    b"\xFF\xC0\x00\x11\x08",
    b"\xFF\xC4\x00\x1F",
    b"\xFF\xDD\x00\x04",
    b"Exif\0\0II*\0\x08\0\0\0",
    b"Exif\0\0MM\0*\0\0\0\x08",
    b"Adobe\0d\0\0\0\0\x02",
    b"IHDR",
    b"IDAT",
    b"tRNS",
    b"eXIf",
    b"acTL",
    b"VP8X",
    b"VP8L",
    b"ANIM",
    b"ANMF",
    b"%PDF-1.7",
    b"ftypheic",
];

/// A small photo of a sheet with marks and a code, so that more than decoding is tried.
fn sheet(seed: u64) -> Vec<u8> {
    let mut conditions = Conditions::drawn(seed, Severity::Gentle);
    (conditions.width, conditions.height) = (600, 800);
    conditions.blur = [0.3, 0.3];
    let print = stand_in::print(3, Some(&stand_in::code_text(seed)), seed);
    photograph(&[Laid::alone(&print, &conditions)], &conditions).jpeg
}

#[test]
fn a_damaged_picture_is_read_or_refused_and_no_more() {
    let mut corpus = Corpus { cases: files("pictures"), words: WORDS };
    corpus.cases.push(sheet(1));
    let known = [stand_in::geometry(3)];
    fuzz("pictures", &corpus, |bytes| match examine(bytes, &known) {
        Ok(finding) => {
            assert!(finding.width.max(finding.height) <= SIDE_MAX);
            assert!(finding.width * finding.height <= PIXELS_MAX);
            assert!(finding.frame.starts_with(&[0xFF, 0xD8, 0xFF]) && !finding.thumbnail.is_empty());
            assert!(finding.sheets.iter().all(|sheet| sheet.code.is_none_or(|at| at < finding.codes.len())));
        }
        Err(cause) => assert_eq!(cause == Unreadable::Empty, bytes.is_empty()),
    });
}
