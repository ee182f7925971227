//! The strips of a photo: their pictures, and what people read there.

use axum::Extension;
use axum::extract::Path;
use serde::Deserialize;

use super::photo_view::ShownStrip;
use super::worker::Workers;
use super::{Photo, Strip, Transcript, photo, redaction, sql};
use crate::access::guard::{Access, Needs, ReadRecent, Write};
use crate::access::sql::names::Names;
use crate::audit::{self, Act};
use crate::entry::check_text;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::notebook;
use crate::store::Scope;
use crate::store::tx::Tx;
use crate::text::{Text, date};
use crate::web::App;
use crate::web::form::SafeForm;
use crate::web::reply::{Reply, bytes, see_other};
use crate::web::view::Field;

/// `GET /n/{notebook}/photos/{photo}/strips/{strip}`: its picture.
pub async fn picture(
    app: App,
    access: Access<ReadRecent>,
    Extension(workers): Extension<Workers>,
    Path((_, name, strip)): Path<(String, String, usize)>,
) -> Result<Reply> {
    let photo = photo::find(&app, &access, name.parse()?).await?;
    let strip = photo.strips.iter().find(|one| one.number == strip).ok_or(Error::NotFound)?;
    access.seen(&app, Act::ReadPhoto, Some(photo.name.id)).await?;
    let hidden = photo.hidden_from(&access.window(app.clock.now()).reader);
    Ok(bytes("image/jpeg", redaction::strip_without(&app, &workers, &access.opened(), strip, &hidden).await?))
}

/// The form that says what stands in a strip.
#[derive(Deserialize)]
pub struct Read {
    text: String,
}

/// `POST /n/{notebook}/photos/{photo}/strips/{strip}/text`: somebody types out what they read. The one before
/// is kept.
pub async fn transcribe(
    app: App,
    access: Access<Write>,
    Path((_, name, strip)): Path<(String, String, u32)>,
    form: SafeForm<Read>,
) -> Result<Reply> {
    let SafeForm(Read { text }) = form;
    let photo = photo::find(&app, &access, name.parse()?).await?;
    // An empty text takes back what was read.
    let text = if text.trim().is_empty() { String::new() } else { check_text("text", &text)? };
    let (opened, name, now) = (access.opened(), photo.name, app.clock.now());
    let window = access.window(now);
    let read = Transcript { id: Id::fresh(now)?, strip, author: access.actor(), recorded_at: now, text };
    let (number, actor) = (access.notebook(), access.actor());
    let save = move |tx: &mut Tx<'_>| {
        // It may have been taken out, or compared with another photo, in the meantime.
        let photo = sql::photo::find(tx, &opened, &window, name)?.ok_or(Error::NotFound)?;
        if !photo.strips.iter().any(|one| u32::try_from(one.number) == Ok(strip)) {
            return Err(Error::Conflict);
        }
        sql::transcript::add(tx, &opened, name, &read)?;
        notebook::sql::changed(tx, number)?;
        audit::sql::record(tx, number, actor, Act::Transcribed, Some(name.id), now)
    };
    app.records.write(Scope::Notebook(number), save).await?;
    Ok(see_other(&access.path(&format!("/photos/{name}#strip-{strip}"))))
}

/// What was read last in a strip; nothing when it was emptied again.
pub fn last(transcripts: &[Transcript], strip: usize) -> Option<&Transcript> {
    let of_strip = transcripts.iter().rev().find(|read| usize::try_from(read.strip).ok() == Some(strip));
    of_strip.filter(|read| !read.text.is_empty())
}

/// Who read it, and when.
pub fn by(text: &Text, names: &Names, read: &Transcript) -> String {
    let when = date::month_day_weekday(text, read.recorded_at.day());
    text.plain2("capture-strip-by", "name", names.full(text, read.author), "date", when)
}

/// The strips of a photo for its page.
pub fn shown<P: Needs>(
    text: &Text,
    access: &Access<P>,
    photo: &Photo,
    (transcripts, names): (&[Transcript], &Names),
) -> Vec<ShownStrip> {
    let path = access.path(&format!("/photos/{}", photo.name));
    let one = |(index, strip): (usize, &Strip)| {
        let read = last(transcripts, strip.number);
        ShownStrip {
            anchor: format!("strip-{}", strip.number),
            number: index + 1,
            source: strip_path(&path, strip.number),
            width: strip.picture.width,
            height: strip.picture.height,
            mark: strip.rectangle(),
            text: read.map(|read| read.text.clone()),
            by: read.map(|read| by(text, names, read)),
            field: Field { value: read.map(|read| read.text.clone()).unwrap_or_default(), advice: None },
            path: format!("{path}/strips/{}/text", strip.number),
        }
    };
    photo.strips.iter().enumerate().map(one).collect()
}

/// The address of a strip's picture, under that of its photo.
pub fn strip_path(photo: &str, index: usize) -> String {
    format!("{photo}/strips/{index}")
}
