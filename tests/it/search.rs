//! Looking for words in a notebook: what was typed, and what was typed out of handwriting.

use axum::Router;
use axum::http::StatusCode;
use kakehashi::access::audience::Audience;
use kakehashi::access::guard::open;
use kakehashi::access::permission::Level;
use kakehashi::access::principal::{OfficeKind, Profession};
use kakehashi::access::sql::grant::Holder;
use kakehashi::audit::{self, Act};
use kakehashi::capture::PhotoName;
use kakehashi::clock::DAY;
use kakehashi::entry::{self, Allergy, Contents, Entry};
use kakehashi::id::{Actor, NotebookNumber};
use kakehashi::store::Scope;
use kakehashi::store::tx::Tx;

use crate::access::outputs::found;
use crate::access::people::{give, photograph, reading, router};
use crate::desk::Worker;
use crate::support::app::{Browser, Town, every_town};
use crate::support::store::{NOW, fresh_id};

/// A notebook with a nurse who writes, and a doctor who looks for something.
struct Searched {
    router: Router,
    notebook: NotebookNumber,
    path: String,
    writer: Actor,
    nurse: Browser,
    doctor: Browser,
    /// Handwriting that was typed out.
    photo: PhotoName,
}

impl Searched {
    async fn found(town: &Town) -> Self {
        let notebook = Worker::desk(town).await.issued().await;
        let clinic = town.office(OfficeKind::Clinic, "みなと診療所").await;
        let router = router(town);
        let join = async |name, profession| -> (Actor, Browser) {
            let actor = town.staff_of(&clinic, name, profession).await;
            give(town, notebook, Holder::of(actor), Level::Team).await;
            (actor, town.browser(router.clone(), Some(actor)).await)
        };
        let (writer, nurse) = join("中村 恵", Profession::Nurse).await;
        let (_, doctor) = join("佐伯 正", Profession::Physician).await;
        let photo = photograph(town, writer, notebook).await;
        Self { router, notebook, path: format!("/n/{notebook}"), writer, nurse, doctor, photo }
    }

    async fn writes(&self, text: &str) {
        let id = fresh_id().to_string();
        let fields = [("id", id.as_str()), ("text", text), ("audience", "everyone")];
        let saved = self.nurse.posts(&format!("{}/message", self.path), &fields).await;
        assert_eq!(saved.goes_to(), format!("{}?told=saved", self.path));
    }

    /// An allergy that was written down so many days ago.
    async fn remembers(&self, town: &Town, substance: &str, days: i64) {
        let opened = open(&town.app, self.notebook).await.unwrap();
        let at = NOW.plus(-days * DAY);
        let allergy = Allergy { substance: substance.into(), reaction: "発疹".into() };
        let entry = Entry {
            id: fresh_id(),
            version: 1,
            happened_at: at,
            recorded_at: at,
            author: self.writer,
            audience: Audience::Everyone,
            contents: Contents::Allergy(allergy),
            reason: None,
        };
        let add = move |tx: &mut Tx<'_>| entry::sql::add(tx, &opened, &entry);
        town.app.records.write(Scope::Notebook(self.notebook), add).await.unwrap();
    }

    async fn found_by(&self, words: &str) -> String {
        found(&self.doctor, &self.path, words).await
    }
}

#[test]
fn words_are_found_however_they_are_written_and_all_of_them_must_be_there() {
    every_town(|town| async move {
        let searched = Searched::found(&town).await;
        searched.writes("湿布（シップ）で、かゆみが出ました。").await;
        searched.writes("しっぷを貼りかえました。").await;
        for (words, itch, patch) in [
            ("ｼｯﾌﾟ", true, true),
            ("シップ　かゆみ", true, false),
            ("中村 貼りかえ", false, true),
            ("看護師", true, true),
            ("入れ歯", false, false),
        ] {
            let page = searched.found_by(words).await;
            assert_eq!(
                (page.contains("かゆみが出ました"), page.contains("貼りかえました")),
                (itch, patch),
                "{words}"
            );
            assert_eq!(page.contains("見つかりませんでした"), !itch && !patch, "{words}");
        }
    });
}

#[test]
fn handwriting_is_found_by_what_somebody_typed_out_of_it() {
    every_town(|town| async move {
        let searched = Searched::found(&town).await;
        let strip = format!("photos/{}/strips/0", searched.photo);
        assert!(searched.found_by(&reading(searched.photo)).await.contains(&strip));
        // What was typed before is kept, but it is not what stands there.
        let address = format!("{}/photos/{}/strips/0/text", searched.path, searched.photo);
        searched.nurse.posts(&address, &[("text", "煮物を\nおいしいと全量")]).await.is(StatusCode::SEE_OTHER);
        assert!(searched.found_by("煮物をおいしい").await.contains(&strip));
        assert!(!searched.found_by(&reading(searched.photo)).await.contains(&strip));
    });
}

#[test]
fn what_was_looked_for_stands_in_no_address_and_opens_for_its_reader_alone() {
    every_town(|town| async move {
        let searched = Searched::found(&town).await;
        searched.writes("もの忘れが気になります。").await;
        let search = format!("{}/search", searched.path);
        let asked = searched.doctor.posts(&search, &[("words", "もの忘れ")]).await;
        let address = asked.goes_to().to_owned();
        assert!(
            address.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/?=-".contains(&byte)),
            "{address}"
        );
        searched.doctor.gets(&address).await.is(StatusCode::OK).sees("もの忘れが気になります");
        searched.nurse.gets(&address).await.is(StatusCode::OK).never_sees("もの忘れ");
        let stranger = town.browser(searched.router.clone(), Some(town.relative("よその方").await)).await;
        stranger.gets(&address).await.is(StatusCode::NOT_FOUND);
        let notebook = searched.notebook;
        let all = town.app.records.read(move |tx| audit::sql::all(tx, notebook)).await.unwrap();
        assert!(all.iter().any(|(record, _)| record.act == Act::Searched));
    });
}

#[test]
fn who_has_just_joined_finds_what_stands_on_the_page_and_is_told_from_when_on() {
    every_town(|town| async move {
        let searched = Searched::found(&town).await;
        searched.writes("きょうの散歩。").await;
        searched.remembers(&town, "ペニシリン", 300).await;
        let clinic = town.office(OfficeKind::Clinic, "となりの診療所").await;
        let newcomer = town.staff_of(&clinic, "小川 里美", Profession::Physician).await;
        give(&town, searched.notebook, Holder::of(newcomer), Level::Joining).await;
        let browser = town.browser(searched.router.clone(), Some(newcomer)).await;
        for words in ["散歩", "ペニシリン"] {
            let page = found(&browser, &searched.path, words).await;
            assert!(page.contains("1件") && page.contains("からの書きこみです"), "{words}");
        }
        assert!(!searched.found_by("散歩").await.contains("からの書きこみです"));
    });
}

#[test]
fn nothing_and_too_much_are_answered_with_advice() {
    every_town(|town| async move {
        let searched = Searched::found(&town).await;
        let search = format!("{}/search", searched.path);
        searched.doctor.gets(&search).await.is(StatusCode::OK).never_sees("見つかり");
        let long = "長".repeat(101);
        for (words, advice) in [("　", "ことばを入れてください"), (long.as_str(), "長すぎます")]
        {
            searched.doctor.posts(&search, &[("words", words)]).await.is(StatusCode::OK).sees(advice);
        }
        for address in ["words=zz", "words=00", "words=&before=x"] {
            searched
                .doctor
                .gets(&format!("{search}?{address}"))
                .await
                .is(StatusCode::OK)
                .never_sees("見つかり");
        }
    });
}

#[test]
fn more_than_a_page_is_found_page_by_page() {
    every_town(|town| async move {
        let searched = Searched::found(&town).await;
        for number in 0..45 {
            searched.writes(&format!("散歩 その{number}。")).await;
        }
        let first = searched.found_by("散歩").await;
        assert!(first.contains("45件"));
        let older = first
            .split('"')
            .find(|part| part.contains("before="))
            .unwrap()
            .replace("&amp;", "&")
            .replace("&#38;", "&");
        let second = searched.doctor.gets(&older).await.is(StatusCode::OK).text();
        let count = |page: &str| (0..45).filter(|number| page.contains(&format!("その{number}。"))).count();
        assert_eq!((count(&first), count(&second)), (40, 5));
        assert!(!second.contains("before="), "that is all");
    });
}
