//! From text to settings: every rule, and what to say when one is broken.

mod operations;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use url::{Host, Url};

use super::{
    Args, Config, Database, DatabaseUrl, Http, Log, LogFormat, Problems, Secrets, Spotify,
};

const REDIRECT_URI: &str = "http://127.0.0.1:8000/login/spotify/";
const APP_REDIRECT_URI: &str = "at.lockstep.player://spotify/callback";
const MIN_SECRET_BYTES: usize = 32;

impl Config {
    /// Judges the settings as given.
    ///
    /// # Errors
    /// Everything that is missing or malformed, together.
    pub fn read(args: &Args) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let spotify = spotify(args, &mut problems);
        let database = database(args, &mut problems);
        let secrets = secrets(args, &mut problems);
        let http = http(args, &mut problems);
        let listen_addr = http.as_ref().map(|http| http.listen_addr);
        let operations = operations::operations(&args.operations, listen_addr, &mut problems);
        let token_refresh_skew = Duration::from_secs(number(
            "TOKEN_REFRESH_SKEW_SECONDS",
            args.token_refresh_skew_seconds.as_deref(),
            3000,
            0..=86_400,
            &mut problems,
        ));
        let log = read_log(args, &mut problems);

        match (spotify, database, secrets, http, log) {
            (Some(spotify), Some(database), Some(secrets), Some(http), Some(log))
                if problems.is_empty() =>
            {
                Ok(Self {
                    spotify,
                    database,
                    secrets,
                    http,
                    operations,
                    token_refresh_skew,
                    log,
                })
            }
            _ => Err(problems),
        }
    }
}

impl Log {
    /// Judges the log's settings alone, for commands that need no others.
    ///
    /// # Errors
    /// What is malformed in them.
    pub fn read(args: &Args) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        read_log(args, &mut problems).ok_or(problems)
    }
}

impl Database {
    /// Judges the database's settings alone, for commands that need no others.
    ///
    /// # Errors
    /// What is malformed in them.
    pub fn read(args: &Args) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        database(args, &mut problems).ok_or(problems)
    }
}

impl Secrets {
    /// Judges the secrets alone, for commands that need no others.
    ///
    /// # Errors
    /// What is missing or malformed in them.
    pub fn read(args: &Args) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        secrets(args, &mut problems).ok_or(problems)
    }
}

/// The value, where it is set to more than white space.
fn given(value: &Option<String>) -> Option<&str> {
    value.as_deref().map(str::trim).filter(|v| !v.is_empty())
}

fn required<'a>(
    variable: &str,
    value: &'a Option<String>,
    what: &str,
    problems: &mut Problems,
) -> Option<&'a str> {
    let value = given(value);
    if value.is_none() {
        problems.add(variable, format_args!("is not set: {what}"));
    }
    value
}

fn spotify(args: &Args, problems: &mut Problems) -> Option<Spotify> {
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
        given(&args.spotify_api_url).unwrap_or("https://api.spotify.com"),
        problems,
    );
    let accounts_url = base_url(
        "SPOTIFY_ACCOUNTS_URL",
        given(&args.spotify_accounts_url).unwrap_or("https://accounts.spotify.com"),
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
    let loopback = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        _ => false,
    };
    let problem = if url.host_str() == Some("localhost") {
        "names localhost, which Spotify refuses: write 127.0.0.1 or [::1] instead, there and in \
         the app's settings"
    } else if url.scheme() != "https" && !(url.scheme() == "http" && loopback) {
        "must begin with https://, or with http:// and a loopback address (127.0.0.1 or [::1])"
    } else if !url.path().ends_with("/login/spotify/") {
        "must end in /login/spotify/, where this server answers"
    } else if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        "must have no query, no fragment and no user name"
    } else {
        return Some(url);
    };
    problems.add(VARIABLE, problem);
    None
}

fn app_redirect_uris(text: &str, problems: &mut Problems) -> Option<Vec<String>> {
    const VARIABLE: &str = "SPOTIFY_APP_POST_LOGIN_REDIRECT_URI";
    let mut uris = Vec::new();
    for uri in text.split(',').map(str::trim).filter(|uri| !uri.is_empty()) {
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

fn base_url(variable: &str, text: &str, problems: &mut Problems) -> Option<Url> {
    match Url::parse(text) {
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
                "must be an http or https URL without a query, for example https://api.spotify.com",
            );
            None
        }
    }
}

fn database(args: &Args, problems: &mut Problems) -> Option<Database> {
    const VARIABLE: &str = "DATABASE_URL";
    let url = match (given(&args.database_url), given(&args.token_db_path)) {
        (Some(url), _) => url,
        (None, Some(path)) => {
            return Some(Database {
                url: DatabaseUrl::Sqlite(PathBuf::from(path)),
            });
        }
        (None, None) => "sqlite://lockstep.db",
    };
    let scheme = url.split_once(':').map(|(scheme, _)| scheme);
    match scheme {
        Some("postgres" | "postgresql") => Some(Database {
            url: DatabaseUrl::Postgres(SecretString::from(url)),
        }),
        Some("sqlite") => {
            let path = url
                .strip_prefix("sqlite://")
                .or_else(|| url.strip_prefix("sqlite:"))
                .unwrap_or_default();
            if path.is_empty() || path == ":memory:" {
                problems.add(
                    VARIABLE,
                    "names no file: write it as sqlite://lockstep.db or sqlite:///var/lib/lockstep/lockstep.db",
                );
                return None;
            }
            Some(Database {
                url: DatabaseUrl::Sqlite(PathBuf::from(path)),
            })
        }
        _ => {
            problems.add(
                VARIABLE,
                "must begin with sqlite:// or postgres://, for example sqlite://lockstep.db",
            );
            None
        }
    }
}

fn secrets(args: &Args, problems: &mut Problems) -> Option<Secrets> {
    let (variable, value) = match given(&args.session_secret) {
        None if given(&args.flask_secret_key).is_some() => {
            ("FLASK_SECRET_KEY", &args.flask_secret_key)
        }
        _ => ("SESSION_SECRET", &args.session_secret),
    };
    let value = required(
        variable,
        value,
        "make one with `openssl rand -hex 32` and keep it",
        problems,
    )?;
    if value.len() < MIN_SECRET_BYTES {
        problems.add(
            variable,
            format_args!(
                "has {} bytes, and {MIN_SECRET_BYTES} are the least: make one with `openssl rand -hex 32`",
                value.len()
            ),
        );
        return None;
    }
    Some(Secrets {
        session_secret: SecretString::from(value),
    })
}

fn http(args: &Args, problems: &mut Problems) -> Option<Http> {
    let listen_addr = given(&args.listen_addr).unwrap_or("127.0.0.1:8000");
    let listen_addr: Option<SocketAddr> = listen_addr.parse().ok();
    if listen_addr.is_none() {
        problems.add(
            "LISTEN_ADDR",
            "must be an address and a port, for example 127.0.0.1:8000",
        );
    }
    let request_timeout = Duration::from_secs(number(
        "REQUEST_TIMEOUT_SECONDS",
        args.request_timeout_seconds.as_deref(),
        30,
        1..=600,
        problems,
    ));
    // SQLite and PostgreSQL both hold a gigabyte in one value at the most.
    let max_upload_bytes = number(
        "MAX_UPLOAD_BYTES",
        args.max_upload_bytes.as_deref(),
        16 * 1024 * 1024,
        1024..=512 * 1024 * 1024,
        problems,
    );
    let trusted_proxy_hops = number(
        "TRUSTED_PROXY_HOPS",
        args.trusted_proxy_hops.as_deref(),
        0,
        0..=16,
        problems,
    );
    let cors_allowed_origins = origins(given(&args.cors_allowed_origins).unwrap_or(""), problems);
    Some(Http {
        listen_addr: listen_addr?,
        request_timeout,
        max_upload_bytes: usize::try_from(max_upload_bytes).ok()?,
        cors_allowed_origins: cors_allowed_origins?,
        trusted_proxy_hops: usize::try_from(trusted_proxy_hops).ok()?,
    })
}

fn origins(text: &str, problems: &mut Problems) -> Option<Vec<String>> {
    let mut origins = Vec::new();
    for origin in text.split(',').map(str::trim).filter(|o| !o.is_empty()) {
        let exact = Url::parse(origin)
            .is_ok_and(|url| url.has_host() && url.origin().ascii_serialization() == origin);
        if !exact {
            problems.add(
                "CORS_ALLOWED_ORIGINS",
                format_args!(
                    "lists {origin:?}, which is not an origin as a browser sends it: write scheme, host \
                     and port only, for example https://player.example.org"
                ),
            );
            return None;
        }
        origins.push(origin.to_owned());
    }
    Some(origins)
}

fn number(
    variable: &str,
    value: Option<&str>,
    default: u64,
    range: std::ops::RangeInclusive<u64>,
    problems: &mut Problems,
) -> u64 {
    let Some(text) = value.map(str::trim).filter(|text| !text.is_empty()) else {
        return default;
    };
    match text.parse() {
        Ok(number) if range.contains(&number) => number,
        _ => {
            problems.add(
                variable,
                format_args!(
                    "must be a whole number from {} to {}",
                    range.start(),
                    range.end()
                ),
            );
            default
        }
    }
}

fn read_log(args: &Args, problems: &mut Problems) -> Option<Log> {
    let filter = given(&args.rust_log).unwrap_or("info").to_owned();
    if tracing_subscriber::EnvFilter::try_new(&filter).is_err() {
        problems.add(
            "RUST_LOG",
            "is not a log filter: write info, or lockstep_api=debug,info",
        );
        return None;
    }
    let format = match given(&args.log_format).unwrap_or("text") {
        "text" => LogFormat::Text,
        "json" => LogFormat::Json,
        _ => {
            problems.add("LOG_FORMAT", "must be text or json");
            return None;
        }
    };
    Some(Log { format, filter })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minimal() -> Args {
        Args {
            spotify_client_id: Some("id".into()),
            spotify_client_secret: Some("secret".into()),
            session_secret: Some("0123456789abcdef0123456789abcdef".into()),
            ..Args::default()
        }
    }

    fn problem(change: impl FnOnce(&mut Args)) -> String {
        let mut args = minimal();
        change(&mut args);
        Config::read(&args).expect_err("refused").to_string()
    }

    #[test]
    fn the_three_required_settings_are_enough() {
        let config = Config::read(&minimal()).expect("accepted");
        assert_eq!(config.spotify.redirect_uri.as_str(), REDIRECT_URI);
        assert_eq!(config.spotify.app_redirect_uris, [APP_REDIRECT_URI]);
        assert_eq!(config.token_refresh_skew, Duration::from_secs(3000));
        assert!(
            matches!(config.database.url, DatabaseUrl::Sqlite(path) if path.as_os_str() == "lockstep.db")
        );
    }

    #[test]
    fn one_message_lists_every_problem() {
        let problems = Config::read(&Args {
            listen_addr: Some("8000".into()),
            log_format: Some("xml".into()),
            max_upload_bytes: Some("-1".into()),
            database_url: Some("mysql://host/name".into()),
            ..Args::default()
        })
        .expect_err("refused")
        .to_string();
        for variable in [
            "SPOTIFY_CLIENT_ID",
            "SPOTIFY_CLIENT_SECRET",
            "SESSION_SECRET",
            "LISTEN_ADDR",
            "LOG_FORMAT",
            "MAX_UPLOAD_BYTES",
            "DATABASE_URL",
        ] {
            assert!(problems.contains(variable), "{variable} in {problems}");
        }
    }

    #[test]
    fn the_flask_servers_names_keep_working() {
        let mut args = minimal();
        args.flask_secret_key = args.session_secret.take();
        args.token_db_path = Some("spotify_tokens.db".into());
        let config = Config::read(&args).expect("accepted");
        assert!(
            matches!(config.database.url, DatabaseUrl::Sqlite(path) if path.as_os_str() == "spotify_tokens.db")
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
    fn a_short_secret_is_refused_without_being_shown() {
        let problem = problem(|args| args.session_secret = Some("hunter2".into()));
        assert!(problem.contains("SESSION_SECRET has 7 bytes"));
        assert!(!problem.contains("hunter2"));
    }

    #[test]
    fn a_password_in_a_database_url_is_not_shown() {
        let args = Args {
            database_url: Some("postgres://me:hunter2@host/name".into()),
            ..minimal()
        };
        assert!(!format!("{:?}", Config::read(&args)).contains("hunter2"));
    }
}
