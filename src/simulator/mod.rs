//! A simulated Spotify: the accounts service and the Web API as they are in late 2026, bad days included, over
//! real HTTP on loopback. For `cargo demo`, the tests and the benchmarks; a release build has none of it.
//!
//! It knows nothing of the server it stands in for Spotify to: what it does follows Spotify's documentation.
//!
//! # In a test
//!
//! ```no_run
//! use std::time::Duration;
//! use lockstep_api::simulator::{ALL_SCOPES, Fault, Options, Rule, Simulator, data};
//!
//! # async fn test() -> std::io::Result<()> {
//! let spotify = Simulator::start(Options::default())?;
//! // Both SPOTIFY_API_URL and SPOTIFY_ACCOUNTS_URL:
//! let url = spotify.url();
//! // A token without a login:
//! let tokens = spotify.mint(data::ADA, &ALL_SCOPES, Duration::from_secs(3600));
//! // Two bad answers, then good ones:
//! spotify.inject(Rule::on("GET /v1/me", Fault::status(503)).times(2));
//! // … ask the server under test …
//! assert_eq!(spotify.count("GET /v1/me"), 3);
//! # Ok(())
//! # }
//! ```
//!
//! - **Endpoints** are named by method and path template, as in `GET /v1/playlists/{id}/items`; a token request
//!   has its `grant_type` as a parameter: `Rule::on("POST /api/token", …).with("grant_type", "refresh_token")`.
//! - **A login** without a browser: take the `Location` the server under test redirects to, give it to
//!   [`Simulator::authorize`], and call what comes back.
//! - **Waiting** is for requests, not for time: inject [`Fault::Hang`], [`wait_for`](Simulator::wait_for) the
//!   request to arrive, do what is to happen meanwhile, [`release`](Simulator::release).
//! - **Time** passes by [`Simulator::advance`], or for the server too where both were given the same
//!   [`Clock`](crate::clock::Clock) in [`Options::clock`].
//! - **People and playlists** are in [`data`], the same in every run; [`Simulator::edit_playlist`] changes them.
//! - **From another process** some of it can be had under `/_simulator/…`: see the table in `control.rs`.

mod accounts;
mod api;
mod connection;
mod control;
pub mod data;
mod fault;
mod fields;
mod misfortune;
mod observe;
mod options;
mod query;
mod record;
mod router;
mod shared;
#[cfg(test)]
mod tests;
mod tokens;
mod window;

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use accounts::authorize;
pub use accounts::{AuthorizeError, Decision};
use connection::{Connection, Port};
use data::{Person, Playlist};
pub use fault::{Body, Fault, RetryAfter, Rule};
pub use options::{CodeReply, Mode, Options, Rotation};
pub use record::Request;
use shared::Shared;
pub use tokens::Tokens;
use window::Window;

/// The client id of the one app that the simulator knows.
pub const CLIENT_ID: &str = "simulated-client-id";
/// The secret that goes with [`CLIENT_ID`].
pub const CLIENT_SECRET: &str = "simulated-client-secret";
/// The scopes with which all playlists can be read.
pub const ALL_SCOPES: [&str; 2] = ["playlist-read-private", "playlist-read-collaborative"];

/// A running simulator. It stops, and cuts every connection, when it is dropped.
#[derive(Debug)]
pub struct Simulator {
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

impl Simulator {
    /// Binds the address and starts answering, as a task of the current tokio runtime.
    ///
    /// # Errors
    ///
    /// Where the address cannot be bound.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub fn start(options: Options) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(options.addr)?;
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        let url = format!("http://{}", listener.local_addr()?);
        let shared = Arc::new(Shared::new(url, options));
        let port = Port {
            listener,
            connections: shared.connections.clone(),
        };
        let service =
            router::router(Arc::clone(&shared)).into_make_service_with_connect_info::<Connection>();
        let server = tokio::spawn(async move {
            // It ends only when it is aborted.
            let _ = axum::serve(port, service).await;
        });
        Ok(Self { shared, server })
    }

    /// Where it is, without a slash at the end: the base of the Web API and of the accounts service.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.shared.url
    }

    /// Changes how it behaves from now on; `addr` and `clock` stay as they are.
    pub fn configure(&self, change: impl FnOnce(&mut Options)) {
        change(&mut self.shared.options_mut());
    }

    /// Lets time pass.
    pub fn advance(&self, by: TimeDelta) {
        self.shared.clock.advance(by);
    }

    /// Decides for a person on the request for authorization at `url` (or just its query), as the consent page
    /// would. Returns where they are sent: the app's redirect URI with `code` or `error`.
    ///
    /// # Errors
    ///
    /// Where a person would see an error page instead, or does not exist.
    pub fn authorize(
        &self,
        url: &str,
        person: &str,
        decision: Decision,
    ) -> Result<String, AuthorizeError> {
        let query = url.split_once('?').map_or(url, |(_, query)| query);
        authorize::decide(&self.shared, query, person, decision)
    }

    /// Tokens for a person, as if they had just authorized the app.
    ///
    /// # Panics
    ///
    /// Where there is nobody with this id, see [`data::PEOPLE`].
    #[must_use]
    pub fn mint(&self, person: &str, scopes: &[&str], ttl: Duration) -> Tokens {
        self.shared.mint(self.person(person), scopes, ttl)
    }

    /// Who has this id.
    ///
    /// # Panics
    ///
    /// Where there is nobody with it, see [`data::PEOPLE`].
    #[must_use]
    #[expect(clippy::expect_used, reason = "the ids are constants")]
    pub fn person(&self, id: &str) -> &'static Person {
        Person::find(id).expect("nobody has this id")
    }

    /// Every code and token given out since the start, good or not, so that a test can search for them where they
    /// must not be.
    #[must_use]
    pub fn secrets(&self) -> Vec<String> {
        self.shared.vault().secrets()
    }

    /// Lets every access token expire. Refresh tokens stay good.
    pub fn expire_access_tokens(&self) {
        self.shared.vault().expire_access(self.shared.now());
    }

    /// Takes back all that a person allowed the app: no token of theirs is good any more.
    pub fn revoke(&self, person: &str) {
        self.shared.vault().revoke(person);
    }

    /// Lets something go wrong. Latencies add up; of other faults the one injected first comes first.
    pub fn inject(&self, rule: Rule) {
        self.shared.faults().add(rule);
    }

    /// Ends all faults; what hangs goes on. The rate limit stays.
    pub fn clear_faults(&self) {
        self.shared.faults().clear();
        self.shared.release();
    }

    /// Lets go on what hangs now. What comes later hangs again, as long as its rule lasts.
    pub fn release(&self) {
        self.shared.release();
    }

    /// Allows the app so many calls to the Web API in any window of that length (Spotify's is 30 s); beyond it
    /// calls get 429 and lengthen the wait. `None` ends the limit.
    pub fn limit_rate(&self, limit: Option<(u32, Duration)>) {
        *self.shared.window() = limit.map(|(allowance, length)| {
            Window::new(
                allowance,
                TimeDelta::from_std(length).unwrap_or(TimeDelta::MAX),
            )
        });
    }

    /// Changes a playlist; its `snapshot_id` becomes another.
    ///
    /// # Panics
    ///
    /// Where there is none with this id.
    #[expect(clippy::expect_used, reason = "the ids are constants")]
    pub fn edit_playlist<T>(&self, id: &str, edit: impl FnOnce(&mut Playlist) -> T) -> T {
        self.shared
            .catalogue_mut()
            .edit(id, edit)
            .expect("no playlist has this id")
    }

    /// A playlist as it is now.
    ///
    /// # Panics
    ///
    /// Where there is none with this id.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the ids are constants")]
    pub fn playlist(&self, id: &str) -> Playlist {
        self.shared
            .catalogue()
            .playlist(id)
            .expect("no playlist has this id")
            .clone()
    }

    /// The ids of the playlists in a person's library, in order.
    #[must_use]
    pub fn library(&self, person: &str) -> Vec<String> {
        let catalogue = self.shared.catalogue();
        let library = catalogue.library(self.person(person));
        library.map(|playlist| playlist.id().to_owned()).collect()
    }

    /// Puts a playlist into a person's library.
    pub fn follow(&self, person: &str, playlist: &str) {
        self.shared
            .catalogue_mut()
            .follow(self.person(person).id, playlist);
    }

    /// Takes a playlist out of a person's library.
    pub fn unfollow(&self, person: &str, playlist: &str) {
        self.shared.catalogue_mut().unfollow(person, playlist);
    }

    /// What it was asked since the start or the last [`reset_counts`](Self::reset_counts), in order of arrival;
    /// the last hundred thousand, if there were more.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.shared.recorder.requests()
    }

    /// How often an endpoint was asked, as in `count("GET /v1/me")`.
    #[must_use]
    pub fn count(&self, endpoint: &str) -> usize {
        self.shared.recorder.count(endpoint)
    }

    /// How often each endpoint was asked.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<String, usize> {
        self.shared.recorder.counts()
    }

    /// How many bytes of bodies it sent.
    #[must_use]
    pub fn bytes_sent(&self) -> u64 {
        self.shared.recorder.bytes()
    }

    /// The most requests of one endpoint it had to answer at the same time.
    #[must_use]
    pub fn max_in_flight_of(&self, endpoint: &str) -> usize {
        self.shared.recorder.most_in_flight(endpoint)
    }

    /// Forgets what it was asked.
    pub fn reset_counts(&self) {
        self.shared.recorder.reset();
    }

    /// Waits until an endpoint was asked that many times since the start or the last reset. A request counts when
    /// it arrives, also if it hangs then.
    pub async fn wait_for(&self, endpoint: &str, count: usize) {
        self.shared.recorder.wait_for(endpoint, count).await;
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.server.abort();
        self.shared.connections.cut();
    }
}
