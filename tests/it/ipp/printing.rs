//! A printer in the network: described, printed on, out of paper, stopped, broken.

use std::num::NonZeroU16;

use kakehashi::print::ipp::media::{Hundredths, Media};
use kakehashi::print::ipp::{
    Fingerprint, Job, JobNumber, JobRequest, JobState, PrinterState, Problem, Sides, Trouble, list_queues,
};

use super::machines::{EvePrinter, printer};
use super::{LABEL, on, until};
use crate::support::store::fresh_id;

/// A printer for booklets: A5 in its tray, both sides, and any size between two.
const BOOKLETS: &str = "\
ATTR mimeMediaType document-format-supported application/pdf
ATTR keyword media-supported iso_a4_210x297mm,iso_a5_148x210mm,custom_min_76x50mm,custom_max_216x356mm
ATTR keyword media-ready iso_a5_148x210mm
ATTR keyword sides-supported one-sided,two-sided-long-edge,two-sided-short-edge
ATTR collection media-size-supported \
{ MEMBER rangeOfInteger x-dimension 7600-21600 MEMBER rangeOfInteger y-dimension 5000-35600 }
ATTR keyword print-scaling-supported none,auto
ATTR text printer-make-and-model \"Invented Booklet Printer\"
";

async fn state(eve: &EvePrinter, number: JobNumber, awaited: JobState) -> Job {
    let printer = eve.printer();
    until(async || printer.job(number).await.unwrap(), |job| job.state == awaited).await
}

#[tokio::test]
async fn a_printer_tells_what_it_is_and_what_it_can_do() {
    let eve = EvePrinter::with(&[], BOOKLETS).await;
    let found = eve.printer().describe().await.unwrap();
    assert_eq!(found.make, "Invented Booklet Printer");
    assert_eq!((found.state, found.problems.as_slice()), (PrinterState::Idle, &[][..]));
    assert!(found.is_accepting && found.prints_pdf() && found.is_two_sided());
    assert_eq!(found.media_ready, [Media::A5]);
    assert_eq!(found.media.papers(), [Media::A4, Media::A5]);
    assert_eq!(found.certificate, None);
    let queues = list_queues(&eve.printer()).await;
    assert_eq!(queues, Err(Trouble::NotAServer), "a single printer has none");
}

#[tokio::test]
async fn a_document_of_the_press_is_printed_byte_for_byte() {
    let eve = EvePrinter::new().await;
    let request = on(Media::A4);
    let number = eve.printer().print(&LABEL, &request).await.unwrap();
    let job = state(&eve, number, JobState::Done).await;
    assert_eq!(job.problems, []);
    let [(name, bytes)] = eve.received().try_into().unwrap();
    assert!(bytes == *LABEL, "{} bytes of {}", bytes.len(), LABEL.len());
    assert!(name.contains(&request.name.to_string()), "{name} is called by its id");
    assert_eq!(eve.understood(number.0, "IPP_JOB_ORIGINATING_USER_NAME").as_deref(), Some("kakehashi"));
}

#[tokio::test]
async fn copies_sides_paper_and_size_are_understood_as_meant() {
    let eve = EvePrinter::with(&[], BOOKLETS).await;
    let copies = NonZeroU16::new(3).unwrap();
    let request = JobRequest { copies, sides: Sides::TwoSidedShortEdge, ..on(Media::A5) };
    let number = eve.printer().print(&LABEL, &request).await.unwrap();
    state(&eve, number, JobState::Done).await;
    for (attribute, value) in [
        ("IPP_COPIES", "3"),
        ("IPP_SIDES", "two-sided-short-edge"),
        ("IPP_MEDIA", "iso_a5_148x210mm"),
        ("IPP_PRINT_SCALING", "none"),
        ("IPP_DOCUMENT_FORMAT_SUPPLIED", "application/pdf"),
    ] {
        assert_eq!(eve.understood(number.0, attribute).as_deref(), Some(value), "{attribute}");
    }
    let label = Media::Custom { width: Hundredths(8_560), height: Hundredths(5_400) };
    let number = eve.printer().print(&LABEL, &on(label)).await.unwrap();
    state(&eve, number, JobState::Done).await;
    let size = eve.understood(number.0, "IPP_MEDIA_COL").unwrap();
    assert!(size.contains("x-dimension=8560") && size.contains("y-dimension=5400"), "{size}");
}

#[tokio::test]
async fn what_a_printer_cannot_do_is_never_sent() {
    let eve = EvePrinter::new().await;
    let refused = eve.printer().print(&LABEL, &on(Media::A5)).await;
    let inches = |width, height| Media::Custom { width: Hundredths(width), height: Hundredths(height) };
    let there = vec![inches(21_590, 27_940), inches(10_478, 24_130)];
    assert_eq!(refused, Err(Trouble::WrongMedia { there }), "letter paper and envelopes");
    let both = JobRequest { sides: Sides::TwoSidedLongEdge, ..on(Media::A4) };
    assert_eq!(eve.printer().print(&LABEL, &both).await, Err(Trouble::OneSidedOnly));
    let pictures = EvePrinter::with(&["-f", "image/pwg-raster"], "").await;
    assert_eq!(pictures.printer().print(&LABEL, &on(Media::A4)).await, Err(Trouble::WrongFormat));
    assert_eq!((eve.received().len(), pictures.received().len()), (0, 0));
}

#[tokio::test]
async fn without_paper_a_job_says_so_until_there_is_some() {
    let eve = EvePrinter::new().await;
    eve.holds("media-empty");
    let number = eve.printer().print(&LABEL, &on(Media::A4)).await.unwrap();
    let printer = eve.printer();
    let told = async || printer.job(number).await.unwrap();
    let job = until(told, |job| job.problems == [Problem::MediaEmpty]).await;
    assert!(!job.state.is_final());
    assert_eq!(printer.describe().await.unwrap().problems, [Problem::MediaEmpty]);
    eve.goes_on();
    assert_eq!(state(&eve, number, JobState::Done).await.problems, []);
}

#[tokio::test]
async fn a_jam_stops_a_job_until_it_is_cleared() {
    let eve = EvePrinter::new().await;
    eve.holds("media-jam,cover-open");
    let number = eve.printer().print(&LABEL, &on(Media::A4)).await.unwrap();
    let stopped = state(&eve, number, JobState::Stopped).await;
    assert_eq!(stopped.problems, [Problem::CoverOpen, Problem::MediaJam]);
    let second = eve.printer().print(&LABEL, &on(Media::A4)).await;
    assert_eq!(second, Err(Trouble::Busy), "this printer takes one job at a time");
    eve.goes_on();
    state(&eve, number, JobState::Done).await;
}

#[tokio::test]
async fn a_job_is_taken_back_while_it_is_printed() {
    let eve = EvePrinter::new().await;
    eve.holds("");
    let request = on(Media::A4);
    let number = eve.printer().print(&LABEL, &request).await.unwrap();
    assert_eq!(eve.printer().find(request.name).await, Ok(Some(number)));
    assert_eq!(eve.printer().find(fresh_id()).await, Ok(None));
    assert_eq!(state(&eve, number, JobState::Printing).await.problems, []);
    eve.printer().cancel(number).await.unwrap();
    eve.goes_on();
    state(&eve, number, JobState::Cancelled).await;
    assert_eq!(eve.printer().cancel(number).await, Err(Trouble::TooLate));
    let unknown = JobNumber(number.0 + 100);
    assert_eq!(eve.printer().job(unknown).await, Err(Trouble::UnknownJob));
    assert_eq!(eve.printer().cancel(unknown).await, Err(Trouble::UnknownJob));
}

#[tokio::test]
async fn a_job_that_the_printer_gives_up_is_not_printed() {
    let eve = EvePrinter::new().await;
    eve.breaks();
    let number = eve.printer().print(&LABEL, &on(Media::A4)).await.unwrap();
    let printer = eve.printer();
    let job = until(async || printer.job(number).await.unwrap(), |job| job.state.is_final()).await;
    assert_eq!(job.state, JobState::Aborted);
}

#[tokio::test]
async fn an_encrypted_connection_is_kept_to_the_certificate_that_was_trusted() {
    let eve = EvePrinter::new().await;
    let printer = printer(&eve.device().replace("ipp://", "ipps://"));
    let shown = printer.describe().await.unwrap().certificate.unwrap();
    let trusting = printer.clone().trusting(shown);
    let number = trusting.print(&LABEL, &on(Media::A4)).await.unwrap();
    until(async || trusting.job(number).await.unwrap().state, |state| *state == JobState::Done).await;
    let other = printer.trusting(Fingerprint([7; 32]));
    assert_eq!(other.describe().await, Err(Trouble::OtherCertificate));
    assert_eq!(other.print(&LABEL, &on(Media::A4)).await, Err(Trouble::OtherCertificate));
    assert_eq!(eve.received().len(), 1);
}
