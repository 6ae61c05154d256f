import type { z } from "@hono/zod-openapi";
import { usdOf } from "../../core/budget/amounts.ts";
import type { Counters, Reservation } from "../../core/budget/budget.ts";
import { leftByRecord } from "../../core/budget/ledger.ts";
import { type Execution, hasEnded } from "../../core/execution/execution.ts";
import { NORMAL } from "../../core/execution/priority.ts";
import type { Gate } from "../../core/gate/gate.ts";
import type { World } from "../../core/ports.ts";
import { keys } from "../../core/table/keys.ts";
import type { executionProgress, executionState, executionSummary, resourceUsage } from "../schemas.ts";
import { gateCheckOf, gateResultOf } from "./gates.ts";
import { STAGES, stagesDone } from "./stages.ts";

export function progressOf(execution: Execution, gates: readonly Gate[]): z.input<typeof executionProgress> {
  const completed = stagesDone(execution);
  return {
    id: execution.id,
    status: execution.status,
    progress: {
      currentStage: execution.stage,
      completed,
      total: STAGES.length,
      percentage: Math.round((completed / STAGES.length) * 100),
    },
    resources: resourcesOf(execution),
    nextGate: nextGateOf(execution, gates, completed),
  };
}

function resourcesOf({ spent }: Execution) {
  return {
    tokensUsed: spent.tokens,
    timeElapsed: spent.milliseconds / 1000,
    costAccrued: usdOf(spent.microUsd),
  };
}

/** The gate it waits at, since when; or the one that comes, when the pace so far would bring it there. */
function nextGateOf(execution: Execution, gates: readonly Gate[], completed: number) {
  const [open] = gates
    .filter(({ status }) => status === "open")
    .sort((one, other) => one.openedAt.localeCompare(other.openedAt));
  if (open) return { type: open.type, eta: open.openedAt };
  const ahead = STAGES.indexOf("AwaitGates") - completed;
  if (hasEnded(execution) || ahead <= 0) return null;
  const began = Date.parse(execution.createdAt);
  const last = Date.parse(execution.updatedAt);
  const moves = completed > 0 && execution.status === "running";
  const eta = moves ? new Date(last + ((last - began) / completed) * ahead).toISOString() : null;
  return { type: "human_approval", eta };
}

export function stateOf(
  execution: Execution,
  gates: readonly Gate[],
  now: Date,
): z.input<typeof executionState> {
  const completed = stagesDone(execution);
  const { id, status, createdAt, updatedAt, error, apply } = execution;
  const failure = apply?.failure === undefined ? [] : [{ name: "ApplyFailed", message: apply.failure }];
  return {
    id,
    status,
    pipeline: {
      currentStage: Math.min(completed, STAGES.length - 1),
      completedStages: STAGES.slice(0, completed),
      nextStages: STAGES.slice(completed + 1),
    },
    resources: resourcesOf(execution),
    gates: {
      pending: gates.filter((gate) => gate.status === "open").map((gate) => gateCheckOf(gate, now)),
      completed: gates.filter((gate) => gate.status !== "open").map(gateResultOf),
    },
    errors: [...(error ? [error] : []), ...failure],
    metadata: { createdAt, updatedAt, priority: execution.priority ?? NORMAL },
  };
}

export async function usageOf(world: World, execution: Execution): Promise<z.input<typeof resourceUsage>> {
  const { cap, remaining } = await countersOf(world, execution);
  const spent = await spentByAgent(world, execution.id);
  const used = execution.spent;
  const of = (kind: "tokens" | "milliseconds" | "microUsd", unit: number) =>
    Object.fromEntries([...spent].map(([agent, amounts]) => [agent, amounts[kind] / unit]));
  const dollars = of("microUsd", 1_000_000);
  const toCome = hasEnded(execution) ? 0 : Math.max(0, execution.expected.microUsd - used.microUsd);
  return {
    tokens: {
      budget: cap.tokens,
      used: used.tokens,
      remaining: remaining.tokens,
      byAgent: of("tokens", 1),
    },
    time: {
      started: execution.createdAt,
      elapsed: used.milliseconds / 1000,
      remaining: remaining.milliseconds / 1000,
      byStage: of("milliseconds", 1000),
    },
    cost: {
      budgetUSD: usdOf(cap.microUsd),
      accruedUSD: usdOf(used.microUsd),
      estimatedUSD: usdOf(used.microUsd + toCome),
      breakdown: Object.entries(dollars).map(([agent, usd]) => ({ agent, usd })),
    },
  };
}

async function countersOf({ table, environment }: World, execution: Execution): Promise<Counters> {
  const row = await table.get(keys.counters(`execution#${execution.id}`));
  if (row) return row.attributes as unknown as Counters;
  return leftByRecord(execution.spent, environment(execution.environment).limits);
}

/** What each agent has spent, over all its calls. An execution has a few dozen. */
async function spentByAgent({ table }: World, id: string) {
  const { items } = await table.query({ pk: keys.execution(id).pk, prefix: "RESERVATION#", limit: 500 });
  const sums = new Map<string, { tokens: number; milliseconds: number; microUsd: number }>();
  for (const { attributes } of items) {
    const { agent, spent } = attributes as unknown as Reservation;
    if (!spent) continue;
    const sum = sums.get(agent) ?? { tokens: 0, milliseconds: 0, microUsd: 0 };
    sum.tokens += spent.tokens;
    sum.milliseconds += spent.milliseconds;
    sum.microUsd += spent.microUsd;
    sums.set(agent, sum);
  }
  return sums;
}

export function summaryOf(execution: Execution): z.input<typeof executionSummary> {
  const { id, pipeline, status, changeStatus, outcome, stage, goalText: goal } = execution;
  const { environment, stack, requestedBy, createdAt, updatedAt, endedAt } = execution;
  return {
    id,
    pipeline,
    status,
    changeStatus,
    outcome: outcome ?? null,
    stage,
    goal,
    environment,
    stack,
    requestedBy,
    createdAt,
    updatedAt,
    endedAt: endedAt ?? null,
  };
}
