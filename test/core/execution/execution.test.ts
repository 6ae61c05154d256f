import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  advance,
  type ChangeStatus,
  hasEnded,
  type Outcome,
  statusFor,
} from "../../../core/execution/execution.ts";
import { messageOf, outcomeAfter } from "../../../core/execution/failure.ts";
import { AT, anExecution } from "../../support/records.ts";

const STATUSES = [
  "PENDING",
  "IN_PROGRESS",
  "VALIDATING",
  "READY_FOR_APPLY",
  "WAIT_FOR_APPROVE",
  "APPLYING",
  "ROLLBACK",
  "DONE",
  "BLOCKED",
  "REJECTED",
  "EXPIRED",
  "CANCELLED",
] as const satisfies readonly ChangeStatus[];

const status = fc.constantFrom(...STATUSES);

function becomes(from: ChangeStatus, to: ChangeStatus): boolean {
  try {
    return advance(anExecution({ changeStatus: from }), to).changeStatus === to;
  } catch (error) {
    expect(error).toMatchObject({
      name: "IllegalTransition",
      message: expect.stringContaining(`${from}, which cannot`),
    });
    return false;
  }
}

/** Every status that can come after one, sooner or later. */
function reachable(from: ChangeStatus): Set<ChangeStatus> {
  const seen = new Set<ChangeStatus>();
  const open = [from];
  for (let at = open.pop(); at; at = open.pop()) {
    for (const to of STATUSES) {
      if (to === at || seen.has(to) || !becomes(at, to)) continue;
      seen.add(to);
      open.push(to);
    }
  }
  return seen;
}

describe("the status of a change", () => {
  test("goes the way of the specification", () => {
    const way = [
      "PENDING",
      "IN_PROGRESS",
      "VALIDATING",
      "READY_FOR_APPLY",
      "WAIT_FOR_APPROVE",
      "APPLYING",
      "DONE",
    ] as const;
    for (const [i, from] of way.slice(0, -1).entries()) expect(becomes(from, way[i + 1]!)).toBe(true);
    expect(becomes("APPLYING", "ROLLBACK")).toBe(true);
    expect(becomes("ROLLBACK", "DONE")).toBe(true);
  });

  test("comes to APPLYING from WAIT_FOR_APPROVE alone", () => {
    expect(STATUSES.filter((from) => from !== "APPLYING" && becomes(from, "APPLYING"))).toEqual([
      "WAIT_FOR_APPROVE",
    ]);
  });

  test("comes to WAIT_FOR_APPROVE only with everything before it done", () => {
    expect(
      STATUSES.filter((from) => from !== "WAIT_FOR_APPROVE" && becomes(from, "WAIT_FOR_APPROVE")),
    ).toEqual(["READY_FOR_APPLY"]);
    expect(STATUSES.filter((from) => from !== "READY_FOR_APPLY" && becomes(from, "READY_FOR_APPLY"))).toEqual(
      ["VALIDATING"],
    );
  });

  test("never leaves REJECTED, EXPIRED or CANCELLED", () => {
    for (const from of ["REJECTED", "EXPIRED", "CANCELLED"] as const) expect(reachable(from).size).toBe(0);
  });

  test("is not simply cancelled, rejected or expired while the account is being changed", () => {
    for (const from of ["APPLYING", "ROLLBACK"] as const) {
      for (const to of ["CANCELLED", "REJECTED", "EXPIRED"] as const) expect(becomes(from, to)).toBe(false);
    }
  });

  test("goes from DONE to ROLLBACK and nowhere else", () => {
    expect(STATUSES.filter((to) => to !== "DONE" && becomes("DONE", to))).toEqual(["ROLLBACK"]);
  });

  test("can end from wherever it is, and may stay where it is", () => {
    for (const from of STATUSES) {
      expect(becomes(from, from)).toBe(true);
      const ends = ["DONE", "BLOCKED", "REJECTED", "EXPIRED", "CANCELLED"] as const;
      expect(ends.some((end) => end === from || reachable(from).has(end))).toBe(true);
    }
  });

  test("takes nothing that is no status, and a refused step changes nothing", () => {
    for (const to of ["done", "", "constructor", "length", "__proto__"]) {
      expect(() => advance(anExecution(), to as ChangeStatus)).toThrow(
        expect.objectContaining({ name: "IllegalTransition" }),
      );
    }
    fc.assert(
      fc.property(status, status, (from, to) => {
        const execution = anExecution({ changeStatus: from });
        const before = structuredClone(execution);
        becomes(from, to);
        expect(execution).toEqual(before);
      }),
    );
  });
});

test("an execution has ended when it has an end", () => {
  expect(hasEnded(anExecution())).toBe(false);
  expect(hasEnded(anExecution({ endedAt: AT }))).toBe(true);
});

test("only what reached its goal, or was brought back, is completed", () => {
  const outcomes: Outcome[] = [
    "applied",
    "no_changes",
    "rolled_back",
    "blocked",
    "rejected",
    "expired",
    "cancelled",
    "failed",
    "stuck",
  ];
  expect(outcomes.filter((outcome) => statusFor(outcome) === "completed")).toEqual([
    "applied",
    "no_changes",
    "rolled_back",
  ]);
});

describe("a failure", () => {
  test("that is a refusal by rule blocks, any other is a failure of ours", () => {
    const resulting = (name: string) => outcomeAfter("failed", { Error: name, Cause: "" });
    const refusals = ["LawBroken", "WrongAccount", "LockNotHeld", "BudgetExhausted", "DynamicReference"];
    for (const name of [...refusals, "QuorumNotMet"]) {
      expect(resulting(name)).toBe("blocked");
    }
    for (const name of ["TypeError", "States.Timeout", "constructor", ""])
      expect(resulting(name)).toBe("failed");
    expect(outcomeAfter("failed", null)).toBe("failed");
    expect(outcomeAfter("applied", { Error: "LawBroken", Cause: "" })).toBe("applied");
  });

  test.each([
    ['{"errorMessage":"the disk is full","errorType":"DiskFull"}', "the disk is full"],
    ["plain words", "plain words"],
    ['{"other":1}', '{"other":1}'],
    ['{"errorMessage":5}', '{"errorMessage":5}'],
    ["null", "null"],
    ['"text"', '"text"'],
    ["{", "{"],
    ["", ""],
  ])("%s says %s", (cause, message) => {
    expect(messageOf(cause)).toBe(message);
  });
});
