//! What comes from a scanner, and what no camera of ours makes: each page for itself, and a sentence for the rest.

use std::fs;
use std::path::Path;
use std::process::Command;

use kakehashi::access::principal::OfficeKind;
use kakehashi::audit::Act;
use kakehashi::capture::inbox::Inbox;
use kakehashi::capture::worker::{Plan, Sandbox, Workers};
use kakehashi::capture::{Tip, Upload};
use kakehashi::clock::DAY;
use kakehashi::id::Actor;

use super::town::printer;
use super::*;
use crate::support::app::every_town;
use crate::support::store::TestFolder;
use crate::worker::PROGRAM;
use crate::worker::pages::{endless, locked};

/// Pages of several PDFs in one, as a scanner makes it of a pile of paper: each a file and its pages.
fn pile(parts: &[(&[u8], &str)]) -> Vec<u8> {
    let folder = TestFolder::new();
    let mut command = Command::new("qpdf");
    command.args(["--empty", "--pages"]);
    for (number, (pdf, pages)) in parts.iter().enumerate() {
        let file = folder.path().join(format!("{number}.pdf"));
        fs::write(&file, pdf).unwrap();
        command.arg(file).arg(pages);
    }
    let together = folder.path().join("pile.pdf");
    assert!(command.arg("--").arg(&together).status().unwrap().success());
    fs::read(together).unwrap()
}

/// Every photo that came of an upload: itself and its further pages.
async fn photos_of(town: &Town, first: &Upload) -> Vec<Upload> {
    let mut all = vec![first.clone()];
    for id in &first.contents.pages {
        all.push(town.upload(town.manager, *id).await);
    }
    all
}

#[test]
fn every_page_of_a_scan_goes_to_its_own_notebook_whatever_the_others_are() {
    every_store(|records| async move {
        let (town, printer) = (Town::found(records).await, printer());
        let plum = town.booklet(&printer, town.plum).await;
        let pine = town.booklet(&printer, town.pine).await;
        // Two sheets of one, a page that is never drawn, the other's, and one out of neither.
        let blank = fs::read("tests/fuzz/pictures/scan.pdf").unwrap();
        let scan = pile(&[(&plum, "3-4"), (&endless(), "1"), (&pine, "3"), (&blank, "1")]);
        let first = town.receives(town.manager, scan.clone()).await;
        let photos = photos_of(&town, &first).await;
        let states: Vec<State> = photos.iter().map(|upload| upload.state).collect();
        assert_eq!(
            states,
            [State::Filed, State::Filed, State::Unreadable, State::Filed, State::Waiting],
            "{photos:?}"
        );
        let filed: Vec<_> = photos.iter().filter_map(|upload| upload.contents.filed()).collect();
        assert_eq!(filed, [(town.plum, Some(1)), (town.plum, Some(2)), (town.pine, Some(1))]);
        assert_eq!(town.diary_count(town.plum, Act::FiledPhoto).await, 2);
        assert_eq!(town.diary_count(town.pine, Act::FiledPhoto).await, 1);
        // The page that was not drawn keeps the whole scan.
        assert_eq!(photos[2].contents.tips, [Tip::Pdf]);
        assert_eq!(photos[2].until, town.app.clock.now().plus(30 * DAY));
        let kept = photos[2].contents.raw.as_ref().unwrap();
        assert_eq!(kakehashi::capture::pictures::get_of_house(&town.app, kept).await.unwrap(), scan);
        assert!(photos.windows(2).all(|pair| pair[0].received_at < pair[1].received_at), "in their order");
        // The same again changes nothing.
        town.takes(town.manager, first.key.id, scan).await.unwrap();
        town.reads().await;
        assert_eq!(photos_of(&town, &town.upload(town.manager, first.key.id).await).await, photos);
    });
}

#[test]
fn a_whole_booklet_from_a_scanner_is_filed_sheet_by_sheet_and_leaves_no_scan_behind() {
    every_store(|records| async move {
        let (town, printer) = (Town::found(records).await, printer());
        let booklet = town.booklet(&printer, town.plum).await;
        let first = town.receives(town.manager, booklet).await;
        let photos = photos_of(&town, &first).await;
        let mut sheets: Vec<_> = photos.iter().filter_map(|upload| upload.contents.filed()?.1).collect();
        sheets.sort_unstable();
        assert!(sheets.len() >= 12 && sheets == (1..=sheets.len() as u16).collect::<Vec<_>>(), "{sheets:?}");
        assert!(photos.iter().all(|upload| upload.contents.raw.is_none()), "the bytes as sent are gone");
        assert_eq!(town.photos(town.plum).await.len(), sheets.len());
    });
}

#[test]
fn a_pdf_that_cannot_be_read_is_kept_with_its_own_sentence() {
    every_store(|records| async move {
        let town = Town::found(records).await;
        let page = fs::read("tests/fuzz/pictures/scan.pdf").unwrap();
        let many = pile(&vec![(&page[..], "1-2"); 11]);
        for (pdf, tip) in
            [(locked(), Tip::Locked), (many, Tip::Pages), (b"%PDF-1.4 nothing".to_vec(), Tip::Pdf)]
        {
            let upload = town.receives(town.manager, pdf).await;
            assert_eq!((upload.state, &upload.contents.tips[..]), (State::Unreadable, &[tip][..]));
            assert!(upload.contents.raw.is_some() && upload.contents.pages.is_empty());
        }
    });
}

#[test]
fn who_sends_a_photo_that_cannot_be_read_is_told_what_to_do_in_either_language() {
    every_town(|town| async move {
        let (inbox, router) = (Inbox::default(), crate::access::people::router(&town));
        let plan = Plan {
            program: PROGRAM.into(),
            at_once: 1,
            sandbox: Sandbox::Off,
            time_max: std::time::Duration::from_secs(60),
        };
        let workers = Workers::start(plan).await.unwrap();
        let office = town.office(OfficeKind::ALL[0], "窓口").await;
        let staff: Actor = town.staff(&office, "佐藤").await;
        let browser = town.browser(router, Some(staff)).await;
        let chooser = browser.gets("/photos/new").await;
        // Neither offers HEIC: phones turn such photos into JPEG while they are chosen.
        chooser
            .sees("accept=\"image/jpeg,image/png,image/webp\" capture")
            .sees("accept=\"application/pdf\"")
            .never_sees("image/*")
            .never_sees("image/heic");
        let broken = |name: &str| fs::read(Path::new("tests/fuzz/pictures").join(name)).unwrap();
        let mut twelve_bits = broken("baseline.jpg");
        let frame = twelve_bits.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
        let mut wide = twelve_bits.clone();
        wide[frame + 5..frame + 9].copy_from_slice(&[0x2E, 0xE0, 0x2E, 0xE0]);
        (twelve_bits[frame + 1], twelve_bits[frame + 4]) = (0xC1, 12);
        for (bytes, japanese, english) in [
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(), "互換性優先", "Most Compatible"),
            (broken("other.avif"), "互換性優先", "Most Compatible"),
            (twelve_bits, "めずらしい形式", "a rare kind of picture"),
            (wide, "5000万画素", "50 megapixels"),
            (locked(), "鍵（パスワード）", "locked with a password"),
        ] {
            let sent = browser.uploads("/photos", &[("csrf", &browser.csrf)], &[("photo", &bytes)]).await;
            assert_eq!(sent.goes_to(), "/photos");
            while inbox::work_once(&town.app, &inbox, &workers).await.unwrap() {}
            browser
                .gets("/photos")
                .await
                .sees("読み取れませんでした")
                .sees(japanese)
                .never_sees("ぜんぶ、手帳に");
            let abroad = town.browser(crate::access::people::router(&town), Some(staff)).await;
            abroad.in_language("en").gets("/photos").await.sees("Could not be read").sees(english);
        }
    });
}
