// The snippets of docs/clients.md are regions of files here. Without arguments: fails where one differs.
// With --write: puts the files' regions into the document.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSchema, extendSchema, parse, validate } from "graphql";

const ROOT = join(import.meta.dirname, "../..");
const DOCUMENT = join(ROOT, "docs/clients.md");
const LANGUAGES = { graphql: "graphql", graphqls: "graphql", js: "js", kt: "kotlin", kts: "kotlin", sh: "sh", ts: "ts", xml: "xml" };

/** What stands between the marks of a region, without its indentation. */
function region(path, name) {
  const lines = readFileSync(join(ROOT, path), "utf8").split("\n");
  const start = lines.findIndex((line) => new RegExp(`#region ${name}\\b`).test(line));
  const length = lines.slice(start + 1).findIndex((line) => line.includes("#endregion"));
  if (start < 0 || length < 0) {
    throw new Error(`${path} has no region ${name}`);
  }
  const inside = lines.slice(start + 1, start + 1 + length);
  const indentation = Math.min(...inside.filter((line) => line.trim()).map((line) => line.search(/\S/)));
  return inside.map((line) => line.slice(indentation)).join("\n");
}

const text = readFileSync(DOCUMENT, "utf8");
let count = 0;
const current = text.replaceAll(/<!-- (\S+\.(\w+)) (\w+) -->\n(?:\n?```\w+\n[^]*?\n```\n)?/g, (_, path, extension, name) => {
  count += 1;
  return `<!-- ${path} ${name} -->\n\`\`\`${LANGUAGES[extension]}\n${region(path, name)}\n\`\`\`\n`;
});
if (process.argv.includes("--write")) {
  writeFileSync(DOCUMENT, current);
} else if (current !== text || count === 0) {
  console.error("docs/clients.md differs from the files that its snippets come from: node snippets.js --write");
  process.exitCode = 1;
}

// Apollo Kotlin's additions must fit the schema: its types, and the fields that they are keyed by.
const DIRECTIVES = `
  directive @link(url: String!, import: [String]) repeatable on SCHEMA
  directive @connection on OBJECT
  directive @typePolicy(keyFields: String! = "") on OBJECT | INTERFACE
`;
const schema = buildSchema(readFileSync(join(ROOT, "schema.graphql"), "utf8") + DIRECTIVES);
const extra = parse(readFileSync(join(import.meta.dirname, "android/extra.graphqls"), "utf8"));
extendSchema(schema, extra);
for (const { name, directives } of extra.definitions.filter((definition) => "name" in definition)) {
  for (const { name: directive, arguments: given } of directives) {
    for (const field of given.find((argument) => argument.name.value === "keyFields")?.value.value.split(" ") ?? []) {
      const type = schema.getType(name.value).getFields()[field]?.type;
      if (!String(type).endsWith("!")) {
        throw new Error(`@${directive.value}: ${name.value}.${field} is ${type}: no key`);
      }
    }
  }
}

// What is written into shell commands must be valid too.
const shell = readFileSync(join(import.meta.dirname, "curl/graphql.sh"), "utf8");
for (const [, query] of shell.matchAll(/"query": "(.*)",$/gm)) {
  const errors = validate(schema, parse(query.replaceAll("\\$", "$")));
  if (errors.length > 0) {
    throw new Error(`curl/graphql.sh: ${errors[0].message}`);
  }
}
