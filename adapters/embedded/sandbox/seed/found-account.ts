import { readFileSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import type { CloudTarget } from "../../../../core/cloud/cloud.ts";
import { advance } from "../advance.ts";
import { newStack } from "../new-stack.ts";
import { beginCreate } from "../operation/begin.ts";
import { row, run } from "../store/database.ts";
import { insertStack, writeStack } from "../store/stacks.ts";
import { worldOf } from "../world.ts";

/** Long before anybody uses the sandbox, and always the same. */
const FOUNDED_AT = Date.UTC(2025, 2, 11, 8, 12, 9);

const TEMPLATE = new URL("orders-prod.template.json", import.meta.url);

export function isFounded(database: DatabaseSync, { environment }: CloudTarget): boolean {
  return row(database, "SELECT 1 FROM sandbox_account WHERE environment = ?", environment) !== undefined;
}

/**
 * Gives an account what it holds before Conductor comes: nothing, but for the `orders` stack in prod. Call it
 * within a transaction; another process may have done it meanwhile.
 */
export function foundAccount(database: DatabaseSync, target: CloudTarget): void {
  if (isFounded(database, target)) return;
  const { environment } = target;
  run(database, "INSERT INTO sandbox_account (environment) VALUES (?)", environment);
  if (environment !== "prod") return;
  const stack = newStack(database, target, "orders", FOUNDED_AT);
  const definition = {
    template: readFileSync(TEMPLATE, "utf8"),
    parameters: { Environment: environment },
    tags: { Environment: environment, Project: "orders", Owner: "orders-team@example.com" },
  };
  const world = worldOf(database, "real");
  insertStack(database, stack);
  beginCreate(stack, { changeSetArn: undefined, target: definition, changes: [] }, world, FOUNDED_AT);
  writeStack(database, stack);
  advance(database, FOUNDED_AT + A_DAY, world);
}

const A_DAY = 86_400_000;
