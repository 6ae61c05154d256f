import { expect, test } from "vitest";
import { auditWorkspace } from "../../bin/home/audit.ts";
import { awsWorkspace } from "../support/aws-workspace.ts";
import { describeWire } from "../support/moto.ts";
import { example } from "../support/pipeline.ts";

describeWire("a whole change on AWS's protocols", (moto) => {
  test("photo-archive goes from its goal to an applied stack, on a record that verifies", async () => {
    const { pipeline, account } = await awsWorkspace(moto());
    const ended = await pipeline.carryOut(example("photo-archive"));
    expect(ended).toMatchObject({ changeStatus: "DONE", outcome: "applied", status: "completed" });
    const stack = await account.cloud.reader().describeStack("photo-archive");
    expect(stack?.status).toBe("CREATE_COMPLETE");
    expect((await auditWorkspace(pipeline.home)).faults).toEqual([]);
  });

  test("a bucket and a table in trouble for a while delay a change, and fail none of it", async () => {
    const { pipeline, proxies } = await awsWorkspace(moto());
    const id = await pipeline.start(example("photo-archive"));
    // More than the SDK's own tries last.
    proxies.workspace.inject("throttled", { on: "GET object", times: 6 });
    proxies.workspace.inject("error-500", { on: "PUT object", times: 6 });
    proxies.workspace.inject("response-lost", { on: "TransactWriteItems", times: 2 });
    await pipeline.rest(id);
    proxies.workspace.calm();
    expect(await pipeline.approve(id)).toMatchObject({ changeStatus: "DONE", outcome: "applied" });
    expect((await auditWorkspace(pipeline.home)).faults).toEqual([]);
  });

  test("fails-halfway is rolled back, and leaves nothing behind in the account", async () => {
    const { pipeline, account } = await awsWorkspace(moto(), "real");
    const ended = await pipeline.carryOut(example("fails-halfway"));
    expect(ended).toMatchObject({ changeStatus: "DONE", outcome: "rolled_back" });
    expect(await account.cloud.reader().describeStack(ended.stack)).toBeUndefined();
    expect((await auditWorkspace(pipeline.home)).faults).toEqual([]);
  });
});
