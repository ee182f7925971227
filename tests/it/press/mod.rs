//! The press: every document proved, its geometry equal to what is drawn, and what it must refuse.

use jiff::civil::{Date, date};
use kakehashi::print::press::{
    Arrangement, Booklet, Booklets, Calibration, CardInsert, CardSize, Carriers, CarriersPage, Code,
    Document, DotsPerInch, Extent, Label, LabelKind, Labels, NotebookFace, Press, Purpose, RegistrationSlip,
    Sheet, Sheets, SingleSheet, Stock, Typeset, prove, render,
};
use kakehashi::print::{OPTIONS, sheets_of};
use kakehashi::sheet::design::Format;

mod drawing;
mod formats;
mod geometry;
mod readers;
mod record;
mod refusals;

const TODAY: Date = date(2026, 11, 22);
const SYMBOLS: [&str; 9] = ["ume", "matsu", "take", "tori", "tsuki", "yama", "fune", "sakana", "kiku"];
const COLOURS: [&str; 8] = ["beni", "daidai", "oudo", "midori", "ao", "murasaki", "cha", "sumi"];

/// Whoever draws names a folder of designs, to see them without building.
fn press() -> Press {
    let drawn = std::env::var_os("KAKEHASHI_DESIGNS");
    Press::new(drawn.as_deref().map(std::path::Path::new)).unwrap()
}

fn notebook() -> NotebookFace {
    NotebookFace {
        city: "かけはし市".to_owned(),
        desk_name: "かけはし市 中央地域包括支援センター".to_owned(),
        desk_telephone: "042-000-0000".to_owned(),
        number: "1234-5678-9012".to_owned(),
        symbol: "ume".to_owned(),
        colour: "beni".to_owned(),
        sample: true,
    }
}

/// A carrier's text with the longest host that fits; `seed` makes it a different one.
fn text(seed: usize) -> String {
    let letters = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let token: String =
        (0..28).map(|place| char::from(letters[(seed * 7919 + place * (seed + 5)) % 32])).collect();
    format!("HTTPS://RENRAKU.CITY.KAKEHASHI.JP/Q/{token}")
}

fn code(seed: usize) -> Code {
    Code::carrier(&text(seed)).unwrap()
}

fn sheet(design: &str, number: u16) -> Sheet {
    let code = Some(code(number.into()));
    Sheet { design: design.to_owned(), number: Some(number), code, filled: None }
}

fn booklet(owner: Option<&str>) -> Document {
    bound(vec![three_sheets(owner, 90)], Arrangement::Pages)
}

fn bound(booklets: Vec<Booklet>, arrangement: Arrangement) -> Document {
    Document::Booklets(Booklets { booklets, arrangement, extent: Extent::Whole })
}

fn three_sheets(owner: Option<&str>, cover: usize) -> Booklet {
    let sheets = vec![sheet("blood-pressure", 1), sheet("exchange-log", 2), sheet("medicine", 3)];
    let (owner, cover) = (owner.map(str::to_owned), code(cover));
    Booklet { notebook: notebook(), format: Format::A5, volume: 1, owner, cover, sheets }
}

fn single(design: &str, recto: bool) -> Document {
    single_on(design, Format::A5, recto)
}

fn single_on(design: &str, format: Format, recto: bool) -> Document {
    let sheet = sheet(design, 7);
    let page = SingleSheet { notebook: notebook(), sheet, format, recto, overlay: vec![] };
    Document::Sheets(Sheets { pages: vec![page] })
}

/// A sheet that is nobody's yet.
fn pad() -> Document {
    let notebook = NotebookFace { symbol: String::new(), colour: "sumi".into(), ..notebook() };
    let sheet = sheet("blood-pressure", 1);
    let page = SingleSheet { notebook, sheet, format: Format::A5, recto: true, overlay: vec![] };
    Document::Sheets(Sheets { pages: vec![page] })
}

fn card(size: CardSize) -> Document {
    Document::CardInsert(CardInsert { notebook: notebook(), code: code(91), size })
}

fn case_label(notebook: NotebookFace) -> Document {
    labels("a-one-12", 1, vec![label(LabelKind::Case, notebook, 91)])
}

fn label(kind: LabelKind, notebook: NotebookFace, seed: usize) -> Label {
    Label { kind, notebook, title: format!("{seed}ページ"), code: code(seed) }
}

fn labels(stock: &str, start: usize, labels: Vec<Label>) -> Document {
    let stock = Stock::find(stock).unwrap().unwrap();
    Document::Labels(Labels { stock, start, calibration: Calibration::default(), labels })
}

fn every_document() -> Vec<(&'static str, Document)> {
    let link = Code::link("https://renraku.city.kakehashi.jp/f/8RkQ2xWz7LmN4pTc").unwrap();
    vec![
        ("booklet", booklet(Some("髙橋 花子"))),
        ("booklets", bound(vec![three_sheets(None, 90), three_sheets(None, 93)], Arrangement::Pages)),
        ("photo-bookmark", single("photo-bookmark", true)),
        ("consent-form", single("consent-form", true)),
        ("case-label", case_label(notebook())),
        ("card-insert", card(CardSize::Iso)),
        ("business-card", card(CardSize::Business)),
        (
            "carriers",
            Document::Carriers(Carriers {
                pages: vec![CarriersPage { notebook: notebook(), case: code(91), bookmark: code(92) }],
            }),
        ),
        (
            "registration-slip",
            Document::RegistrationSlip(RegistrationSlip {
                notebook: notebook(),
                recipient: "佐藤 春子".to_owned(),
                link,
                valid_until: "令和8年12月6日（日）まで".to_owned(),
            }),
        ),
        ("pad", pad()),
    ]
}

/// A booklet of twenty pages on some paper.
fn whole(format: Format, arrangement: Arrangement, volume: u16) -> Document {
    let sheets =
        sheets_of(volume).into_iter().zip(1..).map(|(design, number)| sheet(design, number)).collect();
    let (owner, cover) = (Some("髙橋 花子".to_owned()), code(90));
    bound(vec![Booklet { notebook: notebook(), format, volume, owner, cover, sheets }], arrangement)
}

/// Every paper and arrangement of the booklet, labels on every stock, every sheet: beside
/// [`every_document`], for what takes longer.
fn every_format() -> Vec<(String, Document)> {
    let booklet = |format: Format, arrangement: Arrangement, volume| {
        let name = format!("booklet-{}-{}-{volume}", format.word(), arrangement.word());
        (name, whole(format, arrangement, volume))
    };
    let mut documents: Vec<(String, Document)> =
        Format::ALL.into_iter().map(|format| booklet(format, Arrangement::Pages, 1)).collect();
    documents.extend(
        [Format::A5, Format::A6, Format::Tall].map(|format| booklet(format, Arrangement::SaddleStitch, 1)),
    );
    documents.push(booklet(Format::A5, Arrangement::PrintShop, 2));
    for stock in Stock::all().unwrap() {
        let kind = if stock.fits_case() { LabelKind::Case } else { LabelKind::Page };
        let some = (1..=stock.places() + 1).map(|seed| label(kind, notebook(), seed)).collect();
        documents.push((format!("labels-{}", stock.key), labels(&stock.key, 1, some)));
    }
    for design in OPTIONS {
        documents.push((format!("sheet-{design}"), single(design, true)));
    }
    documents
}

/// A press with one design file replaced; `name` is its path below the designs' folder.
fn press_with(name: &str, source: &str) -> Press {
    let folder =
        std::env::temp_dir().join(format!("kakehashi-{}-{}", std::process::id(), name.replace('/', "-")));
    std::fs::create_dir_all(folder.join("sheets")).unwrap();
    std::fs::write(folder.join(name), source).unwrap();
    let press = Press::new(Some(&folder));
    std::fs::remove_dir_all(&folder).unwrap();
    press.unwrap()
}

fn print(document: &Document) -> Typeset {
    press().typeset(document, TODAY, Purpose::Paper).unwrap()
}

/// A proof that fails by chance would keep a carrier from ever being printed: its code is the same each time. More
/// are tried when `KAKEHASHI_CODES` says how many.
#[test]
fn whatever_a_code_says_it_reads_as_meant() {
    let count = std::env::var("KAKEHASHI_CODES").ok().and_then(|count| count.parse().ok()).unwrap_or(440);
    let mut dice = 0x2545_F491_4F6C_DD1D_u64;
    let mut token = move || {
        let mut letter = || {
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            char::from(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"[(dice >> 20) as usize % 32])
        };
        (0..28).map(|_| letter()).collect::<String>()
    };
    for first in (0..count).step_by(440) {
        let label = |_| {
            let code = Code::carrier(&format!("HTTPS://RENRAKU.CITY.KAKEHASHI.JP/Q/{}", token())).unwrap();
            Label { kind: LabelKind::Page, notebook: notebook(), title: "3ページ".into(), code }
        };
        let page = labels("a-one-44", 1, (0..440).map(label).collect());
        prove(&print(&page)).unwrap_or_else(|error| panic!("from {first}: {error}"));
    }
}

#[test]
fn every_code_of_every_document_reads_as_meant() {
    for (name, document) in every_document() {
        let typeset = print(&document);
        assert!(typeset.pages.iter().any(|page| !page.codes.is_empty()), "{name} has no code");
        prove(&typeset).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn a_folder_of_designs_replaces_the_embedded_ones_and_changes_the_revision() {
    let original = include_str!("../../../print-assets/designs/sheets/medicine.typ");
    let changed = press_with("sheets/medicine.typ", &original.replace("お薬のこと", "くすりのこと"));
    let (embedded, changed) = (press().designs().unwrap(), changed.designs().unwrap());
    for (before, after) in embedded.iter().zip(&changed) {
        let same = before.faces[0].revision == after.faces[0].revision;
        assert_eq!(same, before.key != "medicine", "{}", before.key);
    }
    assert!(changed.iter().any(|design| design.title == "くすりのこと"));
}

#[test]
fn the_owners_name_stands_inside_and_never_outside() {
    let named = print(&booklet(Some("相模 花子")));
    let blank = print(&booklet(None));
    for page in 0..6 {
        let [named, blank] = [&named, &blank].map(|it| render(&it.pdf, page, DotsPerInch(100.0)).unwrap());
        assert_eq!(named == blank, page != 1, "page {page}");
    }
}

#[test]
fn rare_kanji_of_names_are_printed() {
    let name = "髙﨑𠮷邊󠄀";
    assert!(press().missing_glyphs(name).is_empty());
    let rare = print(&booklet(Some(name)));
    prove(&rare).unwrap();
    let plain = print(&booklet(Some("髙﨑吉邊")));
    let [rare, plain] = [rare, plain].map(|it| render(&it.pdf, 1, DotsPerInch(100.0)).unwrap());
    assert_ne!(rare, plain);
}

#[test]
fn every_symbol_in_every_colour_prints() {
    let press = press();
    for symbol in SYMBOLS {
        for colour in COLOURS {
            let notebook =
                NotebookFace { symbol: symbol.to_owned(), colour: colour.to_owned(), ..notebook() };
            let document = case_label(notebook);
            press.typeset(&document, TODAY, Purpose::Paper).unwrap();
        }
    }
}

#[test]
fn the_pdf_bears_the_given_date_and_no_tags_on_paper() {
    let press = press();
    let document = booklet(None);
    let paper = press.typeset(&document, TODAY, Purpose::Paper).unwrap().pdf;
    let screen = press.typeset(&document, TODAY, Purpose::Screen).unwrap().pdf;
    let contains = |pdf: &[u8], text: &str| pdf.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(contains(&paper, "D:20261122"));
    assert!(!contains(&paper, "/StructTreeRoot") && contains(&screen, "/StructTreeRoot"));
    assert!(paper.len() < screen.len());
    assert_eq!(
        paper,
        press.typeset(&document, TODAY, Purpose::Paper).unwrap().pdf,
        "the same job, the same bytes"
    );
}
