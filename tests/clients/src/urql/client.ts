import { Client, fetchExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";
import possibleTypes from "../generated/possible-types.js";

// #region client
export function newClient(url: string, token: string): Client {
  return new Client({
    url,
    preferGetMethod: false,
    fetchOptions: { headers: { authorization: `Bearer ${token}` } },
    exchanges: [
      cacheExchange({
        possibleTypes: possibleTypes.possibleTypes,
        keys: {
          Track: ({ uri }) => uri as string,
          Episode: ({ uri }) => uri as string,
          // Kept within what they belong to.
          Image: () => null,
        },
        resolvers: {
          Me: { playlists: relayPagination(), metadata: relayPagination() },
          Metadata: { history: relayPagination() },
          Playlist: { tracks: relayPagination() },
        },
      }),
      fetchExchange,
    ],
  });
}
// #endregion
