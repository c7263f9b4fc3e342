//! Taking in what another server kept. Adds what is missing and changes nothing that is there, so it
//! is safe to run twice, and beside a server at work.

use chrono::{DateTime, Utc};
use tokio::task::spawn_blocking;

use super::metadata::{MetadataKey, NewMetadata};
use super::{Error, NewToken, PersonId, Store, content, query};

impl Store {
    /// The person with this Spotify user id, made if there is none.
    pub async fn ensure_person(
        &self,
        spotify_user_id: &str,
        now: DateTime<Utc>,
    ) -> Result<PersonId, Error> {
        let user = spotify_user_id.to_owned();
        query!(self, writer, |queries, conn| {
            queries::imports::ensure_person(conn, &user, now.into())
        })
    }

    /// Stores tokens for a person who has none; tells whether they had none.
    pub async fn put_missing_token(&self, id: &PersonId, token: NewToken) -> Result<bool, Error> {
        let id = id.clone();
        query!(self, writer, |queries, conn| {
            queries::tokens::put_missing(conn, &id, &token)
        })
    }

    /// Adds those uploads of one person, track and type that are not there yet, in order of their
    /// times, all or none; tells how many. The newest of all stays, or becomes, the one that counts.
    pub async fn add_history(
        &self,
        id: &PersonId,
        key: &MetadataKey,
        mut history: Vec<NewMetadata>,
    ) -> Result<usize, Error> {
        history.sort_by_key(|upload| upload.created_at);
        let packed = spawn_blocking(move || {
            let pack = |upload: NewMetadata| {
                let packed = content::pack(&upload.content)?;
                Ok((upload.version, packed, upload.created_at))
            };
            history
                .into_iter()
                .map(pack)
                .collect::<std::io::Result<Vec<_>>>()
        })
        .await
        .map_err(|error| Error::Other(error.into()))?
        .map_err(|error| Error::Other(error.into()))?;
        let (id, key) = (id.clone(), key.clone());
        query!(self, writer, |queries, conn| async {
            let history: Vec<_> = packed
                .into_iter()
                .map(|(version, content, created_at)| queries::imports::Upload {
                    version,
                    content,
                    created_at: created_at.into(),
                })
                .collect();
            queries::imports::add_history(conn, &id, &key, &history).await
        })
    }
}
