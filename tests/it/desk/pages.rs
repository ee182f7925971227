//! The desk in the browser: who passes, and a registration from the shelf to the printed slip.

use axum::http::StatusCode;
use kakehashi::access::principal::OfficeKind;
use kakehashi::id::NotebookNumber;

use super::{Worker, registration};
use crate::access::people::router;
use crate::support::app::{Browser, Town, every_town};

const FORM: &[u8] = b"\xFF\xD8\xFF\xE0 a picture of the form";

/// What is typed for 高橋 梅子, with one field typed otherwise.
fn typed<'a>(browser: &'a Browser, other: (&'a str, &'a str)) -> Vec<(&'a str, &'a str)> {
    let fields = [
        ("csrf", browser.csrf.as_str()),
        ("reading", "タカハシ ウメコ"),
        ("name", "高橋 梅子"),
        ("era", "showa"),
        ("year", "１３"),
        ("month", "3"),
        ("day", "3"),
        ("consent-copy", "yes"),
        ("consent-relative", "yes"),
        ("relative", "山田 春子"),
        ("relationship", "長女"),
        ("telephone", "042-000-0012"),
        ("signer", "person"),
        ("explained", "石川 実"),
    ];
    let kept = fields.into_iter().filter(|(name, _)| *name != other.0);
    kept.chain([other].into_iter().filter(|(name, _)| !name.is_empty())).collect()
}

#[test]
fn a_person_is_registered_from_the_shelf_to_the_slip() {
    every_town(|town| async move {
        let desk = Worker::desk(&town).await;
        let browser = desk.browses().await;
        let batch = browser.posts("/desk/booklets", &[("count", "1"), ("name", "十一月の棚")]).await;
        let shelf = browser.gets(batch.goes_to()).await.is(StatusCode::OK).sees("十一月の棚");
        drop(shelf);
        let office = desk.office.id;
        let list =
            move |tx: &mut kakehashi::store::tx::Tx<'_>| kakehashi::notebook::sql::list_shelf(tx, office, 9);
        let number = town.app.records.read(list).await.unwrap()[0].number;
        browser.gets("/desk").await.sees("1冊").never_sees("梅子");
        browser.gets("/desk/register").await.sees(&number.to_string());

        let path = format!("/desk/register/{number}");
        browser.gets(&path).await.is(StatusCode::OK).sees(&number.to_string()).sees("石川 実");
        let done = browser.uploads(&path, &typed(&browser, ("", "")), &[("form-photo", FORM)]).await;
        assert_eq!(done.goes_to(), format!("/desk/notebooks/{number}/done"));
        let page = browser.gets(done.goes_to()).await.is(StatusCode::OK);
        let page = page.sees("高橋 梅子さん").sees("昭和13年3月3日").sees("山田 春子").sees("撮影しおり");
        drop(page);

        let files = browser.gets(&format!("/desk/notebooks/{number}")).await.is(StatusCode::OK);
        let html = String::from_utf8(files.body).unwrap();
        let paths: Vec<&str> =
            html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let is_file = |path: &&&str| {
            let is_page = ["/replace", "/disclosures"].iter().any(|page| path.contains(page));
            path.starts_with(&format!("/desk/notebooks/{number}/")) && !is_page
        };
        let paths: Vec<&&str> = paths.iter().filter(is_file).collect();
        assert_eq!(paths.len(), 6, "booklet, three carriers, a slip and the form: {paths:?}");
        for path in paths {
            let file = browser.gets(path).await.is(StatusCode::OK);
            let is_expected = file.body.starts_with(b"%PDF") || file.body == FORM;
            assert!(is_expected, "{path}");
        }
        browser.gets("/desk").await.sees("高橋 梅子さん").sees("山田 春子さん").sees("0冊");
        browser.gets(&path).await.is(StatusCode::CONFLICT);
    });
}

#[test]
fn a_form_that_cannot_be_taken_comes_back_with_advice_and_nothing_is_issued() {
    every_town(|town| async move {
        let desk = Worker::desk(&town).await;
        let browser = desk.browses().await;
        let number = desk.shelves(1).await[0];
        let path = format!("/desk/register/{number}");
        for (other, advice) in [
            (("name", ""), "お名前を書いてください"),
            (("name", "花𓀀子"), "U+13000"),
            (("reading", "高橋"), "ひらがな"),
            (("day", "32"), "ない日付"),
            (("consent-copy", ""), "紙だけの手帳では"),
            (("consent-relative", ""), "「家族が見る」に印がありません"),
            (("telephone", "0012"), "市外局番"),
            (("explained", " "), "説明した人"),
        ] {
            let answer = browser.uploads(&path, &typed(&browser, other), &[("form-photo", FORM)]).await;
            answer.is(StatusCode::OK).sees(advice).sees("もう一度えらんで");
        }
        let letter: &[u8] = b"%PDF-1.7 not a picture";
        let answer = browser.uploads(&path, &typed(&browser, ("", "")), &[("form-photo", letter)]).await;
        answer.is(StatusCode::OK).sees("写真として読めません").sees("value=\"高橋 梅子\"");
        browser.gets(&path).await.is(StatusCode::OK);
    });
}

#[test]
fn a_second_notebook_for_the_same_person_must_be_meant() {
    every_town(|town| async move {
        let desk = Worker::desk(&town).await;
        desk.issued().await;
        let browser = desk.browses().await;
        let path = format!("/desk/register/{}", desk.shelves(1).await[0]);
        browser
            .uploads(&path, &typed(&browser, ("", "")), &[])
            .await
            .sees("もうあります")
            .sees("name=\"same\"");
        let meant = browser.uploads(&path, &typed(&browser, ("same", "yes")), &[]).await;
        assert!(meant.goes_to().ends_with("/done"));
    });
}

#[test]
fn only_staff_of_a_desk_come_in() {
    every_town(|town| async move {
        let desk = Worker::desk(&town).await;
        let (issued, blank) = (desk.issued().await, desk.shelves(1).await[0]);
        let clinic = Worker::new(&town, OfficeKind::Clinic, "みなと診療所", "佐伯 正").await;
        let relative = town.relative("山田 春子").await;
        let paths = [
            "/desk".to_owned(),
            "/desk/booklets".to_owned(),
            "/desk/register".to_owned(),
            format!("/desk/register/{blank}"),
            format!("/desk/notebooks/{issued}"),
            format!("/desk/notebooks/{blank}/print.pdf?what=booklet"),
        ];
        let doctor = clinic.browses().await;
        let daughter = town.browser(router(&town), Some(relative)).await;
        let nobody = town.browser(router(&town), None).await;
        for path in &paths {
            doctor.gets(path).await.is(StatusCode::FORBIDDEN).never_sees("梅子");
            daughter.gets(path).await.is(StatusCode::FORBIDDEN).never_sees("梅子");
            assert!(nobody.gets(path).await.goes_to().starts_with("/sign-in"), "{path}");
        }
        for browser in [doctor, daughter] {
            let made = browser.posts("/desk/booklets", &[("count", "1"), ("name", "棚")]).await;
            made.is(StatusCode::FORBIDDEN);
            let path = format!("/desk/register/{blank}");
            let taken = browser.uploads(&path, &typed(&browser, ("", "")), &[]).await;
            taken.is(StatusCode::FORBIDDEN);
        }
    });
}

#[test]
fn another_desk_may_issue_a_blank_but_learns_nothing_of_an_issued_notebook() {
    every_town(|town| async move {
        let desk = Worker::desk(&town).await;
        let (issued, blank) = (desk.issued().await, desk.shelves(1).await[0]);
        let other = Worker::new(&town, OfficeKind::CareSupportOffice, "ケアプランさくら", "佐藤 由美").await;
        let browser = other.browses().await;
        for rest in
            ["", "/done", "/print.pdf?what=booklet", "/print.pdf?what=card", "/replace?kind=case", "/form"]
        {
            let answer = browser.gets(&format!("/desk/notebooks/{issued}{rest}")).await;
            answer.is(StatusCode::NOT_FOUND).never_sees("梅子");
        }
        browser.gets(&format!("/desk/register/{issued}")).await.is(StatusCode::NOT_FOUND);
        browser.gets("/desk").await.is(StatusCode::OK).never_sees("梅子");
        browser.gets(&format!("/desk/register/{blank}")).await.is(StatusCode::OK);
        let found = browser.posts("/desk/search", &[("number", &issued.to_string())]).await;
        found.sees("この窓口では").never_sees("梅子");
        let born =
            [("reading", "たかはしうめこ"), ("era", "showa"), ("year", "13"), ("month", "3"), ("day", "3")];
        browser.posts("/desk/search/person", &born).await.sees("ほかの窓口").never_sees("梅子");
    });
}

#[test]
fn a_desk_of_another_city_knows_none_of_the_numbers() {
    every_town(|town| async move {
        let desk = Worker::desk(&town).await;
        let blank = desk.shelves(1).await[0];
        let elsewhere = Town { city: another_city(&town).await, ..town.clone() };
        let foreign = Worker::desk(&elsewhere).await;
        let browser = foreign.browses().await;
        browser.gets(&format!("/desk/register/{blank}")).await.is(StatusCode::NOT_FOUND);
        let found = browser.posts("/desk/search", &[("number", &blank.to_string())]).await;
        found.sees("お渡ししていない番号");
        let asked = registration(blank);
        assert!(foreign.issues(&asked).await.is_err());
    });
}

async fn another_city(town: &Town) -> kakehashi::id::Id {
    use kakehashi::access::sql::people;
    use kakehashi::store::Scope;
    let city = crate::support::store::fresh_id();
    let add = move |tx: &mut kakehashi::store::tx::Tx<'_>| {
        people::add_city(tx, city, "となり市", "000", crate::support::store::NOW)
    };
    town.app.records.write(Scope::House, add).await.unwrap();
    city
}

#[test]
fn a_typed_number_leads_to_its_notebook_and_numbers_cannot_be_tried_one_by_one() {
    every_town(|town| async move {
        let desk = Worker::desk(&town).await;
        let (issued, blank) = (desk.issued().await, desk.shelves(1).await[0]);
        let browser = desk.browses().await;
        let search = async |number: &str| browser.posts("/desk/search", &[("number", number)]).await;
        assert_eq!(search(&blank.to_string()).await.goes_to(), format!("/desk/register/{blank}"));
        assert_eq!(search(&issued.digits()).await.goes_to(), format!("/desk/notebooks/{issued}"));
        for _ in 0..9 {
            search("1234-5678-9999").await.is(StatusCode::OK).sees("番号のどこかが");
        }
        for _ in 0..5 {
            search(&NotebookNumber::draw().unwrap().to_string()).await.sees("お渡ししていない番号");
        }
        search(&issued.to_string()).await.is(StatusCode::TOO_MANY_REQUESTS);
        town.app.clock.pass(kakehashi::clock::MINUTE);
        assert_eq!(search(&issued.to_string()).await.goes_to(), format!("/desk/notebooks/{issued}"));
    });
}

#[test]
fn a_person_is_found_by_reading_and_birth_date() {
    every_town(|town| async move {
        let desk = Worker::desk(&town).await;
        let issued = desk.issued().await;
        let browser = desk.browses().await;
        let search = async |reading: &str, day: &str| {
            let fields =
                [("reading", reading), ("era", "western"), ("year", "1938"), ("month", "3"), ("day", day)];
            browser.posts("/desk/search/person", &fields).await
        };
        assert_eq!(search("タカハシ　ウメコ", "3").await.goes_to(), format!("/desk/notebooks/{issued}"));
        search("たかはし うめこ", "4").await.is(StatusCode::OK).sees("この窓口でお渡しした手帳には");
        search("高橋", "99").await.is(StatusCode::OK).sees("ひらがな").sees("ない日付");
    });
}

#[test]
fn a_form_from_elsewhere_is_refused() {
    every_town(|town| async move {
        let desk = Worker::desk(&town).await;
        let browser = desk.browses().await;
        let path = format!("/desk/register/{}", desk.shelves(1).await[0]);
        let fields = typed(&browser, ("csrf", "0123"));
        browser.uploads(&path, &fields, &[("form-photo", FORM)]).await.is(StatusCode::FORBIDDEN);
        let without: Vec<_> = typed(&browser, ("", "")).into_iter().skip(1).collect();
        browser.uploads(&path, &without, &[("form-photo", FORM)]).await.is(StatusCode::FORBIDDEN);
        browser.uploads(&path, &without, &[]).await.is(StatusCode::FORBIDDEN);
        let large = vec![0xFF; 26 * 1024 * 1024];
        let answer = browser.uploads(&path, &typed(&browser, ("", "")), &[("form-photo", &large)]).await;
        answer.is(StatusCode::UNPROCESSABLE_ENTITY).sees("大きすぎます");
    });
}
