import { SqliteTable } from "../../adapters/embedded/table.ts";
import { castVote } from "../../core/gate/gates.ts";
import { openDatabase } from "../../engine/store/database.ts";
import { AT, DIGEST } from "./records.ts";

/** One person's decision at each of many gates, as fast as a process of its own can: its answers as one line of JSON. */
const [file = "", principal = "", decision = "approve", gates = "0", begin = "0"] = process.argv.slice(2);
const database = openDatabase(file);
const now = new Date(AT);
const table = new SqliteTable(database, { now: () => now });
const caller = { principal, via: "api", authenticated: true } as const;
while (Date.now() < Number(begin)) await new Promise((resolve) => setTimeout(resolve, 1));
const answers: string[] = [];
for (let number = 0; number < Number(gates); number += 1) {
  const vote = {
    gateId: `gate_${number}`,
    decision: decision as "approve" | "reject",
    caller,
    digest: DIGEST,
    notes: "n",
  };
  try {
    answers.push((await castVote(table, vote, now)).status);
  } catch (error) {
    answers.push((error as Error).name);
  }
}
database.close();
process.stdout.write(JSON.stringify(answers));
