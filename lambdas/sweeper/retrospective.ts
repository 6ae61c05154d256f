import type { Retrospective, RollbackTimes } from "../../core/artifacts/retrospective.ts";
import { SCHEMA_VERSION } from "../../core/artifacts/vocabulary.ts";
import { usdOf } from "../../core/budget/amounts.ts";
import { secondsBetween } from "../../core/clock.ts";
import { excerpt } from "../../core/excerpt.ts";
import type { Execution } from "../../core/execution/execution.ts";
import { type Failure, messageOf } from "../../core/execution/failure.ts";
import { rollbackTimes } from "../../core/rollback/rollback-times.ts";
import type { TimelineEvent } from "../../core/timeline/chain.ts";

interface Looked {
  readonly execution: Execution;
  readonly events: readonly TimelineEvent[];
  readonly ending: string;
  readonly outcome: string;
  readonly failure: Failure | null;
  readonly now: Date;
}

/** What happened, in figures taken from the record. */
export function lookBack({ execution, events, ending, outcome, failure, now }: Looked): Retrospective {
  const { apply } = execution;
  const rollback = execution.rollback ? rollbackTimes(execution.rollback) : null;
  const changed = new Set(events.flatMap(finishedResource));
  return {
    schemaVersion: SCHEMA_VERSION,
    executionId: execution.id,
    stack: execution.stack,
    environment: execution.environment,
    ending,
    outcome,
    summary: summaryOf(execution, outcome, { resources: changed.size, failure }),
    startedAt: execution.createdAt,
    endedAt: now.toISOString(),
    waitedForPeopleSeconds: waitedForPeople(events, now),
    appliedSeconds: apply ? secondsBetween(apply.beganAt, apply.endedAt ?? now.toISOString()) : null,
    rollback,
    tokensUsed: execution.spent.tokens,
    costUsd: usdOf(execution.spent.microUsd),
    resourcesChanged: changed.size,
    lessons: lessons(execution, events, rollback),
  };
}

/** Characters of what went wrong that stand in lists; the record has the whole of it. */
const LONGEST_REASON = 300;

function summaryOf(
  { stack, environment, apply, rollback }: Execution,
  outcome: string,
  { resources, failure }: { readonly resources: number; readonly failure: Failure | null },
): string {
  const what = `${stack} in ${environment}: ${outcome.replaceAll("_", " ")}`;
  if (outcome === "applied" && rollback && failure) {
    const came = rollback.beganAt ? "its undoing failed" : "its rollback was refused";
    return `${stack} in ${environment}: still applied, ${came}; ${excerpt(messageOf(failure.Cause), LONGEST_REASON)}`;
  }
  if (outcome === "applied") return `${what}, ${resources} resources`;
  const why = apply?.failure ?? (failure ? messageOf(failure.Cause) : undefined);
  return why ? `${what}; ${excerpt(why, LONGEST_REASON)}` : what;
}

function finishedResource({ type, data }: TimelineEvent): string[] {
  if (type !== "apply.progress" || !/_COMPLETE$/.test(String(data["status"]))) return [];
  return data["isStack"] === true ? [] : [String(data["logicalId"])];
}

/** Sum of the times during which at least one gate was open. */
function waitedForPeople(events: readonly TimelineEvent[], now: Date): number {
  let open = 0;
  let since = 0;
  let total = 0;
  for (const { type, data, at } of events) {
    if (type === "gate.opened" && open++ === 0) since = Date.parse(at);
    const settles =
      type === "gate.expired" ||
      type === "gate.closed" ||
      (type === "gate.decided" && data["status"] !== "open");
    if (settles && open > 0 && --open === 0) total += Date.parse(at) - since;
  }
  if (open > 0) total += now.getTime() - since;
  return Math.max(0, total) / 1000;
}

function lessons(
  execution: Execution,
  events: readonly TimelineEvent[],
  rollback: RollbackTimes | null,
): string[] {
  const found: string[] = [];
  const failure = events.find(
    ({ type, data }) => type === "apply.progress" && /_FAILED$/.test(String(data["status"])),
  );
  if (failure)
    found.push(
      `${String(failure.data["logicalId"])} failed: ${String(failure.data["reason"] ?? "no reason given")}`,
    );
  if (rollback?.withinLimits === false)
    found.push("the rollback missed its limits; see the dossier's exceptions");
  if (events.some(({ type }) => type === "approval.voided")) {
    found.push(
      "an approval became void because the stack changed meanwhile; decide sooner, or keep hands off the stack",
    );
  }
  const drift = execution.apply?.driftedAfter ?? [];
  if (drift.length > 0) found.push(`drifted right after the apply: ${drift.join(", ")}`);
  return found;
}
