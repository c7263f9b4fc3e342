// A hostile page, in the browser of somebody who is logged in at `lockstep-api demo`.

import { equal, ok } from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { startDemo } from "./demo.js";
import { attack, startHostileSite } from "./hostile.js";
import { Playground } from "./playground.js";
import { startProxy } from "./prefix.js";

const PERSON = "Ada Lindqvist";

let demo;
let site;
let proxy;
let browser;
/** What reached the server. */
let witnessed = [];

before(async () => {
  demo = await startDemo();
  site = await startHostileSite();
  proxy = await startProxy(demo.url, "/", ({ url, headers }, { statusCode: status }) => {
    if (url.startsWith("/graphql")) {
      witnessed.push({ url, cookie: headers.cookie, status });
    }
  });
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: process.getuid() === 0 ? ["--no-sandbox"] : [],
  });
});

after(async () => {
  await browser?.close();
  site?.stop();
  proxy?.stop();
  await demo?.stop();
});

/** What the person's own page is told of them. */
async function me(page) {
  const answer = await page.evaluate(async () => {
    const response = await fetch("graphql", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "{ me { id displayName } }" }),
    });
    return response.json();
  });
  return answer.data.me;
}

/** Lets the page at `address` do what it can to somebody who is logged in. */
async function attackedFrom(address) {
  const context = await browser.newContext();
  context.setDefaultTimeout(20_000);
  try {
    const playground = await Playground.open(context, demo);
    await playground.logIn(PERSON);
    const before = await me(playground.page);
    equal(before.displayName, PERSON);

    witnessed = [];
    const page = await context.newPage();
    await page.goto(address);
    // Cookies do not tell ports apart.
    const loot = await page.evaluate(attack, proxy.url);
    const session = await me(playground.page);
    return { loot, before, session, witnessed };
  } finally {
    await context.close();
  }
}

for (const [where, from] of [
  ["of the same site", () => site.sameSite],
  ["of another site", () => site.crossSite],
]) {
  test(`a page of another origin ${where} reads nothing and changes nothing`, async () => {
    const { loot, before, session, witnessed } = await attackedFrom(from());
    ok(loot.length > 25, loot.join("\n"));
    for (const read of loot) {
      ok(!read.includes(before.id) && !read.includes(PERSON), read);
    }
    // The session still is what it was: no mutation ran.
    equal(session.id, before.id);
    const withCookie = witnessed.filter(({ cookie }) => cookie?.includes("lockstep_session"));
    for (const { url, status } of withCookie) {
      ok(status >= 400, `${url}: ${status}`);
    }
    // Ports make no other site, so there the cookie was sent each time, and was of no use.
    ok(where !== "of the same site" || withCookie.length > 20, `${withCookie.length} of ${witnessed.length} with the cookie`);
  });
}
