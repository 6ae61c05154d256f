import { expect, test } from "vitest";
import { cancel } from "../../core/execution/signal.ts";
import type { Condition } from "../../core/gate/conditions.ts";
import { castVote } from "../../core/gate/gates.ts";
import { GOAL } from "../support/goals.ts";
import { Pipeline } from "../support/pipeline.ts";
import { person } from "../support/workspace.ts";

async function approvedIf(conditionsAt: (at: (minutes: number) => string) => Condition[]) {
  const pipeline = new Pipeline();
  const id = await pipeline.start(GOAL);
  await pipeline.rest(id);
  const at = (minutes: number) => new Date(pipeline.time.now().getTime() + minutes * 60_000).toISOString();
  const conditions = conditionsAt(at);
  for (const { id: gateId, digest } of await pipeline.gates(id)) {
    const vote = { gateId, decision: "approve", caller: person("grace"), digest, conditions } as const;
    await castVote(pipeline.world.table, vote, pipeline.time.now());
  }
  await pipeline.deliver();
  return { pipeline, id, until: at(90) };
}

const laterThanNinety = (at: (minutes: number) => string): Condition[] => [
  { kind: "not_before", value: at(90) },
];

test("a change that is approved for later waits, and is applied then without anybody's doing", async () => {
  const { pipeline, id, until } = await approvedIf(laterThanNinety);
  expect(await pipeline.rest(id)).toMatchObject({ rest: "window", parked: { why: "window", until } });
  pipeline.time.pass(89);
  expect(await pipeline.rest(id)).toMatchObject({ rest: "window", changeStatus: "WAIT_FOR_APPROVE" });
  pipeline.time.pass(2);
  const ended = await pipeline.rest(id);
  expect(ended).toMatchObject({ outcome: "applied" });
  expect(ended.parked).toBeUndefined();
  const told = await pipeline.told(id);
  expect(told.filter(({ type }) => type === "apply.waits")).toMatchObject([{ data: { until } }]);
  const began = told.find(({ type }) => type === "apply.began");
  expect(Date.parse(began?.at ?? "")).toBeGreaterThanOrEqual(Date.parse(until));
});

test("while it waits for its time it can be cancelled, at once", async () => {
  const { pipeline, id } = await approvedIf(laterThanNinety);
  await pipeline.rest(id);
  const asked = pipeline.time.now();
  await cancel(pipeline.world, id, person("ada"));
  await pipeline.deliver();
  expect(await pipeline.rest(id)).toMatchObject({ outcome: "cancelled" });
  expect(pipeline.time.now().getTime() - asked.getTime()).toBeLessThan(60_000);
  expect(await pipeline.world.cloud("dev").reader().describeStack("shop")).toBeUndefined();
});

test("one whose condition does not hold is blocked with the reason, and nothing is applied", async () => {
  const { pipeline, id } = await approvedIf(() => [{ kind: "max_resources", value: 0 }]);
  const ended = await pipeline.rest(id);
  expect(ended).toMatchObject({ outcome: "blocked", error: { name: "ConditionUnmet" } });
  expect(ended.error?.message).toContain("at most 0 resources change");
  expect(await pipeline.world.cloud("dev").reader().describeStack("shop")).toBeUndefined();
});
