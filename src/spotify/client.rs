//! One way for every request: address, token, time limit, status, decoding.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION};
use http::{HeaderValue, StatusCode};
use reqwest::Response;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::{Instant, timeout, timeout_at};
use url::Url;

use super::endpoints::ItemsPlace;
use super::error::{Complaint, Error};
use super::gate::Gate;
use super::retry::{self, Cause, Failure, RetryPolicy};
use super::retry_after;
use crate::config;
use crate::metrics::Metrics;

/// How many calls are under way at a time, everybody's together.
const CALLS_IN_FLIGHT: usize = 24;
/// The largest answer that is read, in bytes after decompression.
const BODY_LIMIT: usize = 16 * 1024 * 1024;
/// The largest part of an error's body that is read.
pub(super) const ERROR_BODY_LIMIT: usize = 64 * 1024;
/// How long an error's body is waited for.
pub(super) const ERROR_BODY_TIME: Duration = Duration::from_millis(500);

/// A client of the Spotify Web API. Clones share the connections and the gate.
#[derive(Clone)]
pub struct Client {
    pub(super) shared: Arc<Shared>,
    pub(super) retry: RetryPolicy,
}

pub(super) struct Shared {
    pub(super) http: reqwest::Client,
    /// Where `/v1/…` is appended.
    base: Url,
    gate: Gate,
    /// The accounts service counts for itself.
    pub(super) accounts_gate: Gate,
    pub(super) items_place: ItemsPlace,
    metrics: Metrics,
}

/// On whose behalf a call is made, and how long it may take, waits and further tries included.
#[derive(Clone, Debug)]
pub struct Call {
    /// The person's access token.
    pub token: SecretString,
    /// Whether it was granted to this app, as those are that the server keeps. A bearer may be another app's,
    /// whose limits are not this one's.
    pub is_ours: bool,
    /// When the caller stops caring.
    pub deadline: Instant,
}

/// What is asked for. Only `template` is ever logged.
pub(super) struct Request<'a> {
    /// The endpoint as Spotify's documentation writes it.
    pub(super) template: &'static str,
    /// The segments of its path.
    pub(super) path: &'a [&'a str],
    pub(super) query: &'a [(&'static str, &'a str)],
}

/// How long a connection of HTTP/2 that is in use may be silent before it is pinged, and how long the ping may go
/// unanswered. Together they are less than a try's time: the next try is to have another connection.
pub(super) const PING_AFTER: Duration = Duration::from_secs(4);
pub(super) const PONG_WITHIN: Duration = Duration::from_secs(4);

/// The status that a try was answered with, which is known before the rest of the answer.
pub(super) type Answered = OnceLock<StatusCode>;

impl Client {
    /// A client for the Spotify that `config` names, whose calls `metrics` counts. Fails if TLS
    /// cannot be set up.
    pub fn new(config: &config::Spotify, metrics: Metrics) -> Result<Self, reqwest::Error> {
        let mut http = reqwest::Client::builder()
            .user_agent(concat!("lockstep-api/", env!("CARGO_PKG_VERSION")))
            // A redirect must not carry the token elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .read_timeout(Duration::from_secs(10))
            .pool_idle_timeout(Duration::from_secs(60))
            .http2_keep_alive_interval(PING_AFTER)
            .http2_keep_alive_timeout(PONG_WITHIN);
        if [&config.api_url, &config.accounts_url]
            .into_iter()
            .all(is_on_this_machine)
        {
            // A proxy for the outside world does not know this machine's own servers.
            http = http.no_proxy();
        }
        let mut base = config.api_url.clone();
        base.set_query(None);
        base.set_fragment(None);
        Ok(Self {
            shared: Arc::new(Shared {
                http: http.build()?,
                base,
                gate: Gate::new(CALLS_IN_FLIGHT).counted("api", metrics.clone()),
                accounts_gate: Gate::new(CALLS_IN_FLIGHT).counted("accounts", metrics.clone()),
                items_place: ItemsPlace::default(),
                metrics,
            }),
            retry: RetryPolicy::default(),
        })
    }

    /// The same client with other waits; connections and gate stay shared.
    #[must_use]
    pub fn with_retry_policy(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Brings up to date what metrics tell of this moment: whether calls are held back.
    pub fn count_gates(&self) {
        self.shared.gate.count();
        self.shared.accounts_gate.count();
    }

    /// Asks until there is an answer that `read` can read, or none is to be had.
    pub(super) async fn get<T>(
        &self,
        call: &Call,
        request: &Request<'_>,
        read: impl Fn(&str) -> Option<T> + Sync,
    ) -> Result<T, Error> {
        let Shared { gate, .. } = &*self.shared;
        let read = &read;
        let deadline = call.deadline;
        let mut policy = self.retry;
        if !call.is_ours {
            // Or anybody could hold back everybody for a day, with the token of an app that they have used up.
            policy.max_hold = policy.max_hold.min(policy.max_retry_after);
        }
        retry::run(&policy, gate, deadline, |number, until| async move {
            let answered = Answered::new();
            let exchange = self.exchange(call, request, &answered, read);
            let time = (until, deadline);
            self.attempt(request.template, number, time, &answered, exchange)
                .await
        })
        .await
    }

    /// One try of a call, over at `until`, the call itself at `deadline`. Every try ends here, whatever
    /// came of it, unless its caller has gone away.
    pub(super) async fn attempt<T>(
        &self,
        endpoint: &'static str,
        number: u32,
        (until, deadline): (Instant, Instant),
        answered: &Answered,
        exchange: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let started = Instant::now();
        let outcome = match timeout_at(until, exchange).await {
            Ok(outcome) => outcome,
            Err(_) if until >= deadline => Err(Error::DeadlineExceeded.into()),
            Err(_) => Err(Error::Connection.into()),
        };
        let status = answered.get().map(StatusCode::as_u16);
        let elapsed = started.elapsed();
        let elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        let metrics = &self.shared.metrics;
        metrics.spotify_request(endpoint, status, elapsed);
        match &outcome {
            Ok(_) => tracing::debug!(endpoint, number, status, elapsed_ms, "Spotify answered"),
            Err(Failure { error, cause }) if *cause == Cause::Refusal => {
                tracing::debug!(endpoint, number, status, elapsed_ms, %error, "Spotify refused");
            }
            Err(Failure { error, .. }) => {
                tracing::warn!(endpoint, number, status, elapsed_ms, %error, "Spotify failed");
            }
        }
        outcome
    }

    async fn exchange<T>(
        &self,
        call: &Call,
        request: &Request<'_>,
        answered: &Answered,
        read: &(impl Fn(&str) -> Option<T> + Sync),
    ) -> Result<T, Failure> {
        let response = self
            .shared
            .http
            .get(self.address(request))
            .header(AUTHORIZATION, authorization(&call.token)?)
            .header(ACCEPT, "application/json")
            .send()
            .await
            .map_err(|error| {
                // Only here: what it holds is not for callers, and it names the URL.
                let error = error.without_url();
                tracing::debug!(
                    endpoint = request.template,
                    ?error,
                    "no answer from Spotify"
                );
                Error::Connection
            })?;
        let code = *answered.get_or_init(|| response.status());
        if code == StatusCode::OK {
            let unreadable = Error::Unreadable {
                status: code.as_u16(),
            };
            let body = body(response, BODY_LIMIT).await.ok_or(unreadable.clone())?;
            let text = text(&body);
            return read(&text).ok_or(unreadable.into());
        }
        let retry_after = retry_after::read(response.headers());
        // The status says most of it: a body that does not come must not hide a 429.
        let body = timeout(ERROR_BODY_TIME, body(response, ERROR_BODY_LIMIT)).await;
        let body = body.ok().flatten().unwrap_or_default();
        let complaint = Complaint::parse(&body).without(call.token.expose_secret());
        let error = complaint.into_error(code, retry_after);
        let cause = Cause::of(&error, retry_after);
        Err(Failure { error, cause })
    }

    fn address(&self, request: &Request<'_>) -> Url {
        let mut url = self.shared.base.clone();
        // Segments are escaped as they are added: none can become a path or a query. An address
        // without a path has no host either, and fails when it is connected to.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(request.path);
        }
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(request.query);
        }
        url
    }
}

/// A stray byte spoils one name, not the answer. Nearly always there is none, which is found out much faster than it
/// would be replaced.
fn text(body: &[u8]) -> Cow<'_, str> {
    let text = std::str::from_utf8(body).map(Cow::Borrowed);
    text.unwrap_or_else(|_| String::from_utf8_lossy(body))
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base", &self.shared.base.as_str())
            .finish_non_exhaustive()
    }
}

/// The header that carries the token. A token that fits in no header is no token.
fn authorization(token: &SecretString) -> Result<HeaderValue, Error> {
    let header = format!("Bearer {}", token.expose_secret());
    let mut header = HeaderValue::try_from(header).map_err(|_| Error::Unauthorized {
        message: "the access token is malformed".to_owned(),
    })?;
    header.set_sensitive(true);
    Ok(header)
}

/// The whole body, unless it is cut off or larger than `limit` bytes.
pub(super) async fn body(mut response: Response, limit: usize) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        if body.len() + chunk.len() > limit {
            return None;
        }
        body.extend_from_slice(&chunk);
    }
    Some(body)
}

fn is_on_this_machine(url: &Url) -> bool {
    config::is_loopback(url) || url.host_str() == Some("localhost")
}

#[cfg(test)]
mod tests;
