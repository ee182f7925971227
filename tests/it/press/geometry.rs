//! What the press says of a page against what is drawn on it, pixel by pixel.

use super::{TODAY, booklet, every_document, press, print, single, single_on};
use image::RgbImage;
use kakehashi::print::press::{DotsPerInch, Purpose, inspect, render};
use kakehashi::sheet::design::{Area, Format, Geometry, MARK_SIDE, Millimetres, Region, RegionKind};
use kakehashi::sheet::marks;

/// 10 pixels per millimetre.
const RESOLUTION: DotsPerInch = DotsPerInch(254.0);

/// Darkness of one point of a page, 0 (white) to 1 (black).
fn ink(page: &RgbImage, x: f64, y: f64) -> f64 {
    let [red, green, blue] = page.get_pixel((x * 10.0) as u32, (y * 10.0) as u32).0;
    1.0 - (f64::from(red) + f64::from(green) + f64::from(blue)) / (3.0 * 255.0)
}

/// The darkest of the points within ± 0.15 mm: where a line should be.
fn darkest_near(page: &RgbImage, x: f64, y: f64) -> f64 {
    let steps = [-0.15, -0.05, 0.05, 0.15];
    let points = steps.iter().flat_map(|dx| steps.iter().map(move |dy| (x + dx, y + dy)));
    points.map(|(x, y)| ink(page, x, y)).fold(0.0, f64::max)
}

fn edges(area: Area) -> (f64, f64, f64, f64) {
    (area.left.0, area.top.0, area.left.0 + area.width.0, area.top.0 + area.height.0)
}

#[test]
fn the_booklet_is_a5_with_cover_guide_and_back_cover() {
    let pages = print(&booklet(None)).pages;
    assert_eq!(pages.len(), 6);
    for page in &pages {
        assert!((page.width.0 - 148.0).abs() < 0.001 && (page.height.0 - 210.0).abs() < 0.001);
    }
    let titles: Vec<&str> =
        pages.iter().flat_map(|page| &page.sheets).map(|sheet| sheet.title.as_str()).collect();
    assert_eq!(titles, ["血圧の記録", "みんなのやりとり帳", "お薬のこと"]);
}

#[test]
fn every_carriers_code_is_20_mm() {
    for (name, document) in every_document() {
        for code in print(&document).pages.iter().flat_map(|page| &page.codes) {
            if code.text.starts_with("HTTPS://") {
                assert!((code.area.width.0 - 19.8).abs() < 0.001, "{name}: {:?}", code.area);
                assert!((code.area.height.0 - 19.8).abs() < 0.001, "{name}: {:?}", code.area);
            }
        }
    }
}

#[test]
fn the_code_stands_in_the_upper_outer_corner() {
    let pages = print(&booklet(None)).pages;
    for (page, outer_is_right) in [(2, true), (3, false), (4, true)] {
        let sheet = &pages[page].sheets[0];
        let (left, top, right, _) = edges(sheet.geometry.code.unwrap());
        let outer = if outer_is_right { 148.0 - right } else { left };
        assert_eq!(sheet.recto, outer_is_right);
        assert!(
            outer < 20.0 && top < 10.0,
            "page {page}: {outer} mm from the outer edge, {top} mm from the top"
        );
    }
}

#[test]
fn the_quiet_zone_around_every_code_is_white() {
    for (name, document) in every_document() {
        let typeset = print(&document);
        for (index, page) in typeset.pages.iter().enumerate() {
            let picture = render(&typeset.pdf, index, RESOLUTION).unwrap();
            for code in &page.codes {
                let (left, top, right, bottom) = edges(code.area);
                for away in [0.3, 1.2, 2.2] {
                    for share in 0..=40 {
                        let (x, y) = (
                            left - away + f64::from(share) / 40.0 * (right - left + 2.0 * away),
                            top - away + f64::from(share) / 40.0 * (bottom - top + 2.0 * away),
                        );
                        for (x, y) in
                            [(x, top - away), (x, bottom + away), (left - away, y), (right + away, y)]
                        {
                            assert!(
                                ink(&picture, x, y) < 0.02,
                                "{name}, page {index}: ink at {x:.1}, {y:.1}"
                            );
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn the_marks_are_where_the_geometry_says_and_say_which_design_it_is() {
    for (name, document) in every_document() {
        let typeset = print(&document);
        for (index, page) in typeset.pages.iter().enumerate() {
            let picture = render(&typeset.pdf, index, RESOLUTION).unwrap();
            for sheet in &page.sheets {
                let (left, top) = (sheet.origin.x.0, sheet.origin.y.0);
                for (corner, centre) in (0..).zip(sheet.geometry.mark_centres()) {
                    let identity = marks::identity(sheet.geometry.label, corner);
                    let drawn = cells_of_mark(&picture, left + centre.x.0, top + centre.y.0);
                    assert_eq!(Some(drawn), marks::bits(identity), "{name}, page {index}, corner {corner}");
                }
            }
        }
    }
}

/// The inner cells of the mark with this centre; its frame must be black, and 1.5 mm around it white.
fn cells_of_mark(page: &RgbImage, x: f64, y: f64) -> [[bool; 4]; 4] {
    let cell = MARK_SIDE.0 / 6.0;
    let at = |column: f64, row: f64| ink(page, x + (column - 2.5) * cell, y + (row - 2.5) * cell);
    for step in 0..6 {
        let step = f64::from(step);
        for (column, row) in [(step, 0.0), (step, 5.0), (0.0, step), (5.0, step)] {
            assert!(at(column, row) > 0.9, "the frame of a mark is broken");
        }
    }
    for step in -10..=10 {
        let (along, away) = (f64::from(step) / 10.0 * 5.5, 4.0 + 1.5);
        for (dx, dy) in [(along, away), (along, -away), (away, along), (-away, along)] {
            assert!(ink(page, x + dx, y + dy) < 0.02, "something stands too near to a mark");
        }
    }
    std::array::from_fn(|row| std::array::from_fn(|column| at(column as f64 + 1.0, row as f64 + 1.0) < 0.5))
}

fn blood_pressure() -> (Geometry, RgbImage) {
    let typeset = print(&single("blood-pressure", true));
    let picture = render(&typeset.pdf, 0, RESOLUTION).unwrap();
    (typeset.pages[0].sheets[0].geometry.clone(), picture)
}

fn regions(geometry: &Geometry, kind: RegionKind) -> Vec<&Region> {
    geometry.regions.iter().filter(|region| region.kind == kind).collect()
}

#[test]
fn every_digit_box_is_drawn_where_the_geometry_says() {
    let (geometry, picture) = blood_pressure();
    let digits = regions(&geometry, RegionKind::Digit);
    assert_eq!(digits.len(), 5 * 2 * 3 * 3);
    for digit in digits {
        let (left, top, right, bottom) = edges(digit.area);
        let middle = ((left + right) / 2.0, (top + bottom) / 2.0);
        assert!(ink(&picture, middle.0, middle.1) < 0.02, "{} is not empty", digit.name);
        for (x, y) in [(left, middle.1), (right, middle.1), (middle.0, top), (middle.0, bottom)] {
            assert!(darkest_near(&picture, x, y) > 0.3, "{}: no line at {x:.2}, {y:.2}", digit.name);
        }
    }
}

#[test]
fn every_tick_box_is_drawn_where_the_geometry_says() {
    for design in ["exchange-log", "medicine", "consent-form"] {
        let typeset = print(&single(design, true));
        let picture = render(&typeset.pdf, 0, RESOLUTION).unwrap();
        let ticks = regions(&typeset.pages[0].sheets[0].geometry, RegionKind::Tick);
        assert!(ticks.len() >= 6, "{design}");
        for tick in ticks {
            let (left, top, right, bottom) = edges(tick.area);
            let middle = ((left + right) / 2.0, (top + bottom) / 2.0);
            assert!(ink(&picture, middle.0, middle.1) < 0.02, "{design}: {} is not empty", tick.name);
            for (x, y) in [(left, middle.1), (right, middle.1), (middle.0, top), (middle.0, bottom)] {
                assert!(
                    darkest_near(&picture, x, y) > 0.3,
                    "{design}: {}: no line at {x:.2}, {y:.2}",
                    tick.name
                );
            }
        }
    }
}

#[test]
fn every_sheet_on_every_paper_passes_the_eye_of_a_careful_printer() {
    let press = press();
    let keys: Vec<String> = press.sheet_keys().map(str::to_owned).collect();
    for (key, format, recto) in keys.iter().flat_map(|key| {
        Format::ALL.into_iter().flat_map(move |format| [(key, format, true), (key, format, false)])
    }) {
        let looked_at = press.look_at(&single_on(key, format, recto)).unwrap();
        assert_eq!(inspect(&looked_at), vec![], "{key} on {format:?}, right-hand: {recto}");
    }
}

#[test]
fn the_photo_bookmark_is_a_strip_with_label_61() {
    let design =
        press().designs().unwrap().into_iter().find(|design| design.key == "photo-bookmark").unwrap();
    assert_eq!((design.label, design.faces.len()), (61, 1));
    let geometry = &design.faces[0].geometry;
    assert_eq!((geometry.width, geometry.height), (Millimetres(190.0), Millimetres(42.0)));
}

#[test]
fn a_sheet_in_the_booklet_lies_as_its_design_says() {
    let press = press();
    let designs = press.designs().unwrap();
    let typeset = press.typeset(&booklet(None), TODAY, Purpose::Paper).unwrap();
    for sheet in typeset.pages.iter().flat_map(|page| &page.sheets) {
        let design = designs.iter().find(|design| design.key == sheet.geometry.design).unwrap();
        let face = design
            .faces
            .iter()
            .find(|face| (face.format, face.recto) == (sheet.format, sheet.recto))
            .unwrap();
        assert_eq!(sheet.revision, face.revision);
        assert_eq!(sheet.revision.len(), 64);
        assert_eq!(sheet.geometry, face.geometry);
    }
}
