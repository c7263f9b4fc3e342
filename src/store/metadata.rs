//! Metadata collections, which players upload for a track and read back.

use bytes::Bytes;
use chrono::{DateTime, Utc};

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
