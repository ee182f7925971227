//! What finders and helpers say: by choices, never in free text, and naming nobody. It reaches the desk
//! and the family at once, on their next screen.

use serde::Deserialize;

use super::Visit;
use super::sql::{self, Notice};
use super::view::{FoundPage, LostPage, SentPage};
use super::web::{Visiting, desks};
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::id::{Id, NotebookNumber};
use crate::store::Scope;
use crate::text::{Text, date};
use crate::web::App;
use crate::web::form::SafeForm;
use crate::web::page::Page;
use crate::web::reply::{Reply, show};
use crate::web::view::Choice;

/// Where a found booklet is; the tails of message keys.
const PLACES: [&str; 4] = ["police", "desk", "shop", "there"];
/// What was found.
const THINGS: [&str; 3] = ["booklet", "case", "paper"];
/// How it stands with a person who has lost their way.
const SITUATIONS: [&str; 3] = ["with", "police-with", "gone"];

fn choices(text: &Text, prefix: &str, tails: &[&str], noted: &str, chosen: Option<&str>) -> Vec<Choice> {
    let choice = |tail: &&str| Choice {
        value: (*tail).into(),
        label: text.plain(&format!("{prefix}-{tail}")),
        note: if *tail == noted { text.plain(&format!("{prefix}-{tail}-note")) } else { String::new() },
        chosen: chosen == Some(*tail),
    };
    tails.iter().map(choice).collect()
}

async fn found_page(app: &App, page: Page, visit: Option<Visit>, advice: bool) -> Result<FoundPage> {
    let text = page.text.clone();
    Ok(FoundPage {
        advice: advice.then(|| text.plain("scan-found-choose")),
        places: choices(&text, "scan-found", &PLACES, "shop", None),
        things: choices(&text, "scan-found", &THINGS, "", Some("booklet")),
        desks: desks(app, visit.and_then(|visit| visit.notebook())).await?,
        page,
    })
}

/// `GET /scan/found`: somebody found a booklet.
pub async fn ask_found(app: App, page: Page, Visiting(visit): Visiting) -> Result<Reply> {
    show(&found_page(&app, page, visit, false).await?)
}

async fn lost_page(app: &App, page: Page, visit: Option<Visit>, advice: bool) -> Result<LostPage> {
    let text = page.text.clone();
    Ok(LostPage {
        advice: advice.then(|| text.plain("scan-found-choose")),
        desks: desks(app, visit.and_then(|visit| visit.notebook())).await?,
        police_boxes: vec![],
        situations: choices(&text, "scan-lost", &SITUATIONS, "with", None),
        page,
    })
}

/// `GET /scan/lost`: somebody is with a person who has lost their way.
pub async fn ask_lost(app: App, page: Page, Visiting(visit): Visiting) -> Result<Reply> {
    show(&lost_page(&app, page, visit, false).await?)
}

/// The choices of both forms.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Said {
    place: String,
    thing: String,
    situation: String,
}

/// `POST /scan/found`.
pub async fn add_found(
    app: App,
    page: Page,
    Visiting(visit): Visiting,
    form: SafeForm<Said>,
) -> Result<Reply> {
    let SafeForm(said) = form;
    let thing = THINGS.iter().find(|thing| **thing == said.thing).copied().unwrap_or("booklet");
    match PLACES.iter().find(|place| **place == said.place) {
        Some(place) => keep(&app, page, visit, "found", place, Some(thing)).await,
        None => show(&found_page(&app, page, visit, true).await?),
    }
}

/// `POST /scan/lost`.
pub async fn add_lost(
    app: App,
    page: Page,
    Visiting(visit): Visiting,
    form: SafeForm<Said>,
) -> Result<Reply> {
    let SafeForm(said) = form;
    match SITUATIONS.iter().find(|situation| **situation == said.situation) {
        Some(situation) => keep(&app, page, visit, "lost", situation, None).await,
        None => show(&lost_page(&app, page, visit, true).await?),
    }
}

async fn keep(
    app: &App,
    page: Page,
    visit: Option<Visit>,
    kind: &str,
    choice: &str,
    thing: Option<&str>,
) -> Result<Reply> {
    let live = visit.filter(Visit::is_of_live_carrier).and_then(|visit| visit.notebook());
    let notebook: NotebookNumber = live.ok_or(Error::NotFound)?;
    let (now, thing) = (app.clock.now(), thing.map(str::to_owned));
    let notice = Notice { notebook, kind: kind.into(), choice: choice.into(), thing, at: now };
    let id = Id::fresh(now)?;
    app.records.write(Scope::Notebook(notebook), move |tx| sql::add_notice(tx, id, &notice)).await?;
    show(&SentPage { page, is_lost: kind == "lost", desks: desks(app, Some(notebook)).await? })
}

/// A notice in words: 手帳・交番に届けました・届けます（11月22日(日) 午後2時30分）.
pub fn sentence(text: &Text, notice: &Notice) -> String {
    let said = text.plain(&format!("scan-{}-{}", notice.kind, notice.choice));
    let thing = notice.thing.as_deref().map(|thing| text.plain(&format!("scan-found-{thing}")));
    let when = when(text, notice.at);
    let head = match notice.kind.as_str() {
        "lost" => Some(text.plain("scan-lost-notice")),
        "emergency" => Some(text.plain("scan-emergency-notice")),
        _ => None,
    };
    let words: Vec<String> = head.into_iter().chain(thing).chain([said]).collect();
    format!("{}（{when}）", words.join("・"))
}

fn when(text: &Text, at: Instant) -> String {
    date::date_and_time(text, at.in_japan())
}
