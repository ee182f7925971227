//! What handlers answer with.

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderName, LOCATION, SET_COOKIE};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::error::{Doing, Result};

/// An answer.
pub type Reply = Response;

/// A page.
pub fn show(template: &impl Template) -> Result<Reply> {
    show_with(StatusCode::OK, template)
}

/// A page with another status than 200.
pub fn show_with(status: StatusCode, template: &impl Template) -> Result<Reply> {
    let html = template.render().doing("rendering a page")?;
    Ok((status, [(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response())
}

/// Sends the browser to another address with a GET. The path is ours, beginning with one slash.
pub fn see_other(path: &str) -> Reply {
    (StatusCode::SEE_OTHER, [(LOCATION, path)]).into_response()
}

/// The same answer with cookies; each is a value of [`super::cookies`].
#[must_use]
pub fn with_cookies(mut reply: Reply, cookies: &[String]) -> Reply {
    for cookie in cookies {
        if let Ok(value) = cookie.parse() {
            reply.headers_mut().append(SET_COOKIE, value);
        }
    }
    reply
}

/// A JSON answer.
pub fn json(status: StatusCode, value: &impl Serialize) -> Result<Reply> {
    let body = serde_json::to_vec(value).doing("writing an answer as JSON")?;
    Ok((status, [(CONTENT_TYPE, "application/json")], body).into_response())
}

/// A file of bytes with its media type.
pub fn bytes(media_type: &'static str, bytes: Vec<u8>) -> Reply {
    ([(CONTENT_TYPE, media_type)], bytes).into_response()
}

/// A file to be kept, with an ASCII name.
pub fn download(media_type: &'static str, name: &str, bytes: Vec<u8>) -> Reply {
    let disposition = format!("inline; filename=\"{name}\"");
    let headers = [
        (CONTENT_TYPE, media_type.to_owned()),
        (HeaderName::from_static("content-disposition"), disposition),
    ];
    (headers, bytes).into_response()
}

/// A file of bytes that nobody has looked into, to be kept by the browser and never shown, with an ASCII name.
pub fn attachment(name: &str, bytes: Vec<u8>) -> Reply {
    let headers = [
        (CONTENT_TYPE, "application/octet-stream".to_owned()),
        (HeaderName::from_static("content-disposition"), format!("attachment; filename=\"{name}\"")),
    ];
    (headers, bytes).into_response()
}

/// A path of ours to go on to, as a form or address gave it; `/` for anything else, so that nobody
/// can be sent to another site.
pub fn own_path(asked: &str) -> &str {
    // Browsers take tabs and line breaks out of an address, and read a backslash as a slash (WHATWG URL).
    let is_plain = asked.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let is_inside = asked.starts_with('/') && !asked.starts_with("//") && is_plain;
    if is_inside { asked } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        assert_eq!(own_path("/n/1234"), "/n/1234");
        for elsewhere in [
            "https://elsewhere.example",
            "//elsewhere.example",
            "/\\elsewhere.example",
            "",
            "/a\nb",
            "/\t/elsewhere.example",
            "/\0",
        ] {
            assert_eq!(own_path(elsewhere), "/");
        }
    }
}
