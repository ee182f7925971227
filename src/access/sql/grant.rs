//! Grants, and what access needs to know of a notebook.

use crate::access::permission::{Grant, Level};
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::id::{Actor, ActorKind, Id, NotebookNumber};
use crate::store::tx::{Row, Tx};

/// A notebook's state in the ledger (DESIGN 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LedgerState {
    Blank,
    Issued,
    Deceased,
    Closed,
    Erased,
}

impl LedgerState {
    /// Every state there is.
    pub const ALL: [Self; 5] = [Self::Blank, Self::Issued, Self::Deceased, Self::Closed, Self::Erased];

    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Blank => "blank",
            Self::Issued => "issued",
            Self::Deceased => "deceased",
            Self::Closed => "closed",
            Self::Erased => "erased",
        }
    }

    /// From the word in the database.
    pub fn from_word(word: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|state| state.word() == word)
            .ok_or(Error::broken("reading a notebook state"))
    }
}

/// What access needs of a notebook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate {
    pub city: Id,
    pub state: LedgerState,
    /// The person wants no digital copy.
    pub is_paper_only: bool,
    /// Set by 包括 or the city's abuse officer.
    pub is_protected: bool,
}

const FIND_GATE: &str = "SELECT city, state FROM notebook WHERE number = ?1 AND purpose = 'notebook'";
const CONDITIONS: &str = "SELECT kind FROM notebook_condition
    WHERE notebook = ?1 AND from_at <= ?2 AND (until_at IS NULL OR until_at > ?2)";

/// The notebook as access sees it; `None` for a number that was never issued to a notebook.
pub fn find_gate(tx: &mut Tx<'_>, notebook: NotebookNumber, now: Instant) -> Result<Option<Gate>> {
    let found = tx.one(FIND_GATE, &[notebook.into()], |row| {
        Ok((row.get::<Id>(0)?, LedgerState::from_word(&row.get::<String>(1)?)?))
    })?;
    let Some((city, state)) = found else { return Ok(None) };
    let kinds: Vec<String> = tx.all(CONDITIONS, &[notebook.into(), now.into()], |row| row.get(0))?;
    let holds = |kind: &str| kinds.iter().any(|known| known == kind);
    Ok(Some(Gate { city, state, is_paper_only: holds("paper_only"), is_protected: holds("protected") }))
}

const LIST: &str = "SELECT level, from_at, until_at FROM access_grant
    WHERE notebook = ?1 AND ended_at IS NULL AND ((holder_kind = ?2 AND holder = ?3)
        OR (holder_kind = 'office' AND holder = ?4))";

/// The grants that somebody holds on a notebook, by themselves or through their office.
pub fn list(tx: &mut Tx<'_>, notebook: NotebookNumber, actor: Actor) -> Result<Vec<Grant>> {
    let values = [notebook.into(), actor.kind.word().into(), actor.id.into(), actor.office.into()];
    tx.all(LIST, &values, |row| read_grant(row, 0))
}

fn read_grant(row: &Row<'_>, first: usize) -> Result<Grant> {
    let level = Level::from_word(&row.get::<String>(first)?)?;
    Ok(Grant { level, from: row.get(first + 1)?, until: row.get(first + 2)? })
}

/// Somebody to whom a grant is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// `staff`, `relative` or `office`.
    pub kind: &'static str,
    pub id: Id,
}

impl Holder {
    /// The actor themselves.
    pub fn of(actor: Actor) -> Self {
        Self { kind: actor.kind.word(), id: actor.id }
    }

    /// An office, for all of its people.
    pub fn office(id: Id) -> Self {
        Self { kind: "office", id }
    }
}

const ADD: &str = "INSERT INTO access_grant
    (notebook, id, holder_kind, holder, level, from_at, until_at, given_by, reason)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

/// A grant to be given.
pub struct NewGrant {
    pub id: Id,
    pub holder: Holder,
    pub grant: Grant,
    pub given_by: Id,
    pub reason: Option<String>,
}

/// Gives a grant.
pub fn add(tx: &mut Tx<'_>, notebook: NotebookNumber, new: &NewGrant) -> Result<()> {
    let values = [
        notebook.into(),
        new.id.into(),
        new.holder.kind.into(),
        new.holder.id.into(),
        new.grant.level.word().into(),
        new.grant.from.into(),
        new.grant.until.into(),
        new.given_by.into(),
        new.reason.clone().into(),
    ];
    tx.run(ADD, &values).map(|_| ())
}

const NOTEBOOKS_OF: &str = "SELECT DISTINCT notebook FROM access_grant
    WHERE ((holder_kind = ?1 AND holder = ?2)) AND level <> 'desk' AND ended_at IS NULL
        AND from_at <= ?3 AND (until_at IS NULL OR until_at >= ?3) ORDER BY notebook LIMIT 200";

/// The notebooks that somebody may read.
pub fn notebooks_of(tx: &mut Tx<'_>, actor: Actor, now: Instant) -> Result<Vec<NotebookNumber>> {
    tx.all(NOTEBOOKS_OF, &[actor.kind.word().into(), actor.id.into(), now.into()], |row| row.get(0))
}

const ONE_FAMILY: &str = "SELECT DISTINCT other.notebook FROM access_grant one
    JOIN access_grant other ON other.holder_kind = 'relative' AND other.holder = one.holder
    WHERE one.notebook = ?1 AND one.holder_kind = 'relative' AND other.notebook <> ?1
        AND one.ended_at IS NULL AND one.from_at <= ?2 AND (one.until_at IS NULL OR one.until_at >= ?2)
        AND other.ended_at IS NULL AND other.from_at <= ?2 AND (other.until_at IS NULL OR other.until_at >= ?2)
    ORDER BY other.notebook LIMIT 20";

/// Other notebooks with a relative of this one's: those of a couple, which lie in one home.
pub fn one_family(tx: &mut Tx<'_>, notebook: NotebookNumber, now: Instant) -> Result<Vec<NotebookNumber>> {
    tx.all(ONE_FAMILY, &[notebook.into(), now.into()], |row| row.get(0))
}

/// Somebody who may see a notebook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    pub kind: ActorKind,
    pub id: Id,
    pub grant: Grant,
}

const MEMBERS: &str = "SELECT level, from_at, until_at, holder_kind, holder FROM access_grant
    WHERE notebook = ?1 AND ended_at IS NULL AND holder_kind <> 'office' ORDER BY from_at, id";

/// Everybody who holds a grant on a notebook themselves, in the order of joining.
pub fn members(tx: &mut Tx<'_>, notebook: NotebookNumber) -> Result<Vec<Member>> {
    tx.all(MEMBERS, &[notebook.into()], |row| {
        let kind = ActorKind::from_word(&row.get::<String>(3)?)?;
        Ok(Member { kind, id: row.get(4)?, grant: read_grant(row, 0)? })
    })
}

const SYMBOLS_OF: &str =
    "SELECT DISTINCT n.symbol, n.colour FROM access_grant g JOIN notebook n ON n.number = g.notebook
    WHERE g.holder_kind = ?1 AND g.holder = ?2 AND g.ended_at IS NULL
        AND g.from_at <= ?3 AND (g.until_at IS NULL OR g.until_at >= ?3) ORDER BY n.symbol LIMIT 12";

/// Symbols and colours of the notebooks that somebody may read: they name nobody.
pub fn symbols_of(tx: &mut Tx<'_>, actor: Actor, now: Instant) -> Result<Vec<(String, String)>> {
    let values = [actor.kind.word().into(), actor.id.into(), now.into()];
    tx.all(SYMBOLS_OF, &values, |row| Ok((row.get(0)?, row.get(1)?)))
}
