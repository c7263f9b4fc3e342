//! How the simulated Spotify behaves, as long as nothing worse is asked for.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use chrono::Months;

use crate::clock::Clock;

/// What a simulator is started with. All but `addr` and `clock` can be changed while it runs, by
/// [`Simulator::configure`](super::Simulator::configure).
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to listen; port 0 takes a free one.
    pub addr: SocketAddr,
    /// The kind of access the app has, and with it the shape of the answers.
    pub mode: Mode,
    /// The redirect URIs registered for the app, compared exactly. Empty: every one that Spotify's rules allow.
    pub redirect_uris: Vec<String>,
    /// What a refresh does to the refresh token.
    pub rotation: Rotation,
    /// How long an access token lives.
    pub access_token_ttl: Duration,
    /// How long a refresh token lives, from the authorization on; refreshing does not extend it.
    pub refresh_token_lifetime: Months,
    /// How long an authorization code lives.
    pub code_ttl: Duration,
    /// What the exchange of a code answers.
    pub code_reply: CodeReply,
    /// Whether `/v1/me` has `account_id`, as it does since May 2026.
    pub with_account_id: bool,
    /// The time; a test keeps a clone and advances it, or calls
    /// [`Simulator::advance`](super::Simulator::advance).
    pub clock: Clock,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            addr: (Ipv4Addr::LOCALHOST, 0).into(),
            mode: Mode::Development,
            redirect_uris: Vec::new(),
            rotation: Rotation::Omit,
            access_token_ttl: Duration::from_secs(3600),
            refresh_token_lifetime: Months::new(6),
            code_ttl: Duration::from_secs(60),
            code_reply: CodeReply::Complete,
            with_account_id: true,
            clock: Clock::system(),
        }
    }
}

/// The kind of access an app has to the Web API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Development mode since March 2026: `items`/`item`, no `/tracks`, few fields, items of one's own playlists only.
    Development,
    /// Both endpoints answer, with both names for everything.
    Transitional,
    /// Extended quota as it was: `tracks`/`track`, no `/items`, all fields, items of everybody's playlists.
    Legacy,
}

/// What a refresh does to the refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// The reply carries a new one; the old one is dead from then on.
    Rotate,
    /// The reply carries none; the old one stays good.
    Omit,
    /// The reply carries the one that was sent.
    Same,
}

/// What the exchange of a code answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeReply {
    /// Both tokens.
    Complete,
    /// No `refresh_token`.
    WithoutRefreshToken,
    /// No `access_token`.
    WithoutAccessToken,
}
