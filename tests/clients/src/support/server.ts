// The server that the tests speak to: a demo of their own.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";

/** From `build/support/`, where the compiler puts this file. */
const BINARY = process.env.LOCKSTEP_API ?? new URL("../../../../target/debug/lockstep-api", import.meta.url).pathname;

export interface Server {
  /** Ends in a slash. */
  url: string;
  graphql: string;
  stop(): Promise<void>;
}

export async function startServer(): Promise<Server> {
  const child = spawn(BINARY, ["demo"], {
    env: { ...process.env, LISTEN_ADDR: `127.0.0.1:${await freePort()}`, RUST_LOG: "warn" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const url = await Promise.race([
    address(createInterface({ input: child.stdout })),
    ended.then(([code]) => {
      throw new Error(`${BINARY} ended with ${code}: build it with the simulator`);
    }),
  ]);
  return {
    url,
    graphql: `${url}graphql`,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function address(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const found = /^\s*Open\s+(http\S+)$/.exec(line)?.[1];
    if (found !== undefined) {
      return found;
    }
  }
  throw new Error("the demo told no address");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") {
    throw new Error("no port");
  }
  return address.port;
}
