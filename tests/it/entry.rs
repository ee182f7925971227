//! Writing in the browser: nothing that somebody wrote is dropped, nothing stands twice, and what was
//! written by mistake may be taken back for a while.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use kakehashi::access::permission::Level;
use kakehashi::access::principal::{OfficeKind, Profession};
use kakehashi::access::sql::grant::Holder;

use crate::access::people::{give, router};
use crate::desk::Worker;
use crate::support::app::{Browser, Town, every_town};
use crate::support::store::fresh_id;

/// A notebook with a nurse and a doctor.
struct Written {
    path: String,
    nurse: Browser,
    doctor: Browser,
}

impl Written {
    async fn found(town: Town) -> Self {
        let notebook = Worker::desk(&town).await.issued().await;
        let clinic = town.office(OfficeKind::Clinic, "みなと診療所").await;
        let mut browsers = Vec::new();
        for (name, profession) in [("中村 恵", Profession::Nurse), ("佐伯 正", Profession::Physician)] {
            let actor = town.staff_of(&clinic, name, profession).await;
            give(&town, notebook, Holder::of(actor), Level::Team).await;
            browsers.push(town.browser(router(&town), Some(actor)).await);
        }
        let (doctor, nurse) = (browsers.pop().unwrap(), browsers.pop().unwrap());
        Self { path: format!("/n/{notebook}"), nurse, doctor }
    }

    async fn writes(&self, id: &str, text: &str, more: &[(&str, &str)]) {
        let fields = [&[("id", id), ("text", text), ("audience", "everyone")], more].concat();
        let saved = self.nurse.posts(&format!("{}/message", self.path), &fields).await;
        assert_eq!(saved.goes_to(), format!("{}?told=saved", self.path));
    }

    async fn view(&self) -> String {
        self.doctor.gets(&self.path).await.is(StatusCode::OK).text()
    }
}

#[test]
fn a_form_sent_twice_writes_once_and_one_that_was_changed_in_between_writes_again() {
    every_town(|town| async move {
        let written = Written::found(town).await;
        let id = fresh_id().to_string();
        written.writes(&id, "熱はありません", &[]).await;
        written.writes(&id, "熱はありません", &[]).await;
        // Gone back to, changed, and sent: another note, not a dropped one.
        written.writes(&id, "夕方から熱が出ました", &[]).await;
        let view = written.view().await;
        assert!(view.contains("熱はありません") && view.contains("夕方から熱が出ました"));
        let ids: BTreeSet<&str> = view.split("/entries/").skip(1).filter_map(|rest| rest.get(..36)).collect();
        assert_eq!(ids.len(), 2, "{ids:?}");
    });
}

#[test]
fn what_was_written_by_mistake_is_taken_back_by_its_author_alone() {
    every_town(|town| async move {
        let written = Written::found(town).await;
        let id = fresh_id().to_string();
        written.writes(&id, "ほかの方のことを書きました", &[]).await;
        let page = format!("{}/entries/{id}", written.path);
        written.doctor.gets(&page).await.is(StatusCode::OK).never_sees("/undo");
        written.doctor.posts(&format!("{page}/undo"), &[]).await.is(StatusCode::FORBIDDEN);
        written.nurse.gets(&page).await.is(StatusCode::OK).sees("/undo");
        let undone = written.nurse.posts(&format!("{page}/undo"), &[]).await;
        assert_eq!(undone.goes_to(), format!("{}?told=undone", written.path));
        assert!(!written.view().await.contains("ほかの方"));
        for browser in [&written.doctor, &written.nurse] {
            browser.gets(&page).await.is(StatusCode::NOT_FOUND).never_sees("ほかの方");
        }
        // The same form sent again is meant: it is another note.
        written.writes(&id, "ほかの方のことを書きました", &[]).await;
        assert!(written.view().await.contains("ほかの方"));
    });
}

#[test]
fn a_question_waits_until_it_is_answered() {
    every_town(|town| async move {
        let written = Written::found(town).await;
        let question = fresh_id().to_string();
        written.writes(&question, "朝だけでよいですか", &[("asks", "yes")]).await;
        let answer_path = format!("{}/message?answers={question}", written.path);
        assert!(written.view().await.contains(&answer_path));
        written.doctor.gets(&answer_path).await.is(StatusCode::OK).sees("朝だけでよいですか").sees(&question);
        let id = fresh_id().to_string();
        written.writes(&id, "はい、朝だけです", &[("answers", &question)]).await;
        let view = written.view().await;
        assert!(!view.contains(&answer_path) && view.contains("はい、朝だけです"));
    });
}

#[test]
fn a_text_that_cannot_be_taken_comes_back_with_everything_else_as_it_was() {
    every_town(|town| async move {
        let written = Written::found(town).await;
        let fields =
            [("id", &*fresh_id().to_string()), ("text", "  "), ("audience", "supporters"), ("asks", "yes")];
        let page = written.nurse.posts(&format!("{}/message", written.path), &fields).await;
        let html = page.is(StatusCode::OK).text();
        assert!(html.contains(fields[0].1), "the same form");
        for (name, value) in [("audience", "supporters"), ("asks", "yes")] {
            let input = format!("name=\"{name}\" value=\"{value}\" checked");
            assert!(html.contains(&input), "{input}: {html}");
        }
    });
}

#[test]
fn what_was_typed_is_kept_when_the_session_is_over() {
    every_town(|town| async move {
        let written = Written::found(town.clone()).await;
        let stranger = town.browser(router(&town), None).await;
        let fields = [("id", &*fresh_id().to_string()), ("text", "長い記録です"), ("audience", "everyone")];
        let page = stranger.posts(&format!("{}/message", written.path), &fields).await;
        let page = page.is(StatusCode::UNAUTHORIZED).sees("長い記録です").sees(fields[0].1);
        page.never_sees("梅子").sees(&format!("action=\"{}/message\"", written.path));
    });
}

#[test]
fn older_pages_show_every_entry_of_one_minute_once() {
    every_town(|town| async move {
        let written = Written::found(town).await;
        for count in 0..95 {
            let id = fresh_id().to_string();
            let pulse = (60 + count % 40).to_string();
            let fields = [("id", id.as_str()), ("pulse", &pulse), ("measured-at", "2026-11-22T07:00")];
            let saved = written.nurse.posts(&format!("{}/vitals", written.path), &fields).await;
            assert_eq!(saved.goes_to(), format!("{}?told=saved", written.path));
        }
        let (mut path, mut seen, mut pages) = (written.path.clone(), Vec::new(), 0);
        loop {
            let page = written.doctor.gets(&path).await.is(StatusCode::OK).text();
            let record = page.split("id=\"entry-").skip(1).filter_map(|rest| rest.get(..36));
            seen.extend(record.map(str::to_owned));
            pages += 1;
            let Some((_, rest)) = page.split_once("?before=") else { break };
            path = format!("{}?before={}", written.path, rest.split('"').next().unwrap());
        }
        let once: BTreeSet<&String> = seen.iter().collect();
        assert_eq!((pages, seen.len(), once.len()), (3, 95, 95));
    });
}

#[test]
fn a_correction_that_cannot_be_taken_comes_back_and_an_instruction_is_ended_by_one() {
    every_town(|town| async move {
        let written = Written::found(town).await;
        let id = fresh_id().to_string();
        written.writes(&id, "湿布を変えました", &[]).await;
        let path = format!("{}/entries/{id}/correct", written.path);
        let fields =
            [("version", "1"), ("text", "湿布を変えました"), ("reason", "other"), ("more", "右足の分")];
        let again = written.nurse.posts(&path, &fields).await.is(StatusCode::UNPROCESSABLE_ENTITY);
        again.sees("湿布を変えました").sees("右足の分");
        let stale = [("version", "7"), ("text", "湿布をやめました"), ("reason", "slip")];
        written
            .nurse
            .posts(&path, &stale)
            .await
            .is(StatusCode::UNPROCESSABLE_ENTITY)
            .sees("湿布をやめました");

        let id = fresh_id().to_string();
        let order = [("id", &*id), ("text", "水分は1.2リットル"), ("from", "2026-11-01"), ("until", "")];
        let saved = written.doctor.posts(&format!("{}/instruction", written.path), &order).await;
        assert_eq!(saved.goes_to(), format!("{}?told=saved", written.path));
        let on_top = "<p class=\"instruction\">水分は1.2リットル";
        assert!(written.view().await.contains(on_top));
        let ended =
            [("version", "1"), ("text", "水分は1.2リットル"), ("until", "2026-11-21"), ("reason", "later")];
        let path = format!("{}/entries/{id}", written.path);
        assert_eq!(written.doctor.posts(&format!("{path}/correct"), &ended).await.goes_to(), path);
        let view = written.view().await;
        assert!(!view.contains(on_top) && view.contains("水分は1.2リットル"), "in the record alone");
    });
}
