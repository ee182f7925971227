//! `kakehashi design check`, as whoever draws a sheet for their city uses it.

use std::path::Path;
use std::process::Command;

use crate::support::source::root;
use crate::support::store::TestFolder;

/// What the checker says of a sheet, and whether all is good.
fn check(folder: &Path, source: &str) -> (bool, String) {
    std::fs::create_dir_all(folder.join("sheets")).unwrap();
    std::fs::write(folder.join("sheets/teeth.typ"), source).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_kakehashi"));
    command.args(["design", "check", "sheets/teeth.typ", "--format", "a5", "--out", "pictures"]);
    let output = command.current_dir(folder).output().unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}

/// The worked example of the guide.
fn example() -> String {
    let guide = std::fs::read_to_string(root().join("print-assets/README.md")).unwrap();
    let after = guide.split_once("```typst\n").unwrap().1;
    after.split_once("```").unwrap().0.to_owned()
}

#[test]
fn the_worked_example_of_the_guide_is_good_and_its_pictures_are_there() {
    let folder = TestFolder::new();
    let (is_good, said) = check(folder.path(), &example());
    assert!(is_good, "{said}");
    assert!(said.contains("teeth-a5-right: good") && said.contains("teeth-a5-left: good"), "{said}");
    for picture in ["teeth-a5-right.png", "teeth-a5-right-regions.png", "teeth-a5-left.pdf"] {
        assert!(folder.path().join("pictures").join(picture).exists(), "{picture}");
    }
}

#[test]
fn every_mistake_of_a_design_is_named() {
    let folder = TestFolder::new();
    let mistaken = |from: &str, to: &str| {
        let changed = example().replace(from, to);
        assert_ne!(changed, example(), "nothing was changed by {to}");
        let (is_good, said) = check(folder.path(), &changed);
        assert!(!is_good, "{to} is good: {said}");
        said
    };
    let said = mistaken("label: 40,", "label: 3,");
    assert!(said.contains("the label 3 belongs to the design medicine"), "{said}");
    let said = mistaken("key: \"teeth\"", "key: \"tooth\"");
    assert!(said.contains("the key is not the name of the file"), "{said}");
    let said = mistaken("date-words(row-height)", "date-word(row-height)");
    assert!(said.contains("sheets/teeth.typ:20: unknown variable"), "{said}");
    let said = mistaken("rows-in(left),", "rows-in(left), row: 9mm,");
    assert!(said.contains("9.0 mm high, and a hand needs 12 mm"), "{said}");
    let said = mistaken("[入れ歯]", "text(size: 7pt)[入れ歯]");
    assert!(said.contains("is 7.0 pt, and small print is at least 11 pt"), "{said}");
    let said = mistaken("at(4mm, 12.6mm, state)", "at(4mm, 3mm, state)");
    assert!(said.contains("written over each other"), "{said}");
    let said = mistaken("titled(room.width,", "ticks(\"denture\", (fits: [x]), 9mm); titled(room.width,");
    assert!(said.contains("the name denture-fits is given twice"), "{said}");
}
