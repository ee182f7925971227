//! Documents made of what was written: for a doctor, a ward, a family, for somebody who asks what is kept.

use kakehashi::print::press::{
    Chapter, Chart, Chronicle, ChronicleKind, Contact, Digest, Document, HandOut, Item, Mark, Person,
    PicturedPage, Series, Statement, VitalsReport,
};

use super::{notebook, print};

/// Words that are hard to set: rare characters, an emoji, several lines, a long run of letters.
const WORDS: &str = "食欲が戻ってきました。𠮷野さんの髙﨑さんへの伝言も😀お願いします。\n水分もよくとれています。\nhttps://renraku.example.jp/a-very-long-address-that-somebody-has-pasted/into/the/page?with=parameters&and=more";

fn person() -> Person {
    Person {
        name: "髙橋 梅子".into(),
        kana: "たかはし うめこ".into(),
        birth: "昭和13年3月3日（88歳）".into(),
    }
}

fn item(day: u32) -> Item {
    Item {
        when: format!("11月{day}日(金) 午後2時30分"),
        author: "訪問看護みなとステーション 中村 恵さん".into(),
        words: if day.is_multiple_of(3) { String::new() } else { WORDS.into() },
        facts: vec![("血圧".into(), "132／76".into()), ("体温".into(), "36.4℃".into())],
        asks: day == 5,
        note: if day == 4 {
            "読めるのは、支えている方だけです。".into()
        } else {
            String::new()
        },
    }
}

pub fn digest() -> Document {
    Document::Digest(Digest {
        notebook: notebook(),
        printed_on: "令和8年11月22日".into(),
        pasted_by: "佐藤 恵".into(),
        items: (1..8).map(item).collect(),
    })
}

/// As many days as there can be, with several values in a cell.
pub fn vitals_report() -> Document {
    let point = |day: u32, value: f64| (f64::from(day) + 0.3, value);
    let series = |label: &str, mark, shift: f64| Series {
        label: label.into(),
        mark,
        points: (0..28)
            .flat_map(|day| [point(day, 132.0 + shift + f64::from(day % 5)), point(day, 78.0 + shift)])
            .collect(),
    };
    let pressure = Chart {
        title: "血圧".into(),
        unit: "mmHg".into(),
        lowest: 50.0,
        highest: 180.0,
        guides: vec![(135.0, "家庭血圧のめやす（135／85）".into()), (85.0, String::new())],
        series: vec![series("朝", Mark::Dot, 0.0), series("昼から夜", Mark::Square, 6.0)],
    };
    let weight = Chart {
        title: "体重".into(),
        unit: "kg".into(),
        lowest: 46.0,
        highest: 51.0,
        guides: vec![],
        series: vec![Series {
            label: "体重".into(),
            mark: Mark::Dot,
            points: (0..4).map(|week| point(7 * week, 48.2 - f64::from(week) / 10.0)).collect(),
        }],
    };
    let row = |day: u32| {
        let morning = if day == 3 { "132／76 (70) ×12" } else { "132／76 (70)" };
        vec![
            format!("11月{day}日(金)"),
            morning.into(),
            "138／80 (72)".into(),
            "36.4".into(),
            "97".into(),
            if day.is_multiple_of(7) { "48.2".into() } else { String::new() },
        ]
    };
    let heads = ["日", "朝 血圧 (脈)", "昼から夜 血圧 (脈)", "体温 ℃", "酸素 %", "体重 kg"];
    Document::VitalsReport(VitalsReport {
        notebook: notebook(),
        person: person(),
        printed_on: "令和8年11月22日".into(),
        period: "令和8年10月26日〜令和8年11月22日".into(),
        days: 28,
        first_day: "10/26".into(),
        last_day: "11/22".into(),
        charts: vec![pressure, weight],
        columns: heads.map(String::from).into(),
        rows: (1..29).map(row).collect(),
        note:
            "半日に何度かはかったときは、血圧は平均（×回数）です。体温は高い方、酸素は低い方を載せています。"
                .into(),
    })
}

pub fn hand_out() -> Document {
    let statement = |text: &str| Statement {
        text: text.into(),
        by: "さえき医院 佐伯 勉さん 11月2日(月)から".into(),
    };
    let contact = |role: &str, office: &str, name: &str| Contact {
        role: role.into(),
        name: name.into(),
        office: office.into(),
        telephone: "042-000-0000".into(),
    };
    let medicines = [
        "アムロジピン錠5mg",
        "ロスバスタチン錠2.5mg「トーワ」",
        "マグミット錠330mg",
        "ツムラ抑肝散エキス顆粒（医療用）",
    ];
    Document::HandOut(HandOut {
        notebook: notebook(),
        person: person(),
        printed_on: "令和8年11月22日".into(),
        printed_by: "佐藤 恵".into(),
        instructions: vec![
            statement(
                "とろみをつけてください（中間のとろみ）。\n飲みこみのあと、30分は体を起こしておきます。",
            ),
            statement("血圧が160をこえたら、さえき医院へお電話ください。"),
        ],
        allergies: vec![statement("エビ 発疹（2019年）"), statement("ペニシリン")],
        medicines: medicines.map(|name| (name.into(), "朝食後 1錠・11月30日(月)まで".into())).into(),
        dispensed: "11月16日(月) みどり薬局".into(),
        values: vec![
            ("はかった日".into(), "きょう 午前7時10分".into()),
            ("血圧".into(), "132／76 mmHg・脈 70".into()),
        ],
        contacts: vec![
            contact("かかりつけ医", "さえき医院", "佐伯 勉"),
            contact("地域包括支援センター", "かけはし市 中央地域包括支援センター", "石川 実"),
        ],
        days: 7,
        items: (16..23).map(item).collect(),
    })
}

/// A photographed page: grey, upright or lying.
fn picture(width: u32, height: u32) -> Vec<u8> {
    let page = image::RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([if y % 40 < 2 { 170 } else { 250 }, 250, if x % 60 < 3 { 190 } else { 245 }])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    page.write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

pub fn chronicle(kind: ChronicleKind) -> Document {
    let page = |picture: usize| PicturedPage {
        texts: vec!["煮物をおいしいと全量（小川 里美さん・11月20日(金)）".into()],
        picture,
        title: "みんなのやりとり帳 3ページ".into(),
        when: "11月20日(金)に写したもの　ケアプランさくら 佐藤 恵さん".into(),
        note: if kind == ChronicleKind::Disclosure {
            "読めるのは、支えている方だけです。".into()
        } else {
            String::new()
        },
    };
    let chapter = |title: &str, pictures: &[usize]| Chapter {
        title: title.into(),
        items: (1..6).map(item).collect(),
        pages: pictures.iter().map(|picture| page(*picture)).collect(),
    };
    Document::Chronicle(Chronicle {
        notebook: notebook(),
        person: person(),
        printed_on: "令和8年11月22日".into(),
        kind,
        period: "令和8年1月1日〜令和8年11月22日".into(),
        about: vec!["この一年、みんなで書いた手帳のことばを、そのまま集めました。".into()],
        chapters: vec![chapter("令和8年10月", &[0]), chapter("令和8年11月", &[1])],
        pictures: vec![picture(1166, 1654), picture(1654, 1166)],
    })
}

/// Every document of what was written; none bears a code.
pub fn written() -> Vec<(String, Document)> {
    let documents = [
        ("digest", digest()),
        ("vitals-report", vitals_report()),
        ("hand-out", hand_out()),
        ("keepsake", chronicle(ChronicleKind::Keepsake)),
        ("disclosure", chronicle(ChronicleKind::Disclosure)),
    ];
    documents.map(|(name, document)| (name.to_owned(), document)).into()
}

#[test]
fn four_weeks_for_a_doctor_stand_on_one_page_and_pages_that_flow_go_on() {
    for (name, document) in written() {
        let typeset = print(&document);
        super::readers::show(&name, &typeset);
        let is_one = typeset.pages.len() == 1;
        assert_eq!(is_one, name == "vitals-report", "{name} has {} pages", typeset.pages.len());
    }
}
