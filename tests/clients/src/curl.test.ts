// The shell commands of docs/clients.md.

import { equal, match, ok } from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { spotifyToken } from "./support/login.js";
import { playlistOf } from "./support/playlists.js";
import { type Server, startServer } from "./support/server.js";

const SCRIPT = new URL("../curl/graphql.sh", import.meta.url).pathname;

describe("curl", () => {
  let server: Server;

  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());

  test("reads a playlist and uploads", async () => {
    const accessToken = await spotifyToken(server.url);
    const env = {
      ...process.env,
      SERVER: server.url.replace(/\/$/, ""),
      SPOTIFY_ACCESS_TOKEN: accessToken,
      PLAYLIST: `spotify:playlist:${playlistOf(50)}`,
    };
    const { stdout } = await promisify(execFile)("sh", [SCRIPT], { env });
    const [read, uploaded] = stdout.trim().split("\n").map((line) => JSON.parse(line));
    equal(read.errors, undefined);
    ok(read.data.playlist.name);
    equal(read.data.playlist.tracks.nodes.length, 3);
    match(uploaded.data.uploadMetadata.metadata.sha256, /^[0-9a-f]{64}$/);
  });
});
