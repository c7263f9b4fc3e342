//! Uploaded collections: a history for each person, track and type, of which the newest counts.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use diesel::dsl::{case_when, max, not};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use diesel_async::pooled_connection::PoolableConnection;
use uuid::{NoContext, Uuid};

use super::imports::Upload;
use super::{ATTEMPTS, Conn, is_among, is_one_of, lost_a_race, race};
use crate::store::content::{Packed, hex};
use crate::store::metadata::{Metadata, MetadataKey};
use crate::store::person::PersonId;
use crate::store::reading::Read;
use crate::store::schema::metadata;
use crate::store::timestamp::Timestamp;

diesel::alias!(metadata as newer: Newer);

/// A record without its content.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = metadata)]
pub(in crate::store) struct Row {
    track_id: String,
    kind: String,
    seq: i64,
    id: String,
    version: i32,
    size_bytes: i64,
    sha256: Vec<u8>,
    created_at: Timestamp,
}

impl From<Row> for Metadata {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            key: MetadataKey {
                track_id: row.track_id,
                kind: row.kind,
            },
            seq: row.seq,
            version: row.version,
            size_bytes: row.size_bytes,
            sha256: hex(&row.sha256),
            created_at: row.created_at.into(),
            content: None,
        }
    }
}

/// Rows as the store reads on from them.
pub(super) fn read(rows: Vec<(Row, Option<Vec<u8>>)>) -> Vec<Read> {
    let rows = rows.into_iter();
    rows.map(|(row, packed)| (row.into(), packed)).collect()
}

/// Adds a record to its history, unless the newest there is the very same upload.
///
/// There is no transaction around reading the newest and adding the next: the primary key lets only
/// one writer have a number, so whoever loses it reads again. That is two round trips instead of
/// four, and it holds for writers of other instances too.
pub(in crate::store) async fn insert(
    conn: &mut Conn,
    person: &PersonId,
    key: &MetadataKey,
    version: i32,
    content: &Packed,
    created_at: Timestamp,
) -> QueryResult<Metadata> {
    for _ in 0..ATTEMPTS {
        let newest = find_last(conn, person, key).await?;
        let seq = match newest {
            Some(row)
                if row.version == version
                    && row.size_bytes == content.size_bytes
                    && row.sha256 == content.sha256 =>
            {
                return Ok(row.into());
            }
            Some(row) => row.seq + 1,
            None => 1,
        };
        let row = Row {
            track_id: key.track_id.clone(),
            kind: key.kind.clone(),
            seq,
            id: new_id(),
            version,
            size_bytes: content.size_bytes,
            sha256: content.sha256.clone(),
            created_at,
        };
        match insert_row(conn, person, &row, &content.compressed).await {
            Ok(true) => return Ok(row.into()),
            Ok(false) => {}
            // A reunion waits for this number, and this for the person's row that the reunion has. Behind a
            // pooler, the error has ended a transaction around it all, in which nothing can start over.
            Err(error) if lost_a_race(&error) && !conn.is_broken() => {}
            Err(error) => return Err(error),
        }
    }
    Err(race())
}

/// Adds a record of another server's under a number that the caller chose. Among all uploads it stands
/// at its time.
pub(in crate::store) async fn insert_imported(
    conn: &mut Conn,
    person: &PersonId,
    key: &MetadataKey,
    seq: i64,
    upload: &Upload,
) -> QueryResult<()> {
    let row = Row {
        track_id: key.track_id.clone(),
        kind: key.kind.clone(),
        seq,
        id: id_at(upload.created_at),
        version: upload.version,
        size_bytes: upload.content.size_bytes,
        sha256: upload.content.sha256.clone(),
        created_at: upload.created_at,
    };
    let inserted = insert_row(conn, person, &row, &upload.content.compressed).await?;
    if inserted { Ok(()) } else { Err(race()) }
}

fn new_id() -> String {
    Uuid::now_v7().simple().to_string()
}

/// An id that stands among those of [`new_id`] as if it had been made then.
fn id_at(time: Timestamp) -> String {
    let time = DateTime::<Utc>::from(time);
    let seconds = time.timestamp().try_into().unwrap_or(0);
    let time = uuid::Timestamp::from_unix(NoContext, seconds, time.timestamp_subsec_nanos());
    Uuid::new_v7(time).simple().to_string()
}

async fn find_last(
    conn: &mut Conn,
    person: &PersonId,
    key: &MetadataKey,
) -> QueryResult<Option<Row>> {
    metadata::table
        .filter(metadata::person_id.eq(person.as_str()))
        .filter(metadata::track_id.eq(&key.track_id))
        .filter(metadata::kind.eq(&key.kind))
        .order(metadata::seq.desc())
        .select(Row::as_select())
        .first(conn)
        .await
        .optional()
}

/// Adds the row, or nothing when its number is taken.
async fn insert_row(
    conn: &mut Conn,
    person: &PersonId,
    row: &Row,
    compressed: &Bytes,
) -> QueryResult<bool> {
    let (person, row, compressed) = (person.clone(), row.clone(), compressed.clone());
    let rows = execute!(
        conn,
        diesel::insert_into(metadata::table)
            .values((
                metadata::person_id.eq(person.as_str()),
                metadata::track_id.eq(&row.track_id),
                metadata::kind.eq(&row.kind),
                metadata::seq.eq(row.seq),
                metadata::id.eq(&row.id),
                metadata::version.eq(row.version),
                metadata::size_bytes.eq(row.size_bytes),
                metadata::sha256.eq(&row.sha256),
                metadata::created_at.eq(row.created_at),
                metadata::content.eq(&compressed[..]),
            ))
            .on_conflict((
                metadata::person_id,
                metadata::track_id,
                metadata::kind,
                metadata::seq,
            ))
            .do_nothing()
    )?;
    Ok(rows == 1)
}

/// The newest record of each key that has one: one query, however many keys.
macro_rules! newest {
    ($person:expr, $keys:expr) => {{
        let last = newer
            .filter(newer.field(metadata::person_id).eq(metadata::person_id))
            .filter(newer.field(metadata::track_id).eq(metadata::track_id))
            .filter(newer.field(metadata::kind).eq(metadata::kind))
            .select(max(newer.field(metadata::seq)))
            .single_value();
        metadata::table
            .filter(metadata::person_id.eq($person.as_str()))
            .filter(is_among($keys))
            .filter(metadata::seq.nullable().eq(last))
    }};
}

/// The newest records of these keys, without their contents.
pub(in crate::store) async fn find_newest(
    conn: &mut Conn,
    person: &PersonId,
    keys: &[MetadataKey],
) -> QueryResult<Vec<Row>> {
    newest!(person, keys)
        .select(Row::as_select())
        .load(conn)
        .await
}

/// The newest records of these keys, each with its compressed content unless it is among the `known` or
/// has more than `longest` bytes.
pub(in crate::store) async fn find_newest_with_content(
    conn: &mut Conn,
    person: &PersonId,
    keys: &[MetadataKey],
    (known, longest): (&[String], i64),
) -> QueryResult<Vec<Read>> {
    let is_read = not(is_one_of(known)).and(metadata::size_bytes.le(longest));
    let content = case_when(is_read, metadata::content.nullable()).otherwise(None::<Vec<u8>>);
    let rows = newest!(person, keys).select((Row::as_select(), content));
    Ok(read(rows.load(conn).await?))
}
