//! From a scan to the notebook: 200 readers at once scan the codes of the demonstration's notebooks and
//! open them, over connections that stay open; first with nothing else to do, then while photos are sent
//! without end and read in the background. Prints requests per second, latencies, and how the processor time
//! was shared between the server and these readers, who live on the same machine.
//!
//! `cargo bench --features cluster --bench view -- [SECONDS]`

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a bench that cannot go on says why")]
#![expect(clippy::disallowed_methods, reason = "a bench measures the time that passes")]

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::header::{COOKIE, HOST, LOCATION, SET_COOKIE};
use axum::http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use kakehashi::demo::photograph::{Conditions, Laid, Severity, photograph};
use kakehashi::demo::visitor::Visitor;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

#[path = "../support/stand_in.rs"]
#[expect(dead_code, reason = "shared with tests that draw more")]
mod stand_in;
mod town;

use town::Town;

const READERS: usize = 200;
/// Each waits until its photo is read: more than are read at once.
const SENDERS: usize = 4;
/// The first part of the time is not counted: caches fill, diaries get their rows.
const WARMING: Duration = Duration::from_secs(2);

/// One reader on one connection.
struct Reader {
    sender: SendRequest<Body>,
    host: String,
    cookies: String,
}

impl Reader {
    async fn connect(town: &Town, cookies: &str) -> Self {
        let stream = TcpStream::connect(town.address).await.unwrap();
        let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self { sender, host: town.host.clone(), cookies: cookies.to_owned() }
    }

    /// One request; returns its answer and how long it took.
    async fn get(&mut self, path: &str, cookies: &str) -> (Response<Incoming>, Duration) {
        let request = Request::get(path).header(HOST, &self.host).header(COOKIE, cookies);
        let begin = Instant::now();
        self.sender.ready().await.unwrap();
        let mut answer = self.sender.send_request(request.body(Body::empty()).unwrap()).await.unwrap();
        while let Some(frame) = answer.body_mut().frame().await {
            frame.unwrap();
        }
        (answer, begin.elapsed())
    }

    /// Scans a code and opens what it leads to: three requests.
    async fn scans(&mut self, code: &str) -> [Duration; 3] {
        let own = self.cookies.clone();
        let (scanned, first) = self.get(code, &own).await;
        let visit = scanned.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap();
        let with_visit = format!("{own}; {visit}");
        let (led, second) = self.get("/scan", &with_visit).await;
        let notebook = led.headers()[LOCATION].to_str().unwrap().to_owned();
        assert!(notebook.starts_with("/n/"), "the scan led to {notebook}");
        let (view, third) = self.get(&notebook, &with_visit).await;
        assert!(view.status().is_success(), "{}", view.status());
        [first, second, third]
    }
}

#[tokio::main]
async fn main() {
    let seconds = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(15);
    let town = Town::open().await;
    let cookies = town.doctor().await;
    println!("{READERS} readers, {seconds} s each:");
    let alone = town.read(&cookies, seconds).await;
    alone.print("nothing else to do");
    // More photos than can be read: there is always one waiting.
    let sent = Arc::new(AtomicUsize::new(0));
    let senders: Vec<_> =
        (0..SENDERS).map(|_| Photographer::of(&town).send_for_ever(Arc::clone(&sent))).collect();
    let sending: JoinSet<()> = senders.into_iter().collect();
    let beside = town.read(&cookies, seconds).await;
    beside.print("photos are read beside them");
    drop(sending);
    let count = sent.load(Ordering::Relaxed);
    let [rate, late] = [beside.rate() / alone.rate(), beside.at(0.99) / alone.at(0.99)];
    println!("beside {count} photos sent: {rate:.2} × the requests, {late:.2} × the p99");
}

impl Town {
    /// All readers at once, for so many seconds after they have warmed up.
    async fn read(&self, cookies: &str, seconds: u64) -> Measured {
        let codes = Arc::new(self.codes());
        let mut readers = JoinSet::new();
        let begin = Instant::now() + WARMING;
        let end = begin + Duration::from_secs(seconds);
        for number in 0..READERS {
            let mut reader = Reader::connect(self, cookies).await;
            let codes = Arc::clone(&codes);
            readers.spawn(async move {
                let mut taken = Vec::new();
                for turn in number.. {
                    let now = Instant::now();
                    if now >= end {
                        break;
                    }
                    let times = reader.scans(&codes[turn % codes.len()]).await;
                    if now >= begin {
                        taken.extend(times);
                    }
                }
                taken
            });
        }
        tokio::time::sleep_until(begin.into()).await;
        let before = [processor_time(self.process.id()), processor_time(std::process::id())];
        let mut taken: Vec<Duration> = readers.join_all().await.into_iter().flatten().collect();
        let after = [processor_time(self.process.id()), processor_time(std::process::id())];
        taken.sort_unstable();
        Measured { taken, seconds, processor: [0, 1].map(|of| after[of] - before[of]) }
    }
}

/// Somebody who sends one photo after the other.
struct Photographer {
    visitor: Visitor,
    photo: Vec<u8>,
}

impl Photographer {
    fn of(town: &Town) -> Self {
        let conditions = Conditions::drawn(7, Severity::Ordinary);
        let print = stand_in::print(3, Some(&stand_in::code_text(1)), 1);
        let photo = photograph(&[Laid::alone(&print, &conditions)], &conditions).jpeg;
        Self { visitor: town.program(), photo }
    }

    async fn send_for_ever(mut self, sent: Arc<AtomicUsize>) {
        loop {
            let answer = self.visitor.upload("/api/v1/photos", &[], ("photo", &self.photo)).await;
            answer.unwrap().succeeded("sending a photo").unwrap();
            sent.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// What the readers saw.
struct Measured {
    /// In order of length.
    taken: Vec<Duration>,
    seconds: u64,
    /// Of the server and of the readers, in seconds.
    processor: [f64; 2],
}

impl Measured {
    /// Requests a second.
    fn rate(&self) -> f64 {
        self.taken.len() as f64 / self.seconds as f64
    }

    /// The time within which this share was answered, in milliseconds.
    fn at(&self, share: f64) -> f64 {
        self.taken[((self.taken.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0
    }

    fn print(&self, beside: &str) {
        println!("{beside}: {:.0} requests/s", self.rate());
        let [median, late, worst] = [0.5, 0.99, 1.0].map(|share| self.at(share));
        println!("  latency: median {median:.0} ms, p99 {late:.0} ms, worst {worst:.0} ms");
        let [server, client] = self.processor;
        let each = server * 1000.0 / self.taken.len() as f64;
        println!("  processor: server {server:.1} s ({each:.2} ms a request), readers {client:.1} s");
    }
}

/// Processor time of a process so far, in seconds.
fn processor_time(process: u32) -> f64 {
    // Fields 14 and 15 of proc_pid_stat(5), 11 and 12 after the name, in hundredths of a second.
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields = stat.rsplit_once(") ").unwrap().1.split(' ').skip(11).take(2);
    fields.map(|field| field.parse::<f64>().unwrap() / 100.0).sum()
}
