//! The options of [`Apps`](crate::config::Apps).

use clap::Args;

/// How apps log people in.
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Apps")]
pub struct AppsArgs {
    /// Whether an app that logs in without a code challenge gets Spotify's tokens in the address:
    /// true or false [default: true]
    #[arg(long, env = "APP_LOGIN_TOKENS_IN_URL", value_name = "BOOLEAN")]
    pub app_login_tokens_in_url: Option<String>,

    /// Who may ask for the person's Spotify access token: apps (what sends an API token), exact
    /// origins of pages, separated by commas, or none [default: apps]
    #[arg(long, env = "SPOTIFY_ACCESS_TOKEN_FOR", value_name = "WHO,…")]
    pub spotify_access_token_for: Option<String>,
}
