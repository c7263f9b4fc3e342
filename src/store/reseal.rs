//! Sealing tokens anew, beside a server at work: nothing but the seal changes, and only where it is
//! still what was read.

use super::{Error, PersonId, SealedTokens, Store, query};

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
