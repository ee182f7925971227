//! `kakehashi demo --check`: the whole way once over HTTP, as its people go it: a booklet is issued and
//! printed, its cover scanned, a written page photographed, and the photo read back in the notebook.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;

use crate::capture::vision::examine;
use crate::demo::found::{Login, Town};
use crate::demo::pictures::{message_page, picture, snapshot};
use crate::demo::visitor::{Answer, Visitor};
use crate::error::{Doing, Error, Result};
use crate::id::NotebookNumber;
use crate::print::press::{DotsPerInch, render};
use crate::web::App;

/// What is written on the photographed page, and the seed of how it is written and photographed.
const LINES: [&str; 2] = ["今日はよい天気です。", "10時に散歩しました。"];
const SEED: u64 = 11;
/// Fine enough for every reader of codes.
const RESOLUTION: DotsPerInch = DotsPerInch(200.0);
/// How often the photo is looked at until it is filed, and the time between.
const LOOKS: u32 = 300;
const PAUSE: Duration = Duration::from_millis(200);

/// Where the town is open.
pub struct Walk<'a> {
    pub app: &'a App,
    pub town: &'a Town,
    pub server: SocketAddr,
}

impl Walk<'_> {
    /// Goes the whole way and says each step; an error names the step that failed.
    pub async fn go(&self) -> Result<()> {
        let (number, booklet) = self.issue().await?;
        println!("issue  a booklet is registered and printed: {number}");
        self.scan(&booklet, number).await?;
        println!("scan   the cover's code leads to the notebook, and a stranger to the page without names");
        let id = self.photograph(&booklet, number).await?;
        println!("photo  a photographed page is filed to its notebook");
        self.view(number, &id).await?;
        println!("view   the photo stands in the timeline, and the access diary names its reader");
        Ok(())
    }

    fn visitor(&self) -> Visitor {
        Visitor::new(self.server, &self.app.site.host)
    }

    fn login(&self, key: &str) -> Result<&Login> {
        let found = self.town.staff.iter().find(|login| login.key == key);
        found.ok_or(Error::broken("finding somebody of the town"))
    }

    /// Somebody of the staff, signed in with both factors.
    async fn staff(&self, key: &str) -> Result<Visitor> {
        let login = self.login(key)?;
        let mut visitor = self.visitor();
        visitor.sign_in(&login.email, &login.password, &login.totp_secret).await?;
        Ok(visitor)
    }

    /// The desk makes a blank booklet, registers a person and prints it.
    async fn issue(&self) -> Result<(NotebookNumber, Vec<u8>)> {
        let mut desk = self.staff("clerk").await?;
        desk.get("/desk/booklets").await?.succeeded("opening the shelf")?;
        let made = desk.post("/desk/booklets", &[("count", "1"), ("name", "動作の確認")]).await?;
        let shelf = desk.get(&redirected(made, "making a blank booklet")?).await?;
        let path = link(&shelf.text(), "/desk/register/").ok_or(Error::broken("finding a blank booklet"))?;
        let number: NotebookNumber =
            path.rsplit('/').next().unwrap_or_default().parse().doing("reading a number")?;
        desk.get(&path).await?.succeeded("opening the registration")?;
        let form = snapshot(&image::RgbImage::from_pixel(600, 840, image::Rgb([240; 3])))?;
        let fields = [
            ("reading", "みほん たろう"),
            ("name", "見本 太郎"),
            ("same", "yes"),
            ("era", "showa"),
            ("year", "15"),
            ("month", "4"),
            ("day", "3"),
            ("consent-copy", "yes"),
            ("consent-offices", "yes"),
            ("signer", "person"),
            ("explained", "小林 直子"),
        ];
        let done = desk.upload(&path, &fields, ("form-photo", &form)).await?;
        redirected(done, "registering a person")?;
        let booklet = desk.get(&format!("/desk/notebooks/{number}/print.pdf?what=booklet")).await?;
        Ok((number, booklet.succeeded("printing the booklet")?.body))
    }

    /// A stranger and the care manager scan the cover; she joins the care team.
    async fn scan(&self, booklet: &[u8], number: NotebookNumber) -> Result<()> {
        let cover = snapshot(&render(booklet, 0, RESOLUTION)?)?;
        let found =
            examine(&cover, &[]).map_err(|cause| Error::fault("reading the cover", format!("{cause:?}")))?;
        let code = found.codes.first().ok_or(Error::broken("reading the cover's code"))?;
        let path = code.text.find("/Q/").map(|at| code.text[at..].to_owned());
        let path = path.ok_or(Error::broken("reading the cover's code"))?;
        let mut stranger = self.visitor();
        let led = redirected(stranger.get(&path).await?, "scanning the cover")?;
        let neutral = stranger.get(&led).await?.succeeded("opening the neutral page")?.text();
        if neutral.contains("見本") && neutral.contains("太郎") {
            return Err(Error::broken("keeping the name from a stranger"));
        }
        let mut manager = self.staff("manager").await?;
        let led = redirected(manager.get(&path).await?, "scanning the cover")?;
        let asked = redirected(manager.get(&led).await?, "being asked to join")?;
        manager.get(&asked).await?.succeeded("being asked to join")?;
        let joined = redirected(manager.post(&asked, &[("reason", "charge")]).await?, "joining")?;
        let notebook = manager.get(&joined).await?.succeeded("opening the notebook")?;
        if joined == format!("/n/{number}") && notebook.text().contains("見本 太郎") {
            return Ok(());
        }
        Err(Error::broken("leading a scan to its notebook"))
    }

    /// The care manager photographs a written page; it is filed without a tap.
    async fn photograph(&self, booklet: &[u8], number: NotebookNumber) -> Result<String> {
        let found = self.app.records.read(move |tx| message_page(tx, number)).await?;
        let (page, geometry) = found.ok_or(Error::broken("finding a printed sheet"))?;
        let pdf = booklet.to_vec();
        let made = tokio::task::spawn_blocking(move || picture(&pdf, page, &geometry, &LINES, SEED));
        let photo = made.await.doing("photographing a sheet")??;
        let mut program = Visitor::with_token(self.server, &self.app.site.host, &self.town.api_token);
        let sent = program.upload("/api/v1/photos", &[], ("photo", &photo)).await?;
        let mut told: Value =
            serde_json::from_slice(&sent.succeeded("sending a photo")?.body).doing("reading an answer")?;
        let id = told["id"].as_str().unwrap_or_default().to_owned();
        for _ in 0..LOOKS {
            if told["state"] != "reading" {
                break;
            }
            tokio::time::sleep(PAUSE).await;
            let answer = program.get(&format!("/api/v1/photos/{id}")).await?;
            told = serde_json::from_slice(&answer.body).doing("reading an answer")?;
        }
        if told["state"] == "filed" && told["notebook"] == number.to_string() {
            return Ok(id);
        }
        Err(Error::fault("filing a photo", format!("it is {} in {}", told["state"], told["notebook"])))
    }

    /// The photo stands in the notebook, and who looked is in the diary.
    async fn view(&self, number: NotebookNumber, photo: &str) -> Result<()> {
        let mut program = Visitor::with_token(self.server, &self.app.site.host, &self.town.api_token);
        let path = format!("/api/v1/notebooks/{number}/timeline?limit=5");
        let timeline = program.get(&path).await?.succeeded("reading the timeline")?.text();
        let manager = self.login("manager")?.id;
        let acts = self.app.records.read(move |tx| crate::audit::sql::all(tx, number)).await?;
        let is_in_diary = acts.iter().any(|(record, _)| record.actor.id == manager);
        if timeline.contains(photo) && is_in_diary {
            return Ok(());
        }
        Err(Error::broken("finding the photo in the timeline"))
    }
}

fn redirected(answer: Answer, step: &'static str) -> Result<String> {
    let status = answer.status;
    answer.location.ok_or_else(|| Error::fault(step, format!("the server answered {status}")))
}

/// The first link of a page that begins so.
fn link(page: &str, start: &str) -> Option<String> {
    let (_, rest) = page.split_once(&format!("href=\"{start}"))?;
    Some(format!("{start}{}", rest.split('"').next()?))
}
