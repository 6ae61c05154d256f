import type { DatabaseSync } from "node:sqlite";
import type { Snapshot } from "../../../../core/cloud/stack.ts";
import type { Environment } from "../state.ts";
import { rows, run } from "./database.ts";

export interface StoredSnapshot {
  readonly snapshotId: string;
  readonly environment: Environment;
  readonly type: string;
  readonly of: string;
  readonly createdAt: number;
  readonly availableAt: number;
  readonly encrypted: boolean;
}

export function insertSnapshot(database: DatabaseSync, snapshot: StoredSnapshot): void {
  run(
    database,
    `INSERT INTO sandbox_snapshot
       (snapshot_id, environment, type, of_physical_id, created_at, available_at, encrypted)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    snapshot.snapshotId,
    snapshot.environment,
    snapshot.type,
    snapshot.of,
    snapshot.createdAt,
    snapshot.availableAt,
    snapshot.encrypted ? 1 : 0,
  );
}

/** Newest first. */
export function snapshotsOf(
  database: DatabaseSync,
  environment: Environment,
  resource: { readonly type: string; readonly physicalId: string },
  now: number,
): readonly Snapshot[] {
  const found = rows(
    database,
    `SELECT * FROM sandbox_snapshot WHERE environment = ? AND type = ? AND of_physical_id = ?
     ORDER BY created_at DESC, rowid DESC`,
    environment,
    resource.type,
    resource.physicalId,
  );
  return found.map((one) => ({
    snapshotId: one["snapshot_id"] as string,
    of: resource.physicalId,
    createdAt: new Date(one["created_at"] as number).toISOString(),
    status: (one["available_at"] as number) <= now ? "available" : "creating",
    encrypted: one["encrypted"] === 1,
  }));
}

/** How many snapshots of a resource there are, to tell the next one apart. */
export function snapshotCount(database: DatabaseSync, of: string): number {
  return rows(database, "SELECT snapshot_id FROM sandbox_snapshot WHERE of_physical_id = ?", of).length;
}
