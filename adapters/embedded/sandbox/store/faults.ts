import type { DatabaseSync } from "node:sqlite";
import type { FaultStage } from "../operation/operation.ts";
import type { Environment } from "../state.ts";
import { type Row, row, rows, run } from "./database.ts";

/** A failure somebody ordered. */
export interface Fault {
  readonly environment: Environment;
  /** Any stack when left out. */
  readonly stack?: string;
  /** A logical id or a resource type. */
  readonly resource: string;
  readonly reason?: string;
  /** Once it has failed, the resource fails in the rollback too. */
  readonly rollbackToo?: boolean;
}

export function insertFault(database: DatabaseSync, fault: Fault): void {
  run(
    database,
    `INSERT INTO sandbox_fault (environment, stack, resource, reason, rollback_too, stage)
     VALUES (?, ?, ?, ?, ?, 'forward')`,
    fault.environment,
    fault.stack ?? null,
    fault.resource,
    fault.reason ?? null,
    fault.rollbackToo === true ? 1 : 0,
  );
}

export function listFaults(
  database: DatabaseSync,
  environment: Environment,
): readonly (Fault & { readonly stage: FaultStage })[] {
  const found = rows(database, "SELECT * FROM sandbox_fault WHERE environment = ? ORDER BY id", environment);
  return found.map((one) => ({
    environment,
    resource: one["resource"] as string,
    rollbackToo: one["rollback_too"] === 1,
    stage: one["stage"] as FaultStage,
    ...(one["stack"] === null ? {} : { stack: one["stack"] as string }),
    ...(one["reason"] === null ? {} : { reason: one["reason"] as string }),
  }));
}

export function clearFaults(database: DatabaseSync, environment: Environment): void {
  run(database, "DELETE FROM sandbox_fault WHERE environment = ?", environment);
}

interface Target {
  readonly environment: Environment;
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
}

export function hasFault(database: DatabaseSync, target: Target, stage: FaultStage): boolean {
  return find(database, target, stage) !== undefined;
}

/** The reason of the oldest matching failure, which is then spent, or waits for the rollback. */
export function takeFault(database: DatabaseSync, target: Target, stage: FaultStage): string | undefined {
  const found = find(database, target, stage);
  if (found === undefined) return undefined;
  const id = found["id"] as number;
  if (stage === "forward" && found["rollback_too"] === 1)
    run(
      database,
      "UPDATE sandbox_fault SET stage = 'rollback', stack = ?, resource = ? WHERE id = ?",
      target.stack,
      target.logicalId,
      id,
    );
  else run(database, "DELETE FROM sandbox_fault WHERE id = ?", id);
  return (
    (found["reason"] as string | null) ??
    `Resource handler returned message: "simulated failure of ${target.logicalId}, as ordered" (HandlerErrorCode: GeneralServiceException)`
  );
}

export function disarm(database: DatabaseSync, environment: Environment, stack: string): void {
  const sql = "DELETE FROM sandbox_fault WHERE environment = ? AND stack = ? AND stage = 'rollback'";
  run(database, sql, environment, stack);
}

function find(database: DatabaseSync, target: Target, stage: FaultStage): Row | undefined {
  return row(
    database,
    `SELECT * FROM sandbox_fault WHERE environment = ? AND (stack IS NULL OR stack = ?)
       AND resource IN (?, ?) AND stage = ? ORDER BY id LIMIT 1`,
    target.environment,
    target.stack,
    target.logicalId,
    target.type,
    stage,
  );
}
