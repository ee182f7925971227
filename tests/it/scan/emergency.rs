//! The emergency sheet's code: opens to whoever helps, with consent, after a reason, without a name, and is told.

use kakehashi::access::audience::Audience;
use kakehashi::access::guard::open;
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
    let opened = open(&printed.town.app, printed.notebook).await.unwrap();
    let entry = Entry {
        id: fresh_id(),
        version: 1,
        happened_at: NOW,
        recorded_at: NOW.plus(1),
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

/// Allergies for everyone and for supporters, a medicine, and words that are no part of it.
async fn writes_all(printed: &Printed) {
    let medicine =
        Medicine {
            name: "アムロジピン".into(), dose: "朝 1錠".into(), until: None, confirmed_by: None
        };
    let (pharmacy, prescriber) = ("みどり薬局".into(), "佐伯".into());
    writes(printed, Audience::Everyone, allergy("エビ")).await;
    writes(printed, Audience::Supporters, allergy("ひみつのもの")).await;
    let dispensing = Dispensing { pharmacy, prescriber, medicines: vec![medicine] };
    writes(printed, Audience::Everyone, Contents::Dispensing(dispensing)).await;
    let text = "きのうのことば".into();
    let message = Message { text, asks: false, answers: None, paper: false };
    writes(printed, Audience::Everyone, Contents::Message(message)).await;
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
        let read = read.sees("エビ").sees("アムロジピン").sees("88歳").sees("新しくなったことがあります");
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
        for _ in 0..5 {
            crew.posts("/scan/emergency", &[("purpose", "helper")]).await.sees("エビ");
        }
        crew.posts("/scan/emergency", &[("purpose", "crew")]).await.never_sees("エビ").sees("お電話ください");
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
