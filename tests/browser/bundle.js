// The committed bundle: its sizes, as they are sent.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";

const DIST = join(import.meta.dirname, "../../playground/dist");

const files = new Map(
  readdirSync(DIST, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(DIST.length + 1).replace(/\.br$/, ""), readFileSync(path)];
    }),
);

/** Bytes of the whole bundle, compressed. */
export function wholeSize() {
  return [...files.values()].reduce((sum, { length }) => sum + length, 0);
}

/** Bytes of what the first paint needs, compressed: the page, and what it and its scripts name statically. */
export function firstPaintSize() {
  const needed = new Set();
  const visit = (path) => {
    if (needed.has(path)) {
      return;
    }
    needed.add(path);
    const text = brotliDecompressSync(files.get(path)).toString();
    const names = path.endsWith(".html")
      ? text.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)
      : path.endsWith(".js")
        ? text.matchAll(/(?:^|[;}])import(?:[\w*{}\s,$]+from)?"\.\/([^"]+)"/g)
        : [];
    for (const [, name] of names) {
      visit(name.startsWith("assets/") ? name : `assets/${name}`);
    }
  };
  visit("index.html");
  return { names: [...needed], size: [...needed].reduce((sum, path) => sum + files.get(path).length, 0) };
}
