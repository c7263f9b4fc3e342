//! Reading collections: no more of them at once than a request may have.

use std::collections::HashMap;

use tokio::task::spawn_blocking;
use tracing::Span;

use super::metadata::Metadata;
use super::{Budget, Error, PersonId, Store, content, query};

/// Up to this many bytes of text are decompressed where they are; more goes to a blocking thread.
const INLINE_BYTES: u64 = 64 * 1024;

/// A record, and its compressed content where that was read.
pub(super) type Read = (Metadata, Option<Vec<u8>>);

impl Store {
    /// The rows with the contents of those that are `wanted`. All are taken from `budget` before any is
    /// decompressed, and before those are read, by one query, that were too long to be read with the rest.
    /// A row that was deleted in between is left out. One whose content is damaged comes without it, and is
    /// told of in the log: the others are not to go with it.
    pub(super) async fn read_contents(
        &self,
        mut rows: Vec<Read>,
        wanted: impl Fn(&Metadata) -> bool,
        id: &PersonId,
        budget: &Budget,
    ) -> Result<Vec<Metadata>, Error> {
        let sizes = rows.iter().filter(|(row, _)| wanted(row));
        let sizes = sizes.map(|(row, _)| u64::try_from(row.size_bytes).unwrap_or(0));
        let total = sizes.fold(0, u64::saturating_add);
        budget.take(id, total)?;
        let is_missing = |(row, packed): &Read| packed.is_none() && wanted(row);
        let long = rows.iter().filter(|read| is_missing(read));
        let long: Vec<String> = long.map(|(row, _)| row.id.clone()).collect();
        if !long.is_empty() {
            let id = id.clone();
            let contents = query!(self, reader, |queries, conn| {
                queries::uploads::contents(conn, &id, &long)
            })?;
            let mut contents: HashMap<_, _> = contents.into_iter().collect();
            for (row, packed) in rows.iter_mut().filter(|read| is_missing(read)) {
                *packed = contents.remove(&row.id);
            }
            rows.retain(|read| !is_missing(read));
        }
        if total <= INLINE_BYTES {
            return Ok(unpack_all(rows, id));
        }
        let (id, span) = (id.clone(), Span::current());
        // The thread goes on where the request has been given up.
        let held = budget.clone();
        let (unpacked, _) = spawn_blocking(move || (span.in_scope(|| unpack_all(rows, &id)), held))
            .await
            .map_err(|error| Error::Other(error.into()))?;
        Ok(unpacked)
    }
}

fn unpack_all(rows: Vec<Read>, person: &PersonId) -> Vec<Metadata> {
    let unpack = |(row, packed): Read| {
        let content = packed.and_then(|packed| {
            let unpacked = content::unpack(&packed, row.size_bytes);
            let tell = |error: &Error| {
                tracing::error!(%error, person = person.as_str(), upload = row.id, "a collection is damaged");
            };
            unpacked.inspect_err(tell).ok()
        });
        Metadata { content, ..row }
    };
    rows.into_iter().map(unpack).collect()
}
