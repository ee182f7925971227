//! Slow bodies: what a request sends must keep coming, so that slow senders cannot hold the server's
//! places (DESIGN 8). A short form has seconds; an upload may take minutes as long as it flows.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use hyper::body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

/// A form without files must have come within this time.
const FORM: Duration = Duration::from_secs(10);
/// An upload must have come within this time.
const UPLOAD: Duration = Duration::from_secs(15 * 60);
/// In every stretch of this length an upload must bring so many bytes: 2 kB a second.
const STRETCH: Duration = Duration::from_secs(30);
const STRETCH_BYTES: usize = 60_000;

/// Gives the body of a request its limits of time.
pub fn paced(request: Request) -> Request {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_upload = kind.is_some_and(|kind| kind.starts_with("multipart/"));
    let longest = if is_upload { UPLOAD } else { FORM };
    request.map(|body| Body::new(Paced::new(body, longest)))
}

/// The body came too slowly.
#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly")]
struct TooSlow;

/// A body that fails when it does not come in time.
struct Paced {
    body: Body,
    end: Pin<Box<Sleep>>,
    stretch: Pin<Box<Sleep>>,
    /// Bytes in this stretch so far.
    bytes: usize,
}

impl Paced {
    fn new(body: Body, longest: Duration) -> Self {
        Self { body, end: Box::pin(sleep(longest)), stretch: Box::pin(sleep(STRETCH)), bytes: 0 }
    }

    /// Too slow, at this moment? Begins the next stretch when one is over.
    fn is_too_slow(&mut self, context: &mut Context<'_>) -> bool {
        if self.end.as_mut().poll(context).is_ready() {
            return true;
        }
        while self.stretch.as_mut().poll(context).is_ready() {
            if self.bytes < STRETCH_BYTES {
                return true;
            }
            self.bytes = 0;
            self.stretch.as_mut().reset(Instant::now() + STRETCH);
        }
        false
    }
}

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.is_too_slow(context) {
            return Poll::Ready(Some(Err(axum::Error::new(TooSlow))));
        }
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if let Some(Ok(frame)) = &frame {
            self.bytes += frame.data_ref().map_or(0, Bytes::len);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    /// A body of so many bytes a second, a second at a time, for a while.
    fn trickle(bytes: usize, seconds: u64) -> Body {
        let (sender, receiver) = tokio::sync::mpsc::channel(1);
        tokio::spawn(async move {
            for _ in 0..seconds {
                sleep(Duration::from_secs(1)).await;
                if sender.send(Bytes::from(vec![7; bytes])).await.is_err() {
                    return;
                }
            }
        });
        Body::new(Channel(receiver))
    }

    struct Channel(tokio::sync::mpsc::Receiver<Bytes>);

    impl HttpBody for Channel {
        type Data = Bytes;
        type Error = axum::Error;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
            self.0.poll_recv(context).map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
        }
    }

    async fn length(body: Body, kind: &str) -> Option<usize> {
        let request = Request::builder().header(CONTENT_TYPE, kind).body(body).unwrap();
        let body = paced(request).into_body().collect().await;
        body.ok().map(|body| body.to_bytes().len())
    }

    const FILES: &str = "multipart/form-data; boundary=x";
    const FIELDS: &str = "application/x-www-form-urlencoded";

    #[tokio::test(start_paused = true)]
    async fn a_form_has_ten_seconds_and_an_upload_two_kilobytes_a_second() {
        assert_eq!(length(trickle(10, 8), FIELDS).await, Some(80));
        assert_eq!(length(trickle(10_000, 12), FIELDS).await, None);
        assert_eq!(length(trickle(3_000, 600), FILES).await, Some(1_800_000));
        assert_eq!(length(trickle(1_000, 600), FILES).await, None);
        assert_eq!(length(trickle(3_000, 1_000), FILES).await, None, "longer than a quarter of an hour");
    }
}
