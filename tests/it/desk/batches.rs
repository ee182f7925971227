//! Batches printed as files, recalled, and what is lost and replaced: through the desk's own pages.

use std::io::Read;

use axum::http::StatusCode;
use kakehashi::id::NotebookNumber;
use kakehashi::print::order::{LabelOrder, Piece, Stickers};
use kakehashi::print::press::{Arrangement, Calibration, DotsPerInch, Stock, render};
use kakehashi::print::run::{Product, RunOrder, RunState};
use kakehashi::print::runs::{self, Runs};
use kakehashi::print::{CARRIED_OVER, sql, web};
use kakehashi::sheet::code::{Carrier, CarrierKind};
use kakehashi::sheet::design::Format;
use kakehashi::sheet::sql::{self as sheets, CarrierState};

use kakehashi::store::tx::Tx;

use super::{Worker, printer};
use crate::support::app::{Town, every_town};

async fn state(
    town: &Town,
    kind: CarrierKind,
    number: NotebookNumber,
    generation: u8,
) -> Option<CarrierState> {
    let carrier = Carrier { kind, number, generation, sheet: 0 };
    town.app.records.read(move |tx| sheets::find_carrier(tx, &carrier)).await.unwrap()
}

/// The numbers of the printed sheets, with the volume of each.
async fn printed(town: &Town, notebook: NotebookNumber) -> Vec<(u16, u16)> {
    let rows = town.app.records.read(move |tx| sheets::list_sheets(tx, notebook)).await.unwrap();
    rows.iter().map(|row| (row.sheet, row.volume)).collect()
}

fn booklet(volume: u16) -> Piece {
    Piece::Booklet { volume, format: Format::A5, arrangement: Arrangement::Pages }
}

#[test]
fn a_batch_is_printed_into_files_and_packed_into_one() {
    every_town(|town| async move {
        let (desk, printer) = (Worker::desk(&town).await, printer());
        let browser = desk.browses().await;
        let made = browser.posts("/desk/booklets", &[("count", "３"), ("name", "冬の棚")]).await;
        let batch = made.goes_to().to_owned();
        browser.gets(&batch).await.is(StatusCode::OK).sees("冬の棚").sees("3冊").sees("まだ印刷していません");
        let fields =
            [("product", "covers"), ("format", "a5"), ("arrangement", "print-shop"), ("stock", "a-one-12")];
        let started = browser.posts(&format!("{batch}/runs"), &fields).await;
        let run = started.goes_to().to_owned();
        browser.gets(&run).await.is(StatusCode::OK).sees("順番を待っています").sees("3冊のうち 0冊");
        assert_eq!(browser.gets(&format!("{run}/files.zip")).await.status, StatusCode::NOT_FOUND);
        while runs::work_once(&town.app, &printer).await.unwrap() {}
        browser.gets(&run).await.sees("できました").sees("covers-00001-00003.pdf");
        let file = browser.gets(&format!("{run}/files/0")).await.is(StatusCode::OK);
        assert!(file.body.starts_with(b"%PDF"));
        assert!(render(&file.body, 5, DotsPerInch(20.0)).is_ok(), "front and back of three");
        assert!(render(&file.body, 6, DotsPerInch(20.0)).is_err());
        let packed = browser.gets(&format!("{run}/files.zip")).await.is(StatusCode::OK);
        assert_eq!(unpack(&packed.body), [("covers-00001-00003.pdf".to_owned(), file.body.clone())]);
        let clinic = Worker::desk_elsewhere(&town).await.browses().await;
        for path in [&batch, &run, &format!("{run}/files.zip")] {
            assert_eq!(clinic.gets(path).await.status, StatusCode::NOT_FOUND, "another office's: {path}");
        }
    });
}

/// What a program that is not ours finds in a ZIP.
fn unpack(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let folder = crate::support::store::TestFolder::new();
    let file = folder.path().join("files.zip");
    std::fs::write(&file, bytes).unwrap();
    let script = "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; z.extractall(sys.argv[2])";
    let out = folder.path().join("out");
    let done =
        std::process::Command::new("python3").args(["-c", script]).arg(&file).arg(&out).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let mut files: Vec<_> = std::fs::read_dir(out).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let read = |path: std::path::PathBuf| {
        let mut bytes = Vec::new();
        std::fs::File::open(&path).unwrap().read_to_end(&mut bytes).unwrap();
        (path.file_name().unwrap().to_string_lossy().into_owned(), bytes)
    };
    files.into_iter().map(read).collect()
}

#[test]
fn a_large_batch_is_printed_part_by_part_and_can_be_cancelled_between_them() {
    every_town(|town| async move {
        let (desk, printer) = (Worker::desk(&town).await, printer());
        let numbers = desk.shelves(251).await;
        let batch = desk.batches().await.remove(0);
        let order = RunOrder {
            product: Product::Carriers,
            format: Format::A5,
            arrangement: Arrangement::Pages,
            stock: "a-one-12".into(),
            design: String::new(),
        };
        let run = runs::add(&town.app, &Runs::default(), &batch, order.clone(), desk.actor).await.unwrap();
        assert!(runs::work_once(&town.app, &printer).await.unwrap());
        let find = async |id| town.app.records.read(move |tx| sql::find_run(tx, id)).await.unwrap().unwrap();
        let half = find(run).await;
        let why = |tx: &mut Tx<'_>| {
            tx.all("SELECT last_error FROM job WHERE kind = 'print_part'", &[], |row| {
                row.get::<Option<String>>(0)
            })
        };
        let why = town.app.records.read(why).await.unwrap();
        assert_eq!((half.state, half.done, half.total), (RunState::Printing, 250, 251), "{why:?}");
        assert!(runs::cancel(&town.app, run).await.unwrap());
        while runs::work_once(&town.app, &printer).await.unwrap() {}
        let ended = find(run).await;
        assert_eq!((ended.state, ended.done), (RunState::Cancelled, 250), "nothing more is printed");
        assert!(!runs::cancel(&town.app, run).await.unwrap(), "it has ended");
        let parts = town.app.records.read(move |tx| sql::list_parts(tx, run)).await.unwrap();
        assert_eq!(parts.len(), 1, "what was printed stays");
        assert_eq!(numbers.len(), 251);
    });
}

#[test]
fn a_recalled_batch_is_handed_to_nobody_until_the_recall_is_taken_back() {
    every_town(|town| async move {
        let desk = Worker::desk(&town).await;
        let browser = desk.browses().await;
        let notebook = desk.shelves(1).await[0];
        desk.prints(notebook).await;
        let batch = format!("/desk/booklets/{}", desk.batches().await[0].id);
        let recall = async |word| browser.posts(&format!("{batch}/recall"), &[("recall", word)]).await;
        let register = format!("/desk/register/{notebook}");
        assert_eq!(recall("yes").await.status, StatusCode::SEE_OTHER);
        browser.gets(&batch).await.sees("このまとまりは回収しました");
        assert_eq!(browser.gets(&register).await.status, StatusCode::NOT_FOUND);
        browser.gets("/desk/register").await.never_sees(&notebook.to_string());
        assert_eq!(state(&town, CarrierKind::Cover, notebook, 0).await, Some(CarrierState::Recalled));
        recall("no").await;
        browser.gets(&register).await.is(StatusCode::OK);
        assert_eq!(state(&town, CarrierKind::Cover, notebook, 0).await, Some(CarrierState::Live));
    });
}

#[test]
fn a_lost_case_is_replaced_and_the_booklet_goes_on_working() {
    every_town(|town| async move {
        let desk = Worker::desk(&town).await;
        let browser = desk.browses().await;
        let notebook = desk.issued().await;
        desk.prints(notebook).await;
        let path = format!("/desk/notebooks/{notebook}/replace");
        browser
            .gets(&format!("{path}?kind=case"))
            .await
            .is(StatusCode::OK)
            .sees("高橋 梅子")
            .sees("新しいもの");
        browser.posts(&path, &[("kind", "case")]).await;
        assert_eq!(state(&town, CarrierKind::Case, notebook, 0).await, Some(CarrierState::Replaced));
        assert_eq!(state(&town, CarrierKind::Case, notebook, 1).await, Some(CarrierState::Live));
        assert_eq!(state(&town, CarrierKind::Cover, notebook, 0).await, Some(CarrierState::Live));
        assert_eq!(browser.posts(&path, &[("kind", "house")]).await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn sheets_and_volumes_are_added_without_touching_what_was_printed_before() {
    every_town(|town| async move {
        let (desk, printer) = (Worker::desk(&town).await, printer());
        let browser = desk.browses().await;
        let notebook = desk.issued().await;
        let print = async |piece| web::print(&town.app, &printer, notebook, piece, desk.actor).await;
        print(booklet(1)).await.unwrap();
        let path = format!("/desk/notebooks/{notebook}");
        let added =
            browser.posts(&format!("{path}/sheets"), &[("blood-glucose", "2"), ("format", "a5")]).await;
        assert_eq!(added.goes_to(), format!("{path}/print.pdf?what=sheets&from=18&to=19"));
        assert!(browser.gets(added.goes_to()).await.is(StatusCode::OK).body.starts_with(b"%PDF"));
        let none = browser.posts(&format!("{path}/sheets"), &[("format", "a5")]).await;
        none.is(StatusCode::OK).sees("一つは書いてください");
        print(booklet(2)).await.unwrap();
        let rows = printed(&town, notebook).await;
        let of =
            |volume| rows.iter().filter(|(_, of)| *of == volume).map(|(sheet, _)| *sheet).collect::<Vec<_>>();
        assert_eq!(of(1), (1..=17).collect::<Vec<_>>());
        assert_eq!(of(0), [18, 19]);
        assert_eq!(of(2), (20..=36).collect::<Vec<_>>());
        let all = town.app.records.read(move |tx| sheets::list_sheets(tx, notebook)).await.unwrap();
        assert_eq!(all[19].design, CARRIED_OVER, "a later volume begins with what is carried over");
        print(booklet(1)).await.unwrap();
        print(Piece::Again { from: 18, to: 18 }).await.unwrap();
        assert_eq!(printed(&town, notebook).await, rows, "printing again adds nothing");
        assert!(print(Piece::Again { from: 90, to: 95 }).await.is_err());
        for generation in [1, 2] {
            assert_eq!(state(&town, CarrierKind::Cover, notebook, generation).await, None);
        }
    });
}

#[test]
fn page_stickers_are_numbered_and_too_small_labels_bear_no_words_to_a_finder() {
    every_town(|town| async move {
        let (desk, printer) = (Worker::desk(&town).await, printer());
        let notebook = desk.issued().await;
        let print = async |stock: &str, start, what| {
            let stock = Stock::find(stock).unwrap().unwrap();
            let order = LabelOrder { stock, start, calibration: Calibration::default(), what };
            web::print(&town.app, &printer, notebook, Piece::Labels(order), desk.actor).await
        };
        assert!(print("a-one-44", 43, Stickers::Pages { from: 3, to: 5 }).await.is_ok());
        for sheet in 3..=5 {
            let carrier = Carrier { kind: CarrierKind::Sticker, number: notebook, generation: 0, sheet };
            let found = town.app.records.read(move |tx| sheets::find_carrier(tx, &carrier)).await.unwrap();
            assert_eq!(found, Some(CarrierState::Live));
        }
        assert!(print("a-one-44", 1, Stickers::Case).await.is_err(), "too small");
        assert!(print("a-one-12", 13, Stickers::Case).await.is_err(), "there are twelve");
        assert!(print("a-one-12", 12, Stickers::Cover).await.is_ok());
    });
}
