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

  test("fails-halfway is rolled back, and leaves nothing behind in the account", async () => {
    const { pipeline, account } = await awsWorkspace(moto(), "real");
    const ended = await pipeline.carryOut(example("fails-halfway"));
    expect(ended).toMatchObject({ changeStatus: "DONE", outcome: "rolled_back" });
    expect(await account.cloud.reader().describeStack(ended.stack)).toBeUndefined();
    expect((await auditWorkspace(pipeline.home)).faults).toEqual([]);
  });
});
