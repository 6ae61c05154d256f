import { expect, it } from "vitest";
import { soak } from "../../scripts/soak-engine.ts";

it("25 SIGKILLs at random moments lose, repeat and leave nothing behind", async () => {
  const { faults, executions, calls } = await soak(25);
  expect(faults).toEqual([]);
  expect(executions).toBeGreaterThan(0);
  expect(calls).toBeGreaterThan(0);
}, 300_000);
