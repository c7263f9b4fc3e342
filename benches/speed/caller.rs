//! A person with a session at the server.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use lockstep_api::simulator::data::ADA;
use reqwest::redirect::Policy;
use serde_json::{Value, json};

use crate::collections::beats;
use crate::connection::{Connection, request};
use crate::server::Server;
use crate::spotify::Spotify;

/// What uploads are for.
pub const TRACK: &str = "6rqhFgbbKwnb9MLmUQDhG6";

/// Somebody who is logged in.
pub struct Caller {
    connection: Connection,
    addr: SocketAddr,
    /// The header line that says who it is.
    credential: String,
}

impl Caller {
    /// Logs a person in, as a browser would.
    pub async fn log_in(server: &Server, spotify: &Spotify, person: &str) -> Self {
        let browser = reqwest::Client::builder()
            .no_proxy()
            .cookie_store(true)
            .redirect(Policy::none())
            .build()
            .unwrap();
        let start = format!("http://{}/login/spotify/", server.addr);
        let out = browser.get(start).send().await.unwrap();
        let page = out.headers()["location"].to_str().unwrap();
        let back = spotify.consent(page, person).await;
        let landed = browser.get(back).send().await.unwrap();
        let cookies = landed.headers().get_all("set-cookie").iter();
        let cookies: Vec<&str> = cookies
            .map(|line| line.to_str().unwrap().split(';').next().unwrap())
            .filter(|cookie| !cookie.ends_with('='))
            .collect();
        assert!(!cookies.is_empty(), "no session: {:?}", landed.headers());
        Self {
            connection: Connection::open(server.addr).await.unwrap(),
            addr: server.addr,
            credential: format!("cookie: {}", cookies.join("; ")),
        }
    }

    /// Ada, who has uploaded beats of about so many bytes for [`TRACK`].
    pub async fn with_beats(server: &Server, spotify: &Spotify, bytes: usize) -> Self {
        let mut caller = Self::log_in(server, spotify, ADA).await;
        let upload = caller.upload(TRACK, 1, &beats(bytes, 1));
        caller.send(&upload).await;
        caller
    }

    /// A request of theirs for who they are.
    pub fn me(&self) -> Bytes {
        self.request("{ me { id displayName } }", &json!({}))
    }

    /// The same, executed each time: what a variable decides is not known before.
    pub fn me_executed(&self) -> Bytes {
        let query = "query($named: Boolean!) { me { id displayName @include(if: $named) } }";
        self.request(query, &json!({ "named": true }))
    }

    /// A request of theirs for what they have uploaded for [`TRACK`].
    pub fn metadata(&self) -> Bytes {
        let query = "query($track: ID!) { metadata(trackId: $track) { collection } }";
        self.request(query, &json!({ "track": TRACK }))
    }

    /// A request of theirs, ready to be sent.
    pub fn request(&self, query: &str, variables: &Value) -> Bytes {
        let body = json!({ "query": query, "variables": variables });
        request(&self.credential, &body.to_string())
    }

    /// An upload, whose collection is `text` as it stands.
    pub fn upload(&self, track: &str, version: u32, text: &str) -> Bytes {
        const UPLOAD: &str = "mutation($input: UploadMetadataInput!) { \
            uploadMetadata(input: $input) { metadata { id } } }";
        let query = json!(UPLOAD);
        let body = format!(
            r#"{{"query":{query},"variables":{{"input":{{"trackId":"{track}","type":"beats","version":{version},"collection":{text}}}}}}}"#
        );
        request(&self.credential, &body)
    }

    /// Sends it over this caller's own connection; the answer's data, which must be without errors.
    pub async fn ask(&mut self, query: &str, variables: &Value) -> (Value, Duration) {
        let request = self.request(query, variables);
        let sent = Instant::now();
        let body = self.connection.body(&request).await;
        let took = sent.elapsed();
        let mut answer: Value = serde_json::from_slice(&body).unwrap();
        assert!(answer.get("errors").is_none(), "{}", answer["errors"]);
        (answer["data"].take(), took)
    }

    /// Sends a request that was made before, and gives its answer's body.
    pub async fn send(&mut self, request: &[u8]) -> Bytes {
        self.connection.body(request).await
    }

    /// The server that they call.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }
}
