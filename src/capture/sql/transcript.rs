//! What people read in strips.

use crate::capture::{Photo, PhotoName, Transcript, Transcripts};
use crate::crypto::Opened;
use crate::error::Result;
use crate::id::{Actor, ActorKind};
use crate::store::tx::{Row, Tx, Value};

/// Table name inside seals.
const TABLE: &str = "transcript";

const ADD: &str = "INSERT INTO transcript (notebook, id, photo, part, strip, author_kind, author, office,
        recorded_at, sealed)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (notebook, id) DO NOTHING";

/// Adds what somebody read. The same id twice is harmless.
pub fn add(tx: &mut Tx<'_>, opened: &Opened, name: PhotoName, read: &Transcript) -> Result<()> {
    let values = [
        opened.notebook.into(),
        read.id.into(),
        name.id.into(),
        name.part.into(),
        read.strip.into(),
        read.author.kind.word().into(),
        read.author.id.into(),
        read.author.office.into(),
        read.recorded_at.into(),
        opened.seal(TABLE, read.id, read.strip, &read.text)?.into(),
    ];
    tx.run(ADD, &values).map(|_| ())
}

const LIST: &str = "SELECT id, strip, author_kind, author, office, recorded_at, sealed FROM transcript
    WHERE notebook = ?1 AND photo = ?2 AND part = ?3 ORDER BY strip, recorded_at, id";

/// Everything that was read in the strips of a photo, strip by strip, oldest first.
pub fn list(tx: &mut Tx<'_>, opened: &Opened, name: PhotoName) -> Result<Vec<Transcript>> {
    let place: [Value; 3] = [opened.notebook.into(), name.id.into(), name.part.into()];
    tx.all(LIST, &place, |row| read(opened, row))
}

const LIST_ALL: &str = "SELECT id, strip, author_kind, author, office, recorded_at, sealed, photo, part
    FROM transcript WHERE notebook = ?1 ORDER BY photo, part, strip, recorded_at, id";

/// Everything that was read in the strips of a notebook's photos.
pub fn list_all(tx: &mut Tx<'_>, opened: &Opened) -> Result<Transcripts> {
    let rows = tx.all(LIST_ALL, &[opened.notebook.into()], |row| {
        Ok((PhotoName { id: row.get(7)?, part: row.get(8)? }, read(opened, row)?))
    })?;
    let mut all = Transcripts::new();
    for (name, read) in rows {
        all.entry(name).or_default().push(read);
    }
    Ok(all)
}

/// What was read in the strips of photos that have some.
pub fn list_of(tx: &mut Tx<'_>, opened: &Opened, photos: &[Photo]) -> Result<Transcripts> {
    let with_strips = photos.iter().filter(|photo| !photo.strips.is_empty());
    with_strips.map(|photo| Ok((photo.name, list(tx, opened, photo.name)?))).collect()
}

fn read(opened: &Opened, row: &Row<'_>) -> Result<Transcript> {
    let (id, strip) = (row.get(0)?, row.get(1)?);
    let kind = ActorKind::from_word(&row.get::<String>(2)?)?;
    Ok(Transcript {
        id,
        strip,
        author: Actor { kind, id: row.get(3)?, office: row.get(4)? },
        recorded_at: row.get(5)?,
        text: opened.open(TABLE, id, strip, &row.get::<Vec<u8>>(6)?)?,
    })
}

const REMOVE: &str = "DELETE FROM transcript WHERE notebook = ?1 AND photo = ?2 AND part = ?3";

/// Takes away what was read in the strips of a photo that goes elsewhere, and returns it.
pub fn take(tx: &mut Tx<'_>, opened: &Opened, name: PhotoName) -> Result<Vec<Transcript>> {
    let taken = list(tx, opened, name)?;
    tx.run(REMOVE, &[opened.notebook.into(), name.id.into(), name.part.into()])?;
    Ok(taken)
}
