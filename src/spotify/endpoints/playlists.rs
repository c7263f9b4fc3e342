//! Playlists and what is in them.

use super::items_place::Place;
use crate::spotify::client::{Call, Client, Request};
use crate::spotify::page::{self, Page};
use crate::spotify::{EntryFields, Error, Playlist, PlaylistEntry, PlaylistId};

/// The highest offset that `/v1/me/playlists` takes; playlists are far from it.
const HIGHEST_OFFSET: u32 = 100_000;

macro_rules! playlist_fields {
    () => {
        "id,uri,name,description,public,collaborative,snapshot_id,external_urls,images,\
owner(id,display_name,uri,external_urls)"
    };
}

/// What of a playlist is asked for: what [`Playlist`] keeps. Both names of the paging object.
const PLAYLIST_FIELDS: &str = concat!(playlist_fields!(), ",items(total),tracks(total)");

/// A playlist together with its first entries, which come under the name that this place gives them.
fn opened_fields(place: Option<Place>, entries: EntryFields) -> String {
    let page = entries.of_page();
    let page = page.as_str();
    let (items, tracks) = match place {
        Some(Place::Items) => (page, "total"),
        Some(Place::Tracks) => ("total", page),
        None => (page, page),
    };
    format!("{},items({items}),tracks({tracks})", playlist_fields!())
}

/// A playlist, and as much of its entries as came with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedPlaylist {
    /// The playlist.
    pub playlist: Playlist,
    /// Its first page, where Spotify gave all of that.
    pub first_page: Option<Page<PlaylistEntry>>,
}

impl Client {
    /// A page of the playlists that the person owns or follows, at most 50. An entry that Spotify
    /// sends as null, or that is no playlist, is `None`.
    ///
    /// <https://developer.spotify.com/documentation/web-api/reference/get-a-list-of-current-users-playlists>
    pub async fn current_user_playlists(
        &self,
        call: &Call,
        offset: u32,
        limit: u32,
    ) -> Result<Page<Option<Playlist>>, Error> {
        if offset > HIGHEST_OFFSET {
            return Ok(beyond_the_end(offset));
        }
        let limit = limit.clamp(1, page::SIZE);
        let request = Request {
            template: "/v1/me/playlists",
            path: &["v1", "me", "playlists"],
            query: &[
                ("limit", &limit.to_string()),
                ("offset", &offset.to_string()),
            ],
        };
        self.get(call, &request, |text| page::read(text, offset, limit))
            .await
    }

    /// A playlist without its entries.
    ///
    /// <https://developer.spotify.com/documentation/web-api/reference/get-playlist>
    pub async fn playlist(&self, call: &Call, id: &PlaylistId) -> Result<Playlist, Error> {
        self.playlist_with(call, id, PLAYLIST_FIELDS, |text| {
            let place = Place::of_playlist(text).map(|(place, _)| place);
            Some((Playlist::read(text)?, place))
        })
        .await
    }

    /// A playlist with its first page of entries in the same answer, where the person may see them. Of
    /// the entries come `entries`.
    ///
    /// <https://developer.spotify.com/documentation/web-api/reference/get-playlist>
    pub async fn open_playlist(
        &self,
        call: &Call,
        id: &PlaylistId,
        entries: EntryFields,
    ) -> Result<OpenedPlaylist, Error> {
        let fields = opened_fields(self.shared.items_place.known(), entries);
        self.playlist_with(call, id, &fields, |text| {
            let place = Place::of_playlist(text);
            let opened = OpenedPlaylist {
                playlist: Playlist::read(text)?,
                first_page: place.and_then(|(_, entries)| first_page(entries)),
            };
            Some((opened, place.map(|(place, _)| place)))
        })
        .await
    }

    async fn playlist_with<T>(
        &self,
        call: &Call,
        id: &PlaylistId,
        fields: &str,
        read: impl Fn(&str) -> Option<(T, Option<Place>)> + Sync,
    ) -> Result<T, Error> {
        let request = Request {
            template: "/v1/playlists/{id}",
            path: &["v1", "playlists", id.as_str()],
            query: &[("fields", fields), ("additional_types", "track,episode")],
        };
        let answer = self.get(call, &request, read).await;
        let (playlist, place) = answer.map_err(unknown_id)?;
        if let Some(place) = place {
            self.shared.items_place.presume(place);
        }
        Ok(playlist)
    }

    /// A page of the entries of a playlist, at most 50, with `fields` of each. Only for who owns the
    /// playlist or collaborates on it; others get [`Error::Forbidden`].
    ///
    /// <https://developer.spotify.com/documentation/web-api/reference/get-playlists-items>
    pub async fn playlist_items(
        &self,
        call: &Call,
        id: &PlaylistId,
        offset: u32,
        limit: u32,
        fields: EntryFields,
    ) -> Result<Page<PlaylistEntry>, Error> {
        if offset > HIGHEST_OFFSET {
            return Ok(beyond_the_end(offset));
        }
        let fields = &fields.of_page();
        let known = &self.shared.items_place;
        let first = known.get();
        let refused = match self.items_at(first, call, id, offset, limit, fields).await {
            Ok(page) => {
                known.set(first);
                return Ok(page);
            }
            // A removed endpoint may answer 403; the current one means it.
            Err(error @ Error::Forbidden { .. }) if first == Place::Tracks => error,
            Err(error) if is_absent(&error) => error,
            Err(error) => return Err(error),
        };
        // Either the endpoint is not there or the playlist is not.
        let other = match first {
            Place::Items => Place::Tracks,
            Place::Tracks => Place::Items,
        };
        match self.items_at(other, call, id, offset, limit, fields).await {
            Ok(page) => {
                known.set(other);
                Ok(page)
            }
            Err(Error::Forbidden { .. }) if matches!(refused, Error::NotFound { .. }) => {
                Err(refused)
            }
            Err(error) if is_absent(&error) => Err(refused),
            Err(error) => Err(error),
        }
    }

    async fn items_at(
        &self,
        place: Place,
        call: &Call,
        id: &PlaylistId,
        offset: u32,
        limit: u32,
        fields: &str,
    ) -> Result<Page<PlaylistEntry>, Error> {
        let (template, segment) = match place {
            Place::Items => ("/v1/playlists/{id}/items", "items"),
            Place::Tracks => ("/v1/playlists/{id}/tracks", "tracks"),
        };
        let limit = limit.clamp(1, page::SIZE);
        let request = Request {
            template,
            path: &["v1", "playlists", id.as_str(), segment],
            query: &[
                ("limit", &limit.to_string()),
                ("offset", &offset.to_string()),
                ("fields", fields),
                ("additional_types", "track,episode"),
            ],
        };
        self.get(call, &request, |text| page_of_entries(text, offset, limit))
            .await
            .map_err(unknown_id)
    }
}

/// What cannot be read has its position all the same.
fn page_of_entries(text: &str, offset: u32, limit: u32) -> Option<Page<PlaylistEntry>> {
    let page = page::read(text, offset, limit)?;
    Some(page.map(Option::unwrap_or_default))
}

/// The first page of entries, as it stands in a playlist object. `None` where less of it came than there is.
fn first_page(entries: &str) -> Option<Page<PlaylistEntry>> {
    let page = page_of_entries(entries, 0, page::SIZE)?;
    let whole = page.total.unwrap_or(page::SIZE).min(page::SIZE);
    (page.items.len() >= whole as usize).then_some(page)
}

/// Spotify takes so high an offset for an error; to who pages through, it is the end.
fn beyond_the_end<T>(offset: u32) -> Page<T> {
    Page {
        items: Vec::new(),
        offset,
        total: None,
        has_next: false,
    }
}

/// Whether the answer is that of a path that is not there.
fn is_absent(error: &Error) -> bool {
    matches!(error.status(), Some(404 | 405 | 410 | 501))
}

/// Not every 22 characters are 128 bits. To Spotify those that are not are a bad request; to who
/// asks, there is no such playlist.
fn unknown_id(error: Error) -> Error {
    match error {
        Error::Rejected {
            status: 400,
            message,
        } if message.contains("base62") => Error::NotFound { message },
        error => error,
    }
}

#[cfg(test)]
mod tests;
