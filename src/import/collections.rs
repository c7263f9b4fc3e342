//! The Flask server's uploaded files.

use std::ffi::OsStr;
use std::path::Path;

use bytes::Bytes;
use chrono::{DateTime, Utc};

use super::flask::UploadRow;
use crate::graphql::judge;

/// A file's text, found to be a collection, and what its row says of it.
pub struct Collection {
    pub(super) text: Bytes,
    pub(super) version: i32,
    pub(super) created_at: DateTime<Utc>,
}

/// Reads the file of `row` in `folder`. The error says why it is skipped.
pub async fn read(folder: &Path, row: &UploadRow) -> Result<Collection, String> {
    let version = row.version()?;
    let created_at = row.created_at()?;
    // The Flask server put the collection's type into the name as it came.
    let name = row.file_name.as_deref().unwrap_or_default();
    if Path::new(name).file_name() != Some(OsStr::new(name)) {
        return Err("its file name leads out of the folder".to_owned());
    }
    let text = tokio::fs::read(folder.join(name))
        .await
        .map_err(|error| format!("its file cannot be read: {error}"))?;
    let judged = tokio::task::spawn_blocking(move || {
        judge(&text)
            .map(|()| Bytes::from(text))
            .map_err(|why| why.to_string())
    });
    let text = judged.await.map_err(|error| error.to_string())??;
    Ok(Collection {
        text,
        version,
        created_at,
    })
}
