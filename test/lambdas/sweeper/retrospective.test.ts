import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Execution, OUTCOMES, statusFor } from "../../../core/execution/execution.ts";
import { handler } from "../../../lambdas/sweeper/handler.ts";
import { AT, minutesAfter } from "../../support/records.ts";
import { afterwards, type Happening, LOOKED_AFTER, lookedBack, progress } from "./swept.ts";

const minutes = (after: number) => minutesAfter(after).toISOString();
const CHANGE = { stackId: "arn:stack", changeSetArn: "arn:change-set" };

describe("a change that was applied", () => {
  test("is told in figures taken from the record", async () => {
    const { looked } = await lookedBack({
      execution: {
        apply: { ...CHANGE, beganAt: minutes(30), endedAt: minutes(34) },
        spent: { tokens: 1_200, milliseconds: 5_000, microUsd: 2_500_000 },
      },
      happened: [
        progress(30, "shop", "UPDATE_IN_PROGRESS"),
        progress(31, "Table", "CREATE_IN_PROGRESS"),
        progress(32, "Table", "CREATE_COMPLETE"),
        progress(33, "Queue", "UPDATE_COMPLETE"),
        progress(33, "Queue", "UPDATE_COMPLETE"),
        progress(34, "shop", "UPDATE_COMPLETE"),
      ],
    });
    expect(looked).toEqual({
      schemaVersion: "0.1",
      executionId: "exec_1",
      stack: "shop",
      environment: "dev",
      ending: "DONE",
      outcome: "applied",
      summary: "shop in dev: applied, 2 resources",
      startedAt: AT,
      endedAt: minutes(LOOKED_AFTER),
      waitedForPeopleSeconds: 0,
      appliedSeconds: 240,
      rollback: null,
      tokensUsed: 1_200,
      costUsd: 2.5,
      resourcesChanged: 2,
      lessons: [],
    });
  });

  test("teaches what drifted right after it, and that an approval had become void", async () => {
    const { looked } = await lookedBack({
      execution: { apply: { ...CHANGE, beganAt: minutes(1), endedAt: minutes(2), driftedAfter: ["Queue"] } },
      happened: [[1, "approval.voided", { why: "somebody else updated the stack" }]],
    });
    expect(looked.lessons).toEqual([
      expect.stringContaining("became void"),
      "drifted right after the apply: Queue",
    ]);
  });
});

describe("a change that failed and was rolled back", () => {
  const rolledBack = (finished: number) =>
    lookedBack({
      outcome: "rolled_back",
      execution: {
        apply: {
          ...CHANGE,
          beganAt: minutes(10),
          endedAt: minutes(finished),
          failedAt: minutes(12),
          failure: "Photos: the name is taken",
        },
        rollback: {
          cause: "failure",
          calledAt: minutes(12),
          beganAt: minutes(13),
          finishedAt: minutes(finished),
        },
      },
      happened: [
        progress(12, "Photos", "CREATE_FAILED", { reason: "the name is taken" }),
        progress(12, "Queue", "CREATE_FAILED", { reason: "Resource creation cancelled" }),
        progress(14, "Table", "DELETE_COMPLETE"),
      ],
    });

  test("says why, and both times, within their limits", async () => {
    const { looked, desk } = await rolledBack(20);
    expect(looked).toMatchObject({
      outcome: "rolled_back",
      summary: "shop in dev: rolled back; Photos: the name is taken",
      rollback: {
        cause: "failure",
        beganAfterSeconds: 60,
        finishedAfterSeconds: 480,
        withinLimits: true,
      },
      lessons: ["Photos failed: the name is taken"],
    });
    const document = await desk.text("retrospective.md");
    expect(document).toContain("began after 60 s, finished after 480 s (limits: 300 s and 900 s).");
  });

  test("says so when it missed them", async () => {
    const { looked, desk } = await rolledBack(28);
    expect(looked.rollback?.withinLimits).toBe(false);
    expect(looked.lessons).toContainEqual(expect.stringContaining("missed its limits"));
    expect(await desk.text("retrospective.md")).toContain("**limits missed**");
  });

  test("of which the end is not known yet is neither within nor beyond them", async () => {
    const rollback = { cause: "requested", calledAt: minutes(1), calledBy: "ada" } as const;
    const { looked, desk } = await lookedBack({
      outcome: "stuck",
      ending: "BLOCKED",
      execution: { rollback },
    });
    expect(looked.rollback).toMatchObject({ finishedAfterSeconds: null, withinLimits: null });
    expect(await desk.text("retrospective.md")).toContain("Called by a person");
  });

  const called = { cause: "requested", calledAt: minutes(1), calledBy: "ada" } as const;
  const failure = {
    Error: "ApprovalVoid",
    Cause: JSON.stringify({ errorMessage: "shop was changed since" }),
  };

  test("that was refused is said to have undone nothing, and why", async () => {
    const { looked, desk } = await lookedBack({ execution: { rollback: called }, failure });
    expect(looked).toMatchObject({
      outcome: "applied",
      summary: "shop in dev: still applied, its rollback was refused; shop was changed since",
    });
    expect(await desk.text("retrospective.md")).toContain(
      `Called by a person at ${minutes(1)}; nothing was undone.`,
    );
  });

  test("that began and failed is said not to have finished", async () => {
    const rollback = { ...called, beganAt: minutes(2) };
    const { looked, desk } = await lookedBack({ execution: { rollback }, failure });
    expect(looked.summary).toBe("shop in dev: still applied, its undoing failed; shop was changed since");
    expect(await desk.text("retrospective.md")).toContain("began after 60 s, did not finish (limits");
  });
});

describe("a change that came to nothing", () => {
  test.each<[string, string, string, string]>([
    ["by rule", "LawBroken", "blocked", "law 7: it would delete a database"],
    ["by a fault of ours", "TypeError", "failed", "undefined is not a function"],
  ])("%s says which, and why", async (_how, error, outcome, message) => {
    const failure = { Error: error, Cause: JSON.stringify({ errorMessage: message }) };
    const { looked } = await lookedBack({ ending: "BLOCKED", outcome: "failed", failure });
    expect(looked).toMatchObject({
      outcome,
      summary: `shop in dev: ${outcome}; ${message}`,
      appliedSeconds: null,
      resourcesChanged: 0,
    });
  });

  test("for a reason of many words is told in some of them", async () => {
    const failure = { Error: "TypeError", Cause: "x".repeat(30_000) };
    const { looked } = await lookedBack({ ending: "BLOCKED", outcome: "failed", failure });
    expect(looked.summary.length).toBeLessThan(400);
  });
});

test.each(OUTCOMES)("an execution that ended %s is looked back on", async (outcome) => {
  const { desk, looked } = await lookedBack({ outcome, ending: "BLOCKED" });
  expect(looked.outcome).toBe(outcome);
  expect(["completed", "failed"]).toContain(statusFor(outcome));
  expect((await desk.attached()).map(({ name }) => name)).toEqual([
    "retrospective.json",
    "retrospective.md",
    "runbook.md",
  ]);
});

test.each(["DONE", "great", "", "constructor"])("an ending called %j is none", async (outcome) => {
  const desk = await afterwards();
  await expect(desk.call(handler, { ending: "DONE", outcome, failure: null })).rejects.toMatchObject({
    name: "InvalidInput",
  });
});

describe("the time people took", () => {
  const waited = async (happened: readonly Happening[], execution: Partial<Execution> = {}) =>
    (await lookedBack({ happened, execution })).looked.waitedForPeopleSeconds;
  const opened = (at: number, gateId: string): Happening => [at, "gate.opened", { gateId }];
  const decided = (at: number, gateId: string, status = "approved"): Happening => [
    at,
    "gate.decided",
    { gateId, status },
  ];

  test("is until the last of those who were needed has decided", async () => {
    const happened = [opened(0, "a"), decided(2, "a", "open"), decided(5, "a")];
    expect(await waited(happened)).toBe(300);
  });

  test("counts two gates that wait together once, and two that wait apart twice", async () => {
    const together = [opened(0, "a"), opened(0, "b"), decided(2, "a"), decided(6, "b")];
    expect(await waited(together)).toBe(360);
    const apart = [opened(0, "a"), decided(2, "a"), opened(10, "b"), [13, "gate.expired", { gateId: "b" }]];
    expect(await waited(apart as Happening[])).toBe(300);
  });

  test("of a gate still open is until now", async () => {
    expect(await waited([opened(50, "a")])).toBe((LOOKED_AFTER - 50) * 60);
  });

  test("is the time during which at least one gate was open, whatever opens and closes", async () => {
    const gate = fc.record({ from: fc.integer({ min: 0, max: 29 }), lasts: fc.integer({ min: 1, max: 29 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(gate, { maxLength: 4 }), async (gates) => {
        const ends = gates.flatMap(({ from, lasts }, index) => [
          { at: from, order: 1, what: opened(from, `g${index}`) },
          { at: from + lasts, order: 0, what: decided(from + lasts, `g${index}`) },
        ]);
        const happened = ends.sort((a, b) => a.at - b.at || a.order - b.order).map(({ what }) => what);
        const open = Array.from({ length: LOOKED_AFTER }, (_, minute) =>
          gates.some(({ from, lasts }) => from <= minute && minute < from + lasts),
        );
        expect(await waited(happened)).toBe(open.filter(Boolean).length * 60);
      }),
      { numRuns: 12 },
    );
  });
});
