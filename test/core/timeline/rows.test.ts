import { describe, expect, test } from "vitest";
import type { Gate } from "../../../core/gate/gate.ts";
import { link, type TimelineEntry, type TimelineEvent } from "../../../core/timeline/chain.ts";
import { type Rows, rowFaults } from "../../../core/timeline/rows.ts";
import { AT, aGate, anExecution, aVote, DIGEST, minutesAfter, ref } from "../../support/records.ts";

const CHAIN = "exec_1";
const END = minutesAfter(9).toISOString();
const GOAL = ref("goal.json", "GoalStatement");
const DRAFT = { ...ref("first draft"), name: "plan.json" };
const PLAN = ref("plan.json");

function told(type: string, data: object, actor = "conductor", at = AT): TimelineEntry {
  return { at, type, actor, data: { ...data } };
}

function chainOf(...entries: readonly TimelineEntry[]): TimelineEvent[] {
  const events: TimelineEvent[] = [];
  for (const entry of entries) events.push(link(CHAIN, events.at(-1), entry));
  return events;
}

const { id: gateId, type: gateType, requiredApprovals, expiresAt } = aGate();

/** Ada asks, an agent plans twice, Grace approves, and it is applied. */
const EVENTS = chainOf(
  told("execution.requested", { goal: GOAL, environment: "dev", stack: "shop" }, "ada"),
  told("agent.finished", { artifacts: [DRAFT] }, "agent:atlas"),
  told("agent.finished", { artifacts: [PLAN] }, "agent:atlas"),
  told("gate.opened", { gateId, gateType, digest: DIGEST, requiredApprovals, expiresAt }),
  told("gate.decided", { gateId, decision: "approve", digest: DIGEST, status: "approved" }, "grace"),
  told("execution.ended", { changeStatus: "DONE", outcome: "applied" }, "conductor", END),
);

const EXECUTION = anExecution({
  changeStatus: "DONE",
  outcome: "applied",
  status: "completed",
  endedAt: END,
});
const GATE = aGate({ status: "approved", votes: [aVote("grace")] });
const ROWS: Rows = { execution: EXECUTION, gates: [GATE], artifacts: [GOAL, PLAN], over: true };

const faultsWith = (changes: Partial<Rows>) => rowFaults(CHAIN, EVENTS, { ...ROWS, ...changes });

test("the rows of an execution agree with its chain as they were written", () => {
  expect(faultsWith({})).toEqual([]);
  const after = chainOf(
    ...EVENTS,
    told("approval.voided", { why: "the stack was changed", gates: [{ gateId }] }),
  );
  expect(rowFaults(CHAIN, after, { ...ROWS, gates: [{ ...GATE, status: "closed" }] })).toEqual([]);
});

describe("the row of an execution", () => {
  test.each([
    ["requestedBy", "grace"],
    ["environment", "prod"],
    ["stack", "bank"],
    ["createdAt", END],
    ["goal", ref("another.json")],
    ["outcome", "rolled_back"],
    ["changeStatus", "CANCELLED"],
    ["endedAt", AT],
  ])("is found when its %s is not the recorded one", (name, value) => {
    const faults = faultsWith({ execution: { ...EXECUTION, [name]: value } });
    expect(faults).toMatchObject([{ chain: CHAIN, kind: "edited", message: expect.stringContaining(name) }]);
  });

  test("is missed when it is gone", () => {
    expect(faultsWith({ execution: undefined })).toMatchObject([{ kind: "missing-execution" }]);
  });

  test("may go on after an end only if the workspace knows that it was opened again", () => {
    const { endedAt: _ended, outcome: _outcome, ...execution } = EXECUTION;
    expect(faultsWith({ execution })).toMatchObject([{ kind: "edited", seq: EVENTS.length }]);
    expect(faultsWith({ execution, over: false })).toEqual([]);
  });

  test("cannot claim an end that was never recorded", () => {
    const begun = EVENTS.slice(0, -1);
    expect(rowFaults(CHAIN, begun, { ...ROWS, over: false }).length).toBeGreaterThan(0);
  });
});

describe("the row of a gate", () => {
  test.each([
    ["requestedBy", "linus"],
    ["requiredApprovals", 0],
    ["type", "design_review"],
    ["expiresAt", END],
    ["openedAt", END],
    ["status", "rejected"],
  ] satisfies [keyof Gate, unknown][])("is found when its %s is not the recorded one", (name, value) => {
    const faults = faultsWith({ gates: [{ ...GATE, [name]: value }] });
    expect(faults).toMatchObject([{ chain: CHAIN, kind: "edited", message: expect.stringContaining(name) }]);
  });

  test("is missed when it is gone, and found when nobody opened it", () => {
    expect(faultsWith({ gates: [] })).toMatchObject([
      { kind: "edited", seq: 4 },
      { kind: "edited", seq: 5 },
    ]);
    const forged = { ...GATE, id: "gate_2", votes: [] };
    expect(faultsWith({ gates: [GATE, forged] })).toMatchObject([{ kind: "added" }]);
  });

  test("is found when it holds a vote that the record does not tell of", () => {
    const gate = { ...GATE, votes: [...GATE.votes, aVote("mallory")] };
    expect(faultsWith({ gates: [gate] })).toMatchObject([
      { kind: "edited", message: expect.stringContaining("mallory") },
    ]);
  });

  test("is found when it lacks a vote that the record tells of", () => {
    expect(faultsWith({ gates: [{ ...GATE, votes: [] }] })).toMatchObject([{ kind: "edited", seq: 5 }]);
  });

  test("is found when a vote says the opposite of the record", () => {
    const votes = [aVote("grace", { decision: "reject" })];
    expect(faultsWith({ gates: [{ ...GATE, votes }] })).toHaveLength(2);
  });
});

describe("the list of artifacts", () => {
  test("is found when a name leads to something else, an older version too", () => {
    const other = { ...PLAN, sha256: GOAL.sha256 };
    for (const wrong of [other, DRAFT])
      expect(faultsWith({ artifacts: [GOAL, wrong] })).toMatchObject([{ kind: "artifact", seq: 3 }]);
  });

  test("is found when it lacks what was recorded, or has what was not", () => {
    expect(faultsWith({ artifacts: [PLAN] })).toMatchObject([{ kind: "artifact", seq: 1 }]);
    const more = ref("dossier.md");
    expect(faultsWith({ artifacts: [GOAL, PLAN, more] })).toMatchObject([{ kind: "artifact" }]);
  });
});

test("an event without data accuses nobody and breaks nothing", () => {
  const events = EVENTS.map((event) => ({ ...event, data: undefined }) as unknown as TimelineEvent);
  expect(rowFaults(CHAIN, events, ROWS)).toEqual([]);
});
