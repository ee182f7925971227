//! What every handler of every feature stands on: the [`App`], forms, replies, cookies, pages and the
//! error page. It knows no feature.
//!
//! # Layout
//! - [`page`]: what goes with every page; [`view`]: plain values that many pages show
//! - [`form`] and [`upload`]: forms that only our own pages can send; [`reply`]: what handlers answer with
//! - [`display`]: letter size and language; [`cookies`]: names and attributes; [`assets`]: style sheets, scripts and pictures, embedded and hashed
//! - [`errors`]: how an [`Error`] becomes a page; [`guard`]: headers of every answer;
//!   [`pace`]: slow bodies

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use tokio::sync::Semaphore;

use crate::clock::Clock;
use crate::crypto::House;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::store::blobs::Blobs;
use crate::text::Texts;

pub mod assets;
pub mod cookies;
pub mod display;
pub mod errors;
pub mod form;
pub mod guard;
pub mod pace;
pub mod page;
pub mod reply;
pub mod upload;
pub mod view;

/// The running program, as handlers see it. Clones share everything.
#[derive(Clone)]
pub struct App {
    pub records: Store,
    pub keys: Store,
    pub blobs: Arc<Blobs>,
    pub house: Arc<House>,
    pub clock: Clock,
    pub texts: Arc<Texts>,
    pub site: Arc<Site>,
    /// How many secrets may be hashed at once: each takes 19 MiB and a third of a second.
    pub hashing: Arc<Semaphore>,
    /// How many notebooks may be looked through at once: each is opened as a whole.
    pub searching: Arc<Semaphore>,
}

/// Where and for whom this server stands.
#[derive(Debug, Clone)]
pub struct Site {
    /// Where readers reach it, without a slash at the end: `https://renraku.example.jp`.
    pub base_url: String,
    /// The host as it is printed into codes, with a port if need be: at most 28 characters.
    pub host: String,
    /// Hosts printed into codes in former times.
    pub former_hosts: Vec<String>,
    /// Name of the city, as its people say it.
    pub city: String,
    /// The telephone that every page may show.
    pub telephone: String,
    /// A demonstration with invented people: prints bear 見本.
    pub demo: bool,
}

impl Site {
    /// True when readers reach it over TLS, so that cookies can be bound to it.
    pub fn is_secure(&self) -> bool {
        self.base_url.starts_with("https://")
    }
}

impl FromRequestParts<Self> for App {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, app: &Self) -> Result<Self> {
        Ok(app.clone())
    }
}

impl App {
    /// Hashes or verifies a secret on a blocking thread, a bounded number at a time.
    pub async fn hashed<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let permit = self
            .hashing
            .clone()
            .acquire_owned()
            .await
            .map_err(|_| Error::broken("waiting to hash a secret"))?;
        let done = tokio::task::spawn_blocking(move || {
            let outcome = work();
            drop(permit);
            outcome
        });
        done.await.map_err(|cause| Error::fault("hashing a secret", cause))?
    }
}
