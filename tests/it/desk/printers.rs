//! The desk's printers, with the printer that the makers of CUPS wrote.

use axum::http::StatusCode;

use super::Worker;
use crate::ipp::machines::EvePrinter;
use crate::support::app::every_town;

#[test]
fn a_printer_is_added_tested_measured_printed_on_and_removed() {
    every_town(|town| async move {
        let machine = EvePrinter::new().await;
        let desk = Worker::desk(&town).await;
        let browser = desk.browses().await;
        let notebook = desk.issued().await;
        browser.gets("/desk/printers").await.is(StatusCode::OK).sees("まだありません");
        let add = async |address: &str| {
            browser.posts("/desk/printers", &[("name", "窓口"), ("address", address)]).await
        };
        add("this is no address!").await.is(StatusCode::OK).sees("もう一度見てください");
        add("127.0.0.1:9").await.is(StatusCode::OK).sees("だれも答えません");
        let added = add(&machine.device()).await;
        let printer = added.goes_to().to_owned();
        browser.gets(&printer).await.sees("窓口").sees("使えます");

        let fields = [("left", "21.0"), ("top", "20"), ("distance", "１５０")];
        assert_eq!(browser.posts(&format!("{printer}/calibration"), &fields).await.goes_to(), printer);
        browser.gets(&printer).await.sees("21.0");
        let wrong = [("left", "900"), ("top", "20"), ("distance", "150")];
        browser.posts(&format!("{printer}/calibration"), &wrong).await.sees("測った数字を、もう一度");

        let id = printer.rsplit('/').next().unwrap();
        let print = format!("/desk/notebooks/{notebook}/print");
        browser.gets(&format!("/desk/notebooks/{notebook}")).await.sees("窓口");
        let a4 = [("what", "carriers"), ("printer", id)];
        let sent = browser.posts(&print, &a4).await;
        // This printer has letter paper and envelopes only, and says so, or prints.
        if sent.status == StatusCode::SEE_OTHER {
            let job = sent.goes_to().to_owned();
            for _ in 0..600 {
                if browser.gets(&job).await.text().contains("刷れました") {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
            browser.gets(&job).await.sees("刷れました");
            assert_eq!(machine.received().len(), 1);
        } else {
            sent.sees("この大きさの紙が、プリンターにありません");
            assert!(machine.received().is_empty());
        }
        let as_file = browser.posts(&print, &[("what", "carriers"), ("printer", "")]).await;
        assert!(
            as_file.goes_to().starts_with(&format!("/desk/notebooks/{notebook}/print.pdf?what=carriers"))
        );

        let other = Worker::desk_elsewhere(&town).await.browses().await;
        assert_eq!(other.gets(&printer).await.status, StatusCode::NOT_FOUND, "another office's printer");
        browser.posts(&format!("{printer}/remove"), &[]).await;
        assert_eq!(browser.gets(&printer).await.status, StatusCode::NOT_FOUND);
    });
}
