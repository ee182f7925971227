//! What the desk prints: every code verifies, and the rows say what lies on the paper.

use kakehashi::access::sql::session;
use kakehashi::audit::{self, Act};
use kakehashi::error::Error;
use kakehashi::id::NotebookNumber;
use kakehashi::notebook;
use kakehashi::print::order::Piece;
use kakehashi::print::press::{Arrangement, CardSize, DotsPerInch, render};
use kakehashi::print::{BOOKLET, BOOKLET_PAGES, several, web};
use kakehashi::sheet::code::{Carrier, CarrierKind, Token};
use kakehashi::sheet::design::Format;
use kakehashi::sheet::sql::{self as sheets, CarrierState, PrintedSheet};

use super::{Worker, printer, registration};
use crate::support::app::{Town, every_town};
use crate::support::store::NOW;

/// The carriers whose codes a page bears, read by an independent reader; each verifies under the
/// notebook's salt.
async fn codes_on(town: &Town, pdf: &[u8], page: usize, notebook: NotebookNumber) -> Vec<Carrier> {
    let grey = image::imageops::grayscale(&render(pdf, page, DotsPerInch(300.0)).unwrap());
    let mut prepared = rqrr::PreparedImage::prepare(grey);
    let grids = prepared.detect_grids();
    let texts: Vec<String> =
        grids.iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect();
    let salt =
        town.app.records.read(move |tx| notebook::sql::find_salt(tx, notebook)).await.unwrap().unwrap();
    let (version, key) = town.app.house.code_key().unwrap();
    texts
        .iter()
        .map(|text| {
            assert!(text.starts_with("HTTPS://RENRAKU.EXAMPLE.JP/Q/"), "{text}");
            let token = Token::in_address(text).unwrap();
            assert_eq!(token.key_version, version);
            assert!(token.is_signed_by(key, &salt));
            assert!(!token.is_signed_by(key, &[0; 16]), "another notebook's salt does not verify");
            token.carrier
        })
        .collect()
}

fn carrier(kind: CarrierKind, number: NotebookNumber, sheet: u16) -> Carrier {
    Carrier { kind, number, generation: 0, sheet }
}

async fn is_live(town: &Town, carrier: Carrier) -> bool {
    let found = town.app.records.read(move |tx| sheets::find_carrier(tx, &carrier)).await.unwrap();
    found == Some(CarrierState::Live)
}

async fn printed(town: &Town, notebook: NotebookNumber) -> Vec<PrintedSheet> {
    town.app.records.read(move |tx| sheets::list_sheets(tx, notebook)).await.unwrap()
}

async fn times_printed(town: &Town, notebook: NotebookNumber) -> usize {
    let rows = town.app.records.read(move |tx| audit::sql::all(tx, notebook)).await.unwrap();
    rows.iter().filter(|(record, _)| record.act == Act::Printed).count()
}

#[test]
fn a_blank_booklet_bears_codes_that_verify_and_the_rows_say_what_was_printed() {
    every_town(|town| async move {
        let (desk, printer) = (Worker::desk(&town).await, printer());
        let notebook = desk.shelves(1).await[0];
        assert!(
            printed(&town, notebook).await.is_empty()
                && !is_live(&town, carrier(CarrierKind::Cover, notebook, 0)).await
        );
        let pdf = web::print(&town.app, &printer, notebook, web::first_booklet(), desk.actor).await.unwrap();
        assert_eq!(codes_on(&town, &pdf, 0, notebook).await, [carrier(CarrierKind::Cover, notebook, 0)]);
        assert_eq!(codes_on(&town, &pdf, 4, notebook).await, [carrier(CarrierKind::Sheet, notebook, 3)]);
        assert!(render(&pdf, BOOKLET_PAGES, DotsPerInch(20.0)).is_err(), "twenty pages");
        let rows = printed(&town, notebook).await;
        let designs: Vec<&str> = rows.iter().map(|row| row.design.as_str()).collect();
        assert_eq!(designs, BOOKLET);
        for (row, number) in rows.into_iter().zip(1..) {
            assert_eq!((row.sheet, row.revision.len()), (number, 32));
            assert!(is_live(&town, carrier(CarrierKind::Sheet, notebook, number)).await);
            let find = move |tx: &mut kakehashi::store::tx::Tx<'_>| {
                sheets::find_design(tx, &row.design, &row.revision)
            };
            let geometry = town.app.records.read(find).await.unwrap().unwrap();
            assert_eq!(geometry.label, row.label);
        }
    });
}

#[test]
fn printing_again_prints_the_same_sheets_and_only_the_diary_grows() {
    every_town(|town| async move {
        let (desk, printer) = (Worker::desk(&town).await, printer());
        let notebook = desk.issued().await;
        let first =
            web::print(&town.app, &printer, notebook, web::first_booklet(), desk.actor).await.unwrap();
        let rows = printed(&town, notebook).await;
        let again =
            web::print(&town.app, &printer, notebook, web::first_booklet(), desk.actor).await.unwrap();
        assert_eq!(first, again);
        assert_eq!(printed(&town, notebook).await, rows);
        assert_eq!(times_printed(&town, notebook).await, 2);
    });
}

#[test]
fn what_goes_with_the_booklet_bears_its_own_codes() {
    every_town(|town| async move {
        let (desk, printer) = (Worker::desk(&town).await, printer());
        let notebook = desk.issued().await;
        let (case, bookmark) =
            (carrier(CarrierKind::Case, notebook, 0), carrier(CarrierKind::Bookmark, notebook, 1));
        let cases: [(Piece, &[Carrier]); 3] = [
            (Piece::Card(CardSize::Business), &[case]),
            (Piece::Bookmark, &[bookmark]),
            (Piece::Carriers, &[case, case, bookmark]),
        ];
        for (piece, expected) in cases {
            let pdf = web::print(&town.app, &printer, notebook, piece.clone(), desk.actor).await.unwrap();
            let mut found = codes_on(&town, &pdf, 0, notebook).await;
            found.sort_by_key(|carrier| carrier.sheet);
            assert_eq!(found, expected, "{piece:?}");
        }
        assert!(is_live(&town, case).await && is_live(&town, bookmark).await);
        assert!(printed(&town, notebook).await.is_empty(), "a bookmark is no sheet");
        let designs = town.app.records.read(sheets::list_designs).await.unwrap();
        assert!(designs.iter().any(|design| design.design == "photo-bookmark"));
    });
}

#[test]
fn the_booklets_of_a_batch_come_in_one_file_and_are_noted_each() {
    every_town(|town| async move {
        let (desk, printer) = (Worker::desk(&town).await, printer());
        let numbers = desk.shelves(2).await;
        let pdf = several::booklets(&town.app, &printer, &numbers, several::Bound::default(), desk.actor)
            .await
            .unwrap();
        for (page, notebook) in [(0, numbers[0]), (BOOKLET_PAGES, numbers[1])] {
            let cover = carrier(CarrierKind::Cover, notebook, 0);
            assert_eq!(codes_on(&town, &pdf, page, notebook).await, [cover]);
            assert!(is_live(&town, cover).await);
            assert_eq!(printed(&town, notebook).await.len(), BOOKLET.len());
            assert_eq!(times_printed(&town, notebook).await, 1);
        }
    });
}

#[test]
fn a_slip_leads_to_its_own_address_and_may_be_printed_again() {
    every_town(|town| async move {
        let (desk, printer) = (Worker::desk(&town).await, printer());
        let notebook = desk.shelves(1).await[0];
        let asked = registration(notebook);
        let invited = desk.issues(&asked).await.unwrap().invited.remove(0);
        let list = move |tx: &mut kakehashi::store::tx::Tx<'_>| session::list_invitations(tx, notebook, NOW);
        let slip = town.app.records.read(list).await.unwrap().remove(0);
        let recipient = &asked.relatives[0];
        let pdf = web::slip(&town.app, &printer, &slip, recipient, desk.actor).await.unwrap();
        let grey = image::imageops::grayscale(&render(&pdf, 0, DotsPerInch(300.0)).unwrap());
        let mut prepared = rqrr::PreparedImage::prepare(grey);
        let grids = prepared.detect_grids();
        assert_eq!(grids[0].decode().unwrap().1, invited.address);
        assert_eq!(web::slip(&town.app, &printer, &slip, recipient, desk.actor).await.unwrap(), pdf);
    });
}

#[test]
fn names_are_printed_however_long_or_rare_unless_no_font_has_them() {
    every_town(|town| async move {
        let (desk, printer) = (Worker::desk(&town).await, printer());
        let long = "長宗我部".repeat(10);
        for (name, is_printed) in [("髙﨑 𠮷邊\u{E0100}", true), (long.as_str(), true), ("花𓀀子", false)]
        {
            let mut asked = registration(desk.shelves(1).await[0]);
            asked.profile.name = name.into();
            asked.profile.kana = "ちょうそかべ".repeat(6);
            desk.issues(&asked).await.unwrap();
            let outcome =
                web::print(&town.app, &printer, asked.notebook, web::first_booklet(), desk.actor).await;
            assert_eq!(outcome.is_ok(), is_printed, "{name}: {:?}", outcome.err());
            let noted = times_printed(&town, asked.notebook).await;
            assert_eq!(noted, usize::from(is_printed), "nothing is noted that was not given out");
            if let Err(error) = outcome {
                assert!(matches!(error, Error::Invalid(_)), "{error}");
            }
        }
        let mut asked = registration(desk.shelves(1).await[0]);
        asked.profile.name = long;
        desk.issues(&asked).await.unwrap();
        for format in [Format::A6, Format::Tall, Format::Large] {
            let piece = Piece::Booklet { volume: 1, format, arrangement: Arrangement::Pages };
            let printed = web::print(&town.app, &printer, asked.notebook, piece, desk.actor).await;
            assert!(printed.is_ok(), "{format:?}: {:?}", printed.err());
        }
        assert_eq!(printer.missing_glyphs("花𓀀子"), ["U+13000"]);
    });
}

#[test]
fn nothing_is_printed_with_codes_that_no_phone_could_follow() {
    every_town(|town| async move {
        let (desk, printer) = (Worker::desk(&town).await, printer());
        let notebook = desk.shelves(1).await[0];
        let print = async |base_url: &str, host: &str, demo| {
            let town = town.at(base_url, host, demo);
            web::print(&town.app, &printer, notebook, Piece::Card(CardSize::Iso), desk.actor).await
        };
        for (base_url, host) in [
            ("http://localhost:8080", "localhost:8080"),
            ("https://192.168.1.7", "192.168.1.7"),
            ("http://renraku.example.jp", "renraku.example.jp"),
            ("https://long.example.jp", "a-host-of-twenty-nine.chars.jp"),
        ] {
            assert!(matches!(print(base_url, host, false).await, Err(Error::Invalid(_))), "{host}");
        }
        assert_eq!(times_printed(&town, notebook).await, 0);
        assert!(print("http://localhost:8080", "localhost:8080", true).await.is_ok(), "a demonstration may");
    });
}
