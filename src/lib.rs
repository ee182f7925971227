//! Kakehashi joins a paper contact booklet to a digital record.

pub mod access;
pub mod audit;
pub mod capture;
pub mod cli;
pub mod clock;
pub mod crypto;
pub mod demo;
pub mod entry;
pub mod error;
pub mod id;
pub mod notebook;
pub mod print;
pub mod routes;
pub mod scan;
pub mod sheet;
pub mod serve;
pub mod store;
pub mod text;
pub mod timeline;
pub mod web;
