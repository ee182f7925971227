//! A copy of all that is kept, asked for at the desk: nothing is seen without a request, nothing is handed over
//! unseen, what is withheld stands nowhere in the copy.

use axum::http::StatusCode;
use kakehashi::access::audience::Audience;
use kakehashi::access::guard::open;
use kakehashi::access::permission::Level;
use kakehashi::access::principal::OfficeKind;
use kakehashi::access::sql::grant::Holder;
use kakehashi::audit::{self, Act};
use kakehashi::capture::sql::transcript;
use kakehashi::capture::{PhotoName, Transcript};
use kakehashi::clock::HOUR;
use kakehashi::entry::{self, Contents, Entry, Message};
use kakehashi::id::{Actor, ActorKind, Id, NotebookNumber};
use kakehashi::store::Scope;
use kakehashi::store::tx::Tx;

use super::Worker;
use crate::access::outputs::text_of;
use crate::access::people::{give, photograph, reading};
use crate::support::app::{Browser, Town, every_town};
use crate::support::store::{NOW, fresh_id};

async fn writes(town: &Town, desk: &Worker, notebook: NotebookNumber, audience: Audience, words: &str) -> Id {
    let opened = open(&town.app, notebook).await.unwrap();
    let message = Message { text: words.into(), asks: false, answers: None, paper: false };
    let entry = Entry {
        id: fresh_id(),
        version: 1,
        happened_at: NOW,
        recorded_at: NOW,
        author: desk.actor,
        audience,
        contents: Contents::Message(message),
        reason: None,
    };
    let id = entry.id;
    let add = move |tx: &mut Tx<'_>| entry::sql::add(tx, &opened, &entry);
    assert!(town.app.records.write(Scope::Notebook(notebook), add).await.unwrap());
    id
}

/// A nurse of the team photographs a page.
async fn photographs(town: &Town, notebook: NotebookNumber) -> PhotoName {
    let office = town.office(OfficeKind::Clinic, "みなと診療所").await;
    let nurse = town.staff(&office, "中村 恵").await;
    give(town, notebook, Holder::of(nurse), Level::Team).await;
    photograph(town, nurse, notebook).await
}

/// Somebody types out what stands in the handwriting of a photo.
async fn types_out(town: &Town, notebook: NotebookNumber, photo: PhotoName, words: &str) {
    let opened = open(&town.app, notebook).await.unwrap();
    let author = Actor { kind: ActorKind::Staff, id: fresh_id(), office: None };
    let recorded_at = NOW.plus(HOUR);
    let read = Transcript { id: fresh_id(), strip: 0, author, recorded_at, text: words.to_owned() };
    let add = move |tx: &mut Tx<'_>| transcript::add(tx, &opened, photo, &read);
    town.app.records.write(Scope::Notebook(notebook), add).await.unwrap();
}

/// Takes a request in, after some that are not right; its path.
async fn asks(browser: &Browser, list: &str) -> String {
    let ask = |name: &'static str, received: &'static str| {
        [("asked_by", "person"), ("name", name), ("checked", "運転免許証"), ("received", received)]
    };
    browser.posts(list, &ask("", "2026-11-22")).await.sees("求めた方のお名前を");
    for day in ["2126-11-22", "0001-01-01"] {
        browser.posts(list, &ask("高橋 梅子", day)).await.sees("きょうまでの日を");
    }
    let request = browser.posts(list, &ask("高橋 梅子", "2026-11-20")).await.goes_to().to_owned();
    browser.gets(list).await.sees("高橋 梅子（ご本人）").sees("12月5日(土)までにお渡し");
    request
}

/// What the diary says: acts of taking in, looking through, and handing over.
async fn is_in_the_diary(town: &Town, notebook: NotebookNumber) {
    let all = town.app.records.read(move |tx| audit::sql::all(tx, notebook)).await.unwrap();
    for act in [Act::AskedDisclosure, Act::ReadForDisclosure, Act::ReviewedDisclosure, Act::HandedDisclosure]
    {
        assert!(all.iter().any(|(record, _)| record.act == act), "{act:?}");
    }
}

#[test]
fn a_copy_has_what_was_looked_at_and_given_out_and_nothing_else() {
    every_town(|town| async move {
        let desk = Worker::desk(&town).await;
        let notebook = desk.issued().await;
        let given = writes(&town, &desk, notebook, Audience::Supporters, "いちばん星").await;
        let withheld = writes(&town, &desk, notebook, Audience::Everyone, "三日月").await;
        let familys = writes(&town, &desk, notebook, Audience::Relatives, "五月雨").await;
        let photo = photographs(&town, notebook).await;
        let browser = desk.browses().await;
        let list = format!("/desk/notebooks/{notebook}/disclosures");
        browser.gets(&list).await.is(StatusCode::OK).sees("まだありません").never_sees("いちばん星");
        let request = asks(&browser, &list).await;

        let page = browser.gets(&request).await.is(StatusCode::OK);
        let page = page.sees("いちばん星").sees("三日月").sees("五月雨").sees("まだ見ていないもの 4件");
        // What relatives wrote among themselves is proposed to be withheld.
        let text = page.text();
        let of_family = text.split(&format!("name=\"entry.{familys}.1\"")).nth(1).unwrap();
        assert!(of_family.split("</select>").next().unwrap().contains("value=\"others\" selected"));
        let picture = format!("{request}/photos/{photo}");
        assert_eq!(browser.gets(&picture).await.status, StatusCode::OK);
        let state = format!("{request}/state");
        assert_eq!(
            browser.posts(&state, &[("state", "reviewed")]).await.status,
            StatusCode::CONFLICT,
            "unseen"
        );
        assert_eq!(browser.gets(&format!("{request}/copy.pdf")).await.status, StatusCode::CONFLICT);

        let fields = [given, withheld, familys].map(|id| format!("entry.{id}.1"));
        let of_photo = format!("photo.{photo}.1");
        let decisions = [
            (fields[0].as_str(), ""),
            (fields[1].as_str(), "harm"),
            (fields[2].as_str(), "others"),
            (of_photo.as_str(), ""),
        ];
        assert_eq!(
            browser.posts(&request, &[(fields[0].as_str(), "why")]).await.status,
            StatusCode::NOT_FOUND
        );
        let elsewhere = [decisions[0], ("next", "https://elsewhere.example/")];
        assert_eq!(browser.posts(&request, &elsewhere).await.goes_to(), request, "leads nowhere else");
        browser.posts(&request, &decisions).await.goes_to();
        browser.posts(&state, &[("state", "reviewed")]).await.goes_to();
        assert_eq!(browser.gets(&picture).await.status, StatusCode::NOT_FOUND, "only while it is looked at");
        let copy = browser.gets(&format!("{request}/copy.pdf")).await.is(StatusCode::OK);
        let words = text_of(&copy.body);
        assert!(words.contains("いちばん星") && words.contains("2件をのせています"), "{words}");
        assert!(!words.contains("三日月") && !words.contains("五月雨"), "{words}");
        assert!(words.contains("害がおよぶおそれがあるため"), "the reason stands there: {words}");
        // What comes later is not in it, and it says so.
        writes(&town, &desk, notebook, Audience::Everyone, "四葉").await;
        let later = text_of(&browser.gets(&format!("{request}/copy.pdf")).await.is(StatusCode::OK).body);
        assert!(!later.contains("四葉") && later.contains("直されたもの1件は"), "{later}");
        browser.posts(&state, &[("state", "handed_over")]).await.goes_to();
        assert_eq!(browser.posts(&state, &[("state", "asked")]).await.status, StatusCode::CONFLICT);

        is_in_the_diary(&town, notebook).await;
        let other = Worker::desk_elsewhere(&town).await.browses().await;
        for path in [&list, &request, &picture, &format!("{request}/copy.pdf")] {
            other.gets(path).await.is(StatusCode::NOT_FOUND);
        }
    });
}

#[test]
fn what_was_typed_out_of_handwriting_is_looked_at_with_its_photo() {
    every_town(|town| async move {
        let desk = Worker::desk(&town).await;
        let notebook = desk.issued().await;
        let photo = photographs(&town, notebook).await;
        let browser = desk.browses().await;
        let request = asks(&browser, &format!("/desk/notebooks/{notebook}/disclosures")).await;
        browser.gets(&request).await.sees(&reading(photo));
        let decides = async |version: u32, reason: &str| {
            let field = format!("photo.{photo}.{version}");
            browser.posts(&request, &[(field.as_str(), reason)]).await.goes_to();
            browser.posts(&format!("{request}/state"), &[("state", "reviewed")]).await.status
        };
        let copy = async || text_of(&browser.gets(&format!("{request}/copy.pdf")).await.body);
        assert_eq!(decides(0, "").await, StatusCode::CONFLICT, "without what was typed");
        types_out(&town, notebook, photo, "六花").await;
        assert_eq!(decides(1, "others").await, StatusCode::CONFLICT, "that is not all of it any more");
        assert_eq!(decides(2, "").await, StatusCode::SEE_OTHER);
        let words = copy().await;
        assert!(words.contains("六花") && words.contains("1件をのせています"), "{words}");
        assert!(!words.contains("のせていません"), "nothing is withheld now: {words}");
        types_out(&town, notebook, photo, "七草").await;
        let words = copy().await;
        assert!(words.contains("六花") && !words.contains("七草"), "nobody has looked at that: {words}");
    });
}

#[test]
fn a_request_about_one_notebook_opens_no_other() {
    every_town(|town| async move {
        let desk = Worker::desk(&town).await;
        let (one, another) = (desk.issued().await, desk.issued().await);
        writes(&town, &desk, another, Audience::Everyone, "いちばん星").await;
        let browser = desk.browses().await;
        let fields =
            [("asked_by", "person"), ("name", "高橋"), ("checked", "免許証"), ("received", "2026-11-20")];
        let list = |notebook: NotebookNumber| format!("/desk/notebooks/{notebook}/disclosures");
        let request = browser.posts(&list(one), &fields).await.goes_to().to_owned();
        let id = request.rsplit('/').next().unwrap();
        browser.gets(&request).await.is(StatusCode::OK).never_sees("いちばん星");
        assert_eq!(browser.gets(&format!("{}/{id}", list(another))).await.status, StatusCode::NOT_FOUND);
    });
}
