import { attach } from "../artifacts/attached.ts";
import type { GoalStatement } from "../artifacts/goal-statement.ts";
import type { Environment } from "../artifacts/vocabulary.ts";
import { NOTHING } from "../budget/amounts.ts";
import { admissionKeys, admitExecution, executionCap } from "../budget/ledger.ts";
import { canonicalJson } from "../digest.ts";
import { RequestError } from "../idempotency/requests.ts";
import { dispatch } from "../outbox.ts";
import { requireNoCredentials, requireUnderstandable } from "../plan/goal.ts";
import { SkipError, skipsGates } from "../policy/skipping.ts";
import type { World } from "../ports.ts";
import type { Caller } from "../principal.ts";
import { atomically, type Unit } from "../table/atomically.ts";
import { keys } from "../table/keys.ts";
import { WORKSPACE_CHAIN } from "../timeline/chain.ts";
import { record } from "../timeline/record.ts";
import type { Execution } from "./execution.ts";
import { store } from "./executions.ts";
import type { Priority } from "./priority.ts";

/** Tokens and dollars the agents of a change may take together when a model is configured; the day's forecast counts them. */
const EXPECTED_WITH_MODEL = { tokens: 40_000, milliseconds: 0, microUsd: 1_000_000 };

/** Characters of the goal that are repeated in lists. */
const SUMMARY_LENGTH = 280;

export interface StartOptions {
  /** Dollars this execution may spend at most. */
  readonly maxUsd?: number;
  /** Seconds its agents may work at most; waiting for people or for the account is not work. */
  readonly maxSeconds?: number;
  /** Before or after others that wait for the same stack. */
  readonly priority?: Priority;
  /** Nobody is to be asked, where policy lets a gate be skipped. */
  readonly skipGates?: boolean;
  /** What the request is called however often it is sent (core/idempotency): it starts one execution. */
  readonly operation?: string;
}

/** Hex digits of an operation's name that name its execution: too many for two to meet. */
const OPERATION_DIGITS = 24;

/**
 * Registers a change and has it started: the record, its place in the workspace's chain, its budget and the
 * order to start are stored together, so that nothing runs that is not recorded and nothing recorded is lost.
 * @throws InputError, BudgetError BudgetBrake, RequestError IdempotencyKeyReused, SkipError GatesRequired
 */
export async function startChange(
  world: World,
  goal: GoalStatement,
  caller: Caller,
  options: StartOptions = {},
): Promise<Execution> {
  if (world.models.length === 0) requireUnderstandable(goal, "the goal");
  if (options.skipGates) requireSkippable(goal.environment);
  const settings = world.environment(goal.environment);
  requireNoCredentials(goal, "the goal");
  const { sha256, bytes } = await world.artifacts.put(canonicalJson(goal));
  const id = idFor(world, options.operation);
  const ref = { name: "goal.json", kind: "GoalStatement", sha256, bytes };
  const execution = { ...newExecution(world, id, goal, caller, ref), ...wishesOf(options, caller) };
  const admission = {
    id: execution.id,
    expected: execution.expected,
    cap: executionCap(settings.limits, options),
  };
  return await atomically(world.table, async (unit) => {
    const now = world.clock.now();
    const started = options.operation === undefined ? undefined : await startedBefore(unit, execution);
    if (started) return started;
    await unit.foresee(
      keys.artifact(execution.id, execution.goal.name),
      keys.chainHead(execution.id),
      keys.chainHead(WORKSPACE_CHAIN),
      keys.outbox(execution.createdAt, `start#${execution.id}`),
      ...admissionKeys(execution.id, now),
    );
    await admitExecution(unit, admission, settings.limits, now);
    store(unit, execution);
    await attach(unit, execution.id, execution.goal, execution.createdAt);
    const event = await record(unit, execution.id, {
      at: execution.createdAt,
      type: "execution.requested",
      actor: caller.principal,
      data: {
        goal: execution.goal,
        environment: execution.environment,
        stack: execution.stack,
        via: caller.via,
        authenticated: caller.authenticated,
        ...(options.priority === undefined ? {} : { priority: options.priority }),
        ...(options.skipGates ? { skipGates: true } : {}),
      },
    });
    const data = { executionId: execution.id, seq: event.seq, hash: event.hash };
    await record(unit, WORKSPACE_CHAIN, {
      at: execution.createdAt,
      type: "execution.began",
      actor: caller.principal,
      data,
    });
    await dispatch(unit, execution.createdAt, {
      kind: "start",
      id: execution.id,
      ...execution.run,
      input: { executionId: execution.id, goal: execution.goal },
    });
    return execution;
  });
}

function wishesOf({ priority, skipGates }: StartOptions, { principal }: Caller): Partial<Execution> {
  return {
    ...(priority === undefined ? {} : { priority }),
    ...(skipGates ? { skipGates: principal } : {}),
  };
}

/** @throws SkipError GatesRequired */
function requireSkippable(environment: Environment): void {
  if (skipsGates(environment)) return;
  throw new SkipError(
    "GatesRequired",
    `no policy lets a change of ${environment} skip its gates: leave skipGates out`,
  );
}

function idFor(world: World, operation: string | undefined): string {
  return operation === undefined ? world.newId("exec") : `exec_${operation.slice(0, OPERATION_DIGITS)}`;
}

/** What the same request started before. @throws RequestError when that was something else */
async function startedBefore(unit: Unit, { id, goal }: Execution): Promise<Execution | undefined> {
  const started = await unit.get<Execution>(keys.execution(id));
  if (started && started.goal.sha256 !== goal.sha256) {
    throw new RequestError(
      "IdempotencyKeyReused",
      `this idempotency key started execution ${id} with another goal; send each request under a key of its own`,
    );
  }
  return started;
}

function newExecution(
  world: World,
  id: string,
  goal: GoalStatement,
  caller: Caller,
  ref: Execution["goal"],
): Execution {
  const { account, region } = world.environment(goal.environment);
  const createdAt = world.clock.now().toISOString();
  return {
    id,
    run: { machine: "change", name: id },
    pipeline: "change",
    status: "pending",
    changeStatus: "PENDING",
    stage: "queued",
    goal: ref,
    goalText: [...goal.goal].slice(0, SUMMARY_LENGTH).join(""),
    environment: goal.environment,
    account,
    region,
    stack: goal.stack,
    requestedBy: caller.principal,
    createdAt,
    updatedAt: createdAt,
    signals: {},
    spent: NOTHING,
    expected: world.models.length > 0 ? EXPECTED_WITH_MODEL : NOTHING,
  };
}
