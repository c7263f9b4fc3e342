// What relay-compiler reads. An app's bundler replaces the tags with the compiled operations
// (babel-plugin-relay); the tests import those from __generated__ themselves.

import { graphql } from "relay-runtime";

// #region pagination
/** A fragment on Query, since ids are Spotify's own and there is no `node` to refetch by. */
export const playlistTracks = graphql`
  fragment operations_playlistTracks on Query
  @refetchable(queryName: "operationsTracksQuery")
  @argumentDefinitions(id: { type: "ID!" }, count: { type: "Int", defaultValue: 50 }, cursor: { type: "String" }) {
    playlist(id: $id) {
      id
      name
      tracks(first: $count, after: $cursor) @connection(key: "playlist_tracks") {
        totalCount
        edges {
          position
          node {
            __typename
            uri
            name
            ... on Track {
              beats: metadata(type: "beats") {
                id
                version
                collection
              }
            }
          }
        }
      }
    }
  }
`;
// #endregion

export const page = graphql`
  query operationsPageQuery($id: ID!) {
    ...operations_playlistTracks @arguments(id: $id, count: 100)
  }
`;

export const upload = graphql`
  mutation operationsUploadMutation($input: UploadMetadataInput!) {
    uploadMetadata(input: $input) {
      metadata {
        id
        trackId
        version
        collection
      }
    }
  }
`;

export const me = graphql`
  query operationsMeQuery {
    me {
      id
      displayName
      playlists(first: 10) {
        nodes {
          id
          owner {
            id
            displayName
          }
        }
      }
    }
  }
`;
