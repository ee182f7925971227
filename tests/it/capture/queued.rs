//! Photos that the script of a page sends, one by one, with what it knows of each: nothing is taken twice, nothing
//! for somebody else, and the answer is the photo's row.

use std::fs;

use axum::Router;
use axum::http::StatusCode;
use kakehashi::access::guard::open;
use kakehashi::access::permission::Level;
use kakehashi::access::principal::OfficeKind;
use kakehashi::access::sql::grant::Holder;
use kakehashi::capture::{Photo, UploadKey, inbox, sql};
use kakehashi::clock::HOUR;
use kakehashi::id::{Actor, Id};
use kakehashi::store::Scope;
use kakehashi::store::tx::Tx;

use crate::access::people::{give, photograph, router};
use crate::desk::{Worker, registration};
use crate::support::app::{Answer, Browser, Town, every_town};
use crate::support::store::{NOW, fresh_id};

/// A picture by its first bytes.
const BROKEN: &[u8] = b"\x89PNG\r\n\x1a\nthis is no picture";

struct House {
    town: Town,
    router: Router,
    staff: [Actor; 2],
}

impl House {
    async fn found(town: Town) -> Self {
        let office = town.office(OfficeKind::ALL[0], "窓口").await;
        let staff = [town.staff(&office, "佐藤").await, town.staff(&office, "鈴木").await];
        Self { router: router(&town), town, staff }
    }

    async fn script(&self, who: usize) -> Browser {
        self.town.browser(self.router.clone(), Some(self.staff[who])).await.scripted()
    }

    async fn is_there(&self, who: usize, id: Id) -> bool {
        inbox::find(&self.town.app, UploadKey::new(self.staff[who], id)).await.unwrap().is_some()
    }
}

/// What somebody's pages carry, by which their browser keeps their photos apart.
async fn owner_of(browser: &Browser) -> String {
    let page = browser.gets("/photos/new").await.is(StatusCode::OK).text();
    let (_, rest) = page.split_once("data-owner=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

async fn sends(browser: &Browser, owner: &str, id: Id, age: &str, bytes: &[u8]) -> Answer {
    let id = id.to_string();
    let fields =
        [("csrf", browser.csrf.as_str()), ("owner", owner), ("visit", ""), ("id", &id), ("age", age)];
    browser.uploads("/photos?number=3", &fields, &[("photo", bytes)]).await
}

#[test]
fn a_photo_sent_twice_by_a_script_is_one_and_is_answered_by_its_row() {
    every_town(|town| async move {
        let house = House::found(town).await;
        let (script, id) = (house.script(0).await, fresh_id());
        let owner = owner_of(&script).await;
        for _ in 0..2 {
            let row = sends(&script, &owner, id, &(3 * HOUR).to_string(), BROKEN).await.is(StatusCode::OK);
            row.sees(&format!("data-photo=\"{id}\"")).sees("3枚目").sees("読み取り中").never_sees("<html");
        }
        let key = UploadKey::new(house.staff[0], id);
        let upload = inbox::find(&house.town.app, key).await.unwrap().unwrap();
        assert_eq!(upload.photographed_at, NOW.plus(-3 * HOUR), "it waited three hours to be sent");
        let again = fresh_id();
        sends(&script, &owner, again, "0", BROKEN).await.sees(&format!("data-photo=\"{id}\""));
        assert!(!house.is_there(0, again).await, "the same bytes are the same photo");
        script.gets("/photos").await.sees("1枚送りました");
        script.gets(&format!("/photos/{id}/row?number=3")).await.is(StatusCode::OK).sees("3枚目");
    });
}

#[test]
fn what_is_no_photo_is_answered_by_a_row_that_says_so() {
    every_town(|town| async move {
        let house = House::found(town).await;
        let (script, id) = (house.script(0).await, fresh_id());
        let owner = owner_of(&script).await;
        let row = sends(&script, &owner, id, "0", b"Dear all").await.is(StatusCode::UNPROCESSABLE_ENTITY);
        row.sees("<li class=\"card photo refused\"").sees("写真ではないようです").never_sees("<html");
        assert!(!house.is_there(0, id).await);
    });
}

/// A page that somebody left open on a shared tablet sends nothing in the name of the next person.
#[test]
fn a_photo_of_somebody_else_is_neither_taken_nor_shown() {
    every_town(|town| async move {
        let house = House::found(town).await;
        let (script, next) = (house.script(0).await, house.script(1).await);
        let (owner, id) = (owner_of(&script).await, fresh_id());
        assert_ne!(owner, owner_of(&next).await);
        let refused = sends(&next, &owner, id, "0", BROKEN).await.is(StatusCode::UNAUTHORIZED);
        refused.never_sees("<");
        assert!(!house.is_there(0, id).await && !house.is_there(1, id).await);
        sends(&script, &owner, id, "0", BROKEN).await.is(StatusCode::OK);
        next.gets(&format!("/photos/{id}/row")).await.is(StatusCode::NOT_FOUND);
        let gone = house.town.browser(house.router.clone(), None).await.scripted();
        gone.gets(&format!("/photos/{id}/row")).await.is(StatusCode::UNAUTHORIZED);
    });
}

/// A form that was cut off on its way is no verdict on the photo: whoever keeps it must not let go of it.
#[test]
fn a_form_that_broke_off_or_says_nonsense_is_answered_without_a_row() {
    every_town(|town| async move {
        let house = House::found(town).await;
        let script = house.script(0).await;
        let owner = owner_of(&script).await;
        let kind = "multipart/form-data; boundary=x";
        let cut = format!(
            "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--x\r\n\
             Content-Disposition: form-data; name=\"photo\"; filename=\"photo\"\r\n\r\nhalf",
            script.csrf
        );
        script.sends("/photos", kind, cut.into_bytes()).await.never_sees("<li");
        let picture = fs::read("tests/fuzz/pictures/baseline.jpg").unwrap();
        sends(&script, &owner, fresh_id(), "yesterday", &picture).await.never_sees("<li");
        let version_4 = "7d444840-9dc0-41d1-b245-5ffdce74fad2".parse().unwrap();
        sends(&script, &owner, version_4, "0", &picture).await.never_sees("<li");
        script.gets("/photos").await.sees("送った写真は、まだありません");
    });
}

/// Ids are made by whoever sends: somebody who has seen the id of another's photo may send theirs under it.
#[test]
fn nobody_puts_a_photo_in_the_place_of_anothers_that_was_taken_out() {
    every_town(|town| async move {
        let desk = Worker::desk(&town).await;
        let notebook = desk.shelves(1).await[0];
        desk.issues(&registration(notebook)).await.unwrap();
        let owner = town.staff(&desk.office, "佐藤").await;
        let other = town.staff(&desk.office, "鈴木").await;
        give(&town, notebook, Holder::of(owner), Level::Team).await;
        let name = photograph(&town, owner, notebook).await;
        let opened = open(&town.app, notebook).await.unwrap();
        let work = move |tx: &mut Tx<'_>| {
            let photo = sql::photo::find_whole(tx, &opened, name)?.unwrap();
            assert!(sql::photo::move_out(tx, notebook, name, owner)?);
            assert!(!sql::photo::add(tx, &opened, &Photo { uploader: other, ..photo.clone() })?);
            assert!(sql::photo::add(tx, &opened, &photo)?, "its owner may put it back");
            Ok(())
        };
        town.app.records.write(Scope::Notebook(notebook), work).await.unwrap();
    });
}
