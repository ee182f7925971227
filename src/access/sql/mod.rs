//! The rows of access.
//!
//! - [`people`]: cities, offices, staff, relatives
//! - [`session`]: sessions, devices, invitations, API tokens, failed attempts
//! - [`names`]: the names behind actors
//! - [`grant`]: grants, and the state of a notebook as far as access needs it

pub mod grant;
pub mod names;
pub mod people;
pub mod session;
