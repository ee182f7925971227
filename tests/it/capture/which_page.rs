//! A sheet whose marks tell its design alone: whoever took the photo says which page it is, and from then on it is
//! one of that page's photos.

use axum::http::StatusCode;
use kakehashi::access::audience::Audience;
use kakehashi::access::guard::open;
use kakehashi::capture::vision::Rectangle;
use kakehashi::capture::{Photo, PhotoName, Redaction, sql};
use kakehashi::id::NotebookNumber;
use kakehashi::sheet::sql::list_sheets;
use kakehashi::store::Scope;
use kakehashi::store::tx::Tx;

use super::sent::Team;
use super::town::{photo_of, sheet};
use super::waiting::without_code;
use crate::access::people::{router, send};
use crate::support::app::{Town, every_town};

const DESIGN: &str = "exchange-log";

/// The pages of the design in a booklet.
async fn pages(town: &Town, notebook: NotebookNumber) -> Vec<u16> {
    let rows = town.app.records.read(move |tx| list_sheets(tx, notebook)).await.unwrap();
    rows.into_iter().filter(|row| row.design == DESIGN).map(|row| row.sheet).collect()
}

async fn find(town: &Town, notebook: NotebookNumber, name: PhotoName) -> Photo {
    let opened = open(&town.app, notebook).await.unwrap();
    let find = move |tx: &mut Tx<'_>| sql::photo::find_whole(tx, &opened, name);
    town.app.records.read(find).await.unwrap().unwrap()
}

#[test]
fn the_page_is_asked_for_after_the_tap_and_the_photo_then_counts_for_it() {
    every_town(|town| async move {
        let Team { notebook, booklet, manager, nurse } = Team::of(&town).await;
        let pages = pages(&town, notebook).await;
        let page = pages[pages.len() - 3];
        let print = without_code(sheet(&booklet, page.into()));
        let name = send(&town, manager, Some(notebook), photo_of(&print, 1)).await;
        let (path, router) = (format!("/n/{notebook}/photos/{name}"), router(&town));
        let own = town.browser(router.clone(), Some(manager)).await;
        let filed =
            own.posts(&format!("/photos/{name}?part=0"), &[("notebook", &notebook.to_string())]).await;
        assert_eq!(filed.goes_to(), format!("{path}?told=filed"));
        let (asking, correcting) = ("<h2>この", "ページの番号をなおす");
        own.gets(&path).await.is(StatusCode::OK).sees(&format!("{path}/page")).sees(asking);
        own.gets(&format!("/n/{notebook}")).await.is(StatusCode::OK).never_sees("残り");

        let tell = async |number: &str| own.posts(&format!("{path}/page"), &[("number", number)]).await;
        for wrong in ["9999", "1", "", "三"] {
            tell(wrong).await.is(StatusCode::OK).sees("aria-invalid");
        }
        let others = town.browser(router, Some(nurse)).await;
        others
            .posts(&format!("{path}/page"), &[("number", &page.to_string())])
            .await
            .is(StatusCode::NOT_FOUND);
        assert_eq!(find(&town, notebook, name).await.sheet, None);

        let full_width: String = page
            .to_string()
            .chars()
            .map(|digit| char::from_u32(u32::from(digit) + 0xFEE0).unwrap())
            .collect();
        assert_eq!(tell(&full_width).await.goes_to(), format!("{path}?told=page"));
        own.gets(&path).await.is(StatusCode::OK).never_sees(asking).sees(correcting);
        let photo = find(&town, notebook, name).await;
        assert_eq!((photo.design.as_deref(), photo.sheet), (Some(DESIGN), Some(page)));
        // Two pages are left behind it, and the care manager hears of it.
        own.gets(&format!("/n/{notebook}/sheets")).await.is(StatusCode::OK).sees(&path).sees("残り2ページ");
        own.gets(&format!("/n/{notebook}"))
            .await
            .is(StatusCode::OK)
            .sees("残り2ページ")
            .sees("最後に写した日");
        others.gets(&format!("/n/{notebook}")).await.is(StatusCode::OK).never_sees("残り2ページ");
    });
}

#[test]
fn what_is_kept_to_supporters_of_the_page_is_not_shown_by_a_photo_that_turns_out_to_be_of_it() {
    every_town(|town| async move {
        let Team { notebook, booklet, manager, nurse } = Team::of(&town).await;
        let page = pages(&town, notebook).await[1];
        let print = sheet(&booklet, page.into());
        let hiding = send(&town, nurse, None, photo_of(&print, 1)).await;
        let opened = open(&town.app, notebook).await.unwrap();
        let hide = move |tx: &mut Tx<'_>| {
            let photo = sql::photo::find_whole(tx, &opened, hiding)?.unwrap();
            let areas = vec![Rectangle { x: 0, y: 400, width: 5000, height: 100 }];
            let redaction = Redaction { areas, others: vec![], pictures: Some(photo.pictures) };
            sql::photo::set_redaction(tx, &opened, hiding, &redaction)
        };
        assert!(town.app.records.write(Scope::Notebook(notebook), hide).await.unwrap());

        let name = send(&town, manager, Some(notebook), photo_of(&without_code(print), 2)).await;
        let (path, own) =
            (format!("/n/{notebook}/photos/{name}"), town.browser(router(&town), Some(manager)).await);
        own.posts(&format!("/photos/{name}?part=0"), &[("notebook", &notebook.to_string())]).await.goes_to();
        own.posts(&format!("{path}/audience"), &[("audience", "everyone")]).await.goes_to();
        assert_eq!(find(&town, notebook, name).await.audience, Audience::Everyone);
        let told = own.posts(&format!("{path}/page"), &[("number", &page.to_string())]).await;
        assert_eq!(told.goes_to(), format!("{path}?told=page-kept"));
        let photo = find(&town, notebook, name).await;
        assert_eq!((photo.sheet, photo.audience), (Some(page), Audience::Supporters));
    });
}

#[test]
fn what_a_code_told_is_not_told_otherwise_and_what_was_told_is_asked_again_after_it_was_taken_out() {
    every_town(|town| async move {
        let Team { notebook, booklet, manager, .. } = Team::of(&town).await;
        let pages = pages(&town, notebook).await;
        let own = town.browser(router(&town), Some(manager)).await;
        let print = sheet(&booklet, pages[0].into());
        let other = pages[1].to_string();
        let coded = send(&town, manager, None, photo_of(&print, 1)).await;
        let bare = send(&town, manager, Some(notebook), photo_of(&without_code(print), 2)).await;
        let number = notebook.to_string();
        let files = async |name: PhotoName| {
            let filed = own.posts(&format!("/photos/{name}?part=0"), &[("notebook", &number)]).await;
            filed.goes_to().to_owned()
        };
        let tells = async |name: PhotoName| {
            let path = format!("/n/{notebook}/photos/{name}/page");
            own.posts(&path, &[("number", &other)]).await.status
        };
        let takes_out = async |name: PhotoName| {
            own.posts(&format!("/n/{notebook}/photos/{name}/unfile"), &[]).await.goes_to().to_owned()
        };
        files(bare).await;
        for round in 0..2 {
            assert_eq!(tells(coded).await, StatusCode::OK, "round {round}");
            assert_eq!(find(&town, notebook, coded).await.sheet, Some(pages[0]), "round {round}");
            assert_eq!(tells(bare).await, StatusCode::SEE_OTHER, "round {round}");
            assert_eq!(find(&town, notebook, bare).await.sheet, Some(pages[1]), "round {round}");
            for name in [coded, bare] {
                takes_out(name).await;
                files(name).await;
            }
            assert_eq!(find(&town, notebook, bare).await.sheet, None, "round {round}");
        }
    });
}
