//! Uploads, page by page.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};

use super::{Metadata, PageInfo};
use crate::graphql::cursor;
use crate::graphql::error::Result;
use crate::graphql::loaders;
use crate::graphql::paging::KeysetPaging;
use crate::graphql::record_id::RecordId;
use crate::loaders::WantedHistory;
use crate::store::{self, MetadataKey, PageOf, UploadPage};

/// The most uploads one page gives: each may be megabytes.
const MAX_UPLOADS: u32 = 100;

/// Which uploads a list has.
pub(super) enum Uploads {
    /// Those of one track and type.
    OfTrack(MetadataKey),
    /// All of the person's, or those of one type.
    Mine(Option<String>),
}

/// A page of uploads, the newest first.
pub(crate) struct MetadataConnection {
    uploads: Uploads,
    edges: Vec<MetadataEdge>,
    began_behind: bool,
    has_next_page: bool,
}

/// One upload, and its place in the list.
#[derive(SimpleObject)]
pub(super) struct MetadataEdge {
    /// Pass it as `after` to continue after this upload.
    cursor: String,
    /// The upload.
    node: Metadata,
}

/// A page of your uploads, the newest first. Uploads and deletions while you page do not shift the
/// rest: you see each once.
#[Object]
impl MetadataConnection {
    /// The page's uploads, each with its cursor.
    async fn edges(&self) -> &[MetadataEdge] {
        &self.edges
    }

    /// The page's uploads alone.
    async fn nodes(&self) -> Vec<&Metadata> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// Where this page stands in the list.
    async fn page_info(&self) -> PageInfo {
        let cursors = self.edges.iter().map(|edge| &edge.cursor);
        PageInfo::new(u32::from(self.began_behind), self.has_next_page, cursors)
    }

    /// How many uploads the list has. They are counted only if you select it.
    async fn total_count(&self, ctx: &Context<'_>) -> Option<Result<i32>> {
        let count = async {
            let loaders = loaders(ctx)?;
            let count = match &self.uploads {
                Uploads::OfTrack(key) => loaders.history_length(key).await?,
                Uploads::Mine(kind) => {
                    let scope = loaders.scope();
                    let person = &scope.viewer().await?.person.id;
                    let store = &scope.services().store;
                    let count = store.count_uploads(person, kind.as_deref());
                    scope.read(count).await?
                }
            };
            Ok(i32::try_from(count).unwrap_or(i32::MAX))
        };
        Some(count.await)
    }
}

impl MetadataConnection {
    /// A page of the caller's uploads. The collections are read only where they are selected.
    pub(super) async fn page(
        ctx: &Context<'_>,
        uploads: Uploads,
        first: Option<i32>,
        after: Option<&str>,
    ) -> Result<Self> {
        let list = match &uploads {
            Uploads::OfTrack(key) => cursor::list_name(&["history", &key.kind, &key.track_id]),
            Uploads::Mine(None) => cursor::list_name(&["uploads"]),
            Uploads::Mine(Some(kind)) => cursor::list_name(&["uploads", kind]),
        };
        let loaders = loaders(ctx)?;
        let look = ctx.look_ahead();
        let nodes = [look.field("nodes"), look.field("edges").field("node")];
        let with_content = nodes.iter().any(|node| node.field("collection").exists());
        let UploadPage {
            uploads: found,
            has_more,
        } = match &uploads {
            Uploads::OfTrack(key) => {
                let KeysetPaging { first, after } =
                    KeysetPaging::new(first, after, MAX_UPLOADS, &list)?;
                let (key, page) = (
                    key.clone(),
                    PageOf {
                        after,
                        first,
                        with_content,
                    },
                );
                loaders.history(WantedHistory { key, page }).await?
            }
            Uploads::Mine(kind) => {
                let KeysetPaging { first, after } =
                    KeysetPaging::new(first, after, MAX_UPLOADS, &list)?;
                let after = after.map(|after: RecordId| after.to_string());
                let page = PageOf {
                    after,
                    first,
                    with_content,
                };
                let scope = loaders.scope();
                let person = &scope.viewer().await?.person.id;
                let store = &scope.services().store;
                let found = store.uploads(person, kind.as_deref(), page, scope.budget());
                scope.read(found).await?
            }
        };
        let edge = |upload: Arc<store::Metadata>| {
            let place = match &uploads {
                Uploads::OfTrack(_) => upload.seq.to_string(),
                Uploads::Mine(_) => upload.id.clone(),
            };
            MetadataEdge {
                cursor: cursor::encode(&list, place),
                node: Metadata::new(upload, with_content),
            }
        };
        Ok(Self {
            edges: found.into_iter().map(edge).collect(),
            uploads,
            began_behind: after.is_some(),
            has_next_page: has_more,
        })
    }
}
