//! The accept loop: slow and silent strangers lose their places, readers are answered meanwhile.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use kakehashi::demo::visitor::Visitor;
use kakehashi::serve::serve;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// A server with so many places, until it is stopped.
struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl Server {
    async fn start(places: usize) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let router =
            Router::new().route("/", get(|| async { "here" }).post(|body: String| async move { body }));
        let stopped = async { drop(stopped.await) };
        let serving = tokio::spawn(serve(listener, None, router, places, stopped));
        Self { address, stop, serving }
    }

    /// Somebody who sends this much and then nothing more.
    async fn silent(&self, begun: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(begun.as_bytes()).await.unwrap();
        stream
    }

    async fn answers(&self) {
        let answer = timeout(Duration::from_secs(5), Visitor::new(self.address, "localhost").get("/")).await;
        assert_eq!(answer.expect("an answer in time").unwrap().body, b"here");
    }

    async fn ends(self) {
        self.stop.send(()).unwrap();
        timeout(Duration::from_secs(5), self.serving).await.expect("it stops").unwrap();
    }
}

/// True when the other side has closed it, within this time.
async fn is_closed(stream: &mut TcpStream, within: Duration) -> bool {
    let mut rest = Vec::new();
    timeout(within, stream.read_to_end(&mut rest)).await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_silent_goes_when_all_places_are_taken_and_readers_are_answered() {
    let server = Server::start(20).await;
    let mut strangers = Vec::new();
    let begun = [
        "",
        "GET / HTTP/1.1\r\nHost:",
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\nslow",
    ];
    for begun in begun {
        for _ in 0..40 {
            strangers.push(server.silent(begun).await);
        }
        server.answers().await;
    }
    let now = Duration::from_millis(200);
    let mut closed = 0;
    for stranger in &mut strangers[..140] {
        closed += usize::from(is_closed(stranger, now).await);
    }
    assert!(closed >= 120, "{closed} of 140 older strangers are gone");
    drop(strangers);
    server.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_does_not_come_in_time_ends_its_connection() {
    let server = Server::start(100).await;
    let mut strangers = Vec::new();
    for begun in ["", "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "] {
        strangers.push(server.silent(begun).await);
    }
    server.answers().await;
    for stranger in &mut strangers {
        assert!(!is_closed(stranger, Duration::from_millis(300)).await, "it has its ten seconds");
    }
    for stranger in &mut strangers {
        assert!(is_closed(stranger, Duration::from_secs(15)).await, "and no more");
    }
    server.ends().await;
}
