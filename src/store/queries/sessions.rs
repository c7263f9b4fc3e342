//! Sessions, found by the hash of their secret.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::store::person::PersonId;
use crate::store::schema::sessions;
use crate::store::session::{NewSession, Session};
use crate::store::timestamp::Timestamp;

/// The person's session with this hash, ended or not.
pub(in crate::store) async fn find(
    conn: &mut Conn,
    id: &PersonId,
    secret_hash: &[u8],
) -> QueryResult<Option<Session>> {
    let row = sessions::table
        .find((id.as_str(), secret_hash))
        .select((sessions::created_at, sessions::expires_at))
        .first::<(Timestamp, Timestamp)>(conn)
        .await
        .optional()?;
    Ok(row.map(|(created_at, expires_at)| Session {
        created_at: created_at.into(),
        expires_at: expires_at.into(),
    }))
}

/// Adds a session.
pub(super) async fn insert(
    conn: &mut Conn,
    id: &PersonId,
    session: &NewSession,
) -> QueryResult<()> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::person_id.eq(id.as_str()),
            sessions::secret_hash.eq(&session.secret_hash[..]),
            sessions::created_at.eq(Timestamp::from(session.created_at)),
            sessions::expires_at.eq(Timestamp::from(session.expires_at)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends a session; tells whether there was one.
pub(in crate::store) async fn delete(
    conn: &mut Conn,
    id: &PersonId,
    secret_hash: &[u8],
) -> QueryResult<bool> {
    let rows = diesel::delete(sessions::table.find((id.as_str(), secret_hash)))
        .execute(conn)
        .await?;
    Ok(rows == 1)
}

/// Removes the sessions of all people that have ended by `now`; tells how many.
pub(in crate::store) async fn delete_expired(
    conn: &mut Conn,
    now: Timestamp,
) -> QueryResult<usize> {
    diesel::delete(sessions::table)
        .filter(sessions::expires_at.le(now))
        .execute(conn)
        .await
}
