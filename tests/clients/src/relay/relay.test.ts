// Relay: what relay-compiler makes of the schema, at work on its store.

import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  commitMutation,
  createOperationDescriptor,
  type Environment,
  fetchQuery,
  getRequest,
  getSingularSelector,
  type GraphQLTaggedNode,
  type MutationParameters,
  type OperationType,
} from "relay-runtime";
import { logIn } from "../support/login.js";
import { ODD, playlistOf } from "../support/playlists.js";
import { type Server, startServer } from "../support/server.js";
import MeQuery, { type operationsMeQuery } from "./__generated__/operationsMeQuery.graphql.js";
import PageQuery, { type operationsPageQuery } from "./__generated__/operationsPageQuery.graphql.js";
import TracksQuery, { type operationsTracksQuery } from "./__generated__/operationsTracksQuery.graphql.js";
import UploadMutation, {
  type operationsUploadMutation,
} from "./__generated__/operationsUploadMutation.graphql.js";
import PlaylistTracks, {
  type operations_playlistTracks$data,
} from "./__generated__/operations_playlistTracks.graphql.js";
import { newEnvironment } from "./environment.js";

/** What Relay throws: the answer is in it. */
interface RelayError extends Error {
  source: { errors: { extensions: { code: string } }[] };
}

describe("Relay", () => {
  let server: Server;
  let environment: Environment;
  const conflicts: unknown[][] = [];
  const consoleError = console.error;

  before(async () => {
    // Where the runtime reports records that do not go together.
    console.error = (...message: unknown[]) => void conflicts.push(message);
    server = await startServer();
    const token = await logIn(server.url);
    environment = newEnvironment(server.graphql, token);
  });
  after(async () => {
    console.error = consoleError;
    await server.stop();
  });

  async function run<Operation extends OperationType>(query: GraphQLTaggedNode, variables: Operation["variables"]) {
    return await fetchQuery<Operation>(environment, query, variables).toPromise();
  }

  /** What a component with the fragment would be given. */
  function read(variables: operationsPageQuery["variables"]): operations_playlistTracks$data {
    const operation = createOperationDescriptor(getRequest(PageQuery), variables);
    const root = environment.lookup(operation.fragment).data;
    const selector = getSingularSelector(PlaylistTracks, root);
    ok(selector);
    return environment.lookup(selector).data as unknown as operations_playlistTracks$data;
  }

  /** Keeps what was fetched, as a mounted component does. */
  function retain(variables: operationsPageQuery["variables"]) {
    return environment.retain(createOperationDescriptor(getRequest(PageQuery), variables));
  }

  test("pages a fragment on Query to the end of a playlist of 1000", async () => {
    const id = playlistOf(1000);
    const retained = retain({ id });
    await run<operationsPageQuery>(PageQuery, { id });
    for (;;) {
      const pageInfo = environment.getStore().getSource();
      const connection = Object.values(pageInfo.toJSON()).find(
        (record) => record?.__id.includes("__playlist_tracks_connection") && record.__id.endsWith(":pageInfo"),
      );
      if (connection?.hasNextPage !== true) {
        break;
      }
      const cursor = connection.endCursor as string;
      await run<operationsTracksQuery>(TracksQuery, { id, count: 300, cursor });
    }
    const tracks = read({ id }).playlist?.tracks;
    deepEqual(
      tracks?.edges.map((edge) => edge.position),
      Array.from({ length: 1000 }, (_, index) => index),
    );
    retained.dispose();
  });

  test("keeps local files, episodes and removed entries apart", async () => {
    const id = ODD;
    const retained = retain({ id });
    await run<operationsPageQuery>(PageQuery, { id });
    const nodes = read({ id }).playlist?.tracks?.edges.map(({ node }) => node) ?? [];
    ok(nodes.some((node) => node === null));
    ok(nodes.some((node) => node?.__typename === "Episode"));
    const local = nodes.filter((node) => node?.uri.startsWith("spotify:local:"));
    ok(local.length > 0);
    equal(new Set(local.map((node) => node?.name)).size, new Set(local.map((node) => node?.uri)).size);
    retained.dispose();
  });

  test("uploads, with the track updated in its store", async () => {
    const id = playlistOf(50);
    const retained = retain({ id });
    await run<operationsPageQuery>(PageQuery, { id });
    const uri = read({ id }).playlist?.tracks?.edges[4]?.node?.uri ?? "";
    const collection = { beats: [1, 2, 3] };
    const trackId = uri.split(":").at(-1) ?? "";
    await commit<operationsUploadMutation>(UploadMutation, {
      input: { trackId, type: "beats", version: 3, collection },
    });
    deepEqual(read({ id }).playlist?.tracks?.edges[4]?.node?.beats?.collection, collection);
    retained.dispose();
  });

  test("keeps you apart from the owner of your playlists, who has the same id", async () => {
    const data = await run<operationsMeQuery>(MeQuery, {});
    const own = data?.me.playlists?.nodes.find((playlist) => playlist?.owner?.id === data.me.id);
    ok(own);
    deepEqual(conflicts, []);
  });

  test("hands errors on, with their code", async () => {
    const input = { trackId: "no track", type: "beats", version: 1, collection: {} };
    await rejects(commit<operationsUploadMutation>(UploadMutation, { input }), (error: RelayError) => {
      equal(error.source.errors[0]?.extensions.code, "BAD_USER_INPUT");
      return true;
    });
  });

  function commit<Mutation extends MutationParameters>(mutation: GraphQLTaggedNode, variables: Mutation["variables"]) {
    return new Promise<void>((resolve, reject) => {
      commitMutation<Mutation>(environment, {
        mutation,
        variables,
        updater: (store) => {
          const metadata = store.getRootField("uploadMetadata")?.getLinkedRecord("metadata");
          const track = store.get(`Track:${metadata?.getValue("trackId")}`);
          track?.setLinkedRecord(metadata ?? null, "metadata", { type: "beats" });
        },
        onCompleted: (_, errors) => (errors?.length ? reject(errors[0]) : resolve()),
        onError: reject,
      });
    });
  }
});
