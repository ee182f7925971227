//! A print server with its queues: CUPS as it is, in a folder and on a port of its own.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use std::process::Stdio;

use kakehashi::print::ipp::{Printer, Queue, list_queues};

use super::machines::{BETWEEN, LOOKS, Running, TRIES, free_port, printer, program, start, write};
use crate::support::store::TestFolder;

const FILES: &str = "
ServerRoot FOLDER/root
ServerBin FOLDER/bin
RequestRoot FOLDER/spool
TempDir FOLDER/temporary
StateDir FOLDER/state
CacheDir FOLDER/cache
ServerKeychain FOLDER/root
AccessLog FOLDER/access.log
ErrorLog FOLDER/error.log
PageLog FOLDER/page.log
SyncOnClose No
";

const SERVER: &str = "
Listen 127.0.0.1:PORT
Browsing Off
WebInterface No
DefaultAuthType None
<Location />
  Order allow,deny
  Allow all
</Location>
<Location /printers/locked>
  AuthType Basic
  Require valid-user
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit All>
    Order allow,deny
    Allow all
  </Limit>
</Policy>
";

/// A driver whose filter always fails, with A4 and A5.
const BROKEN: &str = r#"*PPD-Adobe: "4.3"
*FormatVersion: "4.3"
*FileVersion: "1.0"
*LanguageVersion: English
*LanguageEncoding: ISOLatin1
*PCFileName: "BROKEN.PPD"
*Manufacturer: "Invented"
*Product: "(Invented)"
*ModelName: "Invented"
*ShortNickName: "Invented"
*NickName: "Invented"
*cupsFilter2: "application/pdf application/pdf 0 broken"
*OpenUI *PageSize: PickOne
*OrderDependency: 10 AnySetup *PageSize
*DefaultPageSize: A4
*PageSize A4: ""
*PageSize A5: ""
*CloseUI: *PageSize
*DefaultImageableArea: A4
*ImageableArea A4: "0 0 595 842"
*ImageableArea A5: "0 0 420 595"
*DefaultPaperDimension: A4
*PaperDimension A4: "595 842"
*PaperDimension A5: "420 595"
"#;

/// A queue for a print server.
pub struct Line<'a> {
    pub name: &'a str,
    pub information: &'a str,
    pub device: &'a str,
    pub accepting: bool,
}

/// A queue that takes jobs.
pub fn line<'a>(name: &'a str, device: &'a str) -> Line<'a> {
    Line { name, information: name, device, accepting: true }
}

/// CUPS, ended with the test.
pub struct Cups {
    _process: Running,
    folder: TestFolder,
    port: u16,
}

impl Cups {
    pub async fn with(lines: &[Line<'_>]) -> Self {
        let folder = TestFolder::new();
        furnish(folder.path(), lines);
        for _ in 0..TRIES {
            let port = free_port();
            let root = folder.path().join("root");
            write(root.join("cupsd.conf"), &SERVER.replace("PORT", &port.to_string()), 0o644);
            let mut command = program("cupsd");
            command.arg("-f").arg("-c").arg(root.join("cupsd.conf"));
            command.arg("-s").arg(root.join("cups-files.conf")).stdout(Stdio::null());
            let process = start(&mut command, &folder.path().join("cupsd.log"));
            if let Some(process) = answering(process, port, folder.path(), lines.len()).await {
                return Self { _process: process, folder, port };
            }
        }
        panic!("{}", fs::read_to_string(folder.path().join("error.log")).unwrap_or_default());
    }

    /// The server as somebody at the desk knows it.
    pub fn server(&self) -> Printer {
        printer(&format!("http://127.0.0.1:{}/", self.port))
    }

    pub fn queue(&self, name: &str) -> Printer {
        printer(&format!("http://127.0.0.1:{}/printers/{name}", self.port))
    }

    /// Where its queues are said to stand.
    pub fn location(&self) -> &str {
        self.folder.path().to_str().unwrap()
    }
}

/// Lays down everything that the server needs but its port.
fn furnish(folder: &Path, lines: &[Line<'_>]) {
    let place = folder.to_str().unwrap();
    for name in ["root", "root/ppd", "bin", "bin/filter", "spool", "temporary", "state", "cache"] {
        fs::create_dir(folder.join(name)).unwrap();
    }
    for name in ["backend", "daemon", "notifier"] {
        symlink(Path::new("/usr/lib/cups").join(name), folder.join("bin").join(name)).unwrap();
    }
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let owner = if is_root { "User lp\nGroup lp\nSystemGroup root\n" } else { "" };
    write(folder.join("root/cups-files.conf"), &format!("{}{owner}", FILES.replace("FOLDER", place)), 0o644);
    write(folder.join("bin/filter/broken"), "#!/bin/sh\nexit 1\n", 0o755);
    write(folder.join("root/ppd/broken.ppd"), BROKEN, 0o644);
    let queue = |line: &Line<'_>| {
        let accepting = if line.accepting { "Yes" } else { "No" };
        let Line { name, information, device, .. } = line;
        format!(
            "<Printer {name}>\nInfo {information}\nLocation {place}\nDeviceURI {device}\nState Idle\n\
             Accepting {accepting}\nShared Yes\nErrorPolicy stop-printer\n</Printer>\n"
        )
    };
    write(folder.join("root/printers.conf"), &lines.iter().map(queue).collect::<String>(), 0o600);
}

/// Waits until a server with so many queues at this place answers; `None` as for a printer.
async fn answering(mut process: Running, port: u16, place: &Path, queues: usize) -> Option<Running> {
    let server = printer(&format!("127.0.0.1:{port}"));
    let is_ours = |found: &[Queue]| {
        found.len() == queues && found.iter().all(|queue| Some(queue.location.as_str()) == place.to_str())
    };
    for _ in 0..LOOKS {
        if process.has_ended() {
            break;
        }
        if list_queues(&server).await.is_ok_and(|found| is_ours(&found)) {
            return Some(process);
        }
        tokio::time::sleep(BETWEEN).await;
    }
    None
}
