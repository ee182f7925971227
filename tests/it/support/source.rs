//! The project's own files, for the tests that read them.

use std::fs;
use std::path::{Path, PathBuf};

/// A text file of the project.
pub struct SourceFile {
    /// From the project's folder, with `/`: `src/store/tx.rs`.
    pub path: String,
    pub text: String,
}

impl SourceFile {
    /// The lines of code with their numbers from 1: no comments, no empty lines.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(index, line)| (index + 1, line));
        lines.filter(|(_, line)| !line.is_empty() && !line.trim_start().starts_with("//"))
    }
}

/// The project's folder, where tests run; not the one they were built in, since build folders are shared.
pub fn root() -> &'static Path {
    Path::new(".")
}

/// The files below a folder of the project whose names end so, in order of their paths.
pub fn files(folder: &str, ending: &str) -> Vec<SourceFile> {
    let mut found = Vec::new();
    collect(&root().join(folder), ending, &mut found);
    assert!(!found.is_empty(), "no {ending} in {folder}");
    found.sort();
    found
        .into_iter()
        .map(|path| SourceFile { text: fs::read_to_string(&path).unwrap(), path: short(&path) })
        .collect()
}

fn collect(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            collect(&path, ending, found);
        } else if path.to_str().unwrap().ends_with(ending) {
            found.push(path);
        }
    }
}

fn short(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned()
}

/// Fails with all mistakes at once, one a line.
pub fn expect_none(mistakes: &[String]) {
    assert!(mistakes.is_empty(), "{} mistakes:\n{}", mistakes.len(), mistakes.join("\n"));
}
