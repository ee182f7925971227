//! One photo reader as the server sees it: a child process that is started, greets, is given one
//! file with a task and ends. Whoever lets go of it ends it.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use super::Unread;
use super::sandbox::{Confinement, Sandbox};
use super::wire::{self, Answer, Greeting, Task};
use crate::error::{Doing, Error, Result};

/// How long a reader may take to start, lock itself in and greet.
const START_TIME_MAX: Duration = Duration::from_secs(10);
/// How long a reader that has stopped talking may take to end by itself.
const END_TIME_MAX: Duration = Duration::from_secs(1);
/// Signals that come from outside: a stop, a hang-up, a machine out of memory. The list of system
/// calls keeps a reader from sending them to itself.
const STOPPED_FROM_OUTSIDE: [i32; 5] =
    [libc::SIGHUP, libc::SIGINT, libc::SIGQUIT, libc::SIGKILL, libc::SIGTERM];

/// A reader that has greeted and waits for its photo.
pub struct Reader {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    pub confinement: Confinement,
}

/// The command that starts this program as `subcommand`, with nothing of its own: no environment, no
/// folder, no terminal.
pub fn command(program: &Path, subcommand: &str) -> Command {
    let mut command = Command::new(program);
    command.arg0("kakehashi").arg(subcommand);
    command.env_clear().current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    // A group of its own, so that Ctrl+C stops the server first.
    command.process_group(0).kill_on_drop(true);
    command
}

impl Reader {
    /// Starts a reader and waits for its greeting. `Err` within `Ok` says why it cannot lock itself in.
    pub async fn start(program: &Path, sandbox: Sandbox) -> Result<Result<Self, String>> {
        const DOING: &str = "starting a photo reader";
        let mut command = command(program, "photo-worker");
        command.args(sandbox.walls().iter().map(|wall| wall.word()));
        let mut child = command.spawn().doing(DOING)?;
        let input = child.stdin.take().ok_or(Error::broken(DOING))?;
        let mut output = child.stdout.take().ok_or(Error::broken(DOING))?;
        let greeting = timeout(START_TIME_MAX, wire::hear_greeting(&mut output)).await;
        match greeting.doing(DOING)?.doing(DOING)? {
            Greeting::Ready(confinement) => Ok(Ok(Self { child, input, output, confinement })),
            Greeting::Unable(reason) => {
                end(child).await?;
                Ok(Err(reason))
            }
        }
    }

    /// Whether it is still there to be given a photo.
    pub fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Gives it a file with a task, waits for its answer at most this long, and ends it; `hear` takes the
    /// answer. An error is a fault of the house, and the file may be tried again.
    pub async fn answer<Value>(
        self,
        (task, file): (&Task, &[u8]),
        time_max: Duration,
        hear: impl AsyncFnOnce(&mut ChildStdout) -> io::Result<Answer<Value>>,
    ) -> Result<Result<Value, Unread>> {
        let task_json = serde_json::to_vec(task).doing("writing a task for a photo reader")?;
        let (mut input, mut output) = (self.input, self.output);
        let exchange = async {
            wire::hand_over(&mut input, &task_json, file).await?;
            drop(input);
            hear(&mut output).await
        };
        match timeout(time_max, exchange).await {
            Ok(Ok(answer)) => {
                end(self.child).await?;
                Ok(answer.map_err(Unread::Unreadable))
            }
            Ok(Err(cause)) => Ok(Err(broken(self.child, cause).await?)),
            Err(_) => {
                end(self.child).await?;
                tracing::warn!(seconds = time_max.as_secs(), "reading a photo took too long");
                Ok(Err(Unread::TimedOut))
            }
        }
    }
}

/// What it means that a reader stopped talking, or talked nonsense.
async fn broken(mut child: Child, cause: io::Error) -> Result<Unread> {
    let Ok(status) = timeout(END_TIME_MAX, child.wait()).await else {
        end(child).await?;
        tracing::warn!(%cause, "a photo reader talked nonsense");
        return Ok(Unread::Crashed);
    };
    let status = status.doing("waiting for a photo reader")?;
    if status.signal().is_some_and(|signal| STOPPED_FROM_OUTSIDE.contains(&signal)) {
        return Err(Error::broken("reading a photo: its reader was stopped from outside"));
    }
    tracing::warn!(%status, %cause, "a photo reader broke over its photo");
    Ok(Unread::Crashed)
}

/// Ends a process and waits until it is gone.
async fn end(mut child: Child) -> Result<()> {
    child.kill().await.doing("ending a photo reader")
}
