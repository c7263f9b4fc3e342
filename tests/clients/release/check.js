// Compares schema.graphql with that of the last release, the newest tag v*. Fails on breaking changes that
// declared.txt does not declare.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { judge, readDeclared } from "./changes.js";

const REPOSITORY = process.env.REPOSITORY ?? join(import.meta.dirname, "../../..");
const DECLARED = join(REPOSITORY, "tests/clients/release/declared.txt");

function git(...command) {
  return execFileSync("git", ["-C", REPOSITORY, ...command], { encoding: "utf8" });
}

/** The newest tag `v*` of this history; undefined where nothing was released. */
function lastRelease() {
  if (git("rev-parse", "--is-shallow-repository").trim() !== "false") {
    throw new Error("this clone is shallow: it does not have every release");
  }
  const tags = git("tag", "--merged", "HEAD", "--list", "v[0-9]*", "--sort=-version:refname");
  return tags.split("\n").find((tag) => tag !== "");
}

const declared = readDeclared(readFileSync(DECLARED, "utf8"));
const release = lastRelease();
if (release === undefined) {
  console.log("NOTHING TO COMPARE WITH: there is no release yet, no tag v*. Any change of schema.graphql is free.");
  if (declared.size > 0) {
    console.error("declared.txt declares changes since a release that does not exist");
    process.exitCode = 1;
  }
} else {
  const current = readFileSync(join(REPOSITORY, "schema.graphql"), "utf8");
  const { undeclared, stale, dangerous, count } = await judge(git("show", `${release}:schema.graphql`), current, declared);
  for (const { name, message } of dangerous) {
    console.log(`may surprise clients: ${name}: ${message}`);
  }
  for (const { name, message } of undeclared) {
    console.error(`breaks clients of ${release}: ${name}: ${message}`);
  }
  for (const name of stale) {
    console.error(`declared, but no breaking change since ${release}: ${name}`);
  }
  if (undeclared.length + stale.length > 0) {
    console.error("undo it, deprecate instead, or declare it in tests/clients/release/declared.txt");
    process.exitCode = 1;
  } else {
    console.log(`${count} changes since ${release}; those that break clients, if any, are declared`);
  }
}
