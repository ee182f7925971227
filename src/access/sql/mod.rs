//! The rows of access.
//!
//! - [`people`]: cities, offices, staff, relatives
//! - [`session`]: sessions, devices, invitations, API tokens, failed attempts
//! - [`grant`]: grants, and the state of a notebook as far as access needs it

pub mod grant;
pub mod people;
pub mod session;
