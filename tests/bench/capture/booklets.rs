//! The sheets that are photographed: those of two booklets, typeset from the real designs.

use jiff::civil::{Date, date};
use kakehashi::demo::dice::Dice;
use kakehashi::demo::handwriting::{self, Pen};
use kakehashi::demo::photograph::Print;
use kakehashi::id::NotebookNumber;
use kakehashi::print::press::{
    Arrangement, Booklet, Booklets, Code, Document, DotsPerInch, Extent, NotebookFace, PlacedSheet, Press,
    Purpose, Sheet, render,
};
use kakehashi::print::{revision_bytes, sheets_of};
use kakehashi::sheet::design::{Format, Geometry, Region, RegionKind};
use kakehashi::sheet::sql::PrintedSheet;

const TODAY: Date = date(2026, 11, 22);
/// As fine as a photo of 12 megapixels sees an A5 page.
const RESOLUTION: DotsPerInch = DotsPerInch(300.0);
/// Cover and guide come before the first sheet.
const FIRST_PAGE: usize = 2;

const LINES: [&str; 8] = [
    "昨夜はよく眠れました。",
    "血圧 134 78 です。",
    "朝食は全部食べました。",
    "お風呂に入りました。",
    "夕方に足のむくみあり。",
    "来週は 10時に行きます。",
    "デイサービス",
    "体温36.5",
];
const PENS: [Pen; 2] = [Pen::Ballpoint, Pen::Pencil];

/// A sheet of one of the booklets.
pub struct Page {
    pub notebook: NotebookNumber,
    /// What its code says.
    pub code: String,
    pub row: PrintedSheet,
    pub geometry: Geometry,
    /// What it looks like before anybody writes on it, as the record keeps it.
    pub blank: Vec<u8>,
    pub print: Print,
}

/// Every sheet of two booklets.
pub fn pages() -> Vec<Page> {
    let press = Press::new(None).expect("the embedded press");
    (1..=2).flat_map(|serial| pages_of(&press, serial)).collect()
}

fn pages_of(press: &Press, serial: u64) -> Vec<Page> {
    let booklets = vec![booklet(serial)];
    let (arrangement, extent) = (Arrangement::Pages, Extent::Whole);
    let document = Document::Booklets(Booklets { booklets, arrangement, extent });
    let typeset = press.typeset(&document, TODAY, Purpose::Paper).expect("a booklet");
    let notebook = NotebookNumber::from_serial(serial).expect("a small number");
    let placed = typeset.pages.iter().enumerate().skip(FIRST_PAGE);
    let placed = placed.filter_map(|(page, layout)| Some((page, layout.sheets.first()?)));
    placed
        .filter_map(|(page, sheet)| Some((page, sheet, sheet.number?)))
        .map(|(page, sheet, number)| {
            let picture = render(&typeset.pdf, page, RESOLUTION).expect("a page");
            let print = Print::new(picture, sheet.geometry.width, sheet.geometry.height);
            let (row, geometry) = (row(sheet, number), sheet.geometry.clone());
            let blank = press.blank(&row.design, row.format, row.recto).expect("a blank sheet");
            Page { notebook, code: code_text(serial, number), row, geometry, blank, print }
        })
        .collect()
}

fn row(sheet: &PlacedSheet, number: u16) -> PrintedSheet {
    PrintedSheet {
        sheet: number,
        design: sheet.geometry.design.clone(),
        revision: revision_bytes(&sheet.revision).expect("a revision"),
        label: sheet.geometry.label,
        volume: 1,
        format: sheet.format,
        recto: sheet.recto,
    }
}

fn booklet(serial: u64) -> Booklet {
    let sheet = |(design, number): (&str, u16)| Sheet {
        design: design.to_owned(),
        number: Some(number),
        code: Some(code(serial, number)),
        filled: None,
    };
    let notebook = NotebookFace {
        city: "かけはし市".to_owned(),
        desk_name: "かけはし市 中央地域包括支援センター".to_owned(),
        desk_telephone: "042-000-0000".to_owned(),
        number: format!("1234-5678-{serial:04}"),
        symbol: "ume".to_owned(),
        colour: "beni".to_owned(),
        sample: true,
    };
    let sheets = sheets_of(1).into_iter().zip(1..).map(sheet).collect();
    Booklet { notebook, format: Format::A5, volume: 1, owner: None, cover: code(serial, 0), sheets }
}

fn code(serial: u64, number: u16) -> Code {
    Code::carrier(&code_text(serial, number)).expect("a code that fits")
}

fn code_text(serial: u64, number: u16) -> String {
    format!("HTTPS://RENRAKU.KAKEHASHI.EXAMPLE/Q/{:028}", serial * 1000 + u64::from(number))
}

/// The rows of a sheet.
pub fn rows(page: &Page) -> impl Iterator<Item = &Region> {
    page.geometry.regions.iter().filter(|region| region.kind == RegionKind::Row)
}

/// Writes something into a row.
pub fn write(print: &mut Print, row: &Region, dice: &mut Dice) {
    let (line, pen) = (LINES[dice.below(LINES.len())], PENS[dice.below(PENS.len())]);
    handwriting::write(print, line, row.area, pen, dice.bits());
}
