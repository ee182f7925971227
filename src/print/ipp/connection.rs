//! One exchange with a printer: a connection, a request, an answer. Everything has its end: connecting,
//! waiting, and how much an answer may be.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1::handshake;
use hyper::header::{CONTENT_TYPE, HOST};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::message::Answer;
use super::trust::{Fingerprint, encryption, trouble};
use super::{Address, Trouble};

/// How long a printer may take to let itself be connected, and again to agree on encryption.
const CONNECTING: Duration = Duration::from_secs(5);
/// How long a whole request may take, the document included.
const ANSWERING: Duration = Duration::from_secs(60);
/// The longest answer in bytes. Descriptions have some tens of kilobytes, lists of queues more.
const LONGEST_ANSWER: usize = 1 << 20;
const MEDIA_TYPE: &str = "application/ipp";

/// What was heard, and from whom.
#[derive(Debug)]
pub(super) struct Heard {
    pub(super) answer: Answer,
    /// Of an encrypted connection.
    pub(super) certificate: Option<Fingerprint>,
}

/// Sends a request and reads the answer, of whatever status of IPP.
pub(super) async fn exchange(
    address: &Address,
    trusted: Option<Fingerprint>,
    request: Vec<u8>,
) -> Result<Heard, Trouble> {
    let place = (address.host(), address.port());
    let stream = timeout(CONNECTING, TcpStream::connect(place)).await;
    let Ok(Ok(stream)) = stream else { return Err(Trouble::NotReachable) };
    if !address.is_encrypted() {
        return Ok(Heard { answer: ask(stream, address, request).await?, certificate: None });
    }
    let name = ServerName::try_from(address.host().to_owned()).map_err(|_| Trouble::NotEncrypted)?;
    let connector = TlsConnector::from(Arc::new(encryption(trusted)?));
    let stream = timeout(CONNECTING, connector.connect(name, stream)).await;
    let stream = stream.map_err(|_| Trouble::NotEncrypted)?.map_err(|cause| trouble(&cause))?;
    let shown = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
    let certificate = shown.map(Fingerprint::of);
    Ok(Heard { answer: ask(stream, address, request).await?, certificate })
}

async fn ask<Stream>(stream: Stream, address: &Address, request: Vec<u8>) -> Result<Answer, Trouble>
where
    Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let asking = timeout(ANSWERING, send(stream, address, request)).await;
    let (status, body) = asking.map_err(|_| Trouble::Unanswered)??;
    match status {
        StatusCode::OK => Answer::read(&body).ok_or(Trouble::NotAPrinter),
        StatusCode::UNAUTHORIZED => Err(Trouble::NeedsPassword),
        StatusCode::UPGRADE_REQUIRED => Err(Trouble::NeedsEncryption),
        StatusCode::FORBIDDEN => Err(Trouble::Refused(status.as_u16())),
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => Err(Trouble::Busy),
        _ => Err(Trouble::NotAPrinter),
    }
}

async fn send<Stream>(
    stream: Stream,
    address: &Address,
    request: Vec<u8>,
) -> Result<(StatusCode, Bytes), Trouble>
where
    Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let request = Request::post(address.path())
        .header(HOST, address.authority())
        .header(CONTENT_TYPE, MEDIA_TYPE)
        .body(Full::new(Bytes::from(request)))
        .map_err(|_| Trouble::Address)?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await.map_err(|_| Trouble::Unanswered)?;
    // Ends with this call, however it ends.
    let mut talking = JoinSet::new();
    talking.spawn(connection);
    let response = sender.send_request(request).await.map_err(|cause| match cause.is_parse() {
        true => Trouble::NotAPrinter,
        false => Trouble::Unanswered,
    })?;
    let status = response.status();
    let body = Limited::new(response.into_body(), LONGEST_ANSWER).collect().await;
    let body = body.map_err(|cause| match cause.is::<http_body_util::LengthLimitError>() {
        true => Trouble::NotAPrinter,
        false => Trouble::Unanswered,
    })?;
    Ok((status, body.to_bytes()))
}
