//! From text to settings: all sections together, and what their rules have in common.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::{
    Args, Config, Problems, TOKEN_REFRESH_SKEW, apps, cache, connections, database, documents,
    exposure, fair_use, http, limits, log, operations, secrets, spotify,
};

impl Config {
    /// Judges the settings as given.
    ///
    /// # Errors
    /// Everything that is missing or malformed, together.
    pub fn read(args: &Args) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let spotify = spotify::spotify(args, &mut problems);
        let database = database::database(args, &mut problems);
        let secrets = secrets::secrets(args, &mut problems);
        let limits = limits::limits(&args.limits, &mut problems);
        let http = http::http(args, limits.answer_bytes, &mut problems);
        let exposure = exposure::exposure(&args.exposure, &mut problems);
        let documents = documents::documents(&args.documents, &mut problems);
        let listen_addr = http.as_ref().map(|http| http.listen_addr);
        let apps = apps::apps(&args.apps, &mut problems);
        let operations = operations::operations(&args.operations, listen_addr, &mut problems);
        let connections = connections::connections(&args.connections, &mut problems);
        let fair_use = fair_use::fair_use(&args.fair_use, &mut problems);
        let token_refresh_skew = seconds(
            "TOKEN_REFRESH_SKEW_SECONDS",
            &args.token_refresh_skew_seconds,
            TOKEN_REFRESH_SKEW,
            0..=86_400,
            &mut problems,
        );
        let cache = cache::cache(&args.cache, &mut problems);
        let log = log::log(args, &mut problems);

        match (spotify, database, secrets, http, log) {
            (Some(spotify), Some(database), Some(secrets), Some(http), Some(log))
                if problems.is_empty() =>
            {
                Ok(Self {
                    spotify,
                    database,
                    secrets,
                    http,
                    apps,
                    limits,
                    exposure,
                    documents,
                    connections,
                    fair_use,
                    operations,
                    token_refresh_skew,
                    cache,
                    log,
                })
            }
            _ => Err(problems),
        }
    }
}

/// The value, where it is set to more than white space.
pub(super) fn given(value: &Option<String>) -> Option<&str> {
    value.as_deref().map(str::trim).filter(|v| !v.is_empty())
}

pub(super) fn required<'a>(
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

pub(super) fn boolean(
    variable: &str,
    value: &Option<String>,
    default: bool,
    problems: &mut Problems,
) -> bool {
    match given(value) {
        None => default,
        Some("true") => true,
        Some("false") => false,
        Some(_) => {
            problems.add(variable, "must be true or false");
            default
        }
    }
}

pub(super) fn number(
    variable: &str,
    value: &Option<String>,
    default: u64,
    range: RangeInclusive<u64>,
    problems: &mut Problems,
) -> u64 {
    let Some(text) = given(value) else {
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

pub(super) fn seconds(
    variable: &str,
    value: &Option<String>,
    default: Duration,
    range: RangeInclusive<u64>,
    problems: &mut Problems,
) -> Duration {
    Duration::from_secs(number(variable, value, default.as_secs(), range, problems))
}

/// What a list holds that is separated by commas.
pub(super) fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

#[cfg(test)]
pub(super) mod testing {
    use super::*;

    /// What `judge` makes of settings, or what it says of them.
    pub(crate) fn judged<T>(judge: impl FnOnce(&mut Problems) -> T) -> Result<T, String> {
        let mut problems = Problems::default();
        let settings = judge(&mut problems);
        if problems.is_empty() {
            Ok(settings)
        } else {
            Err(problems.to_string())
        }
    }

    /// The three settings without which nothing starts.
    pub(crate) fn minimal() -> Args {
        Args {
            spotify_client_id: Some("id".into()),
            spotify_client_secret: Some("secret".into()),
            session_secret: Some("0123456789abcdef0123456789abcdef".into()),
            ..Args::default()
        }
    }

    /// What is said of the settings that `change` makes of them.
    pub(crate) fn problem(change: impl FnOnce(&mut Args)) -> String {
        let mut args = minimal();
        change(&mut args);
        Config::read(&args).expect_err("refused").to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::testing::minimal;
    use super::*;
    use crate::config::DatabaseUrl;

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
    fn tokens_are_refreshed_as_early_as_the_flask_server_did() {
        let config = Config::read(&minimal()).expect("accepted");
        assert_eq!(config.token_refresh_skew, Duration::from_secs(3000));
    }
}
