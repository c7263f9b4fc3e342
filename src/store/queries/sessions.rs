//! Sessions, found by the hash of their secret.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::store::person::PersonId;
use crate::store::schema::{login_codes, sessions, tokens};
use crate::store::session::{NewSession, Session};
use crate::store::timestamp::Timestamp;

/// What is read of a session, with the time of the authorization that it stands for.
type Row = (
    String,
    Option<String>,
    Timestamp,
    Timestamp,
    Timestamp,
    Option<Timestamp>,
);

/// The sessions' rows, each with its authorization. Both are the same person's.
macro_rules! with_authorization {
    () => {
        sessions::table
            .left_join(tokens::table.on(tokens::person_id.eq(sessions::person_id)))
            .select((
                sessions::id,
                sessions::device_name,
                sessions::created_at,
                sessions::last_used_at,
                sessions::expires_at,
                tokens::granted_at.nullable(),
            ))
    };
}

fn session(row: Row) -> Session {
    let (id, device_name, created_at, last_used_at, expires_at, granted_at) = row;
    Session {
        id,
        device_name,
        created_at: created_at.into(),
        last_used_at: last_used_at.into(),
        expires_at: expires_at.into(),
        granted_at: granted_at.map(Into::into),
    }
}

/// The person's session with this hash, ended or not.
pub(in crate::store) async fn find(
    conn: &mut Conn,
    id: &PersonId,
    secret_hash: &[u8],
) -> QueryResult<Option<Session>> {
    let row = with_authorization!()
        .filter(sessions::person_id.eq(id.as_str()))
        .filter(sessions::secret_hash.eq(secret_hash))
        .first::<Row>(conn)
        .await
        .optional()?;
    Ok(row.map(session))
}

/// The person's sessions that have not ended.
pub(in crate::store) async fn list(
    conn: &mut Conn,
    id: &PersonId,
    now: Timestamp,
) -> QueryResult<Vec<Session>> {
    let rows = with_authorization!()
        .filter(sessions::person_id.eq(id.as_str()))
        .filter(sessions::expires_at.gt(now))
        .order((sessions::last_used_at.desc(), sessions::created_at.desc()))
        .load::<Row>(conn)
        .await?;
    Ok(rows.into_iter().map(session).collect())
}

/// Adds a session.
pub(super) async fn insert(
    conn: &mut Conn,
    id: &PersonId,
    session: &NewSession,
) -> QueryResult<()> {
    let created_at = Timestamp::from(session.created_at);
    diesel::insert_into(sessions::table)
        .values((
            sessions::person_id.eq(id.as_str()),
            sessions::secret_hash.eq(&session.secret_hash[..]),
            sessions::created_at.eq(created_at),
            sessions::expires_at.eq(Timestamp::from(session.expires_at)),
            sessions::id.eq(&session.id),
            sessions::device_name.eq(&session.device_name),
            sessions::last_used_at.eq(created_at),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes a use, unless another has been noted since `unless_since`.
pub(in crate::store) async fn note_use(
    conn: &mut Conn,
    id: &PersonId,
    secret_hash: &[u8],
    now: Timestamp,
    unless_since: Timestamp,
) -> QueryResult<()> {
    diesel::update(sessions::table.find((id.as_str(), secret_hash)))
        .filter(sessions::last_used_at.lt(unless_since))
        .set(sessions::last_used_at.eq(now))
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

/// Ends the session that clients call so; tells whether there was one.
pub(in crate::store) async fn revoke(
    conn: &mut Conn,
    id: &PersonId,
    session: &str,
) -> QueryResult<bool> {
    let rows = diesel::delete(sessions::table)
        .filter(sessions::person_id.eq(id.as_str()))
        .filter(sessions::id.eq(session))
        .execute(conn)
        .await?;
    Ok(rows == 1)
}

/// Ends all sessions but one, and what could become another; tells how many would have gone on.
pub(in crate::store) async fn revoke_others(
    conn: &mut Conn,
    id: &PersonId,
    kept: &str,
    now: Timestamp,
) -> QueryResult<usize> {
    transaction!(conn, async {
        let others = sessions::table
            .filter(sessions::person_id.eq(id.as_str()))
            .filter(sessions::id.ne(kept));
        // Codes first, as where a code is redeemed or the person forgotten: nobody waits for another then.
        diesel::delete(login_codes::table)
            .filter(login_codes::person_id.eq(id.as_str()))
            .filter(login_codes::used_at.is_null())
            .execute(conn)
            .await?;
        diesel::delete(others.filter(sessions::expires_at.le(now)))
            .execute(conn)
            .await?;
        diesel::delete(others).execute(conn).await
    })
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
