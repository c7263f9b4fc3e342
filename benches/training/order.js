// Writes the names of the functions that a server runs, as patterns of the linker's, in the order in which they are
// to stand in the program.
//
//   node order.js MAP STARTED WORKED > order.txt
//
// MAP: lld's map of the program. STARTED and WORKED: what callgrind saw of a server that only starts and answers
// once, and of one that does its ordinary work.
const { readFileSync } = require("node:fs");

const [map, started, worked] = process.argv.slice(2).map((path) => readFileSync(path, "utf8"));

// The hashes of crates change with the compiler and with every dependency, and numbers with any change of the code.
const lasting = (name) =>
  name
    .replace(/Cs([0-9A-Za-z]{8,13})_/g, (_, hash) => `Cs${"?".repeat(hash.length)}_`)
    .replace(/(\.llvm)?\.\d+$/, ".*");

const called = (profile) =>
  new Set(Array.from(profile.matchAll(/^c?fn=\(\d+\) (\S+?)('\d+)?$/gm), ([, name]) => name));
const runs = [called(started), called(worked)];

// Each function has a section of its own.
const sections = map.matchAll(/^ *\w+ +\w+ +(\w+) +\w+ +\S+:\((\.text\.\S+)\)$/gm);
const functions = Array.from(sections, ([, size, section]) => {
  const name = section.replace(/^\.text\.(hot\.|unlikely\.)?/, "");
  return { name: lasting(name), bytes: parseInt(size, 16), run: runs.findIndex((run) => run.has(name)) };
});

// The system has 64 KiB in memory for a function that stands alone, or somewhat less where two are neighbours. If
// those of its name that nobody calls have more, it is left where it is.
const WORTH = 16 * 1024;

const groups = [];
const taken = new Set();
for (const run of runs.keys()) {
  const found = new Map();
  for (const { name, bytes, run: first } of functions.filter(({ name }) => !taken.has(name))) {
    const counts = found.get(name) ?? { used: 0, unused: 0 };
    if (first >= 0 && first <= run) counts.used += 1;
    else counts.unused += bytes;
    found.set(name, counts);
  }
  const isUsed = (name) => found.get(name).used * WORTH > found.get(name).unused;
  const names = [...found.keys()].sort();
  groups.push(patterns(names, isUsed));
  names.filter(isUsed).forEach((name) => taken.add(name));
}

// The shortest beginnings that no unused name has. So they are few, and hold for names that differ only in what
// comes later.
function patterns(names, isUsed) {
  const unused = names.filter((name) => !isUsed(name));
  const found = [];
  let next = 0;
  for (const name of names) {
    if (!isUsed(name)) {
      next += 1;
    } else if (!found.some((pattern) => pattern.endsWith("*") && name.startsWith(pattern.slice(0, -1)))) {
      const length = 1 + Math.max(common(name, unused[next - 1]), common(name, unused[next]));
      found.push(length < name.length ? `${name.slice(0, length)}*` : name);
    }
  }
  return found;
}

function common(name, other = "") {
  let length = 0;
  while (length < name.length && name[length] === other[length]) length += 1;
  return length;
}

process.stdout.write(groups.flat().map((pattern) => `${pattern}\n`).join(""));
