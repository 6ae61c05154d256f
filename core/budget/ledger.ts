import type { Execution } from "../execution/execution.ts";
import type { Unit } from "../table/atomically.ts";
import { DAY_COUNTER_DAYS, daysAfter, RESULT_DAYS } from "../table/expiry.ts";
import { keys } from "../table/keys.ts";
import type { Key } from "../table/table.ts";
import { type Amounts, microUsd, NOTHING } from "./amounts.ts";
import {
  admit,
  BudgetError,
  type Counters,
  extend,
  fresh,
  giveBack,
  type Reservation,
  take,
  unpromise,
} from "./budget.ts";
import type { Limits } from "./limits.ts";

/** A day has no cap on working time; only executions and agents have. */
const NO_TIME_CAP = Number.MAX_SAFE_INTEGER;

const dayScope = (now: Date) => `day#${now.toISOString().slice(0, 10)}`;
const emergencyScope = (now: Date) => `emergency#${now.toISOString().slice(0, 10)}`;
const executionScope = (executionId: string) => `execution#${executionId}`;
const agentScope = (executionId: string, agent: string) => `execution#${executionId}#${agent}`;

/** What whoever starts an execution allows it at most, in dollars and in seconds of work. */
interface Allowance {
  readonly maxUsd?: number;
  readonly maxSeconds?: number;
}

/** The caps of an execution's own counters: the environment's, or less where less was allowed. */
export function executionCap(limits: Limits, { maxUsd, maxSeconds }: Allowance = {}): Amounts {
  const boundless = Number.POSITIVE_INFINITY;
  return {
    tokens: limits.tokens.perPipeline,
    milliseconds: Math.min(limits.minutes.perPipeline * 60_000, (maxSeconds ?? boundless) * 1000),
    microUsd: microUsd(Math.min(limits.usd.perPipeline, maxUsd ?? boundless)),
  };
}

/**
 * Admits a new pipeline under the day's brake and gives it its own counters.
 * @throws BudgetError BudgetBrake
 */
export async function admitExecution(
  unit: Unit,
  { id, expected, cap }: { id: string; expected: Amounts; cap: Amounts },
  limits: Limits,
  now: Date,
): Promise<void> {
  const day = await counters(unit, dayScope(now), dayCap(limits));
  save(unit, dayScope(now), admit(day, expected, limits.brake), now);
  if (!(await unit.get(keys.counters(executionScope(id))))) save(unit, executionScope(id), fresh(cap), now);
}

/** The rows that admitting a pipeline is about. */
export function admissionKeys(executionId: string, now: Date): Key[] {
  return [dayScope(now), executionScope(executionId)].map(keys.counters);
}

/** The row that dismissing a pipeline is about. */
export function dismissalKey({ createdAt }: Pick<Execution, "createdAt">): Key {
  return keys.counters(dayScope(new Date(createdAt)));
}

/** The pipeline has ended: the day's forecast no longer counts what it did not take. */
export async function dismissExecution(unit: Unit, execution: Execution, limits: Limits): Promise<void> {
  const began = new Date(execution.createdAt);
  const day = await counters(unit, dayScope(began), dayCap(limits));
  save(unit, dayScope(began), unpromise(day, execution.expected), began);
}

export interface ReservationRequest {
  readonly executionId: string;
  readonly idempotencyKey: string;
  readonly agent: string;
  readonly amounts: Amounts;
  /** Gates, rollback and retrospective may draw on the day's emergency reserve when the rest is gone. */
  readonly emergency: boolean;
}

/**
 * Reserves before anything is spent, from the execution, the agent and the day at once; asked again with the
 * same key it finds the first reservation.
 * @throws BudgetError BudgetExhausted
 */
export async function reserve(
  unit: Unit,
  request: ReservationRequest,
  limits: Limits,
  now: Date,
): Promise<Reservation> {
  const key = keys.reservation(request.executionId, request.idempotencyKey);
  await unit.foresee(
    ...settledKeys(request.executionId, request.idempotencyKey, { agent: request.agent, now }),
  );
  const existing = await unit.get<Reservation>(key);
  // A settled reservation belongs to a try that failed; the next try spends anew.
  if (existing && !existing.spent) return existing;
  const { amounts, agent } = request;
  const scopes = await takeFrom(unit, request, limits, now);
  const reservation = { amounts, scopes, agent };
  unit.put({ ...key, attributes: reservation, expiresAt: daysAfter(now, RESULT_DAYS) });
  return reservation;
}

/** The rows that a reservation, and its settlement on the same day, mostly are about. */
export function settledKeys(
  executionId: string,
  idempotencyKey: string,
  { agent, now }: { readonly agent: string; readonly now: Date },
): Key[] {
  const scopes = [executionScope(executionId), agentScope(executionId, agent), dayScope(now)];
  return [keys.reservation(executionId, idempotencyKey), ...scopes.map(keys.counters)];
}

async function takeFrom(
  unit: Unit,
  request: ReservationRequest,
  limits: Limits,
  now: Date,
): Promise<string[]> {
  const { executionId, agent, amounts } = request;
  const usual = [
    { scope: executionScope(executionId), cap: executionCap(limits) },
    { scope: agentScope(executionId, agent), cap: agentCap(limits) },
    { scope: dayScope(now), cap: dayCap(limits) },
  ];
  try {
    return await takeAll(unit, usual, amounts, now);
  } catch (error) {
    if (!(request.emergency && error instanceof BudgetError)) throw error;
    return await takeAll(unit, [{ scope: emergencyScope(now), cap: emergencyCap(limits) }], amounts, now);
  }
}

async function takeAll(
  unit: Unit,
  from: { scope: string; cap: Amounts }[],
  amounts: Amounts,
  now: Date,
): Promise<string[]> {
  const taken: [string, Counters][] = [];
  for (const { scope, cap } of from)
    taken.push([scope, take(await counters(unit, scope, cap), amounts, named(scope))]);
  for (const [scope, left] of taken) save(unit, scope, left, now);
  return taken.map(([scope]) => scope);
}

/** Replaces what was reserved by what was spent. A second settlement of the same key changes nothing. */
export async function settle(
  unit: Unit,
  executionId: string,
  idempotencyKey: string,
  { spent, now }: { readonly spent: Amounts; readonly now: Date },
): Promise<void> {
  const key = keys.reservation(executionId, idempotencyKey);
  const reservation = await unit.get<Reservation>(key);
  if (!reservation || reservation.spent) return;
  for (const scope of reservation.scopes) {
    const left = await unit.get<Counters>(keys.counters(scope));
    if (left) save(unit, scope, giveBack(left, reservation.amounts, spent), now);
  }
  unit.put({ ...key, attributes: { ...reservation, spent }, expiresAt: daysAfter(now, RESULT_DAYS) });
}

export interface Grant {
  readonly executionId: string;
  readonly more: Amounts;
  /** Those whose own counters may be what is short. */
  readonly agents: readonly string[];
  readonly now: Date;
}

/**
 * More of everything for one execution and its agents, as somebody other than its requester granted. The day's cap
 * rises by as much: a grant that the day still refused would be none.
 */
export async function grant(unit: Unit, { executionId, more, agents, now }: Grant): Promise<void> {
  const own = [executionScope(executionId), ...agents.map((agent) => agentScope(executionId, agent))];
  // A day has no cap on working time.
  const ofDay = { ...more, milliseconds: 0 };
  const scopes = [...own.map((scope) => [scope, more] as const), [dayScope(now), ofDay] as const];
  for (const [scope, added] of scopes) {
    const held = await unit.get<Counters>(keys.counters(scope));
    if (held) save(unit, scope, extend(held, added), now);
  }
}

/** What an execution has left, for people. */
export async function remaining(unit: Unit, executionId: string, limits: Limits): Promise<Counters> {
  const held = await unit.get<Counters>(keys.counters(executionScope(executionId)));
  if (held) return held;
  const execution = await unit.get<Execution>(keys.execution(executionId));
  return leftByRecord(execution?.spent ?? NOTHING, limits);
}

/** What an execution without counters has left, as it never spent anything or they have gone: its cap less what it spent. */
export function leftByRecord(spent: Amounts, limits: Limits): Counters {
  const cap = executionCap(limits);
  const left = (kind: keyof Amounts) => Math.max(0, cap[kind] - spent[kind]);
  const remaining = {
    tokens: left("tokens"),
    milliseconds: left("milliseconds"),
    microUsd: left("microUsd"),
  };
  return { ...fresh(cap), remaining };
}

async function counters(unit: Unit, scope: string, cap: Amounts): Promise<Counters> {
  return (await unit.get<Counters>(keys.counters(scope))) ?? fresh(cap);
}

function save(unit: Unit, scope: string, held: Counters, now: Date): void {
  unit.put({ ...keys.counters(scope), attributes: held, expiresAt: expiryOf(scope, now) });
}

/**
 * What counts a day is of no use long after it. An execution's own counters stay as long as it can live after it last
 * spent anything: one that is rolled back later still has the cap of its environment anew.
 */
function expiryOf(scope: string, now: Date): number {
  const [kind, day = ""] = scope.split("#");
  return kind === "execution" ? daysAfter(now, RESULT_DAYS) : daysAfter(new Date(day), DAY_COUNTER_DAYS);
}

function dayCap(limits: Limits): Amounts {
  return { tokens: limits.tokens.daily, milliseconds: NO_TIME_CAP, microUsd: microUsd(limits.usd.daily) };
}

function emergencyCap(limits: Limits): Amounts {
  const oneExecution = executionCap(limits);
  return { ...oneExecution, tokens: limits.tokens.emergency };
}

function agentCap(limits: Limits): Amounts {
  return { ...executionCap(limits), milliseconds: limits.minutes.perAgent * 60_000 };
}

/** The scope as people call it. */
function named(scope: string): string {
  const [kind, id, agent] = scope.split("#");
  if (kind === "execution") return agent ? `${agent} in execution ${id}` : `execution ${id}`;
  return kind === "day" ? `the day ${id}` : `the emergency reserve of ${id}`;
}
