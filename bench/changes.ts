import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { approveAs } from "../bin/home/approve-as.ts";
import { restOf } from "../bin/home/at-rest.ts";
import { Driver } from "../bin/home/driver.ts";
import { openHome } from "../bin/home/home.ts";
import { find } from "../core/execution/executions.ts";
import { startChange } from "../core/execution/start.ts";
import { parseGoal } from "../core/plan/goal.ts";
import { figuresOf, row } from "./measure.ts";

/** Whole changes in one warm process: how many a second, and whether memory stays flat over many. */
const CHANGES = Number(process.argv[2] ?? 1_000);
const SECTION = Math.max(1, Math.floor(CHANGES / 10));

const folder = mkdtempSync(join(tmpdir(), "conductor-bench-"));
const home = openHome({ data: folder, create: true, pace: "none" });
const driver = await Driver.begin(home, "bench", (error) => {
  throw error;
});
if (!driver) throw new Error("another driver holds a folder that was just made");

const goal = parseGoal(
  JSON.parse(readFileSync("examples/goals/photo-archive.json", "utf8")),
  "photo-archive",
);
const caller = { principal: "ada", via: "cli", authenticated: false } as const;

/** Each change is of a stack of its own, so that every one creates all its resources. */
async function change(number: number): Promise<void> {
  const { id } = await startChange(home.world, { ...goal, stack: `photo-archive-${number}` }, caller);
  await driver?.deliver();
  for (;;) {
    const rest = await restOf(home.world, await find(home.world.table, id));
    if (rest === "ended") break;
    if (rest === "gate") {
      await approveAs(home, id, ["grace"]);
      await driver?.deliver();
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const { outcome } = await find(home.world.table, id);
  if (outcome !== "applied") throw new Error(`change ${number} ended ${outcome}`);
}

try {
  await change(0);
  const perSecond: number[] = [];
  const memory: number[] = [];
  for (let done = 1; done <= CHANGES; done += SECTION) {
    const start = performance.now();
    for (let number = done; number < done + SECTION; number++) await change(number);
    perSecond.push((SECTION * 1000) / (performance.now() - start));
    globalThis.gc?.();
    memory.push(process.memoryUsage().rss / 1e6);
    console.log(
      `  after ${done + SECTION - 1} changes: ${perSecond.at(-1)?.toFixed(1)} a second, ${memory.at(-1)?.toFixed(0)} MB`,
    );
  }
  row("changes a second, one warm process, one at a time", figuresOf(perSecond), "per s", "> 5");
  // The first tenth still fills caches; growth is judged from there on.
  const settled = memory.slice(1);
  row("memory while it goes on", figuresOf(settled), "MB", "flat");
  row(
    "growth from the second tenth to the last",
    figuresOf([(settled.at(-1) ?? 0) - (settled[0] ?? 0)]),
    "MB",
    "about 0",
  );
} finally {
  await driver.stop();
  home.close();
  rmSync(folder, { recursive: true, force: true });
}
