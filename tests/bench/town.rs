//! The demonstration town, started for a bench and taken down with it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use kakehashi::demo::visitor::Visitor;
use serde_json::Value;

/// The invented sheets are photographed in this time after the start.
const SETTLING: Duration = Duration::from_secs(10);

/// The demonstration, as somebody outside sees it.
pub struct Town {
    pub process: Child,
    pub host: String,
    pub address: SocketAddr,
    said: Value,
    folder: PathBuf,
}

impl Town {
    /// Starts it in a folder of its own, and waits until it has nothing more to do.
    pub async fn open() -> Self {
        let folder = std::env::temp_dir().join(format!("kakehashi-bench-{}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_kakehashi"))
            .args(["demo", "--json", "--port", "0", "--data"])
            .arg(&folder)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).expect("one line of JSON");
        let host = said["url"].as_str().unwrap().trim_start_matches("http://").to_owned();
        let port = host.rsplit(':').next().unwrap().parse().unwrap();
        tokio::time::sleep(SETTLING).await;
        Self { process, host, address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)), said, folder }
    }

    /// The cookies of the doctor, signed in.
    pub async fn doctor(&self) -> String {
        let staff = self.said["staff"].as_array().unwrap();
        let login = staff.iter().find(|login| login["role"] == "physician").unwrap();
        let field = |name: &str| login[name].as_str().unwrap().to_owned();
        let mut visitor = Visitor::new(self.address, &self.host);
        visitor.sign_in(&field("email"), &field("password"), &field("totp_secret")).await.unwrap();
        visitor.cookies()
    }

    /// The paths of the case codes.
    pub fn codes(&self) -> Vec<String> {
        let notebooks = self.said["notebooks"].as_array().unwrap().iter();
        let path = |notebook: &Value| {
            let url = notebook["case_url"].as_str().unwrap();
            url[url.find("/Q/").unwrap()..].to_owned()
        };
        notebooks.map(path).collect()
    }

    /// A program of the care manager's.
    pub fn program(&self) -> Visitor {
        let token = self.said["api_token"].as_str().unwrap();
        Visitor::with_token(self.address, &self.host, token)
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        fs::remove_dir_all(&self.folder).unwrap();
    }
}
