//! A whole installation for a test: a fresh store on each engine, a clock that stands still, blobs in
//! memory, and browsers that ask it for pages without a network.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{Method, Request, StatusCode};
use kakehashi::access::guard::secret_hash;
use kakehashi::access::principal::{Office, OfficeDetails, OfficeKind, Profession, Relative, Role, Staff};
use kakehashi::access::session::{Session, Stage};
use kakehashi::access::sql::{people, session};
use kakehashi::capture::worker::{Plan, Sandbox, Workers};
use kakehashi::clock::{Clock, DAY};
use kakehashi::crypto::secret::OneTimeSeed;
use kakehashi::crypto::{House, Key, house};
use kakehashi::id::{Actor, ActorKind, Id};
use kakehashi::store::blobs::Blobs;
use kakehashi::store::schema::{KEYS, RECORDS};
use kakehashi::store::{Place, Scope, Store};
use kakehashi::text::Texts;
use kakehashi::web::errors::ASKED_BY;
use kakehashi::web::page::form_token;
use kakehashi::web::{App, Site};
use tokio::sync::Semaphore;
use tower::ServiceExt;

use super::store::{NOW, TestFolder, every_place, fresh_id};

/// Runs a test on an empty installation, once on each engine.
pub fn every_town<Test: Future<Output = ()>>(test: impl Fn(Town) -> Test) {
    every_place(|records| {
        let folder = TestFolder::new();
        let keys = Place::Sqlite(folder.path().join("keys.db"));
        let app = app(&records, &keys);
        let test = &test;
        async move {
            test(Town::found(app).await).await;
            drop(folder);
        }
    });
}

/// Runs a test on an empty installation with SQLite alone, where the engine makes no difference.
pub fn on_sqlite<Test: Future<Output = ()>>(test: impl Fn(Town) -> Test) {
    super::store::on_sqlite(|records| {
        let folder = TestFolder::new();
        let app = app(&records, &Place::Sqlite(folder.path().join("keys.db")));
        let test = &test;
        async move {
            test(Town::found(app).await).await;
            drop(folder);
        }
    });
}

fn app(records: &Place, keys: &Place) -> App {
    let master = Key::draw().unwrap();
    let wrap = |table, version| house::wrap_fresh(&master, table, version).unwrap();
    let house = House::open(&master, &wrap("house_key", 0), &[(3, wrap("code_key", 3))]).unwrap();
    App {
        records: Store::open(records, &RECORDS, NOW).unwrap(),
        keys: Store::open(keys, &KEYS, NOW).unwrap(),
        blobs: Arc::new(Blobs::in_memory()),
        house: Arc::new(house),
        clock: Clock::fixed(NOW),
        texts: Arc::new(Texts::load().unwrap()),
        site: Arc::new(site()),
        hashing: Arc::new(Semaphore::new(1)),
        searching: Arc::new(Semaphore::new(1)),
    }
}

fn site() -> Site {
    Site {
        base_url: "https://renraku.example.jp".into(),
        host: "renraku.example.jp".into(),
        former_hosts: vec![],
        city: "かけはし市".into(),
        telephone: "000-000-0000".into(),
        demo: false,
    }
}

/// An installation with one city and nobody in it.
#[derive(Clone)]
pub struct Town {
    pub app: App,
    pub city: Id,
    pub workers: Workers,
}

/// One photo reader, outside of its sandbox: what it may do is tested elsewhere.
pub fn one_reader() -> Plan {
    Plan {
        program: env!("CARGO_BIN_EXE_kakehashi").into(),
        at_once: 1,
        sandbox: Sandbox::Off,
        time_max: Duration::from_secs(60),
    }
}

impl Town {
    async fn found(app: App) -> Self {
        let city = fresh_id();
        let add = move |tx: &mut kakehashi::store::tx::Tx<'_>| {
            people::add_city(tx, city, "かけはし市", "000-000-0000", NOW)
        };
        app.records.write(Scope::House, add).await.unwrap();
        Self { app, city, workers: Workers::start(one_reader()).await.unwrap() }
    }

    /// The same town at another place of the net.
    pub fn at(&self, base_url: &str, host: &str, demo: bool) -> Self {
        let site = Site { base_url: base_url.into(), host: host.into(), demo, ..site() };
        Self { app: App { site: Arc::new(site), ..self.app.clone() }, ..self.clone() }
    }

    /// Another city on the same installation.
    pub async fn neighbour(&self) -> Self {
        Self::found(self.app.clone()).await
    }

    /// Opens an office.
    pub async fn office(&self, kind: OfficeKind, name: &str) -> Office {
        let details =
            OfficeDetails { name: name.into(), telephone: "042-000-0001".into(), hours: String::new() };
        let office = Office { id: fresh_id(), city: self.city, kind, is_verified: true, details };
        let (house, kept) = (self.app.house.clone(), office.clone());
        let add = move |tx: &mut kakehashi::store::tx::Tx<'_>| people::add_office(tx, &house, &kept, NOW);
        self.app.records.write(Scope::House, add).await.unwrap();
        office
    }

    /// Somebody of an office's staff.
    pub async fn staff(&self, office: &Office, name: &str) -> Actor {
        self.staff_of(office, name, Profession::SocialWorker).await
    }

    /// Somebody of an office's staff with this profession.
    pub async fn staff_of(&self, office: &Office, name: &str, profession: Profession) -> Actor {
        let (id, role) = (fresh_id(), Role::Member);
        let staff =
            Staff { id, city: self.city, profession, role, name: name.into(), office: office.clone() };
        let (house, seed) = (self.app.house.clone(), OneTimeSeed::draw().unwrap());
        let email = format!("{id}@example.jp");
        let add = move |tx: &mut kakehashi::store::tx::Tx<'_>| {
            let new = people::NewStaff { staff: &staff, email: &email, password_hash: "none", seed: &seed };
            people::add_staff(tx, &house, &new)
        };
        self.app.records.write(Scope::House, add).await.unwrap();
        Actor { kind: ActorKind::Staff, id, office: Some(office.id) }
    }

    /// A relative who is registered in the city.
    pub async fn relative(&self, name: &str) -> Actor {
        let (id, city, house) = (fresh_id(), self.city, self.app.house.clone());
        let [name, relationship, telephone] = [name, "長女", "042-000-0012"].map(String::from);
        let relative = Relative { name, relationship, telephone };
        let add = move |tx: &mut kakehashi::store::tx::Tx<'_>| {
            people::add_relative(tx, &house, id, city, &relative)
        };
        self.app.records.write(Scope::House, add).await.unwrap();
        Actor { kind: ActorKind::Relative, id, office: None }
    }

    /// A browser that asks this router, signed in as this actor or as nobody.
    pub async fn browser(&self, router: Router, actor: Option<Actor>) -> Browser {
        match actor {
            Some(actor) => self.browser_at(router, actor, Stage::Full).await,
            None => self.fresh_browser(router),
        }
    }

    /// A browser of somebody who is so far on the way in.
    pub async fn browser_at(&self, router: Router, actor: Actor, stage: Stage) -> Browser {
        let (secret, mut browser) = (fresh_id().to_string(), self.fresh_browser(router));
        browser.cookies = format!("__Host-session={secret}; {}", browser.cookies);
        let (id, kind, holder) = (secret_hash(&secret), actor.kind, actor.id);
        let session = Session { id, kind, holder, stage, seen_at: NOW, ends_at: NOW.plus(DAY) };
        let add = move |tx: &mut kakehashi::store::tx::Tx<'_>| session::add_session(tx, &session, None);
        self.app.records.write(Scope::House, add).await.unwrap();
        browser
    }

    /// A program that asks this router with the API token of somebody of the staff.
    pub async fn program(&self, router: Router, staff: Actor) -> Browser {
        let (token, id) = (fresh_id().to_string(), fresh_id());
        let (hash, ends) = (secret_hash(&token), NOW.plus(DAY));
        let add = move |tx: &mut kakehashi::store::tx::Tx<'_>| {
            session::add_token(tx, id, staff.id, hash, NOW, ends)
        };
        self.app.records.write(Scope::House, add).await.unwrap();
        Browser { token: Some(token), ..self.fresh_browser(router) }
    }

    fn fresh_browser(&self, router: Router) -> Browser {
        let browser = fresh_id().0.simple().to_string();
        let csrf = form_token(&self.app.house, &browser);
        Browser { router, cookies: format!("__Host-browser={browser}"), token: None, csrf, is_script: false }
    }
}

/// Somebody's browser.
pub struct Browser {
    router: Router,
    cookies: String,
    token: Option<String>,
    pub csrf: String,
    is_script: bool,
}

/// Where parts of an upload begin.
const BOUNDARY: &str = "----part-of-a-form";

impl Browser {
    pub async fn gets(&self, path: &str) -> Answer {
        self.asks(Method::GET, path, "", Body::empty()).await
    }

    /// The browser after an answer: it keeps the cookies that were set.
    pub fn keeps(mut self, answer: &Answer) -> Self {
        for cookie in &answer.set_cookies {
            let pair = cookie.split(';').next().unwrap();
            self.cookies = format!("{pair}; {}", self.cookies);
        }
        self
    }

    /// Scans a code: opens its address and goes where that leads.
    pub async fn scans(self, token: &str) -> (Self, Answer) {
        let led = self.gets(&format!("/Q/{token}")).await;
        let path = led.goes_to().to_owned();
        let browser = self.keeps(&led);
        let answer = browser.gets(&path).await;
        (browser, answer)
    }

    /// Sends a form with the hidden value of our pages.
    pub async fn posts(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let fields: Vec<_> = [("csrf", self.csrf.as_str())].iter().chain(fields).copied().collect();
        let body = serde_urlencoded::to_string(fields).unwrap();
        self.asks(Method::POST, path, "application/x-www-form-urlencoded", body.into()).await
    }

    /// Sends a form with files: fields first, then files by the name of their field.
    pub async fn uploads(&self, path: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend([head.as_bytes(), value.as_bytes(), b"\r\n"].concat());
        }
        for (name, bytes) in files {
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"picture\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n"
            );
            body.extend([head.as_bytes(), bytes, b"\r\n"].concat());
        }
        body.extend(format!("--{BOUNDARY}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.asks(Method::POST, path, &kind, body.into()).await
    }

    /// The browser of somebody who has chosen this language.
    pub fn in_language(mut self, code: &str) -> Self {
        self.cookies = format!("__Host-display={code}.; {}", self.cookies);
        self
    }

    /// The script of a page in this browser.
    pub fn scripted(self) -> Self {
        Self { is_script: true, ..self }
    }

    /// Sends a body of this kind as it is.
    pub async fn sends(&self, path: &str, kind: &str, body: Vec<u8>) -> Answer {
        self.asks(Method::POST, path, kind, body.into()).await
    }

    async fn asks(&self, method: Method, path: &str, kind: &str, body: Body) -> Answer {
        let request = Request::builder().method(method).uri(path).header(COOKIE, &self.cookies);
        let request = match &self.token {
            Some(token) => request.header(AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        };
        let request = if self.is_script { request.header(ASKED_BY.0, ASKED_BY.1) } else { request };
        let request = request.header(CONTENT_TYPE, kind).body(body).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let location = parts.headers.get(LOCATION).map(|value| value.to_str().unwrap().to_owned());
        let set = parts.headers.get_all(SET_COOKIE).iter();
        let set_cookies = set.map(|value| value.to_str().unwrap().to_owned()).collect();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, location, set_cookies, body, csrf: self.csrf.clone() }
    }
}

/// What a browser was answered.
pub struct Answer {
    pub status: StatusCode,
    pub location: Option<String>,
    pub set_cookies: Vec<String>,
    pub body: Vec<u8>,
    csrf: String,
}

impl Answer {
    #[track_caller]
    pub fn is(self, status: StatusCode) -> Self {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self
    }

    #[track_caller]
    pub fn sees(self, words: &str) -> Self {
        let page = String::from_utf8_lossy(&self.body);
        assert!(page.contains(words), "{words} is not on the page ({}): {page}", self.status);
        self
    }

    #[track_caller]
    pub fn never_sees(self, words: &str) -> Self {
        let page = String::from_utf8_lossy(&self.body);
        assert!(!page.contains(words), "{words} is on the page: {page}");
        self
    }

    /// The page as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The page without what differs from one request to the next: the form's hidden value, and this.
    pub fn without(&self, other: &str) -> String {
        String::from_utf8_lossy(&self.body).replace(&self.csrf, "").replace(other, "")
    }

    /// The path that the browser is sent to.
    #[track_caller]
    pub fn goes_to(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", String::from_utf8_lossy(&self.body));
        self.location.as_deref().unwrap()
    }
}
