//! Settings, one file per section: what it holds, its options, its rules. The only reader of the
//! environment.

mod apps;
mod args;
mod cache;
mod connections;
mod database;
mod documents;
mod dotenv;
mod exposure;
mod fair_use;
mod http;
mod limits;
mod log;
mod operations;
mod problems;
mod read;
mod secrets;
mod spotify;

pub use apps::{Apps, SpotifyAccessTokenFor};
pub use args::Args;
pub use cache::Cache;
pub use connections::Connections;
pub use database::{Database, DatabaseUrl};
pub use documents::Documents;
pub use dotenv::{DotenvError, read_dotenv};
pub use exposure::Exposure;
pub use fair_use::FairUse;
pub use http::Http;
pub use limits::Limits;
pub use log::{Log, LogFormat};
pub use operations::Operations;
pub use problems::Problems;
pub use secrets::Secrets;
pub use spotify::Spotify;
pub(crate) use spotify::is_loopback;

use std::time::Duration;

/// All settings, judged.
#[derive(Clone, Debug)]
pub struct Config {
    /// The Spotify app and where Spotify is.
    pub spotify: Spotify,
    /// Where the data is kept.
    pub database: Database,
    /// What cookies and stored tokens are sealed with.
    pub secrets: Secrets,
    /// The listener and its limits.
    pub http: Http,
    /// How apps log people in, and who gets Spotify's access token.
    pub apps: Apps,
    /// How much one request may ask for.
    pub limits: Limits,
    /// What the server shows of itself.
    pub exposure: Exposure,
    /// Which documents are known by a name.
    pub documents: Documents,
    /// How many connections there may be, and how patient the server is with each.
    pub connections: Connections,
    /// How much everybody may ask for in a minute.
    pub fair_use: FairUse,
    /// What operators see, and how the process stops.
    pub operations: Operations,
    /// `TOKEN_REFRESH_SKEW_SECONDS`: an access token with less than this left is refreshed.
    pub token_refresh_skew: Duration,
    /// What is remembered from one request to the next.
    pub cache: Cache,
    /// The log.
    pub log: Log,
}

/// The Flask server's.
const TOKEN_REFRESH_SKEW: Duration = Duration::from_secs(3000);

impl Config {
    /// The settings without which nothing starts, and of all others what they are where nothing is said.
    #[must_use]
    pub fn new(spotify: Spotify, database: Database, secrets: Secrets) -> Self {
        Self {
            spotify,
            database,
            secrets,
            http: Http::default(),
            apps: Apps::default(),
            limits: Limits::default(),
            exposure: Exposure::default(),
            documents: Documents::default(),
            connections: Connections::default(),
            fair_use: FairUse::default(),
            operations: Operations::default(),
            token_refresh_skew: TOKEN_REFRESH_SKEW,
            cache: Cache::default(),
            log: Log::default(),
        }
    }
}
