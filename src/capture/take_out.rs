//! Taking photos out of a notebook: one's own that was filed wrongly, or all of a loose sheet that was another's.
//! They wait for a tap again, with all that belongs to them.

use super::filing::Why;
use super::ink;
use super::tap::part_of;
use super::{
    Brought, Contents, KEPT_WAITING, KnownSheet, Part, PartState, Photo, PhotoName, State, Strip, Upload,
    UploadKey, sql,
};
use crate::access::audience::{Reader, Side};
use crate::access::guard::{SignedIn, Window};
use crate::access::permission::Permission;
use crate::access::principal::Principal;
use crate::access::sql::grant;
use crate::audit::{self, Act};
use crate::clock::Instant;
use crate::crypto::{House, Opened};
use crate::error::{Error, Result};
use crate::id::{Actor, NotebookNumber};
use crate::notebook;
use crate::sheet::sql::{self as sheets, Binding};
use crate::store::tx::Tx;
use crate::store::{Scope, kept};
use crate::web::App;

/// The upload of a filed photo, with whoever keeps it. Its row goes after a while; it is made again when the
/// photo waits once more.
fn upload_again(
    tx: &mut Tx<'_>,
    house: &House,
    keeper: Actor,
    photo: &Photo,
    now: Instant,
) -> Result<Upload> {
    let key = UploadKey::new(keeper, photo.name.id);
    let found = sql::upload::find(tx, house, &key)?;
    let is_new = found.is_none();
    let mut upload = found.unwrap_or_else(|| Upload {
        key,
        state: State::Waiting,
        digest: [0; 32],
        visit: None,
        received_at: photo.filed_at,
        photographed_at: photo.photographed_at,
        until: now.plus(KEPT_WAITING),
        version: 0,
        contents: Contents::default(),
    });
    if upload.contents.parts.iter().all(|part| part.number != photo.name.part) {
        upload.contents.parts.push(Part {
            number: photo.name.part,
            state: PartState::Held { notebook: None, known: None },
            pictures: None,
            brought: None,
        });
    }
    if is_new && !sql::upload::add(tx, house, &upload)? {
        return Err(Error::Conflict);
    }
    Ok(upload)
}

/// Takes a photo out of a notebook; it waits for a tap again, with whom this returns: who took it, if the notebook is
/// open to them. A sheet out of a pad that no other photo shows is nobody's again.
pub async fn unfile(app: &App, signed_in: &SignedIn, opened: Opened, name: PhotoName) -> Result<Actor> {
    let (principal, house, now) = (signed_in.principal.clone(), app.house.clone(), app.clock.now());
    let scope = Scope::Notebook(opened.notebook);
    let work = move |tx: &mut Tx<'_>| {
        let (photo, number) = (find_to_take_out(tx, &opened, &principal, name, now)?, opened.notebook);
        let pad = match photo.sheet {
            Some(sheet) if sql::photo::list_whole_sheet(tx, &opened, sheet)?.len() == 1 => {
                sheets::find_unbound(tx, Binding { notebook: number, sheet })?
            }
            _ => None,
        };
        if let Some(pad) = pad {
            sheets::unbind(tx, pad, principal.actor(), "unfiled", now)?;
        }
        let keeper = keeper(tx, &house, number, (&photo, principal.actor()), now)?;
        take_out(tx, &house, (&opened, &photo), (keeper, pad), now)?;
        notebook::sql::changed(tx, number)?;
        audit::sql::record(tx, number, principal.actor(), Act::UnfiledPhoto, Some(name.id), now)?;
        Ok(keeper)
    };
    app.records.write(scope, work).await
}

/// Why a sheet out of a pad is made nobody's again: the words of the form, kept with it.
pub const REASONS: [&str; 3] = ["other-person", "photographed-by-mistake", "other"];

/// Makes a sheet out of a pad nobody's again, and gives its photos back to who took them: they wait for a
/// tap. The reason is kept. [`Error::NotFound`] for a sheet that was printed for this notebook.
pub async fn release_sheet(
    app: &App,
    opened: Opened,
    sheet: u16,
    actor: Actor,
    reason: &'static str,
) -> Result<()> {
    let (house, now, number) = (app.house.clone(), app.clock.now(), opened.notebook);
    let work = move |tx: &mut Tx<'_>| {
        let bound = Binding { notebook: number, sheet };
        let pad = sheets::find_unbound(tx, bound)?.ok_or(Error::NotFound)?;
        sheets::unbind(tx, pad, actor, reason, now)?;
        for photo in sql::photo::list_whole_sheet(tx, &opened, sheet)? {
            let keeper = keeper(tx, &house, number, (&photo, actor), now)?;
            take_out(tx, &house, (&opened, &photo), (keeper, Some(pad)), now)?;
            audit::sql::record(tx, number, actor, Act::UnfiledPhoto, Some(photo.name.id), now)?;
        }
        notebook::sql::changed(tx, number)?;
        audit::sql::record(tx, number, actor, Act::ReleasedSheet, None, now)
    };
    app.records.write(Scope::Notebook(number), work).await
}

/// Who keeps a photo that is taken out: who took it; if the notebook is not open to them any more, whoever takes it
/// out, or somebody else of the team, so that it is not lost.
fn keeper(
    tx: &mut Tx<'_>,
    house: &House,
    number: NotebookNumber,
    (photo, actor): (&Photo, Actor),
    now: Instant,
) -> Result<Actor> {
    let members = grant::members(tx, number)?;
    let others = members.iter().map(|member| Actor { kind: member.kind, id: member.id, office: None });
    for one in [photo.uploader, actor].into_iter().chain(others) {
        let Some(keeper) = sql::code::find_uploader(tx, house, one.kind, one.id)? else { continue };
        if sql::code::may_photograph(tx, &keeper, number, now)? {
            return Ok(keeper.actor());
        }
    }
    Ok(photo.uploader)
}

/// Takes a photo out of its notebook; it waits for a tap with its keeper.
fn take_out(
    tx: &mut Tx<'_>,
    house: &House,
    (opened, photo): (&Opened, &Photo),
    (keeper, pad): (Actor, Option<NotebookNumber>),
    now: Instant,
) -> Result<()> {
    let mut upload = upload_again(tx, house, keeper, photo, now)?;
    let part = part_of(&mut upload, photo.name.part)?;
    // What its uploader said may have been wrong: they are asked again.
    let is_told = sql::photo::is_sheet_told(tx, opened.notebook, photo.name)?;
    let known = photo.design.clone().zip(photo.revision.clone()).map(|(design, revision)| KnownSheet {
        design,
        revision,
        notebook: opened.notebook.serial(),
        sheet: photo.sheet.filter(|_| !is_told),
    });
    part.state = PartState::Waiting {
        why: if pad.is_some() { Why::Unbound } else { Why::Marks },
        hints: vec![],
        pad: pad.map(NotebookNumber::serial),
        known,
        label: None,
    };
    part.pictures = Some(photo.pictures.to_house(house, opened)?);
    part.brought = Some(brought(tx, house, opened, photo)?);
    // The whole photo is kept for a while after it was filed, and no longer.
    if let Some(frame) = upload.contents.frame.take() {
        kept::release(tx, frame.blob_key())?;
    }
    upload.settle(now);
    sql::upload::save(tx, house, &upload)?;
    let doubles = sql::photo::list_doubles(tx, opened, photo.name)?.into_iter();
    for double in doubles.filter(|double| double.sheet == photo.sheet) {
        sql::double::show(tx, house, opened, &double)?;
    }
    if !sql::photo::move_out(tx, opened.notebook, photo.name, keeper)? {
        return Err(Error::Conflict);
    }
    ink::renew(tx, opened, photo, now)
}

/// What belongs to a photo that is taken out: it goes with it.
fn brought(tx: &mut Tx<'_>, house: &House, opened: &Opened, photo: &Photo) -> Result<Brought> {
    let one = |strip: &Strip| Ok(Strip { picture: strip.picture.to_house(house, opened)?, ..strip.clone() });
    let redaction = photo.redaction.as_ref().map(|redaction| redaction.to_house(house, opened));
    Ok(Brought {
        ink: photo.ink,
        strips: photo.strips.iter().map(one).collect::<Result<_>>()?,
        transcripts: sql::transcript::take(tx, opened, photo.name)?,
        redaction: redaction.transpose()?,
        written_on: photo.written_on,
    })
}

/// A photo in a notebook that this person may take out: their own, or of the team's one that they see. It is whole,
/// whatever of it they see.
fn find_to_take_out(
    tx: &mut Tx<'_>,
    opened: &Opened,
    principal: &Principal,
    name: PhotoName,
    now: Instant,
) -> Result<Photo> {
    let side = match principal {
        Principal::Staff(staff) => Side::Supporter { profession: staff.profession, coordinates: false },
        Principal::Relative { .. } => Side::Relative,
    };
    let window = Window { reader: Reader { actor: principal.actor(), side }, since: None };
    let seen = sql::photo::find(tx, opened, &window, name)?.ok_or(Error::NotFound)?;
    let is_own = seen.uploader.id == principal.actor().id;
    if !is_own && !sql::code::may(tx, principal, Permission::Confirm, opened.notebook, now)? {
        return Err(Error::NotFound);
    }
    sql::photo::find_whole(tx, opened, name)?.ok_or(Error::NotFound)
}
