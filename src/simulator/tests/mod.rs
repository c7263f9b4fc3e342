//! The simulator, over real HTTP.

mod control;
mod faults;
mod library;
mod login;
mod odd;
mod playlists;
mod shapes;
mod tokens;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, LOCATION};
use reqwest::redirect::Policy;
use serde_json::Value;

use super::{ALL_SCOPES, CLIENT_ID, CLIENT_SECRET, Options, Simulator, data};

const HOUR: Duration = Duration::from_secs(3600);

/// An answer, read to its end.
#[derive(Debug)]
struct Answer {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    fn location(&self) -> &str {
        self.header(LOCATION.as_str()).unwrap()
    }

    /// Status and message of a nested error.
    fn error(&self) -> (u16, String) {
        let error = &self.json()["error"];
        assert_eq!(error["status"].as_u64(), Some(self.status.into()));
        (self.status, error["message"].as_str().unwrap().to_owned())
    }

    /// Both fields of a flat error.
    fn flat_error(&self) -> (String, String) {
        assert_eq!(self.status, 400);
        let body = self.json();
        let field = |name: &str| body[name].as_str().unwrap().to_owned();
        (field("error"), field("error_description"))
    }
}

/// A simulator and somebody who calls it.
struct Rig {
    spotify: Simulator,
    http: reqwest::Client,
    token: String,
}

impl Rig {
    fn new() -> Self {
        Self::with(Options::default())
    }

    fn with(options: Options) -> Self {
        let spotify = Simulator::start(options).unwrap();
        let token = spotify.mint(data::ADA, &ALL_SCOPES, HOUR).access_token;
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .timeout(Duration::from_secs(20))
            .build()
            .unwrap();
        Self {
            spotify,
            http,
            token,
        }
    }

    fn become_person(mut self, person: &str, scopes: &[&str]) -> Self {
        self.token = self.spotify.mint(person, scopes, HOUR).access_token;
        self
    }

    fn request(&self, path: &str) -> reqwest::RequestBuilder {
        self.http
            .get(format!("{}{path}", self.spotify.url()))
            .header(AUTHORIZATION, format!("Bearer {}", self.token))
    }

    async fn get(&self, path: &str) -> Answer {
        answer(self.request(path)).await.unwrap()
    }

    async fn post_form(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let basic = STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}"));
        let request = self
            .http
            .post(format!("{}{path}", self.spotify.url()))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(AUTHORIZATION, format!("Basic {basic}"))
            .body(body);
        answer(request).await.unwrap()
    }

    async fn refresh(&self, refresh_token: &str) -> Answer {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token),
        ];
        self.post_form("/api/token", &form).await
    }
}

async fn answer(request: reqwest::RequestBuilder) -> reqwest::Result<Answer> {
    let response = request.send().await?;
    Ok(Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        text: String::from_utf8(response.bytes().await?.to_vec()).unwrap(),
    })
}
