//! Whoever answers at an address that was typed wrongly, or means no good.

use std::net::Ipv4Addr;

use kakehashi::print::ipp::message::{About, Operation, Request, Tag};
use kakehashi::print::ipp::{Printer, PrinterState, Trouble, list_queues};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::machines::{free_port, printer};

/// The last byte of a request without a document.
const END: u8 = 3;

/// Somebody who answers every request with these bytes and hangs up.
async fn stranger(answer: Vec<u8>) -> Printer {
    let (listener, printer) = listening().await;
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            hear(&mut stream).await;
            // Whom it speaks to may have heard enough.
            stream.write_all(&answer).await.ok();
            stream.shutdown().await.ok();
        }
    });
    printer
}

async fn listening() -> (TcpListener, Printer) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, printer(&format!("127.0.0.1:{port}")))
}

async fn hear(stream: &mut TcpStream) {
    let mut heard = Vec::new();
    while heard.last() != Some(&END) {
        if stream.read_buf(&mut heard).await.unwrap() == 0 {
            return;
        }
    }
}

fn http(status: u16, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status} Word\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// An answer of a printer with this status and these texts.
fn ipp(status: u16, state: Option<i32>, texts: &[(&str, &str)]) -> Vec<u8> {
    let mut answer = Request::new(Operation::PrintJob, None, None);
    answer.about(About::Printer);
    if let Some(state) = state {
        answer.number("printer-state", state);
    }
    for (name, text) in texts {
        answer.text(Tag::Name, name, text);
    }
    let mut bytes = answer.finish(&[]);
    bytes[2..4].copy_from_slice(&status.to_be_bytes());
    bytes
}

/// A printer that is described in whole, with values in values so many deep.
fn nested(depth: usize) -> Vec<u8> {
    let whole = ipp(0x0000, Some(3), &[("printer-name", "deep")]);
    let (body, end) = whole.split_at(whole.len() - 1);
    let begin = b"\x4a\x00\x00\x00\x01m\x34\x00\x00\x00\x00".repeat(depth);
    let ends = b"\x37\x00\x00\x00\x00".repeat(depth + 1);
    [body, b"\x34\x00\x01c\x00\x00", &begin, &ends, end].concat()
}

#[tokio::test]
async fn whoever_answers_is_told_apart_without_a_word_of_theirs() {
    let cut_off = b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n\x01\x01".to_vec();
    for (name, answer, trouble) in [
        ("a web page", http(200, b"<!DOCTYPE html>"), Trouble::NotAPrinter),
        ("a page that is not there", http(404, b""), Trouble::NotAPrinter),
        ("a page that is elsewhere", http(302, b""), Trouble::NotAPrinter),
        ("another protocol", b"SSH-2.0-OpenSSH_9.2\r\n".to_vec(), Trouble::NotAPrinter),
        ("a door with a lock", http(401, b""), Trouble::NeedsPassword),
        ("a door that is shut", http(403, b""), Trouble::Refused(403)),
        ("encryption demanded", http(426, b""), Trouble::NeedsEncryption),
        ("too much to do", http(503, b""), Trouble::Busy),
        ("a lock of the printer", http(200, &ipp(0x0402, None, &[])), Trouble::NeedsPassword),
        ("a no of the printer", http(200, &ipp(0x0401, None, &[])), Trouble::Refused(0x0401)),
        ("something else of IPP", http(200, &ipp(0x0000, None, &[])), Trouble::NotAPrinter),
        ("an unknown state", http(200, &ipp(0x0000, Some(99), &[])), Trouble::NotAPrinter),
        ("a word and no more", cut_off, Trouble::Unanswered),
        ("silence", Vec::new(), Trouble::Unanswered),
        ("an answer of two megabytes", http(200, &nested(120_000)), Trouble::NotAPrinter),
    ] {
        assert_eq!(stranger(answer).await.describe().await, Err(trouble), "{name}");
    }
}

#[tokio::test]
async fn nearly_a_megabyte_of_nested_values_is_read_and_passed_over() {
    let found = stranger(http(200, &nested(60_000))).await.describe().await.unwrap();
    assert_eq!((found.name.as_str(), found.state), ("deep", PrinterState::Idle));
}

#[tokio::test]
async fn nobody_and_somebody_who_cannot_encrypt_are_told_apart() {
    let nobody = printer(&format!("127.0.0.1:{}", free_port()));
    assert_eq!(nobody.describe().await, Err(Trouble::NotReachable));
    let nowhere = printer("no-such-printer.invalid");
    assert_eq!(nowhere.describe().await, Err(Trouble::NotReachable));
    let plain = stranger(http(200, &ipp(0x0000, Some(3), &[]))).await;
    let encrypted = printer(&plain.address.to_string().replace("ipp://", "ipps://"));
    assert_eq!(encrypted.describe().await, Err(Trouble::NotEncrypted));
}

#[tokio::test]
async fn whoever_is_silent_is_waited_for_a_minute() {
    let (listener, silent) = listening().await;
    let (heard, was_heard) = oneshot::channel();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        hear(&mut stream).await;
        heard.send(()).unwrap();
        std::future::pending::<()>().await;
        drop(stream);
    });
    let asking = tokio::spawn(async move { silent.describe().await });
    was_heard.await.unwrap();
    tokio::time::pause();
    let begun = Instant::now();
    assert_eq!(asking.await.unwrap(), Err(Trouble::Unanswered));
    let waited = begun.elapsed().as_secs();
    assert!((50..=61).contains(&waited), "{waited} s");
}

#[tokio::test]
async fn a_print_server_cannot_send_its_clerk_elsewhere() {
    let elsewhere = [("printer-uri-supported", "ipp://elsewhere.example:80/printers/front")];
    let server = stranger(http(200, &ipp(0x0000, Some(3), &elsewhere))).await;
    let [queue] = list_queues(&server).await.unwrap().try_into().unwrap();
    let place = [queue.printer.address.authority(), queue.printer.address.path().to_owned()];
    assert_eq!(place, [server.address.authority(), "/printers/front".to_owned()]);
}
