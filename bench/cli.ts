import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { figuresOf, row, timed } from "./measure.ts";

/** How fast the command line answers, as whole processes: what a person at a shell waits for. */
const ROOT = join(import.meta.dirname, "..");
const RUNS = 11;
const CHANGES = 3;
const folder = mkdtempSync(join(tmpdir(), "conductor-bench-"));

function conductor(...args: string[]): string {
  const run = spawnSync(process.execPath, [join(ROOT, "bin/launch.js"), ...args, "--data", folder], {
    cwd: ROOT,
    encoding: "utf8",
  });
  if (run.status !== 0) throw new Error(`conductor ${args.join(" ")}: ${run.stderr}${run.stdout}`);
  return run.stdout;
}

async function timesOf(runs: number, work: (round: number) => unknown): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < runs; round++) times.push(await timed(() => work(round)));
  return times;
}

const CHANGE = [
  "run",
  "change",
  "--input",
  "examples/goals/photo-archive.json",
  "--as",
  "ada",
  "--approve-as",
  "grace",
  "--pace",
  "none",
  "--json",
];

try {
  // The first run of any version also compiles it for Node's cache, which every later one uses.
  const first = JSON.parse(conductor(...CHANGE)) as { executionId: string; stack: string };
  const bare = await timesOf(RUNS, () => spawnSync(process.execPath, ["-e", ""]));
  row("node -e '' (what no CLI can be faster than)", figuresOf(bare), "ms", "–");
  row("conductor --help", figuresOf(await timesOf(RUNS, () => conductor("--help"))), "ms", "< 300 ms");
  const status = await timesOf(RUNS, () => conductor("status", first.executionId));
  row("conductor status", figuresOf(status), "ms", "< 300 ms");
  const cold = await timesOf(CHANGES, () => {
    rmSync(folder, { recursive: true, force: true });
    conductor(...CHANGE);
  });
  row("a photo-archive change, cold, start to DONE", figuresOf(cold.map((ms) => ms / 1000)), "s", "< 5 s");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
