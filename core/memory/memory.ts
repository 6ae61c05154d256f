import type { ArtifactRef } from "../artifacts/vocabulary.ts";
import type { Outcome } from "../execution/execution.ts";
import type { Unit } from "../table/atomically.ts";
import { keys } from "../table/keys.ts";
import type { Key, Table } from "../table/table.ts";

/** Something worth knowing next time: a retrospective, a stack's runbook. Entries are only ever added. */
export interface MemoryEntry {
  /** `runbook#<stack>`, `retrospective#<stack>` … */
  readonly kind: string;
  readonly at: string;
  readonly executionId: string;
  readonly summary: string;
  /** How the run it tells of ended. */
  readonly outcome?: Outcome;
  readonly artifact: ArtifactRef;
}

export async function remember(unit: Unit, entry: MemoryEntry): Promise<void> {
  const key = entryKey(entry);
  if (await unit.get(key)) return;
  unit.put({ ...key, attributes: entry });
}

/** Where an entry is kept. */
export function entryKey({ kind, at, executionId }: Pick<MemoryEntry, "kind" | "at" | "executionId">): Key {
  return keys.memory(kind, `${at}#${executionId}`);
}

/** The newest entries of a kind, newest first. */
export async function recall(table: Table, kind: string, limit: number): Promise<MemoryEntry[]> {
  const { items } = await table.query({ pk: keys.memory(kind, "").pk, limit, newestFirst: true });
  return items.map((item) => item.attributes as unknown as MemoryEntry);
}
