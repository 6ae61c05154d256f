import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { SqliteTable } from "../../../adapters/embedded/table.ts";
import type { Gate } from "../../../core/gate/gate.ts";
import {
  awaitDecision,
  castVote,
  close,
  gateById,
  loadOf,
  ofExecution,
  open,
  openGates,
} from "../../../core/gate/gates.ts";
import type { Effect } from "../../../core/outbox.ts";
import { atomically } from "../../../core/table/atomically.ts";
import type { Table } from "../../../core/table/table.ts";
import type { TimelineEvent } from "../../../core/timeline/chain.ts";
import { readChain } from "../../../core/timeline/record.ts";
import { gateFaults } from "../../../core/timeline/rows.ts";
import { verifyChain } from "../../../core/timeline/verify.ts";
import { openDatabase } from "../../../engine/store/database.ts";
import { TestClock } from "../../support/clock.ts";
import { aGate, aVote, DIGEST, minutesAfter } from "../../support/records.ts";
import { crashingTable, memoryTable, sharedFile, sharedTables } from "../../support/tables.ts";
import type { Votes } from "../../support/voter.ts";
import { person } from "../../support/workspace.ts";

const opened = (table: Table, changes: Partial<Gate> = {}) =>
  atomically(table, (unit) => open(unit, aGate(changes)));

const vote = (table: Table, by: string, decision: "approve" | "reject" = "approve", gateId = "gate_1") =>
  castVote(table, { gateId, decision, caller: person(by), digest: DIGEST }, minutesAfter(1));

async function told(table: Table, id = "exec_1"): Promise<TimelineEvent[]> {
  const events: TimelineEvent[] = [];
  for await (const event of readChain(table, id)) events.push(event);
  return events;
}

/** Answers waiting to be delivered to the state machine. */
async function answers(table: Table): Promise<[string, object][]> {
  const { items } = await table.query({ pk: "OUTBOX", limit: 1000 });
  return items.flatMap(({ attributes }) => {
    const effect = attributes as unknown as Effect;
    return effect.kind === "task-success" ? [[effect.taskToken, effect.output] as [string, object]] : [];
  });
}

/** The row, the record and what is delivered tell one story of exactly one decision. */
async function expectOneDecision(table: Table): Promise<Gate> {
  const gate = await gateById(table, "gate_1");
  const events = await told(table);
  expect(verifyChain("exec_1", events, [])).toEqual([]);
  expect(gateFaults("exec_1", events, [gate])).toEqual([]);
  const final = events.filter(({ type, data }) => type === "gate.decided" && data["status"] !== "open");
  expect(final).toHaveLength(1);
  expect(final[0]?.data["status"]).toBe(gate.status);
  expect(await answers(table)).toEqual([["token", { gateId: "gate_1", status: gate.status }]]);
  return gate;
}

describe("hundreds of decisions at once", () => {
  test("through several connections: one is final, and as many approvals count as it takes", async () => {
    const tables = sharedTables(4);
    await opened(tables[0]!, { requiredApprovals: 3 });
    await atomically(tables[0]!, async (unit) =>
      awaitDecision(unit, await loadOf(unit, "exec_1", "gate_1"), "token", minutesAfter(0)),
    );
    const votes = Array.from({ length: 200 }, (_, i) =>
      vote(tables[i % 4]!, `person-${i % 100}`, i % 100 === 99 ? "reject" : "approve"),
    );
    const settled = await Promise.allSettled(votes);
    const gate = await expectOneDecision(tables[0]!);
    const accepted = settled.filter(({ status }) => status === "fulfilled");
    expect(accepted).toHaveLength(gate.votes.length);
    expect(gate.votes.length).toBeLessThanOrEqual(3);
    for (const one of settled) {
      if (one.status === "rejected")
        expect(one.reason.name).toMatch(/^(GateAlreadyDecided|DecisionReplayed)$/);
    }
  });

  test("from threads that run at the same time: one is final", async () => {
    const file = sharedFile();
    const database = openDatabase(file);
    const table = new SqliteTable(database, new TestClock());
    await opened(table, { requiredApprovals: 5 });
    await atomically(table, async (unit) =>
      awaitDecision(unit, await loadOf(unit, "exec_1", "gate_1"), "token", minutesAfter(0)),
    );
    const people = Array.from({ length: 60 }, (_, i) => `person-${i}`);
    const all = await Promise.all([
      voting({ file, gateId: "gate_1", people, decision: "approve" }),
      voting({ file, gateId: "gate_1", people: people.toReversed(), decision: "approve" }),
      voting({ file, gateId: "gate_1", people: people.slice(20), decision: "reject" }),
    ]);
    const gate = await expectOneDecision(table);
    const said = all.flat();
    expect(said.filter((answer) => answer === "approved" || answer === "rejected")).toEqual([gate.status]);
    expect(said.filter((answer) => answer === "open")).toHaveLength(gate.votes.length - 1);
    expect(new Set(gate.votes.map(({ by }) => by)).size).toBe(gate.votes.length);
    database.close();
  });
});

function voting(votes: Votes): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("../../support/voter.ts", import.meta.url), { workerData: votes });
    worker.on("message", resolve);
    worker.on("error", reject);
  });
}

describe("opening", () => {
  test("a gate twice asks once, and finds it as it is by now", async () => {
    const table = memoryTable();
    await opened(table);
    await vote(table, "grace");
    expect((await opened(table)).status).toBe("approved");
    expect((await told(table)).map(({ type }) => type)).toEqual(["gate.opened", "gate.decided"]);
  });

  test("lists a gate among the open ones of its environment until it is decided, the longest waiting first", async () => {
    const table = memoryTable();
    await opened(table, { id: "gate_2", openedAt: minutesAfter(2).toISOString() });
    await opened(table, { id: "gate_1" });
    await opened(table, { id: "gate_3", environment: "prod" });
    expect((await openGates(table, "dev")).map(({ id }) => id)).toEqual(["gate_1", "gate_2"]);
    await vote(table, "grace");
    expect((await openGates(table, "dev")).map(({ id }) => id)).toEqual(["gate_2"]);
    expect((await ofExecution(table, "exec_1")).map(({ id }) => id)).toEqual(["gate_1", "gate_2", "gate_3"]);
  });
});

describe("delivering", () => {
  const wait = (table: Table, token: string, minutes = 0) =>
    atomically(table, async (unit) =>
      awaitDecision(unit, await loadOf(unit, "exec_1", "gate_1"), token, minutesAfter(minutes)),
    );

  test("a decision that came before anybody waited is delivered as soon as somebody does", async () => {
    const table = memoryTable();
    await opened(table);
    await vote(table, "grace", "reject");
    expect(await answers(table)).toEqual([]);
    await wait(table, "token");
    expect(await answers(table)).toEqual([["token", { gateId: "gate_1", status: "rejected" }]]);
  });

  test("a decision goes to whoever waits last, when a step was retried", async () => {
    const table = memoryTable();
    await opened(table);
    await wait(table, "first");
    await wait(table, "second");
    await vote(table, "grace");
    expect(await answers(table)).toEqual([["second", { gateId: "gate_1", status: "approved" }]]);
  });

  test("a gate that ran out of time before anybody waited is expired, in the row and in the record", async () => {
    const table = memoryTable();
    await opened(table);
    await wait(table, "token", 61);
    expect((await gateById(table, "gate_1")).status).toBe("expired");
    expect(await answers(table)).toEqual([["token", { gateId: "gate_1", status: "expired" }]]);
    expect((await told(table)).map(({ type }) => type)).toEqual(["gate.opened", "gate.expired"]);
    expect(await openGates(table, "dev")).toEqual([]);
  });
});

describe("a vote", () => {
  test("is stored with its event and its delivery, or not at all, wherever the power goes", async () => {
    for (const mishap of ["before", "after"] as const) {
      const table = memoryTable();
      await opened(table);
      await atomically(table, async (unit) =>
        awaitDecision(unit, await loadOf(unit, "exec_1", "gate_1"), "token", minutesAfter(0)),
      );
      await expect(vote(crashingTable(table, [mishap]), "grace")).rejects.toMatchObject({
        name: "Unavailable",
      });
      const written = mishap === "after";
      expect((await gateById(table, "gate_1")).status).toBe(written ? "approved" : "open");
      expect(await answers(table)).toHaveLength(written ? 1 : 0);
      // Said again, it counts once.
      const again = vote(table, "grace");
      if (written) await expect(again).rejects.toMatchObject({ name: "GateAlreadyDecided" });
      else await again;
      await expectOneDecision(table);
    }
  });

  test("that rejects closes the execution's other gates, and nobody's else", async () => {
    const table = memoryTable();
    for (const id of ["gate_1", "gate_2", "gate_3"]) await opened(table, { id });
    await opened(table, { id: "gate_4", executionId: "exec_2" });
    await atomically(table, async (unit) =>
      awaitDecision(unit, await loadOf(unit, "exec_1", "gate_2"), "token", minutesAfter(0)),
    );
    await vote(table, "grace", "approve", "gate_3");
    await vote(table, "grace", "reject", "gate_1");
    const statuses = ["gate_1", "gate_2", "gate_3", "gate_4"].map(
      async (id) => (await gateById(table, id)).status,
    );
    expect(await Promise.all(statuses)).toEqual(["rejected", "closed", "approved", "open"]);
    expect(await answers(table)).toEqual([["token", { gateId: "gate_2", status: "closed" }]]);
    expect((await told(table)).slice(-2).map(({ type }) => type)).toEqual(["gate.decided", "gate.closed"]);
  });

  test("that was refused leaves nothing behind", async () => {
    const table = memoryTable();
    await opened(table);
    await expect(vote(table, "ada")).rejects.toMatchObject({ name: "SelfApproval" });
    expect((await told(table)).map(({ type }) => type)).toEqual(["gate.opened"]);
    expect((await gateById(table, "gate_1")).votes).toEqual([]);
  });

  test("on a gate nobody knows names the command that lists them", async () => {
    await expect(vote(memoryTable(), "grace", "approve", "x".repeat(500))).rejects.toThrow(
      expect.objectContaining({
        name: "GateNotFound",
        message: expect.stringMatching(/^.{20,150}conductor gates/),
      }),
    );
  });

  test("keeps no credential that somebody put into the notes", async () => {
    const table = memoryTable();
    await opened(table);
    const notes = "tested with password=correct-horse-battery";
    await castVote(
      table,
      { gateId: "gate_1", decision: "approve", caller: person("grace"), digest: DIGEST, notes },
      minutesAfter(1),
    );
    const kept = JSON.stringify([await gateById(table, "gate_1"), await told(table)]);
    expect(kept).toContain("tested with");
    expect(kept).not.toContain("correct-horse");
  });
});

describe("closing", () => {
  test("an open gate tells the record and whoever waits", async () => {
    const table = memoryTable();
    await opened(table);
    await atomically(table, async (unit) =>
      awaitDecision(unit, await loadOf(unit, "exec_1", "gate_1"), "token", minutesAfter(0)),
    );
    await atomically(table, async (unit) =>
      close(unit, await loadOf(unit, "exec_1", "gate_1"), "expired", minutesAfter(61)),
    );
    expect(await answers(table)).toEqual([["token", { gateId: "gate_1", status: "expired" }]]);
    expect((await told(table)).at(-1)?.type).toBe("gate.expired");
    await expect(vote(table, "grace")).rejects.toMatchObject({ name: "GateExpired" });
  });

  test("leaves a decided gate as it was decided", async () => {
    const table = memoryTable();
    await opened(table);
    await vote(table, "grace");
    await atomically(table, async (unit) =>
      close(unit, await loadOf(unit, "exec_1", "gate_1"), "closed", minutesAfter(2)),
    );
    expect((await gateById(table, "gate_1")).status).toBe("approved");
  });

  test("and deciding at once end in one of the two, in row and record alike", async () => {
    for (let round = 0; round < 10; round++) {
      const table = memoryTable();
      await opened(table);
      await Promise.allSettled([
        vote(table, "grace"),
        atomically(table, async (unit) =>
          close(unit, await loadOf(unit, "exec_1", "gate_1"), "closed", minutesAfter(1)),
        ),
      ]);
      const { status } = await gateById(table, "gate_1");
      const last = (await told(table)).at(-1);
      expect([last?.type, status]).toEqual(
        status === "approved" ? ["gate.decided", "approved"] : ["gate.closed", "closed"],
      );
      expect(await told(table)).toHaveLength(2);
    }
  });
});

describe("gates that are opened together", () => {
  const both = async (table: Table) => {
    await opened(table);
    await opened(table, { id: "gate_2", type: "security_check" });
  };

  test("are answered by as many people as there are gates", async () => {
    const table = memoryTable();
    await both(table);
    await vote(table, "grace");
    await expect(vote(table, "grace", "approve", "gate_2")).rejects.toMatchObject({
      name: "OneForAll",
      message:
        "this change has 2 gates and needs as many people; so far it would be approved by grace alone, so somebody else must decide here",
    });
    expect(await gateById(table, "gate_2")).toMatchObject({ status: "open", votes: [] });
    await vote(table, "linus", "approve", "gate_2");
    expect((await ofExecution(table, "exec_1")).map(({ status }) => status)).toEqual([
      "approved",
      "approved",
    ]);
  });

  test("may share a person where others decide as well", async () => {
    const table = memoryTable();
    await opened(table, { requiredApprovals: 2 });
    await opened(table, { id: "gate_2", type: "security_check" });
    await vote(table, "grace");
    await vote(table, "grace", "approve", "gate_2");
    expect(await vote(table, "linus")).toMatchObject({ status: "approved" });
  });

  test("take one person's rejection, whatever that person approved", async () => {
    const table = memoryTable();
    await both(table);
    await vote(table, "grace");
    expect(await vote(table, "grace", "reject", "gate_2")).toMatchObject({ status: "rejected" });
  });

  test("are not filled by one person who decides on both in the same instant", async () => {
    const table = memoryTable();
    await both(table);
    const decided = await Promise.allSettled([
      vote(table, "grace"),
      vote(table, "grace", "approve", "gate_2"),
    ]);
    expect(decided.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const open = (await ofExecution(table, "exec_1")).filter(({ status }) => status === "open");
    expect(open).toHaveLength(1);
  });

  test("of another digest are another matter", async () => {
    const table = memoryTable();
    await opened(table, {
      id: "gate_0",
      type: "design_review",
      digest: "0".repeat(64),
      status: "approved",
      votes: [aVote("grace", { digest: "0".repeat(64) })],
    });
    await opened(table);
    expect(await vote(table, "grace")).toMatchObject({ status: "approved" });
  });
});
