//! Cookies: their names and attributes. On https they bear the prefix `__Host-`, so that no other
//! host and no plain-http page can set them (RFC 6265bis, 4.1.3.2); plain http is for loopback alone.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use cookie::time::Duration;
use cookie::{Cookie, SameSite};

use super::Site;

/// The signed-in session's secret.
pub const SESSION: &str = "session";
/// A registered browser's secret.
pub const DEVICE: &str = "device";
/// Random bytes that forms are bound to.
pub const BROWSER: &str = "browser";
/// Language and letter size.
pub const DISPLAY: &str = "display";
/// Who last signed in on this browser, sealed.
pub const KNOWN: &str = "known";
/// Which notebook was scanned last, sealed.
pub const VISIT: &str = "visit";

fn name(site: &Site, name: &str) -> String {
    if site.is_secure() { format!("__Host-{name}") } else { name.to_owned() }
}

/// The value of one of our cookies.
pub fn read(headers: &HeaderMap, site: &Site, which: &str) -> Option<String> {
    let wanted = name(site, which);
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(Cookie::split_parse)
        .flatten()
        .find(|cookie| cookie.name() == wanted)
        .map(|cookie| cookie.value().to_owned())
}

/// A `Set-Cookie` value. `seconds` is how long the browser keeps it; `None` until it is closed.
pub fn set(site: &Site, which: &str, value: &str, seconds: Option<i64>) -> String {
    let mut cookie = Cookie::build((name(site, which), value.to_owned()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(site.is_secure());
    if let Some(seconds) = seconds {
        cookie = cookie.max_age(Duration::seconds(seconds));
    }
    cookie.build().to_string()
}

/// A `Set-Cookie` value that takes a cookie away.
pub fn remove(site: &Site, which: &str) -> String {
    set(site, which, "", Some(0))
}

/// Sealed bytes as a cookie's value.
pub fn hex(bytes: &[u8]) -> String {
    crate::crypto::master::hexadecimal(bytes)
}

/// Sealed bytes from a cookie's value.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}
