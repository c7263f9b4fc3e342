//! Spotify's tokens, sealed: one row for each person who has logged in.

use diesel::dsl::Eq;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::store::person::PersonId;
use crate::store::schema::tokens;
use crate::store::timestamp::Timestamp;
use crate::store::token::{NewToken, SealedTokens, TokenRecord};

#[derive(Queryable, Selectable)]
#[diesel(table_name = tokens)]
struct Row {
    sealed_access: Vec<u8>,
    sealed_refresh: Vec<u8>,
    key_id: String,
    scope: Option<String>,
    expires_at: Timestamp,
    granted_at: Timestamp,
    refused_at: Option<Timestamp>,
    version: i64,
}

impl From<Row> for TokenRecord {
    fn from(row: Row) -> Self {
        Self {
            sealed: SealedTokens {
                access: row.sealed_access,
                refresh: row.sealed_refresh,
                key_id: row.key_id,
            },
            scope: row.scope,
            expires_at: row.expires_at.into(),
            granted_at: row.granted_at.into(),
            refused_at: row.refused_at.map(Into::into),
            version: row.version,
        }
    }
}

/// What every replacement of the tokens sets.
#[derive(AsChangeset, Insertable)]
#[diesel(table_name = tokens, treat_none_as_null = true)]
struct Columns<'a> {
    sealed_access: &'a [u8],
    sealed_refresh: &'a [u8],
    key_id: &'a str,
    token_type: &'a str,
    scope: Option<&'a str>,
    expires_at: Timestamp,
    /// Always none: new tokens have not been refused yet.
    refused_at: Option<Timestamp>,
    updated_at: Timestamp,
    /// Always none, too: who refreshed them is done with it.
    lease_holder: Option<String>,
    lease_until: Option<Timestamp>,
}

impl<'a> Columns<'a> {
    fn of(token: &'a NewToken) -> Self {
        Self {
            sealed_access: &token.sealed.access,
            sealed_refresh: &token.sealed.refresh,
            key_id: &token.sealed.key_id,
            token_type: &token.token_type,
            scope: token.scope.as_deref(),
            expires_at: token.expires_at.into(),
            refused_at: None,
            updated_at: token.now.into(),
            lease_holder: None,
            lease_until: None,
        }
    }
}

/// The person's tokens.
pub(in crate::store) async fn find(
    conn: &mut Conn,
    id: &PersonId,
) -> QueryResult<Option<TokenRecord>> {
    let row = tokens::table
        .find(id.as_str())
        .select(Row::as_select())
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(Into::into))
}

/// Stores the tokens of a login, in place of older ones.
pub(super) async fn put(conn: &mut Conn, id: &PersonId, token: &NewToken) -> QueryResult<()> {
    let granted_at = tokens::granted_at.eq(Timestamp::from(token.now));
    diesel::insert_into(tokens::table)
        .values((
            tokens::person_id.eq(id.as_str()),
            first_version(token),
            granted_at,
            Columns::of(token),
        ))
        .on_conflict(tokens::person_id)
        .do_update()
        .set((
            tokens::version.eq(tokens::version + 1),
            granted_at,
            Columns::of(token),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// The login's time, so that no version of a row that was deleted comes again: a refresh that began with one
/// would take the new login's tokens for those that it started from.
fn first_version(token: &NewToken) -> Eq<tokens::version, i64> {
    tokens::version.eq(token.now.timestamp_millis())
}

/// Stores tokens for a person who has none; tells whether they had none.
pub(in crate::store) async fn put_missing(
    conn: &mut Conn,
    id: &PersonId,
    token: &NewToken,
) -> QueryResult<bool> {
    let rows = diesel::insert_into(tokens::table)
        .values((
            tokens::person_id.eq(id.as_str()),
            first_version(token),
            tokens::granted_at.eq(Timestamp::from(token.now)),
            Columns::of(token),
        ))
        .on_conflict(tokens::person_id)
        .do_nothing()
        .execute(conn)
        .await?;
    Ok(rows == 1)
}

/// Stores what a refresh brought, unless the tokens it started from are no longer the stored ones.
pub(in crate::store) async fn replace(
    conn: &mut Conn,
    id: &PersonId,
    expected_version: i64,
    token: &NewToken,
) -> QueryResult<bool> {
    let rows = diesel::update(tokens::table.find(id.as_str()))
        .filter(tokens::version.eq(expected_version))
        .set((tokens::version.eq(tokens::version + 1), Columns::of(token)))
        .execute(conn)
        .await?;
    Ok(rows == 1)
}

/// Takes or extends the right to refresh, unless another holder has it until `latest` or sooner.
pub(in crate::store) async fn take_lease(
    conn: &mut Conn,
    id: &PersonId,
    holder: &str,
    now: Timestamp,
    until: Timestamp,
    latest: Timestamp,
) -> QueryResult<bool> {
    let rows = diesel::update(tokens::table.find(id.as_str()))
        .filter(
            tokens::lease_until
                .is_null()
                .or(tokens::lease_until.le(now))
                .or(tokens::lease_until.gt(latest))
                .or(tokens::lease_holder.eq(holder)),
        )
        .set((
            tokens::lease_holder.eq(holder),
            tokens::lease_until.eq(until),
        ))
        .execute(conn)
        .await?;
    Ok(rows == 1)
}

/// Gives the right to refresh back.
pub(in crate::store) async fn release_lease(
    conn: &mut Conn,
    id: &PersonId,
    holder: &str,
) -> QueryResult<()> {
    diesel::update(tokens::table.find(id.as_str()))
        .filter(tokens::lease_holder.eq(holder))
        .set((
            tokens::lease_holder.eq(None::<String>),
            tokens::lease_until.eq(None::<Timestamp>),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes that Spotify refused the refresh token, unless it is no longer the stored one. The version
/// stays: another refresh that succeeds is worth more than this one's refusal.
pub(in crate::store) async fn mark_refused(
    conn: &mut Conn,
    id: &PersonId,
    expected_version: i64,
    at: Timestamp,
) -> QueryResult<bool> {
    let rows = diesel::update(tokens::table.find(id.as_str()))
        .filter(tokens::version.eq(expected_version))
        .set((
            tokens::refused_at.eq(at),
            tokens::updated_at.eq(at),
            tokens::lease_holder.eq(None::<String>),
            tokens::lease_until.eq(None::<Timestamp>),
        ))
        .execute(conn)
        .await?;
    Ok(rows == 1)
}

/// How many people's tokens each key has sealed.
pub(in crate::store) async fn count_by_key(conn: &mut Conn) -> QueryResult<Vec<(String, i64)>> {
    tokens::table
        .group_by(tokens::key_id)
        .order(tokens::key_id)
        .select((tokens::key_id, diesel::dsl::count_star()))
        .load(conn)
        .await
}

/// The next tokens that another key has sealed.
pub(in crate::store) async fn find_of_other_keys(
    conn: &mut Conn,
    key_id: &str,
    after: Option<&PersonId>,
    limit: i64,
) -> QueryResult<Vec<(PersonId, SealedTokens)>> {
    type Found = (String, Vec<u8>, Vec<u8>, String);
    let rows: Vec<Found> = tokens::table
        .filter(tokens::person_id.gt(after.map_or("", PersonId::as_str)))
        .filter(tokens::key_id.ne(key_id))
        .order(tokens::person_id)
        .limit(limit)
        .select((
            tokens::person_id,
            tokens::sealed_access,
            tokens::sealed_refresh,
            tokens::key_id,
        ))
        .load(conn)
        .await?;
    let rows = rows.into_iter().map(|(id, access, refresh, key_id)| {
        let sealed = SealedTokens {
            access,
            refresh,
            key_id,
        };
        (PersonId::stored(id), sealed)
    });
    Ok(rows.collect())
}

/// Changes the seal, unless what it was on is no longer what is stored. No two sealings give the
/// same bytes, so those tell it.
pub(in crate::store) async fn reseal(
    conn: &mut Conn,
    id: &PersonId,
    read: &SealedTokens,
    resealed: &SealedTokens,
) -> QueryResult<bool> {
    let rows = diesel::update(tokens::table.find(id.as_str()))
        .filter(tokens::sealed_access.eq(&read.access))
        .filter(tokens::sealed_refresh.eq(&read.refresh))
        .set((
            tokens::sealed_access.eq(&resealed.access),
            tokens::sealed_refresh.eq(&resealed.refresh),
            tokens::key_id.eq(&resealed.key_id),
        ))
        .execute(conn)
        .await?;
    Ok(rows == 1)
}
