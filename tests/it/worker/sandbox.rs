//! That readers are locked in: what the kernel says of one, and what becomes of one that tries.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use kakehashi::capture::worker::{Act, Greeting, Outcome, Wall, probe, trials};

use super::{PROGRAM, workers};
use crate::support::store::TestFolder;

/// SIGSYS: what the kernel ends a process with for a system call that its list lacks.
const BAD_SYSTEM_CALL: i32 = 31;

/// Processes that this one has started, dead ones too.
pub fn children() -> Vec<u32> {
    let me = std::process::id().to_string();
    let processes =
        fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    processes.filter(|process| fields(*process).get(1).is_some_and(|parent| *parent == me)).collect()
}

/// Whether a process has ended and nobody has asked for its end.
pub fn is_zombie(process: u32) -> bool {
    fields(process).first().is_some_and(|state| state == "Z")
}

/// The fields of `/proc/PID/stat` after the name: state, parent, …
fn fields(process: u32) -> Vec<String> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    after_name.split(' ').map(str::to_owned).collect()
}

/// A reader that waits for its photo.
fn waiting_reader() -> u32 {
    let is_reader = |process: &u32| {
        let command = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
        command.starts_with(b"kakehashi\0photo-worker\0") && status(*process, "Seccomp") == "2"
    };
    children().into_iter().find(is_reader).expect("a reader that has locked itself in")
}

fn status(process: u32, key: &str) -> String {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
    line.unwrap_or_default().trim().to_owned()
}

#[tokio::test]
async fn a_waiting_reader_has_nothing_of_the_servers() {
    let folder = TestFolder::new();
    let secret = folder.path().join("keys");
    let server_keys = File::create(&secret).unwrap();
    let workers = workers(PROGRAM).await;
    let reader = waiting_reader();
    assert!(std::env::vars().count() > 3, "there is an environment that could leak");
    assert_eq!(fs::read(format!("/proc/{reader}/environ")).unwrap(), b"");
    assert_eq!(fs::read_link(format!("/proc/{reader}/cwd")).unwrap(), Path::new("/"));
    let links = fs::read_dir(format!("/proc/{reader}/fd")).unwrap();
    let mut open = links.map(|link| fs::read_link(link.unwrap().path()).unwrap_or_default());
    assert!(open.all(|file| file != secret), "a file of the server's is open");
    assert_eq!(status(reader, "NoNewPrivs"), "1");
    assert_eq!(fields(reader)[16], "10", "nice");
    let limits = fs::read_to_string(format!("/proc/{reader}/limits")).unwrap();
    for (limit, most) in
        [("Max address space", "1610612736"), ("Max cpu time", "60"), ("Max open files", "0")]
    {
        let line = limits.lines().find(|line| line.starts_with(limit)).unwrap();
        assert_eq!(line[limit.len()..].split_whitespace().next(), Some(most), "{limit}");
    }
    drop((workers, server_keys));
}

#[tokio::test]
async fn what_no_reader_may_do_is_refused_by_every_wall_that_must() {
    let Greeting::Ready(confinement) = probe(Path::new(PROGRAM)).await.unwrap() else {
        panic!("this kernel lacks what the tests need")
    };
    let trials = trials(Path::new(PROGRAM), confinement.landlock.unwrap()).await.unwrap();
    for trial in &trials {
        assert_ne!(trial.outcome, Outcome::Done, "{trial:?}");
        if trial.alone != Some(Wall::Landlock) && trial.act != Act::TakeMemory {
            assert_eq!(trial.outcome, Outcome::Ended(BAD_SYSTEM_CALL), "{trial:?}");
        }
    }
    for act in Act::ALL {
        assert!(trials.iter().any(|trial| trial.act == act && trial.alone.is_none()), "{act:?}");
    }
}

/// The control: without walls nothing is refused, so a refusal comes from a wall.
#[test]
fn without_walls_all_of_it_is_done() {
    for act in Act::ALL {
        let done = Command::new(PROGRAM).args(["sandbox-trial", act.word()]).output().unwrap();
        assert!(done.status.success(), "{act:?}");
    }
}

#[test]
fn an_operator_can_see_that_the_walls_hold() {
    let check = Command::new(PROGRAM).args(["check", "--sandbox"]).output().unwrap();
    let text = String::from_utf8(check.stdout).unwrap();
    assert!(check.status.success(), "{text}");
    assert!(text.starts_with("sandbox: landlock "), "{text}");
    assert!(text.contains("read-file") && text.contains("ended by signal 31"), "{text}");
}
