//! A sheet is one printed paper page. This feature knows designs, codes and printed sheets;
//! it knows neither how a sheet is typeset (`print`) nor how it is photographed (`capture`).
//!
//! # Layout
//! - [`code`]: tokens, what a QR holds; [`marks`]: the corner marks' dictionary
//! - [`design`]: where everything lies on a sheet
//! - [`sql`]: carriers, printed sheets and designs as rows

pub mod code;
pub mod design;
pub mod marks;
pub mod sql;
