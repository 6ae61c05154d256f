import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DomainEvent, type EventBus, EventsRefused } from "../../core/events/event-bus.ts";
import { castVote, open } from "../../core/gate/gates.ts";
import { announce, crossOff, deliver, dispatch, noting, publish, type Receivers } from "../../core/outbox.ts";
import { atomically } from "../../core/table/atomically.ts";
import type { Table } from "../../core/table/table.ts";
import { WORKSPACE_CHAIN } from "../../core/timeline/chain.ts";
import { readChain, record } from "../../core/timeline/record.ts";
import { anEvent } from "../support/event-buses.ts";
import { AT, aGate, DIGEST, minutesAfter } from "../support/records.ts";
import { crashingTable, memoryTable, sharedTables } from "../support/tables.ts";
import { person } from "../support/workspace.ts";

/** A bus that remembers what it took, and refuses some events by their id. */
class Listener implements EventBus {
  readonly taken: DomainEvent[] = [];
  readonly offered: string[][] = [];
  refuses = new Set<string>();

  async publish(events: readonly DomainEvent[]): Promise<void> {
    this.offered.push(events.map(({ id }) => id));
    this.taken.push(...events.filter(({ id }) => !this.refuses.has(id)));
    const refused = events.filter(({ id }) => this.refuses.has(id));
    if (refused.length > 0) throw new EventsRefused(new Map(refused.map(({ id }) => [id, "too large"])));
  }

  get ids(): string[] {
    return this.taken.map(({ id }) => id);
  }
}

async function announced(table: Table, ...events: readonly DomainEvent[]): Promise<void> {
  for (const event of events) await atomically(table, async (unit) => announce(unit, event));
}

const many = (count: number) =>
  Array.from({ length: count }, (_, i) => anEvent(i, { id: `e${String(i).padStart(3, "0")}` }));

describe("what was announced", () => {
  test("is published oldest first, and then no more", async () => {
    const table = memoryTable();
    const later = anEvent(1, { id: "later", at: minutesAfter(1).toISOString() });
    await announced(table, later, anEvent(2, { id: "sooner" }));
    const bus = new Listener();
    expect([await publish(table, bus), bus.ids]).toEqual([2, ["sooner", "later"]]);
    expect([await publish(table, bus), bus.offered.length]).toEqual([0, 1]);
  });

  test("is all published, however much it is", async () => {
    const table = memoryTable();
    await announced(table, ...many(120));
    const bus = new Listener();
    expect(await publish(table, bus)).toBe(120);
    expect(bus.ids).toEqual(many(120).map(({ id }) => id));
  });

  test("and refused stays for the next time, while all else goes; the refusal is told at the end", async () => {
    const table = memoryTable();
    await announced(table, ...many(120));
    const bus = new Listener();
    bus.refuses = new Set(["e000", "e060", "e119"]);
    await expect(publish(table, bus)).rejects.toMatchObject({ name: "EventsRefused" });
    expect(bus.ids).toHaveLength(117);
    bus.refuses = new Set();
    expect(await publish(table, bus)).toBe(3);
    expect(bus.offered.at(-1)).toEqual(["e000", "e060", "e119"]);
  });

  test("stays while the bus is in trouble", async () => {
    const table = memoryTable();
    await announced(table, ...many(3));
    const trouble = { publish: () => Promise.reject(new Error("the bus is gone")) };
    await expect(publish(table, trouble)).rejects.toThrow("the bus is gone");
    const bus = new Listener();
    expect([await publish(table, bus), bus.ids]).toEqual([3, ["e000", "e001", "e002"]]);
  });

  test("is published again under the same id when a crash came before it was crossed off", async () => {
    const table = memoryTable();
    await announced(table, ...many(2));
    const bus = new Listener();
    await expect(publish(crashingTable(table, ["before"]), bus)).rejects.toMatchObject({
      name: "Unavailable",
    });
    await publish(table, bus);
    expect(bus.ids).toEqual(["e000", "e001", "e000", "e001"]);
    expect(await publish(table, bus)).toBe(0);
  });

  test("is crossed off whatever another publisher has crossed off meanwhile", async () => {
    const table = memoryTable();
    await announced(table, ...many(3));
    const other = new Listener();
    other.refuses = new Set(["e000", "e002"]);
    const bus = {
      publish: async () => {
        await publish(table, other).catch(() => {});
      },
    };
    expect(await publish(table, bus)).toBe(3);
    expect([await publish(table, new Listener()), other.ids]).toEqual([0, ["e001"]]);
  });

  test("is missed by nobody when several publish at once", async () => {
    const tables = sharedTables(3);
    await announced(tables[0]!, ...many(60));
    const buses = tables.map(() => new Listener());
    await Promise.all(tables.map((table, at) => publish(table, buses[at]!)));
    expect(new Set(buses.flatMap(({ ids }) => ids)).size).toBe(60);
    expect(await publish(tables[0]!, new Listener())).toBe(0);
  });
});

describe("the record", () => {
  test("tells of a decision with what was decided, and keeps what people wrote", async () => {
    const table = memoryTable();
    await atomically(table, (unit) => open(unit, aGate()));
    const notes = "password=correct-horse-battery";
    const caller = person("grace");
    await castVote(
      table,
      { gateId: "gate_1", decision: "approve", caller, digest: DIGEST, notes },
      minutesAfter(1),
    );
    const bus = new Listener();
    await publish(table, bus);
    expect(bus.taken).toMatchObject([
      { type: "gate.opened", executionId: "exec_1", seq: 1, actor: "conductor", data: { gateId: "gate_1" } },
      { type: "gate.decided", seq: 2, actor: "grace", data: { decision: "approve", status: "approved" } },
    ]);
    expect(JSON.stringify(bus.taken)).not.toMatch(/notes|correct-horse/);
  });

  test("tells of nothing that was not stored, wherever the power goes", async () => {
    for (const [mishap, told] of [
      ["before", 0],
      ["after", 1],
    ] as const) {
      const table = memoryTable();
      const opening = atomically(crashingTable(table, [mishap]), (unit) => open(unit, aGate()));
      await expect(opening).rejects.toMatchObject({ name: "Unavailable" });
      expect(await publish(table, new Listener())).toBe(told);
    }
  });

  test("of the workspace, of agents and of progress is not for others", async () => {
    const table = memoryTable();
    const write = (chain: string, type: string) =>
      atomically(table, async (unit) => {
        await record(unit, chain, { at: AT, type, actor: "conductor", data: {} });
      });
    await write(WORKSPACE_CHAIN, "execution.ended");
    for (const type of ["agent.finished", "agent.failed", "apply.progress", "lock.granted"])
      await write("exec_1", type);
    expect(await publish(table, new Listener())).toBe(0);
  });

  test("of many writers is told whole: each entry once, under an id of its own", async () => {
    const type = fc.constantFrom("stage.entered", "gate.opened", "agent.finished", "execution.ended");
    await fc.assert(
      fc.asyncProperty(fc.array(type, { minLength: 1, maxLength: 12 }), async (types) => {
        const tables = sharedTables(2);
        const writes = types.map((one, at) =>
          atomically(tables[at % 2]!, async (unit) => {
            await record(unit, "exec_1", { at: AT, type: one, actor: "conductor", data: { at } });
          }),
        );
        await Promise.all(writes);
        const bus = new Listener();
        await publish(tables[0]!, bus);
        const told: unknown[] = [];
        for await (const { type: one, seq, data } of readChain(tables[0]!, "exec_1"))
          if (one !== "agent.finished") told.push([seq, one, data]);
        const heard = bus.taken.toSorted((a, b) => a.seq - b.seq);
        expect(heard.map(({ seq, type: one, data }) => [seq, one, data])).toEqual(told);
        expect(new Set(bus.ids).size).toBe(told.length);
      }),
      { numRuns: 15 },
    );
  });
});

/** Somebody who takes what is handed over, but for some tokens. */
function receiver(refuses = new Set<string>()) {
  const taken: string[] = [];
  const take = (token: string) => {
    if (refuses.has(token)) return Promise.reject(new Error(`nobody takes ${token}`));
    taken.push(token);
    return Promise.resolve();
  };
  const receivers: Receivers = {
    orchestrator: { start: take, sendTaskSuccess: take, sendTaskFailure: take },
    anchors: { append: ({ chain }) => take(chain), all: () => Promise.resolve([]) },
  };
  return { taken, receivers };
}

const answer = (table: Table, ...tokens: readonly string[]) =>
  atomically(table, async (unit) => {
    for (const token of tokens)
      await dispatch(unit, AT, { kind: "task-success", id: token, taskToken: token, output: {} });
  });

const left = async (table: Table) =>
  (await table.query({ pk: "OUTBOX", limit: 1_000 })).items.map(({ attributes }) => attributes["taskToken"]);

describe("the outbox", () => {
  test("holds back nothing for the sake of what nobody takes, which stays and is told of", async () => {
    const table = memoryTable();
    const tokens = Array.from({ length: 120 }, (_, i) => `t${String(i).padStart(3, "0")}`);
    await answer(table, ...tokens.slice(0, 60));
    await answer(table, ...tokens.slice(60));
    const poison = ["t000", "t059", "t119"];
    const { taken, receivers } = receiver(new Set(poison));
    await expect(deliver(table, receivers)).rejects.toThrow("nobody takes t000");
    expect(taken).toEqual(tokens.filter((token) => !poison.includes(token)));
    expect(await left(table)).toEqual(poison);
    const willing = receiver();
    expect(await deliver(table, willing.receivers)).toBe(3);
    expect([willing.taken, await left(table)]).toEqual([poison, []]);
  });

  test("need not be searched by whoever put something into it", async () => {
    const table = memoryTable();
    await answer(table, "somebody else's");
    const { table: noted, deliverOwn } = noting(table);
    await answer(noted, "mine", "mine too");
    const { taken, receivers } = receiver();
    const handed = await deliverOwn(receivers);
    expect((await deliverOwn(receivers)).taken).toEqual([]);
    expect(taken).toEqual(["mine", "mine too"]);
    await crossOff(table, handed.taken);
    expect(await left(table)).toEqual(["somebody else's"]);
  });

  test("keeps what its own deliverer could not hand over, and what was never stored is not handed over", async () => {
    const table = memoryTable();
    const { table: noted, deliverOwn } = noting(crashingTable(table, ["none", "before"]));
    await answer(noted, "refused", "taken");
    await answer(noted, "lost").catch(() => {});
    const { taken, receivers } = receiver(new Set(["refused"]));
    const handed = await deliverOwn(receivers);
    expect(handed.failure?.error).toMatchObject({ message: expect.stringContaining("nobody takes refused") });
    await crossOff(table, handed.taken);
    expect([taken, await left(table)]).toEqual([["taken"], ["refused"]]);
  });

  test("is no worse off when somebody else delivers the same at the same time", async () => {
    const table = memoryTable();
    const { table: noted, deliverOwn } = noting(table);
    await answer(noted, "a", "b");
    const { taken, receivers } = receiver();
    const [handed] = await Promise.all([deliverOwn(receivers), deliver(table, receivers)]);
    await crossOff(table, handed.taken);
    expect(new Set(taken)).toEqual(new Set(["a", "b"]));
    expect(await left(table)).toEqual([]);
  });
});
