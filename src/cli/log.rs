//! Where the program's log goes: standard error, for people at a terminal and as JSON lines otherwise. It
//! holds no personal data: what is logged are causes of faults and counts.

use std::io::{IsTerminal, stderr};

use tracing::Level;

/// Writes what is at least this grave to the log from here on.
pub fn start(least: Level) {
    let log = tracing_subscriber::fmt().with_max_level(least).with_writer(stderr).with_target(false);
    if stderr().is_terminal() {
        log.compact().init();
    } else {
        log.json().flatten_event(true).init();
    }
}
