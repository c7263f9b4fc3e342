//! One connection, from its first byte to its last.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::Version;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tower::Service;

use super::pace::Paced;
use super::patient::Patient;
use super::streams::Streams;
use crate::config::Connections;

/// The largest head of a request: a GET with the longest document there may be, encoded.
const HEAD_BYTES: u32 = 64 * 1024;

/// How often a connection of HTTP/2, which may be silent for long, is asked whether it still is there,
/// and how long it may take to answer.
const PING: Duration = Duration::from_secs(20);

/// How many requests of one connection of HTTP/2 may be under way: as few as RFC 9113 (section 5.1.2) finds
/// enough for everybody, for each can have a large answer, which stays in memory until it is taken.
const STREAMS: u32 = 100;

/// Serves what comes over `stream`, until either side ends it, or until `stop` and the end of what is
/// under way then.
pub(super) async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    connections: Connections,
    stop: CancellationToken,
) {
    // An answer is written at once: there is nothing to wait for.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection ended before it was served");
        return;
    }
    let (stream, phase) = Patient::new(stream, connections);
    let streams = Streams::default();
    let service = service_fn(|request: Request<Incoming>| {
        let version = request.version();
        phase.request_begins(version);
        let open = (version == Version::HTTP_2).then(|| streams.open());
        let phase = phase.clone();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        // A router is always ready.
        let answer = router.clone().call(request);
        async move {
            let response = answer.await?;
            phase.answer_begins();
            Ok::<_, Infallible>(match open {
                Some(open) => response.map(|body| open.hold(body)),
                None => response,
            })
        }
    });
    let window = connections.write_window;
    let mut builder = Builder::new(Paced { window });
    // Without a timer of its own: the stream has them, from the first byte on.
    builder.http1().max_buf_size(HEAD_BYTES as usize);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING)
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEAD_BYTES);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    // Asked only when they have something to say: each looks behind a lock, one of them behind that of all
    // connections, and this task is woken for each request.
    let ends: [BoxFuture<'_, ()>; 2] = [
        stop.cancelled().boxed(),
        streams.idle(connections.idle_timeout).boxed(),
    ];
    let mut ends = FuturesUnordered::from_iter(ends);
    let outcome = tokio::select! {
        outcome = connection.as_mut() => Some(outcome),
        _ = ends.next() => None,
    };
    let outcome = match outcome {
        Some(outcome) => outcome,
        None => {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                outcome = connection => outcome,
                // What a client of HTTP/2 still does not take then is the end of an answer.
                () = streams.idle(window) => Ok(()),
            }
        }
    };
    // Clients go away in the middle of everything.
    if let Err(error) = outcome {
        tracing::debug!(error = %error, "a connection failed");
    }
}
