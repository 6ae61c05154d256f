import { expect, test } from "vitest";
import { startChange } from "../../core/execution/start.ts";
import { castVote } from "../../core/gate/gates.ts";
import { parseGoal } from "../../core/plan/goal.ts";
import { auditWorkspace } from "../../core/timeline/audit.ts";
import { awsWorkspace } from "../support/aws-workspace.ts";
import { describeWire } from "../support/moto.ts";
import { example } from "../support/pipeline.ts";
import { person } from "../support/workspace.ts";

/** Nothing to worry about, as long as it is told to pass. */
function passing(error: unknown): undefined {
  if (!(error instanceof Error && error.name === "Unavailable")) throw error;
}

describeWire("a whole change on AWS's protocols", (moto) => {
  test("photo-archive goes from its goal to an applied stack, on a record that verifies", async () => {
    const { pipeline, account } = await awsWorkspace(moto());
    const ended = await pipeline.carryOut(example("photo-archive"));
    expect(ended).toMatchObject({ changeStatus: "DONE", outcome: "applied", status: "completed" });
    const stack = await account.cloud.reader().describeStack("photo-archive");
    expect(stack?.status).toBe("CREATE_COMPLETE");
    expect((await auditWorkspace(pipeline.home)).faults).toEqual([]);
  });

  // Once throttled, the SDK lets a client ask only slowly for a while.
  test("a bucket and a table in trouble for a while delay a change, and fail none of it", {
    timeout: 120_000,
  }, async () => {
    const { pipeline, proxies } = await awsWorkspace(moto());
    const goal = parseGoal(example("photo-archive"), "the goal");
    const { id } = await startChange(pipeline.world, goal, person("ada"));
    // More than the SDK's own tries last.
    proxies.workspace.inject("throttled", { on: "BatchGetItem", times: 5 });
    proxies.workspace.inject("error-500", { on: "PUT object", times: 5 });
    proxies.workspace.inject("response-lost", { on: "TransactWriteItems", times: 2 });
    // Whoever drives tries again what could not be delivered.
    while (!(await pipeline.rest(id).catch(passing)));
    const met = proxies.workspace.calls.flatMap(({ fault }) => fault ?? []);
    expect(new Set(met)).toEqual(new Set(["throttled", "error-500", "response-lost"]));
    proxies.workspace.calm();
    expect(await pipeline.approve(id)).toMatchObject({ changeStatus: "DONE", outcome: "applied" });
    expect((await auditWorkspace(pipeline.home)).faults).toEqual([]);
  });

  test("a decision whose answer never comes is made once, however often it is sent", async () => {
    const { pipeline, proxies } = await awsWorkspace(moto());
    const id = await pipeline.start(example("photo-archive"));
    await pipeline.rest(id);
    const [gate] = await pipeline.gates(id);
    if (!gate) throw new Error("a gate waits");
    const { id: gateId, digest } = gate;
    const vote = { gateId, decision: "approve", caller: person("grace"), digest } as const;
    const cast = () => castVote(pipeline.world.table, vote, pipeline.time.now());
    proxies.workspace.inject("response-lost", { on: "TransactWriteItems", times: 4 });
    await expect(cast()).rejects.toMatchObject({ name: "Unavailable" });
    await expect(cast()).rejects.toMatchObject({ name: "GateAlreadyDecided" });
    expect(await pipeline.approve(id)).toMatchObject({ changeStatus: "DONE", outcome: "applied" });
    const decided = (await pipeline.told(id)).filter(
      ({ type, data }) => type === "gate.decided" && data["gateId"] === gateId,
    );
    expect(decided).toHaveLength(1);
    const executed = proxies.account.calls.filter(({ operation }) => operation === "ExecuteChangeSet");
    expect(executed).toHaveLength(1);
  });

  test("fails-halfway is rolled back, and leaves nothing behind in the account", async () => {
    const { pipeline, account } = await awsWorkspace(moto(), "real");
    const ended = await pipeline.carryOut(example("fails-halfway"));
    expect(ended).toMatchObject({ changeStatus: "DONE", outcome: "rolled_back" });
    expect(await account.cloud.reader().describeStack(ended.stack)).toBeUndefined();
    expect((await auditWorkspace(pipeline.home)).faults).toEqual([]);
  });
});
