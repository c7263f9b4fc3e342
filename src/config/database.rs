//! Where the data is kept.

use std::path::PathBuf;

use secrecy::SecretString;

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
