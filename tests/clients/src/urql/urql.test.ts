// urql, with its document types from graphql-codegen and its normalised cache.

import { deepEqual, equal, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Client } from "@urql/core";
import {
  MeDocument,
  MyPlaylistsDocument,
  PlaylistPageDocument,
  TracksWithBeatsDocument,
  UploadBeatsDocument,
} from "../generated/graphql.js";
import { logIn } from "../support/login.js";
import { FOLLOWED, playlistOf } from "../support/playlists.js";
import { type Server, startServer } from "../support/server.js";
import { newClient } from "./client.js";

describe("urql", () => {
  let server: Server;
  let client: Client;

  before(async () => {
    server = await startServer();
    const token = await logIn(server.url, "minseo");
    client = newClient(server.graphql, token);
  });
  after(() => server.stop());

  test("reads with types", async () => {
    const { data, error } = await client.query(MeDocument, {});
    equal(error, undefined);
    equal(data?.me.displayName satisfies string | null | undefined, "김민서");
  });

  test("pages to the end of a list, and its cache joins the pages", async () => {
    let after: string | null = null;
    let names: (string | undefined)[] = [];
    let total: number | null | undefined;
    do {
      const { data, error }: Awaited<ReturnType<typeof page>> = await page(after);
      equal(error, undefined);
      const list: NonNullable<typeof data>["me"]["playlists"] | undefined = data?.me.playlists;
      // The cache gives every page so far, not just the last.
      names = list?.nodes.map((playlist) => playlist?.name) ?? [];
      total = list?.totalCount;
      after = list?.pageInfo.hasNextPage ? list.pageInfo.endCursor : null;
    } while (after !== null);
    equal(names.length, total);
    ok(names.length > 100);
  });

  function page(after: string | null) {
    return client.query(MyPlaylistsDocument, { first: 30, after }).toPromise();
  }

  test("uploads, and reads back", async () => {
    const token = await logIn(server.url);
    const ada = newClient(server.graphql, token);
    const playlist = { id: playlistOf(50), first: 5 };
    const before = await ada.query(TracksWithBeatsDocument, playlist);
    const track = before.data?.playlist?.tracks?.edges[3]?.node;
    ok(track?.__typename === "Track" && track.id !== null);
    const collection = { beats: [0.25, 0.5] };
    const input = { trackId: track.id, type: "beats", version: 2, collection };
    const uploaded = await ada.mutation(UploadBeatsDocument, { input });
    deepEqual(uploaded.data?.uploadMetadata.metadata.collection, collection);
    const again = await ada.query(TracksWithBeatsDocument, playlist, { requestPolicy: "network-only" });
    const kept = again.data?.playlist?.tracks?.edges[3]?.node;
    deepEqual(kept?.__typename === "Track" && kept.beats?.collection, collection);
  });

  test("tells errors apart by their code, and keeps what else came", async () => {
    const token = await logIn(server.url);
    const ada = newClient(server.graphql, token);
    const { data, error } = await ada.query(PlaylistPageDocument, { id: FOLLOWED });
    ok(data?.playlist?.name);
    equal(data.playlist.tracks, null);
    equal(error?.graphQLErrors[0]?.extensions.code, "FORBIDDEN");

    const stranger = newClient(server.graphql, "no token at all");
    const refused = await stranger.query(MeDocument, {});
    equal(refused.error?.graphQLErrors[0]?.extensions.code, "UNAUTHENTICATED");
  });
});
