import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  approvals,
  decide,
  type Gate,
  type GateError,
  lapse,
  outcomeOf,
  type Vote,
} from "../../../core/gate/gate.ts";
import { aGate, aVote, DIGEST, minutesAfter } from "../../support/records.ts";

const OTHER_DIGEST = "0".repeat(64);

/** Votes of all kinds: by the requester, the same person twice, on another digest, too late. */
const vote = fc.record({
  by: fc.constantFrom("ada", "grace", "linus", "joan", "ken"),
  decision: fc.constantFrom("approve" as const, "approve" as const, "approve" as const, "reject" as const),
  digest: fc.constantFrom(DIGEST, DIGEST, DIGEST, OTHER_DIGEST),
  minutes: fc.integer({ min: 0, max: 80 }),
});
type Cast = typeof vote extends fc.Arbitrary<infer Value> ? Value : never;

/** The gate after a vote, or as it was when the vote was refused. */
function cast(gate: Gate, { minutes, ...said }: Cast): Gate {
  try {
    return decide(gate, aVote(said.by, said), minutesAfter(minutes));
  } catch {
    return gate;
  }
}

test("no sequence of votes approves without as many others as it takes, on its digest and in time", () => {
  fc.assert(
    fc.property(
      fc.array(vote, { maxLength: 20 }),
      fc.integer({ min: 1, max: 4 }),
      (votes, requiredApprovals) => {
        const gate = votes.reduce(cast, aGate({ requiredApprovals }));
        const valid = votes.filter(
          ({ by, digest, minutes }) => by !== "ada" && digest === DIGEST && minutes < 60,
        );
        const approvers = new Set(valid.filter(({ decision }) => decision === "approve").map(({ by }) => by));
        if (gate.status === "approved") expect(approvers.size).toBeGreaterThanOrEqual(requiredApprovals);
        expect(approvals(gate).length).toBeLessThanOrEqual(requiredApprovals);
        expect(gate.votes.every(({ by, digest }) => by !== "ada" && digest === DIGEST)).toBe(true);
        expect(new Set(gate.votes.map(({ by }) => by)).size).toBe(gate.votes.length);
      },
    ),
    { numRuns: 500 },
  );
});

test("once decided, nothing anybody says changes it", () => {
  fc.assert(
    fc.property(fc.array(vote, { minLength: 1, maxLength: 20 }), (votes) => {
      let gate = aGate();
      for (const one of votes) {
        const before = gate;
        gate = cast(gate, one);
        if (before.status !== "open") expect(gate).toBe(before);
      }
    }),
  );
});

test("the first valid votes decide: a rejection at once, approvals with the last one needed", () => {
  fc.assert(
    fc.property(
      fc.array(vote, { maxLength: 20 }),
      fc.integer({ min: 1, max: 3 }),
      (votes, requiredApprovals) => {
        const gate = votes.reduce(cast, aGate({ requiredApprovals }));
        const seen = new Set<string>();
        let expected: Gate["status"] = "open";
        let count = 0;
        for (const { by, digest, minutes, decision } of votes) {
          if (expected !== "open" || by === "ada" || digest !== DIGEST || minutes >= 60 || seen.has(by))
            continue;
          seen.add(by);
          if (decision === "reject") expected = "rejected";
          else if (++count === requiredApprovals) expected = "approved";
        }
        expect(gate.status).toBe(expected);
      },
    ),
    { numRuns: 500 },
  );
});

describe("a vote is refused", () => {
  const refusal = (gate: Gate, one: Vote, minutes = 1): string => {
    try {
      return decide(gate, one, minutesAfter(minutes)).status;
    } catch (error) {
      return (error as GateError).name;
    }
  };

  test.each<[string, Partial<Gate>, Vote, number, string]>([
    ["by whoever asked for the change", {}, aVote("ada"), 1, "SelfApproval"],
    ["of whoever asked, a rejection too", {}, aVote("ada", { decision: "reject" }), 1, "SelfApproval"],
    [
      "on another change than the one at the gate",
      {},
      aVote("grace", { digest: OTHER_DIGEST }),
      1,
      "DigestMismatch",
    ],
    [
      "on the beginning of a digest",
      {},
      aVote("grace", { digest: DIGEST.slice(0, 12) }),
      1,
      "DigestMismatch",
    ],
    ["in the moment the gate expires", {}, aVote("grace"), 60, "GateExpired"],
    [
      "after a gate was marked expired, whatever the clock says",
      { status: "expired" },
      aVote("grace"),
      1,
      "GateExpired",
    ],
    ["of the same person again", { votes: [aVote("grace")] }, aVote("grace"), 1, "DecisionReplayed"],
    [
      "of the same person who thinks better of it",
      { requiredApprovals: 2, votes: [aVote("grace")] },
      aVote("grace", { decision: "reject" }),
      1,
      "DecisionReplayed",
    ],
    ["after an approval", { status: "approved" }, aVote("grace"), 1, "GateAlreadyDecided"],
    ["after a rejection", { status: "rejected" }, aVote("grace"), 1, "GateAlreadyDecided"],
    ["after the gate was closed", { status: "closed" }, aVote("grace"), 1, "GateAlreadyDecided"],
  ])("%s", (_what, changes, one, minutes, name) => {
    expect(refusal(aGate(changes), one, minutes)).toBe(name);
  });

  test("up to the last millisecond it counts", () => {
    expect(decide(aGate(), aVote("grace"), new Date(minutesAfter(60).getTime() - 1)).status).toBe("approved");
  });
});

describe("what gates amount to together", () => {
  const status = fc.constantFrom<Gate["status"]>("open", "approved", "rejected", "expired", "closed");

  test("is approval only when every one of them is approved by enough", () => {
    fc.assert(
      fc.property(fc.array(status, { maxLength: 4 }), (statuses) => {
        const gates = statuses.map((one) =>
          aGate({ status: one, votes: one === "approved" ? [aVote("grace")] : [] }),
        );
        const all = statuses.length > 0 && statuses.every((one) => one === "approved");
        expect(outcomeOf(gates) === "approved").toBe(all);
        expect(outcomeOf(gates.toReversed())).toBe(outcomeOf(gates));
      }),
    );
  });

  test("is not approval when a row merely says so", () => {
    const says = (votes: Vote[]) => outcomeOf([aGate({ status: "approved", requiredApprovals: 2, votes })]);
    expect(says([])).toBe("waiting");
    expect(says([aVote("grace")])).toBe("waiting");
    expect(says([aVote("grace"), aVote("grace")])).toBe("waiting");
    expect(says([aVote("grace"), aVote("ada")])).toBe("waiting");
    expect(says([aVote("grace"), aVote("linus", { digest: OTHER_DIGEST })])).toBe("waiting");
    expect(says([aVote("grace"), aVote("linus", { decision: "reject" })])).toBe("waiting");
    expect(says([aVote("grace"), aVote("linus")])).toBe("approved");
  });

  test("no gates at all approve nothing", () => {
    expect(outcomeOf([])).toBe("waiting");
  });
});

test("only an open gate lapses, and only when its time is over", () => {
  expect(lapse(aGate(), minutesAfter(59)).status).toBe("open");
  expect(lapse(aGate(), minutesAfter(60)).status).toBe("expired");
  for (const status of ["approved", "rejected", "closed", "expired"] as const) {
    expect(lapse(aGate({ status }), minutesAfter(600)).status).toBe(status);
  }
});
