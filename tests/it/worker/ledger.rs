//! `kakehashi read --data`: what a data folder says of the codes in a photo.

use std::fs;
use std::path::Path;
use std::process::Command;

use kakehashi::access::principal::{Office, OfficeDetails, OfficeKind};
use kakehashi::access::sql::people::{add_city, add_office};
use kakehashi::crypto::house::wrap_fresh;
use kakehashi::crypto::{House, Key};
use kakehashi::id::NotebookNumber;
use kakehashi::notebook::sql::{Minted, Purpose, mint};
use kakehashi::sheet::code::{Carrier, CarrierKind, address, sign};
use kakehashi::sheet::sql::{add_carrier, add_design};
use kakehashi::store::schema::RECORDS;
use kakehashi::store::{Place, Scope, Store, keys};
use serde_json::Value;

use super::{PHOTO, PROGRAM, photo_of, stand_in};
use crate::support::store::{NOW, TestFolder, fresh_id};

/// The master key, as it stands in the environment.
const MASTER: [u8; 32] = [0x5A; 32];
const SALT: [u8; 16] = [3; 16];

/// Makes a data folder with keys and one notebook; tells the text of a code that was printed for it.
async fn folder_with_notebook(folder: &Path, carrier: Carrier) -> String {
    let master = Key::from_bytes(MASTER);
    let house_key = wrap_fresh(&master, "house_key", 0).unwrap();
    let code_key = wrap_fresh(&master, "code_key", 0).unwrap();
    let house = House::open(&master, &house_key, &[(0, code_key.clone())]).unwrap();
    let token = sign(0, house.code_key().unwrap().1, &carrier, &SALT).unwrap();
    let keys_store = keys::open(&Place::Sqlite(folder.join("keys.db")), NOW).unwrap();
    let add_keys = keys_store.write(Scope::House, move |tx| {
        keys::add_house(tx, &house_key, NOW)?;
        keys::add_code(tx, 0, &code_key, NOW)
    });
    add_keys.await.unwrap();
    let records = Store::open(&Place::Sqlite(folder.join("records.db")), &RECORDS, NOW).unwrap();
    let (city, desk) = (fresh_id(), fresh_id());
    let details = OfficeDetails { name: "包括".into(), telephone: "0".into(), hours: "平日".into() };
    let kind = OfficeKind::ALL[0];
    let office = Office { id: desk, city, kind, is_verified: true, details };
    let add_notebook = records.write(Scope::House, move |tx| {
        add_city(tx, city, "市", "0", NOW)?;
        add_office(tx, &house, &office, NOW)?;
        let number = carrier.number;
        let (symbol, colour, purpose, fallback_desk) = ("ume", "beni", Purpose::Notebook, desk);
        let (batch, salt) = (None, SALT);
        let minted = Minted { number, city, batch, purpose, salt, symbol, colour, desk, fallback_desk };
        mint(tx, &minted, NOW)?;
        add_design(tx, &[1; 32], &stand_in::geometry(3))?;
        add_carrier(tx, &carrier, NOW)
    });
    add_notebook.await.unwrap();
    address("kakehashi.example", &token)
}

#[tokio::test]
async fn a_genuine_code_is_told_from_a_forged_one() {
    let folder = TestFolder::new();
    let number = NotebookNumber::from_serial(1_234_567_890).unwrap();
    let carrier = Carrier { kind: CarrierKind::Sheet, number, generation: 2, sheet: 17 };
    let genuine = folder_with_notebook(folder.path(), carrier).await;
    fs::write(folder.path().join("genuine.jpg"), photo_of(&genuine)).unwrap();
    fs::write(folder.path().join("forged.jpg"), &*PHOTO).unwrap();
    let output = Command::new(PROGRAM)
        .args(["read", "--json", "--data", ".", "genuine.jpg", "forged.jpg"])
        .env("KAKEHASHI_MASTER_KEY", "5a".repeat(32))
        .current_dir(folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [genuine, forged] = &lines[..] else { panic!("{text} {:?}", output.stderr) };
    let code = &genuine["codes"][0];
    assert_eq!((&code["ours"], &code["valid"]), (&true.into(), &true.into()));
    assert_eq!((&code["kind"], &code["number"]), (&"sheet".into(), &number.to_string().into()));
    assert_eq!((&code["generation"], &code["sheet"]), (&2.into(), &17.into()));
    assert_eq!(genuine["sheets"][0]["design"], "stand-in-3");
    assert_eq!((&forged["codes"][0]["ours"], &forged["codes"][0]["valid"]), (&true.into(), &false.into()));
}

#[test]
fn a_folder_without_data_is_refused_and_stays_as_it_was() {
    let folder = TestFolder::new();
    fs::write(folder.path().join("a.jpg"), b"").unwrap();
    let mut command = Command::new(PROGRAM);
    command.args(["read", "--json", "--data", ".", "a.jpg"]).current_dir(folder.path());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("data folder"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
