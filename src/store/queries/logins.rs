//! Logins, each of which is finished once.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, login_codes, sessions, tokens};
use crate::store::login::NewLogin;
use crate::store::login_code::Given;
use crate::store::person::PersonId;
use crate::store::schema::finished_logins;
use crate::store::timestamp::Timestamp;

/// Finishes a login, unless it has been finished before: the tokens and what it gives, or nothing.
pub(in crate::store) async fn record(
    conn: &mut Conn,
    id: &PersonId,
    login: &NewLogin,
) -> QueryResult<bool> {
    transaction!(conn, async {
        // Of two at once, the second waits here for what becomes of the first.
        if !finish(conn, login).await? {
            return Ok(false);
        }
        // What refers to the person comes before the tokens, as where a person is forgotten.
        match &login.given {
            Given::Nothing => {}
            Given::Session(session) => sessions::insert(conn, id, session).await?,
            Given::Code(code) => login_codes::insert(conn, id, code).await?,
        }
        tokens::put(conn, id, &login.token).await?;
        Ok(true)
    })
}

async fn finish(conn: &mut Conn, login: &NewLogin) -> QueryResult<bool> {
    let rows = diesel::insert_into(finished_logins::table)
        .values((
            finished_logins::state_hash.eq(&login.state_hash[..]),
            finished_logins::expires_at.eq(Timestamp::from(login.expires_at)),
        ))
        .on_conflict(finished_logins::state_hash)
        .do_nothing()
        .execute(conn)
        .await?;
    Ok(rows == 1)
}

/// Whether the login with this state has been finished.
pub(in crate::store) async fn is_finished(conn: &mut Conn, state_hash: &[u8]) -> QueryResult<bool> {
    diesel::select(exists(finished_logins::table.find(state_hash)))
        .get_result(conn)
        .await
}

/// Removes the logins that would have been late by `then`; tells how many.
pub(in crate::store) async fn delete_expired(
    conn: &mut Conn,
    then: Timestamp,
) -> QueryResult<usize> {
    diesel::delete(finished_logins::table)
        .filter(finished_logins::expires_at.le(then))
        .execute(conn)
        .await
}
