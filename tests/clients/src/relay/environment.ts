import { Environment, type FetchFunction, Network, RecordSource, Store } from "relay-runtime";

// #region environment
export function newEnvironment(url: string, token: string): Environment {
  const fetchGraphql: FetchFunction = async ({ text, name }, variables) => {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        accept: "application/graphql-response+json",
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ query: text, operationName: name, variables }),
    });
    return await response.json();
  };
  return new Environment({
    network: Network.create(fetchGraphql),
    store: new Store(new RecordSource()),
    // Ids are Spotify's own: unique within a type, not across all. You and the owner of your
    // playlists have the same one. Local files have none, but a uri.
    getDataID: ({ id, uri }, typename) => (id ?? uri) && `${typename}:${id ?? uri}`,
  });
}
// #endregion
