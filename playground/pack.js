// Compresses the bundle into dist/, and lists it for the server in src/http/playground/files.rs.

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join, relative } from "node:path";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";

const BUNDLE = join(import.meta.dirname, "bundle");
const DIST = join(import.meta.dirname, "dist");
const LIST = join(import.meta.dirname, "../src/http/playground/files.rs");

const CONTENT_TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".md": "text/markdown; charset=utf-8",
  ".svg": "image/svg+xml",
  ".ttf": "font/ttf",
};

function compress(content) {
  return brotliCompressSync(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  });
}

function contentType(path) {
  const type = CONTENT_TYPES[extname(path)];
  if (type === undefined) {
    throw new Error(`${path}: of which content type is that?`);
  }
  return type;
}

/** The files below a directory, as paths of a URL. */
function filesIn(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
}

const paths = filesIn(BUNDLE);

// What is there already and holds the same content stays: versions of Brotli compress differently.
mkdirSync(DIST, { recursive: true });
const before = new Map(filesIn(DIST).map((name) => [name, readFileSync(join(DIST, name))]));
rmSync(DIST, { recursive: true });
const entries = paths.map((path) => {
  const content = readFileSync(join(BUNDLE, path));
  const file = join(DIST, `${path}.br`);
  mkdirSync(dirname(file), { recursive: true });
  const kept = before.get(`${path}.br`);
  writeFileSync(file, kept && brotliDecompressSync(kept).equals(content) ? kept : compress(content));
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 32);
  return `    File {
        path: "${path}",
        content_type: "${contentType(path)}",
        length: ${content.length},
        etag: "W/\\"${hash}\\"",
        brotli: include_bytes!("../../../playground/dist/${path}.br"),
        plain: OnceLock::new(),
    },
`;
});

mkdirSync(dirname(LIST), { recursive: true });
writeFileSync(
  LIST,
  `//! What playground/build made. Do not edit.

use std::sync::OnceLock;

use super::File;

/// Sorted by path.
pub(super) static FILES: [File; ${paths.length}] = [
${entries.join("")}];
`,
);
