//! The invented town かけはし市: one desk, a clinic, a care-manager office, a visiting-nurse station and a
//! pharmacy, their people, and six persons with weeks of entries, two of them a couple.

/// An office of the town.
pub struct TownOffice {
    pub key: &'static str,
    pub kind: crate::access::principal::OfficeKind,
    pub name: &'static str,
    pub telephone: &'static str,
}

/// Somebody who works in the town.
pub struct TownStaff {
    pub key: &'static str,
    pub office: &'static str,
    pub profession: crate::access::principal::Profession,
    pub name: &'static str,
    pub email: &'static str,
}

/// Somebody whose notebook it is.
pub struct TownPerson {
    pub name: &'static str,
    pub kana: &'static str,
    /// Year, month, day.
    pub birth: (i16, i8, i8),
    pub relative: &'static str,
    pub relationship: &'static str,
    pub telephone: &'static str,
}

/// Name of the city.
pub const CITY: &str = "かけはし市";
/// The city's telephone; numbers that begin with 000 belong to nobody.
pub const TELEPHONE: &str = "000-000-0100";

use crate::access::principal::OfficeKind as Kind;
use crate::access::principal::Profession as Work;

/// The offices of the town.
pub const OFFICES: [TownOffice; 5] = [
    TownOffice {
        key: "desk",
        kind: Kind::CommunitySupportCenter,
        name: "中央地域包括支援センター",
        telephone: "000-000-0120",
    },
    TownOffice { key: "clinic", kind: Kind::Clinic, name: "さえき医院", telephone: "000-000-0201" },
    TownOffice {
        key: "care",
        kind: Kind::CareSupportOffice,
        name: "あおば居宅介護支援",
        telephone: "000-000-0301",
    },
    TownOffice {
        key: "nurse",
        kind: Kind::VisitingNurseStation,
        name: "訪問看護みなと",
        telephone: "000-000-0401",
    },
    TownOffice { key: "pharmacy", kind: Kind::Pharmacy, name: "みどり薬局", telephone: "000-000-0501" },
];

/// Who works in them.
pub const STAFF: [TownStaff; 6] = [
    TownStaff {
        key: "clerk",
        office: "desk",
        profession: Work::SocialWorker,
        name: "小林 直子",
        email: "kobayashi@desk.example.jp",
    },
    TownStaff {
        key: "doctor",
        office: "clinic",
        profession: Work::Physician,
        name: "佐伯 正",
        email: "saeki@clinic.example.jp",
    },
    TownStaff {
        key: "manager",
        office: "care",
        profession: Work::CareManager,
        name: "佐藤 由美",
        email: "sato@care.example.jp",
    },
    TownStaff {
        key: "nurse",
        office: "nurse",
        profession: Work::Nurse,
        name: "中村 恵",
        email: "nakamura@nurse.example.jp",
    },
    TownStaff {
        key: "pharmacist",
        office: "pharmacy",
        profession: Work::Pharmacist,
        name: "森 健一",
        email: "mori@pharmacy.example.jp",
    },
    TownStaff {
        key: "newcomer",
        office: "clinic",
        profession: Work::Physician,
        name: "大野 遥",
        email: "ono@clinic.example.jp",
    },
];

/// Whose notebooks there are.
pub const PEOPLE: [TownPerson; 6] = [
    TownPerson {
        name: "高橋 梅子",
        kana: "たかはし うめこ",
        birth: (1938, 3, 3),
        relative: "山田 春子",
        relationship: "長女",
        telephone: "000-1111-2020",
    },
    TownPerson {
        name: "高橋 松男",
        kana: "たかはし まつお",
        birth: (1935, 11, 8),
        relative: "山田 春子",
        relationship: "長女",
        telephone: "000-1111-2020",
    },
    TownPerson {
        name: "相模 花子",
        kana: "さがみ はなこ",
        birth: (1941, 7, 21),
        relative: "相模 一郎",
        relationship: "長男",
        telephone: "000-1111-3131",
    },
    TownPerson {
        name: "藤野 湖",
        kana: "ふじの みずうみ",
        birth: (1946, 1, 15),
        relative: "藤野 岳",
        relationship: "夫",
        telephone: "000-1111-4242",
    },
    TownPerson {
        name: "髙木 喜一",
        kana: "たかぎ きいち",
        birth: (1933, 9, 30),
        relative: "髙木 真",
        relationship: "孫",
        telephone: "000-1111-5353",
    },
    TownPerson {
        name: "渡邉 トミ",
        kana: "わたなべ とみ",
        birth: (1929, 5, 5),
        relative: "渡邉 進",
        relationship: "次男",
        telephone: "000-1111-6464",
    },
];

/// What was written: days ago, hour, who (a key of [`STAFF`], or `family`), what.
pub struct TownEntry {
    pub days_ago: i64,
    pub hour: i8,
    pub author: &'static str,
    pub words: Words,
}

/// What an invented entry says.
pub enum Words {
    Message(&'static str),
    /// A message that only supporters read.
    Among(&'static str),
    Question(&'static str),
    Instruction(&'static str, &'static str),
    Allergy(&'static str, &'static str),
    /// Pharmacy slip: medicine and dose, and whether the pharmacist confirmed it.
    Dispensing(&'static [(&'static str, &'static str, bool)]),
    /// Systolic, diastolic, pulse, temperature in tenths of a degree.
    Vitals(u16, u16, u16, u16),
    /// Weight in tenths of a kilogram and oxygen saturation.
    Weight(u16, u16),
}

/// What is written into every invented notebook, oldest first.
pub const ENTRIES: [TownEntry; 14] = [
    TownEntry {
        days_ago: 46,
        hour: 10,
        author: "pharmacist",
        words: Words::Allergy("セフェム系の抗菌薬", "発疹（2019年）"),
    },
    TownEntry {
        days_ago: 45,
        hour: 11,
        author: "doctor",
        words: Words::Instruction(
            "上の血圧160以上が2回続いたら、訪問看護へ電話。",
            "息切れ、体重が3日で2kg増えたときも同じです。",
        ),
    },
    TownEntry {
        days_ago: 31,
        hour: 15,
        author: "pharmacist",
        words: Words::Dispensing(&[
            ("アムロジピン錠 5mg", "朝食後 1錠", true),
            ("酸化マグネシウム錠 330mg", "毎食後 1錠", true),
        ]),
    },
    TownEntry {
        days_ago: 20,
        hour: 14,
        author: "nurse",
        words: Words::Message("足のむくみがあります。寝る前に、足を少し高くして休んでいただいています。"),
    },
    TownEntry {
        days_ago: 16,
        hour: 9,
        author: "family",
        words: Words::Message("電話の声が元気そうで、安心しました。いつもありがとうございます。"),
    },
    TownEntry {
        days_ago: 12,
        hour: 13,
        author: "manager",
        words: Words::Message("来月から、デイサービスが週2回になります。ご本人も楽しみにしておられます。"),
    },
    TownEntry {
        days_ago: 9,
        hour: 16,
        author: "nurse",
        words: Words::Among("ご家族の介護の疲れが気になります。次の会議で話しませんか。"),
    },
    TownEntry {
        days_ago: 6,
        hour: 11,
        author: "doctor",
        words: Words::Message(
            "診察。血圧は落ち着いています。利尿薬を少し始めます。立つときは、ひと呼吸おいてください。",
        ),
    },
    TownEntry {
        days_ago: 5,
        hour: 15,
        author: "pharmacist",
        words: Words::Dispensing(&[
            ("アムロジピン錠 5mg", "朝食後 1錠", true),
            ("フロセミド錠 20mg", "朝食後 1錠", false),
        ]),
    },
    TownEntry { days_ago: 4, hour: 14, author: "nurse", words: Words::Weight(482, 96) },
    TownEntry {
        days_ago: 3,
        hour: 14,
        author: "nurse",
        words: Words::Question("夜のトイレが2回あります。利尿薬は、このまま朝だけでよいでしょうか。"),
    },
    TownEntry {
        days_ago: 2,
        hour: 10,
        author: "manager",
        words: Words::Message(
            "お風呂のあとも、ふらつきはありませんでした。煮物をおいしいと召し上がりました。",
        ),
    },
    TownEntry {
        days_ago: 1,
        hour: 20,
        author: "family",
        words: Words::Message("日曜日は一緒にお昼を食べましょう。待っていてね。"),
    },
    TownEntry {
        days_ago: 0,
        hour: 7,
        author: "nurse",
        words: Words::Message("お元気です。足のむくみは、先週より軽くなっています。"),
    },
];
