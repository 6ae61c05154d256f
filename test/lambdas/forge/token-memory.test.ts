import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { synthesize } from "../../../lambdas/forge/synthesize.ts";
import { contextOf, everyBlock } from "./plans.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function heapAfter(syntheses: number): number {
  for (let n = 0; n < syntheses; n++) synthesize(everyBlock(), contextOf());
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

test("a hundred syntheses leave no more behind than ten", () => {
  const before = heapAfter(10);
  const after = heapAfter(100);
  // Each would leave about 0.6 MB if CDK were left to remember it.
  expect(after - before).toBeLessThan(6_000_000);
});

test("what CDK shares between templates survives the forgetting", () => {
  const first = synthesize(everyBlock({ customerManagedKey: true }), contextOf()).text;
  for (let n = 0; n < 5; n++) {
    expect(() => synthesize([], contextOf({ tags: { Bad: "{{resolve:ssm:x}}" } }))).toThrow();
    expect(synthesize(everyBlock({ customerManagedKey: true }), contextOf()).text).toBe(first);
  }
});
