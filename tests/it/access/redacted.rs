//! Handwriting that is kept to supporters: a relative neither reads nor overwrites what was typed out of it.

use axum::http::StatusCode;
use kakehashi::access::audience::Audience;
use kakehashi::access::guard::open;
use kakehashi::access::permission::Level;
use kakehashi::access::principal::{OfficeKind, Profession};
use kakehashi::access::sql::grant::Holder;
use kakehashi::capture::vision::Rectangle;
use kakehashi::capture::{Redaction, sql};
use kakehashi::store::Scope;
use kakehashi::store::tx::Tx;

use super::people::{give, photograph, reading, router};
use crate::desk::Worker;
use crate::support::app::every_town;

#[test]
fn a_relative_neither_reads_nor_overwrites_what_stands_in_a_hidden_row() {
    every_town(|town| async move {
        let notebook = Worker::desk(&town).await.issued().await;
        let clinic = town.office(OfficeKind::Clinic, "みなと診療所").await;
        let nurse = town.staff_of(&clinic, "中村 恵", Profession::Nurse).await;
        let daughter = town.relative("高橋 花").await;
        give(&town, notebook, Holder::of(nurse), Level::Team).await;
        give(&town, notebook, Holder::of(daughter), Level::Family).await;
        let name = photograph(&town, nurse, notebook).await;
        let opened = open(&town.app, notebook).await.unwrap();
        let hide = move |tx: &mut Tx<'_>| {
            let photo = sql::photo::find_whole(tx, &opened, name)?.unwrap();
            let areas = vec![Rectangle { x: 0, y: 0, width: 5000, height: 5000 }];
            let redaction = Redaction { areas, others: vec![], pictures: Some(photo.pictures) };
            assert!(sql::photo::set_redaction(tx, &opened, name, &redaction)?);
            sql::photo::set_audience(tx, notebook, name, nurse, Audience::Everyone)
        };
        assert!(town.app.records.write(Scope::Notebook(notebook), hide).await.unwrap());

        let page = format!("/n/{notebook}/photos/{name}");
        let strip = format!("{page}/strips/0/text");
        let router = router(&town);
        let daughter = town.browser(router.clone(), Some(daughter)).await;
        daughter.gets(&page).await.is(StatusCode::OK).never_sees(&reading(name));
        daughter.gets(&format!("{page}/strips/0")).await.is(StatusCode::NOT_FOUND);
        let hidden = daughter.posts(&strip, &[("text", "")]).await;
        let none = daughter.posts(&format!("{page}/strips/7/text"), &[("text", "")]).await;
        assert_eq!((hidden.status, none.status), (StatusCode::CONFLICT, StatusCode::CONFLICT));
        let nurse = town.browser(router, Some(nurse)).await;
        nurse.gets(&page).await.is(StatusCode::OK).sees(&reading(name));
        nurse.posts(&strip, &[("text", "よく眠れた")]).await.is(StatusCode::SEE_OTHER);
    });
}
