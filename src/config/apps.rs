//! What apps and pages may have of Spotify's tokens.

/// How apps log people in, and who gets Spotify's access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Apps {
    /// `APP_LOGIN_TOKENS_IN_URL`: an app that sends no code challenge is called back with Spotify's
    /// tokens in the address, as the Flask server did.
    pub tokens_in_url: bool,
    /// `SPOTIFY_ACCESS_TOKEN_FOR`: who may ask for the person's Spotify access token.
    pub spotify_access_token_for: SpotifyAccessTokenFor,
}

/// Who may ask for the person's Spotify access token. It plays music and reads what the person
/// allowed, so pages have to be named one by one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpotifyAccessTokenFor {
    /// Apps: what sends an API token, and no `Origin`, as only pages do.
    pub apps: bool,
    /// Pages of these origins, compared exactly, as a browser sends them.
    pub origins: Vec<String>,
}

impl Default for Apps {
    fn default() -> Self {
        Self {
            tokens_in_url: true,
            spotify_access_token_for: SpotifyAccessTokenFor {
                apps: true,
                origins: Vec::new(),
            },
        }
    }
}
