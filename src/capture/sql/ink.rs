//! What comparing a photo told, and the photos of its sheet that it is compared with.

use super::photo::{place, read, sealed_strips, select};
use crate::capture::{Ink, Photo, PhotoName, Strip};
use crate::crypto::Opened;
use crate::error::Result;
use crate::id::NotebookNumber;
use crate::store::tx::Tx;

const SET_INK: &str = "UPDATE photo SET ink = ?4, strips = ?5
    WHERE notebook = ?1 AND id = ?2 AND part = ?3 AND state = 'filed' AND ink IS NULL";

/// Notes what comparing a photo told; false when it is not there any more or was compared before.
pub fn set_ink(
    tx: &mut Tx<'_>,
    opened: &Opened,
    name: PhotoName,
    ink: Ink,
    strips: &[Strip],
) -> Result<bool> {
    let [notebook, id, part] = place(opened.notebook, name);
    let strips = sealed_strips(opened, name, strips)?;
    Ok(tx.run(SET_INK, &[notebook, id, part, ink.word().into(), strips.into()])? == 1)
}

const FORGET_INK: &str =
    "UPDATE photo SET ink = NULL, strips = NULL WHERE notebook = ?1 AND id = ?2 AND part = ?3";

/// Forgets what comparing a photo told: it is to be compared again.
pub fn forget_ink(tx: &mut Tx<'_>, notebook: NotebookNumber, name: PhotoName) -> Result<()> {
    tx.run(FORGET_INK, &place(notebook, name)).map(|_| ())
}

const BEFORE: &str = select!(
    "state = 'filed' AND sheet = ?2 AND double_of IS NULL
        AND (photographed_at < ?3 OR (photographed_at = ?3 AND id < ?4))
    ORDER BY photographed_at DESC, id DESC, part LIMIT 1"
);

/// The photo of the same sheet that was taken before this one, whoever may see it: for comparing, never for
/// showing it. Photos that another one stands for are passed over.
pub fn find_before(tx: &mut Tx<'_>, opened: &Opened, photo: &Photo) -> Result<Option<Photo>> {
    find_neighbour(tx, opened, photo, BEFORE)
}

const AFTER: &str = select!(
    "state = 'filed' AND sheet = ?2 AND double_of IS NULL
        AND (photographed_at > ?3 OR (photographed_at = ?3 AND id > ?4))
    ORDER BY photographed_at, id, part LIMIT 1"
);

/// The photo of the same sheet that was taken after this one: it is compared with this one.
pub fn find_after(tx: &mut Tx<'_>, opened: &Opened, photo: &Photo) -> Result<Option<Photo>> {
    find_neighbour(tx, opened, photo, AFTER)
}

fn find_neighbour(
    tx: &mut Tx<'_>,
    opened: &Opened,
    photo: &Photo,
    sql: &'static str,
) -> Result<Option<Photo>> {
    let Some(sheet) = photo.sheet else { return Ok(None) };
    let values =
        [opened.notebook.into(), u32::from(sheet).into(), photo.photographed_at.into(), photo.name.id.into()];
    tx.one(sql, &values, |row| read(opened, row))
}
