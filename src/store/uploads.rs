//! Looking through what was uploaded, and removing it.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use super::metadata::{Metadata, MetadataKey, storable};
use super::{Budget, Error, PersonId, Store, query};

/// A part of a list of uploads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PageOf<Place> {
    /// Behind this one; none begins at the newest.
    pub after: Option<Place>,
    /// How many at the most.
    pub first: u32,
    /// Whether the collections are read too; they are most of the bytes.
    pub with_content: bool,
}

/// What was found of it.
#[derive(Clone, Debug, Default)]
pub struct UploadPage {
    /// The newest first.
    pub uploads: Vec<Arc<Metadata>>,
    /// Whether there are older ones.
    pub has_more: bool,
}

impl Store {
    /// The uploads of each of these that has any, the newest first, behind the one of that number. One query,
    /// however many they are, and one for all long contents. What is damaged comes without its content.
    ///
    /// # Errors
    ///
    /// When the database fails, or all contents are more than `budget` has left.
    pub async fn histories(
        &self,
        id: &PersonId,
        keys: &[MetadataKey],
        page: PageOf<i64>,
        budget: &Budget,
    ) -> Result<HashMap<MetadataKey, UploadPage>, Error> {
        let (of, keys) = (id.clone(), storable(keys));
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        let longest = page.longest(keys.len(), budget);
        let mut rows = query!(self, reader, |queries, conn| {
            queries::uploads::histories(conn, &of, &keys, page, longest)
        })?;
        rows.sort_unstable_by_key(|(row, _)| Reverse(row.seq));
        let mut lengths: HashMap<_, u32> = HashMap::new();
        rows.retain(|(row, _)| {
            let length = lengths.entry(row.key.clone()).or_default();
            *length += 1;
            *length <= page.first
        });
        let read = self.read_contents(rows, |_| page.with_content, id, budget);
        let mut pages: HashMap<_, UploadPage> = HashMap::new();
        for upload in read.await? {
            let page = pages.entry(upload.key.clone()).or_default();
            page.uploads.push(upload.into());
        }
        for (key, length) in lengths {
            pages.entry(key).or_default().has_more = length > page.first;
        }
        Ok(pages)
    }

    /// All of the person's uploads, of one type or of every, the latest first, behind the one with that
    /// id. One query, and one for all long contents. What is damaged comes without its content.
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
    ) -> Result<UploadPage, Error> {
        let (of, kind) = (id.clone(), kind.map(str::to_owned));
        let (first, with_content) = (page.first as usize, page.with_content);
        let longest = page.longest(1, budget);
        let mut rows = query!(self, reader, |queries, conn| {
            queries::uploads::list(conn, &of, kind.as_deref(), &page, longest)
        })?;
        let has_more = rows.len() > first;
        rows.truncate(first);
        let uploads = self.read_contents(rows, |_| with_content, id, budget);
        let uploads = uploads.await?.into_iter().map(Arc::new).collect();
        Ok(UploadPage { uploads, has_more })
    }

    /// How many uploads the person has of each of these tracks and types; what has none is left out. One query.
    pub async fn count_histories(
        &self,
        id: &PersonId,
        keys: &[MetadataKey],
    ) -> Result<HashMap<MetadataKey, i64>, Error> {
        let (id, keys) = (id.clone(), storable(keys));
        let counts = query!(self, reader, |queries, conn| {
            queries::uploads::count_each(conn, &id, &keys)
        })?;
        Ok(counts.into_iter().collect())
    }

    /// How many uploads the person has, of one type or of every.
    pub async fn count_uploads(&self, id: &PersonId, kind: Option<&str>) -> Result<i64, Error> {
        let (id, kind) = (id.clone(), kind.map(str::to_owned));
        query!(self, reader, |queries, conn| {
            queries::uploads::count(conn, &id, kind.as_deref())
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
    /// How long a content may be, in bytes, to be read with the rest of so many pages; none is below 0.
    fn longest(&self, pages: usize, budget: &Budget) -> i64 {
        // One more is read: it tells whether there are more.
        let rows = (u64::from(self.first) + 1).saturating_mul(pages as u64);
        if self.with_content {
            budget.each(rows)
        } else {
            -1
        }
    }
}
