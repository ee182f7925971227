//! The one door to SQL: a transaction that takes portable statements, and the rows they give.
//! A closure given to `Store::read` or `Store::write` gets a [`Tx`]; nothing else speaks SQL.
//!
//! Rules for statements: placeholders `?1`, `?2` …; `INSERT … ON CONFLICT … RETURNING`, never
//! `REPLACE`; `NULLS LAST` where nulls are sorted; sums and casts as `CAST(… AS BIGINT)`.
//! **A failed statement ends its transaction**: whatever the closure then returns, nothing is kept,
//! on every engine alike. To ask whether a row exists, use `ON CONFLICT DO NOTHING`, not the error.

use super::value::{Cell, FromValue};
use crate::error::{Error, Result};

#[cfg(feature = "cluster")]
use super::session::Session;
use super::sqlite;

pub use super::value::Value;

/// An open transaction.
pub struct Tx<'a> {
    engine: Engine<'a>,
    trouble: Option<Trouble>,
    statements: u32,
}

/// Who carries out the statements.
enum Engine<'a> {
    Sqlite(&'a rusqlite::Connection),
    #[cfg(feature = "cluster")]
    Postgres(&'a mut Session),
}

/// What a failed statement means for the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Running it again would fail again.
    Final,
    /// It lost against another transaction and may be run again.
    #[cfg(feature = "cluster")]
    Again,
    /// The connection is gone; on another one it may be run again.
    #[cfg(feature = "cluster")]
    Lost,
}

/// A failure with its meaning for the transaction.
pub(super) struct Failure {
    pub error: Error,
    pub trouble: Trouble,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error, trouble: Trouble::Final }
    }
}

impl<'a> Tx<'a> {
    /// A transaction that is open on this connection.
    pub(super) fn sqlite(connection: &'a rusqlite::Connection) -> Self {
        Self { engine: Engine::Sqlite(connection), trouble: None, statements: 0 }
    }

    /// A transaction that is open in this session.
    #[cfg(feature = "cluster")]
    pub(super) fn postgres(session: &'a mut Session) -> Self {
        Self { engine: Engine::Postgres(session), trouble: None, statements: 0 }
    }

    /// The only row of a statement, if there is one. More than one row is a fault.
    pub fn one<T>(
        &mut self,
        sql: &'static str,
        params: &[Value],
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut read = Some(read);
        let mut found = None;
        self.each(sql, params, &mut |row| {
            let read = read.take().ok_or_else(|| Error::fault(sql, "one row expected, more came"))?;
            found = Some(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Every row of a statement, in its order.
    pub fn all<T>(
        &mut self,
        sql: &'static str,
        params: &[Value],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut found = Vec::new();
        self.each(sql, params, &mut |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Carries out a statement that gives no rows; returns how many rows it changed.
    /// A violated unique constraint is [`Error::Conflict`].
    pub fn run(&mut self, sql: &'static str, params: &[Value]) -> Result<u64> {
        self.refuse_unportable(sql, params)?;
        let outcome = match &mut self.engine {
            Engine::Sqlite(connection) => sqlite::run(connection, sql, params),
            #[cfg(feature = "cluster")]
            Engine::Postgres(session) => session.run(sql, params),
        };
        self.note(outcome)
    }

    /// How many statements were asked for: two answers that must not be told apart cost the same.
    pub fn statements(&self) -> u32 {
        self.statements
    }

    /// Carries out several statements without parameters, written in the words of a migration.
    pub(super) fn define(&mut self, sql: &str) -> Result<()> {
        let outcome = match &mut self.engine {
            Engine::Sqlite(connection) => sqlite::define(connection, sql),
            #[cfg(feature = "cluster")]
            Engine::Postgres(session) => session.define(sql),
        };
        self.note(outcome)
    }

    /// True if other writes run beside this one, so that rows may be locked by them.
    pub(super) fn is_shared(&self) -> bool {
        !matches!(self.engine, Engine::Sqlite(_))
    }

    /// What the first failed statement means; `None` while none has failed.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        self.trouble
    }

    fn each(
        &mut self,
        sql: &'static str,
        params: &[Value],
        read: &mut dyn FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        self.refuse_unportable(sql, params)?;
        let outcome = match &mut self.engine {
            Engine::Sqlite(connection) => sqlite::each(connection, sql, params, read),
            #[cfg(feature = "cluster")]
            Engine::Postgres(session) => session.each(sql, params, read),
        };
        self.note(outcome)
    }

    /// Values that one engine takes and the other refuses or changes are refused by both:
    /// PostgreSQL has no text with a NUL, SQLite turns a NaN into NULL. So is a statement after
    /// a failed one: PostgreSQL would refuse it, and SQLite might carry it out alone.
    fn refuse_unportable(&mut self, sql: &'static str, params: &[Value]) -> Result<()> {
        self.statements += 1;
        let cause = if self.trouble.is_some() {
            "an earlier statement of this transaction failed"
        } else if params.iter().any(|value| matches!(value, Value::Text(text) if text.contains('\0'))) {
            "a text holds a NUL"
        } else if params.iter().any(|value| matches!(value, Value::Real(number) if number.is_nan())) {
            "a number is not a number"
        } else {
            return Ok(());
        };
        self.note(Err(Error::fault(sql, cause).into()))
    }

    fn note<T>(&mut self, outcome: Result<T, Failure>) -> Result<T> {
        outcome.map_err(|failure| {
            self.trouble.get_or_insert(failure.trouble);
            failure.error
        })
    }
}

/// One row of an answer.
pub struct Row<'a>(Columns<'a>);

enum Columns<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    #[cfg(feature = "cluster")]
    Postgres(&'a postgres::Row),
}

impl<'a> Row<'a> {
    pub(super) fn sqlite(row: &'a rusqlite::Row<'a>) -> Self {
        Self(Columns::Sqlite(row))
    }

    #[cfg(feature = "cluster")]
    pub(super) fn postgres(row: &'a postgres::Row) -> Self {
        Self(Columns::Postgres(row))
    }

    /// The column at `index`, counted from 0. A fault if it is of another kind or out of range.
    pub fn get<T: FromValue>(&self, index: usize) -> Result<T> {
        let cell = self.cell(index)?;
        T::from_cell(cell).ok_or_else(|| {
            let wanted = std::any::type_name::<T>();
            let cause = format!("column {index} holds {}, not {wanted}", cell.description());
            Error::fault("reading a row", cause)
        })
    }

    fn cell(&self, index: usize) -> Result<Cell<'_>> {
        match self.0 {
            Columns::Sqlite(row) => sqlite::cell(row, index),
            #[cfg(feature = "cluster")]
            Columns::Postgres(row) => super::session::cell(row, index),
        }
    }
}
