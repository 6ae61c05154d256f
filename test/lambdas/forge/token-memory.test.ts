import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { synthesize } from "../../../lambdas/forge/synthesize.ts";
import { component, contextOf, everyBlock } from "./plans.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function heapAfter(syntheses: number): number {
  const plan = [component("artifacts_bucket", "photos"), component("kv_store", "catalog")];
  for (let n = 0; n < syntheses; n++) synthesize(plan, contextOf());
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

test("two hundred syntheses leave no more behind than twenty", () => {
  const before = heapAfter(20);
  const after = heapAfter(200);
  // CDK left to itself would keep 140 KB of each, 28 MB together.
  expect(after - before).toBeLessThan(3_000_000);
});

test("what templates share of CDK survives the forgetting", () => {
  const plan = everyBlock({ customerManagedKey: true });
  const first = synthesize(plan, contextOf()).text;
  for (let n = 0; n < 3; n++) expect(synthesize(plan, contextOf()).text).toBe(first);
});
