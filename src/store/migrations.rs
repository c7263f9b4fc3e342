//! The tables' history, embedded in the binary and applied when the store is opened.
//!
//! Whoever calls holds the lock that keeps other instances out, in a transaction that takes all of
//! it back on failure.

use diesel::backend::Backend;
use diesel::migration::MigrationSource;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::error::Cause;

pub(super) const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
pub(super) const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// The tables could not be brought up to date.
#[derive(Debug)]
pub(super) enum MigrateError {
    /// The database knows a migration that this binary does not.
    Newer { version: String },
    /// A migration or its bookkeeping failed.
    Failed(Cause),
}

// What diesel's `transaction` asks for.
impl From<diesel::result::Error> for MigrateError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// The versions of all that this binary knows.
pub(super) fn versions<DB: Backend>(known: EmbeddedMigrations) -> Result<Vec<String>, Cause> {
    let migrations = MigrationSource::<DB>::migrations(&known)?;
    let versions = migrations
        .iter()
        .map(|migration| migration.name().version().to_string());
    Ok(versions.collect())
}

/// Those that the database has not had. Makes the table that they are noted in, where there is none.
///
/// # Errors
/// [`MigrateError::Newer`] when the database has had one that this binary does not know.
pub(super) fn missing<DB: Backend>(
    conn: &mut impl MigrationHarness<DB>,
    known: &EmbeddedMigrations,
) -> Result<Vec<String>, MigrateError> {
    let migrations = MigrationSource::<DB>::migrations(known).map_err(MigrateError::Failed)?;
    let applied = conn.applied_migrations().map_err(MigrateError::Failed)?;
    let unknown = applied.iter().rev().find(|version| {
        !migrations
            .iter()
            .any(|migration| migration.name().version() == **version)
    });
    if let Some(version) = unknown {
        return Err(MigrateError::Newer {
            version: version.to_string(),
        });
    }
    let versions = migrations
        .iter()
        .map(|migration| migration.name().version());
    let missing = versions.filter(|version| !applied.iter().any(|had| had == version));
    Ok(missing.map(|version| version.to_string()).collect())
}

/// Applies what is missing; changes nothing when the database is newer than this binary.
pub(super) fn apply<DB: Backend>(
    conn: &mut impl MigrationHarness<DB>,
    known: EmbeddedMigrations,
) -> Result<(), MigrateError> {
    missing(conn, &known)?;
    let run = conn
        .run_pending_migrations(known)
        .map_err(MigrateError::Failed)?;
    if !run.is_empty() {
        tracing::info!(migrations = run.len(), "database migrated");
    }
    Ok(())
}
