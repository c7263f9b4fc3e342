//! A server that plays back what a test tells it to, and notes what it was asked.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Request, Response};
use futures_util::{StreamExt, stream};
use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::time::Instant;
use url::Url;

use super::{Call, Client, RetryPolicy};
use crate::config;

/// What is played back.
#[derive(Clone)]
pub(super) enum Answer {
    Whole(u16, Vec<(&'static str, String)>, String),
    /// The beginning of a body, then the connection breaks.
    Half(String),
    /// A status, then nothing, for ever.
    Bodyless(u16),
    /// Nothing, for ever.
    Silence,
}

/// 200 with a body.
pub(super) fn ok(body: impl ToString) -> Answer {
    status(200, body)
}

/// Any status with a body.
pub(super) fn status(status: u16, body: impl ToString) -> Answer {
    Answer::Whole(status, Vec::new(), body.to_string())
}

/// 429 with a `Retry-After`.
pub(super) fn limited(retry_after: impl ToString) -> Answer {
    let headers = vec![("retry-after", retry_after.to_string())];
    let body = r#"{"error":{"status":429,"message":"API rate limit exceeded"}}"#;
    Answer::Whole(429, headers, body.to_owned())
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) path: String,
    pub(super) query: HashMap<String, String>,
    pub(super) headers: HeaderMap,
}

#[derive(Default)]
struct Played {
    answers: HashMap<String, Vec<Answer>>,
    seen: Vec<Seen>,
}

#[derive(Clone)]
pub(super) struct Stub {
    pub(super) url: Url,
    played: Arc<Mutex<Played>>,
}

impl Stub {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let stub = Self {
            url: Url::parse(&format!("http://{address}")).unwrap(),
            played: Arc::default(),
        };
        let router = Router::new().fallback(respond).with_state(stub.clone());
        tokio::spawn(axum::serve(listener, router).into_future());
        stub
    }

    /// What `path` answers, one after the other; the last one again and again. Everything else is
    /// a 404.
    pub(super) fn on(&self, path: &str, answers: impl IntoIterator<Item = Answer>) -> &Self {
        let mut answers: Vec<_> = answers.into_iter().collect();
        answers.reverse();
        let mut played = self.played.lock().unwrap();
        played.answers.insert(path.to_owned(), answers);
        drop(played);
        self
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.played.lock().unwrap().seen.clone()
    }

    /// The paths that were asked for, in order.
    pub(super) fn paths(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.path).collect()
    }

    /// A client of this server that hardly waits between tries.
    pub(super) fn client(&self) -> Client {
        client_of(&self.url)
    }
}

pub(super) fn client_of(url: &Url) -> Client {
    let config = config::Spotify {
        client_id: "id".to_owned(),
        client_secret: SecretString::from("secret"),
        redirect_uri: url.clone(),
        app_redirect_uris: Vec::new(),
        api_url: url.clone(),
        accounts_url: url.clone(),
    };
    Client::new(&config, crate::metrics::Metrics::new())
        .unwrap()
        .with_retry_policy(RetryPolicy {
            base_delay: Duration::from_millis(1),
            max_delay: Duration::from_millis(4),
            ..RetryPolicy::default()
        })
}

/// A call with time to spare.
pub(super) fn call() -> Call {
    Call {
        token: SecretString::from("BQ-the-token"),
        is_ours: true,
        deadline: Instant::now() + Duration::from_secs(30),
    }
}

async fn respond(State(stub): State<Stub>, request: Request<Body>) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let query = request.uri().query().unwrap_or_default();
    let query = url::form_urlencoded::parse(query.as_bytes());
    let seen = Seen {
        path: path.clone(),
        query: query.into_owned().collect(),
        headers: request.headers().clone(),
    };
    let answer = {
        let mut played = stub.played.lock().unwrap();
        played.seen.push(seen);
        match played.answers.get_mut(&path) {
            Some(answers) if answers.len() > 1 => answers.pop(),
            Some(answers) => answers.first().cloned(),
            None => None,
        }
    };
    let not_found = r#"{"error":{"status":404,"message":"Not found."}}"#;
    match answer.unwrap_or_else(|| status(404, not_found)) {
        Answer::Whole(status, headers, body) => {
            let mut response = Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(name, value);
            }
            response.body(Body::from(body)).unwrap()
        }
        Answer::Half(body) => {
            let beginning = stream::iter([Ok(Bytes::from(body))]);
            let end = stream::once(async {
                // What is written so far goes out when there is nothing more for a moment.
                tokio::task::yield_now().await;
                Err(std::io::Error::other("broken"))
            });
            Response::new(Body::from_stream(beginning.chain(end)))
        }
        Answer::Bodyless(status) => {
            let nothing = stream::pending::<Result<Bytes, Infallible>>();
            let response = Response::builder().status(status);
            response.body(Body::from_stream(nothing)).unwrap()
        }
        Answer::Silence => match std::future::pending::<Infallible>().await {},
    }
}
