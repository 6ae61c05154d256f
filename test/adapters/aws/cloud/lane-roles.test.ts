import { describe, expect, test } from "vitest";
import { awsCloud } from "../../../../adapters/aws/cloud.ts";
import type { ApplierSession } from "../../../../core/cloud/cloud.ts";
import { StackWork } from "../../../contract/cloud-bench.ts";
import { FUNCTION_KEY } from "../../../support/cloudformation-server/identities.ts";
import type { WireAccount } from "../../../support/cloudformation-server/server.ts";
import { wireAccount, wireCloud } from "../../../support/cloudformation-server/wire-cloud.ts";
import { type SteeredClock, steeredClock, TARGETS, topic } from "../../embedded/sandbox/workbench.ts";

const target = TARGETS.dev;

async function bench(): Promise<{
  readonly account: WireAccount;
  readonly clock: SteeredClock;
  readonly work: StackWork;
}> {
  const clock = steeredClock();
  const account = await wireAccount({ target, clock });
  const work = new StackWork({ target, clock, cloud: wireCloud(account, clock), controls: account.controls });
  return { account, clock, work };
}

/** Who made the calls of an action, by the name of their role. */
function whoCalled({ calls }: WireAccount, action: string): string[] {
  return [...new Set(calls.filter((call) => call.action === action).map(({ by }) => by.split("/")[1] ?? ""))];
}

describe("the roles of the lanes", () => {
  test("are each assumed for their own calls", async () => {
    const { account, work } = await bench();
    await work.apply({ A: topic() });
    await work.reader.callerIdentity();
    expect(whoCalled(account, "AssumeRole")).toEqual(["agent-mesh-dev-function"]);
    expect(whoCalled(account, "GetCallerIdentity")).toEqual(["agent-mesh-dev-read-only"]);
    expect(whoCalled(account, "DescribeStackEvents")).toEqual(["agent-mesh-dev-read-only"]);
    expect(whoCalled(account, "CreateChangeSet")).toEqual(["agent-mesh-dev-dry-run"]);
    expect(whoCalled(account, "ExecuteChangeSet")).toEqual(["agent-mesh-dev-apply"]);
  });

  test("are assumed once, however many calls a lane makes", async () => {
    const { account, work } = await bench();
    for (let i = 0; i < 5; i++) await work.reader.describeStack("shop");
    expect(account.identities.sessions).toHaveLength(1);
  });

  test("have to be of the environment's account", () => {
    const own = `arn:aws:iam::${target.account}:role/x`;
    const roles = { apply: own, service: own };
    const place = { region: target.region };
    const clock = steeredClock();
    for (const wrong of [
      { apply: "arn:aws:iam::093646564004:role/x" },
      { service: "arn:aws:iam::093646564004:role/x" },
      { readOnly: "arn:aws:iam::093646564004:role/x" },
      { dryRun: "not a role" },
    ])
      expect(() => awsCloud({ target, place, clock, roles: { ...roles, ...wrong } })).toThrow(
        /dev is account 536580886816, and .* is (a role of account 093646564004|no role); correct the configuration/,
      );
    expect(awsCloud({ target, place, clock, roles })).toMatchObject({ target, simulated: false });
  });

  test("need not be assumed where the function has its lane's role already", async () => {
    const clock = steeredClock();
    const account = await wireAccount({ target, clock });
    const { apply, service } = account.identities.roles;
    const place = { region: target.region, endpoint: account.url, credentials: FUNCTION_KEY };
    const cloud = awsCloud({ target, place, clock, roles: { apply, service } });
    expect((await cloud.reader().callerIdentity()).arn).toContain("agent-mesh-dev-function");
    expect(account.identities.sessions).toEqual([]);
  });
});

describe("an apply session", () => {
  const session = (more: Partial<ApplierSession> = {}): ApplierSession => ({
    executionId: "exec_1f2e",
    stack: `arn:aws:cloudformation:${target.region}:${target.account}:stack/shop/0f3a`,
    changeSetName: "change-1",
    tags: { gates: "gate_1 gate_2", deciders: "grace joan@example.com" },
    ...more,
  });

  async function asked(given: ApplierSession) {
    const { account, work } = await bench();
    await work.bench.cloud.applier(given).describeStack(given.stack);
    return account.identities.sessions[0];
  }

  test("names the execution, its gates and who decided, for a quarter of an hour", async () => {
    expect(await asked(session())).toMatchObject({
      role: `arn:aws:iam::${target.account}:role/agent-mesh-dev-apply`,
      name: "exec_1f2e",
      sourceIdentity: "exec_1f2e",
      tags: { gates: "gate_1 gate_2", deciders: "grace joan@example.com" },
      seconds: 900,
    });
  });

  test("carries the policy of its stack and its change set", async () => {
    const { policy } = (await asked(session())) ?? {};
    const { Statement } = JSON.parse(policy ?? "{}") as { Statement: { Resource: string[] }[] };
    expect(Statement[0]?.Resource).toEqual([session().stack]);
    expect(policy).toContain("changeSet/change-1/*");
  });

  test("says whatever it is given in what STS takes", async () => {
    const deciders = Array.from({ length: 40 }, (_, i) => `person${i}@example.com`).join(" ");
    const made = await asked(
      session({ executionId: `exec ünïcode/${"x".repeat(100)}`, tags: { deciders, note: "a;b#c" } }),
    );
    expect(made?.name).toMatch(/^exec--n-code-x{51}$/);
    expect(made?.tags["deciders"]).toMatch(/^person0@example\.com person1@.*\.\.\.$/);
    expect(made?.tags["note"]).toBe("a-b-c");
  });

  test("is begun by the first call, and never for none", async () => {
    const { account, work } = await bench();
    const applier = work.bench.cloud.applier(session());
    expect(account.identities.sessions).toEqual([]);
    await applier.describeStack(session().stack);
    await applier.describeStack(session().stack);
    expect(account.identities.sessions).toHaveLength(1);
  });

  test("is another one for every execution", async () => {
    const { account, work } = await bench();
    for (const executionId of ["exec_1", "exec_2"])
      await work.bench.cloud.applier(session({ executionId })).describeStack(session().stack);
    expect(account.identities.sessions.map(({ sourceIdentity }) => sourceIdentity)).toEqual([
      "exec_1",
      "exec_2",
    ]);
  });

  test("that ended is told as expired credentials", async () => {
    const { account, work } = await bench();
    const applier = work.bench.cloud.applier(session());
    await applier.describeStack(session().stack);
    account.identities.expireSessions();
    await expect(applier.describeStack(session().stack)).rejects.toMatchObject({
      name: "CloudAccessDenied",
      message: expect.stringContaining("expired"),
    });
  });
});

describe("a lane without a right", () => {
  test("is told which permission its role lacks, and where", async () => {
    const { work } = await bench();
    const changeSet = await work.plan({ A: topic() });
    const applier = work.bench.cloud.applier({ executionId: "exec_1", stack: "other", tags: {} });
    await expect(applier.describeStack(changeSet.stackId)).rejects.toMatchObject({
      name: "CloudAccessDenied",
      message: `describing stack ${changeSet.stackId}: cloudformation:DescribeStacks on ${changeSet.stackId} is needed and the role agent-mesh-dev-apply lacks it; grant it there or run this as another role`,
    });
  });

  test("that is not the dry_run lane cannot pass CloudFormation's role", async () => {
    const clock = steeredClock();
    const account = await wireAccount({ target, clock });
    const { roles } = account.identities;
    const place = { region: target.region, endpoint: account.url, credentials: FUNCTION_KEY };
    for (const dryRun of [roles.readOnly, roles.apply]) {
      const cloud = awsCloud({ target, place, clock, roles: { ...roles, dryRun } });
      const work = new StackWork({ target, clock, cloud, controls: account.controls });
      await expect(work.plan({ A: topic() })).rejects.toMatchObject({ name: "CloudAccessDenied" });
    }
    expect(account.calls.filter(({ action }) => action === "CreateChangeSet")).toHaveLength(2);
  });
});
