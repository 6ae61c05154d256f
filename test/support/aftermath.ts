import { eventsOf } from "../../adapters/embedded/sandbox/store/stacks.ts";
import type { Home } from "../../bin/home/record.ts";
import { KINDS, minus } from "../../core/budget/amounts.ts";
import { remaining } from "../../core/budget/ledger.ts";
import type { StackEvent } from "../../core/cloud/stack.ts";
import { type Execution, hasEnded } from "../../core/execution/execution.ts";
import { list } from "../../core/execution/executions.ts";
import { approvals } from "../../core/gate/gate.ts";
import { ofExecution } from "../../core/gate/gates.ts";
import type { StackLock } from "../../core/lock/stack-lock.ts";
import { atomically } from "../../core/table/atomically.ts";
import { auditWorkspace } from "../../core/timeline/audit.ts";
import { readChain } from "../../core/timeline/record.ts";

/**
 * What must never be found in a data directory in which everything has ended, whatever happened on the way: a
 * resource applied twice, a change set executed twice or left behind, a decision counted twice, a lock, a delivery or
 * a run that nobody will ever take up again, a budget that does not add up, a record that does not verify.
 */
export async function faultsAfter(home: Home): Promise<string[]> {
  const { executions } = await list(home.world.table, { limit: 1_000 });
  const ofEach = await Promise.all(executions.map((execution) => faultsOf(home, execution)));
  const { faults } = await auditWorkspace(home);
  return [
    ...ofEach.flat(),
    ...faults.map(({ chain, seq, kind, message }) => `${kind} in ${chain} at ${seq}: ${message}`),
    ...leftBehind(home),
    ...stacksOf(home).flatMap((stackId) => faultsOfStack(home, stackId)),
    ...(await mistold(home, executions)),
  ];
}

async function faultsOf(home: Home, execution: Execution): Promise<string[]> {
  const { id, stage } = execution;
  const gates = await ofExecution(home.world.table, id);
  return [
    ...(hasEnded(execution) ? [] : [`${id} has not ended: ${execution.changeStatus} at ${stage}`]),
    ...gates.flatMap(({ id: gateId, status }) => (status === "open" ? [`${gateId} is still open`] : [])),
    ...gates.flatMap((gate) =>
      gate.votes.length > gate.requiredApprovals || approvals(gate).length > gate.requiredApprovals
        ? [`${gate.id} counts ${gate.votes.length} votes where ${gate.requiredApprovals} were needed`]
        : [],
    ),
    ...(await unsettled(home, execution)),
  ];
}

async function unsettled(home: Home, { id, environment, spent }: Execution): Promise<string[]> {
  const { limits } = home.world.environment(environment);
  const { cap, remaining: left } = await atomically(home.world.table, (unit) => remaining(unit, id, limits));
  const taken = minus(cap, left);
  const { items } = await home.world.table.query({
    pk: `EXECUTION#${id}`,
    prefix: "RESERVATION#",
    limit: 1_000,
  });
  return [
    ...KINDS.filter((kind) => taken[kind] !== spent[kind]).map(
      (kind) => `${id} spent ${spent[kind]} ${kind} and its budget lost ${taken[kind]}`,
    ),
    ...items.filter(({ attributes }) => !attributes["spent"]).map(({ sk }) => `${id}: ${sk} is not settled`),
  ];
}

function leftBehind({ directory: { database } }: Home): string[] {
  const rows = (sql: string) => database.prepare(sql).all();
  return [
    ...rows("SELECT pk, attributes FROM item WHERE sk = 'LOCK'").flatMap((row) => {
      const { holder, queue } = JSON.parse(String(row["attributes"])) as StackLock;
      return holder || queue.length > 0 ? [`${row["pk"]} is held by ${holder?.executionId}`] : [];
    }),
    ...rows("SELECT sk FROM item WHERE pk IN ('OUTBOX', 'OUTBOX#EVENTS')").map(
      ({ sk }) => `${sk} was never delivered`,
    ),
    ...rows("SELECT name FROM engine_executions WHERE status = 'RUNNING'").map(
      ({ name }) => `the run ${name} never ended`,
    ),
    ...rows("SELECT arn, execution_status AS at FROM sandbox_change_set").flatMap(({ arn, at }) =>
      at === "AVAILABLE" || at === "EXECUTE_IN_PROGRESS" ? [`${arn} is still ${at}`] : [],
    ),
  ];
}

function stacksOf({ directory: { database } }: Home): string[] {
  const rows = database.prepare("SELECT stack_id FROM sandbox_stack").all();
  return rows.map((row) => String(row["stack_id"]));
}

const isOfStack = ({ physicalId, stackId }: StackEvent) => physicalId === stackId;

function faultsOfStack({ directory: { database } }: Home, stackId: string): string[] {
  const events = eventsOf(database, stackId);
  const done = new Set<string>();
  const faults: string[] = [];
  for (const event of events) {
    const { logicalId, status } = event;
    // A new operation on the stack may do again what the last one did.
    if (isOfStack(event) && status.endsWith("_IN_PROGRESS")) done.clear();
    if (!status.endsWith("_COMPLETE")) continue;
    if (done.has(`${logicalId} ${status}`)) faults.push(`${logicalId} of ${stackId} was ${status} twice`);
    done.add(`${logicalId} ${status}`);
  }
  for (const type of ["CREATE", "UPDATE"]) {
    const begun = events.filter((event) => isOfStack(event) && event.status === `${type}_IN_PROGRESS`).length;
    const executed = executedOf(database, stackId, type);
    // A stack that was found here was created by nobody's change set.
    if (begun !== executed && !(type === "CREATE" && begun === 1 && executed === 0))
      faults.push(`${stackId} began ${begun} operations of ${executed} change sets to ${type}`);
  }
  return faults;
}

function executedOf(database: Home["directory"]["database"], stackId: string, type: string): number {
  const sql = `SELECT count(*) AS executed FROM sandbox_change_set
     WHERE stack_id = ? AND execution_status LIKE 'EXECUTE_%' AND description ->> '$.type' = ?`;
  return Number(database.prepare(sql).get(stackId, type)?.["executed"]);
}

/** What happened to a stack since somebody here first changed it is told once in the record of whoever did it. */
async function mistold(home: Home, executions: readonly Execution[]): Promise<string[]> {
  const told = new Map<string, number>();
  const since = new Map<string, string>();
  for (const { id, stack } of executions)
    for await (const { at, type, data } of readChain(home.world.table, id)) {
      if (type !== "apply.progress") continue;
      const name = `${stack}: ${data["logicalId"]} ${data["status"]} at ${at}`;
      told.set(name, (told.get(name) ?? 0) + 1);
      if (at < (since.get(stack) ?? "9")) since.set(stack, at);
    }
  const happened = eventsOfAll(home).filter(
    ({ stack, at, status }) => status !== "REVIEW_IN_PROGRESS" && at >= (since.get(stack) ?? "9"),
  );
  const untold = happened.filter(({ name }) => !told.has(name));
  return [
    ...untold.map(({ name }) => `${name} was never told`),
    ...[...told].filter(([, times]) => times > 1).map(([name, times]) => `${name} was told ${times} times`),
  ];
}

function eventsOfAll(home: Home) {
  return stacksOf(home).flatMap((stackId) => {
    const stack = stackId.split("/")[1] ?? "";
    const events = eventsOf(home.directory.database, stackId);
    // A stack that only ever stood for a change set is taken away with it.
    if (!events.some(({ status }) => status === "CREATE_COMPLETE")) return [];
    return events.map(({ at, status, logicalId }) => ({
      stack,
      at,
      status,
      name: `${stack}: ${logicalId} ${status} at ${at}`,
    }));
  });
}
