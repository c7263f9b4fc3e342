// Runs graphql-http's audits of GraphQL over HTTP against the demo, SHOULD and MAY included.

import { auditServer } from "graphql-http";

import { startDemo } from "../browser/demo.js";

/** How many there are in the version that the lock file names: fewer would have been skipped. */
const AUDITS = 61;

const demo = await startDemo();
try {
  const results = await auditServer({ url: new URL("graphql", demo.url).href });
  const passed = results.filter((result) => result.status === "ok");
  for (const { id, name, status, reason } of results) {
    if (status !== "ok") {
      console.error(`${status.toUpperCase()} ${id} ${name}: ${reason}`);
    }
  }
  console.log(`GraphQL over HTTP: ${passed.length} of ${results.length} audits passed`);
  if (results.length !== AUDITS || passed.length !== AUDITS) {
    console.error(`All ${AUDITS} have to pass.`);
    process.exitCode = 1;
  }
} finally {
  await demo.stop();
}
