//! Uploads one by one: listed, found by their id, removed. Pages begin behind a row's key, so that what
//! is uploaded or removed meanwhile moves none of the others.

use diesel::dsl::{case_when, count_star};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable};
use diesel_async::RunQueryDsl;

use super::metadata::{Row, newer, read};
use super::{Conn, is_among, is_one_of};
use crate::store::metadata::MetadataKey;
use crate::store::person::PersonId;
use crate::store::reading::Read;
use crate::store::schema::metadata;
use crate::store::uploads::PageOf;

diesel::define_sql_function! {
    fn coalesce(value: Nullable<BigInt>, otherwise: BigInt) -> BigInt;
}

/// Loads a query's rows, each with its content unless that has more than so many bytes.
macro_rules! load {
    ($query:expr, $longest:expr, $conn:expr) => {{
        let is_read = metadata::size_bytes.le($longest);
        let content = case_when(is_read, metadata::content.nullable()).otherwise(None::<Vec<u8>>);
        let rows = $query.select((Row::as_select(), content)).load($conn);
        Ok(read(rows.await?))
    }};
}

/// No id, which are hexadecimal digits, stands behind it.
const BEHIND_ALL: &str = "g";

/// It tells whether the page is the last.
fn one_more(first: u32) -> i64 {
    i64::from(first) + 1
}

/// Of this type, or of any.
macro_rules! kind_is {
    ($kind:expr) => {{
        let any = $kind.is_none().into_sql::<Bool>();
        metadata::kind.eq($kind.unwrap_or_default()).or(any)
    }};
}

/// The uploads of each track and type, in no order: one query, however many.
pub(in crate::store) async fn histories(
    conn: &mut Conn,
    person: &PersonId,
    keys: &[MetadataKey],
    page: PageOf<i64>,
    longest: i64,
) -> QueryResult<Vec<Read>> {
    let after = page.after.unwrap_or(i64::MAX);
    let last = newer
        .filter(newer.field(metadata::person_id).eq(metadata::person_id))
        .filter(newer.field(metadata::track_id).eq(metadata::track_id))
        .filter(newer.field(metadata::kind).eq(metadata::kind))
        .filter(newer.field(metadata::seq).lt(after))
        .order(newer.field(metadata::seq).desc())
        .offset(i64::from(page.first))
        .select(newer.field(metadata::seq))
        .single_value();
    let uploads = metadata::table
        .filter(metadata::person_id.eq(person.as_str()))
        .filter(is_among(keys))
        .filter(metadata::seq.lt(after))
        // A history that is shorter has none there.
        .filter(metadata::seq.ge(coalesce(last, i64::MIN)));
    load!(uploads, longest, conn)
}

/// All uploads of the person, the latest first. Their ids are in the order of time.
pub(in crate::store) async fn list(
    conn: &mut Conn,
    person: &PersonId,
    kind: Option<&str>,
    page: &PageOf<String>,
    longest: i64,
) -> QueryResult<Vec<Read>> {
    let uploads = metadata::table
        .filter(metadata::person_id.eq(person.as_str()))
        .filter(metadata::id.lt(page.after.as_deref().unwrap_or(BEHIND_ALL)))
        .filter(kind_is!(kind))
        .order(metadata::id.desc())
        .limit(one_more(page.first));
    load!(uploads, longest, conn)
}

/// How many there are, of one type or of every.
pub(in crate::store) async fn count(
    conn: &mut Conn,
    person: &PersonId,
    kind: Option<&str>,
) -> QueryResult<i64> {
    metadata::table
        .filter(metadata::person_id.eq(person.as_str()))
        .filter(kind_is!(kind))
        .count()
        .get_result(conn)
        .await
}

/// How many there are of each track and type that has any.
pub(in crate::store) async fn count_each(
    conn: &mut Conn,
    person: &PersonId,
    keys: &[MetadataKey],
) -> QueryResult<Vec<(MetadataKey, i64)>> {
    let counts = metadata::table
        .filter(metadata::person_id.eq(person.as_str()))
        .filter(is_among(keys))
        .group_by((metadata::track_id, metadata::kind))
        .select((metadata::track_id, metadata::kind, count_star()))
        .load::<(String, String, i64)>(conn)
        .await?;
    let key = |(track_id, kind, count)| (MetadataKey { track_id, kind }, count);
    Ok(counts.into_iter().map(key).collect())
}

/// One upload, if it is there.
pub(in crate::store) async fn find(
    conn: &mut Conn,
    person: &PersonId,
    id: &str,
    longest: i64,
) -> QueryResult<Vec<Read>> {
    let upload = metadata::table
        .filter(metadata::person_id.eq(person.as_str()))
        .filter(metadata::id.eq(id));
    load!(upload, longest, conn)
}

/// The compressed contents of the uploads with these ids, each with its id.
pub(in crate::store) async fn contents(
    conn: &mut Conn,
    person: &PersonId,
    ids: &[String],
) -> QueryResult<Vec<(String, Vec<u8>)>> {
    metadata::table
        .filter(metadata::person_id.eq(person.as_str()))
        .filter(is_one_of(ids))
        .select((metadata::id, metadata::content))
        .load(conn)
        .await
}

/// The types that there are for a track.
pub(in crate::store) async fn types(
    conn: &mut Conn,
    person: &PersonId,
    track_id: &str,
) -> QueryResult<Vec<String>> {
    metadata::table
        .filter(metadata::person_id.eq(person.as_str()))
        .filter(metadata::track_id.eq(track_id))
        .select(metadata::kind)
        .distinct()
        .load(conn)
        .await
}

/// Removes an upload; tells what it was of, if it was there.
pub(in crate::store) async fn delete(
    conn: &mut Conn,
    person: &PersonId,
    id: &str,
) -> QueryResult<Option<MetadataKey>> {
    let upload = metadata::table
        .filter(metadata::person_id.eq(person.as_str()))
        .filter(metadata::id.eq(id));
    let key = upload
        .select((metadata::track_id, metadata::kind))
        .first::<(String, String)>(conn)
        .await
        .optional()?;
    let Some((track_id, kind)) = key else {
        return Ok(None);
    };
    // Of two who remove it at once, one does.
    let rows = diesel::delete(upload).execute(conn).await?;
    Ok((rows == 1).then_some(MetadataKey { track_id, kind }))
}
