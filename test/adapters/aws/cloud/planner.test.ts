import { describe, expect, test } from "vitest";
import { awsCloud } from "../../../../adapters/aws/cloud.ts";
import { sha256 } from "../../../../core/digest.ts";
import { StackWork } from "../../../contract/cloud-bench.ts";
import { FUNCTION_KEY } from "../../../support/cloudformation-server/identities.ts";
import type { WireAccount } from "../../../support/cloudformation-server/server.ts";
import { wireAccount, wireCloud } from "../../../support/cloudformation-server/wire-cloud.ts";
import { WireError } from "../../../support/cloudformation-server/wire-error.ts";
import { steeredClock, TARGETS, topic } from "../../embedded/sandbox/workbench.ts";

const target = TARGETS.dev;

async function bench() {
  const clock = steeredClock();
  const account = await wireAccount({ target, clock });
  const work = new StackWork({ target, clock, cloud: wireCloud(account, clock), controls: account.controls });
  return { account, clock, work };
}

function sent({ calls }: WireAccount, action: string) {
  return calls.filter((call) => call.action === action).map(({ params }) => params);
}

/** A template of about that many bytes. */
const weighing = (bytes: number) => ({
  Metadata: { Notes: "é".repeat(bytes / 2) },
  Resources: { A: topic() },
});

describe("a change set on its way to CloudFormation", () => {
  test("brings CloudFormation's role, the acknowledgement of named roles, and a token", async () => {
    const { account, work } = await bench();
    const role = { Type: "AWS::IAM::Role", Properties: { RoleName: "x", AssumeRolePolicyDocument: {} } };
    await work.plan({ Role: role }, { clientToken: "exec_1/Propose/0" });
    expect(sent(account, "CreateChangeSet")).toEqual([
      expect.objectContaining({
        ChangeSetType: "CREATE",
        RoleARN: account.identities.roles.service,
        Capabilities: ["CAPABILITY_NAMED_IAM"],
        ClientToken: expect.stringMatching(/^conductor-exec-1-Propose-0-[0-9a-f]{24}$/),
      }),
    ]);
  });

  test("is waited for with ever longer pauses while it is computed", async () => {
    const { account, clock, work } = await bench();
    account.quirks.looksUntilComputed = 6;
    const before = clock.at;
    expect((await work.plan({ A: topic() })).status).toBe("CREATE_COMPLETE");
    expect(sent(account, "DescribeChangeSet")).toHaveLength(7);
    expect(clock.at - before).toBe(1_000 + 1_500 + 2_250 + 3_375 + 5_000 + 5_000);
  });

  test("that CloudFormation never finishes is given up on after minutes, and can be asked for again", async () => {
    const { account, work } = await bench();
    account.quirks.looksUntilComputed = 100;
    const request = work.request({ A: topic() });
    const planner = work.bench.cloud.planner();
    await expect(planner.createChangeSet(request)).rejects.toMatchObject({ name: "CloudUnavailable" });
    expect((await planner.createChangeSet(request)).name).toBe(request.name);
  });

  test("of somebody else is read as creating only a stack that is under review", async () => {
    const { account, work } = await bench();
    const facts = (StackId: string) => ({
      ChangeSetId: "arn:aws:cloudformation:af-south-1:536580886816:changeSet/by-hand/1",
      ChangeSetName: "by-hand",
      StackId,
      StackName: "shop",
      Status: "CREATE_COMPLETE",
      ExecutionStatus: "AVAILABLE",
      CreationTime: "2026-01-05T09:00:00Z",
    });
    const { stackId, arn } = await work.plan({ A: topic() });
    account.tell("DescribeChangeSet", facts(stackId));
    expect((await work.reader.describeChangeSet(arn))?.type).toBe("CREATE");
    await work.apply({ B: topic() });
    account.tell("DescribeChangeSet", facts(stackId));
    expect((await work.reader.describeChangeSet(arn))?.type).toBe("UPDATE");
  });

  test("is asked for as another kind when the stack appears in between, and the answer is that it is busy", async () => {
    const { account, work } = await bench();
    const message = "Stack [shop] already exists and cannot be created again with the changeSet [change-1].";
    account.tell("CreateChangeSet", new WireError("ValidationError", message));
    await expect(work.plan({ A: topic() })).rejects.toMatchObject({ name: "StackBusy" });
  });

  test("that vanishes while it is computed is told as missing", async () => {
    const { account, work } = await bench();
    account.tell(
      "DescribeChangeSet",
      new WireError("ChangeSetNotFound", "ChangeSet [x] does not exist", 404),
    );
    await expect(work.plan({ A: topic() })).rejects.toMatchObject({ name: "ChangeSetNotFound" });
  });
});

describe("a template too large for a request", () => {
  test("goes through S3 under its hash, once", async () => {
    const { account, work } = await bench();
    const request = work.request(weighing(60_000));
    const planner = work.bench.cloud.planner();
    const first = await planner.createChangeSet(request);
    await planner.createChangeSet({ ...request, name: "another", clientToken: "another" });
    const path = `/agent-mesh-dev-artifacts/templates/${sha256(request.template)}.json`;
    expect([...account.objects]).toEqual([[path, request.template]]);
    expect(sent(account, "CreateChangeSet").map(({ TemplateURL }) => TemplateURL)).toEqual([
      `${account.url}${path}`,
      `${account.url}${path}`,
    ]);
    expect(first.executionStatus).toBe("AVAILABLE");
  });

  test("is measured in bytes, not in characters", async () => {
    const { account, work } = await bench();
    await work.bench.cloud.planner().createChangeSet(work.request(weighing(50_900)));
    expect(account.objects.size).toBe(0);
    await work.bench.cloud.planner().createChangeSet(work.request(weighing(51_200)));
    expect(account.objects.size).toBe(1);
  });

  test("is refused above a megabyte, without asking anybody", async () => {
    const { account, work } = await bench();
    await expect(work.plan(weighing(1_048_576))).rejects.toMatchObject({
      name: "TemplateInvalid",
      message: expect.stringContaining("1048576"),
    });
    expect(sent(account, "CreateChangeSet")).toEqual([]);
  });

  test("is refused where no bucket is configured for it", async () => {
    const { account, clock } = await bench();
    const place = { region: target.region, endpoint: account.url, credentials: FUNCTION_KEY };
    const cloud = awsCloud({ target, place, clock, roles: account.identities.roles });
    const work = new StackWork({ target, clock, cloud, controls: account.controls });
    await expect(work.plan(weighing(60_000))).rejects.toMatchObject({
      name: "RequestInvalid",
      message: expect.stringContaining("no bucket is configured"),
    });
  });
});
