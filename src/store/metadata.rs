//! Metadata collections, which players upload for a track and read back.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use tokio::task::spawn_blocking;

use super::{Budget, Error, PersonId, Store, content, query};

/// What a collection is about. Together with the person, it names a history of uploads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MetadataKey {
    /// Spotify's track id, or the URI of what has none.
    pub track_id: String,
    /// The API's `type`, for example `beats`.
    pub kind: String,
}

impl MetadataKey {
    /// Whether there can be a record of it: PostgreSQL's texts hold no NUL character.
    pub(super) fn is_storable(&self) -> bool {
        !self.track_id.contains('\0') && !self.kind.contains('\0')
    }
}

/// A collection to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMetadata {
    /// What it is about.
    pub key: MetadataKey,
    /// The client's version. It orders nothing.
    pub version: i32,
    /// The collection's JSON text. Any bytes are kept as they are.
    pub content: Bytes,
    /// When it was uploaded. It orders nothing either: the newest is the last one committed.
    pub created_at: DateTime<Utc>,
}

/// A collection as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// What clients call this record.
    pub id: String,
    /// What it is about.
    pub key: MetadataKey,
    /// Its number in the history; the highest is the newest.
    pub seq: i64,
    /// The client's version.
    pub version: i32,
    /// Length of the JSON text in bytes.
    pub size_bytes: i64,
    /// SHA-256 of the JSON text, in lowercase hexadecimal.
    pub sha256: String,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
    /// The JSON text, byte for byte, where it was asked for.
    pub content: Option<Bytes>,
}

impl Store {
    /// Adds a collection to its history, and answers it once it is committed, without its content: that is
    /// the caller's, and who reads it here would keep theirs. The same content and version as the newest's
    /// make no new record; the newest is answered.
    ///
    /// # Errors
    ///
    /// When the database fails. Nothing is stored then, unless the answer was lost on the way.
    pub async fn insert_metadata(
        &self,
        id: &PersonId,
        new: NewMetadata,
    ) -> Result<Metadata, Error> {
        if !new.key.is_storable() {
            return Err(Error::Other("a key with a NUL character".into()));
        }
        let id = id.clone();
        let packed = spawn_blocking(move || content::pack(&new.content))
            .await
            .map_err(|error| Error::Other(error.into()))?
            .map_err(|error| Error::Other(error.into()))?;
        query!(self, writer, |queries, conn| {
            queries::metadata::insert(
                conn,
                &id,
                &new.key,
                new.version,
                &packed,
                new.created_at.into(),
            )
        })
    }

    /// The newest collection of each of these keys that has one, without its content: the last
    /// committed, whatever its version or time. It is one query however many keys there are.
    pub async fn newest_metadata(
        &self,
        id: &PersonId,
        keys: &[MetadataKey],
    ) -> Result<HashMap<MetadataKey, Metadata>, Error> {
        let (id, keys) = (id.clone(), storable(keys));
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = query!(self, reader, |queries, conn| async {
            let rows = queries::metadata::find_newest(conn, &id, &keys).await?;
            Ok(rows.into_iter().map(Metadata::from).collect::<Vec<_>>())
        })?;
        Ok(by_key(rows))
    }

    /// The same with contents, except those of the records whose ids are `known`, and those that are damaged.
    /// One query, and one for all long contents.
    ///
    /// # Errors
    ///
    /// When the database fails, or all contents are more than `budget` has left.
    pub async fn newest_unknown_metadata(
        &self,
        id: &PersonId,
        keys: &[MetadataKey],
        known: Vec<String>,
        budget: &Budget,
    ) -> Result<HashMap<MetadataKey, Metadata>, Error> {
        let known_ids: HashSet<&String> = known.iter().collect();
        let is_unknown = |row: &Metadata| !known_ids.contains(&row.id);
        let (mut keys, mut newest) = (storable(keys), HashMap::new());
        while !keys.is_empty() {
            let (of, longest) = (id.clone(), budget.each(keys.len() as u64));
            let read_not = known.clone();
            let rows = query!(self, reader, |queries, conn| {
                let unless = (&read_not[..], longest);
                queries::metadata::find_newest_with_content(conn, &of, &keys, unless)
            })?;
            keys = rows.iter().map(|(row, _)| row.key.clone()).collect();
            let read = self.read_contents(rows, is_unknown, id, budget).await?;
            newest.extend(by_key(read));
            // Of what was deleted before it was read, another may be the newest now.
            keys.retain(|key| !newest.contains_key(key));
        }
        Ok(newest)
    }
}

/// Those that there can be records of.
pub(super) fn storable(keys: &[MetadataKey]) -> Vec<MetadataKey> {
    let storable = keys.iter().filter(|key| key.is_storable());
    storable.cloned().collect()
}

fn by_key(rows: Vec<Metadata>) -> HashMap<MetadataKey, Metadata> {
    rows.into_iter().map(|row| (row.key.clone(), row)).collect()
}
