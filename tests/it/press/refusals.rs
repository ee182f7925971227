//! What the press must not give out.

use super::{TODAY, booklet, card, press, press_with, print, single, text};
use kakehashi::print::press::{CardSize, Document, Purpose, prove};

fn refusal(document: &Document) -> String {
    press().typeset(document, TODAY, Purpose::Paper).unwrap_err().to_string()
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
fn a_new_design_joins_and_one_that_takes_anothers_label_is_refused() {
    let original = include_str!("../../../print-assets/designs/sheets/medicine.typ");
    let own = original.replace("key: \"medicine\"", "key: \"teeth\"").replace("label: 3", "label: 50");
    let keys: Vec<String> = press_with("sheets/teeth.typ", &own)
        .designs()
        .unwrap()
        .into_iter()
        .map(|design| design.key)
        .collect();
    assert!(keys.contains(&"teeth".to_owned()) && keys.contains(&"medicine".to_owned()));
    assert!(press_with("sheets/teeth.typ", &own.replace("label: 50", "label: 3")).designs().is_err());
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
    let message = refusal(&booklet(Some(&"長い名前".repeat(150))));
    assert!(message.contains("too long"), "{message}");
}

#[test]
fn a_document_with_a_page_too_many_is_refused() {
    let original = include_str!("../../../print-assets/designs/booklet.typ");
    let press = press_with("booklet.typ", &format!("{original}\n#page[]\n"));
    let message = press.typeset(&booklet(None), TODAY, Purpose::Paper).unwrap_err().to_string();
    assert!(message.contains("7 pages instead of 6"), "{message}");
}

#[test]
fn a_design_that_leaves_out_its_code_is_refused() {
    let original = include_str!("../../../print-assets/designs/card-insert.typ");
    let without = original.replace("#case-label(data.notebook, data.code, width, height)", "");
    assert_ne!(without, original);
    let document = card(CardSize::Iso);
    let press = press_with("card-insert.typ", &without);
    let message = press.typeset(&document, TODAY, Purpose::Paper).unwrap_err().to_string();
    assert!(message.contains("codes"), "{message}");
}

#[test]
fn a_design_that_covers_its_code_is_caught_by_the_proof() {
    let original = include_str!("../../../print-assets/designs/card-insert.typ");
    let covered = format!("{original}\n#at(14mm, 28mm, rect(width: 9mm, height: 9mm, fill: white))\n");
    let document = card(CardSize::Iso);
    let typeset = press_with("card-insert.typ", &covered).typeset(&document, TODAY, Purpose::Paper).unwrap();
    let message = prove(&typeset).unwrap_err().to_string();
    assert!(message.contains("page 1"), "{message}");
}

#[test]
fn a_design_sees_nothing_but_the_registered_files() {
    for path in ["/etc/hostname", "../../../etc/hostname", "@preview/cetz:0.3.4"] {
        let source = format!("#import \"{path}\"\n");
        let document = card(CardSize::Iso);
        let refused = press_with("card-insert.typ", &source).typeset(&document, TODAY, Purpose::Paper);
        assert!(refused.is_err(), "{path}");
    }
}

#[test]
fn an_unknown_design_is_refused() {
    assert!(refusal(&single("no-such-sheet", true)).contains("design"));
}
