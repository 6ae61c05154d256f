import { parentPort, workerData } from "node:worker_threads";
import { SqliteTable } from "../../adapters/embedded/table.ts";
import { castVote } from "../../core/gate/gates.ts";
import { openDatabase } from "../../engine/store/database.ts";
import { AT, DIGEST } from "./records.ts";

/** Votes of several people from a thread of its own, one after the other, as fast as it can. */
export interface Votes {
  readonly file: string;
  readonly gateId: string;
  readonly people: readonly string[];
  readonly decision: "approve" | "reject";
}

const { file, gateId, people, decision } = workerData as Votes;
const database = openDatabase(file);
const now = new Date(AT);
const table = new SqliteTable(database, { now: () => now });
const answers: string[] = [];
for (const principal of people) {
  const caller = { principal, via: "cli", authenticated: false } as const;
  try {
    const { status } = await castVote(table, { gateId, decision, caller, digest: DIGEST }, now);
    answers.push(status);
  } catch (error) {
    answers.push((error as Error).name);
  }
}
database.close();
parentPort?.postMessage(answers);
