import { statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Process } from "../support/processes.ts";

/** When a process dies: so long after its directory's journal was written so many times. */
export interface Moment {
  readonly commits: number;
  readonly milliseconds: number;
}

/**
 * Kills a process at a moment of its work rather than of the day, so that a slow machine's rounds are killed where a
 * fast one's are. False when it had ended before.
 */
export async function killAt(child: Process, data: string, moment: Moment): Promise<boolean> {
  const journal = join(data, "conductor.db-wal");
  let last = stateOf(journal);
  for (let commits = 0; commits < moment.commits && child.running; ) {
    await setTimeout(1);
    const now = stateOf(journal);
    if (now === last) continue;
    last = now;
    commits++;
  }
  await setTimeout(moment.milliseconds);
  if (!child.running) return false;
  return (await child.kill()).signal === "SIGKILL";
}

/** Looked at from outside: a connection of ours would change what the next process finds. */
function stateOf(file: string): string {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found ? `${found.size} ${found.mtimeNs}` : "";
}
