//! Uploads one by one: listed, found by their id, removed. Pages begin behind a row's key, so that what
//! is uploaded or removed meanwhile moves none of the others.

use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;

use super::metadata::{Row, read};
use super::{Conn, is_one_of};
use crate::store::metadata::MetadataKey;
use crate::store::person::PersonId;
use crate::store::reading::Read;
use crate::store::schema::metadata;
use crate::store::uploads::PageOf;

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

/// The uploads of one track and type, the newest first.
pub(in crate::store) async fn history(
    conn: &mut Conn,
    person: &PersonId,
    key: &MetadataKey,
    page: PageOf<i64>,
    longest: i64,
) -> QueryResult<Vec<Read>> {
    let uploads = metadata::table
        .filter(metadata::person_id.eq(person.as_str()))
        .filter(metadata::track_id.eq(&key.track_id))
        .filter(metadata::kind.eq(&key.kind))
        .filter(metadata::seq.lt(page.after.unwrap_or(i64::MAX)))
        .order(metadata::seq.desc())
        .limit(one_more(page.first));
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

/// How many there are.
pub(in crate::store) async fn count(
    conn: &mut Conn,
    person: &PersonId,
    kind: Option<&str>,
    track_id: Option<&str>,
) -> QueryResult<i64> {
    let any_track = track_id.is_none().into_sql::<Bool>();
    metadata::table
        .filter(metadata::person_id.eq(person.as_str()))
        .filter(kind_is!(kind))
        .filter(
            metadata::track_id
                .eq(track_id.unwrap_or_default())
                .or(any_track),
        )
        .count()
        .get_result(conn)
        .await
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
