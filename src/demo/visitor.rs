//! A visitor to a server that runs on this machine: asks for pages over HTTP as a browser does, keeps
//! cookies, and sends forms with the hidden value of our pages. It follows no redirect by itself.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::clock::{Clock, SECOND};
use crate::crypto::master::hexadecimal;
use crate::crypto::secret::OneTimeSeed;
use crate::error::{Doing, Error, Result};

/// How long a one-time password is valid, in milliseconds (RFC 6238's default).
const HALF_MINUTE: i64 = 30 * SECOND;

/// One visitor. Their cookies and the forms' hidden value go with them.
#[derive(Clone)]
pub struct Visitor {
    server: SocketAddr,
    host: String,
    /// An API token; programs send it instead of cookies.
    token: Option<String>,
    cookies: BTreeMap<String, String>,
    csrf: String,
}

/// What a visitor was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    /// The path that a redirect leads to.
    pub location: Option<String>,
    pub body: Vec<u8>,
}

impl Answer {
    /// The page as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Itself when it is a redirect or a page; an error with the name of the step otherwise.
    pub fn succeeded(self, step: &'static str) -> Result<Self> {
        if self.status.is_success() || self.status.is_redirection() {
            return Ok(self);
        }
        Err(Error::fault(step, format!("the server answered {}", self.status)))
    }
}

impl Visitor {
    /// A visitor with an empty browser. `host` is what is typed into the address bar, with the port.
    pub fn new(server: SocketAddr, host: &str) -> Self {
        Self { server, host: host.to_owned(), token: None, cookies: BTreeMap::new(), csrf: String::new() }
    }

    /// A program with an API token.
    pub fn with_token(server: SocketAddr, host: &str, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..Self::new(server, host) }
    }

    /// Signs in with both factors. A one-time password is good for one sign-in: when the one of this half
    /// minute was used already, the next one is taken.
    pub async fn sign_in(&mut self, email: &str, password: &str, totp_secret: &str) -> Result<()> {
        self.get("/sign-in").await?.succeeded("opening the sign-in page")?;
        self.post("/sign-in", &[("email", email), ("password", password)]).await?.succeeded("signing in")?;
        let seed = OneTimeSeed::from_base32(totp_secret)?;
        for ahead in [0, HALF_MINUTE] {
            let code = seed.code(Clock::Machine.now().plus(ahead))?;
            if self.post("/sign-in/code", &[("code", &code)]).await?.status.is_redirection() {
                return Ok(());
            }
        }
        Err(Error::broken("signing in with a one-time password"))
    }

    /// The cookies, as a request carries them.
    pub fn cookies(&self) -> String {
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    /// Asks for a page.
    pub async fn get(&mut self, path: &str) -> Result<Answer> {
        self.ask(Method::GET, path, None, Vec::new()).await
    }

    /// Sends a form.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answer> {
        let csrf = self.csrf.clone();
        let all: Vec<_> = [("csrf", csrf.as_str())].iter().chain(fields).copied().collect();
        let body = serde_urlencoded::to_string(all).doing("writing a form")?;
        self.ask(Method::POST, path, Some("application/x-www-form-urlencoded"), body.into_bytes()).await
    }

    /// Sends a form with one file, whose field has this name.
    pub async fn upload(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        (field, file): (&str, &[u8]),
    ) -> Result<Answer> {
        let csrf = self.csrf.clone();
        let edge = format!("edge-{}", hexadecimal(&crate::clock::dice::<16>()?));
        let mut body = Vec::new();
        for (name, value) in [("csrf", csrf.as_str())].iter().chain(fields) {
            let head = format!("--{edge}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend([head.as_bytes(), value.as_bytes(), b"\r\n"].concat());
        }
        let head = format!(
            "--{edge}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"picture.jpg\"\r\n\
             Content-Type: image/jpeg\r\n\r\n"
        );
        body.extend([head.as_bytes(), file, format!("\r\n--{edge}--\r\n").as_bytes()].concat());
        self.ask(Method::POST, path, Some(&format!("multipart/form-data; boundary={edge}")), body).await
    }

    async fn ask(&mut self, method: Method, path: &str, kind: Option<&str>, body: Vec<u8>) -> Result<Answer> {
        let mut request = Request::builder().method(method).uri(path).header(HOST, &self.host);
        if let Some(kind) = kind {
            request = request.header(CONTENT_TYPE, kind);
        }
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        if !self.cookies.is_empty() {
            request = request.header(COOKIE, self.cookies());
        }
        let request = request.body(Body::from(body)).doing("writing a request")?;
        let stream = TcpStream::connect(self.server).await.doing("connecting to the server")?;
        let (mut sender, connection) =
            handshake(TokioIo::new(stream)).await.doing("connecting to the server")?;
        let talking = tokio::spawn(connection);
        let response = sender.send_request(request).await.doing("asking the server")?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.doing("reading an answer")?.to_bytes().to_vec();
        talking.abort();
        self.keep_cookies(&parts.headers);
        let location = parts.headers.get(LOCATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let answer = Answer { status: parts.status, location, body };
        self.keep_hidden_value(&answer);
        Ok(answer)
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for header in headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let pair = header.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert(name.trim().to_owned(), value.trim().to_owned());
            }
        }
    }

    fn keep_hidden_value(&mut self, answer: &Answer) {
        let page = answer.text();
        let Some((_, rest)) = page.split_once("name=\"csrf\" value=\"") else { return };
        self.csrf = rest.split('"').next().unwrap_or_default().to_owned();
    }
}
