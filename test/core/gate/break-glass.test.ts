import { describe, expect, test } from "vitest";
import { glassNoticeDue, glassTold, reviewGlass, unreviewed } from "../../../core/gate/break-glass.ts";
import { decide, isBroken, outcomeOf, requirePeople } from "../../../core/gate/gate.ts";
import { castVote, open } from "../../../core/gate/gates.ts";
import { atomically } from "../../../core/table/atomically.ts";
import { readChain } from "../../../core/timeline/record.ts";
import { AT, aGate, aVote, DIGEST, minutesAfter } from "../../support/records.ts";
import { memoryTable } from "../../support/tables.ts";
import { person } from "../../support/workspace.ts";

const NOW = new Date(AT);
const BROKEN = { breakGlass: true } as const;

describe("breaking the glass", () => {
  const three = aGate({ requiredApprovals: 3 });

  test("stands for the whole quorum", () => {
    const decided = decide(three, aVote("root", BROKEN), NOW);
    expect(decided.status).toBe("approved");
    expect(isBroken(decided)).toBe(true);
    expect(outcomeOf([decided])).toBe("approved");
    expect(decide(three, aVote("root"), NOW).status).toBe("open");
  });

  test("lets nobody approve their own change, nor another than they read, nor too late", () => {
    expect(() => decide(three, aVote("ada", BROKEN), NOW)).toThrow(
      expect.objectContaining({ name: "SelfApproval" }),
    );
    const other = aVote("root", { ...BROKEN, digest: "0".repeat(64) });
    expect(() => decide(three, other, NOW)).toThrow(expect.objectContaining({ name: "DigestMismatch" }));
    expect(() => decide(three, aVote("root", BROKEN), minutesAfter(60))).toThrow(
      expect.objectContaining({ name: "GateExpired" }),
    );
  });

  test("is nothing in a row where somebody wrote it for the requester, or on another digest", () => {
    for (const vote of [aVote("ada", BROKEN), aVote("root", { ...BROKEN, digest: "0".repeat(64) })])
      expect(outcomeOf([{ ...three, status: "approved", votes: [vote] }])).not.toBe("approved");
  });

  test("lets one person through all gates of a change", () => {
    const gates = ["gate_1", "gate_2"].map((id) => decide(aGate({ id }), aVote("root", BROKEN), NOW));
    expect(() => requirePeople(gates)).not.toThrow();
  });
});

async function broken() {
  const table = memoryTable();
  await atomically(table, async (unit) => void (await open(unit, aGate({ requiredApprovals: 2 }))));
  const vote = { gateId: "gate_1", decision: "approve", caller: person("root"), digest: DIGEST } as const;
  await castVote(table, { ...vote, notes: "orders are lost every minute", ...BROKEN }, NOW);
  const told = async () => {
    const events = [];
    for await (const event of readChain(table, "exec_1")) events.push(event);
    return events;
  };
  return { table, told };
}

describe("what was broken", () => {
  test("is marked in the record with its reason, and waits for a review", async () => {
    const { table, told } = await broken();
    expect((await told()).find(({ type }) => type === "gate.glass-broken")).toMatchObject({
      actor: "root",
      data: { reason: "orders are lost every minute", reviewBy: "2026-01-06T09:00:00.000Z" },
    });
    expect(await unreviewed(table)).toMatchObject([{ gateId: "gate_1", by: "root", requestedBy: "ada" }]);
  });

  test.each(["root", "ada"])("is not reviewed by %s, who had a part in it", async (who) => {
    const { table } = await broken();
    const review = { gateId: "gate_1", caller: person(who), notes: "fine" };
    await expect(reviewGlass(table, review, NOW)).rejects.toMatchObject({ name: "GlassOwnReview" });
  });

  test("is reviewed once, by a second person, and the mark stays", async () => {
    const { table, told } = await broken();
    const review = { gateId: "gate_1", caller: person("grace"), notes: "it was right" };
    await reviewGlass(table, review, NOW);
    expect(await unreviewed(table)).toEqual([]);
    await expect(reviewGlass(table, review, NOW)).rejects.toMatchObject({ name: "GlassReviewed" });
    await expect(reviewGlass(table, { ...review, gateId: "gate_2" }, NOW)).rejects.toMatchObject({
      name: "GlassNotBroken",
    });
    const types = (await told()).map(({ type }) => type);
    expect(types).toEqual(["gate.opened", "gate.decided", "gate.glass-broken", "gate.glass-reviewed"]);
  });

  test("is told at once, and again after a day without a review", async () => {
    const { table, told } = await broken();
    const due = async (minutes: number) => {
      const [glass] = await unreviewed(table);
      return glass && glassNoticeDue(glass, minutesAfter(minutes));
    };
    const [glass] = await unreviewed(table);
    expect(await due(0)).toBe("broken");
    await glassTold(table, glass!, "broken", NOW);
    expect([await due(1), await due(24 * 60)]).toEqual([undefined, "overdue"]);
    await glassTold(table, glass!, "overdue", minutesAfter(24 * 60));
    expect(await due(25 * 60)).toBeUndefined();
    expect((await told()).at(-1)).toMatchObject({ type: "gate.glass-overdue", data: { by: "root" } });
  });
});
