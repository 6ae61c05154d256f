import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type ChainHead,
  GENESIS,
  hashOf,
  link,
  type TimelineEvent,
  WORKSPACE_CHAIN,
} from "../../../core/timeline/chain.ts";
import { type Anchor, anchorFaults, verifyChain, verifyWorkspace } from "../../../core/timeline/verify.ts";
import { json } from "../../support/json.ts";
import { AT } from "../../support/records.ts";

const CHAIN = "exec_1";

const entry = fc.record({
  at: fc.constant(AT),
  type: fc.constantFrom("stage.entered", "agent.finished", "gate.decided"),
  actor: fc.constantFrom("conductor", "ada", "agent:atlas"),
  data: fc.dictionary(fc.string(), json, { maxKeys: 3 }),
});

/** A chain of at least `least` events, as they would be stored. */
const chain = (least: number) =>
  fc.array(entry, { minLength: least, maxLength: 12 }).map((entries) => linked(CHAIN, entries));

type Entry = Parameters<typeof link>[2];

function linked(name: string, entries: readonly Entry[], from?: ChainHead): TimelineEvent[] {
  const events: TimelineEvent[] = [];
  for (const one of entries) events.push(link(name, events.at(-1) ?? from, one));
  return events;
}

const anchorOf = ({ chain: name, seq, hash }: TimelineEvent): Anchor => ({ chain: name, seq, hash });

/** Somebody who knows how: the events from `index` on, written anew so that every hash fits. */
function recomputed(events: readonly TimelineEvent[], index: number, replacement: Entry): TimelineEvent[] {
  const rest = [replacement, ...events.slice(index + 1)];
  return [...events.slice(0, index), ...linked(CHAIN, rest, events[index - 1])];
}

describe("a chain as it was written", () => {
  test("always verifies, against itself and against every head it ever had", () => {
    fc.assert(
      fc.property(chain(0), (events) => {
        expect(verifyChain(CHAIN, events, events.map(anchorOf))).toEqual([]);
      }),
    );
  });

  test("verifies after it was stored as JSON with its keys in another order", () => {
    fc.assert(
      fc.property(chain(1), (events) => {
        const stored = JSON.parse(JSON.stringify(events)) as TimelineEvent[];
        const turned = stored.map((event) => Object.fromEntries(Object.entries(event).reverse()));
        expect(verifyChain(CHAIN, turned as unknown as TimelineEvent[], events.map(anchorOf))).toEqual([]);
      }),
    );
  });
});

const edits: Record<string, (event: TimelineEvent) => TimelineEvent> = {
  "its time": (event) => ({ ...event, at: "2026-01-05T09:00:00.001Z" }),
  "its type": (event) => ({ ...event, type: `${event.type}.` }),
  "its actor": (event) => ({ ...event, actor: "mallory" }),
  "its data": (event) => ({ ...event, data: { ...event.data, added: 1 } }),
  "its place": (event) => ({ ...event, seq: event.seq + 100 }),
  "what it follows": (event) => ({ ...event, previous: "f".repeat(64) }),
  "its hash": (event) => ({ ...event, hash: "f".repeat(64) }),
  "its chain": (event) => ({ ...event, chain: "exec_2" }),
  "something beside": (event) => ({ ...event, notes: "?" }) as TimelineEvent,
  everything: () => ({}) as TimelineEvent,
  "a number beyond all numbers": (event) => ({ ...event, data: { n: Number.POSITIVE_INFINITY } }),
  "half a character": (event) => ({ ...event, actor: "\ud83d" }),
};

describe("tampering", () => {
  /** The position of the damage, and the chain with it. */
  const at = (least = 1) =>
    fc.tuple(chain(least), fc.nat()).map(([events, n]) => ({ events, index: n % events.length }));

  test.each(Object.entries(edits))("an edit of %s is found where it was made", (_what, edit) => {
    fc.assert(
      fc.property(at(), ({ events, index }) => {
        const edited = events.with(index, edit(events[index]!));
        const [fault, ...more] = verifyChain(CHAIN, edited, []);
        expect([fault?.seq, more]).toEqual([index + 1, []]);
        expect(["edited", "replaced"]).toContain(fault?.kind);
      }),
    );
  });

  test("an edited event whose own hash was made to fit is found at the latest where the next one follows", () => {
    fc.assert(
      fc.property(at(2), ({ events, index }) => {
        const changed = { ...events[index]!, actor: "mallory" };
        const replaced = events.with(index, { ...changed, hash: hashOf(changed) });
        const [fault] = verifyChain(CHAIN, replaced, [anchorOf(events.at(-1)!)]);
        expect(fault?.kind).toBe("replaced");
        expect(fault?.seq).toBe(index === events.length - 1 ? events.length : index + 2);
      }),
    );
  });

  test("two events that changed places are found at the first", () => {
    fc.assert(
      fc.property(at(2), fc.nat(), ({ events, index }, n) => {
        const other = (index + 1 + (n % (events.length - 1))) % events.length;
        const swapped = events.with(index, events[other]!).with(other, events[index]!);
        const [fault] = verifyChain(CHAIN, swapped, []);
        expect(fault).toMatchObject({ kind: "reordered", seq: Math.min(index, other) + 1 });
      }),
    );
  });

  test("a removed event is found where it was", () => {
    fc.assert(
      fc.property(at(2), ({ events, index }) => {
        const rest = events.toSpliced(index, 1);
        const [fault] = verifyChain(CHAIN, rest, [anchorOf(events.at(-1)!)]);
        const last = index === events.length - 1;
        expect(fault).toMatchObject({ kind: last ? "cut-tail" : "removed", seq: index + 1 });
      }),
    );
  });

  test("a cut tail is found as soon as any head beyond the cut was written down", () => {
    fc.assert(
      fc.property(at(2), fc.nat(), ({ events, index }, n) => {
        const witness = events[index + (n % (events.length - index))]!;
        const [fault] = verifyChain(CHAIN, events.slice(0, index), [anchorOf(witness)]);
        expect(fault).toMatchObject({ kind: "cut-tail", seq: witness.seq });
      }),
    );
  });

  test("an event that was put in between, a copy or a new one, is found there", () => {
    fc.assert(
      fc.property(at(1), entry, fc.boolean(), ({ events, index }, forged, copied) => {
        const added = copied ? events[index]! : link(CHAIN, events[index], forged);
        const more = events.toSpliced(index + 1, 0, added);
        const [fault] = verifyChain(CHAIN, more, [anchorOf(events.at(-1)!)]);
        // A forged last event is a continuation like any other: no head says that the chain had ended.
        if (!copied && index === events.length - 1) expect(fault).toBeUndefined();
        else expect(fault?.seq).toBeGreaterThanOrEqual(index + 2);
        if (fault) expect(fault.seq).toBeLessThanOrEqual(index + 3);
      }),
    );
  });

  test("a chain computed anew from somewhere on is found at the first head written down after that", () => {
    fc.assert(
      fc.property(at(1), fc.nat(), ({ events, index }, n) => {
        const forged = { at: AT, type: "gate.decided", actor: "mallory", data: {} };
        const witness = events[index + (n % (events.length - index))]!;
        const anew = recomputed(events, index, forged);
        expect(verifyChain(CHAIN, anew, []), "it fits in itself").toEqual([]);
        const [fault] = verifyChain(CHAIN, anew, [anchorOf(witness)]);
        expect(fault).toMatchObject({ kind: "replaced", seq: witness.seq });
      }),
    );
  });

  test("a chain of another execution does not pass for this one", () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1 }), (entries) => {
        expect(verifyChain(CHAIN, linked("exec_2", entries), [])[0]).toMatchObject({
          kind: "replaced",
          seq: 1,
        });
      }),
    );
  });
});

/** What three executions leave behind: the first ended, the second runs, the third was ended and opened again. */
function workspace() {
  const happened = (type: string, data: object = {}): Entry => ({
    at: AT,
    type,
    actor: "conductor",
    data: { ...data },
  });
  const body = ["execution.requested", "stage.entered", "gate.opened", "apply.ended", "execution.ended"];
  const chains = new Map(
    ["exec_1", "exec_2", "exec_3"].map((id) => [
      id,
      linked(
        id,
        body.slice(0, id === "exec_2" ? 3 : 5).map((type) => happened(type)),
      ),
    ]),
  );
  const first = (id: string) => ({ executionId: id, seq: 1, hash: chains.get(id)![0]!.hash });
  const last = (id: string) => ({ executionId: id, seq: 5, hash: chains.get(id)![4]!.hash });
  const events = linked(WORKSPACE_CHAIN, [
    happened("execution.began", first("exec_1")),
    happened("execution.began", first("exec_2")),
    happened("execution.ended", last("exec_1")),
    happened("execution.began", first("exec_3")),
    happened("execution.ended", last("exec_3")),
    happened("execution.reopened", { executionId: "exec_3" }),
  ]);
  const ended = chains.get("exec_3")!;
  chains.set("exec_3", [...ended, ...linked("exec_3", [happened("rollback.began")], ended.at(-1))]);
  return { events, chains, anchors: events.map(anchorOf) };
}

describe("the workspace as a whole", () => {
  test("verifies as it was written", () => {
    const { events, chains, anchors } = workspace();
    const all = [...anchors, ...[...chains.values()].flat().map(anchorOf)];
    expect(verifyWorkspace(events, chains, all)).toEqual([]);
    expect(verifyWorkspace(events, chains, [])).toEqual([]);
  });

  test.each(["exec_1", "exec_2", "exec_3"])("misses %s when its chain is gone", (id) => {
    const { events, chains, anchors } = workspace();
    chains.delete(id);
    expect(verifyWorkspace(events, chains, anchors)).toMatchObject([
      { chain: id, kind: "missing-execution" },
    ]);
  });

  test("misses an execution that only an anchor still tells of", () => {
    const { chains } = workspace();
    const anchors = [anchorOf(chains.get("exec_1")![0]!)];
    expect(verifyWorkspace([], new Map(), anchors)).toMatchObject([
      { chain: "exec_1", kind: "missing-execution" },
    ]);
  });

  test("finds the removal of an execution's beginning from its own chain", () => {
    const { events, chains, anchors } = workspace();
    for (const index of events.keys()) {
      const [fault] = verifyWorkspace(events.toSpliced(index, 1), chains, anchors);
      expect(fault).toMatchObject({ chain: WORKSPACE_CHAIN, seq: index + 1 });
    }
  });

  test.each(Object.entries(edits))(
    "finds an edit of %s in its own chain where it was made",
    (_what, edit) => {
      const { events, chains, anchors } = workspace();
      for (const [index, event] of events.entries()) {
        const [fault] = verifyWorkspace(events.with(index, edit(event)), chains, anchors);
        expect(fault).toMatchObject({ chain: WORKSPACE_CHAIN, seq: index + 1 });
      }
    },
  );

  test("finds an execution that was never entered, anchored or not", () => {
    const { events, chains, anchors } = workspace();
    const forged = linked("exec_9", [{ at: AT, type: "execution.requested", actor: "mallory", data: {} }]);
    chains.set("exec_9", forged);
    const expected = [{ chain: "exec_9", seq: 1, kind: "added" }];
    expect(verifyWorkspace(events, chains, anchors)).toMatchObject(expected);
    expect(verifyWorkspace(events, chains, [...anchors, ...forged.map(anchorOf)])).toMatchObject(expected);
  });

  test("finds an event that was added after the end", () => {
    const { events, chains, anchors } = workspace();
    const ended = chains.get("exec_1")!;
    const more = { at: AT, type: "gate.decided", actor: "mallory", data: {} };
    chains.set("exec_1", [...ended, link("exec_1", ended.at(-1), more)]);
    expect(verifyWorkspace(events, chains, anchors)).toMatchObject([
      { chain: "exec_1", seq: 6, kind: "added" },
    ]);
  });

  test("finds a tail that was cut from an execution that ended, without any anchor", () => {
    const { events, chains } = workspace();
    chains.set("exec_1", chains.get("exec_1")!.slice(0, 3));
    expect(verifyWorkspace(events, chains, [])).toMatchObject([
      { chain: "exec_1", seq: 5, kind: "cut-tail" },
    ]);
  });

  test.each([
    ["exec_1", 5],
    ["exec_2", 1],
    ["exec_3", 1],
  ])("finds %s computed anew from its first event, without any anchor", (id, seq) => {
    const { events, chains } = workspace();
    const [first, ...rest] = chains.get(id)!;
    chains.set(id, linked(id, [{ ...first!, actor: "mallory" }, ...rest]));
    const [fault] = verifyWorkspace(events, chains, []);
    expect(fault).toMatchObject({ chain: id, kind: "replaced" });
    expect([1, seq]).toContain(fault?.seq);
  });

  test("finds what an execution that was opened again did before it had ended, computed anew", () => {
    const { events, chains } = workspace();
    const all = chains.get("exec_3")!;
    const anew = [{ ...all[1]!, actor: "mallory" }, ...all.slice(2)];
    chains.set("exec_3", [all[0]!, ...linked("exec_3", anew, all[0])]);
    expect(verifyWorkspace(events, chains, [])).toMatchObject([
      { chain: "exec_3", seq: 5, kind: "replaced" },
    ]);
  });
});

describe("the anchors of a chain", () => {
  const events = linked(
    CHAIN,
    ["gate.opened", "stage.entered", "apply.began", "apply.ended"].map((type) => ({
      at: AT,
      type,
      actor: "conductor",
      data: {},
    })),
  );

  test("need not hold what is never written down", () => {
    const [opened, , began, over] = events.map(anchorOf);
    expect(anchorFaults(CHAIN, events, [opened!, began!, over!])).toEqual([]);
    expect(anchorFaults(CHAIN, [], [])).toEqual([]);
  });

  test("are missed from the first that is not there", () => {
    const [opened, , , over] = events.map(anchorOf);
    expect(anchorFaults(CHAIN, events, [opened!, over!])).toMatchObject([
      { chain: CHAIN, seq: 3, kind: "unanchored", message: expect.stringContaining("1 of 3 heads") },
    ]);
    expect(anchorFaults(CHAIN, events, [])).toMatchObject([
      { seq: 1, message: expect.stringContaining("3 of 3 heads") },
    ]);
  });
});

test("the first event of a chain follows nothing", () => {
  expect(link(CHAIN, undefined, { at: AT, type: "a", actor: "b", data: {} })).toMatchObject({
    seq: 1,
    previous: GENESIS,
  });
});
