//! How a photo reader locks itself in before it sees a photo: limits of the process, landlock (no
//! file, no network, no one else's process) and a list of the few system calls that decoding
//! needs. Each holds by itself, and none can be taken off again. It knows nothing of photos.

use std::fmt;
use std::fs;

use landlock::{
    ABI, Access, AccessFs, AccessNet, LandlockStatus, Ruleset, RulesetAttr, RulesetStatus, Scope,
};
use rustix::process::{Resource, Rlimit, getrlimit, nice, setrlimit};
use serde::{Deserialize, Serialize};

use super::syscalls;

/// Most address space, in bytes: the largest photo takes less than half; threads reserve much.
const ADDRESS_SPACE_MAX: u64 = 1536 << 20;
/// Most time on a processor, in seconds; the server's patience ends before.
const PROCESSOR_SECONDS_MAX: u64 = 60;
/// Most threads and processes of the whole account. Decoding needs three threads, but the count
/// includes everything else that runs under this account, so it only keeps threads from growing
/// without end. It does not bind root.
const TASKS_MAX: u64 = 8192;
/// How much a reader stands back behind the server, of 19.
const NICENESS: i32 = 10;
/// Tells the kernel to end this process before any other when memory runs out.
const FIRST_TO_END: (&str, &str) = ("/proc/self/oom_score_adj", "1000");

/// Whether photo readers must lock themselves in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sandbox {
    /// They must, or they read nothing.
    On,
    /// They need not: only the limits hold. For kernels that lack the rest.
    Off,
}

/// One of the walls around a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wall {
    Limits,
    Landlock,
    SystemCalls,
}

/// Every wall, in the order in which they go up: each needs calls that the next one forbids.
pub const WALLS: [Wall; 3] = [Wall::Landlock, Wall::Limits, Wall::SystemCalls];

impl Wall {
    /// Its name on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Limits => "limits",
            Self::Landlock => "landlock",
            Self::SystemCalls => "system-calls",
        }
    }

    /// The wall of this name.
    pub fn from_word(word: &str) -> Option<Self> {
        WALLS.into_iter().find(|wall| wall.word() == word)
    }
}

impl Sandbox {
    /// The walls that must stand.
    pub fn walls(self) -> &'static [Wall] {
        match self {
            Self::On => &WALLS,
            Self::Off => &[Wall::Limits],
        }
    }
}

/// What confines a reader.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confinement {
    /// Version of the kernel's landlock: from 4 it covers TCP, from 6 other processes too.
    pub landlock: Option<u32>,
    /// Whether system calls outside the list end it.
    pub system_calls: bool,
    /// Whether limits hold.
    pub limits: bool,
    /// Whether it is the first to end when memory runs out.
    pub first_to_end: bool,
}

impl fmt::Display for Confinement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |stands: bool| if stands { "on" } else { "off" };
        match self.landlock {
            Some(version) => write!(formatter, "landlock {version}")?,
            None => formatter.write_str("landlock off")?,
        }
        write!(formatter, ", system calls {}, limits {}", word(self.system_calls), word(self.limits))
    }
}

/// Why a wall does not stand.
#[derive(Debug, thiserror::Error)]
pub enum Unconfined {
    #[error("landlock is not in this kernel, or not switched on")]
    NoLandlock,
    #[error("landlock: {0}")]
    Landlock(#[from] landlock::RulesetError),
    #[error("limits: {0}")]
    Limits(#[from] rustix::io::Errno),
    #[error("system calls: {0}")]
    SystemCalls(#[from] seccompiler::Error),
}

/// Locks this process in, for good. It must have one thread only.
pub fn confine(walls: &[Wall]) -> Result<Confinement, Unconfined> {
    nice(NICENESS)?;
    let (path, score) = FIRST_TO_END;
    let mut confinement =
        Confinement { first_to_end: fs::write(path, score).is_ok(), ..Confinement::default() };
    for wall in walls {
        match wall {
            Wall::Limits => {
                limit()?;
                confinement.limits = true;
            }
            Wall::Landlock => confinement.landlock = Some(restrict()?),
            Wall::SystemCalls => {
                syscalls::restrict()?;
                confinement.system_calls = true;
            }
        }
    }
    Ok(confinement)
}

/// Limits memory and time; forbids files and traces of memory.
fn limit() -> Result<(), rustix::io::Errno> {
    let limits = [
        (Resource::As, ADDRESS_SPACE_MAX),
        (Resource::Cpu, PROCESSOR_SECONDS_MAX),
        (Resource::Nproc, TASKS_MAX),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        (Resource::Nofile, 0),
        (Resource::Memlock, 0),
    ];
    for (resource, most) in limits {
        // What is limited already is never loosened.
        let most = getrlimit(resource).maximum.map_or(most, |maximum| maximum.min(most));
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    Ok(())
}

/// Forbids every file, and as far as this kernel can, network and other processes. Tells its version.
fn restrict() -> Result<u32, Unconfined> {
    let newest = ABI::V9;
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(newest))?
        .handle_access(AccessNet::from_all(newest))?
        .scope(Scope::from_all(newest))?
        .create()?
        .restrict_self()?;
    match (status.ruleset, status.landlock) {
        (RulesetStatus::NotEnforced, _) => Err(Unconfined::NoLandlock),
        (_, LandlockStatus::Available { effective_abi, .. }) => Ok(effective_abi as u32),
        _ => Err(Unconfined::NoLandlock),
    }
}
