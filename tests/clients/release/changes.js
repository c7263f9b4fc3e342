// What changed in the schema, judged by GraphQL Inspector.

import { CriticalityLevel, diff } from "@graphql-inspector/core";
import { buildSchema } from "graphql";

/** Declared changes, by name: `TYPE Path`, to the reason that is given for each. */
export function readDeclared(text) {
  const declared = new Map();
  for (const line of text.split("\n").map((line) => line.trim())) {
    if (line === "" || line.startsWith("#")) {
      continue;
    }
    const [, name, reason] = line.match(/^([A-Z_]+ [^:\s]+):\s+(\S.*)$/) ?? [];
    if (name === undefined) {
      throw new Error(`not "CHANGE Path: reason": ${line}`);
    }
    declared.set(name, reason);
  }
  return declared;
}

/** What broke and was not declared, what was declared and did not happen, and what clients may stumble over. */
export async function judge(released, current, declared) {
  const changes = await diff(buildSchema(released), buildSchema(current));
  const named = (wanted) =>
    changes
      .filter(({ criticality }) => criticality.level === wanted)
      .map(({ type, path, message }) => ({ name: `${type} ${path}`, message }));
  const breaking = named(CriticalityLevel.Breaking);
  const happened = new Set(breaking.map(({ name }) => name));
  return {
    undeclared: breaking.filter(({ name }) => !declared.has(name)),
    stale: [...declared.keys()].filter((name) => !happened.has(name)),
    dangerous: named(CriticalityLevel.Dangerous),
    count: changes.length,
  };
}
