//! The shape of the house: where SQL stands, how long files are, and that its maps are true.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::source::{SourceFile, expect_none, files, root};

/// The most lines of one file of code.
const LINES: usize = 400;

/// How statements of SQL begin.
const VERBS: [&str; 8] = [
    "SELECT ",
    "INSERT INTO ",
    "UPDATE ",
    "DELETE FROM ",
    "CREATE TABLE ",
    "CREATE INDEX ",
    "ALTER TABLE ",
    "DROP TABLE ",
];

/// Words that make a public item.
const ITEMS: [&str; 6] = ["const", "enum", "fn", "struct", "trait", "type"];

/// How a line begins that says what follows, in a macro too; what is for tests alone needs no words.
const SPEAKING: [&str; 4] = ["///", "#[doc = ", "$(#[$doc])*", "#[cfg(test)]"];

/// Folders of `templates/` that belong to no feature.
const SHARED_TEMPLATES: [&str; 3] = ["assets", "parts", "web"];

#[test]
fn sql_stands_only_in_rows_and_in_the_store() {
    let outside = files("src", ".rs").into_iter().filter(|file| !may_hold_sql(&file.path));
    expect_none(&outside.flat_map(|file| sql_lines(&file)).collect::<Vec<_>>());
}

#[test]
fn a_statement_of_sql_is_noticed_and_a_word_is_not() {
    let found =
        |text: &str| sql_lines(&SourceFile { path: "src/web/page.rs".into(), text: text.into() }).len();
    assert_eq!(found("const FIND: &str = \"SELECT name FROM staff\";"), 1);
    assert_eq!(found("let text = \"UPDATE staff\n    SET name = ?1\";"), 1);
    assert_eq!(found("// SELECT is no method\nconst UPDATE: &str = \"DELETE\";"), 0);
    assert!(may_hold_sql("src/store/queue.rs") && may_hold_sql("src/access/sql/people.rs"));
    assert!(may_hold_sql("src/audit/sql.rs") && !may_hold_sql("src/audit/mod.rs"));
}

#[test]
fn no_file_of_code_is_too_long() {
    let long = all_code().into_iter().filter(|file| file.text.lines().count() > LINES);
    expect_none(
        &long
            .map(|file| format!("{} has {} lines", file.path, file.text.lines().count()))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn every_file_of_code_begins_with_what_it_is() {
    let silent = all_code().into_iter().filter(|file| !file.text.starts_with("//! "));
    expect_none(&silent.map(|file| file.path).collect::<Vec<_>>());
}

#[test]
fn everything_public_says_what_it_is() {
    expect_none(&files("src", ".rs").iter().flat_map(undocumented).collect::<Vec<_>>());
}

#[test]
fn what_says_nothing_is_noticed() {
    let found = |text: &str| undocumented(&SourceFile { path: "src/id.rs".into(), text: text.into() }).len();
    assert_eq!(found("/// A number.\n#[derive(Debug)]\npub struct Number;"), 0);
    assert_eq!(found("#[derive(Debug)]\npub struct Number;\n\n    pub const fn one() {}"), 2);
    assert_eq!(found("    #[cfg(test)]\n    pub fn sample() {}\npub mod sql;\npub(super) fn two() {}"), 0);
}

#[test]
fn every_folder_of_templates_belongs_to_a_feature() {
    let modules = names("src");
    let strays = names("templates").into_iter().filter(|name| name.ends_with('/'));
    let strays = strays
        .filter(|name| !modules.contains(name) && !SHARED_TEMPLATES.contains(&name.trim_end_matches('/')));
    expect_none(&strays.map(|name| format!("templates/{name} has no src/{name}")).collect::<Vec<_>>());
}

#[test]
fn the_map_in_the_readme_is_true() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    assert_eq!(mapped(&readme), names("src"), "left: the tree in README.md, right: src/");
}

#[test]
fn the_map_of_the_readme_is_read_name_by_name() {
    let readme = "```\nsrc/\n  main.rs  lib.rs   entry\n  store/           rows (a b)\n                   more\ntests/it/  all\n```\n";
    let expected = ["lib.rs", "main.rs", "store/"].map(String::from);
    assert_eq!(mapped(readme), BTreeSet::from(expected));
}

fn all_code() -> Vec<SourceFile> {
    ["src", "tests"].iter().flat_map(|folder| files(folder, ".rs")).collect()
}

fn may_hold_sql(path: &str) -> bool {
    path.starts_with("src/store/") || path.ends_with("/sql.rs") || path.contains("/sql/")
}

fn sql_lines(file: &SourceFile) -> Vec<String> {
    let is_sql = |line: &str| VERBS.iter().any(|verb| format!("{line} ").contains(verb));
    file.code()
        .filter(|(_, line)| is_sql(line))
        .map(|(number, line)| format!("{}:{number}: {line}", file.path))
        .collect()
}

/// Public items without a `///` above them and their attributes. Fields and variants may be plain by name,
/// constants may share what is said above the first.
fn undocumented(file: &SourceFile) -> Vec<String> {
    let lines: Vec<&str> = file.text.lines().map(str::trim).collect();
    let is_item = |line: &str| {
        let words: Vec<&str> = line.split(' ').take(3).collect();
        words[0] == "pub" && words.iter().any(|word| ITEMS.contains(word))
    };
    let speaks = |line: &str| SPEAKING.iter().any(|start| line.starts_with(start));
    let is_silent = |index: usize| {
        let mut above = lines[..index]
            .iter()
            .rev()
            .skip_while(|line| (line.starts_with("#[") || line.starts_with("$(#[")) && !speaks(line));
        let shares =
            lines[index].starts_with("pub const") && index > 0 && lines[index - 1].starts_with("pub const");
        !shares && !above.next().is_some_and(|line| speaks(line))
    };
    let silent = (0..lines.len()).filter(|index| is_item(lines[*index]) && is_silent(*index));
    silent.map(|index| format!("{}:{}: {}", file.path, index + 1, lines[index])).collect()
}

/// What stands in a folder of the project; folders end with `/`, and empty ones are left out.
fn names(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let is_empty = |path: &Path| path.is_dir() && fs::read_dir(path).unwrap().next().is_none();
    let slash = |path: &Path| if path.is_dir() { "/" } else { "" };
    let name = |path: PathBuf| format!("{}{}", path.file_name().unwrap().to_str().unwrap(), slash(&path));
    entries.filter(|path| !is_empty(path)).map(name).collect()
}

/// The names below `src/` in the tree of README.md: files and folders before the first words of each line.
fn mapped(readme: &str) -> BTreeSet<String> {
    let lines = readme.lines().skip_while(|line| !line.starts_with("src/")).skip(1);
    let tree = lines.take_while(|line| line.starts_with("  "));
    let is_name = |word: &&str| word.ends_with('/') || word.ends_with(".rs");
    tree.flat_map(|line| line.split_whitespace().take_while(is_name)).map(String::from).collect()
}
