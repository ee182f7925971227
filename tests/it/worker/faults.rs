//! Readers that break, hang, talk nonsense or cannot be locked in.

use std::fs;
use std::path::Path;
use std::time::Duration;

use kakehashi::capture::worker::{Greeting, Plan, Sandbox, Unread, Workers, probe};
use kakehashi::error::{Error, Result};

use super::sandbox::is_zombie;
use super::{misbehaving, plan, read, workers};
use crate::support::store::TestFolder;

#[tokio::test]
async fn a_photo_that_breaks_its_reader_is_unreadable_and_the_next_one_is_read() {
    let folder = TestFolder::new();
    for death in ["exit 101", "kill -SEGV $$", "kill -SYS $$", "kill -XCPU $$"] {
        let first = format!("greet; head -c 9 >/dev/null; {death}");
        let script = format!("if mkdir \"$FOLDER/seen\"; then {first}; fi\nexec \"$PROGRAM\" \"$@\"");
        let workers = workers(misbehaving(&folder, &script)).await;
        assert_eq!(read(&workers).await.unwrap(), Err(Unread::Crashed), "{death}");
        assert!(read(&workers).await.unwrap().is_ok(), "after {death}");
        fs::remove_dir(folder.path().join("seen")).unwrap();
    }
}

#[tokio::test]
async fn a_reader_that_hangs_is_given_up_and_ended() {
    let folder = TestFolder::new();
    let script = "echo $$ >\"$FOLDER/process\"; greet; exec sleep 600";
    let program = misbehaving(&folder, script);
    let plan = Plan { time_max: Duration::from_millis(300), ..plan(program) };
    let workers = Workers::start(plan).await.unwrap();
    let hanging: u32 = fs::read_to_string(folder.path().join("process")).unwrap().trim().parse().unwrap();
    assert_eq!(read(&workers).await.unwrap(), Err(Unread::TimedOut));
    assert!(!Path::new(&format!("/proc/{hanging}")).exists() && !is_zombie(hanging));
}

#[tokio::test]
async fn nonsense_from_a_reader_is_no_finding() {
    let folder = TestFolder::new();
    for nonsense in [r"printf '\377\377\377\377'", r"printf '\002\000\000\000{}'", "cat /dev/zero"] {
        let script = format!("greet; cat >/dev/null; {nonsense}; exec sleep 600");
        let workers = workers(misbehaving(&folder, &script)).await;
        assert_eq!(read(&workers).await.unwrap(), Err(Unread::Crashed), "{nonsense}");
    }
}

#[tokio::test]
async fn a_reader_stopped_from_outside_is_our_fault_not_the_photos() {
    let folder = TestFolder::new();
    for signal in ["TERM", "KILL"] {
        let script = format!("greet; head -c 9 >/dev/null; kill -{signal} $$");
        let reading = read(&workers(misbehaving(&folder, &script)).await).await;
        assert!(matches!(reading, Err(Error::Fault(_))), "{signal}: {reading:?}");
    }
}

#[tokio::test]
async fn a_reader_that_ended_while_it_waited_costs_no_photo() {
    let folder = TestFolder::new();
    let first = "greet; exit 0";
    let script = format!("if mkdir \"$FOLDER/seen\"; then {first}; fi\nexec \"$PROGRAM\" \"$@\"");
    let workers = workers(misbehaving(&folder, &script)).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(read(&workers).await.unwrap().is_ok());
}

#[tokio::test]
async fn readers_that_cannot_be_locked_in_read_nothing_unless_told_so() {
    let folder = TestFolder::new();
    // As a kernel without landlock would have it: where walls are asked for, the reader is unable.
    let unable = r#"printf '\030\000\000\000{"Unable":"no landlock"}'"#;
    let script = format!("case \"$*\" in *landlock*) {unable};; *) exec \"$PROGRAM\" \"$@\";; esac");
    let program = misbehaving(&folder, &script);
    let refused = Workers::start(plan(&program)).await.map(|_| ()).unwrap_err();
    assert!(refused.to_string().contains("no landlock"), "{refused}");
    assert_eq!(probe(&program).await.unwrap(), Greeting::Unable("no landlock".to_owned()));
    let workers = Workers::start(Plan { sandbox: Sandbox::Off, ..plan(&program) }).await.unwrap();
    assert!(workers.confinement().limits && workers.confinement().landlock.is_none());
    assert!(read(&workers).await.unwrap().is_ok());
}

#[tokio::test]
async fn a_program_that_is_no_reader_is_a_fault_at_start() {
    for program in ["/nowhere/kakehashi", "/bin/false"] {
        let started: Result<Workers> = Workers::start(plan(program)).await;
        assert!(matches!(started.map(|_| ()), Err(Error::Fault(_))), "{program}");
    }
}
