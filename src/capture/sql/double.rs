//! The same page taken twice: of photos that one person takes of one sheet within minutes, one stands for the
//! others. None is lost: all are on the sheet's page, and the others come back when the one is moved.

use super::{photo, transcript, upload};
use crate::capture::tap::part_of;
use crate::capture::{PartState, Photo, Tip, UploadKey};
use crate::clock::MINUTE;
use crate::crypto::{House, Opened};
use crate::error::Result;
use crate::store::tx::Tx;

/// Whoever photographs a sheet again so soon, in milliseconds, meant to take it once.
const WITHIN: i64 = 10 * MINUTE;

/// Looks whether a photo that is about to be filed is the second one of its sheet: the later one stands for
/// both, unless it alone could be better. Photos that are not for the same readers, or of which somebody has
/// read something already, stay two.
pub fn merge(tx: &mut Tx<'_>, house: &House, opened: &Opened, photo: &mut Photo, tips: &[Tip]) -> Result<()> {
    let Some(twin) = photo::find_twin(tx, opened, photo, WITHIN)? else { return Ok(()) };
    let is_touched = twin.redaction.is_some() || !transcript::list(tx, opened, twin.name)?.is_empty();
    if is_touched || twin.audience != photo.audience {
        return Ok(());
    }
    let upload = upload::find(tx, house, &UploadKey::new(twin.uploader, twin.name.id))?;
    let is_worse = !tips.is_empty() && upload.is_some_and(|upload| upload.contents.tips.is_empty());
    if is_worse {
        photo.double_of = Some(twin.name.id);
        return Ok(());
    }
    photo::set_double(tx, opened.notebook, twin.name, Some(photo.name.id))?;
    note(tx, house, &twin, true)
}

/// Shows a photo again beside the one that stood for it: there is more on it.
pub fn show(tx: &mut Tx<'_>, house: &House, opened: &Opened, photo: &Photo) -> Result<()> {
    photo::set_double(tx, opened.notebook, photo.name, None)?;
    note(tx, house, photo, false)
}

/// Tells its uploader's pile, as long as it is there.
fn note(tx: &mut Tx<'_>, house: &House, photo: &Photo, double: bool) -> Result<()> {
    let key = UploadKey::new(photo.uploader, photo.name.id);
    let Some(mut upload) = upload::find(tx, house, &key)? else { return Ok(()) };
    if let PartState::Filed { is_double, .. } = &mut part_of(&mut upload, photo.name.part)?.state {
        *is_double = double;
        upload::save(tx, house, &upload)?;
    }
    Ok(())
}
