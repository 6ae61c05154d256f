import * as z from "zod";
import { advance, type Execution } from "../../core/execution/execution.ts";
import { load, store } from "../../core/execution/executions.ts";
import { messageOf } from "../../core/execution/failure.ts";
import { functionEvent } from "../../core/function-event.ts";
import type { Gate } from "../../core/gate/gate.ts";
import type { World } from "../../core/ports.ts";
import { atomically, type Unit } from "../../core/table/atomically.ts";
import { daysAfter, RESULT_DAYS } from "../../core/table/expiry.ts";
import { keys } from "../../core/table/keys.ts";
import { record } from "../../core/timeline/record.ts";
import { gateIds } from "./decisions.ts";

export const planAnewEvent = functionEvent.extend({ gates: gateIds });

/** The strategy somebody chose is followed from here on; nothing that was decided about the old plan counts any more. */
export async function planAnew(event: z.output<typeof planAnewEvent>, world: World): Promise<object> {
  return await planAgain(event, world, (planning) => {
    const { strategy: chosen, ...signals } = planning.signals;
    const strategy = chosen ? { strategy: chosen.name } : {};
    return {
      execution: { ...planning, signals, ...strategy, stage: "DrawPlan" },
      type: "execution.planned-anew",
      data: strategy,
    };
  });
}

export const voidEvent = functionEvent.extend({ gates: gateIds, why: z.string() });

/** The approved change can no longer be applied as it was approved: its gates are closed and the record says why. */
export async function voidApproval(event: z.output<typeof voidEvent>, world: World): Promise<object> {
  return await planAgain(event, world, (planning) => ({
    execution: { ...planning, stage: "voided" },
    type: "approval.voided",
    data: { why: messageOf(event.why) },
  }));
}

interface PlannedAgain {
  readonly execution: Execution;
  /** Of the event that tells of it, with its data beside the gates. */
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Once, however often the step is retried: the execution plans again, and what was made and decided before is void. */
async function planAgain(
  { executionId, idempotencyKey, gates }: z.output<typeof planAnewEvent>,
  world: World,
  again: (planning: Execution) => PlannedAgain,
): Promise<object> {
  const now = world.clock.now();
  const at = now.toISOString();
  await atomically(world.table, async (unit) => {
    const done = keys.result(executionId, idempotencyKey);
    if (await unit.get(done)) return;
    unit.put({ ...done, attributes: {}, expiresAt: daysAfter(now, RESULT_DAYS) });
    const {
      dossier: _void,
      digest: _stale,
      apply: _begun,
      watch: _watched,
      ...planning
    } = advance(await load(unit, executionId), "IN_PROGRESS");
    const { execution, type, data } = again(planning);
    store(unit, { ...execution, updatedAt: at });
    for (const { gateId } of gates) await closeDecided(unit, executionId, gateId);
    await record(unit, executionId, { at, type, actor: "conductor", data: { ...data, gates } });
  });
  return {};
}

/** A decision that no longer counts, whatever it was. */
async function closeDecided(unit: Unit, executionId: string, gateId: string): Promise<void> {
  const key = keys.gate(executionId, gateId);
  const gate = await unit.get<Gate>(key);
  if (gate) unit.put({ ...key, attributes: { ...gate, status: "closed" } });
}
