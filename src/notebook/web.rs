//! The head of a notebook's pages, for every feature above.

use super::sql;
use crate::access::guard::Access;
use crate::error::{Error, Result};
use crate::text::{Language, Text, date};
use crate::web::App;
use crate::web::view::{NotebookHead, Symbol};

use super::{Ledger, Profile};

/// Whose notebook it is: the ledger's row and the profile.
pub async fn find<P: Send + Sync>(app: &App, access: &Access<P>) -> Result<(Ledger, Profile)> {
    let opened = access.opened();
    let work = move |tx: &mut crate::store::tx::Tx<'_>| {
        Ok((sql::find(tx, opened.notebook)?, sql::find_profile(tx, &opened)?))
    };
    match app.records.read(work).await? {
        (Some(ledger), Some(profile)) => Ok((ledger, profile)),
        _ => Err(Error::NotFound),
    }
}

/// The head with one quiet line.
pub fn head(text: &Text, ledger: &Ledger, profile: &Profile, detail: String) -> NotebookHead {
    NotebookHead {
        path: format!("/n/{}", ledger.number),
        symbol: Symbol::of(text, &ledger.symbol, &ledger.colour),
        name: profile.name.clone(),
        honorific: if text.language == Language::English {
            String::new()
        } else {
            text.plain("web-honorific")
        },
        detail,
        action: None,
    }
}

/// The head of a page where something is written: 梅の手帳.
pub async fn plain_head<P: Send + Sync>(app: &App, access: &Access<P>, text: &Text) -> Result<NotebookHead> {
    let (ledger, profile) = find(app, access).await?;
    let mut head = head(text, &ledger, &profile, String::new());
    head.detail = text.plain1("web-notebook-of", "symbol", &head.symbol.word);
    Ok(head)
}

/// たかはし うめこ・昭和13年3月3日 (1938) 88歳.
pub fn identity(text: &Text, profile: &Profile, today: jiff::civil::Date) -> String {
    let birth = date::both_calendars(text, profile.birth);
    let age = text.plain1("notebook-age", "years", date::age(profile.birth, today));
    format!("{}・{birth} {age}", profile.kana)
}
