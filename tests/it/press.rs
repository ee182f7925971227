//! The press: every document proved, its geometry equal to what is drawn, and what it must refuse.

use image::RgbImage;
use jiff::civil::{Date, date};
use kakehashi::print::press::{
    Booklet, Carriers, Code, Coded, Document, DotsPerInch, NotebookFace, Press, Purpose, RegistrationSlip,
    Sheet, SingleSheet, Typeset, prove, render,
};
use kakehashi::sheet::design::{Area, Geometry, MARK_SIDE, Millimetres, Region, RegionKind};
use kakehashi::sheet::marks;

const TODAY: Date = date(2026, 11, 22);
const RESOLUTION: DotsPerInch = DotsPerInch(254.0); // 10 pixels per millimetre
const SYMBOLS: [&str; 9] = ["ume", "matsu", "take", "tori", "tsuki", "yama", "fune", "sakana", "kiku"];
const COLOURS: [&str; 8] = ["beni", "daidai", "oudo", "midori", "ao", "murasaki", "cha", "sumi"];

fn press() -> Press {
    Press::new(None).unwrap()
}

fn notebook() -> NotebookFace {
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

/// A carrier's text with the longest host that fits; `seed` makes it a different one.
fn text(seed: usize) -> String {
    let letters = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let token: String =
        (0..28).map(|place| char::from(letters[(seed * 7919 + place * (seed + 5)) % 32])).collect();
    format!("HTTPS://RENRAKU.CITY.KAKEHASHI.JP/Q/{token}")
}

fn code(seed: usize) -> Code {
    Code::carrier(&text(seed)).unwrap()
}

fn sheet(design: &str, number: u16) -> Sheet {
    Sheet { design: design.to_owned(), number: Some(number), code: Some(code(number.into())) }
}

fn booklet(owner: Option<&str>) -> Document {
    let sheets = vec![sheet("blood-pressure", 1), sheet("exchange-log", 2), sheet("medicine", 3)];
    Document::Booklet(Booklet {
        notebook: notebook(),
        owner: owner.map(str::to_owned),
        cover: code(90),
        sheets,
    })
}

fn single(design: &str, recto: bool) -> Document {
    Document::SingleSheet(SingleSheet { notebook: notebook(), sheet: sheet(design, 7), recto })
}

fn every_document() -> Vec<(&'static str, Document)> {
    let link = Code::link("https://renraku.city.kakehashi.jp/f/8RkQ2xWz7LmN4pTc").unwrap();
    vec![
        ("booklet", booklet(Some("髙橋 花子"))),
        ("photo-bookmark", single("photo-bookmark", true)),
        ("consent-form", single("consent-form", true)),
        ("case-label", Document::CaseLabel(Coded { notebook: notebook(), code: code(91) })),
        ("card-insert", Document::CardInsert(Coded { notebook: notebook(), code: code(91) })),
        (
            "carriers",
            Document::Carriers(Carriers { notebook: notebook(), case: code(91), bookmark: code(92) }),
        ),
        (
            "registration-slip",
            Document::RegistrationSlip(RegistrationSlip {
                notebook: notebook(),
                recipient: "佐藤 春子".to_owned(),
                link,
                digits: "4821-7093".to_owned(),
                valid_until: "令和8年12月6日（日）まで".to_owned(),
            }),
        ),
    ]
}

/// A press with one design file replaced; `name` is its path below the designs' folder.
fn press_with(name: &str, source: &str) -> Press {
    let folder =
        std::env::temp_dir().join(format!("kakehashi-{}-{}", std::process::id(), name.replace('/', "-")));
    std::fs::create_dir_all(folder.join("sheets")).unwrap();
    std::fs::write(folder.join(name), source).unwrap();
    let press = Press::new(Some(&folder));
    std::fs::remove_dir_all(&folder).unwrap();
    press.unwrap()
}

fn print(document: &Document) -> Typeset {
    press().typeset(document, TODAY, Purpose::Paper).unwrap()
}

fn refusal(document: &Document) -> String {
    press().typeset(document, TODAY, Purpose::Paper).unwrap_err().to_string()
}

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
fn every_code_of_every_document_reads_as_meant() {
    for (name, document) in every_document() {
        let typeset = print(&document);
        assert!(typeset.pages.iter().any(|page| !page.codes.is_empty()), "{name} has no code");
        prove(&typeset).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn a_code_that_says_something_else_is_not_given_out() {
    let mut typeset = print(&booklet(None));
    typeset.pages[4].codes[0].text = text(4711);
    let error = prove(&typeset).unwrap_err().to_string();
    assert!(error.contains("page 5"), "{error}");
}

#[test]
fn a_code_that_is_not_at_its_place_is_not_given_out() {
    let mut typeset = print(&booklet(None));
    typeset.pages[2].codes[0].area.left.0 -= 30.0;
    assert!(prove(&typeset).is_err());
}

#[test]
fn a_lost_page_is_noticed() {
    let mut typeset = print(&booklet(None));
    typeset.pages.pop();
    let error = prove(&typeset).unwrap_err().to_string();
    assert!(error.contains("6 pages instead of 5"), "{error}");
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
fn rows_to_write_on_are_at_least_12_mm_high_and_named_once() {
    for design in press().designs().unwrap() {
        for face in &design.faces {
            let mut names: Vec<&str> =
                face.geometry.regions.iter().map(|region| region.name.as_str()).collect();
            names.sort_unstable();
            names.windows(2).for_each(|pair| assert_ne!(pair[0], pair[1], "{}", design.key));
            for row in regions(&face.geometry, RegionKind::Row) {
                let height = row.area.height.0;
                assert!(
                    height > 11.99 || row.name.ends_with("-date"),
                    "{}: {} is {height} mm",
                    design.key,
                    row.name
                );
                let (left, top, right, bottom) = edges(row.area);
                assert!(left >= 5.0 && top >= 15.0, "{}: {} reaches a margin", design.key, row.name);
                assert!(right <= face.geometry.width.0 - 5.0 && bottom <= face.geometry.height.0 - 13.0);
            }
        }
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
        let face = design.faces.iter().find(|face| face.recto == sheet.recto).unwrap();
        assert_eq!(sheet.revision, face.revision);
        assert_eq!(sheet.revision.len(), 64);
        assert_eq!(sheet.geometry, face.geometry);
    }
}

#[test]
fn a_folder_of_designs_replaces_the_embedded_ones_and_changes_the_revision() {
    let original = include_str!("../../print-assets/designs/sheets/medicine.typ");
    let changed = press_with("sheets/medicine.typ", &original.replace("お薬のこと", "くすりのこと"));
    let (embedded, changed) = (press().designs().unwrap(), changed.designs().unwrap());
    for (before, after) in embedded.iter().zip(&changed) {
        let same = before.faces[0].revision == after.faces[0].revision;
        assert_eq!(same, before.key != "medicine", "{}", before.key);
    }
    assert!(changed.iter().any(|design| design.title == "くすりのこと"));
}

#[test]
fn a_new_design_joins_and_one_that_takes_anothers_label_is_refused() {
    let original = include_str!("../../print-assets/designs/sheets/medicine.typ");
    let own = original.replace("key: \"medicine\"", "key: \"teeth\"").replace("label: 3", "label: 4");
    let keys: Vec<String> = press_with("sheets/teeth.typ", &own)
        .designs()
        .unwrap()
        .into_iter()
        .map(|design| design.key)
        .collect();
    assert!(keys.contains(&"teeth".to_owned()) && keys.contains(&"medicine".to_owned()));
    assert!(press_with("sheets/teeth.typ", &own.replace("label: 4", "label: 3")).designs().is_err());
}

#[test]
fn the_owners_name_stands_inside_and_never_outside() {
    let named = print(&booklet(Some("相模 花子")));
    let blank = print(&booklet(None));
    for page in 0..6 {
        let [named, blank] = [&named, &blank].map(|it| render(&it.pdf, page, DotsPerInch(100.0)).unwrap());
        assert_eq!(named == blank, page != 1, "page {page}");
    }
}

#[test]
fn rare_kanji_of_names_are_printed() {
    let name = "髙﨑𠮷邊󠄀";
    assert!(press().missing_glyphs(name).is_empty());
    let rare = print(&booklet(Some(name)));
    prove(&rare).unwrap();
    let plain = print(&booklet(Some("髙﨑吉邊")));
    let [rare, plain] = [rare, plain].map(|it| render(&it.pdf, 1, DotsPerInch(100.0)).unwrap());
    assert_ne!(rare, plain);
}

#[test]
fn a_glyph_that_no_font_has_is_refused_with_its_code_point() {
    assert_eq!(press().missing_glyphs("花𓀀子\u{7}"), ['\u{7}', '𓀀']);
    let message = refusal(&booklet(Some("花𓀀子")));
    assert!(message.contains("U+13000"), "{message}");
}

#[test]
fn a_variant_that_the_font_lacks_is_refused_rather_than_printed_plain() {
    assert!(press().missing_glyphs("邊\u{E0100}").is_empty());
    assert_eq!(press().missing_glyphs("花\u{E01EF}"), ['\u{E01EF}']);
}

#[test]
fn a_text_that_runs_over_its_place_is_refused() {
    let message = refusal(&booklet(Some(&"長い名前".repeat(20))));
    assert!(message.contains("too long"), "{message}");
}

#[test]
fn a_document_with_a_page_too_many_is_refused() {
    let original = include_str!("../../print-assets/designs/booklet.typ");
    let press = press_with("booklet.typ", &format!("{original}\n#page[]\n"));
    let message = press.typeset(&booklet(None), TODAY, Purpose::Paper).unwrap_err().to_string();
    assert!(message.contains("7 pages instead of 6"), "{message}");
}

#[test]
fn a_design_that_leaves_out_its_code_is_refused() {
    let original = include_str!("../../print-assets/designs/case-label.typ");
    let without = original.replace("#case-label(data.notebook, data.code)", "");
    assert_ne!(without, original);
    let document = Document::CaseLabel(Coded { notebook: notebook(), code: code(1) });
    let press = press_with("case-label.typ", &without);
    let message = press.typeset(&document, TODAY, Purpose::Paper).unwrap_err().to_string();
    assert!(message.contains("codes"), "{message}");
}

#[test]
fn a_design_that_covers_its_code_is_caught_by_the_proof() {
    let original = include_str!("../../print-assets/designs/case-label.typ");
    let covered = format!("{original}\n#at(12mm, 18mm, rect(width: 9mm, height: 9mm, fill: white))\n");
    let document = Document::CaseLabel(Coded { notebook: notebook(), code: code(1) });
    let typeset = press_with("case-label.typ", &covered).typeset(&document, TODAY, Purpose::Paper).unwrap();
    let message = prove(&typeset).unwrap_err().to_string();
    assert!(message.contains("page 1"), "{message}");
}

#[test]
fn a_design_sees_nothing_but_the_registered_files() {
    for path in ["/etc/hostname", "../../../etc/hostname", "@preview/cetz:0.3.4"] {
        let source = format!("#import \"{path}\"\n");
        let document = Document::CaseLabel(Coded { notebook: notebook(), code: code(1) });
        let refused = press_with("case-label.typ", &source).typeset(&document, TODAY, Purpose::Paper);
        assert!(refused.is_err(), "{path}");
    }
}

#[test]
fn an_unknown_design_is_refused() {
    assert!(refusal(&single("no-such-sheet", true)).contains("design"));
}

#[test]
fn every_symbol_in_every_colour_prints() {
    let press = press();
    for symbol in SYMBOLS {
        for colour in COLOURS {
            let notebook =
                NotebookFace { symbol: symbol.to_owned(), colour: colour.to_owned(), ..notebook() };
            let document = Document::CaseLabel(Coded { notebook, code: code(5) });
            press.typeset(&document, TODAY, Purpose::Paper).unwrap();
        }
    }
}

#[test]
fn the_pdf_bears_the_given_date_and_no_tags_on_paper() {
    let press = press();
    let document = booklet(None);
    let paper = press.typeset(&document, TODAY, Purpose::Paper).unwrap().pdf;
    let screen = press.typeset(&document, TODAY, Purpose::Screen).unwrap().pdf;
    let contains = |pdf: &[u8], text: &str| pdf.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(contains(&paper, "D:20261122"));
    assert!(!contains(&paper, "/StructTreeRoot") && contains(&screen, "/StructTreeRoot"));
    assert!(paper.len() < screen.len());
    assert_eq!(
        paper,
        press.typeset(&document, TODAY, Purpose::Paper).unwrap().pdf,
        "the same job, the same bytes"
    );
}

/// `cargo test --test it -- --ignored to_look_at` writes every document to `prints/` in the build folder.
#[test]
#[ignore = "writes files to look at"]
fn writes_every_document_to_look_at() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("prints");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, document) in every_document() {
        std::fs::write(folder.join(name).with_extension("pdf"), print(&document).pdf).unwrap();
    }
}
