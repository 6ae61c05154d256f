import type { DatabaseSync } from "node:sqlite";
import type { ChangeSetDescription } from "../../../../core/cloud/change-set.ts";
import type { Definition } from "../state.ts";
import { type Row, row, rows, run } from "./database.ts";

export interface StoredChangeSet {
  readonly description: ChangeSetDescription;
  readonly clientToken: string;
  /** With the values of NoEcho parameters, which the description hides. */
  readonly definition: Definition;
}

export function insertChangeSet(database: DatabaseSync, changeSet: StoredChangeSet): void {
  const { description } = changeSet;
  run(
    database,
    `INSERT INTO sandbox_change_set
       (arn, stack_id, name, client_token, execution_status, description, definition)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    description.arn,
    description.stackId,
    description.name,
    changeSet.clientToken,
    description.executionStatus,
    JSON.stringify(description),
    JSON.stringify(changeSet.definition),
  );
}

export function changeSetByArn(database: DatabaseSync, arn: string): StoredChangeSet | undefined {
  return stored(row(database, "SELECT * FROM sandbox_change_set WHERE arn = ?", arn));
}

export function changeSetByName(
  database: DatabaseSync,
  stackId: string,
  name: string,
): StoredChangeSet | undefined {
  const sql = "SELECT * FROM sandbox_change_set WHERE stack_id = ? AND name = ?";
  return stored(row(database, sql, stackId, name));
}

export function changeSetCount(database: DatabaseSync, stackId: string): number {
  return rows(database, "SELECT arn FROM sandbox_change_set WHERE stack_id = ?", stackId).length;
}

export function removeChangeSet(database: DatabaseSync, arn: string): void {
  run(database, "DELETE FROM sandbox_change_set WHERE arn = ?", arn);
}

export function setExecutionStatus(
  database: DatabaseSync,
  arn: string,
  status: ChangeSetDescription["executionStatus"],
): void {
  run(database, "UPDATE sandbox_change_set SET execution_status = ? WHERE arn = ?", status, arn);
}

/** Once one change set is executed, or the stack deleted, the others are worthless. */
export function makeOthersObsolete(database: DatabaseSync, stackId: string, arn = ""): void {
  run(
    database,
    `UPDATE sandbox_change_set SET execution_status = 'OBSOLETE'
     WHERE stack_id = ? AND arn <> ? AND execution_status = 'AVAILABLE'`,
    stackId,
    arn,
  );
}

function stored(found: Row | undefined): StoredChangeSet | undefined {
  if (found === undefined) return undefined;
  const description = JSON.parse(found["description"] as string) as ChangeSetDescription;
  const executionStatus = found["execution_status"] as ChangeSetDescription["executionStatus"];
  return {
    description: { ...description, executionStatus },
    clientToken: found["client_token"] as string,
    definition: JSON.parse(found["definition"] as string) as Definition,
  };
}
