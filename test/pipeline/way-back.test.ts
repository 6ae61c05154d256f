import { describe, expect, test } from "vitest";
import type { Retrospective } from "../../core/artifacts/retrospective.ts";
import { CloudError } from "../../core/cloud/errors.ts";
import { requestRollback } from "../../core/execution/request-rollback.ts";
import { cancel } from "../../core/execution/signal.ts";
import { lockOf } from "../../core/lock/locks.ts";
import { auditExecution } from "../../core/timeline/audit.ts";
import { deploy, SHOP } from "../support/approved-change.ts";
import { GOAL } from "../support/goals.ts";
import { Pipeline, type PipelineOptions } from "../support/pipeline.ts";
import { person } from "../support/workspace.ts";

const QUEUE = { ...GOAL, requires: [{ block: "task_queue", name: "jobs" }] };
const TWO = { ...GOAL, requires: [...QUEUE.requires, { block: "kv_store", name: "orders" }] };
const SLOWER = {
  ...GOAL,
  requires: [{ block: "task_queue", name: "jobs", parameters: { retentionDays: 9 } }],
};
const DEV = { environment: "dev", stack: "shop" } as const;

const stackOf = ({ world }: Pipeline) => world.cloud("dev").reader().describeStack("shop");

/** A pipeline in which something happens at the first look at a running apply. */
function atFirstLook(act: (pipeline: Pipeline, id: string) => unknown, options: PipelineOptions = {}) {
  let done = false;
  return new Pipeline({
    pace: "real",
    ...options,
    before: async ({ name, payload }, pipeline) => {
      if (done || name !== "Broker" || payload["action"] !== "observe") return;
      done = true;
      await act(pipeline, String(payload["executionId"]));
    },
  });
}

describe("a running apply", () => {
  test("is turned round when somebody asks, and ends rolled back with both times measured", async () => {
    const pipeline = atFirstLook(({ world }, id) => requestRollback(world, id, person("ada")));
    expect(await pipeline.carryOut(QUEUE)).toMatchObject({ changeStatus: "DONE", outcome: "rolled_back" });
    expect(await stackOf(pipeline)).toBeUndefined();
  });

  test("of an update is cancelled, and the stack is as it was before", async () => {
    let first = true;
    const pipeline = new Pipeline({
      pace: "real",
      before: async ({ name, payload }, { world }) => {
        if (name !== "Broker" || payload["action"] !== "observe" || first) return;
        await requestRollback(world, String(payload["executionId"]), person("grace")).catch(() => {});
      },
    });
    await pipeline.carryOut(QUEUE);
    first = false;
    const before = await pipeline.world.cloud("dev").reader().stackTemplate("shop");
    const ended = await pipeline.carryOut(TWO);
    expect(ended).toMatchObject({
      outcome: "rolled_back",
      rollback: { cause: "requested", calledBy: "grace" },
    });
    const { rollback } = await pipeline.artifact<Retrospective>(ended.id, "retrospective.json");
    expect(rollback).toMatchObject({ withinLimits: true });
    expect(await pipeline.world.cloud("dev").reader().stackTemplate("shop")).toBe(before);
  });

  test("cannot be cancelled, and says what stops it", async () => {
    const refusals: unknown[] = [];
    const pipeline = atFirstLook(async ({ world }, id) => {
      await cancel(world, id, person("ada")).catch((error: unknown) => refusals.push(error));
    });
    expect(await pipeline.carryOut(QUEUE)).toMatchObject({ outcome: "applied" });
    expect(refusals).toMatchObject([{ message: expect.stringContaining("conductor rollback") }]);
  });

  test("keeps its stack's lock while the account is out of reach for hours, and is seen to its end", async () => {
    let outUntil = 0;
    const pipeline = atFirstLook(
      ({ time }) => {
        outUntil = time.now().getTime() + 3 * 3_600_000;
      },
      {
        through: (world) => ({
          ...world,
          cloud: (environment) => {
            if (world.clock.now().getTime() < outUntil)
              throw new CloudError("CloudUnavailable", "no network");
            return world.cloud(environment);
          },
        }),
      },
    );
    const id = await pipeline.start(QUEUE);
    await pipeline.rest(id);
    const other = await pipeline.start(TWO);
    let held: ReturnType<typeof lockOf> | undefined;
    pipeline.time.engine.at(pipeline.time.engine.now() + 2 * 3_600_000, () => {
      held = lockOf(pipeline.world.table, {
        id,
        account: "536580886816",
        region: "af-south-1",
        stack: "shop",
      });
    });
    expect(await pipeline.approve(id)).toMatchObject({ outcome: "applied" });
    expect((await held)?.holder?.executionId).toBe(id);
    expect(await pipeline.rest(other)).toMatchObject({ rest: "gate" });
  });
});

describe("an applied change", () => {
  test("is undone when somebody asks, in a run of its own, and may not be undone twice", async () => {
    const pipeline = new Pipeline({ pace: "real" });
    const { id } = await pipeline.carryOut(QUEUE);
    pipeline.time.pass(60 * 24 * 7);
    const ended = await pipeline.rollBack(id, "ada");
    expect(ended).toMatchObject({ changeStatus: "DONE", outcome: "rolled_back", status: "completed" });
    const { rollback } = await pipeline.artifact<Retrospective>(id, "retrospective.json");
    expect(rollback).toMatchObject({ cause: "requested", withinLimits: true });
    expect(await stackOf(pipeline)).toBeUndefined();
    await expect(pipeline.rollBack(id)).rejects.toMatchObject({ name: "NothingToRollBack" });
    expect((await auditExecution(pipeline.home, id)).faults).toEqual([]);
  });

  test("that somebody else built upon is left as it is, and the record says why", async () => {
    const pipeline = new Pipeline();
    await deploy(pipeline.world, "dev", SHOP);
    const { id } = await pipeline.carryOut(QUEUE);
    await pipeline.carryOut(TWO);
    const before = await pipeline.world.cloud("dev").reader().stackTemplate("shop");
    expect(await pipeline.rollBack(id)).toMatchObject({
      changeStatus: "DONE",
      outcome: "applied",
      error: { name: "ApprovalVoid", message: expect.stringContaining("was changed since") },
    });
    expect(await pipeline.world.cloud("dev").reader().stackTemplate("shop")).toBe(before);
    const { summary } = await pipeline.artifact<Retrospective>(id, "retrospective.json");
    expect(summary).toContain("still applied, its rollback was refused; shop was changed since");
  });

  test("waits its turn behind another change of the same stack", async () => {
    const pipeline = new Pipeline();
    const { id } = await pipeline.carryOut(QUEUE);
    const other = await pipeline.start(TWO);
    await pipeline.rest(other);
    expect(await pipeline.rollBack(id)).toMatchObject({ rest: "queued" });
    await pipeline.reject(other);
    expect(await pipeline.rest(id)).toMatchObject({ outcome: "rolled_back" });
  });

  test("may be asked back again after a rollback that was refused", async () => {
    const pipeline = new Pipeline();
    await deploy(pipeline.world, "dev", SHOP);
    const { id } = await pipeline.carryOut(QUEUE);
    pipeline.controls.setAccount({ environment: "dev", account: "111111111111" });
    expect(await pipeline.rollBack(id)).toMatchObject({
      outcome: "applied",
      error: { name: "WrongAccount" },
    });
    pipeline.controls.setAccount({ environment: "dev", account: undefined });
    pipeline.time.pass(1);
    const ended = await pipeline.rollBack(id);
    expect(ended).toMatchObject({ outcome: "rolled_back" });
    expect(ended.error).toBeUndefined();
  });
});

describe("an undoing that fails", () => {
  const undoing = async (rollbackToo: boolean) => {
    const pipeline = new Pipeline();
    await pipeline.carryOut(QUEUE);
    const { id } = await pipeline.carryOut(SLOWER);
    pipeline.controls.failNext({ ...DEV, resource: "AWS::SQS::Queue", rollbackToo });
    return { pipeline, id, ended: await pipeline.rollBack(id) };
  };

  test("and is itself rolled back leaves the change applied, and may be asked for again", async () => {
    const { pipeline, id, ended } = await undoing(false);
    expect(ended).toMatchObject({ changeStatus: "DONE", outcome: "applied", error: { name: "UndoFailed" } });
    expect((await stackOf(pipeline))?.status).toBe("UPDATE_ROLLBACK_COMPLETE");
    pipeline.time.pass(1);
    expect(await pipeline.rollBack(id)).toMatchObject({ outcome: "rolled_back" });
  });

  test("and leaves the stack stuck says so, and the next change leads it out", async () => {
    const { pipeline, ended } = await undoing(true);
    expect(ended).toMatchObject({ changeStatus: "BLOCKED", outcome: "stuck", error: { name: "UndoFailed" } });
    const next = await pipeline.start(TWO);
    expect(await pipeline.rest(next)).toMatchObject({ rest: "gate", changeStatus: "BLOCKED" });
    await pipeline.approve(next);
    expect(await pipeline.approve(next)).toMatchObject({ outcome: "applied" });
  });
});

describe("a stack that is stuck", () => {
  const failing = async (pipeline: Pipeline) => {
    pipeline.controls.failNext({ ...DEV, resource: "Jobs" });
    await deploy(pipeline.world, "dev", SHOP);
    expect((await stackOf(pipeline))?.status).toBe("ROLLBACK_COMPLETE");
    const id = await pipeline.start(QUEUE);
    expect(await pipeline.rest(id)).toMatchObject({ rest: "gate", changeStatus: "BLOCKED" });
    expect(await pipeline.gates(id)).toMatchObject([{ type: "stack_recovery" }]);
    return id;
  };

  test("from before is led out when somebody agrees, and the change goes on by itself", async () => {
    const pipeline = new Pipeline();
    const id = await failing(pipeline);
    expect(await pipeline.approve(id, ["grace"])).toMatchObject({
      rest: "gate",
      changeStatus: "WAIT_FOR_APPROVE",
    });
    expect(await pipeline.approve(id)).toMatchObject({ outcome: "applied" });
  });

  test("from before in REVIEW_IN_PROGRESS takes the change as it is, and nobody need lead it out", async () => {
    const pipeline = new Pipeline();
    const template = JSON.stringify({ Resources: SHOP });
    const request = { stack: "shop", name: "left", template, parameters: {}, tags: {}, clientToken: "x" };
    await pipeline.world.cloud("dev").planner().createChangeSet(request);
    expect(await pipeline.carryOut(QUEUE)).toMatchObject({ outcome: "applied" });
  });

  test("from before stays as it is when nobody agrees, and the end says so", async () => {
    const pipeline = new Pipeline();
    const id = await failing(pipeline);
    expect(await pipeline.reject(id)).toMatchObject({
      changeStatus: "BLOCKED",
      outcome: "stuck",
      error: { message: expect.stringMatching(/^rejected: shop is stuck in ROLLBACK_COMPLETE/) },
    });
    expect((await stackOf(pipeline))?.status).toBe("ROLLBACK_COMPLETE");
  });

  test("from before keeps nobody from cancelling the change", async () => {
    const pipeline = new Pipeline();
    const id = await failing(pipeline);
    await cancel(pipeline.world, id, person("ada"));
    await pipeline.deliver();
    expect(await pipeline.rest(id)).toMatchObject({ changeStatus: "CANCELLED", outcome: "cancelled" });
  });

  test("by our own apply is led out when somebody agrees, and ends as rolled back", async () => {
    const pipeline = new Pipeline();
    await pipeline.carryOut(QUEUE);
    pipeline.controls.failNext({ ...DEV, resource: "AWS::SQS::Queue", rollbackToo: true });
    const id = await pipeline.start(SLOWER);
    await pipeline.rest(id);
    expect(await pipeline.approve(id)).toMatchObject({ rest: "gate", changeStatus: "BLOCKED" });
    expect((await stackOf(pipeline))?.status).toBe("UPDATE_ROLLBACK_FAILED");
    expect(await pipeline.approve(id, ["linus"])).toMatchObject({
      outcome: "rolled_back",
      changeStatus: "DONE",
    });
    expect((await stackOf(pipeline))?.status).toBe("UPDATE_ROLLBACK_COMPLETE");
  });
});
