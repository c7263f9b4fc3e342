//! The Spotify app and where Spotify is.

use secrecy::SecretString;
use url::{Host, Url};

use super::read::{given, listed, required};
use super::{Args, Problems};

const REDIRECT_URI: &str = "http://127.0.0.1:8000/login/spotify/";
const APP_REDIRECT_URI: &str = "at.lockstep.player://spotify/callback";

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

pub(super) fn spotify(args: &Args, problems: &mut Problems) -> Option<Spotify> {
    let client_id = required(
        "SPOTIFY_CLIENT_ID",
        &args.spotify_client_id,
        "copy it from your app's settings at developer.spotify.com/dashboard",
        problems,
    );
    let client_secret = required(
        "SPOTIFY_CLIENT_SECRET",
        &args.spotify_client_secret,
        "copy it from your app's settings at developer.spotify.com/dashboard",
        problems,
    );
    let redirect_uri = redirect_uri(
        given(&args.spotify_redirect_uri).unwrap_or(REDIRECT_URI),
        problems,
    );
    let app_redirect_uris = app_redirect_uris(
        given(&args.spotify_app_post_login_redirect_uri).unwrap_or(APP_REDIRECT_URI),
        problems,
    );
    let api_url = base_url(
        "SPOTIFY_API_URL",
        given(&args.spotify_api_url),
        "https://api.spotify.com",
        problems,
    );
    let accounts_url = base_url(
        "SPOTIFY_ACCOUNTS_URL",
        given(&args.spotify_accounts_url),
        "https://accounts.spotify.com",
        problems,
    );
    Some(Spotify {
        client_id: client_id?.to_owned(),
        client_secret: SecretString::from(client_secret?),
        redirect_uri: redirect_uri?,
        app_redirect_uris: app_redirect_uris?,
        api_url: api_url?,
        accounts_url: accounts_url?,
    })
}

/// Spotify's rule since November 2025: https, or http on a loopback address written as a number.
/// <https://developer.spotify.com/documentation/web-api/concepts/redirect_uri>
fn redirect_uri(text: &str, problems: &mut Problems) -> Option<Url> {
    const VARIABLE: &str = "SPOTIFY_REDIRECT_URI";
    let Ok(url) = Url::parse(text) else {
        problems.add(
            VARIABLE,
            format_args!("is not a URL: write it as {REDIRECT_URI}"),
        );
        return None;
    };
    let problem = if url.host_str() == Some("localhost") {
        "names localhost, which Spotify refuses: write 127.0.0.1 or [::1] instead, there and in \
         the app's settings"
    } else if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback(&url)) {
        "must begin with https://, or with http:// and a loopback address (127.0.0.1 or [::1])"
    } else if !url.path().ends_with("/login/spotify/") {
        "must end in /login/spotify/, where this server answers"
    } else if url.path().contains("//") {
        "must have no // in its path: write a single / there, and in the app's settings"
    } else if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        "must have no query, no fragment and no user name"
    } else {
        return Some(url);
    };
    problems.add(VARIABLE, problem);
    None
}

/// Whether its host is a loopback address written as a number.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        _ => false,
    }
}

fn app_redirect_uris(text: &str, problems: &mut Problems) -> Option<Vec<String>> {
    const VARIABLE: &str = "SPOTIFY_APP_POST_LOGIN_REDIRECT_URI";
    let mut uris = Vec::new();
    for uri in listed(text) {
        match Url::parse(uri) {
            Ok(url) if matches!(url.scheme(), "javascript" | "data" | "file" | "blob") => {
                problems.add(VARIABLE, format_args!("lists {uri:?}, which opens no app"));
                return None;
            }
            Ok(url) if url.fragment().is_some() => {
                problems.add(
                    VARIABLE,
                    format_args!("lists {uri:?}: a redirect URI has no fragment (RFC 6749, 3.1.2)"),
                );
                return None;
            }
            Ok(_) => uris.push(uri.to_owned()),
            Err(_) => {
                problems.add(
                    VARIABLE,
                    format_args!(
                        "lists {uri:?}, which is not a URI: write it as {APP_REDIRECT_URI}"
                    ),
                );
                return None;
            }
        }
    }
    Some(uris)
}

fn base_url(
    variable: &str,
    given: Option<&str>,
    default: &str,
    problems: &mut Problems,
) -> Option<Url> {
    match Url::parse(given.unwrap_or(default)) {
        Ok(url)
            if matches!(url.scheme(), "https" | "http")
                && url.has_host()
                && url.query().is_none()
                && url.fragment().is_none() =>
        {
            Some(url)
        }
        _ => {
            problems.add(
                variable,
                format_args!("must be an http or https URL without a query, for example {default}"),
            );
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::config::read::testing::{minimal, problem};

    #[test]
    fn what_is_not_set_is_what_the_player_uses() {
        let config = Config::read(&minimal()).expect("accepted");
        assert_eq!(config.spotify.redirect_uri.as_str(), REDIRECT_URI);
        assert_eq!(config.spotify.app_redirect_uris, [APP_REDIRECT_URI]);
    }

    #[test]
    fn an_address_that_is_none_is_refused_with_the_right_example() {
        let api = problem(|args| args.spotify_api_url = Some("api.spotify.com".into()));
        assert!(api.contains("https://api.spotify.com"), "{api}");
        let accounts = problem(|args| args.spotify_accounts_url = Some("accounts".into()));
        assert!(
            accounts.contains("https://accounts.spotify.com"),
            "{accounts}"
        );
    }

    #[test]
    fn localhost_is_refused_with_the_reason() {
        let problem = problem(|args| {
            args.spotify_redirect_uri = Some("http://localhost:8000/login/spotify/".into());
        });
        assert!(problem.contains("localhost, which Spotify refuses"));
    }

    #[test]
    fn redirect_uris_that_spotify_or_this_server_would_refuse_are_refused() {
        for uri in [
            "http://example.org/login/spotify/",
            "ftp://127.0.0.1/login/spotify/",
            "https://example.org/callback",
            "https://example.org/login/spotify/?a=b",
            "https://user@example.org/login/spotify/",
            "nonsense",
        ] {
            let problem = problem(|args| args.spotify_redirect_uri = Some(uri.into()));
            assert!(problem.contains("SPOTIFY_REDIRECT_URI"), "{uri}: {problem}");
        }
    }

    #[test]
    fn an_empty_step_in_the_path_of_the_redirect_uri_is_refused_with_what_is_right() {
        for uri in [
            "https://example.org//login/spotify/",
            "https://example.org/a//b/login/spotify/",
        ] {
            let problem = problem(|args| args.spotify_redirect_uri = Some(uri.into()));
            assert!(problem.contains("write a single /"), "{uri}: {problem}");
        }
    }
}
