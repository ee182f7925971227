//! The same page photographed twice in a row is one page in the notebook.

use kakehashi::access::guard::open;
use kakehashi::capture::{Ink, PartState, Photo, PhotoName, inbox, take_out};
use kakehashi::clock::{Instant, MINUTE};
use kakehashi::demo::photograph::Print;
use kakehashi::id::Id;

use super::ink::{MESSAGES, geometry, without_date, write};
use super::town::{Town, photo_of, printer, sheet};
use crate::support::store::{NOW, every_store, fresh_id};

/// The manager sends a photo of a sheet, taken so many minutes ago; nothing is read yet.
async fn sends(town: &Town, print: &Print, (seed, ago): (u64, i64)) -> Id {
    let (id, photographed_at) = (fresh_id(), NOW.plus(-ago * MINUTE));
    let bytes = without_date(photo_of(print, seed));
    let sent = inbox::Sent { id, bytes, photographed_at, visit: None };
    inbox::receive(&town.app, &town.inbox, town.manager, sent).await.unwrap();
    id
}

async fn is_double(town: &Town, id: Id) -> bool {
    match town.upload(town.manager, id).await.contents.parts[0].state {
        PartState::Filed { is_double, .. } => is_double,
        ref other => panic!("{other:?}"),
    }
}

fn ids(photos: &[Photo]) -> Vec<Id> {
    photos.iter().map(|photo| photo.name.id).collect()
}

fn moments(photos: &[Photo]) -> Vec<Instant> {
    photos.iter().map(|photo| photo.photographed_at).collect()
}

#[test]
fn the_later_of_two_photos_stands_for_both_until_it_is_taken_out() {
    every_store(|records| async move {
        let (town, printer) = (Town::found(records).await, printer());
        let mut print = sheet(&town.booklet(&printer, town.plum).await, MESSAGES.into());
        let geometry = geometry(&town, MESSAGES).await;
        sends(&town, &print, (1, 60)).await;
        town.reads().await;

        write(&mut print, &geometry, "message-1-1", "昨夜はよく眠れました。");
        let first = sends(&town, &print, (2, 9)).await;
        let second = sends(&town, &print, (3, 8)).await;
        town.reads().await;
        let photos = town.photos(town.plum).await;
        assert_eq!(moments(&photos), [8, 60].map(|ago| NOW.plus(-ago * MINUTE)));
        assert_eq!(
            (photos[0].ink, photos[0].strips.len()),
            (Some(Ink::New), 1),
            "beside the one an hour ago"
        );
        assert!(is_double(&town, first).await && !is_double(&town, second).await);

        let opened = open(&town.app, town.plum).await.unwrap();
        let name = PhotoName { id: second, part: 0 };
        take_out::unfile(&town.app, &town.signed_in(town.manager).await, opened, name).await.unwrap();
        assert_eq!(ids(&town.photos(town.plum).await)[0], first, "it is shown again");
    });
}

#[test]
fn a_worse_second_photo_is_put_behind_the_first_unless_there_is_more_on_it() {
    every_store(|records| async move {
        let (town, printer) = (Town::found(records).await, printer());
        let mut print = sheet(&town.booklet(&printer, town.plum).await, MESSAGES.into());
        let geometry = geometry(&town, MESSAGES).await;
        write(&mut print, &geometry, "message-1-1", "昨夜はよく眠れました。");
        let good = sends(&town, &print, (2, 9)).await;
        town.reads().await;
        let tipped = |print: &Print, seed: u64| {
            let mut print = print.clone();
            darken(&mut print);
            (print, seed)
        };
        let (dark, seed) = tipped(&print, 3);
        let worse = sends(&town, &dark, (seed, 8)).await;
        town.reads().await;
        assert!(!town.upload(town.manager, worse).await.contents.tips.is_empty(), "the photo has an advice");
        assert_eq!(ids(&town.photos(town.plum).await), [good]);
        assert!(is_double(&town, worse).await);

        write(&mut print, &geometry, "message-2-1", "お風呂に入りました。");
        let (dark, seed) = tipped(&print, 4);
        let more = sends(&town, &dark, (seed, 7)).await;
        town.reads().await;
        assert_eq!(ids(&town.photos(town.plum).await), [more, good]);
        assert!(!is_double(&town, more).await);
    });
}

/// Paper that hardly any light falls on.
fn darken(print: &mut Print) {
    print.samples.iter_mut().for_each(|sample| *sample = (f64::from(*sample) * 0.22) as u8);
}

#[test]
fn photos_of_other_people_and_of_another_hour_stay_two() {
    every_store(|records| async move {
        let (town, printer) = (Town::found(records).await, printer());
        let print = sheet(&town.booklet(&printer, town.plum).await, MESSAGES.into());
        sends(&town, &print, (2, 30)).await;
        sends(&town, &print, (3, 8)).await;
        town.reads().await;
        assert_eq!(town.photos(town.plum).await.len(), 2);
    });
}
