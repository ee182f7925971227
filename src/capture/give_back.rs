//! Taking a photo out of its notebook, as its page asks: one's own, a stranger's, or all of a sheet out of a pad.

use axum::extract::Path;
use serde::Deserialize;

use super::photo::find;
use super::{PhotoName, take_out};
use crate::access::guard::{Access, Confirm, Photograph};
use crate::error::{Error, Result};
use crate::text::Text;
use crate::web::App;
use crate::web::form::SafeForm;
use crate::web::reply::{Reply, see_other};
use crate::web::view::Choice;

/// Why a sheet may be another's.
pub fn reasons(text: &Text) -> Vec<Choice> {
    let choice = |reason: &str| Choice {
        value: reason.to_owned(),
        label: text.plain(&format!("capture-release-{reason}")),
        note: String::new(),
        chosen: reason == take_out::REASONS[0],
    };
    take_out::REASONS.map(choice).into()
}

/// The form of taking a photo out; it has no fields of its own.
#[derive(Deserialize)]
pub struct Nothing {}

/// `POST /n/{notebook}/photos/{photo}/unfile`: the uploader takes it out, and is asked again.
pub async fn unfile(
    app: App,
    access: Access<Photograph>,
    Path((_, name)): Path<(String, String)>,
    form: SafeForm<Nothing>,
) -> Result<Reply> {
    let SafeForm(Nothing {}) = form;
    let name: PhotoName = name.parse()?;
    if find(&app, &access, name).await?.uploader.id != access.actor().id {
        return Err(Error::NotFound);
    }
    take_out::unfile(&app, &access.signed_in, access.opened(), name).await?;
    Ok(see_other(&format!("/photos/{}?part={}", name.id, name.part)))
}

/// Which photo is to go: as its address says.
#[derive(Deserialize)]
pub struct GivenBack {
    photo: String,
}

/// `POST /n/{notebook}/photos/{photo}/give-back`: one of the team takes out a photo that is another's; who took it is
/// asked again.
pub async fn give_back(
    app: App,
    access: Access<Confirm>,
    Path((_, name)): Path<(String, String)>,
    form: SafeForm<GivenBack>,
) -> Result<Reply> {
    let SafeForm(GivenBack { photo }) = form;
    if photo != name {
        return Err(Error::advice("photo", "web-form-damaged"));
    }
    let name: PhotoName = name.parse()?;
    let keeper = take_out::unfile(&app, &access.signed_in, access.opened(), name).await?;
    let is_own = keeper.id == access.actor().id;
    let asked = format!("/photos/{}?part={}", name.id, name.part);
    Ok(see_other(&if is_own { asked } else { access.path("?told=given-back") }))
}

/// Why a sheet is made nobody's again.
#[derive(Deserialize)]
pub struct Release {
    pub reason: String,
}

impl Release {
    /// The word to keep; [`Error::NotFound`] for one that no form sends.
    pub fn known(&self) -> Result<&'static str> {
        take_out::REASONS.into_iter().find(|reason| *reason == self.reason).ok_or(Error::NotFound)
    }
}

/// `POST /n/{notebook}/photos/{photo}/release`: the sheet out of a pad was another's. It is nobody's again, and
/// its photos go back to who took them.
pub async fn release(
    app: App,
    access: Access<Confirm>,
    Path((_, name)): Path<(String, String)>,
    form: SafeForm<Release>,
) -> Result<Reply> {
    let SafeForm(release) = form;
    let photo = find(&app, &access, name.parse()?).await?;
    let sheet = photo.sheet.ok_or(Error::NotFound)?;
    take_out::release_sheet(&app, access.opened(), sheet, access.actor(), release.known()?).await?;
    Ok(see_other(&access.path("")))
}
