//! A look at a database, for operators, that leaves it as it is.

use super::error::OpenError;
use super::{postgres, sqlite};
use crate::config;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examination {
    /// Whether there is a database. SQLite's file is made at the first start.
    pub exists: bool,
    /// The migrations that it has not had.
    pub pending: Vec<String>,
}

impl Examination {
    /// Connects, and begins to write, but takes it back.
    ///
    /// # Errors
    ///
    /// What is wrong with the database, and what to do about it.
    pub async fn of(config: &config::Database) -> Result<Self, OpenError> {
        match &config.url {
            config::DatabaseUrl::Sqlite(path) => sqlite::examine(path.clone()).await,
            config::DatabaseUrl::Postgres(url) => postgres::examine(url).await,
        }
    }
}
