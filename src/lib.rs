//! Kakehashi joins a paper contact booklet to a digital record: a code on every booklet, page and card
//! case leads each reader to what their role allows, and photographed pages file themselves.
//!
//! # Layout, in import order
//! - ground: [`error`], [`id`], [`clock`], [`crypto`] (keys and sealing), [`text`] (languages)
//! - [`store`]: closures in, answers out, on SQLite or PostgreSQL; [`web`]: what handlers stand on
//! - features: [`audit`] (the diary), [`access`] (who may what), [`notebook`], [`sheet`] (designs and codes),
//!   [`entry`], [`mod@print`], [`capture`] (photos)
//! - views and flows: [`timeline`], [`scan`], [`desk`], [`demo`]
//! - [`routes`]: every route on one screen; [`serve`]: the accept loop; [`sweep`]: what goes, hour by hour; [`cli`]: the command line

pub mod access;
pub mod audit;
pub mod capture;
pub mod cli;
pub mod clock;
pub mod crypto;
pub mod demo;
pub mod desk;
pub mod entry;
pub mod error;
pub mod id;
pub mod notebook;
pub mod print;
pub mod routes;
#[cfg(test)]
mod samples;
pub mod scan;
pub mod serve;
pub mod sheet;
pub mod store;
pub mod sweep;
pub mod text;
pub mod timeline;
pub mod web;
