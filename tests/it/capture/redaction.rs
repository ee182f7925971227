//! Parts of a page that the family does not see: on the picture, among the strips, and on the next photo.

use kakehashi::access::audience::Audience;
use kakehashi::access::guard::open;
use kakehashi::capture::vision::{Rectangle, rectangle_of};
use kakehashi::capture::{Photo, PhotoName, inbox, pictures, redaction, sql, take_out, tap};
use kakehashi::clock::{HOUR, Instant};
use kakehashi::demo::photograph::Print;
use kakehashi::id::Actor;
use kakehashi::sheet::design::Geometry;
use kakehashi::store::Scope;
use kakehashi::store::tx::Tx;

use super::ink::{MESSAGES, geometry, without_date, write};
use super::town::{Town, photo_of, printer, sheet};
use super::waiting::joins;
use crate::support::store::{NOW, every_store, fresh_id};

/// The manager photographs a sheet so many hours after the beginning.
async fn photographs(town: &Town, print: &Print, hour: i64) -> PhotoName {
    photographs_as(town, town.manager, print, hour).await
}

async fn photographs_as(town: &Town, uploader: Actor, print: &Print, hour: i64) -> PhotoName {
    let (id, photographed_at): (_, Instant) = (fresh_id(), NOW.plus((hour - 20) * HOUR));
    let bytes = without_date(photo_of(print, hour as u64));
    let sent = inbox::Sent { id, bytes, photographed_at, visit: None };
    inbox::receive(&town.app, &town.inbox, uploader, sent).await.unwrap();
    town.reads().await;
    PhotoName { id, part: 0 }
}

async fn sends_to_family(town: &Town, name: PhotoName) {
    let manager = town.signed_in(town.manager).await;
    let place = (town.plum, name);
    tap::set_audience(&town.app, &town.workers, &manager, place, Audience::Everyone).await.unwrap();
}

async fn keeps_to_supporters(town: &Town, name: PhotoName, areas: Vec<Rectangle>) {
    let photo = find(&town.photos(town.plum).await, name);
    let opened = open(&town.app, town.plum).await.unwrap();
    redaction::set(&town.app, &town.workers, &opened, &photo, areas).await.unwrap();
}

fn find(photos: &[Photo], name: PhotoName) -> Photo {
    photos.iter().find(|photo| photo.name == name).unwrap().clone()
}

fn rows(photo: &Photo) -> Vec<&str> {
    photo.strips.iter().flat_map(|strip| &strip.regions).map(String::as_str).collect()
}

/// The darkest pixel of a part of a photo, from 0 to 255, on the large picture.
async fn darkest(town: &Town, photo: &Photo, area: Rectangle) -> u8 {
    let opened = open(&town.app, town.plum).await.unwrap();
    let file = pictures::get_of_notebook(&town.app, &opened, &photo.pictures.large).await.unwrap();
    let picture = image::load_from_memory(&file).unwrap().to_luma8();
    let pixels =
        (area.x..area.x + area.width).flat_map(|x| (area.y..area.y + area.height).map(move |y| (x, y)));
    pixels.map(|(x, y)| picture.get_pixel(x, y).0[0]).min().unwrap()
}

/// No ink is as light as this, and no paint as dark.
const INK: u8 = 150;

#[test]
fn what_is_kept_to_supporters_stays_with_them_also_on_the_next_photo_of_the_sheet() {
    every_store(|records| async move {
        let (town, printer) = (Town::found(records).await, printer());
        let mut print = sheet(&town.booklet(&printer, town.plum).await, MESSAGES.into());
        let geometry = geometry(&town, MESSAGES).await;
        let row = |name: &str| {
            let region = geometry.regions.iter().find(|region| region.name == name).unwrap();
            rectangle_of(&region.area)
        };
        let secret = row("message-1-1");
        for name in ["message-1-1", "message-2-1"] {
            write(&mut print, &geometry, name, "昨夜はよく眠れました。");
        }
        let first = photographs(&town, &print, 1).await;
        keeps_to_supporters(&town, first, vec![secret]).await;
        assert!(town.photos_for_family(town.plum).await.is_empty(), "nobody has sent it");
        sends_to_family(&town, first).await;

        let seen = find(&town.photos_for_family(town.plum).await, first);
        assert_eq!(rows(&seen), ["message-2-1"]);
        assert!(
            darkest(&town, &seen, secret).await > INK
                && darkest(&town, &seen, row("message-2-1")).await < INK
        );
        let whole = find(&town.photos(town.plum).await, first);
        assert_eq!(rows(&whole), ["message-1-1", "message-2-1"]);
        assert!(darkest(&town, &whole, secret).await < INK);

        write(&mut print, &geometry, "message-2-2", "朝食は全部食べました。");
        let next = photographs(&town, &print, 3).await;
        sends_to_family(&town, next).await;
        let seen = find(&town.photos_for_family(town.plum).await, next);
        assert_eq!(rows(&seen), ["message-2-2"]);
        assert!(darkest(&town, &seen, secret).await > INK, "the row is on the next photo too");

        keeps_to_supporters(&town, next, vec![]).await;
        let seen = town.photos_for_family(town.plum).await;
        for name in [first, next] {
            assert!(darkest(&town, &find(&seen, name), secret).await < INK, "shown again on both");
        }
    });
}

fn row(geometry: &Geometry, name: &str) -> Rectangle {
    let region = geometry.regions.iter().find(|region| region.name == name).unwrap();
    rectangle_of(&region.area)
}

#[test]
fn what_one_of_the_team_keeps_to_supporters_nobody_else_shows() {
    every_store(|records| async move {
        let (town, printer) = (Town::found(records).await, printer());
        joins(&town, town.newcomer, town.plum).await;
        let mut print = sheet(&town.booklet(&printer, town.plum).await, MESSAGES.into());
        let geometry = geometry(&town, MESSAGES).await;
        let (secret, other) = (row(&geometry, "message-1-1"), row(&geometry, "message-2-1"));
        for name in ["message-1-1", "message-2-1"] {
            write(&mut print, &geometry, name, "昨夜はよく眠れました。");
        }
        let first = photographs(&town, &print, 1).await;
        keeps_to_supporters(&town, first, vec![secret]).await;

        let colleague = town.signed_in(town.newcomer).await;
        let second = photographs_as(&town, town.newcomer, &print, 2).await;
        keeps_to_supporters(&town, second, vec![]).await;
        let place = (town.plum, second);
        tap::set_audience(&town.app, &town.workers, &colleague, place, Audience::Everyone).await.unwrap();
        let third = photographs(&town, &print, 3).await;
        sends_to_family(&town, third).await;
        for name in [second, third] {
            let seen = find(&town.photos_for_family(town.plum).await, name);
            assert!(darkest(&town, &seen, secret).await > INK, "the colleague said nothing of it");
            assert!(darkest(&town, &seen, other).await < INK);
        }
        // Whoever hid it may show it again, on the next photo of the colleague's too.
        for name in [first, third] {
            keeps_to_supporters(&town, name, vec![]).await;
        }
        let last = photographs_as(&town, town.newcomer, &print, 4).await;
        let place = (town.plum, last);
        tap::set_audience(&town.app, &town.workers, &colleague, place, Audience::Everyone).await.unwrap();
        let seen = find(&town.photos_for_family(town.plum).await, last);
        assert!(darkest(&town, &seen, secret).await < INK);
    });
}

#[test]
fn what_is_kept_to_supporters_and_when_it_was_written_go_with_a_photo_that_is_filed_again() {
    every_store(|records| async move {
        let (town, printer) = (Town::found(records).await, printer());
        let mut print = sheet(&town.booklet(&printer, town.plum).await, MESSAGES.into());
        let geometry = geometry(&town, MESSAGES).await;
        let secret = row(&geometry, "message-1-1");
        write(&mut print, &geometry, "message-1-1", "昨夜はよく眠れました。");
        let name = photographs(&town, &print, 1).await;
        keeps_to_supporters(&town, name, vec![secret]).await;
        sends_to_family(&town, name).await;
        let (opened, written) = (open(&town.app, town.plum).await.unwrap(), NOW.plus(-40 * HOUR));
        let (notebook, note) = (town.plum, name);
        let set = move |tx: &mut Tx<'_>| sql::photo::set_written_on(tx, notebook, note, written);
        town.app.records.write(Scope::Notebook(notebook), set).await.unwrap();

        let manager = town.signed_in(town.manager).await;
        take_out::unfile(&town.app, &manager, opened, name).await.unwrap();
        tap::file(&town.app, &manager, name, town.plum).await.unwrap();
        assert!(town.photos_for_family(town.plum).await.is_empty(), "it is to be sent again");
        sends_to_family(&town, name).await;
        let seen = find(&town.photos_for_family(town.plum).await, name);
        assert!(darkest(&town, &seen, secret).await > INK);
        assert!(rows(&seen).is_empty() && seen.written_on == Some(written));
    });
}

#[test]
fn a_strip_shows_nothing_of_a_hidden_row_beside_it() {
    every_store(|records| async move {
        let (town, printer) = (Town::found(records).await, printer());
        let mut print = sheet(&town.booklet(&printer, town.plum).await, MESSAGES.into());
        let geometry = geometry(&town, MESSAGES).await;
        write(&mut print, &geometry, "message-1-2", "朝食は全部食べました。");
        let name = photographs(&town, &print, 1).await;
        let photo = find(&town.photos(town.plum).await, name);
        let opened = open(&town.app, town.plum).await.unwrap();
        let darkest_of = async |hidden: &[Rectangle], rows: std::ops::Range<u32>| {
            let strip = &photo.strips[0];
            let shown = redaction::strip_without(&town.app, &town.workers, &opened, strip, hidden).await;
            let picture = image::load_from_memory(&shown.unwrap()).unwrap().to_luma8();
            let pixels = rows.flat_map(|y| (0..picture.width()).map(move |x| (x, y)));
            pixels.map(|(x, y)| picture.get_pixel(x, y).0[0]).min().unwrap()
        };
        // A strip begins 2 mm above its row, where the row above it ends with a printed line.
        assert!(darkest_of(&[], 0..16).await < INK);
        let above = [row(&geometry, "message-1-1")];
        assert!(darkest_of(&above, 0..16).await > INK);
        assert!(darkest_of(&above, 24..60).await < INK, "its own row is there");
    });
}
