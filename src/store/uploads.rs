//! Looking through what was uploaded, and removing it.

use tokio::task::spawn_blocking;

use super::metadata::{Metadata, MetadataKey};
use super::{Budget, Error, PersonId, Store, content, query};

/// Up to this many bytes of text are decompressed where they are; more goes to a blocking thread.
const INLINE_BYTES: u64 = 64 * 1024;

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
    /// there are more. One query.
    ///
    /// # Errors
    ///
    /// When the database fails, a content is damaged, or all contents are more than `budget` has left.
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
        let (of, key) = (id.clone(), key.clone());
        let rows = query!(self, reader, |queries, conn| async {
            let rows = queries::uploads::history(conn, &of, &key, page).await?;
            let rows = rows.into_iter().map(|(row, packed)| (row.into(), packed));
            Ok(rows.collect::<Vec<Read>>())
        })?;
        unpack_page(rows, page.first, id, budget).await
    }

    /// All of the person's uploads, of one type or of every, the latest first, behind the one with that
    /// id, and whether there are more. One query.
    ///
    /// # Errors
    ///
    /// When the database fails, a content is damaged, or all contents are more than `budget` has left.
    pub async fn uploads(
        &self,
        id: &PersonId,
        kind: Option<&str>,
        page: PageOf<String>,
        budget: &Budget,
    ) -> Result<(Vec<Metadata>, bool), Error> {
        let (of, kind, first) = (id.clone(), kind.map(str::to_owned), page.first);
        let rows = query!(self, reader, |queries, conn| async {
            let rows = queries::uploads::list(conn, &of, kind.as_deref(), &page).await?;
            let rows = rows.into_iter().map(|(row, packed)| (row.into(), packed));
            Ok(rows.collect::<Vec<Read>>())
        })?;
        unpack_page(rows, first, id, budget).await
    }

    /// How many uploads the person has of a type and a track, or of every.
    ///
    /// # Errors
    ///
    /// When the database fails.
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
        let (of, upload) = (id.clone(), upload.to_owned());
        let row = query!(self, reader, |queries, conn| async {
            let row = queries::uploads::find(conn, &of, &upload).await?;
            Ok(row.map(|(row, packed)| (row.into(), Some(packed))))
        })?;
        Ok(unpack(row.into_iter().collect(), id, budget).await?.pop())
    }

    /// The types that the person has uploaded for a track, in the order of their letters.
    ///
    /// # Errors
    ///
    /// When the database fails.
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
    ///
    /// # Errors
    ///
    /// When the database fails.
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

/// A record, and its compressed content where that was read.
pub(super) type Read = (Metadata, Option<Vec<u8>>);

/// The first so many of them, and whether there are more.
async fn unpack_page(
    mut rows: Vec<Read>,
    first: u32,
    id: &PersonId,
    budget: &Budget,
) -> Result<(Vec<Metadata>, bool), Error> {
    let has_more = rows.len() > first as usize;
    rows.truncate(first as usize);
    Ok((unpack(rows, id, budget).await?, has_more))
}

/// Decompresses those whose content was read, elsewhere where it is much.
pub(super) async fn unpack(
    rows: Vec<Read>,
    id: &PersonId,
    budget: &Budget,
) -> Result<Vec<Metadata>, Error> {
    let read = rows.iter().filter(|(_, packed)| packed.is_some());
    let sizes = read.map(|(row, _)| u64::try_from(row.size_bytes).unwrap_or(0));
    let total = sizes.fold(0, u64::saturating_add);
    budget.take(id, total)?;
    if total <= INLINE_BYTES {
        return unpack_all(rows);
    }
    // The thread goes on where the request has been given up.
    let held = budget.clone();
    let (unpacked, _) = spawn_blocking(move || (unpack_all(rows), held))
        .await
        .map_err(|error| Error::Other(error.into()))?;
    unpacked
}

fn unpack_all(rows: Vec<Read>) -> Result<Vec<Metadata>, Error> {
    rows.into_iter()
        .map(|(row, packed)| {
            let content = match packed {
                Some(packed) => Some(content::unpack(&packed, row.size_bytes)?),
                None => None,
            };
            Ok(Metadata { content, ..row })
        })
        .collect()
}
