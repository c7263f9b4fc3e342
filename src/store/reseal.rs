//! Sealing tokens anew, beside a server at work: nothing but the seal changes, and only where it is
//! still what was read.

use std::fmt;

use super::{Error, PersonId, Store, query};

/// A person's tokens as they lie in the database, and nothing else of their row.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedTokens {
    /// The access token, encrypted.
    pub access: Vec<u8>,
    /// The refresh token, encrypted.
    pub refresh: Vec<u8>,
    /// Which secret sealed them.
    pub key_id: String,
}

// The sealed tokens are left out, as everywhere.
impl fmt::Debug for SealedTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedTokens")
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// How many people's tokens each key has sealed.
    pub async fn count_tokens_by_key(&self) -> Result<Vec<(String, u64)>, Error> {
        let counts = query!(self, reader, |queries, conn| {
            queries::tokens::count_by_key(conn)
        })?;
        let counts = counts.into_iter();
        Ok(counts
            .map(|(key, count)| (key, count.try_into().unwrap_or(0)))
            .collect())
    }

    /// The next tokens after `after`'s, in the order of people, that another key than this one has
    /// sealed; at most `limit`.
    pub async fn tokens_of_other_keys(
        &self,
        key_id: &str,
        after: Option<&PersonId>,
        limit: i64,
    ) -> Result<Vec<(PersonId, SealedTokens)>, Error> {
        let (key_id, after) = (key_id.to_owned(), after.cloned());
        query!(self, reader, |queries, conn| {
            queries::tokens::find_of_other_keys(conn, &key_id, after.as_ref(), limit)
        })
    }

    /// Puts `resealed` in the place of `read`, if that is still what is stored; tells whether it was. The
    /// version stays, so that a refresh that began before is stored nevertheless.
    pub async fn reseal_tokens(
        &self,
        id: &PersonId,
        read: SealedTokens,
        resealed: SealedTokens,
    ) -> Result<bool, Error> {
        let id = id.clone();
        query!(self, writer, |queries, conn| {
            queries::tokens::reseal(conn, &id, &read, &resealed)
        })
    }
}
