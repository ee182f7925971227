//! How an [`Error`] becomes an answer. A handler returns the error; [`explain`] turns it into a page in
//! the reader's language, or JSON for the API. Our own faults show an incident number, and the log has
//! the cause under the same number.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::form::LONGEST;
use super::page::Page;
use super::view::{ErrorPage, NotFoundPage, SendAgainPage, Telephone};
use super::{App, reply};
use crate::clock::dice;
use crate::crypto::master::hexadecimal;
use crate::error::{Error, FieldAdvice};

/// An error on its way from a handler to [`explain`].
#[derive(Clone)]
struct Raised(Arc<Error>);

fn status(error: &Error) -> StatusCode {
    match error {
        Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Error::NotFound => StatusCode::NOT_FOUND,
        Error::SignInNeeded => StatusCode::UNAUTHORIZED,
        Error::Forbidden => StatusCode::FORBIDDEN,
        Error::Conflict => StatusCode::CONFLICT,
        Error::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        Error::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = status(&self).into_response();
        response.extensions_mut().insert(Raised(Arc::new(self)));
        response
    }
}

/// The header by which a page's own script says that it asks, and its value. No other site can send it
/// without being allowed to first (Fetch, 3.3.5).
pub const ASKED_BY: (&str, &str) = ("x-requested-with", "script");

/// True for what a page's own script asks for.
pub fn is_of_script(headers: &HeaderMap) -> bool {
    headers.get(ASKED_BY.0).is_some_and(|value| value == ASKED_BY.1)
}

/// Explains errors to readers. Who must sign in is sent there, and comes back afterwards.
pub async fn explain(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let page = Page::from_request_parts(&mut parts, &app).await;
    let path = parts.uri.path().to_owned();
    let asked = parts.uri.path_and_query().map_or("/", |asked| asked.as_str());
    let back = if parts.method == "GET" { asked.to_owned() } else { "/".to_owned() };
    let is_of_script = is_of_script(&parts.headers);
    let is_form = parts.method == "POST" && is_plain_form(&parts);
    let (body, typed) = if is_form { keep_typed(body).await } else { (body, None) };
    let response = next.run(Request::from_parts(parts, body)).await;
    let Some(error) = raised(&response) else { return response };
    if path.starts_with("/api/") {
        return as_json(&error, page.ok().as_ref());
    }
    match (&*error, page) {
        (error, Ok(page)) if is_of_script => as_sentence(error, &page),
        (Error::SignInNeeded, Ok(page)) if typed.is_some() && path.starts_with("/n/") => {
            send_again(page, path, typed.unwrap_or_default())
        }
        (Error::SignInNeeded, _) => {
            let next = serde_urlencoded::to_string([("next", back)]).unwrap_or_default();
            reply::see_other(&format!("/sign-in?{next}"))
        }
        (error, Ok(page)) => as_page(&app, error, page),
        (_, Err(_)) => status(&error).into_response(),
    }
}

fn is_plain_form(parts: &Parts) -> bool {
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

/// What somebody has typed, beside the body that the handler reads: were their session over, it must not be
/// lost. The form's own hidden value is left out.
async fn keep_typed(body: Body) -> (Body, Option<Vec<(String, String)>>) {
    let Ok(bytes) = to_bytes(body, LONGEST).await else { return (Body::empty(), None) };
    let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(&bytes).unwrap_or_default();
    let typed = fields.into_iter().filter(|(name, _)| name != "csrf").collect();
    (Body::from(bytes), Some(typed))
}

/// The page that keeps what was typed while its writer signs in again in another window.
fn send_again(page: Page, path: String, typed: Vec<(String, String)>) -> Response {
    let shown = reply::show_with(StatusCode::UNAUTHORIZED, &SendAgainPage { page, path, typed });
    shown.unwrap_or_else(|_| StatusCode::UNAUTHORIZED.into_response())
}

/// The error in an answer. What the router itself refuses (an address or a form that cannot be read) comes
/// as plain text, and is explained as our own refusals are.
fn raised(response: &Response) -> Option<Arc<Error>> {
    if let Some(Raised(error)) = response.extensions().get::<Raised>() {
        return Some(error.clone());
    }
    let kind = response.headers().get(CONTENT_TYPE).map(|kind| kind.as_bytes());
    let is_plain = kind.is_none_or(|kind| kind.starts_with(b"text/plain"));
    match response.status() {
        _ if !is_plain => None,
        StatusCode::BAD_REQUEST | StatusCode::METHOD_NOT_ALLOWED => Some(Arc::new(Error::NotFound)),
        status if status.is_client_error() => Some(Arc::new(Error::advice("", "web-form-damaged"))),
        status if status.is_server_error() => Some(Arc::new(Error::broken("answering a request"))),
        _ => None,
    }
}

/// A number to say on the telephone, such as `8K3F-2Q7A`: it stands in the log beside the cause.
fn incident(error: &Error) -> Option<String> {
    let Error::Fault(fault) = error else { return None };
    let digits = hexadecimal(&dice::<4>().unwrap_or_default()).to_uppercase();
    let number = format!("{}-{}", &digits[..4], &digits[4..]);
    tracing::error!(incident = %number, cause = %fault, "fault");
    Some(number)
}

fn as_page(app: &App, error: &Error, page: Page) -> Response {
    let desk = Telephone::of_site(&app.site);
    if let Error::NotFound = error {
        let shown = reply::show_with(StatusCode::NOT_FOUND, &NotFoundPage { page, desk });
        return shown.unwrap_or_else(|_| StatusCode::NOT_FOUND.into_response());
    }
    let incident = incident(error);
    let (heading, sentence) = words(error, &page);
    let status = status(error);
    let shown = reply::show_with(status, &ErrorPage { page, heading, sentence, incident, desk });
    with_wait(error, shown.unwrap_or_else(|_| status.into_response()))
}

/// What a script shows on its page: the sentence alone, with the number of the incident if there is one.
fn as_sentence(error: &Error, page: &Page) -> Response {
    let (_, sentence) = words(error, page);
    let told = incident(error).map_or(sentence.clone(), |number| format!("{sentence} ({number})"));
    with_wait(error, (status(error), [(CONTENT_TYPE, "text/plain; charset=utf-8")], told).into_response())
}

/// Heading and sentence of an error.
fn words(error: &Error, page: &Page) -> (String, String) {
    match error {
        Error::NotFound => (page.text.plain("web-not-found"), page.text.plain("web-not-found-sentence")),
        Error::Invalid(advice) => {
            let message = advice.0.first().map_or("web-form-damaged", |first| first.message);
            (page.text.plain("web-invalid"), page.text.plain(message))
        }
        Error::Conflict => (page.text.plain("web-conflict"), page.text.plain("web-conflict-sentence")),
        Error::TooMany(wait) => {
            (page.text.plain("web-too-many"), page.text.plain1("web-too-many-sentence", "seconds", wait))
        }
        Error::Forbidden | Error::SignInNeeded => {
            (page.text.plain("web-forbidden"), page.text.plain("web-forbidden-sentence"))
        }
        Error::Fault(_) => (page.text.plain("web-fault"), page.text.plain("web-fault-sentence")),
    }
}

/// With the seconds that whoever asked too often should wait.
fn with_wait(error: &Error, mut response: Response) -> Response {
    if let Error::TooMany(wait) = error {
        response.headers_mut().insert(RETRY_AFTER, (*wait).into());
    }
    response
}

fn as_json(error: &Error, page: Option<&Page>) -> Response {
    let body = match error {
        Error::Invalid(advice) => {
            let sentence = |key: &str| page.map(|page| page.text.plain(key));
            let told = |one: &FieldAdvice| json!({"field": one.field, "advice": one.message, "sentence": sentence(one.message)});
            let all: Vec<_> = advice.0.iter().map(told).collect();
            json!({"error": "invalid", "advice": all})
        }
        Error::NotFound => json!({"error": "not_found"}),
        Error::SignInNeeded => json!({"error": "token_needed"}),
        Error::Forbidden => json!({"error": "forbidden"}),
        Error::Conflict => json!({"error": "conflict"}),
        Error::TooMany(wait) => json!({"error": "too_many", "retry_after": wait}),
        Error::Fault(_) => json!({"error": "fault", "incident": incident(error)}),
    };
    let status = status(error);
    reply::json(status, &body).unwrap_or_else(|_| status.into_response())
}
