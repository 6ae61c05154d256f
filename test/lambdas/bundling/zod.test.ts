import { expect, test } from "vitest";
import * as zod from "zod";
import * as bundled from "../../../lambdas/bundling/zod.ts";

const whole: ReadonlyMap<string, unknown> = new Map(Object.entries(zod));
const ours: ReadonlyMap<string, unknown> = new Map(Object.entries(bundled));

test("what bundles have of zod is zod, without its locales", () => {
  const missing = [...whole.keys()].filter((name) => !ours.has(name));
  expect(missing.toSorted()).toEqual(["core", "default", "locales"]);
  for (const [name, value] of ours)
    if (typeof value === "function") expect([name, value === whole.get(name)]).toEqual([name, true]);
});

test("a schema of the one is a schema to the other, and says the same of what is wrong", () => {
  const schema = bundled.object({ name: bundled.string().min(3) });
  const wrong = { name: "x" };
  expect(bundled.toJSONSchema(schema)).toEqual(zod.toJSONSchema(schema));
  expect(schema.safeParse(wrong).error?.issues).toEqual(
    zod.object({ name: zod.string().min(3) }).safeParse(wrong).error?.issues,
  );
});
