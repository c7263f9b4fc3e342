//! What another server's records become: added where they are missing, never over what is there.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, metadata as uploads};
use crate::store::content::Packed;
use crate::store::metadata::MetadataKey;
use crate::store::person::PersonId;
use crate::store::schema::{metadata, people};
use crate::store::timestamp::Timestamp;

/// An upload, packed.
pub(in crate::store) struct Upload {
    pub(in crate::store) version: i32,
    pub(in crate::store) content: Packed,
    pub(in crate::store) created_at: Timestamp,
}

/// The person with this Spotify user id, made if there is none; nothing of theirs is changed.
pub(in crate::store) async fn ensure_person(
    conn: &mut Conn,
    spotify_user_id: &str,
    now: Timestamp,
) -> QueryResult<PersonId> {
    diesel::insert_into(people::table)
        .values((
            people::person_id.eq(PersonId::new().as_str()),
            people::spotify_user_id.eq(spotify_user_id),
            people::created_at.eq(now),
            people::updated_at.eq(now),
        ))
        .on_conflict(people::spotify_user_id)
        .do_nothing()
        .execute(conn)
        .await?;
    let id = people::table
        .filter(people::spotify_user_id.eq(spotify_user_id))
        .select(people::person_id)
        .first(conn)
        .await?;
    Ok(PersonId::stored(id))
}

/// Adds those of `history`, which is in order of time, that are not there yet; tells how many. What
/// is younger than the newest that is there goes on top of it, the rest below all that is there.
pub(in crate::store) async fn add_history(
    conn: &mut Conn,
    person: &PersonId,
    key: &MetadataKey,
    history: &[Upload],
) -> QueryResult<usize> {
    until_won!(conn, add_missing(conn, person, key, history))
}

async fn add_missing(
    conn: &mut Conn,
    person: &PersonId,
    key: &MetadataKey,
    history: &[Upload],
) -> QueryResult<usize> {
    type Known = (i64, i32, Vec<u8>, Timestamp);
    let known: Vec<Known> = metadata::table
        .filter(metadata::person_id.eq(person.as_str()))
        .filter(metadata::track_id.eq(&key.track_id))
        .filter(metadata::kind.eq(&key.kind))
        .order(metadata::seq)
        .select((
            metadata::seq,
            metadata::version,
            metadata::sha256,
            metadata::created_at,
        ))
        .load(conn)
        .await?;
    let is_missing = |upload: &&Upload| {
        !known.iter().any(|(_, version, sha256, created_at)| {
            *version == upload.version
                && *sha256 == upload.content.sha256
                && *created_at == upload.created_at
        })
    };
    let newest = known.last().map(|(.., created_at)| *created_at);
    let (older, younger): (Vec<&Upload>, Vec<&Upload>) = history
        .iter()
        .filter(is_missing)
        .partition(|upload| newest.is_some_and(|newest| upload.created_at < newest));

    let first = known.as_slice().first().map_or(1, |(seq, ..)| *seq);
    let next = known.last().map_or(1, |(seq, ..)| seq + 1);
    let below = (1..).map(|distance| first - distance);
    let numbered = older.iter().rev().zip(below);
    for (upload, seq) in numbered.chain(younger.iter().zip(next..)) {
        uploads::insert_imported(conn, person, key, seq, upload).await?;
    }
    Ok(older.len() + younger.len())
}
