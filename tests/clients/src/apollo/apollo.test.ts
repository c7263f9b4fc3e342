// Apollo Client, with its normalised cache.

import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type ApolloClient, CombinedGraphQLErrors } from "@apollo/client";
import { MeDocument, PlaylistPageDocument, UploadBeatsDocument } from "../generated/graphql.js";
import { logIn } from "../support/login.js";
import { FOLLOWED, ODD, playlistOf } from "../support/playlists.js";
import { type Server, startServer } from "../support/server.js";
import { newClient } from "./client.js";
import { allTracks, Tracks } from "./tracks.js";
import { uploadBeats } from "./upload.js";

describe("Apollo Client", () => {
  let server: Server;
  let token: string;
  let client: ApolloClient;

  before(async () => {
    server = await startServer();
    token = await logIn(server.url);
    client = newClient(server.graphql, token);
  });
  after(() => server.stop());

  test("reads what the playground's operations ask for, with types", async () => {
    const { data } = await client.query({ query: MeDocument });
    equal(data?.me.displayName satisfies string | null | undefined, "Ada Lindqvist");
  });

  test("fetches more to the end of a playlist of 1000, and its cache joins the pages", async () => {
    const { playlist } = await allTracks(client, playlistOf(1000), 200);
    const edges = playlist?.tracks?.edges ?? [];
    deepEqual(
      edges.map((edge) => edge.position),
      Array.from({ length: 1000 }, (_, index) => index),
    );
    equal(new Set(edges.map((edge) => edge.cursor)).size, 1000);
    equal(playlist?.tracks?.totalCount, 1000);
    equal(playlist?.tracks?.pageInfo.hasNextPage, false);
  });

  test("keeps each track once, by its uri; local files too", async () => {
    await allTracks(client, ODD, 50);
    const entities = Object.keys(client.cache.extract() as object);
    ok(entities.some((entity) => entity.startsWith('Track:{"uri":"spotify:track:')));
    ok(entities.some((entity) => entity.startsWith('Track:{"uri":"spotify:local:')));
    ok(entities.some((entity) => entity.startsWith('Episode:{"uri":"spotify:episode:')));
    ok(entities.includes(`Playlist:${ODD}`));
  });

  test("shows an upload at once, and then what the server made of it", async () => {
    const variables = { id: playlistOf(50), first: 50 };
    await client.query({ query: Tracks, variables });
    const track = client.readQuery({ query: Tracks, variables })?.playlist?.tracks?.edges[7]?.node;
    ok(track?.__typename === "Track" && track.id !== null);
    equal(track.beats, null);

    const seen: (string | undefined)[] = [];
    const list = client.watchQuery({ query: Tracks, variables });
    const subscription = list.subscribe(() => {
      const { data } = list.getCurrentResult();
      const node = data?.playlist?.tracks?.edges?.[7]?.node;
      seen.push(node?.__typename === "Track" ? node.beats?.id : undefined);
    });
    const collection = { beats: [0.5, 1.0, 1.5] };
    const { data } = await uploadBeats(client, { id: track.id, uri: track.uri }, { version: 1, collection });
    const kept = data?.uploadMetadata.metadata;
    deepEqual(kept?.collection, collection);
    const read = client.readQuery({ query: Tracks, variables })?.playlist?.tracks?.edges[7]?.node;
    ok(read?.__typename === "Track");
    equal(read.beats?.id, kept?.id);
    subscription.unsubscribe();
    deepEqual([...new Set(seen)], [undefined, "not yet", kept?.id]);

    const fresh = newClient(server.graphql, token);
    const { data: again } = await fresh.query({ query: Tracks, variables });
    const stored = again?.playlist?.tracks?.edges[7]?.node;
    deepEqual(stored?.__typename === "Track" && stored.beats?.collection, collection);
  });

  test("tells errors apart by their code", async () => {
    const anonymous = newClient(server.graphql, "no token at all");
    await rejects(anonymous.query({ query: MeDocument }), (error) => {
      ok(CombinedGraphQLErrors.is(error));
      equal(error.errors[0]?.extensions?.code, "UNAUTHENTICATED");
      return true;
    });

    const input = { trackId: "no track", type: "beats", version: 1, collection: {} };
    await rejects(client.mutate({ mutation: UploadBeatsDocument, variables: { input } }), (error) => {
      ok(CombinedGraphQLErrors.is(error));
      equal(error.errors[0]?.extensions?.code, "BAD_USER_INPUT");
      equal(error.errors[0]?.extensions?.argument, "input.trackId");
      return true;
    });
  });

  test("keeps what an answer with an error has", async () => {
    const { data, error } = await client.query({
      query: PlaylistPageDocument,
      variables: { id: FOLLOWED },
      errorPolicy: "all",
    });
    ok(data?.playlist?.name);
    equal(data.playlist.tracks, null);
    ok(CombinedGraphQLErrors.is(error));
    equal(error.errors[0]?.extensions?.code, "FORBIDDEN");
    deepEqual(error.errors[0]?.path, ["playlist", "tracks"]);
  });
});
