//! Minting and issuing: what is written, and what is not.

use kakehashi::access::family::{answer_hash, slip_secret};
use kakehashi::access::guard::{open, secret_hash};
use kakehashi::access::permission::Level;
use kakehashi::access::sql::grant::{self, LedgerState};
use kakehashi::access::sql::session;
use kakehashi::audit::{self, Act};
use kakehashi::desk::{Registration, Ticks};
use kakehashi::error::Error;
use kakehashi::id::{Actor, ActorKind, NotebookNumber};
use kakehashi::notebook;
use kakehashi::notebook::consent;
use kakehashi::store::keys;

use super::{Worker, registration};
use crate::support::app::{Town, every_town};
use crate::support::store::NOW;

async fn state(town: &Town, notebook: NotebookNumber) -> Option<LedgerState> {
    let gate = town.app.records.read(move |tx| grant::find_gate(tx, notebook, NOW)).await.unwrap();
    gate.map(|gate| gate.state)
}

/// The acts in a notebook's diary, oldest first; the chain holds.
async fn diary(town: &Town, notebook: NotebookNumber) -> Vec<Act> {
    let rows = town.app.records.read(move |tx| audit::sql::all(tx, notebook)).await.unwrap();
    assert_eq!(audit::first_break(notebook, &rows), None);
    rows.iter().map(|(record, _)| record.act).collect()
}

async fn levels(town: &Town, notebook: NotebookNumber, actor: Actor) -> Vec<Level> {
    let grants = town.app.records.read(move |tx| grant::list(tx, notebook, actor)).await.unwrap();
    grants.iter().map(|grant| grant.level).collect()
}

async fn consents(town: &Town, notebook: NotebookNumber) -> Vec<String> {
    let found = town.app.records.read(move |tx| consent::sql::list(tx, notebook)).await.unwrap();
    found.into_iter().map(|(scope, _)| scope).collect()
}

#[test]
fn a_desk_mints_a_batch_and_every_number_is_blank_and_has_its_key() {
    every_town(|town| async move {
        let desk = Worker::desk(&town).await;
        let numbers = desk.shelves(3).await;
        for notebook in &numbers {
            let notebook = *notebook;
            assert_eq!(state(&town, notebook).await, Some(LedgerState::Blank));
            assert_eq!(diary(&town, notebook).await, [Act::Minted]);
            assert!(open(&town.app, notebook).await.is_ok());
            let find = move |tx: &mut kakehashi::store::tx::Tx<'_>| notebook::sql::find_salt(tx, notebook);
            assert!(town.app.records.read(find).await.unwrap().is_some());
        }
        let office = desk.office.id;
        let shelf = town.app.records.read(move |tx| notebook::sql::list_shelf(tx, office, 10)).await.unwrap();
        let mut looks: Vec<_> = shelf.iter().map(|blank| (&blank.symbol, &blank.colour)).collect();
        looks.sort_unstable();
        looks.dedup();
        assert_eq!(looks.len(), 3, "booklets of one shelf look different");
        let never = NotebookNumber::draw().unwrap();
        assert_eq!(state(&town, never).await, None, "a number that was never minted is unknown, not blank");
        let key = town.app.keys.read(move |tx| keys::find_notebook(tx, never)).await.unwrap();
        assert!(key.is_none());
    });
}

#[test]
fn a_blank_of_an_ordinary_office_falls_back_on_the_districts_desk() {
    every_town(|town| async move {
        let district = Worker::desk(&town).await;
        let kind = kakehashi::access::principal::OfficeKind::CareSupportOffice;
        let office = Worker::new(&town, kind, "ケアプランさくら", "佐藤 由美").await;
        let notebook = office.shelves(1).await[0];
        let found =
            town.app.records.read(move |tx| notebook::sql::find(tx, notebook)).await.unwrap().unwrap();
        assert_eq!((found.desk, found.fallback_desk), (office.office.id, district.office.id));
    });
}

#[test]
fn registering_issues_the_notebook_with_consents_grants_and_a_slip() {
    every_town(|town| async move {
        let desk = Worker::desk(&town).await;
        let notebook = desk.shelves(1).await[0];
        let issued = desk.issues(&registration(notebook)).await.unwrap();
        assert_eq!(state(&town, notebook).await, Some(LedgerState::Issued));
        assert_eq!(diary(&town, notebook).await, [Act::Minted, Act::Issued, Act::InvitedRelative]);
        let mut agreed = consents(&town, notebook).await;
        agreed.sort_unstable();
        assert_eq!(
            agreed,
            ["care_offices", "digital_copy", "emergency", "relative"],
            "advance care planning was not ticked"
        );
        assert_eq!(levels(&town, notebook, desk.actor).await, [Level::Desk]);
        let daughter = Actor { kind: ActorKind::Relative, id: issued.invited[0].relative, office: None };
        assert_eq!(levels(&town, notebook, daughter).await, [Level::Family]);
        let opened = open(&town.app, notebook).await.unwrap();
        let profile =
            town.app.records.read(move |tx| notebook::sql::find_profile(tx, &opened)).await.unwrap();
        assert_eq!(profile.unwrap().name, "高橋 梅子");
    });
}

#[test]
fn a_slip_opens_with_its_own_secret_and_the_end_of_the_telephone_number() {
    every_town(|town| async move {
        let desk = Worker::desk(&town).await;
        let notebook = desk.shelves(1).await[0];
        let invited = desk.issues(&registration(notebook)).await.unwrap().invited.remove(0);
        let secret = invited.address.strip_prefix("https://renraku.example.jp/f/").unwrap();
        assert_eq!(secret, slip_secret(&town.app.house, invited.slip));
        let hash = secret_hash(secret);
        let find = move |tx: &mut kakehashi::store::tx::Tx<'_>| session::find_invitation(tx, hash, NOW);
        let found = town.app.records.read(find).await.unwrap().unwrap();
        assert_eq!((found.notebook, found.relative), (notebook, invited.relative));
        assert_eq!(invited.digits, "0012");
        assert_eq!(found.answer_hash, answer_hash(&town.app.house, invited.slip, "0012"));
    });
}

#[test]
fn of_two_desks_that_issue_the_same_booklet_one_is_told_and_nothing_of_it_is_kept() {
    every_town(|town| async move {
        let desk = Worker::desk(&town).await;
        let kind = kakehashi::access::principal::OfficeKind::CareSupportOffice;
        let other = Worker::new(&town, kind, "ケアプランさくら", "佐藤 由美").await;
        let notebook = desk.shelves(1).await[0];
        let mut second = registration(notebook);
        second.profile.name = "井上 トシ".into();
        let (here, first) = (desk.clone(), registration(notebook));
        let one = tokio::spawn(async move { here.issues(&first).await });
        let there = other.clone();
        let two = tokio::spawn(async move { there.issues(&second).await });
        let outcomes = [one.await.unwrap(), two.await.unwrap()];
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert!(outcomes.iter().any(|outcome| matches!(outcome, Err(Error::Conflict))), "{outcomes:?}");
        assert_eq!(diary(&town, notebook).await, [Act::Minted, Act::Issued, Act::InvitedRelative]);
        assert_eq!(consents(&town, notebook).await.len(), 4);
        let desks = [levels(&town, notebook, desk.actor).await, levels(&town, notebook, other.actor).await];
        assert_eq!(desks.concat(), [Level::Desk], "one desk alone looks after it");
    });
}

#[test]
fn a_number_that_was_never_minted_cannot_be_issued() {
    every_town(|town| async move {
        let desk = Worker::desk(&town).await;
        let never = NotebookNumber::draw().unwrap();
        assert!(matches!(desk.issues(&registration(never)).await, Err(Error::NotFound)));
    });
}

#[test]
fn without_a_tick_for_the_copy_the_notebook_is_for_paper_only() {
    every_town(|town| async move {
        let desk = Worker::desk(&town).await;
        let notebook = desk.shelves(1).await[0];
        let paper = Registration { ticks: Ticks::default(), relatives: vec![], ..registration(notebook) };
        desk.issues(&paper).await.unwrap();
        let gate =
            town.app.records.read(move |tx| grant::find_gate(tx, notebook, NOW)).await.unwrap().unwrap();
        assert!(gate.is_paper_only);
        assert!(consents(&town, notebook).await.is_empty());
        let asked = Registration { ticks: Ticks::default(), ..registration(desk.shelves(1).await[0]) };
        assert!(matches!(desk.issues(&asked).await, Err(Error::Invalid(_))), "nobody is invited to it");
    });
}

#[test]
fn the_picture_of_the_form_is_sealed_and_not_kept_for_paper_only() {
    every_town(|town| async move {
        let desk = Worker::desk(&town).await;
        let numbers = desk.shelves(2).await;
        let picture = b"\xFF\xD8\xFF the signed form".to_vec();
        let paper = Registration { ticks: Ticks::default(), relatives: vec![], ..registration(numbers[1]) };
        for (registration, is_kept) in [(registration(numbers[0]), true), (paper, false)] {
            let (app, form) = (&town.app, Some(picture.clone()));
            kakehashi::desk::web::issue::issue(app, &desk.office, desk.actor, &registration, form)
                .await
                .unwrap();
            let opened = open(app, registration.notebook).await.unwrap();
            let found = app.records.read(move |tx| consent::sql::find_form(tx, &opened)).await.unwrap();
            assert_eq!(found.is_some(), is_kept);
            let Some((blob, key)) = found else { continue };
            let sealed = app.blobs.get(blob).await.unwrap().unwrap();
            assert!(!sealed.windows(6).any(|bytes| bytes == b"signed"), "it is sealed");
            assert_eq!(kakehashi::crypto::picture::open(&key, &sealed).unwrap(), picture);
        }
    });
}
