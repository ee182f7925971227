//! Photos that wait or are held: nothing of them is lost, shown to others or filed without a tap.

use kakehashi::access::audience::Audience;
use kakehashi::access::guard::{SignedIn, open};
use kakehashi::access::permission::{Grant, Level};
use kakehashi::access::principal::Profession;
use kakehashi::access::sql::grant::{self, Holder, NewGrant};
use kakehashi::capture::filing::Why;
use kakehashi::capture::part::{PartState, Sharing};
use kakehashi::capture::{PhotoName, Upload, pictures, pile, sql, take_out, tap};
use kakehashi::clock::{Clock, DAY, HOUR, Instant};
use kakehashi::demo::photograph::Print;
use kakehashi::id::{Actor, NotebookNumber};
use kakehashi::print::order::Piece;
use kakehashi::print::web::{self, add_sheets};
use kakehashi::sheet::design::Format;
use kakehashi::store::Scope;
use kakehashi::store::tx::Tx;
use kakehashi::sweep::sweep;
use kakehashi::web::App;

use super::town::{cover, only_sheet, photo_of_two, printer, sheet};
use super::*;
use crate::support::store::{NOW, fresh_id};

fn name(upload: &Upload) -> PhotoName {
    PhotoName { id: upload.key.id, part: 0 }
}

pub async fn joins(town: &Town, actor: Actor, notebook: NotebookNumber) {
    let grant = Grant { level: Level::Team, from: Instant(0), until: None };
    let new = NewGrant { id: fresh_id(), holder: Holder::of(actor), grant, given_by: actor.id, reason: None };
    let add = move |tx: &mut Tx<'_>| grant::add(tx, notebook, &new);
    town.app.records.write(Scope::Notebook(notebook), add).await.unwrap();
}

/// Hides the code of a sheet, wherever it is printed.
pub fn without_code(mut print: Print) -> Print {
    for left in [5.0, 110.0] {
        cover(&mut print, [left + 10.0, 0.0, 22.0, 40.0]);
    }
    print
}

/// Photos of paper that nobody printed a mark on, on a dark table.
fn plain_paper(shade: u8) -> Vec<u8> {
    let mut picture = image::RgbImage::from_pixel(900, 1200, image::Rgb([shade, 50, 40]));
    for (x, y) in (150..750).flat_map(|x| (176..1024).map(move |y| (x, y))) {
        let is_ink = y % 60 < 3 && x % 200 > 40;
        picture.put_pixel(x, y, image::Rgb(if is_ink { [40, 40, 60] } else { [235, 235, 230] }));
    }
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

/// The photos that somebody is asked about.
async fn waiting(town: &Town, signed_in: &SignedIn) -> Vec<PhotoName> {
    pile::waiting(&town.app, signed_in).await.unwrap().iter().map(|waits| waits.name).collect()
}

/// The town some days later, swept every hour of that day.
async fn after(town: &Town, days: i64) -> App {
    let at = |hour: i64| App { clock: Clock::fixed(NOW.plus(days * DAY + hour * HOUR)), ..town.app.clone() };
    for hour in 0..24 {
        sweep(&at(hour)).await.unwrap();
    }
    at(23)
}

/// Whether every picture of an upload can be seen.
async fn is_whole(app: &App, upload: &Upload) -> bool {
    let parts = upload.contents.parts.iter().filter_map(|part| part.pictures.as_ref());
    let pairs = parts.flat_map(|pair| [&pair.large, &pair.thumbnail]);
    for picture in pairs.chain(&upload.contents.thumbnail).chain(&upload.contents.frame) {
        if pictures::get_of_house(app, picture).await.is_err() {
            return false;
        }
    }
    true
}

#[test]
fn a_held_photo_can_be_filed_by_its_uploader_once_the_notebook_is_open_to_them() {
    every_store(|records| async move {
        let (town, printer) = (Town::found(records).await, printer());
        let plum = sheet(&town.booklet(&printer, town.plum).await, 12);
        let upload = town.receives(town.newcomer, photo_of(&plum, 1)).await;
        let (newcomer, photo) = (town.signed_in(town.newcomer).await, name(&upload));
        assert_eq!(upload.state, State::Held);
        assert_eq!(waiting(&town, &newcomer).await, []);
        let closed = tap::file(&town.app, &newcomer, photo, town.plum).await;
        assert!(matches!(closed, Err(Error::NotFound)), "{closed:?}");

        joins(&town, town.newcomer, town.pine).await;
        let other = tap::file(&town.app, &newcomer, photo, town.pine).await;
        assert!(matches!(other, Err(Error::Conflict)), "it is of another notebook: {other:?}");
        joins(&town, town.newcomer, town.plum).await;
        assert_eq!(waiting(&town, &newcomer).await, [photo]);
        tap::file(&town.app, &newcomer, photo, town.plum).await.unwrap();
        let photos = town.photos(town.plum).await;
        assert_eq!((photos.len(), photos[0].sheet, photos[0].by_tap), (1, Some(12), true));
        assert_eq!(waiting(&town, &newcomer).await, []);
    });
}

#[test]
fn nothing_is_kept_of_a_page_of_somebody_on_paper_alone() {
    every_store(|records| async move {
        let (town, printer) = (Town::found(records).await, printer());
        let plum = sheet(&town.booklet(&printer, town.plum).await, 12);
        let pine = sheet(&town.booklet(&printer, town.pine).await, 12);
        let (notebook, id) = (town.plum, fresh_id());
        let withdraw = move |tx: &mut Tx<'_>| {
            let condition = "INSERT INTO notebook_condition (notebook, id, kind, from_at, set_by)
                VALUES (?1, ?2, 'paper_only', ?3, ?2)";
            tx.run(condition, &[notebook.into(), id.into(), NOW.into()])
        };
        town.app.records.write(Scope::Notebook(notebook), withdraw).await.unwrap();
        for uploader in [town.manager, town.newcomer] {
            let upload = town.receives(uploader, photo_of(&plum, 1)).await;
            assert_eq!((upload.state, upload.blobs()), (State::Discarded, vec![]));
            assert_eq!(upload.contents.parts[0].state, PartState::Discarded { was: None });
            let signed_in = town.signed_in(uploader).await;
            assert!(tap::file(&town.app, &signed_in, name(&upload), town.pine).await.is_err());
        }
        let both = town.receives(town.manager, photo_of_two(&plum, &pine, 21)).await;
        assert_eq!((both.state, both.blobs()), (State::Filed, vec![]), "the other one's page is filed");
        assert_eq!(town.photos(town.pine).await.len(), 1);
    });
}

#[test]
fn what_waits_can_be_seen_and_filed_until_its_last_day_whatever_is_tapped_before() {
    every_store(|records| async move {
        let town = Town::found(records).await;
        let upload = town.receives(town.manager, plain_paper(60)).await;
        let manager = town.signed_in(town.manager).await;
        let frame = upload.contents.frame.clone().expect("the paper was cut out of it");
        for day in [40, 80] {
            let app = after(&town, day).await;
            assert!(is_whole(&app, &town.upload(town.manager, upload.key.id).await).await, "day {day}");
        }
        tap::show_whole(&town.app, &manager, name(&upload)).await.unwrap();
        let shown = town.upload(town.manager, upload.key.id).await;
        assert_eq!(shown.contents.parts[0].pictures.as_ref().map(|pair| &pair.large), Some(&frame));
        let other = town.receives(town.manager, plain_paper(90)).await;
        let late = after(&town, 85).await;
        assert!(is_whole(&late, &shown).await);
        for upload in [&upload, &other] {
            tap::file(&late, &manager, name(upload), town.plum).await.unwrap();
        }
        let app = after(&town, 110).await;
        assert!(is_whole(&app, &town.upload(town.manager, other.key.id).await).await, "its row stays, too");
        let (app, opened) = (after(&town, 200).await, open(&town.app, town.plum).await.unwrap());
        for photo in town.photos(town.plum).await {
            for picture in [&photo.pictures.large, &photo.pictures.thumbnail] {
                pictures::get_of_notebook(&app, &opened, picture)
                    .await
                    .expect("what is filed is kept for good");
            }
        }
    });
}

#[test]
fn the_whole_photo_is_taken_in_place_of_plain_paper_alone() {
    every_store(|records| async move {
        let (town, printer) = (Town::found(records).await, printer());
        let plum = sheet(&town.booklet(&printer, town.plum).await, 3);
        let pine = sheet(&town.booklet(&printer, town.pine).await, 3);
        let manager = town.signed_in(town.manager).await;
        let filed = town.receives(town.manager, photo_of(&plum, 1)).await;
        let opened = open(&town.app, town.plum).await.unwrap();
        take_out::unfile(&town.app, &manager, opened, name(&filed)).await.unwrap();
        let covered = town.receives(town.manager, photo_of(&without_code(plum.clone()), 2)).await;
        let two =
            town.receives(town.manager, photo_of_two(&without_code(plum), &without_code(pine), 21)).await;
        for (what, upload) in [("taken out", filed), ("by its marks", covered), ("one of two", two)] {
            let before = town.upload(town.manager, upload.key.id).await;
            assert_eq!(before.state, State::Waiting, "{what}");
            let refused = tap::show_whole(&town.app, &manager, name(&upload)).await;
            assert!(matches!(refused, Err(Error::Conflict | Error::NotFound)), "{what}: {refused:?}");
            let after = town.upload(town.manager, upload.key.id).await;
            assert!(after == before && is_whole(&town.app, &after).await, "{what}");
        }
    });
}

#[test]
fn a_photo_that_is_put_aside_asks_no_more_and_can_still_be_filed() {
    every_store(|records| async move {
        let town = Town::found(records).await;
        let upload = town.receives(town.manager, plain_paper(60)).await;
        let (manager, photo) = (town.signed_in(town.manager).await, name(&upload));
        assert_eq!(waiting(&town, &manager).await, [photo]);
        tap::put_aside(&town.app, &manager, photo).await.unwrap();
        assert_eq!(waiting(&town, &manager).await, []);
        assert!(tap::put_aside(&town.app, &manager, photo).await.is_err(), "twice");
        let aside = town.upload(town.manager, upload.key.id).await;
        assert!(aside.state == State::Discarded && is_whole(&after(&town, 29).await, &aside).await);
        tap::file(&town.app, &manager, photo, town.plum).await.unwrap();
        assert_eq!(town.photos(town.plum).await.len(), 1);
        assert!(tap::put_aside(&town.app, &manager, photo).await.is_err(), "it is filed");
    });
}

#[test]
fn marks_without_a_code_say_which_sheet_it_is_and_who_may_see_it() {
    every_store(|records| async move {
        let (town, printer) = (Town::found(records).await, printer());
        let manager = town.signed_in(town.manager).await;
        let designs = vec!["caregiver-check".to_owned()];
        let added = add_sheets(&town.app, &printer, town.plum, designs, Format::A5, town.manager).await;
        let (from, to) = added.unwrap();
        let pdf = web::print(&town.app, &printer, town.plum, Piece::Again { from, to }, town.manager).await;
        let print = without_code(only_sheet(&pdf.unwrap()));
        for notebook in [town.plum, town.pine] {
            let upload = town.receives(town.manager, photo_of(&print, 3)).await;
            let state = &upload.contents.parts[0].state;
            assert!(matches!(state, PartState::Waiting { why: Why::Marks, label: Some(_), .. }), "{state:?}");
            tap::file(&town.app, &manager, name(&upload), notebook).await.unwrap();
            let photos = town.photos(notebook).await;
            let own = (notebook == town.plum).then_some(from);
            assert_eq!((photos[0].design.as_deref(), photos[0].sheet), (Some("caregiver-check"), own));
            assert_eq!(photos[0].audience, Audience::Profession(Profession::CareManager));
            let filed = town.upload(town.manager, upload.key.id).await;
            let state = &filed.contents.parts[0].state;
            assert!(matches!(state, PartState::Filed { sharing: Sharing::Never, .. }), "{state:?}");
        }
    });
}

#[test]
fn what_is_taken_out_after_its_uploader_left_the_team_can_be_filed_again_by_who_keeps_it() {
    every_store(|records| async move {
        let town = Town::found(records).await;
        let print = super::pads::pad(&town, "blood-pressure").await;
        joins(&town, town.newcomer, town.plum).await;
        let upload = town.receives(town.newcomer, photo_of(&print, 3)).await;
        let newcomer = town.signed_in(town.newcomer).await;
        tap::file(&town.app, &newcomer, name(&upload), town.plum).await.unwrap();
        let (notebook, holder) = (town.plum, town.newcomer.id);
        let leave = move |tx: &mut Tx<'_>| {
            let end = "UPDATE access_grant SET ended_at = ?3 WHERE notebook = ?1 AND holder = ?2";
            tx.run(end, &[notebook.into(), holder.into(), NOW.into()])
        };
        town.app.records.write(Scope::Notebook(notebook), leave).await.unwrap();

        let opened = open(&town.app, town.plum).await.unwrap();
        take_out::release_sheet(&town.app, opened, 1, town.manager, "other-person").await.unwrap();
        let manager = town.signed_in(town.manager).await;
        assert_eq!(waiting(&town, &manager).await, [name(&upload)]);
        tap::file(&town.app, &manager, name(&upload), town.plum).await.unwrap();
        assert_eq!(town.photos(town.plum).await.len(), 1);
    });
}

#[test]
fn somebody_with_very_many_photos_that_are_not_filed_is_asked_to_wait() {
    every_store(|records| async move {
        let town = Town::found(records).await;
        let (kind, uploader) = (town.manager.kind, town.manager.id);
        let fill = move |tx: &mut Tx<'_>| {
            for _ in 0..1000 {
                let row = "INSERT INTO inbox (uploader_kind, uploader, id, state, digest, received_at,
                    photographed_at, until_at, version, sealed)
                    VALUES (?1, ?2, ?3, 'unreadable', ?4, ?5, ?5, ?5, 0, ?4)";
                let values =
                    [kind.word().into(), uploader.into(), fresh_id().into(), [0_u8; 32].into(), NOW.into()];
                tx.run(row, &values)?;
            }
            Ok(())
        };
        town.app.records.write(Scope::House, fill).await.unwrap();
        let sent = town.takes(town.manager, fresh_id(), plain_paper(60)).await;
        assert!(matches!(sent, Err(Error::TooMany(_))), "{sent:?}");
        town.takes(town.newcomer, fresh_id(), plain_paper(60)).await.unwrap();
        let count = move |tx: &mut Tx<'_>| sql::upload::count_unfiled(tx, town.newcomer);
        assert_eq!(town.app.records.read(count).await.unwrap(), 1);
    });
}

#[test]
fn one_of_the_team_may_take_out_a_strangers_page_and_whoever_took_it_is_asked_again() {
    every_store(|records| async move {
        let (town, printer) = (Town::found(records).await, printer());
        let plum = sheet(&town.booklet(&printer, town.plum).await, 12);
        joins(&town, town.newcomer, town.plum).await;
        let photo = name(&town.receives(town.newcomer, photo_of(&plum, 1)).await);
        let (manager, opened) =
            (town.signed_in(town.manager).await, open(&town.app, town.plum).await.unwrap());
        let keeper = take_out::unfile(&town.app, &manager, opened, photo).await.unwrap();
        assert_eq!(keeper.id, town.newcomer.id);
        assert!(town.photos(town.plum).await.is_empty());
        let newcomer = town.signed_in(town.newcomer).await;
        assert_eq!(waiting(&town, &newcomer).await, [photo]);
        tap::file(&town.app, &newcomer, photo, town.plum).await.unwrap();
        assert_eq!(town.photos(town.plum).await[0].sheet, Some(12));
    });
}
