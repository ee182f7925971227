//! The list of one's notebooks, those with something new first, and the way to photograph pages of any.

use super::view::HomePage;
use crate::access::audience::Reader;
use crate::access::guard::{MaybeSignedIn, SignedIn, Window, find_levels};
use crate::access::permission::Permission;
use crate::access::principal::Principal;
use crate::access::sql::grant;
use crate::audit::{self, Act};
use crate::capture;
use crate::clock::{DAY, Instant};
use crate::crypto::Opened;
use crate::entry;
use crate::error::Result;
use crate::id::{Actor, NotebookNumber, Position};
use crate::notebook::{self, Ledger, Profile};
use crate::scan;
use crate::store::keys;
use crate::store::tx::Tx;
use crate::text::{Text, date};
use crate::web::App;
use crate::web::page::Page;
use crate::web::reply::{Reply, see_other, show};
use crate::web::view::{NotebookRow, Symbol};

/// So many new items are counted; more are said to be more.
const COUNTED: usize = 20;

/// Of photos that wait, the day on which the first one goes is told so long before, in milliseconds.
const REMINDED: i64 = 30 * DAY;

/// `GET /`: one's notebooks, or the welcome of somebody who is not signed in.
pub async fn home(app: App, page: Page, MaybeSignedIn(signed_in): MaybeSignedIn) -> Result<Reply> {
    let Some(signed_in) = signed_in else { return scan::web::welcome(&app, page) };
    let found = find(&app, &signed_in).await?;
    let is_desk = matches!(&signed_in.principal, Principal::Staff(staff) if staff.office.kind.is_desk());
    if found.is_empty() && is_desk {
        return Ok(see_other("/desk"));
    }
    let waiting = capture::pile::waiting(&app, &signed_in).await?;
    let (text, now) = (page.text.clone(), app.clock.now());
    let first = waiting.iter().map(|waits| waits.until).min();
    let waiting_until = first.filter(|until| *until < now.plus(REMINDED)).map(|until| {
        let day = date::month_day_weekday(&text, capture::last_day(until));
        text.plain1("timeline-home-waiting-until", "date", day)
    });
    let rows = found.iter().map(|found| found.row(&text, now)).collect();
    let owner = capture::web::owner(&app, &signed_in);
    let waiting = waiting.len() as u32;
    show(&HomePage { page: signed_in.page(page), waiting, waiting_until, rows, owner })
}

/// A notebook of the reader's, as the list shows it.
struct Found {
    ledger: Ledger,
    profile: Profile,
    /// When the newest item that the reader may read was put in.
    newest: Option<Instant>,
    /// How many items others have put in since the reader last looked, counted to [`COUNTED`].
    new: usize,
}

/// The open notebooks of somebody, those with something new first, then by their newest item.
async fn find(app: &App, signed_in: &SignedIn) -> Result<Vec<Found>> {
    let (principal, now) = (signed_in.principal.clone(), app.clock.now());
    let open = app.records.read(move |tx| list_open(tx, &principal, now)).await?;
    let numbers: Vec<NotebookNumber> = open.iter().map(|(number, _)| *number).collect();
    let work = move |tx: &mut Tx<'_>| {
        numbers.iter().map(|number| keys::find_notebook(tx, *number)).collect::<Result<Vec<_>>>()
    };
    let mut opened = Vec::new();
    for ((number, window), wrapped) in open.into_iter().zip(app.keys.read(work).await?) {
        if let Some(wrapped) = wrapped {
            opened.push((app.house.open_notebook(number, &wrapped)?, window));
        }
    }
    let work = move |tx: &mut Tx<'_>| {
        let each = opened.iter().map(|(opened, window)| find_one(tx, opened, window, now));
        each.filter_map(Result::transpose).collect::<Result<Vec<_>>>()
    };
    let mut found = app.records.read(work).await?;
    found.sort_by_key(|found| std::cmp::Reverse((found.new > 0, found.newest)));
    Ok(found)
}

/// The notebooks that somebody may read at this moment, with what they may read there.
fn list_open(tx: &mut Tx<'_>, principal: &Principal, now: Instant) -> Result<Vec<(NotebookNumber, Window)>> {
    let mut open = Vec::new();
    for number in grant::notebooks_of(tx, principal.actor(), now)? {
        let levels = find_levels(tx, principal, number, now)?.map(|(_, levels)| levels).unwrap_or_default();
        if levels.iter().any(|level| level.permissions().contains(&Permission::ReadSummary)) {
            open.push((number, Window::of(principal, &levels, now)));
        }
    }
    Ok(open)
}

fn find_one(tx: &mut Tx<'_>, opened: &Opened, window: &Window, now: Instant) -> Result<Option<Found>> {
    let number = opened.notebook;
    let (ledger, profile) = (notebook::sql::find(tx, number)?, notebook::sql::find_profile(tx, opened)?);
    let Some((ledger, profile)) = ledger.zip(profile) else { return Ok(None) };
    let looked = audit::sql::last_view(tx, number, window.reader.actor, Act::ReadTimeline, now)?;
    let entries = entry::sql::list(tx, opened, window, Position::before(now.plus(DAY)), COUNTED)?;
    let photos = capture::sql::list(tx, opened, window, Position::before(now.plus(DAY)), COUNTED)?;
    let put_in: Vec<(Instant, bool)> = entries
        .iter()
        .map(|entry| (entry.recorded_at, is_of(entry.author, &window.reader)))
        .chain(photos.iter().map(|photo| (photo.filed_at, is_of(photo.uploader, &window.reader))))
        .collect();
    let is_new = |(at, is_own): &&(Instant, bool)| !is_own && looked.is_none_or(|looked| *at > looked);
    let new = put_in.iter().filter(is_new).count();
    Ok(Some(Found { ledger, profile, newest: put_in.iter().map(|(at, _)| *at).max(), new }))
}

fn is_of(author: Actor, reader: &Reader) -> bool {
    (author.kind, author.id) == (reader.actor.kind, reader.actor.id)
}

impl Found {
    fn row(&self, text: &Text, now: Instant) -> NotebookRow {
        let when = |at: Instant| {
            let (day, time) = (at.day(), date::time(text, at.in_japan().time()));
            let day = date::near_day(text, day, now.day())
                .map_or_else(|| date::month_day_weekday(text, day), |near| format!("{near} {time}"));
            text.plain1("timeline-home-newest", "when", day)
        };
        let news = match self.new {
            0 => None,
            COUNTED.. => Some(text.plain1("timeline-home-news-many", "count", COUNTED)),
            count => Some(text.plain1("timeline-home-news", "count", count)),
        };
        NotebookRow {
            path: format!("/n/{}", self.ledger.number),
            symbol: Symbol::of(text, &self.ledger.symbol, &self.ledger.colour),
            name: format!("{}{}", self.profile.name, text.plain("web-honorific")),
            detail: self.newest.map(when).unwrap_or_default(),
            news,
        }
    }
}
