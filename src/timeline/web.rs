//! Reading: the family's view, the staff's view, the list of one's notebooks.

use axum::extract::Query;
use jiff::civil::Date;
use serde::Deserialize;

use super::blocks::{Material, answered, blocks};
use super::staff_view::StaffPage;
use super::view::FamilyPage;
use super::{PAGE, chart, cut, summary};
use crate::access::audience::Side;
use crate::access::guard::{Access, ReadSummary, Window};
use crate::access::permission::{JOINING, Permission};
use crate::access::principal::Profession;
use crate::access::sql::grant::{self, Member};
use crate::access::sql::names::Names;
use crate::audit::{self, Act};
use crate::capture::coverage::{self, Section};
use crate::capture::{self, Photo, Transcripts};
use crate::clock::{DAY, Instant};
use crate::entry::{Entry, sql};
use crate::error::Result;
use crate::id::{Actor, Position};
use crate::notebook::{self, Ledger, Profile};
use crate::scan::{self, VISIT, sql::Notice};
use crate::text::{Text, date};
use crate::web::App;
use crate::web::page::Page;
use crate::web::reply::{Reply, show};
use crate::web::view::Link;

/// How far back the summary looks for instructions, allergies, medicines and values, in milliseconds.
pub const SUMMARY: i64 = 400 * DAY;

/// The kinds of entries that the summary is made of: whoever reads the notebook reads them, however new they are.
pub const SUMMARY_KINDS: [&str; 4] = ["instruction", "allergy", "dispensing", "vitals"];

/// What finders said is shown to the family for so long, in milliseconds.
const NOTICED: i64 = 3 * DAY;

/// What the address of a timeline may ask for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// Only what stands behind this place in the order of time.
    before: Option<String>,
    /// What has just been done.
    told: Option<String>,
}

/// Everything a timeline page shows, as found in the store.
struct Found {
    ledger: Ledger,
    profile: Profile,
    entries: Vec<Entry>,
    photos: Vec<Photo>,
    /// What people read in their strips.
    transcripts: Transcripts,
    /// Where the next page begins.
    older: Option<Position>,
    last_photographed: Option<Instant>,
    summary: Vec<Entry>,
    members: Vec<Member>,
    names: Names,
    last_view: Option<Instant>,
    /// What finders and helpers said in the last days, newest first.
    notices: Vec<Notice>,
    /// The sections of the booklet; for the care manager, who gets the next one.
    sections: Vec<Section>,
}

impl Found {
    fn material(&self) -> Material<'_> {
        Material {
            entries: &self.entries,
            photos: &self.photos,
            transcripts: &self.transcripts,
            answered: answered(&self.entries),
            names: &self.names,
        }
    }
}

async fn find(app: &App, access: &Access<ReadSummary>, before: Position) -> Result<Found> {
    let (ledger, profile) = notebook::web::find(app, access).await?;
    let now = app.clock.now();
    let (opened, window, house) = (access.opened(), access.window(now), app.house.clone());
    let whole = Window { since: None, ..window };
    let actor = access.actor();
    app.records
        .read(move |tx| {
            let mut entries = sql::list(tx, &opened, &window, before, PAGE)?;
            let mut photos = capture::sql::list(tx, &opened, &window, before, PAGE)?;
            let newest = capture::sql::list(tx, &opened, &window, Position::before(now.plus(DAY)), 1)?;
            let last_photographed = newest.first().map(|photo| photo.photographed_at);
            let older = cut(&mut entries, &mut photos);
            let transcripts = capture::sql::transcript::list_of(tx, &opened, &photos)?;
            let mut summary = Vec::new();
            for kind in SUMMARY_KINDS {
                summary.extend(sql::list_kind(tx, &opened, &whole, kind, now.plus(-SUMMARY))?);
            }
            let members = grant::members(tx, opened.notebook)?;
            let people =
                members.iter().map(|member| Actor { kind: member.kind, id: member.id, office: None });
            let authors = entries.iter().chain(&summary).map(|entry| entry.author);
            let authors = authors.chain(photos.iter().map(|photo| photo.uploader));
            let names = Names::find(tx, &house, authors.chain(people))?;
            let last_view =
                audit::sql::last_view(tx, opened.notebook, actor, Act::ReadTimeline, now.plus(-VISIT))?;
            let notices = scan::sql::list_notices(tx, opened.notebook, now.plus(-NOTICED))?;
            let is_care_manager =
                matches!(window.reader.side, Side::Supporter { profession: Profession::CareManager, .. });
            let sections = match is_care_manager {
                true => coverage::find(tx, opened.notebook, &whole)?,
                false => vec![],
            };
            let (ledger, profile) = (ledger.clone(), profile.clone());
            Ok(Found {
                ledger,
                profile,
                entries,
                photos,
                transcripts,
                older,
                last_photographed,
                summary,
                members,
                names,
                last_view,
                notices,
                sections,
            })
        })
        .await
}

/// `GET /n/{notebook}`: the notebook, as its reader needs it.
pub async fn read(
    app: App,
    page: Page,
    access: Access<ReadSummary>,
    Query(asked): Query<Asked>,
) -> Result<Reply> {
    let asked_before = asked.before.and_then(|before| before.parse().ok());
    let before = asked_before.unwrap_or(Position::before(app.clock.now().plus(DAY)));
    let found = find(&app, &access, before).await?;
    access.seen(&app, Act::ReadTimeline, None).await?;
    let told = match asked.told.as_deref() {
        Some("saved") => Some(page.text.plain("entry-saved")),
        Some("undone") => Some(page.text.plain("entry-undone")),
        Some("given-back") => Some(page.text.plain("capture-photo-given-back")),
        _ => None,
    };
    match access.reader().side {
        Side::Supporter { .. } => show(&staff_page(&app, page, &access, found, told)),
        Side::Relative | Side::Person => show(&family_page(&app, page, &access, found, told)),
    }
}

fn older(found: &Found, path: &str) -> Option<String> {
    found.older.map(|before| format!("{path}?before={before}"))
}

fn family_page(
    app: &App,
    page: Page,
    access: &Access<ReadSummary>,
    found: Found,
    told: Option<String>,
) -> FamilyPage {
    let (text, now, path) = (page.text.clone(), app.clock.now(), access.path(""));
    let detail = last_photographed(&text, &found, now);
    FamilyPage {
        notebook: notebook::web::head(&text, &found.ledger, &found.profile, detail),
        told,
        notices: notices(&text, &found),
        instructions: summary::instructions(&text, &found.names, &found.summary, now, &path),
        blocks: blocks(&text, &found.material(), now, &path),
        older: older(&found, &path),
        page: access.signed_in.page(page),
    }
}

/// 最後に写した日 11月20日(金)・5日前.
fn last_photographed(text: &Text, found: &Found, now: Instant) -> String {
    let Some(day) = found.last_photographed.map(|moment| moment.day()) else {
        return text.plain("timeline-never-photographed");
    };
    let (shown, ago) = (date::month_day_weekday(text, day), days_ago(text, day, now.day()));
    text.plain2("timeline-last-photographed", "date", shown, "ago", ago)
}

/// What finders and helpers said, in sentences.
fn notices(text: &Text, found: &Found) -> Vec<String> {
    found.notices.iter().map(|notice| scan::notice::sentence(text, notice)).collect()
}

/// きょう, きのう, 5日前.
fn days_ago(text: &Text, day: Date, today: Date) -> String {
    let days = (today - day).get_days();
    date::near_day(text, day, today).unwrap_or_else(|| text.plain1("timeline-days-ago", "days", days))
}

fn staff_page(
    app: &App,
    page: Page,
    access: &Access<ReadSummary>,
    found: Found,
    told: Option<String>,
) -> StaffPage {
    let (text, now, path) = (page.text.clone(), app.clock.now(), access.path(""));
    let names = &found.names;
    let identity = notebook::web::identity(&text, &found.profile, now.day());
    let mut head = notebook::web::head(&text, &found.ledger, &found.profile, identity);
    head.action = Some(Link { path: format!("{path}/write"), label: text.plain("timeline-action-write") });
    let (allergies, allergies_note) = summary::allergies(&text, names, &found.summary);
    let since = found.last_view;
    StaffPage {
        notebook: head,
        told,
        notices: [notices(&text, &found), coverage::warnings(&text, &found.sections)].concat(),
        limited_until: limited_until(&text, access, &found),
        instructions: summary::instructions(&text, names, &found.summary, now, &path),
        allergies,
        allergies_note,
        news: summary::news(&text, names, &found.entries, since, access.actor()),
        news_since: since.map(|since| date::month_day_weekday(&text, since.day())),
        questions: summary::questions(&text, names, &found.entries, &path),
        medicines: summary::dispensed(&text, &found.summary),
        values: summary::last_values(&text, &found.summary, now),
        chart: chart::blood_pressure(&text, &found.summary, now),
        supporters: supporters(&text, &found, now),
        supporters_more: 0,
        // Who reads the last days alone does not know of what was before.
        last_photographed: (found.last_photographed.is_some() || access.may(Permission::ReadAll))
            .then(|| last_photographed(&text, &found, now)),
        blocks: blocks(&text, &found.material(), now, &path),
        older: older(&found, &path),
        page: access.signed_in.page(page),
    }
}

/// The day from which somebody who has just joined may read everything.
fn limited_until(text: &Text, access: &Access<ReadSummary>, found: &Found) -> Option<String> {
    if access.may(Permission::ReadAll) {
        return None;
    }
    let own = found.members.iter().find(|member| member.id == access.actor().id)?;
    Some(date::month_day_weekday(text, own.grant.from.plus(JOINING).day()))
}

fn supporters(text: &Text, found: &Found, now: Instant) -> Vec<super::staff_view::Supporter> {
    let live = found.members.iter().filter(|member| member.grant.level_at(now).is_some());
    live.filter_map(|member| found.names.of(Actor { kind: member.kind, id: member.id, office: None }))
        .map(|shown| summary::supporter(text, shown))
        .collect()
}
