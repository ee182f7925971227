//! The accept loop. Every connection must send its request's head in time; when all places are taken,
//! the oldest one on which nothing is being answered goes, so that slow strangers cannot keep readers out.

use std::collections::VecDeque;
use std::future::pending;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::Request;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{AbortHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

/// A request's head must be complete within this time.
const HEAD: Duration = Duration::from_secs(10);
/// Most memory for reading on one connection, in bytes; no head is longer.
const BUFFER: usize = 64 * 1024;
/// A TLS handshake must be complete within this time.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// So many connections at once, if the machine lets this process have as many files.
const CONNECTIONS: u64 = 4096;
/// Files that are not connections: databases, photos, readers.
const OTHER_FILES: u64 = 512;
/// An answer that was just given has so long to be sent when the server stops.
const LAST_BYTES: Duration = Duration::from_millis(200);
/// Open requests may finish within this time when the server stops.
const GRACE: Duration = Duration::from_secs(20);

/// A connection, and what happens on it.
type Connection = (AbortHandle, Arc<Activity>);

/// What happens on a connection.
#[derive(Default)]
struct Activity {
    /// Requests whose heads are complete and whose answers are not given yet.
    requests: AtomicUsize,
    /// How many of them wait for more of their body.
    waiting: AtomicUsize,
    /// At least one head was complete.
    has_spoken: AtomicBool,
}

impl Activity {
    /// Nothing is asked: the head is not complete, or the connection idles between two requests.
    fn is_idle(&self) -> bool {
        self.requests.load(Ordering::Relaxed) == 0
    }

    /// Nothing is being worked at here: everything that was asked waits for the other side.
    fn waits(&self) -> bool {
        self.requests.load(Ordering::Relaxed) <= self.waiting.load(Ordering::Relaxed)
    }
}

/// A request's body that tells when it waits for the other side.
struct Watched {
    body: Incoming,
    activity: Arc<Activity>,
    is_waiting: bool,
}

impl Watched {
    fn note(&mut self, is_waiting: bool) {
        match (self.is_waiting, is_waiting) {
            (false, true) => drop(self.activity.waiting.fetch_add(1, Ordering::Relaxed)),
            (true, false) => drop(self.activity.waiting.fetch_sub(1, Ordering::Relaxed)),
            _ => {}
        }
        self.is_waiting = is_waiting;
    }
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        self.note(polled.is_pending());
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.note(false);
    }
}

/// The open connections, oldest first.
#[derive(Clone, Default)]
struct Open(Arc<Mutex<VecDeque<Connection>>>);

impl Open {
    fn add(&self, connection: AbortHandle, activity: Arc<Activity>, places: usize) {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if open.len() >= 2 * places {
            open.retain(|(connection, _)| !connection.is_finished());
        }
        open.push_back((connection, activity));
    }

    /// Ends the oldest connection on which nothing is asked; without one, the oldest whose request waits for
    /// more of its body.
    fn end_oldest(&self) {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|(connection, _)| !connection.is_finished());
        let idle = open.iter().position(|(_, activity)| activity.is_idle());
        let oldest = idle.or_else(|| open.iter().position(|(_, activity)| activity.waits()));
        if let Some((connection, _)) = oldest.and_then(|oldest| open.remove(oldest)) {
            connection.abort();
        }
    }

    /// Ends every connection on which nothing is asked.
    fn end_idle(&self) {
        let open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = open.iter().filter(|(_, activity)| activity.is_idle());
        idle.for_each(|(connection, _)| connection.abort());
    }
}

/// Takes as many files as the machine lets this process have; returns how many connections that allows.
pub fn most_connections() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let files = match setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    };
    let places = files.map_or(CONNECTIONS, |files| files.saturating_sub(OTHER_FILES).min(CONNECTIONS));
    usize::try_from(places.max(16)).unwrap_or(16)
}

/// Serves at most so many connections at once until `stop` comes; then lets open requests finish.
pub async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    most: usize,
    stop: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(most));
    let (open, mut connections) = (Open::default(), JoinSet::new());
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        while connections.try_join_next().is_some() {}
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let place = tokio::select! {
            place = take_place(&places, &open) => place,
            () = &mut stop => break,
        };
        let activity = Arc::new(Activity::default());
        let (router, tls, watched) = (router.clone(), tls.clone(), activity.clone());
        let connection = connections.spawn(async move {
            match tls {
                None => converse(stream, router, watched).await,
                Some(tls) => {
                    if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await {
                        converse(stream, router, watched).await;
                    }
                }
            }
            drop(place);
        });
        open.add(connection, activity, most);
    }
    // What was just answered is on its way.
    tokio::time::sleep(LAST_BYTES).await;
    open.end_idle();
    let finish = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, finish).await.is_err() {
        tracing::warn!("some requests were still open when the server stopped");
    }
}

async fn take_place(places: &Arc<Semaphore>, open: &Open) -> Option<OwnedSemaphorePermit> {
    if places.available_permits() == 0 {
        open.end_oldest();
    }
    places.clone().acquire_owned().await.ok()
}

async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    router: Router,
    activity: Arc<Activity>,
) {
    let watched = activity.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        let (router, activity) = (router.clone(), activity.clone());
        async move {
            activity.has_spoken.store(true, Ordering::Relaxed);
            activity.requests.fetch_add(1, Ordering::Relaxed);
            let watch = |body| Body::new(Watched { body, activity: activity.clone(), is_waiting: false });
            let answer = router.oneshot(request.map(watch)).await;
            activity.requests.fetch_sub(1, Ordering::Relaxed);
            answer
        }
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(BUFFER);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(Some(HEAD)).max_concurrent_streams(64);
    let conversation = builder.serve_connection(TokioIo::new(stream), service);
    let outcome: Result<(), _> = tokio::select! {
        outcome = conversation => outcome,
        () = silence(&watched) => return,
    };
    if let Err(cause) = outcome {
        tracing::debug!(%cause, "connection ended");
    }
}

/// Comes to its end when the first head is not complete in time; hyper's own limit begins only after the
/// first bytes, by which it tells the versions of HTTP apart.
async fn silence(activity: &Activity) {
    tokio::time::sleep(HEAD).await;
    if activity.has_spoken.load(Ordering::Relaxed) {
        pending::<()>().await;
    }
}
