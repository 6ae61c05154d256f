import { driftOfTouched } from "../../core/change/touched-drift.ts";
import { requireAccount } from "../../core/cloud/account.ts";
import type { Cloud } from "../../core/cloud/cloud.ts";
import { lastUpdate, type Stack } from "../../core/cloud/stack.ts";
import { type Execution, ExecutionError, type Watch } from "../../core/execution/execution.ts";
import { find, load, store } from "../../core/execution/executions.ts";
import { functionEvent } from "../../core/function-event.ts";
import type { World } from "../../core/ports.ts";
import { atomically, type Unit } from "../../core/table/atomically.ts";
import { keys } from "../../core/table/keys.ts";
import { remembering } from "../../core/table/remembering.ts";
import { record } from "../../core/timeline/record.ts";
import { approvedDossier } from "./approved-dossier.ts";
import { note, rolledBack } from "./progress.ts";
import { sessionFor } from "./session.ts";
import { type Standing, standingOf } from "./standing.ts";
import { stopApply } from "./stop-apply.ts";

/** An apply that takes longer is rolled back; RDS, the slowest of the catalog, needs up to 40 minutes. */
const APPLY_LIMIT_MINUTES = 60;

/**
 * Looks at the watched stack once: new events go into the timeline, a requested or overdue rollback is begun, a
 * new stack that was rolled back is deleted as agreed. Says where things stand and how long to wait. The look that
 * saw the end is remembered: afterwards nothing is watched that could be looked at again.
 */
export async function observe(input: unknown, world: World): Promise<object> {
  const { executionId, idempotencyKey } = functionEvent.parse(input);
  const { pauseSeconds } = world.watching;
  const [ended, execution] = await Promise.all([
    world.table.get(keys.result(executionId, idempotencyKey)),
    find(world.table, executionId),
  ]);
  if (ended) return { ...ended.attributes, pauseSeconds };
  const watch = watched(execution);
  const cloud = world.cloud(execution.environment);
  await requireAccount(cloud);
  const reader = cloud.reader();
  const { patienceMs } = world.watching;
  const after = watch.cursor ? { after: watch.cursor } : {};
  // Events before status: a status read first could be older than the last event noted.
  const events = await reader.stackEvents(watch.stackId, { ...after, patienceMs });
  const stack = await reader.describeStack(watch.stackId);
  const about = [keys.result(executionId, idempotencyKey), keys.execution(executionId)];
  const table = await remembering(world.table, [...about, keys.chainHead(executionId)]);
  const seen = { ...world, table };
  const noted = await note(seen, executionId, events);
  const standing = standingOf(watch, stack);
  const action = await act(seen, noted, { standing, stack, cloud, idempotencyKey });
  return { standing: action, pauseSeconds };
}

function watched({ id, watch }: Execution): Watch {
  if (watch) return watch;
  throw new ExecutionError("IllegalTransition", `execution ${id} has begun nothing that could be watched`);
}

interface Seen {
  readonly standing: Standing;
  readonly stack: Stack | undefined;
  readonly cloud: Cloud;
  readonly idempotencyKey: string;
}

async function act(
  world: World,
  execution: Execution,
  { standing, stack, cloud, idempotencyKey }: Seen,
): Promise<Standing> {
  const kind = execution.watch?.kind;
  if (standing === "moving") {
    if (kind === "apply" && stack && mustStop(execution, world)) {
      await stopApply(world, execution, { stack, cloud, idempotencyKey });
    }
    return "moving";
  }
  if (standing === "empty" && stack) {
    // The approved way back of a new stack is its deletion; what stands there holds nothing but a status.
    const gates = kind === "apply" ? (await approvedDossier(world, execution)).gates : [];
    await cloud
      .applier(sessionFor(execution, stack.stackId, gates))
      .deleteStack(`${idempotencyKey}/delete-empty`);
    return "moving";
  }
  if (standing === "stuck") return "stuck";
  await end(world, execution, { standing, stack, cloud, idempotencyKey });
  return standing;
}

/** Somebody asked for the way back, or the apply takes too long; and it has not begun yet. */
function mustStop({ signals, rollback, apply }: Execution, world: World): boolean {
  if (rollback?.beganAt) return false;
  const overdue =
    apply && world.clock.now().getTime() - Date.parse(apply.beganAt) > APPLY_LIMIT_MINUTES * 60_000;
  return signals.rollback !== undefined || overdue === true;
}

async function end(
  world: World,
  execution: Execution,
  { standing, stack, cloud, idempotencyKey }: Seen,
): Promise<void> {
  const drifted = standing === "applied" ? await driftedResources(world, execution, cloud) : [];
  await atomically(world.table, async (unit) => {
    const at = world.clock.now().toISOString();
    const seen = keys.result(execution.id, idempotencyKey);
    await unit.foresee(seen, keys.execution(execution.id), keys.chainHead(execution.id));
    if (await unit.get(seen)) return;
    unit.put({ ...seen, attributes: { standing } });
    await close(unit, await load(unit, execution.id), { standing, stack, drifted, at });
  });
}

async function driftedResources(world: World, execution: Execution, cloud: Cloud): Promise<string[]> {
  const { dossier } = await approvedDossier(world, execution);
  const standing = dossier.changes.filter(({ action }) => action === "modify" || action === "replace");
  const drift = await driftOfTouched(cloud.reader(), dossier.stack, standing);
  return drift
    .filter(({ status }) => status === "MODIFIED" || status === "DELETED")
    .map(({ logicalId }) => logicalId);
}

interface Closing {
  readonly standing: Standing;
  readonly stack: Stack | undefined;
  readonly drifted: readonly string[];
  readonly at: string;
}

async function close(
  unit: Unit,
  execution: Execution,
  { standing, stack, drifted, at }: Closing,
): Promise<void> {
  const { watch, ...rest } = execution;
  if (!watch) return;
  const { apply } = execution;
  const undone = standing === "undone" && watch.kind !== "recovery" ? rolledBack(rest, at) : rest;
  const lastUpdated = stack ? { stackLastUpdatedAt: lastUpdate(stack) } : {};
  const outputs = standing === "applied" && stack ? { outputs: stack.outputs } : {};
  const ended =
    watch.kind === "apply" ? { endedAt: at, ...lastUpdated, driftedAfter: drifted, ...outputs } : {};
  // The stack is again as the apply left it, so that its undoing may be asked for again.
  const kept = standing === "kept" ? lastUpdated : {};
  store(unit, { ...undone, ...(apply ? { apply: { ...apply, ...ended, ...kept } } : {}), updatedAt: at });
  const type = watch.kind === "apply" ? "apply.ended" : `${watch.kind}.ended`;
  const data = { standing, stackStatus: stack?.status ?? "DELETE_COMPLETE", drifted };
  await record(unit, execution.id, { at, type, actor: "broker", data });
}
