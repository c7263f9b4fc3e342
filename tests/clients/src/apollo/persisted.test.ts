// Apollo Client's automatic persisted queries.

import { deepEqual, equal } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ApolloClient, ApolloLink, HttpLink } from "@apollo/client";
import { MeDocument } from "../generated/graphql.js";
import { logIn } from "../support/login.js";
import { type Server, startServer } from "../support/server.js";
import { newCache } from "./client.js";
import { persistedQueries } from "./persisted.js";

describe("Apollo Client's persisted queries", () => {
  let server: Server;

  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());

  test("send a query's text once, and its hash from then on", async () => {
    const token = await logIn(server.url);
    const sent: { text: boolean; hash: boolean }[] = [];
    const watched: typeof fetch = async (address, options) => {
      const { query, extensions } = JSON.parse(String(options?.body));
      sent.push({ text: query !== undefined, hash: extensions?.persistedQuery?.sha256Hash !== undefined });
      return await fetch(address, options);
    };
    const http = new HttpLink({
      uri: server.graphql,
      headers: { authorization: `Bearer ${token}` },
      fetch: watched,
    });
    const client = new ApolloClient({ cache: newCache(), link: ApolloLink.from([persistedQueries, http]) });
    for (let time = 0; time < 2; time += 1) {
      const { data } = await client.query({ query: MeDocument, fetchPolicy: "network-only" });
      equal(data?.me.id, "ada.lindqvist");
    }
    deepEqual(sent, [
      { text: false, hash: true },
      { text: true, hash: true },
      { text: false, hash: true },
    ]);
  });
});
