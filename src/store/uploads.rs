//! Looking through what was uploaded, and removing it.

use super::metadata::{Metadata, MetadataKey};
use super::reading::Read;
use super::{Budget, Error, PersonId, Store, query};

/// A part of a list of uploads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageOf<Place> {
    /// Behind this one; none begins at the newest.
    pub after: Option<Place>,
    /// How many at the most.
    pub first: u32,
    /// Whether the collections are read too; they are most of the bytes.
    pub with_content: bool,
}

impl Store {
    /// The uploads of one track and type, the newest first, behind the one of that number, and whether
    /// there are more. One query, and one for all long contents. What is damaged comes without its content.
    ///
    /// # Errors
    ///
    /// When the database fails, or all contents are more than `budget` has left.
    pub async fn history(
        &self,
        id: &PersonId,
        key: &MetadataKey,
        page: PageOf<i64>,
        budget: &Budget,
    ) -> Result<(Vec<Metadata>, bool), Error> {
        if !key.is_storable() {
            return Ok((Vec::new(), false));
        }
        let (of, key, longest) = (id.clone(), key.clone(), page.longest(budget));
        let rows = query!(self, reader, |queries, conn| {
            queries::uploads::history(conn, &of, &key, page, longest)
        })?;
        let (first, with_content) = (page.first, page.with_content);
        self.read_page(rows, first, with_content, id, budget).await
    }

    /// All of the person's uploads, of one type or of every, the latest first, behind the one with that
    /// id, and whether there are more. One query, and one for all long contents. What is damaged comes without
    /// its content.
    ///
    /// # Errors
    ///
    /// When the database fails, or all contents are more than `budget` has left.
    pub async fn uploads(
        &self,
        id: &PersonId,
        kind: Option<&str>,
        page: PageOf<String>,
        budget: &Budget,
    ) -> Result<(Vec<Metadata>, bool), Error> {
        let (of, kind, longest) = (id.clone(), kind.map(str::to_owned), page.longest(budget));
        let (first, with_content) = (page.first, page.with_content);
        let rows = query!(self, reader, |queries, conn| {
            queries::uploads::list(conn, &of, kind.as_deref(), &page, longest)
        })?;
        self.read_page(rows, first, with_content, id, budget).await
    }

    /// How many uploads the person has of a type and a track, or of every.
    pub async fn count_uploads(
        &self,
        id: &PersonId,
        kind: Option<&str>,
        track_id: Option<&str>,
    ) -> Result<i64, Error> {
        let (id, kind) = (id.clone(), kind.map(str::to_owned));
        let track_id = track_id.map(str::to_owned);
        query!(self, reader, |queries, conn| {
            queries::uploads::count(conn, &id, kind.as_deref(), track_id.as_deref())
        })
    }

    /// One upload, with its content.
    ///
    /// # Errors
    ///
    /// When the database fails, the content is damaged, or it is more than `budget` has left.
    pub async fn upload(
        &self,
        id: &PersonId,
        upload: &str,
        budget: &Budget,
    ) -> Result<Option<Metadata>, Error> {
        let (of, upload, longest) = (id.clone(), upload.to_owned(), budget.each(1));
        let rows = query!(self, reader, |queries, conn| {
            queries::uploads::find(conn, &of, &upload, longest)
        })?;
        let found = self.read_contents(rows, |_| true, id, budget).await?.pop();
        if found.as_ref().is_some_and(|found| found.content.is_none()) {
            return Err(Error::Corrupt("a collection that does not decompress"));
        }
        Ok(found)
    }

    /// The first so many of them, and whether there are more.
    async fn read_page(
        &self,
        mut rows: Vec<Read>,
        first: u32,
        with_content: bool,
        id: &PersonId,
        budget: &Budget,
    ) -> Result<(Vec<Metadata>, bool), Error> {
        let has_more = rows.len() > first as usize;
        rows.truncate(first as usize);
        let uploads = self.read_contents(rows, |_| with_content, id, budget);
        Ok((uploads.await?, has_more))
    }

    /// The types that the person has uploaded for a track, in the order of their letters.
    pub async fn upload_types(&self, id: &PersonId, track_id: &str) -> Result<Vec<String>, Error> {
        if track_id.contains('\0') {
            return Ok(Vec::new());
        }
        let (id, track_id) = (id.clone(), track_id.to_owned());
        let mut types = query!(self, reader, |queries, conn| {
            queries::uploads::types(conn, &id, &track_id)
        })?;
        // The databases differ in what they take for an order.
        types.sort_unstable();
        Ok(types)
    }

    /// Removes an upload; tells what it was of, if there was one. Of the newest, the one before it
    /// becomes the newest again.
    pub async fn delete_upload(
        &self,
        id: &PersonId,
        upload: &str,
    ) -> Result<Option<MetadataKey>, Error> {
        let (id, upload) = (id.clone(), upload.to_owned());
        query!(self, writer, |queries, conn| {
            queries::uploads::delete(conn, &id, &upload)
        })
    }
}

impl<Place> PageOf<Place> {
    /// How long a content may be, in bytes, to be read with the rest; none has less than none.
    fn longest(&self, budget: &Budget) -> i64 {
        // One more is read: it tells whether there are more.
        let rows = u64::from(self.first) + 1;
        if self.with_content {
            budget.each(rows)
        } else {
            -1
        }
    }
}
