import { expect, test } from "vitest";
import { SqliteTable } from "../../adapters/embedded/table.ts";
import { approvals } from "../../core/gate/gate.ts";
import { gateById, open } from "../../core/gate/gates.ts";
import { atomically } from "../../core/table/atomically.ts";
import { openDatabase } from "../../engine/store/database.ts";
import { Process, saidBy } from "../support/processes.ts";
import { AT, aGate } from "../support/records.ts";
import { sharedFile } from "../support/tables.ts";

const RACES = 1_000;

test(`of two processes that decide at ${RACES} gates at the same instants, each gate hears exactly one`, async () => {
  const file = sharedFile();
  const database = openDatabase(file);
  const table = new SqliteTable(database, { now: () => new Date(AT) });
  for (let number = 0; number < RACES; number += 1) {
    const gate = aGate({ id: `gate_${number}`, executionId: `exec_${number}` });
    await atomically(table, async (unit) => void (await open(unit, gate)));
  }
  const begin = String(Date.now() + 4_000);
  const decide = (who: string, decision: string) =>
    saidBy(new Process(["test/support/deciding.ts", file, who, decision, String(RACES), begin]));
  const [approving, rejecting] = (
    await Promise.all([decide("grace", "approve"), decide("linus", "reject")])
  ).map((said) => JSON.parse(said) as string[]);
  const outcomes = new Map<string, number>();
  for (let number = 0; number < RACES; number += 1) {
    const answers = [approving?.[number] ?? "", rejecting?.[number] ?? ""];
    const gate = await gateById(table, `gate_${number}`);
    expect(gate.votes).toHaveLength(1);
    expect(answers.toSorted()).toEqual(["GateAlreadyDecided", gate.status]);
    expect(approvals(gate)).toHaveLength(gate.status === "approved" ? 1 : 0);
    outcomes.set(gate.status, (outcomes.get(gate.status) ?? 0) + 1);
  }
  // Neither was always first, or it was no race.
  expect([...outcomes.keys()].toSorted()).toEqual(["approved", "rejected"]);
  database.close();
}, 120_000);
