import { describe, expect, test } from "vitest";
import { executionReport } from "../../bin/output/execution-report.ts";
import type { ChangeSet } from "../../core/artifacts/change-set.ts";
import { cancel } from "../../core/execution/signal.ts";
import { type Key, TableError } from "../../core/table/table.ts";
import { GOAL } from "../support/goals.ts";
import { Pipeline } from "../support/pipeline.ts";
import { person } from "../support/workspace.ts";

const QUEUE = { ...GOAL, requires: [{ block: "task_queue", name: "jobs" }] };
const TABLE = { ...GOAL, requires: [{ block: "kv_store", name: "orders" }] };
const BOTH = { ...GOAL, requires: [...QUEUE.requires, ...TABLE.requires] };

/** Where people see an execution stand in its stack's queue. */
async function place(pipeline: Pipeline, id: string): Promise<number | undefined> {
  return (await executionReport(pipeline.home, await pipeline.rest(id))).lock?.place;
}

describe("a second change of the same stack", () => {
  test("queues behind the first and sees its place, a third one behind it", async () => {
    const pipeline = new Pipeline();
    const [first, second, third] = [
      await pipeline.start(QUEUE),
      await pipeline.start(TABLE),
      await pipeline.start(BOTH),
    ];
    expect(await pipeline.rest(first)).toMatchObject({ rest: "gate" });
    expect(await pipeline.rest(second)).toMatchObject({ rest: "queued", stage: "QueueForStack" });
    expect([
      await place(pipeline, first),
      await place(pipeline, second),
      await place(pipeline, third),
    ]).toEqual([0, 1, 2]);
    const queued = (await pipeline.told(second)).find(({ type }) => type === "lock.queued");
    expect(queued?.data).toMatchObject({ place: 1, holder: first });
  });

  test("has its change set made only when its turn has come, against the stack as it is then", async () => {
    const pipeline = new Pipeline();
    const first = await pipeline.start(QUEUE);
    const second = await pipeline.start(BOTH);
    await expect(pipeline.artifact(second, "change-set.json")).rejects.toThrow(/has no/);
    expect(await pipeline.approve(first)).toMatchObject({ outcome: "applied" });
    expect(await pipeline.rest(second)).toMatchObject({ rest: "gate" });
    const { type, changes, baseline } = await pipeline.artifact<ChangeSet>(second, "change-set.json");
    const stack = await pipeline.world.cloud("dev").reader().describeStack("shop");
    // Computed before the first was applied, it would have been of a new stack.
    expect([type, changes.map((change) => change.type)]).toEqual(["UPDATE", ["AWS::DynamoDB::Table"]]);
    expect(baseline.lastUpdatedAt).toBe(stack?.lastUpdatedAt ?? stack?.createdAt);
    expect(await pipeline.approve(second)).toMatchObject({ outcome: "applied" });
  });

  test("is let in however the first one ends", async () => {
    const pipeline = new Pipeline();
    const [first, second, third] = [
      await pipeline.start(QUEUE),
      await pipeline.start(TABLE),
      await pipeline.start(BOTH),
    ];
    await pipeline.reject(first);
    expect(await pipeline.rest(second)).toMatchObject({ rest: "gate" });
    await cancel(pipeline.world, second, person("ada"));
    await pipeline.deliver();
    await pipeline.rest(second);
    expect(await pipeline.rest(third)).toMatchObject({ rest: "gate" });
  });

  test("can be cancelled in the queue, and those behind it move up", async () => {
    const pipeline = new Pipeline();
    const [first, second, third] = [
      await pipeline.start(QUEUE),
      await pipeline.start(TABLE),
      await pipeline.start(BOTH),
    ];
    await cancel(pipeline.world, second, person("ada"));
    await pipeline.deliver();
    expect(await pipeline.rest(second)).toMatchObject({ changeStatus: "CANCELLED" });
    expect([await place(pipeline, third), (await pipeline.rest(first)).rest]).toEqual([1, "gate"]);
  });

  test("of another stack does not queue", async () => {
    const pipeline = new Pipeline();
    await pipeline.start(QUEUE);
    const other = await pipeline.start({ ...QUEUE, stack: "other" });
    expect(await pipeline.rest(other)).toMatchObject({ rest: "gate" });
  });
});

/** A world in which the rows of locks cannot be read while `away` says so. */
function withoutLocks(away: () => boolean) {
  return (world: Pipeline["world"]): Pipeline["world"] => {
    const { table } = world;
    const get = (key: Key) =>
      away() && key.pk.startsWith("LOCK#")
        ? Promise.reject(new TableError("Unavailable", "no route to it"))
        : table.get(key);
    return {
      ...world,
      table: { get, query: (asked) => table.query(asked), transact: (all) => table.transact(all) },
    };
  };
}

/** Brings the store back after two minutes: long enough to be refused, and in time for the end to be recorded. */
function away(pipeline: Pipeline): void {
  const { engine } = pipeline.time;
  state.away = true;
  engine.at(engine.now() + 120_000, () => {
    state.away = false;
  });
}

const state = { away: false };
const refused = { outcome: "blocked", error: { name: "LockUnavailable" } };
const stackOf = ({ world }: Pipeline) => world.cloud("dev").reader().describeStack("shop");

describe("with the lock store out of reach", () => {
  test("a change gets no further than the queue, and nothing is asked of the account", async () => {
    const pipeline = new Pipeline({ through: withoutLocks(() => state.away) });
    away(pipeline);
    const id = await pipeline.start(QUEUE);
    expect(await pipeline.rest(id)).toMatchObject(refused);
    expect(await stackOf(pipeline)).toBeUndefined();
  });

  test("an approved change is not applied", async () => {
    const pipeline = new Pipeline({ through: withoutLocks(() => state.away) });
    const id = await pipeline.start(QUEUE);
    await pipeline.rest(id);
    away(pipeline);
    expect(await pipeline.approve(id)).toMatchObject(refused);
    expect(await stackOf(pipeline)).toBeUndefined();
  });

  test("for a moment only, a change goes on by itself", async () => {
    let refusals = 0;
    const pipeline = new Pipeline({ through: withoutLocks(() => refusals++ < 3) });
    expect(await pipeline.carryOut(QUEUE)).toMatchObject({ outcome: "applied" });
  });
});
