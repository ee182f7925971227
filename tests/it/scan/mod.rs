//! What a scanned code leads to: strangers learn nothing, not even which codes there are.

mod emergency;

use axum::http::StatusCode;
use kakehashi::access::permission::Level;
use kakehashi::access::principal::OfficeKind;
use kakehashi::access::sql::grant::Holder;
use kakehashi::id::NotebookNumber;
use kakehashi::scan::sql::verify;
use kakehashi::sheet::code::{Carrier, CarrierKind, Token, sign};
use kakehashi::store::Scope;
use kakehashi::store::tx::Tx;

use crate::access::people::{give, router};
use crate::desk::Worker;
use crate::support::app::{Answer, Browser, Town, every_town};
use crate::support::store::NOW;

/// A town with a printed notebook.
struct Printed {
    town: Town,
    desk: Worker,
    notebook: NotebookNumber,
}

impl Printed {
    async fn found(town: Town) -> Self {
        let desk = Worker::desk(&town).await;
        let notebook = desk.issued().await;
        desk.prints(notebook).await;
        Self { town, desk, notebook }
    }

    /// The token of a carrier of a notebook, which need not have been printed.
    async fn token(&self, kind: CarrierKind, number: NotebookNumber) -> String {
        let find = move |tx: &mut Tx<'_>| kakehashi::notebook::sql::find_salt(tx, number);
        let salt = self.town.app.records.read(find).await.unwrap().unwrap_or([7; 16]);
        let (version, key) = self.town.app.house.code_key().unwrap();
        sign(version, key, &Carrier { kind, number, generation: 0, sheet: 0 }, &salt).unwrap()
    }

    async fn stranger(&self) -> Browser {
        self.town.browser(router(&self.town), None).await
    }
}

/// The token with its last character changed: its shape is right, its MAC is not.
fn forged(token: &str) -> String {
    let last = if token.ends_with('0') { '1' } else { '0' };
    format!("{}{last}", &token[..token.len() - 1])
}

#[test]
fn a_stranger_who_scans_the_cover_or_the_case_learns_nobodys_name() {
    every_town(|town| async move {
        let printed = Printed::found(town).await;
        for kind in [CarrierKind::Cover, CarrierKind::Case] {
            let token = printed.token(kind, printed.notebook).await;
            for typed in [token.clone(), token.to_lowercase()] {
                let (browser, page) = printed.stranger().await.scans(&typed).await;
                let page = page.is(StatusCode::OK).sees("手帳を拾った").sees("家族です").sees("042-000-0001");
                let page = page.never_sees("梅子").never_sees(&token);
                page.never_sees(&printed.notebook.to_string());
                for path in ["/scan/found", "/scan/lost", "/scan/family", "/scan/supporter"] {
                    browser.gets(path).await.is(StatusCode::OK).never_sees("梅子");
                }
                assert_eq!(browser.gets("/scan/join").await.goes_to(), "/sign-in?next=%2Fscan%2Fjoin");
            }
        }
    });
}

#[test]
fn unknown_and_forged_codes_are_answered_with_the_same_bytes_and_work() {
    every_town(|town| async move {
        let printed = Printed::found(town).await;
        let genuine = printed.token(CarrierKind::Cover, printed.notebook).await;
        let blank = printed.desk.shelves(1).await[0];
        let others = [
            forged(&genuine),
            printed.token(CarrierKind::Cover, NotebookNumber::draw().unwrap()).await,
            // Signed rightly, but no such carrier was ever printed.
            printed.token(CarrierKind::Cover, blank).await,
            printed.token(CarrierKind::Emergency, printed.notebook).await,
        ];
        let mut answers = Vec::new();
        for token in &others {
            let stranger = printed.stranger().await;
            let led = stranger.gets(&format!("/Q/{token}")).await;
            let page = stranger.keeps(&led).gets("/scan").await;
            answers.push((shape(&led), page.status, page.without("")));
            assert_eq!(work(&printed.town, token).await, work(&printed.town, &genuine).await);
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
        let (_, page) = printed.stranger().await.scans(&genuine).await;
        assert_ne!(page.without(""), answers[0].2, "a genuine code leads elsewhere");
    });
}

/// What of an answer a stranger can compare: where it leads, and how long its cookies are.
fn shape(answer: &Answer) -> (StatusCode, Option<String>, Vec<usize>) {
    let lengths = answer.set_cookies.iter().map(String::len).collect();
    (answer.status, answer.location.clone(), lengths)
}

/// How many statements verifying a token takes.
async fn work(town: &Town, token: &str) -> u32 {
    let (house, token) = (town.app.house.clone(), Token::read(token).unwrap());
    let count = move |tx: &mut Tx<'_>| {
        verify(tx, &house, &token)?;
        Ok(tx.statements())
    };
    town.app.records.read(count).await.unwrap()
}

#[test]
fn a_scan_leads_each_reader_to_what_their_role_allows() {
    every_town(|town| async move {
        let printed = Printed::found(town).await;
        let token = printed.token(CarrierKind::Case, printed.notebook).await;
        let clinic = printed.town.office(OfficeKind::Clinic, "みなと診療所").await;
        let (member, newcomer) =
            (printed.town.staff(&clinic, "佐伯 正").await, printed.town.staff(&clinic, "新井 学").await);
        let daughter = printed.town.relative("山田 春子").await;
        let neighbour = printed.town.relative("隣の 人").await;
        give(&printed.town, printed.notebook, Holder::of(member), Level::Team).await;
        give(&printed.town, printed.notebook, Holder::of(daughter), Level::Family).await;
        let own = format!("/n/{}", printed.notebook);
        for (actor, expected) in [
            (member, Some(own.as_str())),
            (daughter, Some(&own)),
            (newcomer, Some("/scan/join")),
            (neighbour, None),
        ] {
            let browser = printed.town.browser(router(&printed.town), Some(actor)).await;
            let (browser, led) = browser.scans(&token).await;
            match expected {
                Some(path) => assert_eq!(led.goes_to(), path),
                None => drop(led.is(StatusCode::OK).sees("手帳を拾った").never_sees("梅子")),
            }
            if actor.id == newcomer.id {
                // Scanning joined nobody; only the answer to the page does.
                browser.gets(&own).await.is(StatusCode::NOT_FOUND).never_sees("梅子");
                browser.gets("/scan/join").await.is(StatusCode::OK).sees("高橋 梅子さん").sees("新井 学");
                let joined = browser.posts("/scan/join", &[("reason", "charge")]).await;
                assert_eq!(joined.goes_to(), own);
                browser.gets(&own).await.is(StatusCode::OK).sees("高橋 梅子");
            }
        }
    });
}

#[test]
fn a_lost_case_is_said_to_be_replaced_and_leads_nobody_to_the_notebook() {
    every_town(|town| async move {
        let printed = Printed::found(town).await;
        let token = printed.token(CarrierKind::Case, printed.notebook).await;
        let notebook = printed.notebook;
        let lose = move |tx: &mut Tx<'_>| {
            let values = [notebook.into(), NOW.into()];
            tx.run(
                "UPDATE carrier SET state = 'lost', since = ?2 WHERE notebook = ?1 AND kind = 'case'",
                &values,
            )
        };
        assert_eq!(printed.town.app.records.write(Scope::Notebook(notebook), lose).await.unwrap(), 1);
        let (_, page) = printed.stranger().await.scans(&token).await;
        page.is(StatusCode::OK).sees("042-000-0001").never_sees("手帳を拾った").never_sees("梅子");
        let cover = printed.token(CarrierKind::Cover, notebook).await;
        printed.stranger().await.scans(&cover).await.1.sees("手帳を拾った");
    });
}

#[test]
fn what_a_finder_says_reaches_the_desk_and_the_family() {
    every_town(|town| async move {
        let printed = Printed::found(town).await;
        let token = printed.token(CarrierKind::Case, printed.notebook).await;
        let daughter = printed.town.relative("山田 春子").await;
        give(&printed.town, printed.notebook, Holder::of(daughter), Level::Family).await;
        let (finder, _) = printed.stranger().await.scans(&token).await;
        let page = finder.gets("/scan/found").await.is(StatusCode::OK).text();
        let choice = |field: &str| {
            let (_, rest) = page.split_once(&format!("name=\"{field}\" value=\"")).unwrap();
            rest.split('"').next().unwrap().to_owned()
        };
        let (place, thing) = (choice("place"), choice("thing"));
        let sent = finder.posts("/scan/found", &[("place", &place), ("thing", &thing)]).await;
        drop(sent.is(StatusCode::OK).never_sees("梅子"));
        let family = printed.town.browser(router(&printed.town), Some(daughter)).await;
        family.gets(&format!("/n/{}", printed.notebook)).await.is(StatusCode::OK).sees("交番に届けました");
        let clerk = printed.town.browser(router(&printed.town), Some(printed.desk.actor)).await;
        clerk.gets("/desk").await.is(StatusCode::OK).sees("交番に届けました");
    });
}

#[test]
fn that_somebody_is_lost_is_never_dropped_and_comes_first() {
    every_town(|town| async move {
        let printed = Printed::found(town).await;
        let token = printed.token(CarrierKind::Cover, printed.notebook).await;
        let daughter = printed.town.relative("山田 春子").await;
        give(&printed.town, printed.notebook, Holder::of(daughter), Level::Family).await;
        for count in 0..9 {
            let (finder, _) = printed.stranger().await.scans(&token).await;
            let (path, fields) = match count {
                6 => ("/scan/lost", vec![("situation", "with")]),
                _ => ("/scan/found", vec![("place", "police"), ("thing", "booklet")]),
            };
            finder.posts(path, &fields).await.is(StatusCode::OK).sees("お伝えしました");
        }
        let family = printed.town.browser(router(&printed.town), Some(daughter)).await;
        let view = family.gets(&format!("/n/{}?told=saved", printed.notebook)).await.text();
        let clerk = printed.town.browser(router(&printed.town), Some(printed.desk.actor)).await;
        for page in [view, clerk.gets("/desk").await.text()] {
            let lost = page.find("道に迷っておいでのようです").expect("somebody is lost");
            assert!(lost < page.find("交番に届けました").expect("something was found"));
        }
    });
}
