//! What comparing a photo told, and the photo of its sheet that it is compared with.

use super::photo::{place, read, sealed_strips, select};
use crate::capture::{Ink, Photo, PhotoName, Strip};
use crate::crypto::Opened;
use crate::error::Result;
use crate::id::Id;
use crate::store::tx::Tx;

const SET_INK: &str = "UPDATE photo SET ink = ?4, strips = ?5, compared_with = ?6
    WHERE notebook = ?1 AND id = ?2 AND part = ?3 AND state = 'filed'";

/// Notes what comparing a photo with an older one told; false when it is not there any more.
pub fn set_ink(
    tx: &mut Tx<'_>,
    opened: &Opened,
    name: PhotoName,
    compared_with: Option<Id>,
    (ink, strips): (Ink, &[Strip]),
) -> Result<bool> {
    let [notebook, id, part] = place(opened.notebook, name);
    let strips = sealed_strips(opened, name, strips)?;
    let values = [notebook, id, part, ink.word().into(), strips.into(), compared_with.into()];
    Ok(tx.run(SET_INK, &values)? == 1)
}

const BEFORE: &str = select!(
    "state = 'filed' AND sheet = ?2 AND double_of IS NULL
        AND (photographed_at < ?3 OR (photographed_at = ?3 AND id < ?4))
        AND (audience_kind = 'everyone'
            OR (audience_kind = ?5 AND COALESCE(audience_subject, '') = COALESCE(?6, '')))
    ORDER BY photographed_at DESC, id DESC, part LIMIT 1"
);

/// The photo of the same sheet that was taken before this one and that all of its readers may see: for comparing,
/// whoever looks. What others alone may see takes nothing away from them. Photos that another one stands for are
/// passed over.
pub fn find_before(tx: &mut Tx<'_>, opened: &Opened, photo: &Photo) -> Result<Option<Photo>> {
    let Some(sheet) = photo.sheet else { return Ok(None) };
    let (audience, subject) = photo.audience.words();
    let values = [
        opened.notebook.into(),
        u32::from(sheet).into(),
        photo.photographed_at.into(),
        photo.name.id.into(),
        audience.into(),
        subject.into(),
    ];
    tx.one(BEFORE, &values, |row| read(opened, row))
}
