//! What operators ask of the store.

use diesel::pg::Pg;
use diesel::sqlite::Sqlite;

use super::{Database, Error, Store, migrations, query};
use crate::metrics::PoolUse;

impl Store {
    /// The migrations that this binary knows and the database has not had. None after
    /// [`Store::open`], until somebody restores a backup or takes a migration back.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, Error> {
        let mut missing = match self.database {
            Database::Sqlite(_) => migrations::versions::<Sqlite>(migrations::SQLITE),
            Database::Postgres(_) => migrations::versions::<Pg>(migrations::POSTGRES),
        }
        .map_err(Error::Other)?;
        let applied = query!(self, reader, |queries, conn| {
            queries::migrations::applied(conn)
        })?;
        missing.retain(|version| !applied.contains(version));
        Ok(missing)
    }

    /// How the connections stand, a pool each.
    #[must_use]
    pub fn pools(&self) -> Vec<PoolUse> {
        match &self.database {
            Database::Sqlite(database) => database.pools().to_vec(),
            Database::Postgres(database) => database.pools().to_vec(),
        }
    }

    /// How many statements this store has sent to its database, those that only begin or end a
    /// transaction aside.
    #[must_use]
    pub fn statement_count(&self) -> u64 {
        self.statements.count()
    }
}
