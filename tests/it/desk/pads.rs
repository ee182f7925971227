//! Pads of loose sheets, through the desk's own pages: printed, found by their number, scanned, recalled.

use axum::http::StatusCode;
use kakehashi::id::NotebookNumber;
use kakehashi::notebook;
use kakehashi::print::Codes;
use kakehashi::print::press::{DotsPerInch, render};
use kakehashi::print::runs;
use kakehashi::sheet::code::{Carrier, CarrierKind, PAD_SHEET, TOKEN_LENGTH};
use kakehashi::sheet::sql::{self as sheets, CarrierState};
use kakehashi::store::Scope;
use kakehashi::store::tx::Tx;

use super::{Worker, printer};
use crate::support::app::{Browser, Town, every_town};

/// A pad of two sheets, printed; its path and the numbers of its sheets.
async fn pad(town: &Town, desk: &Worker, browser: &Browser) -> (String, Vec<NotebookNumber>) {
    let fields = [("design", "blood-pressure"), ("format", "a5"), ("count", "２")];
    let run = browser.posts("/desk/pads", &fields).await.goes_to().to_owned();
    while runs::work_once(&town.app, &printer()).await.unwrap() {}
    let done = browser.gets(&run).await.is(StatusCode::OK).sees("できました").sees("血圧の記録・A5");
    let file = browser.gets(&format!("{run}/files/0")).await.is(StatusCode::OK);
    assert!(
        render(&file.body, 1, DotsPerInch(20.0)).is_ok() && render(&file.body, 2, DotsPerInch(20.0)).is_err()
    );
    let page = done.text();
    let path = page.split('"').find(|part| part.starts_with("/desk/pads/")).unwrap().to_owned();
    let office = desk.office.id;
    let work = move |tx: &mut Tx<'_>| {
        let pads = notebook::sql::list_pads(tx, office)?;
        notebook::sql::list_batch(tx, pads[0].0.id, 0, 9)
    };
    (path, town.app.records.read(work).await.unwrap())
}

async fn state(town: &Town, number: NotebookNumber) -> Option<CarrierState> {
    let carrier = Carrier { kind: CarrierKind::Unbound, number, generation: 0, sheet: PAD_SHEET };
    town.app.records.read(move |tx| sheets::find_carrier(tx, &carrier)).await.unwrap()
}

/// Makes a loose sheet one of a notebook, as a tap does.
async fn bind(town: &Town, desk: &Worker, sheet: NotebookNumber, notebook: NotebookNumber) {
    let (actor, now) = (desk.actor, town.app.clock.now());
    let work = move |tx: &mut Tx<'_>| sheets::bind(tx, sheet, notebook, actor, now);
    town.app.records.write(Scope::Notebooks(sheet, notebook), work).await.unwrap();
}

#[test]
fn a_pad_is_printed_and_its_sheets_are_found_by_their_number_and_released() {
    every_town(|town| async move {
        let desk = Worker::desk(&town).await;
        let browser = desk.browses().await;
        browser.gets("/desk/pads").await.is(StatusCode::OK).sees("まだ刷っていません");
        for (design, count) in [("blood-pressure", "0"), ("blood-pressure", "501"), ("blood-pressure", "x")] {
            let fields = [("design", design), ("format", "a5"), ("count", count)];
            browser.posts("/desk/pads", &fields).await.sees("1から500までの数字で書いてください");
        }
        let fields = [("design", "emergency"), ("format", "a5"), ("count", "1")];
        assert_eq!(browser.posts("/desk/pads", &fields).await.status, StatusCode::NOT_FOUND);

        let (path, numbers) = pad(&town, &desk, &browser).await;
        browser.gets(&path).await.is(StatusCode::OK).sees("2枚").sees("0枚");
        browser.gets("/desk/register").await.never_sees(&numbers[0].to_string());
        browser.gets("/desk/booklets").await.sees("まだ用意していません");

        let found = browser.posts("/desk/search", &[("number", &numbers[0].to_string())]).await;
        let sheet = found.goes_to().to_owned();
        browser.gets(&sheet).await.is(StatusCode::OK).sees("まだ、どなたの手帳の紙でもありません");
        let notebook = desk.issued().await;
        bind(&town, &desk, numbers[0], notebook).await;
        browser.gets(&sheet).await.sees(&notebook.to_string()).sees("ちがう方の紙でしたか");
        browser.gets(&path).await.sees("1枚");

        let elsewhere = Worker::desk_elsewhere(&town).await.browses().await;
        elsewhere.gets(&sheet).await.sees("べつの窓口").never_sees(&notebook.to_string());
        let reason = [("reason", "other-person")];
        let release = format!("{sheet}/release");
        assert_eq!(elsewhere.posts(&release, &reason).await.status, StatusCode::NOT_FOUND);
        assert_eq!(browser.posts(&release, &[("reason", "why")]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(browser.posts(&release, &reason).await.goes_to(), sheet);
        browser.gets(&sheet).await.sees("まだ、どなたの手帳の紙でもありません");
    });
}

#[test]
fn a_recalled_pad_stops_what_is_nobodys_and_leaves_what_is_in_use() {
    every_town(|town| async move {
        let desk = Worker::desk(&town).await;
        let browser = desk.browses().await;
        let (path, numbers) = pad(&town, &desk, &browser).await;
        let notebook = desk.issued().await;
        bind(&town, &desk, numbers[0], notebook).await;
        browser.posts(&format!("{path}/recall"), &[("recall", "yes")]).await.goes_to();
        assert_eq!(state(&town, numbers[0]).await, Some(CarrierState::Live));
        assert_eq!(state(&town, numbers[1]).await, Some(CarrierState::Recalled));
        assert_eq!(browser.posts(&format!("{path}/runs"), &[]).await.status, StatusCode::CONFLICT);
        browser.posts(&format!("{path}/recall"), &[("recall", "no")]).await.goes_to();
        assert_eq!(state(&town, numbers[1]).await, Some(CarrierState::Live));
        // What is somebody's already is not printed again.
        let run = browser.posts(&format!("{path}/runs"), &[]).await.goes_to().to_owned();
        while runs::work_once(&town.app, &printer()).await.unwrap() {}
        browser.gets(&run).await.sees("できました").sees("1枚のうち 1枚");
        let file = browser.gets(&format!("{run}/files/0")).await.is(StatusCode::OK);
        assert!(render(&file.body, 0, DotsPerInch(20.0)).is_ok());
        assert!(render(&file.body, 1, DotsPerInch(20.0)).is_err());
    });
}

#[test]
fn a_loose_sheet_that_is_scanned_names_nobody_and_leads_to_its_notebook_once_it_has_one() {
    every_town(|town| async move {
        let desk = Worker::desk(&town).await;
        let (_, numbers) = pad(&town, &desk, &desk.browses().await).await;
        let (number, house) = (numbers[0], town.app.house.clone());
        let salt = town.app.records.read(move |tx| notebook::sql::find_salt(tx, number)).await.unwrap();
        let codes = Codes::new("localhost:8080", &house, salt.unwrap()).unwrap();
        let text =
            codes.text(&Carrier { kind: CarrierKind::Unbound, number, generation: 0, sheet: PAD_SHEET });
        let text = text.unwrap();
        let token = text[text.len() - TOKEN_LENGTH..].to_owned();
        let router = || crate::access::people::router(&town);
        let stranger = town.browser(router(), None).await;
        stranger.scans(&token).await.1.sees("まだ、どなたのものでもない用紙です").sees("支援している方");
        desk.browses().await.scans(&token).await.1.sees("写真を送る").never_sees("支援している方");
        let notebook = desk.issued().await;
        bind(&town, &desk, number, notebook).await;
        let stranger = town.browser(router(), None).await;
        let page = stranger.scans(&token).await.1.is(StatusCode::OK);
        page.never_sees("梅子").sees("手帳を拾った");
    });
}
