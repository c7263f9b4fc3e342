//! Compression of the API's answers. The page's files are kept compressed, and what belongs to a login
//! holds secrets beside what the address says, whose length would tell of them.

use std::convert::Infallible;
use std::future::ready;

use axum::body::Body;
use axum::http::header::ACCEPT_ENCODING;
use axum::http::{HeaderMap, Request};
use axum::response::Response;
use tower::{Layer, ServiceExt, service_fn};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{Predicate, SizeAbove};

/// In bytes: what is smaller fits into a packet or two as it is.
const WORTH_COMPRESSING: u16 = 1024;

/// What a client can decompress.
pub(super) struct Accepted(HeaderMap);

impl Accepted {
    /// By the headers of its request.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let lines = headers.get_all(ACCEPT_ENCODING).iter();
        Self(lines.map(|line| (ACCEPT_ENCODING, line.clone())).collect())
    }

    /// The response, compressed where that is worth it and the client accepts it.
    pub(super) async fn compress(self, response: Response) -> Response {
        let worth = SizeAbove::new(WORTH_COMPRESSING);
        if !worth.should_compress(&response) {
            return response;
        }
        // The future of each request would have room for it.
        Box::pin(self.compressed(response, worth)).await
    }

    /// It is no layer of the router, where even a small answer's body would be wrapped into one that
    /// has room for a compressor's state.
    async fn compressed(self, response: Response, worth: SizeAbove) -> Response {
        let mut asked = Request::new(());
        *asked.headers_mut() = self.0;
        // It is asked for once.
        let mut response = Some(response);
        let answer = service_fn(move |_: Request<()>| {
            ready(Ok::<_, Infallible>(response.take().unwrap_or_default()))
        });
        let compression = CompressionLayer::new()
            // Each answer is compressed for one client, once.
            .quality(CompressionLevel::Fastest)
            .compress_when(worth);
        let Ok(compressed) = compression.layer(answer).oneshot(asked).await;
        compressed.map(Body::new)
    }
}
