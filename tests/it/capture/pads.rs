//! Sheets out of a pad: nobody's until somebody photographs one and says whose it is.

use kakehashi::access::audience::Audience;
use kakehashi::access::guard::open;
use kakehashi::access::principal::{Principal, Profession};
use kakehashi::audit::Act;
use kakehashi::capture::filing::Why;
use kakehashi::capture::part::PartState;
use kakehashi::capture::{PhotoName, take_out, tap};
use kakehashi::desk::NewBatch;
use kakehashi::desk::web::batch::make_batch;
use kakehashi::print::several;
use kakehashi::sheet::design::Format;
use kakehashi::store::Scope;
use kakehashi::store::tx::Tx;

use super::town::{only_sheet, printer};
use super::*;
use kakehashi::capture::Upload;
use kakehashi::demo::photograph::Print;

/// A pad of one sheet, printed.
pub async fn pad(town: &Town, design: &str) -> Print {
    let Principal::Staff(staff) = town.signed_in(town.manager).await.principal else { unreachable!() };
    let new = NewBatch::check_pad(1, design, design, "a5").unwrap();
    let (_, numbers) = make_batch(&town.app, &staff.office, town.manager, &new).await.unwrap();
    let pdf = several::pad(&town.app, &printer(), &numbers, design, Format::A5, town.manager).await;
    only_sheet(&pdf.unwrap())
}

fn waits_unbound(upload: &Upload) -> bool {
    matches!(upload.contents.parts[0].state, PartState::Waiting { why: Why::Unbound, pad: Some(_), .. })
}

fn name(upload: &Upload) -> PhotoName {
    PhotoName { id: upload.key.id, part: 0 }
}

#[test]
fn the_first_photo_asks_whose_a_loose_sheet_is_and_later_ones_follow_until_it_is_released() {
    every_store(|records| async move {
        let town = Town::found(records).await;
        let sheet = pad(&town, "blood-pressure").await;
        let first = town.receives(town.manager, photo_of(&sheet, 3)).await;
        assert!(waits_unbound(&first), "{:?}", first.contents.parts);
        assert!(
            waits_unbound(&town.receives(town.newcomer, photo_of(&sheet, 5)).await),
            "it is nobody's yet"
        );

        let manager = town.signed_in(town.manager).await;
        tap::file(&town.app, &manager, name(&first), town.plum).await.unwrap();
        let second = town.receives(town.manager, photo_of(&sheet, 4)).await;
        let photos = town.photos(town.plum).await;
        let known: Vec<_> = photos.iter().map(|photo| (photo.sheet, photo.design.as_deref())).collect();
        assert_eq!(known, [(Some(1), Some("blood-pressure"))], "the second of a row stands for both");
        assert_eq!(town.receives(town.newcomer, photo_of(&sheet, 5)).await.state, State::Held);
        assert_eq!(town.diary_count(town.plum, Act::BoundSheet).await, 1);

        let opened = open(&town.app, town.plum).await.unwrap();
        take_out::release_sheet(&town.app, opened.clone(), 1, town.manager, "other-person").await.unwrap();
        assert!(town.photos(town.plum).await.is_empty(), "all its photos went back");
        for upload in [first, second] {
            assert!(waits_unbound(&town.upload(town.manager, upload.key.id).await));
            tap::file(&town.app, &manager, name(&upload), town.pine).await.unwrap();
        }
        assert_eq!(town.photos(town.pine).await.len(), 2);
        let again = take_out::release_sheet(&town.app, opened, 1, town.manager, "other").await;
        assert!(matches!(again, Err(Error::NotFound)), "it is not this notebook's any more");
    });
}

#[test]
fn taking_the_only_photo_of_a_loose_sheet_out_makes_it_nobodys_again() {
    every_store(|records| async move {
        let town = Town::found(records).await;
        let (sheet, manager) = (pad(&town, "free").await, town.signed_in(town.manager).await);
        let first = town.receives(town.manager, photo_of(&sheet, 3)).await;
        tap::file(&town.app, &manager, name(&first), town.plum).await.unwrap();
        let opened = open(&town.app, town.plum).await.unwrap();
        take_out::unfile(&town.app, &manager, opened, name(&first)).await.unwrap();
        assert!(waits_unbound(&town.upload(town.manager, first.key.id).await));
        tap::file(&town.app, &manager, name(&first), town.pine).await.unwrap();
        let next = town.receives(town.manager, photo_of(&sheet, 4)).await;
        assert_eq!(next.contents.filed().map(|(notebook, _)| notebook), Some(town.pine));
    });
}

#[test]
fn a_loose_sheet_of_a_caregiver_is_for_the_care_manager_as_its_design_says() {
    every_store(|records| async move {
        let town = Town::found(records).await;
        let (sheet, manager) = (pad(&town, "caregiver-check").await, town.signed_in(town.manager).await);
        let photo = town.receives(town.manager, photo_of(&sheet, 3)).await;
        tap::file(&town.app, &manager, name(&photo), town.plum).await.unwrap();
        let audience = town.photos(town.plum).await[0].audience;
        assert_eq!(audience, Audience::Profession(Profession::CareManager));
        let sent = tap::set_audience(
            &town.app,
            &town.workers,
            &manager,
            (town.plum, name(&photo)),
            Audience::Everyone,
        )
        .await;
        assert!(matches!(sent, Err(Error::Invalid(_))), "{sent:?}");
        for notebook in [town.plum, town.pine] {
            let opened = open(&town.app, notebook).await.unwrap();
            if notebook == town.pine {
                tap::file(&town.app, &manager, name(&photo), town.pine).await.unwrap();
                assert_eq!(town.photos(town.pine).await[0].audience, audience, "wherever it is filed");
            }
            take_out::unfile(&town.app, &manager, opened, name(&photo)).await.unwrap();
        }
    });
}

#[test]
fn a_sheet_of_a_recalled_pad_is_a_plain_photo_and_becomes_nobodys() {
    every_store(|records| async move {
        let town = Town::found(records).await;
        let (sheet, manager) = (pad(&town, "free").await, town.signed_in(town.manager).await);
        let first = town.receives(town.manager, photo_of(&sheet, 3)).await;
        let recall = |tx: &mut Tx<'_>| tx.run("UPDATE batch SET state = 'recalled'", &[]);
        assert_eq!(town.app.records.write(Scope::House, recall).await.unwrap(), 1);
        tap::file(&town.app, &manager, name(&first), town.plum).await.unwrap();
        let photos = town.photos(town.plum).await;
        assert_eq!((photos.len(), photos[0].sheet, photos[0].design.as_deref()), (1, None, Some("free")));
        assert_eq!(town.diary_count(town.plum, Act::BoundSheet).await, 0);
    });
}
