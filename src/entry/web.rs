//! Writing a message or a standing instruction, and reading one entry. Each form carries the entry's id, made
//! with the form, so that sending it twice writes once.

use axum::extract::{Path, Query};
use jiff::civil::{Date, Time};
use serde::Deserialize;

use super::view::{Answered, EntryPage, InstructionPage, MessagePage, Version, WritePage};
use super::{Contents, Entry, Instruction, Message, card, check_text, sql};
use crate::access::audience::{Audience, Side};
use crate::access::guard::{Access, ReadRecent, Write};
use crate::access::permission::Permission;
use crate::access::principal::Profession;
use crate::access::sql::names::Names;
use crate::audit::{self, Act};
use crate::clock::Instant;
use crate::error::{Advice, Doing, Error, Result};
use crate::id::Id;
use crate::notebook;
use crate::store::Scope;
use crate::store::tx::Tx;
use crate::text::{Text, date};
use crate::web::App;
use crate::web::form::SafeForm;
use crate::web::page::Page;
use crate::web::reply::{Reply, see_other, show};
use crate::web::view::{Choice, Field, Telephone};

/// Years in which an instruction may begin and end: others are mistyped.
pub(super) const YEARS: std::ops::RangeInclusive<i16> = 1900..=2100;

/// The last moment of a day.
pub(super) fn last_moment(day: Date) -> Instant {
    Instant::from_japan(day.to_datetime(Time::constant(23, 59, 59, 0)))
}

/// `GET /n/{notebook}/write`.
pub async fn choose(app: App, page: Page, access: Access<Write>) -> Result<Reply> {
    let notebook = notebook::web::plain_head(&app, &access, &page.text).await?;
    let desk = Telephone::of_site(&app.site);
    let may_instruct = may_instruct(&access.reader().side);
    let may_print = access.may(Permission::Print);
    show(&WritePage { page: access.signed_in.page(page), notebook, may_instruct, may_print, desk })
}

/// Physicians, dentists, pharmacists and nurses give standing instructions.
fn may_instruct(side: &Side) -> bool {
    use Profession::{Dentist, Nurse, Pharmacist, Physician};
    matches!(side, Side::Supporter { profession: Physician | Dentist | Pharmacist | Nurse, .. })
}

/// Adds an entry with its diary row, in one transaction. The same form sent again adds nothing; a form
/// that was gone back to, changed and sent is another entry: what somebody wrote is never dropped.
pub(super) async fn add(app: &App, access: &Access<Write>, entry: Entry) -> Result<()> {
    let (opened, actor, now) = (access.opened(), access.actor(), entry.recorded_at);
    // A changed form sent twice is one more entry, not two; what was taken back and is sent again is meant.
    let changed = entry.id.derived(&serde_json::to_vec(&entry.contents).doing("telling entries apart")?);
    let ids = [entry.id, changed, Id::fresh(now)?];
    app.records
        .write(Scope::Notebook(opened.notebook), move |tx| {
            for id in ids {
                let entry = Entry { id, ..entry.clone() };
                if sql::add(tx, &opened, &entry)? {
                    notebook::sql::changed(tx, opened.notebook)?;
                    return audit::sql::record(tx, opened.notebook, actor, entry.act(), Some(id), now);
                }
                if sql::find_first(tx, &opened, id)?.is_some_and(|known| known.says_the_same(&entry)) {
                    return Ok(());
                }
            }
            Err(Error::Conflict)
        })
        .await
}

/// The id of a form's entry: a UUIDv7, as the form was given.
pub(super) fn form_id(text: &str) -> Result<Id> {
    text.parse::<Id>().ok().filter(|id| id.is_time_ordered()).ok_or(Error::advice("", "web-form-damaged"))
}

pub(super) fn entry(
    access: &Access<Write>,
    id: Id,
    happened_at: Instant,
    now: Instant,
    audience: Audience,
    contents: Contents,
) -> Entry {
    let author = access.actor();
    Entry { id, version: 1, happened_at, recorded_at: now, author, audience, contents, reason: None }
}

/// The audiences that a writer may choose from; the first is the usual one.
fn audiences(text: &Text, side: &Side) -> Vec<(Audience, Choice)> {
    let mut offered = vec![Audience::Everyone];
    match side {
        Side::Supporter { profession, .. } => {
            offered.extend([Audience::Supporters, Audience::Profession(*profession)]);
        }
        Side::Relative => offered.push(Audience::Relatives),
        Side::Person => {}
    }
    let choice = |audience: Audience| {
        let value = audience.words().0;
        let note = card::readers(text, &Names::default(), audience);
        let label = text.plain(&format!("entry-audience-{value}"));
        (audience, Choice { value: value.into(), label, note, chosen: audience == Audience::Everyone })
    };
    offered.into_iter().map(choice).collect()
}

/// The form of a message; empty when it is opened.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct MessageForm {
    id: String,
    text: String,
    audience: String,
    asks: String,
    paper: String,
    /// The question that is answered, by its id.
    answers: String,
}

async fn message_page(
    app: &App,
    page: Page,
    access: &Access<Write>,
    form: &MessageForm,
    text: Field,
) -> Result<MessagePage> {
    let now = app.clock.now();
    let offered = audiences(&page.text, &access.reader().side).into_iter();
    let chosen = |choice: Choice| Choice {
        chosen: if form.audience.is_empty() { choice.chosen } else { choice.value == form.audience },
        ..choice
    };
    Ok(MessagePage {
        notebook: notebook::web::plain_head(app, access, &page.text).await?,
        id: if form.id.is_empty() { Id::fresh(now)?.to_string() } else { form.id.clone() },
        answers: find_question(app, access, &form.answers).await?,
        text,
        asks: form.asks == "yes",
        may_paper: true,
        paper: form.paper == "yes",
        audiences: offered.map(|(_, choice)| chosen(choice)).collect(),
        desk: Telephone::of_site(&app.site),
        page: access.signed_in.page(page),
    })
}

/// The question that is to be answered, if it is one that this reader may read.
async fn find_question(app: &App, access: &Access<Write>, id: &str) -> Result<Option<Answered>> {
    let Ok(id) = id.parse::<Id>() else { return Ok(None) };
    let (opened, window) = (access.opened(), access.window(app.clock.now()));
    let versions = app.records.read(move |tx| sql::versions(tx, &opened, &window, id)).await?;
    Ok(versions.into_iter().next().and_then(|entry| match entry.contents {
        Contents::Message(message) => Some(Answered { id: id.to_string(), text: message.text }),
        _ => None,
    }))
}

/// What the address of an empty form may say.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct AskedMessage {
    /// The question that is to be answered.
    answers: String,
}

/// `GET /n/{notebook}/message`.
pub async fn ask_message(
    app: App,
    page: Page,
    access: Access<Write>,
    Query(asked): Query<AskedMessage>,
) -> Result<Reply> {
    let form = MessageForm { answers: asked.answers, ..MessageForm::default() };
    if let Ok(question) = form.answers.parse() {
        access.seen(&app, Act::ReadEntry, Some(question)).await?;
    }
    show(&message_page(&app, page, &access, &form, Field::default()).await?)
}

/// `POST /n/{notebook}/message`.
pub async fn add_message(
    app: App,
    page: Page,
    access: Access<Write>,
    form: SafeForm<MessageForm>,
) -> Result<Reply> {
    let SafeForm(form) = form;
    let offered = audiences(&page.text, &access.reader().side);
    let chosen = offered.iter().find(|(audience, _)| audience.words().0 == form.audience);
    let (audience, _) = chosen.ok_or(Error::advice("audience", "web-form-damaged"))?;
    let text = match check_text("text", &form.text) {
        Ok(text) => text,
        Err(Error::Invalid(advice)) => {
            let typed = Field::advised(&form.text, &first_sentence(&page.text, &advice));
            return show(&message_page(&app, page, &access, &form, typed).await?);
        }
        Err(error) => return Err(error),
    };
    let paper = form.paper == "yes" && *audience == Audience::Everyone;
    let answers = find_question(&app, &access, &form.answers).await?.and_then(|known| known.id.parse().ok());
    let contents = Contents::Message(Message { text, asks: form.asks == "yes", answers, paper });
    let now = app.clock.now();
    add(&app, &access, entry(&access, form_id(&form.id)?, now, now, *audience, contents)).await?;
    Ok(see_other(&access.path("?told=saved")))
}

pub(super) fn first_sentence(text: &Text, advice: &Advice) -> String {
    advice.0.first().map(|first| text.plain(first.message)).unwrap_or_default()
}

/// The advice for a typed text that cannot be taken.
fn advice_of(text: &Text, typed: &Result<String>) -> Option<String> {
    match typed {
        Err(Error::Invalid(advice)) => Some(first_sentence(text, advice)),
        _ => None,
    }
}

/// The form of a standing instruction.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct InstructionForm {
    id: String,
    text: String,
    more: String,
    from: String,
    until: String,
}

async fn instruction_page(
    app: &App,
    page: Page,
    access: &Access<Write>,
    form: &InstructionForm,
) -> Result<InstructionPage> {
    let now = app.clock.now();
    let from = if form.from.is_empty() { now.day().to_string() } else { form.from.clone() };
    Ok(InstructionPage {
        notebook: notebook::web::plain_head(app, access, &page.text).await?,
        id: if form.id.is_empty() { Id::fresh(now)?.to_string() } else { form.id.clone() },
        text: Field::with(&form.text),
        more: Field::with(&form.more),
        from: Field::with(&from),
        until: Field::with(&form.until),
        page: access.signed_in.page(page),
    })
}

/// `GET /n/{notebook}/instruction`.
pub async fn ask_instruction(app: App, page: Page, access: Access<Write>) -> Result<Reply> {
    if !may_instruct(&access.reader().side) {
        return Err(Error::Forbidden);
    }
    show(&instruction_page(&app, page, &access, &InstructionForm::default()).await?)
}

/// `POST /n/{notebook}/instruction`.
pub async fn add_instruction(
    app: App,
    page: Page,
    access: Access<Write>,
    form: SafeForm<InstructionForm>,
) -> Result<Reply> {
    let SafeForm(form) = form;
    if !may_instruct(&access.reader().side) {
        return Err(Error::Forbidden);
    }
    let now = app.clock.now();
    let day = |typed: &str| typed.parse().ok().filter(|day: &Date| YEARS.contains(&day.year()));
    let (from, until) = (day(&form.from), day(&form.until));
    let text = check_text("text", &form.text);
    let more = if form.more.trim().is_empty() { Ok(String::new()) } else { check_text("more", &form.more) };
    let is_backwards = until.is_some_and(|until| from.is_none_or(|from| until < from));
    let is_unread = !form.until.is_empty() && until.is_none();
    let (Ok(said), Ok(more), Some(from), false, false) = (&text, &more, from, is_backwards, is_unread) else {
        let mut shown = instruction_page(&app, page, &access, &form).await?;
        let words = shown.page.text.clone();
        shown.text.advice = advice_of(&words, &text);
        shown.more.advice = advice_of(&words, &more);
        let text = words;
        shown.from.advice = from.is_none().then(|| text.plain("web-advice-needed"));
        shown.until.advice =
            (is_backwards || is_unread).then(|| text.plain("entry-instruction-until-before"));
        return show(&shown);
    };
    let until = until.map(last_moment);
    let from = Instant::from_japan(from.to_datetime(Time::midnight()));
    let (text, more) = (said.clone(), more.clone());
    let contents = Contents::Instruction(Instruction { text, more, from, until });
    add(&app, &access, entry(&access, form_id(&form.id)?, now, now, Audience::Everyone, contents)).await?;
    Ok(see_other(&access.path("?told=saved")))
}

/// `GET /n/{notebook}/entries/{entry}`: one entry with its older versions.
pub async fn read(
    app: App,
    page: Page,
    access: Access<ReadRecent>,
    Path((_, id)): Path<(String, Id)>,
) -> Result<Reply> {
    let (opened, window, house) = (access.opened(), access.window(app.clock.now()), app.house.clone());
    let (versions, names) = app
        .records
        .read(move |tx| {
            let versions = sql::versions(tx, &opened, &window, id)?;
            let names = Names::find(tx, &house, versions.iter().map(|version| version.author))?;
            Ok((versions, names))
        })
        .await?;
    let newest = versions.first().ok_or(Error::NotFound)?;
    access.seen(&app, Act::ReadEntry, Some(id)).await?;
    let text = page.text.clone();
    let path = access.path("");
    let older = versions.windows(2).map(|pair| older(&text, &names, &pair[1], pair[0].reason.clone()));
    let mut shown = card::card(&text, &names, newest, &path);
    let moment = date::date_and_time(&text, newest.happened_at.in_japan());
    shown.by_and_time = card::by_and_time(&text, &names, newest, &moment);
    show(&EntryPage {
        notebook: notebook::web::plain_head(&app, &access, &text).await?,
        told: None,
        path: format!("{path}/entries/{id}"),
        entry: shown,
        readers: card::readers(&text, &names, newest.audience),
        recorded: date::date_and_time(&text, newest.recorded_at.in_japan()),
        may_correct: newest.author == access.actor(),
        undo: newest.may_be_taken_back(access.actor(), app.clock.now()),
        photo: None,
        versions: older.collect(),
        page: access.signed_in.page(page),
    })
}

/// The form of taking back: nothing but where it comes from.
#[derive(Deserialize)]
pub struct Nothing {}

/// `POST /n/{notebook}/entries/{entry}/undo`: its author takes an entry back, a few minutes after writing.
pub async fn undo(
    app: App,
    access: Access<Write>,
    Path((_, id)): Path<(String, Id)>,
    form: SafeForm<Nothing>,
) -> Result<Reply> {
    let SafeForm(Nothing {}) = form;
    let (opened, actor, now) = (access.opened(), access.actor(), app.clock.now());
    let window = access.window(now);
    let work = move |tx: &mut Tx<'_>| {
        let versions = sql::versions(tx, &opened, &window, id)?;
        let newest = versions.first().ok_or(Error::NotFound)?;
        if !newest.may_be_taken_back(actor, now) {
            return Err(Error::Forbidden);
        }
        sql::take_back(tx, opened.notebook, id)?;
        notebook::sql::changed(tx, opened.notebook)?;
        audit::sql::record(tx, opened.notebook, actor, Act::TookBack, Some(id), now)
    };
    app.records.write(Scope::Notebook(access.notebook()), work).await?;
    Ok(see_other(&access.path("?told=undone")))
}

fn older(text: &Text, names: &Names, entry: &Entry, reason: Option<String>) -> Version {
    let (words, facts) = card::contents(text, &entry.contents);
    Version {
        number: entry.version,
        author: names.full(text, entry.author),
        when: date::date_and_time(text, entry.recorded_at.in_japan()),
        text: words,
        facts,
        corrected_because: reason,
    }
}
