//! What is written reads back, and no bytes of a stranger bring the reader down.

use proptest::prelude::*;

use super::*;

fn value(tag: u8, name: &str, value: &[u8]) -> Vec<u8> {
    let mut request = Request(Vec::new());
    request.write(tag, name, value);
    request.0
}

/// An answer with one printer of these attributes.
fn answer(attributes: &[Vec<u8>]) -> Vec<u8> {
    let head = [1, 1, 0, 0, 0, 0, 0, 1, About::Printer as u8];
    [&head[..], &attributes.concat(), &[END]].concat()
}

fn printer(attributes: &[Vec<u8>]) -> Option<Group> {
    Answer::read(&answer(attributes))?.groups(About::Printer).next().cloned()
}

#[test]
fn a_request_reads_back_as_it_was_written() {
    let mut request = Request::new(Operation::PrintJob, Some("ipp://host:631/ipp/print"), Some(7));
    request.about(About::Job);
    request.texts(Tag::Keyword, "several", &["one", "two"]);
    request.size("media-col", [14_800, 21_000]);
    request.text(Tag::Keyword, "last", "word");
    let read = Answer::read(&request.finish(b"%PDF")).unwrap();
    assert_eq!(read.status, 0x0002);
    let operation = read.groups(About::Operation).next().unwrap();
    assert_eq!(operation.texts("printer-uri").next(), Some("ipp://host:631/ipp/print"));
    assert_eq!(operation.texts("requesting-user-name").next(), Some("kakehashi"));
    assert_eq!(operation.number("job-id"), Some(7));
    let job = read.groups(About::Job).next().unwrap();
    assert_eq!(job.texts("several").collect::<Vec<_>>(), ["one", "two"]);
    assert_eq!(job.texts("last").next(), Some("word"));
    assert_eq!(job.number("x-dimension"), None, "what is inside a collection is passed over");
}

#[test]
fn values_are_read_in_each_form_that_printers_send() {
    let group = printer(&[
        value(0x23, "printer-state", &3_i32.to_be_bytes()),
        value(0x22, "printer-is-accepting-jobs", &[1]),
        value(0x35, "printer-info", &[0, 2, b'j', b'a', 0, 3, 0xe5, 0x8f, 0x97]),
        value(0x41, "printer-location", &[0x8e, 0xf3]),
        value(0x13, "media-ready", &[]),
    ]);
    let group = group.unwrap();
    assert_eq!(
        (group.number("printer-state"), group.flag("printer-is-accepting-jobs")),
        (Some(3), Some(true))
    );
    assert_eq!(group.texts("printer-info").next(), Some("受"));
    assert!(group.texts("printer-location").next().is_some_and(|text| text.contains('\u{FFFD}')));
    assert_eq!(group.texts("media-ready").next(), None);
}

#[test]
fn lengths_that_lie_are_not_believed() {
    let lying = value(0x36, "printer-name", &[0, 200, 1]);
    assert_eq!(printer(&[lying]).unwrap().texts("printer-name").next(), None);
    let whole = answer(&[value(0x42, "printer-name", b"name")]);
    for end in 0..whole.len() {
        assert_eq!(Answer::read(&whole[..end]), None, "cut off after {end} bytes");
    }
    assert_eq!(printer(&[value(0x21, "printer-state", &[3])]).unwrap().number("printer-state"), None);
    assert_eq!(printer(&[value(END_COLLECTION, "", &[])]), None, "an end without a beginning");
}

#[test]
fn collections_may_be_nested_as_deep_as_an_answer_is_long() {
    let deep = |length: usize| {
        let begin = [value(MEMBER, "", b"m"), value(BEGIN_COLLECTION, "", b"")].concat().repeat(length);
        vec![value(BEGIN_COLLECTION, "c", b""), begin, value(END_COLLECTION, "", b"").repeat(length + 1)]
    };
    assert!(printer(&deep(60_000)).is_some());
}

proptest! {
    #[test]
    fn any_bytes_are_read_to_their_end(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        Answer::read(&bytes);
        Answer::read(&[&[1, 1, 0, 0, 0, 0, 0, 1, 4][..], &bytes].concat());
    }
}
