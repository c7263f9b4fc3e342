//! The Spotify app and where Spotify is.

use secrecy::SecretString;
use url::Url;

/// The Spotify app this server acts as, and where Spotify's two services are.
#[derive(Clone, Debug)]
pub struct Spotify {
    /// `SPOTIFY_CLIENT_ID`
    pub client_id: String,
    /// `SPOTIFY_CLIENT_SECRET`
    pub client_secret: SecretString,
    /// `SPOTIFY_REDIRECT_URI`, as registered with Spotify.
    pub redirect_uri: Url,
    /// `SPOTIFY_APP_POST_LOGIN_REDIRECT_URI`: where an app login may end, compared exactly.
    pub app_redirect_uris: Vec<String>,
    /// `SPOTIFY_API_URL`; `/v1/…` is appended.
    pub api_url: Url,
    /// `SPOTIFY_ACCOUNTS_URL`; `/authorize` and `/api/token` are appended.
    pub accounts_url: Url,
}
