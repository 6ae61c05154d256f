import type { DatabaseSync } from "node:sqlite";
import { property } from "./kinds/kind.ts";
import { kindOf, uniqueName } from "./kinds/kinds.ts";
import { subjectOf } from "./operation/blueprint.ts";
import type { ResourceState, StackState } from "./state.ts";
import { row } from "./store/database.ts";

/** Bucket names of somebody else's: the whole world shares one name space. */
export const TAKEN_BUCKET_NAMES: readonly string[] = [
  "archive",
  "assets",
  "backup",
  "backups",
  "data",
  "downloads",
  "files",
  "images",
  "logs",
  "media",
  "my-bucket",
  "photos",
  "static",
  "test",
  "test-bucket",
  "uploads",
  "videos",
];

/** Why a resource cannot have the name it asks for; undefined when it can, or asks for none. */
export function nameTaken(
  database: DatabaseSync,
  stack: StackState,
  resource: ResourceState,
): string | undefined {
  const subject = subjectOf(stack, resource);
  const key = uniqueName(subject, stack.environment);
  const kind = kindOf(resource.type);
  const name = property(subject, kind.name);
  if (key === undefined || name === undefined) return undefined;
  if (kind.unique === "world" && TAKEN_BUCKET_NAMES.includes(name)) return `${name} already exists`;
  const here = stack.resources.some(
    (other) =>
      other !== resource &&
      other.actual !== undefined &&
      uniqueName(subjectOf(stack, other), stack.environment) === key,
  );
  const owner = here ? stack.stackId : ownerOf(database, stack, key);
  if (owner === undefined) return undefined;
  if (owner !== "") return `${name} already exists in stack ${owner}`;
  return kind.unique === "world"
    ? `${name} already exists`
    : `Resource of type '${resource.type}' with identifier '${name}' already exists.`;
}

/** The stack that owns a name; empty when no stack of this account does. */
function ownerOf(database: DatabaseSync, stack: StackState, key: string): string | undefined {
  const found = row(
    database,
    `SELECT stack_id, environment, held FROM sandbox_resource
     WHERE unique_name = ? AND present = 1 AND (stack_id <> ? OR held = 0) ORDER BY held DESC LIMIT 1`,
    key,
    stack.stackId,
  );
  if (found === undefined) return undefined;
  return found["held"] === 1 && found["environment"] === stack.environment
    ? (found["stack_id"] as string)
    : "";
}
