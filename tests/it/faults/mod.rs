//! Spotify on a bad day: whichever call it befalls, the field that needed it is null, with one error
//! that says what happened, and the rest of the answer is there.

mod answers;
mod limits;
mod passing;
mod refusals;
mod silence;
mod token_endpoint;

use lockstep_api::simulator::data::{self, playlist_id};
use lockstep_api::simulator::{Fault, Rule};
use serde_json::{Value, json};

use crate::support::{Answer, Caller, TestApp};

/// A call to Spotify, and the field of ours that needs it.
struct Place {
    endpoint: &'static str,
    /// Of the page that it befalls, where a list has many.
    offset: Option<&'static str>,
    query: String,
    path: Value,
    /// What of the answer is there without it.
    kept: Value,
}

impl Place {
    /// Whose a bearer is: nothing can be answered without it.
    fn profile() -> Self {
        Self {
            endpoint: "GET /v1/me",
            offset: None,
            query: "{ me { id } }".to_owned(),
            path: json!(["me"]),
            kept: Value::Null,
        }
    }

    /// The caller's own list, in a field that is never null: what holds it is null instead.
    fn library() -> Self {
        Self {
            endpoint: "GET /v1/me/playlists",
            offset: None,
            query: "{ me { id playlists { totalCount } } }".to_owned(),
            path: json!(["me", "playlists"]),
            kept: Value::Null,
        }
    }

    fn playlist() -> Self {
        let id = playlist_id(1000);
        Self {
            endpoint: "GET /v1/playlists/{id}",
            offset: None,
            query: format!("{{ me {{ id }} playlist(id: \"{id}\") {{ name }} }}"),
            path: json!(["playlist"]),
            kept: json!({ "me": { "id": data::ADA }, "playlist": null }),
        }
    }

    /// The one page that is wanted besides the first, which comes with the playlist.
    fn tracks() -> Self {
        Self::some_tracks(60, None)
    }

    /// One page of twenty.
    fn page() -> Self {
        Self::some_tracks(1000, Some("700"))
    }

    fn some_tracks(first: u32, offset: Option<&'static str>) -> Self {
        let id = playlist_id(1000);
        Self {
            endpoint: "GET /v1/playlists/{id}/items",
            offset,
            query: format!(
                "{{ me {{ id }} playlist(id: \"{id}\") {{ name trackCount
                    tracks(first: {first}) {{ nodes {{ id }} }} }} }}"
            ),
            path: json!(["playlist", "tracks"]),
            kept: json!({ "me": { "id": data::ADA }, "playlist":
                { "name": "A thousand kilometres", "trackCount": 1000, "tracks": null } }),
        }
    }

    fn all() -> [Self; 5] {
        [
            Self::profile(),
            Self::library(),
            Self::playlist(),
            Self::tracks(),
            Self::page(),
        ]
    }

    fn asks_by_bearer(&self) -> bool {
        self.endpoint == "GET /v1/me"
    }

    /// Who asks: somebody logged in, but where it is about whose a bearer is.
    async fn caller(&self, app: &TestApp) -> Caller {
        if self.asks_by_bearer() {
            app.bearer(data::ADA)
        } else {
            app.logged_in(data::ADA).await
        }
    }

    fn befall(&self, app: &TestApp, fault: Fault) {
        app.spotify.inject(self.rule(fault));
    }

    fn befall_times(&self, app: &TestApp, fault: Fault, times: u32) {
        app.spotify.inject(self.rule(fault).times(times));
    }

    fn rule(&self, fault: Fault) -> Rule {
        let rule = Rule::on(self.endpoint, fault);
        match self.offset {
            Some(offset) => rule.with("offset", offset),
            None => rule,
        }
    }

    /// How often Spotify was asked for it.
    fn tries(&self, app: &TestApp) -> usize {
        let requests = app.spotify.requests();
        let asked = requests.iter().filter(|request| {
            request.endpoint == self.endpoint
                && (self.offset.is_none() || request.parameter("offset") == self.offset)
        });
        asked.count()
    }

    /// The one error, of an answer that is whole but for it.
    fn failed(&self, answer: &Answer, code: &str) -> Value {
        assert_eq!(answer.status, 200);
        let error = answer.error();
        assert_eq!(error["extensions"]["code"], code, "{error:#}");
        assert_eq!(error["path"], self.path);
        assert_eq!(answer.partial_data(), self.kept, "{}", self.endpoint);
        error
    }
}

/// A server whose waits are short.
async fn server() -> TestApp {
    TestApp::with(|setup| setup.retry.base_delay = std::time::Duration::from_millis(1)).await
}
