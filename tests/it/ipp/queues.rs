//! Queues of a print server: found, printed through, and telling the truth when nothing comes out.

use kakehashi::print::ipp::media::Media;
use kakehashi::print::ipp::{Job, JobState, PrinterState, Problem, Trouble, list_queues};

use super::machines::EvePrinter;
use super::servers::{Cups, Line, line};
use super::{LABEL, on, until};

/// A device at which nobody answers, for which CUPS tries on for days.
const NOBODY: &str = "ipp://127.0.0.1:9/ipp/print";
/// The same, for which CUPS stops the queue at once.
const NOBODY_SOON: &str = "ipp://127.0.0.1:9/ipp/print?contimeout=1";

#[tokio::test]
async fn the_queues_of_a_server_are_found_by_its_name_alone() {
    let front =
        Line { name: "受付", information: "受付のプリンター", device: NOBODY, accepting: true };
    let cups = Cups::with(&[line("back", NOBODY), front]).await;
    let mut queues = list_queues(&cups.server()).await.unwrap();
    queues.sort_by(|one, other| one.name.cmp(&other.name));
    let [back, front] = queues.as_slice() else { panic!("{queues:?}") };
    assert_eq!((back.name.as_str(), front.name.as_str()), ("back", "受付のプリンター"));
    assert_eq!((front.state, front.location.as_str()), (PrinterState::Idle, cups.location()));
    assert_eq!(front.printer, cups.queue("受付"), "it is asked for where the server was found");
    let found = front.printer.describe().await.unwrap();
    assert_eq!((found.name.as_str(), found.prints_pdf()), ("受付のプリンター", true));
    assert_eq!(list_queues(&Cups::with(&[]).await.server()).await, Ok(vec![]));
}

#[tokio::test]
async fn a_job_goes_through_a_queue_to_its_printer_and_another_waits_behind_it() {
    let eve = EvePrinter::new().await;
    let cups = Cups::with(&[line("front", &eve.device())]).await;
    let front = cups.queue("front");
    eve.holds("");
    let request = on(Media::A4);
    let first = front.print(&LABEL, &request).await.unwrap();
    let ask = async |number| front.job(number).await.unwrap();
    until(|| ask(first), |job: &Job| job.state == JobState::Printing).await;
    let second = front.print(&LABEL, &on(Media::A4)).await.unwrap();
    until(|| ask(second), |job: &Job| job.state == JobState::Waiting).await;
    front.cancel(second).await.unwrap();
    until(|| ask(second), |job: &Job| job.state == JobState::Cancelled).await;
    eve.goes_on();
    until(|| ask(first), |job: &Job| job.state == JobState::Done).await;
    assert_eq!(front.find(request.name).await, Ok(Some(first)), "after its end too");
    let [(_, bytes)] = eve.received().try_into().unwrap();
    assert!(bytes == *LABEL);
    assert_eq!(eve.understood(1, "IPP_MEDIA").as_deref(), Some("iso_a4_210x297mm"));
}

#[tokio::test]
async fn a_job_for_a_dead_printer_is_never_called_printed() {
    let cups = Cups::with(&[line("dead", NOBODY), line("soon", NOBODY_SOON)]).await;
    for (name, problem) in [("dead", Problem::Offline), ("soon", Problem::Paused)] {
        let queue = cups.queue(name);
        let number = queue.print(&LABEL, &on(Media::A4)).await.unwrap();
        let told = until(
            async || queue.job(number).await.unwrap(),
            |job| job.state == JobState::Stopped && job.problems.contains(&problem),
        );
        assert!(told.await.problems.contains(&Problem::Offline), "{name}");
        queue.cancel(number).await.unwrap();
        until(async || queue.job(number).await.unwrap().state, |state| *state == JobState::Cancelled).await;
    }
    assert_eq!(cups.queue("soon").describe().await.unwrap().state, PrinterState::Stopped);
}

#[tokio::test]
async fn a_job_whose_filter_fails_stands_still() {
    let cups = Cups::with(&[line("broken", NOBODY)]).await;
    let broken = cups.queue("broken");
    let there = vec![Media::A4, Media::A5];
    assert_eq!(broken.print(&LABEL, &on(Media::A6)).await, Err(Trouble::WrongMedia { there }));
    let number = broken.print(&LABEL, &on(Media::A5)).await.unwrap();
    let job = until(async || broken.job(number).await.unwrap(), |job| job.state == JobState::Stopped).await;
    assert_eq!(job.problems, [Problem::Other]);
}

#[tokio::test]
async fn a_queue_that_lets_nobody_in_says_why() {
    let closed = Line { accepting: false, ..line("closed", NOBODY) };
    let cups = Cups::with(&[closed, line("locked", NOBODY)]).await;
    for (name, trouble) in [
        ("closed", Trouble::NotAccepting),
        ("locked", Trouble::NeedsPassword),
        ("missing", Trouble::NoSuchPrinter),
    ] {
        assert_eq!(cups.queue(name).print(&LABEL, &on(Media::A4)).await, Err(trouble), "{name}");
    }
    assert_eq!(cups.server().describe().await, Err(Trouble::NoSuchPrinter), "a server is no printer");
}
