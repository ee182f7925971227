//! The accept loop. Every connection must send its request's head in time; when all places are taken,
//! the one that has waited longest without a complete head goes, so that slow strangers cannot keep
//! readers out.

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
/// So many connections at once.
const CONNECTIONS: usize = 4096;
/// Open requests may finish within this time when the server stops.
const GRACE: Duration = Duration::from_secs(20);

/// A connection, and whether it has sent a complete head.
type Connection = (AbortHandle, Arc<AtomicBool>);

/// Connections that have not sent a complete head yet, oldest first.
#[derive(Clone, Default)]
struct Silent(Arc<Mutex<VecDeque<Connection>>>);

impl Silent {
    fn add(&self, connection: AbortHandle, has_spoken: Arc<AtomicBool>) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= CONNECTIONS {
            waiting
                .retain(|(connection, spoken)| !connection.is_finished() && !spoken.load(Ordering::Relaxed));
        }
        waiting.push_back((connection, has_spoken));
    }

    /// Ends the oldest silent connection; false when there is none.
    fn end_oldest(&self) -> bool {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some((connection, has_spoken)) = waiting.pop_front() {
            if !connection.is_finished() && !has_spoken.load(Ordering::Relaxed) {
                connection.abort();
                return true;
            }
        }
        false
    }
}

/// Serves until `stop` comes; then lets open requests finish.
pub async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    stop: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let (silent, mut connections) = (Silent::default(), JoinSet::new());
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
        let place = take_place(&places, &silent).await;
        let has_spoken = Arc::new(AtomicBool::new(false));
        let (router, tls, spoken) = (router.clone(), tls.clone(), has_spoken.clone());
        let connection = connections.spawn(async move {
            match tls {
                None => converse(stream, router, spoken).await,
                Some(tls) => {
                    if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await {
                        converse(stream, router, spoken).await;
                    }
                }
            }
            drop(place);
        });
        silent.add(connection, has_spoken);
    }
    let finish = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, finish).await.is_err() {
        tracing::warn!("some requests were still open when the server stopped");
    }
}

async fn take_place(places: &Arc<Semaphore>, silent: &Silent) -> Option<OwnedSemaphorePermit> {
    if places.available_permits() == 0 {
        silent.end_oldest();
    }
    places.clone().acquire_owned().await.ok()
}

async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    router: Router,
    spoken: Arc<AtomicBool>,
) {
    let service = service_fn(move |request: Request<Incoming>| {
        spoken.store(true, Ordering::Relaxed);
        let router = router.clone();
        async move { router.oneshot(request.map(Body::new)).await }
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(Some(HEAD)).max_concurrent_streams(64);
    let outcome: Result<(), _> = builder.serve_connection(TokioIo::new(stream), service).await;
    if let Err(cause) = outcome {
        tracing::debug!(%cause, "connection ended");
    }
}
