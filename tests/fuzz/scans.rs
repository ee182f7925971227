//! Damaged PDFs in real readers, since nobody can say how long drawing one takes: the house stands, and the next
//! scan is read.

use std::fs;
use std::time::Duration;

use kakehashi::capture::worker::{Plan, Sandbox, Workers};
use tokio::runtime::Builder;

use super::fuzz;
use super::mutation::Corpus;
use crate::worker::PROGRAM;

const WORDS: &[&[u8]] = &[
    b"0 R",
    b"1 0 obj",
    b"endobj",
    b"<<",
    b">>",
    b"[",
    b"stream\n",
    b"endstream",
    b"/Kids [6 0 R 6 0 R]",
    b"/FlateDecode",
    b"/Encrypt",
    b"/Filter [/DCTDecode /DCTDecode]",
    b"/MediaBox [0 0 99999999 99999999]",
    b"-2147483649",
    b"xref\n",
    b"trailer\n",
];
/// So long a reader may take over one.
const PATIENCE: Duration = Duration::from_secs(5);

#[test]
fn a_damaged_scan_is_drawn_or_given_up_and_the_next_one_is_drawn() {
    let scan = fs::read("tests/fuzz/pictures/scan.pdf").unwrap();
    let corpus = Corpus { cases: vec![scan.clone()], words: WORDS };
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let plan = Plan { program: PROGRAM.into(), at_once: 1, sandbox: Sandbox::On, time_max: PATIENCE };
    let workers = runtime.block_on(Workers::start(plan)).unwrap();
    fuzz("scans", &corpus, |bytes| {
        runtime.block_on(async {
            if let Ok(count) = workers.count_pages(bytes).await.unwrap() {
                drop(workers.draw_page(bytes, count - 1, PATIENCE).await.unwrap());
            }
        });
    });
    assert!(runtime.block_on(workers.draw_page(&scan, 1, PATIENCE)).unwrap().is_ok());
    drop(workers);
    drop(runtime);
}
