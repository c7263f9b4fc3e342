//! One line a request, with an id that the client is told too. `docs/logs.md` tells what stands in
//! it, and what never does. The path is logged without its query, where a login's code stands.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::response::Response;
use tracing::Span;

use super::RequestId;
use super::trace_context::TraceParent;
use crate::http::client_address::ClientAddress;
use crate::http::report::Report;
use crate::http::state::HttpState;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACERESPONSE: HeaderName = HeaderName::from_static("traceresponse");

/// Longer paths and methods are cut: clients choose them.
const PATH_LENGTH: usize = 200;
const METHOD_LENGTH: usize = 20;

/// A request that is being answered. Its line is written when that is over, be it because its client
/// went away.
pub(super) struct RequestLog {
    id: RequestId,
    trace: Option<TraceParent>,
    client: Option<ClientAddress>,
    method: Method,
    path: String,
    route: Option<MatchedPath>,
    start: Instant,
    pub(super) state: HttpState,
    written: bool,
}

impl RequestLog {
    /// Names the request, and tells its handler the name and whom it comes from.
    pub(super) fn begin(state: HttpState, request: &mut Request) -> Self {
        state.metrics.http_request_begins();
        let id = RequestId::new();
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let client = peer.map(|ConnectInfo(peer)| {
            ClientAddress::of(peer.ip(), request.headers(), state.http.trusted_proxy_hops)
        });
        request.extensions_mut().insert(id.clone());
        if let Some(client) = client {
            request.extensions_mut().insert(client);
        }
        Self {
            id,
            trace: TraceParent::read(request.headers()),
            client,
            method: request.method().clone(),
            path: beginning(request.uri().path()).to_owned(),
            route: request.extensions_mut().remove(),
            start: Instant::now(),
            state,
            written: false,
        }
    }

    /// The request's name.
    pub(super) fn id(&self) -> &RequestId {
        &self.id
    }

    /// What other lines of the request tell besides.
    pub(super) fn span(&self) -> Span {
        tracing::info_span!(
            "request",
            request_id = self.id.as_str(),
            trace_id = self.trace_id()
        )
    }

    /// Logs and counts the answer, and names the request in it.
    pub(super) fn end(&mut self, response: &mut Response) {
        let nothing = Report::default();
        let report = response.extensions().get().unwrap_or(&nothing);
        self.write(Some(response.status().as_u16()), report);
        let headers = response.headers_mut();
        if let Ok(value) = HeaderValue::from_str(self.id.as_str()) {
            headers.insert(X_REQUEST_ID, value);
        }
        let trace = self.trace.as_ref();
        if let Some(value) = trace.and_then(|trace| trace.response(&self.id)) {
            headers.insert(TRACERESPONSE, value);
        }
    }

    fn trace_id(&self) -> Option<&str> {
        self.trace.as_ref().map(TraceParent::trace_id)
    }

    fn write(&mut self, status: Option<u16>, report: &Report) {
        self.written = true;
        let elapsed = self.start.elapsed();
        let codes = (!report.codes.is_empty()).then(|| report.codes.join(","));
        tracing::info!(
            request_id = self.id.as_str(),
            trace_id = self.trace_id(),
            client = self.client.map(|client| tracing::field::display(client.0)),
            method = self
                .method
                .as_str()
                .get(..METHOD_LENGTH)
                .unwrap_or(self.method.as_str()),
            path = self.path,
            status,
            elapsed_ms = milliseconds(elapsed),
            operation = report.operation,
            operation_name = report.operation_name,
            cost = report.cost,
            person = report.person.as_ref().map(|person| person.as_str()),
            codes,
            "{}",
            if status.is_some() {
                "answered"
            } else {
                "client went away"
            },
        );
        let route = self.route.as_ref().map_or("other", MatchedPath::as_str);
        let metrics = &self.state.metrics;
        metrics.http_request_ends(self.method.as_str(), route, status, elapsed);
    }
}

impl Drop for RequestLog {
    fn drop(&mut self) {
        if !self.written {
            self.write(None, &Report::default());
        }
    }
}

/// As much of a path as is logged.
fn beginning(path: &str) -> &str {
    let rest = path.char_indices().nth(PATH_LENGTH);
    rest.map_or(path, |(end, _)| &path[..end])
}

/// To the microsecond.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}
