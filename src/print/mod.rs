//! Print turns records and codes into paper. `press` is the pure engine that typesets, proves and
//! renders; it knows no store and no web.

pub mod press;
