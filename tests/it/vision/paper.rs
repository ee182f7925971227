//! Paper without marks, found by its edges or not at all.

use kakehashi::capture::vision::{Pixel, examine};
use kakehashi::demo::photograph::{Severity, photograph};
use kakehashi::sheet::design::BOOKMARK_LABEL;

use super::stand_in::{bare_page, bookmark, bookmark_geometry, code_text, geometry, print};
use super::{conditions, found, laid, photo_of};

const PHOTOS: u64 = 24;

/// How far the worst corner lies from the truth, in millimetres of A5.
fn worst(found: &[Pixel; 4], truth: &[Pixel; 4]) -> f64 {
    let around: f64 = (0..4).map(|k| truth[k].distance(truth[(k + 1) % 4])).sum();
    let density = around / (2.0 * (148.0 + 210.0));
    // Which way up it lies is not known.
    let turned =
        |by: usize| (0..4).map(|k| found[k].distance(truth[(k + by) % 4]) / density).fold(0.0, f64::max);
    (0..4).map(turned).fold(f64::MAX, f64::min)
}

#[test]
fn a_page_without_marks_is_found_by_its_edges_and_never_by_others() {
    let (mut right, mut wrong) = (0, Vec::new());
    for seed in 0..PHOTOS {
        let conditions = conditions(31_000 + seed, Severity::Ordinary);
        let photo = photo_of(&bare_page(seed), &conditions);
        let Some(paper) = found(&photo).paper else { continue };
        match worst(&paper.corners, &photo.corners[0]) {
            // Bent paper has no straight edges: so far they may be off.
            off if off <= 4.0 => right += 1,
            off => wrong.push((seed, off)),
        }
        assert!(paper.width < paper.height || conditions.roll_degrees.abs() > 45.0);
    }
    assert_eq!(wrong, []);
    assert!(right * 10 >= PHOTOS * 8, "{right} of {PHOTOS}");
}

#[test]
fn the_page_beside_a_photo_bookmark_is_cut_out_and_never_the_bookmark() {
    let (known, mut right) = ([geometry(3), bookmark_geometry()], 0);
    for seed in 0..PHOTOS {
        let (page, bookmark) = (bare_page(seed), bookmark(&code_text(seed)));
        let conditions = conditions(31_100 + seed, Severity::Gentle);
        let photo =
            photograph(&[laid(&page, 0.0, 20.0, 1.0), laid(&bookmark, 0.0, -118.0, 2.0)], &conditions);
        let found = examine(&photo.jpeg, &known).unwrap();
        let labels: Vec<u8> = found.sheets.iter().map(|sheet| sheet.label).collect();
        assert_eq!((labels, found.codes.len()), (vec![BOOKMARK_LABEL], 1), "{seed}");
        let Some(paper) = found.paper else { continue };
        let off = worst(&paper.corners, &photo.corners[0]);
        assert!(off <= 4.0, "{seed}: {off} mm");
        right += 1;
    }
    assert!(right * 10 >= PHOTOS * 7, "{right} of {PHOTOS}");
}

#[test]
fn where_marks_show_how_a_sheet_lies_no_paper_is_looked_for() {
    let photo = photo_of(&print(3, Some(&code_text(1)), 1), &conditions(1, Severity::Gentle));
    assert_eq!(found(&photo).paper, None);
}
