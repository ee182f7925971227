//! What goes into a statement and what comes out of a row: four kinds of value, the same on every
//! engine. Truth values are the integers 0 and 1, moments are milliseconds, ids are 16 bytes.

use std::fmt;

use crate::clock::Instant;
use crate::id::{Id, NotebookNumber};

/// The four kinds of column, named as the migrations write them (INTEGER, REAL, TEXT, BLOB).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Integer,
    Real,
    Text,
    Bytes,
}

/// One parameter of a statement.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// Absent; the engine guesses the kind from where it stands. `None` of a typed option is
    /// [`Value::NullOf`], which needs no guess: `?1 IS NULL` works with that one alone.
    Null,
    /// Absent, where a value of this kind could stand.
    NullOf(Kind),
    Integer(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
}

impl fmt::Debug for Value {
    /// Shows kind and size alone: a parameter may be somebody's name.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null | Self::NullOf(_) => formatter.write_str("Null"),
            Self::Integer(_) => formatter.write_str("Integer"),
            Self::Real(_) => formatter.write_str("Real"),
            Self::Text(text) => write!(formatter, "Text({} bytes)", text.len()),
            Self::Bytes(bytes) => write!(formatter, "Bytes({})", bytes.len()),
        }
    }
}

/// A type with one kind of column, so that its absence has a kind too.
pub trait Typed {
    /// The column that holds values of this type.
    const KIND: Kind;
}

impl<T: Typed + Into<Value>> From<Option<T>> for Value {
    fn from(option: Option<T>) -> Self {
        option.map_or(Self::NullOf(T::KIND), Into::into)
    }
}

/// Says for each type how it becomes a [`Value`] and which column holds it.
macro_rules! stored {
    ($($type:ty => $kind:ident, |$value:ident| $stored:expr;)*) => {$(
        impl From<$type> for Value {
            fn from($value: $type) -> Self {
                Self::$kind($stored)
            }
        }

        impl Typed for $type {
            const KIND: Kind = Kind::$kind;
        }
    )*};
}

stored! {
    i64 => Integer, |number| number;
    u32 => Integer, |number| i64::from(number);
    u64 => Integer, |number| i64::try_from(number).unwrap_or(i64::MAX);
    u8 => Integer, |number| i64::from(number);
    bool => Integer, |truth| i64::from(truth);
    f64 => Real, |number| number;
    &str => Text, |text| text.to_owned();
    String => Text, |text| text;
    &[u8] => Bytes, |bytes| bytes.to_vec();
    Vec<u8> => Bytes, |bytes| bytes;
    Id => Bytes, |id| id.0.as_bytes().to_vec();
    Instant => Integer, |moment| moment.0;
    // Below 10^10 (see `NotebookNumber`), so the cast keeps every digit.
    NotebookNumber => Integer, |number| number.serial().cast_signed();
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(bytes: [u8; N]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Value {
    fn from(bytes: &[u8; N]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl<const N: usize> Typed for [u8; N] {
    const KIND: Kind = Kind::Bytes;
}

impl<const N: usize> Typed for &[u8; N] {
    const KIND: Kind = Kind::Bytes;
}

/// One column of one row, as lent by the engine.
#[derive(Clone, Copy)]
pub enum Cell<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

impl Cell<'_> {
    /// What the column holds, for the report of a mismatch; never the value itself.
    pub(super) fn description(self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Integer(_) => "an integer (perhaps out of range)",
            Self::Real(_) => "a real number",
            Self::Text(_) => "a text",
            Self::Bytes(_) => "bytes (perhaps of another length)",
        }
    }
}

/// What can be read from a column.
pub trait FromValue: Sized {
    /// The value in this column, or `None` if it is of another kind or out of range.
    fn from_cell(cell: Cell<'_>) -> Option<Self>;
}

/// Says for each type which cells it is read from.
macro_rules! read_from {
    ($($type:ty => $kind:ident, |$cell:ident| $read:expr;)*) => {$(
        impl FromValue for $type {
            fn from_cell(cell: Cell<'_>) -> Option<Self> {
                match cell {
                    Cell::$kind($cell) => $read,
                    _ => None,
                }
            }
        }
    )*};
}

read_from! {
    i64 => Integer, |number| Some(number);
    u64 => Integer, |number| number.try_into().ok();
    u32 => Integer, |number| number.try_into().ok();
    u8 => Integer, |number| number.try_into().ok();
    bool => Integer, |number| [false, true].into_iter().find(|truth| i64::from(*truth) == number);
    f64 => Real, |number| Some(number);
    String => Text, |text| Some(text.to_owned());
    Vec<u8> => Bytes, |bytes| Some(bytes.to_vec());
    Id => Bytes, |bytes| Id::from_bytes(bytes).ok();
    Instant => Integer, |number| Some(Instant(number));
    NotebookNumber => Integer, |number| NotebookNumber::from_serial(number.try_into().ok()?);
}

impl<const N: usize> FromValue for [u8; N] {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Bytes(bytes) => bytes.try_into().ok(),
            _ => None,
        }
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Null => Some(None),
            present => T::from_cell(present).map(Some),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_of_another_kind_or_out_of_range_is_not_read() {
        assert_eq!(bool::from_cell(Cell::Integer(2)), None);
        assert_eq!(u32::from_cell(Cell::Integer(-1)), None);
        assert_eq!(u8::from_cell(Cell::Integer(256)), None);
        assert_eq!(i64::from_cell(Cell::Null), None);
        assert_eq!(<[u8; 4]>::from_cell(Cell::Bytes(b"abc")), None);
        assert_eq!(Id::from_cell(Cell::Bytes(b"short")), None);
        assert_eq!(NotebookNumber::from_cell(Cell::Integer(10_000_000_000)), None);
        assert_eq!(Option::<i64>::from_cell(Cell::Text("1")), None);
    }

    #[test]
    fn the_absence_of_a_typed_value_keeps_its_kind() {
        assert_eq!(Value::from(None::<Id>), Value::NullOf(Kind::Bytes));
        assert_eq!(Value::from(Some(true)), Value::Integer(1));
    }

    #[test]
    fn a_parameter_in_a_log_line_shows_no_content() {
        assert_eq!(format!("{:?}", Value::from("相模 花子")), "Text(13 bytes)");
        assert_eq!(format!("{:?}", Value::from(120_i64)), "Integer");
    }
}
