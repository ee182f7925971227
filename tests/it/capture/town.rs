//! A small town with a press: two notebooks, a care manager with grants on both, a newcomer with none.

use std::sync::{Arc, LazyLock};

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use axum::{Extension, Router};
use kakehashi::access::audience::{Reader, Side};
use kakehashi::access::guard::{SignedIn, Window, open, secret_hash};
use kakehashi::access::permission::{Grant, Level};
use kakehashi::access::principal::{Office, OfficeDetails, OfficeKind, Principal, Profession, Role, Staff};
use kakehashi::access::sql::grant::{self, Holder, NewGrant};
use kakehashi::access::sql::{people, session};
use kakehashi::audit::{self, Act};
use kakehashi::capture::inbox::{self, Inbox, Sent};
use kakehashi::capture::worker::Workers;
use kakehashi::capture::{self, Photo, Upload, UploadKey};
use kakehashi::clock::{Clock, DAY, Instant};
use kakehashi::crypto::house::wrap_fresh;
use kakehashi::crypto::secret::OneTimeSeed;
use kakehashi::crypto::{House, Key};
use kakehashi::demo::photograph::{Conditions, Curl, Laid, Print, Severity, photograph};
use kakehashi::error::Result;
use kakehashi::id::{Actor, ActorKind, Id, NotebookNumber, Position};
use kakehashi::notebook::{self, Profile};
use kakehashi::print::press::{DotsPerInch, Press, render};
use kakehashi::print::web::{Printer, first_booklet, print};
use kakehashi::routes;
use kakehashi::sheet::design::{Millimetres, Place as SheetPlace};
use kakehashi::store::blobs::Blobs;
use kakehashi::store::tx::Tx;
use kakehashi::store::{Place, Scope, Store, keys};
use kakehashi::text::Texts;
use kakehashi::web::{App, Site};
use serde_json::Value;
use tower::ServiceExt;

use crate::support::app::one_reader;
use crate::support::store::{NOW, TestFolder, fresh_id};

/// A5 (ISO 216).
const A5: (Millimetres, Millimetres) = (Millimetres(148.0), Millimetres(210.0));
/// Cover and guide come before the first sheet.
const FIRST_SHEET: usize = 2;

pub struct Town {
    pub app: App,
    pub inbox: Inbox,
    /// Has grants on both notebooks.
    pub manager: Actor,
    /// Has none.
    pub newcomer: Actor,
    pub plum: NotebookNumber,
    pub pine: NotebookNumber,
    pub workers: Workers,
    // Goes last: the database of keys is in it.
    _folder: TestFolder,
}

impl Town {
    pub async fn found(records: Store) -> Self {
        let folder = TestFolder::new();
        let keys = keys::open(&Place::Sqlite(folder.path().join("keys.db")), NOW).unwrap();
        let master = Key::draw().unwrap();
        let (house_key, code_key) =
            (wrap_fresh(&master, "house_key", 0).unwrap(), wrap_fresh(&master, "code_key", 0).unwrap());
        let app = App {
            records,
            keys,
            blobs: Arc::new(Blobs::in_memory()),
            house: Arc::new(House::open(&master, &house_key, &[(0, code_key)]).unwrap()),
            clock: Clock::fixed(NOW),
            texts: Arc::new(Texts::load().unwrap()),
            site: Arc::new(Site {
                base_url: "http://localhost:8080".into(),
                host: "localhost:8080".into(),
                former_hosts: vec![],
                city: "かけはし市".into(),
                telephone: "000-000-0000".into(),
                demo: true,
            }),
            hashing: Arc::new(tokio::sync::Semaphore::new(1)),
            searching: Arc::new(tokio::sync::Semaphore::new(1)),
        };
        let city = fresh_id();
        app.records.write(Scope::House, move |tx| people::add_city(tx, city, "市", "0", NOW)).await.unwrap();
        let office = add_office(&app, city).await;
        let manager = add_staff(&app, &office, "manager").await;
        let newcomer = add_staff(&app, &office, "newcomer").await;
        let plum = issue(&app, &office, manager, ("高橋 梅子", "ume")).await;
        let pine = issue(&app, &office, manager, ("高橋 松男", "matsu")).await;
        let (inbox, workers) = (Inbox::default(), Workers::start(one_reader()).await.unwrap());
        Self { app, inbox, manager, newcomer, plum, pine, workers, _folder: folder }
    }

    /// Somebody sends a photo, and everything queued is read.
    pub async fn receives(&self, uploader: Actor, bytes: Vec<u8>) -> Upload {
        let id = fresh_id();
        self.takes(uploader, id, bytes).await.unwrap();
        self.reads().await;
        self.upload(uploader, id).await
    }

    /// Somebody sends a photo.
    pub async fn takes(&self, uploader: Actor, id: Id, bytes: Vec<u8>) -> Result<()> {
        let sent = Sent { id, bytes, photographed_at: NOW, visit: None };
        inbox::receive(&self.app, &self.inbox, uploader, sent).await
    }

    /// Everything queued is read.
    pub async fn reads(&self) {
        while inbox::work_once(&self.app, &self.inbox, &self.workers).await.unwrap() {}
    }

    pub async fn upload(&self, uploader: Actor, id: Id) -> Upload {
        inbox::find(&self.app, UploadKey::new(uploader, id)).await.unwrap().unwrap()
    }

    /// The photos in a notebook, as its care manager sees them.
    pub async fn photos(&self, notebook: NotebookNumber) -> Vec<Photo> {
        let side = Side::Supporter { profession: Profession::CareManager, coordinates: false };
        self.photos_for(notebook, Reader { actor: self.manager, side }).await
    }

    /// The photos in a notebook, as a relative sees them.
    pub async fn photos_for_family(&self, notebook: NotebookNumber) -> Vec<Photo> {
        let actor = Actor { kind: ActorKind::Relative, id: fresh_id(), office: None };
        self.photos_for(notebook, Reader { actor, side: Side::Relative }).await
    }

    async fn photos_for(&self, notebook: NotebookNumber, reader: Reader) -> Vec<Photo> {
        let opened = open(&self.app, notebook).await.unwrap();
        let window = Window { reader, since: None };
        let work = move |tx: &mut Tx<'_>| {
            capture::sql::list(tx, &opened, &window, Position::before(NOW.plus(DAY)), 50)
        };
        self.app.records.read(work).await.unwrap()
    }

    /// How often a photo was filed into a notebook, by its diary.
    pub async fn diary_count(&self, notebook: NotebookNumber, act: Act) -> usize {
        let all = self.app.records.read(move |tx| audit::sql::all(tx, notebook)).await.unwrap();
        all.iter().filter(|(record, _)| record.act == act).count()
    }

    /// Somebody of the staff, signed in.
    pub async fn signed_in(&self, actor: Actor) -> SignedIn {
        let house = self.app.house.clone();
        let find = move |tx: &mut Tx<'_>| people::find_staff(tx, &house, actor.id);
        let staff = self.app.records.read(find).await.unwrap().unwrap();
        SignedIn { principal: Principal::Staff(staff), session: None }
    }

    /// The booklet of a notebook, as its PDF.
    pub async fn booklet(&self, printer: &Printer, notebook: NotebookNumber) -> Vec<u8> {
        print(&self.app, printer, notebook, first_booklet(), self.manager).await.unwrap()
    }

    /// An API token of somebody.
    pub async fn token(&self, staff: Actor, secret: &'static str) {
        let (id, hash) = (fresh_id(), secret_hash(secret));
        let work = move |tx: &mut Tx<'_>| session::add_token(tx, id, staff.id, hash, NOW, NOW.plus(DAY));
        self.app.records.write(Scope::House, work).await.unwrap();
    }

    /// An answer of the server: status and JSON.
    pub async fn answers(&self, request: Request<Body>) -> (StatusCode, Value) {
        let router: Router = routes::router(self.app.clone()).layer(Extension(self.inbox.clone()));
        let response = router.oneshot(request).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    /// Reads photos for as long as the test goes on.
    pub fn keeps_reading(&self) {
        tokio::spawn(inbox::run_jobs(self.app.clone(), self.inbox.clone(), self.workers.clone()));
    }
}

async fn add_office(app: &App, city: Id) -> Office {
    let details =
        OfficeDetails { name: "窓口".into(), telephone: "000-000-0000".into(), hours: String::new() };
    let kind = OfficeKind::CommunitySupportCenter;
    let office = Office { id: fresh_id(), city, kind, is_verified: true, details };
    let (house, kept) = (app.house.clone(), office.clone());
    app.records.write(Scope::House, move |tx| people::add_office(tx, &house, &kept, NOW)).await.unwrap();
    office
}

async fn add_staff(app: &App, office: &Office, name: &'static str) -> Actor {
    let (id, seed) = (fresh_id(), OneTimeSeed::draw().unwrap());
    let (profession, role) = (Profession::CareManager, Role::Member);
    let staff = Staff { id, city: office.city, profession, role, name: name.into(), office: office.clone() };
    let house = app.house.clone();
    let work = move |tx: &mut Tx<'_>| {
        let new = people::NewStaff { staff: &staff, email: name, password_hash: "-", seed: &seed };
        people::add_staff(tx, &house, &new)
    };
    app.records.write(Scope::House, work).await.unwrap();
    Actor { kind: ActorKind::Staff, id, office: Some(office.id) }
}

/// A notebook of somebody, with the manager in its team.
async fn issue(
    app: &App,
    office: &Office,
    manager: Actor,
    (name, symbol): (&'static str, &'static str),
) -> NotebookNumber {
    let number = NotebookNumber::draw().unwrap();
    let wrapped = app.house.wrap_notebook(number, &Key::draw().unwrap()).unwrap();
    app.keys.write(Scope::House, move |tx| keys::add_notebook(tx, number, &wrapped, NOW)).await.unwrap();
    let opened = open(app, number).await.unwrap();
    let profile =
        Profile { name: name.into(), kana: "たかはし".into(), birth: NOW.plus(-30_000 * DAY).day() };
    let (city, desk, salt) = (office.city, office.id, Key::draw().unwrap().mac(&[]));
    let grant = Grant { level: Level::Team, from: Instant(0), until: None };
    let new = NewGrant { id: fresh_id(), holder: Holder::of(manager), grant, given_by: desk, reason: None };
    let work = move |tx: &mut Tx<'_>| {
        let salt: [u8; 16] = std::array::from_fn(|index| salt[index]);
        let colour = "beni";
        let minted = notebook::sql::Minted {
            number,
            city,
            batch: None,
            purpose: notebook::sql::Purpose::Notebook,
            salt,
            symbol,
            colour,
            desk,
            fallback_desk: desk,
        };
        assert!(notebook::sql::mint(tx, &minted, NOW)?);
        notebook::sql::issue(tx, &opened, &profile, [0; 32], desk, NOW)?;
        grant::add(tx, number, &new)
    };
    app.records.write(Scope::Notebook(number), work).await.unwrap();
    number
}

/// The press.
pub fn printer() -> Printer {
    static PRINTER: LazyLock<Printer> = LazyLock::new(|| Printer::new(Press::new(None).unwrap()));
    PRINTER.clone()
}

/// One sheet of a booklet as it lies on the table; sheets count from 1.
pub fn sheet(pdf: &[u8], number: usize) -> Print {
    Print::new(render(pdf, FIRST_SHEET + number - 1, DotsPerInch(200.0)).unwrap(), A5.0, A5.1)
}

/// A PDF of one sheet, as it lies on the table.
pub fn only_sheet(pdf: &[u8]) -> Print {
    Print::new(render(pdf, 0, DotsPerInch(200.0)).unwrap(), A5.0, A5.1)
}

fn conditions(seed: u64) -> Conditions {
    let mut conditions = Conditions::drawn(seed, Severity::Gentle);
    (conditions.width, conditions.height) = (2268, 3024);
    conditions
}

/// A photo of one sheet.
pub fn photo_of(print: &Print, seed: u64) -> Vec<u8> {
    changed_photo_of(print, seed, |_| ())
}

/// A photo of a sheet alone that was taken a little differently.
pub fn changed_photo_of(print: &Print, seed: u64, change: impl Fn(&mut Conditions)) -> Vec<u8> {
    let mut conditions = conditions(seed);
    change(&mut conditions);
    photograph(&[Laid::alone(print, &conditions)], &conditions).jpeg
}

/// A photo of two sheets side by side, with the phone turned.
pub fn photo_of_two(one: &Print, other: &Print, seed: u64) -> Vec<u8> {
    let mut conditions = Conditions { roll_degrees: 2.0, page_share: 0.8, ..conditions(seed) }.turned(1);
    conditions.page_share = 0.8;
    let laid = |print, x: f64, turn_degrees: f64| {
        let middle = SheetPlace { x: Millimetres(x), y: Millimetres(0.0) };
        Laid { print, middle, turn_degrees, curl: Curl::FLAT, framed: true }
    };
    photograph(&[laid(one, -80.0, 2.0), laid(other, 80.0, -3.0)], &conditions).jpeg
}

/// Paints over a part of a sheet: left, top, width, height in millimetres.
pub fn cover(print: &mut Print, [left, top, width, height]: [f64; 4]) {
    let scale = print.pixels_wide as f64 / print.width.0;
    let pixels = |length: f64| (length * scale).round() as usize;
    for y in pixels(top)..pixels(top + height).min(print.pixels_high) {
        for x in pixels(left)..pixels(left + width).min(print.pixels_wide) {
            print.samples[3 * (y * print.pixels_wide + x)..][..3].copy_from_slice(&[205, 160, 140]);
        }
    }
}
