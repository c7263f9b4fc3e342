//! What apps and pages may have of Spotify's tokens.

use super::Problems;
use super::http::is_origin;
use super::read::{boolean, given, listed};

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

/// How apps log people in.
#[derive(clap::Args, Clone, Default)]
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

pub(super) fn apps(args: &AppsArgs, problems: &mut Problems) -> Apps {
    let default = Apps::default();
    Apps {
        tokens_in_url: boolean(
            "APP_LOGIN_TOKENS_IN_URL",
            &args.app_login_tokens_in_url,
            default.tokens_in_url,
            problems,
        ),
        spotify_access_token_for: match given(&args.spotify_access_token_for) {
            None => default.spotify_access_token_for,
            Some(text) => spotify_access_token_for(text, problems),
        },
    }
}

fn spotify_access_token_for(text: &str, problems: &mut Problems) -> SpotifyAccessTokenFor {
    const VARIABLE: &str = "SPOTIFY_ACCESS_TOKEN_FOR";
    let mut who = SpotifyAccessTokenFor {
        apps: false,
        origins: Vec::new(),
    };
    let mut none = false;
    for entry in listed(text) {
        match entry {
            "apps" => who.apps = true,
            "none" => none = true,
            origin if is_origin(origin) => who.origins.push(origin.to_owned()),
            other => problems.add(
                VARIABLE,
                format_args!(
                    "lists {other:?}: write apps, none, or an origin as a browser sends it, for \
                     example https://player.example.org"
                ),
            ),
        }
    }
    if none && (who.apps || !who.origins.is_empty()) {
        problems.add(VARIABLE, "lists none beside others: write none alone");
    }
    who
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::read::testing::judged;

    fn read(tokens: Option<&str>, who: Option<&str>) -> Result<Apps, String> {
        let args = AppsArgs {
            app_login_tokens_in_url: tokens.map(str::to_owned),
            spotify_access_token_for: who.map(str::to_owned),
        };
        judged(|problems| apps(&args, problems))
    }

    #[test]
    fn what_apps_can_do_today_is_the_default() {
        assert_eq!(read(None, None).unwrap(), Apps::default());
        assert_eq!(read(Some(""), Some(" ")).unwrap(), Apps::default());
    }

    #[test]
    fn tokens_in_the_address_are_turned_off_by_a_word() {
        assert!(!read(Some("false"), None).unwrap().tokens_in_url);
        for bad in ["no", "0", "False", "off"] {
            let problem = read(Some(bad), None).unwrap_err();
            assert!(
                problem.contains("APP_LOGIN_TOKENS_IN_URL must be"),
                "{problem}"
            );
        }
    }

    #[test]
    fn the_access_token_is_for_apps_for_named_pages_or_for_nobody() {
        let who = |text| read(None, Some(text)).map(|apps| apps.spotify_access_token_for);
        let nobody = who("none").unwrap();
        assert!(!nobody.apps && nobody.origins.is_empty());
        let both = who("apps, https://player.example.org,http://127.0.0.1:5173").unwrap();
        assert!(both.apps);
        assert_eq!(
            both.origins,
            ["https://player.example.org", "http://127.0.0.1:5173"]
        );
        assert!(!who("https://player.example.org").unwrap().apps);
        for bad in [
            "all",
            "*",
            "null",
            "player.example.org",
            "https://player.example.org/",
            "https://*.example.org",
            "https://Player.example.org",
            "none,apps",
        ] {
            let problem = who(bad).unwrap_err();
            assert!(
                problem.contains("SPOTIFY_ACCESS_TOKEN_FOR lists"),
                "{problem}"
            );
        }
    }
}
