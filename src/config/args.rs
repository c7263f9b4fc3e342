//! Every setting as a command-line option that is also an environment variable.
//!
//! They are read as text here and judged together in [`Config::read`](super::Config::read), so that
//! one message can list all that is wrong.

#![allow(rustdoc::bare_urls, reason = "the texts are the command line's help")]

use clap::Args as ClapArgs;

use super::apps::AppsArgs;
use super::cache::CacheArgs;
use super::connections::ConnectionsArgs;
use super::documents::DocumentsArgs;
use super::exposure::ExposureArgs;
use super::fair_use::FairUseArgs;
use super::limits::LimitsArgs;
use super::operations::OperationsArgs;

/// The settings as given, not yet judged.
#[derive(ClapArgs, Clone, Default)]
#[command(next_help_heading = "Settings")]
pub struct Args {
    /// Client id of the Spotify app (required)
    #[arg(long, env = "SPOTIFY_CLIENT_ID", value_name = "ID")]
    pub spotify_client_id: Option<String>,

    /// Client secret of the Spotify app (required; better given by the environment)
    #[arg(
        long,
        env = "SPOTIFY_CLIENT_SECRET",
        value_name = "SECRET",
        hide_env_values = true
    )]
    pub spotify_client_secret: Option<String>,

    /// Redirect URI registered with Spotify: https, or http on a loopback address
    /// [default: http://127.0.0.1:8000/login/spotify/]
    #[arg(long, env = "SPOTIFY_REDIRECT_URI", value_name = "URI")]
    pub spotify_redirect_uri: Option<String>,

    /// Where an app login may end; several are separated by commas
    /// [default: at.lockstep.player://spotify/callback]
    #[arg(
        long,
        env = "SPOTIFY_APP_POST_LOGIN_REDIRECT_URI",
        value_name = "URI,…"
    )]
    pub spotify_app_post_login_redirect_uri: Option<String>,

    /// Secret of at least 32 bytes that cookies and stored tokens are sealed with (required;
    /// better given by the environment). Several are separated by commas: the first seals, all
    /// open
    #[arg(
        long,
        env = "SESSION_SECRET",
        value_name = "SECRET",
        hide_env_values = true
    )]
    pub session_secret: Option<String>,

    /// What SESSION_SECRET was called by the Flask server: one secret, commas and all. Beside
    /// SESSION_SECRET it only opens
    #[arg(
        long,
        env = "FLASK_SECRET_KEY",
        value_name = "SECRET",
        hide_env_values = true
    )]
    pub flask_secret_key: Option<String>,

    /// sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME [default: sqlite://lockstep.db]
    #[arg(long, env = "DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,

    /// SQLite file, as the Flask server called it; read where DATABASE_URL is not set
    #[arg(long, env = "TOKEN_DB_PATH", value_name = "FILE")]
    pub token_db_path: Option<String>,

    /// Address and port to serve on [default: 127.0.0.1:8000]
    #[arg(long, env = "LISTEN_ADDR", value_name = "ADDR")]
    pub listen_addr: Option<String>,

    /// Where the Spotify Web API is [default: https://api.spotify.com]
    #[arg(long, env = "SPOTIFY_API_URL", value_name = "URL")]
    pub spotify_api_url: Option<String>,

    /// Where Spotify's accounts service is [default: https://accounts.spotify.com]
    #[arg(long, env = "SPOTIFY_ACCOUNTS_URL", value_name = "URL")]
    pub spotify_accounts_url: Option<String>,

    /// Refresh an access token when fewer than these seconds of its life are left [default: 3000]
    #[arg(long, env = "TOKEN_REFRESH_SKEW_SECONDS", value_name = "SECONDS")]
    pub token_refresh_skew_seconds: Option<String>,

    /// Time for a whole GraphQL request, retries and waits included [default: 30]
    #[arg(long, env = "REQUEST_TIMEOUT_SECONDS", value_name = "SECONDS")]
    pub request_timeout_seconds: Option<String>,

    /// Largest request body in bytes, which bounds an upload [default: 16777216]
    #[arg(long, env = "MAX_UPLOAD_BYTES", value_name = "BYTES")]
    pub max_upload_bytes: Option<String>,

    /// Memory in bytes that the bodies of uploads may take together; who comes when it is spent is
    /// asked to try again [default: 268435456, or MAX_UPLOAD_BYTES where that is more]
    #[arg(long, env = "UPLOAD_MEMORY_BYTES", value_name = "BYTES")]
    pub upload_memory_bytes: Option<String>,

    /// Memory in bytes that the collections in answers may take together until clients have read them;
    /// who comes when it is spent is asked to try again [default: 536870912]
    #[arg(long, env = "ANSWER_MEMORY_BYTES", value_name = "BYTES")]
    pub answer_memory_bytes: Option<String>,

    /// Origins whose pages may call and read answers, exact, separated by commas; the cookie comes
    /// along only from pages of this server's site [default: none]
    #[arg(long, env = "CORS_ALLOWED_ORIGINS", value_name = "ORIGIN,…")]
    pub cors_allowed_origins: Option<String>,

    /// How many reverse proxies append to X-Forwarded-For [default: 0]
    #[arg(long, env = "TRUSTED_PROXY_HOPS", value_name = "NUMBER")]
    pub trusted_proxy_hops: Option<String>,

    /// text for people, json for machines [default: text]
    #[arg(long, env = "LOG_FORMAT", value_name = "FORMAT")]
    pub log_format: Option<String>,

    /// From which level on lines are written, for all or by module, as in lockstep_api=debug,info [default: info]
    #[arg(long = "log", env = "RUST_LOG", value_name = "FILTER")]
    pub rust_log: Option<String>,

    /// How apps log people in.
    #[command(flatten)]
    pub apps: AppsArgs,
    /// What is remembered from one request to the next.
    #[command(flatten)]
    pub cache: CacheArgs,

    /// How much one request may ask for.
    #[command(flatten)]
    pub limits: LimitsArgs,

    /// What the server shows of itself.
    #[command(flatten)]
    pub exposure: ExposureArgs,

    /// Which documents are known by a name.
    #[command(flatten)]
    pub documents: DocumentsArgs,

    /// How much everybody may ask for in a minute.
    #[command(flatten)]
    pub fair_use: FairUseArgs,

    /// How many connections there may be, and how patient the server is with each.
    #[command(flatten)]
    pub connections: ConnectionsArgs,

    /// What operators see, and how the process stops.
    #[command(flatten)]
    pub operations: OperationsArgs,
}
