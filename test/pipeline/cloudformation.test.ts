import { expect, test } from "vitest";
import type { Pace } from "../../adapters/embedded/sandbox/timing.ts";
import type { Cloud } from "../../core/cloud/cloud.ts";
import { auditWorkspace } from "../../core/timeline/audit.ts";
import type { WireAccount } from "../support/cloudformation-server/server.ts";
import { wireAccount, wireCloud } from "../support/cloudformation-server/wire-cloud.ts";
import { example, Pipeline } from "../support/pipeline.ts";

/** The machines with the account at the other end of a wire; everything else is on this machine. */
async function pipelineOnTheWire(pace: Pace = "none"): Promise<{ pipeline: Pipeline; account: WireAccount }> {
  const clouds: Cloud[] = [];
  const pipeline = new Pipeline({
    pace,
    // Over a wire one looks more rarely than into a simulation.
    through: (world) => ({
      ...world,
      cloud: () => clouds[0] as Cloud,
      watching: { patienceMs: 20_000, pauseSeconds: 10 },
    }),
  });
  const { target } = pipeline.world.cloud("dev");
  const { database } = pipeline.home.directory;
  const account = await wireAccount({ target, clock: pipeline.time, pace, database });
  account.quirks.looksUntilComputed = 2;
  clouds.push(wireCloud(account, pipeline.time));
  return { pipeline, account };
}

test("photo-archive goes from its goal to an applied stack through CloudFormation's protocol, in a few dozen calls", async () => {
  const { pipeline, account } = await pipelineOnTheWire();
  const ended = await pipeline.carryOut(example("photo-archive"));
  expect(ended).toMatchObject({ changeStatus: "DONE", outcome: "applied", status: "completed" });
  const stack = await account.cloud.reader().describeStack("photo-archive");
  expect(stack?.status).toBe("CREATE_COMPLETE");
  expect(account.calls.length).toBeLessThanOrEqual(50);
  expect((await auditWorkspace(pipeline.home)).faults).toEqual([]);
});

test("what CloudFormation gives back with question marks in it is still known for what was approved", async () => {
  const { pipeline, account } = await pipelineOnTheWire();
  const secret = { block: "secret", name: "token", parameters: { description: "Schlüssel für 写真" } };
  const goal = { ...example("photo-archive"), stack: "keys", requires: [secret] };
  expect(await pipeline.carryOut(goal)).toMatchObject({ changeStatus: "DONE", outcome: "applied" });
  expect(await account.cloud.reader().stackTemplate("keys")).toContain("Schl\\u00fcssel");
});

test("a stack that runs a template in YAML is left alone, with a sentence about it", async () => {
  const { pipeline, account } = await pipelineOnTheWire();
  await pipeline.carryOut(example("photo-archive"));
  account.tell("GetTemplate", { TemplateBody: "Resources:\n  A:\n    Type: AWS::SNS::Topic\n" });
  const id = await pipeline.start(example("photo-archive-v2"));
  const ended = await pipeline.rest(id);
  expect(ended).toMatchObject({ outcome: "blocked" });
  expect(JSON.stringify(ended)).toContain("the stack photo-archive runs a template that is not JSON");
  expect(account.calls.filter(({ action }) => action === "CreateChangeSet")).toHaveLength(1);
});

test("its second version replaces a table there, and comes back exactly when undone", async () => {
  const { pipeline, account } = await pipelineOnTheWire();
  account.quirks.pageSize = 4;
  await pipeline.carryOut(example("photo-archive"));
  const before = await account.cloud.reader().stackTemplate("photo-archive");
  const { id, outcome } = await pipeline.carryOut(example("photo-archive-v2"));
  expect(outcome).toBe("applied");
  expect(await pipeline.rollBack(id)).toMatchObject({ changeStatus: "DONE", outcome: "rolled_back" });
  expect(await account.cloud.reader().stackTemplate("photo-archive")).toBe(before);
});

test("fails-halfway is rolled back there, and leaves nothing behind", async () => {
  const { pipeline, account } = await pipelineOnTheWire("real");
  const ended = await pipeline.carryOut(example("fails-halfway"));
  expect(ended).toMatchObject({ changeStatus: "DONE", outcome: "rolled_back" });
  expect(ended.rollback).toMatchObject({
    cause: "failure",
    beganAt: expect.any(String),
    finishedAt: expect.any(String),
  });
  expect(await account.cloud.reader().describeStack(ended.stack)).toBeUndefined();
  expect(account.calls.length).toBeLessThanOrEqual(150);
});
