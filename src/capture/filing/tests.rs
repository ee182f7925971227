//! The rule of filing in tables, and the property that matters: no sheet goes to a notebook not its own.

use proptest::prelude::*;

use super::*;
use crate::sheet::design::{Area, Format, Millimetres, SheetAudience};

const PLUM: u64 = 1;
const PINE: u64 = 2;

fn number(serial: u64) -> NotebookNumber {
    NotebookNumber::from_serial(serial).unwrap()
}

fn geometry(label: u8, code_left: f64) -> Geometry {
    let [top, side] = [Millimetres(9.0), Millimetres(19.8)];
    let code = Area { left: Millimetres(code_left), top, width: side, height: side };
    let (width, height) = (Millimetres(148.0), Millimetres(210.0));
    Geometry {
        design: format!("design-{label}"),
        label,
        audience: SheetAudience::Everyone,
        width,
        height,
        code: Some(code),
        regions: vec![],
    }
}

fn row(sheet: u16, label: u8) -> PrintedSheet {
    let design = format!("design-{label}");
    let (revision, format) = (vec![label], Format::A5);
    PrintedSheet { sheet, design, revision, label, volume: 1, format, recto: true }
}

/// A genuine code of a notebook's carrier; a sheet's number is also its label.
fn genuine(serial: u64, kind: CarrierKind, sheet: u16, granted: bool) -> Code {
    let carrier = Carrier { kind, number: number(serial), generation: 0, sheet };
    let label = u8::try_from(sheet).unwrap();
    let printed =
        kind.is_paper().then(|| Printed { row: row(sheet, label), geometry: geometry(label, 109.0) });
    Code::Genuine(Genuine { carrier, state: CarrierState::Live, granted, is_paper_only: false, printed })
}

fn sheet_of(serial: u64, sheet: u16) -> Code {
    genuine(serial, CarrierKind::Sheet, sheet, true)
}

fn located(label: u8, code: Option<usize>) -> Located {
    Located { label, code, shape: Some(geometry(label, 109.0)) }
}

fn outcomes(codes: &[Code], sheets: &[Located]) -> Vec<Outcome> {
    let seen = Seen { codes: codes.to_vec(), sheets: sheets.to_vec(), is_incomplete: false };
    file(&seen).into_iter().map(|part| part.outcome).collect()
}

fn filed(serial: u64, sheet: u16) -> Outcome {
    let label = u8::try_from(sheet).unwrap();
    Outcome::File(Target { notebook: number(serial), sheet: Some(row(sheet, label)) })
}

fn filed_whole(serial: u64) -> Outcome {
    Outcome::File(Target { notebook: number(serial), sheet: None })
}

#[test]
fn each_located_sheet_is_filed_by_its_own_code() {
    let codes = [sheet_of(PLUM, 3), sheet_of(PINE, 4), Code::Foreign];
    let sheets = [located(3, Some(0)), located(4, Some(1))];
    assert_eq!(outcomes(&codes, &sheets), [filed(PLUM, 3), filed(PINE, 4)]);
}

#[test]
fn a_sheet_that_disagrees_with_its_printed_row_waits() {
    let codes = [sheet_of(PLUM, 3)];
    let moved = Located { shape: Some(geometry(3, 20.0)), ..located(3, Some(0)) };
    let unknown = Located { shape: None, ..located(3, Some(0)) };
    for sheet in [located(4, Some(0)), moved, unknown] {
        assert_eq!(outcomes(&codes, &[sheet]), [Outcome::Wait(Why::Conflict)]);
    }
    let never_printed = genuine(PLUM, CarrierKind::Cover, 3, true);
    assert_eq!(outcomes(&[never_printed], &[located(3, Some(0))]), [Outcome::Wait(Why::Conflict)]);
}

#[test]
fn one_code_cannot_file_two_sheets() {
    let sheets = [located(3, Some(0)), located(3, Some(0))];
    assert_eq!(
        outcomes(&[sheet_of(PLUM, 3)], &sheets),
        [Outcome::Wait(Why::Marks), Outcome::Wait(Why::Marks)]
    );
}

#[test]
fn a_code_without_a_grant_and_a_forged_one_are_held_alike() {
    let closed = [genuine(PLUM, CarrierKind::Sheet, 3, false), Code::Forged];
    for code in &closed {
        let is_held = |sheets: &[Located]| {
            matches!(outcomes(std::slice::from_ref(code), sheets)[..], [Outcome::Held(_)])
        };
        assert!(is_held(&[located(3, Some(0))]) && is_held(&[]));
        let beside = [genuine(PINE, CarrierKind::Bookmark, 0, true), code.clone()];
        assert_eq!(outcomes(&beside, &[]), [Outcome::Wait(Why::Conflict)]);
        assert_eq!(outcomes(&beside, &[located(3, None)]), [Outcome::Wait(Why::Conflict)]);
    }
}

#[test]
fn what_is_held_knows_where_it_belongs_when_one_notebook_says_so() {
    let closed = |serial| genuine(serial, CarrierKind::Sheet, 3, false);
    let target = |sheet| Outcome::Held(Some(Target { notebook: number(PLUM), sheet }));
    assert_eq!(outcomes(&[closed(PLUM)], &[located(3, Some(0))]), [target(Some(row(3, 3)))]);
    assert_eq!(outcomes(&[closed(PLUM)], &[located(4, Some(0))]), [target(None)], "other marks than printed");
    assert_eq!(outcomes(&[closed(PLUM)], &[]), [target(None)]);
    assert_eq!(outcomes(&[Code::Forged], &[located(3, Some(0))]), [Outcome::Held(None)]);
    for other in [closed(PINE), Code::Forged] {
        assert_eq!(outcomes(&[closed(PLUM), other], &[]), [Outcome::Held(None)]);
    }
}

#[test]
fn nothing_of_somebody_on_paper_alone_is_kept() {
    let Code::Genuine(closed) = genuine(PLUM, CarrierKind::Sheet, 3, false) else { unreachable!() };
    let on_paper = Code::Genuine(Genuine { is_paper_only: true, ..closed });
    assert_eq!(outcomes(std::slice::from_ref(&on_paper), &[located(3, Some(0))]), [Outcome::Discard]);
    assert_eq!(outcomes(&[on_paper.clone(), Code::Foreign], &[]), [Outcome::Discard]);
    let other = genuine(PINE, CarrierKind::Sheet, 4, false);
    assert_eq!(outcomes(&[on_paper, other], &[]), [Outcome::Held(None)], "the page may be the other one's");
}

#[test]
fn a_covered_sheet_waits_whatever_else_is_in_view() {
    for stray in [sheet_of(PINE, 4), genuine(PINE, CarrierKind::Bookmark, 0, true)] {
        let outcomes = outcomes(&[stray], &[located(3, None)]);
        assert_eq!(outcomes, [Outcome::Wait(Why::Conflict)]);
    }
    assert_eq!(outcomes(&[], &[located(3, None)]), [Outcome::Wait(Why::Marks)]);
    let beside = outcomes(&[sheet_of(PINE, 4)], &[located(3, None), located(4, Some(0))]);
    assert_eq!(beside, [Outcome::Wait(Why::Marks), filed(PINE, 4)]);
}

#[test]
fn a_sticker_or_bookmark_files_paper_when_all_codes_are_of_one_notebook() {
    let bookmark = |serial| genuine(serial, CarrierKind::Bookmark, 0, true);
    let sticker = |serial| genuine(serial, CarrierKind::Sticker, 1, true);
    let cover = |serial| genuine(serial, CarrierKind::Cover, 0, true);
    let table = [
        (vec![bookmark(PLUM)], filed_whole(PLUM)),
        (vec![sticker(PLUM), Code::Foreign, cover(PLUM)], filed_whole(PLUM)),
        (vec![bookmark(PLUM), sticker(PINE)], Outcome::Wait(Why::Conflict)),
        (vec![bookmark(PLUM), cover(PINE)], Outcome::Wait(Why::Conflict)),
        (vec![cover(PLUM)], Outcome::Wait(Why::Marks)),
        (vec![sheet_of(PLUM, 3)], Outcome::Wait(Why::Marks)),
        (vec![Code::Foreign], Outcome::Wait(Why::Marks)),
        (vec![genuine(9, CarrierKind::Unbound, 0, false)], Outcome::Wait(Why::Unbound)),
        (vec![], Outcome::Wait(Why::Marks)),
    ];
    for (codes, expected) in table {
        assert_eq!(outcomes(&codes, &[]), [expected], "{codes:?}");
    }
    // The bookmark's own marks are no page.
    assert_eq!(outcomes(&[bookmark(PLUM)], &[located(BOOKMARK_LABEL, Some(0))]), [filed_whole(PLUM)]);
}

#[test]
fn a_sheet_out_of_a_pad_waits_for_the_tap_that_binds_it() {
    let pad = genuine(9, CarrierKind::Unbound, 1, false);
    let target = Target { notebook: number(9), sheet: Some(row(1, 1)) };
    assert_eq!(outcomes(std::slice::from_ref(&pad), &[located(1, Some(0))]), [Outcome::Bind(target)]);
    // Its marks are of another design than what was printed under this number.
    assert_eq!(outcomes(&[pad], &[located(2, Some(0))]), [Outcome::Wait(Why::Conflict)]);
}

#[test]
fn a_bookmark_does_not_file_when_a_sheet_in_view_was_not_located() {
    let codes = vec![genuine(PLUM, CarrierKind::Bookmark, 0, true)];
    let seen = Seen { codes, sheets: vec![], is_incomplete: true };
    assert_eq!(file(&seen)[0].outcome, Outcome::Wait(Why::Marks));
}

#[test]
fn lost_carriers_still_name_their_own_sheet_but_recalled_ones_and_lost_bookmarks_do_not_file() {
    let with = |kind, state| {
        let Code::Genuine(code) = genuine(PLUM, kind, 3, true) else { unreachable!() };
        Code::Genuine(Genuine { state, ..code })
    };
    let sheet = |state| outcomes(&[with(CarrierKind::Sheet, state)], &[located(3, Some(0))])[0].clone();
    assert_eq!(sheet(CarrierState::Replaced), filed(PLUM, 3));
    assert_eq!(sheet(CarrierState::Recalled), Outcome::Wait(Why::Conflict));
    let bookmark = outcomes(&[with(CarrierKind::Bookmark, CarrierState::Lost)], &[]);
    assert_eq!(bookmark, [Outcome::Wait(Why::Marks)]);
}

/// A page on the table: whose it is, which sheet, whether its code was read, and, by a slip of the
/// engine, perhaps another code in its place.
#[derive(Debug, Clone)]
struct Page {
    owner: u64,
    sheet: u16,
    code_read: bool,
    misplaced: bool,
}

prop_compose! {
    fn pages()(
        owner in 1_u64..4,
        sheet in 1_u16..5,
        code_read in any::<bool>(),
        misplaced in prop::bool::weighted(0.2),
    ) -> Page {
        Page { owner, sheet, code_read, misplaced }
    }
}

fn stray_codes() -> impl Strategy<Value = Code> {
    let kinds = prop::sample::select(vec![CarrierKind::Cover, CarrierKind::Sticker, CarrierKind::Bookmark]);
    prop_oneof![
        Just(Code::Foreign),
        Just(Code::Forged),
        (1_u64..4, kinds).prop_map(|(owner, kind)| genuine(owner, kind, 0, owner != 3)),
    ]
}

proptest! {
    /// The uploader has grants on the notebooks 1 and 2, not on 3.
    #[test]
    fn no_sheet_ever_goes_to_a_notebook_that_is_not_its_own(
        pages in prop::collection::vec(pages(), 0..5),
        strays in prop::collection::vec(stray_codes(), 0..4),
        is_incomplete in any::<bool>(),
    ) {
        let mut codes = strays;
        let mut sheets = Vec::new();
        for page in &pages {
            let own = page.code_read.then(|| {
                codes.push(genuine(page.owner, CarrierKind::Sheet, page.sheet, page.owner != 3));
                codes.len() - 1
            });
            // A stray code that the engine took for the sheet's own.
            let code = if page.misplaced { Some(0).filter(|_| !codes.is_empty()) } else { own };
            let code = code.filter(|code| own == Some(*code) || !matches!(
                &codes[*code], Code::Genuine(code) if code.carrier.kind == CarrierKind::Sheet
            ));
            sheets.push(located(u8::try_from(page.sheet).unwrap(), code));
        }
        let seen = Seen { codes: codes.clone(), sheets, is_incomplete };
        for part in file(&seen) {
            let Outcome::File(target) = part.outcome else { continue };
            prop_assert!(target.notebook != number(3), "filed without a grant");
            match part.sheet {
                Some(index) => {
                    prop_assert_eq!(target.notebook, number(pages[index].owner));
                    prop_assert_eq!(target.sheet.map(|row| row.sheet), Some(pages[index].sheet));
                }
                None => {
                    let others = codes.iter().filter_map(Code::genuine);
                    prop_assert!(others.into_iter().all(|code| code.carrier.number == target.notebook));
                    prop_assert!(!codes.contains(&Code::Forged) && !is_incomplete);
                }
            }
        }
    }
}
