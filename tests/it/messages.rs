//! The messages of all languages fit each other, and fit the templates and the code that name them.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::source::{SourceFile, expect_none, files};
use kakehashi::text::Texts;

/// Of each message the names of its arguments.
type Messages = BTreeMap<String, BTreeSet<String>>;

#[test]
fn the_message_files_can_be_read() {
    assert!(Texts::load().is_ok());
}

#[test]
fn every_message_exists_in_japanese_and_english() {
    let (japanese, english) = (messages("ja"), messages("en"));
    let lacks = |language: &'static str, has: &Messages, other: &Messages| -> Vec<String> {
        has.keys()
            .filter(|key| !other.contains_key(*key))
            .map(|key| format!("{language} lacks {key}"))
            .collect()
    };
    expect_none(&[lacks("en", &japanese, &english), lacks("ja", &english, &japanese)].concat());
    expect_none(&lacks("ja", &messages("ja-yasashi"), &japanese));
}

#[test]
fn a_message_has_the_same_arguments_in_every_language() {
    let japanese = messages("ja");
    for language in ["en", "ja-yasashi"] {
        let other = messages(language);
        let differ =
            other.iter().filter(|(key, names)| japanese.get(*key).is_some_and(|known| known != *names));
        expect_none(
            &differ.map(|(key, names)| format!("{language} {key} has {names:?}")).collect::<Vec<_>>(),
        );
    }
}

#[test]
fn every_message_that_is_named_exists_and_gets_its_arguments() {
    let known = messages("ja");
    let mistake = |named: &Named| match known.get(&named.key) {
        None => Some(format!("{} names {}, which does not exist", named.file, named.key)),
        Some(needs) if !named.gives.fits(needs) => {
            Some(format!("{} gives {} not {needs:?}", named.file, named.key))
        }
        Some(_) => None,
    };
    let all = named(&known);
    expect_none(&all.iter().filter(|named| !named.is_pattern()).filter_map(mistake).collect::<Vec<_>>());
}

#[test]
fn every_message_is_named_somewhere() {
    let known = messages("ja");
    let all = named(&known);
    let unused = known.keys().filter(|key| !all.iter().any(|named| named.means(key)));
    expect_none(&unused.map(|key| format!("nothing names {key}")).collect::<Vec<_>>());
}

#[test]
fn every_pattern_of_names_means_some_message() {
    let known = messages("ja");
    let all = named(&known);
    let vain = all.iter().filter(|named| named.is_pattern() && !known.keys().any(|key| named.means(key)));
    expect_none(
        &vain.map(|named| format!("{} names {}, which is none", named.file, named.key)).collect::<Vec<_>>(),
    );
}

#[test]
fn names_of_messages_are_found_with_what_they_are_given() {
    let text = r#"page.text.with1("web-a", "count", n); format!("web-b-{kind}-note"); Error::advice("", "web-c"); "web-{id}""#;
    let found = named_in(&SourceFile { path: "src/web/page.rs".into(), text: text.into() }, &["web"]);
    assert_eq!(
        found.iter().map(|named| named.key.as_str()).collect::<Vec<_>>(),
        ["web-a", "web-b-{kind}-note", "web-c"]
    );
    let needs = |names: &[&str]| names.iter().map(|name| name.to_string()).collect();
    assert!(found[0].gives.fits(&needs(&["count"])) && !found[0].gives.fits(&needs(&["name"])));
    assert!(found[1].means("web-b-late-note") && !found[1].means("web-b-late"));
}

/// The messages of a language, of all features.
fn messages(language: &str) -> Messages {
    let mut found = Messages::new();
    let mut key = String::new();
    for line in files(&format!("src/text/{language}"), ".ftl").iter().flat_map(|file| file.text.lines()) {
        if line.starts_with(|first: char| first.is_ascii_lowercase()) {
            key = line.split([' ', '=']).next().unwrap().to_owned();
            assert!(found.insert(key.clone(), BTreeSet::new()).is_none(), "{language} has {key} twice");
        }
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        let names = line.split('$').skip(1).map(|rest| rest.split(|letter| !is_name(letter)).next().unwrap());
        if let Some(arguments) = found.get_mut(&key).filter(|_| !line.starts_with('#')) {
            arguments.extend(names.map(String::from));
        }
    }
    found
}

/// A place in code or in a template that names a message, or many by a pattern such as `web-size-{size}`.
struct Named {
    key: String,
    file: String,
    gives: Gives,
}

/// What the message is given there.
enum Gives {
    Nothing,
    One(String),
    Two(String),
    /// It is named alone, and given elsewhere.
    Unknown,
}

impl Gives {
    fn fits(&self, needs: &BTreeSet<String>) -> bool {
        match self {
            Self::Nothing => needs.is_empty(),
            Self::One(name) => needs.len() == 1 && needs.contains(name),
            Self::Two(first) => needs.len() == 2 && needs.contains(first),
            Self::Unknown => true,
        }
    }
}

impl Named {
    fn is_pattern(&self) -> bool {
        self.key.contains('{')
    }

    fn means(&self, key: &str) -> bool {
        match self.key.split_once('{') {
            None => self.key == key,
            Some((head, rest)) => {
                let tail = rest.split_once('}').map_or("", |(_, tail)| tail);
                key.len() > head.len() + tail.len() && key.starts_with(head) && key.ends_with(tail)
            }
        }
    }
}

fn named(known: &Messages) -> Vec<Named> {
    let features: BTreeSet<&str> = known.keys().filter_map(|key| key.split('-').next()).collect();
    let features: Vec<&str> = features.into_iter().collect();
    let all = files("src", ".rs").into_iter().chain(files("templates", ".html"));
    all.flat_map(|file| named_in(&file, &features)).collect()
}

/// Every string of the file that looks like the key of a message. In templates only those that are given to
/// a function: other strings are classes and names of fields.
fn named_in(file: &SourceFile, features: &[&str]) -> Vec<Named> {
    let parts: Vec<&str> = file.text.split('"').collect();
    let mut found = Vec::new();
    for (index, key) in parts.iter().enumerate().skip(1) {
        let call = parts[index - 1].trim_end();
        if is_key(key, features) && (file.path.ends_with(".rs") || call.ends_with('(')) {
            let argument = || parts.get(index + 2).unwrap_or(&"").to_string();
            let gives = match call.rsplit('.').next().unwrap() {
                "get(" | "plain(" => Gives::Nothing,
                "with1(" | "plain1(" => Gives::One(argument()),
                "with2(" | "plain2(" => Gives::Two(argument()),
                _ => Gives::Unknown,
            };
            found.push(Named { key: key.to_string(), file: file.path.clone(), gives });
        }
    }
    found
}

/// A key is the feature's name and at least one word: `web-home`, `web-size-{size}`.
fn is_key(text: &str, features: &[&str]) -> bool {
    let fits =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-_{}".contains(letter);
    let Some((feature, words)) = text.split_once('-') else { return false };
    features.contains(&feature) && !words.is_empty() && !words.starts_with('{') && text.chars().all(fits)
}
