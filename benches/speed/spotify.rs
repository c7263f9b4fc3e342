//! The simulated Spotify, in a process of its own.

use std::time::Duration;

use lockstep_api::simulator::{Fault, Options, Rule, Simulator};
use reqwest::Client;
use serde_json::{Value, json};

use crate::child::Child;

/// The role's name on the command line.
pub const ROLE: &str = "spotify";

/// A running simulator, seen from the outside.
pub struct Spotify {
    _child: Child,
    pub url: String,
    http: Client,
}

/// What it was asked.
#[derive(Debug)]
pub struct Asked {
    pub calls: u64,
    pub bytes: u64,
}

impl Spotify {
    /// Starts one whose Web API answers after `latency`.
    pub fn start(latency: Duration) -> Self {
        let (child, url) = Child::role(ROLE, &[&latency.as_millis().to_string()]);
        Self {
            _child: child,
            url,
            http: Client::builder().no_proxy().build().unwrap(),
        }
    }

    /// An access token of a person's.
    pub async fn token(&self, person: &str) -> String {
        let mint = json!({
            "person": person,
            "scopes": ["playlist-read-private", "playlist-read-collaborative"],
            "ttl_seconds": 3600
        });
        let tokens = format!("{}/_simulator/tokens", self.url);
        let answer = self.http.post(tokens).json(&mint).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// Lets a person agree to a login, as they would on the consent page; where they are sent.
    pub async fn consent(&self, page: &str, person: &str) -> String {
        let client = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let form = [("person", person), ("decision", "allow")];
        let answer = client.post(page).form(&form).send().await.unwrap();
        let location = &answer.headers()["location"];
        location.to_str().unwrap().to_owned()
    }

    /// Forgets what it was asked.
    pub async fn forget(&self) {
        let requests = format!("{}/_simulator/requests", self.url);
        self.http.delete(requests).send().await.unwrap();
    }

    /// What it was asked since.
    pub async fn asked(&self) -> Asked {
        let counts = format!("{}/_simulator/counts", self.url);
        let counts: Value = self
            .http
            .get(counts)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let calls = counts["counts"].as_object().unwrap().values();
        Asked {
            calls: calls.map(|count| count.as_u64().unwrap()).sum(),
            bytes: counts["bytes"].as_u64().unwrap(),
        }
    }
}

/// Serves until it is killed, the Web API after so many milliseconds.
pub async fn serve(latency: &str) {
    let simulator = Simulator::start(Options::default()).unwrap();
    let latency = Duration::from_millis(latency.parse().unwrap());
    simulator.inject(Rule::on("GET /v1/*", Fault::Latency(latency)));
    println!("{}", simulator.url());
    std::future::pending::<()>().await;
}
