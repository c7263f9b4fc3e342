// Starts `lockstep-api demo` on a free port, and stops it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";

const BINARY = process.env.LOCKSTEP_API ?? join(import.meta.dirname, "../../target/debug/lockstep-api");

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** The demo's address and its simulator's, and a way to end it. */
export async function startDemo() {
  const child = spawn(BINARY, ["demo"], {
    env: { ...process.env, LISTEN_ADDR: `127.0.0.1:${await freePort()}`, RUST_LOG: "warn" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const found = {};
  const failed = once(child, "exit").then(([code]) => {
    throw new Error(`${BINARY} ended with ${code}: build it with the simulator`);
  });
  const lines = createInterface({ input: child.stdout });
  const ready = (async () => {
    for await (const line of lines) {
      const [, name, address] = line.match(/^\s*(Open|Simulator)\s+(http\S+)$/) ?? [];
      if (name) {
        found[name] = address;
      }
      if (found.Open && found.Simulator) {
        return;
      }
    }
  })();
  await Promise.race([ready, failed]);
  child.stdout.resume();
  return {
    url: found.Open,
    simulator: found.Simulator,
    async stop() {
      failed.catch(() => {});
      child.kill("SIGTERM");
      await failed.catch(() => {});
    },
  };
}
