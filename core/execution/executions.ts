import type { Unit } from "../table/atomically.ts";
import { keys } from "../table/keys.ts";
import { pagesOf } from "../table/pages.ts";
import type { Page, Table } from "../table/table.ts";
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
  const page = await table.query({ ...listOf(status), limit, ...(cursor ? { cursor } : {}) });
  return { executions: executionsIn(page), ...(page.cursor ? { cursor: page.cursor } : {}) };
}

/** The same without an end, read by so many at a time as somebody wants more. */
export async function* every(
  table: Table,
  { status, page }: { readonly status?: Execution["status"]; readonly page: number },
): AsyncGenerator<Execution> {
  for await (const read of pagesOf(table, { ...listOf(status), limit: page })) yield* executionsIn(read);
}

function listOf(status: Execution["status"] | undefined) {
  const list = status
    ? ({ index: "index2", pk: `EXECUTIONS#${status}` } as const)
    : ({ index: "index1", pk: "EXECUTIONS" } as const);
  return { ...list, newestFirst: true };
}

function executionsIn({ items }: Page): Execution[] {
  return items.map((item) => item.attributes as unknown as Execution);
}
