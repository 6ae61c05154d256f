import { describe, expect, test } from "vitest";
import { requestRollback } from "../../../core/execution/request-rollback.ts";
import { BEGIN_WITHIN_MINUTES, FINISH_WITHIN_MINUTES } from "../../../core/rollback/rollback-plan.ts";
import { rollbackTimes } from "../../../core/rollback/rollback-times.ts";
import {
  type ApprovedChange,
  approvedChange,
  SHOP,
  SHOP_TURNED_ROUND,
} from "../../support/approved-change.ts";
import { minutesAfter } from "../../support/records.ts";
import { person } from "../../support/workspace.ts";

/** Looks again and again, as the state machine does, until CloudFormation has finished. */
async function watched(change: ApprovedChange): Promise<string> {
  for (;;) {
    const { standing } = (await change.call("observe")) as { standing: string };
    if (standing !== "moving") return standing;
  }
}

async function times(change: ApprovedChange) {
  const { rollback } = await change.execution();
  return rollbackTimes(rollback!);
}

const DEV = { environment: "dev", stack: "shop" } as const;

describe("an apply that fails", () => {
  test.each([
    ["an update goes back to what was there", SHOP, SHOP_TURNED_ROUND, "Alerts"],
    [
      "a new stack is rolled back, and taken away so that the next attempt starts clean",
      undefined,
      SHOP,
      "Jobs",
    ],
  ] as const)("%s, and both times are measured from the failure", async (_what, before, after, resource) => {
    const change = await approvedChange({ ...(before ? { before } : {}), after, pace: "real" });
    change.controls.failNext({ ...DEV, resource, reason: "out of luck" });
    await change.call("apply");
    expect(await watched(change)).toBe("undone");
    const failure = (await change.told("apply.progress")).find(({ data }) =>
      String(data["status"]).endsWith("_FAILED"),
    );
    expect(await times(change)).toMatchObject({
      cause: "failure",
      calledAt: failure!.at,
      beganAfterSeconds: expect.any(Number),
      finishedAfterSeconds: expect.any(Number),
      withinLimits: true,
    });
    const { apply, changeStatus } = await change.execution();
    expect([apply?.failure, changeStatus]).toEqual([`${resource}: out of luck`, "ROLLBACK"]);
    expect(await change.stack()).toEqual(
      before ? expect.objectContaining({ status: "UPDATE_ROLLBACK_COMPLETE" }) : undefined,
    );
  });
});

describe("a running apply, when somebody asks for the way back,", () => {
  test("is cancelled if it updates a stack, which ends as it was", async () => {
    const change = await approvedChange({ before: SHOP, after: SHOP_TURNED_ROUND, pace: "real" });
    await change.call("apply");
    await change.call("observe");
    await requestRollback(change.world, "exec_1", person("ada"), "not like this");
    const asked = change.time.now().toISOString();
    expect(await watched(change)).toBe("undone");
    expect(change.mutations()).toEqual(["setStackPolicy", "executeChangeSet", "cancelUpdate"]);
    expect(await times(change)).toMatchObject({ cause: "requested", calledAt: asked, withinLimits: true });
    expect(await change.holds()).toEqual(["Jobs", "Orders"]);
  });

  test("is deleted if it creates a stack, which CloudFormation cannot cancel", async () => {
    const change = await approvedChange({ after: SHOP, pace: "real" });
    await change.call("apply");
    await requestRollback(change.world, "exec_1", person("grace"));
    expect(await watched(change)).toBe("undone");
    expect(change.mutations()).toEqual(["executeChangeSet", "deleteStack"]);
    expect([await change.stack(), (await times(change)).withinLimits]).toEqual([undefined, true]);
  });

  test("is turned round once, however often it is looked at", async () => {
    const change = await approvedChange({ before: SHOP, after: SHOP_TURNED_ROUND, pace: "real" });
    await change.call("apply");
    await requestRollback(change.world, "exec_1", person("ada"));
    await watched(change);
    expect([(await change.told("rollback.began")).length, change.mutations()]).toEqual([
      1,
      ["setStackPolicy", "executeChangeSet", "cancelUpdate"],
    ]);
  });

  test("is left to end when it is past stopping, and is undone afterwards", async () => {
    const change = await approvedChange({ before: SHOP, after: SHOP_TURNED_ROUND });
    await change.call("apply");
    await requestRollback(change.world, "exec_1", person("ada"));
    expect(await change.call("observe")).toMatchObject({ standing: "applied" });
    const { signals, rollback } = await change.execution();
    expect([signals.rollback?.by, rollback]).toEqual(["ada", undefined]);
  });
});

test("an apply that takes longer than an hour is turned round by itself, and not a minute before", async () => {
  const Properties = { DBInstanceClass: "db.t4g.micro", Engine: "postgres" };
  // Nine databases, one after the other: 72 minutes.
  const after = Object.fromEntries(
    Array.from({ length: 9 }, (_, i) => [
      `Database${i}`,
      { Type: "AWS::RDS::DBInstance", Properties, ...(i > 0 ? { DependsOn: [`Database${i - 1}`] } : {}) },
    ]),
  );
  const change = await approvedChange({ after, pace: "real" });
  await change.call("apply");
  change.time.pass(59);
  await change.call("observe");
  expect(change.mutations()).toEqual(["executeChangeSet"]);
  change.time.pass(2);
  await change.call("observe");
  expect(change.mutations()).toEqual(["executeChangeSet", "deleteStack"]);
  expect((await change.told("rollback.began"))[0]!.data).toEqual({ cause: "overdue" });
  change.time.pass(30);
  expect(await watched(change)).toBe("undone");
  expect(await times(change)).toMatchObject({ cause: "failure", beganAfterSeconds: 0 });
});

describe("both times of a rollback", () => {
  const at = (minutes: number) => minutesAfter(minutes).toISOString();
  const rollback = (began: number, finished: number) =>
    rollbackTimes({ cause: "requested", calledAt: at(0), beganAt: at(began), finishedAt: at(finished) });

  test("are within their limits up to the minute, and no longer", () => {
    expect([BEGIN_WITHIN_MINUTES, FINISH_WITHIN_MINUTES]).toEqual([5, 15]);
    expect(rollback(5, 15)).toMatchObject({
      beganAfterSeconds: 300,
      finishedAfterSeconds: 900,
      withinLimits: true,
    });
    expect([rollback(5.1, 15).withinLimits, rollback(5, 15.1).withinLimits]).toEqual([false, false]);
  });

  test("are not judged before they are there", () => {
    expect(rollbackTimes({ cause: "failure", calledAt: at(0) })).toMatchObject({
      beganAfterSeconds: null,
      finishedAfterSeconds: null,
      withinLimits: null,
    });
  });
});
