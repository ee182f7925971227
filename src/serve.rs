//! The accept loop. Every connection must send its request's head in time; when all places are taken,
//! the oldest one on which nothing is being answered goes, so that slow strangers cannot keep readers out.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
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

/// A connection, and whether a request is being answered on it.
type Connection = (AbortHandle, Arc<AtomicBool>);

/// The open connections, oldest first.
#[derive(Clone, Default)]
struct Open(Arc<Mutex<VecDeque<Connection>>>);

impl Open {
    fn add(&self, connection: AbortHandle, is_busy: Arc<AtomicBool>, places: usize) {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if open.len() >= 2 * places {
            open.retain(|(connection, _)| !connection.is_finished());
        }
        open.push_back((connection, is_busy));
    }

    /// Ends the oldest connection on which nothing is being answered: it has not sent a whole head, or
    /// idles between two requests.
    fn end_oldest(&self) {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((connection, _)) = open.iter().position(is_idle).and_then(|oldest| open.remove(oldest)) {
            connection.abort();
        }
    }

    /// Ends every connection on which nothing is being answered.
    fn end_idle(&self) {
        let open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.iter().filter(|connection| is_idle(connection)).for_each(|(connection, _)| connection.abort());
    }
}

fn is_idle((connection, is_busy): &Connection) -> bool {
    !connection.is_finished() && !is_busy.load(Ordering::Relaxed)
}

/// Takes as many files as the machine lets this process have; returns how many connections that allows.
pub fn most_connections() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let files = match setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit.clone() }) {
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
        let is_busy = Arc::new(AtomicBool::new(false));
        let (router, tls, busy) = (router.clone(), tls.clone(), is_busy.clone());
        let connection = connections.spawn(async move {
            match tls {
                None => converse(stream, router, busy).await,
                Some(tls) => {
                    if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await {
                        converse(stream, router, busy).await;
                    }
                }
            }
            drop(place);
        });
        open.add(connection, is_busy, most);
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
    is_busy: Arc<AtomicBool>,
) {
    let service = service_fn(move |request: Request<Incoming>| {
        let (router, is_busy) = (router.clone(), is_busy.clone());
        async move {
            is_busy.store(true, Ordering::Relaxed);
            let answer = router.oneshot(request.map(Body::new)).await;
            is_busy.store(false, Ordering::Relaxed);
            answer
        }
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(Some(HEAD)).max_concurrent_streams(64);
    let outcome: Result<(), _> = builder.serve_connection(TokioIo::new(stream), service).await;
    if let Err(cause) = outcome {
        tracing::debug!(%cause, "connection ended");
    }
}
