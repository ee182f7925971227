//! Forms. A form that changes something is taken only from our own pages: the browser says where it
//! comes from (Origin, Sec-Fetch-Site), and the form carries a value that only its own pages show.

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::page::{Browser, form_token};
use super::{App, Site};
use crate::crypto::secret::same;
use crate::error::{Error, Result};

/// No form is longer, in bytes.
pub const LONGEST: usize = 256 * 1024;

/// The fields of a form that came from one of our own pages.
#[derive(Debug)]
pub struct SafeForm<T>(pub T);

#[derive(Deserialize)]
struct Token {
    #[serde(default)]
    csrf: String,
}

impl<T: DeserializeOwned> FromRequest<App> for SafeForm<T> {
    type Rejection = Error;

    async fn from_request(request: Request<Body>, app: &App) -> Result<Self> {
        check_origin(request.headers(), &app.site)?;
        let browser = request.extensions().get::<Browser>().cloned();
        let bytes = to_bytes(request.into_body(), LONGEST)
            .await
            .map_err(|_| Error::advice("", "web-form-too-long"))?;
        let damaged = |_| Error::advice("", "web-form-damaged");
        let token: Token = serde_urlencoded::from_bytes(&bytes).map_err(damaged)?;
        check_token(app, browser.as_ref(), &token.csrf)?;
        serde_urlencoded::from_bytes(&bytes).map(Self).map_err(damaged)
    }
}

/// Refuses what a browser says to come from another site.
pub fn check_origin(headers: &HeaderMap, site: &Site) -> Result<()> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let foreign_fetch = header("sec-fetch-site").is_some_and(|from| !matches!(from, "same-origin" | "none"));
    // Our own pages ask for no referrer, and browsers then send the origin `null` (Fetch, 3.2.5).
    let named_origin = header("origin").filter(|origin| *origin != "null");
    let foreign_origin = named_origin.is_some_and(|origin| !origin.eq_ignore_ascii_case(&site.base_url));
    if foreign_fetch || foreign_origin { Err(Error::Forbidden) } else { Ok(()) }
}

/// Refuses a form without the hidden value of this browser's pages.
pub fn check_token(app: &App, browser: Option<&Browser>, token: &str) -> Result<()> {
    let expected = browser.map(|browser| form_token(&app.house, &browser.0)).ok_or(Error::Forbidden)?;
    if same(expected.as_bytes(), token.as_bytes()) { Ok(()) } else { Err(Error::Forbidden) }
}
