//! The message files, one of each language a feature.

/// Feature name, then its files in the order of [`super::Language::ALL`].
pub const FILES: [(&str, [&str; 3]); 5] = files!["access", "entry", "scan", "timeline", "web"];
