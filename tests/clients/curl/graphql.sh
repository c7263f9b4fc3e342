#!/bin/sh
# $SERVER: where the server is. $SPOTIFY_ACCESS_TOKEN: whose playlists. $PLAYLIST: an id, URI or link.
set -eu

# #region query
curl --silent --show-error "$SERVER/graphql" \
  --header "Authorization: Bearer $SPOTIFY_ACCESS_TOKEN" \
  --header "Content-Type: application/json" \
  --header "Accept: application/graphql-response+json" \
  --data @- <<JSON
{
  "query": "query Page(\$id: ID!) { playlist(id: \$id) { name tracks(first: 3) { nodes { uri name } } } }",
  "variables": { "id": "$PLAYLIST" }
}
JSON
# #endregion
echo
# #region upload
curl --silent --show-error "$SERVER/graphql" \
  --header "Authorization: Bearer $SPOTIFY_ACCESS_TOKEN" \
  --header "Content-Type: application/json" \
  --data @- <<'JSON'
{
  "query": "mutation Upload($input: UploadMetadataInput!) { uploadMetadata(input: $input) { metadata { id sha256 } } }",
  "variables": {
    "input": {
      "trackId": "spotify:track:6rqhFgbbKwnb9MLmUQDhG6",
      "type": "beats",
      "version": 1,
      "collection": { "beats": [0.5, 1.0, 1.5] }
    }
  }
}
JSON
# #endregion
