//! Who may do what on which notebook: principals, grants, permissions and audiences. A reader reaches a
//! notebook's rows only through [`guard::Access`], which finds the live grant and opens the notebook.
//!
//! # Layout
//! - [`permission`]: permissions and what each grant level allows
//! - [`audience`]: who may read an item
//! - [`principal`]: who is signed in
//! - [`session`]: how long a sign-in lasts; [`attempt`]: how often one may try
//! - [`sql`]: the rows; [`guard`]: the extractors; [`web`]: sign-in; [`family`]: relatives' phones

pub mod attempt;
pub mod audience;
pub mod family;
pub mod guard;
pub mod permission;
pub mod principal;
pub mod session;
pub mod sql;
pub mod view;
pub mod web;
