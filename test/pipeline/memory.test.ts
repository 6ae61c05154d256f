import { expect, test } from "vitest";
import type { Dossier } from "../../core/artifacts/dossier.ts";
import type { PlanSpec } from "../../core/artifacts/plan-spec.ts";
import { shownFacts } from "../../core/memory/facts.ts";
import { example, Pipeline } from "../support/pipeline.ts";

const ARCHIVE = { environment: "dev", stack: "photo-archive" } as const;

test("what one change showed, the next ones are told, until it is undone", async () => {
  const pipeline = new Pipeline();
  const { id: first } = await pipeline.carryOut(example("photo-archive"));

  const similar = {
    goal: "An archive of photos for the press",
    environment: "dev",
    stack: "press",
    requires: [{ block: "artifacts_bucket", name: "photos" }],
  };
  const second = await pipeline.start(similar);
  await pipeline.rest(second);
  const plan = await pipeline.artifact<PlanSpec>(second, "plan.json");
  expect(plan.remembered?.precedents).toContainEqual(
    expect.objectContaining({ kind: "plan", executionId: first, outcome: "applied", stack: "photo-archive" }),
  );
  const said = await pipeline.artifact<Dossier>(second, "dossier.json");
  expect(said.remembered?.precedents).toEqual(plan.remembered?.precedents);

  const again = await pipeline.start(example("photo-archive-v2"));
  await pipeline.rest(again);
  const { remembered } = await pipeline.artifact<PlanSpec>(again, "plan.json");
  const told = remembered?.facts
    .filter(({ source }) => source === first)
    .map(({ kind, name }) => `${kind} ${name}`);
  expect(told).toEqual(expect.arrayContaining(["owner owner", "budget the stack", "runbook runbook"]));
  expect(told?.some((one) => /^endpoint .*Url/.test(one))).toBe(true);
  await pipeline.reject(again);

  await pipeline.rollBack(first);
  expect(await shownFacts(pipeline.world.table, ARCHIVE)).toMatchObject([{ kind: "runbook", source: first }]);
});
