//! Filed photos.

use crate::access::audience::Audience;
use crate::access::guard::Window;
use crate::capture::coverage::LastPhoto;
use crate::capture::{Ink, Pair, Photo, PhotoName, Redaction, Strip};
use crate::clock::Instant;
use crate::crypto::Opened;
use crate::error::{Doing, Result};
use crate::id::{Actor, ActorKind, Id, NotebookNumber, Position};
use crate::sheet::sql::PrintedSheet;
use crate::store::tx::{Row, Tx, Value};

/// Table name inside seals.
pub const TABLE: &str = "photo";

/// All of the photos of a notebook (`?1`) of which this holds, as [`read`] takes them.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT id, part, filed_by, uploader_kind, uploader, office, photographed_at, written_on, filed_at,
                audience_kind, audience_subject, design, revision, sheet, sealed, ink, strips, redaction, double_of,
                compared_with
            FROM photo WHERE notebook = ?1 AND ",
            $condition
        )
    };
}

pub(super) use select;

const ADD: &str = "INSERT INTO photo (notebook, id, part, state, filed_by, uploader_kind, uploader, office,
        photographed_at, written_on, filed_at, audience_kind, audience_subject, design, revision, sheet, sealed,
        ink, strips, double_of)
    VALUES (?1, ?2, ?3, 'filed', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
    ON CONFLICT (notebook, id, part) DO UPDATE SET state = 'filed', filed_by = excluded.filed_by,
        filed_at = excluded.filed_at, audience_kind = excluded.audience_kind,
        audience_subject = excluded.audience_subject, design = COALESCE(excluded.design, photo.design),
        revision = COALESCE(excluded.revision, photo.revision), sheet = excluded.sheet,
        sealed = excluded.sealed, ink = excluded.ink, strips = excluded.strips, redaction = NULL,
        double_of = excluded.double_of, compared_with = NULL, sheet_told = 0
    WHERE photo.state = 'moved' AND photo.uploader = excluded.uploader";

/// Files a photo. False when it is there already: filing twice is harmless. Another's photo that was moved out
/// keeps its id, and nobody else can put theirs in its place.
pub fn add(tx: &mut Tx<'_>, opened: &Opened, photo: &Photo) -> Result<bool> {
    let PhotoName { id, part } = photo.name;
    let (audience, subject) = photo.audience.words();
    let values = [
        opened.notebook.into(),
        id.into(),
        part.into(),
        if photo.by_tap { "tap" } else { "code" }.into(),
        photo.uploader.kind.word().into(),
        photo.uploader.id.into(),
        photo.uploader.office.into(),
        photo.photographed_at.into(),
        photo.written_on.into(),
        photo.filed_at.into(),
        audience.into(),
        subject.into(),
        photo.design.clone().into(),
        photo.revision.clone().into(),
        photo.sheet.map(u32::from).into(),
        opened.seal(TABLE, id, part, &photo.pictures)?.into(),
        photo.ink.map(Ink::word).map(str::to_owned).into(),
        sealed_strips(opened, photo.name, &photo.strips)?.into(),
        photo.double_of.into(),
    ];
    Ok(tx.run(ADD, &values)? == 1)
}

/// Names of the strips and of what is kept to supporters inside seals.
const STRIPS: &str = "photo.strips";
const REDACTION: &str = "photo.redaction";

pub(super) fn sealed_strips(opened: &Opened, name: PhotoName, strips: &[Strip]) -> Result<Option<Vec<u8>>> {
    (!strips.is_empty()).then(|| opened.seal(STRIPS, name.id, name.part, &strips)).transpose()
}

const FIND: &str = select!(
    "id = ?2 AND part = ?3 AND state = 'filed'
        AND (?4 IS NULL OR photographed_at >= ?4)"
);

/// A photo that the reader may see.
pub fn find(tx: &mut Tx<'_>, opened: &Opened, window: &Window, name: PhotoName) -> Result<Option<Photo>> {
    let values = [opened.notebook.into(), name.id.into(), name.part.into(), window.since.into()];
    let found = tx.one(FIND, &values, |row| read(opened, row))?;
    Ok(found.and_then(|photo| photo.seen_by(&window.reader)))
}

const PAGE: &str = select!(
    "state = 'filed' AND double_of IS NULL AND photographed_at <= ?2
        AND (?3 IS NULL OR photographed_at >= ?3)
        AND (photographed_at < ?2 OR id < ?5 OR (id = ?5 AND part > ?6))
    ORDER BY photographed_at DESC, id DESC, part LIMIT ?4"
);

/// The newest photos behind a place in the order of time, newest first, as far as the reader may see them. Those that
/// others alone may see are passed over, so that not even a gap shows them, and those that another one stands for.
pub fn list(
    tx: &mut Tx<'_>,
    opened: &Opened,
    window: &Window,
    before: Position,
    limit: usize,
) -> Result<Vec<Photo>> {
    let mut found = Vec::new();
    let mut before = before;
    loop {
        let values = [
            opened.notebook.into(),
            before.at.into(),
            window.since.into(),
            (limit as u64 + 1).into(),
            before.id.into(),
            before.part.0.into(),
        ];
        let page = tx.all(PAGE, &values, |row| read(opened, row))?;
        let is_last = page.len() <= limit;
        before = page.last().map_or(before, Photo::position);
        found.extend(page.into_iter().filter_map(|photo| photo.seen_by(&window.reader)));
        if is_last || found.len() >= limit {
            found.truncate(limit);
            return Ok(found);
        }
    }
}

const SHEET: &str = select!(
    "state = 'filed' AND sheet = ?2
        AND (?3 IS NULL OR photographed_at >= ?3)
    ORDER BY photographed_at DESC, id DESC, part LIMIT 20"
);

/// The photos of one printed sheet that the reader may see, newest first.
pub fn list_sheet(tx: &mut Tx<'_>, opened: &Opened, window: &Window, sheet: u16) -> Result<Vec<Photo>> {
    let values = [opened.notebook.into(), u32::from(sheet).into(), window.since.into()];
    let found = tx.all(SHEET, &values, |row| read(opened, row))?;
    Ok(found.into_iter().filter_map(|photo| photo.seen_by(&window.reader)).collect())
}

const LAST: &str =
    "SELECT sheet, id, part, photographed_at, ink, audience_kind, audience_subject, uploader_kind, uploader
    FROM photo WHERE notebook = ?1 AND state = 'filed' AND sheet IS NOT NULL AND double_of IS NULL
        AND (?2 IS NULL OR photographed_at >= ?2)
    ORDER BY sheet, photographed_at DESC, id DESC";

/// The last photo of each sheet, as far as the reader may see them. A sheet is written on when one of its photos
/// showed something new, or could not be compared.
pub fn list_last(tx: &mut Tx<'_>, notebook: NotebookNumber, window: &Window) -> Result<Vec<LastPhoto>> {
    let rows = tx.all(LAST, &[notebook.into(), window.since.into()], |row| {
        let sheet = u16::try_from(row.get::<u32>(0)?).doing("reading a sheet number")?;
        let kind = ActorKind::from_word(&row.get::<String>(7)?)?;
        let uploader = Actor { kind, id: row.get(8)?, office: None };
        let audience =
            Audience::from_words(&row.get::<String>(5)?, row.get::<Option<String>>(6)?.as_deref())?;
        let last = LastPhoto {
            sheet,
            name: PhotoName { id: row.get(1)?, part: row.get(2)? },
            photographed_at: row.get(3)?,
            is_written: row.get::<Option<String>>(4)?.as_deref() != Some(Ink::Same.word()),
        };
        Ok((last, audience.admits(&window.reader, uploader)))
    })?;
    let mut found: Vec<LastPhoto> = Vec::new();
    for (photo, _) in rows.into_iter().filter(|(_, is_for_reader)| *is_for_reader) {
        match found.last_mut().filter(|last| last.sheet == photo.sheet) {
            Some(last) => last.is_written |= photo.is_written,
            None => found.push(photo),
        }
    }
    Ok(found)
}

const WHOLE_SHEET: &str = select!("state = 'filed' AND sheet = ?2 ORDER BY photographed_at, id, part");

/// Every photo of one printed sheet, whoever may see it: for moving the sheet, never for showing it.
pub fn list_whole_sheet(tx: &mut Tx<'_>, opened: &Opened, sheet: u16) -> Result<Vec<Photo>> {
    tx.all(WHOLE_SHEET, &[opened.notebook.into(), u32::from(sheet).into()], |row| read(opened, row))
}

const IS_OLD: &str = "SELECT 1 FROM printed_sheet s WHERE s.notebook = ?1 AND s.sheet = ?2
    AND (s.volume > 0 AND EXISTS (SELECT 1 FROM photo p JOIN printed_sheet v
            ON v.notebook = p.notebook AND v.sheet = p.sheet
            WHERE p.notebook = ?1 AND p.state = 'filed' AND v.volume > s.volume)
        OR EXISTS (SELECT 1 FROM carrier c WHERE c.notebook = ?1 AND c.kind = 'sheet' AND c.sheet = ?2)
            AND NOT EXISTS (SELECT 1 FROM carrier c
                WHERE c.notebook = ?1 AND c.kind = 'sheet' AND c.sheet = ?2 AND c.state = 'live'))";

/// True for a sheet of a volume before one that is in use, which a photo of it shows, and for one that was lost with
/// its booklet and not printed again: photos of it are filed, and marked.
pub fn is_old(tx: &mut Tx<'_>, notebook: NotebookNumber, sheet: u16) -> Result<bool> {
    Ok(tx.one(IS_OLD, &[notebook.into(), u32::from(sheet).into()], |_| Ok(()))?.is_some())
}

const FIND_WHOLE: &str = select!("id = ?2 AND part = ?3 AND state = 'filed'");

/// A photo whoever may see it: as [`list_whole`].
pub fn find_whole(tx: &mut Tx<'_>, opened: &Opened, name: PhotoName) -> Result<Option<Photo>> {
    tx.one(FIND_WHOLE, &place(opened.notebook, name), |row| read(opened, row))
}

const WHOLE: &str = select!("state = 'filed' ORDER BY photographed_at, id, part");

/// Every photo whoever may see it, oldest first: for looking through what somebody asks a copy of, never for a
/// reader.
pub fn list_whole(tx: &mut Tx<'_>, opened: &Opened) -> Result<Vec<Photo>> {
    tx.all(WHOLE, &[opened.notebook.into()], |row| read(opened, row))
}

const TWIN: &str = select!(
    "state = 'filed' AND sheet = ?2 AND double_of IS NULL AND id <> ?3 AND uploader_kind = ?4 AND uploader = ?5
        AND photographed_at BETWEEN ?6 AND ?7
    ORDER BY photographed_at DESC, id DESC LIMIT 1"
);

/// The photo that the same person took of the same sheet within so many milliseconds.
pub fn find_twin(tx: &mut Tx<'_>, opened: &Opened, photo: &Photo, within: i64) -> Result<Option<Photo>> {
    let Some(sheet) = photo.sheet else { return Ok(None) };
    let values = [
        opened.notebook.into(),
        u32::from(sheet).into(),
        photo.name.id.into(),
        photo.uploader.kind.word().into(),
        photo.uploader.id.into(),
        photo.photographed_at.plus(-within).into(),
        photo.photographed_at.plus(within).into(),
    ];
    tx.one(TWIN, &values, |row| read(opened, row))
}

const SET_DOUBLE: &str =
    "UPDATE photo SET double_of = ?4 WHERE notebook = ?1 AND id = ?2 AND part = ?3 AND state = 'filed'";

/// Notes which photo stands for this one; with `None` it is shown again.
pub fn set_double(
    tx: &mut Tx<'_>,
    notebook: NotebookNumber,
    name: PhotoName,
    stands_for_it: Option<Id>,
) -> Result<()> {
    let [notebook, id, part] = place(notebook, name);
    tx.run(SET_DOUBLE, &[notebook, id, part, stands_for_it.into()]).map(|_| ())
}

const DOUBLES: &str = select!("state = 'filed' AND double_of = ?2");

/// The photos that this one stands for.
pub fn list_doubles(tx: &mut Tx<'_>, opened: &Opened, name: PhotoName) -> Result<Vec<Photo>> {
    tx.all(DOUBLES, &[opened.notebook.into(), name.id.into()], |row| read(opened, row))
}

const REDACTED: &str = select!(
    "state = 'filed' AND sheet = ?2 AND redaction IS NOT NULL ORDER BY photographed_at DESC, id DESC"
);

/// The photos of a sheet of which somebody has said what is kept to supporters, newest first.
pub fn list_redacted(tx: &mut Tx<'_>, opened: &Opened, sheet: u16) -> Result<Vec<Photo>> {
    tx.all(REDACTED, &[opened.notebook.into(), u32::from(sheet).into()], |row| read(opened, row))
}

const SET_REDACTION: &str = "UPDATE photo SET redaction = ?4
    WHERE notebook = ?1 AND id = ?2 AND part = ?3 AND state = 'filed'";

/// Notes what is kept to supporters; false when the photo is not there any more.
pub fn set_redaction(
    tx: &mut Tx<'_>,
    opened: &Opened,
    name: PhotoName,
    redaction: &Redaction,
) -> Result<bool> {
    let [notebook, id, part] = place(opened.notebook, name);
    let sealed = opened.seal(REDACTION, name.id, name.part, redaction)?;
    Ok(tx.run(SET_REDACTION, &[notebook, id, part, sealed.into()])? == 1)
}

const FIND_DESIGN: &str = "SELECT design, revision FROM photo WHERE notebook = ?1 AND id = ?2 AND part = ?3";

/// Design and revision of the sheet on a photo, if it is one of ours.
pub fn find_design(
    tx: &mut Tx<'_>,
    notebook: NotebookNumber,
    name: PhotoName,
) -> Result<Option<(String, Vec<u8>)>> {
    let found = tx.one(FIND_DESIGN, &place(notebook, name), |row| {
        Ok((row.get::<Option<String>>(0)?, row.get::<Option<Vec<u8>>>(1)?))
    })?;
    Ok(found.and_then(|(design, revision)| design.zip(revision)))
}

pub(super) fn read(opened: &Opened, row: &Row<'_>) -> Result<Photo> {
    let name = PhotoName { id: row.get(0)?, part: row.get(1)? };
    let pictures: Pair = opened.open(TABLE, name.id, name.part, &row.get::<Vec<u8>>(14)?)?;
    let kind = ActorKind::from_word(&row.get::<String>(3)?)?;
    let sealed_strips = row.get::<Option<Vec<u8>>>(16)?;
    let strips: Vec<Strip> =
        sealed_strips.map_or(Ok(vec![]), |sealed| opened.open(STRIPS, name.id, name.part, &sealed))?;
    let sheet = row.get::<Option<u32>>(13)?.map(u16::try_from).transpose().doing("reading a sheet number")?;
    Ok(Photo {
        name,
        by_tap: row.get::<String>(2)? == "tap",
        uploader: Actor { kind, id: row.get(4)?, office: row.get(5)? },
        photographed_at: row.get(6)?,
        written_on: row.get(7)?,
        filed_at: row.get(8)?,
        audience: Audience::from_words(&row.get::<String>(9)?, row.get::<Option<String>>(10)?.as_deref())?,
        design: row.get(11)?,
        revision: row.get(12)?,
        sheet,
        pictures,
        ink: row.get::<Option<String>>(15)?.as_deref().map(Ink::from_word).transpose()?,
        strips,
        redaction: row
            .get::<Option<Vec<u8>>>(17)?
            .map(|sealed| opened.open(REDACTION, name.id, name.part, &sealed))
            .transpose()?,
        double_of: row.get(18)?,
        compared_with: row.get(19)?,
    })
}

pub(super) fn place(notebook: NotebookNumber, name: PhotoName) -> [Value; 3] {
    [notebook.into(), name.id.into(), name.part.into()]
}

const SET_AUDIENCE: &str = "UPDATE photo SET audience_kind = ?4, audience_subject = ?5
    WHERE notebook = ?1 AND id = ?2 AND part = ?3 AND state = 'filed' AND uploader = ?6";

/// Changes who may see a photo; false when it is not this uploader's.
pub fn set_audience(
    tx: &mut Tx<'_>,
    notebook: NotebookNumber,
    name: PhotoName,
    uploader: Actor,
    audience: Audience,
) -> Result<bool> {
    let [notebook, id, part] = place(notebook, name);
    let (kind, subject) = audience.words();
    Ok(tx.run(SET_AUDIENCE, &[notebook, id, part, kind.into(), subject.into(), uploader.id.into()])? == 1)
}

const SET_SHEET: &str = "UPDATE photo SET sheet = ?4, revision = ?5, sheet_told = 1, double_of = NULL,
        ink = NULL, compared_with = NULL
    WHERE notebook = ?1 AND id = ?2 AND part = ?3 AND state = 'filed'";

/// Notes which of the notebook's sheets is on a photo, as its uploader says. It is to be compared anew.
pub fn set_sheet(
    tx: &mut Tx<'_>,
    notebook: NotebookNumber,
    name: PhotoName,
    printed: &PrintedSheet,
) -> Result<()> {
    let [notebook, id, part] = place(notebook, name);
    let (sheet, revision) = (u32::from(printed.sheet).into(), printed.revision.clone().into());
    tx.run(SET_SHEET, &[notebook, id, part, sheet, revision]).map(|_| ())
}

const IS_SHEET_TOLD: &str = "SELECT 1 FROM photo
    WHERE notebook = ?1 AND id = ?2 AND part = ?3 AND state = 'filed' AND sheet_told = 1";

/// Whether its uploader said which sheet is on a photo, and no code did.
pub fn is_sheet_told(tx: &mut Tx<'_>, notebook: NotebookNumber, name: PhotoName) -> Result<bool> {
    Ok(tx.one(IS_SHEET_TOLD, &place(notebook, name), |_| Ok(()))?.is_some())
}

const SET_WRITTEN: &str =
    "UPDATE photo SET written_on = ?4 WHERE notebook = ?1 AND id = ?2 AND part = ?3 AND state = 'filed'";

/// Notes when it was written.
pub fn set_written_on(
    tx: &mut Tx<'_>,
    notebook: NotebookNumber,
    name: PhotoName,
    written_on: Instant,
) -> Result<bool> {
    let [notebook, id, part] = place(notebook, name);
    Ok(tx.run(SET_WRITTEN, &[notebook, id, part, written_on.into()])? == 1)
}

/// The wrapped keys go with the row's contents; what stays says that something was here.
const MOVE_OUT: &str = "UPDATE photo SET state = 'moved', sealed = ?4, strips = NULL, redaction = NULL,
        double_of = NULL, uploader_kind = ?5, uploader = ?6, office = ?7
    WHERE notebook = ?1 AND id = ?2 AND part = ?3 AND state = 'filed'";

/// Takes a photo out of a notebook; false when it is not there. It is its keeper's from now on.
pub fn move_out(tx: &mut Tx<'_>, notebook: NotebookNumber, name: PhotoName, keeper: Actor) -> Result<bool> {
    let [notebook, id, part] = place(notebook, name);
    let keeper = [keeper.kind.word().into(), keeper.id.into(), keeper.office.into()];
    let values = [notebook, id, part, [0; 0].into()].into_iter().chain(keeper);
    Ok(tx.run(MOVE_OUT, &values.collect::<Vec<Value>>())? == 1)
}
