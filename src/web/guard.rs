//! What every answer carries: strict headers, and the browser value that forms are bound to.

use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, HeaderName, HeaderValue, SET_COOKIE};
use axum::middleware::Next;
use axum::response::Response;

use super::pace::paced;
use super::page::Browser;
use super::{App, cookies};
use crate::clock::dice;
use crate::crypto::master::hexadecimal;

/// Only our own style sheets, scripts and pictures; nothing inline, no frames, forms to ourselves.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' blob: data:; \
     connect-src 'self'; font-src 'self'; form-action 'self'; manifest-src 'self'; worker-src 'self'; \
     base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(&str, &str); 6] = [
    ("content-security-policy", CONTENT_POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("permissions-policy", "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// Gives the request its browser value and the answer its headers.
pub async fn protect(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let known =
        cookies::read(request.headers(), &app.site, cookies::BROWSER).filter(|value| value.len() == 32);
    let fresh = if known.is_none() { dice::<16>().ok().map(|bytes| hexadecimal(&bytes)) } else { None };
    if let Some(value) = known.or_else(|| fresh.clone()) {
        request.extensions_mut().insert(Browser(value));
    }
    let is_asset = request.uri().path().starts_with("/assets/");
    let mut response = next.run(paced(request)).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if app.site.is_secure() {
        headers.insert("strict-transport-security", HeaderValue::from_static("max-age=63072000"));
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let (Some(value), false) = (fresh, is_asset)
        && let Ok(cookie) = cookies::set(&app.site, cookies::BROWSER, &value, None).parse()
    {
        headers.append(SET_COOKIE, cookie);
    }
    response
}
