import type { z } from "@hono/zod-openapi";
import type { Environment } from "../../core/artifacts/vocabulary.ts";
import type { Execution } from "../../core/execution/execution.ts";
import { list } from "../../core/execution/executions.ts";
import { lockOf } from "../../core/lock/locks.ts";
import type { World } from "../../core/ports.ts";
import type { stacksList } from "../schemas.ts";

const OPEN = ["running", "paused", "pending"] as const;
/** Open executions looked at, of each status: their stacks are the ones somebody may hold. */
const MOST = 100;

/** The stacks of open executions with their locks: a lock is only ever held by one of them. */
export async function busyStacks(
  world: World,
  visible: readonly Environment[],
): Promise<z.input<typeof stacksList>["stacks"]> {
  const pages = await Promise.all(OPEN.map((status) => list(world.table, { status, limit: MOST })));
  const byStack = new Map<string, Execution>();
  for (const execution of pages.flatMap(({ executions }) => executions)) {
    if (visible.includes(execution.environment))
      byStack.set(`${execution.environment} ${execution.stack}`, execution);
  }
  return await Promise.all([...byStack.values()].map((execution) => busyStack(world, execution)));
}

async function busyStack({ table }: World, execution: Execution) {
  const { holder, queue } = await lockOf(table, execution);
  return {
    environment: execution.environment,
    stack: execution.stack,
    holder: holder?.executionId ?? null,
    since: holder?.since ?? null,
    queue: queue.map(({ executionId }) => executionId),
  };
}
