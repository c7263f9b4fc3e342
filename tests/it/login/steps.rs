//! A login step by step, and what a browser makes of its answers.

use std::collections::HashMap;

use lockstep_api::simulator::{Decision, data};
use reqwest::StatusCode;
use reqwest::header::{ACCEPT, LOCATION, SET_COOKIE};
use url::Url;

use crate::support::{Answer, Caller, TestApp};

/// What a browser sends as `Accept` when it goes to a page.
const BROWSER_ACCEPT: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// Where the server sends a browser that wants to log in: Spotify's consent page.
pub async fn consent(browser: &Caller) -> String {
    consent_of(browser, "/login/spotify/").await
}

/// The same for a login that begins at `path`.
pub async fn consent_of(browser: &Caller, path: &str) -> String {
    let out = browser.get(path).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER, "{}", out.text());
    out.header(LOCATION)
}

/// Where Spotify sends Ada back to once she has allowed it.
pub fn allowed(app: &TestApp, consent: &str) -> String {
    let decided = app.spotify.authorize(consent, data::ADA, Decision::Allow);
    decided.unwrap()
}

/// Ada goes all the way, up to the address that Spotify sends her back to.
pub async fn callback(app: &TestApp, browser: &Caller) -> String {
    allowed(app, &consent(browser).await)
}

/// Goes to an address as a browser does.
pub async fn visit(browser: &Caller, path: &str) -> Answer {
    Answer::of(browser.request("GET", path).header(ACCEPT, BROWSER_ACCEPT)).await
}

/// One parameter of an address, decoded.
pub fn parameter(address: &str, name: &str) -> Option<String> {
    let address = Url::parse(address).unwrap();
    let mut pairs = address.query_pairs();
    pairs.find_map(|(key, value)| (key == name).then(|| value.into_owned()))
}

/// The same address with another value for a parameter, or without it.
pub fn changed(address: &str, name: &str, value: Option<&str>) -> String {
    let mut address = Url::parse(address).unwrap();
    let pairs: Vec<(String, String)> = address.query_pairs().into_owned().collect();
    let others = pairs.iter().filter(|(key, _)| key != name);
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(others);
    if let Some(value) = value {
        query.append_pair(name, value);
    }
    address.set_query(Some(&query.finish()));
    address.into()
}

/// A cookie as the server set it.
#[derive(Debug)]
pub struct SetCookie {
    pub name: String,
    pub value: String,
    /// Lowercase names; flags have an empty value.
    pub attributes: HashMap<String, String>,
}

impl SetCookie {
    /// All that an answer sets, in order.
    pub fn all(answer: &Answer) -> Vec<Self> {
        let headers = answer.headers.get_all(SET_COOKIE).iter();
        headers
            .map(|header| Self::parse(header.to_str().unwrap()))
            .collect()
    }

    /// The one whose name contains `part`.
    pub fn find(answer: &Answer, part: &str) -> Option<Self> {
        Self::all(answer)
            .into_iter()
            .find(|cookie| cookie.name.contains(part))
    }

    fn parse(header: &str) -> Self {
        let pair = |text: &str| match text.trim().split_once('=') {
            Some((name, value)) => (name.to_owned(), value.to_owned()),
            None => (text.trim().to_owned(), String::new()),
        };
        let mut parts = header.split(';');
        let (name, value) = pair(parts.next().unwrap());
        let attributes = parts
            .map(pair)
            .map(|(name, value)| (name.to_ascii_lowercase(), value));
        Self {
            name,
            value,
            attributes: attributes.collect(),
        }
    }

    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    /// Whether it takes a cookie back.
    pub fn clears(&self) -> bool {
        self.value.is_empty() && self.attribute("max-age") == Some("0")
    }
}

/// How many people, tokens and sessions the database holds.
pub fn stored(app: &TestApp) -> (i64, i64, i64) {
    let count = |table: &str| app.count_rows(table);
    (count("people"), count("tokens"), count("sessions"))
}
