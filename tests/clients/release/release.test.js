// That the check of releases fails where it should, on repositories with the real schema made worse.

import { equal, match } from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";

const SCHEMA = readFileSync(join(import.meta.dirname, "../../../schema.graphql"), "utf8");

describe("a release's schema", () => {
  let repository;

  beforeEach(() => {
    repository = mkdtempSync(join(tmpdir(), "release-"));
    mkdirSync(join(repository, "tests/clients/release"), { recursive: true });
    git("init", "--quiet");
    declare("");
    commit(SCHEMA);
  });
  afterEach(() => rmSync(repository, { recursive: true }));

  function git(...command) {
    const who = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
    execFileSync("git", ["-C", repository, ...who, ...command]);
  }

  function commit(schema) {
    writeFileSync(join(repository, "schema.graphql"), schema);
    git("add", "--all");
    git("commit", "--quiet", "--allow-empty", "--message", "change");
  }

  function declare(text) {
    writeFileSync(join(repository, "tests/clients/release/declared.txt"), text);
  }

  function check() {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, "check.js")], {
      env: { ...process.env, REPOSITORY: repository },
      encoding: "utf8",
    });
    return { status, said: stdout + stderr };
  }

  /** The schema with `from` replaced, which must be there. */
  function changed(from, to) {
    const schema = SCHEMA.replaceAll(from, to);
    equal(schema === SCHEMA, false, `${from} is in the schema`);
    return schema;
  }

  test("that does not exist is said aloud", () => {
    const { status, said } = check();
    equal(status, 0);
    match(said, /NOTHING TO COMPARE WITH/);
  });

  test("can be added to", () => {
    git("tag", "v0.1.0");
    commit(changed("type Me {", "type Me {\n\tnickname: String"));
    const { status, said } = check();
    equal(status, 0, said);
    match(said, /1 changes since v0\.1\.0/);
  });

  const breaking = {
    "loses a field": ["\tisrc: ", "\tcode: ", "FIELD_REMOVED Track.isrc"],
    "loses a type": ["LogoutPayload", "Goodbye", "TYPE_REMOVED LogoutPayload"],
    "answers null where it did not": ["\tsha256: String!", "\tsha256: String", "FIELD_TYPE_CHANGED Metadata.sha256"],
    "asks for more": ["\ttrackId: ID!,", "\ttrackId: ID!,\n\tmarket: String!,", "FIELD_ARGUMENT_ADDED Query.metadata.market"],
    "takes an input no more": ["\tcollection: JSON!\n}\n\n\"What `up", "\tjson: JSON\n}\n\n\"What `up", "INPUT_FIELD_REMOVED UploadMetadataInput.collection"],
    "has a type implement less": ["type Episode implements PlaylistItem", "type Episode", "OBJECT_TYPE_INTERFACE_REMOVED"],
  };
  for (const [what, [from, to, name]] of Object.entries(breaking)) {
    test(`that ${what} fails, unless it is declared`, () => {
      git("tag", "v0.1.0");
      commit(changed(from, to));
      const { status, said } = check();
      equal(status, 1, said);
      match(said, new RegExp(`breaks clients of v0\\.1\\.0: ${name}`));

      const names = [...said.matchAll(/breaks clients of v0\.1\.0: ([A-Z_]+ [^:\s]+):/g)].map(([, name]) => name);
      declare(`# why\n${names.map((name) => `${name}: nobody used it\n`).join("")}`);
      equal(check().status, 0, check().said);
    });
  }

  test("declared to change in a way that it does not fails", () => {
    git("tag", "v0.1.0");
    declare("FIELD_REMOVED Track.isrc: nobody used it");
    const { status, said } = check();
    equal(status, 1);
    match(said, /declared, but no breaking change since v0\.1\.0: FIELD_REMOVED Track\.isrc/);
  });

  test("declared without a reason fails", () => {
    declare("FIELD_REMOVED Track.isrc");
    const { status, said } = check();
    equal(status, 1);
    match(said, /not "CHANGE Path: reason"/);
  });

  test("is that of the newest version, not of the newest tag's name", () => {
    git("tag", "v0.9.0");
    commit(changed("\tisrc: ", "\tcode: "));
    git("tag", "v0.10.0");
    const { status, said } = check();
    equal(status, 0, said);
    match(said, /since v0\.10\.0/);
  });

  test("cannot be told in a shallow clone", () => {
    commit(SCHEMA);
    git("tag", "v0.1.0");
    commit(SCHEMA);
    const clone = mkdtempSync(join(tmpdir(), "shallow-"));
    execFileSync("git", ["clone", "--quiet", "--depth=1", "--no-tags", `file://${repository}`, clone]);
    const whole = repository;
    repository = clone;
    const { status, said } = check();
    repository = whole;
    rmSync(clone, { recursive: true });
    equal(status, 1);
    match(said, /shallow/);
  });
});
