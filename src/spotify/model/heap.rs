//! How much memory values take, so that what is kept of them can be bounded.

use std::mem::size_of;
use std::sync::Arc;

use super::{
    Album, Artist, Episode, Image, PlayableItem, Playlist, PlaylistEntry, Show, Track, User,
};
use crate::spotify::Page;

/// What an allocator adds to each allocation, about.
const OVERHEAD: usize = 16;

/// What a value takes besides its own size.
pub(crate) trait Heap {
    /// In bytes, about.
    fn heap(&self) -> usize;
}

impl Heap for String {
    fn heap(&self) -> usize {
        if self.capacity() == 0 {
            0
        } else {
            self.capacity() + OVERHEAD
        }
    }
}

impl<T: Heap> Heap for Option<T> {
    fn heap(&self) -> usize {
        self.as_ref().map_or(0, Heap::heap)
    }
}

impl<T: Heap> Heap for Vec<T> {
    fn heap(&self) -> usize {
        if self.capacity() == 0 {
            return 0;
        }
        let own = self.capacity() * size_of::<T>() + OVERHEAD;
        own + self.iter().map(Heap::heap).sum::<usize>()
    }
}

impl<T: Heap> Heap for Arc<T> {
    fn heap(&self) -> usize {
        // The two counts, and what is counted.
        2 * size_of::<usize>() + size_of::<T>() + OVERHEAD + (**self).heap()
    }
}

/// The fields of a type that take memory of their own.
macro_rules! heap {
    ($($type:ty { $($field:ident),* })+) => {$(
        impl Heap for $type {
            fn heap(&self) -> usize {
                0 $(+ self.$field.heap())*
            }
        }
    )+};
}

heap! {
    Album { id, name, uri, external_url, images, release_date, album_type }
    Artist { id, name, uri, external_url }
    Episode { id, uri, name, external_url, description, release_date, show, images }
    Image { url }
    Playlist { id, uri, name, description, snapshot_id, external_url, images, owner }
    PlaylistEntry { added_by, item }
    Show { id, name, uri, external_url, publisher, images }
    Track { id, uri, name, external_url, artists, album, isrc }
    User { id, display_name, uri, external_url }
}

impl Heap for PlayableItem {
    fn heap(&self) -> usize {
        match self {
            Self::Track(track) => track.heap(),
            Self::Episode(episode) => episode.heap(),
        }
    }
}

impl Playlist {
    /// The memory that it takes, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.heap()
    }
}

impl Page<PlaylistEntry> {
    /// The memory that it takes, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.items.heap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_weighs_more_than_its_texts() {
        let name = "a name".repeat(100);
        let entry = PlaylistEntry {
            item: Some(PlayableItem::Track(Arc::new(Track {
                name: name.clone(),
                artists: vec![Artist {
                    name: name.clone(),
                    ..Artist::default()
                }],
                ..Track::default()
            }))),
            ..PlaylistEntry::default()
        };
        let page = |count: usize| Page {
            items: vec![entry.clone(); count],
            offset: 0,
            total: None,
            has_next: false,
        };
        let one = page(1).bytes();
        assert!(one > 2 * name.len() && one < 4 * name.len(), "{one}");
        assert!(page(50).bytes() > 40 * one);
    }
}
