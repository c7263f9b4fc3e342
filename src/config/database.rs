//! Where the data is kept.

use std::path::PathBuf;

use secrecy::SecretString;

use super::read::given;
use super::{Args, Problems};

/// The database that holds people, tokens, sessions and metadata.
#[derive(Clone, Debug)]
pub struct Database {
    /// `DATABASE_URL`, or the file named by `TOKEN_DB_PATH`.
    pub url: DatabaseUrl,
}

/// Which database, told from the URL's scheme.
#[derive(Clone, Debug)]
pub enum DatabaseUrl {
    /// A file, made when it is not there.
    Sqlite(PathBuf),
    /// The whole URL, secret because it may carry a password.
    Postgres(SecretString),
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

pub(super) fn database(args: &Args, problems: &mut Problems) -> Option<Database> {
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
            if path.contains('?') {
                problems.add(
                    VARIABLE,
                    "takes no parameters behind a file's name: leave out the ? and what follows",
                );
                return None;
            }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::config::read::testing::minimal;

    #[test]
    fn a_file_in_the_current_folder_is_the_default() {
        let config = Config::read(&minimal()).expect("accepted");
        assert!(
            matches!(config.database.url, DatabaseUrl::Sqlite(path) if path.as_os_str() == "lockstep.db")
        );
    }

    #[test]
    fn a_files_name_takes_no_parameters() {
        let args = Args {
            database_url: Some("sqlite://lockstep.db?mode=rwc".into()),
            ..minimal()
        };
        let problems = Config::read(&args).unwrap_err().to_string();
        assert!(
            problems.contains("DATABASE_URL takes no parameters"),
            "{problems}"
        );
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
