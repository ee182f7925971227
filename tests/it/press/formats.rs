//! Papers, arrangements and stocks: the right size, the right order, nothing over anything else, codes that
//! read, files that other programs find in order.

use std::collections::BTreeSet;
use std::process::Command;

use super::record::written;
use super::{TODAY, case_label, every_document, every_format, label, labels, notebook, press, print, whole};
use crate::support::store::TestFolder;
use kakehashi::print::press::{
    Arrangement, Calibration, CalibrationSheet, Document, LabelKind, Labels, Purpose, Stock, inspect, prove,
};
use kakehashi::sheet::design::Format;

fn every_one() -> Vec<(String, Document)> {
    let calibration = Document::CalibrationSheet(CalibrationSheet { city: "かけはし市".to_owned() });
    let short = every_document().into_iter().map(|(name, document)| (name.to_owned(), document));
    short.chain(every_format()).chain(written()).chain([("calibration".to_owned(), calibration)]).collect()
}

#[test]
fn every_code_on_every_paper_reads_as_meant() {
    for (name, document) in every_format() {
        prove(&print(&document)).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn nothing_is_too_small_to_read_or_written_over_anything_else() {
    let press = press();
    for (name, document) in every_one() {
        let findings = inspect(&press.look_at(&document).unwrap());
        assert_eq!(findings, vec![], "{name}");
    }
}

#[test]
fn every_file_is_in_order_and_has_its_fonts_in_it() {
    let folder = TestFolder::new();
    for (name, document) in every_one() {
        let file = folder.path().join("document.pdf");
        std::fs::write(&file, print(&document).pdf).unwrap();
        let checked = Command::new("qpdf").arg("--check").arg(&file).output().unwrap();
        assert!(checked.status.success(), "{name}: {}", String::from_utf8_lossy(&checked.stdout));
        let listed = Command::new("pdffonts").arg(&file).output().unwrap();
        let listed = String::from_utf8(listed.stdout).unwrap();
        let fonts: Vec<&str> = listed.lines().skip(2).collect();
        assert!(!fonts.is_empty(), "{name} has no fonts");
        for font in fonts {
            // The columns count from the end, as names have blanks: emb sub uni object ID.
            let columns: Vec<&str> = font.split_whitespace().rev().collect();
            assert_eq!(
                (columns[4], columns[3]),
                ("yes", "yes"),
                "{name}: {font} is not embedded as a subset"
            );
        }
    }
}

#[test]
fn what_is_read_on_a_screen_is_tagged_and_what_is_printed_is_not() {
    let document = whole(Format::A5, Arrangement::Pages, 1);
    let tagged = |purpose| {
        let folder = TestFolder::new();
        let file = folder.path().join("document.pdf");
        std::fs::write(&file, press().typeset(&document, TODAY, purpose).unwrap().pdf).unwrap();
        let said = Command::new("pdfinfo").arg(&file).output().unwrap();
        String::from_utf8(said.stdout).unwrap().contains("Tagged:          yes")
    };
    assert!(tagged(Purpose::Screen) && !tagged(Purpose::Paper));
}

/// The sheets' numbers on the sides of the papers, left and right, in the order in which they are printed.
/// Page 1 is the cover, 2 the guide, 20 the back cover; sheet n stands on page n + 2.
fn imposed(format: Format) -> Vec<(Option<u16>, Option<u16>)> {
    let typeset = print(&whole(format, Arrangement::SaddleStitch, 1));
    let side = |page: &kakehashi::print::press::PageLayout| {
        let middle = page.width.0 / 2.0;
        let on = |is_left: bool| {
            let mut sheets = page.sheets.iter();
            let found = sheets.find(|sheet| (sheet.origin.x.0 < middle - 10.0) == is_left);
            found.and_then(|sheet| sheet.number)
        };
        (on(true), on(false))
    };
    typeset.pages.iter().map(side).collect()
}

#[test]
fn a_stitched_booklet_folds_into_pages_one_to_twenty() {
    for format in [Format::A5, Format::A6, Format::Tall] {
        let sides = imposed(format);
        assert_eq!(sides.len(), 10);
        // Folding: the papers lie in each other, outermost first. Leafing through, each paper's front right
        // half comes first, then its back left half; after the middle the other halves in reverse.
        let papers: Vec<_> = sides.chunks(2).map(|sides| (sides[0], sides[1])).collect();
        let first = papers.iter().flat_map(|(front, back)| [front.1, back.0]);
        let second = papers.iter().rev().flat_map(|(front, back)| [back.1, front.0]);
        let leafed: Vec<Option<u16>> = first.chain(second).collect();
        let expected: Vec<Option<u16>> =
            (1..=20).map(|page| (3..=19).contains(&page).then(|| page - 2)).collect();
        assert_eq!(leafed, expected, "{format:?}");
    }
}

#[test]
fn every_paper_has_its_size() {
    let size = |format, arrangement| {
        let page = &print(&whole(format, arrangement, 1)).pages[3];
        (page.width.0.round() as u32, page.height.0.round() as u32)
    };
    assert_eq!(size(Format::A5, Arrangement::Pages), (148, 210));
    assert_eq!(size(Format::A6, Arrangement::Pages), (105, 148));
    assert_eq!(size(Format::Tall, Arrangement::Pages), (105, 210));
    assert_eq!(size(Format::A4, Arrangement::Pages), (210, 297));
    assert_eq!(size(Format::Large, Arrangement::Pages), (210, 297));
    assert_eq!(size(Format::A5, Arrangement::SaddleStitch), (297, 210));
    assert_eq!(size(Format::A5, Arrangement::PrintShop), (168, 230), "3 mm of bleed and 7 mm for crop marks");
}

#[test]
fn labels_begin_at_the_place_that_is_still_free_and_go_on_on_the_next_paper() {
    let some = (1..=50).map(|seed| label(LabelKind::Page, notebook(), seed)).collect();
    let typeset = print(&labels("a-one-44", 40, some));
    let counts: Vec<usize> = typeset.pages.iter().map(|page| page.codes.len()).collect();
    assert_eq!(counts, [5, 44, 1]);
    // The 40th place is the last of the tenth row.
    let first = typeset.pages[0].codes[0].area;
    assert!((153.3..201.6).contains(&first.left.0) && (237.4..262.8).contains(&first.top.0), "{first:?}");
}

#[test]
fn a_printers_shift_and_scale_move_every_label() {
    let calibrated = |x, y, scale| {
        let Document::Labels(known) = case_label(notebook()) else { panic!("labels") };
        let calibration = Calibration { x, y, scale };
        print(&Document::Labels(Labels { calibration, ..known })).pages[0].codes[0].area
    };
    let (plain, moved) = (calibrated(0.0, 0.0, 1.0), calibrated(1.5, -2.0, 1.0));
    assert!(
        (moved.left.0 - plain.left.0 - 1.5).abs() < 0.01 && (moved.top.0 - plain.top.0 + 2.0).abs() < 0.01
    );
    let larger = calibrated(0.0, 0.0, 1.02);
    assert!((larger.width.0 - plain.width.0 * 1.02).abs() < 0.01);
    assert!((larger.left.0 - plain.left.0 * 1.02).abs() < 0.01);
}

#[test]
fn no_label_leaves_its_place() {
    for stock in Stock::all().unwrap() {
        let kind = if stock.fits_case() { LabelKind::Case } else { LabelKind::Page };
        let some = (1..=stock.places()).map(|seed| label(kind, notebook(), seed)).collect();
        let looked_at = press().look_at(&labels(&stock.key, 1, some)).unwrap();
        let place = |x: f64, y: f64| {
            let across = ((x - stock.origin[0]) / stock.pitch[0]).floor();
            (across as i64, ((y - stock.origin[1]) / stock.pitch[1]).floor() as i64)
        };
        let mut used = BTreeSet::new();
        for word in &looked_at.words[0] {
            let area = word.area;
            let (from, to) = (
                place(area.left.0, area.top.0),
                place(area.left.0 + area.width.0, area.top.0 + area.height.0),
            );
            assert_eq!(from, to, "{}: «{}» stands on two labels", stock.key, word.text);
            used.insert(from);
        }
        assert_eq!(used.len(), stock.places(), "{}", stock.key);
    }
}
