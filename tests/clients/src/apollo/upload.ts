import type { ApolloCache, ApolloClient } from "@apollo/client";
import { graphql } from "../generated/index.js";

// #region mutation
export const Upload = graphql(/* GraphQL */ `
  mutation Upload($input: UploadMetadataInput!) {
    uploadMetadata(input: $input) {
      metadata {
        id
        trackId
        version
        collection
      }
    }
  }
`);

const Beats = graphql(/* GraphQL */ `
  fragment Beats on Track {
    beats: metadata(type: "beats") {
      id
      version
      collection
    }
  }
`);
// #endregion

// #region optimistic
export interface Beats {
  version: number;
  collection: unknown;
}

/** Uploads beats; the track on the screen has them at once, before the server has answered. */
export async function uploadBeats(client: ApolloClient, track: { id: string; uri: string }, beats: Beats) {
  return await client.mutate({
    mutation: Upload,
    variables: { input: { trackId: track.id, type: "beats", ...beats } },
    optimisticResponse: {
      uploadMetadata: {
        __typename: "UploadMetadataPayload",
        metadata: { __typename: "Metadata", id: "not yet", trackId: track.id, ...beats },
      },
    },
    update: (cache, { data }) => {
      const metadata = data?.uploadMetadata.metadata;
      if (metadata) {
        writeBeats(cache, track, metadata);
      }
    },
  });
}

function writeBeats(cache: ApolloCache, { uri }: { uri: string }, { id, version, collection }: Beats & { id: string }) {
  cache.writeFragment({
    id: cache.identify({ __typename: "Track", uri }) as string,
    fragment: Beats,
    data: { __typename: "Track", beats: { __typename: "Metadata", id, version, collection } },
  });
}
// #endregion
