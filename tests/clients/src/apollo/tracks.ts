import type { ApolloClient } from "@apollo/client";
import { graphql } from "../generated/index.js";
import type { TracksQuery } from "../generated/graphql.js";

// #region query
export const Tracks = graphql(/* GraphQL */ `
  query Tracks($id: ID!, $first: Int!, $after: String) {
    playlist(id: $id) {
      id
      name
      tracks(first: $first, after: $after) {
        totalCount
        edges {
          cursor
          position
          node {
            id
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
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);
// #endregion

// #region pages
/** Every entry of a playlist, page by page, joined by the cache. */
export async function allTracks(client: ApolloClient, id: string, first: number): Promise<TracksQuery> {
  const variables = { id, first };
  const { data: firstPage } = await client.query({ query: Tracks, variables });
  const list = client.watchQuery({ query: Tracks, variables });
  let pageInfo = firstPage?.playlist?.tracks?.pageInfo;
  while (pageInfo?.hasNextPage) {
    const { data: page } = await list.fetchMore({ variables: { after: pageInfo.endCursor } });
    pageInfo = page?.playlist?.tracks?.pageInfo;
  }
  const data = client.readQuery({ query: Tracks, variables });
  if (!data) {
    throw new Error("the cache lost the playlist");
  }
  return data;
}
// #endregion
