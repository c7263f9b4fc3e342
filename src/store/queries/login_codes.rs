//! Login codes, found by their hash, used once.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, sessions};
use crate::store::login_code::{NewLoginCode, Redemption};
use crate::store::person::PersonId;
use crate::store::schema::login_codes;
use crate::store::session::NewSession;
use crate::store::timestamp::Timestamp;

/// Adds a code.
pub(super) async fn insert(conn: &mut Conn, id: &PersonId, code: &NewLoginCode) -> QueryResult<()> {
    diesel::insert_into(login_codes::table)
        .values((
            login_codes::person_id.eq(id.as_str()),
            login_codes::code_hash.eq(&code.code_hash[..]),
            login_codes::challenge.eq(&code.challenge),
            login_codes::redirect_uri.eq(&code.redirect_uri),
            login_codes::created_at.eq(Timestamp::from(code.created_at)),
            login_codes::expires_at.eq(Timestamp::from(code.expires_at)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Uses a code up: for the session, if all that it is bound to is right.
pub(in crate::store) async fn redeem(
    conn: &mut Conn,
    id: &PersonId,
    code_hash: &[u8],
    challenge: &str,
    redirect_uris: &[String],
    session: &NewSession,
) -> QueryResult<Redemption> {
    transaction!(conn, async {
        let now = Timestamp::from(session.created_at);
        let code = login_codes::table.find((id.as_str(), code_hash));
        // The database compares and uses up in one step: of two instances, one is first.
        let redeemed = diesel::update(code)
            .filter(login_codes::used_at.is_null())
            .filter(login_codes::expires_at.gt(now))
            .filter(login_codes::challenge.eq(challenge))
            .filter(login_codes::redirect_uri.eq_any(redirect_uris))
            .set((
                login_codes::used_at.eq(now),
                login_codes::session_id.eq(&session.id),
            ))
            .execute(conn)
            .await?;
        if redeemed == 1 {
            sessions::insert(conn, id, session).await?;
            return Ok(Redemption::Redeemed);
        }
        // One attempt is all that a code is good for, a wrong one included.
        let refused = diesel::update(code)
            .filter(login_codes::used_at.is_null())
            .set(login_codes::used_at.eq(now))
            .execute(conn)
            .await?;
        if refused == 1 {
            return Ok(Redemption::Refused);
        }
        let given = code
            .select(login_codes::session_id)
            .first::<Option<String>>(conn)
            .await
            .optional()?;
        match given {
            None => Ok(Redemption::Unknown),
            Some(None) => Ok(Redemption::Replayed { ended: false }),
            Some(Some(given)) => {
                let ended = sessions::revoke(conn, id, &given).await?;
                Ok(Redemption::Replayed { ended })
            }
        }
    })
}

/// Removes all codes of a person.
pub(super) async fn delete_all(conn: &mut Conn, id: &PersonId) -> QueryResult<usize> {
    diesel::delete(login_codes::table.filter(login_codes::person_id.eq(id.as_str())))
        .execute(conn)
        .await
}

/// Removes the codes of all people that were over by `then`; tells how many.
pub(in crate::store) async fn delete_expired(
    conn: &mut Conn,
    then: Timestamp,
) -> QueryResult<usize> {
    diesel::delete(login_codes::table)
        .filter(login_codes::expires_at.le(then))
        .execute(conn)
        .await
}
