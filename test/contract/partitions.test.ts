import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { approveAll, drive, start, testHome, untilAtRest } from "../support/workspace.ts";
import { meterWrites } from "../support/write-units.ts";

const ROOT = join(import.meta.dirname, "../..");
const DECISION = readFileSync(join(ROOT, "docs/adr/0014-one-dynamodb-table.md"), "utf8");

/** Units per change by partition, as the decision's table promises at most. */
const promised = new Map(
  [...DECISION.matchAll(/^\| `([^`]+)`[^|]*\| (\d+) +\|/gm)].map(([, pk = "", units]) => [pk, Number(units)]),
);

/** A partition by what it is for: without the execution, the day, the stack. */
function kindOf(pk: string): string {
  return pk
    .replace(/exec_[0-9a-f]+/, "<id>")
    .replace(/gate_[0-9a-f]+/, "<id>")
    .replace(/^BUDGET#(day|emergency)#.*/, "BUDGET#$1#<day>")
    .replace(/^(BUDGET#execution#<id>)#.*/, "$1#<agent>")
    .replace(/^LOCK#.*/, "LOCK#<account>#<region>#<stack>")
    .replace(/^EXECUTIONS#.*/, "EXECUTIONS#<status>")
    .replace(/^GATES#open#.*/, "GATES#open#<environment>")
    .replace(/^MEMORY#.*/, "MEMORY#<kind>");
}

test("a change writes to no partition more than the decision on the table says", async () => {
  const home = testHome();
  const metered = meterWrites(home.world.table);
  const driver = await drive(home);
  const goal = JSON.parse(readFileSync(join(ROOT, "examples/goals/photo-archive.json"), "utf8")) as object;
  const id = await start(home, driver, goal);
  await untilAtRest(home, id);
  await approveAll(home, driver, id);
  expect((await untilAtRest(home, id)).changeStatus).toBe("DONE");

  const most = new Map<string, number>();
  for (const [pk, units] of metered) most.set(kindOf(pk), Math.max(most.get(kindOf(pk)) ?? 0, units));
  expect([...most.keys()].filter((pk) => !promised.has(pk))).toEqual([]);
  const exceeded = [...most].filter(([pk, units]) => units > (promised.get(pk) ?? 0));
  expect(exceeded).toEqual([]);
});
