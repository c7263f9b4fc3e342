//! Which of Spotify's fields a selection of a playlist's entries needs.

use async_graphql::SelectionField;

use crate::spotify::EntryFields;

/// What the selections of a `PlaylistTrackConnection` need. A field that is not known here needs
/// everything, so that one that is added to the schema is never left empty.
pub(super) fn selected(connection: &SelectionField<'_>) -> EntryFields {
    of(connection, |field| match field.name() {
        "nodes" => of(field, of_item),
        "edges" => of(field, of_edge),
        "pageInfo" | "totalCount" | "__typename" => EntryFields::empty(),
        _ => EntryFields::all(),
    })
}

fn of_edge(field: &SelectionField<'_>) -> EntryFields {
    match field.name() {
        "node" => of(field, of_item),
        "addedAt" => EntryFields::ADDED_AT,
        "addedBy" => EntryFields::ADDED_BY,
        "isLocal" => EntryFields::IS_LOCAL,
        "cursor" | "position" | "__typename" => EntryFields::empty(),
        _ => EntryFields::all(),
    }
}

fn of_item(field: &SelectionField<'_>) -> EntryFields {
    match field.name() {
        "name" => EntryFields::NAME,
        "durationMs" => EntryFields::DURATION_MS,
        "explicit" => EntryFields::EXPLICIT,
        "externalUrl" => EntryFields::EXTERNAL_URL,
        "isPlayable" => EntryFields::IS_PLAYABLE,
        "isrc" => EntryFields::ISRC,
        "discNumber" => EntryFields::DISC_NUMBER,
        "trackNumber" => EntryFields::TRACK_NUMBER,
        "artists" => EntryFields::ARTISTS | of(field, of_artist),
        "album" => EntryFields::ALBUM | of(field, of_album),
        "description" => EntryFields::DESCRIPTION,
        "releaseDate" => EntryFields::RELEASE_DATE,
        "images" => EntryFields::IMAGES,
        "show" => EntryFields::SHOW | of(field, of_show),
        "id" | "uri" | "metadata" | "__typename" => EntryFields::empty(),
        _ => EntryFields::all(),
    }
}

fn of_artist(field: &SelectionField<'_>) -> EntryFields {
    match field.name() {
        "uri" => EntryFields::ARTIST_URI,
        "externalUrl" => EntryFields::ARTIST_EXTERNAL_URL,
        "id" | "name" | "__typename" => EntryFields::empty(),
        _ => EntryFields::all(),
    }
}

fn of_album(field: &SelectionField<'_>) -> EntryFields {
    match field.name() {
        "uri" => EntryFields::ALBUM_URI,
        "externalUrl" => EntryFields::ALBUM_EXTERNAL_URL,
        "images" => EntryFields::ALBUM_IMAGES,
        "releaseDate" => EntryFields::ALBUM_RELEASE_DATE,
        "albumType" => EntryFields::ALBUM_TYPE,
        "id" | "name" | "__typename" => EntryFields::empty(),
        _ => EntryFields::all(),
    }
}

fn of_show(field: &SelectionField<'_>) -> EntryFields {
    match field.name() {
        "uri" => EntryFields::SHOW_URI,
        "publisher" => EntryFields::SHOW_PUBLISHER,
        "externalUrl" => EntryFields::SHOW_EXTERNAL_URL,
        "images" => EntryFields::SHOW_IMAGES,
        "id" | "name" | "__typename" => EntryFields::empty(),
        _ => EntryFields::all(),
    }
}

fn of(
    field: &SelectionField<'_>,
    needs: impl Fn(&SelectionField<'_>) -> EntryFields,
) -> EntryFields {
    let selections = field.selection_set();
    selections.map(|selection| needs(&selection)).collect()
}
