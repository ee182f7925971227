//! The emergency sheet's code: opens to whoever helps, with consent, after a reason, without a name, and is told.

use kakehashi::access::audience::Audience;
use kakehashi::access::guard::open;
use kakehashi::audit::Act;
use kakehashi::clock::{DAY, Instant};
use kakehashi::entry::{self, Allergy, Contents, Dispensing, Entry, Medicine, Message};
use kakehashi::print::sql::filled::Knows;
use kakehashi::print::web::emergency;
use kakehashi::sheet::sql as sheets;

use super::*;
use crate::desk::printer;
use crate::support::store::fresh_id;

/// A printed emergency sheet; its token.
async fn sheet(printed: &Printed) -> String {
    let (notebook, actor) = (printed.notebook, printed.desk.actor);
    emergency(&printed.town.app, &printer(), notebook, Knows::Contents, actor).await.unwrap();
    let find = move |tx: &mut Tx<'_>| {
        Ok((kakehashi::notebook::sql::find_salt(tx, notebook)?, sheets::list_sheets(tx, notebook)?))
    };
    let (salt, rows) = printed.town.app.records.read(find).await.unwrap();
    let sheet = rows.iter().find(|row| row.design == "emergency").unwrap().sheet;
    let (version, key) = printed.town.app.house.code_key().unwrap();
    let carrier = Carrier { kind: CarrierKind::Emergency, number: notebook, generation: 0, sheet };
    sign(version, key, &carrier, &salt.unwrap()).unwrap()
}

async fn writes(printed: &Printed, audience: Audience, contents: Contents) {
    add(printed, NOW, audience, contents).await;
}

async fn add(printed: &Printed, at: Instant, audience: Audience, contents: Contents) {
    let opened = open(&printed.town.app, printed.notebook).await.unwrap();
    let entry = Entry {
        id: fresh_id(),
        version: 1,
        happened_at: at,
        recorded_at: at,
        author: printed.desk.actor,
        audience,
        contents,
        reason: None,
    };
    let add = move |tx: &mut Tx<'_>| entry::sql::add(tx, &opened, &entry);
    assert!(printed.town.app.records.write(Scope::Notebook(printed.notebook), add).await.unwrap());
}

fn allergy(substance: &str) -> Contents {
    Contents::Allergy(Allergy { substance: substance.into(), reaction: "発疹".into() })
}

fn dispensed(pharmacy: &str, medicine: &str) -> Contents {
    let (name, dose) = (medicine.into(), "朝 1錠".into());
    let medicines = vec![Medicine { name, dose, until: None, confirmed_by: None }];
    Contents::Dispensing(Dispensing { pharmacy: pharmacy.into(), prescriber: "佐伯".into(), medicines })
}

/// Allergies for everyone and for supporters, medicines, and words that are no part of it.
async fn writes_all(printed: &Printed) {
    let everyone = Audience::Everyone;
    writes(printed, everyone, allergy("エビ")).await;
    writes(printed, everyone, dispensed("みどり薬局", "アムロジピン")).await;
    // Allergies never grow old, and another pharmacy's medicines are taken too.
    add(printed, NOW.plus(-900 * DAY), everyone, allergy("ペニシリン")).await;
    add(printed, NOW.plus(-20 * DAY), everyone, dispensed("駅前薬局", "ワルファリン")).await;
    writes(printed, Audience::Supporters, allergy("ひみつのもの")).await;
    let text = "きのうのことば".into();
    let message = Message { text, asks: false, answers: None, paper: false };
    writes(printed, everyone, Contents::Message(message)).await;
}

#[test]
fn who_helps_reads_allergies_and_medicines_without_a_name_and_the_family_is_told() {
    every_town(|town| async move {
        let printed = Printed::found(town).await;
        let token = sheet(&printed).await;
        writes_all(&printed).await;
        let daughter = printed.town.relative("山田 春子").await;
        give(&printed.town, printed.notebook, Holder::of(daughter), Level::Family).await;

        let (crew, page) = printed.stranger().await.scans(&token).await;
        page.is(StatusCode::OK).sees("救急・けがや急病です").never_sees("エビ").never_sees("梅子");
        let asked = crew.gets("/scan/emergency").await.is(StatusCode::OK).sees("救急隊です");
        asked.never_sees("エビ");
        crew.posts("/scan/emergency", &[("purpose", "curious")])
            .await
            .sees("ひとつ選んで")
            .never_sees("エビ");
        let read = crew.posts("/scan/emergency", &[("purpose", "crew")]).await.is(StatusCode::OK);
        let read =
            read.sees("エビ").sees("ペニシリン").sees("アムロジピン").sees("ワルファリン").sees("88歳");
        let read = read.sees("までに書かれたことがあります");
        for never in
            ["梅子", "たかはし", "ひみつのもの", "きのうのことば", "昭和13年", &printed.notebook.to_string()]
        {
            assert!(!read.text().contains(never), "{never}");
        }
        let family = printed.town.browser(router(&printed.town), Some(daughter)).await;
        let view = family.gets(&format!("/n/{}", printed.notebook)).await.is(StatusCode::OK);
        view.sees("もしもの時のシートの印から").sees("救急隊です");
        let clerk = printed.town.browser(router(&printed.town), Some(printed.desk.actor)).await;
        clerk.gets("/desk").await.is(StatusCode::OK).sees("もしもの時のシートの印から");
        // Reading again in the same visit is one view, and nobody is locked out by others.
        let views = async || {
            let notebook = printed.notebook;
            let all = move |tx: &mut Tx<'_>| kakehashi::audit::sql::all(tx, notebook);
            let all = printed.town.app.records.read(all).await.unwrap();
            all.iter().filter(|(record, _)| record.act == Act::ReadEmergency).count()
        };
        crew.posts("/scan/emergency", &[("purpose", "crew")]).await.sees("エビ");
        assert_eq!(views().await, 1);
        for _ in 0..7 {
            let (other, _) = printed.stranger().await.scans(&token).await;
            other.posts("/scan/emergency", &[("purpose", "helper")]).await.sees("エビ");
        }
        assert_eq!(views().await, 8);
        let diary = family.gets(&format!("/n/{}/diary", printed.notebook)).await.is(StatusCode::OK);
        diary.sees("シートの印を写した方");
    });
}

#[test]
fn without_consent_or_from_another_code_there_is_nothing_behind_it() {
    every_town(|town| async move {
        let printed = Printed::found(town).await;
        let token = sheet(&printed).await;
        writes_all(&printed).await;
        let nothing = async |browser: &Browser, page: Answer| {
            page.is(StatusCode::OK).sees("手帳を拾った").never_sees("救急・けがや急病です");
            assert_eq!(browser.gets("/scan/emergency").await.status, StatusCode::NOT_FOUND);
            let read = browser.posts("/scan/emergency", &[("purpose", "crew")]).await;
            assert_eq!(read.status, StatusCode::NOT_FOUND);
        };
        let cover = printed.token(CarrierKind::Cover, printed.notebook).await;
        let (browser, page) = printed.stranger().await.scans(&cover).await;
        nothing(&browser, page).await;
        let notebook = printed.notebook;
        let withdraw = move |tx: &mut Tx<'_>| {
            let values = [notebook.into(), NOW.into()];
            tx.run(
                "UPDATE consent SET withdrawn_at = ?2 WHERE notebook = ?1 AND scope = 'emergency'",
                &values,
            )
        };
        let changed = printed.town.app.records.write(Scope::Notebook(notebook), withdraw).await.unwrap();
        assert_eq!(changed, 1);
        let (browser, page) = printed.stranger().await.scans(&token).await;
        nothing(&browser, page).await;
    });
}
