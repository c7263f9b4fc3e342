//! Which migrations the database has had, as diesel keeps them.

use diesel::QueryDsl;
use diesel::QueryResult;
use diesel_async::RunQueryDsl;

use super::Conn;

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
        run_on -> Timestamp,
    }
}

/// Their versions.
pub(in crate::store) async fn applied(conn: &mut Conn) -> QueryResult<Vec<String>> {
    __diesel_schema_migrations::table
        .select(__diesel_schema_migrations::version)
        .load(conn)
        .await
}
