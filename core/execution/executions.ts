import type { Unit } from "../table/atomically.ts";
import { keys } from "../table/keys.ts";
import type { Table } from "../table/table.ts";
import { type Execution, ExecutionError } from "./execution.ts";

/** Stores an execution under all the keys it is found by. */
export function store(unit: Unit, execution: Execution): void {
  unit.put({
    ...keys.execution(execution.id),
    attributes: execution,
    index1: keys.executionsIndex(execution.createdAt, execution.id),
    index2: keys.executionsByStatusIndex(execution.status, execution.createdAt, execution.id),
  });
}

/** @throws ExecutionError ExecutionNotFound */
export async function load(unit: Unit, id: string): Promise<Execution> {
  // Whoever changes an execution mostly tells its timeline.
  await unit.foresee(keys.execution(id), keys.chainHead(id));
  return found(await unit.get<Execution>(keys.execution(id)), id);
}

/** @throws ExecutionError ExecutionNotFound */
export async function find(table: Table, id: string): Promise<Execution> {
  const item = await table.get(keys.execution(id));
  return found(item?.attributes as Execution | undefined, id);
}

function found(execution: Execution | undefined, id: string): Execution {
  if (execution) return execution;
  throw new ExecutionError(
    "ExecutionNotFound",
    `there is no execution ${id.slice(0, 80)}; \`conductor list\` shows them`,
  );
}

export interface ExecutionsPage {
  readonly executions: readonly Execution[];
  readonly cursor?: string;
}

/** Newest first, all or those of one status. */
export async function list(
  table: Table,
  {
    status,
    limit,
    cursor,
  }: { status?: Execution["status"] | undefined; limit: number; cursor?: string | undefined },
): Promise<ExecutionsPage> {
  const page = await table.query({
    ...(status ? { index: "index2", pk: `EXECUTIONS#${status}` } : { index: "index1", pk: "EXECUTIONS" }),
    limit,
    newestFirst: true,
    ...(cursor ? { cursor } : {}),
  });
  const executions = page.items.map((item) => item.attributes as unknown as Execution);
  return { executions, ...(page.cursor ? { cursor: page.cursor } : {}) };
}
