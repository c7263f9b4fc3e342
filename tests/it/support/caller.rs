//! Somebody who calls the server.

use std::fmt::Display;
use std::sync::Arc;

use reqwest::cookie::{CookieStore, Jar};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

use super::{Answer, TestApp};

pub const UPLOAD: &str = "mutation($input: UploadMetadataInput!) { uploadMetadata(input: $input) {
    metadata { id trackId type version sizeBytes sha256 createdAt } } }";

/// A client with cookies of its own, which follows no redirects.
#[derive(Clone)]
pub struct Caller {
    base: String,
    http: Client,
    cookies: Arc<Jar>,
    bearer: Option<String>,
}

impl Caller {
    pub(super) fn new(app: &TestApp) -> Self {
        Self::at(app.url(""))
    }

    /// Somebody who calls the server at `base`, an address without a path.
    pub fn at(base: String) -> Self {
        let cookies = Arc::new(Jar::default());
        let http = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            // All is plain http, and reading the system's certificates takes its time.
            .tls_certs_only([])
            .cookie_provider(cookies.clone())
            .build()
            .unwrap();
        Self {
            base,
            http,
            cookies,
            bearer: None,
        }
    }

    pub fn with_bearer(mut self, token: &str) -> Self {
        self.bearer = Some(token.to_owned());
        self
    }

    /// The same caller at another instance: cookies do not tell ports apart.
    pub fn moved_to(&self, addr: std::net::SocketAddr) -> Self {
        Self {
            base: format!("http://{addr}"),
            ..self.clone()
        }
    }

    /// What the browser would send as `Cookie`, if anything.
    pub fn cookies(&self) -> String {
        let url = self.base.parse().unwrap();
        let header = self.cookies.cookies(&url);
        header.map_or(String::new(), |value| value.to_str().unwrap().to_owned())
    }

    /// Puts a cookie into the browser, as `name=value`.
    pub fn set_cookie(&self, cookie: &str) {
        self.cookies
            .add_cookie_str(cookie, &self.base.parse().unwrap());
    }

    /// A request that is not sent yet. `path` may be a whole address.
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.base)
        };
        let request = self.http.request(method.parse().unwrap(), url);
        match &self.bearer {
            Some(token) => request.header(AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request("GET", path)).await
    }

    /// A GraphQL request as Apollo's clients send it.
    pub async fn graphql(&self, query: &str, variables: Value) -> Answer {
        self.post_graphql(json!({ "query": query, "variables": variables }).to_string())
            .await
    }

    /// A GraphQL request without variables.
    pub async fn query(&self, query: &str) -> Answer {
        self.graphql(query, json!({})).await
    }

    /// A body of one's own.
    pub async fn post_graphql(&self, body: impl Into<reqwest::Body>) -> Answer {
        let accept = "application/graphql-response+json, application/json";
        self.post(accept, body).await
    }

    /// A body of one's own, to be answered as one of these media types.
    pub async fn post(&self, accept: &str, body: impl Into<reqwest::Body>) -> Answer {
        let request = self
            .request("POST", "/graphql")
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, accept)
            .body(body);
        Answer::of(request).await
    }

    /// Uploads `collection`, which is sent as it is written.
    pub async fn upload(
        &self,
        track: &str,
        kind: &str,
        version: i64,
        collection: impl Display,
    ) -> Answer {
        let (query, track, kind) = (json!(UPLOAD), json!(track), json!(kind));
        self.post_graphql(format!(
            r#"{{"query":{query},"variables":{{"input":{{"trackId":{track},"type":{kind},
                "version":{version},"collection":{collection}}}}}}}"#
        ))
        .await
    }
}

/// A client that speaks HTTP/2 from the first byte on, and sends no credential.
pub fn http2_client() -> Client {
    Client::builder()
        .http2_prior_knowledge()
        .no_proxy()
        .tls_certs_only([])
        .build()
        .unwrap()
}
