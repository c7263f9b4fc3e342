// Asks a server for what clients ask for, and fails where it does not answer.
//
//   node ask.js URL ORIGIN COOKIES TOKEN TIMES
//
// COOKIES: curl's file of them. TIMES: how often the smallest request is sent; the others are sent more seldom, but
// twice at the least: each caller sends each, and the answers of one are not compressed, and so are read.
const { Agent, request } = require("node:http");
const { readFileSync } = require("node:fs");

const [url, origin, cookies, token, times] = process.argv.slice(2);

const cookie = readFileSync(cookies, "utf8")
  .split("\n")
  .map((line) => line.replace(/^#HttpOnly_/, "").split("\t"))
  .filter(([, , , , , , value]) => value)
  .map(([, , , , , name, value]) => `${name}=${value}`)
  .join("; ");
const callers = [
  { cookie, origin, "accept-encoding": "gzip, deflate, br, zstd" },
  { authorization: `Bearer ${token}` },
];

const track = "4uLU6hMCjMI75M1A2tKUQC";
const playlist = "0Playlist0000000001000";
const upload = (number) => ({
  query: "mutation ($input: UploadMetadataInput!) { uploadMetadata(input: $input) { metadata { id sha256 } } }",
  variables: {
    input: {
      trackId: track,
      type: "beats",
      version: 1,
      collection: { beats: Array.from({ length: 10000 }, (_, beat) => beat / 7), number },
    },
  },
});
const library = "{ me { id displayName playlists { totalCount nodes { id name } } metadata { nodes { version } } } }";
const history = `{ metadata(trackId: "${track}") { version collection history { totalCount nodes { version } } } }`;
const names = `{ playlist(id: "${playlist}") { tracks(first: 50) { nodes { name } } } }`;
const tracks = `{ playlist(id: "${playlist}") { name snapshotId tracks(first: 1000) {
  totalCount
  nodes {
    id uri name durationMs
    ... on Track { artists { name } album { name images { url } } metadata { version } }
  }
  pageInfo { hasNextPage endCursor }
} } }`;

// What is asked, and how much more seldom than the smallest.
const kinds = [
  [100, upload],
  [1, () => ({ query: "{ me { id displayName } }" })],
  [50, () => ({ query: library })],
  [4, () => ({ query: history })],
  [4, () => ({ query: names })],
  [400, () => ({ query: tracks })],
];

const agent = new Agent({ keepAlive: true, maxSockets: 16 });

function ask(headers, body) {
  return new Promise((resolve, reject) => {
    const options = { method: "POST", agent, headers: { "content-type": "application/json", ...headers } };
    const sent = request(url, options, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part)).on("end", () => {
        const text = Buffer.concat(parts).toString();
        const compressed = "content-encoding" in answer.headers;
        const failed = answer.statusCode !== 200 || (!compressed && text.includes('"errors":'));
        failed ? reject(new Error(`${answer.statusCode}: ${text.slice(0, 500)}`)) : resolve();
      });
    });
    sent.on("error", reject).end(JSON.stringify(body));
  });
}

async function askAll() {
  for (const [seldom, body] of kinds) {
    const count = Math.max(2, times / seldom);
    for (let number = 0; number < count; ) {
      const together = [];
      for (; together.length < agent.maxSockets && number < count; number += 1) {
        together.push(ask(callers[number % callers.length], body(number)));
      }
      await Promise.all(together);
    }
  }
}

askAll().then(() => agent.destroy());
