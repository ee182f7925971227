//! One connection to PostgreSQL: statements with explicit types, prepared once, and what their
//! failures mean. Used on the store's own threads alone, because the client blocks.

use std::collections::HashMap;
use std::error::Error as _;
use std::io;

use postgres::error::SqlState;
use postgres::types::{ToSql, Type};
use postgres::{Client, Config, NoTls, Statement};

use super::dialect;
use super::tx::{Failure, Row, Trouble};
use super::value::{Cell, FromValue, Kind, Value};
use crate::error::{Error, Result};

/// Settings of every session: a commit returns when it is durable, whatever the server's default;
/// a write that hangs on another's lock, or a transaction whose thread is gone, ends by itself.
const SETTINGS: &str = "SET synchronous_commit = on; SET lock_timeout = '10s'; \
    SET idle_in_transaction_session_timeout = '60s'; SET client_min_messages = warning";

/// A connection with its prepared statements.
pub(super) struct Session {
    client: Client,
    prepared: HashMap<&'static str, Vec<Prepared>>,
    broken: bool,
}

/// A statement for parameters of these kinds.
struct Prepared {
    types: Vec<Type>,
    statement: Statement,
}

impl Session {
    /// Connects and sets the session up.
    pub fn connect(config: &Config) -> Result<Self, Failure> {
        let doing = "connecting to the database server";
        let client = config.connect(NoTls).map_err(|cause| failure(doing, &cause, true))?;
        let mut session = Self { client, prepared: HashMap::new(), broken: false };
        session.control(SETTINGS)?;
        Ok(session)
    }

    /// True while the next transaction may begin here.
    pub fn is_usable(&self) -> bool {
        !self.broken && !self.client.is_closed()
    }

    /// Carries out a statement that steers transactions. After a failure nobody knows in which state
    /// the session is, so it is not used again.
    pub fn control(&mut self, sql: &'static str) -> Result<(), Failure> {
        let outcome = self.client.batch_execute(sql);
        self.broken |= outcome.is_err();
        outcome.map_err(|cause| failure(sql, &cause, self.client.is_closed()))
    }

    /// Carries out the statements of a migration.
    pub fn define(&mut self, sql: &str) -> Result<(), Failure> {
        let outcome = self.client.batch_execute(&dialect::definitions(sql));
        outcome.map_err(|cause| failure("migrating", &cause, self.client.is_closed()))
    }

    /// Hands every row of a statement to `read`.
    pub fn each(
        &mut self,
        sql: &'static str,
        params: &[Value],
        read: &mut dyn FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<(), Failure> {
        let statement = self.statement(sql, params)?;
        let rows = self.client.query(&statement, &lend(&statement, params));
        for row in rows.map_err(|cause| failure(sql, &cause, self.client.is_closed()))? {
            read(&Row::postgres(&row))?;
        }
        Ok(())
    }

    /// Carries out a statement that gives no rows; returns how many it changed.
    pub fn run(&mut self, sql: &'static str, params: &[Value]) -> Result<u64, Failure> {
        let statement = self.statement(sql, params)?;
        let changed = self.client.execute(&statement, &lend(&statement, params));
        changed.map_err(|cause| failure(sql, &cause, self.client.is_closed()))
    }

    /// The one value that a question to the server gives.
    pub fn ask<T: FromValue>(&mut self, sql: &'static str, params: &[Value]) -> Result<T, Failure> {
        let mut answer = None;
        self.each(sql, params, &mut |row| {
            answer = Some(row.get(0)?);
            Ok(())
        })?;
        answer.ok_or_else(|| Error::fault(sql, "no answer").into())
    }

    fn statement(&mut self, sql: &'static str, params: &[Value]) -> Result<Statement, Failure> {
        let known = self.prepared.entry(sql).or_default();
        let types: Vec<Type> = params.iter().map(type_of).collect();
        if let Some(found) = known.iter().find(|prepared| prepared.types == types) {
            return Ok(found.statement.clone());
        }
        let prepared = self.client.prepare_typed(&dialect::placeholders(sql), &types);
        let statement = prepared.map_err(|cause| failure(sql, &cause, self.client.is_closed()))?;
        known.push(Prepared { types, statement: statement.clone() });
        Ok(statement)
    }
}

/// The parameters as the client takes them, each of the type its statement was prepared with.
fn lend<'a>(statement: &Statement, params: &'a [Value]) -> Vec<&'a (dyn ToSql + Sync)> {
    let lend = |(value, kind): (&'a Value, &Type)| -> &'a (dyn ToSql + Sync) {
        match (value, kind) {
            (Value::Integer(number), _) => number,
            (Value::Real(number), _) => number,
            (Value::Text(text), _) => text,
            (Value::Bytes(bytes), _) => bytes,
            (Value::Null | Value::NullOf(_), &Type::INT8) => &None::<i64>,
            (Value::Null | Value::NullOf(_), &Type::FLOAT8) => &None::<f64>,
            (Value::Null | Value::NullOf(_), &Type::BYTEA) => &None::<&[u8]>,
            (Value::Null | Value::NullOf(_), _) => &None::<&str>,
        }
    };
    params.iter().zip(statement.params()).map(lend).collect()
}

/// The type a parameter is sent with, so that the server never guesses a narrower one.
fn type_of(value: &Value) -> Type {
    match value {
        Value::Null => Type::UNKNOWN,
        Value::NullOf(Kind::Integer) | Value::Integer(_) => Type::INT8,
        Value::NullOf(Kind::Real) | Value::Real(_) => Type::FLOAT8,
        Value::NullOf(Kind::Text) | Value::Text(_) => Type::TEXT,
        Value::NullOf(Kind::Bytes) | Value::Bytes(_) => Type::BYTEA,
    }
}

/// Lends one column of a row. Truth values and narrower integers come from expressions such as
/// `EXISTS` and `SELECT 1`; they read as the integers that SQLite gives.
pub(super) fn cell(row: &postgres::Row, index: usize) -> Result<Cell<'_>> {
    let column = row.columns().get(index).ok_or(Error::broken("reading a row: no such column"))?;
    let cell = match *column.type_() {
        Type::INT8 => row.try_get::<_, Option<i64>>(index).map(|cell| cell.map(Cell::Integer)),
        Type::INT4 => row.try_get::<_, Option<i32>>(index).map(|cell| cell.map(|n| Cell::Integer(n.into()))),
        Type::BOOL => row.try_get::<_, Option<bool>>(index).map(|cell| cell.map(|t| Cell::Integer(t.into()))),
        Type::FLOAT8 => row.try_get::<_, Option<f64>>(index).map(|cell| cell.map(Cell::Real)),
        Type::TEXT => row.try_get::<_, Option<&str>>(index).map(|cell| cell.map(Cell::Text)),
        Type::BYTEA => row.try_get::<_, Option<&[u8]>>(index).map(|cell| cell.map(Cell::Bytes)),
        ref other => {
            let cause = format!("column {index} is {other}: cast it to BIGINT, TEXT, BLOB or REAL");
            return Err(Error::fault("reading a row", cause));
        }
    };
    Ok(cell.map_err(|cause| Error::fault("reading a row", cause))?.unwrap_or(Cell::Null))
}

/// What a failure means. The cause names the server's message without its details: those quote rows.
fn failure(doing: &'static str, cause: &postgres::Error, closed: bool) -> Failure {
    let Some(reported) = cause.as_db_error() else {
        let broken_off =
            closed || cause.is_closed() || cause.source().is_some_and(|source| source.is::<io::Error>());
        let trouble = if broken_off { Trouble::Lost } else { Trouble::Final };
        return Failure { error: Error::fault(doing, cause.to_string()), trouble };
    };
    let code = reported.code();
    let trouble = match code {
        &SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED => Trouble::Again,
        // 08: connection exceptions; 57P01 to 57P03: the server is going down or coming up.
        code if code.code().starts_with("08") || code.code().starts_with("57P0") => Trouble::Lost,
        _ => Trouble::Final,
    };
    let error = match code {
        &SqlState::UNIQUE_VIOLATION => Error::Conflict,
        code => Error::fault(doing, format!("{} ({})", reported.message(), code.code())),
    };
    Failure { error, trouble }
}
