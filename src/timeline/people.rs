//! Who can see a notebook, and who has seen what.

use axum::extract::Query;
use serde::Deserialize;

use crate::access::guard::{Access, ReadDiary, ReadSummary};
use crate::access::permission::{Level, Permission};
use crate::access::principal::Profession;
use crate::access::sql::grant::{self, Member};
use crate::access::sql::names::Names;
use crate::audit::view::{DiaryDay, DiaryLine, DiaryPage};
use crate::audit::{self, Act, Record};
use crate::clock::{Instant, MINUTE};
use crate::entry::card::day_labels;
use crate::error::Result;
use crate::id::{Actor, ActorKind};
use crate::notebook;
use crate::notebook::view::{PeoplePage, PersonRow};
use crate::scan;
use crate::text::{Language, Text, date};
use crate::web::App;
use crate::web::page::Page;
use crate::web::reply::{Reply, show};
use crate::web::view::Telephone;

/// The same act so soon after the last one is told in one line, in milliseconds.
const IN_A_ROW: i64 = 10 * MINUTE;
/// Rows of the diary on one page.
const PAGE: u32 = 60;

fn actor_of(member: &Member) -> Actor {
    Actor { kind: member.kind, id: member.id, office: None }
}

fn person_row(text: &Text, names: &Names, member: &Member, now: Instant) -> Option<PersonRow> {
    let level = member.grant.level_at(now)?;
    let shown = names.of(actor_of(member))?;
    let may = match level {
        Level::Family | Level::Person | Level::Guardian => "family",
        _ if level.permissions().contains(&Permission::ReadAll) => "all",
        _ => "recent",
    };
    let clinical = matches!(
        shown.profession,
        Some(Profession::Physician | Profession::Dentist | Profession::Pharmacist | Profession::Nurse)
    );
    let role = match shown.profession {
        Some(known) => {
            format!("{}・{}", text.plain(&format!("access-profession-{}", known.word())), shown.office)
        }
        None => shown.relationship.clone(),
    };
    let since = date::month_day_weekday(text, member.grant.from.day());
    Some(PersonRow {
        picture: if clinical { "clinician" } else { "person" }.into(),
        name: format!("{}{}", shown.name, text.plain("web-honorific")),
        role,
        may: text.plain(&format!("notebook-may-{may}")),
        since: text.plain1("notebook-people-since", "date", since),
        new: level == Level::Joining,
    })
}

/// `GET /n/{notebook}/people`: who can see this notebook.
pub async fn people(app: App, page: Page, access: Access<ReadSummary>) -> Result<Reply> {
    let (house, number, now) = (app.house.clone(), access.notebook(), app.clock.now());
    let (members, names) = app
        .records
        .read(move |tx| {
            let members = grant::members(tx, number)?;
            let names = Names::find(tx, &house, members.iter().map(actor_of))?;
            Ok((members, names))
        })
        .await?;
    access.seen(&app, Act::ReadPeople, None).await?;
    let text = page.text.clone();
    let rows = |kind: ActorKind| {
        let of_kind = members.iter().filter(|member| member.kind == kind);
        of_kind.filter_map(|member| person_row(&text, &names, member, now)).collect()
    };
    let desks = scan::web::desks(&app, Some(number)).await?;
    let desk_row = |desk: &Telephone| PersonRow {
        picture: "person".into(),
        name: desk.place.clone(),
        role: String::new(),
        may: text.plain("notebook-may-desk"),
        since: String::new(),
        new: false,
    };
    show(&PeoplePage {
        notebook: notebook::web::plain_head(&app, &access, &text).await?,
        number: number.to_string(),
        family: rows(ActorKind::Relative),
        supporters: rows(ActorKind::Staff),
        desks: desks.iter().map(desk_row).collect(),
        desk: desks.into_iter().next().unwrap_or_else(|| Telephone::of_site(&app.site)),
        leave_path: None,
        may_read_diary: access.may(Permission::ReadDiary),
        page: access.signed_in.page(page),
    })
}

/// Where in the diary a page begins.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Before {
    before: Option<u64>,
}

/// `GET /n/{notebook}/diary`: who has seen what, in whole sentences.
pub async fn diary(
    app: App,
    page: Page,
    access: Access<ReadDiary>,
    Query(asked): Query<Before>,
) -> Result<Reply> {
    let (house, number, now) = (app.house.clone(), access.notebook(), app.clock.now());
    let before = asked.before.unwrap_or(i64::MAX.unsigned_abs());
    access.seen(&app, Act::ReadDiary, None).await?;
    let (records, names) = app
        .records
        .read(move |tx| {
            let records = audit::sql::list(tx, number, before, PAGE)?;
            let names = Names::find(tx, &house, records.iter().map(|record| record.actor))?;
            Ok((records, names))
        })
        .await?;
    let text = page.text.clone();
    let older = (records.len() == PAGE as usize).then(|| records.last().map(|last| last.seq)).flatten();
    let desk = scan::web::desks(&app, Some(number)).await?.into_iter().next();
    show(&DiaryPage {
        notebook: notebook::web::plain_head(&app, &access, &text).await?,
        days: diary_days(&text, &names, &records, now),
        older: older.map(|seq| access.path(&format!("/diary?before={seq}"))),
        desk: desk.unwrap_or_else(|| Telephone::of_site(&app.site)),
        page: access.signed_in.page(page),
    })
}

/// Lines by days. What one person did several times in a row within ten minutes is one line.
fn diary_days(text: &Text, names: &Names, records: &[Record], now: Instant) -> Vec<DiaryDay> {
    let mut days: Vec<(jiff::civil::Date, DiaryDay)> = Vec::new();
    for run in records.chunk_by(is_same_again) {
        let Some(record) = run.first() else { continue };
        let day = record.at.day();
        if days.last().is_none_or(|(known, _)| *known != day) {
            let (label, date) = day_labels(text, day, now.day());
            days.push((day, DiaryDay { label, date, lines: vec![] }));
        }
        if let Some((_, shown)) = days.last_mut() {
            let times =
                if run.len() > 1 { text.plain1("audit-times", "count", run.len()) } else { String::new() };
            shown.lines.push(DiaryLine { times, ..diary_line(text, names, record) });
        }
    }
    days.into_iter().map(|(_, day)| day).collect()
}

fn is_same_again(later: &Record, earlier: &Record) -> bool {
    let same = (later.actor, later.act.sentence()) == (earlier.actor, earlier.act.sentence());
    same && later.at.day() == earlier.at.day() && later.at < earlier.at.plus(IN_A_ROW)
}

fn diary_line(text: &Text, names: &Names, record: &Record) -> DiaryLine {
    let moment = record.at.in_japan();
    let half = if moment.hour() < 12 { "audit-morning" } else { "audit-afternoon" };
    let hour = if text.language == Language::English || moment.hour() < 12 {
        moment.hour()
    } else {
        moment.hour() - 12
    };
    let who = match record.actor.kind {
        ActorKind::House if record.act == Act::ReadEmergency => text.plain("audit-helper"),
        ActorKind::House => text.plain("audit-service"),
        _ => names.full(text, record.actor),
    };
    DiaryLine {
        half: text.plain(half),
        time: format!("{hour}:{:02}", moment.minute()),
        who,
        did: text.plain(&format!("audit-did-{}", record.act.sentence())),
        times: String::new(),
    }
}
