//! Requests that nobody would write, against the real router: none is met by a panic, or blamed on the
//! server. `PROPTEST_CASES=1000000 cargo test --release --test it -- fuzz` runs as many of each.

mod endpoint;
mod login;

use std::sync::OnceLock;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::HOST;
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode};
use bytes::Bytes;
use lockstep_api::app::App;
use lockstep_api::http::{HttpState, router};
use lockstep_api::spotify::RetryPolicy;
use tokio::runtime::Runtime;
use tower::ServiceExt;

use crate::support::TestApp;

/// A server without a socket, kept for all cases.
struct Target {
    runtime: Runtime,
    router: Router,
    _app: TestApp,
}

static TARGET: OnceLock<Target> = OnceLock::new();

fn target() -> &'static Target {
    TARGET.get_or_init(|| {
        let runtime = Runtime::new().unwrap();
        let (router, app) = runtime.block_on(async {
            let app = TestApp::start().await;
            let same = App::start(
                app.config.clone(),
                app.clock.clone(),
                RetryPolicy::default(),
            );
            (router(HttpState::new(&same.await.unwrap())), app)
        });
        Target {
            runtime,
            router,
            _app: app,
        }
    })
}

/// The answer to `request`; `None` where it cannot even be written down.
fn ask(request: axum::http::Result<Request<Body>>) -> Option<(StatusCode, HeaderMap, Bytes)> {
    let mut request = request.ok()?;
    let host = HeaderValue::from_static("x");
    request.headers_mut().insert(HOST, host);
    let target = target();
    let answer = target.runtime.block_on(async {
        let response = target.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 32 << 20).await.unwrap();
        (parts.status, parts.headers, body)
    });
    Some(answer)
}
