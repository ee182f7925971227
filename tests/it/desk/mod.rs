//! The desk: blank booklets, registering a person onto one of them, and what is printed. Notebooks are
//! minted, issued and printed here by the functions that the handlers use.

mod batches;
mod disclosure;
mod issuing;
mod pads;
mod pages;
mod printers;
mod printing;

use std::sync::LazyLock;

use jiff::civil::date;
use kakehashi::access::principal::{Office, OfficeKind, Relative};
use kakehashi::desk::web::batch::make_batch;
use kakehashi::desk::web::issue::{Issued, issue};
use kakehashi::desk::{NewBatch, Registration, Ticks};
use kakehashi::error::Result;
use kakehashi::id::{Actor, NotebookNumber};
use kakehashi::notebook::consent::Signer;
use kakehashi::notebook::sql::Batch;
use kakehashi::notebook::{self, Profile};
use kakehashi::print::order::Piece;
use kakehashi::print::press::Press;
use kakehashi::print::web::{Printer, first_booklet, print};

use crate::access::people::router;
use crate::support::app::{Browser, Town};

/// An office with somebody who works there.
#[derive(Clone)]
pub struct Worker {
    town: Town,
    pub office: Office,
    pub actor: Actor,
}

impl Worker {
    async fn new(town: &Town, kind: OfficeKind, office: &str, name: &str) -> Self {
        let office = town.office(kind, office).await;
        let actor = town.staff(&office, name).await;
        Self { town: town.clone(), office, actor }
    }

    /// 石川 at the district's community support center.
    pub async fn desk(town: &Town) -> Self {
        Self::new(town, OfficeKind::CommunitySupportCenter, "中央地域包括支援センター", "石川 実").await
    }

    /// Puts blank booklets on the shelf.
    pub async fn shelves(&self, size: u32) -> Vec<NotebookNumber> {
        let new = NewBatch::check(size, "令和8年11月の棚").unwrap();
        make_batch(&self.town.app, &self.office, self.actor, &new).await.unwrap().1
    }

    /// Registers a person and issues the notebook.
    pub async fn issues(&self, registration: &Registration) -> Result<Issued> {
        issue(&self.town.app, &self.office, self.actor, registration, None).await
    }

    /// Somebody of another desk of the city.
    pub async fn desk_elsewhere(town: &Town) -> Self {
        Self::new(town, OfficeKind::CommunitySupportCenter, "北地域包括支援センター", "森 一郎").await
    }

    /// Opens a browser, signed in.
    pub async fn browses(&self) -> Browser {
        self.town.browser(router(&self.town), Some(self.actor)).await
    }

    /// The batches of this office, newest first.
    pub async fn batches(&self) -> Vec<Batch> {
        let office = self.office.id;
        let found = self.town.app.records.read(move |tx| notebook::sql::list_batches(tx, office)).await;
        found.unwrap().into_iter().map(|(batch, _)| batch).collect()
    }

    /// Prints the booklet of a notebook and its carriers.
    pub async fn prints(&self, notebook: NotebookNumber) {
        for piece in [first_booklet(), Piece::Carriers] {
            print(&self.town.app, &printer(), notebook, piece, self.actor).await.unwrap();
        }
    }

    /// A notebook on the shelf, issued to 高橋 梅子.
    pub async fn issued(&self) -> NotebookNumber {
        let notebook = self.shelves(1).await[0];
        self.issues(&registration(notebook)).await.unwrap();
        notebook
    }
}

pub fn printer() -> Printer {
    static PRINTER: LazyLock<Printer> = LazyLock::new(|| Printer::new(Press::new(None).unwrap()));
    PRINTER.clone()
}

/// 高橋 梅子 with everything ticked, and her daughter.
pub fn registration(notebook: NotebookNumber) -> Registration {
    let daughter =
        Relative {
            name: "山田 春子".into(), relationship: "長女".into(), telephone: "042-000-0012".into()
        };
    Registration {
        notebook,
        profile: Profile {
            name: "高橋 梅子".into(),
            kana: "たかはし うめこ".into(),
            birth: date(1938, 3, 3),
        },
        ticks: Ticks { copy: true, offices: true, relative: true, emergency: true, planning: false },
        relatives: vec![daughter],
        signer: Signer::Person,
        explained_by: "石川 実".into(),
    }
}
