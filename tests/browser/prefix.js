// A reverse proxy that serves the demo below a path prefix, as a shared host would.

import { once } from "node:events";
import { createServer, request } from "node:http";

/** `witness` is told of every request and the answer to it. */
export async function startProxy(target, prefix, witness = () => {}) {
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    if (!incoming.url.startsWith(prefix)) {
      outgoing.writeHead(404).end();
      return;
    }
    const path = incoming.url.slice(prefix.length - 1);
    const forward = request({ hostname, port, path, method: incoming.method, headers: incoming.headers });
    forward.on("response", (answer) => {
      witness(incoming, answer);
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(forward);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}${prefix}`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
