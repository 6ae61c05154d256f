import type { Unit } from "../table/atomically.ts";
import { keys } from "../table/keys.ts";
import type { Table } from "../table/table.ts";
import type { ArtifactRef } from "./vocabulary.ts";

/** Lists an artifact under its name; a later one of the same name takes its place, and the timeline knows both. */
export async function attach(
  unit: Unit,
  executionId: string,
  artifact: ArtifactRef,
  at: string,
): Promise<void> {
  const key = keys.artifact(executionId, artifact.name);
  await unit.get(key);
  unit.put({ ...key, attributes: { ...artifact, at } });
}

/** The artifacts of an execution by name. An execution attaches a few dozen at most. */
export async function attachedTo(table: Table, executionId: string): Promise<ArtifactRef[]> {
  const { pk } = keys.execution(executionId);
  const { items } = await table.query({ pk, prefix: "ARTIFACT#", limit: 200 });
  return items.map(({ attributes }) => {
    const { name, kind, sha256, bytes } = attributes as unknown as ArtifactRef;
    return { name, kind, sha256, bytes };
  });
}
