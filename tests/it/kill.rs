//! The server is killed in the middle of its work, again and again: nothing that it acknowledged is lost,
//! nothing stands twice, and every diary's chain holds.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kakehashi::audit::{first_break, sql::all};
use kakehashi::clock::Clock;
use kakehashi::demo::dice::Dice;
use kakehashi::demo::visitor::Visitor;
use kakehashi::id::{Id, NotebookNumber};
use kakehashi::store::schema::RECORDS;
use kakehashi::store::{Place, Store};
use serde_json::Value;

use crate::support::store::TestFolder;

/// So often the server is killed.
const CYCLES: u64 = 25;
/// How long it works before, in milliseconds: evenly between these two.
const WORKS: (f64, f64) = (200.0, 900.0);
/// It works on, however busy the machine, until it acknowledged so many photos and messages.
const PHOTOS_MIN: usize = 1;
const MESSAGES_MIN: usize = 5;
/// A server that acknowledges less in this time has stopped working.
const ACKNOWLEDGES_WITHIN: Duration = Duration::from_secs(20);

/// A server on a data folder, and what it said when it started.
struct Server {
    process: Child,
    said: Value,
    address: SocketAddr,
    host: String,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_kakehashi"))
            .args(["demo", "--json", "--port", "0", "--data"])
            .arg(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let host = said["url"].as_str().unwrap().trim_start_matches("http://").to_owned();
        let port = host.rsplit(':').next().unwrap().parse().unwrap();
        Self { process, said, address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)), host }
    }

    fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    fn program(&self) -> Visitor {
        let token = self.said["api_token"].as_str().unwrap();
        Visitor::with_token(self.address, &self.host, token)
    }

    fn numbers(&self) -> Vec<String> {
        let notebooks = self.said["notebooks"].as_array().unwrap().iter();
        notebooks.map(|notebook| notebook["number"].as_str().unwrap().to_owned()).collect()
    }

    /// The care manager, signed in; her browser outlives the server.
    async fn manager(&self) -> Visitor {
        let staff = self.said["staff"].as_array().unwrap();
        let login = staff.iter().find(|login| login["role"] == "care_manager").unwrap();
        let field = |name: &str| login[name].as_str().unwrap().to_owned();
        let mut visitor = Visitor::new(self.address, &self.host);
        visitor.sign_in(&field("email"), &field("password"), &field("totp_secret")).await.unwrap();
        visitor
    }
}

/// What was acknowledged in one cycle.
#[derive(Default)]
struct Acknowledged {
    photos: Vec<String>,
    /// Notebook and text.
    messages: Vec<(String, String)>,
}

type Notes = Arc<Mutex<Acknowledged>>;

/// A small picture of its own.
fn picture(seed: u64) -> Vec<u8> {
    let mut dice = Dice::new(seed);
    let picture = image::RgbImage::from_fn(320, 240, |_, _| image::Rgb([(180 + dice.below(70)) as u8; 3]));
    kakehashi::demo::pictures::snapshot(&picture).unwrap()
}

/// Sends photos until the server is gone.
async fn sends_photos(mut program: Visitor, notes: Notes, seed: u64) {
    for number in 0.. {
        let photo = picture(seed * 1000 + number);
        let Ok(answer) = program.upload("/api/v1/photos", &[], ("photo", &photo)).await else { return };
        assert!(answer.status.is_success(), "{}", answer.text());
        let told: Value = serde_json::from_slice(&answer.body).unwrap();
        notes.lock().unwrap().photos.push(told["id"].as_str().unwrap().to_owned());
    }
}

/// Writes messages until the server is gone.
async fn writes_messages(mut manager: Visitor, notes: Notes, numbers: Vec<String>, name: String) {
    for count in 0.. {
        let notebook = &numbers[count % numbers.len()];
        let text = format!("記録 {name} {count} おわり");
        let id = Id::fresh(Clock::Machine.now()).unwrap().to_string();
        let fields = [("id", id.as_str()), ("text", &text), ("audience", "everyone")];
        let Ok(answer) = manager.post(&format!("/n/{notebook}/message"), &fields).await else { return };
        let is_saved = answer.location.as_deref().is_some_and(|path| path.ends_with("?told=saved"));
        assert!(is_saved, "{} {:?} {}", answer.status, answer.location, answer.text());
        notes.lock().unwrap().messages.push((notebook.clone(), text));
        // A timeline tells of two hundred at once: what was written in one cycle, and in a long one too,
        // must fit into it.
        tokio::time::sleep(Duration::from_millis(10 + count as u64)).await;
    }
}

/// Lets the server work for this time, and until it acknowledged enough.
async fn let_it_work(time: Duration, notes: &Notes) {
    let is_enough = || {
        let notes = notes.lock().unwrap();
        notes.photos.len() >= PHOTOS_MIN && notes.messages.len() >= MESSAGES_MIN
    };
    tokio::time::sleep(time).await;
    let until = tokio::time::Instant::now() + ACKNOWLEDGES_WITHIN;
    while !is_enough() {
        assert!(tokio::time::Instant::now() < until, "hardly anything is acknowledged");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Everything that was acknowledged is there, once.
async fn check(server: &Server, acknowledged: &Acknowledged) {
    let mut program = server.program();
    for id in &acknowledged.photos {
        let answer = program.get(&format!("/api/v1/photos/{id}")).await.unwrap();
        assert!(answer.status.is_success(), "photo {id} is lost: {}", answer.status);
    }
    for notebook in server.numbers() {
        let path = format!("/api/v1/notebooks/{notebook}/timeline?limit=200");
        let timeline = program.get(&path).await.unwrap().text();
        for (_, text) in acknowledged.messages.iter().filter(|(of, _)| *of == notebook) {
            let count = timeline.matches(text.as_str()).count();
            assert_eq!(count, 1, "{text} in {notebook}");
        }
    }
}

/// Every photo comes to an end: nothing is being read for ever.
async fn all_are_read(server: &Server, photos: &[String]) {
    let mut program = server.program();
    for id in photos {
        for attempt in 0.. {
            let answer = program.get(&format!("/api/v1/photos/{id}")).await.unwrap();
            let told: Value = serde_json::from_slice(&answer.body).unwrap();
            if told["state"] != "reading" {
                break;
            }
            assert!(attempt < 1200, "photo {id} is never read");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

async fn diaries_hold(folder: &Path, numbers: &[String]) {
    let records =
        Store::open(&Place::Sqlite(folder.join("records.db")), &RECORDS, Clock::Machine.now()).unwrap();
    for number in numbers {
        let notebook: NotebookNumber = number.parse().unwrap();
        let diary = records.read(move |tx| all(tx, notebook)).await.unwrap();
        assert!(!diary.is_empty());
        assert_eq!(first_break(notebook, &diary), None, "the diary of {number}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_the_server_is_killed() {
    let folder = TestFolder::new();
    let mut server = Server::start(folder.path());
    let manager = server.manager().await;
    let (mut dice, mut photos, mut messages) = (Dice::new(5), Vec::new(), 0);
    for cycle in 0..CYCLES {
        let notes = Notes::default();
        let mut load = tokio::task::JoinSet::new();
        for hand in 0..2 {
            load.spawn(sends_photos(server.program(), notes.clone(), 2 * cycle + hand));
            let name = format!("{cycle}-{hand}");
            load.spawn(writes_messages(manager.clone(), notes.clone(), server.numbers(), name));
        }
        let_it_work(Duration::from_millis(dice.between(WORKS.0, WORKS.1) as u64), &notes).await;
        server.kill();
        while let Some(ended) = load.join_next().await {
            ended.unwrap();
        }
        server = Server::start(folder.path());
        let acknowledged = std::mem::take(&mut *notes.lock().unwrap());
        check(&server, &acknowledged).await;
        photos.extend(acknowledged.photos);
        messages += acknowledged.messages.len();
    }
    println!("{CYCLES} kills: {} photos and {messages} messages acknowledged, none lost", photos.len());
    all_are_read(&server, &photos).await;
    let numbers = server.numbers();
    server.kill();
    diaries_hold(folder.path(), &numbers).await;
}
