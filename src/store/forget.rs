//! Forgetting a person.

use super::{Error, PersonId, Store, query};

impl Store {
    /// Deletes the person's profile, tokens, sessions and login codes, and tells how many uploads they
    /// had. Those are deleted too, and the person with them, or they stay under what Spotify's account
    /// is known by, so that the person finds them at their next login. Without uploads there is nothing
    /// to find, and nothing stays.
    ///
    /// # Errors
    ///
    /// When the database fails; nothing is deleted then.
    pub async fn forget(&self, id: &PersonId, delete_uploads: bool) -> Result<usize, Error> {
        let id = id.clone();
        query!(self, writer, |queries, conn| {
            queries::people::forget(conn, &id, delete_uploads)
        })
    }
}
