//! Filing by a person's tap, and sending photos to the family: what the uploader does with
//! their own uploads. Each is one write that holds the notebook and checks the grant again.

use super::settle::{add_photo, declared_audience, first_audience};
use super::worker::Workers;
use super::{
    Brought, KnownSheet, Pair, Part, PartState, Photo, PhotoName, Sharing, Strip, Upload, UploadKey,
    redaction, sql,
};
use crate::access::audience::Audience;
use crate::access::guard::{SignedIn, open};
use crate::access::principal::Principal;
use crate::audit::{self, Act};
use crate::clock::Instant;
use crate::crypto::{House, Opened};
use crate::error::{Error, Result};
use crate::id::{Id, NotebookNumber};
use crate::notebook;
use crate::sheet::code::PAD_SHEET;
use crate::sheet::design::SheetAudience;
use crate::sheet::sql::{self as sheets, PrintedSheet};
use crate::store::tx::Tx;
use crate::store::{Scope, kept};
use crate::web::App;

/// The uploader's own upload; [`Error::NotFound`] for anybody else's.
fn own(tx: &mut Tx<'_>, house: &House, uploader: &Principal, id: Id) -> Result<Upload> {
    sql::upload::find(tx, house, &UploadKey::new(uploader.actor(), id))?.ok_or(Error::NotFound)
}

pub(super) fn part_of(upload: &mut Upload, number: u32) -> Result<&mut Part> {
    upload.contents.parts.iter_mut().find(|part| part.number == number).ok_or(Error::NotFound)
}

/// Files a waiting part into a notebook, as the uploader says; a sheet out of a pad becomes one of the
/// notebook's. Doing it twice is harmless.
pub async fn file(app: &App, signed_in: &SignedIn, name: PhotoName, number: NotebookNumber) -> Result<()> {
    let (uploader, house, now) = (signed_in.principal.clone(), app.house.clone(), app.clock.now());
    let (asked, own_house) = (uploader.clone(), app.house.clone());
    let look = move |tx: &mut Tx<'_>| {
        if !sql::code::may_photograph(tx, &asked, number, now)? {
            return Err(Error::NotFound);
        }
        let mut upload = own(tx, &own_house, &asked, name.id)?;
        Ok(part_of(&mut upload, name.part)?.state.pad())
    };
    let scope = match app.records.read(look).await? {
        Some(pad) => Scope::Notebooks(number, pad),
        None => Scope::Notebook(number),
    };
    let opened = open(app, number).await?;
    let work = move |tx: &mut Tx<'_>| file_part(tx, (&house, &opened), &uploader, name, now);
    app.records.write(scope, work).await
}

fn file_part(
    tx: &mut Tx<'_>,
    (house, opened): (&House, &Opened),
    uploader: &Principal,
    name: PhotoName,
    now: Instant,
) -> Result<()> {
    let number = opened.notebook;
    if !sql::code::may_photograph(tx, uploader, number, now)? {
        return Err(Error::NotFound);
    }
    let mut upload = own(tx, house, uploader, name.id)?;
    let photographed_at = upload.photographed_at;
    let part = part_of(&mut upload, name.part)?;
    if part.state.notebook() == Some(number) {
        return Ok(());
    }
    if !part.state.may_go_to(number) {
        return Err(Error::Conflict);
    }
    let paper = paper_on(tx, &part.state, number, (uploader, now))?;
    let declared = paper.as_ref().map(|paper| declared_audience(tx, &paper.design, &paper.revision));
    let (audience, sharing) = first_audience(declared.transpose()?.unwrap_or_default(), uploader);
    let sheet = paper.as_ref().and_then(|paper| paper.sheet);
    let design = paper.as_ref().map(|paper| paper.design.clone());
    let pictures = part.pictures.take().ok_or(Error::Conflict)?;
    let brought = part.brought.take().map(|brought| unpacked(house, opened, brought)).transpose()?;
    let Brought { ink, strips, transcripts, redaction, written_on } = brought.unwrap_or_default();
    let photo = Photo {
        name,
        uploader: uploader.actor(),
        photographed_at,
        written_on,
        filed_at: now,
        by_tap: true,
        audience,
        design: design.clone(),
        revision: paper.map(|paper| paper.revision),
        sheet,
        pictures: pictures.to_notebook(house, opened)?,
        // Other photos of its sheet may lie before it here.
        ink: ink.filter(|_| sheet.is_none()),
        strips,
        redaction,
        double_of: None,
        compared_with: None,
    };
    add_photo(tx, opened, &photo, Act::FiledPhotoByTap, now)?;
    transcripts.iter().try_for_each(|read| sql::transcript::add(tx, opened, name, read))?;
    part.state = PartState::Filed {
        notebook: number.serial(),
        sheet,
        design,
        sharing,
        is_old: false,
        is_double: false,
    };
    upload.settle(now);
    sql::upload::save(tx, house, &upload)
}

/// What belongs to a photo, as its new notebook keeps it.
fn unpacked(house: &House, opened: &Opened, brought: Brought) -> Result<Brought> {
    let one = |strip: Strip| Ok(Strip { picture: strip.picture.to_notebook(house, opened)?, ..strip });
    let strips = brought.strips.into_iter().map(one).collect::<Result<_>>()?;
    let redaction = brought.redaction.map(|redaction| redaction.to_notebook(house, opened)).transpose()?;
    Ok(Brought { strips, redaction, ..brought })
}

/// The printed sheet on a photo that a person files, and its number in the notebook if it is one of its own.
struct Paper {
    design: String,
    revision: Vec<u8>,
    sheet: Option<u16>,
}

/// The sheet on a part, if it is one of ours: by its number in a pad, by its code, or by its marks.
fn paper_on(
    tx: &mut Tx<'_>,
    state: &PartState,
    number: NotebookNumber,
    (uploader, now): (&Principal, Instant),
) -> Result<Option<Paper>> {
    if let Some(pad) = state.pad() {
        return bind(tx, pad, number, uploader, now).map(Some);
    }
    match state.asked() {
        PartState::Waiting { known: Some(known), .. } | PartState::Held { known: Some(known), .. } => {
            Ok(Some(paper_of(known, number)))
        }
        PartState::Waiting { label: Some(label), .. } => by_marks(tx, *label, number),
        _ => Ok(None),
    }
}

/// A sheet that was taken out of a notebook has its number in that one alone.
fn paper_of(known: &KnownSheet, number: NotebookNumber) -> Paper {
    let sheet = known.sheet.filter(|_| known.notebook == number.serial());
    Paper { design: known.design.clone(), revision: known.revision.clone(), sheet }
}

/// A sheet of which the marks alone are known: one of the notebook's with such marks, and which one if it has no
/// other. Without one it may be another notebook's; who may see it is known even so.
fn by_marks(tx: &mut Tx<'_>, label: u8, number: NotebookNumber) -> Result<Option<Paper>> {
    let mut rows = sheets::list_sheets(tx, number)?;
    rows.retain(|row| row.label == label);
    let sheet = if let [only] = &rows[..] { Some(only.sheet) } else { None };
    if let Some(PrintedSheet { design, revision, .. }) = rows.pop() {
        return Ok(Some(Paper { design, revision, sheet }));
    }
    let found = sheets::find_design_of_label(tx, label)?;
    Ok(found.map(|(design, revision)| Paper { design, revision, sheet: None }))
}

/// A sheet out of a pad: it is bound to the notebook now, or was before. One that is another notebook's is not
/// touched, and one of a pad that was recalled becomes nobody's: they have no number here.
fn bind(
    tx: &mut Tx<'_>,
    pad: NotebookNumber,
    number: NotebookNumber,
    uploader: &Principal,
    now: Instant,
) -> Result<Paper> {
    let row = sheets::find_sheet(tx, pad, PAD_SHEET)?.ok_or(Error::NotFound)?;
    let bound = match sheets::find_binding(tx, pad)? {
        Some(bound) => Some(bound),
        None if notebook::sql::is_recalled(tx, pad)? => None,
        None => {
            audit::sql::record(tx, number, uploader.actor(), Act::BoundSheet, None, now)?;
            Some(sheets::bind(tx, pad, number, uploader.actor(), now)?)
        }
    };
    let sheet = bound.filter(|bound| bound.notebook == number).map(|bound| bound.sheet);
    Ok(Paper { design: row.design, revision: row.revision, sheet })
}

/// Takes the whole photo in place of paper that was cut out of it; the part goes on waiting.
pub async fn show_whole(app: &App, signed_in: &SignedIn, name: PhotoName) -> Result<()> {
    let (uploader, house) = (signed_in.principal.clone(), app.house.clone());
    let work = move |tx: &mut Tx<'_>| {
        let mut upload = own(tx, &house, &uploader, name.id)?;
        // It goes into the notebook with the photo: no upload may let it go after that.
        let thumbnail = upload.contents.thumbnail.take().ok_or(Error::NotFound)?;
        let frame = upload.contents.frame.take().ok_or(Error::NotFound)?;
        let is_only = upload.contents.parts.len() == 1;
        let part = part_of(&mut upload, name.part)?;
        let is_there = is_only && part.may_be_whole() && kept::is_kept(tx, frame.blob_key())?;
        let cut_out = part.pictures.take().filter(|_| is_there).ok_or(Error::Conflict)?;
        for blob in cut_out.blobs() {
            kept::release(tx, blob)?;
        }
        part.pictures = Some(Pair { large: frame, thumbnail });
        sql::upload::save(tx, &house, &upload)
    };
    app.records.write(Scope::House, work).await
}

/// None of the offered notebooks: the part goes on waiting, without them.
pub async fn decline(app: &App, signed_in: &SignedIn, name: PhotoName) -> Result<()> {
    let (uploader, house) = (signed_in.principal.clone(), app.house.clone());
    let work = move |tx: &mut Tx<'_>| {
        let mut upload = own(tx, &house, &uploader, name.id)?;
        upload.visit = None;
        if let PartState::Waiting { hints, .. } = &mut part_of(&mut upload, name.part)?.state {
            hints.clear();
        }
        sql::upload::save(tx, &house, &upload)
    };
    app.records.write(Scope::House, work).await
}

/// Puts a part that waits aside: it is for no notebook. A tap can still file it, as long as it is kept.
pub async fn put_aside(app: &App, signed_in: &SignedIn, name: PhotoName) -> Result<()> {
    let (uploader, house, now) = (signed_in.principal.clone(), app.house.clone(), app.clock.now());
    let work = move |tx: &mut Tx<'_>| {
        let mut upload = own(tx, &house, &uploader, name.id)?;
        let part = part_of(&mut upload, name.part)?;
        if !matches!(part.state, PartState::Waiting { .. } | PartState::Held { .. }) {
            return Err(Error::Conflict);
        }
        part.state = PartState::Discarded { was: Some(Box::new(part.state.clone())) };
        upload.settle(now);
        sql::upload::save(tx, &house, &upload)
    };
    app.records.write(Scope::House, work).await
}

/// Changes who may see one's own photo: the family too, or supporters alone. What other photos of its sheet keep
/// to supporters stays with them.
pub async fn set_audience(
    app: &App,
    workers: &Workers,
    signed_in: &SignedIn,
    (number, name): (NotebookNumber, PhotoName),
    audience: Audience,
) -> Result<()> {
    let (uploader, house, now) = (signed_in.principal.clone(), app.house.clone(), app.clock.now());
    let opened = open(app, number).await?;
    if audience == Audience::Everyone {
        let asked = uploader.clone();
        let may = move |tx: &mut Tx<'_>| sql::code::may_photograph(tx, &asked, number, now);
        if !app.records.read(may).await? {
            return Err(Error::NotFound);
        }
        redaction::carry_over(app, workers, (&opened, uploader.actor()), name).await?;
    }
    let work = move |tx: &mut Tx<'_>| change_audience(tx, &house, &uploader, (&opened, name, audience), now);
    app.records.write(Scope::Notebook(number), work).await
}

fn change_audience(
    tx: &mut Tx<'_>,
    house: &House,
    uploader: &Principal,
    (opened, name, audience): (&Opened, PhotoName, Audience),
    now: Instant,
) -> Result<()> {
    let (actor, number) = (uploader.actor(), opened.notebook);
    let allowed = sql::code::may_photograph(tx, uploader, number, now)?;
    if allowed && !may_share(tx, number, name)? {
        return Err(Error::advice("audience", "capture-photo-private"));
    }
    let photo = sql::photo::find_whole(tx, opened, name)?.ok_or(Error::NotFound)?;
    if audience == Audience::Everyone && redaction::misses(tx, opened, &photo)? {
        // Something was kept to supporters just now.
        return Err(Error::Conflict);
    }
    if !allowed || !sql::photo::set_audience(tx, number, name, actor, audience)? {
        return Err(Error::NotFound);
    }
    super::ink::renew(tx, opened, &photo, now)?;
    if let Some(mut upload) = sql::upload::find(tx, house, &UploadKey::new(actor, name.id))? {
        if let PartState::Filed { sharing, .. } = &mut part_of(&mut upload, name.part)?.state {
            *sharing = if audience == Audience::Everyone { Sharing::Sent } else { Sharing::Kept };
        }
        sql::upload::save(tx, house, &upload)?;
    }
    notebook::sql::changed(tx, number)?;
    let act = if audience == Audience::Everyone { Act::SentToFamily } else { Act::KeptToSupporters };
    audit::sql::record(tx, number, actor, act, Some(name.id), now)
}

/// Whether the sheet on a photo is one that everybody may read.
pub fn may_share(tx: &mut Tx<'_>, number: NotebookNumber, name: PhotoName) -> Result<bool> {
    let Some((design, revision)) = sql::photo::find_design(tx, number, name)? else { return Ok(true) };
    Ok(declared_audience(tx, &design, &revision)? == SheetAudience::Everyone)
}

/// Remembers that the uploader keeps these photos with the supporters, so that they are not offered again.
pub async fn keep_to_supporters(app: &App, signed_in: &SignedIn, names: &[PhotoName]) -> Result<()> {
    let (uploader, house) = (signed_in.principal.clone(), app.house.clone());
    let names = names.to_vec();
    let work = move |tx: &mut Tx<'_>| {
        for name in &names {
            let mut upload = own(tx, &house, &uploader, name.id)?;
            if let PartState::Filed { sharing: sharing @ Sharing::Offered, .. } =
                &mut part_of(&mut upload, name.part)?.state
            {
                *sharing = Sharing::Kept;
                sql::upload::save(tx, &house, &upload)?;
            }
        }
        Ok(())
    };
    app.records.write(Scope::House, work).await
}

/// Sends one's own filed photos to the family; those that cannot be sent are passed over.
pub async fn send_to_family(
    app: &App,
    workers: &Workers,
    signed_in: &SignedIn,
    names: &[PhotoName],
) -> Result<()> {
    for name in names {
        let key = UploadKey::new(signed_in.principal.actor(), name.id);
        let Some(upload) = super::inbox::find(app, key).await? else { continue };
        let part = upload.contents.parts.iter().find(|part| part.number == name.part);
        let Some(PartState::Filed { sharing: Sharing::Offered | Sharing::Kept, .. }) =
            part.map(|part| &part.state)
        else {
            continue;
        };
        let Some(number) = part.and_then(|part| part.state.notebook()) else { continue };
        match set_audience(app, workers, signed_in, (number, *name), Audience::Everyone).await {
            // A sheet that is not for the family is passed over too.
            Ok(()) | Err(Error::NotFound | Error::Invalid(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
