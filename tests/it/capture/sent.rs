//! What somebody sent is there for themself: the frame around a sheet, a file that could not be read, and the day on
//! which what waits goes.

use axum::http::StatusCode;
use kakehashi::access::permission::Level;
use kakehashi::access::principal::{OfficeKind, Profession};
use kakehashi::access::sql::grant::Holder;
use kakehashi::audit::{self, Act};
use kakehashi::clock::DAY;
use kakehashi::id::{Actor, NotebookNumber};
use kakehashi::print::web::{first_booklet, print};
use kakehashi::store::Scope;
use kakehashi::store::tx::Tx;

use super::town::{photo_of, printer, sheet};
use super::waiting::without_code;
use crate::access::people::{give, router, send};
use crate::desk::Worker;
use crate::support::app::{Town, every_town};
use crate::support::store::NOW;

/// A notebook with its booklet, and two of its care team.
pub struct Team {
    pub notebook: NotebookNumber,
    pub booklet: Vec<u8>,
    pub manager: Actor,
    pub nurse: Actor,
}

impl Team {
    pub async fn of(town: &Town) -> Self {
        let notebook = Worker::desk(town).await.issued().await;
        let office = town.office(OfficeKind::Clinic, "みなと診療所").await;
        let manager = town.staff_of(&office, "佐藤 由美", Profession::CareManager).await;
        let nurse = town.staff_of(&office, "中村 恵", Profession::Nurse).await;
        for one in [manager, nurse] {
            give(town, notebook, Holder::of(one), Level::Team).await;
        }
        let booklet = print(&town.app, &printer(), notebook, first_booklet(), manager).await.unwrap();
        Self { notebook, booklet, manager, nurse }
    }
}

/// How often somebody looked at a photo, by the diary.
async fn looked(town: &Town, notebook: NotebookNumber, actor: Actor) -> usize {
    let all = town.app.records.read(move |tx| audit::sql::all(tx, notebook)).await.unwrap();
    let is_look = |record: &audit::Record| record.act == Act::ReadPhoto && record.actor.id == actor.id;
    all.iter().filter(|(record, _)| is_look(record)).count()
}

#[test]
fn the_frame_around_a_sheet_is_for_who_took_it_as_long_as_the_notebook_is_open_to_them() {
    every_town(|town| async move {
        let Team { notebook, booklet, manager, nurse } = Team::of(&town).await;
        let name = send(&town, manager, None, photo_of(&sheet(&booklet, 12), 1)).await;
        let (page, frame) = (format!("/n/{notebook}/photos/{name}"), format!("/photos/{name}/frame.jpg"));
        let router = router(&town);
        let own = town.browser(router.clone(), Some(manager)).await;
        assert_eq!(looked(&town, notebook, manager).await, 0);
        let picture = own.gets(&frame).await.is(StatusCode::OK);
        let (width, height) =
            image::load_from_memory(&picture.body).map(|p| (p.width(), p.height())).unwrap();
        assert_eq!((width, height), (1500, 2000), "all of a photo of 2268 × 3024");
        assert_eq!(looked(&town, notebook, manager).await, 1, "the view is in the diary");
        own.gets(&page).await.is(StatusCode::OK).sees(&frame);
        let others = town.browser(router.clone(), Some(nurse)).await;
        others.gets(&page).await.is(StatusCode::OK).never_sees(&frame);
        others.gets(&frame).await.is(StatusCode::NOT_FOUND);
        town.browser(router, None).await.gets(&frame).await.is(StatusCode::SEE_OTHER);

        let leave = move |tx: &mut Tx<'_>| {
            let end = "UPDATE access_grant SET ended_at = ?3 WHERE notebook = ?1 AND holder = ?2";
            tx.run(end, &[notebook.into(), manager.id.into(), NOW.into()])
        };
        town.app.records.write(Scope::Notebook(notebook), leave).await.unwrap();
        own.gets(&frame).await.is(StatusCode::NOT_FOUND);
    });
}

#[test]
fn a_file_that_could_not_be_read_can_be_had_back() {
    every_town(|town| async move {
        let Team { booklet, manager, nurse, .. } = Team::of(&town).await;
        let broken = [&[0xFF, 0xD8, 0xFF][..], &[7; 400]].concat();
        let name = send(&town, manager, None, broken.clone()).await;
        let original = format!("/photos/{name}/original");
        let router = router(&town);
        let own = town.browser(router.clone(), Some(manager)).await;
        own.gets("/photos").await.is(StatusCode::OK).sees(&original).sees("までお預かりし");
        let back = own.gets(&original).await.is(StatusCode::OK);
        assert_eq!(back.body, broken);
        town.browser(router, Some(nurse)).await.gets(&original).await.is(StatusCode::NOT_FOUND);
        let read = send(&town, manager, None, photo_of(&sheet(&booklet, 12), 1)).await;
        own.gets(&format!("/photos/{read}/original")).await.is(StatusCode::NOT_FOUND);
    });
}

#[test]
fn the_day_is_told_on_which_what_waits_goes() {
    every_town(|town| async move {
        let Team { notebook, booklet, manager, .. } = Team::of(&town).await;
        let photo = photo_of(&without_code(sheet(&booklet, 12)), 1);
        let name = send(&town, manager, Some(notebook), photo).await;
        let own = town.browser(router(&town), Some(manager)).await;
        let told = "いちばん早いもの";
        own.gets("/").await.is(StatusCode::OK).never_sees(told);
        own.gets("/photos").await.is(StatusCode::OK).sees("までお預かりし");
        own.gets(&format!("/photos/{name}"))
            .await
            .is(StatusCode::OK)
            .sees(&format!("/photos/{name}/frame.jpg"));
        let soon = move |tx: &mut Tx<'_>| {
            tx.run(
                "UPDATE inbox SET until_at = ?2 WHERE id = ?1",
                &[name.id.into(), NOW.plus(9 * DAY).into()],
            )
        };
        town.app.records.write(Scope::House, soon).await.unwrap();
        own.gets("/").await.is(StatusCode::OK).sees(told);
    });
}

#[test]
fn who_photographs_a_page_of_another_notebook_than_the_open_one_is_told() {
    every_town(|town| async move {
        let Team { notebook, booklet, manager, .. } = Team::of(&town).await;
        let other = Team::of(&town).await;
        give(&town, other.notebook, Holder::of(manager), Level::Team).await;
        let own = town.browser(router(&town), Some(manager)).await;
        let told = "とは、べつの";
        send(&town, manager, Some(notebook), photo_of(&sheet(&booklet, 12), 1)).await;
        own.gets("/photos").await.is(StatusCode::OK).never_sees(told);
        send(&town, manager, Some(notebook), photo_of(&sheet(&other.booklet, 12), 1)).await;
        own.gets("/photos").await.is(StatusCode::OK).sees(told);
    });
}
