//! Photos of our own printed sheets with known truth: sheets of a couple's two booklets, written on by the
//! simulator's hand and photographed under ordinary conditions, each in its own way. Their seeds were never
//! looked at while anything was tuned.

use std::sync::Arc;
use std::thread;

use kakehashi::capture::State;
use kakehashi::capture::vision::{Pixel, examine};
use kakehashi::demo::dice::Dice;
use kakehashi::demo::handwriting::{self, Pen};
use kakehashi::demo::photograph::{Conditions, Laid, Print, Severity, photograph};
use kakehashi::id::NotebookNumber;
use kakehashi::sheet::design::{Geometry, RegionKind};
use kakehashi::sheet::sql::{find_design, list_sheets};
use kakehashi::store::tx::Tx;

use crate::capture::town::{Town, printer, sheet};
use crate::support::store::{NOW, on_sqlite};
use kakehashi::store::Store;
use kakehashi::store::schema::RECORDS;

/// So many photos (issue: of 200, at least 99 % located and filed rightly, none wrongly).
const PHOTOS: u64 = 200;
const AT_LEAST: usize = 198;
/// Where their seeds begin.
const FIRST_SEED: u64 = 770_000;
/// The worst corner of a located sheet, in millimetres.
const WORST: f64 = 1.0;
/// Photos that are taken and read at once.
const HANDS: u64 = 2;

const LINES: [&str; 6] = [
    "昨夜はよく眠れました。",
    "血圧 134 78 です。",
    "朝食は全部食べました。",
    "お風呂に入りました。",
    "夕方に足のむくみあり。",
    "来週は 10時に行きます。",
];
const PENS: [Pen; 2] = [Pen::Ballpoint, Pen::Pencil];

/// One printed sheet of one of the booklets.
struct Printed {
    notebook: NotebookNumber,
    sheet: u16,
    geometry: Geometry,
    print: Print,
}

/// A photo, and where it must be found and go.
struct Taken {
    seed: u64,
    of: usize,
    jpeg: Vec<u8>,
    corners: [Pixel; 4],
}

/// Every sheet of both booklets.
async fn printed(town: &Town) -> Vec<Printed> {
    let printer = printer();
    let mut all = Vec::new();
    for notebook in [town.plum, town.pine] {
        let booklet = town.booklet(&printer, notebook).await;
        let find = move |tx: &mut Tx<'_>| {
            let mut found = Vec::new();
            for row in list_sheets(tx, notebook)? {
                found.push((row.sheet, find_design(tx, &row.design, &row.revision)?.unwrap()));
            }
            Ok(found)
        };
        for (number, geometry) in town.app.records.read(find).await.unwrap() {
            let print = sheet(&booklet, number.into());
            all.push(Printed { notebook, sheet: number, geometry, print });
        }
    }
    all
}

/// A photo of one of the sheets with a few written rows.
fn take(sheets: &[Printed], seed: u64) -> Taken {
    let mut dice = Dice::new(seed);
    let of = dice.below(sheets.len());
    let mut print = sheets[of].print.clone();
    let rows = sheets[of].geometry.regions.iter().filter(|region| region.kind == RegionKind::Row);
    for row in rows {
        if dice.chance(0.4) {
            let (line, pen) = (LINES[dice.below(LINES.len())], PENS[dice.below(PENS.len())]);
            handwriting::write(&mut print, line, row.area, pen, dice.bits());
        }
    }
    let conditions = Conditions::drawn(seed, Severity::Ordinary);
    let photo = photograph(&[Laid::alone(&print, &conditions)], &conditions);
    Taken { seed, of, jpeg: photo.jpeg, corners: photo.corners[0] }
}

/// Distance of the worst corner from the truth in millimetres; `None` when no sheet was located.
fn worst_corner(sheets: &[Printed], taken: &Taken) -> Option<f64> {
    let known: Vec<Geometry> = sheets.iter().map(|sheet| sheet.geometry.clone()).collect();
    let finding = examine(&taken.jpeg, &known).ok()?;
    let [located] = &finding.sheets[..] else { return None };
    let size = &sheets[taken.of].geometry;
    let around: f64 = (0..4).map(|k| taken.corners[k].distance(taken.corners[(k + 1) % 4])).sum();
    let density = around / (2.0 * (size.width.0 + size.height.0));
    let errors = (0..4).map(|k| taken.corners[k].distance(located.page_corners[k]) / density);
    Some(errors.fold(0.0, f64::max))
}

/// All photos with the error of each, made by as many hands as there are processors.
fn take_all(sheets: &Arc<Vec<Printed>>) -> Vec<(Taken, Option<f64>)> {
    let hands = (0..HANDS).map(|hand| {
        let sheets = Arc::clone(sheets);
        thread::spawn(move || -> Vec<(Taken, Option<f64>)> {
            let seeds = (FIRST_SEED..FIRST_SEED + PHOTOS).filter(|seed| seed % HANDS == hand);
            let take = |seed| {
                let taken = take(&sheets, seed);
                let error = worst_corner(&sheets, &taken);
                (taken, error)
            };
            seeds.map(take).collect()
        })
    });
    let hands: Vec<_> = hands.collect();
    hands.into_iter().flat_map(|hand| hand.join().unwrap()).collect()
}

#[test]
fn ordinary_photos_of_a_couples_booklets_are_located_and_each_goes_to_its_own() {
    on_sqlite(|place| async move {
        let town = Town::found(Store::open(&place, &RECORDS, NOW).unwrap()).await;
        let sheets = Arc::new(printed(&town).await);
        let making = Arc::clone(&sheets);
        let photos = tokio::task::spawn_blocking(move || take_all(&making)).await.unwrap();
        let (mut located, mut filed, mut wrong) = (0, 0, Vec::new());
        let mut missed = Vec::new();
        for (taken, error) in photos {
            let is_located = error.is_some_and(|error| error <= WORST);
            located += usize::from(is_located);
            let upload = town.receives(town.manager, taken.jpeg).await;
            let meant = (sheets[taken.of].notebook, Some(sheets[taken.of].sheet));
            let is_filed = upload.state == State::Filed && upload.contents.filed() == Some(meant);
            filed += usize::from(is_filed);
            if upload.contents.filed().is_some_and(|gone| gone != meant) {
                wrong.push(taken.seed);
            }
            if !is_located || !is_filed {
                missed.push((taken.seed, error, upload.state));
            }
        }
        println!("{PHOTOS} photos: {located} located, {filed} filed; missed: {missed:?}");
        assert!(wrong.is_empty(), "filed wrongly: {wrong:?}");
        assert!(located >= AT_LEAST && filed >= AT_LEAST, "{located} located, {filed} filed: {missed:?}");
    });
}
