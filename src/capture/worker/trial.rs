//! Proof that the walls hold: processes that lock themselves in like photo readers, and then try
//! what no reader may. None of them ever sees a photo. Each act is tried against all walls, and
//! against each single wall that must stop it alone.

use std::fs::{self, File};
use std::io::{self, Read};
use std::net::{TcpListener, UdpSocket};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus};
use std::time::Duration;

use rustix::process::{getppid, test_kill_process};
use tokio::time::timeout;

use super::reader;
use super::sandbox::{WALLS, Wall, confine};
use crate::error::{Doing, Error, Result};

/// Longest that one trial may take.
const TIME_MAX: Duration = Duration::from_secs(10);
/// More memory than a reader may take, in bytes.
const TOO_MUCH_MEMORY: usize = 2 << 30;
/// A file that everyone may read, and a program that everyone may run.
const THIS_PROGRAM: &str = "/proc/self/exe";
/// Exit codes by which a process says what became of its act.
const DONE: u8 = 0;
const REFUSED: u8 = 3;
const UNCONFINED: u8 = 4;

/// Something that no photo reader may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    ReadFile,
    /// Reading a file that was open before the walls went up, as one left behind by whoever started
    /// the server.
    ReadOpenFile,
    MakeFile,
    ListenTcp,
    UseUdp,
    StartProgram,
    BecomeProgram,
    TouchProcess,
    TakeMemory,
}

impl Act {
    /// Every forbidden act that is tried.
    pub const ALL: [Self; 9] = [
        Self::ReadFile,
        Self::ReadOpenFile,
        Self::MakeFile,
        Self::ListenTcp,
        Self::UseUdp,
        Self::StartProgram,
        Self::BecomeProgram,
        Self::TouchProcess,
        Self::TakeMemory,
    ];

    /// Its name on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::ReadFile => "read-file",
            Self::ReadOpenFile => "read-open-file",
            Self::MakeFile => "make-file",
            Self::ListenTcp => "listen-tcp",
            Self::UseUdp => "use-udp",
            Self::StartProgram => "start-program",
            Self::BecomeProgram => "become-program",
            Self::TouchProcess => "touch-process",
            Self::TakeMemory => "take-memory",
        }
    }

    /// The walls that must stop it alone, where the kernel has this version of landlock.
    fn stopped_by(self, landlock: u32) -> Vec<Wall> {
        let landlock_since = match self {
            Self::ReadFile | Self::MakeFile | Self::StartProgram | Self::BecomeProgram => Some(1),
            Self::ListenTcp => Some(4),
            Self::TouchProcess => Some(6),
            Self::ReadOpenFile | Self::UseUdp | Self::TakeMemory => None,
        };
        let by_landlock = landlock_since.is_some_and(|since| landlock >= since);
        let by_limits = self == Self::TakeMemory;
        let walls =
            [(Wall::Landlock, by_landlock), (Wall::Limits, by_limits), (Wall::SystemCalls, !by_limits)];
        walls.into_iter().filter(|(_, stops)| *stops).map(|(wall, _)| wall).collect()
    }

    /// Tries it. `open` is a file opened before the walls went up.
    fn commit(self, open: &mut impl Read) -> io::Result<()> {
        match self {
            Self::ReadOpenFile => open.read_exact(&mut [0]),
            Self::ReadFile => File::open(THIS_PROGRAM).map(drop),
            Self::MakeFile => {
                let path = std::env::temp_dir().join(format!("kakehashi-trial-{}", std::process::id()));
                File::create_new(&path)?;
                fs::remove_file(path)
            }
            Self::ListenTcp => TcpListener::bind("127.0.0.1:0").map(drop),
            Self::UseUdp => UdpSocket::bind("127.0.0.1:0").map(drop),
            Self::StartProgram => Command::new(THIS_PROGRAM).arg("--version").status().map(drop),
            Self::BecomeProgram => Err(Command::new(THIS_PROGRAM).arg("--version").exec()),
            Self::TouchProcess => {
                let parent = getppid().ok_or(io::ErrorKind::NotFound)?;
                Ok(test_kill_process(parent)?)
            }
            Self::TakeMemory => Vec::<u8>::new().try_reserve_exact(TOO_MUCH_MEMORY).map_err(Into::into),
        }
    }
}

/// The life of a trial's process: it locks itself in and commits the act. It must be called before the
/// process has a second thread.
pub fn attempt(walls: &[Wall], act: Act) -> ExitCode {
    let code = match (File::open(THIS_PROGRAM), confine(walls)) {
        (Ok(mut open), Ok(_)) => {
            if act.commit(&mut open).is_ok() {
                DONE
            } else {
                REFUSED
            }
        }
        _ => UNCONFINED,
    };
    ExitCode::from(code)
}

/// One act, tried against all walls or against one alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trial {
    pub act: Act,
    /// `None` for all of them.
    pub alone: Option<Wall>,
    pub outcome: Outcome,
}

/// What became of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The process was ended for it, by this signal.
    Ended(i32),
    /// It was refused.
    Refused,
    /// It was done: the wall has a hole.
    Done,
}

/// Tries everything against the walls. `landlock` is the version that the kernel has.
pub async fn trials(program: &Path, landlock: u32) -> Result<Vec<Trial>> {
    let mut trials = Vec::new();
    for act in Act::ALL {
        let single = act.stopped_by(landlock).into_iter().map(Some);
        for alone in std::iter::once(None).chain(single) {
            trials.push(Trial { act, alone, outcome: tried(program, act, alone).await? });
        }
    }
    Ok(trials)
}

async fn tried(program: &Path, act: Act, alone: Option<Wall>) -> Result<Outcome> {
    const DOING: &str = "trying the sandbox";
    let mut command = reader::command(program, "sandbox-trial");
    command.arg(act.word());
    let walls = alone.as_ref().map_or(WALLS.as_slice(), std::slice::from_ref);
    command.args(walls.iter().map(|wall| wall.word()));
    let mut child = command.spawn().doing(DOING)?;
    let status = timeout(TIME_MAX, child.wait()).await.doing(DOING)?.doing(DOING)?;
    outcome(status).ok_or_else(|| Error::broken(DOING))
}

/// What a trial's end says; `None` if it says nothing about its act.
fn outcome(status: ExitStatus) -> Option<Outcome> {
    if let Some(signal) = status.signal() {
        return Some(Outcome::Ended(signal));
    }
    match status.code().map(u8::try_from) {
        Some(Ok(DONE)) => Some(Outcome::Done),
        Some(Ok(REFUSED)) => Some(Outcome::Refused),
        _ => None,
    }
}
