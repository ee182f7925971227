//! Printers and print servers: the real programs, each in a folder and on a port of its own, ended with
//! the test.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use kakehashi::print::ipp::Printer;
use rustix::process::{Pid, Signal, kill_process};

use crate::support::store::TestFolder;

/// A port may be taken between its choice and its use.
pub const TRIES: usize = 5;

/// So often one looks whether a program answers, and so long one waits between.
pub const LOOKS: usize = 1_200;
pub const BETWEEN: Duration = Duration::from_millis(50);

/// The printer asks for a system bus, though it has nothing to say there.
const BUS: &str = r#"<busconfig><type>session</type><listen>unix:dir=FOLDER</listen><policy context="default">
<allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>"#;

/// What the printer does with each job: notes what was asked, and stands still as long as there is a file
/// `hold`, whose lines it reports.
const PRINTING: &str = r#"#!/bin/sh
cd FOLDER || exit 1
env >"asked-$IPP_JOB_ID"
while [ -e hold ]; do
    reported=$(cat hold 2>/dev/null) && held=$reported
    echo "$held" >&2
    sleep 0.05
done
echo "$held" | tr + - >&2
[ ! -e broken ]
"#;

/// A process that ends with its owner.
pub struct Running(Child);

impl Running {
    pub fn has_ended(&mut self) -> bool {
        self.0.try_wait().unwrap().is_some()
    }
}

impl Drop for Running {
    /// Gently at first: a print server ends what it has started.
    fn drop(&mut self) {
        if !self.has_ended() {
            kill_process(Pid::from_child(&self.0), Signal::TERM).unwrap();
        }
        for _ in 0..100 {
            if self.has_ended() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// A program that some users do not find by its name alone.
pub fn program(name: &str) -> Command {
    let own = Path::new("/usr/sbin").join(name);
    Command::new(if own.exists() { own } else { name.into() })
}

pub fn start(command: &mut Command, log: &Path) -> Running {
    let log = fs::File::create(log).unwrap();
    let command = command.stdin(Stdio::null()).stderr(log);
    Running(command.spawn().unwrap_or_else(|cause| panic!("{command:?}: {cause}; see tests/run")))
}

pub fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

pub fn write(path: PathBuf, text: &str, mode: u32) {
    fs::write(&path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// A printer of IPP Everywhere that keeps what it prints.
pub struct EvePrinter {
    // Ended in this order.
    _process: Running,
    _bus: Running,
    folder: TestFolder,
    port: u16,
}

impl EvePrinter {
    /// One that takes PDF, with letter paper and envelopes in its trays.
    pub async fn new() -> Self {
        Self::with(&["-f", "application/pdf"], "").await
    }

    /// With other options; with attributes of its own it may have no `-f`.
    pub async fn with(options: &[&str], attributes: &str) -> Self {
        let folder = TestFolder::new();
        let place = folder.path().to_str().unwrap();
        fs::create_dir(folder.path().join("printed")).unwrap();
        write(folder.path().join("bus.conf"), &BUS.replace("FOLDER", place), 0o600);
        write(folder.path().join("printing"), &PRINTING.replace("FOLDER", place), 0o700);
        write(folder.path().join("attributes"), attributes, 0o600);
        let mut bus = Command::new("dbus-daemon");
        bus.args(["--nofork", "--nopidfile", "--print-address=1", "--config-file"]);
        let mut bus = start(
            bus.arg(folder.path().join("bus.conf")).stdout(Stdio::piped()),
            &folder.path().join("bus.log"),
        );
        let mut address = String::new();
        BufReader::new(bus.0.stdout.as_mut().unwrap()).read_line(&mut address).unwrap();
        for _ in 0..TRIES {
            let port = free_port();
            let mut command = program("ippeveprinter");
            command.args(["-r", "off", "-n", "localhost", "-k", "-p", &port.to_string()]);
            command
                .arg("-d")
                .arg(folder.path().join("printed"))
                .arg("-c")
                .arg(folder.path().join("printing"));
            command.arg("-K").arg(folder.path()).args(options).env("DBUS_SYSTEM_BUS_ADDRESS", address.trim());
            if !attributes.is_empty() {
                command.arg("-a").arg(folder.path().join("attributes"));
            }
            // The name tells it from any other program that may have taken the port.
            let process = start(command.arg(place).stdout(Stdio::null()), &folder.path().join("printer.log"));
            if let Some(process) = answering(process, port, place).await {
                return Self { _process: process, _bus: bus, folder, port };
            }
        }
        panic!("{}", fs::read_to_string(folder.path().join("printer.log")).unwrap());
    }

    /// The printer as somebody at the desk knows it.
    pub fn printer(&self) -> Printer {
        printer(&format!("127.0.0.1:{}", self.port))
    }

    /// Where a print server finds it.
    pub fn device(&self) -> String {
        self.printer().address.to_string()
    }

    /// From here on a job that begins stands still, and the printer reports these reasons.
    pub fn holds(&self, reasons: &str) {
        let fresh = self.folder.path().join("hold.new");
        let line = if reasons.is_empty() { "DEBUG: held".into() } else { format!("STATE: +{reasons}") };
        fs::write(&fresh, line).unwrap();
        fs::rename(fresh, self.folder.path().join("hold")).unwrap();
    }

    /// What holds a job is over.
    pub fn goes_on(&self) {
        fs::remove_file(self.folder.path().join("hold")).unwrap();
    }

    /// From here on no job succeeds.
    pub fn breaks(&self) {
        fs::write(self.folder.path().join("broken"), "").unwrap();
    }

    /// The documents of the jobs that it was sent, and what their files are called.
    pub fn received(&self) -> Vec<(String, Vec<u8>)> {
        let entries = fs::read_dir(self.folder.path().join("printed")).unwrap().map(|entry| entry.unwrap());
        let pdf = entries.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "pdf"));
        let read = |path: PathBuf| fs::read(path).unwrap();
        pdf.map(|entry| (entry.file_name().into_string().unwrap(), read(entry.path()))).collect()
    }

    /// How the printer understood an attribute of a job.
    pub fn understood(&self, job: i32, attribute: &str) -> Option<String> {
        let asked = fs::read_to_string(self.folder.path().join(format!("asked-{job}"))).unwrap();
        asked.lines().find_map(|line| line.strip_prefix(attribute)?.strip_prefix('=')).map(str::to_owned)
    }
}

/// Waits until a printer of this name answers; `None` when the process ends or the time is over before.
async fn answering(mut process: Running, port: u16, name: &str) -> Option<Running> {
    let printer = printer(&format!("127.0.0.1:{port}"));
    for _ in 0..LOOKS {
        if process.has_ended() {
            break;
        }
        if printer.describe().await.is_ok_and(|found| found.name == name) {
            return Some(process);
        }
        tokio::time::sleep(BETWEEN).await;
    }
    None
}

/// What is at an address.
pub fn printer(address: &str) -> Printer {
    Printer::at(address).unwrap()
}
