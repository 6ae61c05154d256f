import { executionArn, type Home, parseExecutionArn, stateMachineArn, stateMachineName } from "../arn.ts";
import { ServiceError } from "../service-error.ts";
import type { ExecutionRow, ExecutionStatus, ListedExecution } from "../store/executions.ts";
import type { Store } from "../store/store.ts";
import { pageSize, pageStart, pageToken } from "./paging.ts";

export interface DescribeExecutionOutput {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startDate: Date;
  readonly stopDate?: Date;
  readonly input: string;
  readonly inputDetails: { readonly included: true };
  readonly output?: string;
  readonly outputDetails?: { readonly included: true };
  readonly error?: string;
  readonly cause?: string;
  readonly redriveCount: 0;
}

export interface ListExecutionsInput {
  /** All state machines where it is absent, which is more than the service offers. */
  readonly stateMachineArn?: string;
  readonly status?: ExecutionStatus;
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export interface ExecutionListItem {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startDate: Date;
  readonly stopDate?: Date;
  readonly redriveCount: 0;
}

export interface ListExecutionsOutput {
  readonly executions: ExecutionListItem[];
  readonly nextToken?: string;
}

const STATUSES: readonly ExecutionStatus[] = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"];

/** The execution with an ARN; throws ExecutionDoesNotExist. */
export function findExecution(store: Store, arn: string): ExecutionRow {
  const { stateMachine, name } = parseExecutionArn(arn);
  const row = store.executions.find(stateMachine, name);
  if (!row) throw new ServiceError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
  return row;
}

export function describeExecution(store: Store, home: Home, arn: string): DescribeExecutionOutput {
  const row = findExecution(store, arn);
  return {
    ...listItem(home, row),
    input: row.input,
    inputDetails: { included: true },
    ...(row.output === null ? {} : { output: row.output, outputDetails: { included: true } }),
    ...(row.error === null ? {} : { error: row.error }),
    ...(row.cause === null ? {} : { cause: row.cause }),
  };
}

/** Executions, the latest first. */
export function listExecutions(store: Store, home: Home, input: ListExecutionsInput): ListExecutionsOutput {
  const { status, maxResults, nextToken } = input;
  const machines = machinesListed(store, input.stateMachineArn);
  const size = pageSize(maxResults);
  const listing = `${input.stateMachineArn ?? "*"} ${status ?? "*"}`;
  const before = nextToken === undefined ? Number.MAX_SAFE_INTEGER : pageStart(listing, nextToken);
  const statuses = status === undefined ? STATUSES : [status];
  // Each machine and status is one walk along an index; a page is the latest of all of them.
  const found = machines
    .flatMap((machine) => statuses.flatMap((one) => store.executions.page(machine, one, before, size + 1)))
    .sort((a, b) => b.id - a.id);
  const page = found.slice(0, size);
  const last = page.at(-1);
  const executions = page.map((row) => listItem(home, row));
  return found.length > size && last
    ? { executions, nextToken: pageToken(listing, last.id) }
    : { executions };
}

function machinesListed(store: Store, nameOrArn: string | undefined): string[] {
  if (nameOrArn === undefined) return store.definitions.names();
  const name = stateMachineName(nameOrArn);
  if (store.definitions.hashOf(name) !== undefined) return [name];
  throw new ServiceError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${nameOrArn}'`);
}

function listItem(home: Home, row: ListedExecution): ExecutionListItem {
  return {
    executionArn: executionArn(home, row.state_machine, row.name),
    stateMachineArn: stateMachineArn(home, row.state_machine),
    name: row.name,
    status: row.status,
    startDate: new Date(row.started_at),
    ...(row.stopped_at === null ? {} : { stopDate: new Date(row.stopped_at) }),
    redriveCount: 0,
  };
}
