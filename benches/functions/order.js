// Writes the linker script that puts together the functions that a server runs.
//
//   node order.js MAP STARTED WORKED > order.ld
//
// MAP: lld's map of the program. STARTED and WORKED: what callgrind saw of a server that only starts and answers
// once, and of one that does its ordinary work.
const { readFileSync } = require("node:fs");

const [map, started, worked] = process.argv.slice(2).map((path) => readFileSync(path, "utf8"));

// What is hashed changes with the compiler and with every dependency.
const lasting = (section) =>
  section
    .replace(/17h[0-9a-f]{16}E/g, "17h*E")
    .replace(/Cs[0-9A-Za-z]{8,13}_/g, "Cs*_")
    .replace(/\.llvm\.\d+/g, ".llvm.*");

const called = (profile) =>
  new Set(Array.from(profile.matchAll(/^c?fn=\(\d+\) (\S+?)('\d+)?$/gm), ([, name]) => name));
const runs = [called(started), called(worked)];

// Each function has a section of its own. Those of one name have one pattern: those of a generic function, however
// many types it was compiled for.
const patterns = new Map();
for (const [, size, section] of map.matchAll(/^ *\w+ +\w+ +(\w+) +\w+ +\S+:\((\.text\.\S+)\)$/gm)) {
  const [bytes, name] = [parseInt(size, 16), section.replace(/^\.text\.(unlikely\.)?/, "")];
  const found = patterns.get(lasting(section)) ?? { unused: [0, 0], used: [0, 0] };
  runs.forEach((run, place) => {
    if (run.has(name)) found.used[place] += 1;
    else found.unused[place] += bytes;
  });
  patterns.set(lasting(section), found);
}

// The system has 64 KiB in memory for a function that stands alone, or somewhat less where two are neighbours. If
// those of its name that nobody calls have more, it is left where it is.
const WORTH = 16 * 1024;
const isWorthIt = ({ used, unused }, place) => used[place] * WORTH > unused[place];

const groups = runs.map(() => []);
for (const [pattern, found] of patterns) {
  const place = runs.findIndex((_, place) => isWorthIt(found, place));
  groups[place]?.push(pattern);
}

const lines = groups.flatMap((group) => group.sort()).map((pattern) => `    *(${pattern})\n`);
process.stdout.write(`/* Made by benches/functions/record. */
SECTIONS {
  .text.used : {
${lines.join("")}  }
}
INSERT BEFORE .text;
`);
