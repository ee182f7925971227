//! Who may do and read what: the table of routes against everybody, and audiences on every output.

mod matrix;
pub mod outputs;
pub mod people;
mod redacted;
mod sign_in;
