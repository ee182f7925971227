//! Printing on real paper, with the printer and the print server that the makers of CUPS wrote.

use std::future::Future;
use std::num::NonZeroU16;
use std::sync::LazyLock;
use std::time::Duration;

use jiff::civil::date;
use kakehashi::print::ipp::media::Media;
use kakehashi::print::ipp::{JobRequest, Sides};
use kakehashi::print::press::{CardInsert, CardSize, Code, Document, NotebookFace, Press, Purpose};

use crate::support::store::fresh_id;

pub mod machines;
mod printing;
mod queues;
mod servers;
mod strangers;

/// A real document of the press, the card of a card case.
static LABEL: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let notebook = NotebookFace {
        city: "かけはし市".to_owned(),
        desk_name: "かけはし市 中央地域包括支援センター".to_owned(),
        desk_telephone: "042-000-0000".to_owned(),
        number: "1234-5678-9012".to_owned(),
        symbol: "ume".to_owned(),
        colour: "beni".to_owned(),
        sample: true,
    };
    let code = Code::carrier("HTTPS://RENRAKU.EXAMPLE.JP/Q/0123456789ABCDEFGHJKMNPQRSTV").unwrap();
    let document = Document::CardInsert(CardInsert { notebook, code, size: CardSize::Iso });
    let press = Press::new(None).unwrap();
    press.typeset(&document, date(2026, 11, 22), Purpose::Paper).unwrap().pdf
});

/// One copy on one side.
fn on(media: Media) -> JobRequest {
    JobRequest { name: fresh_id(), copies: NonZeroU16::MIN, media, sides: Sides::OneSided }
}

/// Asks again until the answer is the awaited one; a minute later there is something wrong.
async fn until<Answer, Asked>(ask: impl Fn() -> Asked, is_awaited: impl Fn(&Answer) -> bool) -> Answer
where
    Answer: std::fmt::Debug,
    Asked: Future<Output = Answer>,
{
    let mut last = String::new();
    for _ in 0..600 {
        let answer = ask().await;
        if is_awaited(&answer) {
            return answer;
        }
        last = format!("{answer:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("never came; the last answer was {last}");
}
