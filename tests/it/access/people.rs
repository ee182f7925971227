//! A town with one notebook in every state, and somebody of every kind who may or may not open it.

use axum::Extension;
use axum::Router;
use kakehashi::access::audience::Audience;
use kakehashi::access::guard::{SignedIn, open};
use kakehashi::access::permission::{Grant, Level};
use kakehashi::access::principal::{OfficeKind, Principal, Profession};
use kakehashi::access::session::Stage;
use kakehashi::access::sql::grant::{self, Holder, NewGrant};
use kakehashi::access::sql::people;
use kakehashi::capture::inbox::{self, Inbox, Sent};
use kakehashi::capture::worker::{Plan, Sandbox, Workers};
use kakehashi::capture::{self, Ink, PhotoName, Strip, Transcript, tap};
use kakehashi::clock::{DAY, HOUR, Instant};
use kakehashi::entry::{self, Contents, Entry, Message};
use kakehashi::id::{Actor, Id, NotebookNumber};
use kakehashi::print::runs::Runs;
use kakehashi::routes;
use kakehashi::sheet::design::{Area, Millimetres};
use kakehashi::store::Scope;
use kakehashi::store::tx::Tx;

use crate::desk::{Worker, printer, registration};
use crate::support::app::{Browser, Town, on_sqlite};
use crate::support::store::{NOW, fresh_id};

/// The state of a notebook, as far as opening it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Unknown,
    Blank,
    Issued,
    PaperOnly,
    Deceased,
    Closed,
    Erased,
}

impl State {
    pub const ALL: [Self; 7] = [
        Self::Unknown,
        Self::Blank,
        Self::Issued,
        Self::PaperOnly,
        Self::Deceased,
        Self::Closed,
        Self::Erased,
    ];

    /// True when those with a live grant may read and write.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Issued | Self::Deceased)
    }
}

/// From when, and until when.
type Time = (Instant, Option<Instant>);

const ALWAYS: Time = (Instant(0), None);

/// Somebody who asks.
pub struct Somebody {
    pub name: String,
    actor: Option<Actor>,
    stage: Stage,
    pub is_signed_in: bool,
    pub has_token: bool,
    pub is_desk: bool,
    /// The level they were given, and whether it is in force.
    level: Option<(Level, bool)>,
}

impl Somebody {
    pub fn live_level(&self) -> Option<Level> {
        self.level.filter(|(_, is_live)| *is_live).map(|(level, _)| level)
    }

    /// True for relatives, the person and who speaks for them.
    pub fn is_family(&self) -> bool {
        matches!(self.live_level(), Some(Level::Family | Level::Person | Level::Guardian))
    }

    /// True for who may learn nothing of any notebook.
    pub fn is_stranger(&self) -> bool {
        self.live_level().is_none()
    }
}

/// The town.
pub struct Founded {
    pub town: Town,
    pub people: Vec<Somebody>,
    router: Router,
    notebooks: Vec<(State, NotebookNumber)>,
    entry: Id,
    photos: Vec<(State, PhotoName)>,
    /// A member of every care team, whose photos and entries these are.
    member: Actor,
}

/// Runs a test in the town.
pub fn in_a_town<Test: Future<Output = ()>>(test: impl Fn(Founded) -> Test) {
    on_sqlite(|town| {
        let test = &test;
        async move { test(Founded::found(town).await).await }
    });
}

impl Founded {
    /// What no stranger may be told: the person, and what was written of her.
    pub const SECRETS: [&'static str; 2] = ["梅子", "夜中に二度起きました"];

    async fn found(town: Town) -> Self {
        let desk = Worker::desk(&town).await;
        let clinic = town.office(OfficeKind::Clinic, "みなと診療所").await;
        let numbers = desk.shelves(6).await;
        let known = State::ALL[1..].iter().copied().zip(numbers).collect::<Vec<_>>();
        let never_minted = (State::Unknown, NotebookNumber::draw().unwrap());
        let member = town.staff(&clinic, "佐伯 正").await;
        let mut founded = Self {
            people: Vec::new(),
            router: router(&town),
            notebooks: [vec![never_minted], known].concat(),
            entry: fresh_id(),
            photos: Vec::new(),
            member,
            town,
        };
        for (state, number) in founded.notebooks.clone() {
            if !matches!(state, State::Unknown | State::Blank) {
                desk.issues(&registration(number)).await.unwrap();
                give(&founded.town, number, Holder::of(member), Level::Team).await;
                founded.write(number).await;
            }
        }
        founded.photograph().await;
        founded.people = founded.invite(&desk).await;
        for (state, number) in founded.notebooks.clone() {
            founded.bring_into(state, number).await;
        }
        founded
    }

    async fn write(&self, notebook: NotebookNumber) {
        let opened = open(&self.town.app, notebook).await.unwrap();
        let message = Message { text: Self::SECRETS[1].into(), asks: false, answers: None, paper: false };
        let entry = Entry {
            id: self.entry,
            version: 1,
            happened_at: NOW,
            recorded_at: NOW,
            author: self.member,
            audience: Audience::Everyone,
            contents: Contents::Message(message),
            reason: None,
        };
        let add = move |tx: &mut Tx<'_>| entry::sql::add(tx, &opened, &entry);
        assert!(self.town.app.records.write(Scope::Notebook(notebook), add).await.unwrap());
    }

    /// A photo in each notebook that is open, which everyone of it may see.
    async fn photograph(&mut self) {
        for (state, number) in self.notebooks.clone().into_iter().filter(|(state, _)| state.is_open()) {
            let name = photograph(&self.town, self.member, number).await;
            let signed_in = signed_in(&self.town, self.member).await;
            tap::send_to_family(&self.town.app, &self.town.workers, &signed_in, &[name]).await.unwrap();
            self.photos.push((state, name));
        }
    }

    async fn bring_into(&self, state: State, notebook: NotebookNumber) {
        let word = match state {
            State::Unknown | State::Blank | State::Issued => return,
            State::PaperOnly => {
                let id = fresh_id();
                let add = move |tx: &mut Tx<'_>| {
                    tx.run(
                        "INSERT INTO notebook_condition (notebook, id, kind, from_at, set_by)
                            VALUES (?1, ?2, 'paper_only', ?3, ?2)",
                        &[notebook.into(), id.into(), NOW.into()],
                    )
                };
                self.town.app.records.write(Scope::Notebook(notebook), add).await.unwrap();
                return;
            }
            State::Deceased => "deceased",
            State::Closed => "closed",
            State::Erased => "erased",
        };
        let end = move |tx: &mut Tx<'_>| {
            tx.run("UPDATE notebook SET state = ?2 WHERE number = ?1", &[notebook.into(), word.into()])
        };
        self.town.app.records.write(Scope::Notebook(notebook), end).await.unwrap();
    }

    /// Somebody of every kind.
    async fn invite(&self, desk: &Worker) -> Vec<Somebody> {
        let mut people = vec![self.somebody("nobody", None, None).await];
        for level in Level::ALL {
            people.push(self.holder(format!("{level:?}"), level, ALWAYS, true).await);
        }
        let (past, future) = ((Instant(0), Some(NOW.plus(-DAY))), (NOW.plus(DAY), None));
        people.push(self.holder("a former member".into(), Level::Team, past, false).await);
        people.push(self.holder("a coming member".into(), Level::Coordinator, future, false).await);
        people.push(self.holder("a former relative".into(), Level::Family, past, false).await);

        let mut half = self.holder("half signed in".into(), Level::Team, ALWAYS, false).await;
        (half.stage, half.is_signed_in) = (Stage::Password, false);
        half.has_token = false;
        people.push(half);
        let mut gone = self.holder("an ex-employee".into(), Level::Team, ALWAYS, false).await;
        (gone.is_signed_in, gone.has_token) = (false, false);
        let id = gone.actor.unwrap().id;
        let leave =
            move |tx: &mut Tx<'_>| tx.run("UPDATE staff SET state = 'left' WHERE id = ?1", &[id.into()]);
        self.town.app.records.write(Scope::House, leave).await.unwrap();
        people.push(gone);

        let elsewhere = self.town.neighbour().await;
        let office = elsewhere.office(OfficeKind::Clinic, "となりの医院").await;
        let stranger = elsewhere.staff(&office, "隣町 太郎").await;
        for number in self.minted() {
            give(&self.town, number, Holder::of(stranger), Level::Team).await;
        }
        people.push(self.somebody("staff of another city", Some(stranger), Some((Level::Team, false))).await);

        let clerk = self.town.staff(&desk.office, "窓口 花").await;
        let mut clerk = self.somebody("a clerk of the desk", Some(clerk), Some((Level::Desk, true))).await;
        clerk.is_desk = true;
        people.push(clerk);
        let other = self.town.office(OfficeKind::CommunitySupportCenter, "西地域包括支援センター").await;
        let clerk = self.town.staff(&other, "西 一郎").await;
        let mut clerk = self.somebody("a clerk of another desk", Some(clerk), None).await;
        clerk.is_desk = true;
        people.push(clerk);
        people
    }

    /// All but the number that was never minted.
    fn minted(&self) -> Vec<NotebookNumber> {
        let minted = self.notebooks.iter().filter(|(state, _)| *state != State::Unknown);
        minted.map(|(_, number)| *number).collect()
    }

    /// Somebody with this grant on every notebook.
    async fn holder(&self, name: String, level: Level, time: Time, is_live: bool) -> Somebody {
        let actor = match level {
            Level::Family | Level::Person | Level::Guardian => self.town.relative("山田 春子").await,
            _ => {
                let office = self.town.office(OfficeKind::Hospital, "中央病院").await;
                self.town.staff_of(&office, "内科 学", Profession::Nurse).await
            }
        };
        for number in self.minted() {
            give_for(&self.town, number, Holder::of(actor), level, time).await;
        }
        self.somebody(&name, Some(actor), Some((level, is_live))).await
    }

    async fn somebody(&self, name: &str, actor: Option<Actor>, level: Option<(Level, bool)>) -> Somebody {
        let has_token = actor.is_some_and(|actor| actor.office.is_some());
        Somebody {
            name: name.into(),
            actor,
            stage: Stage::Full,
            is_signed_in: actor.is_some(),
            has_token,
            is_desk: false,
            level,
        }
    }

    /// Their browser, or their program for the paths that programs ask.
    pub async fn browser(&self, somebody: &Somebody, path: &str) -> Browser {
        let router = self.router.clone();
        match somebody.actor {
            Some(actor) if path.starts_with("/api/") && somebody.has_token => {
                self.town.program(router, actor).await
            }
            Some(actor) => self.town.browser_at(router, actor, somebody.stage).await,
            None => self.town.browser(router, None).await,
        }
    }

    pub fn number(&self, state: State) -> NotebookNumber {
        self.notebooks.iter().find(|(of, _)| *of == state).unwrap().1
    }

    /// A path of the table with what exists in a notebook of this state, or might.
    pub fn fill(&self, path: &str, state: State) -> String {
        let photo = self.photos.iter().find(|(of, _)| *of == state).map(|(_, name)| name.to_string());
        let something = fresh_id().to_string();
        path.replace("{notebook}", &self.number(state).to_string())
            .replace("{entry}", &self.entry.to_string())
            .replace("{photo}", &photo.unwrap_or_else(|| PhotoName { id: fresh_id(), part: 0 }.to_string()))
            .replace("{strip}", "0")
            .replace("{token}", &"A".repeat(kakehashi::sheet::code::TOKEN_LENGTH))
            .replace("{name}", "base.css")
            .replace("{edition}", "1")
            .replace("{id}", &something)
            .replace("{slip}", &something)
            .replace("{batch}", &something)
            .replace("{secret}", &something)
    }
}

/// All routes, with a press and an inbox that nobody reads.
pub fn router(town: &Town) -> Router {
    let inbox = Inbox::default();
    routes::router(town.app.clone())
        .layer(Extension(printer()))
        .layer(Extension(Runs::default()))
        .layer(Extension(inbox))
        .layer(Extension(town.workers.clone()))
}

/// Gives somebody a grant that has always been and does not end.
pub async fn give(town: &Town, notebook: NotebookNumber, holder: Holder, level: Level) {
    give_for(town, notebook, holder, level, ALWAYS).await;
}

async fn give_for(town: &Town, notebook: NotebookNumber, holder: Holder, level: Level, (from, until): Time) {
    // Who joined three days ago is of the team by now.
    let from = if level == Level::Joining { from.max(NOW.plus(-HOUR)) } else { from };
    let grant = Grant { level, from, until };
    let new = NewGrant { id: fresh_id(), holder, grant, given_by: holder.id, reason: None };
    let add = move |tx: &mut Tx<'_>| grant::add(tx, notebook, &new);
    town.app.records.write(Scope::Notebook(notebook), add).await.unwrap();
}

/// Somebody of a care team sends a picture of paper without marks, and files it by a tap.
pub async fn photograph(town: &Town, uploader: Actor, notebook: NotebookNumber) -> PhotoName {
    let name = send(town, uploader, Some(notebook), paper()).await;
    tap::file(&town.app, &signed_in(town, uploader).await, name, notebook).await.unwrap();
    mark_as_written(town, uploader, notebook, name).await;
    name
}

/// Somebody sends a photo, and it is read.
pub async fn send(town: &Town, uploader: Actor, visit: Option<NotebookNumber>, bytes: Vec<u8>) -> PhotoName {
    let plan = Plan {
        program: env!("CARGO_BIN_EXE_kakehashi").into(),
        at_once: 1,
        sandbox: Sandbox::Off,
        time_max: std::time::Duration::from_secs(60),
    };
    let (app, inbox, workers) = (&town.app, Inbox::default(), Workers::start(plan).await.unwrap());
    let sent = Sent { id: fresh_id(), bytes, photographed_at: NOW, visit };
    let name = PhotoName { id: sent.id, part: 0 };
    inbox::receive(app, &inbox, uploader, sent).await.unwrap();
    while inbox::work_once(app, &inbox, &workers).await.unwrap() {}
    name
}

/// What somebody read in the strip of a photo.
pub fn reading(name: PhotoName) -> String {
    format!("読み取り{name}")
}

/// A photo gets a strip, and somebody types out what stands there.
async fn mark_as_written(town: &Town, author: Actor, notebook: NotebookNumber, name: PhotoName) {
    let opened = open(&town.app, notebook).await.unwrap();
    let [left, top, width, height] = [20.0, 40.0, 100.0, 12.0].map(Millimetres);
    let add = move |tx: &mut Tx<'_>| {
        let photo = capture::sql::photo::find_whole(tx, &opened, name)?.unwrap();
        let (area, picture) = (Area { left, top, width, height }, photo.pictures.thumbnail);
        let strips = [Strip { number: 0, regions: vec!["message-1-1".into()], area, picture }];
        assert!(capture::sql::ink::set_ink(tx, &opened, name, None, (Ink::New, &strips))?);
        let (recorded_at, text) = (NOW.plus(-HOUR), reading(name));
        let read = Transcript { id: fresh_id(), strip: 0, author, recorded_at, text };
        capture::sql::transcript::add(tx, &opened, name, &read)
    };
    town.app.records.write(Scope::Notebook(notebook), add).await.unwrap();
}

async fn signed_in(town: &Town, staff: Actor) -> SignedIn {
    let house = town.app.house.clone();
    let find = move |tx: &mut Tx<'_>| people::find_staff(tx, &house, staff.id);
    let staff = town.app.records.read(find).await.unwrap().unwrap();
    SignedIn { principal: Principal::Staff(staff), session: None }
}

/// A small picture of nothing.
fn paper() -> Vec<u8> {
    let picture = image::RgbImage::from_fn(600, 800, |x, y| {
        let shade = 200 + ((x * 7 + y * 3) % 40) as u8;
        image::Rgb([shade, shade, shade])
    });
    kakehashi::demo::pictures::snapshot(&picture).unwrap()
}
