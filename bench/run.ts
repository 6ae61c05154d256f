import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** Runs every benchmark, one after the other, each in a process of its own; names on the command line choose some. */
const ALL = {
  api: [],
  cli: [],
  clients: [],
  changes: ["--expose-gc"],
  check: [],
  cost: [],
  engine: [],
} as const satisfies Record<string, readonly string[]>;

const asked = process.argv.slice(2);
const names = asked.length > 0 ? asked : Object.keys(ALL);
for (const name of names) {
  if (!(name in ALL))
    throw new Error(`there is no benchmark ${name}; there are ${Object.keys(ALL).join(", ")}`);
  console.log(`\n${name}`);
  const flags = ALL[name as keyof typeof ALL];
  const run = spawnSync(process.execPath, [...flags, join(import.meta.dirname, `${name}.ts`)], {
    stdio: "inherit",
  });
  if (run.status !== 0) process.exitCode = 1;
}
