//! Carriers, printed sheets and design revisions as rows.

use super::code::{Carrier, CarrierKind, GENERATION_MAX, PAD_SHEET, SHEET_MAX, Token};
use super::design::{Format, Geometry, SheetAudience};
use crate::clock::Instant;
use crate::crypto::{House, Key};
use crate::error::{Doing, Error, Result};
use crate::id::{Actor, Id, NotebookNumber};
use crate::notebook;
use crate::store::tx::{Row, Tx};

/// What has become of a carrier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CarrierState {
    Live,
    /// A newer one was made in its place.
    Replaced,
    Lost,
    /// Its whole batch was recalled.
    Recalled,
}

impl CarrierState {
    fn from_word(word: &str) -> Result<Self> {
        match word {
            "live" => Ok(Self::Live),
            "replaced" => Ok(Self::Replaced),
            "lost" => Ok(Self::Lost),
            "recalled" => Ok(Self::Recalled),
            _ => Err(Error::broken("reading the state of a carrier")),
        }
    }
}

const ADD_CARRIER: &str = "INSERT INTO carrier (notebook, kind, generation, sheet, state, since)
    VALUES (?1, ?2, ?3, ?4, 'live', ?5) ON CONFLICT (notebook, kind, generation, sheet) DO NOTHING";

/// Notes that a carrier was printed; printing the same again changes nothing.
pub fn add_carrier(tx: &mut Tx<'_>, carrier: &Carrier, now: Instant) -> Result<()> {
    let (generation, sheet) = (u32::from(carrier.generation), u32::from(carrier.sheet));
    let values =
        [carrier.number.into(), carrier.kind.word().into(), generation.into(), sheet.into(), now.into()];
    tx.run(ADD_CARRIER, &values).map(|_| ())
}

const FIND_CARRIER: &str =
    "SELECT state FROM carrier WHERE notebook = ?1 AND kind = ?2 AND generation = ?3 AND sheet = ?4";

/// What has become of a carrier; `None` when it was never printed.
pub fn find_carrier(tx: &mut Tx<'_>, carrier: &Carrier) -> Result<Option<CarrierState>> {
    let (generation, sheet) = (u32::from(carrier.generation), u32::from(carrier.sheet));
    let values = [carrier.number.into(), carrier.kind.word().into(), generation.into(), sheet.into()];
    tx.one(FIND_CARRIER, &values, |row| CarrierState::from_word(&row.get::<String>(0)?))
}

/// Salt that stands in where there is none.
const DUMMY_SALT: [u8; 16] = [0; 16];

/// The state of the carrier that a token was printed on; `None` for an unknown number, a forged MAC and a
/// carrier that was never printed. Every path reads the salt and the carrier and compares one MAC.
pub fn verify(tx: &mut Tx<'_>, house: &House, token: &Token) -> Result<Option<CarrierState>> {
    let found = notebook::sql::find_salt(tx, token.carrier.number)?;
    let state = find_carrier(tx, &token.carrier)?;
    let known = house.code_key_of(token.key_version);
    let dummy = Key::from_bytes([0; 32]);
    let is_signed = token.is_signed_by(known.unwrap_or(&dummy), &found.unwrap_or(DUMMY_SALT));
    Ok(state.filter(|_| is_signed && found.is_some() && known.is_some()))
}

const END_KIND: &str = "UPDATE carrier SET state = ?3, since = ?4
    WHERE notebook = ?1 AND kind = ?2 AND state = 'live'";

/// Puts a new generation of a kind of carrier in the place of the live one: whoever scans an old one is told
/// that it was replaced. [`Error::Conflict`] after [`GENERATION_MAX`]: the notebook goes on under a new number.
pub fn replace(tx: &mut Tx<'_>, notebook: NotebookNumber, kind: CarrierKind, now: Instant) -> Result<u8> {
    let next = generation(tx, notebook, kind)? + 1;
    if next > GENERATION_MAX {
        return Err(Error::Conflict);
    }
    tx.run(END_KIND, &[notebook.into(), kind.word().into(), "replaced".into(), now.into()])?;
    // The generation is raised by a row, even before anything is printed.
    add_carrier(tx, &Carrier { kind, number: notebook, generation: next, sheet: 0 }, now)?;
    Ok(next)
}

const SET_RECALLED: &str = "UPDATE carrier SET state = ?2, since = ?4 WHERE notebook = ?1 AND state = ?3";

/// Recalls everything that bears a code of a notebook, or takes the recall back.
pub fn set_recalled(
    tx: &mut Tx<'_>,
    notebook: NotebookNumber,
    is_recalled: bool,
    now: Instant,
) -> Result<()> {
    let (to, from) = if is_recalled { ("recalled", "live") } else { ("live", "recalled") };
    tx.run(SET_RECALLED, &[notebook.into(), to.into(), from.into(), now.into()]).map(|_| ())
}

const GENERATION: &str = "SELECT MAX(generation) FROM carrier WHERE notebook = ?1 AND kind = ?2";

/// The newest generation of a kind of carrier; 0 when none was printed.
pub fn generation(tx: &mut Tx<'_>, notebook: NotebookNumber, kind: CarrierKind) -> Result<u8> {
    let found = tx.one(GENERATION, &[notebook.into(), kind.word().into()], |row| row.get::<Option<u8>>(0))?;
    Ok(found.flatten().unwrap_or_default())
}

/// A printed sheet of a notebook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedSheet {
    /// Its number within the notebook, from 1.
    pub sheet: u16,
    /// Key of the design, such as `blood-pressure`.
    pub design: String,
    /// Hash over the design and all it is made of.
    pub revision: Vec<u8>,
    /// Label of its corner marks.
    pub label: u8,
    /// The volume of the booklet that it is bound in, from 1; 0 for a sheet printed by itself.
    pub volume: u16,
    pub format: Format,
    /// It is a right-hand page.
    pub recto: bool,
}

const ADD_SHEET: &str = "INSERT INTO printed_sheet (notebook, sheet, design, revision, label, volume, format,
        recto, printed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

/// Notes that a sheet was printed under its number; [`Error::Conflict`] when the number is taken.
pub fn add_sheet(
    tx: &mut Tx<'_>,
    notebook: NotebookNumber,
    sheet: &PrintedSheet,
    now: Instant,
) -> Result<()> {
    let values = [
        notebook.into(),
        u32::from(sheet.sheet).into(),
        sheet.design.as_str().into(),
        sheet.revision.as_slice().into(),
        sheet.label.into(),
        u32::from(sheet.volume).into(),
        sheet.format.word().into(),
        u32::from(sheet.recto).into(),
        now.into(),
    ];
    tx.run(ADD_SHEET, &values).map(|_| ())
}

const LIST_SHEETS: &str = "SELECT sheet, design, revision, label, volume, format, recto FROM printed_sheet
    WHERE notebook = ?1 ORDER BY sheet";

/// All printed sheets of a notebook, by number.
pub fn list_sheets(tx: &mut Tx<'_>, notebook: NotebookNumber) -> Result<Vec<PrintedSheet>> {
    tx.all(LIST_SHEETS, &[notebook.into()], read_sheet)
}

fn read_sheet(row: &Row<'_>) -> Result<PrintedSheet> {
    let number = |column| u16::try_from(row.get::<u32>(column)?).doing("reading a sheet number");
    let format = Format::from_word(&row.get::<String>(5)?);
    Ok(PrintedSheet {
        sheet: number(0)?,
        design: row.get(1)?,
        revision: row.get(2)?,
        label: row.get(3)?,
        volume: number(4)?,
        format: format.ok_or(Error::broken("reading the paper of a sheet"))?,
        recto: row.get::<u32>(6)? == 1,
    })
}

const FIND_SHEET: &str = "SELECT sheet, design, revision, label, volume, format, recto FROM printed_sheet
    WHERE notebook = ?1 AND sheet = ?2";

/// One printed sheet by its number.
pub fn find_sheet(tx: &mut Tx<'_>, notebook: NotebookNumber, sheet: u16) -> Result<Option<PrintedSheet>> {
    tx.one(FIND_SHEET, &[notebook.into(), u32::from(sheet).into()], read_sheet)
}

/// Whose sheet an unbound one has become, and its number there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    pub notebook: NotebookNumber,
    pub sheet: u16,
}

const FIND_BINDING: &str = "SELECT target, sheet FROM binding WHERE notebook = ?1 ORDER BY seq DESC LIMIT 1";

/// Whose sheet an unbound one is now; `None` before its first photo and after it was undone.
pub fn find_binding(tx: &mut Tx<'_>, unbound: NotebookNumber) -> Result<Option<Binding>> {
    let read = |row: &Row<'_>| Ok((row.get::<Option<NotebookNumber>>(0)?, row.get::<Option<u32>>(1)?));
    let Some((Some(notebook), Some(sheet))) = tx.one(FIND_BINDING, &[unbound.into()], read)? else {
        return Ok(None);
    };
    Ok(Some(Binding { notebook, sheet: u16::try_from(sheet).doing("reading a bound sheet")? }))
}

const FIND_UNBOUND: &str = "SELECT notebook FROM binding WHERE target = ?1 AND sheet = ?2 LIMIT 1";

/// The unbound sheet that is this sheet of a notebook now; `None` for a sheet that was printed for it.
pub fn find_unbound(tx: &mut Tx<'_>, bound: Binding) -> Result<Option<NotebookNumber>> {
    let values = [bound.notebook.into(), u32::from(bound.sheet).into()];
    let Some(unbound) = tx.one(FIND_UNBOUND, &values, |row| row.get(0))? else { return Ok(None) };
    Ok((find_binding(tx, unbound)? == Some(bound)).then_some(unbound))
}

const LIST_LOOSE: &str = "SELECT DISTINCT sheet FROM binding WHERE target = ?1 AND sheet IS NOT NULL";

/// The numbers in a notebook of sheets that came out of pads, also of those that are its own no more: they are
/// printed with their pad alone.
pub fn list_loose(tx: &mut Tx<'_>, notebook: NotebookNumber) -> Result<Vec<u16>> {
    let number = |row: &Row<'_>| u16::try_from(row.get::<u32>(0)?).doing("reading a bound sheet");
    tx.all(LIST_LOOSE, &[notebook.into()], number)
}

const FIND_FORMER: &str = "SELECT sheet FROM binding WHERE notebook = ?1 AND target = ?2 LIMIT 1";
const ADD_BINDING: &str =
    "INSERT INTO binding (notebook, id, target, sheet, bound_by, bound_at, reason, seq)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, (SELECT CAST(COUNT(*) + 1 AS BIGINT) FROM binding WHERE notebook = ?1))";

/// Makes an unbound sheet a sheet of a notebook, with the next free number there; one that it was before has
/// the number that it had. [`Error::NotFound`] for a sheet that was never printed.
pub fn bind(
    tx: &mut Tx<'_>,
    unbound: NotebookNumber,
    notebook: NotebookNumber,
    actor: Actor,
    now: Instant,
) -> Result<Binding> {
    let former = tx.one(FIND_FORMER, &[unbound.into(), notebook.into()], |row| row.get::<u32>(0))?;
    let sheet = match former {
        Some(sheet) => u16::try_from(sheet).doing("reading a bound sheet")?,
        None => {
            let row = find_sheet(tx, unbound, PAD_SHEET)?.ok_or(Error::NotFound)?;
            let last = list_sheets(tx, notebook)?.last().map_or(0, |row| row.sheet);
            let sheet = last.checked_add(1).filter(|sheet| *sheet <= SHEET_MAX);
            let sheet = sheet.ok_or(Error::advice("", "desk-print-full"))?;
            add_sheet(tx, notebook, &PrintedSheet { sheet, ..row }, now)?;
            sheet
        }
    };
    let bound = Binding { notebook, sheet };
    add_binding(tx, unbound, Some(bound), actor, None, now)?;
    Ok(bound)
}

/// Makes a bound sheet nobody's again; the reason is kept.
pub fn unbind(
    tx: &mut Tx<'_>,
    unbound: NotebookNumber,
    actor: Actor,
    reason: &str,
    now: Instant,
) -> Result<()> {
    add_binding(tx, unbound, None, actor, Some(reason), now)
}

fn add_binding(
    tx: &mut Tx<'_>,
    unbound: NotebookNumber,
    bound: Option<Binding>,
    actor: Actor,
    reason: Option<&str>,
    now: Instant,
) -> Result<()> {
    let values = [
        unbound.into(),
        Id::fresh(now)?.into(),
        bound.map(|bound| bound.notebook).into(),
        bound.map(|bound| u32::from(bound.sheet)).into(),
        actor.id.into(),
        now.into(),
        reason.map(str::to_owned).into(),
    ];
    tx.run(ADD_BINDING, &values).map(|_| ())
}

const ADD_DESIGN: &str = "INSERT INTO design (name, revision, geometry) VALUES (?1, ?2, ?3)
    ON CONFLICT (name, revision) DO NOTHING";

/// Keeps the geometry of a design revision, so that its sheets can be read for ever.
pub fn add_design(tx: &mut Tx<'_>, revision: &[u8], geometry: &Geometry) -> Result<()> {
    let json = serde_json::to_string(geometry).doing("writing a geometry")?;
    tx.run(ADD_DESIGN, &[geometry.design.as_str().into(), revision.into(), json.into()]).map(|_| ())
}

const SET_BLANK: &str = "UPDATE design SET blank = ?3 WHERE name = ?1 AND revision = ?2";

/// Keeps what a sheet of a design revision looks like before anybody writes on it: a grey PNG of
/// [`BLANK_DPI`](super::design::BLANK_DPI).
pub fn set_blank(tx: &mut Tx<'_>, name: &str, revision: &[u8], blank: &[u8]) -> Result<()> {
    tx.run(SET_BLANK, &[name.into(), revision.into(), blank.into()]).map(|_| ())
}

const FIND_BLANK: &str = "SELECT blank FROM design WHERE name = ?1 AND revision = ?2";

/// What a blank sheet of a design revision looks like, if that was kept.
pub fn find_blank(tx: &mut Tx<'_>, name: &str, revision: &[u8]) -> Result<Option<Vec<u8>>> {
    Ok(tx.one(FIND_BLANK, &[name.into(), revision.into()], |row| row.get(0))?.flatten())
}

const LIST_DESIGNS: &str = "SELECT geometry FROM design ORDER BY name, revision";

/// The geometry of every design revision ever printed.
pub fn list_designs(tx: &mut Tx<'_>) -> Result<Vec<Geometry>> {
    tx.all(LIST_DESIGNS, &[], |row| read_geometry(&row.get::<String>(0)?))
}

const FIND_DESIGN: &str = "SELECT geometry FROM design WHERE name = ?1 AND revision = ?2";

/// The geometry of one design revision.
pub fn find_design(tx: &mut Tx<'_>, name: &str, revision: &[u8]) -> Result<Option<Geometry>> {
    tx.one(FIND_DESIGN, &[name.into(), revision.into()], |row| read_geometry(&row.get::<String>(0)?))
}

const ALL_DESIGNS: &str = "SELECT name, revision, geometry FROM design ORDER BY name, revision";

/// Name and revision of a design whose marks have this label: of several, one that the fewest may read.
pub fn find_design_of_label(tx: &mut Tx<'_>, label: u8) -> Result<Option<(String, Vec<u8>)>> {
    let designs = tx.all(ALL_DESIGNS, &[], |row| {
        Ok(((row.get::<String>(0)?, row.get::<Vec<u8>>(1)?), read_geometry(&row.get::<String>(2)?)?))
    })?;
    let of_label = designs.into_iter().filter(|(_, geometry)| geometry.label == label);
    let fewest = of_label.max_by_key(|(_, geometry)| geometry.audience != SheetAudience::Everyone);
    Ok(fewest.map(|(design, _)| design))
}

fn read_geometry(json: &str) -> Result<Geometry> {
    serde_json::from_str(json).doing("reading a geometry")
}
