//! What is new on a photographed sheet, from its printed page to the notebook.

use kakehashi::access::audience::Audience;
use kakehashi::access::guard::open;
use kakehashi::capture::{Ink, PhotoName, Transcript, inbox, sql, take_out, tap};
use kakehashi::clock::{HOUR, Instant};
use kakehashi::demo::handwriting::{self, Pen};
use kakehashi::demo::photograph::Print;
use kakehashi::id::NotebookNumber;
use kakehashi::sheet::design::{Geometry, RegionKind};
use kakehashi::sheet::sql::{find_design, list_sheets};
use kakehashi::store::Scope;
use kakehashi::store::tx::Tx;

use super::town::{Town, photo_of, printer, sheet};
use crate::support::store::{NOW, every_store, fresh_id};

/// The first page of messages, and the page of the profile, in a booklet.
pub const MESSAGES: u16 = 12;
const PROFILE: u16 = 3;

pub async fn geometry(town: &Town, number: u16) -> Geometry {
    let plum = town.plum;
    let find = move |tx: &mut Tx<'_>| {
        let row = list_sheets(tx, plum)?.into_iter().find(|row| row.sheet == number).unwrap();
        find_design(tx, &row.design, &row.revision)
    };
    town.app.records.read(find).await.unwrap().unwrap()
}

pub fn write(print: &mut Print, geometry: &Geometry, row: &str, text: &str) {
    let region = geometry.regions.iter().find(|region| region.name == row && region.kind == RegionKind::Row);
    handwriting::write(print, text, region.unwrap().area, Pen::Ballpoint, 7);
}

/// The manager photographs a sheet so many hours after the beginning; what became of it in the notebook.
async fn photographs(town: &Town, print: &Print, hour: i64) -> (Option<Ink>, Vec<Vec<String>>, PhotoName) {
    let (id, photographed_at) = (fresh_id(), NOW.plus((hour - 20) * HOUR));
    let sent =
        inbox::Sent { id, bytes: without_date(photo_of(print, hour as u64)), photographed_at, visit: None };
    inbox::receive(&town.app, &town.inbox, town.manager, sent).await.unwrap();
    town.reads().await;
    let photo = town.photos(town.plum).await.into_iter().find(|photo| photo.name.id == id).unwrap();
    assert_eq!(photo.photographed_at, photographed_at);
    (photo.ink, photo.strips.iter().map(|strip| strip.regions.clone()).collect(), photo.name)
}

/// A photo that does not say when it was taken.
pub fn without_date(mut jpeg: Vec<u8>) -> Vec<u8> {
    // The EXIF segment becomes a comment.
    let at = jpeg.windows(6).position(|window| window == b"Exif\0\0").unwrap();
    jpeg[at - 3] = 0xFE;
    jpeg
}

async fn transcripts(town: &Town, notebook: NotebookNumber, name: PhotoName) -> Vec<Transcript> {
    let opened = open(&town.app, notebook).await.unwrap();
    town.app.records.read(move |tx| sql::transcript::list(tx, &opened, name)).await.unwrap()
}

/// The manager types out the first strip of a photo.
async fn transcribe(town: &Town, name: PhotoName, text: &str, at: Instant) {
    let opened = open(&town.app, town.plum).await.unwrap();
    let photo = town.photos(town.plum).await.into_iter().find(|photo| photo.name == name).unwrap();
    let (strip, author) = (photo.strips[0].number as u32, town.manager);
    let read = Transcript { id: fresh_id(), strip, author, recorded_at: at, text: text.into() };
    let add = move |tx: &mut Tx<'_>| sql::transcript::add(tx, &opened, name, &read);
    town.app.records.write(Scope::Notebook(town.plum), add).await.unwrap();
}

#[test]
fn each_photo_of_a_sheet_shows_what_was_written_since_the_one_before() {
    every_store(|records| async move {
        let (town, printer) = (Town::found(records).await, printer());
        let mut print = sheet(&town.booklet(&printer, town.plum).await, MESSAGES.into());
        let geometry = geometry(&town, MESSAGES).await;

        write(&mut print, &geometry, "message-1-1", "昨夜はよく眠れました。");
        let (ink, strips, _) = photographs(&town, &print, 1).await;
        assert_eq!(
            (ink, strips),
            (Some(Ink::New), vec![vec!["message-1-1".to_owned()]]),
            "beside the blank sheet"
        );

        let (ink, strips, _) = photographs(&town, &print, 2).await;
        assert_eq!((ink, strips), (Some(Ink::Same), vec![]), "nothing was written since");

        write(&mut print, &geometry, "message-1-2", "朝食は全部食べました。");
        write(&mut print, &geometry, "message-2-1", "お風呂に入りました。");
        let (ink, strips, _) = photographs(&town, &print, 3).await;
        let names = |name: &str| vec![name.to_owned()];
        assert_eq!((ink, strips), (Some(Ink::New), vec![names("message-1-2"), names("message-2-1")]));
    });
}

#[test]
fn what_the_record_printed_itself_is_no_handwriting() {
    every_store(|records| async move {
        let (town, printer) = (Town::found(records).await, printer());
        let print = sheet(&town.booklet(&printer, town.plum).await, PROFILE.into());
        let (ink, strips, _) = photographs(&town, &print, 1).await;
        assert_eq!((ink, strips), (Some(Ink::Unclear), vec![]));
        let (ink, ..) = photographs(&town, &print, 2).await;
        assert_eq!(ink, Some(Ink::Same));
    });
}

#[test]
fn strips_and_what_was_read_in_them_go_with_a_photo_to_another_notebook() {
    every_store(|records| async move {
        let (town, printer) = (Town::found(records).await, printer());
        let mut print = sheet(&town.booklet(&printer, town.plum).await, MESSAGES.into());
        write(&mut print, &geometry(&town, MESSAGES).await, "message-1-1", "昨夜はよく眠れました。");
        let (_, strips, name) = photographs(&town, &print, 1).await;
        transcribe(&town, name, "昨夜はよく", NOW).await;
        transcribe(&town, name, "昨夜はよく眠れました。", NOW.plus(HOUR)).await;

        let manager = town.signed_in(town.manager).await;
        let opened = open(&town.app, town.plum).await.unwrap();
        take_out::unfile(&town.app, &manager, opened, name).await.unwrap();
        assert!(transcripts(&town, town.plum, name).await.is_empty(), "nothing stays behind");
        tap::file(&town.app, &manager, name, town.pine).await.unwrap();

        let photos = town.photos(town.pine).await;
        let moved: Vec<_> = photos[0].strips.iter().map(|strip| strip.regions.clone()).collect();
        assert_eq!((photos[0].ink, moved), (Some(Ink::New), strips));
        let texts: Vec<String> =
            transcripts(&town, town.pine, name).await.into_iter().map(|read| read.text).collect();
        assert_eq!(texts, ["昨夜はよく", "昨夜はよく眠れました。"]);
        let opened = open(&town.app, town.pine).await.unwrap();
        let picture = &photos[0].strips[0].picture;
        let bytes = kakehashi::capture::pictures::get_of_notebook(&town.app, &opened, picture).await.unwrap();
        assert!(bytes.starts_with(&[0xFF, 0xD8, 0xFF]));
    });
}

#[test]
fn an_older_photo_that_comes_late_takes_its_rows_from_the_newer_one_and_gives_them_back_when_it_goes() {
    every_store(|records| async move {
        let (town, printer) = (Town::found(records).await, printer());
        let blank = sheet(&town.booklet(&printer, town.plum).await, MESSAGES.into());
        let geometry = geometry(&town, MESSAGES).await;
        let mut older = blank.clone();
        write(&mut older, &geometry, "message-1-1", "昨夜はよく眠れました。");
        let mut newer = older.clone();
        write(&mut newer, &geometry, "message-2-1", "お風呂に入りました。");
        let names = |rows: &[&str]| rows.iter().map(|row| vec![(*row).to_owned()]).collect::<Vec<_>>();
        let (both, second) = (names(&["message-1-1", "message-2-1"]), names(&["message-2-1"]));

        let (_, strips, last) = photographs(&town, &newer, 3).await;
        assert_eq!(strips, both, "beside the blank sheet");
        let (_, strips, first) = photographs(&town, &older, 1).await;
        assert_eq!(strips, names(&["message-1-1"]));
        assert_eq!(strips_of(&town, last).await, second);

        let manager = town.signed_in(town.manager).await;
        let opened = open(&town.app, town.plum).await.unwrap();
        take_out::unfile(&town.app, &manager, opened.clone(), first).await.unwrap();
        town.reads().await;
        assert_eq!(strips_of(&town, last).await, both, "nobody else shows that row");

        // What somebody typed out stays with its strip.
        transcribe(&town, last, "昨夜はよく眠れました。", NOW).await;
        photographs(&town, &older, 2).await;
        assert_eq!(strips_of(&town, last).await, both);
    });
}

#[test]
fn a_photo_that_is_for_fewer_readers_takes_nothing_from_one_that_is_for_more() {
    every_store(|records| async move {
        let (town, printer) = (Town::found(records).await, printer());
        let mut print = sheet(&town.booklet(&printer, town.plum).await, MESSAGES.into());
        let geometry = geometry(&town, MESSAGES).await;
        let sends = async |name| {
            let manager = town.signed_in(town.manager).await;
            tap::set_audience(&town.app, &town.workers, &manager, (town.plum, name), Audience::Everyone)
                .await
                .unwrap();
            town.reads().await;
        };
        write(&mut print, &geometry, "message-1-1", "昨夜はよく眠れました。");
        let (_, _, first) = photographs(&town, &print, 1).await;
        write(&mut print, &geometry, "message-2-1", "お風呂に入りました。");
        let (_, strips, last) = photographs(&town, &print, 3).await;
        let second = vec![vec!["message-2-1".to_owned()]];
        assert_eq!(strips, second, "supporters see both");

        transcribe(&town, last, "お風呂に入りました。", NOW).await;
        sends(last).await;
        let both = vec![vec!["message-1-1".to_owned()], second[0].clone()];
        assert_eq!(strips_of(&town, last).await, both, "the family sees this one alone");
        let opened = open(&town.app, town.plum).await.unwrap();
        let photo = town.app.records.read(move |tx| sql::photo::find_whole(tx, &opened, last)).await;
        let numbers: Vec<usize> = photo.unwrap().unwrap().strips.iter().map(|strip| strip.number).collect();
        assert_eq!(numbers, [1, 0], "what was typed out stays beside its own row");
        sends(first).await;
        assert_eq!(strips_of(&town, last).await, second, "and now both");
    });
}

async fn strips_of(town: &Town, name: PhotoName) -> Vec<Vec<String>> {
    let photo = town.photos(town.plum).await.into_iter().find(|photo| photo.name == name).unwrap();
    photo.strips.into_iter().map(|strip| strip.regions).collect()
}
