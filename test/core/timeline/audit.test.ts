import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Home } from "../../../bin/home/record.ts";
import { startChange } from "../../../core/execution/start.ts";
import { castVote, open } from "../../../core/gate/gates.ts";
import { deliver } from "../../../core/outbox.ts";
import { parseGoal } from "../../../core/plan/goal.ts";
import { atomically } from "../../../core/table/atomically.ts";
import { auditExecution, auditWorkspace } from "../../../core/timeline/audit.ts";
import { record } from "../../../core/timeline/record.ts";
import { conclude } from "../../../lambdas/registrar/handler.ts";
import { AT, aGate, minutesAfter } from "../../support/records.ts";
import { person, testHome } from "../../support/workspace.ts";

const GOAL = { goal: "a bucket", environment: "dev", stack: "shop" };

/** Begins an execution and lets a few things happen to it; everything anchored is delivered. */
async function begin(home: Home): Promise<string> {
  const { id } = await startChange(home.world, parseGoal(GOAL, "goal"), person("ada"));
  await happen(home, id, "stage.entered");
  await happen(home, id, "agent.finished");
  await anchor(home);
  return id;
}

async function happen(home: Home, id: string, type: string): Promise<void> {
  await atomically(home.world.table, async (unit) => {
    await record(unit, id, { at: AT, type, actor: "conductor", data: {} });
  });
}

async function end(home: Home, id: string): Promise<void> {
  const ending = { ending: "CANCELLED", outcome: "cancelled", failure: null };
  await conclude({ executionId: id, idempotencyKey: "end", ...ending }, home.world);
  await anchor(home);
}

async function anchor(home: Home): Promise<void> {
  const settled = () => Promise.resolve();
  const orchestrator = { start: settled, sendTaskSuccess: settled, sendTaskFailure: settled };
  await deliver(home.world.table, { orchestrator, anchors: home.anchors });
}

/** What somebody with the database file can do. */
function tamper(home: Home, sql: string, ...values: string[]): void {
  expect(home.directory.database.prepare(sql).run(...values).changes).toBeGreaterThan(0);
}

const ROW = "pk = ? AND sk = ?";
const event = (id: string, seq: number) => [`CHAIN#${id}`, `EVENT#${String(seq).padStart(12, "0")}`];

describe("an audit", () => {
  test("ends between two executions when its time is over", async () => {
    const home = testHome();
    await begin(home);
    const reason = new DOMException("too long", "TimeoutError");
    await expect(auditWorkspace(home, AbortSignal.abort(reason))).rejects.toThrow(reason);
  });

  test("finds nothing wrong in what was written", async () => {
    const home = testHome();
    const ids = [await begin(home), await begin(home)];
    await end(home, ids[0]!);
    expect(await auditWorkspace(home)).toMatchObject({ faults: [], chains: 3 });
    for (const id of ids) expect((await auditExecution(home, id)).faults).toEqual([]);
  });

  test("finds the last event of a running execution gone, though no anchor tells of it", async () => {
    const home = testHome();
    const id = await begin(home);
    tamper(home, `DELETE FROM item WHERE ${ROW}`, ...event(id, 3));
    const expected = [{ chain: id, seq: 3, kind: "cut-tail" }];
    expect((await auditWorkspace(home)).faults).toMatchObject(expected);
    expect((await auditExecution(home, id)).faults).toMatchObject(expected);
  });

  test.each([1, 2, 3])("finds event %i edited in the file", async (seq) => {
    const home = testHome();
    const id = await begin(home);
    const edit = "UPDATE item SET attributes = json_set(attributes, '$.actor', 'mallory') WHERE";
    tamper(home, `${edit} ${ROW}`, ...event(id, seq));
    expect((await auditWorkspace(home)).faults).toMatchObject([{ chain: id, seq, kind: "edited" }]);
  });

  test("finds an execution's chain gone, and one whose row nobody ever wrote down", async () => {
    const home = testHome();
    const id = await begin(home);
    tamper(home, "DELETE FROM item WHERE pk = ?", `CHAIN#${id}`);
    const copy = "INSERT INTO item SELECT 'EXECUTION#x', sk, json_set(attributes, '$.id', 'x'), version,";
    const rest =
      "index1_pk, '2026#x', index2_pk, '2026#x', expires_at FROM item WHERE pk = ? AND sk = 'RECORD'";
    tamper(home, `${copy} ${rest}`, `EXECUTION#${id}`);
    const { faults } = await auditWorkspace(home);
    expect(faults.map(({ chain, kind }) => [chain, kind])).toEqual([
      [id, "missing-execution"],
      ["x", "missing-execution"],
    ]);
  });

  test("finds an artifact that is no longer what was attached, and where it was recorded", async () => {
    const home = testHome();
    const id = await begin(home);
    tamper(
      home,
      "UPDATE item SET attributes = json_set(attributes, '$.sha256', ?) WHERE sk = 'ARTIFACT#goal.json'",
      "f".repeat(64),
    );
    const [row, content, ...more] = (await auditWorkspace(home)).faults;
    expect([row, content]).toMatchObject([
      { chain: id, kind: "artifact", message: expect.stringContaining("the record") },
      { chain: id, kind: "artifact", message: expect.stringContaining("is gone") },
    ]);
    expect(more).toEqual([]);
  });

  test.each([
    ["who asked", "json_set(attributes, '$.requestedBy', 'mallory')", "RECORD"],
    ["how it ended", "json_set(attributes, '$.outcome', 'applied')", "RECORD"],
    ["whose change a gate asks about", "json_set(attributes, '$.requestedBy', 'mallory')", "GATE#gate_1"],
    ["how many must approve", "json_set(attributes, '$.requiredApprovals', 0)", "GATE#gate_1"],
    ["what became of a gate", "json_set(attributes, '$.status', 'approved')", "GATE#gate_1"],
    ["how large an artifact is", "json_set(attributes, '$.bytes', 1)", "ARTIFACT#goal.json"],
  ])("finds %s rewritten in a row", async (_what, edit, sk) => {
    const home = testHome();
    const id = await begin(home);
    await atomically(home.world.table, (unit) => open(unit, aGate({ executionId: id })));
    await end(home, id);
    expect((await auditWorkspace(home)).faults).toEqual([]);
    const partition = sk.startsWith("GATE#") ? "GATES" : "EXECUTION";
    tamper(home, `UPDATE item SET attributes = ${edit} WHERE ${ROW}`, `${partition}#${id}`, sk);
    expect((await auditWorkspace(home)).faults).toMatchObject([{ chain: id }]);
    expect((await auditExecution(home, id)).faults).toMatchObject([{ chain: id }]);
  });

  test("finds the row of an artifact gone, and that of the execution", async () => {
    const home = testHome();
    const id = await begin(home);
    tamper(home, "DELETE FROM item WHERE sk = 'ARTIFACT#goal.json'");
    expect((await auditWorkspace(home)).faults).toMatchObject([{ chain: id, kind: "artifact" }]);
    tamper(home, "DELETE FROM item WHERE sk = 'RECORD'");
    expect((await auditExecution(home, id)).faults).toHaveLength(2);
  });

  test("finds anchors gone, all or the last, but misses none that were not yet delivered", async () => {
    const home = testHome();
    const first = await begin(home);
    await end(home, first);
    const { id } = await startChange(home.world, parseGoal(GOAL, "goal"), person("ada"));
    expect(await auditWorkspace(home)).toMatchObject({ faults: [], anchors: 3 });
    await anchor(home);
    expect(await auditWorkspace(home)).toMatchObject({ faults: [], anchors: 4 });

    const file = home.directory.anchors;
    const lines = readFileSync(file, "utf8").trim().split("\n");
    writeFileSync(file, `${lines.slice(0, -1).join("\n")}\n`);
    expect((await auditWorkspace(home)).faults).toMatchObject([{ chain: "workspace", kind: "unanchored" }]);
    expect((await auditExecution(home, id)).faults).toMatchObject([{ chain: "workspace" }]);

    rmSync(file);
    const { faults } = await auditWorkspace(home);
    expect(faults.map(({ chain, kind }) => [chain, kind])).toEqual([
      ["workspace", "unanchored"],
      [first, "unanchored"],
    ]);
  });

  test("finds an execution removed from everything but the anchors, and both from everything", async () => {
    const home = testHome();
    await begin(home);
    const last = await begin(home);
    const workspace = `CHAIN#workspace' AND sk = 'EVENT#${"2".padStart(12, "0")}`;
    tamper(home, `DELETE FROM item WHERE pk IN ('EXECUTION#${last}', 'CHAIN#${last}')`);
    tamper(home, `DELETE FROM item WHERE pk = '${workspace}'`);
    tamper(
      home,
      `UPDATE item SET attributes = (SELECT json_object('seq', 1, 'hash', attributes ->> '$.hash') FROM item
       WHERE pk = 'CHAIN#workspace' AND sk = ?) WHERE pk = 'CHAIN#workspace' AND sk = 'HEAD'`,
      event("", 1)[1]!,
    );
    expect((await auditWorkspace(home)).faults).toMatchObject([{ chain: "workspace", kind: "cut-tail" }]);
    rmSync(home.directory.anchors);
    expect((await auditWorkspace(home)).faults).toMatchObject([{ chain: "workspace", kind: "unanchored" }]);
  });

  test("finds a vote that somebody wrote into a gate", async () => {
    const home = testHome();
    const id = await begin(home);
    const gate = aGate({ executionId: id });
    await atomically(home.world.table, (unit) => open(unit, gate));
    const by = { caller: person("grace"), digest: gate.digest };
    await castVote(home.world.table, { gateId: gate.id, decision: "reject", ...by }, minutesAfter(1));
    await anchor(home);
    expect((await auditWorkspace(home)).faults).toEqual([]);
    tamper(
      home,
      "UPDATE item SET attributes = replace(attributes, '\"reject\"', '\"approve\"') WHERE sk = ?",
      "GATE#gate_1",
    );
    expect((await auditWorkspace(home)).faults).toMatchObject([{ chain: id }, { chain: id }]);
  });

  test("takes nothing that happens while it reads for a fault", async () => {
    const home = testHome();
    const id = await begin(home);
    const { table } = home.world;
    const query = table.query.bind(table);
    // Between any two reads of the audit, somebody begins, goes on, decides and ends.
    table.query = async (asked) => {
      const page = await query(asked);
      table.query = query;
      await happen(home, id, "stage.entered");
      await end(home, await begin(home));
      table.query = disturbed;
      return page;
    };
    const disturbed = table.query;
    expect((await auditWorkspace(home)).faults).toEqual([]);
    expect((await auditExecution(home, id)).faults).toEqual([]);
    table.query = query;
    expect((await auditWorkspace(home)).faults).toEqual([]);
  });
});
