//! The one write that settles a photo: filed parts with their diary rows, the inbox and the job change
//! together or not at all. The decision is made again inside it, so that a grant that ended in between
//! files nothing.

use std::sync::Arc;

use crate::access::audience::Audience;
use crate::access::principal::{Principal, Profession};
use crate::audit::{self, Act};
use crate::capture::filing::{self, Code, Outcome, Seen, Target};
use crate::capture::pictures::{Fresh, FreshPair};
use crate::capture::{
    Contents, KnownSheet, Part, PartState, Photo, PhotoName, Redaction, Sharing, Tip, Upload, ink, sql,
};
use crate::clock::Instant;
use crate::crypto::{House, Opened};
use crate::error::{Doing, Error, Result};
use crate::id::NotebookNumber;
use crate::notebook;
use crate::sheet::design::SheetAudience;
use crate::sheet::sql::{CarrierState, find_design};
use crate::store::jobs::{self, Job};
use crate::store::kept;
use crate::store::tx::Tx;

/// What was decided about a photo.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    pub codes: Vec<Code>,
    pub parts: Vec<filing::Part>,
}

/// Decides about every part. One write holds two notebooks at most: what belongs to a third one waits.
pub fn decide(tx: &mut Tx<'_>, house: &House, reader: &Decider, now: Instant) -> Result<Decision> {
    let codes = sql::code::list(tx, house, &reader.uploader, &reader.texts, now)?;
    let seen = Seen { codes, ..reader.seen.clone() };
    let mut parts = filing::file(&seen);
    let allowed: Vec<NotebookNumber> = targets(&parts).into_iter().take(2).collect();
    for part in &mut parts {
        if matches!(&part.outcome, Outcome::File(target) if !allowed.contains(&target.notebook)) {
            part.outcome = Outcome::Wait(filing::Why::Conflict);
        }
    }
    Ok(Decision { codes: seen.codes, parts })
}

/// The notebooks that parts are filed to, each once, in the order of the parts.
pub fn targets(parts: &[filing::Part]) -> Vec<NotebookNumber> {
    let mut numbers = Vec::new();
    for part in parts {
        if let Outcome::File(Target { notebook, .. }) = &part.outcome
            && !numbers.contains(notebook)
        {
            numbers.push(*notebook);
        }
    }
    numbers
}

/// What a decision is made from.
#[derive(Clone)]
pub struct Decider {
    pub seen: Seen,
    /// The texts of the codes.
    pub texts: Vec<String>,
    pub uploader: Principal,
}

/// Everything that the write needs; made outside, as the write may run again.
pub struct Plan {
    pub decider: Decider,
    pub decision: Decision,
    pub opened: Vec<Opened>,
    /// In the order of the parts; none of one that is discarded.
    pub pictures: Vec<Option<FreshPair>>,
    /// The whole photo, where its parts are sheets.
    pub frame: Option<Fresh>,
    pub thumbnail: Option<Fresh>,
    pub tips: Vec<Tip>,
    pub upload: Upload,
    pub job: Job,
    pub house: Arc<House>,
    pub now: Instant,
}

impl Plan {
    /// Files, notes, settles, in the transaction that also ends the job.
    pub fn carry_out(&self, tx: &mut Tx<'_>) -> Result<()> {
        if decide(tx, &self.house, &self.decider, self.now)? != self.decision {
            return Err(Error::Conflict);
        }
        let mut parts = Vec::new();
        for (part, pair) in self.decision.parts.iter().zip(&self.pictures) {
            parts.push(self.settle_part(tx, part, pair.as_ref())?);
        }
        let mut upload = self.upload.clone();
        let raw = upload.contents.raw.take();
        upload.contents = Contents {
            raw: None,
            pages: upload.contents.pages,
            frame: self.frame.as_ref().map(|frame| frame.of_house(&self.house)).transpose()?,
            thumbnail: self.thumbnail.as_ref().map(|small| small.of_house(&self.house)).transpose()?,
            parts,
            tips: self.tips.clone(),
        };
        upload.settle(self.now);
        if let Some(raw) = raw {
            kept::release(tx, raw.blob_key())?;
        }
        sql::upload::save(tx, &self.house, &upload)?;
        jobs::done(tx, &self.job, self.now)
    }

    fn settle_part(&self, tx: &mut Tx<'_>, part: &filing::Part, pair: Option<&FreshPair>) -> Result<Part> {
        let number = u32::try_from(part.sheet.unwrap_or_default()).doing("numbering a part")?;
        let hints = filing::hints(&self.decision.codes).into_iter().map(NotebookNumber::serial).collect();
        let waiting = |why, pad, label| PartState::Waiting { why, hints, pad, known: None, label };
        let state = match &part.outcome {
            Outcome::File(target) => {
                let pair = pair.ok_or(Error::broken("filing a part without a picture"))?;
                return self.file_part(tx, part, target, pair);
            }
            Outcome::Wait(why) => {
                let located = part.sheet.and_then(|index| self.decider.seen.sheets.get(index));
                waiting(*why, None, located.map(|located| located.label))
            }
            Outcome::Bind(pad) => waiting(filing::Why::Unbound, Some(pad.notebook.serial()), None),
            Outcome::Held(target) => PartState::Held {
                notebook: target.as_ref().map(|target| target.notebook.serial()),
                known: target.as_ref().and_then(KnownSheet::of),
            },
            Outcome::Discard => PartState::Discarded { was: None },
        };
        let pictures = pair.map(|pair| pair.of_house(&self.house)).transpose()?;
        Ok(Part { number, state, pictures, brought: None })
    }

    fn file_part(
        &self,
        tx: &mut Tx<'_>,
        part: &filing::Part,
        target: &Target,
        pair: &FreshPair,
    ) -> Result<Part> {
        let number = u32::try_from(part.sheet.unwrap_or_default()).doing("numbering a part")?;
        let opened = self.opened.iter().find(|opened| opened.notebook == target.notebook);
        let opened = opened.ok_or(Error::broken("filing into a notebook that was not opened"))?;
        let sheet = target.sheet.as_ref();
        let (audience, sharing) = match sheet {
            Some(sheet) => {
                let declared = declared_audience(tx, &sheet.design, &sheet.revision)?;
                first_audience(declared, &self.decider.uploader)
            }
            None => (Audience::Supporters, Sharing::Offered),
        };
        let mut photo = Photo {
            name: PhotoName { id: self.upload.key.id, part: number },
            uploader: self.decider.uploader.actor(),
            photographed_at: self.upload.photographed_at,
            written_on: None,
            filed_at: self.now,
            by_tap: false,
            audience,
            design: sheet.map(|sheet| sheet.design.clone()),
            revision: sheet.map(|sheet| sheet.revision.clone()),
            sheet: sheet.map(|sheet| sheet.sheet),
            pictures: pair.of_notebook(opened)?,
            ink: None,
            strips: vec![],
            redaction: None,
            double_of: None,
            compared_with: None,
        };
        sql::double::merge(tx, &self.house, opened, &mut photo, &self.tips)?;
        add_photo(tx, opened, &photo, Act::FiledPhoto, self.now)?;
        let state = PartState::Filed {
            notebook: opened.notebook.serial(),
            sheet: photo.sheet,
            design: photo.design,
            sharing,
            is_old: self.is_old(tx, part, target)?,
            is_double: photo.double_of.is_some(),
        };
        Ok(Part { number, state, pictures: None, brought: None })
    }
}

impl Plan {
    /// Whether the paper is of a former volume, or the code on it was replaced.
    fn is_old(&self, tx: &mut Tx<'_>, part: &filing::Part, target: &Target) -> Result<bool> {
        let Some(sheet) = &target.sheet else { return Ok(false) };
        let located = part.sheet.and_then(|index| self.decider.seen.sheets.get(index));
        let code = located.and_then(|located| located.code).and_then(|code| self.decision.codes.get(code));
        let is_live = matches!(code, Some(Code::Genuine(code)) if code.state == CarrierState::Live);
        Ok(!is_live || sql::photo::is_old(tx, target.notebook, sheet.sheet)?)
    }
}

/// Who reads the sheets of a design.
pub fn declared_audience(tx: &mut Tx<'_>, design: &str, revision: &[u8]) -> Result<SheetAudience> {
    Ok(find_design(tx, design, revision)?.map(|geometry| geometry.audience).unwrap_or_default())
}

/// Who sees a sheet before its uploader says more, and whether the family may: a caregiver's own sheet is for
/// the caregiver and the care manager, and what is for supporters stays with them.
pub fn first_audience(declared: SheetAudience, uploader: &Principal) -> (Audience, Sharing) {
    match (declared, uploader) {
        (SheetAudience::Everyone, _) => (Audience::Supporters, Sharing::Offered),
        (SheetAudience::Supporters, _) => (Audience::Supporters, Sharing::Never),
        (SheetAudience::Caregiver, Principal::Relative { id, .. }) => {
            (Audience::Caregiver(*id), Sharing::Never)
        }
        (SheetAudience::Caregiver, Principal::Staff(_)) => {
            (Audience::Profession(Profession::CareManager), Sharing::Never)
        }
    }
}

/// Adds a photo to its notebook with its diary row.
pub fn add_photo(tx: &mut Tx<'_>, opened: &Opened, photo: &Photo, act: Act, now: Instant) -> Result<()> {
    if !sql::photo::add(tx, opened, photo)? {
        return Err(Error::Conflict);
    }
    if let Some(redaction) = &photo.redaction {
        sql::photo::set_redaction(tx, opened, photo.name, redaction)?;
    }
    let strips = photo.strips.iter().map(|strip| strip.picture.blob_key());
    let redacted = photo.redaction.iter().flat_map(Redaction::blobs);
    for blob in photo.pictures.blobs().into_iter().chain(strips).chain(redacted) {
        kept::keep(tx, blob, None)?;
    }
    if photo.sheet.is_some() && photo.ink.is_none() {
        ink::ask(tx, opened.notebook, photo.name, now)?;
    }
    ink::renew(tx, opened, photo, now)?;
    notebook::sql::changed(tx, opened.notebook)?;
    audit::sql::record(tx, opened.notebook, photo.uploader, act, Some(photo.name.id), now)
}
