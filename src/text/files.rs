//! The message files, one of each language a feature.

/// Feature name, then its files in the order of [`super::Language::ALL`].
pub const FILES: [(&str, [&str; 3]); 10] =
    files!["access", "audit", "capture", "desk", "entry", "notebook", "scan", "sheet", "timeline", "web",];
