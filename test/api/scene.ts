import { attach } from "../../core/artifacts/attached.ts";
import type { Environment } from "../../core/artifacts/vocabulary.ts";
import { canonicalJson } from "../../core/digest.ts";
import type { Execution } from "../../core/execution/execution.ts";
import { store } from "../../core/execution/executions.ts";
import type { Gate } from "../../core/gate/gate.ts";
import { open } from "../../core/gate/gates.ts";
import type { World } from "../../core/ports.ts";
import { atomically } from "../../core/table/atomically.ts";
import type { TimelineEvent } from "../../core/timeline/chain.ts";
import { readChain, record } from "../../core/timeline/record.ts";
import { aDossier } from "../support/dossiers.ts";
import { aGate, anExecution, minutesAfter } from "../support/records.ts";

export interface Scene {
  readonly execution: Execution;
  readonly gate: Gate;
}

/** A change of Ada's that waits at a gate, as it is stored; its plan is attached. */
export async function waiting(
  world: World,
  environment: Environment = "dev",
  changes: { readonly execution?: Partial<Execution>; readonly gate?: Partial<Gate> } = {},
): Promise<Scene> {
  const id = changes.execution?.id ?? `exec_${environment}`;
  const { account, region } = world.environment(environment);
  const now = world.clock.now().toISOString();
  const at = { environment, account, region, createdAt: now, updatedAt: now };
  const goal = { ...(await world.artifacts.put("{}")), name: "goal.json", kind: "GoalStatement" };
  const execution = anExecution({
    id,
    ...at,
    goal,
    changeStatus: "WAIT_FOR_APPROVE",
    stage: "AwaitGates",
    ...changes.execution,
  });
  const gate = aGate({
    id: `gate_${environment}`,
    executionId: id,
    environment,
    openedAt: now,
    expiresAt: minutesAfter(60, now).toISOString(),
    ...changes.gate,
  });
  const dossier = aDossier({ executionId: id, environment, account, region });
  const stored = await world.artifacts.put(canonicalJson(dossier));
  await atomically(world.table, async (unit) => {
    store(unit, execution);
    await attach(unit, id, goal, now);
    await attach(unit, id, { ...stored, name: "dossier.json", kind: "Dossier" }, now);
    await record(unit, id, { at: now, type: "execution.requested", actor: "ada", data: {} });
    await open(unit, gate);
  });
  return { execution, gate };
}

/** The same, where the gate asks to approve a change set with all that is known of it. */
export async function waitingWithDossier(
  world: World,
  environment: Environment = "dev",
  says: Parameters<typeof aDossier>[0] = {},
): Promise<Scene> {
  const executionId = `exec_${environment}`;
  const { account, region } = world.environment(environment);
  const dossier = aDossier({ executionId, environment, account, region, ...says });
  const stored = await world.artifacts.put(canonicalJson(dossier));
  const { digest } = dossier;
  const ref = { ...stored, name: "dossier.json", kind: "Dossier" };
  return await waiting(world, environment, { execution: { dossier: ref, digest }, gate: { digest } });
}

/** The record of an execution. */
export async function toldOf({ table }: World, id: string): Promise<TimelineEvent[]> {
  const events: TimelineEvent[] = [];
  for await (const event of readChain(table, id)) events.push(event);
  return events;
}
