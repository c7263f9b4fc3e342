import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";
import { relayStylePagination } from "@apollo/client/utilities";
import possibleTypes from "../generated/possible-types.js";

// #region cache
export function newCache(): InMemoryCache {
  return new InMemoryCache({
    // Which types are a PlaylistItem, from graphql-codegen's fragment-matcher plugin.
    possibleTypes: possibleTypes.possibleTypes,
    typePolicies: {
      Me: { fields: { playlists: relayStylePagination(), metadata: relayStylePagination(["type"]) } },
      Metadata: { fields: { history: relayStylePagination() } },
      Playlist: { fields: { tracks: relayStylePagination() } },
      // Local files have no id, but everything in a playlist has a uri. Always select it.
      Track: { keyFields: ["uri"] },
      Episode: { keyFields: ["uri"] },
    },
  });
}
// #endregion

// #region client
export function newClient(url: string, token: string): ApolloClient {
  const authorization = new ApolloLink((operation, forward) => {
    operation.setContext({ headers: { authorization: `Bearer ${token}` } });
    return forward(operation);
  });
  return new ApolloClient({
    cache: newCache(),
    link: ApolloLink.from([authorization, new HttpLink({ uri: url })]),
  });
}
// #endregion
