import type { DatabaseSync } from "node:sqlite";
import type { StackEvent, StackStatus } from "../../../../core/cloud/stack.ts";
import { uniqueName } from "../kinds/kinds.ts";
import { subjectOf } from "../operation/blueprint.ts";
import { dueAt, type Operation } from "../operation/operation.ts";
import type { Definition, Environment, ResourceState, StackState } from "../state.ts";
import { type Row, row, rows, run } from "./database.ts";

/** What each stack's resources looked like when they were read or last written. */
const WRITTEN = new WeakMap<StackState, Map<string, string>>();

export function findStackId(
  database: DatabaseSync,
  environment: Environment,
  nameOrId: string,
): string | undefined {
  const found = row(
    database,
    `SELECT stack_id FROM sandbox_stack
     WHERE environment = ?1 AND (stack_id = ?2 OR (name = ?2 AND live = 1))`,
    environment,
    nameOrId,
  );
  return found?.["stack_id"] as string | undefined;
}

export function findStack(
  database: DatabaseSync,
  environment: Environment,
  nameOrId: string,
): StackState | undefined {
  const stackId = findStackId(database, environment, nameOrId);
  return stackId === undefined ? undefined : readStack(database, stackId);
}

export function readStack(database: DatabaseSync, stackId: string): StackState {
  const found = row(database, "SELECT * FROM sandbox_stack WHERE stack_id = ?", stackId);
  if (found === undefined) throw new Error(`no stack ${stackId}`);
  const stack: StackState = { ...own(found), ...resourcesOf(database, stackId), events: [] };
  WRITTEN.set(stack, new Map(stack.resources.map((one) => [key(one), JSON.stringify(one)])));
  return stack;
}

function own(found: Row): Omit<StackState, "resources" | "generations" | "events"> {
  return {
    stackId: found["stack_id"] as string,
    environment: found["environment"] as Environment,
    account: found["account"] as string,
    region: found["region"] as string,
    name: found["name"] as string,
    createdAt: found["created_at"] as number,
    status: found["status"] as StackStatus,
    statusReason: text(found["status_reason"]),
    lastUpdatedAt: (found["last_updated_at"] as number | null) ?? undefined,
    deletedAt: (found["deleted_at"] as number | null) ?? undefined,
    definition: parsed<Definition>(found["definition"]),
    outputs: JSON.parse(found["outputs"] as string) as Record<string, string>,
    exports: JSON.parse(found["exports"] as string) as Record<string, string>,
    policy: text(found["policy"]),
    lastEventAt: found["last_event_at"] as number,
    latest: Number.POSITIVE_INFINITY,
    operation: parsed<Operation>(found["operation"]),
  };
}

function resourcesOf(database: DatabaseSync, stackId: string): Pick<StackState, "resources" | "generations"> {
  const held = rows(
    database,
    "SELECT body FROM sandbox_resource WHERE stack_id = ? AND held = 1 ORDER BY rowid",
    stackId,
  );
  const highest = rows(
    database,
    "SELECT logical_id, max(generation) AS highest FROM sandbox_resource WHERE stack_id = ? GROUP BY logical_id",
    stackId,
  );
  return {
    resources: held.map((one) => JSON.parse(one["body"] as string) as ResourceState),
    generations: new Map(highest.map((one) => [one["logical_id"] as string, one["highest"] as number])),
  };
}

/** Writes a stack that is new. */
export function insertStack(database: DatabaseSync, stack: StackState): void {
  run(
    database,
    `INSERT INTO sandbox_stack
       (stack_id, environment, account, region, name, live, status, created_at, last_event_at, outputs, exports)
     VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, '{}', '{}')`,
    stack.stackId,
    stack.environment,
    stack.account,
    stack.region,
    stack.name,
    stack.status,
    stack.createdAt,
    stack.lastEventAt,
  );
  writeStack(database, stack);
}

/** Writes what changed: the stack, its resources and its new events. */
export function writeStack(database: DatabaseSync, stack: StackState): void {
  writeParts(database, stack);
  run(
    database,
    `UPDATE sandbox_stack SET live = ?, status = ?, status_reason = ?, last_updated_at = ?, deleted_at = ?,
       last_event_at = ?, due_at = ?, definition = ?, outputs = ?, exports = ?, policy = ?, operation = ?
     WHERE stack_id = ?`,
    stack.status === "DELETE_COMPLETE" ? 0 : 1,
    stack.status,
    stack.statusReason ?? null,
    stack.lastUpdatedAt ?? null,
    stack.deletedAt ?? null,
    stack.lastEventAt,
    dueAt(stack.operation) ?? null,
    json(stack.definition),
    JSON.stringify(stack.outputs),
    JSON.stringify(stack.exports),
    stack.policy ?? null,
    json(stack.operation),
    stack.stackId,
  );
}

/** Writes the resources and events alone, so that other stacks of the same transaction see the names in use. */
export function writeParts(database: DatabaseSync, stack: StackState): void {
  for (const resource of stack.resources) writeResource(database, stack, resource);
  stack.resources = stack.resources.filter((resource) => resource.held);
  for (const event of stack.events)
    run(
      database,
      "INSERT INTO sandbox_event (stack_id, event_id, body) VALUES (?, ?, ?)",
      stack.stackId,
      event.eventId,
      JSON.stringify(event),
    );
  stack.events = [];
}

function writeResource(database: DatabaseSync, stack: StackState, resource: ResourceState): void {
  const written = WRITTEN.get(stack) ?? new Map<string, string>();
  WRITTEN.set(stack, written);
  const body = JSON.stringify(resource);
  if (written.get(key(resource)) === body) return;
  written.set(key(resource), body);
  run(
    database,
    `INSERT INTO sandbox_resource
       (stack_id, logical_id, generation, environment, held, present, unique_name, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET held = excluded.held, present = excluded.present,
       unique_name = excluded.unique_name, body = excluded.body`,
    stack.stackId,
    resource.logicalId,
    resource.generation,
    stack.environment,
    resource.held ? 1 : 0,
    resource.actual === undefined ? 0 : 1,
    uniqueName(subjectOf(stack, resource), stack.environment) ?? null,
    body,
  );
}

export function eventsOf(database: DatabaseSync, stackId: string, after?: string): readonly StackEvent[] {
  const found = rows(
    database,
    `SELECT body FROM sandbox_event WHERE stack_id = ?1 AND sequence >
       coalesce((SELECT sequence FROM sandbox_event WHERE stack_id = ?1 AND event_id = ?2), 0)
     ORDER BY sequence`,
    stackId,
    after ?? null,
  );
  return found.map((one) => JSON.parse(one["body"] as string) as StackEvent);
}

export function stackIds(database: DatabaseSync, environment: Environment): readonly string[] {
  const found = rows(
    database,
    "SELECT stack_id FROM sandbox_stack WHERE environment = ? AND live = 1 ORDER BY name",
    environment,
  );
  return found.map((one) => one["stack_id"] as string);
}

/** How many stacks of that name there have been in the account. */
export function serialOf(database: DatabaseSync, environment: Environment, name: string): number {
  const sql = "SELECT count(*) AS serial FROM sandbox_stack WHERE environment = ? AND name = ?";
  return (row(database, sql, environment, name)?.["serial"] as number | undefined) ?? 0;
}

function key(resource: ResourceState): string {
  return `${resource.logicalId}#${resource.generation}`;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function parsed<T>(value: unknown): T | undefined {
  return typeof value === "string" ? (JSON.parse(value) as T) : undefined;
}

function json(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
