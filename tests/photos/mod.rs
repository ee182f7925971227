//! Photos of our own printed sheets with known truth: sheets of a couple's two booklets, written on by the
//! simulator's hand and photographed under ordinary conditions, each in its own way. In a fifth of them
//! something lies on the code, or a sheet of the other booklet lies beside it, or both. Their seeds were never
//! looked at while anything was tuned. `KAKEHASHI_PHOTOS=1000` takes as many, `KAKEHASHI_PHOTOS_FROM` others.

mod marks;

use std::ops::Range;
use std::sync::Arc;
use std::thread;

use kakehashi::capture::vision::{Finding, LocatedSheet, Pixel, examine};
use kakehashi::capture::{PartState, State, Upload};
use kakehashi::demo::dice::Dice;
use kakehashi::demo::handwriting::{self, Pen};
use kakehashi::demo::photograph::{Arrangement, Conditions, Laid, Print, Severity, photograph};
use kakehashi::id::NotebookNumber;
use kakehashi::sheet::design::{Geometry, RegionKind};
use kakehashi::sheet::sql::{find_design, list_sheets};
use kakehashi::store::tx::Tx;
use tokio::sync::mpsc;

use crate::capture::town::{Town, cover, printer, sheet};
use crate::support::store::{NOW, on_sqlite};
use kakehashi::store::Store;
use kakehashi::store::schema::RECORDS;

/// So many photos, unless the environment says otherwise.
const PHOTOS: u64 = 200;
const PHOTOS_VARIABLE: &str = "KAKEHASHI_PHOTOS";
/// Of those with one sheet whose code lies open, at least this share is located and filed rightly; none of
/// all is filed wrongly (DESIGN 11).
const AT_LEAST: f64 = 0.99;
/// Share of the photos with a covered code or a second booklet.
const TROUBLED: f64 = 0.2;
/// Where their seeds begin, unless the environment says otherwise.
const FIRST_SEED: u64 = 770_000;
const FIRST_SEED_VARIABLE: &str = "KAKEHASHI_PHOTOS_FROM";
/// The worst corner of a located sheet, in millimetres.
const WORST: f64 = 1.0;
/// A line tells how far it is after so many.
const TOLD: usize = 100;
/// Photos that are taken and looked at at once, and those that may wait to be sent.
const HANDS: u64 = 2;
const AHEAD: usize = 8;

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

/// A sheet in a photo.
struct Seen {
    of: usize,
    corners: [Pixel; 4],
    is_code_open: bool,
}

/// A photo, and where each of its sheets must be found and go.
struct Taken {
    seed: u64,
    jpeg: Vec<u8>,
    sheets: Vec<Seen>,
}

/// What the camera's eye made of a photo.
struct Judged {
    /// Distance of the worst corner of its one sheet in millimetres; `None` when it was not located.
    error: Option<f64>,
    /// A sheet was given a code that lies on another one.
    is_mixed_up: bool,
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

/// A photo of one of the sheets with a few written rows; a troubled one by the dice of its own.
fn take(sheets: &[Printed], seed: u64) -> Taken {
    let mut dice = Dice::new(seed);
    let of = dice.below(sheets.len());
    let mut print = written(&sheets[of], &mut dice);
    let conditions = Conditions::drawn(seed, Severity::Ordinary);
    let mut trouble = Dice::new(seed ^ 0x7472_6F75);
    if !trouble.chance(TROUBLED) {
        let photo = photograph(&[Laid::alone(&print, &conditions)], &conditions);
        let seen = Seen { of, corners: photo.corners[0], is_code_open: true };
        return Taken { seed, jpeg: photo.jpeg, sheets: vec![seen] };
    }
    let (is_code_open, is_alone) = [(false, true), (false, false), (true, false)][trouble.below(3)];
    if let Some(area) = sheets[of].geometry.code.filter(|_| !is_code_open) {
        cover(&mut print, [area.left.0 - 1.0, area.top.0 - 1.0, area.width.0 + 2.0, area.height.0 + 2.0]);
    }
    let others: Vec<usize> =
        (0..sheets.len()).filter(|k| sheets[*k].notebook != sheets[of].notebook).collect();
    let other = others[trouble.below(others.len())];
    let beside = written(&sheets[other], &mut trouble);
    let arrangement = if is_alone { Arrangement::Alone } else { Arrangement::Two };
    let conditions = arrangement.held(conditions);
    let photo = photograph(&arrangement.lay(&[&print, &beside], &conditions), &conditions);
    let seen = |(corners, (of, is_code_open)): (&[Pixel; 4], (usize, bool))| Seen {
        of,
        corners: *corners,
        is_code_open,
    };
    let lying = [(of, is_code_open), (other, true)];
    Taken { seed, jpeg: photo.jpeg, sheets: photo.corners.iter().zip(lying).map(seen).collect() }
}

fn written(sheet: &Printed, dice: &mut Dice) -> Print {
    let mut print = sheet.print.clone();
    let rows = sheet.geometry.regions.iter().filter(|region| region.kind == RegionKind::Row);
    for row in rows {
        if dice.chance(0.4) {
            let (line, pen) = (LINES[dice.below(LINES.len())], PENS[dice.below(PENS.len())]);
            handwriting::write(&mut print, line, row.area, pen, dice.bits());
        }
    }
    print
}

fn judge(sheets: &[Printed], taken: &Taken) -> Judged {
    let known: Vec<Geometry> = sheets.iter().map(|sheet| sheet.geometry.clone()).collect();
    let Ok(finding) = examine(&taken.jpeg, &known) else { return Judged { error: None, is_mixed_up: false } };
    let error = match &finding.sheets[..] {
        [located] => Some(worst_corner(&sheets[taken.sheets[0].of].geometry, &taken.sheets[0], located)),
        _ => None,
    };
    let is_mixed_up = finding.sheets.iter().any(|located| is_mixed_up(&finding, located, taken));
    Judged { error, is_mixed_up }
}

/// Distance of the worst corner from the truth in millimetres.
fn worst_corner(size: &Geometry, truth: &Seen, located: &LocatedSheet) -> f64 {
    let around: f64 = (0..4).map(|k| truth.corners[k].distance(truth.corners[(k + 1) % 4])).sum();
    let density = around / (2.0 * (size.width.0 + size.height.0));
    let errors = (0..4).map(|k| truth.corners[k].distance(located.page_corners[k]) / density);
    errors.fold(0.0, f64::max)
}

/// Whether a located sheet bears a code that lies elsewhere than on the sheet that it really is.
fn is_mixed_up(finding: &Finding, located: &LocatedSheet, taken: &Taken) -> bool {
    let away =
        |seen: &&Seen| -> f64 { (0..4).map(|k| seen.corners[k].distance(located.page_corners[k])).sum() };
    let real = taken.sheets.iter().min_by(|a, b| away(a).total_cmp(&away(b))).unwrap();
    located.code.is_some_and(|code| {
        let corners = finding.codes[code].corners;
        let middle = |of: fn(&Pixel) -> f64| corners.iter().map(of).sum::<f64>() / 4.0;
        let place = Pixel { x: middle(|corner| corner.x), y: middle(|corner| corner.y) };
        !real.is_code_open || !is_inside(place, &real.corners)
    })
}

/// Whether a place lies inside an outline that goes clockwise as seen.
fn is_inside(place: Pixel, outline: &[Pixel; 4]) -> bool {
    (0..4).all(|k| {
        let (a, b) = (outline[k], outline[(k + 1) % 4]);
        (b.x - a.x) * (place.y - a.y) - (b.y - a.y) * (place.x - a.x) > 0.0
    })
}

/// Where the parts of an upload were filed.
fn filed(upload: &Upload) -> Vec<(NotebookNumber, Option<u16>)> {
    let filed = upload.contents.parts.iter().filter_map(|part| match &part.state {
        PartState::Filed { sheet, .. } => Some((part.state.notebook()?, *sheet)),
        _ => None,
    });
    filed.collect()
}

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).map_or(otherwise, |number| number.parse().expect("a number"))
}

fn seeds() -> Range<u64> {
    let first = number(FIRST_SEED_VARIABLE, FIRST_SEED);
    first..first + number(PHOTOS_VARIABLE, PHOTOS)
}

/// All photos with what was made of each, one after another as they are taken by several hands.
fn take_all(sheets: &Arc<Vec<Printed>>) -> mpsc::Receiver<(Taken, Judged)> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    for hand in 0..HANDS {
        let (sheets, sender) = (Arc::clone(sheets), sender.clone());
        thread::spawn(move || {
            for seed in seeds().filter(|seed| seed % HANDS == hand) {
                let taken = take(&sheets, seed);
                let judged = judge(&sheets, &taken);
                // Nobody receives any more when the test has failed.
                if sender.blocking_send((taken, judged)).is_err() {
                    return;
                }
            }
        });
    }
    receiver
}

/// How many photos there were of one kind, and what became of them.
#[derive(Debug, Default)]
struct Count {
    photos: usize,
    located: usize,
    filed: usize,
    waiting: usize,
}

#[test]
fn ordinary_photos_of_a_couples_booklets_are_located_and_each_goes_to_its_own() {
    on_sqlite(|place| async move {
        let town = Town::found(Store::open(&place, &RECORDS, NOW).unwrap()).await;
        let sheets = Arc::new(printed(&town).await);
        let mut taking = take_all(&sheets);
        let (mut plain, mut troubled) = (Count::default(), Count::default());
        let (mut wrong, mut missed) = (Vec::new(), Vec::new());
        let mut received = 0;
        while let Some((taken, judged)) = taking.recv().await {
            received += 1;
            let upload = town.receives(town.manager, taken.jpeg).await;
            let open = taken.sheets.iter().filter(|seen| seen.is_code_open);
            let meant: Vec<_> =
                open.map(|seen| (sheets[seen.of].notebook, Some(sheets[seen.of].sheet))).collect();
            let gone = filed(&upload);
            if judged.is_mixed_up || gone.iter().any(|to| !meant.contains(to)) || gone.len() > meant.len() {
                wrong.push(taken.seed);
            }
            let is_plain = taken.sheets.len() == 1 && taken.sheets[0].is_code_open;
            let count = if is_plain { &mut plain } else { &mut troubled };
            let is_located = judged.error.is_some_and(|error| error <= WORST);
            let is_filed = gone.len() == meant.len();
            count.photos += 1;
            count.located += usize::from(is_located);
            count.filed += usize::from(is_filed);
            count.waiting += usize::from(upload.state == State::Waiting);
            if received % TOLD == 0 {
                println!(
                    "{received}: plain: {plain:?}; covered or beside another: {troubled:?}; wrong: {wrong:?}"
                );
            }
            if is_plain && !(is_located && is_filed) {
                missed.push((taken.seed, judged.error, upload.state));
            }
        }
        assert_eq!(received, seeds().count(), "a hand gave up");
        println!("plain: {plain:?}; missed: {missed:?}; covered or beside another: {troubled:?}");
        assert!(wrong.is_empty(), "filed wrongly: {wrong:?}");
        let least = (plain.photos as f64 * AT_LEAST).floor() as usize;
        assert!(plain.located >= least && plain.filed >= least, "{plain:?}: {missed:?}");
    });
}
