//! Consents, the picture of the form that was signed for them, and the notebook's conditions.

use super::{Condition, Consent, ConsentDetails};
use crate::clock::Instant;
use crate::crypto::{Key, Opened};
use crate::error::{Error, Result};
use crate::id::{Id, NotebookNumber};
use crate::store::blobs::BlobKey;
use crate::store::tx::Tx;

/// Table name inside seals of consents.
const CONSENT: &str = "consent";

const ADD: &str = "INSERT INTO consent
    (notebook, id, scope, subject_kind, subject, given_at, form_photo, sealed)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

/// Adds a consent.
pub fn add(tx: &mut Tx<'_>, opened: &Opened, consent: &Consent) -> Result<()> {
    let (scope, subject_kind) = consent.scope.words();
    let values = [
        opened.notebook.into(),
        consent.id.into(),
        scope.into(),
        subject_kind.into(),
        consent.scope.subject().into(),
        consent.given_at.into(),
        consent.form_photo.into(),
        opened.seal(CONSENT, consent.id, 0, &consent.details)?.into(),
    ];
    tx.run(ADD, &values).map(|_| ())
}

const LIST: &str = "SELECT scope, subject FROM consent
    WHERE notebook = ?1 AND withdrawn_at IS NULL ORDER BY id";

/// The scopes and subjects that are agreed to.
pub fn list(tx: &mut Tx<'_>, notebook: NotebookNumber) -> Result<Vec<(String, Option<Id>)>> {
    tx.all(LIST, &[notebook.into()], |row| Ok((row.get(0)?, row.get(1)?)))
}

const FIND_FORM: &str = "SELECT id, form_photo, sealed FROM consent
    WHERE notebook = ?1 AND form_photo IS NOT NULL ORDER BY id LIMIT 1";

/// The picture of the signed form: its blob and the key that opens it.
pub fn find_form(tx: &mut Tx<'_>, opened: &Opened) -> Result<Option<(BlobKey, Key)>> {
    let found = tx.one(FIND_FORM, &[opened.notebook.into()], |row| {
        Ok((row.get::<Id>(0)?, row.get::<BlobKey>(1)?, row.get::<Vec<u8>>(2)?))
    })?;
    let Some((id, blob, sealed)) = found else { return Ok(None) };
    let details: ConsentDetails = opened.open(CONSENT, id, 0, &sealed)?;
    let wrapped = details.form_key.ok_or(Error::broken("finding the key of a signed form"))?;
    Ok(Some((blob, opened.unwrap_key(CONSENT, id, &wrapped)?)))
}

const ADD_CONDITION: &str = "INSERT INTO notebook_condition (notebook, id, kind, from_at, set_by)
    VALUES (?1, ?2, ?3, ?4, ?5)";

/// Adds a condition that holds from a moment on.
pub fn add_condition(
    tx: &mut Tx<'_>,
    notebook: NotebookNumber,
    id: Id,
    condition: Condition,
    from: Instant,
    set_by: Id,
) -> Result<()> {
    let values = [notebook.into(), id.into(), condition.word().into(), from.into(), set_by.into()];
    tx.run(ADD_CONDITION, &values).map(|_| ())
}
