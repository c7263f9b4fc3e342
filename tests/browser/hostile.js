// A page of another origin that tries to read and to change what it can with the visitor's cookie.

import { once } from "node:events";
import { createServer } from "node:http";

/** Serves an empty page on a free port, under every name that this machine has for itself. */
export async function startHostileSite() {
  const server = createServer((_, answer) => {
    answer.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Prizes</title><body>");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  return {
    /** Of the demo's site, as ports do not count there: the browser sends its cookies along. */
    sameSite: `http://127.0.0.1:${port}/`,
    /** Of another site. */
    crossSite: `http://localhost:${port}/`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Runs in the hostile page: makes every attempt, and returns all that it could read. */
export async function attack(target) {
  const endpoint = `${target}graphql`;
  const query = "{ me { id displayName } }";
  const mutation = "mutation { logout { loggedOut } }";
  const get = (document) => `${endpoint}?query=${encodeURIComponent(document)}`;
  const loot = [];
  const attempt = async (name, act) => {
    try {
      loot.push(`${name}: ${await act()}`);
    } catch (error) {
      loot.push(`${name} failed: ${error}`);
    }
  };
  const read = async (address, options) => {
    const response = await fetch(address, { credentials: "include", ...options });
    const headers = [...response.headers].map(([header, value]) => `${header}: ${value}`);
    return [response.type, response.status, ...headers, await response.text()].join("\n");
  };
  const json = { "content-type": "application/json" };

  for (const mode of ["cors", "no-cors"]) {
    await attempt(`GET ${mode}`, () => read(get(query), { mode }));
    await attempt(`GET mutation ${mode}`, () => read(get(mutation), { mode }));
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "text/plain;application/json"]) {
      const options = { mode, method: "POST", headers: { "content-type": type }, body: JSON.stringify({ query: mutation }) };
      await attempt(`POST ${type} ${mode}`, () => read(endpoint, options));
    }
    await attempt(`POST blob ${mode}`, () =>
      read(endpoint, { mode, method: "POST", body: new Blob([JSON.stringify({ query: mutation })]) }),
    );
  }
  await attempt("POST JSON", () =>
    read(endpoint, { method: "POST", headers: json, body: JSON.stringify({ query: mutation }) }),
  );
  await attempt("GET with a header", () => read(get(query), { headers: { "apollo-require-preflight": "true" } }));
  await attempt("beacon", () => navigator.sendBeacon(endpoint, JSON.stringify({ query: mutation })));
  await attempt("page", () => read(target));

  const loaded = (element) =>
    new Promise((resolve) => {
      element.onload = () => resolve("loaded");
      element.onerror = () => resolve("error");
      setTimeout(resolve, 3000, "nothing");
      document.body.append(element);
    });
  for (const document_ of [query, mutation]) {
    await attempt("picture", () => loaded(Object.assign(new Image(), { src: get(document_) })));
    await attempt("script", () => {
      const script = document.createElement("script");
      return loaded(Object.assign(script, { src: `${get(document_)}&callback=alert` }));
    });
    await attempt("style sheet", () => {
      const link = document.createElement("link");
      return loaded(Object.assign(link, { rel: "stylesheet", href: get(document_) }));
    });
  }

  for (const address of [target, get(query), `${target}login/spotify/?code=x&state=y`]) {
    await attempt("frame", async () => {
      const frame = document.createElement("iframe");
      await loaded(Object.assign(frame, { src: address }));
      return frame.contentDocument?.documentElement.outerHTML ?? frame.contentWindow.document.body.innerHTML;
    });
  }

  for (const enctype of ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data"]) {
    await attempt(`form ${enctype}`, async () => {
      const frame = Object.assign(document.createElement("iframe"), { name: enctype });
      document.body.append(frame);
      const form = Object.assign(document.createElement("form"), { method: "post", action: endpoint, enctype, target: enctype });
      const field = (name, value) => form.append(Object.assign(document.createElement("input"), { name, value }));
      if (enctype === "text/plain") {
        field(`{"query":"${mutation}","x":"`, '"}');
      } else {
        field("query", mutation);
      }
      document.body.append(form);
      form.submit();
      await new Promise((resolve) => {
        frame.onload = resolve;
        setTimeout(resolve, 3000);
      });
      return frame.contentDocument?.documentElement.outerHTML ?? frame.contentWindow.document.body.innerHTML;
    });
  }

  await attempt("window", async () => {
    const opened = open(get(query));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return opened.document.documentElement.outerHTML;
  });
  return loot;
}
