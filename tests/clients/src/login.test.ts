// The app's login by code, with the very operation that Android sends.

import { deepEqual, equal, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { graphql } from "./generated/gql.js";
import { logIn, spotifyToken } from "./support/login.js";
import { type Server, startServer } from "./support/server.js";
import { newClient } from "./urql/client.js";

const Sessions = graphql(`
  query Sessions {
    me {
      id
      sessions {
        id
        deviceName
        current
      }
    }
  }
`);

const RevokeSession = graphql(`
  mutation RevokeSession($id: ID!) {
    revokeSession(input: { id: $id }) {
      revoked
    }
  }
`);

const fresh = { requestPolicy: "network-only" } as const;

describe("an app's login", () => {
  let server: Server;

  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());

  test("gives a token, whose session can be seen and ended from another device", async () => {
    const phone = newClient(server.graphql, await logIn(server.url, "ada.lindqvist", "Pixel 9"));
    const tablet = newClient(server.graphql, await logIn(server.url, "ada.lindqvist", "a tablet"));
    const { data } = await phone.query(Sessions, {});
    equal(data?.me.id, "ada.lindqvist");
    const sessions = data.me.sessions ?? [];
    deepEqual(sessions.map(({ deviceName, current }) => [deviceName, current]).sort(), [
      ["Pixel 9", true],
      ["a tablet", false],
    ]);

    const id = sessions.find(({ current }) => !current)?.id;
    ok(id);
    equal((await phone.mutation(RevokeSession, { id })).data?.revokeSession.revoked, true);
    const { error } = await tablet.query(Sessions, {}, fresh);
    equal(error?.graphQLErrors[0]?.extensions.code, "UNAUTHENTICATED");
    equal((await phone.query(Sessions, {}, fresh)).error, undefined);
  });

  test("gives Spotify's tokens in the old way, which are good here too", async () => {
    const client = newClient(server.graphql, await spotifyToken(server.url));
    equal((await client.query(Sessions, {})).data?.me.id, "ada.lindqvist");
  });
});
