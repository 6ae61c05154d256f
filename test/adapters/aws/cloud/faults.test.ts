import { describe, expect, onTestFinished, test } from "vitest";
import type { Pace } from "../../../../adapters/embedded/sandbox/timing.ts";
import type { Json } from "../../../../core/template/template.ts";
import { StackWork } from "../../../contract/cloud-bench.ts";
import type { WireAccount } from "../../../support/cloudformation-server/server.ts";
import { wireAccount, wireCloud } from "../../../support/cloudformation-server/wire-cloud.ts";
import { type Fault, FaultProxy } from "../../../support/fault-proxy.ts";
import { queue, steeredClock, TARGETS, topic } from "../../embedded/sandbox/workbench.ts";

/** The SDK waits a while after being throttled, so that throttling is tried apart from these, and once. */
const QUICK = ["error-500", "hangs", "response-lost", "response-cut"] as const satisfies Fault[];

const target = TARGETS.dev;
/** Only where an answer never comes is it given up on soon. */
const patience = (fault?: Fault) => ({
  connectionMs: 5_000,
  requestMs: fault === "hangs" ? 500 : 10_000,
  attempts: 3,
});

interface Bench {
  readonly account: WireAccount;
  readonly proxy: FaultProxy;
  /** Through the proxy. */
  readonly work: StackWork;
}

async function bench(fault?: Fault, pace: Pace = "none"): Promise<Bench> {
  const clock = steeredClock();
  const account = await wireAccount({ target, clock, pace });
  const proxy = await FaultProxy.before(account.url);
  onTestFinished(() => proxy.end());
  const cloud = wireCloud({ ...account, url: proxy.endpoint }, clock, patience(fault));
  return { account, proxy, work: new StackWork({ target, clock, cloud, controls: account.controls }) };
}

const jobs = (seconds: number): Json => ({ Jobs: queue({ VisibilityTimeout: seconds }) });

/** A call that changes something: what has to stand before it, the call, and how often it happened. */
interface Change {
  readonly action: string;
  readonly pace?: Pace;
  /** Gives the call, and the status of the stack's own event that is the trace of it. */
  prepare(bench: Bench): Promise<{ readonly call: () => Promise<unknown>; readonly trace: string }>;
}

const CHANGES: readonly Change[] = [
  {
    action: "ExecuteChangeSet",
    async prepare({ work }) {
      const changeSet = await work.plan({ A: topic() });
      return { call: () => work.execute(changeSet), trace: "CREATE_IN_PROGRESS" };
    },
  },
  {
    action: "CancelUpdateStack",
    pace: "demo",
    async prepare({ work }) {
      await work.apply(jobs(1));
      work.bench.clock.pass(60_000);
      await work.apply(jobs(2));
      const stack = await work.stack();
      return { call: () => work.applier(stack).cancelUpdate("stop"), trace: "UPDATE_ROLLBACK_IN_PROGRESS" };
    },
  },
  {
    action: "ContinueUpdateRollback",
    async prepare({ work }) {
      await work.apply(jobs(1));
      work.bench.controls.failNext({ environment: "dev", resource: "Jobs", rollbackToo: true });
      await work.apply(jobs(2));
      const stack = await work.stack();
      return {
        call: () => work.applier(stack).continueRollback("on", []),
        trace: "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
      };
    },
  },
  {
    action: "DeleteStack",
    async prepare({ work }) {
      await work.apply(jobs(1));
      const stack = await work.stack();
      return { call: () => work.applier(stack).deleteStack("away"), trace: "DELETE_IN_PROGRESS" };
    },
  },
];

/** How often something happened to the stack, as the account itself knows. */
async function timesOf({ cloud, operations }: WireAccount, trace: string): Promise<number> {
  const [stackId = ""] = [...operations.keys()];
  if (stackId === "") return 0;
  const events = await cloud.reader().stackEvents(stackId);
  return events.filter(({ physicalId, status }) => physicalId === stackId && status === trace).length;
}

describe("CloudFormation, when the network or AWS fails", () => {
  describe.each(QUICK)("%s", (fault) => {
    test.each(CHANGES)("once, $action is done, and done once", async ({ action, pace, prepare }) => {
      const one = await bench(fault, pace);
      const { call, trace } = await prepare(one);
      one.proxy.inject(fault, { on: action });
      await call();
      expect(await timesOf(one.account, trace)).toBe(1);
    });

    test("once, a change set is made, and one is made", async () => {
      const { account, proxy, work } = await bench(fault);
      for (const on of ["AssumeRole", "DescribeStacks", "CreateChangeSet", "DescribeChangeSet"])
        proxy.inject(fault, { on });
      expect(await work.plan({ A: topic() })).toMatchObject({
        name: "change-1",
        executionStatus: "AVAILABLE",
      });
      expect(account.looks.size).toBe(1);
    });

    test("once, a change set is deleted", async () => {
      const { account, proxy, work } = await bench(fault);
      const { arn } = await work.plan({ A: topic() });
      proxy.inject(fault, { on: "DeleteChangeSet" });
      await work.bench.cloud.planner().deleteChangeSet(arn);
      expect(await account.cloud.reader().describeChangeSet(arn)).toBeUndefined();
    });

    test("once, everything is read all the same", async () => {
      const { account, proxy, work } = await bench(fault);
      account.quirks.pageSize = 2;
      await work.apply({ A: topic(), B: topic(), C: topic() });
      for (const on of [
        "DescribeStackEvents",
        "ListStackResources",
        "GetTemplate",
        "DetectStackResourceDrift",
      ])
        proxy.inject(fault, { on });
      const [truth, { reader }] = [account.cloud.reader(), work];
      expect(await reader.stackEvents("shop")).toEqual(await truth.stackEvents("shop"));
      expect(await reader.stackResources("shop")).toEqual(await truth.stackResources("shop"));
      expect(await reader.stackTemplate("shop")).toEqual(await truth.stackTemplate("shop"));
      expect(await reader.resourceDrift("shop", ["A"])).toEqual(await truth.resourceDrift("shop", ["A"]));
    });

    test("time and again, an execution is told to be unavailable, and happened once or never", async () => {
      const { account, proxy, work } = await bench(fault);
      const changeSet = await work.plan({ A: topic() });
      proxy.inject(fault, { on: "ExecuteChangeSet", times: 100 });
      await expect(work.execute(changeSet)).rejects.toMatchObject({
        name: "CloudUnavailable",
        message: expect.stringContaining("3 times in a row"),
      });
      const happened = fault.startsWith("response") ? 1 : 0;
      expect(await timesOf(account, "CREATE_IN_PROGRESS")).toBe(happened);
      proxy.calm();
      await work.execute(changeSet);
      expect(await timesOf(account, "CREATE_IN_PROGRESS")).toBe(1);
    });
  });

  test("throttled once, an execution is done, and done once", async () => {
    const { account, proxy, work } = await bench();
    const changeSet = await work.plan({ A: topic() });
    proxy.inject("throttled", { on: "ExecuteChangeSet" });
    await work.execute(changeSet);
    expect(await timesOf(account, "CREATE_IN_PROGRESS")).toBe(1);
  });

  describe.each(["refused", "forgotten"] as const)("a token that is %s when it comes again", (tokens) => {
    test.each(CHANGES)("does $action once, though its answer was lost", async ({ action, pace, prepare }) => {
      const one = await bench(undefined, pace);
      const { call, trace } = await prepare(one);
      one.account.quirks.tokens = tokens;
      one.proxy.inject("response-lost", { on: action });
      await call();
      expect(await timesOf(one.account, trace)).toBe(1);
    });

    test("is no reason to take what somebody else did for ours", async () => {
      const { account, work } = await bench();
      account.quirks.tokens = tokens;
      const changeSet = await work.plan({ A: topic() });
      await work.applier(changeSet).executeChangeSet(changeSet.arn, "theirs");
      await expect(work.applier(changeSet).executeChangeSet(changeSet.arn, "ours")).rejects.toMatchObject({
        name: "ChangeSetObsolete",
      });
    });
  });

  test("a change set that CloudFormation deleted after it was executed was executed", async () => {
    const { account, work } = await bench();
    const changeSet = await work.plan({ A: topic() });
    await work.execute(changeSet);
    account.deletedChangeSets.add(changeSet.arn);
    await expect(work.execute(changeSet)).resolves.toBeUndefined();
    expect(await timesOf(account, "CREATE_IN_PROGRESS")).toBe(1);
  });

  test("change sets that the execution of another deleted are told as missing", async () => {
    const { account, work } = await bench();
    account.quirks.deletesOtherChangeSets = true;
    const [late, first] = [await work.plan({ A: topic() }), await work.plan({ B: topic() })];
    await work.execute(first);
    expect(await work.reader.describeChangeSet(late.arn)).toBeUndefined();
    await expect(work.execute(late)).rejects.toMatchObject({ name: "ChangeSetNotFound" });
  });

  test.each([
    ["credentials-expired", "CloudAccessDenied", /have expired; sign in again/],
    [
      "access-denied",
      "CloudAccessDenied",
      /some:Action on .* is needed and the role agent-mesh-dev-small lacks it/,
    ],
    ["quota-used-up", "RequestInvalid", /a quota of the account is used up .* It was not tried again/],
  ] as const)("%s is told at once, with what to do", async (fault, name, message) => {
    const { account, proxy, work } = await bench();
    const changeSet = await work.plan({ A: topic() });
    await work.applier(changeSet).describeStack(changeSet.stackId);
    proxy.count();
    proxy.inject(fault, { on: "ExecuteChangeSet", times: 100 });
    await expect(work.execute(changeSet)).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
    expect(proxy.count()["ExecuteChangeSet"]).toBe(1);
    expect(await timesOf(account, "CREATE_IN_PROGRESS")).toBe(0);
  });

  test("a clock that is an hour off AWS's is made up for", async () => {
    const { account, proxy, work } = await bench();
    proxy.inject("clock-skewed", { times: 1_000 });
    await work.apply({ A: topic() });
    expect(await timesOf(account, "CREATE_IN_PROGRESS")).toBe(1);
  });
});
